"""Text that was written in one encoding and read in another, once or twice, without any loss.

The garbage is encoded back with what it was read as and decoded with what it was written in. Every chain of up to two
such steps is tried on a damaged stretch; a chain counts only when it goes without any loss, and when what it gives is
Chinese by the language model, as Chinese as text is, while the garbage is not. Where bytes were lost on the way,
`unread` searches for them.
"""

from functools import cache
from typing import NamedTuple

import numpy as np

from ingest.patterns import pattern
from ingest.repair.domain import AnyModel
from ingest.repair.model import contexts, encode
from ingest.repair.unread import code as gbk_code

CODECS = ("utf-8", "gb18030", "big5hkscs")
READINGS = ("western", "mac_roman", "gb18030", "big5hkscs")
GAIN = 12.0
"""By how much (natural logarithm, in all) the text must be likelier than the garbage."""
RATHER = 2.5
"""By how much a character."""
FLUENT, SHORT = -9.0, -7.5
"""What a character of Chinese text has at least on average, in a stretch of `FEW` and in a shorter one: of 1,500 paragraphs
one in a thousand has less than -7.2, of stretches of ten characters one in a hundred less than -7.3; garbage has -13."""
FEW = 8
LEAST = 4
"""Distinct Chinese characters that prove a chain by themselves; where the page has proved it, one is enough."""
_ODD = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_HAN = pattern("[\u3400-\u9fff]")
_INSIDE = pattern("[\u3400-\u9fff][a-z]{1,3}[\u3400-\u9fff]|[a-z][\u3400-\u9fff][a-z]")
"""Small letters among Chinese: what a chain makes of a language with accents."""


class Undone(NamedTuple):
    """What was written, and by which steps it became what stands there."""

    text: str
    chain: str


def fluency(text: str, model: AnyModel) -> float:
    """The mean natural log-probability of the characters beyond ASCII, spaces aside; 0 where there are none."""
    wide = np.array([c > "\x7f" and c != "\u3000" for c in text], bool)
    if not wide.any():
        return 0.0
    ids = encode("\n\n\n\n" + text)
    return float(model.score(contexts(ids), ids[3:])[1:][wide].mean())


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
        if reading == "gb18030":
            return b"".join(map(gbk_code, text)) if all(map(gbk_code, text)) else None
        return text.encode(reading)
    except (KeyError, UnicodeEncodeError):
        return None


def _text(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return None


def undo(
    text: str, model: AnyModel, readings: tuple[str, ...] = READINGS, known: frozenset[str] = frozenset()
) -> Undone | None:
    """The text as it was written; None when no chain gives Chinese. `known`: chains that the page has proved."""
    before = model.total(text)
    best, best_score = None, before
    step = [(text, "")]
    for _ in range(2):
        following = []
        for garbage, path in step:
            for reading in readings if not path else READINGS:
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
                    if score > best_score and proven(text, clean, score - before, model, name in known):
                        best, best_score = Undone(clean, name), score
        step = following
    return best


def proven(garbage: str, clean: str, gain: float, model: AnyModel, known: bool = False) -> bool:
    """Whether `clean` is Chinese and `garbage` is not; `known`: others on the page have proved the chain."""
    if _ODD.search(clean) or _INSIDE.search(clean):
        return False
    new = len(set(_HAN.findall(clean)) - set(garbage))
    if new < (1 if known else LEAST) or gain < (4.0 if known else GAIN):
        return False
    now = fluency(clean, model)
    if now < (FLUENT if known or len(_HAN.findall(clean)) >= FEW else SHORT):
        return False
    return now > fluency(garbage, model) + RATHER
