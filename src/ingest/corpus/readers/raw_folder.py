"""What there is under a raw folder, and which of it may be read."""

import os
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from ingest import gate
from ingest.corpus.objects.spool import spool_of
from ingest.corpus.readers.base import SIDECAR, Refused, name_of
from ingest.errors import InputError

_ALIKE = 10_000
"""Names of a folder that are put in order together: a folder of a million is never held as a whole."""


_NAMED = 3
"""Names of what is passed over that are told, of each kind."""
_ALONE = "a sidecar without its page"


class Passed:
    """What lies in a raw folder and is passed over though nobody hid it: how much of each kind, and the first few names."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._names: dict[str, list[str]] = {}

    def note(self, kind: str, name: str) -> None:
        """One more."""
        self._counts[kind] += 1
        names = self._names.setdefault(kind, [])
        if len(names) < _NAMED:
            names.append(name)

    def told(self) -> list[str]:
        """A line for each kind: how many, which, and what to do."""
        out = []
        for kind, n in sorted(self._counts.items()):
            names = ", ".join(name_of(name) for name in self._names[kind]) + (", …" if n > _NAMED else "")
            what = "put the page beside it, or take it away" if kind == _ALONE else "save what it gives as a file"
            out.append(f"passed over {names}: {kind}" + (f" (there are {n} such)" if n > 1 else "") + f"; {what}")
        return out


def _is_curated(folder: Path) -> bool:
    try:
        return (folder / ".ingest").is_dir()
    except OSError:  # its path is too long, say: what is in it will tell
        return False


def listing(
    root: Path, besides: Path | None = None, unread: dict[str, str] | None = None, passed: Passed | None = None
) -> Iterator[str]:
    """Paths of the raw files under `root`, POSIX, relative; the folder `besides` and curated folders are left out.

    In a fixed order, but in folders of very many files. A symbolic link to a folder is listed as a file and refused when
    read: following it could leave the raw folder or never end. A folder that cannot be read is noted in `unread`, its
    path with what is wrong, and the others are listed all the same; without `unread` it is an `InputError`. `passed` takes what is neither a page nor belongs to one.
    """
    if spool := spool_of(root):
        for name in spool.names(besides, unread):
            if not name.endswith(SIDECAR):
                yield name
            elif passed and name.removesuffix(SIDECAR) not in spool.known:
                passed.note(_ALONE, name)
        return
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
                    beside = {entry.name for entry in some} if passed else set()
                    for entry in some:
                        if entry.name.startswith("."):
                            continue
                        if entry.is_dir(follow_symlinks=False):
                            if (left_out is None or Path(entry.path) != left_out) and not _is_curated(Path(entry.path)):
                                inner.append(f"{folder}{entry.name}/")
                        elif entry.name.endswith(SIDECAR):
                            page = entry.name.removesuffix(SIDECAR)
                            if passed and page not in beside and not os.path.lexists(root / folder / page):
                                passed.note(_ALONE, folder + entry.name)
                        elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                            yield folder + entry.name
                        elif passed:
                            passed.note(gate.kind(entry.stat(follow_symlinks=False).st_mode), folder + entry.name)
        except OSError as error:
            if unread is None or not folder:
                raise InputError(f"{root / folder} cannot be read: {error.strerror}") from error
            unread[folder] = str(error.strerror)
        pending += reversed(inner)


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
            raise Refused("unreadable", "a symbolic link that leads nowhere", transient=True)
    return path
