"""`duplicates`: documents with one text, whatever page they came from, and reprints of it."""

import random
from datetime import date
from pathlib import Path

import made
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import corpus
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.reprints import duplicates, fingerprints, near
from ingest.corpus.reprints.near import Text
from ingest.corpus.storage.schema import arrow_schema
from ingest.corpus.storage.store import Store

ONE = Resources(workers=1, timeout=30)


@pytest.fixture(scope="module")
def pool():  # type: ignore[no-untyped-def]
    with Pool(ONE) as workers:
        yield workers


def found(curated: Path) -> dict[str, str]:
    path = curated / "duplicates" / "part-0.parquet"
    if not path.exists():
        return {}
    table = pq.read_table(path)
    assert table.schema.equals(arrow_schema("duplicates"), check_metadata=True)
    return {row["doc_id"]: row["duplicate_of"] for row in table.to_pylist()}


def ids(curated: Path) -> dict[str, str]:
    files = sorted((curated / "documents").glob("*/*.parquet"))
    return {r["source"]: r["doc_id"] for path in files for r in pq.read_table(path).to_pylist()}


def test_the_same_text_on_other_pages(tmp_path: Path, pool: Pool) -> None:
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    raw.mkdir()
    for name, n in (("a.txt", 1), ("b.txt", 2), ("c.txt", 1), ("d.txt", 1)):
        (raw / name).write_text(made.page(n), encoding="utf-8")
    (raw / "e.html").write_text(made.html(2), encoding="utf-8")
    run = lambda **more: corpus.run(raw, curated, resources=ONE, buckets=3, pool=pool, **more)  # noqa: E731
    run()
    known = ids(curated)
    groups = [sorted(known[f"{x}.txt"] for x in "acd"), sorted([known["b.txt"], known["e.html"]])]
    assert found(curated) == {one: group[0] for group in groups for one in group[1:]}
    before = (curated / "duplicates" / "part-0.parquet").stat().st_mtime_ns
    run(full=True)
    assert (curated / "duplicates" / "part-0.parquet").stat().st_mtime_ns == before
    (raw / "b.txt").write_text(made.page(3), encoding="utf-8")
    corpus.reprocess(raw / "b.txt", curated, resources=ONE)
    assert found(curated) == dict.fromkeys(groups[0][1:], groups[0][0])
    for name in "ac":
        (raw / f"{name}.txt").unlink()
    run(prune=True)
    assert found(curated) == {}
    assert pq.read_metadata(curated / "duplicates" / "part-0.parquet").num_row_groups == 0


def test_what_is_kept_of_a_bucket_is_made_again_where_it_is_wrong(tmp_path: Path, pool: Pool) -> None:
    raw, curated = made.folder(tmp_path / "raw", 3), tmp_path / "curated"
    (raw / "again.txt").write_text(made.page(0), encoding="utf-8")
    corpus.run(raw, curated, resources=ONE, buckets=1, pool=pool)
    before = found(curated)
    assert len(before) == 1
    kept = curated / ".ingest" / "texts" / "000"
    for content in (b"", b"1 2 3 4\n" + b"x" * 32, kept.read_bytes()[:-1]):
        kept.write_bytes(content)
        assert duplicates.update(Store.open(curated)) == 1
        assert found(curated) == before


def test_a_repeat_of_what_is_not_there_is_found(tmp_path: Path, pool: Pool) -> None:
    raw, curated = made.folder(tmp_path / "raw", 2), tmp_path / "curated"
    (raw / "again.txt").write_text(made.page(0), encoding="utf-8")
    corpus.run(raw, curated, resources=ONE, buckets=1, pool=pool)
    check = lambda: [str(v) for v in checks.check(curated, fast=True, resources=ONE, pool=pool).violations]  # noqa: E731
    assert check() == []
    path = curated / "duplicates" / "part-0.parquet"
    rows = pq.read_table(path)
    pq.write_table(rows.set_column(1, rows.schema.field(1), pa.array(["0" * 16])), path)
    assert check() == [
        "invariant 4: duplicates/part-0.parquet: names 1 documents that are not there: `ingest run` makes it again",
        "invariant 5: duplicates/part-0.parquet: is not the file that was written: `ingest run` makes it again",
    ]
    corpus.run(raw, curated, resources=ONE, pool=pool)
    assert check() == []
    path.write_bytes(path.read_bytes()[:-9])
    assert any(line.startswith("invariant 5: duplicates/part-0.parquet: is damaged") for line in check())
    path.unlink()
    assert "invariant 5: duplicates/part-0.parquet: is missing: `ingest run` makes it again" in check()
    corpus.run(raw, curated, resources=ONE, pool=pool)
    assert check() == []


