"""Who wrote a text, whatever its script is by now: the mainland, or Taiwan and Hong Kong.

Words that converters exchange say nothing of it, for a converter may have written them; but authors differ in all the
rest (疑难排解, 依 … 规定, 予以; 进行了, 故障排除), and no converter touches that. `idioms.tsv` has such forms with their
weights, made by `tools/derive_idioms.py` in openly licensed texts of both sides.
"""

import math
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise

from ahocorasick_rs import AhoCorasick

from ingest.script import dictionaries

# A text's beginning is enough, and so much at most is said of it: the forms of a text are not independent of each other.
_ENOUGH = 4_000
_MOST = 12.0


class _Table:
    """The weights: of single characters, and of longer forms by their number in the automaton."""

    def __init__(self) -> None:
        weights = {row["form"]: float(row["weight"]) for row in dictionaries.IDIOMS.rows()}
        self.bias: float = weights.pop("*")
        self.characters: dict[str, float] = {form: weight for form, weight in weights.items() if len(form) == 1}
        longer = [form for form in weights if len(form) > 1]
        self.longer = [weights[form] for form in longer]
        self.automaton = AhoCorasick(longer, store_patterns=False)


_table = cache(_Table)


def left(simplified: str, found: Iterable[tuple[int, int]]) -> str:
    """A text without the places found in it, as many line breaks for each."""
    parts: list[str] = []
    at = 0
    for start, end in found:
        parts += (simplified[at:start], "\n" * (end - start))
        at = end
    parts.append(simplified[at:])
    return "".join(parts)


def by_line(rest: str, begins: Sequence[int]) -> list[float]:
    """What each line speaks for the mainland, in nats, given where they begin; a form counts once a line."""
    table = _table()
    found = {
        (bisect_right(begins, start) - 1, n)
        for n, start, _ in table.automaton.find_matches_as_indexes(rest, overlapping=True)
    }
    scores: list[list[float]] = [[] for _ in begins]
    for line, n in found:
        scores[line].append(table.longer[n])
    for line, (start, end) in enumerate(pairwise([*begins, len(rest)])):
        scores[line] += [table.characters[one] for one in table.characters.keys() & set(rest[start:end])]
    return list(map(math.fsum, scores))


def lean(rest: str) -> float:
    """How much a text in Simplified letters, without the words that converters exchange, speaks for the mainland, in nats."""
    table = _table()
    rest = rest[:_ENOUGH]
    characters = table.characters.keys() & set(rest)
    longer = {n for n, _, _ in table.automaton.find_matches_as_indexes(rest, overlapping=True)}
    # fsum: the same whatever the order of a set is.
    score = math.fsum(
        [table.bias, *(table.characters[character] for character in characters), *(table.longer[n] for n in longer)]
    )
    return max(-_MOST, min(_MOST, score))
