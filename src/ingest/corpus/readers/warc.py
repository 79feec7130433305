"""WARC archives: where each record is, and whether it is whole.

No reader of WARC reports that a file was cut or that a record is broken, and a broken record makes most of them lose all
that follow. So the file is walked here, record by record, by lengths and ends alone; what a record holds is read by
warcio, in a worker (`responses`). Behind a broken record the walk goes on where the next one begins.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from ingest.corpus.readers.base import Refused
from ingest.corpus.readers.inflate import GZIP, Inflater
from ingest.errors import Reason

_HEAD = 1 << 16
_BLOCK = 1 << 16
_PROBE = 1 << 10
_FIRST = 1 << 12
"""Bytes that are looked at first: a file made of nothing but beginnings must not be read sixteen times over."""
_END = re.compile(rb"\r?\n\r?\n")
_NAME = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
_STATUS = re.compile(rb"HTTP/[0-9.]+ +([0-9]{3})")
_PAGES = re.compile(
    rb"text/(?:html|plain)|application/(?:xhtml|pdf|msword|vnd\.openxmlformats|vnd\.ms-|octet-stream)|$", re.IGNORECASE
)
"""Media types of documents: those that cannot be curated (a PDF) among them, so that their rejection says so."""
_HTML = (b"text/html", b"application/xhtml+xml", b"")
_GZIP = b"\x1f\x8b\x08"
_MARK = b"WARC/"
_RECORD = re.compile(rb"WARC/[01]\.[0-9]+\r?\n")
_NEXT = re.compile(rb"\nWARC/[01]\.[0-9]{1,8}\r?\n")
_LONGEST = 20
"""Bytes of such a line at most."""


class Found(NamedTuple):
    """A record that holds a page, or that is broken."""

    id: str | None
    offset: int
    length: int
    fault: tuple[Reason, str] | None = None
    html: bool = False
    """Whether the page may be HTML by what its heads say."""
    url: str | None = None


class Packed(Exception):  # noqa: N818 (it is an answer)
    """Records are not compressed one by one: the file has to be decompressed as a whole."""


class Walk:
    """The walk through a WARC file: gives the pages' records and the broken ones, and counts all others."""

    def __init__(self, file: BinaryIO, compressed: bool) -> None:
        self.file, self.compressed = file, compressed
        self.size = file.seek(0, 2)
        self.records = 0
        self.others: Counter[str] = Counter()
        """Records that are no page, by what they are."""

    def __iter__(self) -> Iterator[Found]:
        """In the order of the file. Broken places in a row that have no id are one. Raises `Packed`."""
        offset = 0
        broken: list[Found] = []
        while offset < self.size:
            record = _Record()
            try:
                end = self._member(offset, record) if self.compressed else self._plain(offset, record)
            except Refused as error:
                end = self._next(offset + 1)
                where = f"record {self.records + 1}, at byte {offset}: {error.detail}"
                if record.id or not broken:
                    yield from _as_one(broken)
                    broken = []
                found = Found(record.id, offset, end - offset, (error.reason, where))
                if record.id:
                    yield found
                else:
                    broken = [*broken[:1], found]  # of a row its first and its last are enough
            else:
                yield from _as_one(broken)
                broken = []
                if end is None:
                    return
                if record.is_page:
                    yield Found(record.id, offset, end - offset, None, record.html, record.url)
                else:
                    self.others[record.kind] += 1
            self.records += 1
            offset = end
        yield from _as_one(broken)

    def _plain(self, offset: int, record: "_Record") -> int | None:
        """Reads the heads of a record, and gives where it ends."""
        self.file.seek(offset)
        head = self.file.read(_FIRST)
        while head and not head.strip():
            offset += len(head)
            head = self.file.read(_FIRST)
        if not head:
            return None
        again = _NEXT.search(head)
        if again and not _END.search(head, 0, again.start() + 1):
            raise Refused("malformed", "its head has no end before the next record begins")
        record.feed(head)
        if not record.parsed:
            record.feed(self.file.read(_HEAD - len(head)))
        record.close()
        begin = offset + record.head_length
        stop = begin + record.length
        if stop > self.size:
            raise Refused("truncated", f"it has {self.size - begin} of {record.length} bytes: the file was cut")
        self.file.seek(stop)
        behind = self.file.read(64)
        rest = behind.lstrip(b"\r\n")
        if not rest.startswith(_MARK) and rest and not behind.startswith(b"\r\n\r\n"):
            raise Refused("malformed", f"no record begins behind its {record.length} bytes: its length is wrong")
        return stop + len(behind) - len(rest)

    def _member(self, offset: int, record: "_Record") -> int | None:
        """Decompresses a member of a gzip file, and gives where it ends."""
        self.file.seek(offset)
        if self.file.read(3) != _GZIP:
            self.file.seek(offset)
            if not any(block.strip(b"\0") for block in iter(lambda: self.file.read(_BLOCK), b"")):
                return None
            raise Refused("malformed", "no compressed record begins here")
        member = Inflater(self.file, offset)
        for piece in member:
            record.feed(piece)
        record.close()
        if _RECORD.match(record.behind.lstrip()):
            raise Packed
        if not member.whole:
            raise Refused(
                "truncated", f"the compressed record ends at byte {self.size}, before its end: the file was cut"
            )
        if record.seen < record.length:
            raise Refused("malformed", f"it has {record.seen} of {record.length} bytes")
        if record.behind.strip():
            raise Refused("malformed", f"it has more than its {record.length} bytes: its length is wrong")
        return member.end

    def _next(self, offset: int) -> int:
        """Where the next record begins, at or behind `offset`."""
        size = _FIRST
        while offset < self.size:
            self.file.seek(offset)
            block = self.file.read(size)
            found = self._in_block(block, offset)
            if found is not None:
                return found
            offset += max(1, len(block) - _LONGEST)
            size = _BLOCK
        return self.size

    def _in_block(self, block: bytes, offset: int) -> int | None:
        if not self.compressed:
            mark = _NEXT.search(block)
            return None if mark is None else offset + mark.start() + 1
        at = block.find(_GZIP)
        while at >= 0:
            if self._begins(offset + at):
                return offset + at
            at = block.find(_GZIP, at + 1)
        return None

    def _begins(self, offset: int) -> bool:
        """Whether a compressed record begins here, by as little as tells it: the question is asked at every such mark."""
        self.file.seek(offset)
        try:
            return zlib.decompressobj(GZIP).decompress(self.file.read(_PROBE), len(_MARK)) == _MARK
        except zlib.error:
            return False


