"""What the readers of raw files have in common: one protocol, a page's name, its place in a file, its content, a refusal."""

import errno
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple, Protocol

from ingest import gate
from ingest.config import FeedFields
from ingest.errors import Reason
from ingest.patterns import pattern

SIDECAR = ".meta.json"
_SIDECAR_BYTES = 1_000_000
_NONE = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG)
"""There is no sidecar; beside a file with the longest name there is, none can be."""
_LONE = pattern("[\ud800-\udfff]")
ENDINGS = {
    "archive": r"\.warc(?:\.gz)?",
    "feed": r"\.(?:jsonl|jl|ndjson)(?:\.gz)?",
    "message": r"\.mht(?:ml)?",
    "packed": r"\.gz",
    "page": "",
}
"""How the names of raw files end, by the form of the file; of two that fit, the longer. Endings are known here alone."""
MANY = pattern(f"(?:{ENDINGS['archive']}|{ENDINGS['feed']})(?=#|$)", re.IGNORECASE)
"""Where the name of a file that holds many pages ends, in the path of one or in the name of a page inside one."""


class Refused(Exception):  # noqa: N818 (it is an answer, not a failure of the program)
    """A raw page that is not read: a rejection of the stage `read`. `transient` says that this is a fault of the machine."""

    def __init__(self, reason: Reason, detail: str, sha256: str | None = None, transient: bool = False) -> None:
        super().__init__(detail)
        self.reason: Reason = reason
        self.detail, self.sha256, self.transient = detail, sha256, transient


class Sidecar(NamedTuple):
    """What is known of how a page was fetched, and what was wrong with the file that says so."""

    sha256: str | None = None
    url: str | None = None
    headers: Mapping[str, str] | None = None
    fetched_at: datetime | None = None
    fault: str | None = None

    def over(self, other: "Sidecar") -> "Sidecar":
        """This, and what it does not say from another one."""
        return Sidecar(
            self.sha256,
            self.url if self.url is not None else other.url,
            self.headers if self.headers is not None else other.headers,
            self.fetched_at if self.fetched_at is not None else other.fetched_at,
            "; ".join(x for x in (self.fault, other.fault) if x) or None,
        )


class Place(NamedTuple):
    """Where a page is inside a file that holds many, so that it can be read without reading what is before it."""

    offset: int
    length: int
    copy: str | None = None
    """The file's uncompressed copy that the offset is one of; None: the raw file itself."""
    fault: tuple[Reason, str] | None = None
    """Reason and detail, where it is known already that there is no page to be read."""


class Item(NamedTuple):
    """One page: the raw file, and the part of a file that holds many (None: the file is the page)."""

    path: str
    part: str | None = None
    place: Place | None = None

    @property
    def source(self) -> str:
        """The page's name in the datasets."""
        return name_of(self.path) if self.part is None else f"{name_of(self.path)}#{self.part}"

    @property
    def doc_id(self) -> str:
        """The id its document will have: known before anything is read, so that rows can be merged in order."""
        return doc_id_of(self.source)


class Content(NamedTuple):
    """A page as its reader takes it out of a file."""

    raw: bytes | str
    media_type: str | None = None
    about: Sidecar = Sidecar()
    """What the file itself says of how the page was fetched."""
    encoding: str | None = None


class Reader(Protocol):
    """How one kind of raw file is read. Every kind is read by these two calls, and nothing else knows its form."""

    many: bool
    """Whether the file holds many pages, which `parts` finds; else it is one, and its parts are not asked for."""
    tells: bool
    """Whether the file itself says where its pages were fetched from (`addresses`); of others a sidecar does, or nobody."""
    code: tuple[str, ...]
    """Modules of this room and libraries that decide what comes out: a change of them makes its pages stale."""

    def parts(self, file: BinaryIO, copy: Path, max_bytes: int, notes: list[str]) -> Iterator[tuple[str, Place]]:
        """The pages of a file in its order, and the places where one is broken: name of each part, and where it is.

        A file that can only be read from its beginning is decompressed to `copy`. `notes` takes what there is to say of
        the file as a whole. Raises `Refused` for a file that cannot be divided at all.
        """
        ...

    def addresses(
        self, file: BinaryIO, copy: Path, max_bytes: int, fields: FeedFields
    ) -> Iterator[tuple[str | None, str | None]]:
        """The pages of a file that may be HTML, by the name of their part, with the address of each, as cheaply as they can
        be told; those that are broken are passed over. `copy` as in `parts`. Raises `Refused`."""
        ...

    def page(self, file: BinaryIO, item: "Item", max_bytes: int, fields: FeedFields) -> Content:
        """One page's content, out of the raw file or, where its place says so, of the copy. Raises `Refused`."""
        ...


