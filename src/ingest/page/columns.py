"""What is printed as a title is, and is none: the name of a column, in a menu or in crumbs; of a book, over its chapter; of the site."""

import re
from collections.abc import Iterable

from ingest.han import markers, outlets
from ingest.page import element, furniture
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

HEADINGS = frozenset(("h1", "h2", "h3"))
SHORT = 8
"""Characters of a column's name, at most."""
_KIND = pattern(r"^\s*[\[【［][^\[\]【】［］]{1,6}[\]】］]")
_SEEN = 80
_OPENING = 12  # characters: a badge or a break may stand behind them
_LONG = 8  # characters that are a title wherever in `<title>` they stand
_HEADLINE = 60
_NUMBER = r"[0-9０-９〇零一二三四五六七八九十百千两]{1,8}"
_CHAPTER = pattern(rf"(?:第?\s?{_NUMBER}\s?[章回]|[卷篇]{_NUMBER})[\s\u3000:：、.]{{1,3}}\S")
CHAPTERS = frozenset("第卷篇0123456789０１２３４５６７８９〇零一二三四五六七八九十百千两")
"""What the line of a chapter begins with."""
_STEP = pattern(r"[>›»＞]+")


def in_menu(layout: Layout, n: int) -> bool:
    """Whether line `n` is one of a row of links, and set as no heading: 课题研究 among 工作动态 and 专家视点."""
    line = layout.lines[n]
    around = layout.lines[max(0, n - 1) : n] + layout.lines[n + 1 : n + 2]
    return (
        line.tag not in HEADINGS and furniture.linkish(line) and len(around) > 1 and all(map(furniture.linkish, around))
    )


def crumbs(layout: Layout) -> frozenset[str]:
    """The short names, squashed, in the midst of crumbs: 预期调查 and 往期查看 of 首页 >> 预期调查 >> 往期查看 >> 正文."""
    for line in layout.lines:
        if line.size < 120 and _STEP.search(line.text):
            parts = [part for part in _STEP.split(line.text) if part.strip()]
            if len(parts) > 2 and element.GENERIC.fullmatch(parts[-1].strip()):
                return frozenset(key for key in map(element.squash, parts[1:-1]) if len(key) <= SHORT)
    return frozenset()


def last_step(crumbs: str) -> str:
    """What a line of crumbs ends in; nothing where it ends in a sign."""
    steps = [step.strip(_AROUND) for step in _STEP.split(crumbs)]
    return steps[-1] if len(steps) > 1 else ""


_AROUND = " \t\xa0\u3000→"


def called(layout: Layout, name: str, at: int | None) -> bool:
    """Whether a short name, squashed, is a column's: a link of the page by itself, or a step of its crumbs. `at`: where the line begins that gives it, which says nothing."""
    for line in layout.lines:
        if line.start == at or line.size >= 120:
            continue
        if line.link and furniture.linkish(line) and name in map(element.squash, (line.text, *line.pieces)):
            return True
        if _STEP.search(line.text) and name in map(element.squash, _STEP.split(line.text)[1:]):
            return True
    return False


def of_menu(layout: Layout, first: int, last: int) -> bool:
    """Whether the short title in lines [first, last) says no more than a link of the page elsewhere: the name of a column, which a headline may stand below."""
    key = element.squash("".join(line.text for line in layout.lines[first:last]))
    if len(key) > SHORT:
        return False
    rest = (x for n, x in enumerate(layout.lines) if not first <= n < last)
    return any(furniture.linkish(x) and x.size < 20 and element.squash(x.text) == key for x in rest)


def chapter(over: VisibleLine, line: VisibleLine, stated: list[str]) -> bool:
    """Whether a heading that a page's statements go on with is the title by itself, under the name of the book or site: its level
    is a lower one, and it opens as a chapter does, or a sign divides the two in `<title>` (江城水务手册 - 管网改造)."""
    if over.unit == line.unit or not (over.tag in HEADINGS and line.tag in HEADINGS and over.tag < line.tag):
        return False
    if markers.opens(line.text):
        return True
    divided = re.compile(rf"{re.escape(over.text)}\s*(?:[_|｜»‧]|\s[-–—]+\s)\s*{re.escape(line.text)}")
    return any(divided.search(text) for text in stated)


def of_book(line: VisibleLine, wanted: Iterable[str]) -> bool:
    """Whether a line is a chapter that a statement names behind the book: 第十五章 老巷子 of 江城往事 第十五章 老巷子_江城书屋. `wanted` are squashed."""
    if line.size > _HEADLINE or line.link or not _CHAPTER.match(line.text):
        return False
    key = element.squash(line.text)
    return any(want.find(key) > 1 for want in wanted)


def part(layout: Layout, first: int, last: int, stated: Iterable[str], agrees: bool) -> bool:
    """Whether the title in lines [first, last) is only some of what the head says, and no part of it that is set off: 江城英语 of 江城英语学费, or at its end.

    So is a logo. A firm's name is one too, however it stands there, and what says of itself that it is a home page. `agrees`: whether the head says it at all.
    """
    text = "".join(line.text for line in layout.lines[first:last])
    key = element.squash(text)
    start, end = element.within(layout.title, layout.names)
    core = element.squash(layout.title[start:end])
    if text.rstrip().endswith(("公司", "集团")) or (key != core and text.rstrip().endswith(outlets.SURE_SITES)):
        return True
    if not agrees:
        return False
    if any(element.GENERIC.fullmatch(x.strip()) for x in element.HARD.split(text)[1:]):
        return True
    every = [layout.title, *stated]
    if core and core in key:
        return False
    if element.squash(element.halves(layout.title)[1]) == key:
        return True  # the house behind the title
    if len(key) >= _LONG and any(key in element.squash(x) for x in every):
        return False
    return not any(_set_off(x, key) for x in every)


def over_menu(layout: Layout, first: int, last: int) -> bool:
    """Whether a heading that is all of `<title>` stands over a menu that leads home, and other headings below that: 江城史鉴 over 首页 读本 资源, a site's name."""
    lines = layout.lines
    if first >= _TOP or last >= len(lines) or lines[first].tag not in HEADINGS:
        return False
    if element.squash("".join(line.text for line in lines[first:last])) != element.squash(layout.title):
        return False
    menu = next((line for line in lines[last : last + _TOP] if furniture.linkish(line)), None)
    if menu is None or not any(_HOME.fullmatch(piece.strip()) for piece in (menu.text.split(" ")[0], *menu.pieces)):
        return False
    return any(line.tag in HEADINGS for line in lines[last + 1 :])


_TOP = 3  # lines
_HOME = pattern(r"(?:网站|網站)?(?:首\s?[页頁]|主[页頁])|Home", re.I)


def opens(title: str, stated: Iterable[str]) -> bool:
    """Whether something that the head says opens with a title, its kind of post aside: [求助] …"""
    keys = tuple({element.squash(x)[:_OPENING] for x in (title, _KIND.sub("", title, count=1))} - {""})
    return any(element.squash(text[:_SEEN]).startswith(keys) for text in stated if text)


def _set_off(text: str, key: str) -> bool:
    """Whether `text` opens with what is `key` when squashed, and a sign divides that from what follows."""
    if not element.squash(text).startswith(key):
        return False
    left = key
    for n, char in enumerate(text):
        if not left:
            return not (text[n:].lstrip()[:1].isalnum() and text[n - 1].isalnum())
        found = element.squash(char)
        left = left[len(found) :] if left.startswith(found) else left
    return True
