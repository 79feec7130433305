"""HTML to a page: the walk's lines as page text, and which of them are the document."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Collection
from itertools import chain

from selectolax.lexbor import LexborHTMLParser

from ingest.blocks import Block, BlockKind, Fact, Page, Strip
from ingest.config import Config
from ingest.errors import Rejected
from ingest.han import dates
from ingest.page import (
    certainty,
    columns,
    container,
    data_tables,
    edges,
    element,
    entries,
    evidence,
    facts,
    furniture,
    guard,
    gutters,
    headline,
    house,
    meta,
    posts,
    reading,
    scripted,
    verdict,
)
from ingest.page.layout import Layout, VisibleLine
from ingest.page.neighbours import STRIP, Neighbours, Told
from ingest.page.walk import walk
from ingest.patterns import pattern

_PAGED = pattern(
    r"第\s*1\s*页\W{0,3}共\s*(?:[2-9]|\d\d)\s*页|(?:[\[【(]?\b\d{1,2}[\]】)]?\s*){2,}(?:下一页|下页|后页)|^\W*下一页\W*$"
)
_NEAR = 53  # rank of the date that a page prints beside its title, at most
_KINDS: dict[str, BlockKind] = {"li": "item", "caption": "caption", "figcaption": "caption"}
_LINES = 6
_NEVER = "0001-01-01"
_STAMP = 40  # characters of a line that gives a day
_LITTLE = 200  # characters of running text
_TO_HEADING = pattern(r"(?i:link to (?:this )?heading|permalink(?: to .*)?|copy link|anchor)")
_MORE = pattern(r"\W*(?:查看|了解|阅读|浏览)?(?:更多|详情|more)(?:内容|信息|详情)?\W*", re.I)
_ACTION = pattern(r"\W*(?:修改|删除|編輯|编辑|举报|置顶|加精|收藏|分享|打印)\W*")
_KINDS.update((f"h{n}", "heading") for n in range(1, 7))


def parsed(text: str, config: Config) -> tuple[Layout, LexborHTMLParser] | None:
    """What HTML source shows, line by line, and its tree; None where that is nothing."""
    guard.check(text, config.limits)
    tree = LexborHTMLParser(text)
    found, _ = data_tables.gather(walk(tree, config.limits))
    return (found, tree) if found.lines else None


def read_html(
    text: str, url: str | None, config: Config, neighbours: Neighbours | None = None, source: str | None = None
) -> Page:
    """The page in HTML source `text`; `neighbours` know what other pages of its site have in common with it.

    `source` is where it lies, which may say what kind of page it is where no address is known.
    """
    guard.check(text, config.limits)
    tree = LexborHTMLParser(text)
    layout, grids = data_tables.gather(walk(tree, config.limits))
    if not layout.lines:
        held = scripted.find(tree)
        raise Rejected("page", "no_content", _reason(verdict.empty(layout, held is not None), held))
    if fed := verdict.feed(tree, text):
        raise Rejected("page", "no_content", fed)
    _place(layout)
    head, author = meta.read_head(tree, url)
    told = neighbours(layout, tree) if neighbours else None
    stated = _stated(layout, [f.value for f in head if f.field == "title"], told)
    logos = (x.text for x in layout.lines if 1 < x.size <= 20 and furniture.linkish(x))
    called = [f.value for f in head if f.rule in ("meta:og:site_name", "meta:sitename")]
    behind = (layout.title[len(f.value) :] for f in head if f.field == "title" and layout.title.startswith(f.value))
    names = element.names_of_site(layout.title, chain(logos, called, behind))
    layout = layout._replace(names=names, teasers=container.teasers(layout))
    if over := house.find(layout):
        layout = layout._replace(names=names | {over}, house=over)
    slot = headline.Title(*told.title, not told.silent) if told and told.title else None
    choice, title, rules, seen = reading.read_layout(layout, stated, grids, slot)
    if told:
        rules = told.applied(layout, rules, (title.first, title.last) if title else None, grids)
    thread = posts.find(layout, title, rules)
    if thread:
        rules = posts.rules(layout, thread, rules, title)
    for n, value in layout.times:
        # What a program writes for no day, as `<time>` says: Jan 1, 1; without that it may be a diary's.
        if n < len(rules) and rules[n] is None and value.startswith(_NEVER) and layout.lines[n].size < _STAMP:
            rules[n] = "no-day"
    numbers = [n for n in gutters.whole(layout) if rules[n] is None]
    for n in numbers:
        rules[n] = gutters.RULE
    if told or thread or numbers:
        seen = evidence.weigh(layout, rules, title)._replace(sure=choice.sure)
    if thread:  # what is set as summaries and entries are the posts
        seen = seen._replace(teasers=0, row=entries.NONE, led=0, counted="")
    near = [*facts.near(layout, choice, title), *(posts.facts(layout, thread) if thread else ())]
    if seen.rowed and not thread:
        near = [f for f in near if not _of_an_entry(layout, seen.row, f)]
    days = entries.days(layout, rules, title.last + 3 if title and title.agrees else 0) if not thread else frozenset()
    place = url or source or ""
    # A file without a host may be any page that was saved as index.html.
    home = element.at_home(place) and ("/" in place or not (seen.printed and seen.named))
    lists = element.surely_listing(layout.title) or element.placed(place, layout.title) or home
    days_near = any(f.field == "published_on" for f in (*near, *head))
    lists = lists or (not days_near and _at_door(layout, title, rules, seen, place))
    lists = lists or seen.itemized or (seen.more >= verdict.GOES_ON and not seen.printed)
    of_comments = _of_comments(layout, rules, near)
    near = [f for f in near if f not in of_comments]
    if days or (lists and not any(f.field == "published_on" for f in head)):
        near = [f for f in near if f.field != "published_on" or (days and not _of_a_day(layout, days, f))]
    dated = any(f.field == "published_on" and f.rank <= _NEAR for f in near)
    seen = seen._replace(
        dated=dated,
        home=_called_home(layout, title, called, stated),
        days=len(days),
        lists=seen.lists or lists,
    )
    found = told.listing if told and told.listing else None
    if not found and not (thread and seen.printed and seen.named):  # posts of a word each are a thread all the same
        found = verdict.found(layout, rules, title, seen)
    # A page that shows next to nothing may have its text in a script.
    held = scripted.find(tree, "".join(x.text for x in layout.lines)) if found or seen.prose < _LITTLE else None
    if found:
        raise Rejected("page", "no_content", _reason(found, held), rows=told.rows if told else {})
    said = [f.at(*layout.lines[n].place) for grid in grids for n, f in grid.facts]
    said += near
    said += facts.signed(layout, author)
    site = element.site(layout.title)
    if site:
        said.append(Fact("publisher", site, "title-suffix", 70).at(0, len(layout.title)))
    # To agree with a `<title>` that only names the site says nothing.
    called_so = title and title._replace(agrees=title.agrees and _surely(layout, title, seen, stated))
    said += (
        [*told.facts, *facts.titled(layout, None if slot else called_so, stated)]
        if told
        else facts.titled(layout, called_so, stated)
    )
    page = _assembled(layout, rules, title, grids, told)
    doubts = verdict.flags(seen, held.size if held else 0)
    if told and told.of_lists and "listing" not in doubts:
        doubts = ("listing", *doubts)
    if layout.hidden:
        doubts = ("hidden-text", *doubts)
    doubts = (*_flags(layout, choice), *doubts)
    return page._replace(
        flags=doubts,
        facts=tuple(facts.as_printed([*head, *said])),
        posts=posts.further(layout, thread) if thread else (),
        certainty=certainty.of_thread(layout, rules, doubts)
        if thread
        else certainty.of(layout, choice, rules, seen, doubts),
        site_template=told.template if told else None,
    )


def _surely(layout: Layout, title: headline.Title, seen: evidence.Evidence, stated: list[str]) -> bool:
    """Whether it means something that the page's statements agree with a title: they name more than the site, or than one of its columns."""
    return (seen.named or reading.told(layout, title, stated)) and not columns.of_menu(layout, title.first, title.last)


