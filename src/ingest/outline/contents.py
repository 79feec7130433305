"""Contents: where a text lists its own headings before they come, however it numbers and words them."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from ingest.outline.candidates import Marker
from ingest.outline.lines import COLONS, LogicalLine
from ingest.patterns import pattern

_STOP = pattern(rf"[。！？；，{COLONS}、!?;,…]$")
_STOPS = "；;，,、"  # which an entry may end in
_CONTENTS = pattern(r"目\s*[录錄次]\s*[：:]?")
_DOTS = pattern(r"(?:(?:[.．·⋯…]\s?){6,}|[-—–_]{6,})\s*(?:\d{1,4}|[Ⅰ-Ⅻ]{1,3}|[IVXivx]{1,5})$")
_LEADING = ".．·⋯…-—–_"
_PAGES = "0123456789ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫIVXivx"
_LISTS = pattern(r"(?:目\s*[录錄次]|(?:插?图|附?表格?)\s*(?:目\s*[录錄]|清\s*单|索\s*引))\s*[：:]?")
_GLUED = pattern(r"(?<=[^\s\d.．,，/-])\s*(\d{1,4}|[Ⅰ-Ⅻ]{1,3}|[IVX]{1,5})$")  # an entry's page
_NEAR = 400  # lines in which contents may begin
_PAGES_ON = 120  # how far one entry's page may be from the next one's
_TABLES = 160  # lines in which a table may be contents
_NUMBERED = pattern(r"^(?:第.{1,4}[章节篇]|\d{1,2}(?:[.．]\d{1,3})*[.．、]?)")
_FIRST_ONES = 400  # candidates
_RUN = 5  # entries of contents that nothing calls so
_HEAD = 60  # lines before them
_DECIMAL = pattern(r"\d{1,2}(?:[.．]\d{1,2})+")
_ASIDE = 3  # lines without leaders between two with some
_PAGE = pattern(r"\d{1,4}|[Ⅰ-ⅫIVXivx]{1,6}")
_LEADERS = pattern(r"[\s.．·…⋯—-]*(?:\d*|[Ⅰ-Ⅻ]{1,3}|(?<=[\s.．·…⋯])[IVXivx]{1,5})\s*$")


def short(text: str, line: LogicalLine, limit: int = 60) -> bool:
    """Whether a line is short and ends in no punctuation."""
    return line.end - line.start <= limit and not _STOP.search(text, max(line.start, line.end - 2), line.end)


def folded(text: str, lines: list[LogicalLine], candidates: Sequence[Marker]) -> list[LogicalLine]:
    """Folds the table of contents into one line.

    It is a run of unit headings with nothing between them whose first comes again right behind the run.
    """
    led, called = _led(text, lines), _called(text, lines)
    if led or any(text[start] == "目" for start, _ in called):
        return _fold(text, lines, _merged([*led, *called]))
    span = (
        _tabbed(text, lines)
        or _run(text, [c for c in candidates if c.style.division and c.style.kind != "article"])
        or _listed(text, lines, candidates, again=True)
        or _repeated(text, lines, candidates)
        or min(filter(None, (_counted(text, lines, candidates), _announced(text, lines, candidates))), default=None)
        or _listed(text, lines, candidates, again=False)
    )
    found = [*called, *filter(None, (span,))]
    return _fold(text, lines, _merged(found)) if found else lines


def _fold(text: str, lines: list[LogicalLine], spans: Sequence[tuple[int, int]]) -> list[LogicalLine]:
    """The lines with those of each span as one line of contents, and the line before it that calls it so. No line is in two spans."""
    out: list[LogicalLine] = []
    at, placed = 0, False
    for line in lines:
        while at < len(spans) and spans[at][1] <= line.start:
            at, placed = at + 1, False
        if at == len(spans) or line.end <= spans[at][0]:
            out.append(line)
            continue
        start, end = spans[at]
        if line.start < start:
            head = text[line.start : start].rstrip()
            if _CONTENTS.fullmatch(head):
                start = line.start
            elif head:
                out.append(line._replace(end=line.start + len(head)))
        if not placed:
            if out and out[-1].role is None and _CONTENTS.fullmatch(text, out[-1].start, out[-1].end):
                start = out.pop().start
            elif (
                len(out) > 1
                and text[out[-1].start : out[-1].end] in "录錄次"
                and text[out[-2].start : out[-2].end] == "目"
            ):
                start = out[-2].start  # 目, 录: spaced so far that each has a line
                del out[-2:]
            out.append(LogicalLine(start, start + len(text[start:end].rstrip()), line.block, "toc"))
            placed = True
        if line.end > end:
            tail = text[end : line.end]
            out.append(line._replace(start=end + len(tail) - len(tail.lstrip())))
    return out


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order, those that meet as one."""
    out: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if out and start < out[-1][1]:
            out[-1] = out[-1][0], max(end, out[-1][1])
        else:
            out.append((start, end))
    return out


