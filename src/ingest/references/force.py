"""The level of legal force of a document: law, administrative regulation, local regulation … (效力级别)."""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple, cast, get_args

from ingest.models import LegalForce
from ingest.patterns import pattern
from ingest.rules import Row, Table

TABLE = Table(
    "ingest.references",
    "force.tsv",
    ("id", "level", "title", "body", "number", "example", "lookalike"),
    optional=("title", "body", "number"),
)
_TAIL = pattern(r"(?:[（(][^（）()]{1,30}[）)]|\s)+$")


class _Rule(NamedTuple):
    level: LegalForce
    title: re.Pattern[str]
    body: re.Pattern[str]
    number: re.Pattern[str]


def _rule(row: Row) -> _Rule:
    level = cast(LegalForce, row.one_of("level", get_args(LegalForce)))
    return _Rule(level, row.expression("title"), row.expression("body"), row.expression("number"))


@cache
def _rules() -> tuple[_Rule, ...]:
    return tuple(_rule(row) for row in TABLE.rows())


def level(title: str | None, bodies: Iterable[str | None], number: str | None) -> LegalForce | None:
    """The level of a document of this title (in Simplified), made by these bodies, with this number; None: not known."""
    if not title:
        return None
    name = _TAIL.sub("", title)
    said = [name, *(one for body in bodies if body for one in re.split("、|和(?!国)", body))]
    return next((rule.level for rule in _rules() if _fits(rule, name, said, number or "")), None)


def _fits(rule: _Rule, title: str, bodies: Iterable[str], number: str) -> bool:
    return (
        rule.title.search(title) is not None
        and any(rule.body.search(body) for body in bodies)
        and rule.number.search(number) is not None
    )


def takes(row: Row, text: str) -> bool:
    """Whether a row takes a document given as title | bodies | number."""
    title, bodies, number = text.split("|")
    return _fits(_rule(row), title, [title, bodies], number)
