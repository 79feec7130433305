"""UTF-8 that was read as GBK, with bytes lost on the way: what was written, searched for.

Readers differ in what they show for the bytes that GBK leaves undefined: code page 936 and browsers have € for 0x80 and
private-use characters for the user-defined rows, others show "?", U+FFFD or nothing at all. So the observed text gives
bytes, and between its characters stand places where something may be lost: one byte that no reader shows (0x80, or a
first byte whose pair is undefined), or the two bytes of an undefined pair. Nothing else can be lost there, which is what
makes the search cheap and its answers sure. A beam over the bytes keeps the likeliest characters that UTF-8 allows.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.repair.characters import simplified_forms
from ingest.repair.domain import AnyModel
from ingest.repair.model import START, contexts, encode

HYPOTHESES = 24
CERTAIN = 99.0
"""The margin of an answer that has no rival."""
GONE, FREE, TWO = 2.5, 2.5, 1.0
"""What it costs to suppose that a byte is gone without a trace; that one is gone whose value nothing tells; that a sign
stands for two bytes."""
OTHER_SCRIPT = 6.0
"""What it costs to guess a Traditional form among Simplified ones: to the model they are the same character."""
SIGNS = "?\ufffd"
LOST, MAYBE, SECOND = -1, -2, -3
"""In the bytes: a sign for one byte or two, a place where as much may be gone without a sign, the second byte of either."""
_MARKS = "，。、；：？！“”‘’（）《》—…·\u3000％「」『』【】〔〕"


class Found(NamedTuple):
    """A reading: its text, how many characters had to be guessed, and its lead over the next (natural logarithm)."""

    text: str
    guessed: int
    margin: float


def search(text: str, model: AnyModel, whole_line: bool = False) -> Found | None:
    """The likeliest text that some reader showed as `text`; None when no text can have been shown so.

    `whole_line`: the line ends with the text. Places where bytes are gone without a sign are tried when nothing else fits.
    """
    for silent in (False, True):
        data = _bytes(text, silent)
        found = _Search(data, model).run(whole_line) if data else None
        if found:
            return found
    return None


def _bytes(text: str, silent: bool) -> list[int] | None:
    data: list[int] = []
    for char in text:
        if char in SIGNS:
            data += (LOST, SECOND)
            continue
        if silent:
            data += (MAYBE, SECOND)
        found = code(char)
        if not found:
            return None
        data += found
    return [*data, MAYBE, SECOND] if silent else data


@cache
def code(char: str) -> bytes:
    """What a reader of GBK showed as this character; gb18030 has the private-use rows."""
    if char == "€":
        return b"\x80"
    if "\ue766" <= char <= "\ue80f":
        return _older()[ord(char) - 0xE766]
    try:
        return char.encode("gb18030")
    except UnicodeEncodeError:
        return b""


@cache
def _older() -> tuple[bytes, ...]:
    """What older editions read as U+E766 and on: the undefined pairs of the rows of signs, in order."""
    rows = [(a, b) for a in range(0xA2, 0xAA) for b in (*range(0x40, 0xA1), *range(0xA1, 0xFF)) if b != 0x7F]
    return tuple(
        bytes(pair) for pair in rows if (pair[1] > 0xA0 or pair[0] > 0xA7) and pair[0] << 8 | pair[1] in _undefined()
    )


@cache
def _undefined() -> frozenset[int]:
    """Pairs of bytes that GBK leaves undefined: some reader shows no character for them."""
    found = set()
    for code in range(0x8140, 0x10000):
        pair = code.to_bytes(2, "big")
        try:
            pair.decode("gbk")
        except UnicodeDecodeError:
            found.add(code)
    return frozenset(found)


@cache
def _alone(following: int) -> frozenset[int]:
    """Bytes of UTF-8's second half that a reader loses before this byte (0: before the end of the line)."""
    if following < 0x40:
        return frozenset(range(0x80, 0xC0))
    return frozenset(b for b in range(0x80, 0xC0) if b == 0x80 or b << 8 | following in _undefined())


class _Front(NamedTuple):
    """Hypotheses at one byte: scores, the symbols written last (16 bits each), the node each came from, and its lead over
    the rivals that it has left behind."""

    score: NDArray[np.float64]
    past: NDArray[np.uint64]
    node: NDArray[np.int64]
    lead: NDArray[np.float64]


class _Option(NamedTuple):
    """A character that may begin at a byte: where it ends, whether it is guessed, what speaks against it."""

    char: str
    end: int
    guess: bool
    cost: float


class _Search:
    """One search over the bytes: fronts that wait at a byte, and the characters written, each with the one before it."""

    def __init__(self, data: Sequence[int], model: AnyModel) -> None:
        self.data, self.model = data, model
        self.other = OTHER_SCRIPT if _simplified(data) else 0.0
        start = _Front(np.zeros(1), contexts(encode("\n\n\n\n")), np.array([-1]), np.full(1, CERTAIN))
        self.waiting: dict[int, list[_Front]] = {0: [start]}
        self.parents: list[int] = []
        self.written: list[_Option] = []

    def run(self, whole_line: bool) -> Found | None:
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
        options = _options(self.data, at)
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

    def _straight(self, front: _Front, option: _Option) -> None:
        """One hypothesis, and characters that lost nothing: all are taken at once, up to the next doubtful place."""
        taken = [option]
        while not self.waiting:
            at = taken[-1].end
            if at < len(self.data) and self.data[at] == MAYBE:
                at += 2
            following = _options(self.data, at) if at < len(self.data) and self.data[at] >= 0 else []
            if len(following) != 1 or (at != taken[-1].end and _options(self.data, taken[-1].end)):
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


