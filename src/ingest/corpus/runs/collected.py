"""Pages as they come from a worker, on their way into the files of a bucket: cut only where something else stands between."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

import pyarrow as pa

from ingest.corpus.processes.workers import Curated, Done
from ingest.corpus.reprints import fingerprints
from ingest.corpus.storage.parquet import TableWriter
from ingest.corpus.storage.schema import OF_DOCUMENTS, arrow_schema


class Collected(NamedTuple):
    """What a task brought home: its rows by dataset, how many of them are each page's, and how much text is in them."""

    tables: Mapping[str, pa.Table]
    counts: Mapping[str, Sequence[int]]
    begins: Mapping[str, Sequence[int]]
    """Where the rows of each page begin, and where the last ones end."""
    chars: Mapping[str, Sequence[int]]
    prints: Sequence[bytes]
    """Of each page that became a document the row by which duplicates are found; empty for others."""

    @classmethod
    def of(cls, done: Done, narrowed: Callable[[str, pa.Table], pa.Table]) -> "Collected":
        """The same as tables, in the columns that the folder has."""
        tables = {name: narrowed(name, unpacked(name, done.tables[name])) for name in OF_DOCUMENTS if done.tables[name]}
        sizes = [page.chars if isinstance(page, Curated) else (0, 0) for page in done.pages]
        chars = {"documents": [sum(both) for both in sizes], "records": [both[1] for both in sizes]}
        rows = iter(fingerprints.rows(done.prints))
        prints = [next(rows) if isinstance(page, Curated) else b"" for page in done.pages]
        begins = {name: [*accumulate(counts, initial=0)] for name, counts in done.counts.items()}
        return cls(tables, done.counts, begins, chars, prints)


class Run:
    """Pages of one task that follow one another in the bucket's files."""

    def __init__(self, collected: Collected) -> None:
        self.collected = collected
        self.first = self.last = -1
        self.stamps: list[datetime] = []

    def take(self, page: int, stamp: datetime) -> None:
        """The next page, a document, and the time it is ingested at."""
        self.first = page if self.first < 0 else self.first
        self.last = page + 1
        self.stamps.append(stamp)

    def write(self, new: Mapping[str, TableWriter]) -> None:
        """Writes its pages."""
        held = self.collected
        for name, table in held.tables.items():
            begin, end = held.begins[name][self.first], held.begins[name][self.last]
            if begin == end:
                continue
            part = table.slice(begin, end - begin)
            if name == "documents":
                at = part.schema.get_field_index("ingested_at")
                part = part.set_column(at, part.schema.field(at), _moments(self.stamps))
            counts = held.counts[name][self.first : self.last]
            chars = held.chars[name][self.first : self.last] if name in held.chars else [0] * len(counts)
            new[name].write_documents(part, counts, chars)


def written(run: Run | None, new: Mapping[str, TableWriter]) -> None:
    """Writes a run, if there is one; what comes next begins another."""
    if run is not None:
        run.write(new)


def unpacked(name: str, data: bytes) -> pa.Table:
    """Rows as they come from a worker."""
    return pa.Table.from_batches([pa.ipc.read_record_batch(pa.py_buffer(data), arrow_schema(name))])


def _moments(stamps: Sequence[datetime]) -> pa.Array:
    """A column of times; not by `pa.array`, with which pyarrow loads pandas wherever that is installed."""
    start = datetime(1970, 1, 1)
    packed = b"".join(
        ((stamp - start) // timedelta(microseconds=1)).to_bytes(8, sys.byteorder, signed=True) for stamp in stamps
    )
    return pa.Array.from_buffers(pa.timestamp("us"), len(stamps), [None, pa.py_buffer(packed)])
