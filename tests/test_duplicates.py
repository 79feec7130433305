"""`duplicates`: documents with one text, whatever page they came from."""

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
from ingest.corpus import checks, duplicates
from ingest.corpus.schema import arrow_schema
from ingest.corpus.store import Store
from ingest.corpus.workers import Pool, Resources

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
    assert not (curated / "duplicates" / "part-0.parquet").exists()
    assert '"duplicates"' not in (curated / "datapackage.json").read_text()


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
        "invariant 4: duplicates/part-0.parquet: names 1 documents that are not there: `ingest run` makes it again"
    ]
    corpus.run(raw, curated, resources=ONE, pool=pool)
    assert check() == []
    path.write_bytes(path.read_bytes()[:-9])
    assert check()[0].startswith("invariant 5: duplicates/part-0.parquet: is damaged")


entry = st.tuples(st.integers(0, 4), st.one_of(st.none(), st.integers(1, 3)), st.integers(0, 2**64 - 1))


@given(st.lists(entry, max_size=30, unique_by=lambda e: e[2]), st.integers(1, 4))
def test_the_first_of_each_text_stands(entries: list[tuple[int, int | None, int]], buckets: int) -> None:
    class Some:
        def numbers(self) -> list[int]:
            return list(range(buckets))

    packed = [
        text.to_bytes(16, "big")
        + (duplicates._UNDATED if day is None else (date(2024, 1, day) - date.min).days).to_bytes(8, "big")
        + doc_id.to_bytes(8, "big")
        for text, day, doc_id in entries
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "_fingerprints", lambda store, bucket: b"".join(packed[bucket::buckets]))
        rows = list(duplicates._rows(Some()))  # type: ignore[arg-type]
    texts: dict[int, list[tuple[int, int]]] = {}
    for text, day, doc_id in entries:
        texts.setdefault(text, []).append((day or 99, doc_id))
    want = {one: min(group)[1] for group in texts.values() for _, one in group if one != min(group)[1]}
    assert {int(row.doc_id, 16): int(row.duplicate_of, 16) for row in rows} == want
    assert [row.doc_id for row in rows] == sorted(row.doc_id for row in rows)
    assert np.dtype(duplicates._FIELDS).itemsize == 32
