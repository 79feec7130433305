"""U+FFFD in UTF-8 (EF BF BD) among the bytes of another encoding: what a program put for bytes that it could not read.

In a page of gb18030 the three bytes put what follows out of phase: 公安机关 becomes 公安机癸拷. They are found and read as
U+FFFD, and the text behind them from where a character begins. Twice in phase they are 锟斤拷, which stays: it is known
for what it is. So does 拷 where it is the page's own (拷贝), and 锟 before another character, a name's, where a page
has one such place alone.
"""

import re
from collections.abc import Callable

from ingest.page import charset

_RUN = re.compile(rb"(?:\xef\xbf\xbd)+")
_SAFE = re.compile(rb"[\x00-\x2f]")
"""Bytes that are part of no character of several."""
_WORDS = tuple(word.encode("gbk") for word in "贝問问打走边錄录")
"""What follows 拷 in a word."""
LOST = 25.0
"""Natural logarithms that it costs to suppose a lost byte."""
_LOOK = 40
"""Bytes behind such a place that tell where a character begins."""


def places(raw: bytes) -> list[tuple[int, int]]:
    """Where bytes of gb18030 hold such bytes out of phase, or an odd number of them in phase."""
    found: list[tuple[int, int]] = []
    names: list[tuple[int, int]] = []
    at = 0
    for run in _RUN.finditer(raw):
        start, end = run.span()
        if start < at:
            continue
        in_phase = _in_phase(raw, at, start)
        size = end - start
        if in_phase and size % 2 == 0:
            continue
        if not in_phase and size == 3 and raw.startswith(_WORDS, end):
            continue
        if in_phase and size == 3 and raw[end : end + 1] >= b"\xa1" and _sound(raw, start, end):
            names.append((start, end))
            continue
        found.append((start, end))
        at = end + (_begins(raw, end))
    if len(found) + len(names) > 1:
        return sorted((*found, *names))
    return found


def _in_phase(raw: bytes, at: int, start: int) -> bool:
    """Whether a character may begin at `start`, in the bytes from `at` on."""
    while start - at > 64:  # a byte that stands for itself, near by, says the same as the whole page
        safe = next((n for n in range(start - 1, at, -1) if raw[n] < 0x30), None)
        if safe is None or safe == at:
            break
        at = safe
    while at < start:
        at += 2 if raw[at] >= 0x81 else 1
    return at == start


def _sound(raw: bytes, start: int, end: int) -> bool:
    """Whether what follows is as likely read on as it would be read anew."""
    anew = max(_likely(raw, end), _likely(raw, end + 1))
    return _likely(raw, start, _LOOK + 1 + end - start) >= anew - LOST


def _likely(raw: bytes, at: int, size: int = _LOOK) -> float:
    piece = raw[at : at + size]
    safe = _SAFE.search(piece)
    return charset.likelihood(charset.decode(piece[: safe.start()] if safe else piece, "gb18030"), "zh")


def _begins(raw: bytes, at: int) -> int:
    """0 or 1: how many bytes behind such a place are the rest of a character that lost its first."""
    if at >= len(raw) or raw[at] < 0x40:
        return 0
    return 1 if _likely(raw, at + 1) - 6.0 > _likely(raw, at) else 0


def decode(raw: bytes, read: Callable[[bytes], str]) -> str:
    """Bytes of gb18030 as `read` reads them, such places as U+FFFD."""
    spans = places(raw) if b"\xef\xbf\xbd" in raw else []
    parts: list[str] = []
    at = 0
    for start, end in spans:
        parts += (read(raw[at:start]), "\N{REPLACEMENT CHARACTER}" * ((end - start) // 3))
        at = end + _begins(raw, end)
    return "".join((*parts, read(raw[at:])))
