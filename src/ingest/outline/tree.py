"""From accepted markers and logical lines to nodes that tile the text: who encloses whom, and whose text is whose."""

from collections.abc import Container, Iterable, Sequence
from itertools import accumulate, count

from ingest.blocks import Node
from ingest.han import numerals
from ingest.models import Kind, Unit
from ingest.outline import counts, headings, leads, letter, unnumbered
from ingest.outline.candidates import Marker
from ingest.outline.counts import LISTS
from ingest.outline.identifiers import Identifiers
from ingest.outline.lines import COLONS, LogicalLine, signs
from ingest.outline.piece import Piece, Span, trimmed
from ingest.patterns import pattern

_NUMBER = pattern(rf"[\d{numerals.HAN}]+")
_UNCOUNTED = frozenset({"title", "preface", "toc", "docno", "note", "signature", "chapter"})
_RANK: dict[Kind, float] = {
    "title": -1, "preface": -1, "toc": -1, "docno": -1, "note": -1, "signature": -1, "attachment": -1,
    "chapter": 2, "article": 4, "heading": 4.5, "question": 5.5, "answer": 5.6, "lead": 20, "bullet": 21, "caption": 22, "table": 22, "paragraph": 30,
}  # fmt: skip


def pieces(text: str, lines: Sequence[LogicalLine], markers: Sequence[Marker], told: bool = False) -> list[Piece]:
    """Lines cut at markers, each marker with its heading and what ran in behind it. `told`: no sentence is a heading (judgments)."""
    out: list[Piece] = []
    at, in_article = 0, False
    levels = _levels(lines)
    above = counts.above_articles(markers, [line.start for line in lines if line.opens])
    for line in lines:
        first = at
        while at < len(markers) and markers[at].start < line.end:
            at += 1
        cuts = markers[first:at]
        if line.opens:
            in_article = False
        begin = (line.start, line.start)
        if not cuts or cuts[0].start > line.start:
            begin = trimmed(text, line.start, cuts[0].start if cuts else line.end)
        if line.role is not None:
            if line.role == "answer" and out and out[-1].style and out[-1].kind != "article":
                _asks(out[-1])
            out.append(_whole(text, line._replace(end=begin[1])))
            out[-1].back = line.role == "heading" and unnumbered.closing(text, *out[-1].heading)
            if line.role == "heading" and out[-1].rank == _RANK["heading"]:
                out[-1].rank += _depth(text, line, levels)
        elif begin[0] < begin[1] and not (out and _below(text, out[-1], begin, in_article)):
            none = (begin[0], begin[0])
            out.append(Piece("paragraph", begin[0], _RANK["paragraph"], none, none, begin))
        for k, (start, end, style, number, suffix, path) in enumerate(cuts, 1):
            if style.division or start in above:
                in_article = style.kind == "article"
            stop = cuts[k].start if k < len(cuts) else line.end
            if style.division and end < stop and text[end] in "：:、．.":
                end += 1
            listed = style.kind == "article" or (in_article and style.kind != "decimal")
            heading, body = headings.headed(text, style.kind, trimmed(text, end, stop), listed)
            rank = style.rank + (0.1 * len(path) if path and style.kind == "decimal" else 0.0)
            name = f"{style.id}-{len(path)}" if path and style.kind == "decimal" else style.id
            out.append(
                Piece(
                    style.kind,
                    start,
                    rank,
                    (start, end),
                    heading,
                    body,
                    number,
                    suffix,
                    path,
                    name,
                    above=start in above,
                )
            )
    counts.nest(text, out)
    counts.indented(text, out)
    counts.below_bullets(text, out)
    headings.run_in(text, out, told)
    return out


def _levels(lines: Sequence[LogicalLine]) -> list[int]:
    """The levels of headings that the page's markup gives (h2: 2), each once, in order."""
    return sorted({x.block.level for x in lines if x.role == "heading" and x.block is not None and x.block.level})


def _depth(text: str, line: LogicalLine, levels: Sequence[int]) -> float:
    """What the markup adds to a heading's rank, so that <h3> stands below <h2>; less than what divides the kinds.

    A heading that the markup does not know as one is below those that it knows, unless any document may have it (结束语).
    """
    if not levels:
        return 0.0
    level = line.block.level if line.block is not None else 0
    if not level:
        level = levels[0] if unnumbered.stock(text, line.start, line.end) else 7
    return 0.05 * level


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


