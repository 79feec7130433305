"""What each line of a text says of who made it: for each known converter, in nats."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache

from ingest.script import converters, idioms

# What an author's forms say counts; a place against a converter so much, its words by what they say beside natives; and
# that nothing speaks against it says a little, the more the longer a line is (chosen on lines of converted texts and of
# natives').
_AGAINST, _PRESENT = 3.7, 1.2
_LINE, _CHARACTER, _LONG = -0.1, 0.003, 150


def scores(
    text: str, simplified: str, begins: Sequence[int], letters: Iterable[str] = converters.NAMES
) -> list[list[float]]:
    """For some converters, what each line speaks for it (positive) or against it, in nats, its author included.

    `begins`: where the lines begin.
    """
    table = converters.table()
    ends = [*begins[1:], len(text)]
    spoken = idioms.by_line(converters.forms(simplified), begins)
    author = [
        _LINE + _CHARACTER * min(_LONG, end - begin) + one for begin, end, one in zip(begins, ends, spoken, strict=True)
    ]
    spelt = [(bisect_right(begins, start) - 1, table.spellings[n]) for n, start, _ in converters.spelt(text)]
    words = [(bisect_right(begins, start) - 1, table.words[n]) for n, start, _ in converters.places(simplified)]
    found = []
    for bit in map(converters.bit_of, letters):
        lines = list(author)
        for line, bits in spelt:
            if bits & bit:
                lines[line] -= _AGAINST
        for line, word in words:
            if word.refutes & bit:
                lines[line] -= _AGAINST
            elif word.writes & bit and word.cells[0]:
                lines[line] += _present(word.cells[0])
        found.append(lines)
    return found


@cache
def _present(weights: str) -> float:
    """What a form says by itself, given with its weights as the table has them."""
    return _PRESENT * min(converters.numbers(weights))
