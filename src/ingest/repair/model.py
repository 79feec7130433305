"""The character language model that chooses between readings of damaged text.

Character trigrams over Simplified text, punctuation folded in width, digits and Latin letters one class each. A table of
hashed n-grams (24 bits of fingerprint, 8 bits of quantised log-probability, two candidate buckets of four) answers whole
arrays of questions at once, which is what a beam asks; it is mapped into memory, so processes share it and a clean page
never loads it. Two n-grams of the same buckets are mistaken for each other once in two million questions.

Decided against: a word model (the beam works on characters, and words straddle its states), a pointer trie such as
kenlm's (one question at a time through a compiled extra; see docs/model.md for the comparison), and exact keys (twice
the size for no measurable gain).
"""

import mmap
from collections.abc import Iterable
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.errors import InputError
from ingest.repair.characters import simplified_forms

MAGIC = b"ingest-ngram-1\n"
SCALE = 12.0
"""Log-probabilities are kept in twelfths of a natural logarithm, 255 being the least."""
WAYS = 4
MIX = np.uint64(0x9E3779B97F4A7C15)
MIX2 = np.uint64(0xC2B2AE3D27D4EB4F)
START = ord("\n")
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
    """Probabilities of characters after two others: `score` for arrays, `total` for a text."""

    unigrams: NDArray[np.float32]
    backoffs: NDArray[np.float32]
    bigrams: Hashed
    trigrams: Hashed

    def bigram(self, b: NDArray[np.uint16], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Natural log-probability of each c after its b."""
        values, _, there = self.bigrams.find(_key2(b, c))
        return np.where(there, values * np.float32(-1 / SCALE), self.backoffs[b] + self.unigrams[c])

    def score(self, a: NDArray[np.uint16], b: NDArray[np.uint16], c: NDArray[np.uint16]) -> NDArray[np.float32]:
        """Natural log-probability of each c after its a and b."""
        values, _, there = self.trigrams.find(_key2(a, b) << np.uint64(16) | c.astype(np.uint64))
        out = values * np.float32(-1 / SCALE)
        rest = np.flatnonzero(~there)
        if len(rest):
            _, weights, known = self.bigrams.find(_key2(a[rest], b[rest]))
            assert weights is not None
            out[rest] = self.bigram(b[rest], c[rest]) + np.where(known, weights * np.float32(-1 / SCALE), 0)
        return out

    def total(self, text: str, before: str = "\n") -> float:
        """Natural log-probability of a text, `before` being what stands in front of it."""
        ids = encode("\n\n" + before + text)
        head = 2 + len(before)
        return float(self.score(ids[head - 2 : -2], ids[head - 1 : -1], ids[head:])[: len(text)].sum()) if text else 0.0


def _key2(a: NDArray[np.uint16], b: NDArray[np.uint16]) -> NDArray[np.uint64]:
    return a.astype(np.uint64) << np.uint64(16) | b.astype(np.uint64)


class Counts(NamedTuple):
    """N-gram counts: a weight for every symbol, and sorted keys with weights for pairs and triples."""

    unigrams: NDArray[np.float64]
    pairs: tuple[NDArray[np.uint64], NDArray[np.float64]]
    triples: tuple[NDArray[np.uint64], NDArray[np.float64]]


def count(texts: Iterable[str], discount: float = DISCOUNT) -> Counts:
    """Counts over texts; `discount` is taken from each pair and triple, as what is seen once may not be seen again."""
    unigrams = np.zeros(0x10000)
    pairs, triples = [], []
    for text in texts:
        ids = encode("\n" + text.strip() + "\n")
        ids = ids[ids != 0x20]
        unigrams += np.bincount(ids[1:], minlength=0x10000)
        two = _key2(ids[:-1], ids[1:])
        pairs.append(np.unique(two, return_counts=True))
        triples.append(np.unique(two[:-1] << np.uint64(16) | ids[2:].astype(np.uint64), return_counts=True))
    return Counts(unigrams, _less(merge(pairs), discount), _less(merge(triples), discount))


def merge(
    parts: Iterable[tuple[NDArray[np.uint64], NDArray[np.float64] | NDArray[np.int64]]],
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    """Sorted distinct keys with the sum of their weights."""
    listed = list(parts)
    if not listed:
        return np.empty(0, np.uint64), np.empty(0)
    keys, places = np.unique(np.concatenate([k for k, _ in listed]), return_inverse=True)
    weights = np.concatenate([w for _, w in listed]).astype(np.float64)
    summed: NDArray[np.float64] = np.bincount(places, weights=weights, minlength=len(keys)).astype(np.float64)
    return keys, summed


def _less(
    counted: tuple[NDArray[np.uint64], NDArray[np.float64]], discount: float
) -> tuple[NDArray[np.uint64], NDArray[np.float64]]:
    return counted[0], counted[1] - discount


def write(counts: Counts, path: Path, most_pairs: int = 1_000_000, most_triples: int = 2_900_000) -> None:
    """Estimate probabilities from counts (interpolated, absolute discounting) and write the model file."""
    total = counts.unigrams.sum() + 20_000
    uni = (counts.unigrams + 20_000 / 0x10000) / total
    keys2, weights2 = counts.pairs
    keys3, weights3 = counts.triples
    first, last = (keys2 >> np.uint64(16)).astype(np.int64), (keys2 & np.uint64(0xFFFF)).astype(np.int64)
    whole1 = np.maximum(counts.unigrams, np.bincount(first, weights=weights2, minlength=0x10000))
    whole1 += 1.0 + DOUBT * np.bincount(first, minlength=0x10000)
    share2 = weights2 / whole1[first]
    left1 = np.maximum(1 - np.bincount(first, weights=share2, minlength=0x10000), 1e-3)
    prob2 = share2 + left1[first] * uni[last]
    context = np.searchsorted(keys2, keys3 >> np.uint64(16))
    known = (context < len(keys2)) & (keys2[np.minimum(context, len(keys2) - 1)] == keys3 >> np.uint64(16))
    keys3, weights3, context = keys3[known], weights3[known], context[known]
    whole2 = np.maximum(weights2 + DISCOUNT, np.bincount(context, weights=weights3, minlength=len(keys2)))
    whole2 += 0.3 + DOUBT * np.bincount(context, minlength=len(keys2))
    share3 = weights3 / whole2[context]
    inner = np.searchsorted(keys2, (keys3 & np.uint64(0xFFFFFFFF)))
    inner_known = (inner < len(keys2)) & (keys2[np.minimum(inner, len(keys2) - 1)] == keys3 & np.uint64(0xFFFFFFFF))
    middle, end = (keys3 >> np.uint64(16) & np.uint64(0xFFFF)).astype(np.int64), (keys3 & np.uint64(0xFFFF)).astype(int)
    lower = np.where(inner_known, prob2[np.minimum(inner, len(keys2) - 1)], left1[middle] * uni[end])
    # What matters is how much a triple says beyond its pair, times how often it will be asked.
    left2 = np.maximum(1 - np.bincount(context, weights=share3, minlength=len(keys2)), 1e-3)
    prob3 = share3 + left2[context] * lower
    gain = weights3 * np.abs(np.log(prob3 / lower))
    keep = np.argsort(-gain)[:most_triples]
    left2 = np.maximum(1 - np.bincount(context[keep], weights=share3[keep], minlength=len(keys2)), 1e-3)
    prob3 = share3[keep] + left2[context[keep]] * lower[keep]
    keep2 = np.argsort(-weights2)[:most_pairs]
    with path.open("wb") as out:
        out.write(MAGIC)
        np.save(out, np.log(uni).astype(np.float32))
        np.save(out, np.log(left1).astype(np.float32))
        for array in _table(keys2[keep2], prob2[keep2], left2[keep2]):
            np.save(out, array)
        order = np.argsort(-gain[keep])
        np.save(out, _table(keys3[keep][order], prob3[order])[0])


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
        for _ in range(5):
            np.lib.format.read_magic(file)
            shape, _, dtype = np.lib.format.read_array_header_1_0(file)
            size = int(np.prod(shape))
            arrays.append(np.frombuffer(whole, dtype, size, file.tell()).reshape(shape))
            file.seek(size * dtype.itemsize, 1)
    unigrams, backoffs, cells, seconds, triples = arrays
    return Model(unigrams, backoffs, Hashed(cells, seconds), Hashed(triples, None))


@cache
def general() -> Model:
    """The model that comes with the package."""
    with as_file(files("ingest.repair") / "model.bin") as path:
        return load(path)
