"""Which of some thousand forms of up to three characters stand in a text, and where: asked of the whole text at once.

An automaton gives one place after the other, and of forms so short a text is full; arrays answer in a tenth of the time.
Pairs and triples are looked up in a hash table small enough for a processor to keep at hand (a table of all pairs would be two
megabytes, and each question a wait for memory).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.script import points

_PLANE = 0x10000
_SLOTS = 0x7FFF
_OTHER = 1
"""The number of every character that no form has; none has number 0."""


class Grams:
    """Forms of one to three characters of the basic plane, found in texts by their numbers."""

    def __init__(self, forms: Sequence[str]) -> None:
        letters = sorted(set("".join(forms)))
        self._number = np.full(_PLANE, _OTHER, np.int16)
        self._number[points.of("".join(letters))] = np.arange(len(letters)) + _OTHER + 1
        # An odd size: characters of any number go to all slots. Three digits of it have to be less than 32 bits.
        self._size = np.uint32(len(letters) + 2 | 1)
        assert self._size < 1 << 10 | 1 << 9
        lengths = np.array(list(map(len, forms)))
        ones, twos, threes = (
            self._number[points.of("".join([form for form in forms if len(form) == length]))].reshape(-1, length)
            for length in (1, 2, 3)
        )
        self._singles = np.full(len(letters) + 2, -1, np.int16)
        self._singles[ones[:, 0]] = (lengths == 1).nonzero()[0]
        those = np.concatenate([(lengths == length).nonzero()[0] for length in (2, 3)])
        keys = np.concatenate([self._keyed(*twos.T), self._keyed(*threes.T)])
        slots = keys & np.uint32(_SLOTS)
        order = np.argsort(slots, kind="stable")
        held = np.bincount(slots, minlength=_SLOTS + 1)
        self._first = np.where(held, np.cumsum(held) - held, -1).astype(np.int16)
        # Those of one slot stand in a row; behind the last one there is nothing that could be sought.
        self._beside = np.arange(held.max())
        self._keys = np.append(keys[order], 0 * self._beside.astype(np.uint32))
        self._those = np.append(those[order], self._beside)

    def _keyed(self, *numbers: NDArray[np.integer]) -> NDArray[np.uint32]:
        """Characters beside each other as one number each."""
        key = numbers[0].astype(np.uint32)
        for other in numbers[1:]:
            key = key * self._size + other.astype(np.uint32)
        return key

    def find(self, text: str, without: Sequence[tuple[int, int, int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The places of all forms in a text, overlapping ones too, and beside each the form's number; in no order.

        `without`: matches (start, end, a number; none within another) whose characters are none of any form.
        """
        # `take` is quicker than an index.
        ids = self._number.take(points.of(text), mode="clip")
        for start, end, _ in without:
            ids[start:end] = _OTHER
        one = self._singles.take(ids)
        alone = (one >= 0).nonzero()[0]
        wide = ids.astype(np.uint32)
        pairs = wide[:-1] * self._size + wide[1:]
        sought = np.concatenate((pairs, pairs[:-1] * self._size + wide[2:]))
        first = self._first.take(sought & np.uint32(_SLOTS))
        some = (first >= 0).nonzero()[0]
        at = first.take(some)[:, None] + self._beside
        hits = (self._keys.take(at) == sought.take(some)[:, None]).ravel().nonzero()[0]
        places = some.take(hits // len(self._beside))
        places[places >= len(pairs)] -= len(pairs)
        return np.concatenate((alone, places)), np.concatenate(
            (one.take(alone), self._those.take(at.ravel().take(hits)))
        )
