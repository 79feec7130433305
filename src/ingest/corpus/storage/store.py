"""A curated folder: its buckets, settings, locks, and the way from one state of a bucket to the next.

    curated/
      documents/bucket=017/part-0.parquet     and the same for records, edits, rejections
      datapackage.json                        what the columns mean, for readers
      .ingest/                                settings, ledgers, journals, locks: nothing a reader of the data needs

The raw file's path decides the bucket, so a bucket is a unit of work with one writer: no shuffle, and redoing it is
harmless. Readers need no lock, each dataset's bucket is one file that is replaced as a whole.

A folder in object storage is followed by one on a disk (`mirror`): then a bucket is brought before it is locked or read,
and a commit is made there as well.
"""

import hashlib
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

import pyarrow as pa

from ingest import gate
from ingest.config import About
from ingest.corpus.objects import address
from ingest.corpus.objects.lease import lease
from ingest.corpus.objects.spool import brought, origin
from ingest.corpus.storage import card, journal
from ingest.corpus.storage.folder import MOST_BUCKETS, Columns, Facts, of_file, of_folder, present, read_facts
from ingest.corpus.storage.ledger import Ledger, Told
from ingest.corpus.storage.locks import explained, held, shared
from ingest.corpus.storage.parquet import TableWriter
from ingest.corpus.storage.place import HOME, Place, here, holds, make_root, table_of
from ingest.corpus.storage.schema import BUCKETED, DATASETS, arrow_schema, pinned
from ingest.errors import InputError, StoreError, UsageError

__all__ = ["BUCKETED", "Facts", "Store", "bucket_of", "explained", "file_sha256", "make_root", "utc_now"]

DEFAULT_BUCKETS = 64
_LEFT = 60.0
"""Seconds after which a temporary file of a few kilobytes counts as left behind."""


def bucket_of(raw_path: str, buckets: int) -> int:
    """The bucket of a raw file."""
    return int.from_bytes(hashlib.sha256(raw_path.encode("utf-8", "surrogatepass")).digest()[:8], "big") % buckets


