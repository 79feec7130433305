"""Which of a text's readings are the likeliest: all readings of all places of a document weighed at once, as arrays."""

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.script import usage
from ingest.script.undecided import Place, Score

# Characters beside a place that the language model (of order four) can feel.
_FELT = 3
# A place that differs from its like in the document needs a lead of so many nats.
_APART = 1.0
# So much of what the language model says counts: it takes a word's characters for independent evidence, and knows its field not.
_MODEL = 0.5
# What it costs that a converter missed a word that it rewrites (its division into words went another way).
_MISSED = 6.0


class _Beside(NamedTuple):
    """A place's readings and what stands beside it."""

    ways: tuple[str, ...]
    single: bool
    left: str
    right: str


class Choice:
    """The likeliest readings of a text's places, all weighed at once: arrays hold the readings of all places in a row."""

    def __init__(self, simplified: str, places: Sequence[Place], score: Score) -> None:
        self._simplified, self._places, self._score = simplified, places, score
        sizes = [len(place.ways) for place in places]
        self._bounds = list(accumulate(sizes, initial=0))
        self._starts = np.array(self._bounds[:-1])
        stays = [simplified[place.start : place.end] for place in places]
        # Those alike have their readings' numbers in the whole document together.
        groups: dict[tuple[str, tuple[str, ...]], int] = {}
        size = 0
        self._groups: list[int] = []
        for one, place in zip(stays, places, strict=True):
            key = one, place.ways
            if key not in groups:
                groups[key] = size
                size += len(place.ways)
            self._groups.append(groups[key])
        self._together = np.arange(self._bounds[-1]) + np.repeat(np.array(self._groups) - self._starts, sizes)
        self._size = size
        self._missed = np.array(
            [
                _MISSED if place.odd and way == one else 0.0
                for one, place in zip(stays, places, strict=True)
                for way in place.ways
            ]
        )
        self._fields = Fields([place.ways if place.single else () for place in places], sizes)
        self._known: dict[_Beside, list[float]] = {}

    def made(self) -> tuple[list[str], list[float]]:
        """The reading of every place and its lead over the next."""
        taken = [place.ways[0] for place in self._places]
        margins: list[float] = []
        before: list[_Beside] = []
        for _ in range(2):  # the second time beside words that are back already
            contexts = [
                _Beside(place.ways, place.single, *sides)
                for place, sides in zip(self._places, beside(self._simplified, self._places, taken), strict=True)
            ]
            if contexts == before:
                break
            taken, margins = self._chosen(contexts)
            before = contexts
        return taken, margins

    def _chosen(self, contexts: list[_Beside]) -> tuple[list[str], list[float]]:
        """The likeliest reading of every place between its neighbours, and its lead over the next."""
        known = self._known
        new = [context for context in dict.fromkeys(contexts) if context not in known]
        windows = [(context.left, way + context.right) for context in new for way in context.ways]
        scored = iter(self._score(windows) if windows else [])
        for context in new:
            known[context] = [
                _MODEL * next(scored) + (usage.beside(way, context.left, context.right) if context.single else 0.0)
                for way in context.ways
            ]
        own = np.array([value for context in contexts for value in known[context]]) - self._missed
        own += self._fields.usual(own, self._starts)
        together = np.bincount(self._together, own, self._size).tolist()
        values = own.tolist()
        ways, margins = [], []
        for place, group, (low, high) in zip(self._places, self._groups, pairwise(self._bounds), strict=True):
            some, alike = values[low:high], together[group : group + high - low]
            usual, best = alike.index(max(alike)), some.index(max(some))
            if best != usual and some[best] - some[usual] < _APART:
                best = usual
            chosen = some.pop(best)
            ways.append(place.ways[best])
            margins.append(chosen - max(some) if some else math.inf)
        return ways, margins


class Fields:
    """How usual the readings of some places are in each field; the document's is the one that makes most of its best ones."""

    def __init__(self, forms: Sequence[Sequence[str]], sizes: Sequence[int]) -> None:
        """`forms[i]` are the readings of a place of `sizes[i]` readings; none: it says nothing."""
        nothing = (0.0,) * usage.fields()
        rows = [
            row
            for some, size in zip(forms, sizes, strict=True)
            for row in (usage.fields_of(tuple(some)) or [nothing] * size)
        ]
        self._rows = np.array(rows)
        self._telling = np.array([bool(some) for some in forms])

    def usual(self, scores: NDArray[np.float64], starts: NDArray[np.int64]) -> NDArray[np.float64]:
        """How usual each reading is in the document's field, given with scores of them and where each place begins."""
        best = np.maximum.reduceat(scores[:, None] + self._rows, starts)[self._telling]
        field = int(best.sum(axis=0).argmax())
        return self._rows[:, field]


def beside(
    simplified: str, places: Sequence[Place], taken: Sequence[str], reach: int = _FELT
) -> Iterator[tuple[str, str]]:
    """What stands left and right of every place, so many characters of it, once the others are read as taken."""
    parts: list[str] = []
    at = 0
    for place, way in zip(places, taken, strict=True):
        parts += (simplified[at : place.start], way)
        at = place.end
    parts.append(simplified[at:])
    whole = "".join(parts)
    at = 0
    for n, way in enumerate(taken):
        at += len(parts[2 * n])
        end = at + len(way)
        left, right = whole[max(0, at - reach) : at], whole[end : end + reach]
        if "\n" in left:
            left = left.rpartition("\n")[2]
        if "\n" in right:
            right = right.partition("\n")[0]
        yield left, right
        at = end
