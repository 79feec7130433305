"""`ingest check`: the invariants proven on a curated folder, from what is on disk.

Buckets are read one at a time, documents are proven in worker processes. Whatever is wrong comes back as a `Violation`
that names the document or file and the place; nothing is repaired here (`repair` curates damaged buckets again).
"""

import json
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, TimeoutError
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq
from pebble import ProcessExpired

from ingest import gate
from ingest.config import Config
from ingest.corpus import history, linking, published, readers
from ingest.corpus.audit import again, proving
from ingest.corpus.audit.faults import Fault
from ingest.corpus.audit.invariants import unstated
from ingest.corpus.objects.spool import present
from ingest.corpus.processes.workers import Pool, Resources, one_line, sources
from ingest.corpus.reprints import duplicates
from ingest.corpus.storage import card
from ingest.corpus.storage.checksums import unchecked_columns
from ingest.corpus.storage.folder import STORE, is_as_written
from ingest.corpus.storage.ledger import Entry, Ledger
from ingest.corpus.storage.parquet import UNREADABLE, TableReader, open_file, read_table
from ingest.corpus.storage.place import HOME
from ingest.corpus.storage.schema import BUCKETED, OF_DOCUMENTS, arrow_schema, difference
from ingest.corpus.storage.stamp import code_stamp
from ingest.corpus.storage.store import Store, bucket_of, file_sha256
from ingest.errors import StoreError
from ingest.models import Document


class Violation(NamedTuple):
    """One thing that is not as it has to be."""

    invariant: int
    where: str
    """The document's source, or the file."""
    doc_id: str | None
    position: int | None
    what: str

    def __str__(self) -> str:
        at = f" at {self.position}" if self.position is not None else ""
        document = f" [{self.doc_id}]" if self.doc_id else ""
        return f"invariant {self.invariant}: {self.where}{document}{at}: {self.what}"


class Report(NamedTuple):
    """What was checked, and what was found."""

    rows: dict[str, int]
    """Rows of each dataset."""
    violations: list[Violation]
    notes: list[str]
    damaged: tuple[int, ...]
    """Buckets that `repair` would make again."""


def check(
    curated: Path,
    *,
    fast: bool = False,
    config: Config | None = None,
    resources: Resources | None = None,
    on_progress: Callable[[int], None] | None = None,
    pool: Pool | None = None,
) -> Report:
    """Proves the six invariants on a curated folder; `fast` leaves out the sixth, which curates every text again."""
    work = _Check(Store.open(curated).whole(), fast, config or Config(), resources or Resources(), on_progress)
    reads = sources(work.config, work.store.root, *filter(None, [work.store.raw]))
    with nullcontext(pool) if pool else Pool(work.resources, (), reads) as workers:
        return work.run(workers)