class Store(Place):
    """An open curated folder."""

    def __init__(self, root: Path, facts: Facts) -> None:
        super().__init__(root)
        self.facts = facts
        self.inner = root / ".ingest"

    # ---------------------------------------------------------------- opening

    @classmethod
    def open(cls, root: Path) -> "Store":
        """An existing curated folder; its schema version must be this one."""
        root = here(root)
        if not root.is_dir():
            raise InputError(f"{root} is not a folder: name the curated folder with --curated, or make one: ingest run")
        facts = read_facts(root)
        if facts is None:
            if any((root / name).exists() for name in BUCKETED):
                raise StoreError(
                    f"{Place(root).name} has lost .ingest/store.json and datapackage.json: put one of them back"
                )
            there = Place(root).name
            raise InputError(f"{there} holds no curated data yet: make some with `ingest run RAW --curated {there}`")
        return cls(root, facts)

    @classmethod
    def create(
        cls, root: Path, raw: Path, *, buckets: int | None = None, new_root: bool = False, widen: bool = True
    ) -> "Store":
        """The curated folder for `raw`, made if need be. It belongs to one raw root, unless `new_root` says it moved.

        `widen`: a folder of an older version is to get the columns of this one, in all its files.
        """
        if buckets is not None and not 1 <= buckets <= MOST_BUCKETS:
            raise UsageError(f"{buckets} buckets: choose 1 to {MOST_BUCKETS}")
        root = here(root, write=True)
        make_root(root)
        there = address.between(origin(raw), Place(root).name)
        facts = read_facts(root)
        if facts is None:
            empty = cls(root, Facts(DEFAULT_BUCKETS, None))
            stray = [name for name in BUCKETED if empty.files(name, empty.numbers())]
            if stray:
                raise StoreError(
                    f"{Place(root).name} holds {stray[0]} but not its settings: name another folder with --curated"
                )
            facts = Facts(buckets or DEFAULT_BUCKETS, there, present())
        elif buckets is not None and buckets != facts.buckets:
            raise UsageError(
                f"{Place(root).name} has {facts.buckets} buckets, fixed when it was made; {buckets} were asked for"
            )
        elif facts.raw not in (None, there) and not new_root and cls(root, facts).numbers():
            raise UsageError(
                f"{Place(root).name} was curated from {cls(root, facts).raw}, not from {raw}: name another folder with --curated, "
                "or say --new-root if the same pages have moved"
            )
        if widen and facts.columns != present():  # a run brings the folder up to this version, and says so
            facts = facts._replace(columns=present(), widening=True)
        store = cls(root, facts._replace(raw=there))
        if not holds(store.inner / "store.json", store.facts.sealed()):
            store._write_facts()
        return store

    @classmethod
    def peek(cls, root: Path) -> "Store":
        """The folder as it is, without making or mending anything; as if new where there is none."""
        root = here(root)
        return cls(root, read_facts(root) or Facts(DEFAULT_BUCKETS, None))

    @property
    def raw(self) -> Path | None:
        """The raw root that the folder was curated from."""
        return None if self.facts.raw is None else brought(address.beside(self.name, self.facts.raw))

    def _write_facts(self) -> None:
        with explained(self.root):
            journal.write_durably(self.inner / "store.json", self.facts.sealed())
        self.publish()

    def rooted(self, root: str) -> None:
        """Notes the hash that stands for the folder as it is."""
        self.facts = self.facts._replace(root=root)
        self._write_facts()

    # ---------------------------------------------------------------- columns

    @cached_property
    def columns(self) -> Columns:
        """The columns that the folder's files are written with; those it has, where it does not say."""
        return self.facts.columns if self.facts.columns is not None else of_folder(self.root)

    @property
    def outdated(self) -> bool:
        """Whether the folder was made before columns of this version: `run` brings it up to date, and nothing else does."""
        return self.facts.columns != present()

    def schema(self, dataset: str) -> pa.Schema:
        """What a file of a dataset is written with, so that all files of a dataset have the same columns."""
        return pinned(dataset, self.columns[dataset]) if dataset in self.columns else arrow_schema(dataset)

    def narrow(self, bucket: int) -> list[str]:
        """Columns that files of a bucket lack, while the folder is being widened."""
        if not self.facts.widening:
            return []
        return [
            f"{name}.{column}"
            for name in BUCKETED
            for have in (of_file(self.table(name, bucket)),)
            for column in self.schema(name).names
            if have is not None and column not in have
        ]

    def widened(self) -> None:
        """Notes that no file lacks a column any more, once that is so."""
        if self.facts.widening and not any(self.narrow(bucket) for bucket in self.numbers()):
            self.facts = self.facts._replace(widening=False)
            self._write_facts()

    def complete(self) -> None:
        """Sees to it that every dataset can be read: where there are no rows, bucket 0 has a file of the schema alone."""
        if all(self.has(name, HOME) for name in BUCKETED):
            return
        with self.lock(HOME), explained(self.root):
            ledger = self.ledger(HOME)
            if ledger is None and self.table("documents", HOME).exists():
                return  # its ledger was lost: the next run writes both
            missing = [name for name in BUCKETED if not self.table(name, HOME).exists()]
            if ledger is not None and set(missing) & set(ledger.files):
                return  # a table was lost: likewise
            for name in missing:
                with TableWriter(journal.temporary(self.table(name, HOME)), name, self.schema(name), kept=True):
                    pass
            self.commit(HOME, dict.fromkeys(missing, True), ledger or Ledger.empty())

    # ---------------------------------------------------------------- places

    def table(self, dataset: str, bucket: int) -> Path:
        """The file of a dataset's bucket."""
        if self.mirror is not None:
            self.mirror.table(dataset, bucket)
        return table_of(self.root, dataset, bucket)

    def _ledger(self, bucket: int) -> Path:
        return self.inner / "ledger" / f"{bucket:03d}.json"

    def _journal(self, bucket: int) -> Path:
        return self.inner / "journal" / f"{bucket:03d}.json"

    def scratch(self, bucket: int) -> Path:
        """A folder for what a bucket's writer has to put down for a while. It is swept like any other trace of one."""
        return self.inner / "scratch" / f"{bucket:03d}"

    def scratches(self) -> Path:
        """The folder of these folders, made if need be: the one place here that is written to by who reads pages."""
        place = self.inner / "scratch"
        with explained(self.root):
            place.mkdir(parents=True, exist_ok=True)
        return place

    def numbers(self) -> list[int]:
        """Buckets that hold anything."""
        if self.mirror is not None:
            return self.mirror.numbers()
        found = {
            int(p.parent.name[7:]) for name in BUCKETED for p in (self.root / name).glob("bucket=*/part-0.parquet")
        }
        return sorted(found)

    def ledger(self, bucket: int) -> Ledger | None:
        """What a bucket was made from; None when it has to be rebuilt."""
        return Ledger.load(self._newest(bucket))

    def told(self, bucket: int) -> Told | None:
        """What a bucket's ledger comes to, for one who does not ask for its entries; None likewise."""
        return Ledger.told(self._newest(bucket))

    def _newest(self, bucket: int) -> Path:
        if self.mirror is not None:
            self.mirror.ledger(bucket)
        return self._ledger(bucket)

    # ---------------------------------------------------------------- locks

    @contextmanager
    def exclusive(self, wait: float = 0.0) -> Iterator[None]:
        """The folder for one run at a time: another waits `wait` seconds and is then refused with a line that says who."""
        holder = self.inner / "run.json"
        if self.mirror is not None:
            self.mirror.write()
            with lease(self.mirror.place, wait):
                yield
            return
        with held(self.root, self.inner / "run.lock", wait, holder, "curating into"):
            yield

    @contextmanager
    def lock(self, bucket: int, wait: float = 120.0) -> Iterator[None]:
        """One bucket for one writer. What a killed writer left is put right before anything else."""
        with held(
            self.root, self.inner / "locks" / f"{bucket:03d}.lock", wait, None, f"writing bucket {bucket:03d} of"
        ):
            self._recover(bucket)
            if self.mirror is None:
                yield
                return
            self.mirror.write()
            with self.mirror.held(bucket):
                yield

    @contextmanager
    def reading(self, bucket: int, wait: float = 120.0) -> Iterator[bool]:
        """One bucket kept from being written, for a caller that only reads: nothing is made, put right or touched.

        Gives whether the bucket is between two states: its writer was killed in a commit, which the next run completes.
        """
        if self.mirror is not None:
            self.mirror.pull(bucket)
            yield False
            return
        with shared(self.inner / "locks" / f"{bucket:03d}.lock", wait) as free:
            if not free:
                raise StoreError(
                    f"another run is writing bucket {bucket:03d} of {self.name}: let it end, then try again"
                )
            yield self._journal(bucket).exists()

    @contextmanager
    def guard(self, name: str, wait: float = 120.0) -> Iterator[None]:
        """A dataset that is made from all buckets, for one writer."""
        with held(self.root, self.inner / "locks" / f"{name}.lock", wait, None, f"writing {name} of"):
            yield

    # ---------------------------------------------------------------- recovery

    def recover(self) -> None:
        """Completes or sweeps what killed writers left, in every bucket that shows a trace of one."""
        if self.mirror is not None:
            self.mirror.sweep()  # a pending commit is completed by whoever reads its ledger
        traces = [p.stem for p in (self.inner / "journal").glob("*.json")]
        traces += [p.name[1:4] for p in self.inner.glob(f"*/.*{journal.TEMPORARY}")]
        traces += [p.parent.name[7:] for name in BUCKETED for p in self._strays(name)]
        traces += [p.name for p in (self.inner / "scratch").glob("*")]
        for number in sorted({int(t) for t in traces if t.isdigit()}):
            with self.lock(number):
                pass
        # Files of the whole folder have no lock of their own: what is old here was left, what is new may be being written.
        for path in (self.inner / "store.json", self.inner / "history.json", self.root / "datapackage.json"):
            stray = journal.temporary(path)
            with suppress(OSError):
                if time.time() - stray.stat().st_mtime > _LEFT:
                    stray.unlink()

    def _strays(self, dataset: str) -> Iterator[Path]:
        return (self.root / dataset).glob(f"bucket=*/.*{journal.TEMPORARY}")

    def _recover(self, bucket: int) -> None:
        with explained(self.root):
            entry = self._journal(bucket)
            own = [self._ledger(bucket), *(self.table(name, bucket) for name in BUCKETED)]
            if entry.exists() and not journal.roll_forward(self.root, entry, own):
                # Nobody can say which renames were done: forget what was known, so that the bucket is curated again.
                journal.write_durably(self._ledger(bucket), Ledger.empty().to_bytes())
                entry.unlink()
            for path in (entry, *own):
                journal.temporary(path).unlink(missing_ok=True)
            if self.scratch(bucket).exists():
                shutil.rmtree(self.scratch(bucket))

    # ---------------------------------------------------------------- commit

    def commit(self, bucket: int, tables: Mapping[str, bool], ledger: Ledger) -> bool:
        """Replaces a bucket's tables by their temporary files, all or none; a table with no rows (False) is removed.

        Files whose bytes are the same stay as they are. False when nothing had to be replaced. The bucket must be locked.
        """
        with explained(self.root):
            changes: dict[Path, bool] = {}
            for dataset, has_rows in tables.items():
                path, new = self.table(dataset, bucket), journal.temporary(self.table(dataset, bucket))
                if has_rows:
                    digest = file_sha256(new)
                    ledger.files[dataset] = digest
                    if path.exists() and path.stat().st_size == new.stat().st_size and file_sha256(path) == digest:
                        new.unlink()
                    else:
                        changes[path] = True
                else:
                    ledger.files.pop(dataset, None)
                    if path.exists():
                        changes[path] = False
            path, content = self._ledger(bucket), ledger.to_bytes()
            if not holds(path, content):
                path.parent.mkdir(parents=True, exist_ok=True)
                journal.temporary(path).write_bytes(content)
                changes[path] = True
            if changes:
                journal.commit(self.root, self._journal(bucket), changes)
        if self.mirror is not None:
            self.mirror.push(bucket)
        return bool(changes)

    def package(self) -> bytes:
        """What `datapackage.json` has to say of the folder as it is."""
        return self._package(self._told())

    def _package(self, files: Mapping[str, Sequence[card.File]]) -> bytes:
        return card.package(files, card.kept(self.root), self.facts.written())

    def _told(self) -> dict[str, list[card.File]]:
        """The files of each dataset with what there is to say of them."""
        digests: dict[str, str] = {}
        for bucket in self.numbers():
            for name, digest in ledger.files.items() if (ledger := self.told(bucket)) else ():
                digests[self.table(name, bucket).relative_to(self.root).as_posix()] = digest
        every = {name: self.files(name, self.numbers()) for name in DATASETS}
        return {name: [card.file_of(self.root, p, digests.get(p)) for p in paths] for name, paths in every.items()}

    def describe(self, about: About | None = None) -> None:
        """Brings `datapackage.json` and the card up to what the folder holds; untouched when nothing has come or gone.

        `about`: what both say of the corpus from now on, if it says anything.
        """
        wanted: dict[str, bytes] = {}
        with explained(self.root):
            if about is not None and about != About() and about != card.kept(self.root):
                journal.write_durably(self.root / card.KEPT, about.model_dump_json().encode() + b"\n")
            files = self._told()
            wanted["datapackage.json"] = self._package(files)
            if card.is_ours(self.root / "README.md"):
                wanted["README.md"] = card.readme(files, card.kept(self.root))
            for name, content in wanted.items():
                if not holds(self.root / name, content):
                    journal.write_durably(self.root / name, content)
        self.publish()

    def ledger_damaged(self, bucket: int) -> bool:
        """Whether there is a ledger that is not as it was written."""
        return self._ledger(bucket).exists() and self.ledger(bucket) is None


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits."""
    return gate.sha256(path)


def utc_now() -> datetime:
    """Now, naive UTC, microseconds."""
    return datetime.fromtimestamp(time.time(), UTC).replace(tzinfo=None)
