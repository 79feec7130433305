"""A curated folder in object storage, by a folder on a disk that follows it bucket by bucket.

Everything that reads or writes buckets works on the disk, as ever. Before a bucket is written, its ledger and tables are
brought here as they stand; after it was committed here, the commit is made there, by the protocol of `objects.redo`; if
somebody else was first, what was done here is forgotten. What is beside the buckets (settings, `duplicates`, notes, what is
known of sites) goes there under the run's lease. A process that only reads writes nothing there.
"""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, RLock

from ingest.corpus.objects import redo
from ingest.corpus.objects.cloud import connect, prove
from ingest.corpus.objects.local import Stands, folder_for
from ingest.corpus.objects.redo import LEDGERS, STAGING, Lost, State
from ingest.corpus.objects.seam import Found, Objects, Tag
from ingest.corpus.storage.ledger import Ledger
from ingest.corpus.storage.schema import BUCKETED
from ingest.errors import StoreError

_OWN = (".ingest/locks/", ".ingest/journal/", ".ingest/scratch/", ".ingest/run.", ".ingest/probe-", LEDGERS, STAGING)
"""Objects and files that are none of those beside the buckets."""
_LATE = (".ingest/texts/", ".ingest/links", ".ingest/history.json")
"""Notes that only the end of a run and `check` read."""
_AT_ONCE = 16
_TRIES = 5


