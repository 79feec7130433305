"""Places in a text, and in the same text with other white space."""

from bisect import bisect_left

from ingest.blocks import Node

Span = tuple[int, int]


class Places:
    """Two texts that are the same but for white space: what stands where in the other."""

    def __init__(self, here: str, there: str) -> None:
        self._here = [n for n, char in enumerate(here) if not char.isspace()]
        self._there = [n for n, char in enumerate(there) if not char.isspace()]
        if len(self._here) != len(self._there):
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


def _moved(given: list[int], wanted: list[int], start: int, end: int) -> Span | None:
    first, behind = bisect_left(given, start), bisect_left(given, end)
    return (wanted[first], wanted[behind - 1] + 1) if first < behind else None
