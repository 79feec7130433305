"""Who wrote a text, whatever its script is by now: the mainland, or Taiwan and Hong Kong.

Words that converters exchange say nothing of it, for a converter may have written them; but authors differ in all the
rest (疑难排解, 依 … 规定, 予以; 进行了, 故障排除), and no converter touches that. `idioms.tsv` has such forms with their
weights, made by `tools/derive_idioms.py` in openly licensed texts of both sides.
"""

import math
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from ingest.script import dictionaries

# A text's beginning is enough, and so much at most is said of it: the forms of a text are not independent of each other.
_ENOUGH = 4_000
_MOST = 12.0

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


_table = cache(_Table)


def by_line(simplified: str, exchanged: Sequence[Place], begins: Sequence[int]) -> list[float]:
    """What each line speaks for the mainland, in nats, given where they begin; a form counts once a line.

    `exchanged`: the words that converters exchange, which say nothing.
    """
    import numpy as np

    table = _table()
    places, forms = table.forms.find(simplified, exchanged)
    lines = np.searchsorted(np.asarray(begins), places, "right") - 1
    size = len(table.weights)
    once = np.unique(lines * size + forms)
    spoken = table.weights[once % size].tolist()
    cuts = np.searchsorted(once, np.arange(len(begins) + 1) * size).tolist()
    return [math.fsum(spoken[low:high]) for low, high in pairwise(cuts)]


def lean(simplified: str, exchanged: Sequence[Place]) -> float:
    """How much a text in Simplified letters, without the words that converters exchange, speaks for the mainland, in nats."""
    import numpy as np

    table = _table()
    _, forms = table.forms.find(simplified[:_ENOUGH], exchanged)
    # fsum: the same whatever the order of a set is.
    once = np.bincount(forms, minlength=len(table.weights)) > 0
    score = math.fsum([table.bias, *table.weights[once].tolist()])
    return max(-_MOST, min(_MOST, score))