class Mirror:
    """The disk's side of a curated folder that lies elsewhere."""

    def __init__(self, place: Objects, root: Path) -> None:
        self.place, self.root, self.address = place, root, place.address
        self.writing = False
        self._there: set[tuple[str, int]] = set()
        """The tables that there are."""
        self._ledgers: dict[int, Tag | None] = {}
        """The state of each bucket's ledger, as it was last heard of."""
        self._states: dict[int, State] = {}
        """The ledgers that are here."""
        self._tables: dict[tuple[str, int], tuple[str, Tag | None]] = {}
        """The tables that are here: SHA-256, and the state there."""
        self._beside: dict[str, tuple[str, Tag]] = {}
        self._left: list[Found] = []
        self._held: set[int] = set()
        self._locks: dict[int, RLock] = {}
        self._lock = Lock()

    def write(self) -> None:
        """From now on this process may write: what others left half done it completes."""
        if not self.writing:
            prove(self.place)
            self.writing = True

    # ---------------------------------------------------------------- looking

    def refresh(self) -> None:
        """Lists the place anew, and brings what is beside the buckets."""
        tables, ledgers, beside = set(), {}, {}
        for found in self.place.list():
            parts = found.name.split("/")
            if parts[0] in BUCKETED:
                number = parts[1].removeprefix("bucket=")
                if number.isdigit() and found.name == _name(parts[0], int(number)):
                    tables.add((parts[0], int(number)))
            elif found.name.startswith(LEDGERS):
                number = parts[-1].removesuffix(".json")
                if number.isdigit():
                    ledgers[int(number)] = found.tag
            elif _is_beside(found.name):
                beside[found.name] = found
        self._there, self._ledgers = tables, dict(ledgers)
        self._left = [found for name, found in beside.items() if name.startswith(_LATE)]
        self._bring(found for name, found in beside.items() if not name.startswith(_LATE))
        for name in set(self._beside) - set(beside):
            del self._beside[name]
            (self.root / name).unlink(missing_ok=True)

    def numbers(self) -> list[int]:
        """Buckets that have a table."""
        return sorted({bucket for _, bucket in self._there})

    def has(self, dataset: str, bucket: int) -> bool:
        """Whether there is a table."""
        return (dataset, bucket) in self._there

    def digest(self, dataset: str, bucket: int) -> str:
        """SHA-256 of a table as its ledger has it; empty where there is none."""
        self.ledger(bucket)
        ledger = Ledger.told(self.root / redo.ledger_name(bucket))
        return ledger.files.get(dataset, "") if ledger else ""

    def _bring(self, objects: Iterable[Found]) -> None:
        def one(found: Found) -> None:
            if (held := self.place.get(found.name)) is not None:
                self._write(found.name, held.content)
                self._beside[found.name] = _sha256(held.content), held.tag

        wanted = [f for f in objects if f.name not in self._beside or self._beside[f.name][1] != f.tag]
        with ThreadPoolExecutor(_AT_ONCE, "mirror") as together:
            list(together.map(one, wanted))

    def _write(self, name: str, content: bytes) -> None:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        made = path.with_name(f".{path.name}.brought")
        made.write_bytes(content)
        made.replace(path)

    def notes(self) -> None:
        """Brings the notes that only the end of a run and `check` read."""
        self._bring(self._left)
        self._left = []

    def whole(self) -> None:
        """Brings all there is: for whoever looks at files by a glob."""
        self.notes()
        with ThreadPoolExecutor(_AT_ONCE, "mirror") as together:
            list(together.map(self.pull, sorted({*self._ledgers, *self.numbers()})))

    # ---------------------------------------------------------------- a bucket

    @contextmanager
    def held(self, bucket: int) -> Iterator[None]:
        """A bucket that is about to be written: as it stands there now, and left alone until the end."""
        with self._own(bucket):
            self._states.pop(bucket, None)
            self.pull(bucket)
            self._bring(found for found in self._left if found.name == note_of(bucket))
            self._held.add(bucket)
            try:
                yield
            finally:
                self._held.discard(bucket)

    def pull(self, bucket: int) -> None:
        """Brings a bucket's ledger and all its tables, if they are not here as they were last heard of."""
        with self._own(bucket):
            for _ in range(_TRIES):
                self.ledger(bucket)
                sound = [self._table(name, bucket) for name in BUCKETED]
                if all(sound) or not self._moved(bucket):
                    return  # what does not agree with a ledger that stays is damage, and is told as on a disk

    def ledger(self, bucket: int) -> None:
        """Brings a bucket's ledger, if it is not here as it was last heard of."""
        with self._own(bucket):
            if bucket in self._held or (
                bucket in self._states and self._ledgers.get(bucket) == self._states[bucket].tag
            ):
                return
            own = [_name(dataset, bucket) for dataset in BUCKETED]
            state = (redo.opened if self.writing else redo.look)(self.place, bucket, own)
            self._states[bucket], self._ledgers[bucket] = state, state.tag
            if state.body is None:
                (self.root / redo.ledger_name(bucket)).unlink(missing_ok=True)
            else:
                self._write(redo.ledger_name(bucket), state.body)

    def table(self, dataset: str, bucket: int) -> None:
        """Brings one table; for a reader all of its bucket, so that they are of one state."""
        if dataset not in BUCKETED or bucket in self._held:
            return
        if not self.writing:
            self.pull(bucket)
            return
        with self._own(bucket):
            self.ledger(bucket)
            self._table(dataset, bucket)

    def _table(self, dataset: str, bucket: int) -> bool:
        """Brings a table; False where it is not the one that the ledger names."""
        key, name, state = (dataset, bucket), _name(dataset, bucket), self._states[bucket]
        ledger = Ledger.told(self.root / redo.ledger_name(bucket))
        wanted = ledger.files.get(dataset) if ledger else None
        path = self.root / name
        known = self._tables.get(key)
        if wanted is not None and known and known[0] == wanted and path.exists():
            return True
        if wanted is None and key not in self._there:
            path.unlink(missing_ok=True)
            return True
        # A commit that was cut short, and a reader, who must not complete it: what was staged is what is.
        staged = next((part.staged for part in state.pending if part.name == name), None)
        held = (self.place.get(staged) if staged else None) or self.place.get(name)
        if held is None:
            self._tables.pop(key, None)
            path.unlink(missing_ok=True)
            return wanted is None
        self._write(name, held.content)
        digest = _sha256(held.content)
        self._tables[key] = digest, held.tag
        return wanted in (None, digest)

    def _moved(self, bucket: int) -> bool:
        """Whether the bucket was written since its ledger was read; then it is read again."""
        held = self.place.get(redo.ledger_name(bucket))
        self._ledgers[bucket] = held.tag if held else None
        return self._ledgers[bucket] != self._states[bucket].tag

    def _own(self, bucket: int) -> RLock:
        with self._lock:
            return self._locks.setdefault(bucket, RLock())

    # ---------------------------------------------------------------- writing

    def push(self, bucket: int) -> None:
        """Makes there the commit that was made here. Raises StoreError where somebody was first: nothing has changed then."""
        base, body = self._states[bucket], (self.root / redo.ledger_name(bucket)).read_bytes()
        ledger = Ledger.told(self.root / redo.ledger_name(bucket)) or Ledger.empty()
        tables: dict[str, tuple[bytes, Tag | None]] = {}
        for dataset, digest in ledger.files.items():
            sha256, tag = self._tables.get((dataset, bucket), (None, None))
            if sha256 != digest:
                tables[_name(dataset, bucket)] = (self.root / _name(dataset, bucket)).read_bytes(), tag
        if not tables and body == base.body:
            return
        try:
            state, tags = redo.commit(self.place, bucket, base, body, tables)
        except Lost:
            self._forget(bucket)
            raise StoreError(
                f"another run has written bucket {bucket:03d} of {self.address} meanwhile, and that stands: run again"
            ) from None
        except BaseException:
            self._forget(bucket)
            raise
        self._states[bucket], self._ledgers[bucket] = state, state.tag
        for dataset, digest in ledger.files.items():
            self._there.add((dataset, bucket))
            if (name := _name(dataset, bucket)) in tables:
                self._tables[dataset, bucket] = digest, tags.get(name)

    def _forget(self, bucket: int) -> None:
        """What is here of a bucket is not what is there."""
        self._states.pop(bucket, None)
        for dataset in BUCKETED:
            self._tables.pop((dataset, bucket), None)
            (self.root / _name(dataset, bucket)).unlink(missing_ok=True)
        (self.root / redo.ledger_name(bucket)).unlink(missing_ok=True)

    def publish(self, only: str | None = None) -> None:
        """Puts there what is beside the buckets and has changed here (or one thing of it). The caller has the lease."""
        here = {path.relative_to(self.root).as_posix(): path for path in self.root.rglob("*") if path.is_file()}
        here = {name: path for name, path in here.items() if _is_beside(name) and only in (None, name)}

        def one(name: str) -> None:
            content = here[name].read_bytes()
            digest, tag = self._beside.get(name, (None, None))
            if digest != _sha256(content):
                self._beside[name] = _sha256(content), self._put(name, content, tag)

        with ThreadPoolExecutor(_AT_ONCE, "mirror") as together:
            list(together.map(one, here))
        for name in set(self._beside) - set(here) if only is None else ():
            self.place.delete(name)
            del self._beside[name]

    def _put(self, name: str, content: bytes, tag: Tag | None) -> Tag:
        for _ in range(_TRIES):
            if (made := self.place.swap(name, content, tag)) is not None:
                return made
            held = self.place.get(name)
            if held is not None and held.content == content:
                return held.tag
            tag = held.tag if held else None
        raise StoreError(f"{self.address}/{name} is written by somebody else at the same time: run again")

    def sweep(self) -> None:
        """Removes what dead writers left on its way."""
        redo.sweep(self.place, {part.staged for state in self._states.values() for part in state.pending})


def note_of(bucket: int) -> str:
    """What a bucket's documents left for the search of duplicates."""
    return f".ingest/texts/{bucket:03d}"


def _is_beside(name: str) -> bool:
    """Whether an object or file goes along although it is of no bucket."""
    hidden = any(part.startswith(".") and part != ".ingest" for part in name.split("/"))
    return not hidden and not name.startswith(_OWN) and name.split("/")[0] not in BUCKETED


def _name(dataset: str, bucket: int) -> str:
    return f"{dataset}/bucket={bucket:03d}/part-0.parquet"


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


_mirrors = Stands(lambda address: Mirror(connect(address), folder_for(address, "curated")))


def followed(curated: Path) -> Path:
    """The folder on a disk that stands for a curated one: itself, or the one that follows an address."""
    return _mirrors.folder(curated)


def mirror_of(root: Path) -> Mirror | None:
    """The mirror whose folder this is; None for any other folder."""
    return _mirrors.of(root)


def named(root: Path) -> Path:
    """What a folder stands for: the address of a mirror's, itself for any other."""
    return _mirrors.named(root)


def forget() -> None:
    """Lets go of all mirrors, as a new process would begin."""
    _mirrors.forget()
