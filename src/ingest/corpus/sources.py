"""Raw files: what there is under a raw folder, and how one is read.

Every regular file is a page, save hidden ones and sidecars (`plan.html.meta.json` beside `plan.html`). What cannot be
taken in is not passed over: it comes back as a refusal, which ends as a row of `rejections`. Nothing is read here before
it is asked for, and listing a folder gives names only, so that a million pages cost a million short strings.

A file that holds many pages (JSONL, WARC) is divided in `items`, one raw file giving several, and taken apart in `read`.
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ingest.errors import InputError

SIDECAR = ".meta.json"
_SIDECAR_BYTES = 1_000_000
_MEDIA = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".htm": "text/html",
    ".html": "text/html",
    ".shtml": "text/html",
    ".xhtml": "text/html",
}


class Refused(Exception):  # noqa: N818 (it is an answer, not a failure of the program)
    """A raw file that is not read: a rejection of the stage `read`. `harm` says that this is a fault of the machine."""

    def __init__(self, reason: str, detail: str, sha256: str | None = None, harm: bool = False) -> None:
        super().__init__(detail)
        self.reason, self.detail, self.sha256, self.harm = reason, detail, sha256, harm


class Sidecar(NamedTuple):
    """What is known of how a page was fetched, and what was wrong with the file that says so."""

    sha256: str | None = None
    url: str | None = None
    headers: Mapping[str, str] | None = None
    fetched_at: datetime | None = None
    fault: str | None = None


class Item(NamedTuple):
    """One page: the raw file, and the place inside a file that holds many (None: the file is the page)."""

    path: str
    part: str | None = None

    @property
    def source(self) -> str:
        """The page's name in the datasets."""
        return name_of(self.path) if self.part is None else f"{name_of(self.path)}#{self.part}"

    @property
    def doc_id(self) -> str:
        """The id its document will have: known before anything is read, so that rows can be merged in order."""
        return hashlib.sha256(self.source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class RawPage(NamedTuple):
    """One page, ready for `curate`."""

    source: str
    raw: bytes
    sha256: str
    media_type: str | None
    sidecar: Sidecar


def name_of(relative: str) -> str:
    """A raw path as text: bytes of a file name that are no UTF-8 are shown as `\\xff`."""
    try:
        relative.encode()
    except UnicodeEncodeError:
        return os.fsencode(relative).decode("utf-8", "backslashreplace")
    return relative


def listing(root: Path, besides: Path | None = None) -> Iterator[str]:
    """Paths of the raw files under `root`, POSIX, relative, in a fixed order; the folder `besides` is left out.

    A symbolic link to a folder is listed as a file and refused when read: following it could leave the raw folder or
    never end.
    """
    pending = [""]
    left_out = besides.resolve() if besides else None
    while pending:
        folder = pending.pop()
        try:
            with os.scandir(root / folder) as found:
                entries = sorted(found, key=lambda e: e.name)
        except OSError as error:
            raise InputError(f"{root / folder} cannot be read: {error.strerror}") from error
        for entry in reversed(entries):
            if (
                entry.is_dir(follow_symlinks=False)
                and not entry.name.startswith(".")
                and (left_out is None or Path(entry.path) != left_out)
            ):
                pending.append(f"{folder}{entry.name}/")
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(SIDECAR):
                continue
            if entry.is_symlink() or entry.is_file(follow_symlinks=False):
                yield folder + entry.name


def items(root: Path, relative: str) -> Iterator[Item]:
    """The pages of one raw file: today each file is one."""
    yield Item(relative)


def read(root: Path, item: Item, max_bytes: int) -> RawPage:
    """One page's bytes. Raises `Refused` for a file that is not read."""
    path = inside(root, item.path)
    try:
        size = path.stat().st_size
        if size > max_bytes:
            with path.open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            raise Refused("too_large", f"{size} bytes; the limit is {max_bytes} (limits.max_bytes)", digest)
        raw = path.read_bytes()
    except OSError as error:
        raise Refused("unreadable", f"the file cannot be read: {error.strerror}", harm=True) from error
    digest = hashlib.sha256(raw).hexdigest()
    return RawPage(item.source, raw, digest, _MEDIA.get(path.suffix.lower()), sidecar(path))


def inside(root: Path, relative: str) -> Path:
    """The file behind a raw path. A symbolic link may lead anywhere within the raw folder, and nowhere else."""
    path = root / relative
    if path.is_symlink() or any(p.is_symlink() for p in path.parents if p.is_relative_to(root) and p != root):
        target = path.resolve()
        if not target.is_relative_to(root.resolve()):
            raise Refused("outside", "a symbolic link that leads out of the raw folder is not followed")
        if target.is_dir():
            raise Refused("outside", "a symbolic link to a folder is not followed")
        if not target.exists():
            raise Refused("unreadable", "a symbolic link that leads nowhere", harm=True)
    return path


def sidecar(path: Path) -> Sidecar:
    """What the sidecar of a raw file says; an unusable one is no reason to lose the page, and is reported."""
    beside = path.with_name(path.name + SIDECAR)
    try:
        if beside.stat().st_size > _SIDECAR_BYTES:
            return Sidecar(fault=f"{beside.name} is larger than {_SIDECAR_BYTES} bytes and was not read")
        content = beside.read_bytes()
    except FileNotFoundError:
        return Sidecar()
    except OSError as error:
        return Sidecar(fault=f"{beside.name} cannot be read: {error.strerror}")
    digest = hashlib.sha256(content).hexdigest()
    try:
        data = json.loads(content)
        if not isinstance(data, dict):
            raise ValueError("it is not an object")
        url, headers, fetched = data.get("url"), data.get("headers") or {}, data.get("fetched_at")
        if not isinstance(headers, dict) or not isinstance(url, str | None):
            raise ValueError("url is text, headers are an object")
        when = _naive_utc(fetched) if fetched else None
        return Sidecar(digest, url, {str(k): str(v) for k, v in headers.items()} or None, when)
    except (ValueError, TypeError, RecursionError) as error:
        return Sidecar(digest, fault=f"{beside.name} is not used: {error}")


def sidecar_sha256(path: Path) -> str | None:
    """SHA-256 of a raw file's sidecar, None without one."""
    try:
        with path.with_name(path.name + SIDECAR).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def _naive_utc(text: object) -> datetime:
    if not isinstance(text, str):
        raise ValueError("fetched_at is not an ISO time")
    moment = datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
    return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
