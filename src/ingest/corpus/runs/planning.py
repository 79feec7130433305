"""What a run has to do: the raw folder compared with the ledgers, and why each stale file is stale.

A million paths are kept as compressed text and unpacked a bucket at a time. A file that is still being written is left
for the next run: it is looked at twice, with a pause between.
"""

import os
import time
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ingest.config import Config
from ingest.corpus import corrections, readers
from ingest.corpus.objects.address import address_of
from ingest.corpus.objects.spool import brought, modified, spool_of
from ingest.corpus.processes.workers import Resources
from ingest.corpus.runs.jobs import Job
from ingest.corpus.runs.shares import count
from ingest.corpus.runs.state import Context, intact, rebuilt, why_stale
from ingest.corpus.runs.summary import Summary
from ingest.corpus.shelf import with_models
from ingest.corpus.storage.ledger import Entry, Stat
from ingest.corpus.storage.mirror import followed, named
from ingest.corpus.storage.stamp import code_stamp
from ingest.corpus.storage.store import Store, bucket_of
from ingest.errors import InputError, UsageError
from ingest.scopes import index

OnStale = Callable[[str, str], None]
"""Called for each raw file with something to be done: its name, and why."""
OnStage = Callable[[str, int, int], None]
"""Told what a run does beside curating: what, how much of it is done, and of how much (0: that is not known)."""

_YOUNG = 2.0
"""Seconds since its last change in which a file may still be growing."""
_PAUSE = 0.3
_PACK = 4 << 20
_TELLS = 500
"""Raw files between two words of how far a plan is."""


