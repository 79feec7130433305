"""Where a page prints its title again: at the head of the text, in a box of its own, in several lines."""

from ingest.page.element import squash
from ingest.page.layout import Layout
from ingest.page.titles import Title


def again(layout: Layout, title: Title, first: int, last: int) -> list[int]:
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
