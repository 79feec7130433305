"""The document's title: which printed lines are it, and what of `<title>` is the site's name.

A page says its title up to four times: `<title>` with the site's name behind it, og:title, a heading, and again at the
head of the text. The heading that agrees with `<title>` is the title; `<title>` alone is the last resort.
"""

import re
from typing import NamedTuple

from ingest.page.walk import Layout

_SQUASH = re.compile(r"[\s\u3000\u00a0《》〈〉“”\"'‘’「」『』\-_—–|｜·,，、:：.。!！?？()（）\[\]【】]+")


def squash(text: str) -> str:
    """What two printings of a title have in common: letters and digits."""
    return _SQUASH.sub("", text).casefold()


class Title(NamedTuple):
    """Where the title stands: lines [first, last)."""

    first: int
    last: int


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
