"""Models of sites beside the datasets (`shelf`): which pages a site has, and a sample of them to learn from.

A site is learnt by itself once, when it has pages enough, before they are curated; after that only when somebody says so. A sample is the pages with the lowest SHA-256 of their
source, so that it is the same on every machine and one more page hardly ever changes it.
"""

import hashlib
import heapq
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import TimeoutError
from contextlib import suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from pebble import ProcessExpired

from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.objects.spool import present, spool_of
from ingest.corpus.processes.workers import Pool, one_line
from ingest.corpus.shelf import SITES
from ingest.corpus.storage.ledger import Entry, Stat
from ingest.corpus.storage.store import Store
from ingest.errors import InputError, UsageError
from ingest.patterns import pattern
from ingest.scopes import POOL, file_of, scope_of

if TYPE_CHECKING:
    from ingest.sites import Model

_HTML = pattern(r"\.[xs]?html?$", re.IGNORECASE)
ENOUGH = 20
"""Pages from which on a site is learnt by itself."""
SAMPLE = 64
_SECONDS = 120.0
"""Of processor time that learning one site may take."""
_A_SECOND = 1_000_000
"""Bytes of a file that holds pages for which it may take a second more."""
_TOLD, _MESSAGES, _AT_ONCE = 1000, 32, 4
"""Files of whose pages it is asked whose they are: held in memory, in one task, on the disk where they lie elsewhere (tasks)."""
_MATCHED = 0.7
_RECENT = 20


class Known(NamedTuple):
    """A site with its model: the pages that were there when it was learnt, and its templates."""

    scope: str
    total: int
    templates: int
    file: Path


class Learnt(NamedTuple):
    """What came of learning: the scopes with templates, and those where none was found, or why not."""

    scopes: tuple[str, ...]
    notes: tuple[str, ...]


def every(curated: Path) -> list[Known]:
    """The sites that are known, by scope."""
    return [
        Known(scope, model.total, len(model.templates), curated / SITES.folder / file_of(scope))
        for scope, model in ((scope, model_of(curated, scope)) for scope in sorted(SITES.contents(curated).models))
    ]


def model_of(curated: Path, scope: str) -> "Model":
    """What is known of a site. Raises `UsageError` where nothing is."""
    from ingest.sites import load

    named, sha256 = SITES.known(curated, scope)
    return load(named, scope, sha256)


# -------------------------------------------------------------------- learning


class _Pages:
    """The pages of a scope: how many, and the sample."""

    def __init__(self) -> None:
        self.count = 0
        self._lowest: list[tuple[int, str]] = []

    def add(self, source: str) -> None:
        """Takes a page in; no more than the sample is kept."""
        self.count += 1
        rank = -int.from_bytes(hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()[:8], "big")
        if len(self._lowest) < SAMPLE:
            heapq.heappush(self._lowest, (rank, source))
        elif rank > self._lowest[0][0]:
            heapq.heapreplace(self._lowest, (rank, source))

    def take(self, other: "_Pages") -> None:
        """Takes in the pages of a scope that has too few."""
        count = self.count + other.count
        for _, source in other._lowest:
            self.add(source)
        self.count = count

    @property
    def sample(self) -> list[str]:
        """The pages to learn from, in the order of their names."""
        return sorted(source for _, source in self._lowest)


def _scopes(
    store: Store, root: Path, ahead: Mapping[int, Collection[str]], pool: Pool, config: Config
) -> dict[str, _Pages]:
    """The pages of each scope, as the ledgers know them, and those of `ahead`; folders with few pages are one scope together."""
    found: dict[str, _Pages] = defaultdict(_Pages)
    told: list[str] = []
    for bucket in sorted({*store.numbers(), *ahead}):
        ledger = store.ledger(bucket)
        entries = ledger.entries if ledger else {}
        new = [path for path in ahead.get(bucket, ()) if _is_new(root, path, entries.get(readers.name_of(path)))]
        again = {readers.name_of(path) for path in new}
        for name, entry in entries.items():
            for outcome in entry.outcomes if name not in again else ():
                if outcome.reason not in ("binary", "unreadable", "outside"):
                    found[outcome.host or scope_of(outcome.source, None)].add(outcome.source)
        for name, url in _addresses(root, [path for path in new if not readers.tells(path)]):
            found[scope_of(name, url)].add(name)
        told += (path for path in new if readers.tells(path))
        if len(told) >= _TOLD:
            _look_into(root, told, pool, config, found)
            told = []
    _look_into(root, told, pool, config, found)
    for scope in [s for s, pages in found.items() if s.startswith("folder:") and s != POOL and pages.count < ENOUGH]:
        found[POOL].take(found.pop(scope))
    return found


