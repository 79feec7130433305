"""Two curated folders compared: which documents came, went or changed, and how."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ingest.compare import Row, documents
from ingest.corpus.browse import Bundle, of_source
from ingest.corpus.storage.parquet import read_table
from ingest.corpus.storage.store import Store


class Version(NamedTuple):
    """A document of either folder (None: it is not there), its units compared (empty where one has none)."""

    source: str
    title: str | None
    old: str | None
    new: str | None
    rows: tuple[Row, ...]


def folders(old: Path, new: Path) -> Iterator[Version]:
    """Each document that is not the same in both folders, by source; of each only its rows are in memory at a time.

    Documents are the same by their source, and unchanged by their revision. Raises `InputError` for a folder that is none.
    """
    before, after = _revisions(old), _revisions(new)
    for source in sorted(before.keys() | after.keys()):
        one, other = before.get(source), after.get(source)
        if one == other:
            continue
        there = [_bundle(folder, source) for folder, known in ((old, one), (new, other)) if known]
        rows = documents(there[0].records, there[1].records) if len(there) == 2 else []
        yield Version(source, there[-1].document.title, one, other, tuple(rows))


def _revisions(folder: Path) -> dict[str, str]:
    store = Store.open(folder)
    found: dict[str, str] = {}
    for bucket in store.numbers():
        path = store.table("documents", bucket)
        if path.exists():
            table = read_table(path, "documents", ["source", "revision"])
            found.update(zip(*(column.to_pylist() for column in table.columns), strict=True))
    return found


def _bundle(folder: Path, source: str) -> Bundle:
    return next(of_source(folder, [source]))
