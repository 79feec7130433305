"""Entries: boxes alike in a row, each of which opens with a headline that leads elsewhere, or with a heading of its own and a day.

So a page shows other pages: the index of a blog, a feed, the results of a search, a shelf of goods. Summaries under headlines are
known one by one (`container.teasers`); this knows the row, also where the summary is long, stands before its headline, or has buttons and
counters around it.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ingest import labels
from ingest.han import dates, width
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.patterns import pattern

_LEAST = 5
_DATED = 3  # posts that each print their own day
_DAYS = 3
_FIGURES = pattern(r"\d+")
_AROUND = pattern(r"^\W+|\W+$")
_WORDS = 4  # characters from which on a link that is a line of its own can be a headline
_HEADLINE = 8
_TOLD = 20  # characters of a sentence below a short headline, more than that
_A_DAY = 14  # characters that a day takes, at most
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_TITLE = pattern(r"\b(?:title|tit|name|bt|biaoti)\b")
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
        held = sum(kept[box.last] - kept[box.first] for box in boxes)
        if held <= best.size:
            continue
        within = [layout.lines[box.first : box.last] for box in boxes]
        led = sum(1 for lines in within if _leads(layout, lines)) if len(boxes) >= _LEAST else 0
        if led < _LEAST or led * 5 < len(boxes) * 3:
            led = sum(1 for lines in within if _posted(lines))
            if led < _DATED or led * 5 < len(boxes) * 3:
                continue
        best = Entries(led, boxes[0].first, boxes[-1].last, held)
    return best


def shown(layout: Layout) -> int:
    """How many headlines of other pages are set as a list's: each a link that is a heading, or has a day and nothing else beside it, or opens
    one of several named boxes alike that hold more."""
    lines = layout.lines
    count = sum(1 for n in range(len(lines)) if _led(lines, n))
    rows = ([box for box in boxes if box.name and box.last - box.first > 1] for boxes in _rows(layout))
    opened = (sum(1 for box in row if lines[box.first].link >= _WORDS) for row in rows)
    return max(count, *(number for number in opened if number >= _DATED), 0)


def _led(lines: Sequence[VisibleLine], n: int) -> bool:
    """Whether line `n` is a headline in a list: a heading that leads elsewhere, or a link and a day, in one line (2019-08-14 东山渡口停航) or two."""
    line = lines[n]
    if line.link < _WORDS or line.file or line.size - line.link > _A_DAY:
        return False
    if line.tag in _HEADINGS or any(
        x.size <= 24 and is_day(x.text) for x in (*lines[max(0, n - 1) : n], *lines[n + 1 : n + 2])
    ):
        return True
    found = dates.find(width.digits(line.text)) if line.size < 120 else None
    return found is not None and (found.start == 0 or found.end == line.size)


def _posted(lines: Sequence[VisibleLine]) -> bool:
    """Whether a box has a heading among its first lines and says near its ends when it was published."""
    if len(lines) < 2 or not any(x.tag in _HEADINGS and not x.marks > 2 for x in lines[:4]):
        return False
    ends = (x for x in {*lines[:4], *lines[-2:]} if x.size <= 60 and any(map(str.isdecimal, x.text)))
    return any(fact.field == "published_on" for x in ends for fact in labels.read_line(x.spaced))


def days(layout: Layout, rules: Sequence[str | None], first: int) -> frozenset[int]:
    """Lines, three or more and set alike, each of which is a day and nothing else, and some the document's: those of items.

    From line `first` on: what stands right below a printed title is the page's own day, whatever follows. With an hour it is when a
    post was written, and the first post's is its page's.
    """
    found: dict[tuple[str, str, str, str], list[int]] = {}
    for n, line in enumerate(layout.lines):
        if n >= first and line.size <= 24 and is_day(line.text):
            box = layout.boxes[line.box]
            name = (box.attributes.get("class") or " ").split(" ")[-1]
            found.setdefault((line.tag, line.name, box.tag, name), []).append(n)
    return frozenset(n for alike in found.values() if _of_items([rules[n] for n in alike]) for n in alike)


def _of_items(rules: Sequence[str | None]) -> bool:
    """Whether days set alike are those of items: enough, and some of them the document's, be it that they read as its publish line."""
    return len(rules) >= _DAYS and rules.count(None) + rules.count("byline") > 1


def is_day(text: str) -> bool:
    """Whether a line is a day and nothing else."""
    if dates.SIGN.search(text) is None:
        return False
    text = width.digits(_AROUND.sub("", text))
    day = dates.find(text)
    return day is not None and (day.start, day.end) == (0, len(text))


def _rows(layout: Layout) -> list[list[Box]]:
    """Boxes of one tag and one name under one parent, and those of several parents that are alike side by side: shelves of goods."""
    alike: dict[tuple[int, str], list[Box]] = {}
    for box in layout.boxes[1:]:
        if box.first < box.last and box.tag not in _PLAIN:
            alike.setdefault((box.parent, box.tag), []).append(box)
    found: list[list[Box]] = []
    for boxes in alike.values():
        if len(boxes) < _DATED:
            continue
        rows: dict[str, list[Box]] = {}
        for box in boxes:
            names = (box.attributes.get("class") or "").split(None, 1)
            rows.setdefault(_numberless(names[0][:200]) if names else "", []).append(box)
        found += (row for row in rows.values() if len(row) >= _DATED)
    shelves: dict[tuple[int, str, str, str], list[list[Box]]] = {}
    for row in found:
        over = layout.boxes[row[0].parent]
        key = (over.parent, over.tag, _numberless(over.name[:200]), _numberless((row[0].name or "")[:200]))
        shelves.setdefault(key, []).append(row)
    found += [[box for row in rows for box in row] for rows in shelves.values() if len(rows) > 1]
    return sorted(found, key=lambda row: row[0].index)


@lru_cache(maxsize=8192)
def _numberless(name: str) -> str:
    """A class, whatever number it has."""
    return _FIGURES.sub("0", name)


def _titled(layout: Layout, lines: Sequence[VisibleLine]) -> bool:
    """Whether one of the first lines of an entry is a link in a box that is called a title, however short: 熊镇."""
    return any(
        line.link == line.size > 1 and not line.file and _TITLE.search(layout.boxes[line.box].name or line.name)
        for line in lines
    )


def _leads(layout: Layout, lines: Sequence[VisibleLine]) -> bool:
    """Whether an entry has a headline that leads elsewhere among its first lines, and text or counters beside it.

    A short one (渡口) needs a sentence of the text below it.
    """
    if len(lines) < 2:
        return False
    told = next((n for n, line in enumerate(lines) if line.marks and line.size > _TOLD and not line.link), 0)
    return any(_headline(line, _WORDS if n < told else _HEADLINE) for n, line in enumerate(lines[:4])) or _titled(
        layout, lines[:2]
    )


def _headline(line: VisibleLine, least: int) -> bool:
    """Whether a line is nothing but a link to another page, and of `least` characters, or set so, to be a headline."""
    if line.file or (line.idle and line.tag not in _HEADINGS) or line.link * 10 < line.size * 8:
        return False
    return line.link >= least or (line.tag in _HEADINGS and line.link >= _WORDS)
