"""GBK that was read as Big5, and Big5 that was read as GBK, with bytes lost on the way: what was written, searched for.

Both write a character as a pair of bytes, and each leaves pairs undefined that the other uses often. At such a pair readers
differ: some show a sign for its first byte and go on at its second, out of phase from there; some show a sign for both,
some nothing at all; code page 950 has private-use characters. So a sign stands for one byte or for two, and what it
can be follows from the byte behind it.
"""

import math
from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Literal, NamedTuple

from ingest.han.usual import is_usual
from ingest.repair import big5
from ingest.repair.characters import simplified, simplified_forms
from ingest.repair.codecs import DARK
from ingest.repair.domain import AnyModel
from ingest.repair.fluency import fluency, weakest
from ingest.repair.unread import LOST, MARKS, MAYBE, SECOND, SIGNS, Found, Option, Search, observed_bytes
from ingest.repair.unread_utf8 import code as gbk_code

Written = Literal["gb18030", "big5hkscs"]
"""What the text was written in; it was read as the other."""
WAYS: tuple[tuple[Written, Written], ...] = (("gb18030", "big5hkscs"), ("big5hkscs", "gb18030"))
GONE, BYTE, TWO = 3.0, 1.0, 0.0
"""What it costs to suppose that something is gone without a sign; that a sign stands for one byte, for two."""
CLEAR = -6.5
"""Mean natural log-probability of a character of what is text without doubt."""
SIGN = 4.0
"""What it costs that a question mark is one."""
DEAR = 30
_ANY = frozenset(range(0x80, 0xFF))


def search(text: str, model: AnyModel, written: Written, most: int) -> tuple[Found | None, int]:
    """The likeliest line that some reader showed as `text`, None when there is none; and what the search cost: a character
    one, a sign and a place where something may be gone without one `DEAR` more. Such a one is made within `most` where what fits else is
    no text: nearly every pair is a character, so that something always fits."""
    readers = _readers(written, text)
    found, best, cost = None, -math.inf, 0
    for silent in (False, True):
        tried: list[tuple[list[int], frozenset[int]]] = []
        for reader in readers:
            reading = _reading(written, reader)
            data = observed_bytes(text, reading.codes, len(text) if silent else 0)
            dear = len(text) + DEAR * (len(text) if silent else sum(map(text.count, SIGNS)))
            if not data or (data, reading.undefined) in tried or cost + dear > most:
                continue
            tried.append((data, reading.undefined))
            cost += dear
            further = Search(data, model, reading.options).run(True)
            if further and (own := fluency(further.text, model)) > best:
                found, best = further._replace(silent=silent), own
        if found and best > CLEAR and weakest(found.text, model, DARK[0]) > DARK[1]:
            break
    return found, cost


