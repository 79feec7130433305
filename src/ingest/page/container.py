"""Which lines of a page are its document.

Every line is weighed: prose for, links against, and what stands before the title or after 相关阅读 counts little. The box
with the greatest sum is the document's: taking in a navigation bar costs, leaving a paragraph out costs. Boxes known by
name (what content systems call their article: anchors.tsv) win over the sum when they hold prose at all.

Decided against scores that fade with depth (readability): they choose a table of contents' cell on pages laid out with
nested tables, and a list of teasers over a short article. Decided against learnt weights: a rule can be read.
"""

import re
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ingest import rules
from ingest.page import edges, furniture, inside, reach
from ingest.page.furniture import ASIDE, Cut, linkish
from ingest.page.layout import Box, Layout

_HEADLINE = 8  # characters from which on a link's words are a headline and no name
_WRITTEN = ("p", "pre", "blockquote")


class Choice(NamedTuple):
    """The document's lines [first, last), how they were found (an anchor's id, or density), and what to cut out."""

    first: int
    last: int
    by: str
    prose: float
    cuts: list[Cut]
    sure: bool = False  # by the name of a box that is never anything else
    dense: tuple[int, int] = (0, 0)  # what would have been chosen by the sums alone, whatever boxes are called


TABLE = rules.Table("ingest.page", "anchors.tsv", ("id", "sure", "where", "pattern", "example", "lookalike"))


class _Anchor(NamedTuple):
    id: str
    sure: bool
    first: bool
    where: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _anchors() -> tuple[_Anchor, ...]:
    made = []
    for row in TABLE.rows():
        sure, where = row.one_of("sure", ("sure", "first", "likely")), row.one_of("where", ("id", "class", "itemprop"))
        made.append(_Anchor(row["id"], sure != "likely", sure == "first", where, row.expression("pattern", re.I)))
    return tuple(made)


@lru_cache(maxsize=8192)
def _anchor_of(where: str, name: str) -> _Anchor | None:
    """The anchor that `name`, an id or one class, is."""
    return next((a for a in _anchors() if a.where == where and a.pattern.fullmatch(name)), None)


def anchored(box: Box) -> _Anchor | None:
    """The anchor that this box is, None when its names say nothing."""
    attributes = box.attributes
    found = None
    if attributes:
        if name := attributes.get("id"):
            found = _anchor_of("id", name)
        if not found and (name := attributes.get("class")):
            for one in name[:300].split():
                hit = _anchor_of("class", one)
                if hit and (not found or hit.sure > found.sure):
                    found = hit
        if not found and (name := attributes.get("itemprop")):
            found = _anchor_of("itemprop", name)
    return found


def _asides(layout: Layout, title_line: int | None) -> list[bool]:
    """For each box whether it stands beside the document by its tag or name.

    Not when it holds the title; where none is known, not when it holds most of the page.
    """
    boxes = layout.boxes
    marks = list(accumulate((line.marks if line.size > 15 else 0 for line in layout.lines), initial=0))
    aside = [False] * len(boxes)
    for box in boxes[1:]:
        if aside[box.parent]:
            aside[box.index] = True
        elif box.tag in ASIDE or furniture.called(box) == 2:
            held = marks[box.last] - marks[box.first]
            if title_line is not None and box.tag != "form":
                aside[box.index] = not box.first <= title_line < box.last
                # Comments on nothing that the page holds are what it holds.
                if held * 10 > marks[-1] * 8 and furniture.commented(box) and marks[-1] - held < 4:
                    aside[box.index] = False
            else:
                aside[box.index] = (marks[box.last] - marks[box.first]) * 2 <= marks[-1]
    return aside


