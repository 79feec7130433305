"""Folders on a disk that stand for places in object storage for as long as this process lives."""

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Generic, Protocol, TypeVar

from ingest.corpus.objects.address import address_of

_made: list[tuple[int, Path]] = []
_names: dict[str, str] = {}
"""What the folders stand for, so that a message can name that."""


def folder_for(address: str, what: str) -> Path:
    """A new folder, which is removed with the end of the process. `TMPDIR` says on which disk."""
    digest = hashlib.sha256(address.encode()).hexdigest()[:8]
    folder = Path(tempfile.mkdtemp(prefix=f"ingest-{what}-{digest}-")).resolve()
    if not _made:
        atexit.register(_remove)
    _made.append((os.getpid(), folder))
    _names[str(folder)] = address
    return folder


def plain(text: str) -> str:
    """A message that names addresses where it names the folders that stand for them."""
    for folder, address in _names.items():
        text = text.replace(folder, address)
    return text


def _remove() -> None:
    for owner, folder in _made:
        if owner == os.getpid():
            shutil.rmtree(folder, ignore_errors=True)


class Standing(Protocol):
    """What stands on a disk for an address: in a folder of its own."""

    root: Path
    address: str


T = TypeVar("T", bound=Standing)


class Stands(Generic[T]):
    """What stands on a disk for addresses: one for each, made by `make` when it is first asked for."""

    def __init__(self, make: Callable[[str], T]) -> None:
        self._make, self._lock = make, Lock()
        self._by_address: dict[str, T] = {}
        self._by_root: dict[Path, T] = {}

    def folder(self, place: Path) -> Path:
        """The folder on a disk that stands for a place: itself, or the one of its address."""
        address = address_of(place)
        if address is None:
            return place
        with self._lock:
            if address not in self._by_address:
                made = self._make(address)
                self._by_address[address] = self._by_root[made.root] = made
            return self._by_address[address].root

    def of(self, root: Path) -> T | None:
        """The one whose folder this is; None for any other folder."""
        return self._by_root.get(root)

    def named(self, root: Path) -> Path:
        """What a folder stands for: an address, itself for any other."""
        found = self.of(root)
        return Path(found.address) if found else root

    def forget(self) -> None:
        """Lets go of all, as a new process would begin."""
        for one in self._by_address.values():
            shutil.rmtree(one.root, ignore_errors=True)
        self._by_address.clear()
        self._by_root.clear()
