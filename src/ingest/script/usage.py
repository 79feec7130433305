"""What mainland texts use: which of several words, in which field, and beside which characters.

The language model knows general text; that programmers write 组件 where others write 元件, and 数据 beside 共享 where
资料 stands beside 参考, it does not know. Counts in statutes, reports, encyclopedic and programmers' texts do, as facts
in `converters.tsv` (by field) and `neighbours.tsv` (by neighbour).
"""

import math
from collections.abc import Sequence
from functools import cache, lru_cache

from ingest.patterns import pattern
from ingest.script import converters, dictionaries

# What is usual in the document's own field, against what is usual in all.
_OWN = 0.9
# How far a form's own neighbours are trusted: the share that one seen very often has, and the count of half of it.
_TRUST, _HALF = 0.6, 20
ALL = "*"
"""The row of all forms together."""
_ENTRY = pattern(r"(\D+)(\d+)")


@cache
def _fields() -> tuple[dict[str, tuple[int, ...]], tuple[int, ...]]:
    """How often each form stands in mainland texts by field, and all forms together."""
    table = converters.usual()
    return table, tuple(map(sum, zip(*table.values(), strict=True)))


@cache
def _neighbours() -> dict[tuple[str, str], str]:
    """By form and side (`<` before, `>` behind) what stands there, as the table has it; few rows are ever asked for."""
    return {(form, side): beside for _, (form, side, beside) in dictionaries.NEIGHBOURS.cells()}


@cache
def _counts(form: str, side: str) -> dict[str, int]:
    """What stands on a side of a form, and how often."""
    return {what: int(count) for what, count in _ENTRY.findall(_neighbours().get((form, side), "").replace(" ", ""))}


@cache
def in_fields(form: str) -> tuple[float, ...]:
    """How usual a form is in each field, as a natural logarithm."""
    table, whole = _fields()
    counts = table.get(form, (0,) * len(whole))
    together = sum(whole)
    general = (1 - _OWN) * sum(counts) / together + 0.5 / together
    return tuple(math.log(_OWN * count / size + general) for count, size in zip(counts, whole, strict=True))


@lru_cache(maxsize=20_000)  # a usual word stands beside usual characters
def beside(form: str, left: str, right: str) -> float:
    """How much likelier a form is between its neighbours than anywhere, in nats; `left` and `right` end with the line."""
    table, whole = _fields()
    met = sum(table.get(form, ()))
    if not met:
        return 0.0
    trust = _TRUST * met / (met + _HALF)
    score = 0.0
    for side, longest in (("<", left[-2:] or "/"), (">", right[:2] or "/")):
        own = _counts(form, side)
        what = longest if longest in own else longest[-1:] if side == "<" else longest[:1]
        usual = (_counts(ALL, side).get(what, 0) + 0.5) / sum(whole)
        # A longer word that the table has (大数据) was counted for itself.
        longer = sum(table.get(what + form if side == "<" else form + what, ()))
        score += math.log(1 - trust + trust * (own.get(what, 0) + longer) / (met + longer) / usual)
    return score


def in_its_field(scores: list[list[float]], forms: Sequence[Sequence[str]]) -> list[list[float]]:
    """Scores of forms with what is usual in the document's field, which is the one that makes most of its best readings.

    `forms[i]` are the forms that have `scores[i]`; none: the scores stay.
    """
    usual = [_usual(tuple(some)) for some in forms]
    likeliest = [_best(values, own) for values, own in zip(scores, usual, strict=True) if own]
    if not likeliest:
        return scores
    totals = list(map(sum, zip(*likeliest, strict=True)))
    field = totals.index(max(totals))
    return [
        [value + one[field] for value, one in zip(values, own, strict=True)] if own else values
        for values, own in zip(scores, usual, strict=True)
    ]


@cache
def _usual(forms: tuple[str, ...]) -> tuple[tuple[float, ...], ...]:
    return tuple(map(in_fields, forms))


def _best(scores: list[float], usual: tuple[tuple[float, ...], ...]) -> list[float]:
    """What the likeliest of some forms has in each field."""
    if len(scores) == 2:  # most have two readings, and this is asked for every place
        (one, other), (ones, others) = scores, usual
        return [max(one + a, other + b) for a, b in zip(ones, others, strict=True)]
    by_form = [[score + field for field in own] for score, own in zip(scores, usual, strict=True)]
    return list(map(max, zip(*by_form, strict=True)))