def _called(text: str, lines: Sequence[LogicalLine]) -> list[tuple[int, int]]:
    """Contents behind a line that calls them so (目录, 图目录), whose pages nothing sets apart (绪论1): three lines and more that end in
    numbers which never fall."""
    out: list[tuple[int, int]] = []
    for i, line in enumerate(lines[:_NEAR]):
        if (
            text[line.start] not in "目图表插"
            or not _LISTS.fullmatch(text, line.start, line.end)
            or line.role is not None
            or (out and line.start < out[-1][1])  # within those of a line before it
        ):
            continue
        page, count, last, known = 0, 0, i, 0
        for k in range(i + 1, len(lines)):
            entry = lines[k]
            if entry.role == "table" and entry.block is not None:
                pages = sum(bool(row) and _PAGE.fullmatch(row[-1]) is not None for row in entry.block.cells)
                if 5 * pages < 4 * len(entry.block.cells):
                    break
                count, last = count + pages, k
                continue
            found = _GLUED.search(text, entry.start, entry.end) if short(text, entry, 80) else None
            if found is None:
                if k - last > 2 or entry.role is not None or not short(text, entry, 80):
                    break
                continue
            known = int(found[1]) if found[1].isdecimal() else 0
            if known and not page <= known <= page + _PAGES_ON:
                break
            page, count, last = known or page, count + 1, k
        if count >= 3 and 2 * count >= last - i:
            out.append((line.start, lines[last].end))
    return out


def _led(text: str, lines: Sequence[LogicalLine]) -> list[tuple[int, int]]:
    """Contents whose pages leaders lead to (渡口……3): three and more such lines, between which few others stand, wherever they are."""
    out: list[tuple[int, int]] = []
    run: list[int] = []
    for i, line in enumerate([*lines, None]):
        led = line is not None and text[line.end - 1] in _PAGES and line.role is None and _paged(text, line)
        if led:
            run.append(i)
        elif run and (line is None or i - run[-1] > _ASIDE or not short(text, line, 60)):
            if len(run) >= 3:
                # Where leaders have lines of their own, the first entry stands above the first.
                alone = run[0] > 0 and text[lines[run[0]].start] in _LEADING and short(text, lines[run[0] - 1])
                out.append((lines[run[0] - alone].start, lines[run[-1]].end))
            run = []
    return out


def _paged(text: str, line: LogicalLine) -> bool:
    """Whether leaders and a page end a line."""
    return _DOTS.search(text, max(line.start, line.end - 160), line.end) is not None


def _run(text: str, units: Sequence[Marker]) -> tuple[int, int] | None:
    def title(i: int) -> str:
        stop = units[i + 1].start if i + 1 < len(units) else len(text)
        line = text.find("\n", units[i].end, stop)
        words = text[units[i].end : min(stop, units[i].end + 60) if line < 0 else line]
        return "".join(_LEADERS.sub("", words).split())

    begin = 0
    for i in range(1, len(units)):
        between = text[units[i - 1].end : min(units[i].start, units[i - 1].end + 120)]
        if units[i].start - units[i - 1].end > 100 or re.search(r"[。；;]", between):
            begin = i
            continue
        first = units[begin]
        if i - begin >= 2 and (units[i].style, units[i].number) == (first.style, first.number):
            one, two = title(begin), title(i)
            if one and (two.startswith(one[:20]) or one.startswith(two[:20])) and two:
                return first.start, units[i].start
    return None


