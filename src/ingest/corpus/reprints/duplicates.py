"""Documents that repeat another: `duplicates`, brought up to date at the end of every run.

Pages are reprinted, and crawlers fetch one page under several addresses. Documents count as the same where their curated
texts are equal (`text`), or differ in no more than reprinting explains (`near`, by `ingest.corpus.reprints.near`). The one that was
published first stands, else the one with the smallest id, and `duplicate_of` always names one that stands: so the dataset
depends on the documents and on nothing else.

What is held of a document is a row of 240 bytes (`fingerprints`): only buckets that have changed are read again,
only pairs that are new are compared, and a run without changes looks at nothing but the times of the files.
"""

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ingest import gate
from ingest.corpus.reprints import fingerprints, near
from ingest.corpus.reprints.fingerprints import FIELDS, SIZE
from ingest.corpus.storage import journal
from ingest.corpus.storage.parquet import TableWriter, to_table
from ingest.corpus.storage.store import Store, explained, file_sha256
from ingest.models import Duplicate

if TYPE_CHECKING:
    import numpy as np

    Rows = np.ndarray[Any, Any]

_PAIR = [(name, "<u8") for name in ("one", "two")] + [("similarity", "<f8")]
_PAIR += [(name, "<i4") for name in ("chars", "slips", "frame", "same")]
_ROWS = 8192


def update(store: Store) -> int:
    """Brings `duplicates` up to date; gives its number of rows. A file whose bytes are the same stays as it is."""
    path, kept = store.root / "duplicates" / "part-0.parquet", store.inner / "texts"
    with store.guard("duplicates"), explained(store.root):
        for left in (path, kept / "verdicts", kept / "done"):
            journal.temporary(left).unlink(missing_ok=True)  # by a killed run
        if wrong := damaged_notes(store):
            for untrue in (*(store.root / name for name in wrong), kept / "done"):  # all is looked at again
                untrue.unlink(missing_ok=True)
        marks, known = _marks(store), _done(store)
        if known and known.digest == _digest(path):
            return known.rows
        count = _write(store, path)
        done = f"{marks} {_digest(path)} {count}"
        journal.write_durably(kept / "done", f"{done} {fingerprints.seal(done.encode())}\n".encode())
        return count


def is_as_written(store: Store) -> bool:
    """Whether the dataset is the file that was made of the documents as they are; true where none was made yet."""
    known = _done(store)
    return known is None or known.digest == _digest(store.root / "duplicates" / "part-0.parquet")


class _Done(NamedTuple):
    digest: str
    rows: int


def _done(store: Store) -> _Done | None:
    """What was made of the documents as they are; None if nothing was, or nobody knows."""
    try:
        done, _, seal = gate.read(store.inner / "texts" / "done").decode().rstrip("\n").rpartition(" ")
        marks, digest, rows = done.split()
        return _Done(digest, int(rows)) if marks == _marks(store) and seal == fingerprints.seal(done.encode()) else None
    except (OSError, ValueError):
        return None


def damaged_notes(store: Store) -> list[str]:
    """Files kept beside the dataset that are not as they were written: they are not believed, and made again."""
    found = []
    for path in sorted((store.inner / "texts").glob("[!.]*")):
        try:
            whole = gate.read(path)
        except OSError:
            whole = b""
        if path.name == "done":
            done, _, seal = whole.rstrip(b"\n").rpartition(b" ")
            sound = seal == fingerprints.seal(done).encode() and whole == done + b" " + seal + b"\n"
        elif path.name == "verdicts":
            head, _, packed = whole.partition(b"\n")
            sound = head.rpartition(b" ")[2] == fingerprints.seal(packed).encode()
        else:
            head, _, packed = whole.partition(b"\n")
            mark, _, seal = head.rpartition(b" ")
            sound = seal == fingerprints.seal(mark + packed).encode()
        if not sound:
            found.append(path.relative_to(store.root).as_posix())
    return found


def _marks(store: Store) -> str:
    columns = ",".join(store.schema("duplicates").names).encode()
    return hashlib.sha256(
        columns + b"".join(fingerprints.mark(store, bucket) for bucket in store.numbers())
    ).hexdigest()


def _digest(path: Path) -> str:
    return file_sha256(path) if path.exists() else "none"


def _write(store: Store, path: Path) -> int:
    rows = iter(_rows(store))
    new = journal.temporary(path)
    schema = store.schema("duplicates")
    with TableWriter(new, "duplicates", schema, kept=True) as writer:
        while some := list(islice(rows, _ROWS)):
            writer.write(to_table("duplicates", some).select(schema.names))
    if path.exists() and file_sha256(path) == file_sha256(new):
        new.unlink()
    else:
        journal.sync(new)
        new.replace(path)
        journal.sync(path.parent)
    return writer.rows


