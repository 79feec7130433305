"""The document's title: which printed lines are it, and what of `<title>` is the site's name.

A page says its title up to four times: `<title>` with the site's name behind it, og:title, a heading, and again at the
head of the text. The heading that agrees with `<title>` is the title; `<title>` alone is the last resort.
"""

import re
from typing import NamedTuple

from ingest import labels
from ingest.han import document_numbers, kinds, markers, outlets
from ingest.page import furniture
from ingest.page.walk import Layout

_SQUASH = re.compile(r"[\s\u3000\u00a0《》〈〉“”\"'‘’「」『』\-_—–|｜·,，、:：.。!！?？()（）\[\]【】]+")

_HEADINGS = frozenset(("h1", "h2", "h3"))
# What divides a <title>: these always, the dash only before or behind a site's name.
_HARD = re.compile(r"\s*(?:[_|｜»]|::|\s>\s|\s›\s)+\s*")
_SOFT = re.compile(r"\s*[-–—－―]+\s*(?=[^-–—－―]*\Z)")
_LEAD = re.compile(r"\s*([^-–—－―:：_|｜»]{2,16}?)\s*(?:[-–—－―]+|[:：]\s)\s*(?=\S{4})")
_LEAD_CHANNEL = re.compile(r"(\S{3,20})\s+(\S{2,8})\s+(?=\S{4})")
# A column's name before a headline: 云溪时评：…
_COLUMN = re.compile(r"[:：]")
# Channels, where the site's name behind them is already off.
_CHANNEL = re.compile(
    r"(?:国内|国际|社会|财经|体育|娱乐|科技|教育|评论|要闻|时政|军事|旅游|健康|文化|历史|视频|图片|房产|汽车|政务|通知公告|公告|动态|"
    r"综合|正文|本地|民生|法治|经济|时评|专题|理论|三农|党建)(?:新闻|频道)?"
)
# What a content system's template calls any page of it.
_GENERIC = re.compile(
    r"(?:新闻|新聞|文章|信息|资讯|資訊|内容|內容|通知|公告|政策|详细|詳細|正文|网站|網站)?(?:详情|詳情|详细|詳細|内容|內容|正文|首页|首頁|查看|浏览|瀏覽)"
    r"(?:页|頁|页面|頁面|信息|内容|內容)?|(?:新闻|文章|信息)页|(?:政府)?信息公开(?:目录)?|政务公开|通知公告|公示公告|政策文件|(?:新闻|工作|部门)动态|无标题(?:文档|页)?|untitled(?: document)?|document|index|home|new page \d*",
    re.I,
)
_PARTS = re.compile(r"\s*(?:[_|｜»>›:：·\-–—－―]|\s)+\s*")
# The words of a class or id: news_title, ArticleTitle, bt2.
_TOKEN = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_NAMED = frozenset(("title", "tit", "bt", "biaoti", "headline", "articletitle", "newstitle"))
_LESSER = frozenset(
    ("sub", "subtitle", "small", "fu", "fubiaoti", "page", "site", "column", "list", "box", "nav", "more")
)
_ENDS = "。！？；：”!?"
# Between a headline and its text: counters and buttons.
_WIDGET = re.compile(
    r"(?:今天是|欢迎|发布于|\d{4}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|字号|字體|字体|分享|打印|列印|浏览|瀏覽|阅读|閱讀|点击|點擊|访问|【|\[|大\W*中\W*小|[Tt]\W*[Tt]\b)"
)
_CREDIT = re.compile(r"(?:供图|供圖|摄影?|攝影?|配图|资料图片?|[/／]文\S*)$")
_CRUMBS = re.compile(r"位置\W|[>›»]|^(?:您|你)?现?在?的?位置")
_DOMAIN = re.compile(r"\.(?:com|cn|net|org)\b|^Powered by\b", re.I)
_WORD = re.compile(r"[A-Za-z0-9.]+")


