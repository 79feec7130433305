"""What a curated folder teaches of the damage to its pages, a file a site (`shelf`), learnt when somebody says so.

The folder is read twice: once for the damaged pages, once for the clean ones that hold the same articles. What is kept in
memory of a damaged page is some stretches of its text and its damaged places, so it is bounded by `MOST` of them.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import NamedTuple

from ingest.corpus.shelf import REPAIRS
from ingest.corpus.storage.parquet import TableReader
from ingest.corpus.storage.store import Store
from ingest.errors import UsageError
from ingest.repair import learnt as files
from ingest.repair import teaching
from ingest.repair.glosses import Table
from ingest.repair.learnt import Learnt
from ingest.repair.proof import Passage
from ingest.repair.teaching import Pupil, Shown
from ingest.scopes import file_of, scope_of
from ingest.traced import TracedEdit

MOST = 20_000
"""Damaged pages for which proofs are looked for in one go."""


class Known(NamedTuple):
    """A site of whose damage something is known: readings of its table, words that decide, proved places, damaged pages."""

    scope: str
    readings: int
    words: int
    proofs: int
    pages: int
    file: Path


class Taught(NamedTuple):
    """What came of learning: the scopes of which there is something new, and what there is to say."""

    scopes: tuple[str, ...]
    notes: tuple[str, ...]


def every(curated: Path) -> list[Known]:
    """The sites of whose damage something is known, by scope."""
    found = ((scope, model_of(curated, scope)) for scope in sorted(REPAIRS.contents(curated).models))
    return [
        Known(scope, len(m.readings), len(m.words), len(m.passages), m.pages, curated / REPAIRS.folder / file_of(scope))
        for scope, m in found
    ]


def model_of(curated: Path, scope: str) -> Learnt:
    """What is known of the damage to a site's pages. Raises `UsageError` where nothing is."""
    named, sha256 = REPAIRS.known(curated, scope)
    return files.load(named, scope, sha256)


class _Site:
    """The damaged pages of a scope."""

    def __init__(self) -> None:
        self.damaged = 0
        self.texts: set[bytes] = set()
        self.fonts: Counter[str] = Counter()
        self._pages: list[tuple[bytes, Table]] = []

    def add(self, shown: Shown, glosses: Table | None) -> None:
        """Takes a page in; of those that teach the table a sample is kept, and one of pages with the same text."""
        self.damaged += 1
        text = teaching.rank(shown.page)
        if glosses is None or text in self.texts:
            return
        self.texts.add(text)
        self.fonts.update(teaching.fonts(shown))
        # The lowest ranks are kept: of a heap whose least is the greatest rank.
        rank = bytes(255 - byte for byte in teaching.rank(shown.source))
        heapq.heappush(self._pages, (rank, glosses))
        if len(self._pages) > teaching.MOST_PAGES:
            heapq.heappop(self._pages)

    @property
    def glosses(self) -> list[Table]:
        """What the sample shows of the mirror's table."""
        return [glosses for _, glosses in sorted(self._pages, key=lambda page: page[0])]


def learn(curated: Path, wanted: Collection[str] | None = None) -> Taught:
    """Learns what the pages of a folder teach of damage: of the sites that are named, or of all that have any.

    A site of which nothing can be learnt any more is known no longer. Raises `UsageError` for a site without damaged pages.
    """
    store = Store.open(curated)
    sites: defaultdict[str, _Site] = defaultdict(_Site)
    pupils: dict[str, Pupil] = {}
    scopes: dict[str, str] = {}
    left = 0
    for shown, scope in _documents(store):
        glosses = teaching.glossed(shown)
        one = teaching.pupil(shown)
        if glosses is None and one is None:
            continue
        sites[scope].add(shown, glosses)
        if one and (wanted is None or scope in wanted):
            if len(pupils) >= MOST:
                left += 1
                continue
            pupils[shown.source], scopes[shown.source] = one, scope
    if missing := [scope for scope in wanted or () if scope not in sites]:
        some = ", ".join(sorted(sites, key=lambda s: -sites[s].damaged)[:8]) or "none"
        raise UsageError(f"{missing[0]} has no damaged pages in this folder; those that have: {some}")
    index = REPAIRS.contents(curated)
    before = {scope: model_of(curated, scope).words for scope in index.models if wanted is None or scope in wanted}
    lesson = teaching.Class(
        (pupils[source] for source in sorted(pupils)), (w for each in before.values() for w in each)
    )
    if pupils:
        for shown, _ in _documents(store):
            lesson.hear(shown)
    proofs: defaultdict[str, list[Passage]] = defaultdict(list)
    for passage in lesson.passages():
        proofs[scopes[passage.page]].append(passage)
    shares = lesson.words()
    asked = {scope: set(each) for scope, each in before.items()}
    for source, one in pupils.items():
        asked.setdefault(scopes[source], set()).update(one.words)
    known = {scope: {word: shares[word] for word in each if word in shares} for scope, each in asked.items()}
    return _kept(store, curated, sites, wanted, known, proofs, left)


def _kept(
    store: Store,
    curated: Path,
    sites: dict[str, _Site],
    wanted: Collection[str] | None,
    words: dict[str, dict[str, float]],
    proofs: dict[str, list[Passage]],
    left: int,
) -> Taught:
    """Writes what was learnt, and says it."""
    index = REPAIRS.contents(curated)
    made, notes = {}, []
    for scope in sorted(sites if wanted is None else wanted):
        if wanted is None and scope in index.forgotten:
            continue
        found = teaching.learnt(
            scope,
            sites[scope].damaged,
            sites[scope].glosses,
            words.get(scope, {}),
            proofs.get(scope, ()),
            sites[scope].fonts,
        )
        if found is None:
            index.models.pop(scope, None)
            notes.append(f"{scope}: nothing to be learnt; damaged pages: {sites[scope].damaged}")
            continue
        made[scope] = files.dump(found)
        what = f"readings: {len(found.readings)}, words: {len(found.words)}, places proved: {len(found.passages)}"
        notes.append(f"{scope}: {what}; damaged pages: {sites[scope].damaged}")
    before = dict(REPAIRS.contents(curated).models)
    if made or index.models != before:
        REPAIRS.put(curated, index, made)
        store.publish()
    if left:
        notes.append(f"{left} more damaged pages were not looked at for proofs: name their sites")
    changed = tuple(scope for scope in sorted({*before, *index.models}) if before.get(scope) != index.models.get(scope))
    return Taught(changed, tuple(notes))


def _documents(store: Store) -> Iterator[tuple[Shown, str]]:
    """Every document with its edits, and its scope as the ledgers know it; a row group a dataset in memory."""
    for bucket in store.numbers():
        ledger = store.ledger(bucket)
        hosts = {o.source: o.host for entry in (ledger.entries.values() if ledger else ()) for o in entry.outcomes}
        documents = TableReader(store.table("documents", bucket), "documents")
        edits = TableReader(store.table("edits", bucket), "edits")
        try:
            while (doc_id := documents.next_id) is not None:
                row = documents.take(doc_id).select(["source", "page_text"]).to_pylist()[0]
                rows = edits.take(doc_id).select(list(TracedEdit._fields)).to_pylist()
                source = row["source"]
                shown = Shown(source, row["page_text"], [TracedEdit(**one) for one in rows])
                yield shown, hosts.get(source) or scope_of(source, None)
        finally:
            documents.close()
            edits.close()
