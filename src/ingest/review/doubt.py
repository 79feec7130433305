"""How doubtful a document is: how likely it has a fault in its extraction, by its certainties, its flags and the form of its text.

The weights are those of a logistic regression on pages that were read by eye (docs/pages.md), rounded: what adds up to 0 is wrong every
second time. It says nothing of repairs: those have certainties of their own.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

_BASE = 0.5
# Body, title, date, publisher: by certainty.
_WEIGHTS: Mapping[tuple[str, str | None], float] = {
    ("extraction", "exact"): -2.3,
    ("extraction", "likely"): -2.0,
    ("title", "exact"): -0.8,
    ("title", "likely"): -0.1,
    ("title", "guess"): 0.1,
    ("published_on", "exact"): -0.9,
    ("published_on", "likely"): -0.9,
    ("published_on", "guess"): 0.2,
    ("publisher", "exact"): -0.6,
    ("publisher", "likely"): -0.6,
}
_FLAGS: Mapping[str, float] = {
    "listing": 0.8,
    "thin": 0.6,
    "little-kept": 1.3,
    "no-title": 0.2,
    "paginated": 0.2,
    "private-use": 0.6,
}
_GUESSED = ("extraction", "title", "published_on")
_SHORT = 12  # characters of a line
_STOPS = frozenset("。！？；!?")
_FEW = 0.006  # of them in a character: a sentence in 160

MEASURED = ("title", "published_on", "publisher")
"""The fields whose facts say how sure they are."""


class Form(NamedTuple):
    """What a text looks like: the share of the page that it is, of its lines that are short, and of its characters that end a sentence."""

    kept: float
    short: float
    stops: float


def form(text: str, page_chars: int) -> Form:
    """The form of a curated text, of a page with so many characters; its first line, which is the title as a rule, is not counted."""
    lines = [line for line in text.split("\n")[1:] if line.strip()]
    short = sum(len(line) <= _SHORT for line in lines) / max(1, len(lines))
    return Form(len(text) / max(1, page_chars), short, sum(map(_STOPS.__contains__, text)) / max(1, len(text)))


def doubt(certainties: Mapping[str, str | None], flags: Sequence[str], looks: Form | None = None) -> float:
    """How likely a fault is, 0 to 1; `certainties` of `extraction` and of the `MEASURED` fields that the document has."""
    weight = _BASE + sum(_WEIGHTS.get((field, certainty), 0.0) for field, certainty in certainties.items())
    weight += sum(_FLAGS.get(flag, 0.0) for flag in flags)
    if looks is not None:
        weight += 1.5 if looks.kept < 0.15 else 0.4 if looks.kept < 0.35 else -0.5 if looks.kept > 0.95 else 0.0
        weight += (0.5 if looks.short > 0.5 else 0.0) + (0.3 if looks.stops < _FEW else 0.0)
    return round(1 / (1 + math.exp(-weight)), 3)


def reasons(certainties: Mapping[str, str | None]) -> tuple[str, ...]:
    """What of the certainties makes a document worth a look, as the index shows it: title:guess."""
    return tuple(
        f"{field}:{certainty}" for field, certainty in certainties.items() if field in _GUESSED and certainty == "guess"
    )
