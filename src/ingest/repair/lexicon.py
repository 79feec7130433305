"""The words of the language model, asked one by one and without numpy.

Where a page has two or three stretches to ask about, loading numpy and the arrays of `model` costs a hundred times what
the answers do. What is asked here is what `Model.words_total` computes, to the last bit.
"""

import ast
import mmap
import struct
from collections.abc import Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import as_file, files

from ingest.han import width
from ingest.repair.characters import simplified_forms

MAGIC = b"ingest-ngram-3\n"
SCALE = 12.0
"""Log-probabilities are kept in twelfths of a natural logarithm, 255 being the least."""
WAYS = 4
"""Cells of a bucket of a hash table; `MIX` and `MIX2` spread its keys."""
MIX, MIX2 = 0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F
ORDER = 4
"""Symbols that a key holds as they are, 16 bits each."""
LONGEST_WORD = 6
UNKNOWN = 2.0
"""What it costs that a character stands for a word that the model does not know."""
WIDTH = width.SIGNS | {0x3000: 0x20}
QUOTES = dict(zip(map(ord, "「」『』﹁﹂﹃﹄〝〞＂"), map(ord, '“”‘’“”‘’“”"'), strict=True))
LOST = 0xFFFD
"""The symbol of what the model has none for."""
SPACES = dict.fromkeys(map(ord, "\t\r\v\f\xa0\u2002\u2003\u2009\u200b\ufeff"), 0x20)
_ARRAYS, _WHOLE = 8, 0xFFFFFFFFFFFFFFFF
_KNOWN = 20_000


class Words:
    """The model's words and the probabilities of its single characters, mapped into memory."""

    def __init__(self, whole: mmap.mmap) -> None:
        self._whole = whole
        at, places = len(MAGIC), []
        for _ in range(_ARRAYS):  # in the format of numpy's files, version 1.0
            (size,) = struct.unpack_from("<H", whole, at + 8)
            begin = at + 10 + size
            about = ast.literal_eval(whole[at + 10 : begin].decode("latin-1"))
            count = 1
            for length in about["shape"]:
                count *= length
            places.append((begin, count))
            at = begin + count * int(about["descr"][2:])
        self._singles = places[0][0]
        self._cells, cells = places[-1]
        self._buckets = cells // WAYS

    def word(self, symbols: Sequence[int]) -> int | None:
        """How improbable a word is, in twelfths of a nat; None: the model does not know it."""
        key = 0
        for symbol in symbols[:ORDER]:
            key = key << 16 | symbol
        for symbol in symbols[ORDER:]:
            key = (key * MIX2 & _WHOLE) + symbol & _WHOLE
        mixed = key * MIX & _WHOLE
        mixed ^= mixed >> 29
        other = mixed * MIX2 & _WHOLE
        other ^= other >> 32
        sought = mixed & 0xFFFFFF or 1
        for bucket in ((mixed >> 24) % self._buckets, (other >> 20) % self._buckets):
            for cell in struct.unpack_from("<4I", self._whole, self._cells + 16 * bucket):
                if cell >> 8 == sought:
                    return int(cell & 0xFF)
        return None

    def single(self, symbol: int) -> float:
        """The natural log-probability of a character that stands for a word that the model does not know."""
        (found,) = struct.unpack_from("<f", self._whole, self._singles + 4 * symbol)
        (single,) = struct.unpack("<f", struct.pack("<f", found - UNKNOWN))
        return float(single)


@cache
def _words() -> Words:
    with as_file(files("ingest.repair") / "model.bin") as path, path.open("rb") as file:
        return Words(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))


@cache
def symbols() -> Mapping[int, int]:
    """The code points that the model knows by another symbol than themselves: Simplified forms, punctuation folded in width,
    digits and Latin letters one class each. Of what lies beyond the basic plane it knows nothing."""
    forms = {source: target for source, target in simplified_forms().items() if max(source, target) < LOST}
    folded = forms | WIDTH | QUOTES | SPACES
    ascii = {point: _class(point) for point in range(0x80)}
    return {point: ascii.get(symbol, symbol) for point, symbol in (ascii | folded).items()}


def _class(point: int) -> int:
    """What an ASCII character stands for."""
    if 0x30 <= point <= 0x39:
        return ord("0")
    return ord("a") if 0x61 <= point | 0x20 <= 0x7A else point


def _symbol(character: str) -> int:
    """The symbol by which the model knows a character."""
    point = ord(character)
    return LOST if point >= LOST or 0xD800 <= point < 0xE000 else symbols().get(point, point)


@lru_cache(maxsize=_KNOWN)
def improbable(word: str) -> int | None:
    """How improbable a word is, in twelfths of a nat; None: the model does not know it."""
    return _words().word(list(map(_symbol, word)))


def total(text: str) -> float:
    """Natural log-probability of the best division of a text without blanks into words, each by itself."""
    best = [0.0]
    for end in range(1, len(text) + 1):
        ways = []
        for begin in range(max(0, end - LONGEST_WORD), end):
            found = improbable(text[begin:end])
            one = float("-inf") if found is None else found * (-1 / SCALE)
            if end - begin == 1:
                one = max(one, _words().single(_symbol(text[begin])))
            ways.append(best[begin] + one)
        best.append(max(ways))
    return best[-1]
