"""The search for text that was read in a wrong encoding and lost bytes on the way.

The observed text gives bytes, and signs and places where something may be lost; which characters may begin at a byte is
what `unread_utf8` and `unread_pairs` know. A beam over the bytes keeps the likeliest characters by the language model.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.repair.characters import simplified_forms
from ingest.repair.domain import AnyModel
from ingest.repair.model import START, contexts, encode

HYPOTHESES = 24
CERTAIN = 99.0
"""The margin of an answer that has no rival."""
SIGNS = "?\ufffd"
LOST, MAYBE, SECOND = -1, -2, -3
"""In the bytes: a sign for one byte or two, a place where as much may be gone without a sign, the second byte of either."""
MARKS = "，。、；：？！“”‘’（）《》—…·\u3000％「」『』【】〔〕"
"""Punctuation that is guessed."""


class Found(NamedTuple):
    """A reading: its text, how many characters had to be guessed, and its lead over the next (natural logarithm)."""

    text: str
    guessed: int
    margin: float
    silent: bool = False
    """Something was supposed to be gone where no sign stands: its rivals were not all looked at."""


class Option(NamedTuple):
    """A character that may begin at a byte: where it ends, whether it is guessed, what speaks against it."""

    char: str
    end: int
    guess: bool
    cost: float


Options = Callable[[Sequence[int], int], Sequence[Option]]
"""Characters that may begin at a byte."""


def observed_bytes(text: str, code: Callable[[str], bytes], silent: int) -> list[int] | None:
    """The bytes that were shown as a text, `code` giving those of a character; something may be gone at each of the last `silent`
    characters. None where a character has no bytes."""
    data: list[int] = []
    for n, char in enumerate(text):
        if char in SIGNS:
            data += (LOST, SECOND)
            continue
        if n >= len(text) - silent:
            data += (MAYBE, SECOND)
        found = code(char)
        if not found:
            return None
        data += found
    return [*data, MAYBE, SECOND] if silent else data


class _Front(NamedTuple):
    """Hypotheses at one byte: scores, the symbols written last (16 bits each), the node each came from, and its lead over
    the rivals that it has left behind."""

    score: NDArray[np.float64]
    past: NDArray[np.uint64]
    node: NDArray[np.int64]
    lead: NDArray[np.float64]


class Search:
    """One search over the bytes: fronts that wait at a byte, and the characters written, each with the one before it."""

    def __init__(self, data: Sequence[int], model: AnyModel, options: Options, other: float = 0.0) -> None:
        """`other`: what it costs to guess a Traditional form."""
        self.data, self.model, self.options, self.other = data, model, options, other
        start = _Front(np.zeros(1), contexts(encode("\n\n\n\n")), np.array([-1]), np.full(1, CERTAIN))
        self.waiting: dict[int, list[_Front]] = {0: [start]}
        self.parents: list[int] = []
        self.written: list[Option] = []

    def run(self, whole_line: bool) -> Found | None:
        """The likeliest text; None where there is none. `whole_line`: the line ends with it."""
        for at in range(len(self.data)):
            if at in self.waiting:
                self._step(at, self._merged(self.waiting.pop(at)))
        if len(self.data) not in self.waiting or not self.written:
            return None
        front = self._merged(self.waiting[len(self.data)])
        score = front.score
        if whole_line:
            score = score + self.model.score(front.past, np.full(len(score), START, np.uint16))
        order = np.argsort(-score, kind="stable")
        texts = [self._back(int(front.node[n])) for n in order[:8].tolist()]
        rivals = [n for n, (text, _) in enumerate(texts) if text != texts[0][0]]
        ahead = float(score[order[0]] - score[order[rivals[0]]]) if rivals else CERTAIN
        return Found(*texts[0], min(ahead, float(front.lead[order[0]])))

    def _step(self, at: int, front: _Front) -> None:
        """Every hypothesis with every character that may begin here."""
        if self.data[at] == MAYBE:
            self.waiting.setdefault(at + 2, []).append(front)
        options = self.options(self.data, at)
        if len(options) == len(front.score) == 1:
            self._straight(front, options[0])
            return
        if not options:
            return
        symbols = encode("".join(o.char for o in options))
        foreign = [self.other if o.guess and ord(o.char) in simplified_forms() else 0.0 for o in options]
        costs = np.array([o.cost for o in options]) + np.array(foreign)
        ends = np.array([o.end for o in options])
        who = np.repeat(np.arange(len(front.score)), len(options))
        which = np.tile(np.arange(len(options)), len(front.score))
        score = front.score[who] + self.model.score(front.past[who], symbols[which]) - costs[which]
        for end in np.unique(ends).tolist():
            here = np.flatnonzero(ends[which] == end)
            keep = here[np.argsort(-score[here], kind="stable")[:HYPOTHESES]]
            past = front.past[who[keep]] << np.uint64(16) | symbols[which[keep]]
            nodes = len(self.written) + np.arange(len(keep))
            self.waiting.setdefault(end, []).append(_Front(score[keep], past, nodes, front.lead[who[keep]]))
            self.parents += front.node[who[keep]].tolist()
            self.written += [options[n] for n in which[keep].tolist()]

    def _straight(self, front: _Front, option: Option) -> None:
        """One hypothesis, and characters that lost nothing: all are taken at once, up to the next doubtful place."""
        taken = [option]
        while not self.waiting:
            at = taken[-1].end
            if at < len(self.data) and self.data[at] == MAYBE:
                at += 2
            following = self.options(self.data, at) if at < len(self.data) and self.data[at] >= 0 else []
            if len(following) != 1 or (at != taken[-1].end and self.options(self.data, taken[-1].end)):
                break
            taken.append(following[0])
        symbols = encode("".join(o.char for o in taken))
        past = [int(front.past[0])]
        for symbol in symbols.tolist():
            past.append((past[-1] << 16 | symbol) & 0xFFFFFFFFFFFFFFFF)
        found = self.model.score(np.array(past[:-1], np.uint64), symbols)
        score = front.score + float(found.sum()) - sum(o.cost for o in taken)
        parents = [int(front.node[0]), *range(len(self.written), len(self.written) + len(taken) - 1)]
        self.parents += parents
        self.written += taken
        node = np.array([len(self.written) - 1])
        end = _Front(score, np.array(past[-1:], np.uint64), node, front.lead)
        self.waiting.setdefault(taken[-1].end, []).append(end)

    def _merged(self, fronts: Sequence[_Front]) -> _Front:
        """The best hypotheses; of those that go on alike the best alone, which keeps its lead over the others in mind."""
        whole = _Front(*(np.concatenate(arrays) for arrays in zip(*fronts, strict=True)))
        order = np.argsort(-whole.score, kind="stable")[:HYPOTHESES]
        first: dict[int, int] = {}
        leads: dict[int, float] = {}
        for n in order.tolist():
            key = int(whole.past[n]) & 0xFFFFFFFFFFFF
            if key not in first:
                first[key], leads[key] = n, float(whole.lead[n])
            elif leads[key] > (ahead := float(whole.score[first[key]] - whole.score[n])) and self._differ(
                int(whole.node[first[key]]), int(whole.node[n])
            ):
                leads[key] = ahead
        keep = np.array(list(first.values()))
        return _Front(whole.score[keep], whole.past[keep], whole.node[keep], np.array(list(leads.values())))

    def _differ(self, one: int, other: int) -> bool:
        while one != other and one >= 0 and other >= 0:
            if self.written[one].char != self.written[other].char:
                return True
            one, other = self.parents[one], self.parents[other]
        return one != other

    def _back(self, node: int) -> tuple[str, int]:
        chars, guessed = [], 0
        while node >= 0:
            chars.append(self.written[node].char)
            guessed += self.written[node].guess
            node = self.parents[node]
        return "".join(reversed(chars)), guessed