def _simplified(data: Sequence[int]) -> bool:
    """Whether the characters that lost nothing are of no script but Simplified."""
    known = bytes(b for b in data if b >= 0).decode("utf-8", "ignore")
    return not any(ord(c) in simplified_forms() for c in known)


def _options(data: Sequence[int], at: int) -> list[_Option]:
    """Characters that may begin at this byte."""
    first = data[at]
    if 0 <= first < 0x80:
        return [_Option(chr(first), at + 1, False, 0.0)]
    out = [_Option("?", at + 2, False, 4.0)] if first == LOST else []
    if 0xC2 <= first <= 0xDF and at + 1 < len(data) and 0x80 <= data[at + 1] <= 0xBF:
        out.append(_Option(bytes((first, data[at + 1])).decode(), at + 2, False, 0.0))
    if 0xF0 <= first <= 0xF4 and all(0x80 <= b <= 0xBF for b in data[at + 1 : at + 4]) and at + 4 <= len(data):
        with suppress(UnicodeDecodeError):
            out.append(_Option(bytes(data[at : at + 4]).decode(), at + 4, False, 0.0))
    whole = _whole(data, at)
    if whole:
        return [whole]
    seen: dict[tuple[str, int], _Option] = {}
    for window, end, cost in _windows(data, at, (), 0.0):
        for char in _three(window):
            option = _Option(char, end, cost > 0 or -1 in window, cost)
            if (char, end) not in seen or seen[char, end].cost > cost:
                seen[char, end] = option
    return [*out, *seen.values()]


def _whole(data: Sequence[int], at: int) -> _Option | None:
    """The character that begins here where its bytes are all there and another begins behind it: UTF-8 shows what it has
    lost, so nothing is gone inside."""
    found, end = [], at
    for n in range(at, min(at + 9, len(data))):
        byte = data[n]
        if byte == LOST:
            return None
        if byte >= 0 and (n == at or 0x80 <= byte <= 0xBF):
            found.append(byte)
            end = n + 1
        elif byte >= 0:
            break
    if len(found) != 3 or not 0xE2 <= found[0] <= 0xEF:
        return None
    with suppress(UnicodeDecodeError):
        return _Option(bytes(found).decode(), end, False, 0.0)
    return None


def _windows(
    data: Sequence[int], at: int, so_far: tuple[frozenset[int] | int, ...], cost: float
) -> list[tuple[tuple[frozenset[int] | int, ...], int, float]]:
    """Three bytes that may begin here: each known, or a set of values; where they end, and their cost."""
    if len(so_far) == 3:
        return [(so_far, at, cost)]
    if at >= len(data):
        return []
    if data[at] >= 0:
        if not (0x80 <= data[at] <= 0xBF if so_far else 0xE2 <= data[at] <= 0xEF):
            return []
        return _windows(data, at + 1, (*so_far, data[at]), cost)
    if data[at] == SECOND:
        return [] if so_far else _windows(data, at + 1, (_FIRSTS,), cost)
    price = cost + (GONE if data[at] == MAYBE else 0.0)
    following = data[at + 2] if at + 2 < len(data) else 0
    if following < 0:
        following = next((b for b in data[at + 4 : at + 6] if b >= 0), 0)
    free = FREE if following < 0x40 else 0.0
    out = _windows(data, at + 2, so_far, cost) if data[at] == MAYBE and so_far else []
    if not so_far:
        return out + _windows(data, at + 2, (_FIRSTS,), price + FREE)
    out += _windows(data, at + 2, (*so_far, _alone(following)), price + free)
    if len(so_far) == 1:
        out += _windows(data, at + 2, (*so_far, *_halves()), price + TWO)
        out += _windows(data, at + 2, (*so_far, 0x80, _alone(following)), price + TWO + free)
    else:
        out += _windows(data, at + 1, (*so_far, _astride()), price + TWO)
    return out


_FIRSTS = frozenset(range(0xE2, 0xF0))
"""First bytes of Chinese characters and their punctuation."""


@cache
def _astride() -> frozenset[int]:
    """First bytes of undefined pairs whose second byte begins a character."""
    return frozenset(c >> 8 for c in _undefined() if 0x80 <= c >> 8 <= 0xBF and c & 0xFF in _FIRSTS)


@cache
def _halves() -> tuple[frozenset[int], frozenset[int]]:
    """First and second bytes of undefined pairs inside one character."""
    pairs = [(c >> 8, c & 0xFF) for c in _undefined()]
    inside = [(a, b) for a, b in pairs if 0x80 <= a <= 0xBF and 0x80 <= b <= 0xBF]
    return frozenset(a for a, _ in inside), frozenset(b for _, b in inside)


@cache
def _three(window: tuple[frozenset[int] | int, ...]) -> tuple[str, ...]:
    """Characters of three bytes that fit: any that are all known; else Chinese ones and their punctuation."""
    sets = [(w,) if isinstance(w, int) else sorted(w) for w in window]
    known = all(isinstance(w, int) for w in window)
    found = []
    for a in sets[0]:
        for b in sets[1]:
            for c in sets[2]:
                if window[2] is _halves()[1] and b << 8 | c not in _undefined():
                    continue
                try:
                    char = bytes((a, b, c)).decode("utf-8")
                except UnicodeDecodeError:
                    continue
                if known or "\u4e00" <= char <= "\u9fff" or char in _MARKS:
                    found.append(char)
    return tuple(found)
