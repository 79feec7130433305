"""What readers of Big5 show for a pair of bytes. Hong Kong's extension, code page 950 and Python's plain Big5 have the same
ideographs in the same places, and kana, signs and a few others in different ones; code page 950 has private-use characters
for the rows that Big5 leaves to the user."""

from collections import defaultdict
from contextlib import suppress
from functools import cache

from ingest.han import whatwg

READERS = ("big5hkscs", "cp950", "big5")
TRAILS = (*range(0x40, 0x7F), *range(0x80, 0xFF))
LEADS = range(0x81, 0xFF)
_OWN_TRAILS = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
_USER_ROWS = ((0xFA40, 0xFEFE, 0xE000), (0x8E40, 0xA0FE, 0xE311), (0x8140, 0x8DFE, 0xEEB8), (0xC6A1, 0xC8FE, 0xF6B1))
"""First and last pair, first code point."""
_WEB = 0xC6
"""The row with pairs of GB 2312 at which only browsers have a character."""


@cache
def pairs() -> tuple[int, ...]:
    """Every pair of bytes that GBK or Big5 may use, as a number."""
    return tuple(lead << 8 | trail for lead in LEADS for trail in TRAILS)


@cache
def table(encoding: str) -> dict[int, str]:
    """The character that an encoding has for a pair of bytes, by the pair as a number, in the order of `pairs`; not to be changed."""
    found = {}
    for pair in pairs():
        with suppress(UnicodeDecodeError):
            char = pair.to_bytes(2, "big").decode(encoding)
            if len(char) == 1:
                found[pair] = char
    return found


@cache
def _codes() -> dict[str, tuple[bytes, ...]]:
    """The pairs by which readers show a character."""
    found: defaultdict[str, dict[bytes, None]] = defaultdict(dict)
    for encoding in READERS:
        for pair, char in table(encoding).items():
            found[char][pair.to_bytes(2, "big")] = None
    for shown, char in whatwg.differences()["big5"].items():
        if shown[0] == _WEB:
            found[char][shown] = None
    for first, last, point in _USER_ROWS:
        for lead in range(first >> 8, (last >> 8) + 1):
            for trail in _OWN_TRAILS:
                if first <= lead << 8 | trail <= last:
                    found[chr(point)][bytes((lead, trail))] = None
                    point += 1
    return {char: tuple(codes) for char, codes in found.items()}


@cache
def hong_kong() -> frozenset[str]:
    """Characters that Hong Kong's extension alone has."""
    return frozenset(table(READERS[0]).values()).difference(*(table(encoding).values() for encoding in READERS[1:]))


@cache
def code(reader: str, char: str) -> bytes:
    """The bytes that a reader of Big5 shows as this character: of several pairs one of GB 2312, and its own; empty where
    there is none."""
    if char < "\x80":
        return char.encode()
    return min(
        _codes().get(char, ()),
        key=lambda pair: _rank(pair, table(reader).get(int.from_bytes(pair, "big")) == char),
        default=b"",
    )


def _rank(pair: bytes, own: bool) -> tuple[bool, bool, bool]:
    """GB 2312's pairs first, the reader's own, those that GBK has."""
    return pair[1] <= 0xA0, not own, int.from_bytes(pair, "big") not in table("gbk")
