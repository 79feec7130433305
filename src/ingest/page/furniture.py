"""What stands beside a document on its page: boxes by tag and name, links, bylines, comments.

What is called so, and how such lines read, is data: furniture.tsv.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, islice, pairwise
from typing import NamedTuple

from ingest import labels, rules
from ingest.han import dates, document_numbers
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.patterns import pattern
from ingest.prefilter import prefilter

_PARAGRAPH = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"))
ASIDE = {"nav": "nav", "footer": "footer", "aside": "aside", "form": "form", "button": "button", "menu": "nav"}
_PAIR = pattern(r"[\W\d]{0,3}[^：:，。；]{1,10}[：:]\s*\S")
_GOES_ON = pattern(r"[，。、；：,;.:！？!?）)”」]")  # a line that begins so goes on with the one before it
_SOURCES = pattern(
    r"\W*(?:[一二三四五六七八九十\d]+\s*[、.．]\s*)?(?:主要|本文|相关)?(?:参考|參考|引用|資料|资料|文献|文獻)(?:的|及)?(?:资料|資料|文献|文獻|链接|鏈接|連結|文章|来源|來源|书目|書目|网址|網址|内容|文档|出处|与?致谢)*\W*"
    r"|\W*(?:References?|Bibliography|Sources?|Further reading|Citations?|Refs?)\W*",
    re.I,
)
_SLOGANS = 6
_ABOVE = 1000  # lines above a heading in which its text's paragraphs are looked for
_MUCH = 300.0  # of prose, by weight
TITLING = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "tr"))
_HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_TITLES = frozenset(("h1", *_HEADINGS))
CELL = frozenset(("li", "td", "th", "dd", "dt"))
_TEXTUAL = frozenset(("span", "a", "font", "b", "strong", "em", "i", "p"))
_ENTRY = frozenset(("li", "dt", "dd", "td", "a"))
_ADDRESS = pattern(r"(?:https?://|www\.)[^\s，。；）)]{4,}", re.I)
ATTACHED = pattern(r"\W*附[件表]")


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
def _replies() -> re.Pattern[str]:
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
    if line.tag not in _HEADINGS or line.link or line.size > 40:
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


def _listed(line: VisibleLine) -> bool:
    plain = line.size - line.link
    if plain * 3 <= line.size or line.size >= 120:
        return plain * 3 <= line.size
    # A list's entry that a link opens or closes; a day, a number and brackets beside a link are none of its words.
    return (line.tag in _ENTRY and line.link * 3 > line.size) or (
        plain <= 24 and line.link > 3 and sum(map(str.isalpha, line.text)) <= line.link
    )


def beside(
    layout: Layout, best: Box, last: int, prose: list[float], title: tuple[int, int] | None, cuts: list[Cut]
) -> list[Cut]:
    """What stands beside the text proper: lines outside the innermost box that holds the prose, no paragraphs themselves.

    Bylines, buttons and counters between the heading and the text, and below it.
    """
    lines, boxes = layout.lines, layout.boxes
    good = list(accumulate(prose, initial=0.0))
    whole = good[last] - good[best.first]
    core = best
    for box in boxes[best.index + 1 :]:
        if box.first >= last:
            break
        inside = box.parent >= best.index and box.last <= core.last and box.first >= core.first
        if inside and box.tag not in _PARAGRAPH and good[box.last] - good[box.first] >= 0.8 * whole:
            core = box
    taken = {n for cut in cuts for n in range(cut.first, cut.last)} | set(range(*title) if title else ())
    out: list[Cut] = []
    text = next(
        (n for n in range(title[1] if title else best.first, last) if lines[n].marks > 1 < lines[n].size / 20), last
    )
    dated = [n for n in range(best.first, text) if lines[n].size < 16 and lines[n].text[0].isdecimal()]
    if len(dated) > 4 and len(dated := [n for n in dated if dates.find(lines[n].text)]) > 4:
        text = dated[0]  # a chronicle, whose entries are days
    gone: list[int] = []
    slogans: set[int] = set()  # short lines that others of `gone` part from the text: a slogan, a number to call
    parted = False
    for n in (*range(best.first, max(core.first, text)), *range(min(core.last, last), last)):
        line = lines[n]
        if n in taken:
            parted = n >= core.last
            continue
        # Not a list's entry: the box of facts of an encyclopedia is left whole, to be read as one.
        if n < text and line.size < 120 and line.tag not in ("li", "dd", "dt") and not line.marks and _byline(lines, n):
            out.append(Cut(n, n + 1, "byline"))
            continue
        if core.first <= n < core.last:
            continue
        tag = line.tag
        own = (tag in _PARAGRAPH or tag in CELL or (tag == "h1" and title is not None and n >= title[1])) and (
            line.link * 3 < line.size * 2
        )
        said = (line.marks > 1 and line.size > 20) or line.text[-1] in "：:" or line.file
        signed = n >= core.last and any(dates.DATE.search(x.text) for x in lines[n : n + 2] if x.size < 30)
        row = tag == "tr" and "\t" in line.text  # of a data table, which stays or goes as one
        if said or signed or row or printed(line) or document_numbers.whole(line.text):
            continue
        if not own:
            gone.append(n)
        elif (
            parted and line.size <= 24 and line.marks < 2 and not (_PAIR.match(line.text) or ATTACHED.match(line.text))
        ):
            gone.append(n)
            slogans.add(n)
        parted = n >= core.last and gone[-1:] == [n]
    for n in gone:
        if len(slogans) > _SLOGANS and n in slogans:
            continue  # so many are a list of the document's
        if out and out[-1].last == n and out[-1].rule == "beside-text":
            out[-1] = out[-1]._replace(last=n + 1)
        else:
            out.append(Cut(n, n + 1, "beside-text"))
    return out


def orphans(layout: Layout, first: int, last: int, cuts: list[Cut], title: tuple[int, int] | None) -> list[Cut]:
    """Headings of [first, last) under which everything was taken out."""
    gone = {n for cut in cuts for n in range(cut.first, cut.last)}
    out: list[Cut] = []
    kept = cut_below = False
    for n in range(last - 1, first - 1, -1):
        if n in gone:
            cut_below = True
        elif layout.lines[n].tag in _HEADINGS and not (title and title[0] <= n < title[1]):
            if cut_below and not kept:
                out.append(Cut(n, n + 1, "beside-text"))
            kept = cut_below = False
        else:
            kept = True
    return out


def before_comments(layout: Layout, best: Box, weight: list[float]) -> int:
    """Where the document ends when readers' comments follow it in the same box."""
    lines = layout.lines
    seen = 0.0
    for n in range(best.first, best.last):
        line = lines[n]
        if seen > 80 and line.size < 80 and _replies().search(line.text) and says("comments", line.text):
            after = lines[n + 1 : min(best.last, n + 16)]
            if sum(1 for x in after if x.size < 100 and _patterns()["commenter"].match(x.text)) >= 2:
                return n
        seen += max(0.0, weight[n])
    return best.last


