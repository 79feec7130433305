"""Numbers of lines and paragraphs, which are the page's and not the text's: beside code, beside a wrapped text, links before paragraphs."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ingest.han import numerals
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.patterns import pattern

RULE = "line-numbers"
_GUTTER = pattern(r"gutter|line-?no|line-?num|crayon-num|\blntd?\b", re.IGNORECASE)
_CODE = pattern(r"[{}();=#$&\\<>\[\]]")
_ARTICLE = pattern(rf"第([\d{numerals.HAN}]{{1,8}})条")
_LEAST = 3
_PRINTED = pattern(r"(\d{1,3})[ \u3000\xa0]+(?=\S)")
_WIDE = pattern(r"[\u2e80-\uffff]")
_STOPS = "。；：！？!?;:」』）)"
_LINES = 8  # of a wrapped text, at least
_NARROW = 30  # half-widths of a line that is hardly wrapped


def whole(layout: Layout) -> list[int]:
    """The lines that are nothing but the number of a line of code."""
    lines = layout.lines
    out: list[int] = []
    for first, last in _runs(lines):
        if (
            layout.called(first, _GUTTER)
            or _beside(lines, first, last)
            or _in_cells(layout, first, last)
            or _beside_text(lines, first, last)
        ):
            out += range(first, last)
    return out + _beside_articles(lines)


def _beside_articles(lines: Sequence[VisibleLine]) -> list[int]:
    """The numbers by which a page leads to the articles of a law, each a line above what the article itself is called: 34, 第三十四条."""
    found = [
        n
        for n, line in enumerate(lines[:-1])
        if line.size <= 4
        and line.text.isdecimal()
        and (article := _ARTICLE.match(lines[n + 1].text))
        and numerals.value(article[1]) == int(line.text)
    ]
    return found if len(found) >= _LEAST else []


def leading(layout: Layout) -> dict[int, int]:
    """Of lines that begin with their number how many characters that has: of code, of a wrapped text, and paragraphs whose number is a link."""
    lines = layout.lines
    out: dict[int, int] = {}
    linked = [n for n, line in enumerate(lines) if line.link and line.link == len(_number(line)) < line.size]
    counts = [int(_number(lines[n])) for n in linked]
    prose = [n for n, line in enumerate(lines) if line.marks and line.size > 20]
    # A list of notes has such links too, which lead back: it stands behind the text, and is the lesser part.
    most = len(linked) >= _LEAST and len(linked) * 5 >= len(prose) * 4 and linked[0] <= min(prose, default=0)
    if most and _counted(counts):
        out |= {n: _blanked(lines[n].text, len(_number(lines[n]))) for n in linked}
    n = 0
    while n < len(lines):
        last = n + 1
        while last < len(lines) and lines[last].unit == lines[n].unit:
            last += 1
        out |= _of_wrapped(lines, n, last)
        if lines[n].tag == "pre":
            numbers = [_number(line) for line in lines[n:last]]
            code = sum(_CODE.search(line.text) is not None for line in lines[n:last])
            if last - n >= _LEAST and all(numbers) and code * 3 >= last - n and _counted(list(map(int, numbers))):
                out |= {n + k: len(number) for k, number in enumerate(numbers)}
        n = last
    return out


def _blanked(text: str, size: int) -> int:
    """The characters of a number and the blank behind it."""
    return size + 1 if text[size : size + 1].isspace() else size


def _of_wrapped(lines: Sequence[VisibleLine], first: int, last: int) -> dict[int, int]:
    """The numbers before the lines [first, last) of one block, where each has one and they count the lines of a wrapped text.

    They begin anew on each page of what was printed.
    """
    if last - first < _LINES:
        return {}
    found = [_PRINTED.match(line.text) for line in lines[first:last]]
    numbers = [int(mark[1]) for mark in found if mark]
    pages = [n for n, value in enumerate(numbers) if n and value != numbers[n - 1] + 1]
    if (
        len(numbers) < last - first
        or numbers[0] != 1
        or any(numbers[n] != 1 for n in pages)
        or len(pages) * _LINES > len(numbers)
    ):
        return {}
    if not _wrapped([line.text[mark.end() :] for line, mark in zip(lines[first:last], found, strict=True) if mark]):
        return {}
    # The blanks that all lines have; more are how a paragraph is indented.
    blanks = min(mark.end() - mark.end(1) for mark in found if mark)
    return {first + n: len(mark[1]) + blanks for n, mark in enumerate(found) if mark}


def _wrapped(texts: Sequence[str]) -> bool:
    """Whether lines are those of a text that is broken at one width, and not items.

    Many are full and end in mid-sentence, and sentences end in the middle of some.
    """
    widths = [len(text) + len(_WIDE.findall(text)) for text in texts]
    full = max(widths) - 4
    broken = sum(1 for text, width in zip(texts, widths, strict=True) if width >= full and text[-1] not in _STOPS)
    ending = sum(1 for text in texts if "。" in text[:-1])
    return full >= _NARROW and broken * 5 >= len(texts) * 2 and ending * 6 >= len(texts)


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


def _beside(lines: Sequence[VisibleLine], first: int, last: int) -> bool:
    """Whether figures from 1 on, set as code is, stand before as many lines of code; empty lines do not show."""
    if last - first < _LEAST or lines[first].text != "1" or lines[first].tag != "pre" or last == len(lines):
        return False
    code = lines[last]
    size = sum(1 for line in lines[last : last + (last - first) + 1] if line.unit == code.unit)
    return code.tag == "pre" and code.unit != lines[first].unit and last - first >= size > (last - first) // 3


def _in_cells(layout: Layout, first: int, last: int) -> bool:
    """Whether figures from 1 on, set as code is, fill a cell of a row, and as many lines stand in the next; empty lines do not show."""
    lines = layout.lines
    if lines[first].text != "1" or lines[first].tag != "pre" or last == len(lines):
        return False
    own, code = _cell(layout, first), _cell(layout, last)
    if own is None or code is None or own.parent != code.parent or (own.first, own.last) != (first, last):
        return False
    return code.first == last and last - first >= code.last - last > (last - first) // 3


def _cell(layout: Layout, n: int) -> Box | None:
    """The cell of a table that line `n` stands in."""
    at = layout.lines[n].box
    while at >= 0 and layout.boxes[at].tag != "td":
        at = layout.boxes[at].parent
    return layout.boxes[at] if at >= 0 else None


def _beside_text(lines: Sequence[VisibleLine], first: int, last: int) -> bool:
    """Whether figures from 1 on stand before as many lines of one block that are a wrapped text."""
    end = 2 * last - first
    if last - first < _LINES or int(lines[first].text) != 1 or end > len(lines):
        return False
    beside = lines[last:end]
    alone = end == len(lines) or lines[end].unit != beside[0].unit
    return alone and all(x.unit == beside[0].unit for x in beside) and _wrapped([x.text for x in beside])
