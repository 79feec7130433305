"""Folders on a disk that stand for places in object storage for as long as this process lives."""

import atexit
import hashlib
import os
import shutil
import tempfile
from pathlib import Path

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
