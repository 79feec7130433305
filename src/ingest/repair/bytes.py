"""Tables over GBK's byte pairs as arrays, for the search: what a pair means, and which pairs a wildcard may stand for."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.repair import forward
from ingest.repair.characters import plain, readings, simplified_forms, traditional_forms

NONE = 0
"""No byte is waiting for its second half."""
ANY_LEAD = 512
"""A waiting lead byte of which nothing is known. 256 + v stands for one that may follow a vanished v."""


@cache
def decoded() -> NDArray[np.uint16]:
    """Code point of each pair, 0 where it is undefined."""
    return np.array([ord(c) if c and ord(c) < 0x10000 else 0 for c in forward.pairs()], dtype=np.uint16)


@cache
def trails() -> NDArray[np.uint8]:
    """For each code point of the basic plane the second byte of its pair (0: it has none)."""
    table = np.zeros(0x10000, np.uint8)
    points = decoded()
    codes = np.flatnonzero(points)
    table[points[codes]] = codes & 0xFF
    return table


@cache
def vanishing() -> NDArray[np.int64]:
    """First bytes with which an undefined pair can begin."""
    return np.array([v for v in range(0x81, 0xFF) if len(after_vanished(v))])


@cache
def after_vanished(first: int) -> NDArray[np.int64]:
    """Lead bytes that make an undefined pair with `first`."""
    row = decoded()[first << 8 : (first + 1) << 8]
    seconds = np.arange(0x81, 0xFF)
    found: NDArray[np.int64] = seconds[row[seconds] == 0]
    return found


@cache
def leads(pending: int) -> NDArray[np.int64]:
    """The bytes that a waiting one may be."""
    if pending == ANY_LEAD:
        return np.arange(0x81, 0xFF)
    return after_vanished(pending - 256) if pending > 256 else np.array([pending])


@cache
def completions(pending: int, trail: int) -> NDArray[np.uint16]:
    """Characters that the waiting byte makes with `trail`."""
    found = decoded()[leads(pending) << 8 | trail]
    characters: NDArray[np.uint16] = found[found > 0]
    return characters


class Sounds(NamedTuple):
    """The characters that have one reading: their pairs, and what speaks against each."""

    codes: NDArray[np.int64]
    penalties: NDArray[np.float32]


@cache
def by_reading(toneless: bool = False) -> dict[str, Sounds]:
    """Characters of GBK by reading, without its tone where the mirror writes none. Mirrors annotate with the first
    reading of the Simplified form."""
    found: dict[str, dict[int, float]] = {}
    for code in np.flatnonzero(decoded()).tolist():
        char = chr(decoded()[code])
        differs = ord(char) in simplified_forms()
        for place, reading in enumerate(readings(char) if char >= "\u3400" else ()):
            row = found.setdefault(plain(reading) if toneless else reading, {})
            row.setdefault(code, (2.0 if place else 0.0) + (0.0 if differs else 2.5))
    return {
        reading: Sounds(np.array(list(rows)), np.array(list(rows.values()), np.float32))
        for reading, rows in found.items()
    }


@cache
def strangeness(traditional: bool) -> NDArray[np.float32]:
    """How much each code point speaks against itself on a page of a script: a form that no conversion would have left."""
    table = np.zeros(0x10000, np.float32)
    forms, first = simplified_forms(), traditional_forms()
    for source, target in forms.items():
        if source < 0x10000:
            table[source] = 0.0 if traditional and first.get(chr(target), "")[:1] == chr(source) else 2.0
            if not traditional:
                table[source] = 4.0
    if traditional:
        for char, targets in first.items():
            if len(char) == 1 and ord(char) < 0x10000 and targets[:1] != char:
                table[ord(char)] = max(float(table[ord(char)]), 1.0 if char in targets else 4.0)
    return table
