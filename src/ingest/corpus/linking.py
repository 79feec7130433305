"""References that lead from one document into another, brought up to date at the end of every run.

`curate` knows one page: what its text names elsewhere stands in `references` with a name and no target. Here the names
are looked up among the documents of the folder. A row is written again only where its target has changed, so a run
without news reads some columns and writes nothing. Nothing else of a row is touched, and no revision depends on it.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import date, timedelta
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.storage import journal
from ingest.corpus.storage.arrays import array
from ingest.corpus.storage.parquet import TableWriter, read_table
from ingest.corpus.storage.store import Store, explained
from ingest.models import Record
from ingest.references import amending, elsewhere, locate, names
from ingest.references.elsewhere import Held, Meant
from ingest.references.grammar import Place
from ingest.references.structure import Structure
from ingest.references.targets import Target

TARGET = (
    "target_doc_id", "target_revision", "target_eids", "target_first", "target_last", "certainty", "reason",
)  # fmt: skip
"""The columns that are filled here, in rows that name another document."""
_ABOUT = ("doc_id", "revision", "title", "document_number", "issued_on", "published_on")
_DONE = "links"  # holds the mark of what the targets were last looked up in
_VERSIONS = frozenset(("adopted", "approved", "published", "amended"))
_UNITS = ("doc_id", "eid", "parent_eid", "kind", "number", "number_suffix", "ordinal", "depth", "label")


class Library(NamedTuple):
    """The documents of a folder that references name: by title, by number; of each document that refers its day, and whether it
    is a decision that amends others."""

    titles: Mapping[str, list[Held]]
    numbers: Mapping[str, list[Held]]
    days: Mapping[str, date | None]
    homes: Mapping[str, int]
    decisions: Set[str]


def update(store: Store) -> int:
    """Fills in the targets of all references that lead elsewhere; gives the number of buckets that were written again."""
    done = store.inner / _DONE
    with store.guard("references"), explained(store.root):
        journal.temporary(done).unlink(missing_ok=True)
        if not pending(store):
            return 0
        library = _library(store)
        written = sum(_bucket(store, bucket, library) for bucket in store.numbers())
        journal.write_durably(done, _mark(store).encode())
        return written


def pending(store: Store) -> bool:
    """Whether something changed since the targets were looked up: a run that was cut short leaves that to the next."""
    done = store.inner / _DONE
    return (done.read_text() if done.exists() else "") != _mark(store)


def stale(store: Store, buckets: Iterable[int]) -> Iterator[tuple[int, str, int, str, str]]:
    """The references of some buckets that lead elsewhere than they would if they were looked up now.

    Of each its bucket, document and ordinal, where it leads as it stands, and where it would lead.
    """
    library = _library(store)
    for bucket in buckets:
        if not store.table("references", bucket).exists():
            continue
        table = read_table(store.table("references", bucket), "references")
        rows = _rows(table)
        ordinals = table.column("ordinal").to_pylist()
        for row, ordinal, new in zip(rows, ordinals, _targets(store, rows, library), strict=True):
            if new != row.target:
                yield bucket, row.doc_id, ordinal, _said(row.target), _said(new)


def _said(target: Sequence[object]) -> str:
    """The columns of a target as a line; empty where all are."""
    return " ".join(str(value) for value in target if value)


def _mark(store: Store) -> str:
    """What the targets depend on: every bucket's documents, records and references."""
    digest = hashlib.sha256()
    for bucket in store.numbers():
        ledger = store.told(bucket)
        files = ledger.files if ledger else {}
        digest.update(
            repr([bucket, *(files.get(n) for n in ("documents", "records", "references", "events"))]).encode()
        )
    return digest.hexdigest()