def _is_site(name: str) -> bool:
    """Whether a part of a <title> is the name of a site or a channel, by its look."""
    name = name.strip(" \u3000·—－-_|()（）[]【】!！")
    return name.endswith(outlets.SITES) or _WORD.fullmatch(name) is not None or _DOMAIN.search(name) is not None


def bare(element: str) -> bool:
    """Whether a `<title>` names only the site, or what any page of it is called (新闻详情), or nothing."""
    parts = [p for p in _PARTS.split(element.strip()) if p]
    return all(_GENERIC.fullmatch(p) or p.endswith(outlets.SURE_SITES) or (len(p) <= 14 and _is_site(p)) for p in parts)


def squash(text: str) -> str:
    """What two printings of a title have in common: letters and digits."""
    return _SQUASH.sub("", text).casefold()


class Title(NamedTuple):
    """Where the title stands: lines [first, last); whether the page's own statements agree with it."""

    first: int
    last: int
    agrees: bool = True


def _lead(text: str) -> int:
    """Where a statement goes on behind the site's name that it opens with (江城新闻网 - 东山路供水管网改造完工)."""
    mark = _LEAD.match(text)
    if mark and mark[1].endswith(outlets.SURE_SITES) and not bare(text):
        return mark.end()
    mark = _LEAD_CHANNEL.match(text)  # 江城市水务局 通知公告 …
    return mark.end() if mark and mark[1].endswith(outlets.SITES) and _channel(mark[2]) else 0


def _channel(part: str) -> bool:
    """Whether a part of a `<title>` is the name of a channel, whatever the site."""
    return (_CHANNEL.fullmatch(part.strip()) or _GENERIC.fullmatch(part.strip())) is not None


def find(layout: Layout, stated: list[str]) -> Title | None:
    """The printed title: the heading that the page's own statements (`<title>`, og:title) agree with."""
    stated = [s[_lead(s) :] for s in stated if s]
    wanted = [squash(s) for s in stated]
    heads = set("".join(stated))
    every = [squash(s[slice(*of_element(s))]) for s in stated]
    cores = tuple(core for core in every if len(core) >= 4)
    every += (part for s in stated if 2 <= len(part := squash(_HARD.split(s)[0])) < 4)
    behind_column = {squash(_COLUMN.split(s[slice(*of_element(s))])[-1]) for s in stated}
    best: tuple[float, int, int] | None = None
    lines = layout.lines
    headings = {squash(x.text): n for n, x in enumerate(lines) if x.tag in _HEADINGS and x.link * 2 <= x.size <= 300}
    for n, line in enumerate(lines):
        # A title of two characters has to be set as a heading: 夜雨.
        if not 3 < line.size <= 150 and not (
            line.tag in _HEADINGS and line.size > 1 and not line.link and squash(line.text) in every
        ):
            continue
        first = line.text[0]
        if first not in heads and first.isalnum():
            continue
        tag = line.tag
        key = squash(line.text)
        if not key:
            continue
        value = 0.0
        last = n + 1
        for want in wanted:
            if key == want or key in every:
                value = max(value, 6.0)
            elif len(key) >= 4 and want.startswith(key):
                # a title of several lines: join what follows while the statement agrees
                joined, end = key, n + 1
                while end < len(lines) and end - n < 5:
                    more = joined + squash(lines[end].text)
                    if not want.startswith(more):
                        break
                    joined, end = more, end + 1
                rest = want[len(key) :]
                if joined == key and len(rest) >= 4 and headings.get(rest, 0) > n:
                    # 江城笔记: 老巷子里的樟树, each printed by itself: the first is the logo.
                    continue
                value = max(value, 3.0 + 3.0 * len(joined) / len(want))
                if joined != key:
                    last = end
            elif line.text[0] in "[【［" and key.endswith(cores):
                value = max(value, 4.0)  # a forum's kind of post before it: [闲聊] …
            elif len(key) >= 4 and (key in behind_column or (key in headings and want.endswith(key))):
                value = max(value, 4.0)
            elif len(key) >= 8 and key in want:
                value = max(value, 3.0)
        if not value:
            continue
        if tag[0] == "h" and tag[1:].isdigit():
            value += 3.0 - 0.4 * int(tag[1])
        if line.link * 2 > line.size:
            value -= 2.5
        if line.center or line.bold * 2 > line.size:
            value += 0.5
        value -= n / (len(lines) + 1)
        if best is None or value > best[0]:
            best = (value, n, last)
    return Title(best[1], best[2]) if best and best[0] >= 3.0 else None


