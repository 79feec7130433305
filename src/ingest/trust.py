"""How sure a chosen title, date or publisher is: by what kind of place says it, and who else on the page says the same.

Places are independent when they are written by different hands: the head of the page, a publish line, a printed heading,
the end of `<title>`, a footer. Two that agree are hardly ever wrong; one that another contradicts is worth little. What the
classes came to on pages that were not used to draw their bounds stands in docs/pages.md.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol

from ingest.blocks import Fact
from ingest.traced import Certainty

_NEAR = 62
"""Rank of the least that a page states of itself; what ranks behind it (a footer's owner) contradicts nobody."""


_UNPRINTED = ("title-element", "title-outline")


class Chosen(Protocol):
    """A chosen fact, as the rows of a document have it."""

    @property
    def field(self) -> str: ...  # noqa: D102
    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def certainty(self) -> Certainty | None: ...  # noqa: D102


def of_text(choice: Certainty | None, chosen: Iterable[Chosen]) -> Certainty | None:
    """How sure a text is whose lines were chosen with certainty `choice`, by those of the title and the day above it.

    A page that says of a text what it is called, twice, and when it was published, is about that text; where it says neither
    surely, the lines may be a form, a shop's shelf or a part of something, however well their choosers agree.
    """
    if choice is None or choice == "guess":
        return choice
    by = {fact.field: fact for fact in chosen}
    title = by["title"].certainty if "title" in by else None
    dated = "published_on" in by and by["published_on"].certainty != "guess"
    if not (title == "exact" or (dated and title and by["title"].rule not in _UNPRINTED)):
        return "guess"
    return "exact" if choice == "exact" and title == "exact" and dated else "likely"


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
    if best.rule == "title-dated":
        return "likely"  # right above the day that the page was published
    if best.rule == "title-heading":
        return "likely" if same else "guess"
    if best.rule == "title-linked":
        return "likely" if same else "guess"
    if best.rule == "title-part":
        return "likely" if same > 1 else "guess"
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
