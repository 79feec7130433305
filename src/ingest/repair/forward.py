"""The damage as a function: what a mirror does to a page, byte by byte.

This is the specification that `slips` inverts, the generator of its test data, and the judge of its answers. The mirror
works on GBK bytes and is blind to where characters begin: it puts "(reading)" behind every occurrence of a character's
two bytes, and a marker that nobody sees before a punctuation mark's. What is cut in half swallows the next byte when it
is read again.
"""

from collections.abc import Callable, Sequence
from functools import cache

MARKED = "，。、！？；"
"""Punctuation before which mirrors were seen to put their marker."""
MARKER = b"\0"
"""Nobody has seen the marker itself: it is either swallowed or not shown. Any byte below 0x40 does the same."""

UNDEFINED_ROWS = range(0xA6E0, 0xA6F6)
"""Pairs that today's GBK defines and the mirrors' did not."""


@cache
def pairs() -> tuple[str, ...]:
    """What each of the 65,536 pairs of bytes is read as; empty where GBK leaves it undefined (it vanishes)."""
    table = []
    for code in range(0x10000):
        lead, trail = code >> 8, code & 0xFF
        if not (0x81 <= lead <= 0xFE and 0x40 <= trail <= 0xFE and trail != 0x7F) or code in UNDEFINED_ROWS:
            table.append("")
            continue
        table.append(bytes((lead, trail)).decode("gbk", "ignore"))
    return tuple(c if len(c) == 1 else "" for c in table)


def annotate(
    data: bytes,
    table: Sequence[tuple[str, str]],
    *,
    marks: Callable[[int], bool] = lambda at: True,
    marker_first: bool = True,
) -> bytes:
    """The bytes with readings put in, table entry by table entry; `marks` says at which places the marker was put."""
    if marker_first:
        data = _mark(data, marks)
    for char, reading in table:
        code = char.encode("gbk")
        data = data.replace(code, code + b"(" + reading.encode("gbk") + b")")
    return data if marker_first else _mark(data, marks)


def _mark(data: bytes, marks: Callable[[int], bool]) -> bytes:
    for mark in MARKED:
        code = mark.encode("gbk")
        first, *rest = data.split(code)
        at, parts = len(first), [first]
        for piece in rest:
            parts += (MARKER + code if marks(at) else code, piece)
            at += len(code) + len(piece)
        data = b"".join(parts)
    return data


def as_shown(data: bytes, lost: str = "?") -> str:
    """Bytes as a browser of the time shows them: an invalid pair is `lost`, an undefined pair is nothing at all."""
    table = pairs()
    out = []
    at = 0
    while at < len(data):
        byte = data[at]
        at += 1
        if byte < 0x80:
            out.append(chr(byte) if byte else "")
        elif byte == 0x80:
            out.append("€")
        elif byte == 0xFF:
            out.append(lost)
        else:
            trail = data[at] if at < len(data) else 0
            at += 1
            out.append(table[byte << 8 | trail] if 0x40 <= trail <= 0xFE and trail != 0x7F else lost)
    return "".join(out)


def damage(
    text: str, table: Sequence[tuple[str, str]], *, marks: Callable[[int], bool] = lambda at: True, lost: str = "?"
) -> str:
    """A clean text as the mirror shows it. Characters that GBK lacks raise UnicodeEncodeError: no mirror has met them.

    >>> damage("新擔當", [("聯", "lián"), ("擔", "dān"), ("當", "dāng")])
    '新?lián)?dāng)'
    """
    return as_shown(annotate(text.encode("gbk"), table, marks=marks), lost)
