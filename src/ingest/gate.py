"""The one gate for files that come from outside: raw pages, sidecars, settings, rules, and what lies in a curated folder.

A name may lead anywhere: to a pipe that nobody writes, to a device without end, out of the folder it stands in. So a file
is opened without waiting, has to be a regular one, and its size is known before anything is read. Where it has to lie
within a folder, that is asked of the open file, not of its name, which could be made to lead elsewhere in between.

Decided against: following a link first and opening then (a race), and refusing all links (people do link pages together).
"""

import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from io import BufferedReader
from pathlib import Path
from typing import Literal

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_CLOEXEC", 0)


class Barred(OSError):  # noqa: N818 (it is an answer: the file is there, and is not read)
    """A file that is not let in. `why`: it leads `outside`, is of another `kind` than a regular file, or is too `large`."""

    def __init__(self, why: Literal["outside", "kind", "large"], text: str, path: Path) -> None:
        super().__init__(0, text, str(path))
        self.why, self.text = why, text


@contextmanager
def opened(path: Path, root: Path | None = None, most: int | None = None) -> Iterator[BufferedReader]:
    """A regular file, open for reading; it lies within `root` once links are resolved, and has at most `most` bytes.

    Raises `Barred`, an OSError whose `strerror` says what is wrong, or any other OSError.
    """
    handle = os.open(path, _FLAGS)
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise Barred("kind", f"it is {kind(about.st_mode)}, not a regular file", path)
        if root is not None and not _real(handle, path).startswith(_root(root)):
            raise Barred("outside", f"it leads out of {root}", path)
        if most is not None and about.st_size > most:
            raise Barred("large", f"it is larger than {most} bytes", path)
        file = os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise
    with file:
        yield file


def read(path: Path, root: Path | None = None, most: int | None = None) -> bytes:
    """A regular file's content. Raises OSError, `Barred` among them."""
    with opened(path, root, most) as file:
        if most is None:
            return file.read()
        content = file.read(most + 1)
    if len(content) > most:  # it has grown since, or says that it has no size (as files of /proc do)
        raise Barred("large", f"it is larger than {most} bytes", path)
    return content


def sha256(path: Path, root: Path | None = None) -> str:
    """SHA-256 of a regular file, 64 hex digits. Raises OSError, `Barred` among them."""
    with opened(path, root) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def is_regular(path: Path) -> bool:
    """Whether opening a path would open a regular file. Raises OSError where there is nothing."""
    return stat.S_ISREG(os.stat(path).st_mode)  # noqa: PTH116 (as everywhere that is walked for each page)


def _real(handle: int, path: Path) -> str:
    """Where an open file really is."""
    try:
        return os.readlink(f"/proc/self/fd/{handle}")  # noqa: PTH115
    except OSError:
        return os.path.realpath(path)


@cache
def _root(root: Path) -> str:
    return os.path.realpath(root).rstrip(os.sep) + os.sep


def kind(mode: int) -> str:
    """What something is that is no regular file, by its mode."""
    for test, name in (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
        (stat.S_ISSOCK, "a socket"),
    ):
        if test(mode):
            return name
    return "something else"