def _tabbed(text: str, lines: Sequence[LogicalLine]) -> tuple[int, int] | None:
    """Contents whose pages tabs set apart: a table behind a line 目录 whose rows end in numbers of pages."""
    for one, two in pairwise(lines[:80]):
        if two.role == "table" and two.block is not None and _CONTENTS.fullmatch(text, one.start, one.end):
            pages = sum(_PAGE.fullmatch(row[-1]) is not None for row in two.block.cells)
            if len(two.block.cells) >= 3 and 5 * pages >= 4 * len(two.block.cells):
                return one.start, two.end
    known: set[str] = set()  # what the lines of the text say, once that is asked
    for line in lines[:_TABLES]:
        if line.role != "table" or line.block is None or not _rises(line.block.cells):
            continue
        known = known or {"".join(text[x.start : x.end].split()) for x in lines if x.end - x.start <= 60}
        words = ["".join("".join(row[:-1]).split()) for row in line.block.cells]
        if sum(not known.isdisjoint((said, _NUMBERED.sub("", said))) for said in words) >= 0.6 * len(words):
            return line.start, line.end  # though nothing calls them so, most come again as lines
    return None


def _rises(rows: Sequence[Sequence[str]]) -> bool:
    """Whether rows of a table, five and more, end in pages which never fall."""
    pages = [int(row[-1]) for row in rows if len(row) > 1 and len(row[-1]) <= 3 and row[-1].isdecimal()]
    return len(pages) >= max(5, 0.8 * len(rows)) and all(one <= two for one, two in pairwise(pages))


def _listed(
    text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker], again: bool
) -> tuple[int, int] | None:
    """Contents of another numbering, or of none: what follows a line 目录 and comes again as headings (`again`), or all that is
    short behind it up to a first chapter that is numbered otherwise (a preface may stand between, so that the entry which comes
    again is not the first)."""
    for i, line in enumerate(lines[:60]):
        if not _CONTENTS.fullmatch(text, line.start, line.end):
            continue
        if _item(lines, i, candidates):
            continue
        entries: list[str] = []
        divided = {c.start: c.end for c in candidates[:400] if c.style.division and c.number == 1}
        starts = {c.start for c in candidates[:400] if not c.style.division}
        counted = any(entry.start in starts for entry in lines[i + 1 : i + 2])
        for entry in lines[i + 1 :]:
            if not short(text, entry, 80) or (entries and counted and entry.start in divided):
                break
            if entry.start in divided and _bare(text, entry._replace(start=divided[entry.start])) in entries:
                break  # 总则 of the contents comes again as 第一章 总则
            entries.append(_bare(text, entry))
        if again:
            size = next((n for n in range(2, len(entries)) if entries[n] == entries[0]), None)
            if size is not None:
                return line.start, lines[i + 1 + size].start
        elif len(entries) >= 2:
            return line.start, lines[i + len(entries)].end
    return None


def _item(lines: Sequence[LogicalLine], i: int, candidates: Sequence[Marker]) -> bool:
    """Whether a line 目录 stands between an item of a count and the next one: it is what a text consists of."""
    if not 0 < i < len(lines) - 1:
        return False
    own = {c.start: c for c in candidates[:_FIRST_ONES]}
    above, below = own.get(lines[i - 1].start), own.get(lines[i + 1].start)
    return above is not None and below is not None and above.style is below.style and below.number == above.number + 1


def _repeated(text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker]) -> tuple[int, int] | None:
    """Contents that no line calls so, of several counts and without pages: short lines, half of them numbered, of which the first comes
    again right behind the last, and most of the others further on in the same order."""
    near = lines[:_NEAR]
    after: dict[str, int] = {}
    begins: list[tuple[int, int]] = []
    for i in range(len(near) - 1, -1, -1):
        words = _whole(text, near[i])
        again = after.get(words, i)
        if again - i >= _RUN and i < _HEAD:
            begins.append((i, again))
        after[words] = i
    starts = {c.start for c in candidates[:_FIRST_ONES]} if begins else frozenset()
    for first, again in reversed(begins):
        run = near[first:again]
        counted = sum(line.start in starts or _DECIMAL.match(text, line.start) is not None for line in run)
        if 2 * counted < len(run) or not all(line.role is None and short(text, line, 60) for line in run):
            continue
        places: dict[str, list[int]] = {}
        for k, line in enumerate(lines[again:]):
            places.setdefault(_whole(text, line), []).append(k)
        at, found = -1, 0
        for line in run:
            known = places.get(_whole(text, line), [])
            later = bisect_right(known, at)
            if later < len(known):
                at, found = known[later], found + 1
        # Only one search goes through the text.
        return (near[first].start, near[again].start) if found >= 0.7 * len(run) else None
    return None