def _whole(text: str, line: LogicalLine) -> Piece:
    kind, start, end = line.role, line.start, line.end
    assert kind is not None
    none, whole = (start, start), (start, end)
    piece = Piece(kind, start, _RANK[kind], none, none, whole, opens=line.opens)
    if kind in ("title", "heading"):
        cut = letter.label(text, start, end) if kind == "heading" else start
        piece.heading, piece.body = ((start, cut), trimmed(text, cut, end)) if cut > start else (whole, (end, end))
    elif kind == "table":
        piece.cells = line.block.cells if line.block else ()
    elif kind == "attachment" and line.opens:
        piece.label, piece.heading, piece.body = whole, (end, end), (end, end)
        printed = _NUMBER.search(text, start, end)
        piece.number = numerals.value(printed[0]) if printed else None
    elif kind == "chapter":
        piece.heading, piece.body = whole, (end, end)
    elif kind in ("question", "answer"):
        asked = unnumbered.ASKED.match(text, start, end)
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
            begin = unnumbered.bullet(text, start, end)
            piece.label = (start, start + len(text[start:begin].rstrip()))
        first = leads.first_sentence(text, begin, end)
        piece.heading = (begin, first) if first else (begin, begin)
        piece.body = trimmed(text, first or begin, end)
    return piece


def nodes(units: Iterable[Piece], text: str, closing: Container[int] = (), turns: Container[int] = ()) -> list[Node]:
    """Parents, own texts, identifiers and units for pieces in reading order. `closing`: where blocks begin that stand below
    no unit before them; `turns`: where blocks begin that stand below no numbered one."""
    kept = _nested(text, list(units), closing, turns)
    ids = Identifiers()
    names: list[str] = []
    out: list[Node] = []
    component: str | None = None  # what the identifiers of a bundled document begin with
    # A component whose number is not printed is counted, by numbers that no printed attachment has.
    taken = {piece.number for piece in kept if piece.kind == "attachment" and piece.opens}
    bundled = 0
    for piece in kept:
        parent = kept[piece.parent] if piece.parent is not None else None
        number: int | str | None = piece.number
        if piece.opens and piece.kind == "note":
            component = None
        elif piece.opens:
            if number is None:
                bundled = next(n for n in count(bundled + 1) if n not in taken)
                number = bundled
            component = f"att_{number}"
        above = names[piece.parent] if piece.parent is not None else component
        first = 2 if parent is not None and parent.kind != "attachment" and piece.kind == "paragraph" else 1
        if piece.kind == "attachment" and piece.opens:
            component = eid = ids.give(piece.kind, None, number, None, None)
        else:
            counted = piece.kind not in _UNCOUNTED and piece.kind != "attachment"
            number = "-".join(piece.path).lower() if piece.path else piece.number
            eid = ids.give(piece.kind, above, number, piece.suffix, first if counted else None)
        names.append(eid)
        unit = _unit(piece, parent)
        out.append(
            Node(
                piece.kind,
                piece.label,
                piece.heading,
                piece.body,
                piece.parent,
                eid,
                unit,
                piece.printed,
                piece.suffix,
                piece.cells,
                piece.path,
            )
        )
    return out


