"""What each line of a text says of who made it: for each known converter, in nats."""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from ingest.script import converters, idioms, lexicons

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# What an author's forms say counts; a place against a converter so much, its words by what they say beside natives; and
# that nothing speaks against it says a little, the more the longer a line is (chosen on lines of converted texts and of
# natives').
_AGAINST, _PRESENT = 3.7, 1.2
_LINE, _CHARACTER, _LONG = -0.1, 0.003, 150
# And so much that its quotation marks are the mainland's or the others', in a text that has both.
_QUOTES = 3.0


def scores(
    text: str, simplified: str, begins: Sequence[int], letters: Sequence[str] = tuple(converters.NAMES)
) -> "NDArray[np.float64]":
    """For some converters (rows), what each line speaks for it (positive) or against it, in nats, its author included.

    `begins`: where the lines begin.
    """
    import numpy as np

    known = converters.spellings()
    sizes = np.array([*begins[1:], len(text)]) - np.array(begins)
    author = idioms.by_line(converters.forms(simplified), sizes)
    author += _LINE + _CHARACTER * np.minimum(_LONG, sizes)
    if "“" in text and "「" in text:
        author += [_QUOTES * (("“" in line) - ("「" in line)) for line in text.split("\n")]
    spoken = [(start, _refuting(known[n])) for start, _, n in lexicons.spellings(text)]
    spoken += [(start, says) for start, _, n in lexicons.forms(simplified) if (says := _says(n))]
    lines = np.repeat(author[:, None], len(letters), 1)
    if spoken:
        starts, said = zip(*spoken, strict=True)
        every = list(converters.NAMES)
        columns = np.array(said)[:, [every.index(letter) for letter in letters]]
        np.add.at(lines, np.searchsorted(begins, starts, "right") - 1, columns)
    return lines.T


@cache
def _says(number: int) -> tuple[float, ...]:
    """What a word says for each converter, given with its number in the table; empty where it says nothing."""
    word = converters.words()[number]
    made = _present(word.cells[0]) if word.writes and word.cells[0] else 0.0
    said = tuple([refuted or made * (word.writes >> at & 1) for at, refuted in enumerate(_refuting(word.refutes))])
    return said if any(said) else ()


@cache
def _refuting(bits: int) -> tuple[float, ...]:
    """What speaks against some converters, for each."""
    return tuple([-_AGAINST * (bits >> at & 1) for at in range(len(converters.NAMES))])


@cache
def _present(weights: str) -> float:
    """What a form says by itself, given with its weights as the table has them."""
    return _PRESENT * min(converters.numbers(weights))
