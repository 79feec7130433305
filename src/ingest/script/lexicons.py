"""The words that tell who wrote a text and who converted it, of all tables, found in one pass over each of its forms.

An automaton's way through a text costs more than whatever is asked of what it finds, so the tables share one.
"""

import sys
from collections.abc import Sequence
from functools import cache, lru_cache

from ahocorasick_rs import AhoCorasick

from ingest.script import dictionaries

Place = tuple[int, int, int]
"""A word found in a text: its start and end, and its number in its table."""

# What is asked of a text's beginning is sought in all of it, of which it is asked as well, where it is no longer.
_AT_ONCE = 10_000
SIDES, SLIPS = ("mainland", "taiwan", "hongkong"), ("naive", "careful")


class _Lexicons:
    """Words of several lists."""

    def __init__(self, *lists: Sequence[str]) -> None:
        words = list(dict.fromkeys(word for some in lists for word in some))
        self._automaton = AhoCorasick(words, store_patterns=False)
        # Of each list its words' numbers in it, -1 for all others.
        own = [{word: n for n, word in enumerate(some)} for some in lists]
        self._numbers = [[numbers.get(word, -1) for word in words] for numbers in own]

    @lru_cache(maxsize=3)  # noqa: B019 (there are two, for good): several questions are asked of a text
    def find(self, text: str) -> list[list[Place]]:
        """For each list its words in a text, overlapping ones too."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [
            [(start, end, number) for n, start, end in found if (number := numbers[n]) >= 0]
            for numbers in self._numbers
        ]

    def within(self, text: str, size: int, at: int) -> list[Place]:
        """The words of one list in the first `size` characters of a text, overlapping ones too."""
        found = self.find(text if len(text) <= _AT_ONCE or size > _AT_ONCE else text[:_AT_ONCE])[at]
        return found if size >= len(text) else [one for one in found if one[1] <= size]


@cache
def converters() -> tuple[list[list[str]], list[tuple[str, str]]]:
    """The rows of `converters.tsv` without their kind: words, and spellings, each with the converters that it refutes."""
    words: list[list[str]] = []
    spelt: list[tuple[str, str]] = []
    for _, (kind, form, writes, refutes, *cells) in dictionaries.CONVERTERS.cells():
        if kind == "hant":
            spelt.append((form, refutes))
        else:
            words.append([form, writes, refutes, *cells])
    return words, spelt


@cache
def voices(*sides: str) -> list[tuple[str, str]]:
    """The words of `origin.tsv` that speak for some sides, each with its side."""
    return [(row["word"], row["side"]) for row in dictionaries.ORIGIN.rows() if row["side"] in sides]


@cache
def _simplified() -> _Lexicons:
    return _Lexicons([form for form, *_ in converters()[0]], [word for word, _ in voices(*SIDES)])


@cache
def _traditional() -> _Lexicons:
    return _Lexicons([form for form, _ in converters()[1]], [word for word, _ in voices(*SLIPS)])


def forms(simplified: str, size: int = sys.maxsize) -> list[Place]:
    """The words of `converters.tsv` in the beginning of a Simplified text, from left to right, the longest at each place."""
    return _apart(_simplified().within(simplified, size, 0))


def sides(simplified: str, size: int) -> list[tuple[str, str]]:
    """The words of the mainland, Taiwan and Hong Kong in the beginning of a Simplified text, likewise, each with its side."""
    known = voices(*SIDES)
    return [known[n] for _, _, n in _apart(_simplified().within(simplified, size, 1))]


def spellings(text: str, size: int = sys.maxsize) -> list[Place]:
    """The spellings of `converters.tsv` in the beginning of a Traditional text, of one or two characters, the shortest at each
    place."""
    return _apart(sorted(_traditional().within(text, size, 0)), in_order=True)


def slips(text: str, size: int) -> list[tuple[str, str]]:
    """The words in the beginning of a Traditional text that show a naive conversion or a careful one, likewise."""
    known = voices(*SLIPS)
    return [known[n] for _, _, n in _apart(_traditional().within(text, size, 1))]


def _apart(found: list[Place], in_order: bool = False) -> list[Place]:
    """Of matches those that no match before them overlaps: from left to right, the longest first."""
    kept = []
    reach = 0
    for one in found if in_order else sorted(found, key=_longest_first):
        if one[0] >= reach:
            kept.append(one)
            reach = one[1]
    return kept


def _longest_first(place: Place) -> tuple[int, int]:
    return place[0], -place[1]
