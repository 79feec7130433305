"""Invariant 8, second half: resolving again gives the same references.

What a document says of itself follows from its records; where it leads in other documents follows from all documents of
the folder. Both are made again here with the room that made them, and compared: this proves no rule right, it finds a row
that was changed, lost, or not renewed. It is asked only of rows that this very code made.
"""

from collections.abc import Iterable, Iterator, Sequence

from ingest import references
from ingest.corpus import linking
from ingest.corpus.audit.faults import MOST, Fault
from ingest.corpus.storage.store import Store
from ingest.models import Document, Event, Record, Reference, Row

_PLACED = frozenset(("revision", "start", "end"))  # what `referring` and invariant 4 prove
_LINKED = _PLACED | {"target_revision", *linking.TARGET}
_TOLD = _PLACED | {"target_doc_id"}


def resolved(
    document: Document, records: Sequence[Record], rows: Sequence[Reference], events: Sequence[Event]
) -> Iterator[Fault]:
    """The references and events of one document that are not those which its records give."""
    again = references.rows(references.Structure(records), doc_id=document.doc_id, title=document.title, place=_nowhere)
    yield from _compared("reference", [(r, _columns(r)) for r in rows], [(r, _columns(r)) for r in again])
    for row, new in zip(rows, again, strict=False):
        if row.certainty == "guess" and new.certainty == "likely" and row.reason != "later-version":
            yield Fault(8, row.start, f"reference {row.ordinal} is a guess, and says no reason to be one")
    told = references.event_rows(records, doc_id=document.doc_id, place=_nowhere)
    yield from _compared("event", [(e, _TOLD) for e in events], [(e, _TOLD) for e in told])


def _nowhere(_record: Record, spans: references.Spans, _within: str | None) -> references.Spans:
    """Places on the page are proven elsewhere, from the edits."""
    return [(0, 0)] * len(spans)


def _columns(row: Reference) -> frozenset[str]:
    """The columns that a document alone does not determine: a row that names another one is linked later."""
    return _LINKED if row.target_title or row.target_number else _PLACED | {"target_revision"}


def _compared(
    what: str, have: Sequence[tuple[Row, frozenset[str]]], want: Sequence[tuple[Row, frozenset[str]]]
) -> Iterator[Fault]:
    if len(have) != len(want):
        yield Fault(8, None, f"{len(have)} {what} rows, its records give {len(want)}")
        return
    told = 0
    for n, ((old, apart), (new, other)) in enumerate(zip(have, want, strict=True)):
        for name in type(old).model_fields.keys() - (apart & other):
            if getattr(old, name) != getattr(new, name) and told < MOST:
                said = f"{what} {n}: {name} is {getattr(old, name)!r}, its records give {getattr(new, name)!r}"
                yield Fault(8, getattr(old, "start", None), said)
                told += 1


def linked(store: Store, buckets: Iterable[int]) -> Iterator[tuple[int, str, Fault]]:
    """The references of some buckets that lead elsewhere than they would now, each with its bucket and document."""
    for bucket, doc_id, ordinal, says, leads in linking.stale(store, buckets):
        told = f"reference {ordinal} leads to {says or 'nothing'}, and would now lead to {leads or 'nothing'}"
        yield bucket, doc_id, Fault(8, None, told)
