"""What stands beside a document on its page: boxes by tag and name, links, bylines, comments.

What is called so, and how such lines read, is data: furniture.tsv.
"""

import re
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from ingest import rules
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.patterns import pattern
from ingest.prefilter import prefilter

ASIDE = {"nav": "nav", "footer": "footer", "aside": "aside", "form": "form", "button": "button", "menu": "nav"}
_SOURCES = pattern(
    r"\W*(?:[一二三四五六七八九十\d]+\s*[、.．]\s*)?(?:主要|本文|相关)?(?:参考|參考|引用|資料|资料|文献|文獻)(?:的|及)?(?:资料|資料|文献|文獻|链接|鏈接|連結|文章|来源|來源|书目|書目|网址|網址|内容|文档|出处|与?致谢)*\W*"
    r"|\W*(?:References?|Bibliography|Sources?|Further reading|Citations?|Refs?)\W*",
    re.I,
)
_ABOVE = 1000  # lines above a heading in which its text's paragraphs are looked for
TITLING = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "tr"))
HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_TITLES = frozenset(("h1", *HEADINGS))
CELL = frozenset(("li", "td", "th", "dd", "dt"))
_ENTRY = frozenset(("li", "dt", "dd", "td", "a"))
_ADDRESS = pattern(r"(?:https?://|www\.)[^\s，。；）)]{4,}", re.I)
ATTACHED = pattern(r"\W*附[件表]")
_FILE = pattern(r"[^\s/]\.(?:pdf|docx?|xlsx?|pptx?|wps|ofd|rtf|zip|rar|7z|ceb)\W*\Z", re.I)


class Cut(NamedTuple):
    """Lines inside the container that are not the document, and the rule that says so."""

    first: int
    last: int
    rule: str


TABLE = rules.Table("ingest.page", "furniture.tsv", ("id", "kind", "pattern", "example", "lookalike"))
_COMMENTED = ("comments", "comment-systems")
_KINDS = (
    "strong",
    "weak",
    "foot",
    "over",
    "related",
    "comments",
    "commenter",
    "closing",
    "call",
    "contact",
    "place",
    "none",
    "unfilled",
    "counted",
    "signup",
    "follow",
    "caption",
    "offer",
    "addressee",
)


def flags_of(kind: str) -> re.RegexFlag:
    """With which flags the patterns of a kind are compiled: case counts in a page's foot alone, where it costs time not to."""
    return re.NOFLAG if kind == "foot" else re.I


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    every: dict[str, list[str]] = {kind: [] for kind in _KINDS}
    for row in TABLE.rows():
        row.expression("pattern")  # by itself, so that what is wrong with it is said of its line
        every[row.one_of("kind", _KINDS)].append(row["pattern"])
    # Joined bare: groups would hide from the engine with which characters a match can begin.
    return {kind: re.compile("|".join(own), flags_of(kind)) for kind, own in every.items()}


@lru_cache(maxsize=1)
def _comment_box() -> re.Pattern[str]:
    """How a box of readers' comments is called, by its author or by the system that fills it."""
    return re.compile("|".join(row["pattern"] for row in TABLE.rows() if row["id"] in _COMMENTED), re.I)


@lru_cache(maxsize=1)
def replies() -> re.Pattern[str]:
    """What a heading over readers' comments has to hold."""
    return prefilter([_patterns()["comments"]])


def says(kind: str, text: str) -> bool:
    """Whether a whole line is of a kind of furniture.tsv."""
    return _patterns()[kind].fullmatch(text) is not None


def holds(kind: str, text: str) -> bool:
    """Whether a line has something of a kind of furniture.tsv in it."""
    return _patterns()[kind].search(text) is not None


def opens(kind: str, text: str) -> bool:
    """Whether a line begins with something of a kind of furniture.tsv."""
    return _patterns()[kind].match(text) is not None


@lru_cache(maxsize=8192)
def named(name: str) -> int:
    """2: named as furniture; 1: named as what is often furniture; 0: not."""
    return 2 if holds("strong", name) else 1 if holds("weak", name) else 0


def called(box: Box) -> int:
    """The same of a box; 0 for headings, whose ids are made of their words (<h3 id="4-使用-page-rules">), classes of what moves with them."""
    return named(box.name) if box.name and box.tag not in _TITLES else 0


def linkish(line: VisibleLine) -> bool:
    """Whether a line is a link, or a list's entry that opens with one (a headline, then a date or a name)."""
    if not line.link:
        return False
    if line.listed is None:
        line.listed = _listed(line)
    return line.listed


def headed(layout: Layout, n: int) -> bool:
    """Whether line `n` is a heading of the text itself, whatever links stand under it: the box around it holds paragraphs too.

    Not one that says that other documents, comments or neighbours follow.
    """
    line = layout.lines[n]
    if line.tag not in HEADINGS or line.link or line.size > 40:
        return False
    if any(says(kind, line.text) for kind in ("related", "over", "comments", "call")):
        return False
    box = layout.boxes[line.box]
    around = layout.boxes[box.parent] if box.tag in _TITLES and box.parent >= 0 else box
    above = map(layout.lines.__getitem__, range(n - 1, max(around.first, n - _ABOVE) - 1, -1))
    own = (x for x in above if x.box == around.index and x.marks > 1 and x.size > 20)
    return next(islice(own, 1, None), None) is not None


def over_sources(line: VisibleLine) -> bool:
    """Whether a line heads what a text was made from, which is a part of it: 参考资料."""
    return line.size <= 24 and not line.link and _SOURCES.fullmatch(line.text) is not None


def printed(line: VisibleLine) -> bool:
    """Whether a line's link is an address in print: 官网地址：https://…"""
    found = _ADDRESS.search(line.text) if line.link and not line.idle else None
    return found is not None and 2 * len(found[0]) >= line.link


def captioned(box: Box) -> bool:
    """Whether a box is called by the picture whose caption it is."""
    return bool(box.name) and _for_captions(box.name)


@lru_cache(maxsize=8192)
def _for_captions(name: str) -> bool:
    return holds("caption", name)


def to_file(line: VisibleLine) -> bool:
    """Whether a line leads to a document file, by its address or, where that is a program's, by the words of its link: 附件【名单.xls】."""
    return line.file or (line.link > 0 and _FILE.search(line.text) is not None)


def _listed(line: VisibleLine) -> bool:
    plain = line.size - line.link
    if plain * 3 <= line.size or line.size >= 120:
        return plain * 3 <= line.size
    # A list's entry that a link opens or closes; a day, a number and brackets beside a link are none of its words.
    return (line.tag in _ENTRY and line.link * 3 > line.size) or (
        plain <= 24 and line.link > 3 and sum(map(str.isalpha, line.text)) <= line.link
    )


def commented(box: Box) -> bool:
    """Whether a box is called by the comments it holds."""
    return bool(box.name) and _for_comments(box.name)


@lru_cache(maxsize=8192)
def _for_comments(name: str) -> bool:
    return _comment_box().search(name) is not None
