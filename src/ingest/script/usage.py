"""What mainland texts use: which of several words, in which field, and beside which characters.

The language model knows general text; that programmers write 组件 where others write 元件, and 数据 beside 共享 where
资料 stands beside 参考, it does not know. Counts in statutes, reports, encyclopedic and programmers' texts do, as facts
in `converters.tsv` (by field) and `neighbours.tsv` (by neighbour).
"""

import math
from functools import cache

from ingest.patterns import pattern
from ingest.script import converters, dictionaries

# What is usual in the document's own field, against what is usual in all.
_OWN = 0.97
# How far a form's own neighbours are trusted: the share that one seen very often has, and the count of half of it.
_TRUST, _HALF = 0.7, 20
ALL = "*"
"""The row of all forms together."""
ENTRY = pattern(r"(\D+)(\d+)")


@cache
def _fields() -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """How often each form stands in mainland texts by field, and all forms together."""
    table = converters.usual()
    return table, tuple(map(sum, zip(*table.values(), strict=True)))


@cache
def _neighbours() -> dict[tuple[str, str], str]:
    """By form and side (`<` before, `>` behind) what stands there, as the table has it; few rows are ever asked for."""
    return {(form, side): beside for _, (form, side, beside) in dictionaries.NEIGHBOURS.cells()}


def _counts(form: str, side: str) -> dict[str, int]:
    """What stands on a side of a form, and how often."""
    return {what: int(count) for what, count in ENTRY.findall(_neighbours().get((form, side), "").replace(" ", ""))}


@cache
def in_fields(form: str) -> tuple[float, ...]:
    """How usual a form is in each field, as a natural logarithm."""
    table, whole = _fields()
    counts = table.get(form, (0,) * len(whole))
    together = sum(whole)
    general = (1 - _OWN) * sum(counts) / together + 0.5 / together
    return tuple(math.log(_OWN * count / size + general) for count, size in zip(counts, whole, strict=True))


def beside(form: str, left: str, right: str) -> float:
    """How much likelier a form is between its neighbours than anywhere, in nats; `left` and `right` end with the line."""
    told = _told(form)
    if told is None:
        return 0.0
    before, behind, else_ = told
    score = before.get(left[-2:] or "/")
    if score is None:
        score = before.get(left[-1:], else_)
    other = behind.get(right[:2] or "/")
    if other is None:
        other = behind.get(right[:1], else_)
    return score + other


@cache
def _told(form: str) -> tuple[dict[str, float], dict[str, float], float] | None:
    """What each neighbour before and behind a form says of it in nats, and what any other does; None: it was never met."""
    usual_before, usual_behind, rest, met_of = _usual()
    met = met_of.get(form, 0)
    if not met:
        return None
    trust = _TRUST * met / (met + _HALF)
    sides = []
    for side, usual in (("<", usual_before), (">", usual_behind)):
        counts = _counts(form, side)
        # A longer word that the table has (大数据) was counted for itself.
        longer = {what: met_of.get(what + form if side == "<" else form + what, 0) for what in counts}
        longer |= _longer()[side].get(form, {})
        sides.append(
            {
                what: math.log(
                    1 - trust + trust * ((counts.get(what, 0) + more) / (met + more)) / usual.get(what, rest)
                )
                for what, more in longer.items()
            }
        )
    return sides[0], sides[1], math.log(1 - trust)


@cache
def _longer() -> dict[str, dict[str, dict[str, int]]]:
    """By side and form the characters with which it makes a longer form, and how often that was met."""
    found: dict[str, dict[str, dict[str, int]]] = {"<": {}, ">": {}}
    for form, met in _usual()[3].items():
        found["<"].setdefault(form[1:], {})[form[0]] = met
        found[">"].setdefault(form[:-1], {})[form[-1]] = met
    return found


@cache
def _usual() -> tuple[dict[str, float], dict[str, float], float, dict[str, int]]:
    """How usual each neighbour is before and behind any form, and one that is in no row; how often each form was met."""
    table, whole = _fields()
    every = sum(whole)
    before, behind = ({what: (n + 0.5) / every for what, n in _counts(ALL, side).items()} for side in "<>")
    return before, behind, 0.5 / every, {form: sum(counts) for form, counts in table.items()}


@cache
def fields_of(forms: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    """How usual each of some forms is in each field."""
    return tuple(map(in_fields, forms))


def fields() -> int:
    """How many fields there are."""
    return len(_fields()[1])