def weights(layout: Layout, title_line: int | None) -> list[float]:
    """For each line how much it speaks for the document: prose for, links against."""
    aside = _asides(layout, title_line)
    count = len(layout.lines)
    out = []
    seen = 0.0
    factor = 1.0
    for n, line in enumerate(layout.lines):
        size = line.size
        if n == title_line:
            seen = 0.0
            factor = 1.0
        plain = size - line.link
        if line.link and linkish(line):
            value = 0.0 if line.file or furniture.printed(line) else -5.0 - 0.5 * size
        elif size < 200 and n * 3 > count and furniture.holds("foot", line.text):
            value = -10.0
        elif line.marks and size > 8:
            value = plain + 10.0 * min(line.marks, size / 10)
            if n in layout.teasers:
                value = 0.0
            elif aside[line.box]:
                value *= 0.1
        else:
            value = plain * 0.2
            if factor == 1.0 and size <= 40 and seen > 60 and furniture.says("over", line.text):
                factor = 0.2
        if value > 0:
            if title_line is not None and n < title_line:
                value *= 0.1
            else:
                seen += value
            value *= factor
        out.append(value)
    return out


def teasers(layout: Layout) -> frozenset[int]:
    """The lines that are summaries under linked headlines: both stand in one small box, and there are several such boxes."""
    found: dict[tuple[int, str], list[int]] = {}
    linked = -9
    for n, line in enumerate(layout.lines):
        if line.link and linkish(line):
            linked = n
            continue
        # Most lines are neither prose nor near a link.
        box = _teaser(layout, n) if line.marks and 8 < line.size <= 800 and n - linked < 3 else None
        if box is not None:
            around = layout.boxes[box.parent]
            # Rows and items of one list that are of one class.
            alike = box.attributes.get("class") or box.tag
            key = (around.parent if around.tag in ("tr", "li") else around.index, alike)
            found.setdefault(key, []).append(n)
    return frozenset(n for numbers in found.values() if len(numbers) > 2 for n in numbers)


def _teaser(layout: Layout, n: int) -> Box | None:
    """The small box in which line `n` stands under a linked headline."""
    lines, boxes = layout.lines, layout.boxes
    line = lines[n]
    linked = n - 1 if linkish(lines[n - 1]) else n - 2
    if linked < 0 or lines[linked].link < _HEADLINE or not (linked == n - 1 or linkish(lines[linked])):
        return None  # none, or a name: who wrote a post
    box = boxes[line.box]
    while box.parent >= 0 and box.last - box.first <= 5:
        if box.first <= linked:
            return box
        box = boxes[box.parent]
    return None


def choose(layout: Layout, title: tuple[int, int] | None) -> Choice:
    """The lines that are the document; `title` is where its heading stands."""
    boxes = layout.boxes
    weight = weights(layout, title[0] if title else None)
    sums = list(accumulate(weight, initial=0.0))
    passed = _passed_over(layout, title)
    best, top = boxes[0], sums[-1]
    anchors: list[tuple[float, Box, _Anchor]] = []
    for box in boxes:
        if box.first == box.last:
            continue
        held = sums[box.last] - sums[box.first]
        value = held - passed[box.first]
        # An inner box with (nearly) the same sum is the better one: it leaves out what says nothing.
        if value > top or (value > 0.97 * top and box.first >= best.first and box.last <= best.last):
            best, top = box, max(top, value)
        if held > 20 and box.attributes and (anchor := anchored(box)):
            anchors.append((held, box, anchor))
    if top <= 0 and title:
        best = reach.below(layout, title) or best
    by = "density"
    sure = False
    dense = best.first, best.last
    gaps: list[Cut] = []
    for held, box, anchor in sorted(anchors, key=lambda a: (-a[2].sure, -a[0])):
        if (anchor.sure and held > 0.02 * top) or held > 0.5 * top:
            best, by, sure = box, anchor.id, anchor.sure
            if anchor.first:
                best = next(b for _, b, a in anchors if a is anchor)
            elif anchor.sure:
                best, gaps = reach.together(layout, box, [b for _, b, a in anchors if a is anchor], weight)
            break
    if by == "density":
        best = reach.with_heads(layout, best, title)
    return _chosen(layout, best, by, weight, title, gaps)._replace(sure=sure, dense=dense)


def _passed_over(layout: Layout, title: tuple[int, int] | None) -> list[int]:
    """For each line how much text of its own a box that begins there would leave between the title and itself."""
    if title is None:
        return [0] * (len(layout.lines) + 1)
    own = (0 if n < title[1] or (x.link and linkish(x)) else x.size - x.link for n, x in enumerate(layout.lines))
    return list(accumulate(own, initial=0))


