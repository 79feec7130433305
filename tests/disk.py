"""A disk that fails at an operation, and one that loses power: what was not flushed is gone, as a file system may have it.

What is modelled of losing power: a file's content is there only as it was when it was last flushed, else it is empty; names
that were made, replaced, removed or filled with a folder are there only once their folder was flushed, and of what was not,
each folder keeps a beginning of its own length. What Parquet's writer does by itself is seen by what it leaves.
"""

import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from ingest.corpus.storage import parquet


class Gone(BaseException):
    """The process is no more: nothing catches this."""


class Disk:
    """The operations of the store that change a disk, counted; `act` decides at each what happens."""

    def __init__(self, root: Path, act: Callable[[int], None]) -> None:
        self.root, self.steps, self._act, self._lock = root, 0, act, RLock()
        self._kept = root.with_name(root.name + ".kept")
        self._kept.mkdir(exist_ok=True)
        self._flushed = {self._state(p) for p in root.rglob("*") if p.is_file()}
        self._names: list[tuple[Path, Callable[[], None]]] = []

    @staticmethod
    def _state(path: Path | int) -> tuple[int, int, int]:
        about = os.stat(path)  # noqa: PTH116 (of an open file, too)
        return about.st_ino, about.st_size, about.st_mtime_ns

    def _step(self) -> None:
        self.steps += 1
        self._act(self.steps)

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
                    self._step()
                    return note(function, *arguments, **options) if note else function(*arguments, **options)

            return call

        for (owner, name, note), (_, _, function) in zip(places, real, strict=True):
            setattr(owner, name, call_of(function, note))
        try:
            yield self
        finally:
            for owner, name, function in real:
                setattr(owner, name, function)

    def _keep(self, path: Path) -> Path | None:
        if not path.is_file():
            return None
        kept = self._kept / str(self.steps)
        os.link(path, kept)
        return kept

    def _replace(self, function: Callable[..., Any], path: Path, target: Path) -> Any:
        was = self._keep(Path(target))

        def back() -> None:
            if Path(target).exists():
                Path(target).rename(path)
            if was is not None:
                was.rename(target)

        found = function(path, target)
        self._names.append((Path(target).parent, back))
        return found

    def _unlink(self, function: Callable[..., Any], path: Path, **options: Any) -> Any:
        was = self._keep(path)
        found = function(path, **options)
        if was is not None:
            self._names.append((path.parent, lambda: was.rename(path) if path.parent.is_dir() else None))
        return found

    def _mkdir(self, function: Callable[..., Any], path: Path, *arguments: Any, **options: Any) -> Any:
        new = not path.exists()
        found = function(path, *arguments, **options)
        if new:
            self._names.append((path.parent, lambda: shutil.rmtree(path, ignore_errors=True)))
        return found

    def _fsync(self, function: Callable[..., Any], handle: int) -> Any:
        found = function(handle)
        self._flushed.add(self._state(handle))
        place = Path(f"/proc/self/fd/{handle}").readlink()
        self._names = [name for name in self._names if name[0].resolve() != place]
        return found

    def lose(self, draw: random.Random) -> None:
        """The power is gone: what was not flushed is lost."""
        for path in self.root.rglob("*"):
            if path.is_file() and path.suffix != ".lock" and self._state(path) not in self._flushed:
                path.write_bytes(b"")
        folders = dict.fromkeys(folder for folder, _ in self._names)
        kept = {f: draw.randint(0, sum(g == f for g, _ in self._names)) for f in folders}
        lost = []
        for folder, back in self._names:
            kept[folder] -= 1
            if kept[folder] < 0:
                lost.append(back)
        for back in reversed(lost):
            try:
                back()
            except FileNotFoundError:  # in a folder that is gone itself
                continue
        shutil.rmtree(self._kept)
