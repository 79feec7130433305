"""MHTML: a page saved with its images as one MIME message. The main HTML part is the page.

Parts are found by their boundaries in the bytes (RFC 2046) and only the main one is decoded: a message may be ten times as
large as the page in it, and a parser that takes all of it apart costs another ten times that in memory.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from datetime import datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from ingest.corpus.readers.base import Content, Refused, Sidecar, without_zone

_TEXTUAL = ("text/html", "application/xhtml+xml", "text/plain")
_HEAD_END = re.compile(rb"(?:\A|\n)\r?\n")
_MOST_HEAD = 64_000  # bytes of the header of a part
_DEEPEST = 8
_MOST_PARTS = 20_000


class _Part(NamedTuple):
    """A part that is no container: its header, and where its content lies in the message, as it is encoded there."""

    head: Message
    start: int
    end: int
    closed: bool
    """Whether the boundary that ends its container is there."""

    @property
    def kind(self) -> str:
        return self.head.get_content_type()


def page(raw: bytes, max_bytes: int = 1 << 62) -> Content:
    """The main part with its media type, and what the message says of where it was fetched. `max_bytes`: of the part."""
    message, _ = _head(raw, 0, len(raw))
    parts = list(_parts(raw, 0, len(raw), 0, True))
    main = _main(message, [part for part in parts if part.kind in _TEXTUAL])
    if main is None:
        raise Refused("malformed", "the MHTML file has no HTML part")
    if not main.closed and parts[-1] is main:
        raise Refused("truncated", f"the MHTML file ends at byte {len(raw)}, inside its main part: it was cut")
    if (
        main.end - main.start > 4 * max_bytes
    ):  # no encoding of a part makes more than three bytes and a line break of one
        raise Refused("too_large", f"{main.end - main.start} bytes; the limit is {max_bytes} (limits.max_bytes)")
    content = _decoded(raw[main.start : main.end], str(main.head.get("Content-Transfer-Encoding", "")))
    if not content:
        raise Refused("empty", "the main part of the MHTML file is empty")
    url = _header(message, "Snapshot-Content-Location") or _header(main.head, "Content-Location")
    kind = _header(main.head, "Content-Type")
    about = Sidecar(None, url, {"Content-Type": kind} if kind else None, _date(message))
    return Content(content, "text/plain" if main.kind == "text/plain" else "text/html", about)


def _head(raw: bytes, start: int, end: int) -> tuple[Message, int]:
    """The header that begins at `start`, and where what it is the header of begins."""
    found = _HEAD_END.search(raw, start, min(end, start + _MOST_HEAD))
    behind = found.end() if found else end
    return BytesHeaderParser().parsebytes(raw[start : min(behind, start + _MOST_HEAD)]), behind


def _parts(raw: bytes, start: int, end: int, depth: int, closed: bool) -> Iterator[_Part]:
    """The parts of the message in `raw[start:end]` that hold content, in order."""
    head, body = _head(raw, start, end)
    boundary = head.get_boundary() if head.get_content_maintype() == "multipart" and depth < _DEEPEST else None
    if not boundary:
        yield _Part(head, body, end, closed)
        return
    # The line break before a boundary belongs to the boundary.
    line = re.compile(
        rb"(?:\A|\r?\n)--" + re.escape(boundary.encode("latin-1", "replace")) + rb"(--)?[ \t]*(?=\r?\n|\Z)"
    )
    begin = None
    for count, found in enumerate(line.finditer(raw, max(start, body - 2), end)):
        if begin is not None:
            yield from _parts(raw, begin, found.start(), depth + 1, True)
        begin = None if found[1] else raw.find(b"\n", found.end(), end) + 1 or end
        if found[1] or count > _MOST_PARTS:
            return
    if begin is not None:
        yield from _parts(raw, begin, end, depth + 1, False)


def _decoded(body: bytes, coding: str) -> bytes:
    """What a part holds. Base64 that does not end well gives what can be had of it."""
    coding = coding.strip().lower()
    if coding == "quoted-printable":
        return quopri.decodestring(body)
    if coding != "base64":
        return body
    for padding in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(body + padding)
        except binascii.Error:
            continue
    return body


def _main(message: Message, parts: list[_Part]) -> _Part | None:
    """The part that the message says is its root; else the first HTML part, else the first of plain text."""
    if start := message.get_param("start"):
        for part in parts:
            if _header(part.head, "Content-ID") == start:
                return part
    html = [part for part in parts if part.kind != "text/plain"]
    return next(iter(html or parts), None)


def _header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value is not None else None


def _date(message: Message) -> datetime | None:
    try:
        return without_zone(parsedate_to_datetime(str(message["Date"])))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
