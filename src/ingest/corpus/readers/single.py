"""Files that are one page: as they are, compressed, or saved as a message with their images."""

import hashlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from ingest.config import FeedFields
from ingest.corpus.readers import inflate, mhtml
from ingest.corpus.readers.base import Content, Item, Place, Refused, Sidecar, digest_of

_MEDIA = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".shtml": "text/html",
    ".xhtml": "text/html",
}
_MESSAGE = 10
"""Times the limit of a page that a message may have: it holds images as well, in base64."""


class Page:
    """A file whose bytes are the page."""

    many = False
    tells = False
    code: tuple[str, ...] = ()

    def parts(self, file: BinaryIO, copy: Path, max_bytes: int, notes: list[str]) -> Iterator[tuple[str, Place]]:
        """None: the file is the page."""
        return iter(())

    def addresses(
        self, file: BinaryIO, copy: Path, max_bytes: int, fields: FeedFields
    ) -> Iterator[tuple[str | None, str | None]]:
        """None: the file does not tell."""
        return iter(())

    def page(self, file: BinaryIO, item: Item, max_bytes: int, fields: FeedFields) -> Content:
        """The bytes."""
        _fits(file, max_bytes, max_bytes)
        return Content(file.read(), _media(item.path))


class Packed(Page):
    """A page compressed with gzip."""

    code: tuple[str, ...] = ("inflate",)

    def page(self, file: BinaryIO, item: Item, max_bytes: int, fields: FeedFields) -> Content:
        """What it holds, within the limit."""
        _fits(file, max_bytes, max_bytes)
        unpacked = bytearray()
        try:
            note = inflate.gunzip(file, unpacked.extend, max_bytes)
        except Refused as error:
            raise Refused(error.reason, error.detail, _sha256(file)) from None
        return Content(bytes(unpacked), _media(item.path[: -len(".gz")]), Sidecar(fault=note))


class Message(Page):
    """A page saved as MHTML."""

    tells = True
    code: tuple[str, ...] = ("inflate", "mhtml")

    def addresses(
        self, file: BinaryIO, copy: Path, max_bytes: int, fields: FeedFields
    ) -> Iterator[tuple[str | None, str | None]]:
        """The page, and what the message says."""
        found = self.page(file, Item(""), max_bytes, fields)
        if found.media_type == "text/html":
            yield None, found.about.url

    def page(self, file: BinaryIO, item: Item, max_bytes: int, fields: FeedFields) -> Content:
        """The main part."""
        _fits(file, _MESSAGE * max_bytes, max_bytes)
        message = file.read()
        try:
            found = mhtml.page(message, max_bytes)
        except Refused as error:
            raise Refused(error.reason, error.detail, digest_of(message)) from None
        if len(found.raw) > max_bytes:
            detail = f"{len(found.raw)} bytes; the limit is {max_bytes} (limits.max_bytes)"
            raise Refused("too_large", detail, digest_of(found.raw))
        return found


def _media(name: str) -> str | None:
    return _MEDIA.get(PurePosixPath(name).suffix.lower())


def _fits(file: BinaryIO, most: int, max_bytes: int) -> None:
    size = file.seek(0, 2)
    file.seek(0)
    if size > most:
        raise Refused("too_large", f"{size} bytes; the limit is {max_bytes} (limits.max_bytes)", _sha256(file))


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    for piece in iter(lambda: file.read(1 << 20), b""):
        digest.update(piece)
    return digest.hexdigest()
