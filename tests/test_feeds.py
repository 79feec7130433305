"""Raw files that hold many pages, compressed pages, and files that are broken, cut or still being written."""

import base64
import gzip
import json
import os
import tracemalloc
import zlib
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import feeds_made
import made
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline import Inline

from ingest import Config, InputError, Rejected, UsageError, corpus
from ingest.config import FeedFields
from ingest.corpus import readers
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.readers import feeds, inflate, responses, warc
from ingest.corpus.runs import planning

ONE = Resources(workers=1, timeout=30)
CASES = json.loads((Path(__file__).parent / "cases" / "feeds.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pool():  # type: ignore[no-untyped-def]
    with Pool(ONE) as workers:
        yield workers


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


def run(raw: Path, pool: Pool | Inline | None = None, **options: object) -> corpus.Summary:
    curated = raw.parent / "curated"
    return corpus.run(raw, curated, resources=ONE, buckets=2, pool=pool, **options)  # type: ignore[arg-type]


def rows(raw: Path, name: str) -> dict[str, dict[str, object]]:
    files = sorted((raw.parent / "curated" / name).glob("*/*.parquet"))
    return {str(row["source"]): row for path in files for row in pq.read_table(path).to_pylist()}


def reasons(raw: Path) -> dict[str, str]:
    return {source: str(row["reason"]) for source, row in rows(raw, "rejections").items()}


def ids(path: Path) -> list[str]:
    """The parts of a file in its order."""
    return [str(item.part) for item in readers.items(path.parent, path.name)]


def texts(path: Path) -> list[str | None]:
    """The pages of a file in its order; None for one that is refused."""
    found: list[str | None] = []
    for item in readers.items(path.parent, path.name):
        try:
            page = readers.read_raw(path.parent, item, 10**6).raw
            found.append(page if isinstance(page, str) else page.decode())
        except readers.Refused:
            found.append(None)
    return found


def refusal(root: Path, name: str, max_bytes: int = 10**6) -> readers.Refused:
    (item,) = readers.items(root, name)
    with pytest.raises(readers.Refused) as error:
        readers.read_raw(root, item, max_bytes)
    return error.value


# -------------------------------------------------------------------- lines


@pytest.mark.parametrize("case", CASES, ids=[c["label"] for c in CASES])
def test_a_line(case: dict[str, object]) -> None:
    line = case["line"] if isinstance(case["line"], str) else json.dumps(case["line"], ensure_ascii=False)
    fields = FeedFields.model_validate(case.get("fields", {}))
    if "reason" in case:
        with pytest.raises(readers.Refused) as error:
            feeds.page(line.encode("utf-8", "surrogatepass"), fields)
        assert (error.value.reason, error.value.detail) == (case["reason"], case["detail"])
        return
    raw, _, about, encoding = feeds.page(line.encode(), fields)
    found = {
        "raw": raw if isinstance(raw, str) else raw.decode(encoding or "utf-8"),
        "encoding": encoding,
        "url": about.url,
        "headers": about.headers,
        "fetched_at": about.fetched_at and about.fetched_at.isoformat(),
        "fault": about.fault,
    }
    assert {k: v for k, v in found.items() if v is not None} == case["expected"]


@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"body": ' + b"1" * 5000 + b"}", b'{"body": "\xff"}', b"\0" * 99])
def test_a_hostile_line(line: bytes) -> None:
    with pytest.raises(readers.Refused) as error:
        feeds.page(line, FeedFields())
    assert error.value.reason == "malformed"


@given(st.lists(st.text(alphabet="ab甲\r\t ", max_size=40), max_size=12), st.booleans(), st.integers(1, 60))
def test_lines_are_where_they_are_said_to_be(texts: list[str], ended: bool, limit: int) -> None:
    data = "\n".join(texts).encode() + (b"\n" if ended and texts else b"")
    found = list(feeds.lines(BytesIO(data), limit))
    whole = data.split(b"\n")
    numbers = [line.number for line in found]
    assert [n for n in numbers if len(whole[n - 1]) <= limit] == [
        n for n, text in enumerate(whole, 1) if text.strip() and len(text) <= limit
    ]
    assert {n for n, text in enumerate(whole, 1) if text.strip()} <= set(numbers)
    for line in found:
        assert data[line.offset : line.offset + line.length].rstrip(b"\n") == whole[line.number - 1]


def test_a_line_without_end_costs_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "long.jsonl"
    with path.open("wb") as file:
        file.write(b'{"body": "')
        for _ in range(64):
            file.write(b"a" * 2**20)
        file.write(b'"}\n' + feeds_made.line(1).encode())
    tracemalloc.start()
    found = [
        item.place and item.place.fault and item.place.fault[0] for item in readers.items(tmp_path, path.name, 10**5)
    ]
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()
    assert found == ["too_large", None]


# -------------------------------------------------------------------- feeds


def test_a_feed_is_as_many_documents_as_it_has_pages(raw: Path, pool: Pool) -> None:
    lines = [feeds_made.line(n) for n in range(5)]
    lines[2:2] = ["", '{"body": "cut']
    feeds_made.feed(raw / "feed.jsonl", lines)
    feeds_made.feed(raw / "feed.jl.gz", lines)
    feeds_made.feed(raw / "none.ndjson", [""])
    summary = run(raw, pool)
    assert (summary.pages, summary.new) == (13, 10)
    assert reasons(raw) == {"feed.jsonl#4": "malformed", "feed.jl.gz#4": "malformed", "none.ndjson": "empty"}
    assert "line 4, at byte " in str(rows(raw, "rejections")["feed.jsonl#4"]["detail"])
    row = rows(raw, "documents")["feed.jsonl#7"]
    assert (row["url"], row["fetched_at"]) == ("https://www.yunling.example/4.html", datetime(2024, 3, 1))
    assert row["text"] == rows(raw, "documents")["feed.jl.gz#7"]["text"]
    assert checks.check(raw.parent / "curated", fast=True, resources=ONE, pool=pool).violations == []
    assert run(raw, pool).curated == 0
    assert not list((raw.parent / "curated" / ".ingest").glob("scratch/*/*"))


def test_other_field_names_make_feeds_stale_and_nothing_else(raw: Path, pool: Pool) -> None:
    feeds_made.feed(raw / "feed.jsonl", [json.dumps({"page": {"html": made.html(3)}})])
    (raw / "page.txt").write_text(made.page(4), encoding="utf-8")
    run(raw, pool)
    assert reasons(raw) == {"feed.jsonl#1": "malformed"}
    config = Config(feed=FeedFields(body="page.html"))  # type: ignore[arg-type]
    assert config.sha256 == Config().sha256
    summary = run(raw, pool, config=config)
    assert (summary.curated, summary.new, dict(summary.why)) == (1, 1, {"configuration changed": 1})
    assert run(raw, pool, config=config).curated == 0


def test_a_feed_cut_in_its_compressed_data_keeps_all_whole_lines(raw: Path) -> None:
    whole = feeds_made.feed(raw / "feed.jsonl.gz", [feeds_made.line(n) for n in range(40)])
    whole.write_bytes(whole.read_bytes()[:-2000])
    found = list(readers.items(raw, "feed.jsonl.gz"))
    assert [item.part for item in found] == [str(n) for n in range(1, len(found) + 1)]
    assert 5 < len(found) <= 40
    *good, last = found
    assert all(item.place and item.place.fault is None for item in good)
    assert last.place and last.place.fault and last.place.fault[0] == "truncated"
    assert f"at byte {whole.stat().st_size}" in last.place.fault[1]


def test_the_name_of_a_file_is_never_that_of_a_page_in_another(raw: Path, pool: Pool) -> None:
    feeds_made.feed(raw / "feed.jsonl", [feeds_made.line(n) for n in range(2)])
    (raw / "feed.jsonl#1").write_text(made.page(1), encoding="utf-8")
    (raw / "a#b.txt").write_text(made.page(2), encoding="utf-8")
    assert run(raw, pool).new == 4
    assert set(rows(raw, "documents")) == {"feed.jsonl#1", "feed.jsonl#2", "feed.jsonl\\x231", "a#b.txt"}
    assert checks.check(raw.parent / "curated", fast=True, resources=ONE, pool=pool).violations == []


def test_a_lost_ledger_is_made_again_from_the_datasets(raw: Path, pool: Pool) -> None:
    feeds_made.feed(raw / "feed.jsonl", [feeds_made.line(n) for n in range(3)] + ["{"])
    run(raw, pool)
    for path in (raw.parent / "curated" / ".ingest" / "ledger").glob("*"):
        path.unlink()
    summary = run(raw, pool)
    assert (summary.pages, summary.unchanged, summary.new, summary.gone) == (4, 3, 0, 0)
    (raw / "feed.jsonl").unlink()
    assert (run(raw, pool).gone, run(raw, pool, prune=True).pruned) == (4, 4)


def test_many_warnings_about_one_file_are_counted(raw: Path, pool: Pool) -> None:
    feeds_made.feed(raw / "feed.jsonl", [feeds_made.line(n, url=n) for n in range(9)])
    *some, last = run(raw, pool).warnings
    assert all("its url is not text" in text for text in some)
    assert (len(some), last) == (5, "feed.jsonl: warnings about its pages: 4 more")


def test_reprocess_and_what_a_killed_run_left(raw: Path, pool: Pool) -> None:
    path = feeds_made.feed(raw / "feed.jsonl.gz", [feeds_made.line(n) for n in range(3)])
    run(raw, pool)
    (raw.parent / "curated" / ".ingest" / "scratch" / "001").mkdir(parents=True)
    (raw.parent / "curated" / ".ingest" / "scratch" / "001" / "old.copy").touch()
    feeds_made.feed(path, [feeds_made.line(n) for n in (0, 7)])
    summary = corpus.reprocess(path, raw.parent / "curated", resources=ONE)
    assert (summary.pages, summary.unchanged, summary.changed, summary.pruned) == (2, 1, 1, 1)
    assert set(rows(raw, "documents")) == {"feed.jsonl.gz#1", "feed.jsonl.gz#2"}
    run(raw, pool)
    assert not list((raw.parent / "curated" / ".ingest" / "scratch").glob("*"))


# -------------------------------------------------------------------- archives


@pytest.mark.parametrize("name", ["x.warc.gz", "x.warc"])
def test_an_archive_is_as_many_documents_as_it_has_pages(raw: Path, pool: Pool, name: str) -> None:
    feeds_made.warc(raw / name, 6, name.endswith("gz"))
    summary = run(raw, pool)
    assert (summary.pages, summary.new, dict(summary.rejected)) == (6, 6, {})
    assert summary.warnings == [f"{name}: records that are no pages: image/png 1, HTTP 404 1"]
    assert all(source.startswith(f"{name}#urn:uuid:") for source in rows(raw, "documents"))
    assert {r["url"] for r in rows(raw, "documents").values()} == {
        f"https://www.yunling.example/{n}.html" for n in range(6)
    }
    assert texts(raw / name) == [made.html(n) for n in range(6)]
    assert run(raw, pool).curated == 0


@pytest.mark.parametrize("compressed", [True, False])
def test_a_cut_archive_says_where(raw: Path, compressed: bool) -> None:
    path = raw / "x.warc"
    begins = feeds_made.warc(path, 6, compressed)
    data = path.read_bytes()
    for cut in (begins[4] + 5, begins[4] + 60, begins[4] + 400, begins[5] - 3):
        path.write_bytes(data[:cut])
        *good, last = readers.items(raw, path.name)
        assert len(good) == 3
        if cut == begins[5] - 3 and not compressed:  # nothing but the empty lines behind the record is missing
            assert last.place and last.place.fault is None
            continue
        assert last.place and last.place.fault
        assert last.place.fault[0] == "truncated"
        assert f"record 5, at byte {begins[4]}: " in last.place.fault[1]


@pytest.mark.parametrize("compressed", [True, False])
def test_a_broken_record_harms_no_other(raw: Path, compressed: bool) -> None:
    path = raw / "x.warc"
    begins = feeds_made.warc(path, 6, compressed)
    data = bytearray(path.read_bytes())
    if compressed:
        data[begins[3] + 200 : begins[3] + 220] = b"\0" * 20
    else:
        data[begins[3] : begins[3] + 4] = b"CRAW"
    path.write_bytes(data)
    assert texts(path) == [None if n == 2 else made.html(n) for n in range(6)]


def test_a_wrong_length_swallows_no_neighbour(raw: Path) -> None:
    path = raw / "x.warc"
    begins = feeds_made.warc(path, 6, False)
    data = path.read_bytes()
    at = data.index(b"Content-Length: ", begins[3]) + 16
    for wrong in {b"9", b"8", b"1", b"x"} - {data[at : at + 1]}:
        path.write_bytes(data[:at] + wrong + data[at + 1 :])
        assert texts(path) == [None if n == 2 else made.html(n) for n in range(6)]


def test_an_archive_compressed_as_a_whole(raw: Path) -> None:
    feeds_made.warc(raw / "y.warc", 6, False)
    data = gzip.compress((raw / "y.warc").read_bytes(), 1)
    (raw / "x.warc.gz").write_bytes(data)
    root = raw.parent / "scratch"
    root.mkdir()
    found = list(readers.items(raw, "x.warc.gz", scratch=root))
    assert [readers.read_raw(raw, item, 10**6).raw for item in found] == [made.html(n).encode() for n in range(6)]
    (raw / "x.warc.gz").write_bytes(data[: len(data) * 2 // 3])
    found = list(readers.items(raw, "x.warc.gz", scratch=root))
    assert 2 < len(found) < 6
    assert [item.place.fault and item.place.fault[0] for item in found if item.place] == [None] * (len(found) - 1) + [
        "truncated"
    ]


@pytest.mark.parametrize("damage", ["chunk", "gzip", "mark"])
def test_a_response_that_is_not_whole_is_refused(raw: Path, damage: str) -> None:
    path = raw / "x.warc"
    begins = feeds_made.warc(path, 3, False)
    data = path.read_bytes()
    if damage == "chunk":
        data = data.replace(b"\r\n0\r\n\r\n", b"\r\n9\r\n\r\n")
    elif damage == "gzip":
        at = data.index(b"\x1f\x8b", begins[2])
        data = data[: at + 300] + b"\0" * 20 + data[at + 320 :]
    else:
        data = data.replace(b"WARC-Type: response", b"WARC-Truncated: time\r\nWARC-Type: response", 1)
    path.write_bytes(data)
    gone = {"chunk": 2, "gzip": 1, "mark": 0}[damage]
    assert texts(path) == [None if n == gone else made.html(n) for n in range(3)]


@pytest.mark.parametrize(
    "field", [b"WARC-Target-URI", b"WARC-Record-ID", b"WARC-Date", b"WARC-Type", b"Content-Length"]
)
def test_a_head_that_lacks_a_field(raw: Path, field: bytes) -> None:
    path = raw / "x.warc"
    begins = feeds_made.warc(path, 3, False)
    data = path.read_bytes()
    at = data.index(field, begins[2])
    path.write_bytes(data[:at] + b"X" + data[at + 1 :])
    page = made.html(1) if field in (b"WARC-Record-ID", b"WARC-Date") else None
    others = [made.html(0), made.html(2)]
    assert [text for text in texts(path) if text not in others] == ([] if field == b"WARC-Type" else [page])
    assert [text for text in texts(path) if text in others] == others


@pytest.mark.parametrize("kind", ["gzip", "deflate", "raw deflate", "undone"])
def test_content_codings(kind: str) -> None:
    page = made.html(1).encode()
    engine = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(page),
        "deflate": zlib.compress(page),
        "raw deflate": engine.compress(page) + engine.flush(),
        "undone": page,
    }[kind]
    coding = "gzip" if kind in ("gzip", "undone") else "deflate"
    assert responses.decoded(packed, coding, 10**6) == page
    with pytest.raises(readers.Refused) as error:
        responses.decoded(b"\x28\xb5\x2f\xfd" + page, "zstd", 10**6)
    assert error.value.transient


def test_a_record_that_is_no_page_is_counted() -> None:
    path = BytesIO()
    walk = warc.Walk(path, compressed=False)
    assert (list(walk), walk.records) == ([], 0)


def test_without_warcio_an_archive_is_one_failure(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    feeds_made.warc(raw / "x.warc.gz", 3)
    monkeypatch.setattr(responses, "find_spec", lambda name: None)
    summary = run(raw, Inline())  # type: ignore[arg-type]
    assert summary.failures == ["x.warc.gz: WARC archives need warcio: pip install 'ingest[warc]'"]
    assert reasons(raw) == {"x.warc.gz": "unreadable"}
    monkeypatch.undo()
    assert run(raw, Inline()).new == 3  # and nothing has to be said to try it again
    assert reasons(raw) == {}


# -------------------------------------------------------------------- one page


def test_mhtml(raw: Path, pool: Pool) -> None:
    data = feeds_made.mhtml(raw / "page.mhtml", 5)
    feeds_made.mhtml(raw / "cut.mht", 6)
    (raw / "cut.mht").write_bytes(data[:1500])
    (raw / "none.mht").write_bytes(b"Subject: nothing\n\n")
    assert run(raw, pool).new == 1
    row = rows(raw, "documents")["page.mhtml"]
    assert (row["url"], row["fetched_at"]) == ("https://www.yunling.example/5.html", datetime(2024, 3, 1))
    assert str(row["title"]) in made.html(5)
    assert reasons(raw)["cut.mht"] == "truncated"
    assert "none.mht" in reasons(raw)
    assert run(raw, pool).curated == 0


def test_a_compressed_page(raw: Path, pool: Pool) -> None:
    (raw / "page.html.gz").write_bytes(gzip.compress(made.html(1).encode()))
    (raw / "page.html.gz.meta.json").write_text('{"url": "https://www.yunling.example/1"}')
    assert run(raw, pool).new == 1
    row = rows(raw, "documents")["page.html.gz"]
    assert (row["media_type"], row["url"]) == ("text/html", "https://www.yunling.example/1")
    assert row["raw_bytes"] == len(made.html(1).encode())
    assert run(raw, pool).curated == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (gzip.compress(b"a" * 1_500_000), "too_large"),
        (gzip.compress(b"a" * 200_000) * 9, "too_large"),
        (gzip.compress(os.urandom(1_100_000)), "too_large"),
        (gzip.compress(made.html(1).encode())[:-9], "truncated"),
        (gzip.compress(made.html(1).encode())[:-8] + b"\0" * 8, "malformed"),
        (b"no gzip at all", "malformed"),
    ],
)
def test_a_bad_compressed_page(raw: Path, content: bytes, reason: str) -> None:
    (raw / "x.html.gz").write_bytes(content)
    found = refusal(raw, "x.html.gz")
    assert found.reason == reason
    assert found.sha256
    assert "Error -3" not in found.detail


def test_a_bomb_is_stopped_before_it_bursts() -> None:
    engine = zlib.compressobj(9, wbits=31)
    packed = b"".join(engine.compress(b"\0" * 2**20) for _ in range(300)) + engine.flush()
    tracemalloc.start()
    with pytest.raises(readers.Refused, match="compression bomb"):
        inflate.gunzip(BytesIO(packed), lambda piece: None, 1 << 62)
    assert tracemalloc.get_traced_memory()[1] < 8 * 2**20
    tracemalloc.stop()


@given(st.binary(max_size=3000), st.integers(0, 3000), st.sampled_from([b"", b"\0" * 7, b"else"]))
def test_inflating_is_whole_or_refused(data: bytes, cut: int, behind: bytes) -> None:
    packed = gzip.compress(data)
    out = bytearray()
    note = inflate.gunzip(BytesIO(packed + gzip.compress(b"more") + behind), out.extend, 10**6)
    assert out == data + b"more"
    assert (note is None) == (behind != b"else")
    if cut < len(packed) and cut:
        with pytest.raises(readers.Refused):
            inflate.gunzip(BytesIO(packed[:cut]), lambda piece: None, 10**6)


# -------------------------------------------------------------------- what is left, what is chosen


def test_a_file_still_being_written_is_left_for_the_next_run(
    raw: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    (raw / "done.txt").write_text(made.page(1), encoding="utf-8")
    growing = feeds_made.feed(raw / "feed.jsonl", [feeds_made.line(1)])

    def grow() -> None:
        with growing.open("a") as file:
            file.write(feeds_made.line(2) + "\n")

    monkeypatch.setattr(planning, "_pause", grow)
    summary = run(raw, pool)
    assert (summary.pages, summary.new, summary.growing) == (1, 1, 1)
    monkeypatch.undo()
    summary = run(raw, pool)
    assert (summary.new, summary.growing) == (2, 0)
    monkeypatch.setattr(planning, "_pause", grow)
    grow()
    summary = run(raw, pool)
    assert (summary.pages, summary.unchanged, summary.growing) == (3, 3, 1)  # what was known of it stands
    assert len(rows(raw, "documents")) == 3


def test_a_feed_that_grows_while_it_is_read_is_left(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    growing = feeds_made.feed(raw / "feed.jsonl", [feeds_made.line(1)])
    real = feeds.lines

    def lines(*args):  # type: ignore[no-untyped-def]
        yield from real(*args)
        with growing.open("a") as file:
            file.write(feeds_made.line(2) + "\n")

    monkeypatch.setattr(feeds, "lines", lines)
    assert (run(raw, Inline()).growing, rows(raw, "documents")) == (1, {})
    monkeypatch.undo()
    assert run(raw, Inline()).new == len(growing.read_text().splitlines())


def test_why_files_would_be_curated(raw: Path, pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(4):
        (raw / f"{n}.txt").write_text(made.page(n), encoding="utf-8")
    run(raw, pool)
    (raw / "0.txt").write_text(made.page(9), encoding="utf-8")
    (raw / "1.txt.meta.json").write_text("{}")
    (raw / "2.txt").unlink()
    (raw / "4.txt").write_text(made.page(4), encoding="utf-8")
    why: dict[str, str] = {}
    summary = run(raw, pool, dry_run=True, prune=True, on_stale=why.__setitem__)
    assert why == {
        "0.txt": "bytes changed",
        "1.txt": "sidecar changed",
        "2.txt": "raw file gone, to be dropped",
        "4.txt": "new",
    }
    assert (summary.stale, summary.why["new"]) == (3, 1)
    assert run(raw, pool, dry_run=True, config=Config(min_certainty="exact")).why["configuration changed"] == 1
    monkeypatch.setattr(planning, "code_stamp", lambda: "9+other")
    assert run(raw, pool, dry_run=True).why["version changed"] == 1


def test_only_rejected(raw: Path, pool: Pool) -> None:
    (raw / "good.txt").write_text(made.page(1), encoding="utf-8")
    (raw / "bad.txt").write_text("", encoding="utf-8")
    run(raw, pool)
    (raw / "new.txt").write_text(made.page(2), encoding="utf-8")
    summary = run(raw, pool, only_rejected=True)
    assert (summary.pages, summary.curated, dict(summary.rejected)) == (1, 1, {"empty": 1})
    (raw / "bad.txt").write_text(made.page(3), encoding="utf-8")
    assert run(raw, pool, only_rejected=True).new == 1
    assert set(rows(raw, "documents")) == {"good.txt", "bad.txt"}
    assert run(raw, pool, only_rejected=True).pages == 0
    assert run(raw, pool).new == 1


def test_since(raw: Path, pool: Pool) -> None:
    for n in range(3):
        (raw / f"{n}.txt").write_text(made.page(n), encoding="utf-8")
        day = (datetime(2024, 1, 1) + timedelta(days=n)).timestamp()
        os.utime(raw / f"{n}.txt", (day, day))
    assert run(raw, pool, since=datetime(2024, 1, 2)).new == 2
    assert set(rows(raw, "documents")) == {"1.txt", "2.txt"}
    with pytest.raises(UsageError):
        run(raw, pool, since=datetime(2024, 1, 2), prune=True)
    assert run(raw, pool).new == 1


def test_paths_are_kept_small_and_whole() -> None:
    names = [f"部门{n % 7}/页面{n:06d}.html" for n in range(50_000)] + [os.fsdecode(b"\xff.txt")]
    spread = planning.spread(iter(names), 16)
    assert sorted(path for paths in spread.values() for path in paths) == sorted(names)
    assert sum(len(paths) for paths in spread.values()) == len(names)
    size = sum(len(pack) for paths in spread.values() for pack in paths._packs)
    assert size < sum(len(name.encode("utf-8", "surrogateescape")) for name in names) / 3


def test_a_large_folder_is_listed_a_part_at_a_time(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(25):
        (raw / f"{n:02d}.txt").touch()
    whole = list(readers.listing(raw))
    monkeypatch.setattr("ingest.corpus.readers.raw_folder._ALIKE", 4)
    assert sorted(readers.listing(raw)) == whole == sorted(whole)


def test_a_page_in_a_file_is_explained_by_its_name(raw: Path, pool: Pool) -> None:
    path = feeds_made.feed(raw / "feed.jsonl.gz", [feeds_made.line(n) for n in range(3)] + ["{"])
    made_here = pool.explain(path.with_name("feed.jsonl.gz#2"), Config())
    assert (made_here.document.source, made_here.document.title) == ("feed.jsonl.gz#2", titles(made.html(1)))
    with pytest.raises(Rejected, match="line 4"):
        pool.explain(path.with_name("feed.jsonl.gz#4"), Config())
    with pytest.raises(InputError, match="has no page 9"):
        pool.explain(path.with_name("feed.jsonl.gz#9"), Config())
    with pytest.raises(InputError, match="name one"):
        pool.explain(path, Config())


def titles(html: str) -> str:
    return html.partition("<h1>")[2].partition("</h1>")[0]


def test_base64_of_another_encoding(raw: Path, pool: Pool) -> None:
    page = made.html(8).replace("utf-8", "big5").encode("gbk")
    line = json.dumps({"body_b64": base64.b64encode(page).decode(), "encoding": "gbk"})
    feeds_made.feed(raw / "feed.jsonl", [line])
    assert run(raw, pool).new == 1
    row = rows(raw, "documents")["feed.jsonl#1"]
    assert (row["encoding"], row["raw_bytes"]) == ("gb18030", len(page))
