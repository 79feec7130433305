"""Where a page prints its title again: at the head of the text, in a box of its own, in several lines."""

from ingest.page.element import squash
from ingest.page.layout import Layout
from ingest.page.titles import HEADINGS, Title


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
            n += 1
    return out
