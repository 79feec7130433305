"""Which printed lines a wrap had divided: how wide the lines of a text are, in which measure, and which of them are full.

A greedy wrap breaks a line where the next piece would not have fitted. So every break inside of a paragraph says of the
width what it can have been: at least the line, less than the line and the piece that begins the next. Each break votes
for those widths, in each measure (characters; columns, with the signs that some count whole and some half), and the
width and measure that explain most breaks are taken. Punctuation that may not begin a line goes to the next line with
the character before it, or hangs over; words of Latin letters stay whole.

Decided against: a model of words. Where a line breaks inside of a word says much, but only of texts in which the word
stands a second time.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.han import markers
from ingest.han.numerals import HAN

if TYPE_CHECKING:
    from numpy import int8
    from numpy.typing import NDArray

_NO_START = "，。、；：？！）》」』】〕”’,.;:?!)]}％%…—·"  # signs that may not begin a line
_NO_END = "（《「『【〔“‘([{"  # signs that may not end one
_HANGING = frozenset("，。、；：？！,.;:）)”’」』》")
_PIECE = re.compile(rf"[{re.escape(_NO_END)}]*(?:[0-9A-Za-z]{{1,12}}|.)[{re.escape(_NO_START)}]*")
_HALVES = re.compile("[\x20-\x7e\u2010-\u203b\u00b7\u2460-\u24ff\u2160-\u217f°±×÷]")
_STOPS = "。！？；："
_INNER = re.compile("[，。、；：,;]")
_STOPPED = re.compile(r"[。！？；：，、!?;:,.…][”」』）)】]?$")
_ORDINAL = re.compile(r"(?:[二三四五六七八九]是|第[二三四五六七八九][，、])")
_COUNTED = re.compile(
    rf"[（(]?(?:[{HAN}]{{1,3}}|\d{{1,3}})[）)、.．]|[①-⑳㈠-㈩⒈-⒛⑴-⒇•·●○■□◆◇▪▶►※★☆]|第[{HAN}\d]{{1,5}}[条條章节節]"
)
_DEEP = 8  # columns that first or further lines may be set in by


class Printed(NamedTuple):
    """A printed line: `text[start:end]` without outer white space, `begin` where it begins with it.

    `stop`: where it ends with one blank that may have filled it. `gap`: line breaks between the line before and this one. `plain`: nothing is known of it, so that it may be a part.
    """

    begin: int
    start: int
    end: int
    stop: int
    gap: int
    plain: bool


class Wrap(NamedTuple):
    """How a text was wrapped.

    `measure`: 0 characters, 1 columns with every sign of print whole, 2 columns with signs outside of Han half. `width`:
    of a full line. `first`: how much wider the first lines of paragraphs are (their indent is gone: less). `loose`: how
    much a full line may fall short. `closes`: a full line that ends a sentence ends its paragraph. `counts`: paragraphs
    begin with 二是, 第三，. `starts`, `follows`: indents that only first lines have, or only further ones. `gaps`: blank
    lines divide paragraphs.
    """

    measure: int
    width: int
    first: int
    loose: int
    closes: bool
    counts: bool
    starts: frozenset[int]
    follows: frozenset[int]
    gaps: bool


@cache
def _columns() -> "tuple[NDArray[int8], ...]":
    """Columns of every character of the first plane, for measures 1 and 2."""
    import unicodedata

    import numpy as np

    classes = [unicodedata.east_asian_width(chr(code)) for code in range(0x10000)]
    whole = np.array([2 if c in "WFA" else 1 for c in classes], dtype=np.int8)
    half = np.array([2 if c in "WF" else 1 for c in classes], dtype=np.int8)
    return whole, half


class _Widths(NamedTuple):
    """Of each printed line in one measure: its width with its indent, and the width of the piece that begins it."""

    lines: list[int]
    pieces: list[int]
    indents: list[int]


def _measured(text: str, lines: Sequence[Printed]) -> list[_Widths]:
    """Widths in every measure; those that tell nothing apart from the first are left out."""
    import numpy as np

    begins = np.array([line.begin for line in lines])
    starts = np.array([line.start for line in lines])
    ends = np.array([line.stop for line in lines])
    heads = np.array([_PIECE.match(text, line.start, line.end).end() for line in lines])  # type: ignore[union-attr]
    out = [_Widths((ends - begins).tolist(), (heads - starts).tolist(), (starts - begins).tolist())]
    if _HALVES.search(text) is None:
        return out
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    np.minimum(codes, 0xFFFF, out=(codes := codes.copy()))
    for table in _columns():
        total = np.zeros(len(codes) + 1, dtype=np.int64)
        np.cumsum(table[codes], out=total[1:])
        out.append(
            _Widths(
                (total[ends] - total[begins]).tolist(),
                (total[heads] - total[starts]).tolist(),
                (total[starts] - total[begins]).tolist(),
            )
        )
    return out


def _votes(lines: Sequence[int], low: Sequence[int], high: Sequence[int], most: int) -> tuple[list[int], list[int]]:
    """For each width up to `most` how many of the breaks behind `lines` it explains, and how many lines are wider."""
    change = [0] * (most + 2)
    wider = [0] * (most + 2)
    for i in lines:
        a, b = low[i], high[i]
        if a <= most:
            change[a] += 1
            change[min(b, most) + 1] -= 1
        wider[min(a, most + 1)] += 1
    votes, above = [0] * (most + 1), [0] * (most + 1)
    run, rest = 0, len(lines)
    for width in range(most + 1):
        run += change[width]
        rest -= wider[width]
        votes[width], above[width] = run, rest
    return votes, above


def find(text: str, lines: Sequence[Printed]) -> tuple[Wrap, _Widths] | None:
    """How the lines were wrapped, and how wide they are in the measure that tells; None where they were not."""
    breaks = [i for i in range(len(lines) - 1) if lines[i].plain and lines[i + 1].plain]
    if len(breaks) < 3:
        return None
    best: tuple[float, int, int, _Widths, list[int], list[int]] | None = None
    for measure, widths in enumerate(_measured(text, lines)):
        least, most = (12, 80) if measure == 0 else (24, 160)
        unit = 1 if measure == 0 else 2
        low = [w - unit * (text[line.end - 1] in _HANGING) for w, line in zip(widths.lines, lines, strict=True)]
        high = [w + p - 1 for w, p in zip(widths.lines, [*widths.pieces[1:], 1], strict=True)]
        votes, above = _votes(breaks, low, high, most)
        for width in range(least, most + 1):
            score = votes[width] - 2.0 * above[width] - 0.1 * measure
            if best is None or score > best[0]:
                best = score, measure, width, widths, low, high
    if best is None or best[0] < 2:
        return None
    _, measure, width, widths, low, high = best
    full = [i for i in breaks if low[i] <= width <= high[i]]
    if not _plausible(text, lines, breaks, full, widths, width):
        return None
    return _described(text, lines, breaks, widths, measure, width, low, high), widths


def _plausible(
    text: str, lines: Sequence[Printed], breaks: Sequence[int], full: Sequence[int], widths: _Widths, width: int
) -> bool:
    """Whether full lines are a wrap's, and not items, verses or names that are as long as one another."""
    if len(full) < max(3, 0.1 * len(breaks)):
        return False
    stopped = sum(text[lines[i].end - 1] in _STOPS for i in full)
    if 2 * stopped > len(full) or (len(full) < 0.25 * len(breaks) and 4 * stopped > len(full)):
        return False
    counted = sum(_COUNTED.match(text, lines[i + 1].start) is not None for i in full)
    inner = sum(_INNER.search(text, lines[i].start, lines[i].end - 1) is not None for i in full)
    if 2 * counted > len(full) or 2 * inner < len(full):
        return False
    broken = [
        i
        for i in breaks
        if 2 * widths.lines[i] > width and not _STOPPED.search(text, max(0, lines[i].end - 2), lines[i].end)
    ]
    known = set(full)
    return 2 * sum(i in known for i in broken) >= len(broken)