def _library(store: Store) -> Library:
    """Only documents that some reference names are held, so memory grows with what is cited and not with the folder."""
    cited_titles, cited_numbers, referring = set(), set(), set()
    for bucket in store.numbers():
        table = _read(store, "references", bucket, ("doc_id", "target_title", "target_number"))
        for doc_id, title, number in zip(*(table.column(n).to_pylist() for n in table.column_names), strict=True):
            if title or number:
                referring.add(doc_id)
                if title:
                    cited_titles.add(names.key(title))
                if number:
                    cited_numbers.add(elsewhere.number_key(number))
    repeated = _repeated(store)
    titles: defaultdict[str, list[Held]] = defaultdict(list)
    numbers: defaultdict[str, list[Held]] = defaultdict(list)
    days, homes, decisions = {}, {}, set()
    for bucket in store.numbers():
        told = _told(store, bucket)
        for row in _read(store, "documents", bucket, _ABOUT).to_pylist():
            day = elsewhere.day_of(row["title"], told.get(row["doc_id"]), row["issued_on"], row["published_on"])
            if row["doc_id"] in referring:
                days[row["doc_id"]] = day
                if amending.of_title(row["title"]):
                    decisions.add(row["doc_id"])
            title = names.key(row["title"]) if row["title"] else None
            number = elsewhere.number_key(row["document_number"]) if row["document_number"] else None
            if (title in cited_titles or number in cited_numbers) and row["doc_id"] not in repeated:
                held = Held(row["doc_id"], row["revision"], day)
                homes[row["doc_id"]] = bucket
                if title:
                    titles[title].append(held)
                if number:
                    numbers[number].append(held)
    return Library(titles, numbers, days, homes, decisions)


def _told(store: Store, bucket: int) -> dict[str, date]:
    """The last day on which each document of a bucket was made what it is, as its adoption note says."""
    last: dict[str, date] = {}
    for row in _read(store, "events", bucket, ("doc_id", "date", "kind")).to_pylist():
        if row["date"] and row["kind"] in _VERSIONS:
            last[row["doc_id"]] = max(row["date"], last.get(row["doc_id"], row["date"]))
    return last


def _repeated(store: Store) -> set[str]:
    """Documents that repeat another: the other one stands for them."""
    path = store.root / "duplicates" / "part-0.parquet"
    return set(read_table(path, "duplicates", ["doc_id"]).column("doc_id").to_pylist()) if path.exists() else set()


def _read(store: Store, dataset: str, bucket: int, columns: Sequence[str]) -> pa.Table:
    path = store.table(dataset, bucket)
    if not path.exists():
        return pa.table({name: array([], pa.string()) for name in columns})
    return read_table(path, dataset, list(columns))


# ---------------------------------------------------------------- a bucket


class _Row(NamedTuple):
    """What a reference says, and where it leads as it stands."""

    doc_id: str
    quote: str
    title: str | None
    number: str | None
    target: tuple[object, ...]


def _bucket(store: Store, bucket: int, library: Library) -> bool:
    """Fills in the targets of one bucket's references, and of what its texts repeal; whether a file was written again."""
    if not store.table("references", bucket).exists():
        return False
    with store.lock(bucket):
        ledger = store.ledger(bucket)
        if ledger is None:
            return False  # it was lost: the next run makes the bucket again
        table = read_table(store.table("references", bucket), "references")
        rows = _rows(table)
        targets = _targets(store, rows, library)
        changed = {}
        if any(new != old.target for old, new in zip(rows, targets, strict=True)):
            for n, name in enumerate(TARGET):
                table = _with(table, name, [t[n] for t in targets])
            changed["references"] = table
        if (told := _repeals(store, bucket, table)) is not None:
            changed["events"] = told
        for name, new in changed.items():
            path = journal.temporary(store.table(name, bucket))
            with TableWriter(path, name, store.schema(name), kept=True) as writer:
                for part in _documents(new):
                    writer.write(part)
        return bool(changed) and store.commit(bucket, dict.fromkeys(changed, True), ledger)


def _with(table: pa.Table, name: str, values: Sequence[object]) -> pa.Table:
    field = table.schema.field(name)
    return table.set_column(table.schema.get_field_index(name), field, array(values, field.type))


def _repeals(store: Store, bucket: int, references: pa.Table) -> pa.Table | None:
    """The bucket's events with the documents that they end, as the references at the same place say; None: as it was."""
    if not store.table("events", bucket).exists():
        return None
    table = read_table(store.table("events", bucket), "events")
    said = (references.column(n).to_pylist() for n in ("doc_id", "start", "end", "target_doc_id"))
    leads = {(doc_id, start): (end, target) for doc_id, start, end, target in zip(*said, strict=True)}
    old = table.column("target_doc_id").to_pylist()
    new = []
    for doc_id, kind, start, end in zip(
        *(table.column(n).to_pylist() for n in ("doc_id", "kind", "start", "end")), strict=True
    ):
        stop, target = leads.get((doc_id, start), (0, None))
        new.append(target if kind == "repeals" and stop >= end else None)
    return _with(table, "target_doc_id", new) if new != old else None