class RawPage(NamedTuple):
    """One page, ready for `curate`."""

    source: str
    raw: bytes | str
    sha256: str
    media_type: str | None
    sidecar: Sidecar
    encoding: str | None = None

    @property
    def size(self) -> int:
        """Bytes, those of the UTF-8 form where the page came as text."""
        return len(self.raw) if isinstance(self.raw, bytes) else len(self.raw.encode("utf-8", "surrogatepass"))


def name_of(relative: str) -> str:
    """A raw path as text: bytes of a file name that are no UTF-8 are shown as `\\xff`.

    A `#` that would make one file's name that of a page inside another (`feed.jsonl#17`) is shown as `\\x23`.
    """
    if found := MANY.search(relative):
        relative = relative[: found.end()] + relative[found.end() :].replace("#", "\\x23")
    try:
        relative.encode()
    except UnicodeEncodeError:
        return os.fsencode(relative).decode("utf-8", "backslashreplace")
    return relative


def file_of(source: str) -> str:
    """The raw file's name in the name of a page."""
    found = MANY.search(source)
    return source[: found.end()] if found and source[found.end() : found.end() + 1] == "#" else source


def doc_id_of(source: str) -> str:
    """The id of the document that a page becomes."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def digest_of(raw: bytes | str) -> str:
    """SHA-256 of a page, as `documents` has it."""
    return hashlib.sha256(raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")).hexdigest()


def sidecar(path: Path, root: Path) -> Sidecar:
    """What the sidecar of a raw file says; an unusable one is no reason to lose the page, and is reported."""
    beside = path.with_name(path.name + SIDECAR)
    try:
        content = gate.read(beside, root, _SIDECAR_BYTES)
    except OSError as error:
        if error.errno in _NONE:
            return Sidecar()
        return Sidecar(fault=f"{beside.name} is not used: {error.strerror}")
    digest = hashlib.sha256(content).hexdigest()
    try:
        twice: list[str] = []
        data = json.loads(content, object_pairs_hook=once(twice))
        if not isinstance(data, dict):
            raise ValueError("it is not an object")
        said = f"{beside.name} says twice, and the last counts: {', '.join(twice)}" if twice else None
        url, headers, fetched = data.get("url"), data.get("headers") or {}, data.get("fetched_at")
        if not isinstance(headers, dict) or not isinstance(url, str | None):
            raise ValueError("url has to be text, headers an object")
        when = naive_utc(fetched) if fetched else None
        return Sidecar(digest, url, {str(k): str(v) for k, v in headers.items()} or None, when, said)
    except (ValueError, TypeError, RecursionError) as error:
        return Sidecar(digest, fault=f"{beside.name} is not used: {error}")


def sidecar_sha256(path: Path, root: Path) -> str | None:
    """SHA-256 of a raw file's sidecar, None without one; of one that is not let in, why it is not."""
    try:
        os.lstat(f"{path}{SIDECAR}")
    except FileNotFoundError:
        return None
    except OSError:
        pass
    try:
        return sha256_of(path.with_name(path.name + SIDECAR), root)
    except OSError:
        return None


def sha256_of(path: Path, root: Path) -> str:
    """SHA-256 of a raw file; of one that is not let in, why it is not. Raises OSError for one that cannot be read."""
    try:
        return gate.sha256(path, root)
    except gate.Barred as error:
        return f"not read: {error.why}"
    except OSError:
        if path.is_symlink():  # a loop of links, or one that leads nowhere: it is there, and there is nothing to read
            return "not read: link"
        raise


def once(twice: list[str]) -> Callable[[list[tuple[str, object]]], dict[str, object]]:
    """How JSON becomes an object: of a name that stands in it several times the last counts, as everywhere, and `twice` is
    told of it where the others say something else."""

    def made(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            twice.extend(dict.fromkeys(as_text(name)[:40] for name, value in pairs if found[name] != value))
        return found

    return made


def naive_utc(text: object) -> datetime:
    """An ISO time as naive UTC. Raises ValueError."""
    if not isinstance(text, str):
        raise ValueError("fetched_at is not an ISO time")
    return without_zone(datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text)))


def without_zone(moment: datetime) -> datetime:
    """A time as naive UTC. Raises ValueError for one of the first or the last day there is, which UTC has not."""
    try:
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
    except OverflowError:
        raise ValueError("its time is out of range") from None


def as_text(value: str) -> str:
    """Text that can be written: lone halves of characters (surrogates) are replaced by U+FFFD."""
    return _LONE.sub("\N{REPLACEMENT CHARACTER}", value)
