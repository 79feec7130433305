"""Text that was written in one encoding and read in another, once or twice, without any loss.

The garbage is encoded back with what it was read as and decoded with what it was written in. Every chain of up to two
such steps is tried on a damaged stretch, of two where none of one will do (two tables that are nearly alike, one behind the other,
exchange single characters); a chain counts only when it goes without any loss, and when what it gives is
Chinese by the language model, as Chinese as text is, while the garbage is not. Where bytes were lost on the way,
`unread_utf8` and `unread_pairs` search for them.
"""

from collections.abc import Callable
from functools import cache, partial
from typing import NamedTuple

from ingest.patterns import pattern
from ingest.repair import big5
from ingest.repair.domain import AnyModel
from ingest.repair.fluency import fluency, weakest
from ingest.repair.unread_utf8 import code as gbk_code

CODECS = ("utf-8", "gb18030", "big5hkscs")
READINGS = ("western", "iso8859-15", "mac_roman", "gb18030", "big5hkscs", "cp950")
WESTERN, PAIRED, FOREIGN = READINGS[:3], READINGS[3:], ("euc_jp", "cp949")
"""What Western letters, Chinese characters, and Japanese and Korean ones may have been read in."""
GAIN = 12.0
"""By how much (natural logarithm, in all) the text must be likelier than the garbage."""
RIVAL = 12.0
"""By how much it must be likelier than what another chain gives, for no character to be in doubt."""
RATHER = 2.5
"""By how much a character."""
FLUENT, SHORT = -9.0, -7.5
"""What a character of Chinese text has at least on average, in a stretch of `FEW` and in a shorter one: of 1,500 paragraphs
one in a thousand has less than -7.2, of stretches of ten characters one in a hundred less than -7.3; garbage has -13."""
FEW = 8
LEAST = 4
"""Distinct Chinese characters that prove a chain by themselves; where the page has proved it, one is enough."""
PAIRS = ("gb18030 read as big5hkscs", "gb18030 read as cp950", "big5hkscs read as gb18030")
DOUBTED = -16.0
"""A character that has less may be another one in the table that was really used: where pairs are read, any cell is a character. Of
sentences one in 200 has such a one, of those that were put back by the wrong one of two tables that are alike all had."""
DARK = 2, -11.0
"""So many characters side by side that have less may be no text."""
_PRIVATE = pattern("[\ue000-\uf8ff]")
_ODD = pattern("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\ue000-\uf8ff]")
_HAN = pattern("[\u3400-\u9fff]")
_INSIDE = pattern("[\u3400-\u9fff][a-z]{1,3}[\u3400-\u9fff]|[a-z][\u3400-\u9fff][a-z]")
"""Small letters among Chinese: what a chain makes of a language with accents."""


class Undone(NamedTuple):
    """What was written, and by which steps it became what stands there."""

    text: str
    chain: str
    gone: bool = False
    """Something may be gone without a sign."""
    doubtful: bool = False
    """Some character may be another one."""


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
            return _coded(text, gbk_code)
        if reading in big5.READERS:
            return _coded(text, partial(big5.code, reading))
        return text.encode(reading)
    except (KeyError, UnicodeEncodeError):
        return None


def _coded(text: str, code: Callable[[str], bytes]) -> bytes | None:
    """The bytes of each character, one behind the other; None at the first that has none."""
    out = bytearray()
    for char in text:
        found = code(char)
        if not found:
            return None
        out += found
    return bytes(out)


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
    found: list[tuple[float, Undone]] = []
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
                    if proven(text, clean, score - before, model, name in known):
                        found.append((score, Undone(clean, name)))
        if found:
            break
        step = following
    if not found:
        return None
    most, best = max(found, key=lambda one: one[0])
    doubtful = any(score > most - RIVAL and one.text != best.text for score, one in found) or (
        not best.chain.startswith("utf-8") and weakest(best.text, model, 1) < DOUBTED
    )
    return best._replace(gone=_gone(text, best, model), doubtful=doubtful)


def _gone(garbage: str, undone: Undone, model: AnyModel) -> bool:
    """Whether a reader may have shown nothing for some of the bytes: where one of Chinese pairs shows nothing, what follows
    reads on as other characters; and Big5 has its comma and every tenth character at pairs that GBK leaves undefined."""
    if undone.chain not in PAIRS:
        return False
    if undone.chain.startswith("big5") and len(garbage) >= FEW and not _PRIVATE.search(garbage):
        return True
    return weakest(undone.text, model, DARK[0]) < DARK[1]


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
