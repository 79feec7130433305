"""The document's title: which printed lines are it, and what of `<title>` is the site's name.

A page says its title up to four times: `<title>` with the site's name behind it, og:title, a heading, and again at the
head of the text. The heading that agrees with `<title>` is the title; `<title>` alone is the last resort.
"""

from itertools import islice
from typing import NamedTuple

from ingest import labels
from ingest.han import document_numbers, kinds, markers, outlets, systems
from ingest.page import columns, element, furniture
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

HEADINGS = columns.HEADINGS
# A column's name before a headline: 云溪时评：…
_COLUMN = pattern(r"[:：]")
# The words of a class or id: news_title, ArticleTitle, bt2.
_TOKEN = pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMED = frozenset(("title", "tit", "bt", "biaoti", "headline", "articletitle", "newstitle"))
_LESSER = frozenset(
    ("sub", "subtitle", "small", "fu", "fubiaoti", "page", "site", "column", "list", "box", "nav", "more")
)
_MOST = 5  # lines of a title
_CUT_SHORT = ("..", "…")  # how a crumb ends that had no more room
_ENDS = "。！？；：”!?"
# Between a headline and its text: counters and buttons.
_WIDGET = pattern(
    r"(?:今天是|欢迎|发布于|\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|字号|字體|字体|分享|打印|列印|浏览|瀏覽|阅读|閱讀|点击|點擊|访问|【|\[|大\W*中\W*小|[Tt]\W*[Tt]\b)"
)
# What a program wrote out instead of white space.
_ESCAPES = pattern(r"(?:\\[rnt]|\\u3000|\s)+")
_CREDIT = pattern(r"(?:供图|供圖|摄影?|攝影?|配图|资料图片?|[/／]文\S*)$")
_HAN = pattern(r"[^一-鿿]")
_CRUMBS = pattern(r"位置\W|[>›»]|^(?:您|你)?现?在?的?位置|^(?:网站|網站)?首[页頁]\W")


# Who wrote it: two or three names, set apart.
_WRITERS = pattern(
    r"[一-鿿]{2,3}(?:[\u3000\xa0\u2002\u2003、]+|\s{2,})[一-鿿]{2,3}(?:(?:[\u3000\xa0\u2002\u2003、]+|\s{2,})[一-鿿]{2,3})?"
)
# A place to fill in, with or without a label before it.
_BLANK = pattern(r"[_＿]{3,}|[：:][\s_＿]*$")
# 首页 - 新闻动态: crumbs, set as a heading.
_HOME = pattern(r"(?:网站|網站)?首[页頁]\s*[-–—>›»/|]")


class Title(NamedTuple):
    """Where the title stands: lines [first, last); whether the page's own statements agree with it; characters of a badge before it."""

    first: int
    last: int
    agrees: bool = True
    badge: int = 0


def find(layout: Layout, stated: list[str]) -> Title | None:
    """The printed title: the heading that the page's own statements (`<title>`, og:title) agree with."""
    stated = [s[element.lead(s) :] for s in stated if s]
    wanted = [element.squash(s) for s in stated]
    heads = set("".join(stated))
    every = [element.squash(s[slice(*element.within(s, layout.names))]) for s in stated]
    cores = tuple(core for core in every if len(core) >= 4)
    every += (part for s in stated if 2 <= len(part := element.squash(element.HARD.split(s)[0])) < 4)
    parts = {element.squash(element.first(s)) for s in stated}
    opening = frozenset(part for part in parts if 2 <= len(part) < 4)
    behind_column = {element.squash(_COLUMN.split(s[slice(*element.within(s, layout.names))])[-1]) for s in stated}
    best: tuple[float, int, int, int] | None = None
    passed: frozenset[str] | None = None  # once for the page, and where it is asked for
    lines = layout.lines
    headings = {
        element.squash(x.text): n for n, x in enumerate(lines) if x.tag in HEADINGS and x.link * 2 <= x.size <= 300
    }
    for n, line in enumerate(lines):
        # A title of two characters has to be set as a heading: 夜雨.
        if not 3 < line.size <= 150 and not (
            line.tag in HEADINGS
            and line.size > 1
            and not line.link
            and (element.squash(line.text) in every or element.squash(line.text) in opening)
        ):
            continue
        first = line.text[0]
        if first not in heads and first.isalnum() and not (len(line.pieces) > 1 and line.tag in HEADINGS):
            continue
        tag = line.tag
        if tag == "tr" and ("\t" in line.text or n != layout.boxes[line.box].first):
            continue  # a cell of a data table; its head may be the title
        key = element.squash(line.text)
        if not key or _ESCAPES.fullmatch(line.text) or key == layout.house:
            continue
        value = 0.0
        last = n + 1
        badge = 0
        for want in wanted:
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
                len(key) >= 4 and (key in behind_column or (key in headings and want.endswith(key)))
            ):
                value = max(value, 4.0)
            elif len(key) >= 8 and key in want:
                value = max(value, 3.0)
        if first == "第" and columns.of_book(line, wanted):
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
        if line.link * 2 > line.size:
            value -= 2.5
        if line.center or line.bold * 2 > line.size:
            value += 0.5
        value -= n / (len(lines) + 1)
        if best is None or value > best[0]:
            best = (value, n, last, badge)
    return Title(best[1], best[2], True, best[3]) if best and best[0] >= 3.0 else None


