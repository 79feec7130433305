"""The document's title: which printed lines are it, and what of `<title>` is the site's name.

A page says its title up to four times: `<title>` with the site's name behind it, og:title, a heading, and again at the
head of the text. The heading that agrees with `<title>` is the title; `<title>` alone is the last resort.
"""

from collections.abc import Collection, Iterable, Mapping

from ingest import labels
from ingest.han import document_numbers, outlets
from ingest.page import columns, element, furniture, headline
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

HEADINGS = headline.HEADINGS
Title = headline.Title
# A column's name before a headline: 云溪时评：…
_COLUMN = pattern(r"[:：]")
_STATEMENT = 300  # characters; longer ones are searched for nothing
_AGREED = 6.0
_MENU = 2  # links, at least
_LEAST = 4  # characters of a headline that a publish line stands in one line with
# Not what a headline is broken at: 渡口往事 - 老樟树.
_DIVIDED = pattern(rf"{element.HARD.pattern}|\s[-–—]+\s")
_EXPLAINED = pattern(r"\s*([^\s()（）]{2,3})\s*[(（]")  # 水手 of 渡口人物 - 水手 (SAILOR)
_CUT_SHORT = ("..", "…")  # how a crumb ends that had no more room


def find(layout: Layout, stated: list[str]) -> Title | None:
    """The printed title: the heading that the page's own statements (`<title>`, og:title) agree with."""
    stated = [s[element.lead(s) :] for s in stated if s]
    wanted = [element.squash(s) for s in stated]
    cuts = [_cuts(s) for s in stated]
    heads = set("".join(stated))
    every = [element.squash(s[slice(*element.within(s, layout.names))]) for s in stated]
    cores = tuple(core for core in every if len(core) >= 4)
    every += (part for s in stated if 2 <= len(part := element.squash(element.HARD.split(s)[0])) < 4)
    parts = {element.squash(element.first(s)) for s in stated}
    kept = (_EXPLAINED.match(element.halves(s)[1]) for s in stated)
    opening = frozenset(part for part in (*parts, *(element.squash(m[1]) for m in kept if m)) if 2 <= len(part) < 4)
    behind_column = {element.squash(_COLUMN.split(s[slice(*element.within(s, layout.names))])[-1]) for s in stated}
    best: tuple[float, Title] | None = None
    passed: frozenset[str] | None = None  # once for the page, and where it is asked for
    lines = layout.lines
    headings = {
        element.squash(x.text): n for n, x in enumerate(lines) if x.tag in HEADINGS and x.link * 2 <= x.size <= 300
    }
    openers = _openers(layout, wanted, headings)
    for n, line in enumerate(lines):
        # A title of two characters has to be set as a heading: 夜雨.
        if not 3 < line.size <= 150 and not (
            line.tag in HEADINGS
            and line.size > 1
            and (not line.link or headline.under(layout, n))
            and (element.squash(line.text) in every or element.squash(line.text) in opening)
        ):
            continue
        first = line.text[0]
        if first not in heads and first.isalnum() and not (len(line.pieces) > 1 and line.tag in HEADINGS):
            continue
        tag = line.tag
        if tag == "tr" and ("\t" in line.text or n != layout.boxes[line.box].first):
            continue  # a cell of a data table; its head may be the title
        if line.text[-1] in "，、；":
            continue  # a sentence goes on below it
        key = element.squash(line.text)
        if not key or headline.ESCAPES.fullmatch(line.text) or key == layout.house:
            continue
        value = 0.0
        last = n + 1
        badge = tail = 0
        for want, ends in zip(wanted, cuts, strict=True):
            if key == want or key in every:
                value = max(value, 7.0)
            elif key in opening:
                value = max(value, 4.5)  # 合相 of 合相 - 相位 - 占星
            elif len(key) >= 8 and key in parts:
                value = max(value, 6.0)  # the first part of a statement, whatever stands behind it
            elif len(key) >= 4 and want.startswith(key):
                # a title of several lines: join what follows while the statement agrees
                joined, end = key, n + 1
                while end < len(lines) and end - n < 5:
                    more = joined + element.squash(lines[end].text)
                    if len(joined) in ends:
                        break  # TEST and KEZE of TEST | KEZE'S LOG
                    if not want.startswith(more) or columns.chapter(lines[end - 1], lines[end], stated):
                        break
                    joined, end = more, end + 1
                if joined in every:
                    value, last = max(value, 7.0), end
                    continue
                rest = want[len(key) :]
                if joined == key and len(rest) >= 4 and headings.get(rest, 0) > n:
                    # 江城笔记: 老巷子里的樟树, each printed by itself: the first is the logo.
                    continue
                value = max(value, 3.0 + 3.0 * len(joined) / len(want))
                if joined != key:
                    last = end
            elif key.endswith(cores) and line.text[0] in "[【［":
                value = max(value, 4.0)  # a forum's kind of post before it: [闲聊] …
            elif (key.endswith(cores) and (badge := _badge(line, key, cores))) or (
                len(key) >= 4
                and (
                    key in behind_column
                    or (key in headings and want.endswith(key) and openers.get((want, tag), -1) <= n)
                )
            ):
                value = max(value, 4.0)
            elif len(key) >= 8 and key in want:
                value = max(value, 3.0)
        if not value and len(line.pieces) > 1 and (tail := _tail(line, every)):
            value = 6.5
        if first in columns.CHAPTERS and columns.of_book(line, wanted):
            value = 11.0  # whatever the name of the book is set as
        if not value or document_numbers.whole(line.text) or columns.in_menu(layout, n):
            continue
        if len(key) <= columns.SHORT:
            passed = columns.crumbs(layout) if passed is None else passed
            if key in passed:
                continue
        if line.text.endswith(_CUT_SHORT) and not any(mark in s for mark in _CUT_SHORT for s in stated):
            value -= 3.0
        if tag[0] == "h" and tag[1:].isdigit():
            value += 3.0 - 0.4 * int(tag[1])
        if line.link * 2 > line.size > 3:
            value -= 2.5 if value >= _AGREED else 4.5  # a logo says a part of the element
        if line.center or line.bold * 2 > line.size:
            value += 0.5
        value -= n / (len(lines) + 1)
        if best is None or value > best[0]:
            best = (value, Title(n, last, True, badge, tail))
    return best[1] if best and best[0] >= 3.0 else None


