"""What comes from outside is let in through one gate: no pipe, no device, no link that leads out, no size without limit."""

import json
import os
import time
from io import BytesIO
from pathlib import Path

import made
import pyarrow.dataset as ds
import pytest
from inline import Inline

from ingest import Config, corpus, gate
from ingest.corpus import readers
from ingest.corpus.audit import checks
from ingest.corpus.readers import base, warc
from ingest.corpus.runs import engine

ONE = corpus.Resources(workers=1)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.txt").write_text(made.page(1), encoding="utf-8")
    return folder


def run(raw: Path, **options: object) -> corpus.Summary:
    return corpus.run(raw, raw.parent / "curated", resources=ONE, buckets=2, pool=Inline(), **options)  # type: ignore[arg-type]


def rows(raw: Path, dataset: str) -> dict[str, dict[str, object]]:
    found = ds.dataset(raw.parent / "curated" / dataset, format="parquet").to_table().to_pylist()
    return {row["source"]: row for row in found}


def pipe(path: Path) -> None:
    os.mkfifo(path)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def outside(path: Path) -> None:
    place = path.parents[1] / "outside.json"
    place.write_text(json.dumps({"url": "http://believed.example/", "text": made.page(3)}) + "\n")
    path.symlink_to(place)


def piped(path: Path) -> None:
    os.mkfifo(path.with_name(".pipe"))
    path.symlink_to(".pipe")


def endless(path: Path) -> None:
    path.write_bytes(b" " * 1_000_001)


# -------------------------------------------------------------------- the gate itself


@pytest.mark.parametrize(
    ("make", "why", "what"),
    [
        (pipe, "kind", "a pipe"),
        (device, "kind", "a device"),
        (outside, "outside", "leads out of"),
        (piped, "kind", "a pipe"),
    ],
)
def test_only_regular_files_within_are_opened(raw: Path, make, why: str, what: str) -> None:  # type: ignore[no-untyped-def]
    make(raw / "x")
    for call in (gate.read, gate.sha256):
        with pytest.raises(gate.Barred, match=what) as caught:
            call(raw / "x", raw)
        assert caught.value.why == why
    assert gate.read(raw / "good.txt", raw).decode() == made.page(1)


def test_sizes_are_known_before_reading(raw: Path) -> None:
    with pytest.raises(gate.Barred, match="larger than 10 bytes"):
        gate.read(raw / "good.txt", raw, 10)
    with pytest.raises(gate.Barred, match="larger than 5 bytes"):  # a file that says it has no size
        gate.read(Path("/proc/self/status"), None, 5)
    folder = raw / "folder"
    folder.mkdir()
    with pytest.raises(OSError, match="folder"):
        gate.read(folder, raw)


def test_a_link_within_is_followed_and_a_folder_that_leads_out_is_not(raw: Path) -> None:
    (raw / "in").symlink_to("good.txt")
    assert gate.read(raw / "in", raw)
    elsewhere = raw.parent / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "x").write_text("x")
    (raw / "sub").symlink_to(elsewhere)
    with pytest.raises(gate.Barred, match="leads out"):
        gate.read(raw / "sub" / "x", raw)


# -------------------------------------------------------------------- sidecars and pages


@pytest.mark.parametrize("make", [pipe, device, outside, piped, endless], ids=lambda f: f.__name__)
def test_a_sidecar_that_is_none_costs_a_warning(raw: Path, make) -> None:  # type: ignore[no-untyped-def]
    make(raw / "good.txt.meta.json")
    summary = run(raw)
    assert (summary.new, summary.failures) == (1, [])
    assert "good.txt.meta.json is not used: it " in summary.warnings[0]
    assert rows(raw, "documents")["good.txt"]["url"] is None
    assert run(raw).curated == 0, "it is looked at again each time"


@pytest.mark.parametrize("name", ["x.html", "x.jsonl", "x.warc", "x.html.gz", "x.mht"])
@pytest.mark.parametrize("make", [device, outside, piped], ids=lambda f: f.__name__)
def test_a_page_that_is_no_file_within_is_rejected(raw: Path, make, name: str) -> None:  # type: ignore[no-untyped-def]
    make(raw / name)
    summary = run(raw)
    assert (summary.new, dict(summary.rejected), summary.failures) == (1, {"outside": 1}, [])
    assert run(raw).curated == 0


def test_the_longest_name_has_no_sidecar_and_no_warning(raw: Path) -> None:
    (raw / ("长" * 83 + ".txt")).write_text(made.page(2), encoding="utf-8")
    summary = run(raw)
    assert (summary.new, summary.warnings) == (2, [])


# -------------------------------------------------------------------- what costs itself and nothing else


def test_a_folder_that_cannot_be_listed_costs_itself(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / "locked").mkdir()
    (raw / "locked" / "kept.txt").write_text(made.page(2), encoding="utf-8")
    assert run(raw).new == 2
    real = os.scandir

    def scandir(path):  # type: ignore[no-untyped-def] (root may read everything, so it is said in the system's place)
        if str(path).rstrip("/").endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    (raw / "more.txt").write_text(made.page(3), encoding="utf-8")
    for options in ({}, {"prune": True}, {"full": True, "prune": True}):
        summary = run(raw, **options)
        assert summary.failures == ["the folder locked/ cannot be read: Permission denied; what is known of it stands"]
        assert (summary.pruned, set(rows(raw, "documents"))) == (0, {"good.txt", "locked/kept.txt", "more.txt"})
    report = checks.check(raw.parent / "curated", fast=True, resources=ONE, pool=Inline())  # type: ignore[arg-type]
    assert report.violations == [] and any("locked/ of the raw folder cannot be read" in n for n in report.notes)


