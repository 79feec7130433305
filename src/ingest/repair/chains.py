"""Text that was written in one encoding and read in another, once or twice.

The garbage is encoded back with what it was read as and decoded with what it was written in. Every chain of up to two
such steps is tried on a damaged stretch; a chain counts only when it goes without any loss, and the language model must
find the result far likelier than what stands there. Where bytes were lost on the way (UTF-8 read as GBK), `lossy`
searches for them.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ingest.repair.characters import simplified_forms
from ingest.repair.domain import AnyModel
from ingest.repair.model import START, contexts, encode

CODECS = ("utf-8", "gb18030", "big5hkscs")
READINGS = ("western", "mac_roman", "gb18030", "big5hkscs")
GAIN = 6.0
PLAUSIBLE = -10.0
HYPOTHESES = 24
CERTAIN = 99.0
"""The margin of an answer that has no rival."""
VANISHED = 6.0
"""What it costs to suppose that a byte is gone without a trace."""
OTHER_SCRIPT = 3.0
"""What it costs to guess a Traditional form among Simplified ones: to the model they are the same character."""
_ODD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")


@cache
def _western() -> dict[str, int]:
    """Characters to bytes for text read as Latin-1 or as cp1252 (what cp1252 leaves undefined is read as Latin-1)."""
    table = {chr(b): b for b in range(256)}
    for byte in range(0x80, 0xA0):
        char = bytes((byte,)).decode("cp1252", "ignore")
        if char:
            table[char] = byte
    return table


def _bytes(text: str, reading: str) -> bytes | None:
    try:
        if reading == "western":
            table = _western()
            return bytes(table[c] for c in text)
        return text.encode(reading)
    except (KeyError, UnicodeEncodeError):
        return None


def _text(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def undo(text: str, model: AnyModel, readings: tuple[str, ...] = READINGS) -> tuple[str, str] | None:
    """The text as it was written, and the chain that led here; None when no chain makes it likelier."""
    best, best_score, chain = text, model.total(text) + GAIN, ""
    step = [(text, "")]
    for _ in range(2):
        following = []
        for garbage, path in step:
            for reading in readings:
                data = _bytes(garbage, reading)
                if data is None or data.isascii():
                    continue
                for codec in CODECS:
                    clean = _text(data, codec) if codec != reading else None
                    if clean is None or clean == garbage:
                        continue
                    name = f"{codec} read as {reading}" + (f", {path}" if path else "")
                    following.append((clean, name))
                    score = model.total(clean)
                    if score > best_score and not _ODD.search(clean) and score / len(clean) > PLAUSIBLE:
                        best, best_score, chain = clean, score, name
        step = following
    return (best, chain) if chain else None


def lossy(text: str, model: AnyModel, whole_line: bool = False, gaps: bool = False) -> tuple[str, int, float] | None:
    """UTF-8 read as GBK with bytes lost on the way: the likeliest text, how many characters had to be guessed,
    and by how much (natural logarithm) it is likelier than the next.

    Every observed character gives its two bytes; "?" and U+FFFD give one that is unknown, and may have taken an ASCII
    character with it. A beam over the bytes keeps the likeliest characters that UTF-8 allows. `whole_line`: the line ends
    with the text. `gaps`: bytes may also be gone without a trace (tried when nothing else fits).
    """
    data: list[int] = []  # -1: unknown
    for char in text:
        if char in "?\ufffd":
            data.append(-1)
        else:
            try:
                data += char.encode("gbk")
            except UnicodeEncodeError:
                return None
    other = OTHER_SCRIPT if _simplified(data) else 0.0
    start = contexts(encode("\n\n\n\n"))
    waiting: dict[int, list[_Front]] = {0: [_Front(np.zeros(1), start, np.array([-1]))]}
    parents: list[NDArray[np.int64]] = []
    written: list[tuple[str, int]] = []  # by node: the character, and whether it was guessed
    size = 0
    for at in range(len(data)):
        if at not in waiting:
            continue
        front = _best(waiting.pop(at))
        for length, chars in _by_length(_options(data, at, gaps)).items():
            symbols = encode("".join(c for c, _, _ in chars))
            costs = np.array(
                [
                    VANISHED * gone + (other if guess and ord(c) in simplified_forms() else 0.0)
                    for c, guess, gone in chars
                ]
            )
            who = np.repeat(np.arange(len(front.score)), len(chars))
            which = np.tile(np.arange(len(chars)), len(front.score))
            score = front.score[who] + model.score(front.past[who], symbols[which]) - costs[which]
            keep = np.argsort(-score, kind="stable")[:HYPOTHESES]
            past = front.past[who[keep]] << np.uint64(16) | symbols[which[keep]]
            nodes = np.arange(size, size + len(keep))
            waiting.setdefault(at + length, []).append(_Front(score[keep], past, nodes))
            parents.append(front.node[who[keep]])
            written += [(chars[n][0], chars[n][1]) for n in which[keep].tolist()]
            size += len(keep)
    if len(data) not in waiting:
        return None if gaps else lossy(text, model, whole_line, True)
    front = _best(waiting[len(data)])
    score = front.score
    if whole_line:
        score = score + model.score(front.past, np.full(len(score), START, np.uint16))
    order = np.argsort(-score, kind="stable")
    before = np.concatenate(parents)
    node, chars_back, guessed = int(front.node[order[0]]), [], 0
    while node >= 0:
        chars_back.append(written[node][0])
        guessed += written[node][1]
        node = int(before[node])
    found = "".join(reversed(chars_back))
    margin = float(score[order[0]] - score[order[1]]) if len(order) > 1 else CERTAIN
    likely = model.total(found)
    if likely / max(1, len(found)) < PLAUSIBLE or likely < model.total(text) + GAIN:
        return None
    return found, guessed, margin


class _Front(NamedTuple):
    """Hypotheses at one byte: scores, the symbols written last (16 bits each), and the node each came from."""

    score: NDArray[np.float64]
    past: NDArray[np.uint64]
    node: NDArray[np.int64]


def _best(fronts: Sequence[_Front]) -> _Front:
    score, past, node = (np.concatenate(arrays) for arrays in zip(*fronts, strict=True))
    keep = np.argsort(-score, kind="stable")[:HYPOTHESES]
    return _Front(score[keep], past[keep], node[keep])


def _by_length(options: Iterable[tuple[str, int, int]]) -> dict[int, list[tuple[str, int, bool]]]:
    """Options by how many bytes they take: character, whether it is guessed, whether a byte is gone."""
    out: dict[int, list[tuple[str, int, bool]]] = {}
    for char, size, guess in options:
        out.setdefault(abs(size), []).append((char, guess, size < 0))
    return out


def _simplified(data: list[int]) -> bool:
    """Whether the characters that lost nothing are of no script but Simplified."""
    known = bytes(b for b in data if b >= 0).decode("utf-8", "ignore")
    return not any(ord(c) in simplified_forms() for c in known)


def _options(data: list[int], at: int, gaps: bool) -> list[tuple[str, int, int]]:
    """Characters that may begin at this byte, with how many bytes they take and how many of those were unknown."""
    first = data[at]
    if 0 <= first < 0x80:
        return [(chr(first), 1, 0)]
    out: list[tuple[str, int, int]] = []
    if first == -1:
        out.append(("?", 1, 1))
    for missing in ((), (1,), (2,)) if gaps else ((),):
        window = data[at : at + 3 - len(missing)]
        for gap in missing:
            window = [*window[:gap], -1, *window[gap:]]
        if len(window) < 3:
            continue
        if missing and -1 in data[at : at + 3 - len(missing)]:
            continue
        out += [
            (c, -(3 - len(missing)) if missing else 3, 1 if missing or -1 in window else 0)
            for c in _three(tuple(window))
        ]
    if 0xC2 <= first <= 0xDF and at + 1 < len(data) and 0x80 <= data[at + 1] <= 0xBF:
        out.append((bytes((first, data[at + 1])).decode(), 2, 0))
    return out


@cache
def _three(window: tuple[int, ...]) -> tuple[str, ...]:
    """Three-byte characters of UTF-8 that fit, unknown bytes being -1: Chinese, and its punctuation."""
    firsts = (window[0],) if window[0] >= 0 else (0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF)
    seconds = (window[1],) if window[1] >= 0 else range(0x80, 0xC0)
    thirds = (window[2],) if window[2] >= 0 else range(0x80, 0xC0)
    found = []
    for a in firsts:
        for b in seconds:
            for c in thirds:
                if not (0xE2 <= a <= 0xEF and 0x80 <= b <= 0xBF and 0x80 <= c <= 0xBF):
                    continue
                try:
                    char = bytes((a, b, c)).decode("utf-8")
                except UnicodeDecodeError:
                    continue
                if "\u4e00" <= char <= "\u9fff" or char in "，。、；：？！“”‘’（）《》—…·\u3000％":
                    found.append(char)
    return tuple(found)
