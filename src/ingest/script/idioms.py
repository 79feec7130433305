"""Who wrote a text, whatever its script is by now: the mainland, or Taiwan and Hong Kong.

Words that converters exchange say nothing of it, for a converter may have written them; but authors differ in all the
rest (疑难排解, 依 … 规定, 予以; 进行了, 故障排除), and no converter touches that. `idioms.tsv` has such forms with their
weights, made by `tools/derive_idioms.py` in openly licensed texts of both sides.
"""

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.script import dictionaries, lexicons

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# So much at most is said of a text: its forms are not independent of each other.
_MOST = 12.0
# In a line single characters tell how one speaks (会, 这) rather than where, and all forms are too few to say much twice.
_LINE, _SINGLE_LINE = 1.3, 0.65
# Quotation marks, which no known converter touches, of one kind alone: of natives of Taiwan and Hong Kong 1 in 100 has “” alone,
# but nearly all of the Record of Hong Kong's Council; of mainland texts a tenth has 「」 alone.
_MARKS_MAINLAND, _MARKS_NATIVE = 2.0, -1.0


class _Table:
    """The weights of the forms by their number, and what finds them."""

    def __init__(self) -> None:
        import numpy as np

        from ingest.script.grams import Grams  # brings numpy: only where an author is asked after

        weights = {form: float(weight) for _, (form, weight) in dictionaries.IDIOMS.cells()}
        self.bias = weights.pop("*")
        self.weights = np.array(list(weights.values()))
        self.hundredths = np.rint(100 * self.weights).astype(np.int64)
        self.forms = Grams(list(weights))
        self.lengths = np.array(list(map(len, weights)))
        self.by_line = self.weights * np.where(self.lengths == 1, _SINGLE_LINE, _LINE)


_table = cache(_Table)


class Found(NamedTuple):
    """The forms that stand in a text, by their numbers, and where."""

    places: "NDArray[np.int64]"
    forms: "NDArray[np.int64]"


def find(simplified: str, exchanged: Sequence[lexicons.Place]) -> Found:
    """The forms of a text in Simplified letters. `exchanged`: the words that converters exchange, which say nothing."""
    return Found(*_table().forms.find(simplified, exchanged))


def by_line(found: Found, sizes: "NDArray[np.int64]") -> "NDArray[np.float64]":
    """What each line of a text speaks for the mainland, in nats, given with their sizes; a form counts once a line."""
    import numpy as np

    weights = _table().by_line
    bits = len(weights).bit_length()
    once = np.arange(len(sizes)).repeat(sizes).take(found.places) << bits | found.forms
    once.sort()
    once = once[np.concatenate(([True], once[1:] != once[:-1]))] if len(once) else once
    spoken = np.bincount(once >> bits, weights.take(once & ((1 << bits) - 1)), len(sizes))
    return spoken.astype(np.float64, copy=False)


def lean(found: Found, size: int) -> float:
    """How much the forms within the first `size` characters of a text speak for an author of the mainland, in nats."""
    import numpy as np

    table = _table()
    there = np.zeros(len(table.weights), np.bool_)
    there[found.forms[found.places + table.lengths.take(found.forms) <= size]] = True
    # In whole numbers: the same in whatever order, on any machine.
    score = round(100 * table.bias) + int(table.hundredths[there].sum())
    return max(-_MOST, min(_MOST, score / 100))


def marks(text: str) -> float:
    """What a text's quotation marks speak for an author of the mainland, in nats; nothing where both kinds stand."""
    mainland, native = "“" in text, "「" in text
    return 0.0 if mainland == native else _MARKS_MAINLAND if mainland else _MARKS_NATIVE
