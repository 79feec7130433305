"""Which lines have the form of a heading, each looked at when it is first asked for.

Of a long list of short lines, none of which can head the next, only the last ones are: the expressions that tell a heading from a
field, a row or a remark cost more than all else that is asked of a line.
"""

from collections.abc import Callable

_RUN = 5  # of short lines behind one another: a list


class Fitting:
    """The numbers of the lines that have the form of a heading, of `size` lines. `short` says of a line whether it can be one by its
    length and its end, `plain` whether such a line has that form."""

    def __init__(self, size: int, short: Callable[[int], bool], plain: Callable[[int], bool]) -> None:
        self._size = size
        self._short, self._plain = short, plain
        self._may: dict[int, bool] = {}
        self._known: dict[int, bool] = {}

    def may(self, i: int) -> bool:
        """Whether a line is short."""
        known = self._may.get(i)
        if known is None:
            known = self._may[i] = 0 <= i < self._size and self._short(i)
        return known

    def __contains__(self, i: int) -> bool:
        known = self._known.get(i)
        if known is None:
            known = self._known[i] = self.may(i) and self._plain(i)
        return known

    def listed(self, i: int) -> bool:
        """Whether a line is one of a run so long that it is a list of short lines, and no heading of one another."""
        first = last = i
        while last - first < _RUN - 1 and first - 1 in self:
            first -= 1
        while last - first < _RUN - 1 and last + 1 in self:
            last += 1
        return last - first >= _RUN - 1
