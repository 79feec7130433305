"""A text's printed lines with their places, and the names that several rules share."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from ingest.blocks import Block, Fact
from ingest.han import bodies, dates, tabbed
from ingest.han.width import fold
from ingest.patterns import pattern

_NOT_LETTER = pattern(r"[\W_]+")


class PrintedLine(NamedTuple):
    """A printed line: its span without white space at the ends, and its folded form (same length)."""

    start: int
    end: int
    folded: str
    in_table: bool

    def says(self, facts: Iterable[Fact]) -> list[Fact]:
        """Facts read from the line, placed in it."""
        return [fact.at(self.start, self.end) for fact in facts]


def printed_lines(text: str, blocks: Sequence[Block]) -> list[PrintedLine]:
    """The printed lines of a text in order; empty ones are left out."""
    tables = [(b.start, b.end) for b in blocks if b.kind == "table"] or tabbed.tables(text)
    out: list[PrintedLine] = []
    folded = fold(text)
    t = 0
    at = 0
    for line in text.split("\n"):
        begun, at = at, at + len(line) + 1
        printed = line.strip()
        if not printed:
            continue
        start = begun + len(line) - len(line.lstrip()) if line[0].isspace() else begun
        while t < len(tables) and tables[t][1] <= start:
            t += 1
        inside = t < len(tables) and tables[t][0] <= start
        end = start + len(printed)
        out.append(PrintedLine(start, end, folded[start:end], inside))
    return out


def key(line: str) -> str:
    """A line without signs and spaces: two printings of one title have the same key."""
    return _NOT_LETTER.sub("", line)


def is_sentence(folded: str) -> bool:
    """Whether a line is running text: it ends like a sentence, or is too long for a heading."""
    # A quotation mark ends a sentence only behind its stop: headlines like to end in a quoted word.
    return len(folded) > 60 or (len(folded) > 12 and folded.removesuffix("”")[-1] in "。;!?:,")


def is_body(folded: str) -> bool:
    """Whether a line is the name of a public body, or of several, and nothing else."""
    return bodies.LINE.fullmatch(folded) is not None


def is_day(folded: str) -> bool:
    """Whether a line is a date as a signature prints it, and nothing else."""
    return dates.DATE.fullmatch(folded) is not None


def pairs(lines: Sequence[PrintedLine]) -> Iterator[tuple[int, PrintedLine, PrintedLine]]:
    """Neighbouring lines, with the number of the first."""
    for n in range(len(lines) - 1):
        yield n, lines[n], lines[n + 1]
