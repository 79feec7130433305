"""From accepted markers and logical lines to nodes that tile the text: who encloses whom, and whose text is whose."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ingest.blocks import Node
from ingest.models import Kind, Unit
from ingest.outline.identifiers import Identifiers
from ingest.outline.lines import Line
from ingest.outline.markers import Marker

Span = tuple[int, int]
_END = re.compile(r"[。！？；：，、!?;:,][”」』）)】》]?$")
_SENTENCE = re.compile(r"[^。！？；!?;\n]*[。！？!?][”」』]?")
_RANK: dict[Kind, float] = {
    "title": -1, "preface": -1, "toc": -1, "docno": -1, "note": -1, "signature": -1, "attachment": -1,
    "heading": 4.5, "lead": 20, "bullet": 21, "caption": 22, "table": 22, "paragraph": 30,
}  # fmt: skip


@dataclass(slots=True)
class Piece:
    """A unit under construction."""

    kind: Kind
    start: int
    rank: float
    label: Span
    heading: Span
    body: Span
    number: int | None = None
    suffix: int | None = None
    style: str = ""
    cells: tuple[tuple[str, ...], ...] = ()
    parent: int | None = None
    numbered_children: bool = field(default=False)

    @property
    def open(self) -> bool:
        """Whether the next block is this unit's own text."""
        return self.body[0] == self.body[1]


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without outer white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def pieces(text: str, lines: Sequence[Line], markers: Sequence[Marker]) -> list[Piece]:
    """Lines cut at markers, each marker with its heading and what ran in behind it."""
    out: list[Piece] = []
    at, in_article = 0, False
    for line in lines:
        cuts: list[Marker] = []
        while at < len(markers) and markers[at].start < line.end:
            cuts.append(markers[at])
            at += 1
        if line.kind == "table" and line.block:
            out.append(Piece("table", line.start, _RANK["table"], (line.start,) * 2, (line.start,) * 2,
                             (line.start, line.end), cells=line.block.cells))  # fmt: skip
            continue
        begin = trimmed(text, line.start, cuts[0].start if cuts else line.end)
        if begin[0] < begin[1]:
            none = (begin[0], begin[0])
            out.append(Piece("paragraph", begin[0], _RANK["paragraph"], none, none, begin))
        for k, marker in enumerate(cuts):
            if marker.style.division:
                in_article = marker.style.kind == "article"
            stop = cuts[k + 1].start if k + 1 < len(cuts) else line.end
            heading, body = headed(text, marker, trimmed(text, marker.end, stop), in_article)
            out.append(
                Piece(
                    marker.style.kind,
                    marker.start,
                    marker.style.rank,
                    (marker.start, marker.end),
                    heading,
                    body,
                    marker.number,
                    marker.suffix,
                    marker.style.id,
                )
            )
    return out


def headed(text: str, marker: Marker, rest: Span, listed: bool) -> tuple[Span, Span]:
    """What follows a marker as heading and body. `listed`: an item of an article's list, which has no heading."""
    start, end = rest
    kind = marker.style.kind
    if start == end or kind in ("part", "subpart", "chapter", "section"):
        return (start, end), (end, end)
    first = _SENTENCE.match(text, start, end)
    if first is None:
        whole = end - start <= (30 if kind == "article" else 60) and not _END.search(text, max(start, end - 3), end)
        return ((start, end), (end, end)) if whole and not listed else ((start, start), (start, end))
    if kind != "article" and not listed and first.end() < end and first.end() - start <= 60:
        return (start, first.end()), trimmed(text, first.end(), end)
    return (start, start), (start, end)


def nodes(units: Iterable[Piece], text: str) -> list[Node]:
    """Parents, own texts, identifiers and units for pieces in reading order."""
    kept = _nested(list(units), text)
    ids = Identifiers()
    names: list[str] = []
    out: list[Node] = []
    for piece in kept:
        parent = kept[piece.parent] if piece.parent is not None else None
        first = 2 if parent is not None and piece.kind == "paragraph" else 1
        eid = ids.give(
            piece.kind, names[piece.parent] if piece.parent is not None else None, piece.number, piece.suffix, first
        )
        names.append(eid)
        out.append(
            Node(
                piece.kind,
                piece.label,
                piece.heading,
                piece.body,
                piece.parent,
                eid,
                _unit(piece, parent),
                piece.number,
                piece.suffix,
                piece.cells,
            )
        )
    return out


def _nested(units: list[Piece], text: str) -> list[Piece]:
    """Gives every unit its parent; a block right behind a marker or heading becomes that unit's own text."""
    kept: list[Piece] = []
    stack: list[int] = []  # indices of open units, ranks rising
    for piece in units:
        if piece.kind == "paragraph":
            if stack and kept and stack[-1] == len(kept) - 1 and kept[-1].open and kept[-1].kind != "lead":
                kept[-1].body = piece.body
                continue
            piece.parent = _home(kept, stack, text)
        elif piece.rank < 0:
            stack.clear()
        else:
            while stack and kept[stack[-1]].rank >= piece.rank:
                stack.pop()
            piece.parent = stack[-1] if stack else None
            if piece.parent is not None and piece.number is not None:
                kept[piece.parent].numbered_children = True
        kept.append(piece)
        if piece.kind not in ("paragraph", "table", "caption", "bullet") and piece.rank >= 0:
            stack.append(len(kept) - 1)
    return kept


def _home(kept: list[Piece], stack: list[int], text: str) -> int | None:
    """The unit that an unmarked block belongs to: the list's introduction where a list of mere items has ended."""
    for index in reversed(stack):
        unit = kept[index]
        if unit.kind == "lead":
            continue
        if unit.rank > 4 and unit.heading[0] == unit.heading[1] and any(kept[i].kind == "article" for i in stack):
            continue
        return index
    return None


def _unit(piece: Piece, parent: Piece | None) -> Unit:
    match piece.kind:
        case "title" | "preface" | "toc" | "docno" | "note":
            return "front"
        case "signature" | "attachment":
            return "back"
        case "part" | "subpart" | "chapter":
            return "chapter"
        case "section":
            return "section"
        case "level1" | "heading":
            return "section" if parent is not None else "chapter"
        case "level2" | "level3":
            return "section" if piece.numbered_children else "clause"
        case _:
            return "clause"
