"""Locks of a curated folder, and failures of its disk in one line each."""

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import StoreError


@contextmanager
def held(root: Path, path: Path, wait: float, holder: Path | None, doing: str) -> Iterator[None]:
    """A lock for one writer; another one waits `wait` seconds, and is then told who `holder` says it is."""
    with explained(root):
        path.parent.mkdir(parents=True, exist_ok=True)
        held = FileLock(path, fallback_to_soft=False, preserve_lock_file=True)
        try:
            held.acquire(timeout=wait)
        except Timeout:
            raise StoreError(
                f"another run is {doing} {root}{_who(holder)}: let it end, or wait for it with --wait SECONDS"
            ) from None
    try:
        if holder is not None:
            since = datetime.now(UTC).isoformat(timespec="seconds")
            with suppress(OSError):  # a full disk: whatever matters will say so
                holder.write_text(json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "since": since}))
        yield
    finally:
        try:
            if holder is not None:
                with suppress(OSError):
                    holder.unlink(missing_ok=True)
        finally:
            held.release()


@contextmanager
def shared(path: Path, wait: float) -> Iterator[bool]:
    """A lock of `FileLock`'s shared with other readers, without writing: False where a writer keeps it for `wait` seconds.

    Where there is no lock file nobody has ever written here with this version, and there is nothing to wait for.
    """
    try:
        import fcntl

        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (ImportError, OSError):
        yield True
        return
    try:
        until = time.monotonic() + wait
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
                break
            except OSError:
                if time.monotonic() >= until:
                    yield False
                    return
                time.sleep(0.02)
        yield True
    finally:
        os.close(handle)


def _who(holder: Path | None) -> str:
    try:
        found = json.loads(holder.read_text()) if holder else {}
        return f" (process {found['pid']} on {found['host']}, since {found['since']})"
    except (OSError, ValueError, KeyError):
        return ""


class DiskError(StoreError):
    """A disk that fails: what it holds is whole, as far as anybody knows."""


@contextmanager
def explained(root: Path) -> Iterator[None]:
    """Failures of the disk as one readable line; what was committed before stays valid."""
    try:
        yield
    except OSError as error:
        raise DiskError(
            f"{error.filename or root} cannot be written ({error.strerror or error}): what was committed stays as it is; "
            "run again once that is put right"
        ) from error
