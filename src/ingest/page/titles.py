"""The document's title: which printed lines are it, and what of `<title>` is the site's name.

A page says its title up to four times: `<title>` with the site's name behind it, og:title, a heading, and again at the
head of the text. The heading that agrees with `<title>` is the title; `<title>` alone is the last resort.
"""

import re
from typing import NamedTuple

from ingest import labels
from ingest.page.walk import Layout

_SQUASH = re.compile(r"[\s\u3000\u00a0《》〈〉“”\"'‘’「」『』\-_—–|｜·,，、:：.。!！?？()（）\[\]【】]+")


_NUMBERED = re.compile(
    r"\W*(?:第[\d一二三四五六七八九十百]+[章节條条编編]|[一二三四五六七八九十]+[、．.]|\d+[、．.]|[（(][\d一二三四五六七八九十]+[)）])"
)
_HEADINGS = frozenset(("h1", "h2", "h3"))
# What divides a <title>: these always, the dash only before a site's name.
_HARD = re.compile(r"\s*(?:[_|｜»]|::|\s>\s|\s›\s)+\s*")
_SOFT = re.compile(r"\s*[-–—－―]+\s*(?=[^-–—－―]*\Z)")
# How the names of houses that publish end, and of sites and their channels.
_HOUSES = tuple(
    """
    网 網 网站 網站 报 報 社 政府 公司 集团 大学 学院 局 厅 部 院 处 办公室 委员会 中心 在线 線上 電視台 电视台 门户
    """.split()  # noqa: SIM905
)
_SITES = _HOUSES + tuple(
    """
    站 频道 頻道 博客 论坛 論壇 在線 委 办 首页 专栏 栏目 新闻 新聞 资讯 百科 文库 图书馆 杂志
    """.split()  # noqa: SIM905
)
_DOMAIN = re.compile(r"\.(?:com|cn|net|org)\b")
_WORD = re.compile(r"[A-Za-z0-9.]+")


def _is_site(name: str) -> bool:
    """Whether a part of a <title> is the name of a site or a channel, by its look."""
    name = name.strip(" \u3000·—－-_|()（）[]【】!！")
    return name.endswith(_SITES) or _WORD.fullmatch(name) is not None or _DOMAIN.search(name) is not None


def squash(text: str) -> str:
    """What two printings of a title have in common: letters and digits."""
    return _SQUASH.sub("", text).casefold()


class Title(NamedTuple):
    """Where the title stands: lines [first, last); whether the page's own statements agree with it."""

    first: int
    last: int
    agrees: bool = True


def find(layout: Layout, stated: list[str]) -> Title | None:
    """The printed title: the heading that the page's own statements (`<title>`, og:title) agree with."""
    wanted = [squash(s) for s in stated if s]
    heads = set("".join(stated))
    best: tuple[float, int, int] | None = None
    lines = layout.lines
    for n, line in enumerate(lines):
        if not 3 < line.size <= 150:
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
            if key == want:
                value = max(value, 6.0)
            elif len(key) >= 4 and want.startswith(key):
                # a title of several lines: join what follows while the statement agrees
                joined, end = key, n + 1
                while end < len(lines) and end - n < 5:
                    more = joined + squash(lines[end].text)
                    if not want.startswith(more):
                        break
                    joined, end = more, end + 1
                value = max(value, 3.0 + 3.0 * len(joined) / len(want))
                if joined != key:
                    last = end
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


def above(layout: Layout, first: int, last: int) -> Title | None:
    """The heading above the text in lines [first, last) when `<title>` names only the site: h1 to h3, or centred."""
    lines = layout.lines
    text = next((n for n in range(first, last) if lines[n].marks > 1 and lines[n].size > 40), last)
    best: tuple[int, int] | None = None
    for n in range(max(0, first - 6), min(text + 1, last)):
        line = lines[n]
        if not 4 <= line.size <= 80 or line.link * 2 > line.size or line.text[-1] in "。；;：:":
            continue
        if line.tag in _HEADINGS:
            level = int(line.tag[1])
        elif first <= n < text and (line.center or line.bold * 10 >= line.size * 9):
            level = 4 if line.center else 5
        else:
            continue
        if not _NUMBERED.match(line.text) and not labels.read_line(line.text) and (best is None or level < best[0]):
            best = (level, n)
    if best is None:
        return None
    n = best[1]
    end = n + 1
    while end < last and lines[end].unit == lines[n].unit and lines[end].size <= 60:
        end += 1  # broken by <br>
    return Title(n, end, False)


def repeats(layout: Layout, title: Title, first: int, last: int) -> list[int]:
    """Lines of [first, last) that print the title again, whole."""
    lines = layout.lines
    key = squash("".join(line.text for line in lines[title.first : title.last]))
    out: list[int] = []
    if len(key) < 6:
        return out
    n = first
    while n < last:
        if title.first <= n < title.last or lines[n].size > len(key) + 30:
            n += 1
            continue
        joined, end = "", n
        while end < last and len(joined) < len(key) and lines[end].size < 120:
            joined += squash(lines[end].text)
            end += 1
            if not key.startswith(joined):
                break
        if joined == key:
            out += range(n, end)
            n = end
        else:
            n += 1
    return out


def of_element(text: str) -> tuple[int, int]:
    """Where in a `<title>` the document's title stands, the site's name and channels left out."""
    start, end = 0, len(text)
    for mark in _HARD.finditer(text):
        if mark.start() >= 4 and not _is_site(text[: mark.start()]):
            end = mark.start()
            break
        start = mark.end()
    if end - start < 4:
        start, end = 0, len(text)
    while (mark2 := _SOFT.search(text, start, end)) and _is_site(text[mark2.end() : end]):
        end = mark2.start()
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def site_of_element(text: str) -> str | None:
    """The site's name at the end of a `<title>`, when it is one by its look."""
    start, end = of_element(text)
    rest = text[end:].strip(" -_|｜–—－―·")
    name = re.split(r"\s*(?:[_|｜»–—－―]|-)\s*", rest)[-1].strip()
    return name if end - start < len(text) and 3 <= len(name) <= 24 and name.endswith(_HOUSES) else None
