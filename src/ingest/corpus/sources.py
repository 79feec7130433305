"""Raw files: what there is under a raw folder, and how one is read.

Every regular file is read, save hidden ones and sidecars (`plan.html.meta.json` beside `plan.html`). What cannot be taken
in is not passed over: it comes back as a refusal, which ends as a row of `rejections`. Nothing is read here before it is
asked for, and listing a folder gives names only, a few at a time.

Most files are a page. One that holds many (feeds of JSON lines, WARC archives) is divided in `items`, which only finds
where each page is; `read` then takes one page out, in a worker.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

from ingest.config import Config, FeedFields
from ingest.corpus import feeds, inflate, mhtml, responses, warc
from ingest.corpus.raw import (
    MANY,
    SIDECAR,
    Item,
    Place,
    RawPage,
    Refused,
    Sidecar,
    digest_of,
    doc_id_of,
    file_of,
    name_of,
    sidecar,
    sidecar_sha256,
)
from ingest.errors import InputError, Reason

__all__ = [
    "SIDECAR", "Item", "Place", "RawPage", "Refused", "Sidecar", "doc_id_of", "file_of", "inside", "is_page", "items", "listing",
    "name_of", "named", "read", "reading", "sidecar", "sidecar_sha256",
]  # fmt: skip

_MEDIA = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".shtml": "text/html",
    ".xhtml": "text/html",
}
_ALIKE = 10_000
"""Names of a folder that are put in order together: a folder of a million is never held as a whole."""
_USUAL = ("warcinfo", "request", "metadata")
Kind = Literal["page", "gzip", "mhtml", "feed", "archive"]


def kind_of(relative: str) -> Kind:
    """How a file is read, by its name."""
    name = relative.lower()
    if found := MANY.search(name):
        if found.end() == len(name):
            return "archive" if "warc" in found[0] else "feed"
    elif name.endswith((".mht", ".mhtml")):
        return "mhtml"
    return "gzip" if name.endswith(".gz") else "page"


def is_page(relative: str) -> bool:
    """Whether a file's bytes are those of one page, as they are."""
    return kind_of(relative) == "page"


def _is_curated(folder: Path) -> bool:
    return (folder / ".ingest").is_dir()


def listing(root: Path, besides: Path | None = None) -> Iterator[str]:
    """Paths of the raw files under `root`, POSIX, relative; the folder `besides` and curated folders are left out.

    In a fixed order, but in folders of very many files. A symbolic link to a folder is listed as a file and refused when
    read: following it could leave the raw folder or never end.
    """
    if _is_curated(root):
        raise InputError(f"{root} is a curated folder, not one of raw pages: name the folder that the pages are in")
    pending = [""]
    left_out = besides.resolve() if besides else None
    while pending:
        folder = pending.pop()
        inner = []
        try:
            with os.scandir(root / folder) as found:
                while some := sorted(islice(found, _ALIKE), key=lambda e: e.name):
                    for entry in some:
                        if entry.name.startswith("."):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            if (left_out is None or Path(entry.path) != left_out) and not _is_curated(Path(entry.path)):
                                inner.append(f"{folder}{entry.name}/")
                        elif not entry.name.endswith(SIDECAR) and (
                            entry.is_symlink() or entry.is_file(follow_symlinks=False)
                        ):
                            yield folder + entry.name
        except OSError as error:
            raise InputError(f"{root / folder} cannot be read: {error.strerror}") from error
        pending += reversed(inner)


# -------------------------------------------------------------------- the pages of a file


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
    kind = kind_of(relative)
    if kind not in ("feed", "archive"):
        yield Item(relative)
        return
    some = False
    with tempfile.TemporaryDirectory(prefix="ingest-") as own:
        copy = (scratch or Path(own)) / f"{Item(relative).doc_id}.copy"
        try:
            with inside(root, relative).open("rb") as file:
                parts = _feed(file, copy, max_bytes) if kind == "feed" else _archive(file, copy, notes)
                for part, place in parts:
                    some = True
                    yield Item(relative, part, place)
        except Refused as error:
            yield Item(relative, None, Place(0, 0, None, (error.reason, error.detail)))
        except OSError as error:
            yield Item(relative, None, Place(0, 0, None, ("unreadable", f"it cannot be read: {error.strerror}")))
        else:
            if not some:
                yield Item(relative, None, Place(0, 0, None, ("empty", "there is no page in it")))


def _feed(file: BinaryIO, copy: Path, max_bytes: int) -> Iterator[tuple[str, Place]]:
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


def _archive(file: BinaryIO, copy: Path, notes: list[str] | None) -> Iterator[tuple[str, Place]]:
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
        yield part, Place(one.offset, one.length, place, one.fault)
    others = [f"{what} {n}" for what, n in walk.others.most_common() if what not in _USUAL]
    if others and notes is not None:
        notes.append(f"records that are no pages: {', '.join(others[:8])}{', …' if len(others) > 8 else ''}")


def _copied(file: BinaryIO, copy: Path) -> Refused | None:
    """Decompresses a file; what stopped it half way comes back."""
    with copy.open("wb") as out:
        try:
            inflate.gunzip(file, out.write, 1 << 62)
        except Refused as error:
            return error
    return None


