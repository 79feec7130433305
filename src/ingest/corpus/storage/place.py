"""Where a curated folder lies: on a disk, or in object storage, followed by a folder on a disk.

What a store asks of its place beside reading and writing files. On a disk there is nothing to be brought and nothing to be
put anywhere.
"""

from pathlib import Path
from typing import Self

from ingest import gate
from ingest.corpus.objects import address
from ingest.corpus.storage.mirror import followed, mirror_of, named
from ingest.errors import InputError

HOME = 0
"""The bucket that has a file of every dataset, if need be one without rows."""


class Place:
    """The place of a store."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.mirror = mirror_of(root)

    @property
    def name(self) -> str:
        """The folder as it was named: its address, where it lies in object storage."""
        return address.shown(named(self.root))

    def has(self, dataset: str, bucket: int) -> bool:
        """Whether there is a file of a dataset's bucket; one elsewhere is not brought for that."""
        if self.mirror is not None:
            return self.mirror.has(dataset, bucket)
        return table_of(self.root, dataset, bucket).exists()

    def kept(self, dataset: str, bucket: int) -> bool:
        """Whether a table without rows is a file: so that every dataset can be read, and that no reader's object vanishes."""
        return bucket == HOME or (self.mirror is not None and self.mirror.has(dataset, bucket))

    def mark(self, dataset: str, bucket: int) -> bytes:
        """What tells one state of a table from another without reading it; empty where there is none."""
        if self.mirror is not None:
            return self.mirror.digest(dataset, bucket).encode()
        try:
            stat = table_of(self.root, dataset, bucket).stat()
        except FileNotFoundError:
            return b""
        return f"{stat.st_size} {stat.st_mtime_ns}".encode()

    def files(self, dataset: str, buckets: list[int]) -> list[str]:
        """The files of a dataset, as paths below the folder."""
        found = list((self.root / dataset).glob("**/part-0.parquet"))
        if self.mirror is not None:
            found += [table_of(self.root, dataset, n) for n in buckets if self.mirror.has(dataset, n)]
        return sorted({path.relative_to(self.root).as_posix() for path in found})

    def whole(self) -> Self:
        """This, once all its files are here: for whoever looks for them by a glob."""
        if self.mirror is not None:
            self.mirror.whole()
        return self

    def notes(self) -> None:
        """Sees to it that the notes are here that the end of a run keeps for the next."""
        if self.mirror is not None:
            self.mirror.notes()

    def publish(self) -> None:
        """Sees to it that what is beside the buckets is where the folder is."""
        if self.mirror is not None and self.mirror.writing:
            self.mirror.publish()


def table_of(root: Path, dataset: str, bucket: int) -> Path:
    """The file of a dataset's bucket."""
    return root / dataset / f"bucket={bucket:03d}" / "part-0.parquet"


def here(root: Path, *, write: bool = False) -> Path:
    """The folder on a disk by which a curated one is worked on, up to date."""
    found = followed(root)
    if (mirror := mirror_of(found)) is not None:
        if write:
            mirror.write()
        mirror.refresh()
    return found


def holds(path: Path, content: bytes) -> bool:
    """Whether there is a file with just this content."""
    try:
        return gate.read(path, None, len(content)) == content
    except OSError:
        return False


def make_root(root: Path) -> None:
    """A curated folder's place, if it is not there yet."""
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"{root} cannot be made: {error.strerror}") from error
