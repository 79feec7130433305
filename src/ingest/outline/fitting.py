"""Which lines have the form of a heading, each looked at when it is first asked for.

Of a long list of short lines, none of which can head the next, only the last ones are: the expressions that tell a heading from a
field, a row or a remark cost more than all else that is asked of a line.
"""

from collections.abc import Callable, Set

_RUN = 5  # of short lines behind one another: a list


class Fitting:
    """The numbers of the lines that have the form of a heading. `may`: those that can be one by their length and
    their end, `plain` whether such a line has that form. `cell`: whether a line may be one of a table, whatever form it has."""

    def __init__(self, may: Set[int], plain: Callable[[int], bool], cell: Callable[[int], bool]) -> None:
        self.may = may
        self._cell = cell
        self._plain = plain
        self._known: dict[int, bool] = {}

    def __contains__(self, i: int) -> bool:
        known = self._known.get(i)
        if known is None:
            known = self._known[i] = i in self.may and self._plain(i)
        return known

    def listed(self, i: int) -> bool:
        """Whether a line is one of a run so long that it is a list of short lines, and no heading of one another."""
        return _run(i, lambda k: k in self)

    def tabled(self, i: int) -> bool:
        """Whether a line is one of so many that may be cells of a table."""
        return _run(i, lambda k: self._cell(k) or k in self)


def _run(i: int, like: Callable[[int], bool]) -> bool:
    first = last = i
    while last - first < _RUN - 1 and like(first - 1):
        first -= 1
    while last - first < _RUN - 1 and like(last + 1):
        last += 1
    return last - first >= _RUN - 1
