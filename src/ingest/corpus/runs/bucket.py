"""One bucket from its old state to its new one: decide what is stale, curate that, merge it with what stays, commit.

Rows are merged in the order of their keys while pages are being curated, so that a bucket of any size needs the memory
of one row group and a few pages. What is not stale is carried over as it is, to the byte.
"""

import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus import readers
from ingest.corpus.objects.spool import spool_of
from ingest.corpus.processes.workers import PAGES, Curated, Pool, Refusal, Result, Task
from ingest.corpus.reprints import fingerprints
from ingest.corpus.runs.collected import Collected, Run, unpacked, written
from ingest.corpus.runs.jobs import Job
from ingest.corpus.runs.shares import count, only, refusals
from ingest.corpus.runs.state import CORRECTED, NARROWED, Context, Torn, intact, rebuilt, salvaged, why_stale
from ingest.corpus.runs.summary import Summary, slowest
from ingest.corpus.storage import journal
from ingest.corpus.storage.arrays import array
from ingest.corpus.storage.ledger import Entry, Ledger, Outcome, Stat
from ingest.corpus.storage.locks import DiskError
from ingest.corpus.storage.parquet import ColumnsError, TableReader, TableWriter, damaged, read_table, to_table
from ingest.corpus.storage.schema import BUCKETED, DATASETS, OF_DOCUMENTS, arrow_schema
from ingest.corpus.storage.store import Store, explained, file_sha256, utc_now
from ingest.errors import StoreError
from ingest.scopes import scope_of

OnPage = Callable[[str, str], None]
"""Called for each page that was curated: its source, and `document` or the reason of its rejection."""

_COUNTED = {"records": "record_count", "edits": "edit_count"}
"""Columns of `documents` that say how many rows a document has in another dataset."""
_OF_PAGES = tuple(name for name in BUCKETED if DATASETS[name].per == "page" and name != "rejections")
_TOLD = 5
"""Warnings about the pages of one file that are told one by one."""


def process(store: Store, job: Job, context: Context, pool: Pool, on_page: OnPage | None = None) -> Summary:
    """Brings one bucket up to date. Safe to run at any time, any number of times, beside any other writer."""
    if spool := spool_of(context.raw):
        spool.take(job.seen)
    with store.lock(job.bucket), explained(store.root):
        ledger = store.ledger(job.bucket)
        if ledger is None:
            ledger = rebuilt(store, job.bucket)
        try:
            if job.heal or not intact(store, job.bucket, ledger):
                raise Torn
            return _Bucket(store, job, context, ledger).run(pool, on_page)
        except Torn:
            if job.partial:
                raise StoreError(
                    f"bucket {job.bucket:03d} of {store.name} is damaged: `ingest run` makes it again from the raw pages"
                ) from None
        for trust in (True, False):
            known, notes = salvaged(store, job.bucket, ledger, job.paths, trust)
            try:
                summary = _Bucket(store, job._replace(force=True), context, known).run(pool, on_page)
            except (ColumnsError, DiskError):
                raise  # no damage, so nothing is put away: the only copy of a page whose raw file is gone may be here
            except (Torn, StoreError):
                if not trust:
                    raise
                continue
            summary.warnings += notes
            return summary
        raise StoreError(f"bucket {job.bucket:03d} of {store.name} cannot be made again")


# -------------------------------------------------------------------- the work


