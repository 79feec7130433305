"""Compressed bytes within bounds: what comes out is limited in size and in its ratio to what went in.

No reader of the standard library tells a cut stream from a whole one and stops at a bound as well: `zlib`, asked piece by
piece, does both.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ingest.corpus.readers.base import Refused

RATIO = 200
"""Most that bytes may expand. Text in which much is repeated stays far below."""
_FREE = 1_000_000
"""Output up to which the ratio says nothing: a short page of one repeated character is no attack."""
_PIECE = 1 << 16
_FIRST = 1 << 10
"""Bytes that are read at first: where many places are tried, most turn out at once to be no beginning."""
_OUT = 1 << 20
GZIP, ZLIB, RAW = 31, 15, -15


class Inflater:
    """One compressed stream out of a file: an iterator over its pieces, which then knows where it ended."""

    def __init__(self, file: BinaryIO, offset: int, wbits: int = GZIP) -> None:
        file.seek(offset)
        self._file, self._wbits = file, wbits
        self.begin = self.end = offset
        self.produced = 0
        self.whole = False
        """Whether the stream came to its own end, its checksum right."""

    def __iter__(self) -> Iterator[bytes]:
        """Pieces of at most a megabyte. Raises `Refused` where the bytes are broken or expand too much."""
        engine = zlib.decompressobj(self._wbits)
        size = _FIRST
        while not engine.eof:
            data = engine.unconsumed_tail or self._file.read(size)
            size = min(4 * size, _PIECE)
            at = self._file.tell() - len(data)
            try:
                out = engine.decompress(data, _OUT)  # nothing more to read: there may yet be something to come out
            except zlib.error as error:
                what = str(error).rpartition(": ")[2]
                raise Refused("malformed", f"compressed bytes are broken at byte {at}: {what}") from None
            self.end = self._file.tell() - len(engine.unconsumed_tail) - len(engine.unused_data)
            self.produced += len(out)
            if self.produced > _FREE and self.produced > RATIO * (self.end - self.begin):
                raise Refused("too_large", f"a compression bomb: more than {RATIO} times its size, at byte {self.end}")
            if out:
                yield out
            elif not data and not engine.eof:
                return
        self.whole = True


def gunzip(file: BinaryIO, write: Callable[[bytes], object], limit: int) -> str | None:
    """All members of a gzip file written out, at most `limit` bytes; gives a note on what follows behind the last.

    Raises `Refused` with the place: what was written before stands.
    """
    size = file.seek(0, 2)
    offset = total = 0
    while offset < size:
        file.seek(offset)
        begins = file.read(2) == b"\x1f\x8b"
        if not begins and not offset:
            raise Refused("malformed", "what is called gzip does not begin so: it is not compressed, or otherwise")
        if not begins:
            file.seek(offset)
            if any(piece.strip(b"\0") for piece in iter(lambda: file.read(_PIECE), b"")):
                return f"{size - offset} bytes behind the end of the compressed data, at byte {offset}, were not read"
            return None
        member = Inflater(file, offset)
        for out in member:
            total += len(out)
            if total > limit:
                raise Refused("too_large", f"more than {limit} bytes once it is decompressed (limits.max_bytes)")
            write(out)
        if not member.whole:
            raise Refused("truncated", f"the compressed data end at byte {size}, before their end: the file was cut")
        offset = member.end
    return None