def whole(layout: Layout, title: Title) -> Title:
    """The title with the other lines of its heading, where <br> breaks it: `<title>` may hold only one of them."""
    lines = layout.lines
    first, last = title.first, title.last
    unit = lines[first].unit
    if lines[first].tag not in _HEADINGS:
        return title

    def of_it(n: int) -> bool:
        line = lines[n]
        return line.unit == unit and line.size <= 80 and not labels.read_line(line.spaced)

    while first > 0 and of_it(first - 1):
        first -= 1
    while last < len(lines) and of_it(last):
        last += 1
    return title._replace(first=first, last=last)


def displaced(layout: Layout, title: Title, first: int, last: int) -> Title:
    """The title, or the headline that stands nearer to the text in [first, last), where `<title>` only names the site.

    What agrees with such a `<title>` is a logo, unless it is set as a headline itself; below the text it is a signature.
    """
    line = layout.lines[title.first]
    if title.first > _text(layout, first, last):
        return above(layout, first, last) or title
    if line.tag in _HEADINGS and not layout.title.strip().endswith(outlets.SURE_SITES):
        return title
    found = above(layout, first, last)
    return found if found and found.last > title.last else title


def above(layout: Layout, first: int, last: int) -> Title | None:
    """The heading above the text in lines [first, last) when `<title>` names only the site.

    h1 to h3; a line whose box is called a title; a centred or bold one; the lone line above the text or its publish line.
    Without a `<title>` that names only the site, the markup has to say that it is a heading.
    """
    lines = layout.lines
    nameless = bare(layout.title) or _in_foot(layout)
    text = _text(layout, first, last)
    site = squash(layout.title)
    lone = _lone(layout, first, last) if nameless else None
    best: tuple[float, int] | None = None
    for n in range(max(0, first - 6), min(text + 1, last)):
        line = lines[n]
        inside = first <= n < text
        if not _may_be(layout, n) and not (inside and line.tag in _HEADINGS and _may_be(layout, n, linked=True)):
            continue
        if line.tag in _HEADINGS:
            if n + 2 < first and furniture.linkish(lines[n + 1]) and furniture.linkish(lines[n + 2]):
                continue  # over a list of links
            level = float(line.tag[1]) - (0.25 if inside else 0.0)
        elif nameless and n < text and _called_title(layout, n):
            level = 2.5
        elif inside and (line.center or line.bold * 10 >= line.size * 9):
            level = 4 if line.center else 5
        elif nameless and n < first and line.center and line.bold * 10 >= line.size * 9:
            level = 4.5
        elif n == lone:
            level = 6
        else:
            continue
        if nameless and (squash(line.text) == site or line.text.endswith(outlets.SURE_SITES)):
            level += 10  # a logo; or the title after all, where nothing else could be
        # The nearest to the text of those called a title: columns and boxes are called so too.
        if best is None or level < best[0] or (level == 2.5 and best[0] == 2.5):
            best = (level, n)
    if best is None:
        return None
    n = best[1]
    end = n + 1
    while n > 0 and lines[n - 1].unit == lines[n].unit and _may_be(layout, n - 1):
        n -= 1
    while end < last and lines[end].unit == lines[n].unit and lines[end].size <= 60:
        end += 1  # broken by <br>
    if nameless and best[0] == 4:
        # A long title in centred paragraphs, a line each
        while end < min(n + 4, text) and not kinds.OWN_END.search(lines[end - 1].text) and _goes_on(layout, end):
            end += 1
    return Title(n, end, False)