class _Reading(NamedTuple):
    """How bytes of one encoding were read as the other's: bytes by the character shown, characters by pair, of these the
    usual ones, pairs for which no character was shown."""

    codes: Callable[[str], bytes]
    pairs: dict[int, str]
    usual: frozenset[int]
    undefined: frozenset[int]
    unseen: frozenset[int]
    """Common ones whose pairs no character was shown for."""

    def options(self, data: Sequence[int], at: int) -> list[Option]:
        """Characters that may begin at a byte."""
        first = data[at]
        if 0 <= first < 0x81:
            return [Option(chr(first), at + 1, False, 0.0)] if first < 0x80 else []
        if first > 0:
            return self._known(data, first, at + 1)
        price = GONE if first == MAYBE else 0.0
        if first == SECOND:
            return self._unknown(data, at + 1, self.usual, price)
        out = self._unknown(data, at + 2, self.unseen, price + BYTE)
        out += [Option(self.pairs[pair], at + 2, True, price + TWO) for pair in self.unseen]
        if first == LOST:
            out.append(Option("?", at + 2, False, SIGN))
        return out

    def _known(self, data: Sequence[int], lead: int, at: int) -> list[Option]:
        """Those with a first byte that is known, where the second is looked for at `at`."""
        if at >= len(data):
            return []
        second = data[at]
        if second >= 0:
            char = self.pairs.get(lead << 8 | second)
            return [Option(char, at + 1, False, 0.0)] if char else []
        if second == SECOND:
            return []
        price = GONE if second == MAYBE else 0.0
        out = self._known(data, lead, at + 2) if second == MAYBE else []
        row = [pair for pair in range(lead << 8 | 0x80, (lead << 8) + 0xFF) if pair in self.usual]
        alone = self._alone(data, at + 2)
        out += [Option(self.pairs[pair], at + 2, True, price + BYTE) for pair in row if pair & 0xFF in alone]
        # The second half of this character and the first of the next, which are an undefined pair.
        astride = _firsts(self.undefined)
        out += [Option(self.pairs[pair], at + 1, True, price + TWO) for pair in row if pair & 0xFF in astride]
        return out

    def _unknown(self, data: Sequence[int], at: int, of: frozenset[int], price: float) -> list[Option]:
        """Those of some pairs whose first byte is lost, where the second is looked for at `at`."""
        second = data[at] if at < len(data) else 0
        if second >= 0x40:
            fits = (lead << 8 | second for lead in big5.LEADS)
            return [Option(self.pairs[pair], at + 1, True, price) for pair in fits if pair in of]
        if second != LOST:
            return []
        alone = self._alone(data, at + 2)
        return [Option(self.pairs[pair], at + 2, True, price + BYTE) for pair in self.unseen if pair & 0xFF in alone]

    def _alone(self, data: Sequence[int], at: int) -> frozenset[int]:
        """Bytes for which the reader shows nothing of their own, by what follows at `at`."""
        following = data[at] if at < len(data) else 0
        if following == MAYBE:
            following = data[at + 2] if at + 2 < len(data) else 0
        return _before(self.undefined, following) if following >= 0x40 else _ANY


@cache
def _before(undefined: frozenset[int], following: int) -> frozenset[int]:
    return frozenset(b for b in _ANY if b << 8 | following in undefined)


@cache
def _firsts(undefined: frozenset[int]) -> frozenset[int]:
    return frozenset(pair >> 8 for pair in undefined)


@cache
def _reading(written: Written, reader: str) -> _Reading:
    pairs = big5.table(written)
    known = frozenset(
        pair for pair, char in pairs.items() if char in MARKS or (char > "\x7f" and _plain(char, written))
    )
    codes: Callable[[str], bytes] = gbk_code if written == "big5hkscs" else partial(big5.code, reader)
    shown = ("gbk",) if written == "big5hkscs" else ("big5hkscs",) if reader == "big5hkscs" else big5.READERS
    undefined = frozenset(pair for pair in big5.pairs() if not all(pair in big5.table(encoding) for encoding in shown))
    unseen = frozenset(pair for pair in undefined & known if _common(pairs[pair]))
    return _Reading(codes, pairs, known, undefined, unseen)


def _plain(char: str, written: Written) -> bool:
    """Whether a character is of the usual ones: those of GB 2312, or of Big5 without what Simplified has."""
    if not "\u4e00" <= char <= "\u9fff":
        return False
    try:
        char.encode("gb2312" if written == "gb18030" else "big5")
    except UnicodeEncodeError:
        return False
    return written == "big5hkscs" or ord(char) not in simplified_forms()


def _common(char: str) -> bool:
    """Whether a character is of GB 2312's first level, or a form of one that is; marks are."""
    return is_usual(simplified(char))


def _readers(written: Written, text: str) -> tuple[str, ...]:
    """Which tables of Big5 may have shown a text: they have the same kana in different places, and Hong Kong's extension has
    characters that it alone has."""
    return (
        big5.READERS[:1]
        if written == "big5hkscs" or any(char in big5.hong_kong() for char in text)
        else big5.READERS[:2]
    )