def _rows(table: pa.Table) -> list[_Row]:
    columns = {n: table.column(n).to_pylist() for n in ("doc_id", "quote", "target_title", "target_number", *TARGET)}
    targets = zip(*(columns[n] for n in TARGET), strict=True)
    said = zip(*(columns[n] for n in ("doc_id", "quote", "target_title", "target_number")), strict=True)
    return [
        _Row(doc_id, quote, title, number, t) for (doc_id, quote, title, number), t in zip(said, targets, strict=True)
    ]


def _documents(table: pa.Table) -> Iterable[pa.Table]:
    """The rows of each document, as a bucket's writer gets them, so that the file is the same however it came about."""
    ids = table.column("doc_id").to_pylist()
    begun = 0
    for n in range(1, len(ids) + 1):
        if n == len(ids) or ids[n] != ids[begun]:
            yield table.slice(begun, n - begun)
            begun = n


def _targets(store: Store, rows: Sequence[_Row], library: Library) -> list[tuple[object, ...]]:
    """Where each row leads: as it was within its own document, looked up in others."""
    wanted: dict[str, list[tuple[int, Meant]]] = defaultdict(list)
    out = [row.target for row in rows]
    for n, row in enumerate(rows):
        if row.title is None and row.number is None:
            continue
        sure = _sure(row)
        by_title = library.titles.get(names.key(row.title), []) if row.title else []
        by_number = library.numbers.get(elsewhere.number_key(row.number), []) if row.number else []
        day = library.days.get(row.doc_id)
        if day and row.doc_id in library.decisions and elsewhere.places_of(row.quote):
            day -= timedelta(
                days=1
            )  # what a decision orders is said of the text before it, and not of the one of its day
        if any(held.doc_id == row.doc_id for held in by_title):
            # It names its own title and not itself, or it would not be looked up: an older text, which it ends.
            by_title = [held for held in by_title if held.doc_id != row.doc_id and held.day and day and held.day < day]
        meant = elsewhere.meant(row.title, row.number, by_title, by_number, day, sure)
        if meant.held is None:
            out[n] = (None, None, [], None, None, None if sure else "guess", meant.reason)
        else:
            wanted[meant.held.doc_id].append((n, meant))
    for doc_id, found in wanted.items():
        places: dict[int, list[Place]] = {}
        before: dict[str, list[Place]] = {}  # the last places that each text named there
        for n, _ in found:
            row = rows[n]
            bare = row.quote.startswith(("第", "（", "(", "该条"))
            above = before.get(row.doc_id) if bare else None
            places[n] = elsewhere.places_of(row.quote, above[-1].steps if above else ())
            if places[n]:
                before[row.doc_id] = places[n]
        structure = _structure(store, doc_id, library) if any(places.values()) else None
        for n, meant in found:
            out[n] = _target(
                meant, locate.places(places[n], structure, None, "title-unit") if structure and places[n] else None
            )
    return out


def _sure(row: _Row) -> bool:
    """Whether the name has one reading; a later version is a guess by itself, so there the name is read again."""
    certainty, reason = (row.target[TARGET.index(name)] for name in ("certainty", "reason"))
    if certainty == "guess" and reason == "later-version" and row.title and row.quote.startswith(row.title):
        return names.is_sure(row.title)
    return certainty != "guess" or reason == "later-version"


def _target(meant: Meant, inside: Target | None) -> tuple[object, ...]:
    """The columns of a row whose document was found; `inside`: the units in it, None where none is named."""
    assert meant.held is not None
    if inside is not None and inside.reason != "found":
        return (meant.held.doc_id, meant.held.revision, [], None, None, meant.certainty, inside.reason)
    units = (list(inside.eids), inside.first, inside.last) if inside else ([], None, None)
    return (meant.held.doc_id, meant.held.revision, *units, meant.certainty, meant.reason)


def _structure(store: Store, doc_id: str, library: Library) -> Structure:
    """The units of one document of the folder; only what looking them up needs is read."""
    table = _read(store, "records", library.homes[doc_id], _UNITS)
    own = table.filter(pc.is_in(table.column("doc_id"), array([doc_id], pa.string()))).sort_by("ordinal").to_pylist()
    return Structure([Record.model_construct(**row) for row in own])
