"""gb18030, Big5 and HZ as the WHATWG Encoding Standard decodes them.

Python's codecs are the base (they are written in C); where the standard's tables differ, in 20 codes of gb18030 and 203 of
Big5 (192 of them undefined in Python, 11 different), the difference is data: han/whatwg.tsv. Bad bytes become U+FFFD in the
standard's way, which keeps in phase: a bad pair is two bytes, unless its second is ASCII, which then stands for itself.
"""

import codecs
import re
from functools import lru_cache

from ingest.han import usual
from ingest.han.whatwg import differences
from ingest.rules import Table

FREQUENT = Table("ingest.page", "frequent.tsv", ("id", "characters"))
_TWICE = "\N{FULLWIDTH SOLIDUS}\N{FULLWIDTH REVERSE SOLIDUS}"  # Python's Big5 has two codes for each
_BASE = {"gb18030": "gb18030", "big5": "big5hkscs"}
_LONGEST = 4000  # bytes of a line that are divided anew
_PAIR = re.compile(rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]|.", re.S)
_STRETCH = re.compile(rb"[\x80-\xff](?:[^\x00-\x1f<>]*[\x80-\xff])?[\x40-\x7e]?")
_HZ = re.compile(rb"~\{((?:[\x21-\x7d][\x21-\x7e])*)(?:~\}|(?=[\r\n])|\Z)|~\n|~~")


@lru_cache(maxsize=2)
def _exchange(name: str) -> tuple[dict[int, str], frozenset[bytes]]:
    """What Python gives where the standard has another character, and the codes that this does not tell apart."""
    base = _BASE[name]
    table: dict[int, str] = {}
    unclear: set[bytes] = set()
    for code, right in differences()[name].items():
        try:
            wrong = code.decode(base)
        except UnicodeDecodeError:
            continue
        if wrong in _TWICE:
            unclear.add(code)
        else:
            table[ord(wrong)] = right
    if name == "gb18030":
        table[0x1E3F] = "\ue7c7"  # the standard and Python have the two the other way round
    return table, frozenset(unclear)


