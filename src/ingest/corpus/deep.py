"""`ingest check --deep`: every raw page curated again, and all rows of all datasets compared with what comes out.

Digests prove that a file is the one that was written, and the invariants that rows agree with each other. Whoever renews
the digests and keeps rows in agreement passes both. Only the raw pages can say that he did not: they are curated once more
into a folder of its own, beside the system's temporary files, by the very functions of a run (same settings, same models of
sites, same number of buckets), and the two folders are compared row by row. It needs as much room there as the folder
takes. Nothing is written into the curated folder.

Left out are the two times of writing, and rows whose raw file is gone, which are counted.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pyarrow as pa

from ingest.config import Config
from ingest.corpus import linking, readers
from ingest.corpus.audit.checks import Violation
from ingest.corpus.processes.workers import Pool, Resources, one_line
from ingest.corpus.runs import engine
from ingest.corpus.shelf import with_models
from ingest.corpus.storage.parquet import UNREADABLE, ColumnsError, TableReader, read_table
from ingest.corpus.storage.schema import BUCKETED, DATASETS, OF_DOCUMENTS
from ingest.corpus.storage.store import Store
from ingest.errors import InputError, StoreError

DERIVED = 9
"""The invariant: raw pages give these rows."""
_TIMES = frozenset(("ingested_at", "rejected_at"))
_OF_MACHINES = frozenset(("timeout", "crashed"))
"""Reasons that another machine, or a busier hour, may not have."""
_OF_PAGES = tuple(name for name in BUCKETED if name not in OF_DOCUMENTS)


class Compared(NamedTuple):
    """What differs, and what could not be compared."""

    violations: list[Violation]
    notes: list[str]
    documents: int
    """Documents that were compared."""


def compare(
    curated: Path,
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    on_progress: Callable[[int], None] | None = None,
    pool: Pool | None = None,
) -> Compared:
    """Curates the raw pages of a folder again and compares. Raises `InputError` where the raw folder is not at hand."""
    store = Store.open(curated).whole()
    if store.raw is None or not store.raw.is_dir():
        raise InputError(f"the raw folder of {curated} ({store.raw}) is not there: --deep curates from it")
    with TemporaryDirectory(prefix="ingest-deep-") as scratch:
        place = Path(scratch) / "curated"
        made = engine.run(
            store.raw,
            place,
            config=with_models(config, curated),
            resources=resources,
            buckets=store.facts.buckets,
            on_progress=(lambda _: on_progress(1)) if on_progress else None,
            pool=pool,
            use_sites=False,
        )
        work = _Comparison(store, Store.open(place))
        work.run()
        work.notes += (f"{one_line(text)}: what became of it could not be compared" for text in made.failures)
        return Compared(work.found, work.notes, work.documents)


class _Comparison:
    """A curated folder beside the one that was made again."""

    def __init__(self, here: Store, again: Store) -> None:
        self.here, self.again = here, again
        self.found: list[Violation] = []
        self.notes: list[str] = []
        self.documents = self.gone = 0
        self.absent: set[str] = set()
        """Documents whose raw file is gone: others may lead to them, and not to them when they are made again."""
        self.unsteady = 0

    def run(self) -> None:
        buckets = sorted({*self.here.numbers(), *self.again.numbers()})
        for bucket in buckets:
            self._find_absent(bucket)
        for bucket in buckets:
            with self.here.reading(bucket):
                try:
                    self._documents(bucket)
                    for name in _OF_PAGES:
                        self._pages(bucket, name)
                except (*UNREADABLE, StoreError, ColumnsError) as error:
                    self._tell(f"bucket {bucket:03d}", None, f"cannot be compared: {one_line(str(error))}")
        self._duplicates()
        if self.gone:
            self.notes.append(f"{self.gone} kept although their raw file is gone: nothing to compare them with")
        if self.unsteady:
            self.notes.append(f"{self.unsteady} pages ran out of time or memory, now or then: not compared")

    def _tell(self, where: str, doc_id: str | None, what: str) -> None:
        self.found.append(Violation(DERIVED, where, doc_id, None, what))

    # ---------------------------------------------------------------- documents

    def _find_absent(self, bucket: int) -> None:
        path, ledger = self.here.table("documents", bucket), self.again.ledger(bucket)
        if not path.exists():
            return
        there = set(ledger.entries) if ledger else set()
        try:
            sources = read_table(path, "documents", ["source"]).column("source").to_pylist()
        except (*UNREADABLE, StoreError):
            return  # said when its bucket is compared
        self.absent |= {readers.doc_id_of(s) for s in sources if readers.file_of(s) not in there}

    def _documents(self, bucket: int) -> None:
        mine = {name: TableReader(self.here.table(name, bucket), name) for name in OF_DOCUMENTS}
        true = {name: TableReader(self.again.table(name, bucket), name) for name in OF_DOCUMENTS}
        try:
            for doc_id in _ids(mine["documents"], true["documents"]):
                one = {name: reader.take(doc_id) for name, reader in mine.items()}
                two = {name: reader.take(doc_id) for name, reader in true.items()}
                self._document(doc_id, one, two, bucket)
        finally:
            for reader in (*mine.values(), *true.values()):
                reader.close()

    def _document(self, doc_id: str, one: dict[str, pa.Table], two: dict[str, pa.Table], bucket: int) -> None:
        have, want = one["documents"], two["documents"]
        source = str((have if have.num_rows else want).column("source")[0].as_py())
        if doc_id in self.absent and not want.num_rows:
            self.gone += 1
        elif not (have.num_rows and want.num_rows):
            reasons = self._reason(source, bucket)
            if reasons & _OF_MACHINES:
                self.unsteady += 1
            elif have.num_rows:
                why = ", ".join(reasons) or "nothing"
                self._tell(source, doc_id, f"is a document here, and its raw page gives none ({why})")
            else:
                self._tell(source, doc_id, "is no document here, and its raw page gives one")
        elif have.column("raw_sha256")[0].as_py() != want.column("raw_sha256")[0].as_py():
            self._tell(
                source, doc_id, "raw_sha256 is not that of its raw page: that has changed since, or this is false"
            )
        else:
            self.documents += 1
            other = have.column("config_sha256")[0].as_py() != want.column("config_sha256")[0].as_py()
            for name in OF_DOCUMENTS:
                for what in _unlike(name, one[name], two[name], self.absent):
                    more = " (it says that it was curated with other settings)" if other else ""
                    self._tell(source, doc_id, f"{name}: {what}{more}")

    def _reason(self, source: str, bucket: int) -> set[str]:
        """Why a page gave no document, here and again."""
        found = set()
        for store in (self.here, self.again):
            path = store.table("rejections", bucket)
            if path.exists():
                table = read_table(path, "rejections", ["source", "reason"])
                rows = zip(table.column("source").to_pylist(), table.column("reason").to_pylist(), strict=True)
                found |= {reason for name, reason in rows if name == source}
        return found

    # ---------------------------------------------------------------- pages, and the folder as a whole

    def _pages(self, bucket: int, name: str) -> None:
        """A dataset whose rows are told by their page: those of pages that gave no document."""
        ledger = self.again.ledger(bucket)
        there = set(ledger.entries) if ledger else set()
        one, two = (_by(store.table(name, bucket), name, "source") for store in (self.here, self.again))
        for source in sorted(one.keys() | two.keys()):
            have, want = one.get(source, []), two.get(source, [])
            if readers.file_of(source) not in there:
                self.gone += 1
            elif {row.get("reason") for row in (*have, *want)} & _OF_MACHINES:
                self.unsteady += have != want
            elif have != want and not (name == "rejections" and not (have and want)):  # else told of the document
                self._tell(source, None, f"{name}: {_first_unlike(have, want)}")
            elif bool(have) != bool(want) and readers.doc_id_of(source) not in self._known(bucket):
                self._tell(source, None, f"{name}: it is {'here' if have else 'missing'}, its raw page says otherwise")

    def _known(self, bucket: int) -> set[str]:
        """Documents of a bucket, in either folder."""
        found: set[str] = set()
        for store in (self.here, self.again):
            path = store.table("documents", bucket)
            if path.exists():
                found |= set(read_table(path, "documents", ["doc_id"]).column("doc_id").to_pylist())
        return found

    def _duplicates(self) -> None:
        rows = []
        for store in (self.here, self.again):
            try:
                rows.append(_by(store.root / "duplicates" / "part-0.parquet", "duplicates", "doc_id"))
            except (*UNREADABLE, StoreError) as error:
                self._tell("duplicates", None, f"cannot be compared: {one_line(str(error))}")
                return
        one, two = rows
        led = {d for d, found in one.items() for row in found if {d, row["duplicate_of"]} & self.absent}
        for doc_id in sorted((one.keys() | two.keys()) - led):
            if one.get(doc_id) != two.get(doc_id):
                self._tell("duplicates", doc_id, _first_unlike(one.get(doc_id, []), two.get(doc_id, [])))


# -------------------------------------------------------------------- rows beside rows


def _ids(one: TableReader, two: TableReader) -> Iterator[str]:
    """The documents of two files, in the order of their ids; whoever is given one takes its rows."""
    while ids := [reader.next_id for reader in (one, two) if reader.next_id is not None]:
        yield min(ids)


def _by(path: Path, name: str, key: str) -> dict[str, list[dict[str, object]]]:
    """The rows of a small file by a column, without the times of writing."""
    found: dict[str, list[dict[str, object]]] = {}
    for row in read_table(path, name).to_pylist() if path.exists() else []:
        found.setdefault(row[key], []).append({k: v for k, v in row.items() if k not in _TIMES})
    return found


def _unlike(name: str, have: pa.Table, want: pa.Table, absent: set[str]) -> Iterator[str]:
    """What differs in one document's rows of a dataset, in a line."""
    columns = [column for column in DATASETS[name].model.model_fields if column not in _TIMES]
    have, want = have.select(columns), want.select(columns)
    if have.equals(want):
        return
    one, two = have.to_pylist(), want.to_pylist()
    for row, true in zip(one, two, strict=False):  # what led to a document whose page is gone leads nowhere again
        if row.get("target_doc_id") in absent:
            true |= {column: row[column] for column in linking.TARGET if column in row}
    if one != two:
        yield _first_unlike(one, two)


def _first_unlike(have: list[dict[str, object]], want: list[dict[str, object]]) -> str:
    """The first row and column that differ, and how many more."""
    if len(have) != len(want):
        return f"{len(have)} rows, its raw page gives {len(want)}"
    pairs = list(zip(have, want, strict=True))
    unlike = [(n, c) for n, (one, two) in enumerate(pairs) for c in one if one[c] != two[c]]
    n, column = min(unlike, key=lambda place: place[1] == "revision")  # which follows from all others
    some = f" (and {len(unlike) - 1} more values)" if unlike[1:] else ""
    said, true = (one_line(repr(row[n][column]), 60) for row in (have, want))
    return f"{column} of row {n} is {said}, its raw page gives {true}{some}"