def _called_home(layout: Layout, title: headline.Title | None, called: list[str], stated: list[str]) -> bool:
    """Whether `<title>`, or what else the head `stated`, is what the page says its site is called, and no headline of another name is printed."""
    names = {key for name in called if len(key := element.squash(name)) > 1}
    name = element.squash(layout.title)
    printed = element.squash(layout.lines[title.first].text) if title else ""
    if name in names:
        return not (title and title.agrees and printed not in name)
    # Its head calls the page what the site is called, and `<title>` adds a slogan.
    return not names.isdisjoint(map(element.squash, stated)) and (not printed or printed in names)


def _reason(found: str, held: scripted.Scripted | None) -> str:
    """Why a page holds no document, and what its scripts hold instead."""
    return f"{found}; {held}" if held else found


def _of_a_day(layout: Layout, days: Collection[int], fact: Fact) -> bool:
    """Whether a fact is one of those days."""
    if any(fact.start == layout.lines[n].start for n in days):
        return True
    return fact.rule == "time-element" and any(
        dates.parse(value) == fact.value for n, value in layout.times if n in days
    )


def _at_door(
    layout: Layout, title: headline.Title | None, rules: list[str | None], seen: evidence.Evidence, place: str
) -> bool:
    """Whether a page is likely the door of a site, however much it says: `<title>` names the site alone, none agrees with it,
    and it is a folder's index or says of its sections that there is more of them elsewhere."""
    if seen.named or not layout.title or element.GENERIC.fullmatch(layout.title.strip()) or (title and title.agrees):
        return False
    if title is None and element.index(place):
        return True
    sections = sum(
        1 for x, rule in zip(layout.lines, rules, strict=True) if rule is None and x.tag in headline.HEADINGS
    )
    return sections > 1 and any(x.link and x.size <= 8 and _MORE.fullmatch(x.text) for x in layout.lines)