def _nested(text: str, units: list[Piece], closing: Container[int], turns: Container[int]) -> list[Piece]:
    """Gives every unit its parent; a block right behind a marker or heading becomes that unit's own text."""
    going_on, last = counts.going_on(units)
    enclosing = counts.headed(text, units)
    for piece in counts.items(units, going_on):
        piece.ends = True
    for i, piece in enumerate(units):
        if piece.kind == "heading":
            piece.encloses = i in enclosing
    kept: list[Piece] = []
    stack: list[tuple[int, int]] = []  # open units: index in `kept`, where their count goes on
    going: set[tuple[int | None, tuple[str, tuple[str, ...]]]] = set()  # counts of which a unit has further blocks
    base: int | None = None  # the attachment that everything belongs to
    fences = list(accumulate((piece.style != "" and piece.rank <= _RANK["article"] for piece in units), initial=0))
    # Lists that stand below items of an inner sign: whose items, and the list's sign.
    inverted: set[tuple[int | None, tuple[str, tuple[str, ...]], str]] = set()
    dotted: dict[str, tuple[int, int | None]] = {}  # by sign the last bullet at the margin, and what it is below
    for i, piece in enumerate(units):
        if piece.start in closing:
            stack.clear()
        elif piece.start in turns:
            while stack and kept[stack[-1][0]].number is not None:
                stack.pop()
        if piece.kind == "paragraph":
            if stack and stack[-1][0] == len(kept) - 1 and kept[-1].open and not _over(text, kept[-1], piece):
                kept[-1].body = piece.body
                continue
            home = _home(text, kept, _around(text, units, i, kept, stack), going, fences, i)
            if home is not None and not _in_quotation(text, kept[home], piece):
                going.add((kept[home].parent, kept[home].count))
            piece.parent = home if home is not None else base
        elif piece.rank < 0:
            stack.clear()
            if piece.opens:
                base = None
            piece.parent = base
        else:
            if piece.kind == "answer" and stack and stack[-1][0] == len(kept) - 1 and kept[-1].style:
                piece.rank = kept[-1].rank + 0.1  # it stands below its question, whatever counts that
            if piece.kind == "bullet" and piece.rank == _RANK["bullet"]:
                sign = text[slice(*piece.label)]
                if sign in dotted:
                    _behind(kept, stack, *dotted[sign])
            for depth, (_, goes_on) in enumerate(stack):
                if goes_on == i:  # the count of an open unit goes on here, whatever has been opened inside it
                    del stack[depth:]
                    break
            else:
                introducing = _above(kept) if _introduced(text, units, i) else set()
                while stack:
                    unit = kept[stack[-1][0]]
                    if (not introducing or stack[-1][0] in introducing) and (
                        (piece.kind == "heading" and _divided(text, kept, stack[-1][0], piece))
                        or _encloses(unit, stack[-1][1], piece, i, last[i], bool(introducing))
                        or (unit.parent, unit.count, piece.style) in inverted
                        or _listed(text, kept, stack, piece)
                    ):
                        break
                    stack.pop()
                if stack and piece.number == 1 and kept[stack[-1][0]].rank >= piece.rank:
                    unit = kept[stack[-1][0]]
                    inverted.add((unit.parent, unit.count, piece.style))
            piece.parent = stack[-1][0] if stack else base
            if piece.kind == "bullet" and piece.rank == _RANK["bullet"]:
                dotted[text[slice(*piece.label)]] = len(kept), piece.parent
            if stack and piece.number is not None:
                kept[stack[-1][0]].numbered_children = True
            if piece.kind == "heading" and piece.rank == _RANK["heading"]:
                piece.flat = any(kept[index].number is not None for index, _ in stack)
        kept.append(piece)
        if piece.kind == "attachment" and piece.opens:
            base = len(kept) - 1
        elif piece.holds or (piece.kind not in ("paragraph", "table", "caption", "bullet") and piece.rank >= 0):
            # What counts below an answer is below it until the next question.
            asked = stack[-1][1] if piece.kind == "answer" and stack else 0
            stack.append((len(kept) - 1, going_on[i] or asked))
    return kept


def _behind(kept: Sequence[Piece], stack: list[tuple[int, int]], before: int, parent: int | None) -> None:
    """Closes the list that stands between a bullet and the one of its sign before it: it goes on with what that one is below."""
    for depth, (index, goes_on) in enumerate(stack):
        unit = kept[index]
        if index > before and unit.kind in LISTS and not goes_on and unit.parent == parent and (unit.number or 0) > 1:
            del stack[depth:]
            return


def _around(
    text: str, units: Sequence[Piece], at: int, kept: Sequence[Piece], stack: Sequence[tuple[int, int]]
) -> Sequence[tuple[int, int]]:
    """The open units that a block can be below: one that ends in a colon and introduces a list is below no item of the list
    before it whose sign that list has."""
    end = units[at].body[1]
    if not stack or text[end - 1] not in COLONS:
        return stack
    first = at + 1
    while first < len(units) and units[first].kind == "paragraph" and first - at < 3:
        first += 1
    if first == len(units) or units[first].number != 1 or units[first].kind not in LISTS:
        return stack
    for depth, (index, goes_on) in enumerate(stack):
        if kept[index].style == units[first].style and not goes_on:
            return stack[:depth]
    return stack


def _over(text: str, unit: Piece, piece: Piece) -> bool:
    """Whether a block right behind a unit's heading is not its text: behind a lead, or where signatures begin."""
    return unit.kind == "lead" or (unit.number is not None and unit.kind != "article" and signs(text, *piece.body))


def _above(kept: Sequence[Piece]) -> set[int]:
    """The last unit and all that enclose it, by their numbers."""
    out: set[int] = set()
    at: int | None = len(kept) - 1
    while at is not None and at >= 0:
        out.add(at)
        at = kept[at].parent
    return out


def _introduced(text: str, units: Sequence[Piece], at: int) -> bool:
    """Whether a unit begins a list of clauses that a sentence ending in a colon opens: it belongs to what the sentence does."""
    piece = units[at]
    if piece.number != 1 or piece.kind not in LISTS or not at or not piece.body[0] < piece.body[1]:
        return False
    before = units[at - 1]
    end = max(before.body[1], before.heading[1], before.label[1])
    return text[end - 1] in COLONS and text[piece.body[1] - 1] in "；;，"


