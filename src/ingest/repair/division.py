"""Where words part: whether a stretch of a text that looks like a word is one, or one word's end and another's beginning.

于潜 is a town, and in 应于潜在的 it is none: 潜在 is a word. The language model's table of words tells it: the best
division of the surroundings is compared with the best that keeps the stretch whole.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import chain

import numpy as np

from ingest.patterns import pattern
from ingest.repair.model import SCALE, encode, general, word_keys

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
    total = general().words_total
    found = []
    for start, end, low, high in _reached(text, [(start, end) for start, end, word in spans if not _usual(word)]):
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
    values, _, there = general().words.find(word_keys(encode(word), len(word)))
    return bool(there[0]) and float(values[0]) <= _USUAL * SCALE


def _surroundings(text: str, start: int, end: int) -> tuple[int, int]:
    low, high = start, end
    while low > 0 and start - low < _BESIDE and _HAN.match(text, low - 1):
        low -= 1
    while high < len(text) and high - end < _BESIDE and _HAN.match(text, high):
        high += 1
    return low, high


def _reached(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int, int, int]]:
    """Those of the stretches over an edge of which a word of the model reaches, each with its surroundings."""
    asked: list[list[tuple[int, str]]] = [[] for _ in range(_LONGEST + 1)]
    around = [(start, end, *_surroundings(text, start, end)) for start, end in spans]
    for n, (start, end, low, high) in enumerate(around):
        for edge in (start, end):
            for first in range(max(low, edge - _LONGEST + 1), edge):
                for last in range(edge + 1, min(high, first + _LONGEST) + 1):
                    asked[last - first].append((n, text[first:last]))
    asked = [words for words in asked if words]
    if not asked:
        return []
    keys = [
        word_keys(encode("".join([word for _, word in some])), len(some[0][1]))[:: len(some[0][1])] for some in asked
    ]
    there = general().words.find(np.concatenate(keys))[2].tolist()
    return [around[n] for n in sorted({n for (n, _), hit in zip(chain(*asked), there, strict=True) if hit})]
