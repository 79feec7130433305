"""The lines of a text as blocks: which belong together because a paragraph was wrapped."""

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ingest.blocks import Block
from ingest.han import markers
from ingest.models import Kind

_INDENT = re.compile(r"[\u3000\t]|[ \N{NO-BREAK SPACE}]{2}")  # one blank may be one that a wrap left at the start
_STOPPED = re.compile(r"[。！？；：，、!?;:,.…][”」』）)】]?$")
_ORDINAL = re.compile(r"(?:[二三四五六七八九]是|第[二三四五六七八九][，、])")


class Line(NamedTuple):
    """A logical line: a block of the page, or lines that a wrap had divided; without outer white space.

    `role` is the kind of record that the whole line is, where that is known. `opens`: a new component of a bundle (a plan
    behind the notice that it came with) begins here, or, with a note, what is the whole document's again.
    """

    start: int
    end: int
    block: Block | None = None
    role: Kind | None = None
    opens: bool = False


def _printed(text: str) -> list[tuple[int, int]]:
    """The lines that have something on them."""
    out, at = [], 0
    for line in text.split("\n"):
        end = at + len(line)
        if line and not line.isspace():
            out.append((at, end))
        at = end + 1
    return out


class Wrap(NamedTuple):
    """How a text was wrapped: from how many characters a line is full, and whether one that ends a sentence ends its paragraph.

    A full line is a paragraph's last by chance, and ends a sentence inside of one the more often the more sentences
    paragraphs have: where they have few, the first is likelier. `counts`: paragraphs begin with 二是, 第三，.
    """

    full: int
    closes: bool
    counts: bool


def wrap(text: str, blocks: Sequence[Block], printed: Sequence[tuple[int, int]]) -> Wrap | None:
    """How the lines were wrapped; None where they were not."""
    if blocks and not any(b.kind == "line" for b in blocks):
        return None
    lengths = Counter(end - start for start, end in printed)
    total = len(printed)
    if total < 4:
        return None
    most = max(lengths)
    full = lengths[most] + lengths[most - 1]
    if not (12 <= most <= 80 and full >= max(3, 0.25 * total)):
        return None
    # Where no line may begin with a stop many lines are shorter by one; where that is no matter, no more than of any length.
    exact = lengths[most - 1] <= 2 + 2 * (total - lengths[most]) / most
    width = most if exact else most - 1
    wide = [text[end - 1] for start, end in printed if end - start >= width]
    if 2 * sum(char in "。！？；：" for char in wide) > len(wide):
        return None  # lines that happen to be as long as one another
    ends = sum(end - start < width and text[end - 1] == "。" for start, end in printed)
    counts = sum(
        before[1] - before[0] < width and _ORDINAL.match(text, line[0]) is not None
        for before, line in itertools.pairwise(printed)
    )
    return Wrap(width, text.count("。") <= 2 * ends, counts >= 2)


def read(text: str, blocks: Sequence[Block]) -> list[Line]:
    """The logical lines in order. Rows of a table are one line; so are lines of plain text whose cells tabs divide."""
    out: list[Line] = []
    printed = _printed(text)
    wrapped = wrap(text, blocks, printed)
    # Blank lines divide paragraphs, unless hardly any line is followed by one: then something was taken out there.
    gap = 1 if wrapped is None or text.count("\n\n") > 0.1 * text.count("\n") else 4
    at, unfinished = 0, False
    for begin, stop in printed:
        while at < len(blocks) and blocks[at].end <= begin:
            at += 1
        block = blocks[at] if at < len(blocks) and blocks[at].start < stop else None
        raw = text[begin:stop]
        start, end = stop - len(raw.lstrip()), begin + len(raw.rstrip())
        plain = block is None or block.kind == "line"
        if not plain and out and out[-1].block is block and block is not None and block.kind == "table":
            out[-1] = out[-1]._replace(end=end)
            continue
        if (
            unfinished
            and plain
            and not _INDENT.match(raw)
            and not markers.UNIT.match(raw)
            and not (text[out[-1].end - 1] in "。！？" and _begins(text, start, end, wrapped))
            and text.count("\n", out[-1].end, begin) <= gap
        ):
            out[-1] = out[-1]._replace(end=end)
        else:
            out.append(Line(start, end, block))
        unfinished = wrapped is not None and plain and stop - begin >= wrapped.full
        if wrapped is not None and wrapped.closes and text[end - 1] == "。" and not text.startswith("但", stop + 1):
            unfinished = False  # a sentence that objects goes on with the paragraph
    return _tables(text, out)


def _begins(text: str, start: int, end: int, wrapped: Wrap | None) -> bool:
    """Whether a line behind a sentence's end looks like the beginning of a block: a heading, a further point of a count."""
    if wrapped is None:
        return False
    alone = end - start < wrapped.full and not _STOPPED.search(text, end - 2, end)
    return alone or (wrapped.counts and _ORDINAL.match(text, start, end) is not None)


def _tables(text: str, lines: list[Line]) -> list[Line]:
    """Consecutive lines of plain text that tabs divide into cells become one line, a table."""
    if "\t" not in text and all(line.block is None or line.block.kind != "table" for line in lines):
        return lines
    out: list[Line] = []
    run: list[Line] = []

    def close() -> None:
        if len(run) > 1:
            rows = [_row(text, r) for r in run]
            start, end = rows[0][0], rows[-1][1]
            cells = tuple(tuple(c.strip() for c in text[a:b].split("\t")) for a, b in rows)
            out.append(Line(start, end, Block(start, end, "table", cells=cells), "table"))
        else:
            out.extend(run)
        run.clear()

    for line in lines:
        if line.block is not None and line.block.kind == "table":
            close()
            out.append(line._replace(role="table"))
        elif (line.block is None or line.block.kind == "line") and text.find("\t", line.start, line.end) >= 0:
            run.append(line)
        else:
            close()
            out.append(line)
    close()
    return out


def _row(text: str, line: Line) -> tuple[int, int]:
    """A line of a table with the tabs at its ends, which stand for empty cells."""
    start, end = line.start, line.end
    while start and text[start - 1] in "\t \u3000\xa0":
        start -= 1
    while end < len(text) and text[end] in "\t \u3000\xa0":
        end += 1
    row = text[start:end]
    return start + len(row) - len(row.lstrip(" \u3000\xa0")), start + len(row.rstrip(" \u3000\xa0"))