entry = st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(1, 3)), st.integers(0, 2**64 - 1))


@given(st.lists(entry, max_size=30, unique_by=lambda e: e[2]), st.integers(1, 4))
def test_the_first_of_each_text_stands(entries: list[tuple[int, int | None, int]], buckets: int) -> None:
    class Some:
        def numbers(self) -> list[int]:
            return list(range(buckets))

    packed = [
        fingerprints.fingerprint(
            f"{doc_id:016x}", day and date(2024, 1, day), Text(None, None, None, None, False, str(text))
        )
        for text, day, doc_id in entries
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fingerprints, "of_bucket", lambda store, bucket: b"".join(packed[bucket::buckets]))
        rows = list(duplicates._rows(Some()))  # type: ignore[arg-type]
    texts: dict[int, list[tuple[int, int]]] = {}
    for text, day, doc_id in entries:
        texts.setdefault(text, []).append((day or 99, doc_id))
    want = {one: min(group)[1] for group in texts.values() for _, one in group if one != min(group)[1]}
    assert {int(row.doc_id, 16): int(row.duplicate_of, 16) for row in rows} == want
    assert [row.doc_id for row in rows] == sorted(row.doc_id for row in rows)
    assert np.dtype(fingerprints.FIELDS).itemsize == fingerprints.SIZE == 240


# -------------------------------------------------------------------- reprints

BODY = (
    "为加强渡口安全管理，保障船舶和人员安全，制定本办法。\n县内河流上渡口的设置、使用和监督，适用本办法。\n"
    "船工应当经过培训，并在开航前检查船体、缆绳和救生衣。\n遇有大雾、大风或者洪水，渡船应当停航，并在码头悬挂标志。\n"
    "渡口所在地的村民委员会每12天清点一次名册，发现超载当场劝离。\n违反本办法的，责令改正，可以暂停使用渡口。\n"
    "本办法由交通部门解释，自印发之日起施行。"
)
TITLE = "白鹭县渡口管理办法"
BASE = Text(TITLE, "白鹭县人民政府", None, None, False, f"{TITLE}\n{BODY}")


def changed(old: str, new: str, **about: object) -> Text:
    assert old in BASE.text
    return BASE._replace(text=BASE.text.replace(old, new), **about)


@pytest.mark.parametrize(
    "other",
    [
        BASE,
        BASE._replace(text=BASE.text.replace("，", ",").replace("。\n", "。 ")),
        BASE._replace(text=BASE.text + "\n（原载《云岭日报》2021年3月4日）"),
        BASE._replace(text=f"来源：云岭在线\n{BASE.text}", issuer=None),
        BASE._replace(title=f"白鹭县人民政府关于印发{TITLE}的通知"[:7] + TITLE, text=f"白鹭县人民政府{BASE.text}"),
        changed("缆绳", "缆\ufffd"),
        changed("悬挂标志", "悬挂\ufffd\ufffd"),
        changed("救生衣", "救生讴"),
        changed("救生衣", "救生服", damaged=True),
    ],
)
def test_what_reprinting_may_change(other: Text) -> None:
    assert near.verdict(BASE, other)
    assert near.verdict(other, BASE)


@pytest.mark.parametrize(
    "other",
    [
        changed("12天", "15天"),
        changed("12天", "\ufffd\ufffd天"),
        changed("悬挂标志", "放下\ufffd牌"),
        changed("大风", "浮冰"),
        changed("可以暂停", "应当暂停"),
        changed("应当停航", "应当不停航"),
        changed("遇有大雾、大风或者洪水，渡船应当停航，并在码头悬挂标志。\n", ""),
        changed("白鹭", "东篱", title="东篱县渡口管理办法", issuer="东篱县人民政府"),
        changed("村民", "居民"),
        changed("渡口", "渡讴"),
        BASE._replace(title=TITLE + "（征求意见稿）"),
        BASE._replace(text=BASE.text + "\n根据第二次会议的决定修正"),
        BASE._replace(text=BASE.text + "\n" + "附则另行公布，各镇可以结合实际作出补充规定。" * 8),
        BASE._replace(issuer="东篱县人民政府"),
        BASE._replace(document_number="白政发〔2021〕4号"),
        BASE._replace(issued_on="2021-03-05"),
    ],
)
def test_what_makes_another_document(other: Text) -> None:
    base = BASE._replace(document_number="白政发〔2020〕4号", issued_on="2020-03-05")
    assert near.verdict(base, other) is None
    assert near.verdict(other, base) is None