def _whole(text: str, line: LogicalLine) -> str:
    """What a line says, if it may be an entry."""
    return text[line.start : line.end] if line.end - line.start <= 60 else ""


def _counted(text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker]) -> tuple[int, int] | None:
    """Contents that no line calls so: headings of one list style, a line each, of which the first comes again right behind
    the last, and at least two more further on."""
    heads = {c.start: c for c in candidates if c.style.kind in ("level1", "formal") and not c.path}
    run: list[int] = []
    latest: dict[str, int] = {}  # by its words the last heading that says them
    for i, line in enumerate(lines if len(heads) > 3 else ()):
        marker = heads.get(line.start)
        if marker is None:
            run.clear()
            continue
        first = heads[lines[run[0]].start] if run else marker
        again = len(run) >= 3 and marker.number == first.number == 1 and marker.style is first.style
        if again and _bare(text, line) == _bare(text, lines[run[0]]):
            if not latest:
                latest = {_bare(text, one): k for k, one in enumerate(lines) if one.start in heads}
            if sum(latest[words] >= i for words in {_bare(text, lines[k]) for k in run}) >= 3:
                return lines[run[0]].start, line.start
        if marker.number == 1 or not run or marker.number != heads[lines[run[-1]].start].number + 1:
            run.clear()
        if line.role is None and _entry(text, line) and (run or marker.number == 1):
            run.append(i)
    return None


def _announced(text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker]) -> tuple[int, int] | None:
    """Contents with numbers of their own: a count of at least four lines, of which nearly all come again further on as
    whole lines, with or without other numbers."""
    last = lines[min(80, len(lines)) - 1].end if lines else 0
    heads: dict[int, Marker] = {}
    for c in candidates:
        if c.start > last:
            break
        heads.setdefault(c.start, c)

    def words(line: LogicalLine, marker: Marker | None) -> str:
        return _bare(text, line._replace(start=marker.end) if marker is not None else line)

    run: list[int] = []
    latest: dict[str, int] = {}  # by its words the last line that says them
    for i, line in enumerate(lines[:80]):
        marker = heads.get(line.start)
        fits = marker is not None and line.role is None and _entry(text, line)
        if fits and run and marker is not None and marker.number == heads[lines[run[-1]].start].number + 1:
            run.append(i)
            continue
        if len(run) >= 4 and _again(text, lines[run[0]], heads[lines[run[0]].start].end):
            if not latest:
                heads |= {c.start: c for c in reversed(candidates)}
                latest = {words(further, heads.get(further.start)): k for k, further in enumerate(lines)}
            again = sum(latest[words(lines[k], heads[lines[k].start])] >= i for k in run)
            if again >= max(4, 0.8 * len(run)):
                return lines[run[0]].start, line.start
        run = [i] if fits and marker is not None and marker.number == 1 else []
    return None


def bare(words: str) -> str:
    """The words of an entry, without blanks, leaders and page."""
    return "".join(_LEADERS.sub("", words).split()).rstrip(_STOPS)


def _bare(text: str, line: LogicalLine) -> str:
    return bare(text[line.start : line.end])


def _entry(text: str, line: LogicalLine) -> bool:
    """Whether a line may be an entry of contents: a few words, which a stop may end (一、我们如何收集信息；) but none divides."""
    stopped = text[line.end - 1] in _STOPS
    return short(text, line._replace(end=line.end - 1) if stopped else line, 60)


def _again(text: str, line: LogicalLine, start: int) -> bool:
    """Whether the words of an entry stand anywhere behind it, which is soon told."""
    words = _LEADERS.sub("", text[start : line.end]).strip(f" \t\u3000{_STOPS}")
    return text.find(words.split()[0] if words.split() else words, line.end) >= 0
