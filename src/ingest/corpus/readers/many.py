"""Files that hold many pages: feeds of crawlers and WARC archives. A page is found first, and taken out in a worker."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from ingest.config import FeedFields
from ingest.corpus.readers import feeds, inflate, responses, warc
from ingest.corpus.readers.base import Content, Item, Place, Refused, digest_of
from ingest.errors import Reason

_USUAL = ("warcinfo", "request", "metadata")


class Feed:
    """JSON Lines, a page a line."""

    many = tells = True
    code: tuple[str, ...] = ("feeds", "inflate")

    def parts(self, file: BinaryIO, copy: Path, max_bytes: int, notes: list[str]) -> Iterator[tuple[str, Place]]:
        """The lines that hold anything."""
        fault = place = None
        if file.read(2) == b"\x1f\x8b":
            place = str(copy)
            fault = _copied(file, copy)
            file = copy.open("rb")
        limit, number = feeds.longest(max_bytes), 0
        with file:
            for line in feeds.lines(file, limit):
                number = line.number
                if fault and not line.ended:
                    number -= 1
                    break
                long: tuple[Reason, str] | None = None
                if line.length > limit:
                    long = "too_large", f"the line has {line.length} bytes; the limit is {limit}"
                yield str(number), Place(line.offset, line.length, place, long)
            if fault:
                yield str(number + 1), Place(file.tell(), 0, place, (fault.reason, fault.detail))

    def addresses(
        self, file: BinaryIO, copy: Path, max_bytes: int, fields: FeedFields
    ) -> Iterator[tuple[str | None, str | None]]:
        """What each line says."""
        for part, place in self.parts(file, copy, max_bytes, []):
            if place.fault:
                continue
            with _source(file, place) as source, suppress(Refused):
                behind = source.tell()  # lines are found in the same file, one after the other
                source.seek(place.offset)
                line = source.read(place.length)
                source.seek(behind)
                may_be, url = feeds.address(line, fields)
                if may_be:
                    yield part, url

    def page(self, file: BinaryIO, item: Item, max_bytes: int, fields: FeedFields) -> Content:
        """The page on a line."""
        place = _place(item)
        with _source(file, place) as source:
            source.seek(place.offset)
            line = source.read(place.length)
        try:
            return feeds.page(line, fields)
        except Refused as error:
            cut = "" if line.endswith(b"\n") else "; no line break is behind it: the file may have been cut"
            where = f"line {item.part}, at byte {place.offset}: {error.detail}{cut}"
            raise Refused(error.reason, where, digest_of(line)) from None


class Archive:
    """A WARC archive, a page a response."""

    many = tells = True
    code: tuple[str, ...] = ("warc", "responses", "inflate", "warcio", "brotli")

    def parts(self, file: BinaryIO, copy: Path, max_bytes: int, notes: list[str]) -> Iterator[tuple[str, Place]]:
        """The records that are responses with a document."""
        for part, one, place in self._found(file, copy, notes):
            yield part, Place(one.offset, one.length, place, one.fault)

    def addresses(
        self, file: BinaryIO, copy: Path, max_bytes: int, fields: FeedFields
    ) -> Iterator[tuple[str | None, str | None]]:
        """What the heads of the records say."""
        for part, one, _ in self._found(file, copy, []):
            if one.html and not one.fault:
                yield part, one.url

    def _found(self, file: BinaryIO, copy: Path, notes: list[str]) -> Iterator[tuple[str, warc.Found, str | None]]:
        """The records of pages by the names of their parts, and the copy that they are places in."""
        if not responses.readable():
            raise Refused("unreadable", "WARC archives need warcio: pip install 'ingest[warc]'")
        compressed, place, fault = file.read(2) == b"\x1f\x8b", None, None
        walk = warc.Walk(file, compressed)
        try:
            found = list(walk)
        except warc.Packed:
            fault, place = _copied(file, copy), str(copy)
            with copy.open("rb") as unpacked:
                walk = warc.Walk(unpacked, compressed=False)
                found = list(walk)
        if fault and not (found and found[-1].fault):
            found.append(warc.Found(None, walk.size, 0, (fault.reason, fault.detail)))
        seen: set[str] = set()
        for one in found:
            part = "".join(c for c in one.id or "" if c.isprintable() and c != " ")[:200]
            if not part or part in seen:
                part = f"{part}{'-' if part else ''}byte-{one.offset}"
            seen.add(part)
            yield part, one, place
        others = [f"{what} {n}" for what, n in walk.others.most_common() if what not in _USUAL]
        if others:
            notes.append(f"records that are no pages: {', '.join(others[:8])}{', …' if len(others) > 8 else ''}")

    def page(self, file: BinaryIO, item: Item, max_bytes: int, fields: FeedFields) -> Content:
        """The page in a record."""
        place = _place(item)
        with _source(file, place) as source:
            id = None if "byte-" in str(item.part) else item.part
            compressed = source.read(2) == b"\x1f\x8b"
            try:
                return responses.page(source, place, compressed, id, max_bytes)
            except Refused as error:
                where = f"record at byte {place.offset}: {error.detail}"
                raise Refused(error.reason, where, error.sha256, error.transient) from None


def _place(item: Item) -> Place:
    if item.place is None or item.part is None:
        raise Refused("unreadable", "the file holds many pages: name one, as in feed.jsonl#17", transient=True)
    return item.place


def _source(file: BinaryIO, place: Place) -> AbstractContextManager[BinaryIO]:
    """What a place is a place in: the raw file, or its decompressed copy."""
    return Path(place.copy).open("rb") if place.copy else nullcontext(file)


def _copied(file: BinaryIO, copy: Path) -> Refused | None:
    """Decompresses a file; what stopped it half way comes back."""
    with copy.open("wb") as out:
        try:
            inflate.gunzip(file, out.write, 1 << 62)
        except Refused as error:
            return error
    return None
