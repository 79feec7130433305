"""From accepted markers and logical lines to nodes that tile the text: who encloses whom, and whose text is whose."""

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from itertools import count, pairwise

from ingest.blocks import Node
from ingest.han import numerals
from ingest.models import Kind, Unit
from ingest.outline import bullets, counts, cover, dialogue, headings, leads, letter, marked, owners, unnumbered
from ingest.outline.candidates import Marker
from ingest.outline.identifiers import Identifiers
from ingest.outline.lines import LogicalLine
from ingest.outline.nesting import nested
from ingest.outline.piece import RANK, Piece, Span, trimmed
from ingest.patterns import pattern

_NUMBER = pattern(rf"[\d{numerals.HAN}]+")
_UNCOUNTED = frozenset({"title", "preface", "toc", "docno", "note", "signature", "chapter", "attachment"})


def pieces(text: str, lines: Sequence[LogicalLine], markers: Sequence[Marker], told: bool = False) -> list[Piece]:
    """Lines cut at markers, each marker with its heading and what ran in behind it. `told`: no sentence is a heading (judgments)."""
    out: list[Piece] = []
    at, in_article = 0, False
    levels = _levels(lines)
    mixed = _mixed(lines, markers)
    above = counts.above_articles(markers, [line.start for line in lines if line.opens])
    for line in lines:
        first, end = at, line.end
        while at < len(markers) and markers[at].start < end:
            at += 1
        if line.opens:
            in_article = False
        if first < at and markers[first].start == line.start and line.role is None:
            begin = line.start, line.start
        else:
            begin = trimmed(text, line.start, max(line.start, markers[first].start) if first < at else end)
        if line.role is not None:
            if line.role == "answer" and out and out[-1].style and out[-1].kind != "article":
                _asks(out[-1])
            if line.role == "heading" and not _level(line) and out and _bare(out[-1]):
                # 第一条, 01: and its heading on the next line
                out[-1].heading, out[-1].body = begin, (begin[1], begin[1])
                continue
            out.append(_whole(text, line, begin[1]))
            out[-1].back = line.role == "heading" and unnumbered.closing(text, *out[-1].heading)
            out[-1].level = _level(line)
            if line.role == "heading" and told:
                out[-1].rank = RANK["article"] - 0.1  # 理由 encloses all that counts there, 壹、 too
            elif line.role == "heading" and out[-1].rank == RANK["heading"]:
                out[-1].rank += _depth(text, line, levels)
        elif begin[0] < begin[1] and not (out and _below(text, out[-1], begin, in_article)):
            none = (begin[0], begin[0])
            out.append(Piece("paragraph", begin[0], RANK["paragraph"], none, none, begin))
        for k in range(first, at):
            marker = markers[k]
            start = marker.start
            if marker.style.division or start in above:
                in_article = marker.style.kind == "article"
            piece = _marked(text, marker, markers[k + 1].start if k + 1 < at else end, in_article)
            if above:
                piece.above = start in above
            if line.block is not None and start == line.start:
                piece.level = _level(line)
                if piece.level and marker.style.id in mixed:
                    # ## 4. above the list 1., 2. below it
                    piece.rank, piece.style = piece.rank - 0.5, f"{piece.style} told"
            out.append(piece)
    kinds = {unit.kind for unit in out}
    if "decimal" in kinds:
        if "level3" in kinds:
            owners.set_apart(out)
        owners.level(out)
    counts.nest(text, out)
    if "bullet" in kinds:
        counts.indented(text, out)
        counts.below_bullets(text, out)
    headings.run_in(text, out, told)
    return out


def _marked(text: str, marker: Marker, stop: int, in_article: bool) -> Piece:
    """A marker with its heading and what ran in behind it, up to `stop`."""
    start, end, style, path = marker.start, marker.end, marker.style, marker.path
    if style.division and end < stop:
        colon = end + (text[end] in " \u3000" and text[end + 1 : end + 2] in ("：", ":"))  # 第二条 ：租金
        end = colon + 1 if text[colon] in "：:、．." else end
    elif end < stop and text[end] in "：:" and style.id == "step":
        end += 1  # Step 1: 准备材料
    kind, name = style.kind, style.id
    rank: float = style.rank
    if path and kind == "decimal":
        rank, name = rank + 0.1 * len(path), f"{name}-{len(path)}"
    listed = kind == "article" or (in_article and kind != "decimal")
    heading, body = headings.headed(text, kind, trimmed(text, end, stop), listed)
    return Piece(kind, start, rank, (start, end), heading, body, marker.number, marker.suffix, path, name)


