"""The hypotheses of a search as parallel arrays: what is fed to it, the states alive, the ways to go on, and their pruning."""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

WIDTH = 300
"""Hypotheses alive after each token."""
ALIKE = 60
"""Hypotheses kept with the same waiting byte."""
PER_STATE = 16
DEPTH = 28.0
"""Natural logarithms behind the best after which a hypothesis is given up."""

DIGIT = "\x1a"
"""A digit that was swallowed: that there was one can be told by what stands around it, which one it was cannot."""

Kind = Literal["char", "ascii", "lost", "line"]


class Token(NamedTuple):
    """A piece of observed text. `reading` is a reading that was inserted right behind it.

    `char`: two bytes, with alternatives (bytes, penalty) for text converted afterwards. `ascii`: one byte. `lost`: a "?"
    that may be a byte and what it swallowed; with `reading`, the bracket. `line`: a line break.
    """

    start: int
    end: int
    kind: Kind
    char: str
    forms: tuple[tuple[int, int, float], ...] = ()
    reading: str = ""
    marked: bool = False
    """A punctuation mark follows, which a marker may have preceded."""
    swallowed: str = ""
    """ASCII characters that it may have swallowed, most likely first."""
    closing: bool = False
    """The tag whose "<" was swallowed closes something."""


class Evidence(NamedTuple):
    """What the page says: its script, how often each code point stands in clean text, its table, its own trigrams."""

    traditional: bool
    strangeness: NDArray[np.float32]
    sensible: NDArray[np.bool_]
    """Code points that are worth trying where nothing is known: neither unheard of nor foreign to the page."""
    always: NDArray[np.bool_]
    table: dict[str, str]
    keys: NDArray[np.uint64]
    shares: NDArray[np.float32]
    prior: float
    """What it costs to suppose a slip at all."""
    toneless: bool = False
    """The page's readings have no tones."""
    converted: bool = False
    """The page was Simplified when it was damaged, and converted afterwards."""
    widths: Mapping[int, int] = {}
    """Punctuation in the width that the page never uses, and in the one that it does."""

    def with_words(self, keys: NDArray[np.uint64], shares: NDArray[np.float32]) -> "Evidence":
        """The same with other trigrams than the page's own."""
        return self._replace(keys=keys, shares=shares)


class Front(NamedTuple):
    """The hypotheses alive, as parallel arrays."""

    waiting: NDArray[np.int64]
    last: NDArray[np.int64]
    past: NDArray[np.uint64]
    """The last three symbols written, 16 bits each."""
    score: NDArray[np.float32]
    node: NDArray[np.int64]
    whole: NDArray[np.bool_]
    """No insertion stands between the waiting byte and what follows."""
    quoted: NDArray[np.bool_]
    """A quotation mark is open."""

    def __len__(self) -> int:
        return len(self.score)

    def take(self, which: NDArray[np.int64]) -> "Front":
        """Some of the hypotheses."""
        w, last, past, score, node, whole, quoted = self
        return Front(w[which], last[which], past[which], score[which], node[which], whole[which], quoted[which])


class Moves(NamedTuple):
    """Ways to go on from a front: from which hypothesis, writing which code point (0: none), into which state."""

    source: NDArray[np.int64]
    point: NDArray[np.uint16]
    waiting: NDArray[np.int64]
    last: NDArray[np.int64]
    bonus: NDArray[np.float32]
    whole: NDArray[np.bool_]

    def take(self, which: NDArray[np.int64]) -> "Moves":
        """Some of the moves."""
        source, point, waiting, last, bonus, whole = self
        return Moves(source[which], point[which], waiting[which], last[which], bonus[which], whole[which])


class Answer(NamedTuple):
    """One reading of a span: its text, its score, and the token after which it is in phase for good."""

    text: str
    whole: str
    """The same with what follows in phase."""
    score: float
    settled: int
    slips: int


def gathered(parts: Sequence[Moves]) -> Moves:
    """Several sets of moves as one."""
    return Moves(
        np.concatenate([m.source for m in parts]),
        np.concatenate([m.point for m in parts]),
        np.concatenate([m.waiting for m in parts]),
        np.concatenate([m.last for m in parts]),
        np.concatenate([m.bonus for m in parts]),
        np.concatenate([m.whole for m in parts]),
    )


def going(
    source: NDArray[np.int64],
    point: NDArray[np.uint16] | int,
    waiting: NDArray[np.int64] | int,
    last: NDArray[np.int64] | int,
    bonus: NDArray[np.float32],
    whole: bool = True,
) -> Moves:
    """Moves from `source`; what is the same for all of them may be given once."""
    size = len(source)
    return Moves(
        source,
        np.broadcast_to(np.asarray(point, np.uint16), size),
        np.broadcast_to(np.asarray(waiting, np.int64), size),
        np.broadcast_to(np.asarray(last, np.int64), size),
        bonus,
        np.broadcast_to(np.asarray(whole), size),
    )


def pruned(
    waiting: NDArray[np.int64],
    last: NDArray[np.int64],
    past: NDArray[np.uint64],
    score: NDArray[np.float32],
) -> NDArray[np.int64]:
    """The best few of each state, the best `WIDTH` of all."""
    if not len(score):
        return np.zeros(0, np.int64)
    order = np.argsort(-score, kind="stable")
    order = order[score[order] > score[order[0]] - DEPTH][: WIDTH * 6]
    state = (
        waiting[order].astype(np.uint64) << np.uint64(48)
        | (last[order].astype(np.uint64) & np.uint64(0xFF)) << np.uint64(40)
    ) ^ (past[order] & np.uint64(0xFFFFFFFF))
    grouped = np.argsort(state, kind="stable")
    ranked = state[grouped]
    rank = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)
    keep = np.zeros(len(order), bool)
    keep[grouped[rank < PER_STATE]] = True
    chosen: NDArray[np.int64] = order[keep]
    if (
        len(chosen) > ALIKE
    ):  # hypotheses in phase are many and cheap: they must not crowd out those that wait for a byte
        grouped = np.argsort(waiting[chosen], kind="stable")
        ranked = waiting[chosen][grouped]
        rank = np.empty(len(chosen), np.int64)
        rank[grouped] = np.arange(len(ranked)) - np.searchsorted(ranked, ranked)
        chosen = chosen[rank < ALIKE][:WIDTH]
    return chosen
