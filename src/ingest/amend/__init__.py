"""One text after its amendments: what amending decisions order, applied to the law that they amend.

quotations  the wordings that a decision quotes, apart from what it orders
operations  what an order says: replace, add, delete, move, exchange words
decision    the orders of a decision, by the law that each amends
statute     a law as articles, paragraphs and items that can be changed
apply       orders applied, and what could not be

Nothing is guessed: an order that is not understood, or does not fit the text, is named and left out. The conventions are
those of the legislative drafting rules of the National People's Congress's Legislative Affairs Commission (立法技术规范):
places are named as they were numbered before, and 作为第…条 gives the number afterwards.
"""

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import NamedTuple, Protocol

from ingest.amend import apply, decision, headings, statute
from ingest.amend.operations import Operation
from ingest.amend.statute import Article
from ingest.errors import InputError
from ingest.models import Document, Event, Record
from ingest.patterns import pattern
from ingest.references import names

__all__ = ["Amendment", "Consolidation", "Difference", "compare", "consolidate"]

_LETTERS = pattern(r"[\W_]+")


class Told(Protocol):
    """A document with its records and events: what `curate` gives, or rows of a curated folder."""

    @property
    def document(self) -> Document: ...

    @property
    def records(self) -> tuple[Record, ...]: ...

    @property
    def events(self) -> tuple[Event, ...]: ...


class Amendment(NamedTuple):
    """One order of a decision and what became of it.

    `start`, `end` are where it stands in the decision's `page_text`, `record_id` is the unit that gives it. `articles`: the
    articles that it changed, as they are numbered in the result. `reasons`: why a part of it was not applied; empty: all was.
    """

    decision: str
    source: str
    effective: date | None
    record_id: str
    start: int
    end: int
    text: str
    operations: tuple[Operation, ...]
    articles: tuple[str, ...]
    reasons: tuple[str, ...]


class Consolidation(NamedTuple):
    """The text after all decisions, and each order.

    `doubts`: numbers that a decision names and the text does not bear out. `removed`: articles that were taken out.
    """

    title: str
    text: str
    statute: statute.Statute
    amendments: tuple[Amendment, ...]
    doubts: tuple[str, ...]
    removed: tuple[Article, ...]

    @property
    def left(self) -> tuple[Amendment, ...]:
        """The orders that were not applied, or not wholly."""
        return tuple(one for one in self.amendments if one.reasons)


class Difference(NamedTuple):
    """Where a republished text is another than the consolidated one: an article or heading of either, None where it has none."""

    consolidated: str | None
    republished: str | None
    text: str
    other: str


def consolidate(base: Told, decisions: Sequence[Told]) -> Consolidation:
    """The text of `base` after `decisions`, which are applied in their order.

    Raises `InputError` where the base has no articles, or a decision orders nothing of it.
    """
    title = base.document.title or ""
    law = statute.of_records(title, base.records)
    if not law.articles:
        raise InputError(
            f"{base.document.source} is not divided into articles: there is nothing that a decision could amend"
        )
    made: list[tuple[Told, decision.Order, list[str]]] = []
    doubts: list[str] = []
    gone: list[Article] = []
    for one in decisions:
        for article in law.articles:
            article.base = article.number
        own = [
            order for order in decision.orders(one.document, one.records) if order.law and _same(order.law, law.title)
        ]
        if not own:
            said = one.document.title or one.document.source
            raise InputError(
                f"{one.document.source} ({said}) orders nothing of 《{law.title}》: is it a decision on another law?"
            )
        first = len(made)
        made += ((one, order, []) for order in own)
        numbered = [(first + n, op) for n, order in enumerate(own) for op in order.operations]
        left, new, removed = apply.apply(law, numbered)
        gone += removed
        for order_number, reason in left:
            made[order_number][2].append(reason)
        doubts += (f"{one.document.title or one.document.source}: {doubt}" for doubt in new)
    changed: dict[int, list[str]] = {}
    for part in (*law.parts, *gone):
        for n in dict.fromkeys(part.by):
            changed.setdefault(n, []).append(part.label if isinstance(part, Article) else part.kind)
    amendments = tuple(
        Amendment(
            one.document.title or "",
            one.document.source,
            _effective(one),
            order.record_id,
            order.start,
            order.end,
            order.text,
            order.operations,
            tuple(changed.get(n, ())),
            tuple(dict.fromkeys(reasons)),
        )
        for n, (one, order, reasons) in enumerate(made)
    )
    return Consolidation(law.title, law.text, law, amendments, tuple(doubts), tuple(gone))


def compare(made: Consolidation, republished: Told) -> list[Difference]:
    """In what the articles and headings of a republished text are others than those of the consolidated one; signs and
    blanks aside."""
    ours = made.statute.articles
    republished_law = statute.of_records(republished.document.title or "", republished.records)
    theirs = republished_law.articles
    out: list[Difference] = []
    other = {article.number: article for article in theirs}
    for article in ours:
        there = other.pop(article.number, None)
        if there is None or _letters(article) != _letters(there):
            text = "\n".join(article.lines)
            out.append(
                Difference(article.label, there.label if there else None, text, "\n".join(there.lines) if there else "")
            )
    out += (Difference(None, there.label, "", "\n".join(there.lines)) for there in other.values())
    made_headings = [heading.line for heading in headings.headings(made.statute)]
    printed = [heading.line for heading in headings.headings(republished_law)]
    return out + [_other_heading(a, b) for a, b in zip_longest(made_headings, printed) if _bare(a) != _bare(b)]


def _other_heading(line: str | None, other: str | None) -> Difference:
    return Difference(line and line.split()[0], other and other.split()[0], line or "", other or "")


def _letters(article: Article) -> str:
    return _bare("".join(article.lines))


def _bare(line: str | None) -> str:
    return _LETTERS.sub("", line or "")


def _same(law: str, title: str) -> bool:
    return names.key(law) == names.key(title)


def _effective(one: Told) -> date | None:
    """The day from which a decision is in force, else the day it was made."""
    days = [event.date for event in one.events if event.kind == "effective" and event.date]
    return days[0] if days else one.document.issued_on