def _byline(lines: Sequence[VisibleLine], n: int) -> bool:
    """Whether line `n`, above the text, says when and by whom it was published, and nothing else."""
    facts = labels.read_line(lines[n].spaced)
    if not any(f.rule.startswith("label:") or (f.rule == "date-line" and f.rank <= 50) for f in facts):
        return False
    first = max(0, n - 2)
    return not labels.of_event([line.text for line in lines[first : n + 3]], n - first)


def commented(box: Box) -> bool:
    """Whether a box is called by the comments it holds."""
    return bool(box.name) and _for_comments(box.name)


@lru_cache(maxsize=8192)
def _for_comments(name: str) -> bool:
    return _comment_box().search(name) is not None


def furnishings(
    layout: Layout, best: Box, last: int, prose: list[float], title: tuple[int, int] | None, gaps: list[Cut]
) -> list[Cut]:
    """Furniture inside the container: boxes by tag, name, or being nothing but links."""
    lines, boxes = layout.lines, layout.boxes
    good = list(accumulate(prose, initial=0.0))
    whole = good[last] - good[best.first]
    linked = list(accumulate((line.link > 0 and linkish(line) for line in lines), initial=0))
    own = list(accumulate((line.file or ATTACHED.match(line.text) is not None for line in lines), initial=0))
    cuts: list[Cut] = []
    called_so = 0.0  # how much prose goes by the names of boxes alone
    done = best.first
    gone = {n for gap in gaps for n in range(gap.first, gap.last)}
    for box in boxes[best.index + 1 :]:
        if box.first >= last:
            break
        if box.first < done or box.first == box.last or box.first in gone:
            continue
        if title and box.first < title[1] and title[0] < box.last:
            continue
        end = min(box.last, last)
        held = good[end] - good[box.first]
        size, links = end - box.first, linked[end] - linked[box.first]
        # Links of the document's own: files, or a list under 附件.
        attached = own[end] - own[max(0, box.first - 1)] or (
            box.first > best.first
            and (
                _announces(lines[box.first - 1])
                or over_sources(lines[box.first - 1])
                or headed(layout, box.first - 1)
                or all(map(printed, lines[box.first : end]))
            )
        )
        rule = None
        if commented(box) and good[box.first] - good[best.first] > 60:
            rule = "comments"
        elif held >= 0.3 * whole:
            continue
        elif box.tag in ASIDE:
            within = box.tag == "button" and end < len(lines) and _GOES_ON.match(lines[end].text)
            rule = None if within else ASIDE[box.tag]
        elif (strength := called(box)) and box.tag not in _TEXTUAL:
            poor = held < 40 and not attached
            rule = "furniture" if poor or (strength == 2 and not _prosaic(held, lines[box.first : end])) else None
            called_so += held if rule else 0.0
        if not rule and size >= 3 and not attached:
            # Between paragraphs a short list of links may be the document's own (cards, sources).
            between = good[box.first] > good[best.first] and good[last] - good[end] > 0.05 * whole
            if links * 3 >= size * 2 and links >= (6 if between else 2):
                rule = "link-list"
            elif not between and good[box.first] > good[best.first] and links > 3 and links * 5 >= size * 2:
                rule = "link-list" if _shelf(lines[box.first : end]) else None
        if not rule and 2 <= size <= 16 and good[end] - good[best.first] < 0.35 * whole:
            rule = "metadata-list" if _labelled(lines[box.first : end]) else None
        if rule:
            cuts.append(Cut(box.first, end, rule))
            done = end
    # What holds most of the text is not called by what it is: articles in windows (modal).
    if called_so > _MUCH and called_so * 2 > whole:
        cuts = [cut for cut in cuts if cut.rule != "furniture"]
    return cuts


