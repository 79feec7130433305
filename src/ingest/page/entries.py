"""Entries: boxes alike in a row, each of which opens with a headline that leads elsewhere.

So a page shows other pages: the index of a blog, a feed, the results of a search, a shelf of goods. Summaries under headlines are
known one by one (`container.teasers`); this knows the row, also where the summary is long, stands before its headline, or has buttons and
counters around it.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ingest.han import dates, width
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.patterns import pattern

_LEAST = 5
_DAYS = 3
_FIGURES = pattern(r"\d+")
_WORDS = 4  # characters from which on a link that is a line of its own can be a headline
_HEADLINE = 8
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_PLAIN = frozenset(("td", "th", "p", "span"))


class Entries(NamedTuple):
    """How many entries there are, the lines [first, last) of their boxes, and how many characters the document keeps of them."""

    number: int
    first: int
    last: int
    size: int


NONE = Entries(0, 0, 0, 0)


def find(layout: Layout, rules: Sequence[str | None]) -> Entries:
    """The row of entries that holds most of what `rules` keep; `NONE` where there is none."""
    sizes = (0 if rule else line.size for line, rule in zip(layout.lines, rules, strict=True))
    kept = list(accumulate(sizes, initial=0))
    best = NONE
    for boxes in _rows(layout):
        led = sum(1 for box in boxes if _leads(layout.lines[box.first : box.last]))
        held = sum(kept[box.last] - kept[box.first] for box in boxes)
        if led >= _LEAST and led * 5 >= len(boxes) * 3 and held > best.size:
            best = Entries(led, boxes[0].first, boxes[-1].last, held)
    return best


def days(layout: Layout, rules: Sequence[str | None], first: int) -> frozenset[int]:
    """Lines, three or more and set alike, each of which is a day and nothing else, and some the document's: those of items.

    From line `first` on: what stands right below a printed title is the page's own day, whatever follows. With an hour it is when a
    post was written, and the first post's is its page's.
    """
    found: dict[tuple[str, str, str, str], list[int]] = {}
    for n, line in enumerate(layout.lines):
        if n >= first and line.size <= 24 and _day(line.text):
            box = layout.boxes[line.box]
            name = (box.attributes.get("class") or " ").split(" ")[-1]
            found.setdefault((line.tag, line.name, box.tag, name), []).append(n)
    return frozenset(n for alike in found.values() if _of_items([rules[n] for n in alike]) for n in alike)


def _of_items(rules: Sequence[str | None]) -> bool:
    """Whether days set alike are those of items: enough, and some of them the document's."""
    return len(rules) >= _DAYS and rules.count(None) > 1


def _day(text: str) -> bool:
    if dates.SIGN.search(text) is None:
        return False
    text = width.digits(text.strip(" ()（）[]【】"))
    day = dates.find(text)
    return day is not None and (day.start, day.end) == (0, len(text))


def _rows(layout: Layout) -> list[list[Box]]:
    """Boxes of one tag and one name under one parent."""
    rows: dict[tuple[int, str, str], list[Box]] = {}
    for box in layout.boxes[1:]:
        if box.first < box.last and box.tag not in _PLAIN:
            names = (box.attributes.get("class") or "").split(None, 1)
            rows.setdefault((box.parent, box.tag, _numberless(names[0][:200]) if names else ""), []).append(box)
    return [boxes for boxes in rows.values() if len(boxes) >= _LEAST]


@lru_cache(maxsize=8192)
def _numberless(name: str) -> str:
    """A class, whatever number it has."""
    return _FIGURES.sub("0", name)


def _leads(lines: Sequence[VisibleLine]) -> bool:
    """Whether an entry has a headline that leads elsewhere among its first lines, and text or counters beside it."""
    if len(lines) < 2:
        return False
    return any(_headline(line) for line in lines[:4])


def _headline(line: VisibleLine) -> bool:
    """Whether a line is nothing but a link to another page, and long enough, or set so, to be a headline."""
    if line.file or line.idle or line.link * 10 < line.size * 8:
        return False
    return line.link >= _HEADLINE or (line.tag in _HEADINGS and line.link >= _WORDS)
