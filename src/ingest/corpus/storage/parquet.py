"""Parquet files of one bucket: written row group by row group, read back document by document.

Files are deterministic: the same rows give the same bytes, whether they were curated just now or carried over from the
file before, so that a run without changes leaves every file as it is. For that, rows are grouped by what is in them (a
group ends behind the document that fills it) and never by how they happened to arrive. Nothing holds more than a group.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

import pyarrow as pa
import pyarrow.parquet as pq

from ingest import gate
from ingest.corpus.storage import arrays
from ingest.corpus.storage.schema import DATASETS, arrow_schema
from ingest.errors import StoreError
from ingest.models import Row

GROUP_ROWS = 8_192
GROUP_CHARS = 4_000_000
"""What a row group holds at most, a document more or less. Some buckets are written at a time, each with a group of every dataset
in memory: groups of four times as much took a run over 100,000 pages 90 MB more."""
_SMALL = 128
UNREADABLE = (pa.ArrowException, OSError, ValueError)
"""What reading a damaged file may raise; a `ValueError` where a name in its footer is no text any more."""


def to_table(dataset: str, rows: Sequence[Row]) -> pa.Table:
    """Model rows as an Arrow table of the pinned schema."""
    schema = arrow_schema(dataset)
    values = [vars(row) for row in rows]
    columns = [arrays.array([row[field.name] for row in values], field.type) for field in schema]
    return pa.Table.from_arrays(columns, schema=schema)


class TableWriter:
    """Writes one dataset's file of one bucket; no file comes into being before the first row, unless it is `kept`.

    A file without rows has the schema and no row group: there are readers that stumble over a row group of no rows.
    """

    def __init__(self, path: Path, dataset: str, schema: pa.Schema | None = None, *, kept: bool = False) -> None:
        self.path = path
        self.dataset = dataset
        self.rows = 0
        self.kept = kept
        self.schema = schema if schema is not None else arrow_schema(dataset)
        self._waiting: list[pa.Table] = []
        self._packed: list[pa.Table] = []
        self._waiting_rows = self._waiting_chars = 0
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table, chars: int = 0) -> None:
        """Adds one document's rows; `chars` is how much text they hold."""
        self.write_documents(table, (table.num_rows,), (chars,))

    def write_documents(self, table: pa.Table, counts: Sequence[int], chars: Sequence[int]) -> None:
        """Adds the rows of several documents: how many are each one's, and how much text those hold."""
        begun = at = 0
        for rows, size in zip(counts, chars, strict=True):
            if not rows:
                continue
            at += rows
            self._waiting_rows += rows
            self._waiting_chars += size
            if self._waiting_rows >= GROUP_ROWS or self._waiting_chars >= GROUP_CHARS:
                self._wait(table.slice(begun, at - begun))
                self._flush()
                begun = at
        if begun < at:
            self._wait(table.slice(begun, at - begun) if begun else table)

    def _wait(self, table: pa.Table) -> None:
        self._waiting.append(table)
        if len(self._waiting) >= _SMALL:
            # A document's rows of a few hundred bytes take tens of kilobytes as a table of their own.
            self._packed.append(pa.concat_tables(self._waiting).combine_chunks())
            self._waiting = []

    def _flush(self) -> None:
        if not self._waiting_rows:
            return
        # One chunk a column: Parquet pages break at chunk borders, and those must not depend on where rows came from.
        group = pa.concat_tables([*self._packed, *self._waiting]).combine_chunks()
        self._open().write_table(group, row_group_size=max(1, group.num_rows))
        self.rows += group.num_rows
        self._packed, self._waiting, self._waiting_rows, self._waiting_chars = [], [], 0, 0

    def _open(self) -> pq.ParquetWriter:
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            order = [(name, "ascending") for name in DATASETS[self.dataset].sorted_by]
            self._writer = pq.ParquetWriter(
                self.path,
                self.schema,
                compression="zstd",
                compression_level=3,
                write_page_index=True,
                write_page_checksum=True,
                sorting_columns=pq.SortingColumn.from_ordering(self.schema, order),
            )
        return self._writer

    @property
    def written(self) -> bool:
        """Whether there is a file, once this is closed."""
        return self.kept or self.rows > 0

    def close(self) -> None:
        """Ends the file, if one was begun or has to be there."""
        self._flush()
        if self.kept:
            self._open()
        if self._writer is not None:
            self._writer.close()

    def __enter__(self) -> "TableWriter":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind is not None:
            self._abandon()
            return
        try:
            self.close()
        except BaseException:
            self._abandon()
            raise

    def _abandon(self) -> None:
        self._packed, self._waiting, self._waiting_rows = [], [], 0
        try:
            if self._writer is not None:
                # A full disk, most likely: the first error is the one to tell. A writer that fails keeps its file open.
                with suppress(pa.ArrowException, OSError):
                    self._writer.close()
                if self._writer.file_handle is not None:
                    with suppress(pa.ArrowException, OSError):
                        self._writer.file_handle.close()
        finally:
            self.path.unlink(missing_ok=True)


