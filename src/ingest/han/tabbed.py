"""The tables of a plain text: lines that tabs divide into cells.

A curated text shows a table so, and whoever reads that text has nothing but the tabs to know it by.
"""

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from ingest.han.numerals import HAN
from ingest.patterns import pattern

_LINE = pattern(r"[^\n]*[^\s][^\n]*")
_LABEL = pattern(
    rf"\s*(?:#{{1,6}}[ \u3000]*)?(?:第\s?[{HAN}\d]{{1,7}}\s?[编編章节節条條款项項目篇](?:之[{HAN}\d]{{1,3}})?|[{HAN}壹贰貳貮弐叁參参叄肆伍陆陸柒捌玖拾]{{1,4}}[、.．]|[（(][{HAN}\dA-Za-z]{{1,4}}[）)]|"
    r"\d{1,3}(?:[.．]\d{1,3})*[、.．]|\d{1,3}(?:[.．]\d{1,3})+|[A-Za-z\d]{1,2}[)）]|[①-⑳])[ \u3000]*\t"
)


class _Line(NamedTuple):
    """A line: its span, how many tabs are on it, whether one divides two cells, whether one stands behind a marker alone, and
    what stands before the first."""

    start: int
    end: int
    tabs: int
    celled: bool
    labelled: bool
    first: str


def tables(text: str) -> list[tuple[int, int]]:
    """The spans of the tables, whole lines without the last one's break, in order."""
    return [(run[0].start, run[-1].end) for run in _runs(text)]


def rows(text: str) -> frozenset[int]:
    """Where the lines begin that are rows of a table."""
    return frozenset(line.start for run in _runs(text) for line in run)


def _runs(text: str) -> list[list[_Line]]:
    """Two and more lines in a row that are rows; blank lines do not count."""
    if "\t" not in text:
        return []
    lines = [_line(text, found) for found in _LINE.finditer(text)]
    own = _rows(lines)
    runs = groupby(zip(lines, own, strict=True), key=lambda pair: pair[1])
    found = ([line for line, _ in run] for is_row, run in runs if is_row)
    return [run for run in found if len(run) > 1]


def _line(text: str, found: re.Match[str]) -> _Line:
    start, end = found.span()
    tabs = text.count("\t", start, end)
    if not tabs:
        return _Line(start, end, 0, False, False, "")
    label = _LABEL.match(text, start, end)
    inner = text[label.end() if label else start : end].strip()
    first = text[start : text.index("\t", start)].lstrip("# \u3000").rstrip()
    return _Line(start, end, tabs, "\t" in inner, label is not None and "\t" not in inner, first)


def _rows(lines: Sequence[_Line]) -> list[bool]:
    """Which lines are rows: what a tab divides; what begins or ends with one, as a row with an empty cell does, beside a
    row of as many cells; a value that looks like a marker (12.5) below such a row, but for the first number below
    the row's own (2 and 2.1): these count sections."""
    out = [line.celled for line in lines]
    for order in (range(1, len(lines)), range(len(lines) - 2, -1, -1)):
        step = order.step
        for n in order:
            line = lines[n]
            beside = not out[n] and line.tabs > 0 and out[n - step] and lines[n - step].tabs == line.tabs
            above = lines[n - step].first
            counts = line.labelled and line.first in (f"{above}.1", f"{above}．1")
            # 12.5 may be a value in a row, 壹、 and （一） are none.
            valued = step > 0 and line.first[:1].isascii()
            if beside and (valued or not line.labelled) and not counts:
                out[n] = True
    return out