def test_a_path_longer_than_the_system_takes_costs_itself(raw: Path) -> None:
    here = Path.cwd()
    try:
        os.chdir(raw)
        for _ in range(20):
            Path("d" * 240).mkdir()
            os.chdir("d" * 240)
        Path("deep.txt").write_text(made.page(2), encoding="utf-8")
    finally:
        os.chdir(here)
    summary = run(raw)
    assert summary.new == 1 and len(summary.failures) == 1
    assert "cannot be read: File name too long" in summary.failures[0]


@pytest.mark.parametrize("time", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
def test_a_time_at_the_end_of_the_calendar_is_no_time(raw: Path, time: str) -> None:
    (raw / "good.txt.meta.json").write_text(json.dumps({"fetched_at": time, "url": "http://a.example/"}))
    (raw / "feed.jsonl").write_text(json.dumps({"text": made.page(2), "fetched_at": time}) + "\n")
    (raw / "x.mht").write_text(f"Date: Mon, 01 Jan 0001 00:00:00 +1400\nContent-Type: text/plain\n\n{made.page(4)}")
    body = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + made.page(3).encode()
    head = f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: {time}\r\nWARC-Target-URI: http://a.example/\r\nContent-Length: {len(body)}\r\nWARC-Record-ID: <a>\r\n\r\n"
    (raw / "x.warc").write_bytes(head.encode() + body + b"\r\n\r\n")
    summary = run(raw)
    reasons = {s: r["detail"] for s, r in rows(raw, "rejections").items()}
    assert (summary.new, reasons) == (4, {})
    assert all(r["fetched_at"] is None for s, r in rows(raw, "documents").items() if s != "x.mht")
    assert any("good.txt.meta.json is not used" in w for w in summary.warnings)


def test_halves_of_characters_in_an_address(raw: Path) -> None:
    (raw / "good.txt.meta.json").write_text('{"url": "http://a.example/\\ud800x", "headers": {"X": "\\udfff"}}')
    summary = run(raw)
    assert (summary.new, dict(summary.rejected)) == (1, {})
    assert rows(raw, "documents")["good.txt"]["url"] == "http://a.example/\N{REPLACEMENT CHARACTER}x"


def test_naive_utc() -> None:
    assert base.naive_utc("2024-03-01T08:00:00+08:00").isoformat() == "2024-03-01T00:00:00"
    with pytest.raises(ValueError, match="out of range"):
        base.naive_utc("0001-01-01T00:00:00+14:00")


# -------------------------------------------------------------------- archives

_BAD = {
    "spaces in a field": (b"WARC/1.0\r\nA:x" + b" " * 64_000 + b"x\r\n\r\n", False),
    "versions without a head": (b"WARC/1.0\r\n" * 100_000, False),
    "heads without a length": (b"WARC/1.0\r\n\r\n" * 100_000, False),
    "no versions": (b"\nWARC/1." * 100_000, False),
    "marks of gzip": (b"\x1f\x8b\x08" * 300_000, True),
    "heads of gzip": (b"\x1f\x8b\x08\0\0\0\0\0\0\0" * 100_000, True),
}


@pytest.mark.parametrize("name", _BAD)
def test_an_archive_of_nothing_but_beginnings_is_one_rejection_in_time(name: str) -> None:
    data, compressed = _BAD[name]
    begun = time.process_time()
    found = list(warc.Walk(BytesIO(data), compressed))
    assert time.process_time() - begun < 4
    assert len(found) == 1 and found[0].fault and found[0].length == len(data)


def test_broken_places_between_records_are_told_one_by_one() -> None:
    record = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 19\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n\r\n"
    bad = b"WARC/1.0\r\nWARC-Type: x\r\n\r\n"
    found = list(warc.Walk(BytesIO(record + bad + record + bad + bad + record), False))
    assert [bool(f.fault) for f in found] == [False, True, False, True, False]
    assert "nothing up to byte" in found[3].fault[1] and "nothing" not in found[1].fault[1]  # type: ignore[index]


def test_an_archive_is_never_read_in_the_collecting_process(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / "x.warc").write_bytes(b"WARC/1.0\r\n" * 100)
    (raw / "feed.jsonl").write_text(json.dumps({"text": made.page(2)}) + "\n")
    with engine.Pool(ONE) as pool:  # its workers have read the code before it is changed here
        pool.submit(os.getpid).result()
        monkeypatch.setattr(readers, "items", lambda *a, **k: pytest.fail("outside bytes parsed here"))
        monkeypatch.setattr(readers, "read_raw", lambda *a, **k: pytest.fail("outside bytes parsed here"))
        summary = corpus.run(raw, raw.parent / "curated", resources=ONE, buckets=2, pool=pool, config=Config())
        assert (summary.new, summary.failures) == (2, [])
        assert checks.check(raw.parent / "curated", fast=True, resources=ONE, pool=pool).violations == []
