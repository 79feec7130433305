"""How doubtful a document is: how likely it has a fault in its extraction, by its certainties, its flags and the form of its text.

The weights are those that put the faults first on two sets of pages alike, which were read by eye (docs/pages.md); what adds up to 0
is wrong every second time. What spoke for a fault on one of the sets alone is left out. It says nothing of repairs: those have certainties of their own.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_BASE = 0.2
# Body, title, date, publisher: by certainty. A document without a day is one in which more is wrong than in others.
_WEIGHTS: Mapping[tuple[str, str | None], float] = {
    ("extraction", "exact"): -2.3,
    ("extraction", "likely"): -2.0,
    ("title", "exact"): -0.8,
    ("title", "likely"): -0.3,
    ("published_on", "exact"): -1.5,
    ("published_on", "likely"): -1.5,
    ("published_on", "guess"): -0.2,
    ("publisher", "exact"): -0.5,
    ("publisher", "likely"): -0.5,
}
_FLAGS: Mapping[str, float] = {"listing": 1.3, "thin": 1.3, "little-kept": 1.1}
_GUESSED = ("extraction", "title", "published_on")
_LITTLE = 0.15  # of the page
_STOPS = frozenset("。！？；!?")
_FEW, _HARDLY = 0.006, 0.003  # of them in a character: a sentence in 160, in 330

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
        weight += 0.5 if looks.kept < _LITTLE else 0.0
        weight += 0.7 if looks.stops < _HARDLY else 0.4 if looks.stops < _FEW else 0.0
    return round(1 / (1 + math.exp(-weight)), 3)


def reasons(certainties: Mapping[str, str | None]) -> tuple[str, ...]:
    """What of the certainties makes a document worth a look, as the index shows it: title:guess."""
    return tuple(
        f"{field}:{certainty}" for field, certainty in certainties.items() if field in _GUESSED and certainty == "guess"
    )
