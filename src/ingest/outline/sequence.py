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
from ingest.outline.numerals import value

# Places, from a line's own start to the middle of a sentence.
HARD, SOFT, STOPPED, SPACED, INSIDE = range(5)

_STOP = re.compile(r"[。；：！？;!?\n]")
_STOPS = "。；：！？;:!?”」』）)】…"
_REFERRING = re.compile(
    r"(?:依照|按照|根据|根據|依据|依據|违反|違反|参照|參照|适用|適用|符合|属于|屬於|本法|本条例|本條例|本办法|本辦法|本规定|本規定|"
    r"本章程|[》、和及与與或至到者除对對在有前由依因为為即是“「『（(《]|法|第[^，。；\n]{1,8}[款项項條条])[^\S\n]?$"
)
_REFERRED = re.compile(
    r"[^\S\n]?(?:第?[之、至和及与與或以中的所，,。；;）)》”」]|规定|規定|"
    r"第[一二三四五六七八九十百\d ]{1,5}[款项項目条條]|各[款项項]|所[列定称稱])"
)
_ENUMERATED = re.compile(r"[一二三四五六七八九十](?![〇零一二三四五六七八九十百])")


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
    elif marker.style.id == "han" and _ENUMERATED.match(text, marker.end):
        weight -= 3.0 * (value(text[marker.end]) == marker.number + 1)  # 一、二年级: no marker but an enumeration
    elif where == STOPPED and marker.number == 1 and text[marker.start - 1] in "：:":
        weight += 0.6
    return weight


def _anew(text: str, marker: Marker, where: int) -> float:
    introduced = where == STOPPED and text[marker.start - 1] in "：:"
    return 0.3 if introduced else _ANEW[where]


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
        options = [
            _Step(fenced.score - anew, fenced.at),
            _Step(best.score - anew - _anew(text, marker, where), best.at),
        ]
        before = top.get((number, suffix - 1) if suffix else (number - 1, -1))
        if suffix > 1 and (number, -1) in top:
            options.append(_Step(top[number, -1].score - _GAP[where], top[number, -1].at))
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


def choose(text: str, candidates: Sequence[Marker], starts: set[int], borders: Sequence[int] = ()) -> list[Marker]:
    """The numbering of a text: divisions first, then each list style inside what they fence off.

    `starts` are where logical lines begin, `borders` where components do, in which every count starts anew.
    """
    styles = sorted({c.style for c in candidates}, key=lambda s: (s.rank, s.id))
    accepted: list[Marker] = []
    for entry in styles:
        mine = [c for c in candidates if c.style is entry]
        above = [a for a in accepted if a.style.rank < entry.rank]
        ends = [a.end for a in above]
        places = []
        for marker in mine:
            where = place(text, marker, starts)
            if where > STOPPED and above:
                before = bisect_right(ends, marker.start) - 1
                near = 60 if above[before].style.kind != "article" else 2
                if (
                    before >= 0
                    and marker.start - ends[before] <= near
                    and not _STOP.search(text, ends[before], marker.start)
                ):
                    where = STOPPED  # right behind the heading of the unit that encloses it
            places.append(where)
        if not entry.division:
            lined = sum(where == HARD for where in places)
            if lined >= 3 and lined >= sum(where == STOPPED for where in places):
                # Where lists stand on lines of their own, what runs inside a sentence is part of the sentence.
                places = [INSIDE if where == STOPPED else where for where in places]
        fences = sorted([*(a.start for a in above), *borders])
        taken = {(a.start, a.end) for a in accepted}
        chosen = [mine[i] for i in chain(text, mine, places, fences)]
        accepted = sorted(accepted + [c for c in chosen if not _covered(c, taken)])
    return accepted


def _covered(marker: Marker, taken: set[tuple[int, int]]) -> bool:
    return any((marker.start, end) in taken for end in range(marker.start, marker.end + 6))