def _of_comments(layout: Layout, rules: list[str | None], facts: list[Fact]) -> list[Fact]:
    """Days that stand among the readers' comments."""
    if "comments" not in rules:
        return []
    starts = [line.start for line in layout.lines]
    found = ((bisect_right(starts, f.start) - 1, f) for f in facts if f.start is not None and f.field == "published_on")
    return [fact for at, fact in found if 0 <= at < len(rules) and rules[at] == "comments"]


def _of_an_entry(layout: Layout, row: entries.Entries, fact: Fact) -> bool:
    """Whether a fact is said of an entry of a list, and so not of the page."""
    lines = layout.lines
    if fact.rule == "time-element":
        times = [n for n, value in layout.times if dates.parse(value) == fact.value]
        return bool(times) and all(row.first <= n <= row.last for n in times)
    return fact.start is not None and lines[row.first].start <= fact.start < lines[row.last - 1].place[1]


def _stated(layout: Layout, head: list[str], told: Told | None) -> list[str]:
    """What the page states its title to be; of `<title>` what its neighbours do not have as well."""
    if told is None:
        return [layout.title, *head]
    if told.silent:
        return [text for text in head if text.strip() != layout.title]
    return [layout.title[slice(*told.element)] if told.element else layout.title, *head]


def _place(layout: Layout) -> None:
    """Say of each line where it begins in the page text: behind `<title>`, a line break behind the line before."""
    at = len(layout.title) + 1 if layout.title else 0
    for line in layout.lines:
        line.start = at
        at += line.size + 1


def _flags(layout: Layout, choice: container.Choice) -> tuple[str, ...]:
    """Quality warnings: the text goes on on another page."""
    around = layout.lines[max(choice.first, choice.last - 6) : choice.last + 8]
    return ("paginated",) if any("页" in x.text and x.size < 120 and _PAGED.search(x.spaced) for x in around) else ()


