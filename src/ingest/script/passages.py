"""Which passages of a Traditional text a known converter explains: the whole, or an article within another's frame.

A mainland article on a page of Taiwan has the page's own words before and behind it, and those refute every converter.
So where none explains the whole, the run of lines is sought in which most speaks for one and least against it; it has to
be long and of the mainland, for the best of many runs looks better than it is.
"""

from collections.abc import Iterator
from itertools import accumulate
from typing import NamedTuple

from ingest.script import converters, origin

# Lines of which such a passage consists at least, in characters, and its words of the mainland.
_LONG = 300
_MAINLAND = 2
# A page is not searched where its author is a native by so many nats and next to nothing is of the mainland; the passage's
# author has to be of the mainland by so many, and the converter's words have to say so much beside natives' (the best of
# many runs looks better than it is); lines at its ends that speak so much against it are its frame.
_NATIVE, _OURS, _TELLS, _FRAME = -4.0, 5.0, 1.5, 2.5
# An article, and another behind or before it.
_DEPTH = 2


class Passage(NamedTuple):
    """A stretch of whole lines and the converter that explains it."""

    start: int
    end: int
    verdict: converters.Verdict


def explained(text: str, simplified: str, leaning: int, mainland: int) -> list[Passage]:
    """The passages of a Traditional text that known converters made, in order; `simplified` has its length.

    `leaning`: how far the document leans to the mainland (`origin.Signs.lean`), `mainland`: how many of its words speak so.
    """
    whole = converters.judge(text, simplified, leaning)
    if whole:
        return [_trimmed(text, simplified, whole)]
    if _too_short(text):
        return []
    if mainland < _MAINLAND and converters.author(simplified, leaning) < _NATIVE:
        return []
    return list(_within(text, simplified, 0, len(text), _DEPTH))


def _begins(text: str) -> list[int]:
    return [0, *accumulate([len(line) + 1 for line in text.split("\n")[:-1]])]


def _trimmed(text: str, simplified: str, verdict: converters.Verdict) -> Passage:
    """A text that a converter explains, but for a frame of lines before and behind it that speak against it."""
    begins = _begins(text)
    (scores,) = converters.by_line(text, simplified, begins, verdict.letter)
    before, behind = ([0.0, *accumulate(lines)] for lines in (scores, reversed(scores)))
    low, tail = (min(range(len(sums)), key=sums.__getitem__) for sums in (before, behind))
    low, high = low if before[low] <= -_FRAME else 0, len(scores) - (tail if behind[tail] <= -_FRAME else 0)
    if low >= high:
        return Passage(0, len(text), verdict)
    return Passage(begins[low], begins[high] - 1 if high < len(scores) else len(text), verdict)


def _too_short(text: str) -> bool:
    """Whether a text has no room for an article and a frame."""
    return len(text) < 2 * _LONG or "\n" not in text


def _within(text: str, simplified: str, start: int, end: int, depth: int) -> Iterator[Passage]:
    if not depth or _too_short(text[start:end]):
        return
    low, high = _best_run(text[start:end], simplified[start:end])
    low, high = low + start, high + start
    if high - low < _LONG or (low, high) == (start, end):
        return
    # What surrounds it must be another's: where it is of the mainland as well, the page is an unknown converter's.
    if origin.signs(simplified[start:low] + "\n" + simplified[high:end]).lean >= _MAINLAND:
        return
    leaning = origin.signs(simplified[low:high]).lean
    ours = converters.author(simplified[low:high], leaning) >= _OURS
    verdict = converters.judge(text[low:high], simplified[low:high], leaning) if ours else None
    if verdict and verdict.weight >= _TELLS:
        yield from _within(text, simplified, start, low, depth - 1)
        yield Passage(low, high, verdict)
        yield from _within(text, simplified, high, end, depth - 1)


def _best_run(text: str, simplified: str) -> tuple[int, int]:
    """The run of whole lines that speaks most for one converter: where the sum of what its lines say is greatest."""
    begins = _begins(text)
    best, run = 0.0, (0, 0)
    for lines in converters.by_line(text, simplified, begins):
        sums = [0.0, *accumulate(lines)]
        low = 0
        for high in range(1, len(sums)):
            if sums[high - 1] < sums[low]:
                low = high - 1
            if sums[high] - sums[low] > best:
                best, run = sums[high] - sums[low], (low, high)
    begins.append(len(text) + 1)
    return begins[run[0]], min(len(text), begins[run[1]] - 1) if run[1] else 0