class _Bucket:
    """One bucket while it is being brought up to date."""

    def __init__(self, store: Store, job: Job, context: Context, ledger: Ledger) -> None:
        self.store, self.job, self.context = store, job, context
        self.summary = Summary()
        self.now = utc_now()
        self.keep: dict[str, Entry] = {}
        self.before = ledger
        self.stale: dict[str, str] = {}  # name -> raw path
        self.corrected: dict[str, frozenset[str]] = {}
        """Pages of files of many of which nothing has changed but what is said of these pages."""
        self.made: dict[str, list[Outcome]] = {}
        self.stats: dict[str, Stat | None] = {}
        self.digests: dict[str, str | None] = {}
        self.told: Counter[str] = Counter()
        self.prints: list[bytes | None] = []  # of the documents in their order; None where they were not kept
        self._decide(ledger)

    def _decide(self, ledger: Ledger) -> None:
        listed = {}
        for path in self.job.paths:
            if (name := readers.name_of(path)) in listed:
                self.summary.failures.append(f"{name}: two files have this name once it is text; rename one of them")
            else:
                listed[name] = path
        for name, entry in ledger.entries.items():
            if name in listed:
                continue
            if self.job.partial or name.startswith(self.job.spared):
                self.keep[name] = entry
            elif self.job.prune:
                self.summary.pruned += len(entry.outcomes)
            else:
                self.keep[name] = entry
                self.summary.gone += len(entry.outcomes)
        for name, path in listed.items():
            known = ledger.entries.get(name)
            why = "asked for" if self.job.force else why_stale(known, path, self.context)
            if path in self.job.left or why is None:
                self._leave(name, known)
                continue
            self.stale[name] = path
            if why == CORRECTED and known and readers.reader_of(path).many:
                self.corrected[name] = self.context.spoken_of(known)
                self._leave(name, only(known, self.corrected[name], False))

    def _leave(self, name: str, known: Entry | None) -> None:
        """Lets stand what is known of a file."""
        if known is not None:
            self.keep[name] = known
            count(self.summary, known)

    def run(self, pool: Pool, on_page: OnPage | None) -> Summary:
        narrow = self.store.narrow(self.job.bucket)
        if not self.stale and self.keep == self.before.entries and self.before.files and not narrow:
            return self.summary
        paths = {name: self.store.table(name, self.job.bucket) for name in BUCKETED}
        for name, digest in self.before.files.items():
            # Damage must not be carried over into a file whose checksums then say that all is well.
            if file_sha256(paths[name]) != digest:
                raise damaged(paths[name], "its SHA-256 is not what it was written with")
        with ExitStack() as stack:
            # In the curated folder where it may be: there is no telling how large a decompressed file is, and what /tmp is made of.
            scratch = pool.scratch(self.store.scratch(self.job.bucket))
            stack.callback(shutil.rmtree, scratch, ignore_errors=True)
            stack.callback(self.context.drop, list(self.stale.values()))
            kept = fingerprints.known(self.store, self.job.bucket) or b""
            prints = {fingerprints.doc_id_of(row): row for row in fingerprints.rows(kept)}
            old = {name: TableReader(paths[name], name, self.store.schema(name)) for name in OF_DOCUMENTS}
            for reader in old.values():
                stack.callback(reader.close)
            new = {name: stack.enter_context(self._writer(name, path)) for name, path in paths.items()}
            refused = self._merge(self._results(pool, scratch), old, new, prints, on_page)
            if rows := refusals(paths["rejections"], refused, self.keep.values(), self.now):
                new["rejections"].write(self._narrowed("rejections", to_table("rejections", rows)))
            for name in _OF_PAGES:
                new[name].write(self._of_pages(name, paths[name], refused))
            entries = self._entries()
        has_rows = {name: writer.written for name, writer in new.items()}
        for name, outcomes in self.made.items():
            if name not in self.corrected and (was := self.before.entries.get(name)):
                self.summary.pruned += len({o.source for o in was.outcomes} - {o.source for o in outcomes})
        for what, times in self.told.items():
            if times > _TOLD:
                self.summary.warnings.append(f"{what}: {times - _TOLD} more")
        self.store.commit(self.job.bucket, has_rows, Ledger(entries, dict(self.before.files)))
        if None not in self.prints:
            fingerprints.keep(self.store, self.job.bucket, b"".join(filter(None, self.prints)))
        return self.summary

    def _writer(self, name: str, path: Path) -> TableWriter:
        kept = self.store.kept(name, self.job.bucket)
        return TableWriter(journal.temporary(path), name, self.store.schema(name), kept=kept)

    def _narrowed(self, name: str, table: pa.Table) -> pa.Table:
        """New rows in the columns that the folder has."""
        return table.select(self.store.schema(name).names)

    def _merge(
        self,
        results: Iterator[tuple[readers.Item, Result, Collected, int]],
        old: Mapping[str, TableReader],
        new: Mapping[str, TableWriter],
        prints: Mapping[str, bytes],
        on_page: OnPage | None,
    ) -> list[Refusal]:
        """Writes documents, records and edits in order; the pages that gave none come back.

        Pages of one task between which nothing else stands are written in one go.
        """
        pending = next(results, None)  # first of all: what turns out to be still in writing is kept
        kept = {readers.doc_id_of(o.source): o for e in self.keep.values() for o in e.outcomes if o.revision}
        refused = []
        carried = iter(sorted(kept.items()))
        carry = next(carried, None)
        run: Run | None = None
        while carry or pending:
            if pending is None or (carry and carry[0] < pending[0].doc_id):
                assert carry is not None
                written(run, new)
                run = None
                self._carry_over(*carry, old, new)
                self.prints.append(prints.get(carry[0]))
                carry = next(carried, None)
                continue
            item, result, collected, n = pending
            self._note(item, result)
            if isinstance(result, Curated):
                if run is None or run.collected is not collected:
                    written(run, new)
                    run = Run(collected)
                run.take(n, self._stamp(item.doc_id, result, old))
                self.prints.append(collected.prints[n])
            else:
                refused.append(result)
            if on_page:
                on_page(item.source, "document" if isinstance(result, Curated) else result.reason)
            pending = next(results, None)
        written(run, new)
        return refused

    def _results(self, pool: Pool, scratch: Path) -> Iterator[tuple[readers.Item, Result, Collected, int]]:
        """The stale pages curated, in the order of their ids, a few tasks ahead of the page that is asked for.

        With each page the task that it came with, and its number in it.
        """
        raw = self.context.raw
        found = self._items(pool, scratch)
        size = max(1, min(PAGES, -(-len(found) // pool.resources.processes)))
        todo = (found[n : n + size] for n in range(0, len(found), size))
        ahead: deque[Task] = deque()
        while True:
            # Two of its own, so that its writing keeps no worker waiting; more only where no other bucket has any.
            while (len(ahead) < 2 or pool.idle) and (items := next(todo, None)):
                ahead.append(pool.curate(raw, items, self.context.config_of(items)))
            if not ahead:
                return
            task = ahead.popleft()
            each = iter(task.items)
            for done in pool.collect(task, raw, self.context.config_of(task.items)):
                collected = Collected.of(done, self._narrowed)
                for n, result in enumerate(done.pages):
                    yield next(each), result, collected, n

    def _items(self, pool: Pool, scratch: Path) -> list[readers.Item]:
        """The stale pages in the order of their ids: of each only its name and place, however large it is."""
        now = int(self.now.timestamp() * 1e9)
        found: list[readers.Item] = []
        for path in self.context.bring(self.stale.values()):  # replaced since it was listed: for the next run
            name = readers.name_of(path)
            del self.stale[name]
            self._leave(name, self.before.entries.get(name))
            self.summary.growing += 1
        for name, path in list(self.stale.items()):
            stat = self._stat(path)
            self.stats[name] = stat and stat.settled(now)
            if not readers.reader_of(path).many:
                found.append(readers.Item(path))
                continue
            scratch.mkdir(parents=True, exist_ok=True)
            some, notes = pool.divide(self.context.raw, path, self.context.config.limits.max_bytes, scratch)
            if self._stat(path) != stat:
                del self.stale[name]
                before, part = self.before.entries.get(name), self.corrected.pop(name, None)
                self._leave(name, before if part is None or before is None else only(before, part, True))
                if before is not None:
                    self.keep[name] = before
                self.summary.growing += 1
                continue
            part = self.corrected.get(name)
            found += some if part is None else (item for item in some if item.source in part)
            self.summary.warnings += (f"{name}: {note}" for note in notes)
        found.sort(key=lambda item: item.doc_id)
        return found

    def _stat(self, path: str) -> Stat | None:
        try:
            return self.context.stat(path)
        except OSError:
            return None

    def _note(self, item: readers.Item, result: Result) -> None:
        """Counts a result and remembers it for the ledger."""
        name = readers.name_of(item.path)
        self.summary.curated += 1
        self.summary.pages += 1
        self.summary.bytes += result.size
        self.summary.slowest = slowest([*self.summary.slowest, (result.seconds, item.source)])
        if result.warning and self._is_news(f"{name}: warnings about its pages"):
            self.summary.warnings.append(f"{item.source}: {result.warning}")
        if isinstance(result, Curated):
            self.made.setdefault(name, []).append(self._outcome(item.source, result))
            self.summary.edits += result.rules
            if (scope := result.host or scope_of(item.source, None)) in self.context.sites:
                self.summary.sites[scope, result.template] += 1
        else:
            self.made.setdefault(name, []).append(self._outcome(item.source, result))
            self.summary.rejected[result.reason] += 1
            self.summary.slow_rules += Counter([result.rule] if result.rule else ())
            if result.transient and self._is_news(f"{name}: pages that could not be read"):
                self.summary.failures.append(f"{item.source}: {result.detail}")
        if isinstance(result, Refusal) and result.transient:
            self.digests[name] = None
        elif name not in self.digests:
            whole = item.part is None and readers.is_page(item.path)
            known = result.sha256 if whole else None
            self.digests[name] = known or readers.sha256_of(self.context.raw / item.path, self.context.raw)

    def _outcome(self, source: str, result: Result) -> Outcome:
        """What the ledger remembers of a page."""
        said = self.context.said.digest(source) or None
        if isinstance(result, Curated):
            return Outcome(source, result.revision, None, result.host, said)
        return Outcome(source, None, result.reason, result.host, said)

    def _is_news(self, what: str) -> bool:
        """Whether something is still told one by one: a file may have very many pages."""
        self.told[what] += 1
        return self.told[what] <= _TOLD

    def _carry_over(
        self, doc_id: str, known: Outcome, old: Mapping[str, TableReader], new: Mapping[str, TableWriter]
    ) -> None:
        rows = old["documents"].take(doc_id)
        if rows.num_rows != 1 or rows.column("revision")[0].as_py() != known.revision:
            raise Torn
        chars = rows.column("page_chars")[0].as_py(), rows.column("text_chars")[0].as_py()
        new["documents"].write(rows, sum(chars))
        for name in OF_DOCUMENTS[1:]:
            part = old[name].take(doc_id)
            if name in _COUNTED and part.num_rows != rows.column(_COUNTED[name])[0].as_py():
                raise Torn
            new[name].write(part, chars[1] if name == "records" else 0)

    def _stamp(self, doc_id: str, result: Curated, old: Mapping[str, TableReader]) -> datetime:
        """The time a document is ingested at: when its content became what it is."""
        former = old["documents"].take(doc_id)
        if not former.num_rows:
            self.summary.new += 1
        elif former.column("revision")[0].as_py() == result.revision:
            self.summary.unchanged += 1
            return former.column("ingested_at")[0].as_py() or self.now
        else:
            self.summary.changed += 1
        return self.now

    def _of_pages(self, name: str, path: Path, refused: list[Refusal]) -> pa.Table:
        """The rows of pages in a dataset that is not of documents: those of pages that stand, and those of now."""
        rejected = array([o.source for e in self.keep.values() for o in e.outcomes if o.reason], pa.string())
        parts = [unpacked(name, one.tables[name]) for one in refused if one.tables and one.tables.get(name)]
        rows = pa.concat_tables([pa.Table.from_batches([], arrow_schema(name)), *parts])
        if path.exists():
            former = read_table(path, name)
            rows = pa.concat_tables([former.filter(pc.is_in(former.column("source"), rejected)), rows])
        order = [(column, "ascending") for column in DATASETS[name].sorted_by]
        return self._narrowed(name, rows.sort_by(order))

    def _all_of(self, name: str, made: list[Outcome]) -> list[Outcome]:
        """The outcomes of a file's pages: those of now, and those that stand where only some were curated, in their order."""
        if name not in self.corrected:
            return made
        now = {outcome.source: outcome for outcome in made}
        return [now.get(outcome.source, outcome) for outcome in self.before.entries[name].outcomes]

    def _entries(self) -> dict[str, Entry]:
        entries = dict(self.keep)
        for name, made in self.made.items():
            path = self.stale[name]
            outcomes = self._all_of(name, made)
            entry = Entry(
                self.stats[name],
                self.digests[name],
                readers.sidecar_sha256(self.context.raw / path, self.context.raw),
                # What the folder has no columns for was left out: the run that adds them has to curate the page again.
                self.context.code + (NARROWED if self.store.outdated else ""),
                self.context.settings(path),
                self.context.limits,
                tuple(outcomes),
                self.context.known_of(outcomes),
            )
            was = self.before.entries.get(name)
            # The times of a page that came out the same are no news: the ledger stays as it is, to the byte.
            entries[name] = was if was is not None and was._replace(stat=entry.stat) == entry else entry
        return entries
