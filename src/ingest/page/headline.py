"""The headline above a text where the page's statements name none: by how a line is set, what its box is called, and where it stands."""

from itertools import islice
from typing import NamedTuple

from ingest import labels
from ingest.han import bodies, document_numbers, kinds, markers, outlets, systems
from ingest.page import columns, element, furniture
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

HEADINGS = columns.HEADINGS
# The words of a class or id: news_title, ArticleTitle, bt2.
_TOKEN = pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMED = frozenset(("title", "tit", "bt", "biaoti", "headline", "articletitle", "newstitle"))
_LESSER = frozenset(
    ("sub", "subtitle", "small", "fu", "fubiaoti", "page", "site", "column", "list", "box", "nav", "more")
)
MOST = 5  # lines of a title
_LEAST = 4  # Han characters of a `<title>` that says what a page is about
_FOOT = 24  # lines at the end of a page in which its foot stands, over what floats beside it
_ABOVE = 14  # lines over a text in which its crumbs are looked for
_OVER = 6  # lines over a text in which its crumbs stand
_NAME = 20  # characters of a step of them
_SENTENCE = 40  # characters of a line that is no headline where a sentence ends in it
_ENDS = "。！？；：”!?"
# Between a headline and its text: counters and buttons.
_WIDGET = pattern(
    r"(?:今天是|欢迎|发布于|\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|字号|字體|字体|分享|打印|列印|浏览|瀏覽|阅读|閱讀|点击|點擊|访问|【|\[|大\W*中\W*小|[Tt]\W*[Tt]\b)"
)
# What a program wrote out instead of white space.
ESCAPES = pattern(r"(?:\\[rnt]|\\u3000|\s)+")
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
_HOME = pattern(r"(?:网站|網站)?首[页頁](?:\s*[-–—>›»/|]|(?:\s+[^\s，。]{2,8}){2,5}$)")


class Title(NamedTuple):
    """Where the title stands: lines [first, last); whether the page's own statements agree with it; characters of a badge before it,
    and of a publish line that its last line ends in."""

    first: int
    last: int
    agrees: bool = True
    badge: int = 0
    tail: int = 0


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
    housed = nameless or _housed(layout) or bodies.LINE.fullmatch(layout.title.strip()) is not None
    step = _printed_step(layout, first, last) if housed else None
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
        short = nameless and line.tag == "h1" and 2 <= line.size < 4 and not line.link and line.text.isalnum()
        if (
            not short
            and not _may_be(layout, n)
            and not (inside and line.tag in HEADINGS and _may_be(layout, n, linked=True))
        ):
            continue
        if n == step:
            level = 0.5  # what the crumbs end in, printed again below them
        elif line.tag in HEADINGS:
            if n + 2 < first and furniture.linkish(lines[n + 1]) and furniture.linkish(lines[n + 2]):
                continue  # over a list of links
            if n + 2 < len(lines) and all(furniture.says("contact", x.text) for x in lines[n + 1 : n + 3]):
                continue  # over how to reach the house
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
        return _step(layout, first) if element.bare(layout.title) or _in_foot(layout) or _housed(layout) else None
    n = best[1]
    end = n + 1
    while n > 0 and end - n < MOST and lines[n - 1].unit == lines[n].unit and _may_be(layout, n - 1):
        n -= 1
    while end < last and end - n < MOST and lines[end].unit == lines[n].unit and _broken(lines[n], lines[end]):
        end += 1  # broken by <br>
    if nameless and best[0] == 4:
        # A long title in centred paragraphs, a line each
        while end < min(n + 4, text) and not kinds.OWN_END.search(lines[end - 1].text) and _goes_on(layout, end):
            end += 1
    return Title(n, end, False)


def _housed(layout: Layout) -> bool:
    """Whether `<title>` is, undivided, the name of a house: 江城模具有限公司."""
    mine, name = element.halves(layout.title)
    return not name and mine.endswith(outlets.SITES)


def _printed_step(layout: Layout, first: int, last: int) -> int | None:
    """The line that prints again what the crumbs over a text end in: 历史沿革 below 首页 > 学校概况 > 历史沿革."""
    for n in range(first - 1 if first else 0, max(-1, first - _ABOVE), -1):
        line = layout.lines[n]
        if line.size < 120 and furniture.says("place", line.text):
            name = columns.last_step(line.text)
            below = (m for m in range(n + 1, min(n + _OVER, last)) if layout.lines[m].text == name)
            return next((m for m in below if not layout.lines[m].link), None) if len(name) >= _LEAST else None
    return None


def _step(layout: Layout, first: int) -> Title | None:
    """The last step of the crumbs over a text without a heading, where it leads nowhere: 企业文化 of 首页 » 企业文化."""
    for n in range(first - 1, max(-1, first - _OVER), -1):
        line = layout.lines[n]
        if line.size < 120 and line.link < line.size and furniture.says("place", line.text):
            name = columns.last_step(line.text)
            at = line.size - len(name)
            steps = line.text[line.text.rfind("：") + 1 :]
            free = sum(map(str.isalnum, steps)) - line.link
            if 2 <= len(name) <= _NAME and free >= len(name) and not element.GENERIC.fullmatch(name):
                return Title(n, n + 1, False, badge=at)
            return None
    return None


def _broken(line: VisibleLine, below: VisibleLine) -> bool:
    """Whether a line of the same block goes on with a headline: it is set alike, and no sentence."""
    alike = (line.bold * 2 > line.size) == (below.bold * 2 > below.size)
    return below.size <= 60 and alike and below.text[-1] not in "。；;"


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


def elsewhere(layout: Layout, title: Title) -> bool:
    """Whether a heading that nothing agrees with, and no publish line follows, has nothing in common with what `<title>` says without the
    site: the name of a column over a page that is called otherwise."""
    start, end = element.within(layout.title, layout.names)
    core = _HAN.sub("", layout.title[start:end])
    pairs = {core[n : n + 2] for n in range(len(core) - 1)}
    if len(core) < _LEAST or element.bare(layout.title[start:end]) or element.site(layout.title[start:end]):
        return False
    said = _HAN.sub("", "".join(line.text for line in layout.lines[title.first : title.last]))
    if any(pair in said for pair in pairs) or under(layout, title.last - 1):
        return False
    return 0 < end - start < len(layout.title) and not _foreign(layout, title.first, len(layout.lines))


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
        x.size < 200 and furniture.holds("foot", x.text) and name in element.squash(x.text)
        for x in layout.lines[-_FOOT:]
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
        or ESCAPES.fullmatch(line.text)
        or _BLANK.search(line.text)
        or _WRITERS.fullmatch(line.text)
        or document_numbers.whole(line.text)
        or systems.only(line.text)
    ):
        return False
    return not (markers.opens(line.text) or element.GENERIC.fullmatch(line.text) or labels.read_line(line.spaced))


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


def _defines(layout: Layout, line: VisibleLine) -> bool:
    """Whether a line opens a sentence with what `<title>` is about: 护栏网，也叫隔离网，…"""
    name = layout.title[slice(*element.within(layout.title, layout.names))]
    return 2 <= len(name) < line.size and line.text.startswith(name) and line.text[len(name)] in "，,"


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
        and not (line.size > _SENTENCE and "。" in line.text)
        and not _defines(layout, line)
        and _may_be(layout, n)
        and line.tag not in ("li", "dd", "dt", "footer", "nav", "button")
        and not (line.tag in ("td", "th") and row.last - row.first > 1)
        and not furniture.named(box.name)
        and not element.bare(line.text)
        and not furniture.holds("foot", line.text)
        and not furniture.says("over", line.text)
    )
