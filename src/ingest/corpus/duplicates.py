"""Documents that repeat another: `duplicates`, made anew at the end of every run.

Pages are reprinted, and crawlers fetch one page under several addresses. Documents count as the same where their curated
texts are equal, whatever surrounded them on the page. The one that was published first stands, else the one with the
smallest id: so the dataset depends on the documents and on nothing else.

Nothing is held of a document but thirty-two bytes, and they are kept beside the ledger: only buckets that have changed
are read again.
"""

import hashlib
import os
from collections.abc import Iterator
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from ingest.corpus import journal
from ingest.corpus.store import Store, explained, file_sha256
from ingest.corpus.tables import TableWriter, damaged, open_file, to_table
from ingest.models import Duplicate

if TYPE_CHECKING:
    import numpy as np

_FIELDS = [("high", ">u8"), ("low", ">u8"), ("day", ">i8"), ("doc_id", ">u8")]
_UNDATED = 1 << 40
_ROWS = 8192


def update(store: Store) -> int:
    """Brings `duplicates` up to date; gives its number of rows. A file whose bytes are the same stays as it is."""
    path = store.root / "duplicates" / "part-0.parquet"
    with store.guard("duplicates"), explained(store.root):
        rows = iter(_rows(store))
        new = journal.temporary(path)
        with TableWriter(new, "duplicates") as writer:
            while some := list(islice(rows, _ROWS)):
                writer.write(to_table("duplicates", some))
        if not writer.rows:
            path.unlink(missing_ok=True)
        elif path.exists() and file_sha256(path) == file_sha256(new):
            new.unlink()
        else:
            with new.open("rb") as file:
                os.fsync(file.fileno())
            new.replace(path)
            journal.sync(path.parent)
        return writer.rows


def _rows(store: Store) -> Iterator[Duplicate]:
    """In the order of their ids."""
    import numpy as np

    kept = [_fingerprints(store, bucket) for bucket in store.numbers()]
    every = np.frombuffer(b"".join(kept), dtype=_FIELDS)
    every = every[np.lexsort((every["doc_id"], every["day"], every["low"], every["high"]))]
    again = np.zeros(len(every), dtype=bool)
    again[1:] = (every["high"][1:] == every["high"][:-1]) & (every["low"][1:] == every["low"][:-1])
    # The first of its text is the last one that is not there again, counted up to here.
    firsts = np.maximum.accumulate(np.where(again, 0, np.arange(len(every)))) if len(every) else again
    places = np.flatnonzero(again)
    for place in places[np.argsort(every["doc_id"][places], kind="stable")]:
        yield _row(every[place], every[firsts[place]])


def _row(one: "np.void", first: "np.void") -> Duplicate:
    return Duplicate(
        doc_id=f"{int(one['doc_id']):016x}",
        duplicate_of=f"{int(first['doc_id']):016x}",
        method="text",
        similarity=1.0,
        evidence=f"the curated texts are equal (SHA-256 {int(one['high']):016x}{int(one['low']):016x}…)",
    )


def _fingerprints(store: Store, bucket: int) -> bytes:
    """Text, day and id of each document of a bucket; from the last time, if its file is still the same."""
    path, kept = store.table("documents", bucket), store.inner / "texts" / f"{bucket:03d}"
    if not path.exists():
        kept.unlink(missing_ok=True)
        return b""
    stat = path.stat()
    mark = f"1 {stat.st_size} {stat.st_mtime_ns}\n".encode()
    try:
        known = kept.read_bytes()
    except FileNotFoundError:
        known = b""
    if known.startswith(mark) and (len(known) - len(mark)) % 32 == 0:
        return known[len(mark) :]
    found = b"".join(_read(path))
    journal.write_durably(kept, mark + found)
    return found


def _read(path: Path) -> Iterator[bytes]:
    with open_file(path) as file:
        for group in range(file.num_row_groups):
            try:
                table = file.read_row_group(group, columns=["doc_id", "published_on", "text"])
            except (pa.ArrowException, OSError) as error:
                raise damaged(path, error) from error
            for batch in table.to_batches(max_chunksize=256):
                for doc_id, day, text in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    number = (day - date.min).days if day else _UNDATED
                    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:16]
                    yield digest + number.to_bytes(8, "big") + bytes.fromhex(doc_id)
