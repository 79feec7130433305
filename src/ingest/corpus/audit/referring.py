"""Invariant 8: every reference stands where it says and leads where it says.

The quote is its slice of the record's text or heading, and its place on the page is that slice's trace; no two overlap; targets are
there; 前款 leads back. Nothing of the room that made them is used here.
"""

from collections.abc import Iterator, Sequence, Set

from ingest.corpus.audit.faults import Fault
from ingest.models import Document, Edit, Event, Record, Reference


def referring(
    document: Document,
    records: Sequence[Record],
    edits: Sequence[Edit],
    references: Sequence[Reference],
    allowed: Set[tuple[str, str]],
) -> Iterator[Fault]:
    """The violations of one document's references; `allowed` are the pairs of its conversion, which no edit lists."""
    known = {r.record_id: r for r in records}
    eids = {r.eid: r for r in records}
    ends: dict[tuple[str, str], int] = {}
    for row in references:
        record, column = known.get(row.record_id), row.within or "text"
        printed = (getattr(record, column) if record else None) or ""
        if record is None or printed[row.text_start : row.text_end] != row.quote or not row.quote:
            yield Fault(8, row.start, f"reference {row.ordinal} is no slice of its record's {column}")
            continue
        if row.text_start < ends.get((row.record_id, column), 0):
            yield Fault(8, row.start, f"reference {row.ordinal} overlaps the one before")
        ends[row.record_id, column] = row.text_end
        if not record.source_start <= row.start < row.end <= record.source_end:
            yield Fault(8, row.start, f"reference {row.ordinal} stands outside of its record")
        elif not _quotes(document, edits, row, allowed):
            yield Fault(8, row.start, f"reference {row.ordinal} is not what the page has at its place")
        yield from _target(document, record, row, eids)


def _quotes(document: Document, edits: Sequence[Edit], row: Reference, allowed: Set[tuple[str, str]]) -> bool:
    """Whether the page has the expression at its place: it alone, unless a person's words reach over its border."""
    printed, quote = _printed(document, edits, row.start, row.end), "".join(row.quote.split())
    if len(printed) == len(quote) and all(a == b or (a, b) in allowed for a, b in zip(printed, quote, strict=True)):
        return True
    own = any(e.applied and "correction" in e.stages and e.start < row.end and row.start < e.end for e in edits)
    return own and quote in printed


def _printed(document: Document, edits: Sequence[Edit], start: int, end: int) -> str:
    """What the page has at a place once the edits inside are applied, blanks aside."""
    out, at = [], start
    for edit in edits:
        if edit.applied and start <= edit.start < end:
            out += [document.page_text[at : edit.start], edit.after]
            at = max(at, edit.end)
    return "".join("".join([*out, document.page_text[at:end]]).split())


def _target(document: Document, record: Record, row: Reference, eids: dict[str, Record]) -> Iterator[Fault]:
    own = row.target_doc_id == document.doc_id
    if row.reason == "found" and row.target_doc_id is None:
        yield Fault(8, row.start, f"reference {row.ordinal} is found and leads nowhere")
    if row.target_doc_id is None and (row.target_revision or row.target_eids or row.target_first or row.target_last):
        yield Fault(8, row.start, f"reference {row.ordinal} leads nowhere and has a target")
    if own and (missing := [eid for eid in row.target_eids if eid not in eids]):
        yield Fault(8, row.start, f"reference {row.ordinal} leads to {missing[0]}, which is not there")
    if own and row.target_revision != document.revision:
        yield Fault(8, row.start, f"reference {row.ordinal} leads to another revision of its own document")
    if {row.target_first, row.target_last} - {None, *row.target_eids}:
        yield Fault(8, row.start, f"reference {row.ordinal} has a range that is not among its targets")
    if own and row.quote.startswith("前"):
        later = [eid for eid in row.target_eids if eid in eids and eids[eid].ordinal > record.ordinal]
        if later:
            yield Fault(8, row.start, f"reference {row.ordinal} leads ahead, to {later[0]}")


def told(document: Document, events: Sequence[Event]) -> Iterator[Fault]:
    """The violations of one document's events: each stands in the page."""
    for event in events:
        if not 0 <= event.start < event.end <= document.page_chars:
            yield Fault(8, event.start, f"event {event.ordinal} stands in no place of the page")
