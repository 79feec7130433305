"""The lines of a text as blocks: which belong together because a paragraph was wrapped."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ingest.blocks import Block, BlockKind

_LINE = re.compile(r"[^\n]*\S[^\n]*")


class Line(NamedTuple):
    """A logical line: a block of the page, or lines that a wrap had divided; without outer white space."""

    start: int
    end: int
    kind: BlockKind
    block: Block | None = None


def width(text: str, blocks: Sequence[Block]) -> int | None:
    """The number of characters that lines were wrapped at; None where they were not."""
    lengths = Counter(len(m[0].strip()) for m in _LINE.finditer(text))
    total = sum(lengths.values())
    if total < 4 or (blocks and not any(b.kind == "line" for b in blocks)):
        return None
    most = max(lengths)
    full = lengths[most] + lengths[most - 1]
    return most if 12 <= most <= 80 and full >= max(3, 0.25 * total) else None


def read(text: str, blocks: Sequence[Block]) -> list[Line]:
    """The logical lines in order."""
    out: list[Line] = []
    full = width(text, blocks)
    at, open_line = 0, False
    for m in _LINE.finditer(text):
        while at < len(blocks) and blocks[at].end <= m.start():
            at += 1
        block = blocks[at] if at < len(blocks) and blocks[at].start < m.end() else None
        raw = m[0]
        start, end = m.start() + len(raw) - len(raw.lstrip()), m.start() + len(raw.rstrip())
        if block and block.kind == "table" and out and out[-1].block is block:
            out[-1] = out[-1]._replace(end=end)
            continue
        kind = block.kind if block else "line"
        if open_line and kind == "line" and raw[0] not in " \u3000\t" and m.start() - out[-1].end <= 2:
            out[-1] = out[-1]._replace(end=end)
        else:
            out.append(Line(start, end, kind, block))
        open_line = full is not None and kind == "line" and end - start >= full - 1
    return out