def _levels(lines: Sequence[LogicalLine]) -> list[int]:
    """The levels of headings that the page's markup gives (h2: 2), each once, in order."""
    return sorted({x.block.level for x in lines if x.role == "heading" and x.block is not None and x.block.level > 0})


def _mixed(lines: Sequence[LogicalLine], markers: Sequence[Marker]) -> frozenset[str]:
    """The styles in which headings of the page's markup are numbered, and lists below them as well. Headings whose numbers
    a line between them goes on with are of one count with it."""
    told = {line.start for line in lines if line.block is not None and _level(line)}
    if not told:
        return frozenset()
    starts = {line.start for line in lines}
    others = Counter(m.style.id for m in markers if m.start in starts and m.start not in told)
    heads: dict[str, list[int]] = {}
    for m in markers:
        if m.start in told and not m.style.division and others[m.style.id] >= 2:
            heads.setdefault(m.style.id, []).append(m.number)
    return frozenset(
        style
        for style, numbers in heads.items()
        if len(numbers) >= 2 and all(two in (one + 1, 1) for one, two in pairwise(numbers))
    )


def _level(line: LogicalLine) -> int:
    """The level that the markup gives a line that it calls a heading."""
    return max(0, line.block.level) if line.block is not None and line.block.kind == "heading" else 0


def _depth(text: str, line: LogicalLine, levels: Sequence[int]) -> float:
    """What the markup adds to a heading's rank, so that <h3> stands below <h2>; less than what divides the kinds.

    A heading that the markup does not know as one is below those that it knows, unless any document may have it (结束语).
    """
    if not levels:
        return 0.0
    level = _level(line)
    if not level:
        level = levels[0] if unnumbered.stock(text, line.start, line.end) else 7
    return 0.05 * level


def _bare(unit: Piece) -> bool:
    """Whether of a numbered unit nothing is printed but the marker."""
    return unit.style != "" and not unit.heading_end and unit.body[0] == unit.body[1]


def _below(text: str, before: Piece, span: Span, listed: bool) -> bool:
    """Gives the text below a marker that stands alone on its line to that marker, as if it stood behind it."""
    if not before.style or before.heading_end or not before.open:
        return False
    before.heading, before.body = headings.headed(text, before.kind, span, listed)
    return True


def _asks(unit: Piece) -> None:
    """Makes all that a numbered unit says the question that heads the answer behind it."""
    begin = unit.heading[0] if unit.heading_end else unit.body[0]
    end = max(unit.heading[1], unit.body[1])
    if begin < end:
        unit.heading, unit.body = (begin, end), (end, end)


