"""Where a page prints its title again: at the head of the text, in a box of its own, in several lines."""

from ingest.page.element import squash
from ingest.page.layout import Layout
from ingest.page.titles import HEADINGS, Title
from ingest.patterns import pattern

_READ = pattern(
    r"(?<!\s)\s*+[(（【\[]?(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}:\d\d(?::\d\d)?)?[)）】\]]?\s*"
    r"(?:(?:本文|文章)?(?:已?被)?(?:阅读|閱讀|浏览|瀏覽|点击|點擊|查看)(?:次数|數|量)?\W{0,2}\d*\W{0,2}次?\W{0,2})?$"
)


def again(layout: Layout, title: Title, first: int, last: int) -> list[int]:
    """Lines of [first, last) that print the title again, whole; a short one only in the line below it."""
    lines = layout.lines
    key = squash("".join(line.text for line in lines[title.first : title.last]))
    out: list[int] = []
    if len(key) < 6:
        below = lines[title.last] if first <= title.last < last else None
        return [title.last] if below and len(key) > 3 and below.tag in HEADINGS and squash(below.text) == key else []
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
            if _counted(lines[n].text, key):
                out.append(n)
            n += 1
    return out


def _counted(text: str, key: str) -> bool:
    """Whether a line is the title, a day and how often the page was read: 水塔 2019-8-9 本文被阅读 586 次."""
    found = _READ.search(text)
    return found is not None and squash(text[: found.start()]) == key