def _divided(text: str, kept: Sequence[Piece], at: int, piece: Piece) -> bool:
    """Whether a heading divides an open numbered unit, which has nothing else: it stands right behind that unit's heading, or one
    before it did."""
    unit = kept[at]
    if (
        piece.back
        or unit.kind not in ("level1", "formal")
        or not unit.heading_end
        or unnumbered.stock(text, *piece.heading)
    ):
        return False
    return unit.body[0] == unit.body[1] and (at == len(kept) - 1 or kept[at + 1].kind == "heading")


def _listed(text: str, kept: Sequence[Piece], stack: Sequence[tuple[int, int]], piece: Piece) -> bool:
    """Whether a list begins right behind an item of an article that ends in a colon: below that item, whatever its sign (1. 如下：
    before 一、)."""
    unit = kept[-1]
    return (
        stack[-1][0] == len(kept) - 1
        and piece.number == 1
        and piece.kind in LISTS
        and unit.kind in LISTS
        and unit.style != piece.style
        and text[max(unit.heading[1], unit.body[1]) - 1] in COLONS
        and any(kept[index].kind == "article" for index, _ in stack)
    )


def _encloses(unit: Piece, goes_on: int, piece: Piece, at: int, last: int, introduced: bool) -> bool:
    """Whether an open unit stays open: by rank; against rank where its own count goes on behind the whole of the other, where
    counts show it, or where a sentence of it has introduced the other."""
    if unit.above and piece.kind == "article":
        return True
    if introduced and unit.kind in LISTS and unit.style != piece.style:
        return True
    if piece.path is not None and len(piece.path) > 1 and piece.kind == "decimal":
        if unit.kind == "decimal" and unit.path is not None:
            return piece.path[: len(unit.path)] == unit.path
        if unit.number is not None and str(unit.number) == piece.path[0] and unit.kind != "letter":
            return True  # 1.1 below 1. or 第一章
    if piece.back and unit.number is not None:
        return goes_on > at
    if piece.kind == "heading" and unit.kind != "heading" and piece.rank < _RANK["heading"] + 0.4:
        return unit.rank < _RANK["article"] or goes_on > at
    if unit.flat and (piece.kind == "lead" or (piece.number is not None and not counts.outermost(piece))):
        return False
    if unit.kind == "heading" and counts.outermost(piece) and not unit.encloses:
        return False
    counts_on = unit.kind in LISTS or unit.kind == "answer"
    if piece.number == 1 and piece.kind in LISTS and counts_on and unit.style != piece.style:
        return unit.rank < piece.rank or goes_on > last
    return unit.rank < piece.rank


def _in_quotation(text: str, unit: Piece, piece: Piece) -> bool:
    """Whether a block goes on with what its unit quotes: then it says nothing of whether such units have further blocks."""
    if unit.kind not in LISTS or piece.start - unit.start > 3000:
        return False
    if text[piece.start] in "“「":
        return True
    return text.count("“", unit.start, piece.start) > text.count("”", unit.start, piece.start)


def _home(
    text: str,
    kept: list[Piece],
    stack: Sequence[tuple[int, int]],
    going: set[tuple[int | None, tuple[str, tuple[str, ...]]]],
    fences: Sequence[int],
    at: int,
) -> int | None:
    """The unit that an unmarked block belongs to: the list's introduction where a list of mere items has ended.

    An item without a heading that is the last of its count has further blocks only if one before it had, or if it says so.
    `fences`: how many articles and what encloses them begin before each unit; `at`: which one the block is.
    """
    for index, goes_on in reversed(stack):
        unit = kept[index]
        if unit.kind in ("lead", "bullet"):
            continue
        if unit.ends:
            continue
        mere = unit.heading[0] == unit.heading[1]
        if unit.rank > 4 and mere and any(kept[i].kind == "article" for i, _ in stack):
            if goes_on and (unit.kind == "decimal" or fences[goes_on] == fences[at]):
                return index  # 6.1 of a contract, before 6.2
            continue
        if (
            mere
            and not goes_on
            and unit.kind in LISTS
            and unit.body[0] < unit.body[1]
            and text[unit.body[1] - 1] in "。；;.！？）)"
            and (unit.parent, unit.count) not in going
        ):
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
            return "section" if parent is not None and parent.kind != "attachment" else "chapter"
        case "formal":
            return "section" if parent is not None and parent.kind != "attachment" else "chapter"
        case "level2" | "level3" | "decimal":
            return "section" if piece.numbered_children else "clause"
        case _:
            return "clause"
