"""Corrections made of what a person sees: a change by its number, words of the curated text or of the page, a field.

What is seen is a document as the datasets have it. A correction names a place of the page, so words of the curated text are
led back there: outside of white space a record is, character by character, its hull with the edits inside carried out.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, get_args

from pydantic import ValidationError

from ingest.corpus import readers
from ingest.corpus.storage.parquet import TableReader
from ingest.corpus.storage.store import Store, bucket_of
from ingest.correction import Action, CorrectedField, Correction
from ingest.errors import InputError, UsageError, first_fault
from ingest.models import Document, Edit, Record
from ingest.patterns import pattern

_PLACE = pattern(r"(\d+):(\d+)")
_FIELDS = get_args(CorrectedField)


class Seen(NamedTuple):
    """A document with what was made of its page."""

    document: Document
    records: tuple[Record, ...]
    edits: tuple[Edit, ...]


def seen(curated: Path, source: str) -> Seen:
    """The document of a page. Raises `InputError` where there is none."""
    store = Store.open(curated)
    bucket = bucket_of(readers.file_of(source), store.facts.buckets)
    doc_id = readers.doc_id_of(source)
    rows = {}
    for name in ("documents", "records", "edits"):
        reader = TableReader(store.table(name, bucket), name)
        try:
            rows[name] = reader.take(doc_id).to_pylist()
        finally:
            reader.close()
    if not rows["documents"]:
        raise InputError(
            f"{curated} has no document of {source}: name it as `source` does, a path under the raw folder "
            "(of a page that was rejected there is nothing to correct)"
        )
    return Seen(
        Document.model_construct(**rows["documents"][0]),
        tuple(Record.model_construct(**row) for row in rows["records"]),
        tuple(Edit.model_construct(**row) for row in rows["edits"]),
    )


class _Char(NamedTuple):
    """A character of the curated text: what it is, the span of the page that it comes from, and the edit that made it."""

    char: str
    start: int
    end: int
    edit: Edit | None


def _characters(doc: Seen) -> Iterator[_Char]:
    """The curated text without white space, record by record."""
    applied = [edit for edit in doc.edits if edit.applied]
    page = doc.document.page_text
    for record in doc.records:
        want = iter("".join(((record.label or "") + (record.heading or "") + record.text).split()))
        at = record.source_start
        inside = [e for e in applied if record.source_start <= e.start and e.end <= record.source_end]
        for edit in [*inside, None]:
            for place in range(at, edit.start if edit else record.source_end):
                if not page[place].isspace():
                    yield _Char(next(want, ""), place, place + 1, None)
            if edit:
                yield from (_Char(next(want, ""), edit.start, edit.end, edit) for c in edit.after if not c.isspace())
                at = edit.end


def _found(whole: str, words: str, nth: int | None, where: str) -> int:
    """Where words stand in a text, the only place or the one that is asked for."""
    places = [match.start() for match in re.finditer(f"(?={re.escape(words)})", whole)] if words else []
    if not places:
        raise UsageError(f"{where} has no {words[:40]!r}")
    if nth is None and len(places) > 1:
        raise UsageError(f"{where} has {words[:40]!r} {len(places)} times: say which with --nth 1 to {len(places)}")
    nth = 1 if nth is None else nth
    if not 1 <= nth <= len(places):
        raise UsageError(f"--nth {nth}: {where} has {len(places)} of {words[:40]!r}, counted from 1")
    return places[nth - 1]


# ---------------------------------------------------------------- making


def of_edit(doc: Seen, ordinal: int, verdict: str) -> Correction:
    """A word on one change (`edits.ordinal`): accept, reject, or else the text that is to stand there."""
    edit = next((edit for edit in doc.edits if edit.ordinal == ordinal), None)
    if edit is None:
        there = f"they are numbered from 0 to {len(doc.edits) - 1}" if doc.edits else "nothing of it was changed"
        raise UsageError(f"{doc.document.source} has no change {ordinal}: {there}")
    rules = tuple(rule for rule in edit.rules if not rule.startswith("person:"))
    if verdict == "reject" and "strip" in edit.stages:
        return _at(doc, "keep", edit.start, edit.end, None, rules[-1:])  # the removal came last, over repairs
    if verdict in ("accept", "reject"):
        after = edit.after if verdict == "accept" else None
        return _at(doc, "accept" if verdict == "accept" else "reject", edit.start, edit.end, after, rules)
    return _at(doc, "correct", edit.start, edit.end, verdict, rules)


def replaced(doc: Seen, old: str, new: str, nth: int | None = None) -> Correction:
    """Words of the curated text that should be others. A change that they cut is taken as a whole."""
    chars = list(_characters(doc))
    wanted = "".join(old.split())
    first = _found("".join(c.char for c in chars), wanted, nth, "the curated text")
    low, high = first, first + len(wanted)
    while low and chars[low].edit is not None and chars[low - 1].edit is chars[low].edit:
        low -= 1
    while high < len(chars) and chars[high - 1].edit is not None and chars[high].edit is chars[high - 1].edit:
        high += 1
    before = "".join(c.char for c in chars[low:first])
    behind = "".join(c.char for c in chars[first + len(wanted) : high])
    rules = dict.fromkeys(
        rule for c in chars[low:high] if c.edit for rule in c.edit.rules if not rule.startswith("person:")
    )
    span = min(c.start for c in chars[low:high]), max(c.end for c in chars[low:high])
    return _at(doc, "correct", *span, before + new + behind, tuple(rules))


def struck(doc: Seen, what: str, nth: int | None = None) -> Correction:
    """Words of the curated text, or a place of the page (`120:140`), that are no part of the document."""
    if span := _span(doc, what):
        return _at(doc, "strike", *span)
    chars = list(_characters(doc))
    wanted = "".join(what.split())
    at = _found("".join(c.char for c in chars), wanted, nth, "the curated text")
    own = chars[at : at + len(wanted)]
    return _at(doc, "strike", min(c.start for c in own), max(c.end for c in own))


def kept(doc: Seen, what: str, nth: int | None = None) -> Correction:
    """Words as the page prints them, or a place of it, that belong to the document."""
    page = doc.document.page_text
    span = _span(doc, what)
    if span is None:
        at = _found(page, what, nth, "the page")
        span = at, at + len(what)
    rules = [
        e.rules[-1] for e in doc.edits if e.applied and "strip" in e.stages and e.start < span[1] and span[0] < e.end
    ]
    return _at(doc, "keep", *span, None, tuple(dict.fromkeys(rules)))


def settled(doc: Seen, field: str, value: str) -> Correction:
    """A field of the document; no value: it has none."""
    if field not in _FIELDS:
        raise UsageError(f"{field} is no field that can be set: there are {', '.join(_FIELDS)}")
    now = getattr(doc.document, field)
    before = "、".join(now) if isinstance(now, list | tuple) else None if now is None else str(now)
    return _made(doc, {"action": "set", "field": field, "before": before, "after": value or None})


def withdrawn(one: Correction) -> Correction:
    """What takes a correction back."""
    return one.model_copy(update={"action": "withdraw", "after": None, "rules": ()})


def _span(doc: Seen, what: str) -> tuple[int, int] | None:
    found = _PLACE.fullmatch(what)
    if found is None:
        return None
    start, end = int(found[1]), int(found[2])
    if not start < end <= len(doc.document.page_text):
        raise UsageError(f"{what} is no place of a page of {len(doc.document.page_text)} characters")
    return start, end


def _at(
    doc: Seen, action: Action, start: int, end: int, after: str | None = None, rules: Sequence[str] = ()
) -> Correction:
    before = doc.document.page_text[start:end]
    about: dict[str, object] = {
        "action": action,
        "start": start,
        "end": end,
        "before": before,
        "after": after,
        "rules": tuple(rules),
    }
    return _made(doc, about)


def _made(doc: Seen, about: dict[str, object]) -> Correction:
    try:
        return Correction.model_validate(
            {"source": doc.document.source, "raw_sha256": doc.document.raw_sha256, **about}
        )
    except ValidationError as error:
        where, what = first_fault(error)
        raise UsageError(f"{where and where + ': '}{what}") from error