def _is_new(root: Path, path: str, entry: Entry | None) -> bool:
    """Whether the pages of a raw file, which may be HTML, are not those that the ledger knows: it is new, or another one."""
    if not readers.tells(path):
        return entry is None and _HTML.search(readers.name_of(path)) is not None
    try:
        return entry is None or (entry.stat is not None and entry.stat[:2] != _state(root, path))
    except OSError:
        return False


def _state(root: Path, path: str) -> tuple[int, int]:
    """Size of a raw file, and what tells that it has not changed. Raises OSError."""
    spool = spool_of(root)
    size, mark, _ = spool.stat(path, readers.SIDECAR) if spool else Stat.of(root / path)
    return size, mark


def _addresses(root: Path, paths: list[str]) -> Iterator[tuple[str, str | None]]:
    """The names of files that are one page each, and the addresses that their sidecars give."""
    spool = spool_of(root)
    for start in range(0, len(paths), _TOLD):
        some = paths[start : start + _TOLD]
        beside = [path + readers.SIDECAR for path in some if spool and path + readers.SIDECAR in spool.known]
        with present(root, beside, readers.SIDECAR):
            for path in some:
                yield readers.name_of(path), readers.sidecar(root / path, root).url


def _look_into(root: Path, paths: list[str], pool: Pool, config: Config, found: dict[str, _Pages]) -> None:
    """Adds the pages of files that have to be looked into, in workers: those that are one page some together.

    What cannot be looked into in its time is left out: the sites of its pages are learnt behind the run.
    """
    many = [[path] for path in paths if readers.reader_of(path).many]
    one = [path for path in paths if not readers.reader_of(path).many]
    tasks = many + [one[n : n + _MESSAGES] for n in range(0, len(one), _MESSAGES)]
    for start in range(0, len(tasks), _AT_ONCE):
        some = tasks[start : start + _AT_ONCE]
        with present(root, [path for task in some for path in task], readers.SIDECAR):
            futures = [
                pool.submit(
                    _addressed, root, task, config, timeout=_SECONDS + sum(map(partial(_size, root), task)) / _A_SECOND
                )
                for task in some
            ]
            for future in futures:
                with suppress(Exception):  # whatever it dies of, the run will say it of the page
                    for scope, pages in future.result().items():
                        found[scope].take(pages)


def _size(root: Path, path: str) -> int:
    try:
        return _state(root, path)[0]
    except OSError:
        return 0


def _addressed(root: Path, paths: list[str], config: Config) -> dict[str, _Pages]:
    """In a worker: the pages that some files hold, by scope."""
    found: dict[str, _Pages] = defaultdict(_Pages)
    for path in paths:
        with TemporaryDirectory(prefix="ingest-") as scratch:
            for source, url in readers.addresses(root, path, config.limits.max_bytes, config.feed, Path(scratch)):
                found[scope_of(source, url)].add(source)
    return dict(found)


