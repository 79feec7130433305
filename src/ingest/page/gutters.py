"""Line numbers beside code, which are the highlighter's and not the text's: in a cell or box of their own, or before each line."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

RULE = "line-numbers"
_GUTTER = pattern(r"gutter|line-?no|line-?num|crayon-num|\blntd?\b", re.IGNORECASE)
_CODE = pattern(r"[{}();=#$&\\<>\[\]]")
_LEAST = 3
_UP = 3  # boxes up from a number in which a highlighter may have named its gutter


def whole(layout: Layout) -> list[int]:
    """The lines that are nothing but the number of a line of code."""
    lines = layout.lines
    out: list[int] = []
    for first, last in _runs(lines):
        if _named(layout, first) or _beside(lines, first, last):
            out += range(first, last)
    return out


def leading(layout: Layout) -> dict[int, int]:
    """Of lines of code that begin with their number how many characters that has."""
    lines = layout.lines
    out: dict[int, int] = {}
    n = 0
    while n < len(lines):
        last = n + 1
        if lines[n].tag == "pre":
            while last < len(lines) and lines[last].unit == lines[n].unit:
                last += 1
            numbers = [_number(line) for line in lines[n:last]]
            code = sum(_CODE.search(line.text) is not None for line in lines[n:last])
            if last - n >= _LEAST and all(numbers) and code * 3 >= last - n and _counted(list(map(int, numbers))):
                out |= {n + k: len(number) for k, number in enumerate(numbers)}
        n = last
    return out


def _number(line: VisibleLine) -> str:
    """The number that a line opens with as a piece of its own; empty for other lines."""
    first = next((piece.strip() for piece in line.pieces if piece.strip()), "")
    return first if first.isascii() and first.isdigit() and len(first) <= 5 and line.text.startswith(first) else ""


def _counted(numbers: Sequence[int]) -> bool:
    return all(b == a + 1 for a, b in pairwise(numbers))


def _runs(lines: Sequence[VisibleLine]) -> Iterator[tuple[int, int]]:
    """Lines one after the other that are figures and count on."""
    n = 0
    while n < len(lines):
        last = n + 1
        if _figures(lines[n]):
            while (
                last < len(lines) and _figures(lines[last]) and int(lines[last].text) == int(lines[last - 1].text) + 1
            ):
                last += 1
            yield n, last
        n = last


def _figures(line: VisibleLine) -> bool:
    return line.size <= 5 and not line.link and line.text.isascii() and line.text.isdigit()


def _named(layout: Layout, n: int) -> bool:
    """Whether a highlighter calls the box of a line its gutter."""
    line = layout.lines[n]
    if _GUTTER.search(line.name):
        return True
    at = line.box
    for _ in range(_UP):
        box = layout.boxes[at]
        if box.name and _GUTTER.search(box.name):
            return True
        if box.parent < 0:
            break
        at = box.parent
    return False


def _beside(lines: Sequence[VisibleLine], first: int, last: int) -> bool:
    """Whether figures from 1 on, set as code is, stand before as many lines of code; empty lines do not show."""
    if last - first < _LEAST or lines[first].text != "1" or lines[first].tag != "pre" or last == len(lines):
        return False
    code = lines[last]
    size = sum(1 for line in lines[last : last + (last - first) + 1] if line.unit == code.unit)
    return code.tag == "pre" and code.unit != lines[first].unit and last - first >= size > (last - first) // 3
