"""Which passages of a Traditional text a known converter explains: the whole, or an article within another's frame.

A mainland article on a page of Taiwan has the page's own words before and behind it, and those refute every converter.
So where none explains the whole, the run of lines is sought in which most speaks for one and least against it; it has to
be long and of the mainland, for the best of many runs looks better than it is.

Explained or not, a line may be another's: each line is asked how likely it is the converter's, by what itself says and by
its neighbours, since authors seldom change from line to line (a hidden Markov model of two states, forward and backward).
"""

import math
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

from ingest.script import by_line, converters, origin, preimage
from ingest.script.undecided import Score

# Lines of which such a passage consists at least, in characters, and its words of the mainland.
_LONG = 300
_MAINLAND = 2
# A page is not searched where its author is a native by so many nats and next to nothing is of the mainland; the passage's
# lines have to say so much together, and the converter's words so much beside natives' (the best of many runs looks better
# than it is).
_NATIVE, _RUN, _TELLS = -6.0, 12.0, 0.2
# And words of Taiwan and Hong Kong may not prevail in it by so many.
_NATIVE_WORDS = -2
# How likely another author goes on from one line to the next, and how likely a line is the converter's that is not doubted.
_TURN, _SURE = math.exp(-4.0), 0.995
_MOST = 50.0
# An article, and another behind or before it.
_DEPTH = 2


class Line(NamedTuple):
    """A line of a passage, and how likely it is the converter's as the passage is."""

    start: int
    end: int
    share: float


class Passage(NamedTuple):
    """A stretch of whole lines, the converter that explains it, and those of its lines that may be another's."""

    start: int
    end: int
    verdict: converters.Verdict
    doubted: tuple[Line, ...]


def explained(text: str, simplified: str, leaning: int, mainland: int, score: Score) -> list[Passage]:
    """The passages of a Traditional text that known converters made, in order; `simplified` has its length.

    `leaning`: how far the document leans to the mainland (`origin.Signs.lean`), `mainland`: how many of its words speak so;
    `score` as in `preimage.undo`.
    """

    def led(verdict: converters.Verdict) -> float:
        return preimage.lead(simplified, verdict, score)

    whole = converters.judge(text, simplified, leaning, led=led)
    if whole:
        return [Passage(0, len(text), whole, _doubted(text, simplified, whole))]
    if _too_short(text):
        return []
    if mainland < _MAINLAND and converters.author(simplified, leaning) < _NATIVE:
        return []
    return [
        Passage(start, end, verdict, _doubted(text, simplified, verdict))
        for start, end, verdict in _within(text, simplified, 0, len(text), _DEPTH)
    ]


def _begins(text: str) -> list[int]:
    return [0, *accumulate([len(line) + 1 for line in text.split("\n")[:-1]])]


def _doubted(text: str, simplified: str, verdict: converters.Verdict) -> tuple[Line, ...]:
    """The lines of a text of which it is not sure that the converter made them."""
    begins = _begins(text)
    scores: list[float] = by_line.scores(text, simplified, begins, verdict.letter)[0].tolist()
    ends = [*begins[1:], len(text) + 1]
    return tuple(
        Line(start, end - 1, share)
        for start, end, share in zip(begins, ends, shares(scores), strict=True)
        if share < _SURE
    )


def shares(scores: Sequence[float]) -> list[float]:
    """How likely each line is one's, given what each says of it in nats, and that some line is."""
    odds = [math.exp(max(-_MOST, min(_MOST, score))) for score in scores]
    stay, turn = 1 - _TURN, _TURN
    before: list[tuple[float, float]] = []
    # Both states so far, the other's and one's, and how likely it is that none is one's.
    other, one, none = 1.0, 0.0, 1.0
    for n, own in enumerate(odds):
        other, one = (other * stay + one * turn, other * turn + one * stay) if n else (0.5, 0.5)
        none *= stay if n else 0.5
        one *= own
        whole = other + one
        other, one, none = other / whole, one / whole, none / whole
        before.append((other, one))
    found = [0.0] * len(odds)
    other = one = 1.0
    for n in range(len(odds) - 1, -1, -1):
        left, right = before[n][0] * other, before[n][1] * one
        found[n] = min(1.0, right / (left + right) / max(1e-9, 1 - none))
        one *= odds[n]
        other, one = other * stay + one * turn, other * turn + one * stay
        other, one = other / (other + one), one / (other + one)
    return found


def _too_short(text: str) -> bool:
    """Whether a text has no room for an article and a frame."""
    return len(text) < 2 * _LONG or "\n" not in text


def _within(
    text: str, simplified: str, start: int, end: int, depth: int
) -> Iterator[tuple[int, int, converters.Verdict]]:
    if not depth or _too_short(text[start:end]):
        return
    low, high, spoken = _best_run(text[start:end], simplified[start:end])
    low, high = low + start, high + start
    if high - low < _LONG or (low, high) == (start, end) or spoken < _RUN:
        return
    # What surrounds it must be another's: where it is of the mainland as well, the page is an unknown converter's.
    if origin.signs(simplified[start:low] + "\n" + simplified[high:end]).lean >= _MAINLAND:
        return
    leaning = origin.signs(simplified[low:high]).lean
    if leaning < _NATIVE_WORDS:
        return
    verdict = converters.judge(text[low:high], simplified[low:high], leaning, chosen=True)
    if verdict and verdict.weight >= _TELLS:
        yield from _within(text, simplified, start, low, depth - 1)
        yield low, high, verdict
        yield from _within(text, simplified, high, end, depth - 1)


def _best_run(text: str, simplified: str) -> tuple[int, int, float]:
    """The run of whole lines that speaks most for one converter, and how much: where the sum of its lines is greatest."""
    import numpy as np

    begins = [*_begins(text), len(text) + 1]
    sums = np.cumsum(by_line.scores(text, simplified, begins[:-1]), axis=1)
    sums = np.concatenate((np.zeros((len(sums), 1)), sums), axis=1)
    gains = sums[:, 1:] - np.minimum.accumulate(sums[:, :-1], axis=1)
    letter, high = divmod(int(gains.argmax()), gains.shape[1])
    best = float(gains[letter, high])
    if best <= 0:
        return 0, 0, 0.0
    low = int(sums[letter, : high + 1].argmin())
    return begins[low], min(len(text), begins[high + 1] - 1), best
