"""The words of a corpus, as far as they decide between readings of damaged places.

No general text holds what one field writes every day. A whole corpus need not be learnt for that: of each place that is in
doubt the candidates are known, and what decides are the three symbols side by side that one of them has and another has
not. How often a corpus's undamaged pages hold these is counted, and asked beside the language model.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.patterns import pattern
from ingest.repair.model import encode, key_of

PAGES = 3
"""Pages with different texts that must hold a word."""
SHARE = 0.2
"""Of the corpus's own count of a word in the probability of its last symbol, as of the page's own."""
_CANDIDATE = pattern(r"(.*?) -?\d+\.\d(?:, |(?=;)|$)")
_SPACE = 0x20


def candidates(note: str) -> list[str]:
    """The readings that the note of a restoration names."""
    _, found, said = note.partition("candidates: ")
    return [match[1] for match in _CANDIDATE.finditer(said.partition("; ")[0])] if found else []


def decisive(before: str, readings: Sequence[str], after: str) -> set[str]:
    """The words (three of the model's symbols) that some of the readings have, between what stands before and after, and not all."""
    held = Counter(word for reading in readings for word in set(_words(before[-2:] + reading + after[:2])))
    return {word for word, times in held.items() if times < len(readings)}


def _words(text: str) -> list[str]:
    symbols = [chr(symbol) for symbol in encode(text) if symbol != _SPACE]
    return ["".join(symbols[at : at + 3]) for at in range(len(symbols) - 2)]


def _keys(words: Iterable[str]) -> NDArray[np.uint64]:
    """Three symbols, 16 bits each, of each word."""
    return np.array([ord(word[0]) << 32 | ord(word[1]) << 16 | ord(word[2]) for word in words], np.uint64)


class Count:
    """How often undamaged pages hold some words. Pages come one by one, in any order."""

    def __init__(self, wanted: Iterable[str]) -> None:
        self._wanted = sorted(set(wanted))
        self._keys = _keys(self._wanted)
        self._contexts = np.unique(self._keys >> np.uint64(16))
        self._often: Counter[int] = Counter()
        self._pages: Counter[int] = Counter()
        self._begun: Counter[int] = Counter()
        self._texts: set[bytes] = set()

    def hear(self, text: str) -> None:
        """Counts one page; the same text counts once."""
        ids = encode(text)
        ids = ids[ids != _SPACE]
        if not self._wanted or len(ids) < 3:
            return
        pairs = key_of(ids[:-2], ids[1:-1])
        begun = np.isin(pairs, self._contexts)
        if not begun.any():
            return
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:8]
        if digest in self._texts:
            return
        self._texts.add(digest)
        self._begun.update(pairs[begun].tolist())
        keys = pairs[begun] << np.uint64(16) | ids[2:][begun]
        held = Counter(keys[np.isin(keys, self._keys)].tolist())
        self._often += held
        self._pages.update(held.keys())

    def shares(self) -> dict[str, float]:
        """Of each word that enough pages hold: how often its last symbol follows the two before, in thousandths."""
        return {
            word: round(self._often[key] / (self._begun[key >> 16] + 1), 3)
            for word, key in zip(self._wanted, self._keys.tolist(), strict=True)
            if self._pages[key] >= PAGES
        }


def beside(
    words: Mapping[str, float], keys: NDArray[np.uint64], shares: NDArray[np.float32]
) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    """A page's own words with those of its corpus: sorted keys and their shares, the larger where both have one."""
    if not words:
        return keys, shares
    both = np.concatenate((keys, _keys(words)))
    weights = np.concatenate((shares, np.array([SHARE * share for share in words.values()], np.float32)))
    order = np.lexsort((-weights, both))
    both, weights = both[order], weights[order]
    first = np.concatenate(([True], both[1:] != both[:-1]))
    return both[first], weights[first]