def _announces(line: VisibleLine) -> bool:
    """Whether a line of the text says that links follow: 下面是几个有用的链接："""
    return (
        line.size > 8
        and line.text[-1] in "：:"
        and not line.link
        and not says("related", line.text)
        and not says("over", line.text)
    )


def _labelled(within: list[VisibleLine]) -> bool:
    """Whether these lines are a list of facts about the document: all of them label and value, some of known meaning."""
    if not all(line.size < 120 and _PAIR.match(line.text) for line in within):
        return False
    known = (f.field for line in within for f in labels.read_line(line.spaced) if f.rule.startswith("label:"))
    return len(set(known)) >= 2


def _shelf(within: Sequence[VisibleLine]) -> bool:
    """Whether lines are links, each with next to nothing below it: goods and their prices, courses and their numbers."""
    below = sum(
        1
        for a, b in pairwise(within)
        if a.link > 0 and linkish(a) and not (b.link > 0 and linkish(b)) and b.size <= 30 and not b.marks
    )
    return (sum(1 for x in within if x.link > 0 and linkish(x)) + below) * 5 >= len(within) * 4


def _prosaic(held: float, within: list[VisibleLine]) -> bool:
    """Whether a box with a furniture name holds paragraphs all the same."""
    return held > 150 and sum(1 for x in within if x.marks > 1 and x.size > 40) * 2 > len(within)
