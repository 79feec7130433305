"""Making a language model: n-grams are counted, their probabilities estimated, the telling ones written as a model file.

For the general model (`tools/build_model.py`) and for a user's own (`ingest model build`).
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.repair.lexicon import MAGIC, ORDER, SCALE, WAYS
from ingest.repair.model import MASKS, encode, key_of, places

MOST = (800_000, 1_900_000, 650_000)
"""Pairs, triples and quadruples that go into a model: some 20 MB."""
MOST_WORDS = 200_000
DISCOUNT = 0.5
DOUBT = 3.0
"""A context that many different characters have followed is likely to be followed by yet another (Witten and Bell)."""

AT_ONCE = 4_000_000
"""Characters after which counts are put together, so that memory grows with the n-grams and not with the text."""

Grams = tuple[NDArray[np.uint64], NDArray[np.float64]]
"""Sorted keys with weights."""


NOTHING: Grams = (np.empty(0, np.uint64), np.empty(0))


class Counts(NamedTuple):
    """N-gram counts: a weight for every symbol, and for each order from two on the n-grams."""

    unigrams: NDArray[np.float64]
    grams: tuple[Grams, ...]
    words: Grams = NOTHING
    """Words with their probabilities."""


def count(texts: Iterable[str], weight: float = 1.0) -> Counts:
    """Counts over texts, something taken from each n-gram, as what is seen once may not be seen again."""
    unigrams = np.zeros(0x10000)
    parts: list[list[Grams | tuple[NDArray[np.uint64], NDArray[np.int64]]]] = [[] for _ in range(ORDER - 1)]
    waiting = 0
    for text in texts:
        ids = encode("\n" + text.strip() + "\n")
        ids = ids[ids != 0x20]
        unigrams += np.bincount(ids[1:], minlength=0x10000)
        for n in range(2, ORDER + 1):
            keys = key_of(*(ids[i : len(ids) - n + 1 + i] for i in range(n)))
            parts[n - 2].append(np.unique(keys, return_counts=True))
        waiting += len(ids)
        if waiting > AT_ONCE:
            parts, waiting = [[merge(p)] for p in parts], 0
    merged = (merge(p) for p in parts)
    return Counts(unigrams * weight, tuple((keys, (w - DISCOUNT) * weight) for keys, w in merged))


def merge(parts: Iterable[tuple[NDArray[np.uint64], NDArray[np.float64] | NDArray[np.int64]]]) -> Grams:
    """Sorted distinct keys with the sum of their weights."""
    listed = list(parts)
    if not listed:
        return NOTHING
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


def write(counts: Counts, path: Path, most: Sequence[int] = MOST, doubt: float = DOUBT) -> None:
    """Estimate probabilities from counts, interpolating each order with the one below, and write the model file.

    `most` bounds the n-grams of each order; those are kept that say most beyond what the order below says. `doubt`: how much
    each different character that followed a context adds to the chance of another.
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
        whole = whole + 0.5 + doubt * np.bincount(context, minlength=len(keys))
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
    prints, first, second = places(keys, buckets)
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