def open_file(path: Path) -> pq.ParquetFile:
    """A dataset's file, its page checksums verified as it is read."""
    try:
        if not gate.is_regular(path):
            raise damaged(path, "it is not a regular file")
        return pq.ParquetFile(path, page_checksum_verification=True)
    except UNREADABLE as error:
        raise damaged(path, error) from error


def damaged(path: Path, error: Exception | str) -> StoreError:
    """The error for a file that cannot be read as it was written."""
    why = " ".join(str(error).split())[:160]
    return StoreError(f"{path} is damaged ({why}): `ingest check --repair` makes its bucket again from the raw pages")


class ColumnsError(StoreError):
    """A file whose columns this version of ingest does not know."""


def conform(table: pa.Table, schema: pa.Schema, path: Path) -> pa.Table:
    """A table with the columns of `schema`: those of a later version than the file's are null.

    Raises `ColumnsError` where the file has columns that `schema` has not, or lacks one that cannot be null.
    """
    if table.schema.equals(schema):
        return table.replace_schema_metadata(schema.metadata)
    if strange := [name for name in table.column_names if name not in schema.names]:
        raise ColumnsError(
            f"{path} has columns that this version of ingest does not know ({', '.join(strange)}): "
            "a newer one wrote it, use that; or curate into a new folder with --curated"
        )
    columns = []
    for field in schema:
        if field.name not in table.column_names:
            if not field.nullable:
                raise ColumnsError(f"{path} lacks the column {field.name}: `ingest check` says more")
            columns.append(pa.nulls(table.num_rows, field.type))
        elif not table.schema.field(field.name).equals(field):
            raise ColumnsError(f"{path} has a column {field.name} of another type: `ingest check` says more")
        else:
            columns.append(table.column(field.name))
    return pa.Table.from_arrays(columns, schema=schema)


def _of(dataset: str, columns: Sequence[str] | None) -> pa.Schema:
    """The schema of some columns of a dataset; None: of all."""
    whole = arrow_schema(dataset)
    return whole if columns is None else pa.schema([whole.field(name) for name in columns], whole.metadata)


def groups(path: Path, dataset: str, columns: Sequence[str]) -> Iterator[pa.Table]:
    """A file's rows in the columns asked for, a row group in memory at a time; as `read_table` gives them."""
    schema = _of(dataset, columns)
    with open_file(path) as file:
        some = [name for name in columns if name in file.schema_arrow.names]
        for group in range(file.num_row_groups):
            try:
                table = file.read_row_group(group, some, use_threads=False)
            except UNREADABLE as error:
                raise damaged(path, error) from error
            yield conform(table, schema, path)


def read_table(path: Path, dataset: str, columns: Sequence[str] | None = None, group: int | None = None) -> pa.Table:
    """A file's rows (of one row group, where that is named), in the columns asked for; None: all there are.

    Columns that were added since the file was written are null. Raises StoreError where it cannot be read.
    """
    schema = _of(dataset, columns)
    with open_file(path) as file:
        some = None if columns is None else [name for name in columns if name in file.schema_arrow.names]
        try:
            table = file.read(some) if group is None else file.read_row_group(group, some, use_threads=False)
        except UNREADABLE as error:
            raise damaged(path, error) from error
    return conform(table, schema, path)


class TableReader:
    """Reads one dataset's file of one bucket, in the order of its key, a document at a time, in the columns of `schema`."""

    def __init__(self, path: Path, dataset: str, schema: pa.Schema | None = None) -> None:
        self.path = path
        self.schema = schema if schema is not None else arrow_schema(dataset)
        # (`Schema.empty_table` would do, but for its first array pyarrow loads pandas, wherever that is installed.)
        self.empty: pa.Table = pa.Table.from_batches([], self.schema)
        self._documents = self._walk()
        self._next = next(self._documents, None)

    def _walk(self) -> Iterator[tuple[str, pa.Table]]:
        """Each document's id with its rows, one row group in memory at a time."""
        if not self.path.exists():
            return
        file = open_file(self.path)
        try:
            for group in range(file.num_row_groups):
                table = conform(file.read_row_group(group, use_threads=False), self.schema, self.path)
                ids = table.column("doc_id").to_pylist()
                start = 0
                while start < len(ids):
                    end = start + 1
                    while end < len(ids) and ids[end] == ids[start]:
                        end += 1
                    yield ids[start], table.slice(start, end - start)
                    start = end
        except UNREADABLE as error:
            raise damaged(self.path, error) from error
        finally:
            file.close()

    @property
    def next_id(self) -> str | None:
        """The id of the next document there is; None behind the last."""
        return self._next[0] if self._next else None

    def take(self, doc_id: str) -> pa.Table:
        """The rows of `doc_id`, none if it has none. Ids must be asked for in ascending order."""
        while self._next and self._next[0] < doc_id:
            self._next = next(self._documents, None)
        found = self.empty
        while self._next and self._next[0] == doc_id:
            found = pa.concat_tables([found, self._next[1]]) if found.num_rows else self._next[1]
            self._next = next(self._documents, None)
        return found

    def close(self) -> None:
        """Lets go of the file."""
        self._documents.close()  # type: ignore[attr-defined]
