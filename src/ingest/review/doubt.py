"""How doubtful a document is: how likely it has a fault in its extraction, by its certainties, its flags and the form of its text.

The weights are a logistic regression's on pages of two hundred sites that were read by eye, and were tried on sites that they were not drawn from
(docs/pages.md): what adds up to 0 is wrong every second time. It says nothing of repairs: those have certainties of their own.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_BASE = -1.8
# By the certainty of body, title and day.
_WEIGHTS: Mapping[tuple[str, str | None], float] = {
    ("extraction", "exact"): -1.3,
    ("extraction", "likely"): -0.8,
    ("extraction", "guess"): 1.2,
    ("title", "exact"): -0.7,
    ("title", "likely"): -0.7,
    ("published_on", "exact"): -1.2,
    ("published_on", "likely"): -0.5,
    ("published_on", "guess"): 0.7,
}
_FLAGS: Mapping[str, float] = {"listing": 2.7, "thin": 0.1, "little-kept": 0.6}
_GUESSED = ("extraction", "title", "published_on")
_LITTLE = 0.15  # of the page
_STOPS = frozenset("。！？；!?")
_HARDLY = 0.003  # of them in a character: a sentence in 330

MEASURED = ("title", "published_on", "publisher")
"""The fields whose facts say how sure they are."""


class Form(NamedTuple):
    """What a text looks like: the share of the page that it is, and of its characters that end a sentence."""

    kept: float
    stops: float


def form(text: str, page_chars: int) -> Form:
    """The form of a curated text, of a page with so many characters."""
    return Form(len(text) / max(1, page_chars), sum(map(_STOPS.__contains__, text)) / max(1, len(text)))


def doubt(certainties: Mapping[str, str | None], flags: Sequence[str], looks: Form | None = None) -> float:
    """How likely a fault is, 0 to 1; `certainties` of `extraction` and of the `MEASURED` fields that the document has."""
    weight = _BASE + sum(_WEIGHTS.get((field, certainty), 0.0) for field, certainty in certainties.items())
    weight += sum(_FLAGS.get(flag, 0.0) for flag in flags)
    if looks is not None:
        weight += 0.6 if looks.kept < _LITTLE else 0.0
        weight += 0.5 if looks.stops < _HARDLY else 0.0
    return round(1 / (1 + math.exp(-weight)), 3)


def reasons(certainties: Mapping[str, str | None]) -> tuple[str, ...]:
    """What of the certainties makes a document worth a look, as the index shows it: title:guess."""
    return tuple(
        f"{field}:{certainty}" for field, certainty in certainties.items() if field in _GUESSED and certainty == "guess"
    )
