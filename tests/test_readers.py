"""Every reader of raw files, by one test each: whole, cut anywhere, and made to burst. A new reader is asked by its entry here."""

import gzip
import io
import json
import tracemalloc
from pathlib import Path

import feeds_made
import made
import pytest

from ingest.corpus import readers
from ingest.corpus.readers import base

ZEROS = 60_000_000
LIMIT = 1_000_000


def _packed_zeros(before: bytes = b"") -> bytes:
    out = io.BytesIO()
    with gzip.open(out, "wb", 9) as file:
        file.write(before)
        for _ in range(ZEROS // 1_000_000):
            file.write(bytes(1_000_000))
    return out.getvalue()


def _feed(path: Path) -> None:
    feeds_made.feed(path, [feeds_made.line(n) for n in range(3)])


def _archive(path: Path) -> None:
    feeds_made.warc(path, 3)


def _bursting_archive(path: Path) -> None:
    """A response whose body is compressed a second time."""
    feeds_made.warc(path, 1)
    body = _packed_zeros()
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n"
    record = (
        b"WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:1>\r\nWARC-Target-URI: https://a.example/1\r\n"
        b"Content-Type: application/http; msgtype=response\r\nContent-Length: %d\r\n\r\n" % (len(head) + len(body))
    )
    path.write_bytes(gzip.compress(record + head + body + b"\r\n\r\n", 1))


SAMPLES = {
    "archive": ("x.warc.gz", _archive, _bursting_archive),
    "feed": ("x.jsonl.gz", _feed, lambda path: path.write_bytes(_packed_zeros(b'{"body": "'))),
    "message": ("x.mhtml", lambda path: feeds_made.mhtml(path, 1), lambda path: path.write_bytes(_message())),
    "packed": (
        "x.html.gz",
        lambda path: path.write_bytes(gzip.compress(made.html(1).encode())),
        lambda path: path.write_bytes(_packed_zeros()),
    ),
    "page": (
        "x.html",
        lambda path: path.write_bytes(made.html(1).encode()),
        lambda path: path.write_bytes(bytes(2 * LIMIT)),
    ),
}
"""For each form of raw file: a name, what writes one that is whole, and what writes one that would burst."""


def _message() -> bytes:
    head = b"Content-Type: text/html\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + b"AAAA" * (2 * LIMIT)


def _read(path: Path, scratch: Path) -> list[str | bytes | readers.Refused]:
    """Every page of a file, or why it is refused; anything else that is raised fails the test."""
    out: list[str | bytes | readers.Refused] = []
    for item in readers.items(path.parent, path.name, LIMIT, scratch):
        try:
            raw = readers.read_raw(path.parent, item, LIMIT).raw
            out.append(raw.encode() if isinstance(raw, str) else raw)
        except readers.Refused as error:
            out.append(error)
    return out


def test_every_form_has_a_reader_and_a_sample_here() -> None:
    assert set(readers.READERS) == set(base.ENDINGS) == set(SAMPLES)
    for form, (name, _, _) in SAMPLES.items():
        assert readers.reader_of(name) is readers.READERS[form], name
        assert readers.reader_of(name.upper()) is readers.READERS[form], name
        assert (base.MANY.search(name) is not None) == readers.READERS[form].many, name


@pytest.mark.parametrize("form", SAMPLES)
def test_cut_anywhere_it_gives_whole_pages_and_refusals(form: str, tmp_path: Path) -> None:
    name, whole, _ = SAMPLES[form]
    path = tmp_path / name
    whole(path)
    data, pages = path.read_bytes(), _read(path, tmp_path)
    assert pages
    assert not [page for page in pages if isinstance(page, readers.Refused)]
    step = max(1, len(data) // 60)
    for cut in [*range(0, len(data), step), len(data) - 1]:
        path.write_bytes(data[:cut])
        found = _read(path, tmp_path)
        assert found, "a file that gives nothing is a refusal"
        if form == "page":  # nothing in a page says where it should have ended
            continue
        for n, page in enumerate(found):
            assert isinstance(page, readers.Refused) or page == pages[n] or not (page or cut)
        for page in found:
            if isinstance(page, readers.Refused):
                assert page.reason
                assert "Error(" not in page.detail


@pytest.mark.parametrize("form", SAMPLES)
def test_a_file_that_would_burst_is_refused_in_little_memory(form: str, tmp_path: Path) -> None:
    name, _, bomb = SAMPLES[form]
    path = tmp_path / name
    bomb(path)
    held = path.stat().st_size if form == "message" else 0  # it is read whole: its size is within a limit of its own
    tracemalloc.start()
    try:
        found = _read(path, tmp_path)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found
    assert all(isinstance(page, readers.Refused) for page in found)
    assert {page.reason for page in found if isinstance(page, readers.Refused)} <= {"too_large", "malformed"}
    assert peak < 24 * LIMIT + held, peak
    assert json.dumps([str(page) for page in found]).isascii()


def test_a_name_is_of_one_form_only() -> None:
    forms = {"a.warc": "archive", "a.warc.gz": "archive", "a.jl": "feed", "a.ndjson.gz": "feed", "a.mht": "message"}
    forms |= {"a.html.gz": "packed", "a.gz": "packed", "a.txt": "page", "a": "page", "a.jsonl.txt": "page"}
    assert {name: readers.reader_of(name) for name in forms} == {n: readers.READERS[form] for n, form in forms.items()}
