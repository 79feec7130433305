"""Which of some thousand forms of up to three characters stand in a text, and where: asked of the whole text at once.

An automaton gives one place after the other, and of forms so short a text is full; arrays answer in a tenth of the time.
Pairs and triples are looked up in hash tables small enough for a processor to keep at hand (a table of all pairs would be two
megabytes, and each question a wait for memory).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.script import points

_PLANE = 0x10000
_SLOTS = 0x7FFF


class Grams:
    """Forms of one to three characters of the basic plane, found in texts by their numbers."""

    def __init__(self, forms: Sequence[str]) -> None:
        # By length, each form's characters in a row and its number. 0 is every character that no form has.
        by_length = [[n for n, form in enumerate(forms) if len(form) == length] for length in (1, 2, 3)]
        codes = [
            points.of("".join([forms[n] for n in some])).reshape(-1, length) for length, some in enumerate(by_length, 1)
        ]
        seen = np.zeros(_PLANE, np.bool_)
        for some in codes:
            seen[some] = True
        letters = np.flatnonzero(seen)
        self._size = len(letters) + 1 | 1
        self._number = np.zeros(_PLANE, np.int32)
        self._number[letters] = np.arange(1, len(letters) + 1)
        ones, twos, threes = (self._number[some].astype(np.int64) for some in codes)
        self._singles = np.full(self._size, -1, np.int16)
        self._singles[ones[:, 0]] = by_length[0]
        self._pairs = _Hashed(twos[:, 0] * self._size + twos[:, 1], by_length[1])
        self._triples = _Hashed((threes[:, 0] * self._size + threes[:, 1]) * self._size + threes[:, 2], by_length[2])

    def find(self, text: str, without: Sequence[tuple[int, int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The places of all forms in a text, overlapping ones too, and beside each the form's number; in no order.

        `without`: matches (a number, start, end; none within another) whose characters are none of any form.
        """
        ids = self._number.take(points.of(text), mode="clip")
        for _, start, end in without:
            ids[start:end] = 0
        one = self._singles.take(ids)  # `take` is quicker than an index
        alone = np.flatnonzero(one >= 0)
        pairs = ids[:-1] * self._size + ids[1:]
        two, seconds = self._pairs.find(pairs)
        three, thirds = self._triples.find(pairs[:-1].astype(np.int64) * self._size + ids[2:])
        return np.concatenate((alone, two, three)), np.concatenate((one[alone], seconds, thirds))


class _Hashed:
    """Numbers by keys, those of one slot in a row."""

    def __init__(self, keys: NDArray[np.int64], numbers: Sequence[int]) -> None:
        slots = keys & _SLOTS
        order = np.argsort(slots, kind="stable")
        held = np.bincount(slots, minlength=_SLOTS + 1)
        self._first = np.where(held, np.cumsum(held) - held, -1).astype(np.int16)
        self._beside = np.arange(held.max(initial=1))
        # Behind the last one there is nothing that could be sought.
        self._keys = np.append(keys[order], self._beside * 0 - 1)
        self._numbers = np.append(np.array(numbers, np.int64)[order], self._beside)

    def find(self, sought: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of some keys, one for each place, the places of those that the table has, and their numbers."""
        first = self._first.take(sought & _SLOTS)
        places = np.flatnonzero(first >= 0)
        at = first.take(places)[:, None] + self._beside
        hits = np.flatnonzero(self._keys.take(at) == sought.take(places)[:, None])
        return places.take(hits // len(self._beside)), self._numbers.take(at.ravel().take(hits))
