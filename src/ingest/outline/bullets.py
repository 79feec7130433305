"""Bullets, the headings that a sign tells, and the captions of pictures and tables."""

import itertools
from collections import Counter
from collections.abc import Sequence

from ingest.han import numerals
from ingest.outline.lines import COLONS, LogicalLine
from ingest.outline.plain import FULL, STOP
from ingest.patterns import pattern

_BULLET = pattern(r"(?:[—–―]{1,3}|[•·●○■□◆◇▪▶►※★☆\uf06c\uf0d8]|[-*+](?=\s))\s*")
_BRACKETED = pattern(r"【[^】：:]{2,20}】")
_HEADING_SIGNS = "【●○■□◆◇▶►▲★☆※"
_OVER_SIGNS = 30  # characters of a heading that such a sign tells
_DOTTED = "•·●○▪\uf06c\uf0d8*+-"  # of which one may stand alone, where there are more
_CAPTIONED = "图表圖专專附"  # what a caption begins with
_CAPTION = pattern(
    rf"(?:图|表|圖|专栏|專欄|图表|附表|附图)\s?[\d{numerals.HAN}]{{1,3}}(?:[-－.．]\d{{1,2}})?[\s:：　]?"
)


def pictured(text: str, line: LogicalLine) -> bool:
    """Whether a line is the caption of a picture."""
    if line.role is not None or text[line.start] not in "图圖附" or line.end - line.start > 50:
        return False
    return _CAPTION.match(text, line.start, line.end) is not None and not FULL.search(text, line.end - 1, line.end)


def bullet(text: str, start: int, end: int) -> int:
    """Where the bullet at the start of a line ends."""
    found = _BULLET.match(text, start, end)
    return found.end() if found else start


def mark(text: str, lines: list[LogicalLine], marked: set[int]) -> None:
    """Marks headings that a sign tells, bullets, and captions."""
    _signed(text, lines, marked)
    found = [
        i for i, line in enumerate(lines)
        if line.role is None
        and not text[line.start].isalnum()
        and line.start not in marked
        and _BULLET.match(text, line.start, line.end)
        and not (text[line.start] in "—–―" and text[line.end - 1] in "—–―")  # — 谢谢 — is set in the middle
    ]  # fmt: skip
    known = set(found)
    dotted = Counter(text[lines[i].start] for i in found if text[lines[i].start] in _DOTTED)
    for i in found:
        block = lines[i].block
        if (
            i - 1 in known
            or i + 1 in known
            or (block is not None and block.kind == "item")
            or _goes_on(text, lines, marked, i)
            or dotted[text[lines[i].start]] >= 2
        ):
            lines[i] = lines[i]._replace(role="bullet")
    for i, line in enumerate(lines):
        given = line.block is not None and line.block.kind == "caption"
        if not given and text[line.start] not in _CAPTIONED:
            continue
        if line.role is not None or line.start in marked or line.end - line.start > 50:
            continue
        printed = _CAPTION.match(text, line.start, line.end) and not FULL.search(text, line.end - 1, line.end)
        if given or printed:
            lines[i] = line._replace(role="caption")


def _signed(text: str, lines: list[LogicalLine], marked: set[int]) -> None:
    """Marks headings that a sign tells (■ 渡口, ◆ 码头): a few words each, of which two and more stand apart above something else."""
    found: dict[str, list[int]] = {}
    for i, line in enumerate(lines):
        if line.role is None and line.start not in marked and _told(text, line):
            found.setdefault(text[line.start], []).append(i)
    for own in found.values():
        beside = any(two - one == 1 for one, two in itertools.pairwise(own)) or own[-1] + 1 == len(lines)
        if len(own) >= 2 and not beside and all(_few(text, lines[i]) for i in own):
            for i in own:
                lines[i] = lines[i]._replace(role="heading")


def _told(text: str, line: LogicalLine) -> bool:
    """Whether a line begins with a sign that headings begin with, or is all in square brackets."""
    sign = text[line.start]
    return sign in _HEADING_SIGNS and (sign != "【" or _BRACKETED.fullmatch(text, line.start, line.end) is not None)


def _few(text: str, line: LogicalLine) -> bool:
    """Whether a line that is no item of a page's list says a few words without a stop."""
    plain = line.block is None or line.block.kind in ("line", "para")
    stopped = STOP.search(text, line.end - 2, line.end) and text[line.end - 1] not in COLONS
    return plain and line.end - line.start <= _OVER_SIGNS and not stopped


def _goes_on(text: str, lines: Sequence[LogicalLine], marked: set[int], i: int) -> bool:
    """Whether a list that stands between is all that divides a line from the bullet of its sign before it."""
    at = i - 1
    while at >= 0 and lines[at].start in marked:
        at -= 1
    if at < 0 or at == i - 1 or lines[at].role != "bullet":
        return False
    sign = text[lines[i].start : bullet(text, lines[i].start, lines[i].end)].strip()
    return text[lines[at].start : bullet(text, lines[at].start, lines[at].end)].strip() == sign