def _resume(name: str, error: UnicodeError) -> tuple[str, int]:
    """What stands for the bytes at an error, and where to go on."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    raw, at = error.object, error.start
    lead = raw[at]
    code = raw[at : at + 2]
    known = differences()[name].get(code)
    if known:
        return known, at + 2
    if lead in (0x80, 0xFF):
        return "\N{EURO SIGN}" if lead == 0x80 and name == "gb18030" else "\N{REPLACEMENT CHARACTER}", at + 1
    return "\N{REPLACEMENT CHARACTER}", at + (1 if len(code) < 2 or code[1] < 0x80 else 2)


def _gb_errors(error: UnicodeError) -> tuple[str, int]:
    return _resume("gb18030", error)


def _big5_errors(error: UnicodeError) -> tuple[str, int]:
    return _resume("big5", error)


codecs.register_error("ingest-gb18030", _gb_errors)
codecs.register_error("ingest-big5", _big5_errors)


def gb18030(raw: bytes) -> str:
    """Bytes in gb18030 (gbk, gb2312) as text."""
    try:
        text = raw.decode("gb18030")
    except UnicodeDecodeError:
        text = _in_phase(raw, "gb18030")
    table, _ = _exchange("gb18030")
    if any(chr(c) in text for c in table):
        text = text.translate(table)
    return text


def _in_phase(raw: bytes, name: str) -> str:
    """Bytes with bad ones among them as text. A damaged byte costs one character.

    The standard goes on at the next byte, and so reads the rest of a line, half a character off, as other characters.
    Here a line that does not decode is divided into pairs, ASCII and dropped bytes so that most pairs are common
    characters.
    """
    base = _BASE[name]
    parts: list[str] = []
    at = 0
    for stretch in _STRETCH.finditer(raw):
        piece = stretch.group()
        try:
            piece.decode(base)
        except UnicodeDecodeError:
            if len(piece) <= _LONGEST:
                parts += (raw[at : stretch.start()].decode(base, f"ingest-{name}"), _divided(piece, name))
                at = stretch.end()
    parts.append(raw[at:].decode(base, f"ingest-{name}"))
    return "".join(parts)


def _divided(piece: bytes, name: str) -> str:
    base, common, known = _BASE[name], _common(), differences()[name]
    size = len(piece)
    best = [0.0] * (size + 4)  # of what follows each position
    taken = [1] * size  # a character: 2 or 4; one byte kept or dropped: 1; two dropped: -2
    pairs = [
        known.get(piece[n : n + 2]) or piece[n : n + 2].decode(base, "ignore") if piece[n] > 0x80 else ""
        for n in range(size - 1)
    ]  # a bad lead before an ASCII byte gives that byte alone: no pair
    for n in range(size - 1, -1, -1):
        if piece[n] < 0x80:
            best[n] = best[n + 1] - 0.2
            continue
        best[n] = best[n + 1] - (3.0 if n in (0, size - 1) else 4.0)  # a character cut at the edge is usual
        if n + 2 <= size:
            if piece[n + 1] > 0x7F and best[n + 2] - 4.5 > best[n]:
                best[n], taken[n] = best[n + 2] - 4.5, -2
            if len(pairs[n]) == 1 and pairs[n] > "\x7f":
                value = best[n + 2] + common.get(pairs[n], 0.0)
                if value >= best[n]:
                    best[n], taken[n] = value, 2
            four = piece[n : n + 4]
            if (
                name == "gb18030"
                and 0x30 <= four[1] <= 0x39
                and four.decode(base, "ignore").encode(base) == four  # nothing of it was passed over
                and len(four) == 4
                and best[n + 4] > best[n]
            ):
                best[n], taken[n] = best[n + 4], 4
    out: list[str] = []
    n = 0
    while n < size:
        if taken[n] == 2:
            out.append(pairs[n])
        elif taken[n] == 4:
            out.append(piece[n : n + 4].decode(base))
        elif piece[n] < 0x80:
            out.append(chr(piece[n]))
        elif piece[n] == 0x80 and name == "gb18030" and (n + 1 == size or piece[n + 1] < 0x80):
            out.append("\N{EURO SIGN}")
        elif not out or out[-1] != "\N{REPLACEMENT CHARACTER}":
            out.append("\N{REPLACEMENT CHARACTER}")
        n += abs(taken[n])
    return "".join(out)


@lru_cache(maxsize=1)
def frequent() -> dict[str, str]:
    """The commonest characters, by script."""
    return {row["id"]: row["characters"] for row in FREQUENT.rows()}


@lru_cache(maxsize=1)
def level1() -> str:
    """The commoner half of the characters, which both national standards put first."""
    trails = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    return "".join(
        (usual.level1(), *(bytes([a, b]).decode("big5", "ignore") for a in range(0xA4, 0xC6) for b in trails))
    )


@lru_cache(maxsize=1)
def _common() -> dict[str, float]:
    often = frequent()
    return dict.fromkeys(level1(), 1.0) | dict.fromkeys(often["hans"] + often["hant"] + often["marks"], 1.6)


def big5(raw: bytes) -> str:
    """Bytes in Big5 with the Hong Kong supplement as text."""
    _, unclear = _exchange("big5")
    if any(code in raw for code in unclear):
        codes = differences()["big5"]
        parts: list[str] = []
        at = 0
        for pair in _PAIR.finditer(raw):
            if pair.group() in unclear:
                parts += (big5_plain(raw[at : pair.start()]), codes[pair.group()])
                at = pair.end()
        return "".join((*parts, big5_plain(raw[at:])))
    return big5_plain(raw)


def big5_plain(raw: bytes) -> str:
    """Big5 without the two codes whose characters Python gives two codes each."""
    try:
        text = raw.decode("big5hkscs")
    except UnicodeDecodeError:
        text = _in_phase(raw, "big5")
    table, _ = _exchange("big5")
    return text.translate(table) if any(chr(c) in text for c in table) else text


def hz(raw: bytes) -> str:
    """HZ: GB 2312 in seven bits between ~{ and ~}. (Browsers refuse it; archives hold it.)"""
    parts, at = [], 0
    for mark in _HZ.finditer(raw):
        parts.append(raw[at : mark.start()].decode("ascii", "replace"))
        if mark[1] is not None:
            parts.append(bytes(b | 0x80 for b in mark[1]).decode("gb2312", "replace"))
        elif mark.group() == b"~~":
            parts.append("~")
        at = mark.end()
    parts.append(raw[at:].decode("ascii", "replace"))
    return "".join(parts)
