"""What a page prints again: its title at the head of the text, in a box of its own, in several lines; the text's beginning as its summary."""

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.page.element import squash
from ingest.page.headline import HEADINGS, Title
from ingest.page.layout import Layout
from ingest.patterns import pattern

_READ = pattern(
    r"(?<!\s)\s*+[(（【\[]?(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?[)）】\]]?\s*"
    r"(?:(?:本文|文章)?(?:已?被)?(?:阅读|閱讀|浏览|瀏覽|点击|點擊|查看)(?:次数|數|量)?\W{0,2}\d*\W{0,2}次?\W{0,2})?$"
)

_LEDE = pattern(
    r"\W*(?:内容|文章|新闻)?(?:摘\s*要|导\s*读|導\s*讀|导语|提\s*要|核心提示|简\s*介|概要)\W{0,3}[:：】\]》]\W*"
)
_SUMMARY = pattern(
    r"summary|abstract|digest|excerpt|zhaiyao|daodu|daoyu|lead\b|\b(?:article|news|post)?[-_]?(?:intro|desc(?:ription)?)\b",
    re.I,
)
_LEDES = 8  # lines from the title on among which a summary is looked for
_BEHIND = 8  # lines behind it in which the text says the same
_LED = 24  # characters of sentences that may be one without being called so
_CELLS = frozenset(("tr", "td", "th", "li", "dd", "dt"))
_NEXT = 1  # lines behind it in which the text says the same then
_SAID = 15  # characters of a summary, at least


def again(layout: Layout, title: Title, first: int, last: int) -> list[int]:
    """Lines of [first, last) that print the title again, whole; a short one only in the line below it."""
    lines = layout.lines
    key = squash("".join(line.text for line in lines[title.first : title.last]))
    out: list[int] = []
    if len(key) < 6:
        below = lines[title.last] if first <= title.last < last else None
        if below and len(key) > 3 and below.tag in HEADINGS and squash(below.text) == key:
            out.append(title.last)
        return out + [n for n in range(max(first, title.last), last) if len(key) > 1 and counted(lines[n].text, key)]
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
            if counted(lines[n].text, key):
                out.append(n)
            n += 1
    return out


def counted(text: str, key: str) -> re.Match[str] | None:
    """Where a line that is the title goes on with a day and how often the page was read: 水塔 2019-8-9 本文被阅读 586 次."""
    found = _READ.search(text)
    return found if found and squash(text[: found.start()]) == key else None


@lru_cache(maxsize=8192)
def _summary(name: str) -> bool:
    """Whether a box or a paragraph is called a summary."""
    return _SUMMARY.search(name) is not None


def ledes(layout: Layout, title: Title | None, first: int, last: int, rules: Sequence[str | None]) -> list[int]:
    """Lines of [first, last) that are a summary of which nothing is new: how the text below begins, or the title and key words.

    A line is a summary that says so (摘要：…), that stands in a box called so, or that is sentences right under the headline with which the text below it
    begins. `rules` take out lines; what they take out says nothing again.
    """
    lines = layout.lines
    start = title.last if title and first - 2 <= title.last <= last else first
    name = squash("".join(x.text for x in lines[title.first : title.last])) if title else ""
    out = []
    over = title is not None  # whether nothing but the headline stands above
    for n in range(start, min(last, start + _LEDES)):
        line = lines[n]
        label = _LEDE.match(line.text)
        led = over and line.size >= _LED and line.marks > 1 and line.tag not in _CELLS
        over = over and rules[n] is not None
        if rules[n] or line.size < _SAID:
            continue
        named = label or _summary(line.name) or _summary(layout.boxes[line.box].name)
        if not (led or named):
            continue
        key = squash(line.text[label.end() if label else 0 :].rstrip("….。"))
        if len(key) < _SAID:
            continue
        if label and len(name) >= 8 and key.startswith(name) and len(key) < 2 * len(name):
            out.append(n)
            continue
        stays = [m for m in range(n + 1, min(last, n + 1 + _BEHIND)) if rules[m] is None][: _BEHIND if named else _NEXT]
        if any(squash("".join(lines[m].text for m in stays[at : at + 3])).startswith(key) for at in range(len(stays))):
            out.append(n)
    return out