def _described(
    text: str,
    lines: Sequence[Printed],
    breaks: Sequence[int],
    widths: _Widths,
    measure: int,
    width: int,
    low: Sequence[int],
    high: Sequence[int],
) -> Wrap:
    unit = 1 if measure == 0 else 2
    full = {i for i in breaks if low[i] <= width <= high[i]}
    open_ = [
        i for i in breaks
        if 2 * widths.lines[i] > width and i not in full
        and not _STOPPED.search(text, max(0, lines[i].end - 2), lines[i].end)
    ]  # fmt: skip
    first = _first(open_, full, low, high, width, unit, len(breaks))
    loose = 0
    if first == 0 and measure and len(open_) > 0.1 * len(full):
        loose = _loose(open_, full, high, width)
    if loose:
        full |= {i for i in breaks if width - loose <= high[i] and low[i] <= width}
    ends = sum(text[lines[i].end - 1] == "。" for i in range(len(lines)) if i not in full)
    counts = sum(i not in full and _ORDINAL.match(text, lines[i + 1].start) is not None for i in breaks)
    starts, follows = _indents(breaks, full, widths)
    apart = [i for i in breaks if lines[i + 1].gap > 1]
    inside = sum(i in full for i in apart)
    gaps = len(apart) > 0.1 * len(breaks) and inside <= 0.5 * len(apart)
    return Wrap(measure, width, first, loose, text.count("。") <= 2 * ends, counts >= 2, starts, follows, gaps)