def test_signatures_estimate_what_shingles_have_in_common() -> None:
    draw = random.Random(5)
    text = "".join(chr(draw.randrange(0x4E00, 0x5000)) for _ in range(4000))
    for cut in (4000, 3800, 3000, 2000):
        other = text[:cut] + "".join(chr(draw.randrange(0x6000, 0x6200)) for _ in range(4000 - cut))
        a, b = near.signature(text), near.signature(other)
        assert a is not None and b is not None
        assert abs((a == b).mean() - near.similarity(text, other)) < 0.2
    assert near.signature("短") is None
    assert near.signature(text).tolist()[:3] == [2540289, 729116, 542622]  # the same on every machine


def test_pairs_grow_with_the_rows_and_not_with_their_square() -> None:
    draw = np.random.default_rng(1)
    same = np.tile(draw.integers(0, 2**32, near.HASHES, dtype=np.uint32), (3000, 1))
    figured = draw.integers(0, 9, 3000, dtype=np.uint64)
    pairs = near.candidates(same, figured)
    assert len(pairs) <= 3 * 3000
    assert set(pairs[:, 1].tolist()) | {0} >= set(range(3000)) - {
        int(np.flatnonzero(figured == f)[0]) for f in range(9)
    }
    assert len(near.candidates(same[:1], figured[:1])) == len(near.candidates(same[:0], figured[:0])) == 0
    assert near.candidates(same[:2], figured[:2]).tolist() == [[0, 1]]


def site(title: str, lines: list[str], day: int | None = None, more: str = "") -> str:
    """A page of a site."""
    when = f"<meta name='PubDate' content='2021-03-{day:02d}'>" if day else ""
    body = "".join(f"<p>{line}</p>" for line in lines)
    return f"<!DOCTYPE html><head>{when}<title>{title}</title></head><h1>{title}</h1><div>{body}{more}</div>"


def test_reprints_in_a_folder(tmp_path: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    raw.mkdir()
    lines = BODY.split("\n")
    pages = {
        "first.html": site(TITLE, lines, 4),
        "later.html": site(TITLE, [line.replace("，", ",") for line in lines], 9, "<p>（云岭日报供稿）</p>"),
        "slip.html": site(TITLE, [line.replace("缆绳", "缆\ufffd") for line in lines], 7),
        "slip-again.html": site(TITLE, [line.replace("缆绳", "缆\ufffd") for line in lines], 8),
        "other.html": site(TITLE, [line.replace("12天", "15天") for line in lines], 8),
    }
    for name, html in pages.items():
        (raw / name).write_text(html, encoding="utf-8")
    run = lambda **more: corpus.run(raw, curated, resources=ONE, buckets=3, pool=pool, **more)  # noqa: E731
    run()
    known = ids(curated)
    first = known["first.html"]
    assert found(curated) == dict.fromkeys((known[n] for n in pages if n not in ("first.html", "other.html")), first)
    table = pq.read_table(curated / "duplicates" / "part-0.parquet").to_pylist()
    assert {row["method"] for row in table} == {"near"}
    assert all(0.8 < row["similarity"] < 1 for row in table if row["doc_id"] == known["slip.html"])
    before = (curated / "duplicates" / "part-0.parquet").read_bytes()

    # Without news nothing is read; with some, only what has changed, and no pair twice.
    calls: list[str] = []
    verdict, read = near.verdict, fingerprints.read_documents
    monkeypatch.setattr(near, "verdict", lambda a, b: calls.append("pair") or verdict(a, b))
    monkeypatch.setattr(fingerprints, "read_documents", lambda path: calls.append(path.parent.name) or read(path))
    run()
    assert calls == []
    (raw / "new.txt").write_text(made.page(7), encoding="utf-8")
    run()
    assert calls == []  # what is looked for came with the page
    (curated / ".ingest" / "texts" / "verdicts").write_bytes(b"damaged")
    (curated / ".ingest" / "texts" / "done").unlink()
    assert duplicates.update(Store.open(curated)) == 3
    assert calls.count("pair") >= 3
    assert (curated / "duplicates" / "part-0.parquet").read_bytes() == before

    # A repeat never names one that repeats.
    (raw / "first.html").unlink()
    run(prune=True)
    rest = found(curated)
    assert set(rest.values()) == {known["slip.html"]}
    assert not set(rest.values()) & set(rest)
