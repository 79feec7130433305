"""Addresses of places in object storage: `s3://bucket/raw`, `az://container/raw`, `gs://bucket/raw`.

Folders are paths everywhere in this package, and a `Path` folds the two slashes of an address to one: here they are put back.
"""

import os
import posixpath
import re
from pathlib import Path

from ingest.patterns import pattern

_ADDRESS = pattern(r"(s3|az|gs):/+([^/].*)\Z", re.DOTALL)


def address_of(place: Path | str) -> str | None:
    """The address that a path stands for; None for one of a disk. A trailing slash is no part of it."""
    found = _ADDRESS.match(str(place))
    return f"{found[1]}://{posixpath.normpath(found[2])}" if found else None


def shown(place: Path | str) -> str:
    """A path or an address, as it is written."""
    return address_of(place) or str(place)


def between(raw: Path | str, curated: Path | str) -> str:
    """How a curated folder names its raw one: relative where both are of one disk or bucket, so that both may be moved."""
    far, here = address_of(raw), address_of(curated)
    if far is None and here is None:
        return os.path.relpath(Path(raw).resolve(), Path(curated).resolve())
    if far is None:
        return str(Path(raw).resolve())
    if here is None or _bucket(far) != _bucket(here):
        return far
    return posixpath.relpath(far[len(_bucket(far)) :] or "/", here[len(_bucket(here)) :] or "/")


def beside(curated: Path | str, raw: str) -> Path:
    """The raw folder that a curated one names; the other way round than `between`."""
    here = address_of(curated)
    if address_of(raw) or os.path.isabs(raw):  # noqa: PTH117 (a text that may be an address)
        return Path(raw)
    if here is None:
        return (Path(curated).resolve() / raw).resolve()
    inner = posixpath.normpath(posixpath.join(here[len(_bucket(here)) :] or "/", raw))
    return Path(_bucket(here) + inner)


def _bucket(address: str) -> str:
    return "/".join(address.split("/", 3)[:3])
