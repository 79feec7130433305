"""What speaks for a page's being a document, and against it: counted once, weighed in `verdict`."""

import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ingest.page import element, entries, furniture
from ingest.page.headline import HEADINGS, Title
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

_MORE = pattern(
    r"[\[【(（]?(?:阅读全文|閱讀全文|阅读更多|閱讀更多|继续阅读|繼續閱讀|查看详情|查看详细|[\[【]详细[\]】]|[\[【]详情[\]】]|查看全文|查看原文|详细内容|了解详情|了解更多|详细(?=\s*[>»])|read more|continue reading|view details)"
    r"[\s\])】）»>›→➔⟶…—.-]*$",
    re.I,
)
"""How a summary ends behind which the text is elsewhere."""
_LAST_OF_A_DAY = frozenset("0123456789日]）)")
_DAY_LAST = pattern(r"\w{4}.*[^\d/.年月-](?:19|20)\d\d(?P<by>[-/.年])\d{1,2}(?:(?P=by)|月)\d{1,2}日?[\]）)]?\Z")
"""Words that a whole day ends."""
_SIGN = pattern(
    r"\s*(?:[\ue000-\uf8ff\U000f0000-\U0010fffd]\s*)+|\W*(?:&#x?[0-9a-fA-F]{2,6};?|\\?[eEfF][0-9a-fA-F]{3}|[.#]?(?:icon|fa|el-icon|glyphicon|ri|bi|mdi|ion)[-_][\w-]+)\W*"
)
_SIGNS = 12
_ITEMS = 100  # characters of such lines, at least
_HAN_ONLY = pattern(r"[^\u3400-\u9fff]")
# Rules by which the choice of lines takes out what is not in it.
_CHOSEN_OUT = frozenset(
    ("outside-container", "furniture", "link-list", "beside-text", "aside", "nav", "between-containers")
)
_HEADLINE = 8  # characters from which on a link's words are a headline and no button


class Evidence(NamedTuple):
    """What speaks for and against a document.

    `kept`, `prose`, `outside`, `shown` are characters: of the document's own lines, of those that are punctuated prose, of
    such prose that is taken out, of the whole page. `own` counts the document's own lines that are no links, `links` the
    links among its lines, `headlines` those of the page that lead elsewhere, `teasers` the summaries under headlines.
    `row` holds the entries of a list (`entries.find`).
    `repeated` is the share of the document's lines that are printed more than once. `printed`: the page prints a title that its own
    statements agree with; `dated`: the day of publication stands near it; `named`: `<title>` says more than the site; `lists`: it says that the page
    lists others. `home`: `<title>` is what the page says its site is called. `days`: lines set alike each of which is a day and nothing else. `more`: lines
    that lead to where a text goes on (阅读全文). `sure`: the text stands in a box that is called as nothing but a text is. `led`: lines
    of `more` below a linked headline. `counted`: how the page says how many entries its list has. `buttons`: lines of the page that are one. `dates`: lines
    of the document that end in a day, as headlines without a link do. `signs`: it shows the signs of a font, or their codes, one by one.
    """

    kept: int
    prose: int
    outside: int
    shown: int
    own: int
    links: int
    headlines: int
    teasers: int
    repeated: float
    printed: bool
    dated: bool
    named: bool
    lists: bool
    row: entries.Entries = entries.NONE
    home: bool = False
    days: int = 0
    more: int = 0
    sure: bool = False
    led: int = 0
    counted: str = ""
    buttons: int = 0
    dates: int = 0
    signs: bool = False

    @property
    def rowed(self) -> bool:
        """Whether most of what is kept are the entries of a list."""
        return self.row.size * 5 >= self.kept * 3 > 0

    @property
    def itemized(self) -> bool:
        """Whether what is kept is hardly more than headlines, a day behind each."""
        return self.dates > _ITEMS and self.dates * 5 >= self.kept * 3 and not self.prose

    @property
    def share(self) -> float:
        """How much of the page is kept."""
        return self.kept / self.shown if self.shown else 0.0

    @property
    def marks(self) -> int:
        """How many of the marks of an article it has: a printed title, a day."""
        return self.printed + self.dated