class Plan(NamedTuple):
    """The buckets with work, and what is known of all others."""

    jobs: tuple[Job, ...]
    stale: int
    """Raw files that are new or changed."""
    known: Summary
    """The buckets without work; and, for the run as a whole, why files are stale and how many are left for the next."""

    def batches(self, count: int) -> Iterator[tuple[Job, ...]]:
        """The jobs in `count` parts of about equal size, for a scheduler whose tasks should not be small."""
        size = -(-len(self.jobs) // max(1, count))
        for start in range(0, len(self.jobs), max(1, size)):
            yield self.jobs[start : start + size]


class Paths(Collection[str]):
    """Paths that take a tenth of the memory of a list; picklable."""

    def __init__(self, packs: tuple[bytes, ...], length: int) -> None:
        self._packs, self._length = packs, length

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[str]:
        for pack in self._packs:
            yield from map(os.fsdecode, zlib.decompress(pack).split(b"\0"))

    def __contains__(self, path: object) -> bool:
        return any(path == one for one in self)


def spread(paths: Iterator[str], buckets: int) -> dict[int, Paths]:
    """Paths by bucket."""
    waiting: dict[int, list[bytes]] = {}
    packs: dict[int, list[bytes]] = {}
    sizes: Counter[int] = Counter()
    lengths: Counter[int] = Counter()

    def pack(bucket: int) -> None:
        packs.setdefault(bucket, []).append(zlib.compress(b"\0".join(waiting.pop(bucket)), 1))
        sizes[bucket] = 0

    for path in paths:
        bucket = bucket_of(readers.name_of(path), buckets)
        raw = os.fsencode(path)
        waiting.setdefault(bucket, []).append(raw)
        lengths[bucket] += 1
        sizes[bucket] += len(raw)
        if sizes[bucket] > _PACK // buckets:
            pack(bucket)
    for bucket in list(waiting):
        pack(bucket)
    return {bucket: Paths(tuple(some), lengths[bucket]) for bucket, some in packs.items()}


def open_raw(raw: Path) -> Path:
    """The raw folder, if it is one."""
    if address_of(raw):
        return brought(raw)
    if not raw.exists():
        raise InputError(f"{raw} does not exist: name the folder with the raw pages")
    if not raw.is_dir():
        raise InputError(f"{raw} is a file: name the folder it is in, or use `ingest reprocess {raw}`")
    return raw.resolve()


def context_of(root: Path, config: Config | None, resources: Resources | None) -> Context:
    """What all buckets of a run have in common."""
    config = config or Config()
    known, damage = (index(named) if named else {} for named in (config.site_models, config.repair_models))
    said = corrections.Said.of((*corrections.load(root), *config.corrections))
    config = config.model_copy(update={"corrections": ()}) if config.corrections else config
    return Context(root, config, code_stamp(), (resources or Resources()).limits, known, said, damage)


def plan(
    raw: Path,
    curated: Path,
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    full: bool = False,
    prune: bool = False,
    buckets: int | None = None,
    new_root: bool = False,
    dry_run: bool = False,
    only_rejected: bool = False,
    since: datetime | None = None,
    on_stale: OnStale | None = None,
    on_stage: OnStage | None = None,
    widen: bool = True,
    use_sites: bool = True,
) -> Plan:
    """Lists the raw folder and compares it with the ledgers. Puts right what killed writers left.

    `buckets`: their number, for a folder that is yet to be made. `only_rejected`: nothing but the files with a rejected
    page, and those again; `since`: nothing but files changed since then. A dry run makes and changes nothing. `on_stage` is
    told how many raw files are found, and then how many are compared with what is known of them.
    `widen`: a folder made by an older version gets the columns of this one. `use_sites`: with what the folder knows of sites.
    """
    if prune and (only_rejected or since):
        raise UsageError("which files are gone is only known when all are looked at: prune without other choices")
    root, curated = open_raw(raw), followed(curated)
    config = with_models(config, curated) if use_sites else config
    if dry_run:
        store = Store.peek(curated)
    else:
        store = Store.create(curated, root, buckets=buckets, new_root=new_root, widen=widen)
        store.recover()
    unread: dict[str, str] = {}
    passed = readers.Passed()
    found = _counted(readers.listing(root, named(curated), unread, passed), on_stage)
    if since is not None:
        found = _changed_since(root, found, since)
    listed = spread(found, store.facts.buckets)
    choice = _Choice(full, prune, only_rejected, since is not None)
    planner = _Planner(store, context_of(root, config, resources), choice, on_stale, unread)
    planner.known.warnings += passed.told()
    if on_stage:
        planner.compared = _Compared(on_stage, sum(map(len, listed.values())))
    for bucket in sorted({*listed, *(() if choice.partial and not store.facts.widening else store.numbers())}):
        planner.look(bucket, listed.get(bucket, ()))
    return planner.plan()


class _Planner:
    """Buckets being looked at, one after the other."""

    def __init__(
        self, store: Store, context: Context, choice: "_Choice", on_stale: OnStale | None, unread: Mapping[str, str]
    ) -> None:
        self.store, self.context, self.choice, self.tell = store, context, choice, on_stale
        self.spared = tuple(sorted(readers.name_of(name) for name in unread))
        self.jobs: list[Job] = []
        self.stale = 0
        self.known = Summary(
            failures=[
                f"the folder {name} cannot be read: {why}; what is known of it stands" for name, why in unread.items()
            ]
        )
        self.young: dict[str, tuple[str, Stat]] = {}
        self.compared: _Compared | None = None
        self.added: set[str] = set()
        """Columns that files of the folder do not have yet."""

    def look(self, bucket: int, paths: Collection[str]) -> None:
        """Decides on one bucket."""
        known = self.store.ledger(bucket)
        damaged = known is not None and not intact(self.store, bucket, known)
        before = (known if known is not None else rebuilt(self.store, bucket)).entries
        if self.choice.only_rejected:
            rejected = {name for name, entry in before.items() if any(o.reason for o in entry.outcomes)}
            paths = [path for path in paths if readers.name_of(path) in rejected]
        narrow = self.store.narrow(bucket)
        self.added.update(narrow)
        here, names, work = Summary(), set(), bool(narrow) or damaged or (known is None and bool(paths))
        for path in paths:
            if self.compared:
                self.compared()
            name = readers.name_of(path)
            names.add(name)
            if why := self._why(path, before.get(name), damaged):
                work = True
                self.stale += 1
                self._note(path, why)
            else:
                count(here, before[name])
        if not self.choice.partial:
            gone = [name for name in before if name not in names and not name.startswith(self.spared)]
            here.gone = sum(len(before[name].outcomes) for name in gone)
            for name in gone if self.choice.prune else ():
                work = True
                self._say(name, "raw file gone, to be dropped")
        if work:
            choice = self.choice
            spool = spool_of(self.context.raw)
            seen = spool.packed(paths, readers.SIDECAR) if spool else b""
            job = Job(bucket, _packed(paths), choice.force, choice.partial, choice.prune, spared=self.spared, seen=seen)
            self.jobs.append(job)
        else:
            self.known += here

    def _why(self, path: str, entry: Entry | None, damaged: bool) -> str | None:
        if entry is None:
            return "new"
        if self.choice.only_rejected:
            return "rejected before"
        if self.choice.full:
            return "all are redone"
        return "bucket damaged" if damaged else why_stale(entry, path, self.context)

    def _note(self, path: str, why: str) -> None:
        """Tells of a stale file; of one that was only just written not before the second look."""
        try:
            stat = self.context.stat(path)
        except OSError:
            stat = None
        if stat and time.time() - stat.mtime_ns / 1e9 < _YOUNG:
            self.young[path] = why, stat
        else:
            self._say(readers.name_of(path), why)

    def _say(self, name: str, why: str) -> None:
        self.known.why[why] += 1
        if self.tell:
            self.tell(name, why)

    def plan(self) -> Plan:
        """The second look, and what comes of it all."""
        growing: dict[int, set[str]] = {}
        if self.young:
            _pause()
        for path, (why, before) in self.young.items():
            name = readers.name_of(path)
            try:
                changed = self.context.stat(path) != before
            except OSError:
                changed = False
            if changed:
                growing.setdefault(bucket_of(name, self.store.facts.buckets), set()).add(path)
                self.known.growing += 1
                self.stale -= 1
            self._say(name, "still being written, left for the next run" if changed else why)
        if self.added:
            some = ", ".join(sorted(self.added))
            self.known.warnings.append(f"the folder is of an older version, without {some}: all of it is rewritten")
        jobs = (job._replace(left=frozenset(growing.get(job.bucket, ()))) for job in self.jobs)
        return Plan(tuple(jobs), self.stale, self.known)


class _Compared:
    """Tells how many raw files were compared with what is known of them, and of how many."""

    def __init__(self, tell: OnStage, total: int) -> None:
        self._tell, self._total, self._done = tell, total, 0

    def __call__(self) -> None:
        if self._done % _TELLS == 0:
            self._tell("comparing with what is known", self._done, self._total)
        self._done += 1


def _counted(paths: Iterator[str], tell: OnStage | None) -> Iterator[str]:
    for number, path in enumerate(paths):
        if tell and number % _TELLS == 0:
            tell("looking for raw files", number, 0)
        yield path


class _Choice(NamedTuple):
    """Which files a run is about."""

    full: bool
    prune: bool
    only_rejected: bool
    since: bool

    @property
    def force(self) -> bool:
        """All that are chosen, stale or not."""
        return self.full or self.only_rejected

    @property
    def partial(self) -> bool:
        """Others stay as they are."""
        return self.only_rejected or self.since


def _pause() -> None:
    time.sleep(_PAUSE)


def _packed(paths: Collection[str]) -> Collection[str]:
    return spread(iter(paths), 1).get(0, ()) if isinstance(paths, list) else paths


def _changed_since(root: Path, paths: Iterator[str], since: datetime) -> Iterator[str]:
    moment = since.timestamp()
    for path in paths:
        try:
            written = modified(root, path)
            if (written.timestamp() if written else (root / path).stat().st_mtime) >= moment:
                yield path
        except OSError:
            yield path  # what cannot be looked at is for the run to tell