def _button(line: VisibleLine) -> int:
    """Characters of the buttons that a heading ends in: 历史沿革 编辑, 东山路改造完工 修改 删除; the sign that links to itself."""
    words = [piece.strip() for piece in line.pieces if piece.strip()]
    asked = 0
    while asked < len(words) - 1 and _ACTION.fullmatch(words[-1 - asked]):
        asked += 1
    if asked > 1 and (start := line.text.find(words[-asked], len(words[0]))) > 0:
        return line.size - len(line.text[:start].rstrip())
    last = line.pieces[-1].strip()
    sign = line.link == len(last) and edges.MARK_OF_PLACE.fullmatch(last) is not None
    call = words[-1] if len(words) > 1 and line.link else ""
    if call and _TO_HEADING.fullmatch(call) and line.text.endswith(call):
        return line.size - len(line.text[: line.size - len(call)].rstrip())
    behind = line.text.endswith(last) and not line.text.removesuffix(last).isspace()  # a blank is no heading
    return len(last) if (sign or len(last) == line.idle) and len(last) < line.size and behind else 0


def _lead(line: VisibleLine) -> int:
    """Characters of the sign that links to a heading where it stands before it: # 一、经过."""
    first = line.pieces[0].strip() if len(line.pieces) > 1 and line.link else ""
    sign = line.text.startswith(first) and edges.MARK_OF_PLACE.fullmatch(first) is not None
    return line.size - len(line.text[len(first) :].lstrip()) if sign else 0


def _without(grid: data_tables.Table, title: headline.Title | None) -> data_tables.Table:
    """A data table whose head is the document's title, without that head."""
    if title is None or grid.metadata or not grid.first <= title.first < title.last < grid.last:
        return grid
    return grid._replace(first=title.last, cells=grid.cells[title.last - grid.first :])


def _assembled(
    layout: Layout,
    rules: list[str | None],
    found: headline.Title | None,
    grids: list[data_tables.Table],
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
    numbered = gutters.leading(layout)
    units = Counter(line.unit for line in layout.lines)
    broken = sum(size for size in units.values() if size > 1) >= _LINES
    for n, line in enumerate(layout.lines):
        at, end = line.place
        grid = tabled.get(n)
        if grid and not rules[n]:
            inside = grid.last
            blocks.append(Block(at, end, "table", cells=grid.cells))
        elif n < inside:
            blocks[-1] = blocks[-1]._replace(end=end)
        elif not rules[n]:
            if n in numbered:
                chrome.append(Strip(at, at + numbered[n], gutters.RULE))
            tag = line.tag
            if _KINDS.get(tag) == "heading" and (button := _button(line)):
                chrome.append(Strip(end - button, end, "button"))
            if _KINDS.get(tag) == "heading" and (sign := _lead(line)) and n not in numbered:
                chrome.append(Strip(at, at + sign, "button"))
            # Lines that <br> or <pre> makes of one block may be a wrapped text, as a plain one may, if there are many.
            kind = _KINDS.get(tag, "line" if broken and units[line.unit] > 1 else "para")
            if kind == "heading" and heading == line.unit and blocks[-1].end == at - 1:
                blocks[-1] = blocks[-1]._replace(end=end)  # a heading broken by <br> is one
            else:
                level = int(tag[1]) if kind == "heading" else 0
                blocks.append(Block(at, end, kind, level))
            heading = line.unit if kind == "heading" else -1
        if found and found.first <= n < found.last:
            if found.tail and n == found.last - 1:
                chrome.append(Strip(end - found.tail, end, "byline"))
            cut = chrome[-1] if chrome and chrome[-1].rule in ("button", "byline") and chrome[-1].end == end else None
            if found.badge and n == found.first:
                chrome.append(Strip(at, at + found.badge, "badge"))
                at += found.badge
            title = (title[0] if title else at, cut.start if cut else end)
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
