"""How sure a chosen title, date or publisher is: by what kind of place says it, and who else on the page says the same.

Places are independent when they are written by different hands: the head of the page, a publish line, a printed heading,
the end of `<title>`, a footer. Two that agree are hardly ever wrong; one that another contradicts is worth little. What the
classes came to on pages that were not used to draw their bounds stands in docs/pages.md.
"""

from collections.abc import Sequence

from ingest.blocks import Fact
from ingest.traced import Certainty

_NEAR = 62
"""Rank of the least that a page states of itself; what ranks behind it (a footer's owner) contradicts nobody."""


def of(field: str, best: Fact, every: Sequence[Fact]) -> Certainty | None:
    """The certainty of `best`, the chosen one of `every` fact of its field; None for fields that are not measured."""
    if field == "title":
        return _title(best, every)
    if field == "published_on":
        return _date(best, every)
    return _publisher(best, every) if field == "publisher" else None


def _hand(fact: Fact) -> str:
    """Who wrote it: the system in the page's head, the one who set the line, the template."""
    rule = fact.rule
    if fact.origin != "text":
        return "head" if fact.origin == "attribute" else fact.origin
    if rule.startswith("label:"):
        return "line"
    return {"date-line": "line", "title-element": "element", "title-suffix": "element"}.get(rule, rule)


def _others(best: Fact, every: Sequence[Fact]) -> tuple[int, int]:
    """How many other hands say the same, and how many facts of no much lower rank say otherwise."""
    same = {_hand(f) for f in every if f.value == best.value} - {_hand(best)}
    other = {f.value for f in every if f.value != best.value and f.rank <= min(_NEAR, best.rank + 30)}
    return len(same), len(other)


def _title(best: Fact, every: Sequence[Fact]) -> Certainty:
    key = _key(best.value)
    same = sum(1 for f in every if f is not best and _key(f.value) == key)
    if best.rule == "title-printed":
        return "exact" if same else "likely"
    if best.rule == "title-heading":
        return "likely" if same else "guess"
    return "likely" if same > 1 else "guess"


def _key(value: str) -> str:
    return "".join(c for c in value if c.isalnum()).casefold()


def _date(best: Fact, every: Sequence[Fact]) -> Certainty:
    same, other = _others(best, every)
    if same:
        return "exact" if not other else "likely"
    if other:
        return "guess"
    return "likely" if best.rank <= 50 else "guess"


def _publisher(best: Fact, every: Sequence[Fact]) -> Certainty:
    same, other = _others(best, every)
    if same and best.rank < 50:
        return "exact" if not other else "likely"
    return "likely" if best.rank <= 30 else "guess"
