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
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.errors import InputError
from ingest.repair.characters import simplified_forms

MAGIC = b"ingest-ngram-3\n"
SCALE = 12.0
"""Log-probabilities are kept in twelfths of a natural logarithm, 255 being the least."""
WAYS = 4
MIX = np.uint64(0x9E3779B97F4A7C15)
MIX2 = np.uint64(0xC2B2AE3D27D4EB4F)
START = ord("\n")
ORDER = 4
MASKS = tuple(np.uint64((1 << 16 * n) - 1) for n in range(ORDER + 1))
"""The last n symbols of a key."""
MOST = (800_000, 1_900_000, 650_000)
"""Pairs, triples and quadruples that go into a model: some 20 MB."""
MOST_WORDS = 150_000
LONGEST_WORD = 6
UNKNOWN = 2.0
"""What it costs that a character stands for a word that the model does not know."""
DISCOUNT = 0.5
DOUBT = 3.0
"""A context that many different characters have followed is likely to be followed by yet another (Witten and Bell)."""

_WIDTH = {c: c - 0xFEE0 for c in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_QUOTES = dict(zip(map(ord, "「」『』﹁﹂﹃﹄〝〞＂"), map(ord, '“”‘’“”‘’“”"'), strict=True))
_SPACES = dict.fromkeys(map(ord, "\t\r\v\f\xa0\u2002\u2003\u2009\u200b\ufeff"), 0x20)


@cache
def symbols() -> NDArray[np.uint16]:
    """For every code point of the basic plane the symbol by which the model knows it."""
    table = np.arange(0x10000, dtype=np.uint32)
    for source, target in simplified_forms().items():
        if source < 0x10000 and target < 0x10000:
            table[source] = target
    for mapping in (_WIDTH, _QUOTES, _SPACES):
        for source, target in mapping.items():
            table[source] = target
    point = table.copy()
    table[(point >= 0x30) & (point <= 0x39)] = ord("0")
    letters = ((point | 0x20) >= 0x61) & ((point | 0x20) <= 0x7A) & (point < 0x80)
    table[letters] = ord("a")
    table[0xD800:0xE000] = 0xFFFD
    return table.astype(np.uint16)


def encode(text: str) -> NDArray[np.uint16]:
    """A text as the model's symbols."""
    points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    return symbols()[np.minimum(points, 0xFFFD)]


class Hashed(NamedTuple):
    """A hash table from 64-bit keys to one byte (two with `extra`)."""

    cells: NDArray[np.uint32]
    extra: NDArray[np.uint8] | None

    def find(self, keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None, NDArray[np.bool_]]:
        """Values, second values and whether the key is there, for each key."""
        prints, first, second = _places(keys, len(self.cells))
        rows = np.concatenate((self.cells[first], self.cells[second]), axis=1)
        hits = (rows >> np.uint32(8)) == prints[:, None]
        at = hits.argmax(axis=1)
        line = np.arange(len(keys))
        there = hits[line, at]
        values = (rows[line, at] & np.uint32(0xFF)).astype(np.uint8)
        if self.extra is None:
            return values, None, there
        bucket = np.where(at < WAYS, first, second)
        return values, self.extra[bucket, at % WAYS], there


def _places(keys: NDArray[np.uint64], buckets: int) -> tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int64]]:
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
        values, _, there = self.tables[0].find(_key(b, c))
        return np.where(there, values * np.float32(-1 / SCALE), self.backoffs[b] + self.unigrams[c])

    def score(self, before: NDArray[np.uint64], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Natural log-probability of each c after the three symbols that `before` holds, 16 bits each."""
        out = np.zeros(len(c), np.float32)
        left = np.arange(len(c))
        context, last = before & MASKS[ORDER - 1], c.astype(np.uint64)
        for order in range(ORDER, 1, -1):
            values, _, there = self.tables[order - 2].find(context << np.uint64(16) | last)
            hit = left[there]
            out[hit] += values[there] * np.float32(-1 / SCALE)
            left, context, last = left[~there], context[~there], last[~there]
            if not len(left):
                return out
            if order > 2:
                _, weights, known = self.tables[order - 3].find(context)
                assert weights is not None
                out[left] -= np.where(known, weights, np.uint8(0)) * np.float32(1 / SCALE)
                context = context & MASKS[order - 2]
        out[left] += self.backoffs[context.astype(np.int64)] + self.unigrams[last.astype(np.int64)]
        return out

    def total(self, text: str, before: str = "\n") -> float:
        """Natural log-probability of a text, `before` being what stands in front of it."""
        if not text:
            return 0.0
        ids = encode("\n\n\n" + before + text)
        return float(self.score(contexts(ids), ids[3:])[len(before) :].sum())

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


def word_keys(ids: NDArray[np.uint16], length: int) -> NDArray[np.uint64]:
    """The key of every stretch of so many symbols."""
    size = len(ids) - length + 1
    key = _key(*(ids[i : size + i] for i in range(min(length, ORDER))))
    for i in range(ORDER, length):
        key = key * MIX2 + ids[i : size + i]
    return key


def contexts(ids: NDArray[np.uint16]) -> NDArray[np.uint64]:
    """For every symbol from the fourth on, the three before it."""
    return _key(ids[:-3], ids[1:-2], ids[2:-1])


def _key(*symbols: NDArray[np.uint16]) -> NDArray[np.uint64]:
    key = symbols[0].astype(np.uint64)
    for each in symbols[1:]:
        key = key << np.uint64(16) | each
    return key


Grams = tuple[NDArray[np.uint64], NDArray[np.float64]]
"""Sorted keys with weights."""


class Counts(NamedTuple):
    """N-gram counts: a weight for every symbol, and for each order from two on the n-grams."""

    unigrams: NDArray[np.float64]
    grams: tuple[Grams, ...]
    words: Grams = (np.empty(0, np.uint64), np.empty(0))
    """Words with their probabilities."""


def count(texts: Iterable[str], weight: float = 1.0) -> Counts:
    """Counts over texts, something taken from each n-gram, as what is seen once may not be seen again."""
    unigrams = np.zeros(0x10000)
    parts: list[list[tuple[NDArray[np.uint64], NDArray[np.int64]]]] = [[] for _ in range(ORDER - 1)]
    for text in texts:
        ids = encode("\n" + text.strip() + "\n")
        ids = ids[ids != 0x20]
        unigrams += np.bincount(ids[1:], minlength=0x10000)
        for n in range(2, ORDER + 1):
            keys = _key(*(ids[i : len(ids) - n + 1 + i] for i in range(n)))
            parts[n - 2].append(np.unique(keys, return_counts=True))
    merged = (merge(p) for p in parts)
    return Counts(unigrams * weight, tuple((keys, (w - DISCOUNT) * weight) for keys, w in merged))


def merge(parts: Iterable[tuple[NDArray[np.uint64], NDArray[np.float64] | NDArray[np.int64]]]) -> Grams:
    """Sorted distinct keys with the sum of their weights."""
    listed = list(parts)
    if not listed:
        return np.empty(0, np.uint64), np.empty(0)
    keys, places = np.unique(np.concatenate([k for k, _ in listed]), return_inverse=True)
    weights = np.concatenate([w for _, w in listed]).astype(np.float64)
    summed: NDArray[np.float64] = np.bincount(places, weights=weights, minlength=len(keys)).astype(np.float64)
    return keys, summed


def add(parts: Sequence[Counts]) -> Counts:
    """The sum of counts."""
    unigrams = np.sum([p.unigrams for p in parts], axis=0)
    return Counts(
        unigrams, tuple(merge([p.grams[n] for p in parts]) for n in range(ORDER - 1)), merge([p.words for p in parts])
    )


def write(counts: Counts, path: Path, most: Sequence[int] = MOST) -> None:
    """Estimate probabilities from counts, interpolating each order with the one below, and write the model file.

    `most` bounds the n-grams of each order; those are kept that say most beyond what the order below says.
    """
    total = counts.unigrams.sum() + 20_000
    uni = (counts.unigrams + 20_000 / 0x10000) / total
    keys, weights = np.arange(0x10000, dtype=np.uint64), counts.unigrams
    probabilities = uni
    tables: list[tuple[NDArray[np.uint64], NDArray[np.float64], NDArray[np.int64]]] = []
    backoffs: list[NDArray[np.float64]] = []
    for n, (above, above_weights) in enumerate(counts.grams, 2):
        context, known = _at(keys, above >> np.uint64(16))
        above, above_weights, context = above[known], above_weights[known], context[known]
        whole = np.maximum(weights, np.bincount(context, weights=above_weights, minlength=len(keys)))
        whole = whole + 0.5 + DOUBT * np.bincount(context, minlength=len(keys))
        share = above_weights / whole[context]
        left = np.maximum(1 - np.bincount(context, weights=share, minlength=len(keys)), 1e-3)
        inner, there = _at(keys, above & MASKS[n - 1])
        lower = np.where(there, probabilities[inner], 0)
        missing = np.flatnonzero(~there)  # the shorter n-gram was not counted: one order further down will do
        lower[missing] = uni[(above[missing] & MASKS[1]).astype(np.int64)]
        probability = share + left[context] * lower
        gain = above_weights * np.abs(np.log(probability / lower))
        keep = np.sort(np.argsort(-gain, kind="stable")[: most[n - 2]])
        left = np.maximum(1 - np.bincount(context[keep], weights=share[keep], minlength=len(keys)), 1e-3)
        probability = share[keep] + left[context[keep]] * lower[keep]
        backoffs.append(left)
        keys, weights, probabilities = above[keep], above_weights[keep], probability
        tables.append((keys, probabilities, np.argsort(-gain[keep], kind="stable")))
    with path.open("wb") as out:
        out.write(MAGIC)
        np.save(out, np.log(uni).astype(np.float32))
        np.save(out, np.log(backoffs[0]).astype(np.float32))
        for n, (keys, probabilities, order) in enumerate(tables, 2):
            extra = backoffs[n - 1][order] if n < ORDER else None
            for array in _table(keys[order], probabilities[order], extra)[: 2 if n < ORDER else 1]:
                np.save(out, array)
        order = np.argsort(-counts.words[1], kind="stable")[:MOST_WORDS]
        np.save(out, _table(counts.words[0][order], counts.words[1][order])[0])


def _at(keys: NDArray[np.uint64], wanted: NDArray[np.uint64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    at = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return at, keys[at] == wanted


def _code(probabilities: NDArray[np.float64]) -> NDArray[np.uint32]:
    return np.clip(np.rint(-np.log(probabilities) * SCALE), 0, 255).astype(np.uint32)


def _table(
    keys: NDArray[np.uint64], values: NDArray[np.float64], extra: NDArray[np.float64] | None = None
) -> tuple[NDArray[np.uint32], NDArray[np.uint8]]:
    """Keys, the most important first, in their first or second bucket; the few that find both full are left out."""
    buckets = max(1, int(len(keys) / WAYS / 0.88) + 1)
    cells = np.zeros((buckets, WAYS), np.uint32)
    seconds = np.zeros((buckets, WAYS), np.uint8)
    fill = np.zeros(buckets, np.int64)
    prints, first, second = _places(keys, buckets)
    packed = prints << np.uint32(8) | _code(values)
    also = _code(extra).astype(np.uint8) if extra is not None else np.zeros(len(keys), np.uint8)
    waiting = np.arange(len(keys))
    for choice in (first, second):
        bucket = choice[waiting]
        order = np.argsort(bucket, kind="stable")
        ranked = bucket[order]
        rank = np.arange(len(ranked)) - np.searchsorted(ranked, ranked) + fill[ranked]
        fits = rank < WAYS
        cells[ranked[fits], rank[fits]] = packed[waiting[order[fits]]]
        seconds[ranked[fits], rank[fits]] = also[waiting[order[fits]]]
        fill += np.bincount(ranked[fits], minlength=buckets)
        waiting = np.sort(waiting[order[~fits]])
    return cells, seconds


def build_from(texts: Iterable[str], path: Path) -> None:
    """Make a domain model from texts, to be used beside the general one."""
    write(count(texts), path)


def load(path: Path) -> Model:
    """Map a model file into memory."""
    with path.open("rb") as file:
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