def _badge(line: VisibleLine, key: str, cores: tuple[str, ...]) -> int:
    """Characters of a short piece of its own that a heading opens with and the statements leave out: 原创, 置顶."""
    lead = line.pieces[0].strip()
    if len(line.pieces) < 2 or not 2 <= len(lead) <= 4 or not line.text.startswith(lead):
        return 0
    if not any(key == element.squash(lead) + core for core in cores if len(core) >= 8):
        return 0
    return line.size - len(line.text[len(lead) :].lstrip())


def below(layout: Layout, title: Title) -> bool:
    """Whether nearly all running text stands above the title: below it, or in a side column, no headline stands."""
    sizes = [x.size if x.marks > 1 and x.size > 40 else 0 for x in layout.lines]
    above_it = sum(sizes[: title.first])
    return above_it > 200 and above_it > 3 * sum(sizes[title.last :])


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

    while first > 0 and last - first < _MOST and of_it(first - 1):
        first -= 1
    while last < len(lines) and last - first < _MOST and of_it(last):
        last += 1
    return title._replace(first=first, last=last)


def displaced(layout: Layout, title: Title, first: int, last: int) -> Title:
    """The title, or the headline that stands nearer to the text in [first, last), where `<title>` only names the site.

    What agrees with such a `<title>` is a logo, unless it is set as a headline itself; below the text it is a signature.
    """
    line = layout.lines[title.first]
    if title.first > prose_from(layout, first, last):
        return above(layout, first, last) or title
    if line.tag in HEADINGS and not layout.title.strip().endswith(outlets.SURE_SITES):
        return title
    found = above(layout, first, last)
    return found if found and found.last > title.last else title


