"""How wide printed lines are, in which measure, and the width that a wrap gave them.

A greedy wrap breaks a line where the next piece would not have fitted. So every break inside of a paragraph says of the
width what it can have been: at least the line, less than the line and the piece that begins the next. Each break votes
for those widths, in each measure, and the width that explains most breaks is taken. Punctuation that may not begin a line
goes to the next line with the character before it, or hangs over the edge; words of Latin letters stay whole.

All widths of one text are found by counting: how many lines are at most so wide, and how many breaks end below a width.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.patterns import pattern

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

_NO_START = "，。、；：？！）》」』】〕”’,.;:?!)]}％%…—·"  # signs that may not begin a line
_NO_END = "（《「『【〔“‘([{"  # signs that may not end one
_HANGING = frozenset("，。、；：？！,.;:）)”’」』》")
_PIECE = pattern(rf"[{re.escape(_NO_END)}]*(?:[0-9A-Za-z]{{1,12}}|.)[{re.escape(_NO_START)}]*")
_WORD = pattern("[0-9A-Za-z]{1,12}|.")
_HALVES = pattern("[\x20-\x7e\u2010-\u203b\u00b7\u2460-\u24ff\u2160-\u217f°±×÷]")
_CHARACTERS, _WHOLE, _HALF = range(3)
_SPAN = {_CHARACTERS: (12, 80), _WHOLE: (24, 160), _HALF: (24, 160)}
_FIRST = {_CHARACTERS: (0, -2, 2), _WHOLE: (0, -4, 4, -2, 2), _HALF: (0, -4, 4, -2, 2)}
_LEVELS = {_CHARACTERS: 1, _WHOLE: 5, _HALF: 5}


@dataclass(slots=True)
class Printed:
    """A printed line: `text[start:end]` without outer white space, `begin` where it begins with it.

    `stop`: where it ends with one blank that may have filled it. `gap`: line breaks between the line before and this one.
    `plain`: nothing is known of it, so that it may be a part of a paragraph.
    """

    begin: int
    start: int
    end: int
    stop: int
    gap: int
    plain: bool


class Widths(NamedTuple):
    """Of each printed line in one measure: its width with its indent, the width of the piece that begins it, its indent.

    `hanging`: how much of a line may hang over the edge, its last sign or nothing. `halves`: signs that are no Han and not
    its width, of which a font may make what it will. `weights`: how much the break behind a line says; little behind a
    sentence's end, which is a paragraph's end more often than a wrap.
    """

    measure: int
    lines: "Numbers"
    pieces: "Numbers"
    indents: "Numbers"
    hanging: "Numbers"
    halves: "Numbers"
    weights: "NDArray[np.float64]"

    def slack(self, level: int) -> "Numbers":
        """How much each full line may fall short: nothing in type of two widths, more the more of it is set otherwise."""
        parts = (0, 5, 4, 3, 2)
        return self.halves // parts[level] + max(0, level - 2) if level else self.halves * 0


class Edge(NamedTuple):
    """The width that explains most breaks: `first` is how much wider first lines of paragraphs are (less: their indent is
    gone), `level` how far letters are from being of two widths (`Widths.slack`)."""

    score: float
    width: int
    first: int
    level: int


@cache
def _columns() -> "tuple[NDArray[np.int8], NDArray[np.int8]]":
    """Columns of every character of the first plane: signs that are whole in print and half elsewhere whole, or half."""
    import numpy as np

    classes = [unicodedata.east_asian_width(chr(code)) for code in range(0x10000)]
    whole = np.array([2 if c in "WFA" else 1 for c in classes], dtype=np.int8)
    half = np.array([2 if c in "WF" else 1 for c in classes], dtype=np.int8)
    return whole, half


def measured(text: str, lines: Sequence[Printed]) -> list[Widths]:
    """Widths in characters, and where that is not the same in columns with ambiguous signs whole, and half."""
    import numpy as np

    begins = np.array([line.begin for line in lines])
    starts = np.array([line.start for line in lines])
    ends = np.array([line.stop for line in lines])
    free = sum(text[line.start] in "，。、；：？！）》" for line in lines) > max(1, 0.02 * len(lines))
    piece = _WORD if free else _PIECE  # where lines begin with any sign, no sign drags another along
    heads = np.array([found.end() for line in lines if (found := piece.match(text, line.start, line.end))])
    hangs = np.array([text[line.end - 1] in _HANGING for line in lines], dtype=np.int64)
    weights = np.array([0.3 if text[line.end - 1] in "。！？" else 1.0 for line in lines])
    out = [Widths(_CHARACTERS, ends - begins, heads - starts, starts - begins, hangs, 0 * hangs, weights)]
    if _HALVES.search(text) is None:
        return out
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    codes = np.minimum(codes, 0xFFFF)
    sums = []
    for table in _columns():
        sums.append(np.zeros(len(codes) + 1, dtype=np.int64))
        np.cumsum(table[codes], out=sums[-1][1:])
    halves = 2 * (ends - starts) - (sums[1][ends] - sums[1][starts])
    for measure, total in zip((_WHOLE, _HALF), sums, strict=True):
        b, s, e, h = total[begins], total[starts], total[ends], total[heads]
        out.append(Widths(measure, e - b, h - s, s - b, 2 * hangs, halves, weights))
    return out


def edge(widths: Widths, breaks: "Numbers", fresh: "Numbers", plain_only: bool = False) -> Edge | None:
    """The width that explains most of `breaks` (numbers of lines that another follows); `fresh`: those that look like
    first lines of paragraphs. `plain_only`: letters of two widths and no lost indents, which is soon tried. None where none
    explains any."""
    import numpy as np

    least, most = _SPAN[widths.measure]
    at = np.arange(least, most + 1)
    best: Edge | None = None
    for level in range(1 if plain_only else _LEVELS[widths.measure]):
        every = _Counted.of(widths, breaks, level, most)
        first = _Counted.of(widths, fresh, level, most)
        plain = every.votes(at)
        above = every.above(at)
        for shift in (0,) if plain_only else _FIRST[widths.measure]:
            score = plain - (0.5 + 0.04 * plain) * level - 0.1 * widths.measure - 2.0 * above
            if shift:
                score = score + first.votes(at + shift) - first.both(at, shift) - 1 - 0.1 * plain
            if shift > 0:
                score = score + 2.0 * (first.above(at) - first.above(at + shift))
            k = int(np.argmax(score))
            if best is None or score[k] > best.score:
                best = Edge(float(score[k]), int(at[k]), shift, level)
    return best


_SPREAD = 4
"""How far the widths of one wrap are from one another, at most, its first lines among them."""
_OVER = {_CHARACTERS: _SPAN[_CHARACTERS][1] + _SPREAD + 3, _WHOLE: _SPAN[_WHOLE][1] + _SPREAD + 5}
"""Characters, and columns, from which on a line is wider than any wrap, whatever hangs over its edge."""
_SURELY_WHOLE = pattern("[\u4e00-\u9fff]+")


def too_wide(text: str, lines: Sequence[Printed]) -> bool:
    """Whether so many lines are wider than any wrap that no width can explain the others (`edge` finds none of worth).

    A line that is wider counts twice against each width, and for none. So it is told before anything is measured.
    """
    over = total = 0.0
    for line in lines:
        weight = 0.3 if text[line.end - 1] in "。！？" else 1.0
        total += weight
        size = line.end - line.start
        if size >= _OVER[_WHOLE] or (
            size >= _OVER[_CHARACTERS]
            and size + sum(map(len, _SURELY_WHOLE.findall(text, line.start, line.end))) >= _OVER[_WHOLE]
        ):
            over += weight
    return total - 3 * over < 1.9


def at_best(widths: Widths, breaks: "Numbers") -> float:
    """A score that `edge` stays below for any width, first line and level, found at a fraction of its cost."""
    least, most = _SPAN[widths.measure]
    counted = _Counted.of(widths, breaks, _LEVELS[widths.measure] - 1, most)
    within = counted.lines[least + _SPREAD : most + _SPREAD + 1]
    votes = within - counted.whole[least - _SPREAD - 1 : most - _SPREAD]
    return float((votes - 2.0 * (counted.total - within)).max()) + 0.01  # sums of tenths are not exact


def reach(widths: Widths, level: int) -> "tuple[Numbers, Numbers]":
    """Of each line the least and the greatest width at which it would be full."""
    import numpy as np

    after = np.append(widths.pieces[1:], 1)
    return widths.lines - widths.hanging - (level + 1) // 2, widths.lines + after - 1 + widths.slack(level)


class _Counted(NamedTuple):
    """Lines by width: how many are at most so wide, and how many would still be with the piece that follows."""

    total: float
    lines: "NDArray[np.float64]"
    whole: "NDArray[np.float64]"

    @classmethod
    def of(cls, widths: Widths, breaks: "Numbers", level: int, most: int) -> "_Counted":
        """Counts up to the width `most`, and a little more for first lines that are wider."""
        import numpy as np

        size = most + 8
        low, high = reach(widths, level)
        low, high = (np.clip(ends[breaks], 0, size) for ends in (low, high))
        weights = widths.weights[breaks]
        return cls(
            float(weights.sum()),
            np.cumsum(np.bincount(low, weights, size + 1)),
            np.cumsum(np.bincount(high, weights, size + 1)),
        )

    def votes(self, at: "Numbers") -> "NDArray[np.float64]":
        """How many breaks each width explains."""
        return self.lines[at] - self.whole[at - 1]

    def both(self, at: "Numbers", shift: int) -> "NDArray[np.float64]":
        """How many breaks both a width and one by `shift` wider explain."""
        low, high = (at, at + shift) if shift > 0 else (at + shift, at)
        found = self.lines[low] - self.whole[high - 1]
        return found * (found > 0)

    def above(self, at: "Numbers") -> "NDArray[np.float64]":
        """How many lines are wider."""
        return self.total - self.lines[at]