def _first(
    open_: Sequence[int], full: set[int], low: Sequence[int], high: Sequence[int], width: int, unit: int, total: int
) -> int:
    """How much wider first lines are, where many that nothing explains would be explained so."""
    mine = [i for i in open_ if i - 1 not in full]
    if len(mine) < max(3, 0.05 * total):
        return 0
    best, most = 0, 0
    for shift in (-4, 4, -2, 2, -8, 8):
        size = shift // (2 // unit)
        hits = sum(low[i] <= width + size <= high[i] for i in mine)
        if hits > most:
            best, most = size, hits
    return best if most >= max(3, 0.5 * len(mine)) else 0


def _loose(open_: Sequence[int], full: set[int], high: Sequence[int], width: int) -> int:
    """By how much full lines may fall short where letters are not all of two widths."""
    best = 0
    reached = 0
    for loose in range(1, 9):
        hits = sum(high[i] >= width - loose for i in open_)
        if hits - reached > max(1, 0.02 * len(full)):
            best, reached = loose, hits
    return best if reached >= 0.5 * len(open_) else 0


def _indents(breaks: Sequence[int], full: set[int], widths: _Widths) -> tuple[frozenset[int], frozenset[int]]:
    """The indents that only lines behind a line that is not full have, and those that only lines behind a full one have."""
    seen: Counter[int] = Counter(widths.indents[i + 1] for i in breaks)
    behind: Counter[int] = Counter(widths.indents[i + 1] for i in breaks if i in full)
    share = {indent: behind[indent] / times for indent, times in seen.items()}
    follows = {
        indent for indent, times in seen.items()
        if indent and times >= 3 and share[indent] >= 0.8 and share[indent] > share.get(0, 0.0) + 0.2
    }  # fmt: skip
    starts = {indent for indent in seen if indent > 1 and indent not in follows}
    if follows and share.get(0, 0.0) < 0.6:
        starts.add(0)
    return frozenset(starts), frozenset(follows)


def joins(text: str, lines: Sequence[Printed]) -> list[bool]:
    """For each printed line whether it goes on with the paragraph of the line before."""
    out = [False] * len(lines)
    found = find(text, lines)
    if found is None:
        return out
    wrap, widths = found
    unit = 1 if wrap.measure == 0 else 2
    gap = 1 if wrap.gaps else 4
    for i in range(len(lines) - 1):
        line, after = lines[i], lines[i + 1]
        if not (line.plain and after.plain) or after.gap > gap:
            continue
        size = widths.lines[i]
        reach = size + widths.pieces[i + 1] + wrap.loose
        full = reach > wrap.width
        if not full and wrap.first < 0 and not out[i]:
            cap = wrap.width + wrap.first
            full = reach > cap and size <= cap + unit
        elif full and wrap.first > 0 and not out[i]:
            full = reach > wrap.width + wrap.first or size <= wrap.width
        if not full or widths.indents[i + 1] in wrap.starts:
            continue
        if wrap.follows and widths.indents[i + 1] in wrap.follows:
            out[i + 1] = True
            continue
        if markers.unit().match(text, after.start):
            continue
        last = text[line.end - 1]
        if last == "。" and wrap.closes and text[after.start] != "但":
            continue  # a sentence that objects goes on with the paragraph
        if last in "。！？" and _begins(text, after, widths.lines[i + 1], wrap):
            continue
        out[i + 1] = True
    return out


def _begins(text: str, line: Printed, size: int, wrap: Wrap) -> bool:
    """Whether a line behind a sentence's end looks like the beginning of a block: a heading, a further point of a count."""
    alone = size < wrap.width - wrap.loose and not _STOPPED.search(text, max(line.start, line.end - 2), line.end)
    return alone or (wrap.counts and _ORDINAL.match(text, line.start, line.end) is not None)