def above(layout: Layout, first: int, last: int) -> Title | None:
    """The heading above the text in lines [first, last) when `<title>` names only the site.

    h1 to h3; a line whose box is called a title; a centred or bold one; the lone line above the text or its publish line.
    Without a `<title>` that names only the site, the markup has to say that it is a heading.
    """
    lines = layout.lines
    nameless = element.bare(layout.title) or _in_foot(layout) or _foreign(layout, first, last)
    text = prose_from(layout, first, last)
    site = element.squash(layout.title)
    lone = _lone(layout, first, last) if nameless else None
    best: tuple[float, int] | None = None
    passed: frozenset[str] | None = None
    over = next((n for n in range(first - 1, -1, -1) if not (furniture.linkish(lines[n]) or _of_form(layout, n))), -1)
    for n in range(max(0, min(over, first) - 5), min(text + 1, last)):
        line = lines[n]
        if layout.house and element.squash(line.text) == layout.house:
            continue
        if 3 < line.size <= columns.SHORT:
            passed = columns.crumbs(layout) if passed is None else passed
            if element.squash(line.text) in passed:
                continue
        inside = first <= n < text
        if not _may_be(layout, n) and not (inside and line.tag in HEADINGS and _may_be(layout, n, linked=True)):
            continue
        if line.tag in HEADINGS:
            if n + 2 < first and furniture.linkish(lines[n + 1]) and furniture.linkish(lines[n + 2]):
                continue  # over a list of links
            level = float(line.tag[1]) - (0.25 if inside else 0.0)
        elif nameless and n < text and _called_title(layout, n):
            level = 2.5
        elif n < text and under(layout, n) and _heads(layout, n, text):
            level = 3.9  # right above the publish line
        elif inside and (line.center or line.bold * 10 >= line.size * 9):
            level = 4 if line.center else 5
        elif nameless and n < first and line.center and line.bold * 10 >= line.size * 9:
            level = 4.5
        elif n == over and (line.center or line.bold * 10 >= line.size * 9) and _heads(layout, n, text):
            level = 4.6  # the heading cell of a layout table, above the cell of the text
        elif n == lone:
            level = 6
        else:
            continue
        if nameless and (element.squash(line.text) == site or line.text.endswith(outlets.SURE_SITES)):
            level += 10  # a logo; or the title after all, where nothing else could be
        # The nearest to the text of those called a title: columns and boxes are called so too.
        if best is None or level < best[0] or (level == 2.5 and best[0] == 2.5):
            best = (level, n)
    if best is None:
        return None
    n = best[1]
    end = n + 1
    while n > 0 and end - n < _MOST and lines[n - 1].unit == lines[n].unit and _may_be(layout, n - 1):
        n -= 1
    while end < last and end - n < _MOST and lines[end].unit == lines[n].unit and lines[end].size <= 60:
        end += 1  # broken by <br>
    if nameless and best[0] == 4:
        # A long title in centred paragraphs, a line each
        while end < min(n + 4, text) and not kinds.OWN_END.search(lines[end - 1].text) and _goes_on(layout, end):
            end += 1
    return Title(n, end, False)


def _heads(layout: Layout, n: int, text: int) -> bool:
    """Whether line `n` stands by itself, and the text begins soon below it."""
    below = range(n + 1, min(text, len(layout.lines)))
    between = (m for m in below if not (furniture.linkish(layout.lines[m]) or _of_form(layout, m)))
    # The fifth tells: to count them all costs, on a page of short lines, the square of their number.
    return next(islice(between, 4, None), None) is None and _stands_alone(layout, n)


def _of_form(layout: Layout, n: int) -> bool:
    """Whether line `n` is a row of a data table, a head of one cell aside, or a place to fill in: 合同编号：______."""
    line = layout.lines[n]
    return (line.tag == "tr" and ("\t" in line.text or n != layout.boxes[line.box].first)) or _BLANK.search(
        line.text
    ) is not None


def under(layout: Layout, n: int) -> bool:
    """Whether the line below `n` says when the page was published."""
    line = layout.lines[n + 1] if n + 1 < len(layout.lines) else None
    return line is not None and any(
        f.field == "published_on" and f.rank <= 50 for f in labels.read_line(line.spaced) if line.size < 120
    )


def _foreign(layout: Layout, first: int, last: int) -> bool:
    """Whether `<title>` has next to nothing in common with the page: a name or a slogan of the site."""
    name = _HAN.sub("", layout.title)
    pairs = {name[n : n + 2] for n in range(len(name) - 1)}
    if not 3 <= len(pairs) <= 40:
        return False
    shown = "".join(line.text for line in layout.lines[max(0, first - 6) : last])
    return sum(pair in shown for pair in pairs) * 4 < len(pairs)


def prose_from(layout: Layout, first: int, last: int) -> int:
    """The first line of running text in [first, last); `last` where there is none."""
    return next((n for n in range(first, last) if layout.lines[n].marks > 1 and layout.lines[n].size > 40), last)


def _goes_on(layout: Layout, n: int) -> bool:
    """Whether line `n`, centred like the line above it, continues a title."""
    line, over = layout.lines[n], layout.lines[n - 1]
    alike = line.center and line.tag == over.tag and line.box == over.box and bool(line.bold) == bool(over.bold)
    return alike and _may_be(layout, n) and line.text[0] not in "（(【[—-"


