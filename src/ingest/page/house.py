"""The name of the house a page is of, where it is printed as a headline is: what ends `<title>` may be that or the title's end."""

import re

from ingest.han import kinds, outlets
from ingest.page import element, furniture, headline
from ingest.page.layout import Layout
from ingest.patterns import pattern

_TOP = 3  # lines
_LOGO = pattern(r"logo|brand|masthead|(?:site|blog)[-_ ]?(?:title|name|head)", re.I)


def find(layout: Layout) -> str | None:
    """The name of the house that ends `<title>` and is printed over the page as a headline is, squashed: 夜行记 - 老林手记.

    Either what stands before it in `<title>` is printed below it, above the text; or that is printed nowhere, and the page says that
    the name is the house's: where it stands (a logo), by a link of that name, or in its foot. Which half is the house's is open where neither is so.
    """
    mine, name = element.halves(layout.title)
    title, key = element.squash(mine), element.squash(name)
    lines = layout.lines
    text = headline.prose_from(layout, 0, len(lines))
    over = element.squash(element.first(layout.title))
    below = element.squash(layout.title)[len(over) :]
    if 2 <= len(over) <= 24 and below and _leads(layout, over, below, text):
        return over
    if not name and _over_another(layout, title, text):
        return title
    if not (len(title) >= 2 and 2 <= len(key) <= 16) or kinds.END.search(name):
        return None
    at = next((n for n in range(text) if lines[n].size <= 40 and element.squash(lines[n].text) == key), None)
    if at is None:
        return None
    if at < _TOP and name.endswith(outlets.HOUSES) and not element.bare(mine):
        return key  # 垃圾房 - 江城设备经营部, over all of the page
    printed = [n for n, line in enumerate(lines) if line.size <= 150 and element.squash(line.text).startswith(title)]
    if printed:
        alone = [n for n in printed if at < n < text and not lines[n].link]
        if any(
            lines[n].tag in headline.HEADINGS or lines[n].center or lines[n].bold or headline.under(layout, n)
            for n in alone
        ):
            return key
        # A headline that leads to itself, under what stands where a logo does.
        linked = any(at < n < text and lines[n].tag in headline.HEADINGS for n in printed)
        return key if linked and layout.called(at, _LOGO) else None
    if any(title in element.squash(line.text) for line in lines[:text]) or len(title) < 4 or element.bare(mine):
        return None
    return key if key in layout.names or _of_house(layout, at, key) else None


def _over_another(layout: Layout, house: str, text: int) -> bool:
    """Whether a `<title>` that is not divided is a heading over the page that leads elsewhere, with another below it, behind a menu, that does not."""
    lines = layout.lines
    at = next((n for n in range(min(text, _TOP)) if element.squash(lines[n].text) == house), None)
    if at is None or lines[at].tag not in headline.HEADINGS or lines[at].link < lines[at].size:
        return False
    level = lines[at].tag
    others = (n for n in range(at + 2, text) if lines[n].tag in headline.HEADINGS and lines[n].tag <= level)
    # A headline may lead to itself, right above the text.
    free = (n for n in others if not lines[n].link or n >= text - _TOP)
    another = any(element.squash(lines[n].text) != house for n in free)
    return another and furniture.linkish(lines[at + 1])


def _leads(layout: Layout, house: str, title: str, text: int) -> bool:
    """Whether `<title>` opens with the house: that is a link over the page, and what follows a headline below it, above the text."""
    lines = layout.lines
    at = next((n for n in range(min(text, _TOP)) if element.squash(lines[n].text) == house), None)
    if at is None or lines[at].link < lines[at].size:
        return False
    return any(
        element.squash(lines[n].text) == title and lines[n].tag in headline.HEADINGS and not lines[n].link
        for n in range(at + 1, text)
    )


def _of_house(layout: Layout, n: int, key: str) -> bool:
    """Whether line `n` stands in a box that is called a logo, or the page's foot names the same as its owner."""
    if layout.called(n, _LOGO):
        return True
    foot = (x for x in layout.lines[max(n + 1, len(layout.lines) - 8) :] if x.size < 200)
    return any(furniture.holds("foot", x.text) and key in element.squash(x.text) for x in foot)
