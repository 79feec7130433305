"""A disk that fails at an operation, or whose machine stops at one: what is there then, as a file system may have it.

`Disk` counts the operations of the store that change a disk; `act` decides at each what happens. What a process that is gone
at an operation leaves is the folder as it stands before it (`now`); what is left where the power goes is worked out of that
(`lost`): a file's content is there as it was when it was last flushed, else as a beginning of any length; names that were made,
replaced, removed or filled with a folder are there only once their folder was flushed, and of what was not, each folder keeps
a beginning of its own length. So all points of an act are seen in one go through it. What Parquet's writer does by itself is
seen by what it leaves; nothing is really flushed.
"""

import hashlib
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from threading import RLock
from typing import Any

from ingest.corpus.storage import parquet

Tree = dict[str, bytes | None]
"""What is below a folder: names relative to it with contents, None for a folder. Locks are left out: they are empty."""


def tree(root: Path) -> Tree:
    """A folder as it stands."""
    found: Tree = {}
    for above, folders, names in os.walk(root):
        inner = Path(above).relative_to(root)
        found.update(((inner / name).as_posix(), None) for name in folders)
        found.update(
            ((inner / name).as_posix(), (Path(above) / name).read_bytes()) for name in names if name[-5:] != ".lock"
        )
    return found


def put(state: Tree, root: Path) -> None:
    """Makes a folder be what it was."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir()
    for name, content in sorted(state.items()):
        if content is None:
            (root / name).mkdir()
        else:
            (root / name).write_bytes(content)


def key(state: Tree) -> str:
    """A digest of a folder's names and contents. Who was writing, and since when, is no part of it."""
    digest = hashlib.sha256()
    for name, content in sorted(state.items()):
        if not name.endswith("run.json"):
            digest.update(repr((name, content and hashlib.sha256(content).digest())).encode())
    return digest.hexdigest()


class Disk:
    """The operations of the store that change a disk, counted; `act` decides at each what happens."""

    def __init__(self, root: Path, act: Callable[["Disk"], None]) -> None:
        self.root, self.steps, self._act, self._lock = root, 0, act, RLock()
        self._flushed = {p.stat().st_ino: p.read_bytes() for p in root.rglob("*") if p.is_file()}
        self._names: list[tuple[str, Callable[[Tree], object]]] = []

    @contextmanager
    def at_work(self) -> Iterator["Disk"]:
        """While this disk is in the machine."""
        places: list[tuple[Any, str, Any]] = [
            (Path, "replace", self._replace), (Path, "unlink", self._unlink), (Path, "mkdir", self._mkdir),
            (Path, "write_bytes", None), (os, "fsync", self._fsync), (parquet.TableWriter, "_flush", None),
            (parquet.TableWriter, "close", None), (shutil, "rmtree", None),
        ]  # fmt: skip
        real = [(owner, name, getattr(owner, name)) for owner, name, _ in places]

        def call_of(function: Callable[..., Any], note: Callable[..., Any] | None) -> Callable[..., Any]:
            def call(*arguments: Any, **options: Any) -> Any:
                with self._lock:  # buckets are worked on by threads, and a disk does one thing after the other
                    self.steps += 1
                    self._act(self)
                    return note(function, *arguments, **options) if note else function(*arguments, **options)

            return call

        for (owner, name, note), (_, _, function) in zip(places, real, strict=True):
            setattr(owner, name, call_of(function, note))
        try:
            yield self
        finally:
            for owner, name, function in real:
                setattr(owner, name, function)

    def now(self) -> Tree:
        """What a process leaves that is gone now."""
        return tree(self.root)

    def lost(self, draw: random.Random) -> Tree:
        """What is left where the power goes now."""
        state = self.now()
        for name, content in state.items():
            if content is not None and (was := self._flushed.get((self.root / name).stat().st_ino)) != content:
                state[name] = draw.choice([was or b"", b"", content[: draw.randrange(len(content) + 1)], content])
        folders = dict.fromkeys(folder for folder, _ in self._names)
        kept = {f: draw.randint(0, sum(g == f for g, _ in self._names)) for f in folders}
        gone = []
        for folder, back in self._names:
            kept[folder] -= 1
            if kept[folder] < 0:
                gone.append(back)
        for back in reversed(gone):
            back(state)
        left: Tree = {".": None}
        for name, content in sorted(state.items()):  # what was in a folder that is gone is gone with it
            if _above(name) in left:
                left[name] = content
        return {name: content for name, content in left.items() if name != "."}

    def _name(self, path: Path | str) -> str:
        return Path(path).relative_to(self.root).as_posix()

    def _taken(self, path: Path) -> bytes | None:
        """What is flushed of a file that loses its name."""
        return self._flushed.pop(path.stat().st_ino, b"") if path.is_file() else None

    def _replace(self, function: Callable[..., Any], path: Path, target: Path) -> Any:
        was, old, new = self._taken(Path(target)), self._name(path), self._name(target)

        def back(state: Tree) -> None:
            if new in state:
                state[old] = state.pop(new)
            if was is not None:
                state[new] = was

        found = function(path, target)
        self._names.append((_above(new), back))
        return found

    def _unlink(self, function: Callable[..., Any], path: Path, **options: Any) -> Any:
        name, was = self._name(path), self._taken(path)
        found = function(path, **options)
        if was is not None:
            self._names.append((_above(name), lambda state: state.update({name: was})))
        return found

    def _mkdir(self, function: Callable[..., Any], path: Path, *arguments: Any, **options: Any) -> Any:
        new = not path.exists()
        found = function(path, *arguments, **options)
        if new:
            self._names.append((_above(name := self._name(path)), lambda state: state.pop(name, None)))
        return found

    def _fsync(self, _: Callable[..., Any], handle: int) -> Any:
        place = Path(f"/proc/self/fd/{handle}").readlink()
        if place.is_dir():
            name = "." if place == self.root else self._name(place)
            self._names = [noted for noted in self._names if noted[0] != name]
        else:
            self._flushed[os.fstat(handle).st_ino] = place.read_bytes()


def _above(name: str) -> str:
    return PurePosixPath(name).parent.as_posix()
