"""Who encloses whom: each unit below the one that it stands in, each block with the unit whose text it is."""

from collections.abc import Container, Sequence
from itertools import accumulate

from ingest.outline import counts, unnumbered
from ingest.outline.counts import LISTS
from ingest.outline.lines import COLONS, signs
from ingest.outline.piece import RANK, Count, Piece


def nested(text: str, units: list[Piece], closing: Container[int], turns: Container[int]) -> list[Piece]:
    """Gives every unit its parent; a block right behind a marker or heading becomes that unit's own text."""
    going_on, last = counts.going_on(units)
    for piece in counts.items(units, going_on):
        piece.ends = True
    kinds = {piece.kind for piece in units}
    if "heading" in kinds:
        enclosing = counts.headed(text, units)
        for i, piece in enumerate(units):
            piece.encloses = piece.kind != "heading" or i in enclosing
    kept: list[Piece] = []
    stack: list[tuple[int, int]] = []  # open units: index in `kept`, where their count goes on
    going: set[tuple[int | None, Count]] = set()  # counts of which a unit has further blocks
    base: int | None = None  # the attachment that everything belongs to
    fences: Sequence[int] = ()
    if "article" in kinds:
        fences = list(accumulate((piece.style != "" and piece.rank <= RANK["article"] for piece in units), initial=0))
    # Lists that stand below items of an inner sign: whose items, and the list's sign.
    inverted: set[tuple[int | None, Count, str]] = set()
    dotted: dict[str, tuple[int, int | None]] = {}  # by sign the last bullet at the margin, and what it is below
    for i, piece in enumerate(units):
        kind, rank = piece.kind, piece.rank
        if piece.start in closing:
            stack.clear()
        elif piece.start in turns:
            while stack and kept[stack[-1][0]].number is not None:
                stack.pop()
        if kind == "paragraph":
            if text[piece.start] == "【":
                _beside(text, kept, stack)
            if stack and stack[-1][0] == len(kept) - 1 and kept[-1].open and not _over(text, kept[-1], piece):
                kept[-1].body = piece.body
                continue
            home = _home(text, kept, _around(text, units, i, kept, stack), going, fences, i)
            if home is not None and not _in_quotation(text, kept[home], piece):
                going.add((kept[home].parent, kept[home].count))
            piece.parent = home if home is not None else base
        elif rank < 0:
            stack.clear()
            if piece.opens:
                base = None
            piece.parent = base
        else:
            if kind == "answer" and stack and stack[-1][0] == len(kept) - 1 and kept[-1].style:
                rank = piece.rank = kept[-1].rank + 0.1  # it stands below its question, whatever counts that
            sign = counts.sign(text, piece) if kind == "bullet" and rank == RANK["bullet"] else None
            if sign in dotted:
                _behind(kept, stack, *dotted[sign])
            for depth, (_, goes_on) in enumerate(stack):
                if goes_on == i:  # the count of an open unit goes on here, whatever has been opened inside it
                    del stack[depth:]
                    break
            else:
                introducing = _above(kept) if piece.number == 1 and _introduced(text, units, i) else set()
                while stack:
                    unit = kept[stack[-1][0]]
                    if (not introducing or stack[-1][0] in introducing) and (
                        (kind == "heading" and _divides(text, kept, stack, piece, i))
                        or _encloses(unit, stack[-1][1], piece, i, last[i], bool(introducing))
                        or (inverted and (unit.parent, unit.count, piece.style) in inverted)
                        or _listed(text, kept, stack, piece)
                    ):
                        break
                    stack.pop()
                if stack and piece.number == 1 and kept[stack[-1][0]].rank >= rank:
                    unit = kept[stack[-1][0]]
                    inverted.add((unit.parent, unit.count, piece.style))
            piece.parent = stack[-1][0] if stack else base
            if sign is not None:
                dotted[sign] = len(kept), piece.parent
            if stack and piece.number is not None:
                kept[stack[-1][0]].numbered_children = True
            if kind == "heading" and rank == RANK["heading"]:
                piece.flat = any(kept[index].number is not None for index, _ in stack)
        kept.append(piece)
        if kind == "attachment" and piece.opens:
            base = len(kept) - 1
        elif piece.holds or (rank >= 0 and kind not in ("paragraph", "table", "caption", "bullet")):
            # What counts below an answer is below it until the next question.
            asked = stack[-1][1] if kind == "answer" and stack else 0
            stack.append((len(kept) - 1, going_on[i] or asked))
    return kept


def _beside(text: str, kept: Sequence[Piece], stack: list[tuple[int, int]]) -> None:
    """Closes a heading in brackets (【注意事项】) before a paragraph that begins with one (【贮藏】密封。): they are of one row."""
    for depth, (index, _) in enumerate(stack):
        if kept[index].kind == "heading" and text[kept[index].start] == "【" and not kept[index].level:
            del stack[depth:]
            return


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
    """Whether the first of a count begins a list of clauses that a sentence ending in a colon opens: it belongs to what the sentence does."""
    piece = units[at]
    if piece.kind not in LISTS or not at or not piece.body[0] < piece.body[1]:
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
        or unit.kind not in ("level1", "formal", "level2")
        or not unit.heading_end
        or unnumbered.stock(text, *piece.heading)
    ):
        return False
    return unit.body[0] == unit.body[1] and (at == len(kept) - 1 or kept[at + 1].kind == "heading")


def _divides(text: str, kept: Sequence[Piece], stack: Sequence[tuple[int, int]], piece: Piece, at: int) -> bool:
    """Whether a heading divides the open unit. One that the markup knows divides none that it does not."""
    unit = kept[stack[-1][0]]
    if piece.level and not 0 < unit.level <= piece.level:
        return False
    if _divided(text, kept, stack[-1][0], piece):
        return True
    return not (piece.level and unit.level == piece.level) and _between(text, kept, stack, piece, at)


def _between(text: str, kept: Sequence[Piece], stack: Sequence[tuple[int, int]], piece: Piece, at: int) -> bool:
    """Whether a heading without a number stands in the last of the sections of one (2.3, before 3): it divides that section's text."""
    unit = kept[stack[-1][0]]
    if piece.back or unit.kind != "decimal" or not unit.heading_end or unnumbered.stock(text, *piece.heading):
        return False
    return any(kept[index].kind == "decimal" and goes_on > at for index, goes_on in stack[:-1])


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
        and counts.colon(text, unit)
        and any(kept[index].kind == "article" for index, _ in stack)
    )


def _encloses(unit: Piece, goes_on: int, piece: Piece, at: int, last: int, introduced: bool) -> bool:
    """Whether an open unit stays open: by the levels of the markup, by rank; against rank where its own count goes on behind the
    whole of the other, where counts show it, or where a sentence of it has introduced the other."""
    if piece.level and (unit.kind == "heading" or piece.kind == "heading"):
        if unit.level:
            return unit.level < piece.level
        if unit.kind in LISTS:
            return False
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
    if piece.kind == "heading" and unit.kind != "heading" and piece.rank < RANK["heading"] + 0.4:
        return unit.rank < RANK["article"] or goes_on > at
    if unit.flat and (
        piece.kind == "lead"
        or (piece.number is not None and piece.kind not in counts.ITEMS and not counts.outermost(piece))
    ):
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
    going: set[tuple[int | None, Count]],
    fences: Sequence[int],
    at: int,
) -> int | None:
    """The unit that an unmarked block belongs to: the list's introduction where a list of mere items has ended.

    An item without a heading that is the last of its count has further blocks only if one before it had, or if it says so.
    `fences`: how many articles and what encloses them begin before each unit, where there are articles; `at`: which one the block is.
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
