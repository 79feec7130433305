"""The character language model that chooses between readings of damaged text.

Characters after up to three others, over Simplified text, punctuation folded in width, digits and Latin letters one class each. A table of
hashed n-grams (24 bits of fingerprint, 8 bits of quantised log-probability, two candidate buckets of four) answers whole
arrays of questions at once, which is what a beam asks; it is mapped into memory, so processes share it and a clean page
never loads it. Two n-grams of the same buckets are mistaken for each other once in two million questions.

Decided against: a word model (the beam works on characters, and words straddle its states), a pointer trie such as
kenlm's (one question at a time through a compiled extra; see docs/model.md for the comparison), and exact keys (twice
the size for no measurable gain).
"""

import mmap
from collections.abc import Callable, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.errors import InputError
from ingest.repair import lexicon
from ingest.repair.lexicon import LONGEST_WORD, LOST, MAGIC, ORDER, SCALE, UNKNOWN, WAYS

MIX, MIX2 = np.uint64(lexicon.MIX), np.uint64(lexicon.MIX2)
START = ord("\n")
MASKS = tuple(np.uint64((1 << 16 * n) - 1) for n in range(ORDER + 1))
"""The last n symbols of a key."""


@cache
def symbols() -> NDArray[np.uint16]:
    """For every code point of the basic plane the symbol by which the model knows it."""
    table = np.arange(0x10000, dtype=np.uint16)
    known = lexicon.symbols()
    table[list(known)] = list(known.values())
    table[0xD800:0xE000] = LOST
    return table


