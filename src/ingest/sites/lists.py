"""Pages that are lists: whether one is, and its rows."""

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser

from ingest.han import dates, width
from ingest.page.layout import Layout
from ingest.sites.sketch import Sketch, is_row, line_of, squashed
from ingest.sites.template import Template

_SIGNS = " \u3000\xa0·•●■◆-|>»/"
_BRACKETS = frozenset(zip("[【(（〔", "]】)）〕", strict=True))
_NEAR = 4
"""Lines below its title where an article has its day."""


def titled(layout: Layout) -> bool:
    """Whether a page prints what `<title>` says and below it a day, before any row of links: an article does."""
    stated, lines = squashed(layout.title), layout.lines
    if not stated:
        return False
    for n, line in enumerate(lines):
        if line.size < 6 or line.link * 2 > line.size or squashed(line.text) not in stated:
            continue
        for below in lines[n + 1 : n + _NEAR]:
            if is_row(below):
                break
            if below.size < 120 and dates.find(width.digits(below.text)):
                return True
    return False


def is_list(page: Sketch, template: Template, rows: Sequence[int]) -> bool:
    """Whether a page of a template of lists is one: most of what it has for itself is rows (lines `rows`), and a summary each.

    A section's page that holds a text or a table instead of a list has the same template, and so may a short text over
    a list of others: prose stands between the rows, one to each, or it is a text.
    """
    if len(rows) < 3 or titled(page.layout):
        return False
    lines = page.layout.lines
    prose: list[int] = []
    # What the page has for itself behind each row; 0: before the first.
    gaps = [0] * (len(rows) + 1)
    held = 0
    for n, (line, path) in enumerate(zip(lines, page.lines, strict=True)):
        chrome = template.chrome_at.get(path.id)
        if chrome and line_of(line.text) in chrome:
            continue
        behind = bisect(rows, n)
        if behind and rows[behind - 1] == n:
            held += line.size
            continue
        gaps[behind] += line.size
        if line.marks > 1 and line.size > 30 and line.link * 2 <= line.size and not chrome:
            prose.append(n)
    if any(b - a == 1 for a, b in pairwise(prose)):
        return False  # two paragraphs
    sizes = [lines[n].size for n in prose]
    beside = sum(size for n, size in zip(prose, sizes, strict=True) if not rows[0] < n < rows[-1] + 4)
    if len(prose) > 1.5 * len(rows) or max(sizes, default=0) >= 400 or beside * 3 > sum(sizes):
        return False
    # What stands in one place, and is longer than all rows, is a text or a table between menus.
    return max(gaps) <= held or 2 * max(gaps) <= sum(gaps)


def links(page: Sketch, template: Template, tree: LexborHTMLParser) -> list[tuple[int, str, str | None, str | None]]:
    """The rows of a list page: the line of each link, its title, the date beside it (ISO), its address as printed."""
    lines = page.layout.lines
    links = [n for n, line in enumerate(lines) if is_row(line)]
    # Rows of a list may come on several pages; a menu is the same on nearly all.
    menu = 0.7 * template.pages
    every, new = Counter(page.lines[n].id for n in links), Counter[int]()
    for n in links:
        path = page.lines[n].id
        new[path] += template.chrome_at.get(path, {}).get(line_of(lines[n].text), 0) < menu
    own = {path for path, count in every.items() if 2 * new[path] >= count}
    wanted = [n for n in links if page.lines[n].id in own]
    addresses: dict[str, list[str]] = {}
    for node in tree.css("a[href]"):
        addresses.setdefault(squashed(node.text()), []).append(node.attributes.get("href") or "")
    out = []
    for k, n in enumerate(wanted):
        text = lines[n].text
        day = dates.find(width.digits(text))
        name = text if day is None else _without(text, day.start, day.end)
        name = name.strip(_SIGNS)
        stop = wanted[k + 1] if k + 1 < len(wanted) else min(len(lines), n + 4)
        for m in range(n + 1, min(stop, n + 4)):
            day = day or dates.find(width.digits(lines[m].text))
        hrefs = addresses.get(squashed(name)) or addresses.get(squashed(text)) or []
        href = hrefs.pop(0) if hrefs else None
        if name:
            out.append((n, name, day.iso if day else None, href or None))
    return out


def _without(text: str, start: int, end: int) -> str:
    """A row without its date, and the brackets around that."""
    before, after = text[:start].rstrip(), text[end:].lstrip()
    if before and after and (before[-1], after[0]) in _BRACKETS:
        before, after = before[:-1], after[1:]
    return f"{before} {after}"
