"""Where words part: whether a stretch of a text that looks like a word is one, or one word's end and another's beginning.

于潜 is a town, and in 应于潜在的 it is none: 潜在 is a word. The language model's table of words tells it: the best
division of the surroundings is compared with the best that keeps the stretch whole.
"""

from collections.abc import Sequence
from functools import lru_cache

from ingest.patterns import pattern
from ingest.repair.lexicon import SCALE, improbable, total

# Characters beside a stretch that are looked at, the longest word that may reach over its edge, and by how many nats a
# division has to be better.
_BESIDE, _LONGEST, _LEAD = 3, 4, 3.0
_SAME = 0.01
# How improbable a usual word is at most, in nats.
_USUAL = 11.5
_HAN = pattern("[\u3400-\u9fff]")


def parted(text: str, spans: Sequence[tuple[int, int, str]]) -> list[int]:
    """Places within some stretches of a text, each with the word that it looks like (in any spelling), at which words part:
    for those of them that are no words there."""
    found = []
    for start, end, word in spans:
        low, high = _surroundings(text, start, end)
        # Alone between signs it is what it looks like, and a word of the model has to reach over an edge of it.
        if (low, high) == (start, end) or _usual(word) or not _reached(text, start, end, low, high):
            continue
        kept = total(text[low:start]) + total(text[start:end]) + total(text[end:high])
        whole = total(text[low:high])
        if whole - kept >= _LEAD:
            ways = {at: total(text[low:at]) + total(text[at:high]) for at in range(start + 1, end)}
            best = max(ways, key=ways.__getitem__)
            # A stretch within a longer word (昭著 in 臭名昭著) is not parted.
            if ways[best] > whole - _SAME:
                found.append(best)
    return found


@lru_cache(maxsize=4_096)
def _usual(word: str) -> bool:
    """Whether a word is so usual that a stretch that looks like it is one wherever it stands."""
    found = improbable(word)
    return found is not None and found <= _USUAL * SCALE


def _surroundings(text: str, start: int, end: int) -> tuple[int, int]:
    low, high = start, end
    while low > 0 and start - low < _BESIDE and _HAN.match(text, low - 1):
        low -= 1
    while high < len(text) and high - end < _BESIDE and _HAN.match(text, high):
        high += 1
    return low, high


def _reached(text: str, start: int, end: int, low: int, high: int) -> bool:
    """Whether a word of the model reaches over an edge of a stretch."""
    return any(
        improbable(text[first:last]) is not None
        for edge in (start, end)
        for first in range(max(low, edge - _LONGEST + 1), edge)
        for last in range(edge + 1, min(high, first + _LONGEST) + 1)
    )
