"""Places in a text, and in the same text with other white space."""

from bisect import bisect_right
from itertools import accumulate

from ingest.blocks import Node
from ingest.patterns import pattern

Span = tuple[int, int]


class Places:
    """Two texts that are the same but for white space: what stands where in the other."""

    def __init__(self, here: str, there: str) -> None:
        self._here, self._there = _Printed(here), _Printed(there)
        if self._here.size != self._there.size:
            raise ValueError("the texts differ in more than white space")

    def span(self, start: int, end: int) -> Span | None:
        """A span of the first text in the second; None where there is nothing but white space in it."""
        return _moved(self._here, self._there, start, end)

    def back(self, start: int, end: int) -> Span | None:
        """A span of the second text in the first, likewise."""
        return _moved(self._there, self._here, start, end)

    def node(self, node: Node) -> Node:
        """A node of the second text in the first."""
        label, heading, body = (self.back(*span) for span in (node.label, node.heading, node.body))
        # What a unit does not have stands where it would: behind what comes before it, before what comes behind.
        label = label or (heading or body or (0, 0))[:1] * 2
        heading = heading or (label[1] if label[0] < label[1] or not body else body[0],) * 2
        body = body or (heading[1],) * 2
        return node._replace(label=label, heading=heading, body=body)


_BLANKS = pattern(r"(\s+)")


class _Printed:
    """What is printed in a text, by number, without its white space; found by the runs of that, which are few."""

    def __init__(self, text: str) -> None:
        sizes = list(map(len, _BLANKS.split(text)))  # what is printed, and the runs between
        borders = list(accumulate(sizes))
        self._starts, self._ends = borders[:-1:2], borders[1::2]  # of the runs
        *self._before, self.size = accumulate(sizes[::2])  # how much is printed before each, and in all

    def number(self, position: int) -> int:
        """How many characters are printed before a position."""
        run = bisect_right(self._starts, position) - 1
        return self._before[run] + max(0, position - self._ends[run]) if run >= 0 else position

    def place(self, number: int) -> int:
        """Where the character of a number stands."""
        run = bisect_right(self._before, number) - 1
        return self._ends[run] + number - self._before[run] if run >= 0 else number


def _moved(given: _Printed, wanted: _Printed, start: int, end: int) -> Span | None:
    first, behind = given.number(start), given.number(end)
    return (wanted.place(first), wanted.place(behind - 1) + 1) if first < behind else None
