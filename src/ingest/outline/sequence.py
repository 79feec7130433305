"""Which candidates are the document's numbering: for each level the ordinal chain that explains the text best.

A pattern cannot tell `第十条` from `依照第十条规定`; the sequence can: where the tenth article must come, one of the
places that say so follows the ninth and precedes the eleventh. So each style's candidates are weighed by where they
stand, and the best chain through them is taken (one pass, Viterbi over the last number seen). Numbers may start anew
behind a fence (a marker of a higher rank), run on across it, or jump where an excerpt left something out; each costs
something, and less at the start of a line.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from ingest.outline.markers import Marker

# Places, from a line's own start to the middle of a sentence.
HARD, SOFT, STOPPED, SPACED, INSIDE = range(5)

_STOPS = "。；：！？;:!?”」』）)】…"
_REFERRING = re.compile(
    r"(?:依照|按照|根据|根據|依据|依據|违反|違反|参照|參照|适用|適用|符合|属于|屬於|本法|本条例|本條例|本办法|本辦法|本规定|本規定|"
    r"本章程|[》、和及与與或至到者除对對在有前由依因为為即是“「『（(《]|法|第[^，。；\n]{1,8}[款项項條条])[^\S\n]?$"
)
_REFERRED = re.compile(
    r"[^\S\n]?(?:第?[之、至和及与與或以中的所，,。；;）)》”」]|规定|規定|"
    r"第[一二三四五六七八九十百\d ]{1,5}[款项項目条條]|各[款项項]|所[列定称稱])"
)


class _Step(NamedTuple):
    score: float
    at: int


def place(text: str, marker: Marker, starts: frozenset[int] | set[int]) -> int:
    """Where a candidate stands."""
    at = marker.start
    if at in starts:
        return HARD
    before = text[at - 1]
    if before == "\n":
        return SOFT
    if before.isspace():
        back = at - 1
        while back and text[back].isspace() and text[back] != "\n":
            back -= 1
        if text[back] == "\n":
            return SOFT
        return STOPPED if text[back] in _STOPS else SPACED
    return STOPPED if before in _STOPS else INSIDE


_BASE = (2.0, 0.6, -0.2, -0.7, -1.2)
_START = (0.0, 0.0, 0.0, 0.0, 0.0)
_LATE = (0.9, 2.5, 3.0, 3.0, 3.0)  # a chain that does not start at one
_GAP = (0.7, 2.0, 2.6, 3.0, 3.5)
_ANEW = (1.0, 2.0, 2.2, 2.5, 3.0)  # starting again at one though no fence stands between
_NEXT = 1.5


def _weight(text: str, marker: Marker, where: int) -> float:
    weight = _BASE[where]
    if marker.style.division:
        after = text[marker.end : marker.end + 1]
        if after.isspace() and after != "\n":
            weight += 1.0
        if where != HARD and _REFERRING.search(text, max(0, marker.start - 12), marker.start):
            weight -= 3.0
        if _REFERRED.match(text, marker.end):
            weight -= 2.5 if where != HARD else 1.6
    elif where == INSIDE:
        weight -= 5.0
    return weight


def chain(text: str, candidates: Sequence[Marker], places: Sequence[int], fences: Sequence[int]) -> list[int]:
    """Indices of the candidates (all of one style, in order) that form the numbering.

    `fences` are where a count may start anew.
    """
    if not candidates:
        return []
    top: dict[tuple[int, int], _Step] = {}
    size = max(c.number for c in candidates) + 2
    tree = [_Step(float("-inf"), -1)] * (size + 1)  # best chain end by number, prefix maxima
    best, fenced = _Step(0.0, -1), _Step(0.0, -1)
    back: list[int] = []
    fence = -1
    for i, marker in enumerate(candidates):
        where, number, suffix = places[i], marker.number, marker.suffix or 0
        now = bisect_right(fences, marker.start) - 1
        if now != fence:
            fence, fenced = now, best
        anew = 0.0 if number == 1 and not suffix else _LATE[where] + 0.05 * min(number, 10)
        options = [_Step(fenced.score - anew, fenced.at), _Step(best.score - anew - _ANEW[where], best.at)]
        if suffix:
            before = top.get((number, suffix - 1)) or top.get((number, 0))
        else:
            before = top.get((number - 1, -1))
        if before:
            options.append(_Step(before.score + _NEXT, before.at))
        gap = _Step(float("-inf"), -1)
        n = number - 1
        while n > 0:
            gap = max(gap, tree[n])
            n -= n & -n
        if gap.at >= 0:
            options.append(_Step(gap.score - _GAP[where], gap.at))
        chosen = max(options)
        score = _Step(chosen.score + _weight(text, marker, where), i)
        back.append(chosen.at)
        for key in ((number, suffix), (number, -1)):
            if key not in top or score > top[key]:
                top[key] = score
        n = number
        while n <= size:
            if score > tree[n]:
                tree[n] = score
            n += n & -n
        if score.score > best.score:
            best = score
    out, i = [], best.at
    while i >= 0:
        out.append(i)
        i = back[i]
    return out[::-1]


def choose(text: str, candidates: Sequence[Marker], starts: set[int]) -> list[Marker]:
    """The numbering of a text: divisions first, then each list style inside what they fence off."""
    styles = sorted({c.style for c in candidates}, key=lambda s: (s.rank, s.id))
    accepted: list[Marker] = []
    taken: set[int] = set()
    for entry in styles:
        mine = [c for c in candidates if c.style is entry]
        places = [place(text, c, starts) for c in mine]
        fences = sorted(a.start for a in accepted if a.style.rank < entry.rank)
        for i in chain(text, mine, places, fences):
            if mine[i].start not in taken:
                accepted.append(mine[i])
                taken.add(mine[i].start)
    return sorted(accepted)
