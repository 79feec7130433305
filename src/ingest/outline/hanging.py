"""Lines set in to where the text behind a marker begins: an item that a wrap divided, in a text too short to show a width.

Text below a heading is set in as well, and by chance to the same column. So an item is believed whose line, and all lines of it but the
last, are full, none of them at the end of a sentence; and one of a single further line only where another has more.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from ingest.han.numerals import HAN
from ingest.outline.widths import Printed
from ingest.patterns import pattern

_HEAD = pattern(
    rf"(?:[（(](?:[{HAN}]{{1,3}}|\d{{1,2}})[）)]|(?:[{HAN}]{{1,3}}|\d{{1,2}})[、.．]|[\u4e00-\u9fff](?:[ \u3000]{{0,4}}[\u4e00-\u9fff]){{1,3}}[：:])[ \u3000]{{0,2}}(?=\S)"
)
_STOPS = "。！？；：:!?"
_LEAST = 28  # columns of a full line
_SLACK = 3  # columns that a full line may lack: half a sign, and one that may not begin a line


class _Run(NamedTuple):
    first: int
    last: int
    width: int


def joins(text: str, lines: Sequence[Printed]) -> set[int]:
    """The numbers of lines that go on with the one before."""
    runs: list[_Run] = []
    done = 0
    for i in range(1, len(lines)):
        line = lines[i]
        if i < done or line.begin == line.start or line.gap > 1 or not (line.plain and lines[i - 1].plain):
            continue
        head = lines[i - 1]
        found = _HEAD.match(text, head.start, head.end)
        if found is None or text[head.end - 1] in _STOPS:
            continue
        column = _columns(text, head.begin, found.end())
        done = i
        while done < len(lines) and _hangs(text, lines[done], column):
            done += 1
            if text[lines[done - 1].end - 1] in _STOPS:
                break
        width = _columns(text, head.begin, head.end)
        full = all(abs(_columns(text, one.begin, one.end) - width) <= _SLACK for one in lines[i : done - 1])
        last = lines[done - 1]
        if done > i and full and width >= _LEAST and _columns(text, last.begin, last.end) <= width + _SLACK:
            runs.append(_Run(i, done, width))
    sure = {run.width + by for run in runs if run.last - run.first >= 2 for by in range(-_SLACK, _SLACK + 1)}
    return {i for run in runs if run.width in sure for i in range(run.first, run.last)}


def _hangs(text: str, line: Printed, column: int) -> bool:
    """Whether a line begins at a column, and with no marker of its own."""
    if line.gap > 1 or not line.plain or line.begin == line.start:
        return False
    return abs(_columns(text, line.begin, line.start) - column) <= 1 and _HEAD.match(text, line.start, line.end) is None


def _columns(text: str, start: int, end: int) -> int:
    """How wide a part of a line is in type of two widths."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text[start:end])
