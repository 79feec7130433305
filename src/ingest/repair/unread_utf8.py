"""UTF-8 that was read as GBK, with bytes lost on the way: what was written, searched for.

Readers differ in what they show for the bytes that GBK leaves undefined: code page 936 and browsers have € for 0x80 and
private-use characters for the user-defined rows, others show "?", U+FFFD or nothing at all. So the observed text gives
bytes, and between its characters stand places where something may be lost: one byte that no reader shows (0x80, or a
first byte whose pair is undefined), or the two bytes of an undefined pair. Nothing else can be lost there, which is what
makes the search cheap and its answers sure.
"""

from collections.abc import Sequence
from contextlib import suppress
from functools import cache

from ingest.repair import big5
from ingest.repair.characters import simplified_forms
from ingest.repair.domain import AnyModel
from ingest.repair.unread import LOST, MARKS, MAYBE, SECOND, Found, Option, Search, observed_bytes

GONE, FREE, TWO = 2.5, 2.5, 1.0
"""What it costs to suppose that a byte is gone without a trace; that one is gone whose value nothing tells; that a sign
stands for two bytes."""
LAST, ENDS = 2, "€"
"""Behind this sign at the end of a line, one byte of which nothing tells whether it is a second or a third, something may be
gone at so many characters."""
OTHER_SCRIPT = 6.0
"""What it costs to guess a Traditional form among Simplified ones: to the model they are the same character."""


def search(text: str, model: AnyModel, whole_line: bool = False) -> Found | None:
    """The likeliest text that some reader showed as `text`; None when no text can have been shown so.

    `whole_line`: the line ends with the text. Places where bytes are gone without a sign are tried when nothing else fits.
    """
    for silent in (0, len(text)):
        # What a line ends with may be gone, since nothing behind it shows that: 慰问。 gives what 慰闀 would.
        last = LAST if whole_line and text.endswith(ENDS) else 0
        data = observed_bytes(text, code, max(silent, last))
        if data:
            other = OTHER_SCRIPT if _simplified(data) else 0.0
            found = Search(data, model, _options, other).run(whole_line)
            if found:
                return found._replace(silent=bool(silent))
    return None


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
    return frozenset(range(0x8140, 0x10000)).difference(big5.table("gbk"))


@cache
def _alone(following: int) -> frozenset[int]:
    """Bytes of UTF-8's second half that a reader loses before this byte (0: before the end of the line)."""
    if following < 0x40:
        return frozenset(range(0x80, 0xC0))
    return frozenset(b for b in range(0x80, 0xC0) if b == 0x80 or b << 8 | following in _undefined())


def _simplified(data: Sequence[int]) -> bool:
    """Whether the characters that lost nothing are of no script but Simplified."""
    known = bytes(b for b in data if b >= 0).decode("utf-8", "ignore")
    return not any(ord(c) in simplified_forms() for c in known)


def _options(data: Sequence[int], at: int) -> list[Option]:
    """Characters that may begin at this byte."""
    first = data[at]
    if 0 <= first < 0x80:
        return [Option(chr(first), at + 1, False, 0.0)]
    out = [Option("?", at + 2, False, 4.0)] if first == LOST else []
    if 0xC2 <= first <= 0xDF and at + 1 < len(data) and 0x80 <= data[at + 1] <= 0xBF:
        out.append(Option(bytes((first, data[at + 1])).decode(), at + 2, False, 0.0))
    if 0xF0 <= first <= 0xF4 and all(0x80 <= b <= 0xBF for b in data[at + 1 : at + 4]) and at + 4 <= len(data):
        with suppress(UnicodeDecodeError):
            out.append(Option(bytes(data[at : at + 4]).decode(), at + 4, False, 0.0))
    whole = _whole(data, at)
    if whole:
        return [whole]
    seen: dict[tuple[str, int], Option] = {}
    for window, end, cost in _windows(data, at, (), 0.0):
        for char in _three(window):
            option = Option(char, end, cost > 0 or -1 in window, cost)
            if (char, end) not in seen or seen[char, end].cost > cost:
                seen[char, end] = option
    return [*out, *seen.values()]


def _whole(data: Sequence[int], at: int) -> Option | None:
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
    else:
        return None
    if len(found) != 3 or not 0xE2 <= found[0] <= 0xEF:
        return None
    with suppress(UnicodeDecodeError):
        return Option(bytes(found).decode(), end, False, 0.0)
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
                if known or "\u4e00" <= char <= "\u9fff" or char in MARKS:
                    found.append(char)
    return tuple(found)
