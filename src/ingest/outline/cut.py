"""Lines that a wrap cut and nothing joined: in the columns of a PDF the text of one stands between the lines of another, so that no width
explains what follows what. What is as wide as most lines that break off is no heading, and what stands below it goes on with it."""

from collections import Counter
from collections.abc import Sequence

from ingest.outline.lines import LogicalLine

_NARROWEST, _WIDEST = 18, 120  # characters of a line of running text
_FEWEST = 8  # such lines
_SHARE = 0.4  # of all lines so wide
_SPREAD = 5  # characters by which they differ


def lines_cut(text: str, lines: Sequence[LogicalLine]) -> set[int]:
    """The numbers of lines that break off at the width at which most do that break off."""
    wide = [i for i, x in enumerate(lines) if x.role is None and x.end - x.start >= _NARROWEST]
    broken = [
        i for i in wide
        if lines[i].end - lines[i].start <= _WIDEST and text[lines[i].end - 1].isalnum()
    ]  # fmt: skip
    fewest = max(_FEWEST, _SHARE * len(wide))
    if len(broken) < fewest:
        return set()
    sizes = Counter(lines[i].end - lines[i].start for i in broken)
    most, width = max((sum(sizes[size - n] for n in range(_SPREAD)), size) for size in sizes)
    if most < fewest:
        return set()
    found = {i for i in broken if width - _SPREAD <= lines[i].end - lines[i].start <= width + 2}
    # Headings of one length stand each above a text.
    return found if 2 * sum(i + 1 in found or i - 1 in found for i in found) >= len(found) else set()
