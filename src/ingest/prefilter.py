"""A quick look before many patterns: one expression that finds something in every text that any of them can match.

Most lines of a document match no rule for notices, and forty patterns a line are too many to find that out. So a *literal
prefilter* goes first, as regular-expression engines for many patterns have it: of each pattern the strings of which one has
to stand in whatever it matches. It is derived from the patterns, so that nobody keeps a second list in step by hand.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from re import _constants as op  # type: ignore[attr-defined]
from re import _parser  # type: ignore[attr-defined]
from typing import Any

from ingest.patterns import source

_MOST = 24
"""Characters of a class up to which each of them counts as a string of its own."""
_SPACES = frozenset(filter(str.isspace, map(chr, range(0x3001))))
_MANY = 200
"""Characters from which on it is not worth knowing what a match begins with."""
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
    return one_of(needed)


def one_of(needed: Collection[str]) -> re.Pattern[str]:
    """An expression that finds the first of some strings in a text."""
    short = {text for text in needed if not any(other != text and other in text for other in needed)}
    # Single characters as strings too: with a class among its ways an expression is tried at every place, six times as slow.
    return re.compile("|".join(map(re.escape, sorted(short))))


def required(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Strings of which one at least stands in every text that `pattern` matches; None where there are none such."""
    return _best(*_parsed(pattern))


def _parsed(pattern: re.Pattern[str]) -> tuple[Any, bool]:
    """A pattern as the library parses it, which costs a quarter of compiling it, and whether case does not count in it."""
    found = _parser.parse(*source(pattern))
    return found, bool(found.state.flags & re.IGNORECASE)


def firsts(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """The characters that a match can begin with, white space left out and 0 for any decimal digit; None where they are many, or
    where it may begin with anything."""
    found, empty = _first(*_parsed(pattern))
    return None if empty else found


def _first(items: Iterable[Any], fold: bool) -> tuple[frozenset[str] | None, bool]:
    """What a sequence of parsed items begins with (None: unknown), and whether it may be empty."""
    out: frozenset[str] = frozenset()
    for code, value in items:
        if code in (op.AT, op.ASSERT, op.ASSERT_NOT):
            continue  # takes no character
        own, empty = _first_of(code, value, fold)
        if own is None:
            return None, False
        out |= own
        if not empty:
            return out, False
    return out, True


def _first_of(code: Any, value: Any, fold: bool) -> tuple[frozenset[str] | None, bool]:
    """The same of one parsed item."""
    if code is op.LITERAL or code is op.IN:
        return _cased(_class([(code, value)] if code is op.LITERAL else value), fold), False
    if code is op.BRANCH:
        every = [_first(branch, fold) for branch in value[1]]
        sets = [own for own, _ in every if own is not None]
        return (frozenset().union(*sets) if len(sets) == len(every) else None), any(empty for _, empty in every)
    if code is op.SUBPATTERN:
        return _first(value[3], (fold or bool(value[1] & re.IGNORECASE)) and not value[2] & re.IGNORECASE)
    if code in (op.MAX_REPEAT, op.MIN_REPEAT, op.POSSESSIVE_REPEAT):
        own, empty = _first(value[2], fold)
        return own, empty or value[0] == 0
    if code is op.ATOMIC_GROUP:
        return _first(value, fold)
    return None, False


def _cased(found: frozenset[str] | None, fold: bool) -> frozenset[str] | None:
    """A set of characters; unknown where some have two cases that do not count."""
    return None if fold and found and any(char.lower() != char.upper() for char in found) else found


def _class(items: Sequence[Any]) -> frozenset[str] | None:
    """The characters of a class but for white space, where they are few enough."""
    out: set[str] = set()
    for code, value in items:
        if code is op.LITERAL:
            out.add(chr(value))
        elif code is op.RANGE and value[1] - value[0] < _MANY:
            out.update(map(chr, range(value[0], value[1] + 1)))
        elif code is op.CATEGORY and value is op.CATEGORY_DIGIT:
            out.add("0")
        elif code is not op.CATEGORY or value is not op.CATEGORY_SPACE:
            return None
    return frozenset(map(beginning, out - _SPACES)) if len(out) < _MANY else None


def beginning(text: str) -> str:
    """The first character of a text as `firsts` has it."""
    return "0" if text[:1].isdecimal() else text[:1]


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
