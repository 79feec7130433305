"""Raw files: what there is under a raw folder, and how one is read.

Every regular file is read, save hidden ones and sidecars (`plan.html.meta.json` beside `plan.html`). What cannot be taken
in is not passed over: it comes back as a refusal, which ends as a row of `rejections`. Nothing is read here before it is
asked for, and listing a folder gives names only, a few at a time.

Each kind of file has a `Reader` (`base` says what that is; `single` and `many` hold them), chosen by the file's name. Most
files are a page. One that holds many is divided in `items`, which only finds where each page is; `read_raw` then takes one
page out, in a worker. This room knows nothing of curated folders, nor of what becomes of a page.
"""

import hashlib
import re
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from ingest import gate
from ingest.config import Config, FeedFields
from ingest.corpus.readers.base import (
    ENDINGS,
    SIDECAR,
    Content,
    Item,
    Place,
    RawPage,
    Reader,
    Refused,
    Sidecar,
    as_text,
    digest_of,
    doc_id_of,
    file_of,
    name_of,
    sha256_of,
    sidecar,
    sidecar_sha256,
)
from ingest.corpus.readers.many import Archive, Feed
from ingest.corpus.readers.raw_folder import Passed, inside, listing
from ingest.corpus.readers.single import Message, Packed, Page
from ingest.errors import InputError, Reason
from ingest.patterns import pattern

__all__ = [
    "SIDECAR", "Content", "Item", "Passed", "Place", "RawPage", "Reader", "Refused", "Sidecar", "addresses", "doc_id_of", "file_of", "inside",
    "is_page", "items", "listing", "name_of", "named", "read", "reader_of", "reading", "sha256_of", "sidecar", "sidecar_sha256", "tells", "undivided",
]  # fmt: skip

READERS: dict[str, Reader] = {
    "archive": Archive(), "feed": Feed(), "message": Message(), "packed": Packed(), "page": Page(),
}  # fmt: skip
"""The reader of each form of file that `ENDINGS` tells apart."""
_FORM = pattern("(?:" + "|".join(f"(?P<{form}>{ending})" for form, ending in ENDINGS.items()) + r")\Z", re.IGNORECASE)


def reader_of(relative: str) -> Reader:
    """How a file is read, by its name."""
    found = _FORM.search(relative)
    return READERS[(found and found.lastgroup) or "page"]


def is_page(relative: str) -> bool:
    """Whether a file's bytes are those of one page, as they are."""
    return reader_of(relative) is READERS["page"]


def items(
    root: Path,
    relative: str,
    max_bytes: int = 20_000_000,
    scratch: Path | None = None,
    notes: list[str] | None = None,
) -> Iterator[Item]:
    """The pages of one raw file, and the places where one is broken; at least one for every file.

    Files that can only be read from their beginning are decompressed into the folder `scratch`, which has to stay for as
    long as their pages are read. `notes` takes what there is to say of the file as a whole.
    """
    reader = reader_of(relative)
    if not reader.many:
        yield Item(relative)
        return
    some = False
    with tempfile.TemporaryDirectory(prefix="ingest-") as own:
        copy = (scratch or Path(own)) / f"{Item(relative).doc_id}.copy"
        try:
            with gate.opened(inside(root, relative), root) as file:
                for part, place in reader.parts(file, copy, max_bytes, notes if notes is not None else []):
                    some = True
                    yield Item(relative, part, place)
        except Refused as error:
            yield from undivided(relative, error.reason, error.detail)
        except OSError as error:
            yield from undivided(relative, *_unread(error))
        else:
            if not some:
                yield from undivided(relative, "empty", "there is no page in it")


def tells(relative: str) -> bool:
    """Whether a file has to be looked into for the pages it holds, and where these were fetched from."""
    return reader_of(relative).tells


def addresses(
    root: Path, relative: str, max_bytes: int, fields: FeedFields, scratch: Path
) -> Iterator[tuple[str, str | None]]:
    """The pages of such a file (`tells`) that may be HTML, as the datasets call them, and the address of each.

    What cannot be read is passed over. `scratch` is a folder for what has to be unpacked.
    """
    reader = reader_of(relative)
    try:
        path = inside(root, relative)
        own = None if reader.many else sidecar(path, root).url
        with gate.opened(path, root) as file:
            for part, url in reader.addresses(file, scratch / f"{Item(relative).doc_id}.copy", max_bytes, fields):
                yield Item(relative, part).source, own or (url and as_text(url))
    except (Refused, OSError):
        return


def named(file: Path, scratch: Path) -> Item:
    """The page that a path names: a file, or behind a `#` a part of one. Raises `InputError` where there is none."""
    name = file_of(file.name)
    if file.exists() or name == file.name:
        if reader_of(file.name).many:
            raise InputError(f"{file} holds many pages: name one, as in {file}#17")
        return Item(file.name)
    part = file.name[len(name) + 1 :]
    for item in items(file.parent, name, scratch=scratch):
        if item.part == part:
            return item
    raise InputError(f"{file.with_name(name)} has no page {part}")


def undivided(relative: str, reason: Reason, detail: str) -> list[Item]:
    """What stands for the pages of a file that could not be divided."""
    return [Item(relative, None, Place(0, 0, None, (reason, detail)))]


def read_raw(root: Path, item: Item, max_bytes: int, fields: FeedFields | None = None) -> RawPage:
    """One page's bytes. Raises `Refused` for one that is not read."""
    if item.place is not None and item.place.fault is not None:
        reason, detail = item.place.fault
        raise Refused(reason, detail, transient=reason == "unreadable")
    path, reader = inside(root, item.path), reader_of(item.path)
    try:
        about = Sidecar() if reader.many else sidecar(path, root)
        with gate.opened(path, root) as file:
            found = reader.page(file, item, max_bytes, fields or FeedFields())
    except OSError as error:
        reason, detail = _unread(error)
        raise Refused(reason, detail, transient=reason == "unreadable") from error
    about = about.over(found.about)
    about = about._replace(url=about.url and as_text(about.url))
    return RawPage(item.source, found.raw, digest_of(found.raw), found.media_type, about, found.encoding)


def _unread(error: OSError) -> tuple[Reason, str]:
    """Why a file gives no page. What is no regular file never will; anything else may have passed by the next run."""
    if isinstance(error, gate.Barred):
        return "outside", error.text
    return "unreadable", f"the file cannot be read: {error.strerror}"


def reading(relative: str, config: Config) -> str:
    """Version of what takes the pages out of a file; empty where its bytes are the page."""
    reader = reader_of(relative)
    return (
        f"+{_reading(reader.code, config.feed.model_dump_json() if reader is READERS['feed'] else '')}"
        if reader.code
        else ""
    )


@cache
def _reading(code: tuple[str, ...], fields: str) -> str:
    digest = hashlib.sha256(fields.encode())
    for name in code:
        place = Path(__file__).with_name(f"{name}.py")
        if place.exists():
            digest.update(place.read_bytes())
            continue
        try:
            digest.update(f"{name} {version(name)}".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()[:12]
