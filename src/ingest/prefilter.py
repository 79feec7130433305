"""A quick look before many patterns: one expression that finds something in every text that any of them can match.

Most lines of a document match no rule for notices, and forty patterns a line are too many to find that out. So a *literal
prefilter* goes first, as regular-expression engines for many patterns have it: of each pattern the strings of which one has
to stand in whatever it matches. It is derived from the patterns, so that nobody keeps a second list in step by hand.
"""

import re
from collections.abc import Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

_MOST = 24
"""Characters of a class up to which each of them counts as a string of its own."""
_USUAL = {"common": 0.3, "letter": 0.1, "sign": 0.003, "han": 0.006}
"""How often a character of a kind is in a line, roughly: what the choice among a pattern's parts goes by."""


def prefilter(patterns: Iterable[re.Pattern[str]]) -> re.Pattern[str]:
    """An expression that `search` finds in every text that one of `patterns` matches whole.

    Raises ValueError for a pattern that needs no string at all, such as `.*`.
    """
    needed: set[str] = set()
    for pattern in patterns:
        own = required(pattern)
        if own is None:
            raise ValueError(f"{pattern.pattern!r} matches texts that have nothing in common")
        needed |= own
    short = {text for text in needed if not any(other != text and other in text for other in needed)}
    single = "".join(re.escape(text) for text in sorted(short) if len(text) == 1)
    longer = [re.escape(text) for text in sorted(short) if len(text) > 1]
    return re.compile("|".join([f"[{single}]"] * bool(single) + longer))


def required(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Strings of which one at least stands in every text that `pattern` matches; None where there are none such."""
    return _best(_parser.parse(pattern.pattern, pattern.flags), bool(pattern.flags & re.IGNORECASE))


def _best(items: Iterable[Any], fold: bool) -> frozenset[str] | None:
    """The rarest set of strings that a sequence of parsed items needs."""
    found: list[frozenset[str]] = []
    run = ""
    for code, value in [*items, (op.AT, None)]:
        if code is op.LITERAL and not (fold and chr(value).lower() != chr(value).upper()):
            run += chr(value)
            continue
        if run:
            found.append(frozenset((run,)))
        run = ""
        if (own := _of(code, value, fold)) is not None:
            found.append(own)
    return min(found, key=_cost, default=None)


def _of(code: Any, value: Any, fold: bool) -> frozenset[str] | None:
    """What one parsed item needs."""
    if code is op.IN:
        return _members(value, fold)
    if code is op.BRANCH:
        every = [_best(branch, fold) for branch in value[1]]
        return None if None in every else frozenset().union(*(own for own in every if own is not None))
    if code is op.SUBPATTERN:
        return _best(value[3], (fold or bool(value[1] & re.IGNORECASE)) and not value[2] & re.IGNORECASE)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        return _best(value[2], fold) if value[0] > 0 else None
    if code is op.ATOMIC_GROUP:
        return _best(value, fold)
    if code is op.ASSERT:
        return _best(value[1], fold)
    return None


def _members(items: Sequence[Any], fold: bool) -> frozenset[str] | None:
    """The characters of a class, where they are few."""
    out: set[str] = set()
    for code, value in items:
        if code is op.LITERAL:
            out.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < _MOST:
            out.update(map(chr, range(value[0], value[1] + 1)))
        else:
            return None
    cased = fold and any(char.lower() != char.upper() for char in out)
    return frozenset(out) if out and len(out) <= _MOST and not cased else None


def _cost(texts: frozenset[str]) -> float:
    """How many lines a set of strings lets through, roughly."""
    total = 0.0
    for text in texts:
        share = 1.0
        for char in text:
            share *= _USUAL[_kind(char)]
        total += share
    return total


def _kind(char: str) -> str:
    if char.isdecimal() or char in " :,.()":
        return "common"
    if char.isalpha():
        return "letter" if char.isascii() else "han"
    return "sign"
