"""Which document a name means, among documents that are at hand: by number, by title, and by the day it is said.

A text of 2015 that names a law means the version then in force. Where only later ones are at hand the earliest of them
is given, as a guess, and said to be later.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from ingest.models import ReferenceReason
from ingest.patterns import pattern
from ingest.references import names
from ingest.references.grammar import Place, Step, places
from ingest.traced import Certainty

_YEAR = pattern(r"(?:19|20)\d\d(?=年?(?:修订|修正|版|本)?[）)])")
_NUMBER_SIGNS = str.maketrans("﹝[［（(【﹞]］）)】", "〔〔〔〔〔〔〕〕〕〕〕〕")


class Held(NamedTuple):
    """A document that may be meant: its id, revision, and the day of its version (None: unknown)."""

    doc_id: str
    revision: str
    day: date | None


class Meant(NamedTuple):
    """The document that is meant (None: none), how sure that is, and the reason as in the dataset."""

    held: Held | None
    certainty: Certainty | None
    reason: ReferenceReason


def number_key(number: str) -> str:
    """What two prints of one document number have in common."""
    return "".join(number.split()).translate(_NUMBER_SIGNS).replace("第", "").replace("號", "号")


def day_of(title: str | None, told: date | None, issued_on: date | None, published_on: date | None) -> date | None:
    """The day of a document's version: the last that its adoption note tells, else when it was signed, the year that its
    title gives, or when it was published on the web."""
    found = _YEAR.search(title) if title else None
    return told or issued_on or (date(int(found[0]), 12, 31) if found else None) or published_on


def meant(
    title: str | None,
    number: str | None,
    by_title: Collection[Held],
    by_number: Collection[Held],
    said_on: date | None,
    sure: bool,
) -> Meant:
    """The document that a title and number mean, said on a day by a text.

    `by_title` and `by_number` are the documents at hand that bear them. `sure`: where the name begins was not in doubt.
    """
    both = [h for h in by_number if h in by_title]
    found = both or (list(by_number) if number and not title else list(by_title))
    if not found:
        return Meant(None, None, "not-in-corpus")
    certainty: Certainty = "guess" if not sure else "exact" if both or (number and not title) else "likely"
    if len(found) == 1 and (said_on is None or found[0].day is None or found[0].day <= said_on):
        return Meant(found[0], certainty, "found")
    dated = sorted((h for h in found if h.day is not None), key=lambda h: (h.day, h.doc_id))
    before = [h for h in dated if said_on is None or (h.day and h.day <= said_on)]
    if before and said_on is not None:
        last = [h for h in before if h.day == before[-1].day]
        return Meant(last[0], certainty, "found") if len(last) == 1 else Meant(None, None, "several")
    if dated and said_on is not None and len(dated) == len(found):
        return Meant(dated[0], "guess", "later-version")
    return Meant(None, None, "several")


def places_of(quote: str, above: tuple[Step, ...] = ()) -> list[Place]:
    """The places that an expression names inside the document it names, read from the expression itself.

    `above` is the last place of the expression right before it, where that names the same document: 渔业法第九条第一款规定的船舶
    和第二款规定的渔船, 该条第二款.
    """
    if quote.startswith("该条"):
        quote, above = quote[2:], tuple(step for step in above if step.unit == "条")
    title = names.TITLE.search(quote)
    at = title.end() if title else 0
    while at < len(quote):
        found = places(quote, at, above)
        if found and found[-1].end == len(quote):
            return found
        at += 1
    return []
