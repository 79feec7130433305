"""Columns of a dataset's files, without a model for each row: what an index or a count needs."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingest.corpus.storage import parquet
from ingest.corpus.storage.schema import DATASETS


def rows_of(path: Path, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
    """Some columns of a file, or of every file under a folder; nothing where there is none."""
    for file in sorted(path.glob("**/*.parquet")) if path.is_dir() else [path] if path.exists() else []:
        yield from tuples(read_columns(file, columns))


def tuples(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    """A table's rows; what types they hold is the schema's business."""
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def read_columns(path: Path, columns: Sequence[str]) -> pa.Table:
    """Some columns of a dataset's file, in the order asked for; null where they were added since it was written."""
    dataset = next(part for part in reversed(path.parts) if part in DATASETS)
    return parquet.read_table(path, dataset, columns)
