"""Raw pages of a place in object storage: listed there, and brought to a disk when they are to be read.

An object is written as a whole, so a page is never seen half; its size and tag tell that it has not changed. What is read is
the state that was listed: a page that was replaced meanwhile is left for the next run. Bodies come in ranges, so that none
is ever held as a whole.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from ingest.corpus.objects.address import address_of
from ingest.corpus.objects.cloud import connect
from ingest.corpus.objects.local import Stands, folder_for
from ingest.corpus.objects.seam import Found, Gone, Objects, Tag
from ingest.errors import InputError, StoreError

_PIECE = 8 << 20
_AT_ONCE = 16
_LONGEST = 255


class Seen(NamedTuple):
    """What the listing says of an object."""

    size: int
    etag: str
    version: str | None
    modified: float

    @property
    def mark(self) -> int:
        """The state as a number that fits where a file's times stand; never one of a file."""
        return -1 - int.from_bytes(hashlib.sha256(f"{self.etag} {self.version}".encode()).digest()[:7], "big")


class Spool:
    """The raw pages of a place, and the folder on a disk into which they are brought."""

    def __init__(self, place: Objects, root: Path) -> None:
        self.place, self.root, self.address = place, root, place.address
        self.known: dict[str, Seen] = {}
        self._lock = Lock()
        self._users: dict[str, int] = {}

    # ---------------------------------------------------------------- what there is

    def names(self, besides: Path | str | None, unread: dict[str, str] | None) -> Iterator[str]:
        """The objects that may be pages or belong to one, in order; hidden ones and curated folders are left out."""
        curated, found = set(), {}
        for one in self.place.list():
            folder, inner, _ = f"/{one.name}".partition("/.ingest/")
            if inner:
                curated.add(folder[1:] and folder[1:] + "/")
            if not any(part.startswith(".") for part in one.name.split("/")):
                found[one.name] = _seen(one)
        if "" in curated:
            raise InputError(
                f"{self.address} is a curated folder, not one of raw pages: name the one that the pages are in"
            )
        own = address_of(besides or "")
        if own and own.startswith(self.address + "/"):
            curated.add(own[len(self.address) + 1 :] + "/")
        self.known = {name: seen for name, seen in found.items() if not name.startswith(tuple(curated))}
        for name in sorted(self.known):
            if (why := self._unfit(name)) is None:
                yield name
            elif unread is None:
                raise InputError(f"{self.address}/{name} cannot be read: {why}")
            else:
                unread[name] = why

    def _unfit(self, name: str) -> str | None:
        """Why a name is none that a file can have: then the page cannot be brought to a disk."""
        parts = name.split("/")
        if any(part in ("", ".", "..") or len(os.fsencode(part)) > _LONGEST or "\0" in part for part in parts):
            return "its name is none that a file can have"
        for n in range(1, len(parts)):
            if "/".join(parts[:n]) in self.known:
                return f"{'/'.join(parts[:n])} is an object and cannot be a folder as well"
        return None

    def seen(self, name: str) -> Seen | None:
        """What is known of an object; looked up, where it was not listed."""
        if name not in self.known:
            for one in self.place.list(name):
                if one.name == name:
                    self.known[name] = _seen(one)
        return self.known.get(name)

    def stat(self, name: str, sidecar: str) -> tuple[int, int, int]:
        """Size and two marks that stand for the content, that of the sidecar among them. Raises FileNotFoundError."""
        seen = self.seen(name)
        if seen is None:
            raise FileNotFoundError(name)
        beside = self.known.get(name + sidecar)
        return seen.size, seen.mark, beside.mark if beside else -1

    # ---------------------------------------------------------------- bringing

    def bring(self, names: Iterable[str], sidecar: str) -> list[str]:
        """Brings objects, with their sidecars, to the disk; those come back that are not any more as they were listed.

        One that cannot be had otherwise is simply not there afterwards: whoever reads it says so.
        """
        wanted = list(dict.fromkeys(names))
        changed: list[str] = []

        def one(name: str) -> None:
            try:
                self._one(name)
                if self.known.get(name + sidecar):
                    self._one(name + sidecar)
            except Gone:
                changed.append(name)
            except (StoreError, OSError):
                return

        with ThreadPoolExecutor(_AT_ONCE, "spool") as together:
            list(together.map(one, wanted))
        return changed

    def _one(self, name: str) -> None:
        path = self.root / name
        with self._lock:
            self._users[name] = self._users.get(name, 0) + 1
        if path.exists():
            return
        seen = self.seen(name)
        if seen is None:
            raise Gone(name)
        tag = Tag(seen.etag, seen.version)
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{len(path.name)}-{os.urandom(6).hex()}.tmp")
        try:
            with made.open("wb") as file:
                for start in range(0, seen.size, _PIECE):
                    held = self.place.get(name, span=(start, min(seen.size, start + _PIECE)), tag=tag)
                    if held is None:
                        raise Gone(name)
                    file.write(held.content)
            made.replace(path)
        finally:
            made.unlink(missing_ok=True)

    def drop(self, names: Iterable[str], sidecar: str) -> None:
        """Lets go of objects that were brought."""
        for name in names:
            for one in (name, name + sidecar):
                with self._lock:
                    self._users[one] = self._users.get(one, 0) - 1
                    if self._users[one] > 0:
                        continue
                    del self._users[one]
                with suppress(OSError):
                    (self.root / one).unlink()

    # ---------------------------------------------------------------- what goes along

    def packed(self, names: Collection[str], sidecar: str) -> bytes:
        """What is known of some objects, for whoever works on them elsewhere."""
        both = (one for name in names for one in (name, name + sidecar))
        return zlib.compress(json.dumps({n: self.known[n] for n in both if n in self.known}).encode(), 1)

    def take(self, packed: bytes) -> None:
        """Takes in what `packed` gave."""
        if packed:
            self.known |= {name: Seen(*seen) for name, seen in json.loads(zlib.decompress(packed)).items()}


