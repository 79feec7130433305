"""Markup that a parser would take minutes over, refused before it is parsed.

The parser is quick and, as the standard asks, patient: it compares every attribute of an element with every other, and
looks through all open elements at each block; unclosed inline formatting it opens again in every paragraph, so that five
thousand tags of 20 bytes become twelve million elements. All three show in the source. What these few looks miss, the
time limit of the workers ends; here it is only refused at once, with a reason that says what it is.
"""

import re
from collections.abc import Iterator

from ingest.config import Limits
from ingest.errors import Rejected
from ingest.patterns import pattern

_FEW = 2000
"""Tags up to which nothing that is opened again and again amounts to much."""
_QUOTED = pattern(r"\"[^\"]*\"|'[^']*'")
_WITHIN = pattern(r"(?:[^\"'<>]+|\"[^\"<]*\"|'[^'<]*'|[\"'])*")  # a tag's inside
_SEPARATOR = pattern(r"[\s/]+|(?<=\")(?=[^\s/>])")
_FORMATTING = frozenset(
    ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
)
_CELL = frozenset(("td", "th", "caption", "applet", "marquee", "object", "template"))
# Elements that stay open until they are closed; the others end by themselves, or hold nothing.
_BOX = frozenset(
    """
    div span table ul ol dl section article main aside header footer nav center blockquote form fieldset figure
    address details summary dialog menu dir pre h1 h2 h3 h4 h5 h6 button label q ins del sub sup cite abbr var kbd
    """.split()  # noqa: SIM905
)
_TAG = pattern(
    rf"<(/?)({'|'.join(sorted(_FORMATTING | _CELL | _BOX, key=len, reverse=True))})(?=[\s/>])([^<>]{{0,200}})", re.I
)
_FORMAT = pattern(
    rf"<(?=[{''.join(sorted({c for tag in _FORMATTING for c in (tag[0], tag[0].upper())} - {'a', 'A'}))}])"  # for speed
    rf"((?i:{'|'.join(sorted(_FORMATTING - {'a'}))})(?=[\s/>])[^<>]{{0,200}})"
)
_OPEN = 20
"""Times the depth that a page's tags may stay open by count: scripts hold tags that are none."""
_ALIKE = 3
"""Times that the standard opens one and the same formatting again."""


def check(text: str, limits: Limits) -> None:
    """Raises `Rejected` for the source of a page that would cost far more than its size says."""
    tags = text.count("<")
    if tags > 4 * limits.max_tags:
        raise Rejected("page", "too_large", f"more than {4 * limits.max_tags:,} tags (limits.max_tags)")
    most = limits.max_attributes
    if any(_attributes(text, at) > most for at in _gaps(text, most)):
        raise Rejected("page", "too_large", f"an element with more than {most:,} attributes (limits.max_attributes)")
    if tags > _FEW:
        many = _OPEN * limits.max_depth
        if (tags > many and tags - text.count("</") > many) or _formats(text) > limits.max_depth:
            _nesting(text, limits.max_depth)


def _gaps(text: str, size: int) -> Iterator[int]:
    """Where the names of tags stand behind which `2 * size` characters have no `<` in them: a stretch of `size` has none then."""
    at = 0
    while at < len(text):
        if text.find("<", at, at + size) >= 0:
            at += size
            continue
        start, end = text.rfind("<", 0, at) + 1, text.find("<", at)
        at = end if end >= 0 else len(text)
        if start and at - start > 2 * size and text[start].isascii() and text[start].isalpha():
            yield start


def _attributes(text: str, at: int) -> int:
    """About how many attributes the tag has whose name stands at `at`."""
    tag = _WITHIN.match(text, at)
    return len(_SEPARATOR.findall(_QUOTED.sub('""', tag[0]))) if tag else 0


def _formats(text: str) -> int:
    """How many elements of formatting could be open at once at most, by how many different ones the page opens.

    This spares nearly every page the count tag by tag.
    """
    return 1 + _ALIKE * len(set(_FORMAT.findall(text)))  # of links only one


def _nesting(text: str, depth: int) -> None:
    """Refuses a page on which more is opened than any element may be deep."""
    opened = dict.fromkeys(_BOX, 0)
    boxes = 0
    formats: dict[str, list[str]] = {}
    alike: dict[str, int] = {}
    formatting = 0
    for closing, name, rest in _TAG.findall(text):
        name = name.lower()
        if name in opened:
            if not closing:
                opened[name] += 1
                boxes += 1
            elif opened[name]:
                opened[name] -= 1
                boxes -= 1
        elif name in _CELL:  # what was opened in one cell is not opened again in the next
            formats.clear()
            alike.clear()
            formatting = 0
        elif not closing:
            key = f"{name} {rest}"
            if name == "a" and formats.get(name):  # a link ends the one before
                continue
            if alike.get(key, 0) < _ALIKE:
                alike[key] = alike.get(key, 0) + 1
                formats.setdefault(name, []).append(key)
                formatting += 1
        elif formats.get(name):
            alike[formats[name].pop()] -= 1
            formatting -= 1
        if formatting > depth:
            raise Rejected(
                "page", "too_deep", f"more than {depth} elements of formatting are left open (limits.max_depth)"
            )
        if boxes > _OPEN * depth:
            raise Rejected("page", "too_deep", f"more than {_OPEN * depth} elements are left open (limits.max_depth)")
