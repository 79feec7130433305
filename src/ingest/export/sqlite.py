"""One SQLite database: the datasets as tables, and a full-text index that finds words of any length in either script.

SQLite's tokenizers take a run of Han characters for one word, or three characters at the least. So the index holds each
character as a word of its own, in Simplified form, and a search asks for them as a phrase: `phrase` makes one.
"""

import errno
import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from ingest.corpus.browse import Bundle
from ingest.corpus.storage.schema import arrow_schema
from ingest.export.base import Exporter
from ingest.models import Row
from ingest.patterns import pattern
from ingest.script import folded

_TABLES = ("documents", "records", "references", "events")
_HAN = pattern(r"([㐀-鿿豈-﫿\U00020000-\U0003ffff])")
_KEYS = {"documents": "doc_id", "records": "record_id", "references": "reference_id"}
_DISK = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EROFS,
}
_SEARCH = (
    "create virtual table search using fts5(record_id unindexed, doc_id unindexed, heading, text, tokenize='unicode61')"
)


def spaced(text: str) -> str:
    """Text as the index holds it: Simplified, a blank around every Han character."""
    return " ".join(_HAN.sub(r" \1 ", folded(text)).split())


def phrase(words: str) -> str:
    """What to ask the index for: `select record_id from search where search match ?` with `phrase('條例')`."""
    return '"' + spaced(words).replace('"', '""') + '"'


@contextmanager
def _of_disk() -> Iterator[None]:
    """What SQLite says of a disk, as the error of a file that every other form of export raises."""
    try:
        yield
    except sqlite3.OperationalError as error:
        number = _DISK.get(error.sqlite_errorcode & 0xFF)  # what is above says where in SQLite it was noticed
        if number is None:
            raise
        raise OSError(number, str(error), "curated.sqlite") from error


class Database(Exporter):
    """`curated.sqlite` with tables named after the datasets, and `search` over headings and texts."""

    @_of_disk()
    def __init__(self, out: Path) -> None:
        super().__init__(out)
        self._base = sqlite3.connect(out / "curated.sqlite")
        self._columns = {name: arrow_schema(name).names for name in _TABLES}
        for name, columns in self._columns.items():
            kinds = ", ".join(f'"{c}" {_kind(name, c)}' for c in columns)
            self._base.execute(f'create table "{name}" ({kinds})')
        self._base.execute(_SEARCH)

    @_of_disk()
    def write(self, bundle: Bundle) -> None:
        """Adds one document."""
        for name, rows in zip(
            _TABLES, ((bundle.document,), bundle.records, bundle.references, bundle.events), strict=True
        ):
            self._insert(name, rows)
        found = (
            (r.record_id, r.doc_id, spaced((r.label or "") + (r.heading or "")), spaced(r.text)) for r in bundle.records
        )
        self._base.executemany("insert into search values (?, ?, ?, ?)", found)

    def _insert(self, name: str, rows: Iterable[Row]) -> None:
        columns = self._columns[name]
        slots = ", ".join("?" * len(columns))
        self._base.executemany(f'insert into "{name}" values ({slots})', (_values(row, columns) for row in rows))

    @_of_disk()
    def close(self) -> None:
        """Ends the database, with an index on what the tables are joined by."""
        for name in _TABLES[1:]:
            self._base.execute(f'create index "{name}_by_document" on "{name}" (doc_id)')
        self._base.commit()
        self._base.close()


def _kind(name: str, column: str) -> str:
    kind = str(arrow_schema(name).field(column).type)
    sql = "integer" if kind in ("int64", "bool") else "real" if kind == "double" else "text"
    return sql + (" primary key" if _KEYS.get(name) == column else "")


def _values(row: Row, columns: Sequence[str]) -> list[object]:
    out: list[object] = []
    for name in columns:
        value = getattr(row, name, None)
        plain = value is None or isinstance(value, (int, float, str))
        out.append(
            value
            if plain
            else json.dumps(value, ensure_ascii=False)
            if isinstance(value, (list, tuple))
            else str(value)
        )
    return out
