"""All-or-nothing replacement of several files: the commit of a bucket.

Temporary files (hidden, without the suffix that readers glob for) are written and flushed to disk, then the journal that
names them, then they are renamed into place, then the journal is dropped. Before the journal exists, a kill leaves only
strays, which the next run sweeps; afterwards the next run completes the renames. There is no instant at which a file is
half of one state and half of another. Decided against: a table format (its old files stay where a plain glob finds them).
"""

import hashlib
import json
import os
import time
from collections.abc import Collection, Mapping
from pathlib import Path

from ingest import gate

_LONGEST = 1_000_000
TEMPORARY = ".tmp"


def temporary(path: Path) -> Path:
    """Where the next state of `path` is prepared."""
    return path.with_name(f".{path.name}{TEMPORARY}")


def sync(path: Path) -> None:
    """Flushes a file or a folder to disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, content: bytes) -> None:
    """Replaces one file as a whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = temporary(path)
    try:
        with new.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    sync(path.parent)


def commit(root: Path, journal: Path, changes: Mapping[Path, bool]) -> None:
    """Puts the temporary files of `changes` into place (True), or removes the files (False), all or none.

    Paths are below `root`; the journal names them relative to it, so that a folder may be moved with a journal in it.
    """
    for path, kept in changes.items():
        if kept:
            sync(temporary(path))
    for folder in sorted({path.parent for path in changes}):
        sync(folder)
    plan = json.dumps([[path.relative_to(root).as_posix(), kept] for path, kept in changes.items()]).encode()
    write_durably(journal, plan + b"\n" + hashlib.sha256(plan).hexdigest().encode())
    _carry_out(changes)
    journal.unlink()
    sync(journal.parent)


def _carry_out(changes: Mapping[Path, bool]) -> None:
    pause = float(os.environ.get("INGEST_COMMIT_PAUSE_MS") or 0) / 1000
    for path, kept in changes.items():
        if pause:
            time.sleep(pause)
        if not kept:
            path.unlink(missing_ok=True)
        elif (new := temporary(path)).exists():  # else: renamed before a kill
            new.replace(path)
    for folder in sorted({path.parent for path in changes}):
        sync(folder)


def roll_forward(root: Path, journal: Path, own: Collection[Path]) -> bool:
    """Completes the commit that a journal describes. False when the journal itself was damaged: nothing was done.

    A journal that names any other file than those in `own` is as good as damaged, whatever its seal says.
    """
    try:
        plan, _, seal = gate.read(journal, root, _LONGEST).partition(b"\n")
        changes = json.loads(plan) if hashlib.sha256(plan).hexdigest().encode() == seal.strip() else None
        named = {root / name: kept for name, kept in changes or ()}
    except (OSError, ValueError, TypeError, RecursionError):
        return False
    if not named or not set(named) <= set(own) or not all(isinstance(kept, bool) for kept in named.values()):
        return False
    _carry_out(named)
    journal.unlink()
    sync(journal.parent)
    return True
