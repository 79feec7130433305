"""How sure a chosen title, date or publisher is: by what kind of place says it, and who else on the page says the same.

Places are independent when they are written by different hands: the head of the page, a publish line, a printed heading,
the end of `<title>`, a footer. Two that agree are hardly ever wrong; one that another contradicts is worth little. What the
classes came to on pages that were not used to draw their bounds stands in docs/pages.md.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from ingest.blocks import Fact
from ingest.traced import Certainty

_NEAR = 62
"""Rank of the least that a page states of itself; what ranks behind it (a footer's owner) contradicts nobody."""


# A title's class by its rule: where another statement says the same, and where none does. Any other rule is a guess. What each came to,
# with the sites counted, is drawn by benchmarks/accuracy/certainty.py.
_TITLES: Mapping[str, tuple[Certainty, Certainty]] = {
    "title-printed": ("exact", "likely"),
    "title-dated": ("likely", "likely"),  # right above the day that the page was published
}
# Days that nothing calls the page's: what is printed near the title, or said of a time in the text.
_UNCALLED = ("date-line", "date-below", "date-boxes", "time-element")
# A day that something was done to the page later, by itself: 最近更新：2021-04-13.
_CHANGED = "label:changed"


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

    A page that says of a text what it is called and when it was published is about that text; where one of the two is not sure, the other
    has to be. Lines whose choosers agree less than wholly are a guess, whatever stands above them: what they leave in or out is a line or two
    that a template adds, a fault of one site in four.
    """
    if choice != "exact":
        return "guess" if choice else None
    by = {fact.field: fact for fact in chosen}
    title = by["title"].certainty if "title" in by else None
    dated = "published_on" in by and by["published_on"].certainty != "guess"
    if title == "exact":
        return "exact" if dated else "likely"
    return "likely" if title == "likely" and dated else "guess"


def of(field: str, best: Fact, every: Sequence[Fact], title: Certainty | None = "exact") -> Certainty | None:
    """The certainty of `best`, the chosen one of `every` fact of its field; None for fields that are not measured.

    `title` is how sure the title is: a day that nothing calls the page's is where a title is known, else it may be an entry's of a list.
    """
    if field == "title":
        return _title(best, every)
    if field == "published_on":
        return "guess" if best.rule in _UNCALLED and title in (None, "guess") else _date(best, every)
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
    same = any(f is not best and _key(f.value) == key for f in every)
    twice, once = _TITLES.get(best.rule, ("guess", "guess"))
    return twice if same else once


def _key(value: str) -> str:
    return "".join(c for c in value if c.isalnum()).casefold()


def _date(best: Fact, every: Sequence[Fact]) -> Certainty:
    same, other = _others(best, every)
    if same:
        return "exact" if not other else "likely"
    if other:
        return "guess"
    return "likely" if best.rank <= 50 and best.rule != _CHANGED else "guess"


def _publisher(best: Fact, every: Sequence[Fact]) -> Certainty:
    same, other = _others(best, every)
    if same and best.rank < 50:
        return "exact" if not other else "likely"
    return "likely" if best.rank <= 30 else "guess"
