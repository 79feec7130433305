"""Which of some thousand forms of up to three characters stand in a text, and where: asked of the whole text at once.

An automaton gives one place after the other, and of forms so short a text is full; arrays answer in a tenth of the time.
Pairs are sieved by a small table that a processor keeps at hand (a table of all pairs would be two megabytes, and each
question a wait for memory); the few places that pass are looked up.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_POINTS = 0x10000
_SIEVE = 0x7FFF
_SPREAD = 1009
_PAIR, _BEGINS, _ENDS = 1, 2, 4
"""What the sieve says of a pair of characters: a form, the first two of a form of three, or its last two."""


class Grams:
    """Forms of one to three characters of the basic plane, found in texts by their numbers."""

    def __init__(self, forms: Sequence[str]) -> None:
        # By length, each form's characters in a row and its number. 0 is every character that no form has.
        by_length = [[n for n, form in enumerate(forms) if len(form) == length] for length in (1, 2, 3)]
        points = [
            np.frombuffer("".join([forms[n] for n in some]).encode("utf-16-le"), np.uint16).reshape(-1, length)
            for length, some in enumerate(by_length, 1)
        ]
        seen = np.zeros(_POINTS, np.bool_)
        for some in points:
            seen[some] = True
        letters = np.flatnonzero(seen)
        self._size = len(letters) + 1
        self._number = np.zeros(_POINTS, np.int16)
        self._number[letters] = np.arange(1, self._size)
        ones, twos, threes = (self._number[some].astype(np.int64) for some in points)
        self._singles = np.full(self._size, -1, np.int16)
        self._singles[ones[:, 0]] = by_length[0]
        self._sieve = np.zeros(_SIEVE + 1, np.uint8)
        for what, pairs in ((_PAIR, twos), (_BEGINS, threes[:, :2]), (_ENDS, threes[:, 1:])):
            self._sieve[(pairs[:, 0] * _SPREAD + pairs[:, 1]) & _SIEVE] |= np.uint8(what)
        self._pairs, self._triples = (
            _Sorted(rows, numbers, self._size) for rows, numbers in zip((twos, threes), by_length[1:], strict=True)
        )

    def find(self, text: str, without: Sequence[tuple[int, int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The places of all forms in a text, overlapping ones too, and beside each the form's number; in no order.

        `without`: matches (a number, start, end; none within another) whose characters are none of any form.
        """
        points = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.uint16)
        if len(points) != len(text):
            wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
            points = np.minimum(wide, _POINTS - 1).astype(np.uint16)
        ids = self._number[points].astype(np.int32)
        if without:
            _, starts, ends = np.minimum(np.array(without), len(ids)).T
            steps = np.bincount(starts, minlength=len(ids) + 1) - np.bincount(ends, minlength=len(ids) + 1)
            ids[np.cumsum(steps[:-1]) > 0] = 0
        one = self._singles[ids]
        flags = self._sieve[(ids[:-1] * _SPREAD + ids[1:]) & _SIEVE]
        alone = np.flatnonzero(one >= 0)
        two, seconds = self._pairs.find(ids, np.flatnonzero(flags & _PAIR), self._size)
        three, thirds = self._triples.find(ids, np.flatnonzero(flags[:-1] & (flags[1:] >> 1) & _BEGINS), self._size, 3)
        return np.concatenate((alone, two, three)), np.concatenate((one[alone], seconds, thirds))


class _Sorted:
    """Numbers by keys that are made of the characters' numbers."""

    def __init__(self, rows: NDArray[np.int64], numbers: Sequence[int], size: int) -> None:
        keys = np.zeros(len(rows), np.int64)
        for column in rows.T:
            keys = keys * size + column
        order = np.argsort(keys)
        # The last is greater than any: what is sought there is not found.
        self._keys = np.append(keys[order], np.iinfo(np.int64).max)
        self._numbers = np.append(np.array(numbers, np.int64)[order], -1)

    def find(
        self, ids: NDArray[np.int32], places: NDArray[np.int64], size: int, length: int = 2
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of some places those where a form of the table begins, and its number."""
        sought = np.zeros(len(places), np.int64)
        for n in range(length):
            sought = sought * size + ids[places + n]
        at = np.searchsorted(self._keys, sought)
        hit = self._keys[at] == sought
        return places[hit], self._numbers[at[hit]]
