"""HTML to a page: the walk's lines as page text, and which of them are the document."""

import re
from collections import Counter
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from ingest import labels
from ingest.blocks import Block, BlockKind, Fact, Page, Strip
from ingest.config import Config
from ingest.errors import Rejected
from ingest.page import (
    certainty,
    container,
    element,
    facts,
    furniture,
    guard,
    meta,
    posts,
    repeats,
    tables,
    titles,
    verdict,
)
from ingest.page.layout import Layout, Line
from ingest.page.neighbours import STRIP, Neighbours, Told
from ingest.page.walk import walk

_PAGED = re.compile(
    r"第\s*1\s*页\W{0,3}共\s*(?:[2-9]|\d\d)\s*页|(?:[\[【(]?\b\d{1,2}[\]】)]?\s*){2,}(?:下一页|下页|后页)|^\W*下一页\W*$"
)
_NEAR = 53  # rank of the date that a page prints beside its title, at most
_KINDS: dict[str, BlockKind] = {"li": "item", "caption": "caption", "figcaption": "caption"}
_LINES = 6
_KINDS.update((f"h{n}", "heading") for n in range(1, 7))


def layout(text: str, config: Config) -> Layout | None:
    """What HTML source shows, line by line; None where that is nothing."""
    guard.check(text, config.limits)
    found, _ = tables.gather(walk(LexborHTMLParser(text), config.limits))
    return found if found.lines else None


def read(text: str, url: str | None, config: Config, neighbours: Neighbours | None = None) -> Page:
    """The page in HTML source `text`; `neighbours` know what other pages of its site have in common with it."""
    guard.check(text, config.limits)
    tree = LexborHTMLParser(text)
    layout, grids = tables.gather(walk(tree, config.limits))
    if not layout.lines:
        raise Rejected("page", "no_content", verdict.empty(layout))
    _place(layout)
    head, author = meta.read(tree, url)
    told = neighbours(layout, tree) if neighbours else None
    stated = _stated(layout, [f.value for f in head if f.field == "title"], told)
    said_names = [x.text for x in layout.lines if 1 < x.size <= 20 and furniture.linkish(x)]
    said_names += [f.value for f in head if f.rule in ("meta:og:site_name", "meta:sitename")]
    layout = layout._replace(names=element.names_of_site(layout.title, said_names), teasers=container.teasers(layout))
    slot = titles.Title(*told.title, not told.silent) if told and told.title else None
    choice, title, rules = _read(layout, stated, grids, slot)
    if told:
        rules = told.applied(layout, rules, (title.first, title.last) if title else None, grids)
    thread = posts.find(layout, title, rules) if told is None else None
    if thread:
        rules = posts.rules(thread, rules, title)
    near = [*facts.near(layout, choice, title), *(posts.facts(layout, thread) if thread else ())]
    dated = any(f.field == "published_on" and f.rank <= _NEAR for f in near)
    found = told.listing if told and told.listing else verdict.found(layout, rules, title, dated)
    if found:
        raise Rejected("page", "no_content", found, rows=told.rows if told else {})
    said = [f.at(*layout.lines[n].place) for grid in grids for n, f in grid.facts]
    said += near
    said += facts.signed(layout, author)
    site = element.site(layout.title)
    if site:
        said.append(Fact("publisher", site, "title-suffix", 70).at(0, len(layout.title)))
    said += [*told.facts, *facts.titled(layout, None if slot else title)] if told else facts.titled(layout, title)
    page = _assembled(layout, rules, title, grids, told)
    seen = verdict.weigh(layout, rules, title, dated)
    doubts = verdict.flags(seen)
    agreed = certainty.agreement(layout, choice, rules, container.by_punctuation(layout))
    return page._replace(
        flags=(*_flags(layout, choice), *doubts),
        facts=(*head, *said),
        posts=posts.further(layout, thread) if thread else (),
        certainty="likely" if thread and not doubts else certainty.of(seen, doubts, agreed, choice.sure),
        site_template=told.template if told else None,
    )


def _stated(layout: Layout, head: list[str], told: Told | None) -> list[str]:
    """What the page states its title to be; of `<title>` what its neighbours do not have as well."""
    if told is None:
        return [layout.title, *head]
    if told.silent:
        return [text for text in head if text.strip() != layout.title]
    return [layout.title[slice(*told.element)] if told.element else layout.title, *head]


class _Reading(NamedTuple):
    """The lines that are the document, its title, and for each line the rule that takes it out (None: it stays)."""

    choice: container.Choice
    title: titles.Title | None
    rules: list[str | None]


def _read(layout: Layout, stated: list[str], grids: list[tables.Table], slot: titles.Title | None) -> _Reading:
    """The document of a page; a second opinion is asked where the first is doubtful, and the better one taken.

    `slot` is the title where its place in the template of the site is known.
    """
    printed = slot or titles.find(layout, stated)
    if printed and not slot and titles.below(layout, printed):
        printed = None  # in a side column, or below the text: no headline
    span = (printed.first, printed.last) if printed else None
    first = _around(layout, container.choose(layout, span), printed, grids, slot)
    inside, outside = verdict.prose(layout, first.rules)
    doubt = verdict.found(layout, first.rules, first.title)
    if not doubt and (outside < 300 or outside < inside):
        return first
    second = _around(layout, container.again(layout, span), printed, grids, slot)
    gained = verdict.prose(layout, second.rules)[0] - inside
    if doubt:
        return second if gained > 0 and not verdict.found(layout, second.rules, second.title) else first
    if gained <= inside + 300 or (first.choice.sure and inside > 100):
        return first
    # Under a headline that the page agrees on, another text is another document.
    wider = second.choice.first <= first.choice.first and first.choice.last <= second.choice.last
    return second if wider or inside < 60 or not (printed and printed.agrees) else first