def encode(text: str) -> NDArray[np.uint16]:
    """A text as the model's symbols."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return symbols()[np.minimum(points, LOST)]


class Hashed(NamedTuple):
    """A hash table from 64-bit keys to one byte (two with `extra`)."""

    cells: NDArray[np.uint32]
    extra: NDArray[np.uint8] | None

    def find(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, NDArray[np.bool_]]:
        """Values, second values and whether the key is there, for each key; zeros where it is not."""
        size = len(keys)
        prints, first, second = places(keys, len(self.cells))
        buckets = np.concatenate((first, second))
        # As rows of bytes: numbers that a file holds at odd places are copied one by one.
        cells = self.cells.view(f"V{WAYS * self.cells.itemsize}").ravel().take(buckets).view(np.uint32)
        hits = ((cells.reshape(2, size, WAYS) >> np.uint32(8)) == prints[:, None]).ravel().nonzero()[0]
        hits = hits[::-1]  # of two the first, which is written last
        row = hits // WAYS
        own = row % size
        there = np.zeros(size, np.bool_)
        there[own] = True
        values = np.zeros(size, np.uint8)
        values[own] = cells.take(hits) & np.uint32(0xFF)
        if self.extra is None:
            return values, None, there
        extra = np.zeros(size, np.uint8)
        extra[own] = self.extra.ravel().take(buckets.take(row) * WAYS + hits % WAYS)
        return values, extra, there


def places(keys: NDArray[np.uint64], buckets: int) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
    """Fingerprint, first and second bucket of each key."""
    mixed = keys * MIX
    mixed ^= mixed >> np.uint64(29)
    other = mixed * MIX2
    other ^= other >> np.uint64(32)
    prints = (mixed & np.uint64(0xFFFFFF)).astype(np.uint32)
    prints += prints == 0  # an empty cell has fingerprint 0
    size = np.uint64(buckets)
    return (
        prints,
        ((mixed >> np.uint64(24)) % size).astype(np.int64),
        ((other >> np.uint64(20)) % size).astype(np.int64),
    )


class Model(NamedTuple):
    """Probabilities of characters after three others: `score` for arrays, `total` for a text."""

    unigrams: NDArray[np.float32]
    backoffs: NDArray[np.float32]
    tables: tuple[Hashed, ...]
    """Pairs, triples, quadruples."""
    words: Hashed
    """Words of up to `LONGEST_WORD` characters."""

    def bigram(self, b: NDArray[np.uint16], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Natural log-probability of each c after its b."""
        values, _, there = self.tables[0].find(key_of(b, c))
        return np.where(there, values * np.float32(-1 / SCALE), self.backoffs[b] + self.unigrams[c])

    def score(self, before: NDArray[np.uint64], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Natural log-probability of each c after the three symbols that `before` holds, 16 bits each."""
        out = np.zeros(len(c), np.float32)
        left = np.arange(len(c))
        context, last = before & MASKS[ORDER - 1], c.astype(np.uint64)
        values, _, there = self.tables[ORDER - 2].find(context << np.uint64(16) | last)
        for order in range(ORDER, 1, -1):
            out[left[there]] += values[there] * np.float32(-1 / SCALE)
            left, context, last = left[~there], context[~there], last[~there]
            if not len(left):
                return out
            if order > 2:
                # One table tells what forgetting a symbol costs, and what is said without it.
                shorter = context & MASKS[order - 2]
                asked = np.concatenate((context, shorter << np.uint64(16) | last))
                values, weights, there = self.tables[order - 3].find(asked)
                assert weights is not None
                out[left] -= weights[: len(left)] * np.float32(1 / SCALE)
                context, values, there = shorter, values[len(left) :], there[len(left) :]
        out[left] += self.backoffs[context.astype(np.int64)] + self.unigrams[last.astype(np.int64)]
        return out

    def total(self, text: str, before: str = "\n") -> float:
        """Natural log-probability of a text, `before` being what stands in front of it."""
        return total_of(self.score, text, before)

    def totals(self, texts: Sequence[tuple[str, str]]) -> list[float]:
        """Natural log-probability of each of some texts behind what stands before it (text before, text), all asked for at once."""
        if not texts:
            return []
        reach = ORDER - 1
        ids = encode("".join([before[-reach:].rjust(reach, "\n") + text for before, text in texts]))
        sizes = np.array([len(text) for _, text in texts])
        ends = np.cumsum(sizes)
        asked = np.arange(ends[-1]) + np.repeat(np.arange(len(texts)) * reach, sizes)
        scores = self.score(contexts(ids)[asked], ids[reach:][asked])
        sums = np.concatenate(([0.0], np.cumsum(scores, dtype=np.float64)))
        found: list[float] = (sums[ends] - sums[ends - sizes]).tolist()
        return found

    def words_total(self, text: str) -> float:
        """Natural log-probability of the best division of a text into words, each by itself."""
        ids = encode(text)
        ids = ids[ids != 0x20]
        size = len(ids)
        best = np.full(size + 1, -np.inf)
        best[0] = 0.0
        scores = np.full((LONGEST_WORD + 1, size + 1), -np.inf)
        scores[1, 1:] = self.unigrams[ids] - UNKNOWN
        for length in range(1, min(LONGEST_WORD, size) + 1):
            values, _, there = self.words.find(word_keys(ids, length))
            found = np.where(there, values * (-1 / SCALE), -np.inf)
            scores[length, length:] = np.maximum(scores[length, length:], found)
        for end in range(1, size + 1):
            best[end] = max(best[end - n] + scores[n, end] for n in range(1, min(LONGEST_WORD, end) + 1))
        return float(best[size])


def total_of(
    score: Callable[[NDArray[np.uint64], NDArray[np.uint16]], NDArray[np.float32]], text: str, before: str
) -> float:
    """What `score` makes of a text, character by character; `before` is what stands in front of it."""
    if not text:
        return 0.0
    ids = encode("\n\n\n" + before + text)
    return float(score(contexts(ids), ids[3:])[len(before) :].sum())


def word_keys(ids: NDArray[np.uint16], length: int) -> NDArray[np.uint64]:
    """The key of every stretch of so many symbols."""
    size = len(ids) - length + 1
    key = key_of(*(ids[i : size + i] for i in range(min(length, ORDER))))
    for i in range(ORDER, length):
        key = key * MIX2 + ids[i : size + i]
    return key


def contexts(ids: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """For every symbol from the fourth on, the three before it."""
    return key_of(ids[:-3], ids[1:-2], ids[2:-1])


def key_of(*symbols: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """Symbols side by side as keys, 16 bits each."""
    key = symbols[0].astype(np.uint64)
    for each in symbols[1:]:
        key = key << np.uint64(16) | each
    return key


def load(path: Path) -> Model:
    """Map a model file into memory."""
    try:
        file = path.open("rb")
    except OSError as error:
        raise InputError(f"{path} cannot be read as a language model: {error.strerror}") from error
    with file:
        if file.read(len(MAGIC)) != MAGIC:
            raise InputError(f"{path} is not a language model of this version; make one with `ingest model build`")
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        arrays = []
        for _ in range(2 * ORDER):
            np.lib.format.read_magic(file)
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            size = int(np.prod(shape))
            arrays.append(np.frombuffer(whole, dtype, size, file.tell()).reshape(shape))
            file.seek(size * dtype.itemsize, 1)
    unigrams, backoffs, *cells, words = arrays
    tables = [Hashed(cells[i], cells[i + 1] if i + 1 < len(cells) else None) for i in range(0, len(cells), 2)]
    return Model(unigrams, backoffs, tuple(tables), Hashed(words, None))


@cache
def general() -> Model:
    """The model that comes with the package."""
    with as_file(files("ingest.repair") / "model.bin") as path:
        return load(path)
