"""What marks (`<h2>`, ##) say of the places of the units of a text: the headings that they show, and whether a unit stands below the one that
is above it on the page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Literal

from ingest.blocks import Node
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

_HASHES = pattern(r"(#{1,6})[ \t\u3000]")
_FEWEST = 3  # headings that marks show, from which on a text is divided by them
_SLIPS = 0.1  # how many units of a count may be marked otherwise than the rest, as a share
_COUNTED = frozenset({"part", "subpart", "chapter", "section", "article", "level1", "level2"})
_LISTED = frozenset({"bullet", "level1", "level2", "level3", "level4", "level5", "letter"})

Place = Literal["held", "told", "torn"]
"""`held`: a unit is a heading that marks show or stands right below one, or at the top where none is above it; `told`: it stands in another
unit, or may, below the heading that they show; `torn`: it stands elsewhere."""


def headings(text: str, lines: Sequence[LogicalLine], hashes: Mapping[int, int]) -> dict[int, int]:
    """The levels of the headings that marks show, by where they begin. `hashes`: those whose marks are blanks in the text."""
    out = dict(hashes)
    for line in lines:
        if line.block is not None and line.block.kind == "heading" and line.block.level > 0:
            out[line.start] = line.block.level
        elif text[line.start] == "#" and line.role is None and (found := _HASHES.match(text, line.start, line.end)):
            out[line.start] = len(found[1])
    return out


def divides(nodes: Sequence[Node], given: Mapping[int, int]) -> bool:
    """Whether marks say of most headings of a text that they are some."""
    if len(given) < _FEWEST:
        return False
    marked = sum(node.hull[0] in given for node in nodes)
    unmarked = sum(node.kind == "heading" and node.hull[0] not in given for node in nodes)
    return marked >= max(_FEWEST, 2 * unmarked) and not _at_random(nodes, given)


def _at_random(nodes: Sequence[Node], given: Mapping[int, int]) -> bool:
    """Whether marks stand before some units of a count and not before others, or set different counts alike: left over, they tell nothing."""
    marked = Counter(node.kind for node in nodes if node.kind in _COUNTED and node.hull[0] in given)
    every = Counter(node.kind for node in nodes if node.kind in _COUNTED)
    if any(min(marked[kind], every[kind] - marked[kind]) > _SLIPS * every[kind] for kind in marked):
        return True
    levels = Counter(
        (given[node.hull[0]], node.kind) for node in nodes if node.kind in _COUNTED and node.hull[0] in given
    )
    alike = Counter(level for (level, _), units in levels.items() if units > 1)
    return any(kinds > 1 for kinds in alike.values())


def places(text: str, nodes: Sequence[Node], given: Mapping[int, int], typed: bool) -> list[Place]:
    """What the headings that marks show say of the place of each unit. `typed`: the marks are Markdown's, where what is set in or follows
    a list without a blank line goes on with it."""
    given = _without_title(nodes, given)
    starts = sorted(given)
    out: list[Place] = []
    opened: list[tuple[int, int]] = []  # the headings that are open, by level and start
    nearest: list[int | None] = []  # of each unit, itself or the unit around it that marks show, where it begins
    at = 0
    for n, node in enumerate(nodes):
        begin = node.hull[0]
        while at < len(starts) and starts[at] < begin:
            opened = [*(one for one in opened if one[0] < given[starts[at]]), (given[starts[at]], starts[at])]
            at += 1
        if node.kind == "attachment":
            opened = []  # another text begins
        level = given.get(begin)
        above = nodes[node.parent] if node.parent is not None else None
        around = nearest[node.parent] if node.parent is not None else None
        nearest.append(begin if level is not None else around)
        if around != next((start for one, start in reversed(opened) if level is None or one < level), None):
            out.append("torn")
        elif above is not None and above.kind != "title" and above.hull[0] != around:
            out.append("told")
        else:
            goes_on = typed and level is None and n and _goes_on(text, nodes[n - 1], node)
            out.append("told" if goes_on else "held")
    return out


def _without_title(nodes: Sequence[Node], given: Mapping[int, int]) -> Mapping[int, int]:
    """The headings without the title, if it is above all others."""
    first = next((node.hull[0] for node in nodes if node.kind == "title" and node.hull[0] in given), None)
    if first is None or any(level <= given[first] for start, level in given.items() if start != first):
        return given
    return {start: level for start, level in given.items() if start != first}


def _goes_on(text: str, before: Node, node: Node) -> bool:
    """Whether a unit is set in by blanks, or a paragraph right behind an item of a list."""
    begin = node.hull[0]
    if begin >= 2 and not text[begin - 2 : begin].strip(" \t"):
        return True
    return node.kind == "paragraph" and before.kind in _LISTED and text.count("\n", before.hull[1], begin) < 2
