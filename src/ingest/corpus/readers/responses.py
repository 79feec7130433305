"""The page in one record of a WARC archive, read by warcio (extra `warc`): HTTP's own coding and compression undone."""

from datetime import datetime
from importlib.util import find_spec
from io import BytesIO
from typing import BinaryIO

from ingest.corpus.readers.base import Content, Place, Refused, Sidecar, naive_utc
from ingest.corpus.readers.inflate import GZIP, RAW, ZLIB, Inflater, gunzip

_HEADS = 1 << 18
"""Room for the heads of a record besides its page."""


def readable() -> bool:
    """Whether warcio is at hand."""
    return find_spec("warcio") is not None


def page(file: BinaryIO, place: Place, compressed: bool, id: str | None, limit: int) -> Content:
    """A page, and how it was fetched."""
    # Loaded late: only who has archives has warcio.
    from warcio.bufferedreaders import BufferedReader, ChunkedDataException, ChunkedDataReader
    from warcio.exceptions import ArchiveLoadFailed
    from warcio.recordloader import ArcWarcRecordLoader
    from warcio.statusandheaders import StatusAndHeadersParserException

    room = 2 * limit + _HEADS
    if place.length > room:
        raise Refused("too_large", f"the record has {place.length} bytes; the limit of a page is {limit}")
    file.seek(place.offset)
    data = file.read(place.length)
    if compressed:
        out = bytearray()
        gunzip(BytesIO(data), out.extend, room)
        data = bytes(out)
    try:
        record = ArcWarcRecordLoader().parse_record_stream(BytesIO(data), known_format="warc")
        about = record.rec_headers
        if record.http_headers is None:
            raise Refused("malformed", "the record holds no HTTP response")
        found = (about.get_header("WARC-Record-ID") or "").strip().strip("<>")
        if id and found != id:
            raise Refused("malformed", f"another record than {id} stands at byte {place.offset}: the file has changed")
        if cut := about.get_header("WARC-Truncated"):
            raise Refused("truncated", f"the crawler cut this response (WARC-Truncated: {cut})")
        body = record.raw_stream.read()
        headers = {str(name): str(value) for name, value in record.http_headers.headers}
        coding = {name.lower(): value.strip().lower() for name, value in headers.items()}
        if "chunked" in coding.get("transfer-encoding", "") and _is_chunked(body):
            body = ChunkedDataReader(BytesIO(body), raise_exceptions=True).read()
    except (
        ArchiveLoadFailed,
        StatusAndHeadersParserException,
        EOFError,
        AttributeError,
        TypeError,
        ValueError,
    ) as error:
        # The last three: warcio takes fields of a head for granted that a broken one lacks.
        raise Refused("malformed", f"the record cannot be read: {error}") from None
    except ChunkedDataException as error:
        raise Refused("truncated", f"the HTTP response is not whole: {error}") from None
    for name in reversed([c.strip() for c in coding.get("content-encoding", "").split(",")]):
        if name == "br" and "br" in BufferedReader.get_supported_decompressors():
            body = _brotli(body, limit)
        elif name not in ("", "identity"):
            body = decoded(body, name, limit)
    if len(body) > limit:
        raise Refused("too_large", f"{len(body)} bytes; the limit is {limit} (limits.max_bytes)")
    when = _date(about.get_header("WARC-Date"))
    return Content(body, None, Sidecar(None, about.get_header("WARC-Target-URI"), headers or None, when))


def _is_chunked(body: bytes) -> bool:
    """Whether a body begins with a chunk's length: some crawlers undo the coding and leave the header."""
    first = body[:20].partition(b"\r\n")[0].partition(b";")[0].strip()
    return bool(first) and not first.strip(b"0123456789abcdefABCDEF")


def decoded(body: bytes, coding: str, limit: int) -> bytes:
    """A body without its content coding; as it is where a crawler has undone that already and left the header."""
    if coding in ("gzip", "x-gzip"):
        if not body.startswith(b"\x1f\x8b"):
            return body
        kinds = [GZIP]
    elif coding == "deflate":
        kinds = [ZLIB, RAW]
    elif body.lstrip()[:1] == b"<":
        return body
    else:
        raise Refused(
            "unreadable", f"the page is compressed in a way that nothing here can undo ({coding})", transient=True
        )
    for kind in kinds:
        out, stream = bytearray(), Inflater(BytesIO(body), 0, kind)
        try:
            for piece in stream:
                out += piece
                if len(out) > limit:
                    raise Refused("too_large", f"more than {limit} bytes once it is decompressed (limits.max_bytes)")
        except Refused as error:
            if error.reason == "malformed" and coding == "deflate" and not out:
                continue
            raise
        if not stream.whole:
            raise Refused("truncated", f"the compressed response ends after {len(body)} bytes, before its end")
        return bytes(out)
    return body


def _brotli(body: bytes, limit: int) -> bytes:
    import brotli

    engine, out = brotli.Decompressor(), bytearray()
    try:
        for start in range(0, len(body), 1024):
            out += engine.process(body[start : start + 1024])
            if len(out) > limit:
                raise Refused("too_large", f"more than {limit} bytes once it is decompressed (limits.max_bytes)")
    except brotli.error as error:
        raise Refused("malformed", f"compressed bytes are broken: {error}") from None
    if not engine.is_finished():
        raise Refused("truncated", f"the compressed response ends after {len(body)} bytes, before its end")
    return bytes(out)


def _date(text: str | None) -> datetime | None:
    try:
        return naive_utc(text)
    except ValueError:
        return None