def _as_one(broken: list[Found]) -> Iterator[Found]:
    """Broken places in a row, by the first and the last of them, as one."""
    if len(broken) == 2:
        first, last = broken
        assert first.fault
        end = last.offset + last.length
        fault = (first.fault[0], f"{first.fault[1]}; nothing up to byte {end} is a record")
        broken = [first._replace(length=end - first.offset, fault=fault)]
    yield from broken


class _Record:
    """One record as its bytes come by: its head, the head of the HTTP response in it, and how many bytes there are."""

    def __init__(self) -> None:
        self.id: str | None = None
        self.kind = "other"
        self.is_page = self.html = False
        self.url: str | None = None
        self.length = self.seen = self.head_length = 0
        self.behind = b""
        self._head = b""
        self.parsed = False

    def feed(self, piece: bytes) -> None:
        """The next bytes."""
        if not self.parsed:
            self._head += piece
            end = _END.search(self._head)
            http = end and _END.search(self._head, end.end())
            if end and (http or len(self._head) >= _HEAD):
                self._parse(end)
            elif len(self._head) >= _HEAD:
                raise Refused("malformed", f"its head has no end within {_HEAD} bytes")
            return
        self.seen += len(piece)
        if self.seen > self.length:
            self.behind = (self.behind + piece[-(self.seen - self.length) :])[:64]

    def close(self) -> None:
        """There are no more bytes."""
        if self.parsed:
            return
        end = _END.search(self._head)
        if not end:
            if not _MARK.startswith(self._head[: len(_MARK)]):
                _version(self._head)
            raise Refused("truncated", "the file ends within its head: it was cut")
        self._parse(end)

    def _parse(self, end: "re.Match[bytes]") -> None:
        self.parsed = True
        _version(self._head)
        self.head_length = end.end()
        fields = _fields(self._head[: end.start()])
        self.url = fields.get(b"warc-target-uri", b"").decode("utf-8", "replace").strip().strip("<>") or None
        self.id = fields.get(b"warc-record-id", b"").decode("utf-8", "replace").strip().strip("<>") or None
        length = fields.get(b"content-length", b"")
        if not length.isdigit() or len(length) > 18:
            raise Refused("malformed", "it does not say how long it is (Content-Length)")
        self.length = int(length)
        content = self._head[end.end() :]
        self._head = b""
        self._judge(fields, content)
        self.feed(content)

    def _judge(self, fields: dict[bytes, bytes], content: bytes) -> None:
        """Whether the record is the response to a request for a page."""
        kind = fields.get(b"warc-type", b"?").lower()
        self.kind = kind.decode("ascii", "replace")[:40]
        status = _STATUS.match(content)
        if kind != b"response" or not status:
            return
        end = _END.search(content)
        media = _fields(content[: end.start()] if end else content).get(b"content-type", b"")
        media = media.split(b";")[0].strip().lower()
        if status[1] not in (b"200", b"203"):
            self.kind = f"HTTP {status[1].decode()}"
        elif not _PAGES.match(media):
            self.kind = media.decode("ascii", "replace")[:40]
        else:
            self.is_page = True
            self.html = media in _HTML


def _version(head: bytes) -> None:
    if not _RECORD.match(head.lstrip(b"\r\n")):
        raise Refused("malformed", "no record begins here")


def _fields(head: bytes) -> dict[bytes, bytes]:
    """The fields of a head; of several with one name the last."""
    found = {}
    for line in head.split(b"\n"):
        name, colon, value = line.partition(b":")
        name = name.rstrip(b" \t")
        if colon and name and not name.strip(_NAME):
            found[name.lower()] = value.strip(b" \t\r")
    return found