def named(file: Path, scratch: Path) -> Item:
    """The page that a path names: a file, or behind a `#` a part of one. Raises `InputError` where there is none."""
    name = file_of(file.name)
    if file.exists() or name == file.name:
        if kind_of(file.name) in ("feed", "archive"):
            raise InputError(f"{file} holds many pages: name one, as in {file}#17")
        return Item(file.name)
    part = file.name[len(name) + 1 :]
    for item in items(file.parent, name, scratch=scratch):
        if item.part == part:
            return item
    raise InputError(f"{file.with_name(name)} has no page {part}")


# -------------------------------------------------------------------- one page


def read(root: Path, item: Item, max_bytes: int, fields: FeedFields | None = None) -> RawPage:
    """One page's bytes. Raises `Refused` for one that is not read."""
    if item.place is not None and item.place.fault is not None:
        reason, detail = item.place.fault
        raise Refused(reason, detail, harm=reason == "unreadable")
    path = inside(root, item.path)
    kind = kind_of(item.path)
    try:
        if kind == "feed" or kind == "archive":
            return _part(path, item, kind, max_bytes, fields or FeedFields())
        return _file(path, item, kind, max_bytes)
    except OSError as error:
        raise Refused("unreadable", f"the file cannot be read: {error.strerror}", harm=True) from error


def _file(path: Path, item: Item, kind: Kind, max_bytes: int) -> RawPage:
    size = path.stat().st_size
    # A message holds its images as well, in base64; only its main part is a page.
    if size > (10 if kind == "mhtml" else 1) * max_bytes:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        raise Refused("too_large", f"{size} bytes; the limit is {max_bytes} (limits.max_bytes)", digest)
    about = sidecar(path)
    if kind == "page":
        raw = path.read_bytes()
        return RawPage(item.source, raw, digest_of(raw), _MEDIA.get(path.suffix.lower()), about)
    if kind == "mhtml":
        message = path.read_bytes()
        try:
            raw, media, saved = mhtml.page(message)
        except Refused as error:
            raise Refused(error.reason, error.detail, digest_of(message)) from None
        if len(raw) > max_bytes:
            raise Refused("too_large", f"{len(raw)} bytes; the limit is {max_bytes} (limits.max_bytes)", digest_of(raw))
        return RawPage(item.source, raw, digest_of(raw), media, about.over(saved))
    unpacked = bytearray()
    with path.open("rb") as file:
        try:
            note = inflate.gunzip(file, unpacked.extend, max_bytes)
        except Refused as error:
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            raise Refused(error.reason, error.detail, digest) from None
    raw = bytes(unpacked)
    about = about.over(Sidecar(fault=note))
    return RawPage(item.source, raw, digest_of(raw), _MEDIA.get(path.with_suffix("").suffix.lower()), about)


def _part(path: Path, item: Item, kind: Kind, max_bytes: int, fields: FeedFields) -> RawPage:
    place = item.place
    if place is None or item.part is None:
        raise Refused("unreadable", "the file holds many pages: name one, as in feed.jsonl#17", harm=True)
    with Path(place.copy or path).open("rb") as file:
        if kind == "archive":
            id = None if "byte-" in item.part else item.part
            compressed = file.read(2) == b"\x1f\x8b"
            try:
                raw, about = responses.page(file, place, compressed, id, max_bytes)
            except Refused as error:
                where = f"record at byte {place.offset}: {error.detail}"
                raise Refused(error.reason, where, error.sha256, error.harm) from None
            return RawPage(item.source, raw, digest_of(raw), None, about)
        file.seek(place.offset)
        line = file.read(place.length)
    try:
        content, encoding, about = feeds.page(line, fields)
    except Refused as error:
        cut = "" if line.endswith(b"\n") else "; no line break is behind it: the file may have been cut"
        where = f"line {item.part}, at byte {place.offset}: {error.detail}{cut}"
        raise Refused(error.reason, where, digest_of(line)) from None
    return RawPage(item.source, content, digest_of(content), None, about, encoding)


def inside(root: Path, relative: str) -> Path:
    """The file behind a raw path. A symbolic link may lead anywhere within the raw folder, and nowhere else."""
    path = root / relative
    if path.is_symlink() or any(p.is_symlink() for p in path.parents if p.is_relative_to(root) and p != root):
        try:
            target = path.resolve()
        except (RuntimeError, OSError):  # RuntimeError is what resolve makes of a circle
            raise Refused("outside", "a symbolic link that leads in a circle") from None
        if not target.is_relative_to(root.resolve()):
            raise Refused("outside", "a symbolic link that leads out of the raw folder is not followed")
        if target.is_dir():
            raise Refused("outside", "a symbolic link to a folder is not followed")
        if not target.exists():
            raise Refused("unreadable", "a symbolic link that leads nowhere", harm=True)
    return path


# -------------------------------------------------------------------- what decides the bytes of a page


def reading(relative: str, config: Config) -> str:
    """Version of what takes the pages out of a file; empty where its bytes are the page."""
    kind = kind_of(relative)
    return "" if kind == "page" else f"+{_reading(kind, config.feed.model_dump_json() if kind == 'feed' else '')}"


@cache
def _reading(kind: Kind, fields: str) -> str:
    digest = hashlib.sha256(fields.encode())
    for module in {"gzip": [], "mhtml": [mhtml], "feed": [feeds], "archive": [warc, responses]}[kind] + [inflate]:
        digest.update(Path(str(module.__file__)).read_bytes())
    for library in ("warcio", "brotli") if kind == "archive" else ():
        try:
            digest.update(f"{library} {version(library)}".encode())
        except PackageNotFoundError:
            continue
    return digest.hexdigest()[:12]