def _whole(text: str, line: LogicalLine, end: int) -> Piece:
    """The unit that a line with a role is, up to `end`."""
    kind, start = line.role, line.start
    assert kind is not None
    none, whole = (start, start), (start, end)
    piece = Piece(kind, start, RANK[kind], none, none, whole, opens=line.opens)
    if kind in ("title", "heading"):
        cut = letter.label(text, start, end) if kind == "heading" else start
        piece.heading, piece.body = ((start, cut), trimmed(text, cut, end)) if cut > start else (whole, (end, end))
        if kind == "title" and (named := _named(text, start, end)):
            close = end - (text[named - 1] in "\"'" and text[end - 1] == text[named - 1])
            piece.label, piece.heading, piece.body = trimmed(text, start, named), (named, close), (close, end)
    elif kind == "table":
        piece.cells = line.block.cells if line.block else ()
    elif kind == "attachment" and line.opens:
        piece.label, piece.heading, piece.body = whole, (end, end), (end, end)
        printed = _NUMBER.search(text, start, end)
        piece.number = numerals.value(printed[0]) if printed else None
    elif kind == "chapter":
        piece.heading, piece.body = whole, (end, end)
    elif kind in ("question", "answer"):
        asked = dialogue.ASKED.match(text, start, end)
        assert asked is not None
        piece.label = (start, start + len(asked[0].rstrip()))
        piece.number = numerals.value(asked[2]) if asked[2] else None
        heading, piece.body = (asked.end(), asked.end()), trimmed(text, asked.end(), end)
        if kind == "question" and piece.body[0] < piece.body[1]:
            heading, piece.body = piece.body, (end, end)  # what is asked heads the answer
        piece.heading = heading
    elif kind in ("lead", "bullet"):
        begin = start
        if kind == "bullet":
            begin = bullets.bullet(text, start, end)
            piece.label = (start, start + len(text[start:begin].rstrip()))
        first = leads.first_sentence(text, begin, end)
        piece.heading = (begin, first) if first else (begin, begin)
        piece.body = trimmed(text, first or begin, end)
    return piece


def _named(text: str, start: int, end: int) -> int:
    """Where a title begins in a line that says what it is (法规名称：…, title: "…"); 0 where the whole line is the title."""
    said = marked.TITLED if text[start] == "t" else cover.LABELLED if text[start] in "法题題论毕中设" else None
    found = said.match(text, start, end) if said is not None else None
    return found.end() if found else 0


def nodes(units: Iterable[Piece], text: str, closing: Container[int] = (), turns: Container[int] = ()) -> list[Node]:
    """Parents, own texts, identifiers and units for pieces in reading order. `closing`: where blocks begin that stand below
    no unit before them; `turns`: where blocks begin that stand below no numbered one."""
    kept = nested(text, list(units), closing, turns)
    ids = Identifiers()
    names: list[str] = []
    out: list[Node] = []
    component: str | None = None  # what the identifiers of a bundled document begin with
    # A component whose number is not printed is counted, by numbers that no printed attachment has.
    taken = {piece.number for piece in kept if piece.opens and piece.kind == "attachment"}
    bundled = 0
    for piece in kept:
        at, kind, path, suffix = piece.parent, piece.kind, piece.path, piece.suffix
        parent = kept[at] if at is not None else None
        number = piece.number
        if piece.opens and kind == "note":
            component = None
        elif piece.opens:
            if number is None:
                bundled = number = next(n for n in count(bundled + 1) if n not in taken)
            component = f"att_{number}"
        if kind == "attachment" and piece.opens:
            component = eid = ids.give(kind, None, number, None, None)
        else:
            above = names[at] if at is not None else component
            first = 2 if kind == "paragraph" and parent is not None and parent.kind != "attachment" else 1
            own = "-".join(path).lower() if path else piece.number
            eid = ids.give(kind, above, own, suffix, None if kind in _UNCOUNTED else first)
        names.append(eid)
        label, heading, body = piece.label, piece.heading, piece.body
        unit = _unit(piece, parent)
        named = kind, label, heading, body, at, eid, unit, piece.printed, suffix, piece.cells, path
        out.append(tuple.__new__(Node, named + _LATER))
    return out


# What later stages fill in. A call that gives names and defaults to each takes a third of this pass.
_LATER = tuple(Node._field_defaults[name] for name in Node._fields[11:])
_UNITS: dict[Kind, Unit] = {
    "title": "front", "preface": "front", "toc": "front", "docno": "front", "note": "front", "signature": "back", "attachment": "back",
    "part": "chapter", "subpart": "chapter", "chapter": "chapter", "section": "section",
}  # fmt: skip
_TOPS = frozenset({"level1", "heading", "formal"})
_MIDDLES = frozenset({"level2", "level3", "decimal"})


def _unit(piece: Piece, parent: Piece | None) -> Unit:
    if piece.kind in _TOPS:
        return "section" if parent is not None and parent.kind != "attachment" else "chapter"
    if piece.kind in _MIDDLES:
        return "section" if piece.numbered_children else "clause"
    return _UNITS.get(piece.kind, "clause")