def _text(layout: Layout, first: int, last: int) -> int:
    """The first line of running text in [first, last); `last` where there is none."""
    return next((n for n in range(first, last) if layout.lines[n].marks > 1 and layout.lines[n].size > 40), last)


def _goes_on(layout: Layout, n: int) -> bool:
    """Whether line `n`, centred like the line above it, continues a title."""
    line, over = layout.lines[n], layout.lines[n - 1]
    alike = line.center and line.tag == over.tag and line.box == over.box and bool(line.bold) == bool(over.bold)
    return alike and _may_be(layout, n) and line.text[0] not in "（(【[—-"


def _in_foot(layout: Layout) -> bool:
    """Whether `<title>` is the site's name: the page's foot says so (版权所有 江城信息港)."""
    name = squash(layout.title)
    return 3 <= len(name) <= 20 and any(
        x.size < 200 and furniture.holds("foot", x.text) and name in squash(x.text) for x in layout.lines[-8:]
    )


def _may_be(layout: Layout, n: int, linked: bool = False) -> bool:
    """Whether line `n` may be a headline by its length and text; `linked`: a blog's links to itself."""
    line = layout.lines[n]
    if not 4 <= line.size <= 80 or (line.link * 2 > line.size and not linked) or line.text[-1] in "。；;：:":
        return False
    if _CREDIT.search(line.text) or document_numbers.whole(line.text):
        return False
    return not (markers.opens(line.text) or _GENERIC.fullmatch(line.text) or labels.read_line(line.text))


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
        if not _passed(layout, n):
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


def _stands_alone(layout: Layout, n: int) -> bool:
    """Whether a line is a unit of its own, without links, and reads like no sentence and no furniture."""
    lines, line = layout.lines, layout.lines[n]
    box = layout.boxes[line.box]
    row = layout.boxes[box.parent] if box.parent >= 0 else box
    alone = all(lines[m].unit != line.unit for m in (n - 1, n + 1) if 0 <= m < len(lines))
    return (
        alone
        and line.link == 0
        and line.size >= 6
        and line.text[0] not in "\u3000\xa0"  # indented as a paragraph is
        and _may_be(layout, n)
        and line.tag not in ("li", "dd", "dt", "footer", "nav", "button")
        and not (line.tag in ("td", "th") and row.last - row.first > 1)
        and not furniture.named(box.name)
        and not bare(line.text)
        and not furniture.holds("foot", line.text)
        and not furniture.says("over", line.text)
    )


def _off(part: str, cut: bool) -> bool:
    """Whether the last part of a `<title>` is no part of the title: the site, or its channel where the site is `cut` already."""
    return _is_site(part) or (cut and _channel(part))


def of_element(text: str) -> tuple[int, int]:
    """Where in a `<title>` the document's title stands, the site's name and channels left out."""
    start, end = 0, len(text)
    for mark in _HARD.finditer(text):
        # 云溪县成立云溪大学_云溪网: what looks like a site's name is none where nothing but names follow.
        part = text[start : mark.start()]
        if mark.start() >= 4 and not _channel(part) and (not _is_site(part) or bare(text[mark.end() :])):
            end = mark.start()
            break
        start = mark.end()
    if end - start < 4:
        start, end = 0, len(text)
    start += _lead(text[start:end])
    while (mark2 := _SOFT.search(text, start, end)) and _off(text[mark2.end() : end], end < len(text)):
        end = mark2.start()
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def site_of_element(text: str) -> str | None:
    """The site's name at the end of a `<title>`, when it is one by its look."""
    start, end = of_element(text)
    rest = text[end:].strip(" -_|｜–—－―·")
    name = re.split(r"\s*(?:[_|｜»–—－―]|-)\s*", rest)[-1].strip()
    return name if end - start < len(text) and 3 <= len(name) <= 24 and name.endswith(outlets.HOUSES) else None
