"""A bucket and what is to be done with it: what the planner hands to whoever does the work."""

from collections.abc import Collection
from typing import NamedTuple


class Job(NamedTuple):
    """A bucket and what is to be done with it."""

    bucket: int
    paths: Collection[str]
    """Its raw files."""
    force: bool = False
    """Curate all of them again, stale or not."""
    partial: bool = False
    """`paths` are not all: others stay as they are, and are not counted."""
    prune: bool = False
    """Drop rows whose raw file is gone."""
    heal: bool = False
    """Take nothing over that cannot be read whole: the tables are known to be damaged."""
    left: frozenset[str] = frozenset()
    """Those of its raw files that are still being written: what is known of them stands."""
    spared: tuple[str, ...] = ()
    """Folders that could not be listed: what is known of their files stands, whether or not they are still there."""
    seen: bytes = b""
    """What the listing of object storage says of the files, for whoever works elsewhere (`Spool.packed`)."""