def prose(layout: Layout, rules: Sequence[str | None]) -> tuple[int, int]:
    """Characters of punctuated lines that are no links: among the document's own, and among what is taken out.

    Comments, repeated titles and what else has a rule of its own that is sure count for neither.
    """
    inside = outside = 0
    for line, rule in zip(layout.lines, rules, strict=True):
        if line.marks and line.size > 20 and not is_link(line):
            if rule is None:
                inside += line.size
            elif rule in _CHOSEN_OUT:
                outside += line.size
    return inside, outside


def weigh(layout: Layout, rules: Sequence[str | None], title: Title | None) -> Evidence:
    """What speaks for a document and against it, when `rules` take out lines and `title` is its title; its day aside."""
    lines = layout.lines
    named = set(range(title.first, title.last)) if title else set()
    kept = [n for n, rule in enumerate(rules) if rule is None and n not in named]
    inside, outside = prose(layout, rules)
    more, led = _more(layout, rules, named)
    own = [n for n in kept if not is_link(lines[n])]
    long = [lines[n].text for n in kept if lines[n].size > 3 and lines[n].tag != "pre"]
    return Evidence(
        kept=sum(lines[n].size for n in kept),
        prose=inside,
        outside=outside,
        shown=sum(line.size for line in lines),
        own=len(own),
        links=len(kept) - len(own),
        headlines=sum(1 for x in lines if x.link >= _HEADLINE and not x.file and furniture.linkish(x)),
        teasers=sum(1 for n in kept if n in layout.teasers),
        repeated=1 - len(set(long)) / len(long) if len(long) > 7 else 0.0,
        printed=(title is not None and title.agrees) or _told(layout, kept),
        dated=False,
        named=not element.bare(layout.title),
        lists=element.listing(layout.title),
        row=entries.find(layout, rules),
        counted=next(
            (x.text.strip() for x in lines if x.size < 80 and "页" in x.text and furniture.says("counted", x.text)), ""
        ),
        more=more,
        led=led,
        buttons=sum(1 for line in lines if line.tag == "button"),
        dates=_ending_in_days([lines[n] for n in own]),
        signs=_of_signs([lines[n].text for n in own]),
    )


def _more(layout: Layout, rules: Sequence[str | None], named: Collection[int]) -> tuple[int, int]:
    """Lines of the document, and buttons in it, that lead to where a text goes on; how many stand below a linked headline that is not the title (`named`)."""
    more = led = 0
    headline = False
    for n, (line, rule) in enumerate(zip(layout.lines, rules, strict=True)):
        if line.tag in HEADINGS and line.link * 10 >= line.size * 8 and n not in named:
            headline = True
        elif line.link and rule in (None, "button", "edge-links") and _MORE.search(line.text):
            more += 1
            led += headline
            headline = False
    return more, led


def _of_signs(own: Sequence[str]) -> bool:
    """Whether a third of a document's lines are signs of a font, or what a program calls them: &#xe600; icon-home."""
    count = sum(1 for text in own if len(text) < 40 and _SIGN.fullmatch(text))
    return count >= _SIGNS and count * 3 >= len(own)


def _ending_in_days(own: Sequence[VisibleLine]) -> int:
    """Characters of lines that end in a day behind words that are no sentence: 东山渡口停航2021-06-28. Entries of a list whose links a script makes."""
    return sum(
        x.size
        for x in own
        if x.tag != "tr" and x.size < 120 and x.text[-1] in _LAST_OF_A_DAY and x.marks < 3 and _DAY_LAST.search(x.text)
    )


def _told(layout: Layout, kept: Sequence[int]) -> bool:
    """Whether the document's own lines say nearly all that `<title>` says: a post that has no headline."""
    name = _HAN_ONLY.sub("", layout.title[slice(*element.within(layout.title, layout.names))])
    pairs = {name[n : n + 2] for n in range(len(name) - 1)}
    if not 8 <= len(pairs) <= 80:
        return False
    text = _HAN_ONLY.sub("", "".join(layout.lines[n].text for n in kept[:40]))
    return sum(pair in text for pair in pairs) * 5 >= len(pairs) * 3


def is_link(line: VisibleLine) -> bool:
    """Whether a line is hardly more than a link."""
    return line.link > 0 and (line.size - line.link) * 3 <= line.size