class _Check:
    def __init__(
        self, store: Store, fast: bool, config: Config, resources: Resources, tell: Callable[[int], None] | None
    ) -> None:
        self.store, self.fast, self.config, self.resources, self.tell = store, fast, config, resources, tell
        self.found: list[Violation] = []
        self.notes: list[str] = []
        self.counts = dict.fromkeys(BUCKETED, 0)
        self.damaged: set[int] = set()
        self.unlike = 0
        self.unstated = 0
        self.raw: dict[int, set[str]] | None = None
        self.repeats: set[str] = set()
        self.lacking: set[str] = set()
        self.current: set[int] = set()  # buckets made by this very code

    def run(self, pool: Pool) -> Report:
        self.raw = self._raw_files(pool)
        repeats = self.store.root / "duplicates" / "part-0.parquet"
        self.repeats = self._repeats(repeats)
        buckets = sorted({*self.store.numbers(), *(self.raw or {})})
        for bucket in buckets:
            with self.store.reading(bucket) as torn:
                if torn:
                    where = f".ingest/journal/{bucket:03d}.json"
                    self._fault(
                        5, where, "a commit was cut short: the next run completes it (or `ingest check --repair`)"
                    )
                    self.damaged.add(bucket)
                else:
                    self._bucket(bucket, pool)
        self._links()
        if self.repeats:
            self._fault(
                4, repeats, f"names {len(self.repeats)} documents that are not there: `ingest run` makes it again"
            )
        for name in BUCKETED:
            for path in sorted((self.store.root / name).glob("**/*.parquet")):
                if path not in {self.store.table(name, b) for b in buckets}:
                    self._fault(5, path, f"is none of the {self.store.facts.buckets} buckets' files")
        self._package()
        for name, what in published.wrong(self.store, bool(self.found)):
            self._fault(5, name, what)
        if not is_as_written(self.store.root):
            self._fault(5, STORE, "is not as it was written: the next run writes it anew")
        if history.damaged(self.store):
            self._fault(5, f".ingest/{history.NAME}", "is not as it was written: the next run begins a new one")
        for name in duplicates.damaged_notes(self.store):
            self._fault(5, name, "is not as it was written: the next run makes it again")
        self.found.sort(key=lambda v: (v.invariant, v.where, v.position or 0))
        if self.unlike:
            self.notes.append(
                f"{self.unlike} documents were curated with other settings than these: idempotence was not checked on them"
            )
        if self.unstated:
            self.notes.append(
                f"{self.unstated} documents were written before there were facts: "
                "where their metadata stand is known once `ingest run --full` has curated them again"
            )
        if self.lacking:
            some = ", ".join(sorted(self.lacking))
            self.notes.append(
                f"made by an older version, without {some}: they read as null until `ingest run` adds them"
            )
        return Report(dict(self.counts), self.found, self.notes, tuple(sorted(self.damaged)))

    def _fault(self, invariant: int, where: Path | str, what: str, doc_id: str | None = None) -> None:
        if isinstance(where, Path):
            where = where.relative_to(self.store.root).as_posix()
        self.found.append(Violation(invariant, where, doc_id, None, what))

    def _links(self) -> None:
        """Invariant 8 across documents, in buckets that this very code made, once every file is sound."""
        if any(violation.invariant == 5 for violation in self.found):
            return
        faults = again.linked(self.store, sorted(self.current))
        if linking.pending(self.store):  # a run was cut short behind its commits
            if count := sum(1 for _ in faults):
                self.notes.append(f"{count} references lead elsewhere than they would now: the next run renews them")
            return
        for bucket, doc_id, fault in faults:
            self._fault(8, self.store.table("references", bucket), fault.what, doc_id)

    def _raw_files(self, pool: Pool) -> dict[int, set[str]] | None:
        """Sources there have to be, by bucket; None where the raw folder is not at hand."""
        root = self.store.raw
        if root is None or not root.is_dir():
            self.notes.append(
                f"the raw folder {root} is not here: that every raw page is accounted for was not checked"
            )
            return None
        listed: dict[int, set[str]] = {}
        unread: dict[str, str] = {}
        for path in readers.listing(root, besides=Path(self.store.name), unread=unread):
            bucket = bucket_of(readers.name_of(path), self.store.facts.buckets)
            with present(root, [path] if readers.reader_of(path).many else [], readers.SIDECAR):
                found, _ = pool.divide(root, path, self.config.limits.max_bytes)
            listed.setdefault(bucket, set()).update(item.source for item in found)
        self.notes += (f"{folder} of the raw folder cannot be read: {why}" for folder, why in unread.items())
        return listed

    def _package(self) -> None:
        path = self.store.root / "datapackage.json"
        try:
            content = gate.read(path)
            json.loads(content)
        except (OSError, ValueError) as error:
            self._fault(5, path, f"cannot be read ({error}): the next run writes it anew")
            return
        present = self.store.package()
        if content != present:
            what = "does not describe the folder as it is: the next run writes it anew"
            # Counts and digests are those of the last run that came to its end; the ledgers' own are proven elsewhere.
            if self.store.outdated or card.uncounted(content) == card.uncounted(present):
                self.notes.append(f"datapackage.json {what}")
            else:
                self._fault(5, path, what)

    def _repeats(self, path: Path) -> set[str]:
        """The documents that `duplicates` names."""
        sound = duplicates.is_as_written(self.store)
        if not path.exists():
            if not sound:
                self._fault(5, path, "is missing: `ingest run` makes it again")
            return set()
        try:
            with open_file(path) as file:
                if wrong := self._columns("duplicates", file.schema_arrow):
                    self._fault(5, path, wrong)
            table = read_table(path, "duplicates", ("doc_id", "duplicate_of"))
        except (*UNREADABLE, StoreError) as error:
            self._fault(5, path, f"is damaged: {' '.join(str(error.__cause__ or error).split())[:160]}")
            return set()
        if not sound:
            self._fault(5, path, "is not the file that was written: `ingest run` makes it again")
        repeating, originals = (set(table.column(name).to_pylist()) for name in ("doc_id", "duplicate_of"))
        if len(repeating) != table.num_rows or repeating & originals:
            self._fault(4, path, "names a document twice, or as repeated although it repeats another")
        return repeating | originals

    # ---------------------------------------------------------------- a bucket

    def _bucket(self, bucket: int, pool: Pool) -> None:
        ledger = self.store.ledger(bucket)
        sound = [self._file(name, bucket, ledger.files.get(name) if ledger else None) for name in BUCKETED]
        if self.store.ledger_damaged(bucket):
            self._fault(5, f".ingest/ledger/{bucket:03d}.json", "is not as it was written: the next run writes it anew")
        for name in ledger.files if ledger else ():
            path = self.store.table(name, bucket)
            if not path.exists():
                self._fault(5, path, "is missing")
                self.damaged.add(bucket)
        if not all(sound):
            self.damaged.add(bucket)
            return
        if ledger is None:
            if not self.store.ledger_damaged(bucket):
                where = f".ingest/ledger/{bucket:03d}.json"
                self._fault(
                    5,
                    where,
                    "is missing: that its files are those that were written is not proven; the next run writes it anew",
                )
            ledger = Ledger.empty()
        if ledger.entries and all(entry.code == code_stamp() for entry in ledger.entries.values()):
            self.current.add(bucket)
        documented = self._documents(bucket, pool, ledger)
        rejected = self._rejections(bucket)
        booked = {o.source for e in ledger.entries.values() for o in e.outcomes if o.reason}
        for source in sorted(rejected ^ booked if ledger.entries else ()):
            self._fault(1, source, "is rejected, or not, other than its ledger says")
        for source in sorted(documented & rejected):
            self._fault(1, source, "is in documents and in rejections")
        if self.raw is not None:
            expected = self.raw.get(bucket, set())
            for source in sorted(expected - documented - rejected):
                self._fault(1, source, "is a raw page, and neither in documents nor in rejections (`ingest run`?)")
            gone = len((documented | rejected) - expected)
            if gone:
                self.notes.append(f"bucket {bucket:03d}: {gone} kept although their raw file is gone")

    def _file(self, dataset: str, bucket: int, digest: str | None) -> bool:
        """Invariant 5 on one file: the one that was written, read whole with its checksums, and of the pinned schema."""
        path = self.store.table(dataset, bucket)
        if not path.exists():
            return True
        try:
            if digest is not None and file_sha256(path) != digest:  # no reader should have to make sense of it
                self._fault(5, path, "is not the file that was written: its SHA-256 is another")
                return False
            with open_file(path) as file:
                if wrong := self._columns(dataset, file.schema_arrow):
                    self._fault(5, path, wrong)
                    return False
                rows = 0
                for group in range(file.num_row_groups):
                    rows += file.read_row_group(group).validate() or file.metadata.row_group(group).num_rows
                if not rows and (file.num_row_groups or (bucket != HOME and digest is None)):
                    self._fault(5, path, "holds no rows")
                bare = unchecked_columns(path, file.metadata)
        except (*UNREADABLE, StoreError) as error:
            self._fault(5, path, f"is damaged: {' '.join(str(error.__cause__ or error).split())[:160]}")
            return False
        for column in bare:
            self._fault(5, path, f"column {column} has pages without a checksum")
        self.counts[dataset] += rows
        return True

    def _columns(self, dataset: str, have: pa.Schema) -> str | None:
        """What is wrong with a file's columns; that it lacks some that came later is no fault, and is noted."""
        wrong = difference(dataset, have)
        if wrong is None:
            self.lacking.update(f"{dataset}.{n}" for n in arrow_schema(dataset).names if n not in have.names)
        return wrong

    def _documents(self, bucket: int, pool: Pool, ledger: Ledger) -> set[str]:
        """Invariants 2, 3, 4 and 6 on each document; the sources are given back."""
        others = {name: TableReader(self.store.table(name, bucket), name) for name in OF_DOCUMENTS[1:]}
        here: set[str] = set()
        ahead: deque[tuple[Document, Future[list[Fault]]]] = deque()
        used = dict.fromkeys(others, 0)
        last = ""
        for table in self._rows(bucket):
            row = table.to_pylist()[0]
            try:
                document = Document.model_validate(row)
            except ValueError as error:
                self._fault(4, str(row["source"]), f"its row cannot be read: {one_line(str(error))}", row["doc_id"])
                document = Document.model_construct(**row)
            if document.doc_id <= last:
                self._fault(4, document.source, "occurs twice, or out of order", document.doc_id)
                continue
            last = document.doc_id
            raw_path = readers.file_of(document.source)
            if document.source in here or bucket not in {
                bucket_of(name, self.store.facts.buckets) for name in (document.source, raw_path)
            }:
                self._fault(4, document.source, "does not belong in this bucket", document.doc_id)
            if readers.doc_id_of(document.source) != document.doc_id:
                self._fault(4, document.source, "its doc_id is not that of its source", document.doc_id)
            here.add(document.source)
            entry = ledger.entries.get(raw_path)
            if ledger.entries:
                self._booked(document, entry)
            self.repeats.discard(document.doc_id)
            parts = {name: reader.take(document.doc_id) for name, reader in others.items()}
            for name, part in parts.items():
                used[name] += part.num_rows
            self.unstated += not parts["facts"].num_rows and unstated(document)
            packed = {"documents": proving.packed(table)} | {name: proving.packed(part) for name, part in parts.items()}
            config = self.config if not self.fast and document.config_sha256 == self.config.sha256 else None
            self.unlike += config is None and not self.fast
            limit = 6 * self.resources.timeout
            ahead.append(
                (
                    document,
                    pool.submit(
                        proving.prove, packed, config, entry is not None and entry.code == code_stamp(), timeout=limit
                    ),
                )
            )
            if len(ahead) >= 4 * self.resources.processes:
                self._collect(*ahead.popleft())
        while ahead:
            self._collect(*ahead.popleft())
        for name in others:
            path = self.store.table(name, bucket)
            if path.exists() and (rest := pq.read_metadata(path).num_rows - used[name]):
                self._fault(4, path, f"{rest} rows have no document, or stand out of order")
        return here

    def _rows(self, bucket: int) -> Iterator[pa.Table]:
        path = self.store.table("documents", bucket)
        if not path.exists():
            return
        with open_file(path) as file:
            groups = file.num_row_groups
        for group in range(groups):
            table = read_table(path, "documents", group=group)
            for n in range(table.num_rows):
                yield table.slice(n, 1)

    def _collect(self, document: Document, future: "Future[list[Fault]]") -> None:
        try:
            faults = future.result()
        except (TimeoutError, ProcessExpired) as error:
            faults = [Fault(6, None, f"the check of this document did not come to an end: {type(error).__name__}")]
        except Exception as error:  # other rows that are no rows of the model, for one
            faults = [Fault(4, None, f"its rows cannot be checked: {type(error).__name__}: {one_line(str(error))}")]
        for fault in faults:
            self.found.append(Violation(fault.invariant, document.source, document.doc_id, fault.position, fault.what))
        if self.tell:
            self.tell(1)

    def _booked(self, document: Document, entry: Entry | None) -> None:
        """Whether the ledger knows the document, by its revision and by the bytes of its page."""
        known = {o.source: o.revision for o in entry.outcomes} if entry else {}
        if known.get(document.source) != document.revision:
            self._fault(4, document.source, "is not what its ledger says that its page came to", document.doc_id)
        elif entry and readers.is_page(readers.file_of(document.source)) and entry.sha256 != document.raw_sha256:
            self._fault(4, document.source, "raw_sha256 is not that of the page it was made from", document.doc_id)

    def _rejections(self, bucket: int) -> set[str]:
        path = self.store.table("rejections", bucket)
        if not path.exists():
            return set()
        with open_file(path) as file:
            names: list[str] = file.read(["source"]).column("source").to_pylist()
        if len(set(names)) != len(names):
            self._fault(1, path, "names a page twice")
        return set(names)