def _around(
    layout: Layout,
    choice: container.Choice,
    title: titles.Title | None,
    grids: list[tables.Table],
    slot: titles.Title | None,
) -> _Reading:
    """What a choice of lines makes of the page: the title near it, and the rules."""
    if title is None:
        title = titles.above(layout, choice.first, choice.last)
    elif not slot and element.bare(layout.title):
        title = titles.displaced(layout, title, choice.first, choice.last)
    title = titles.whole(layout, title) if title else None
    return _Reading(choice, title, _rules(layout, choice, title, grids))


def _place(layout: Layout) -> None:
    """Say of each line where it begins in the page text: behind `<title>`, a line break behind the line before."""
    at = len(layout.title) + 1 if layout.title else 0
    for line in layout.lines:
        line.start = at
        at += line.size + 1


def _second_line(line: Line) -> bool:
    """Whether a line between the title and the text is a subtitle or a standfirst."""
    if line.link or labels.read_line(line.spaced):
        return False
    return line.text.startswith(("—", "――", "--")) or (line.marks > 0 and line.size > 20)


def _flags(layout: Layout, choice: container.Choice) -> tuple[str, ...]:
    """Quality warnings: the text goes on on another page."""
    around = layout.lines[max(choice.first, choice.last - 6) : choice.last + 8]
    return ("paginated",) if any("页" in x.text and x.size < 120 and _PAGED.search(x.spaced) for x in around) else ()


def _rules(
    layout: Layout, choice: container.Choice, title: titles.Title | None, grids: list[tables.Table]
) -> list[str | None]:
    """For each line the rule that takes it out; None: it is the document's."""
    rules: list[str | None] = ["outside-container"] * len(layout.lines)
    rules[choice.first : choice.last] = [None] * (choice.last - choice.first)
    for cut in choice.cuts:
        rules[cut.first : cut.last] = [cut.rule] * (cut.last - cut.first)
    for grid in grids:
        if grid.metadata:
            rules[grid.first : grid.last] = ["metadata-table"] * (grid.last - grid.first)
    if title:
        for n in repeats.again(layout, title, choice.first, choice.last):
            rules[n] = "title-repeat"
        rules[title.first : title.last] = [None] * (title.last - title.first)
        for n in range(title.last, min(title.last + 2, choice.first)):
            if _second_line(layout.lines[n]):
                rules[n] = None
    return rules


def _button(line: Line) -> int:
    """Characters of the button that a heading ends in: 历史沿革 编辑."""
    last = line.pieces[-1].strip()
    return len(last) if len(last) == line.idle < line.size and line.text.endswith(last) else 0


def _without(grid: tables.Table, title: titles.Title | None) -> tables.Table:
    """A data table whose head is the document's title, without that head."""
    if title is None or grid.metadata or not grid.first <= title.first < title.last < grid.last:
        return grid
    return grid._replace(first=title.last, cells=grid.cells[title.last - grid.first :])


def _assembled(
    layout: Layout,
    rules: list[str | None],
    found: titles.Title | None,
    grids: list[tables.Table],
    told: Told | None = None,
) -> Page:
    """Page text, blocks and strips out of the lines."""
    parts: list[str] = []
    blocks: list[Block] = []
    chrome: list[Strip] = []
    at = 0
    title = None
    if layout.title:
        parts.append(layout.title)
        blocks.append(Block(0, len(layout.title), "title"))
        at = len(layout.title) + 1
        if found:
            chrome.append(Strip(0, at, "title-repeat" if found.agrees else "site-title"))
        else:
            title = told.element if told and told.element else element.within(layout.title, layout.names)
            chrome += [Strip(a, b, "title-suffix") for a, b in ((0, title[0]), (title[1], at - 1)) if a < b]
    tabled = {grid.first: grid for grid in (_without(grid, found) for grid in grids) if not grid.metadata}
    inside = 0  # lines below this one belong to a table's block
    heading = -1
    units = Counter(line.unit for line in layout.lines)
    for n, line in enumerate(layout.lines):
        at, end = line.place
        grid = tabled.get(n)
        if grid and not rules[n]:
            inside = grid.last
            blocks.append(Block(at, end, "table", cells=grid.cells))
        elif n < inside:
            blocks[-1] = blocks[-1]._replace(end=end)
        elif not rules[n]:
            tag = line.tag
            if line.idle and tag in _KINDS and _KINDS[tag] == "heading" and (button := _button(line)):
                chrome.append(Strip(end - button, end, "button"))
            # Many lines that <br> or <pre> makes of one block may be a wrapped text, as a plain one may.
            kind = _KINDS.get(tag, "line" if units[line.unit] >= _LINES else "para")
            if kind == "heading" and heading == line.unit and blocks[-1].end == at - 1:
                blocks[-1] = blocks[-1]._replace(end=end)  # a heading broken by <br> is one
            else:
                level = int(tag[1]) if kind == "heading" else 0
                blocks.append(Block(at, end, kind, level))
            heading = line.unit if kind == "heading" else -1
        if found and found.first <= n < found.last:
            title = (title[0] if title else at, end)
        parts.append(line.text)
    text = "\n".join(parts)
    begun = 0
    for n in range(len(rules)):
        if n + 1 == len(rules) or rules[n + 1] != rules[n]:
            rule = rules[n]
            if rule:
                end = layout.lines[n + 1].start if n + 1 < len(rules) else len(text)
                note = told.strips.get(begun) if told and rule == STRIP else None
                chrome.append(Strip(layout.lines[begun].start, end, rule, note))
            begun = n + 1
    if told:
        chrome += told.declined(layout, rules)
    return Page(text, tuple(blocks), tuple(sorted(chrome, key=lambda s: (s.start, s.end))), (), title)
