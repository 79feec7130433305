"""What is cut out of a document's box: boxes by tag and name, links, bylines, readers' comments, what stands beside the text proper.

How boxes are called and lines read is `furniture`'s; what is cut at the edges line by line is `edges`'.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from ingest import labels
from ingest.han import dates, document_numbers, markers, numerals
from ingest.page import furniture
from ingest.page.furniture import ASIDE, ATTACHED, CELL, HEADINGS, Cut, linkish, printed, says
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.patterns import pattern

_PARAGRAPH = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"))
_PAIR = pattern(r"[\W\d]{0,3}[^：:，。；]{1,10}[：:]\s*\S")
_OTHER = pattern(r"([^\s：:，。；]{1,8}(?:\s[^\s：:，。；]{1,4})?)\s*[：:]\s*[^，。；]{1,40}")
_FACTS = 2
_GOES_ON = pattern(r"[，。、；：,;.:！？!?）)”」]")  # a line that begins so goes on with the one before it
_NUMBERS = frozenset(f"（(第{numerals.HAN}")
_STOPS = "。；;！!？?…"
_SLOGANS = 6
_MUCH = 300.0  # of prose, by weight
_COMMENT = pattern(r"\s*(?:/[/*]|\*|#(?!\d)|--|<!--)")
_BYLINES = 4  # lines of a publish line, at most
_ENTRY = 14  # characters of an entry of a chronicle, at least
_SIGNATURE = pattern(
    r"\s*(?:[A-Za-z_][\w<>\[\]*&.-]*\s+)*[A-Za-z_]\w*(?:(?:::|->|\.)\w+)*\s*\((?!\s*\d*\s*\))[\w\s$&*=,:<>\[\]|.'\"?-]*\)\s*;?"
)
"""How a manual of a program prints what is called: public int DateTime::getOffset ( void )."""
_OFFER = 4  # lines of a box that offers something, at most
_SMALL = 6  # lines of a box that asks to sign up, or shows the author, at most
_TEXTUAL = frozenset(("span", "a", "font", "b", "strong", "em", "i", "p"))


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
        free = n < text and line.size < 120 and line.tag not in ("li", "dd", "dt") and not line.marks
        if free and _byline(lines, n) and not _in_form(lines, n):
            out.append(Cut(n, n + 1, "byline"))
            continue
        if core.first <= n < core.last:
            continue
        tag = line.tag
        own = (tag in _PARAGRAPH or tag in CELL or (tag == "h1" and (title is None or n >= title[1]))) and (
            line.link * 3 < line.size * 2
        )
        said = (
            (line.marks > 1 and line.size > 20)
            or line.text[-1] in "：:"
            or line.file
            or _numbered(line)
            or _caption(layout, line)
            or (line.text[-1] in ");" and line.size < 160 and _SIGNATURE.fullmatch(line.text) is not None)
        )
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
    if sum(1 for cut in out if cut.rule == "byline") > _BYLINES:
        out = [cut for cut in out if cut.rule != "byline"]  # entries, each of which has its day
    for n in gone:
        if len(slogans) > _SLOGANS and n in slogans:
            continue  # so many are a list of the document's
        if out and out[-1].last == n and out[-1].rule == "beside-text":
            out[-1] = out[-1]._replace(last=n + 1)
        else:
            out.append(Cut(n, n + 1, "beside-text"))
    return out


def _caption(layout: Layout, line: VisibleLine) -> bool:
    """Whether a line says what a picture shows."""
    return line.size <= 60 and not line.link and furniture.captioned(layout.boxes[line.box])


def _numbered(line: VisibleLine) -> bool:
    """Whether a line is a unit of the text by its number, as (二) and 三、 are; 1. may number anything."""
    return not line.link and line.text.lstrip()[:1] in _NUMBERS and markers.opens(line.text)


def orphans(layout: Layout, first: int, last: int, cuts: list[Cut], title: tuple[int, int] | None) -> list[Cut]:
    """Headings of [first, last) under which everything was taken out."""
    gone = {n for cut in cuts for n in range(cut.first, cut.last)}
    out: list[Cut] = []
    kept = cut_below = False
    for n in range(last - 1, first - 1, -1):
        if n in gone:
            cut_below = True
        elif (
            layout.lines[n].tag in HEADINGS
            and layout.lines[n].text[-1] not in _STOPS  # a sentence that is set as a heading stands for itself
            and not (title and title[0] <= n < title[1])
        ):
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
        if seen > 80 and line.size < 80 and furniture.replies().search(line.text) and says("comments", line.text):
            after = lines[n + 1 : min(best.last, n + 16)]
            if sum(1 for x in after if x.size < 100 and furniture.opens("commenter", x.text)) >= 2:
                return n
        seen += max(0.0, weight[n])
    return best.last


def _byline(lines: Sequence[VisibleLine], n: int) -> bool:
    """Whether line `n`, above the text, says when and by whom it was published, and nothing else."""
    facts = labels.read_line(lines[n].spaced)
    if not any(f.rule.startswith("label:") or (f.rule == "date-line" and f.rank <= 50) for f in facts):
        return False
    if (
        not any(f.rule.startswith("label:") for f in facts)
        and any(map(_begins_in_a_day, (*lines[max(0, n - 1) : n], *lines[n + 1 : n + 2])))
        and _begins_in_a_day(lines[n])
    ):
        return False  # an entry of a chronicle
    first = max(0, n - 2)
    return not labels.of_event([line.text for line in lines[first : n + 3]], n - first)


def _in_form(lines: Sequence[VisibleLine], n: int) -> bool:
    """Whether line `n` is one of a list of facts that the document holds: a row of a table whose other rows stay, an author among publisher and price."""
    line = lines[n]
    if line.tag == "tr" and "\t" in line.text:
        near = (lines[k] for k in (n - 1, n + 1) if 0 <= k < len(lines))
        return any(
            x.tag == "tr" and x.box == line.box and "\t" in x.text and not labels.read_line(x.spaced) for x in near
        )
    if any(f.field == "published_on" for f in labels.read_line(line.spaced)):
        return False
    return _facts(lines, n, -1) + _facts(lines, n, 1) >= _FACTS


def _facts(lines: Sequence[VisibleLine], n: int, step: int) -> int:
    """How many lines next to line `n`, in one direction, are label and value, the label none that is known: 出版社：江城出版社."""
    count = 0
    for k in range(n + step, n + step * (_FACTS + 1), step):
        if not 0 <= k < len(lines):
            break
        found = _OTHER.fullmatch(lines[k].text)
        if not found or lines[k].link or (not labels.label_of(found[1]) and labels.read_line(lines[k].spaced)):
            break
        count += labels.label_of(found[1]) is None
    return count


def _begins_in_a_day(line: VisibleLine) -> bool:
    """Whether a line begins with a day that words follow: 2018-11-16江城分公司成立."""
    if line.size < _ENTRY or not line.text[0].isdecimal():
        return False
    day = dates.find(line.text)
    return day is not None and day.start == 0 and line.size - day.end >= 4


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
                or furniture.over_sources(lines[box.first - 1])
                or furniture.headed(layout, box.first - 1)
                or all(map(printed, lines[box.first : end]))
            )
        )
        rule = None
        if (
            furniture.commented(box)
            and good[box.first] - good[best.first] > 60
            and not _of_code(lines[box.first : end])
        ):
            rule = "comments"
        elif held >= 0.3 * whole:
            continue
        elif box.tag in ASIDE:
            within = box.tag == "button" and end < len(lines) and _GOES_ON.match(lines[end].text)
            rule = None if within else ASIDE[box.tag]
        elif (
            size <= _SMALL
            and held < 0.3 * whole
            and good[box.first] > good[best.first]
            and (
                _offers(lines[box.first : end])
                or _mailed(layout, box.first, end)
                or (
                    good[box.first] - good[best.first] > 0.6 * whole
                    and (_signs_up(layout, box.first, end) or _follows(lines[box.first : end]))
                )
            )
        ):
            rule = "form"
        elif furniture.commented(box) and _of_code(lines[box.first : end]):
            continue
        elif (strength := furniture.called(box)) and box.tag not in _TEXTUAL:
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


def _offers(within: Sequence[VisibleLine]) -> bool:
    """Whether a small box ends in a button to buy or to join, and is a few lines of what is offered: 限时特惠 … 立即购买."""
    last = within[-1]
    return (
        1 < len(within) <= _OFFER
        and last.link == last.size
        and not last.file
        and says("offer", last.text)
        and all(x.tag not in CELL and x.size <= 80 for x in within)
    )


def _mailed(layout: Layout, first: int, last: int) -> bool:
    """Whether a small box has a field that takes an address of mail and nothing else: a form of the text has more to fill in."""
    return _filled_in(layout, first, last) == ["email"]


def _signs_up(layout: Layout, first: int, last: int) -> bool:
    """Whether a small box asks for an address to send news to: it has a field to write in, and says so. A list of tasks has boxes to tick."""
    written = bool(_filled_in(layout, first, last))
    return written and any(says("signup", x.text) for x in layout.lines[first:last])


def _filled_in(layout: Layout, first: int, last: int) -> list[str]:
    """The kinds of the fields at lines [first, last) that are neither buttons nor ticked."""
    at, end = bisect_left(layout.fields, first), bisect_right(layout.fields, last)
    return [kind for kind in layout.inputs[at:end] if kind not in ("hidden", "submit", "button", "checkbox")]


def _follows(within: Sequence[VisibleLine]) -> bool:
    """Whether a small box has a button to follow who is shown in it: the author's, below the text."""
    return any(x.link and x.size <= 8 and says("follow", x.text) for x in within)


def _of_code(within: Sequence[VisibleLine]) -> bool:
    """Whether lines are comments of a program, which nobody wrote below an article."""
    return all(_COMMENT.match(line.text) for line in within)


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