def _in_foot(layout: Layout) -> bool:
    """Whether `<title>` is the site's name: the page's foot says so (版权所有 江城信息港)."""
    name = element.squash(layout.title)
    return 3 <= len(name) <= 20 and any(
        x.size < 200 and furniture.holds("foot", x.text) and name in element.squash(x.text) for x in layout.lines[-8:]
    )


def _may_be(layout: Layout, n: int, linked: bool = False) -> bool:
    """Whether line `n` may be a headline by its length and text; `linked`: a blog's links to itself."""
    line = layout.lines[n]
    if not 4 <= line.size <= 80 or (line.link * 2 > line.size and not linked) or line.text[-1] in "。；;：:":
        return False
    if line.tag == "tr" and ("\t" in line.text or n != layout.boxes[line.box].first):
        return False  # a row of a data table; its head may be the title
    if (
        _HOME.match(line.text)
        or _CREDIT.search(line.text)
        or _ESCAPES.fullmatch(line.text)
        or _BLANK.search(line.text)
        or _WRITERS.fullmatch(line.text)
        or document_numbers.whole(line.text)
        or systems.only(line.text)
    ):
        return False
    return not (markers.opens(line.text) or element.GENERIC.fullmatch(line.text) or labels.read_line(line.text))


def _called_title(layout: Layout, n: int) -> bool:
    """Whether the box of line `n` is called a title, and holds hardly more."""
    box = layout.boxes[layout.lines[n].box]
    if not box.name or box.last - box.first > 3:
        return False
    words = {w.lower() for w in _TOKEN.findall(box.name)}
    return not words.isdisjoint(_NAMED) and words.isdisjoint(_LESSER)


def _lone(layout: Layout, first: int, last: int) -> int | None:
    """The short line that stands alone above the text, publish line, counters and buttons passed over."""
    lines = layout.lines
    text = next((n for n in range(first, last) if lines[n].size > 20 and lines[n].text[-1] in _ENDS), last)
    if text == last:
        return None
    # Inside the container only its first line can be it; what follows is the document's own.
    n = next((m for m in range(first, text) if not _passed(layout, m)), -1)
    if n >= 0 and _stands_alone(layout, n):
        return n
    for n in range(first - 1, max(-1, first - 7), -1):
        if not (_passed(layout, n) or _of_form(layout, n)):
            return n if _stands_alone(layout, n) else None
    return None


def _passed(layout: Layout, n: int) -> bool:
    """Whether a line above the text is none of its own: publish line, crumbs, counters and buttons."""
    line = layout.lines[n]
    if line.size < 4 or line.size >= 120:
        return line.size < 4
    if labels.label_of(line.text) or (n and labels.label_of(layout.lines[n - 1].text)):
        return True  # a metadata table's cells, a line each
    return bool(labels.read_line(line.spaced) or _WIDGET.match(line.text) or _CRUMBS.search(line.text))


def _short_head(layout: Layout, line: VisibleLine) -> bool:
    """Whether a line of four or five characters is set as a headline, and is no channel, which the page would lead to: 销售合同."""
    if not (line.center or line.tag == "tr" or kinds.OWN_END.search(line.text)):
        return False
    key = element.squash(line.text)
    return not any(x.link and x.size < 20 and element.squash(x.text) == key for x in layout.lines)


def _stands_alone(layout: Layout, n: int) -> bool:
    """Whether a line is a unit of its own, without links, and reads like no sentence and no furniture."""
    lines, line = layout.lines, layout.lines[n]
    box = layout.boxes[line.box]
    row = layout.boxes[box.parent] if box.parent >= 0 else box
    alone = all(lines[m].unit != line.unit for m in (n - 1, n + 1) if 0 <= m < len(lines))
    return (
        alone
        and line.link == 0
        and (line.size >= 6 or _short_head(layout, line))
        and line.text[0] not in "\u3000\xa0"  # indented as a paragraph is
        and _may_be(layout, n)
        and line.tag not in ("li", "dd", "dt", "footer", "nav", "button")
        and not (line.tag in ("td", "th") and row.last - row.first > 1)
        and not furniture.named(box.name)
        and not element.bare(line.text)
        and not furniture.holds("foot", line.text)
        and not furniture.says("over", line.text)
    )
