"""How doubtful a document is: the faults to expect in its extraction, by the certainties and flags it has.

Each weight is the share of wrong ones among documents with that certainty or flag, as measured (docs/pages.md); the sum
puts documents in an order, the most doubtful first. It says nothing of repairs: those have certainties of their own.
"""

from collections.abc import Mapping, Sequence

# Body, title, date, publisher: by certainty. A document without a day is one in which more is wrong than in others.
_WEIGHTS: Mapping[tuple[str, str | None], float] = {
    ("extraction", "exact"): 0.01,
    ("extraction", "likely"): 0.08,
    ("extraction", "guess"): 0.3,
    ("title", "exact"): 0.01,
    ("title", "likely"): 0.07,
    ("title", "guess"): 0.55,
    ("published_on", "exact"): 0.01,
    ("published_on", "likely"): 0.04,
    ("published_on", "guess"): 0.3,
    ("published_on", None): 0.1,
    ("publisher", "likely"): 0.01,
    ("publisher", "guess"): 0.03,
}
# What a flag adds to the guess that it makes of the text.
_FLAGS: Mapping[str, float] = {"listing": 0.65, "thin": 0.25, "little-kept": 0.3, "no-title": 0.3, "paginated": 0.2}
_NAMED = 0.3

MEASURED = ("title", "published_on", "publisher")
"""The fields whose facts say how sure they are."""


def doubt(certainties: Mapping[str, str | None], flags: Sequence[str]) -> float:
    """The faults to expect; `certainties` of `extraction` and of the `MEASURED` fields that the document has."""
    known = {"published_on": None, **certainties}
    sure = sum(_WEIGHTS.get((field, certainty), 0.0) for field, certainty in known.items())
    return round(sure + sum(_FLAGS.get(flag, 0.0) for flag in flags), 3)


def reasons(certainties: Mapping[str, str | None]) -> tuple[str, ...]:
    """What of the certainties makes a document worth a look, as the index shows it: title:guess."""
    return tuple(
        f"{field}:{certainty}"
        for field, certainty in certainties.items()
        if _WEIGHTS.get((field, certainty), 0.0) >= _NAMED
    )