def _openers(layout: Layout, wanted: Iterable[str], headings: Mapping[str, int]) -> dict[tuple[str, str], int]:
    """For each statement, and each tag of a heading that opens it, the last line of such a one: what ends a statement is the house's over that."""
    out: dict[tuple[str, str], int] = {}
    for want in set(wanted):
        for key, at in headings.items():
            if len(key) >= 4 and want.startswith(key):
                tag = layout.lines[at].tag
                out[want, tag] = max(at, out.get((want, tag), -1))
    return out


def _badge(line: VisibleLine, key: str, cores: tuple[str, ...]) -> int:
    """Characters of a short piece of its own that a heading opens with and the statements leave out: 原创, 置顶."""
    lead = line.pieces[0].strip()
    if len(line.pieces) < 2 or not 2 <= len(lead) <= 4 or not line.text.startswith(lead):
        return 0
    if not any(key == element.squash(lead) + core for core in cores if len(core) >= 8):
        return 0
    return line.size - len(line.text[len(lead) :].lstrip())


def _cuts(text: str) -> frozenset[int]:
    """After how many characters, squashed, a statement is divided."""
    if len(text) > _STATEMENT:
        return frozenset()
    return frozenset(len(element.squash(text[: mark.start()])) for mark in _DIVIDED.finditer(text))


def _tail(line: VisibleLine, every: Collection[str]) -> int:
    """Characters of the publish line that a headline ends in, in pieces of its own: 东山路改造完工 2021-03-05."""
    for n in range(1, len(line.pieces)):
        head = "".join(line.pieces[:n]).strip()
        if len(head) >= _LEAST and line.text.startswith(head) and element.squash(head) in every:
            rest = line.text[len(head) :]
            return len(rest) if labels.read_line(rest.strip()) else 0
    return 0


def below(layout: Layout, title: Title) -> bool:
    """Whether nearly all running text stands above the title, or much of it above a word: below it, or in a side column, no headline stands."""
    line = layout.lines[title.first]
    sizes = [x.size if x.marks > 1 and x.size > 40 else 0 for x in layout.lines]
    above_it = sum(sizes[: title.first])
    word = title.last - title.first == 1 and line.size <= columns.SHORT and line.tag != "h1"
    return above_it > 200 and (word or above_it > 3 * sum(sizes[title.last :]))


def whole(layout: Layout, title: Title) -> Title:
    """The title with the other lines of its heading, where <br> breaks it: `<title>` may hold only one of them."""
    lines = layout.lines
    first, last = title.first, title.last
    unit = lines[first].unit
    if lines[first].tag not in HEADINGS:
        return title

    def of_it(n: int) -> bool:
        line = lines[n]
        return line.unit == unit and line.size <= 80 and not labels.read_line(line.spaced)

    while first > 0 and last - first < headline.MOST and of_it(first - 1):
        first -= 1
    while last < len(lines) and last - first < headline.MOST and of_it(last):
        last += 1
    return title._replace(first=first, last=last)


def outdone(layout: Layout, title: Title, first: int, last: int) -> Title | None:
    """The page's only h1, which heads the text in lines [first, last), where what agrees with an undivided `<title>` is no heading and stands
    over a menu above it: a site's name in a bar of its own, over a page that its `<title>` says nothing of. None where it is not so."""
    lines = layout.lines
    if lines[title.first].tag in HEADINGS or element.halves(layout.title)[1]:
        return None
    heads = [n for n, line in enumerate(lines) if line.tag == "h1"]
    if len(heads) != 1 or not title.last <= heads[0] <= headline.prose_from(layout, first, last):
        return None
    between = lines[title.last : heads[0]]
    menu = sum(_MENU if line.tag == "nav" else furniture.linkish(line) for line in between)
    return Title(heads[0], heads[0] + 1, False) if menu >= _MENU and not lines[heads[0]].link else None


def displaced(layout: Layout, title: Title, first: int, last: int) -> Title:
    """The title, or the headline that stands nearer to the text in [first, last), where `<title>` only names the site.

    What agrees with such a `<title>` is a logo, unless it is set as a headline itself; below the text it is a signature.
    """
    line = layout.lines[title.first]
    if title.first > headline.prose_from(layout, first, last):
        return headline.above(layout, first, last) or title
    if line.tag in HEADINGS and not layout.title.strip().endswith(outlets.SURE_SITES):
        return title
    found = headline.above(layout, first, last)
    return found if found and found.last > title.last else title
