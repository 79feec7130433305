"""Writes `src/ingest/script/idioms.tsv`: how the mainland writes, and how Taiwan and Hong Kong do, aside from what converters exchange.

    python tools/derive_idioms.py --mainland FILES --native FILES [--prior TABLE]

The files are those that `derive_converters.py` takes, which names their sources and licences; of the texts only counts
are used. What any converter of `converters.tsv` writes or rewrites is cut out on both sides, so that the weights say who
wrote a text, however its script was changed since. The rest is cut into pieces; of the characters, pairs and triples of
characters that stand in them (once a piece), those are kept that more than one source has, and a logistic regression
with a penalty on large weights gives each its weight in nats: positive where it speaks for the mainland. Every group of
texts has the same say, so that laws are not told from programs instead. With `--prior` the penalty is on what differs
from an earlier table instead, and a larger one: so texts of kinds that it has not met are added to what it knows.
"""

import argparse
import gzip
import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ingest.script import configurations, converters

OUT = Path(__file__).resolve().parent.parent / "src" / "ingest" / "script" / "idioms.tsv"
HEAD = """\
# How the mainland writes (positive) and how Taiwan and Hong Kong do (negative), in nats; made by tools/derive_idioms.py,
# which says how and from what. In Simplified letters; the row of * is what every text begins with.
form	weight
"""
_LENGTHS = (150, 300, 600, 1200)
_LONGEST = 3
# A form stands in so many pieces, of so many sources; so many pieces a group are taken.
_PIECES, _SOURCES, _PER_GROUP = 10, 2, 1500
_FORMS = 25_000
# The penalty, the rounds of the regression, and the smallest weight that is kept.
_PENALTY, _ROUNDS, _STEP, _LEAST = 3.0, 160, 0.03, 0.12
_PENALTY_PRIOR = 20.0
_BIAS = "*"

simplified = configurations.chain("t2s").convert


class Piece(NamedTuple):
    """A stretch of a text: which side, group and source it is of, and the forms that stand in it."""

    mainland: bool
    group: str
    source: str
    forms: frozenset[str]


def pieces(files: Iterable[Path], mainland: bool) -> Iterator[Piece]:
    """The pieces of the texts, as many of each group."""
    texts: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for file in files:
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for one in map(json.loads, lines):
                texts[one["group"]].append((one.get("source", file.name), one["text"]))
    for group, found in sorted(texts.items()):
        cut = [(source, part) for source, text in found for part in _parts(text)]
        random.Random(group).shuffle(cut)
        for source, part in cut[:_PER_GROUP]:
            text = simplified(part)
            yield Piece(mainland, group, source, frozenset(_forms(_rest(text))))


def _parts(text: str) -> Iterator[str]:
    chance, at = random.Random(text[:50]), 0
    while at < len(text):
        length = chance.choice(_LENGTHS)
        if len(text) - at >= length // 2:
            yield text[at : at + length]
        at += length


def _rest(text: str) -> str:
    """A text without the words that converters exchange, as many line breaks for each."""
    rest = list(text)
    for start, end, _ in converters.found(text):
        rest[start:end] = "\n" * (end - start)
    return "".join(rest)


def _forms(text: str) -> Iterator[str]:
    for run in re.findall("[\u3400-\u9fff]+", text):
        for length in range(1, _LONGEST + 1):
            for at in range(len(run) - length + 1):
                yield run[at : at + length]


def candidates(found: list[Piece]) -> list[str]:
    """The forms that stand often enough in pieces of more than one source."""
    counts: Counter[str] = Counter()
    sources: dict[str, set[str]] = defaultdict(set)
    for piece in found:
        counts.update(piece.forms)
    often = {form for form, count in counts.items() if count >= _PIECES}
    for piece in found:
        for form in piece.forms & often:
            sources[form].add(piece.source)
    kept = [form for form in often if len(sources[form]) >= _SOURCES]
    return sorted(sorted(kept), key=counts.__getitem__, reverse=True)[:_FORMS]


def table(file: Path) -> dict[str, float]:
    """The weights of an earlier table."""
    rows = [line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return {form: float(weight) for form, weight in rows[1:]}


def regression(found: list[Piece], forms: list[str], earlier: dict[str, float]) -> tuple[float, np.ndarray]:
    """The bias and the weights of the forms, in nats; `earlier`: what they were, or nothing."""
    number = {form: n for n, form in enumerate(forms)}
    rows, columns = [], []
    for row, piece in enumerate(found):
        own = [number[form] for form in piece.forms if form in number]
        rows += [row] * len(own)
        columns += own
    row, column = np.array(rows, np.int32), np.array(columns, np.int32)
    truth = np.array([piece.mainland for piece in found], float)
    groups = Counter((piece.mainland, piece.group) for piece in found)
    sides = Counter(side for side, _ in groups)
    share = np.array([1 / groups[piece.mainland, piece.group] / sides[piece.mainland] for piece in found])
    share *= len(found) / share.sum()
    prior = np.array([earlier.get(form, 0.0) for form in forms])
    penalty = _PENALTY_PRIOR if earlier else _PENALTY
    weights, bias = prior.copy(), earlier.get(_BIAS, 0.0)
    first, second = np.zeros(len(forms) + 1), np.zeros(len(forms) + 1)
    for turn in range(1, _ROUNDS + 1):
        made = 1 / (1 + np.exp(-(bias + np.bincount(row, weights[column], len(found)))))
        wrong = (made - truth) * share
        slope = np.append(np.bincount(column, wrong[row], len(forms)) + penalty * (weights - prior), wrong.sum())
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        change = _STEP * first / (1 - 0.9**turn) / (np.sqrt(second / (1 - 0.99**turn)) + 1e-9)
        weights, bias = weights - change[:-1], bias - change[-1]
    return bias, weights


def main() -> None:
    """Count, weigh, write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mainland", nargs="+", type=Path, required=True)
    parser.add_argument("--native", nargs="+", type=Path, required=True)
    parser.add_argument("--prior", type=Path, help="an earlier table that is carried on")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    found = [*pieces(options.mainland, mainland=True), *pieces(options.native, mainland=False)]
    earlier = table(options.prior) if options.prior else {}
    forms = list(dict.fromkeys([*candidates(found), *(form for form in earlier if form != _BIAS)]))
    bias, weights = regression(found, forms, earlier)
    kept = sorted((form, weight) for form, weight in zip(forms, weights, strict=True) if abs(weight) >= _LEAST)
    lines = [f"{_BIAS}\t{bias:.2f}\n", *(f"{form}\t{weight:.2f}\n" for form, weight in kept)]
    options.out.write_text(HEAD + "".join(lines), encoding="utf-8")
    print(f"{len(found):,} pieces, {len(forms):,} forms, {len(kept):,} kept, {options.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
