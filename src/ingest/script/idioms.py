"""Who wrote a text, whatever its script is by now: the mainland, or Taiwan and Hong Kong.

Words that converters exchange say nothing of it, for a converter may have written them; but authors differ in all the
rest (疑难排解, 依 … 规定, 予以; 进行了, 故障排除), and no converter touches that. `idioms.tsv` has such forms with their
weights, made by `tools/derive_idioms.py` in openly licensed texts of both sides.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from ingest.script import dictionaries

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

Place = tuple[int, int, int]
"""A word found in a text: its number, start and end."""


class _Table:
    """The weights of the forms by their number, and what finds them."""

    def __init__(self) -> None:
        import numpy as np

        from ingest.script.grams import Grams  # brings numpy: only where an author is asked after

        weights = {form: float(weight) for _, (form, weight) in dictionaries.IDIOMS.cells()}
        self.bias: float = weights.pop("*")
        self.weights = np.array(list(weights.values()))
        self.forms = Grams(list(weights))
        single = np.array([len(form) == 1 for form in weights])
        self.by_line = self.weights * np.where(single, _SINGLE_LINE, _LINE)


_table = cache(_Table)


class Found(NamedTuple):
    """The forms that stand in a text, by their numbers, and where."""

    places: "NDArray[np.int64]"
    forms: "NDArray[np.int64]"


def find(simplified: str, exchanged: Sequence[Place]) -> Found:
    """The forms of a text in Simplified letters. `exchanged`: the words that converters exchange, which say nothing."""
    return Found(*_table().forms.find(simplified, exchanged))


def by_line(found: Found, begins: Sequence[int]) -> list[float]:
    """What each line of a text speaks for the mainland, in nats, given where they begin; a form counts once a line."""
    import numpy as np

    weights = _table().by_line
    lines = np.searchsorted(np.asarray(begins), found.places, "right") - 1
    size = len(weights)
    once = np.sort(lines * size + found.forms)
    once = once[np.diff(once, prepend=-1) > 0]
    spoken = weights[once % size].tolist()
    cuts = np.searchsorted(once, np.arange(len(begins) + 1) * size).tolist()
    return [math.fsum(spoken[low:high]) for low, high in pairwise(cuts)]


def lean(found: Found) -> float:
    """How much the forms of a text speak for an author of the mainland, in nats."""
    import numpy as np

    table = _table()
    once = np.bincount(found.forms, minlength=len(table.weights)) > 0
    # fsum: the same whatever the order of a set is.
    score = math.fsum([table.bias, *table.weights[once].tolist()])
    return max(-_MOST, min(_MOST, score))


def marks(text: str) -> float:
    """What a text's quotation marks speak for an author of the mainland, in nats; nothing where both kinds stand."""
    mainland, native = "“" in text, "「" in text
    return 0.0 if mainland == native else _MARKS_MAINLAND if mainland else _MARKS_NATIVE