def _rows(store: Store) -> Iterator[Duplicate]:
    """In the order of their ids."""
    import numpy as np

    buckets, counts, packed = store.numbers(), [], bytearray()
    for bucket in buckets:
        packed += (some := fingerprints.of_bucket(store, bucket))
        counts.append(len(some) // SIZE)
    every = np.frombuffer(packed, dtype=FIELDS)
    if not len(every):
        return
    order = np.lexsort((every["doc_id"], every["day"], every["low"], every["high"]))
    again = np.zeros(len(every), dtype=bool)
    for half in ("high", "low"):
        column = every[half][order]
        again[1:] = (column[1:] == column[:-1]) & (again[1:] if half == "low" else True)
    # The first of its text is the last one that is not there again, counted up to here.
    firsts = order[np.maximum.accumulate(np.where(again, 0, np.arange(len(every))))]
    first_of = np.empty(len(every), np.int64)
    first_of[order] = firsts
    originals = np.flatnonzero((first_of == np.arange(len(every))) & (every["content"] != 0))
    originals = originals[np.lexsort((every["doc_id"][originals], every["day"][originals]))]
    near_of = _reprints(store, every, originals, np.repeat(buckets, counts))
    repeats = first_of != np.arange(len(every))
    repeats[list(near_of)] = True
    places = np.flatnonzero(repeats)
    for place in places[np.argsort(every["doc_id"][places], kind="stable")]:
        yield _row(every, int(place), int(first_of[place]), near_of)


def _row(every: "Rows", place: int, first: int, near_of: dict[int, tuple[int, near.Verdict]]) -> Duplicate:
    def name(at: int) -> str:
        return f"{int(every['doc_id'][at]):016x}"

    if first not in near_of:
        text = f"{int(every['high'][first]):016x}{int(every['low'][first]):016x}"
        evidence = f"the curated texts are equal (SHA-256 {text}…)"
        return Duplicate(doc_id=name(place), duplicate_of=name(first), method="text", similarity=1.0, evidence=evidence)
    originals, found = near_of[first]
    evidence = (
        f"{found.chars} characters, of which {found.slips} differ, and {found.frame} more before or behind; "
        "the same numbers, title and issuer"
    )
    if place != first:
        evidence = f"the text of {name(first)}: {evidence}"
    return Duplicate(
        doc_id=name(place),
        duplicate_of=name(originals),
        method="near",
        similarity=found.similarity,
        evidence=evidence,
    )


# -------------------------------------------------------------------- reprints


def _reprints(store: Store, every: "Rows", originals: "Rows", buckets: "Rows") -> dict[int, tuple[int, near.Verdict]]:
    """Documents that reprint another that stands: the first one that they are a reprint of."""
    pairs = near.candidates(every["signature"], every["figures"][originals], originals)
    found: dict[int, tuple[int, near.Verdict]] = {}
    if not len(pairs):
        return found
    with _Verdicts(store, every, set(originals[pairs].ravel().tolist()), buckets) as verdicts:
        for low, high in originals[pairs[pairs[:, 1].argsort(kind="stable")]].tolist():
            if high in found or not (same := verdicts.of(low, high)):
                continue
            if low in found:  # itself a reprint: of what stands, this has to be one too
                low = found[low][0]
                same = verdicts.of(low, high)
            if same:
                found[high] = low, same
    return found


class _Verdicts:
    """Verdicts on pairs: those known from the last time, and new ones, for which texts are laid out in a file."""

    def __init__(self, store: Store, every: "Rows", wanted: set[int], buckets: "Rows") -> None:
        self.store, self.every, self.wanted, self.buckets = store, every, wanted, buckets
        self.path = store.inner / "texts" / "verdicts"
        self.known = _known(self.path)
        self.used: dict[tuple[int, int], near.Verdict | None] = {}
        self.places: dict[int, tuple[int, int]] = {}
        self._laid_out: set[int] = set()
        # The file has no name in the folder, so a killed process leaves nothing behind.
        self._file = tempfile.TemporaryFile(dir=self.path.parent)  # noqa: SIM115 (closed with this)

    def of(self, one: int, two: int) -> near.Verdict | None:
        """Whether two documents are one."""
        key = int(self.every["content"][one]), int(self.every["content"][two])
        if key in self.known:
            self.used[key] = self.known[key]
        if key not in self.used:
            first, second = self._text(one), self._text(two)
            if first is None or second is None:  # replaced by a reprocess just now, which looks at it when this is done
                return None
            self.used[key] = near.verdict(first, second)
        return self.used[key]

    def _text(self, place: int) -> near.Text | None:
        bucket = int(self.buckets[place])
        if bucket not in self._laid_out:
            self._laid_out.add(bucket)
            self._lay_out(bucket)
        if place not in self.places:
            return None
        start, size = self.places[place]
        self._file.seek(start)
        return near.Text(*json.loads(self._file.read(size)))

    def _lay_out(self, bucket: int) -> None:
        """The texts of a bucket that may be asked for."""
        places = {int(self.every["doc_id"][p]): p for p in self.wanted if self.buckets[p] == bucket}
        self._file.seek(0, os.SEEK_END)
        for doc_id, _, text in fingerprints.read_documents(self.store.table("documents", bucket)):
            place = places.get(int(doc_id, 16))
            if place is not None and fingerprints.content(text) == int(self.every["content"][place]):
                self.places[place] = self._file.tell(), self._file.write(json.dumps(text).encode())

    def __enter__(self) -> "_Verdicts":
        return self

    def __exit__(self, kind: object, error: object, at: object) -> None:
        self._file.close()
        if error is None:
            import numpy as np

            rows = [
                (*key, *(same or near.Verdict(0.0, 0, 0, 0)), same is not None)
                for key, same in sorted(self.used.items())
            ]
            packed = np.array(rows, dtype=_PAIR).tobytes()
            journal.write_durably(self.path, _sealed(packed))


def _sealed(packed: bytes) -> bytes:
    return f"{fingerprints.rules()} {hashlib.sha256(packed).hexdigest()}\n".encode() + packed


def _known(path: Path) -> dict[tuple[int, int], near.Verdict | None]:
    """Verdicts of the last time; none where they are damaged, or were found by other rules."""
    import numpy as np

    try:
        whole = gate.read(path)
    except OSError:
        return {}
    packed = whole.partition(b"\n")[2]
    if whole != _sealed(packed):
        return {}
    return {
        (one, two): near.Verdict(*verdict) if same else None
        for one, two, *verdict, same in np.frombuffer(packed, dtype=_PAIR).tolist()
    }
