"""The invariants of one document, proven from its rows alone.

2 tiling: every printed character of the page is in exactly one strip edit, or else in exactly one record.
3 replay: applying the edits to the page gives the records.
6 idempotence: curating the curated text changes nothing.
7 facts: each metadata value is what one chosen fact says.
8 references: each stands where it says and leads where it says (`referring`).

Each gives its violations as `Fault`s with the place; no fault, proven. They know nothing of how the rows were made: a
check that shares code with what it checks would share its errors.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import get_args

from ingest.config import Config
from ingest.corpus.audit import referring
from ingest.corpus.audit.derived import derived
from ingest.corpus.audit.faults import MOST, Fault
from ingest.errors import Rejected
from ingest.models import Document, Edit, Event, Fact, FactField, Record, Reference, Row
from ingest.patterns import pattern

_PRINTED = pattern(r"\S+")
_NUMBERED = frozenset({
    "part", "subpart", "chapter", "section", "article", "level1", "level2", "level3", "level4", "level5",
    "decimal", "letter", "formal",
})  # fmt: skip


def violations(
    document: Document,
    records: Sequence[Record],
    edits: Sequence[Edit],
    others: Mapping[str, Sequence[Row]] = MappingProxyType({}),
    *,
    config: Config | None = None,
) -> list[Fault]:
    """All violations of one document; idempotence is tested under `config` (None: it is left out).

    `others` are its rows in the datasets besides, by their names.
    """
    faults = [*belonging(document, records, edits), *overlaps(document, edits)]
    for name, rows in others.items():
        faults += together(document, name, rows)
    facts = [row for row in others.get("facts", ()) if isinstance(row, Fact)]
    titled = any(fact.field == "title" and fact.chosen and fact.origin == "person" for fact in facts)
    faults += stated(document, facts)
    if not faults:  # the others take these for granted
        faults += tiling(document, records, edits)
        faults += replay(document, records, edits)
        faults += derived(document, records, edits, titled=titled)
        faults += referring.referring(
            document,
            records,
            edits,
            [r for r in others.get("references", ()) if isinstance(r, Reference)],
            pairs(document.script_chain),
        )
        faults += referring.told(document, [r for r in others.get("events", ()) if isinstance(r, Event)])
    # A person may know better than the rules, which then cannot be asked whether they would say the same.
    if config is not None and not titled and not any("correction" in edit.stages for edit in edits):
        faults += idempotent(document, records, config)
    return faults


def belonging(document: Document, records: Sequence[Record], edits: Sequence[Edit]) -> Iterator[Fault]:
    """Invariant 4, and the counts and order of rows."""
    for name, rows, count in (("record", records, document.record_count), ("edit", edits, document.edit_count)):
        if len(rows) != count:
            yield Fault(4, None, f"{len(rows)} {name} rows, the document says {count}")
        yield from together(document, name, rows)
    seen: set[str] = set()
    for record in records:
        if record.record_id in seen:
            yield Fault(4, record.source_start, f"{record.record_id} occurs twice")
        if record.record_id != f"{document.doc_id}#{record.eid}":
            yield Fault(4, record.source_start, f"{record.record_id} is not doc_id#eid")
        if record.parent_eid is not None and f"{document.doc_id}#{record.parent_eid}" not in seen:
            yield Fault(4, record.source_start, f"{record.eid} has no parent {record.parent_eid} before it")
        seen.add(record.record_id)
    if len(document.page_text) != document.page_chars or len(document.text) != document.text_chars:
        yield Fault(4, None, "page_chars or text_chars is not the length of the text")


def together(document: Document, name: str, rows: Sequence[Row]) -> Iterator[Fault]:
    """Whether rows of a dataset are those of this document as it is, in order."""
    if [getattr(r, "ordinal", n) for n, r in enumerate(rows)] != list(range(len(rows))):
        yield Fault(4, None, f"the {name} rows are not numbered 0 to {len(rows) - 1}")
    if any(getattr(r, "revision", None) != document.revision for r in rows):
        yield Fault(4, None, f"{name} rows of another revision than {document.revision}")


def stated(document: Document, facts: Sequence[Fact]) -> Iterator[Fault]:
    """Invariant 7: each metadata value of the document has exactly one chosen fact that agrees, of authors one each.

    Nothing is said of a document without any: it was written before there were facts (`unstated`).
    """
    if not facts:
        return
    for field in get_args(FactField):
        want = [str(v) for v in document.authors] if field == "authors" else _value(document, field)
        have = [fact.value for fact in facts if fact.field == field and fact.chosen]
        if have != want:
            yield Fault(7, None, f"{field} is {want or 'null'}, its chosen facts say {have or 'nothing'}")
    for fact in facts:
        if (fact.start is None) != (fact.end is None) or not (fact.start or 0) <= (fact.end or 0) <= len(
            document.page_text
        ):
            yield Fault(7, fact.start, f"fact {fact.ordinal} ({fact.rule}) stands in no place of the page")
        if not (fact.chosen or fact.note):
            yield Fault(7, fact.start, f"fact {fact.ordinal} ({fact.rule}) does not say why it was not chosen")


def unstated(document: Document) -> bool:
    """Whether a document has metadata, so that it ought to have facts."""
    return bool(document.authors) or any(_value(document, f) for f in get_args(FactField) if f != "authors")


def _value(document: Document, field: str) -> list[str]:
    value = getattr(document, field)
    return [] if value is None else [str(value)]


def overlaps(document: Document, edits: Sequence[Edit]) -> Iterator[Fault]:
    """The first half of invariant 3: edits quote the page, and applied ones do not overlap."""
    page = document.page_text
    end = 0
    for edit in edits:
        if not 0 <= edit.start <= edit.end <= len(page) or page[edit.start : edit.end] != edit.before:
            yield Fault(3, edit.start, f"edit {edit.ordinal} ({', '.join(edit.rules)}) does not quote the page")
        elif edit.applied:
            if edit.start < end:
                yield Fault(3, edit.start, f"edit {edit.ordinal} ({', '.join(edit.rules)}) overlaps another")
            end = max(end, edit.end)


def tiling(document: Document, records: Sequence[Record], edits: Sequence[Edit]) -> Iterator[Fault]:
    """Invariant 2."""
    page = document.page_text
    struck = bytearray(len(page))
    for edit in edits:
        if edit.applied and "strip" in edit.stages:
            struck[edit.start : edit.end] = b"\1" * (edit.end - edit.start)
    held = bytearray(len(page))
    twice = 0
    for record in records:
        start, end = record.source_start, record.source_end
        if not 0 <= start <= end <= len(page):
            yield Fault(2, start, f"{record.eid} lies outside the page")
            return
        if held.find(1, start, end) >= 0 and twice < MOST:
            for at in range(start, end):
                if held[at] and not struck[at] and not page[at].isspace():
                    yield Fault(2, at, f"{page[at : at + 12]!r} is in {record.eid} and in a record before it")
                    twice += 1
                    break
        held[start:end] = b"\1" * (end - start)
    lost = 0
    for match in _PRINTED.finditer(page):
        at, end = match.span()
        while (at := held.find(0, at, end)) >= 0:
            if not struck[at]:
                yield Fault(2, at, f"{page[at : at + 12]!r} is in no record and no strip edit")
                lost += 1
                if lost == MOST:
                    return
                break
            at += 1


def replay(document: Document, records: Sequence[Record], edits: Sequence[Edit]) -> Iterator[Fault]:
    """The second half of invariant 3."""
    page = document.page_text
    applied = [e for e in edits if e.applied]
    allowed = pairs(document.script_chain)
    first = wrong = 0
    for record in sorted(records, key=lambda r: r.source_start):
        while first < len(applied) and applied[first].end <= record.source_start:
            first += 1
        made: list[str] = []
        at, n = record.source_start, first
        while n < len(applied) and applied[n].start < record.source_end:
            edit = applied[n]
            if edit.start < at or edit.end > record.source_end:
                yield Fault(3, edit.start, f"edit {edit.ordinal} reaches over the border of {record.eid}")
                wrong += 1
            made += (page[at : edit.start], edit.after)
            at = max(at, edit.end)
            n += 1
        made.append(page[at : record.source_end])
        have = _squashed("".join(made))
        want = _squashed((record.label or "") + (record.heading or "") + record.text)
        if have != want:
            fault = _difference(have, want, allowed, document.script_chain)
            if fault:
                yield Fault(3, record.source_start, f"{record.eid} is not what the edits make of the page: {fault}")
                wrong += 1
        if wrong >= MOST:
            return


def _difference(have: str, want: str, allowed: frozenset[tuple[str, str]], chain: str | None) -> str | None:
    for n, (a, b) in enumerate(zip(have, want, strict=False)):
        if a != b and (a, b) not in allowed:
            return f"{have[n : n + 12]!r}, in the record {want[n : n + 12]!r}" + (f" (table {chain})" if chain else "")
    if len(have) != len(want):
        n = min(len(have), len(want))
        return f"{have[n : n + 12]!r}, in the record {want[n : n + 12]!r}"
    return None


def idempotent(document: Document, records: Sequence[Record], config: Config) -> Iterator[Fault]:
    """Invariant 6."""
    from ingest.pipeline import curate

    try:
        again = curate(document.text, source=document.source, media_type="text/plain", config=config)
    except Rejected as error:
        yield Fault(6, None, f"the curated text is rejected: {error}")
        return
    except Exception as error:  # whatever it is, it is a finding about this document and not the end of the check
        yield Fault(6, None, f"curating the curated text fails: {type(error).__name__}: {error}")
        return
    if again.text != document.text:
        n = next(
            (n for n, (a, b) in enumerate(zip(again.text, document.text, strict=False)) if a != b),
            min(len(again.text), len(document.text)),
        )
        yield Fault(
            6,
            None,
            f"curated again, text offset {n} reads {again.text[n : n + 12]!r} for {document.text[n : n + 12]!r}",
        )
    for edit in [e for e in again.edits if e.applied][:MOST]:
        yield Fault(6, None, f"curated again, {', '.join(edit.rules)} makes {edit.after!r} of {edit.before[:20]!r}")
    before, after = _numbered(records), _numbered(again.records)
    if before != after:
        n = next(
            (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
        )
        was, now = (str(x[n]) if n < len(x) else "nothing" for x in (before, after))
        yield Fault(6, None, f"curated again, numbered unit {n} is {now} for {was}")


def _numbered(records: Sequence[Record]) -> list[tuple[str, int | None, str | None, str | None]]:
    return [(r.kind, r.number, r.label, r.heading) for r in records if r.kind in _NUMBERED]


def _squashed(text: str) -> str:
    return "".join(text.split())


@cache
def pairs(chain: str | None) -> frozenset[tuple[str, str]]:
    """The one-to-one pairs that a document's conversion may have made without listing them."""
    if chain is None:
        return frozenset()
    from ingest.script import pairs as published

    return published(chain)
