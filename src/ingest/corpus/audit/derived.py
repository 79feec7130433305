"""What of a document's rows follows from others of its rows is derived again and compared.

A column that can be derived and is not compared could say anything: digests only prove that a file is the one that was
written, and whoever writes a file can write its digest. As in `invariants`, nothing here is shared with what made the rows
but the one thing that is a definition: the hash that `revision` is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from ingest.corpus.audit.faults import MOST, Fault
from ingest.models import Document, Edit, Record
from ingest.patterns import pattern

_UNITS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("title", "preface", "toc", "docno", "note"), ("front",)),
    **dict.fromkeys(("signature", "attachment"), ("back",)),
    **dict.fromkeys(("part", "subpart", "chapter"), ("chapter",)),
    **dict.fromkeys(("article", "paragraph", "lead", "bullet", "table", "caption", "level4", "level5"), ("clause",)),
    **dict.fromkeys(("level1", "heading"), ("chapter", "section")),
    **dict.fromkeys(("level2", "level3", "decimal"), ("section", "clause")),
    "section": ("section",),
    "post": ("clause",),
}
_PARTS: Mapping[str, str] = {
    "part": "part", "subpart": "subpart", "chapter": "chp", "section": "sec", "article": "art", "level1": "l1",
    "level2": "l2", "level3": "l3", "level4": "l4", "level5": "l5", "heading": "hdg", "paragraph": "para",
    "lead": "lead", "bullet": "bul", "table": "tbl", "caption": "cap", "attachment": "att", "signature": "sign",
    "title": "title",
}  # fmt: skip
_CERTAINTIES = ("exact", "likely", "guess")
_NUMBER = pattern(r"_(\d+)(?:-(\d+))?")


def derived(
    document: Document, records: Sequence[Record], edits: Sequence[Edit], *, titled: bool = False
) -> Iterator[Fault]:
    """Columns of one document that do not follow from its other rows (invariant 4). `titled`: a person set its title."""
    by_eid = {record.eid: record for record in records}
    yield from _text(document, records)
    title = next((r.heading or r.text for r in records if r.kind == "title"), None)
    if not titled and document.title is not None and title is not None and _plain(document.title) != _plain(title):
        yield Fault(4, None, f"title is {document.title[:30]!r}, its record says {title[:30]!r}")
    told = 0
    for record in records:
        for what in (*_place(record, by_eid), *_name(record), *_cells(record), *_certainty(record, edits)):
            yield Fault(4, record.source_start, f"{record.eid}: {what}")
            told += 1
            if told >= MOST:
                return


def _text(document: Document, records: Sequence[Record]) -> Iterator[Fault]:
    """The curated text is the records in order, each at the beginning of a line: label, heading, text."""
    text, at = document.text, 0
    for record in records:
        for n, piece in enumerate((record.label, record.heading, record.text)):
            if piece:
                begin = at
                while at < len(text) and text[at].isspace():
                    at += 1
                if not text.startswith(piece, at) or (n == 0 and record.ordinal and "\n" not in text[begin:at]):
                    have = text[at : at + 12]
                    yield Fault(4, None, f"text offset {at} reads {have!r}, {record.eid} says {piece[:12]!r}")
                    return
                at += len(piece)
    if text[at:].strip():
        yield Fault(4, None, f"text offset {at} reads {text[at : at + 12]!r}, which is in no record")


def _place(record: Record, by_eid: Mapping[str, Record]) -> Iterator[str]:
    """Where it stands in the tree: depth, path, chapter, section."""
    above: list[Record] = []
    here = record
    while here.parent_eid is not None and here.parent_eid in by_eid and len(above) <= len(by_eid):
        here = by_eid[here.parent_eid]
        above.append(here)
    if record.depth != len(above):
        yield f"depth is {record.depth}, it has {len(above)} units above it"
    names = [_plain(_named(one)) for one in reversed(above)]
    if [_plain(name) for name in record.path] != names:
        yield f"path is {list(record.path)}, not what the units above it are called"
    for unit in ("chapter", "section"):
        nearest = next((one for one in (record, *above) if one.unit == unit), None)
        said = getattr(record, unit)
        if (nearest is None) != (said is None) or (nearest and _plain(said) != _plain(_named(nearest))):
            yield f"{unit} is {said!r}, the nearest one is {nearest and _named(nearest)!r}"
    if record.parent_eid is not None and not record.eid.startswith(record.parent_eid + "__"):
        yield f"its eid does not begin with that of its parent {record.parent_eid}"


def _name(record: Record) -> Iterator[str]:
    """What it is: kind, unit and number agree with each other and with the eid."""
    if record.kind in _UNITS and record.unit not in _UNITS[record.kind]:
        yield f"a {record.kind} is no unit of the kind {record.unit}"
    part = record.eid.rpartition("__")[2]
    stem = _PARTS.get(record.kind)
    if stem is not None and part.partition("_")[0] != stem:
        yield f"a {record.kind} has no eid that ends in {part}"
    if record.number is not None and stem is not None and (found := _NUMBER.search(part)):
        printed = int(found[1]), found[2] and int(found[2])
        if printed != (record.number, record.number_suffix):
            yield f"number is {record.number} {record.number_suffix or ''}, its eid says {found[0][1:]}"


def _cells(record: Record) -> Iterator[str]:
    """The cells of a table are those of its text, spans resolved."""
    if record.cells is None:
        return
    printed = _plain(record.text)
    for row in record.cells:
        for cell in row:
            if _plain(cell) not in printed:
                yield f"the cell {cell[:20]!r} is not in its text"
                return
    whole = _plain("".join(cell for row in record.cells for cell in row))
    for cell in re.split(r"[\t\n]", record.text):
        if _plain(cell) not in whole:
            yield f"its text has {cell[:20]!r}, which is no cell"
            return


def _certainty(record: Record, edits: Sequence[Edit]) -> Iterator[str]:
    """The lowest certainty of the edits that begin inside."""
    inside = [e.certainty for e in edits if e.applied and record.source_start <= e.start < record.source_end]
    lowest = max(inside, key=_CERTAINTIES.index) if inside else None
    if record.certainty != lowest:
        yield f"certainty is {record.certainty}, that of its edits is {lowest}"


def _named(record: Record) -> str:
    return (record.label or "") + (record.heading or "")


def _plain(text: str) -> str:
    return "".join(text.split())