def _chosen(
    layout: Layout, best: Box, by: str, weight: list[float], title: tuple[int, int] | None, gaps: list[Cut]
) -> Choice:
    """The choice of a box, and what to cut out of it."""
    prose = [w if w > 0 else 0.0 for w in weight]
    last = inside.before_comments(layout, best, weight)
    cuts = gaps + inside.furnishings(layout, best, last, prose, title, gaps)
    for cut in cuts:
        prose[cut.first : cut.last] = [0.0] * (cut.last - cut.first)
    cuts += inside.beside(layout, best, last, prose, title, cuts)
    cuts += edges.loose_links(layout, best.first, last, cuts, title)
    cuts += edges.repeated(layout, best.first, last, cuts)
    cuts += edges.buttons(layout, best.first, last, cuts, title)
    cuts += edges.counters(layout, best.first, last, cuts, title)
    cuts += inside.orphans(layout, best.first, last, cuts, title)
    cuts += edges.shortened(layout, best.first, last, cuts, title)
    cuts += edges.places(layout, best.first, last)
    cuts += edges.pairs(layout, best.first, last, title)
    if last == best.last:
        last = reach.with_files(layout, last)
    return Choice(best.first, last, by, sum(prose[best.first : last]), sorted(cuts))


def again(layout: Layout, title: tuple[int, int] | None) -> Choice:
    """The lines that are the document by another way: the box with the most punctuated prose, whatever it is called.

    No names, no anchors, and a link weighs no more than any other line that is no prose.
    """
    weight = _punctuated(layout)
    box = _heaviest(layout, weight)
    return _chosen(layout, box, "prose", weight, title, [])


def of_verse(layout: Layout, title: tuple[int, int] | None) -> Choice:
    """The lines that are the document where none of it is punctuated: the box with the most lines that are no links, below the headline.

    Lines that a paragraph holds, or a line break divides, are written; those with a box of their own are labels, as a rule.
    """
    aside = _asides(layout, title[0] if title else None)
    weight = []
    for n, line in enumerate(layout.lines):
        if (title and n < title[1]) or aside[line.box] or furniture.holds("foot", line.text):
            weight.append(-20.0)
        elif line.link:
            weight.append(-10.0 - line.size)
        else:
            weight.append(line.size if _written(layout, n) else line.size * 0.1)
    box = _heaviest(layout, weight)
    return _chosen(layout, box, "verse", weight, title, [])


def _written(layout: Layout, n: int) -> bool:
    """Whether line `n` stands in a paragraph or is divided from its neighbour by a line break: no label in a box of its own."""
    lines, line = layout.lines, layout.lines[n]
    return line.tag in _WRITTEN or any(0 <= m < len(lines) and lines[m].unit == line.unit for m in (n - 1, n + 1))


def by_punctuation(layout: Layout) -> tuple[int, int]:
    """The lines [first, last) of the box with the most punctuated prose."""
    box = _heaviest(layout, _punctuated(layout))
    return box.first, box.last


def _punctuated(layout: Layout) -> list[float]:
    """For each line its weight by punctuated prose alone."""
    weight = []
    comments = [False] * len(layout.boxes)
    for box in layout.boxes[1:]:
        comments[box.index] = comments[box.parent] or furniture.commented(box) or box.tag in ("nav", "footer")
    for n, line in enumerate(layout.lines):
        plain = line.size - line.link
        if n in layout.teasers:
            weight.append(0.0)
        elif line.size < 200 and n * 3 > len(layout.lines) and furniture.holds("foot", line.text):
            weight.append(-6.0)
        elif line.marks and line.size > 15 and not (line.link and linkish(line)):
            value = plain + 10.0 * min(line.marks, line.size / 10)
            weight.append(value * 0.05 if comments[line.box] else value)
        else:
            weight.append(-6.0)
    return weight


def _heaviest(layout: Layout, weight: list[float]) -> Box:
    """The innermost box with about the greatest sum."""
    sums = list(accumulate(weight, initial=0.0))
    best, top = layout.boxes[0], sums[-1]
    for box in layout.boxes:
        value = sums[box.last] - sums[box.first]
        if value > top or (value > 0.97 * top and box.first >= best.first and box.last <= best.last):
            best, top = box, max(top, value)
    return best