def _seen(found: Found) -> Seen:
    return Seen(found.size, found.tag.etag, found.tag.version, found.modified.timestamp())


_spools = Stands(lambda address: Spool(connect(address), folder_for(address, "raw")))


def brought(raw: Path) -> Path:
    """The folder on a disk that stands for a raw root: its own, or the one into which pages of an address are brought."""
    return _spools.folder(raw)


def spool_of(root: Path) -> Spool | None:
    """The spool whose folder this is; None for any other folder."""
    return _spools.of(root)


@contextmanager
def present(root: Path, names: Collection[str], sidecar: str) -> Iterator[None]:
    """Sees to it that raw files can be read below `root` for a while; on a disk they can."""
    spool = spool_of(root)
    if spool:
        spool.bring(names, sidecar)
    try:
        yield
    finally:
        if spool:
            spool.drop(names, sidecar)


def origin(root: Path) -> Path:
    """What a folder stands for: the address of a spool's, itself for any other."""
    return _spools.named(root)


def beside(raw: Path, ending: str) -> tuple[Objects, str] | None:
    """The object that stands beside a raw root, named after it: its place and its name; None for a folder of a disk.

    Beside a root that is a whole bucket there is nothing: then it is in it, hidden.
    """
    address = address_of(origin(raw))
    if address is None:
        return None
    above, _, name = address.rpartition("/")
    return (connect(address), f".raw{ending}") if above.endswith("/") else (connect(above), name + ending)


def modified(root: Path, name: str) -> datetime | None:
    """When an object was written; None where the folder is one of a disk."""
    spool = spool_of(root)
    seen = spool.seen(name) if spool else None
    return datetime.fromtimestamp(seen.modified) if seen else None


def forget() -> None:
    """Lets go of all spools, for tests."""
    _spools.forget()