def learn(
    curated: Path,
    pool: Pool,
    config: Config,
    wanted: Collection[str] | None = None,
    ahead: Mapping[int, Collection[str]] = MappingProxyType({}),
) -> Learnt:
    """Learns sites: those that are named, known or not; without a name those with pages enough of which nothing is known.

    A site in whose pages no template was found counts as known too, until it has twice as many. `ahead`: raw files by
    their buckets that are yet to be curated; those that are HTML by their names, or hold such pages, count.
    """
    store = Store.open(curated)
    root = store.raw
    if root is None or not root.is_dir():
        raise InputError(
            f"the raw folder of {curated} ({root}) is not there: run `ingest run RAW --new-root` if it moved"
        )
    found = _scopes(store, root, ahead, pool, config)
    known = SITES.contents(curated)
    before = {scope: model_of(curated, scope) for scope in known.models}
    if wanted is None:
        todo = [
            scope
            for scope, pages in sorted(found.items())
            if pages.count >= ENOUGH
            and scope not in known.forgotten
            and (scope not in before or (not before[scope].templates and pages.count >= 2 * before[scope].total))
        ]
    else:
        if missing := [scope for scope in wanted if scope not in found]:
            some = ", ".join(sorted(found, key=lambda s: -found[s].count)[:8]) or "none"
            raise UsageError(f"{missing[0]} is no site of this folder; the largest are: {some}")
        todo = sorted(wanted)
    learnt, notes = [], []
    made: dict[str, bytes] = {}
    spool = spool_of(root)
    for scope in todo:
        pages = found[scope]
        files = [readers.file_of(source) for source in pages.sample] if spool else []
        if spool:
            spool.bring(files, readers.SIDECAR)
        task = pool.submit(_learn, root, scope, pages.sample, pages.count, before.get(scope), config, timeout=_SECONDS)
        try:
            content, count, templates = task.result()
        except (TimeoutError, ProcessExpired) as error:
            notes.append(
                f"{scope}: learning did not come to an end ({type(error).__name__}); its pages stay as they are"
            )
            continue
        except Exception as error:  # a fault of ours, or of one page: the run goes on
            notes.append(f"{scope}: learning failed ({type(error).__name__}: {one_line(str(error))})")
            continue
        finally:
            if spool:
                spool.drop(files, readers.SIDECAR)
        made[scope] = content
        if templates:
            learnt.append(scope)
            notes.append(f"{scope}: {templates} templates learnt from {count} of {pages.count} pages")
        elif wanted is not None:
            notes.append(f"{scope}: no template is common to its pages")
    if todo:
        SITES.put(curated, known, made, made.keys() - set(learnt))
        store.publish()
    return Learnt(tuple(learnt), tuple(notes))


def _learn(
    root: Path, scope: str, sources: list[str], total: int, before: "Model | None", config: Config
) -> tuple[bytes, int, int]:
    """In a worker: a model as a file's content, the number of pages it was learnt from, and of its templates."""
    from ingest import page, sites
    from ingest.errors import Rejected

    seen = []
    for raw in _read(root, sources, config):
        try:
            found = page.parsed(
                raw.raw, media_type=raw.media_type, encoding=raw.encoding, headers=raw.sidecar.headers, config=config
            )
        except Rejected:
            continue
        if found is not None:
            seen.append((*found, raw.source, raw.sidecar.url))
    model = sites.learn(scope, [sites.sketch(layout) for layout, *_ in seen], total, before)
    model = model.model_copy(update={"leads": sites.leads(model, seen)})
    return sites.dump(model), len(seen), len(model.templates)


def _read(root: Path, sources: list[str], config: Config) -> Iterator[readers.RawPage]:
    """The raw pages of some sources; those that cannot be read are left out. Each file of many is gone through once."""
    by_file: dict[str, set[str]] = defaultdict(set)
    for source in sources:
        by_file[source if (root / source).is_file() else readers.file_of(source)].add(source)
    for name, wanted in sorted(by_file.items()):
        with TemporaryDirectory(prefix="ingest-") as scratch:
            for item in readers.items(root, name, config.limits.max_bytes, Path(scratch)):
                if item.source in wanted:
                    try:
                        yield readers.read_raw(root, item, config.limits.max_bytes, config.feed)
                    except readers.Refused:
                        continue


def strangers(found: Counter[tuple[str, bool]]) -> list[str]:
    """A line for each site most of whose pages of now have none of its templates: it may look otherwise by now."""
    out = []
    for scope in sorted({scope for scope, _ in found}):
        with_one, without = found[scope, True], found[scope, False]
        if with_one + without >= _RECENT and with_one < _MATCHED * (with_one + without):
            out.append(
                f"{scope}: {with_one} of {with_one + without} pages have a template that is known; "
                f"if the site looks otherwise by now, `ingest sites learn {scope}` learns it again"
            )
    return out
