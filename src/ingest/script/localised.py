"""Undoing localisation: Taiwan's words in a mainland text back to the words that stood there.

The text is looked at in its Simplified form (one spelling for 台 and 臺, 裡 and 裏), which has the same length.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from ingest.script import tables
from ingest.script.chains import chain
from ingest.script.engine import Finder, Match
from ingest.traced import Certainty, Change

# A word that the mainland has as well is put back only beside this many others that it has not.
_ENOUGH = 3
# The mainland form counts as absent up to this share: mirrors miss a place now and then.
_STRAY = 0.1


class Rule(NamedTuple):
    """An entry of `localised.tsv`, its Taiwan form as it looks in Simplified script."""

    kind: str
    taiwan: str
    mainland: str
    absent: str


@cache
def _rules() -> tuple[Finder, dict[str, str], dict[str, Rule]]:
    rows = tables.rows("localised.tsv")
    forms = chain("t2s").convert("\n".join(row["taiwan"] for row in rows)).split("\n")
    rules = {
        form: Rule(row["class"], row["taiwan"], row["mainland"], row["absent"] or row["mainland"])
        for form, row in zip(forms, rows, strict=True)
    }
    return Finder(rules), {form: form for form in rules}, rules


def _hits(simplified: str) -> Iterator[tuple[Match, Rule]]:
    finder, table, rules = _rules()
    for match in finder.find(simplified, table):
        yield match, rules[match.value]


def evidence(simplified: str) -> Counter[str]:
    """The words in a text that are never the mainland's, counted."""
    return Counter(rule.taiwan for _, rule in _hits(simplified) if rule.kind == "never")


_CERTAINTY: dict[str, Certainty] = {"never": "likely", "context": "likely", "also": "guess"}


def undo(simplified: str) -> list[Change]:
    """The changes that put the mainland's words back into a text found to be localised, in its own offsets."""
    hits = [(match, rule) for match, rule in _hits(simplified) if rule.kind != "keep"]
    signs = Counter(rule.taiwan for _, rule in hits if rule.kind != "also")
    seen = Counter(rule.taiwan for _, rule in hits)
    stands = {rule.absent: simplified.count(rule.absent) for _, rule in hits if rule.kind == "also"}
    changes = []
    for match, rule in hits:
        note = None
        if rule.kind == "also":
            if stands[rule.absent] > _STRAY * seen[rule.taiwan]:
                note = f"{rule.absent} stands {stands[rule.absent]} times in the document"
            elif len(signs) < _ENOUGH:
                note = f"only {len(signs)} other words of the document are not the mainland's"
        changes.append(
            Change(
                match.start,
                match.end,
                rule.mainland,
                f"localised:{rule.taiwan}",
                _CERTAINTY[rule.kind],
                note,
                applied=note is None,
            )
        )
    return changes
