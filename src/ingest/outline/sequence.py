"""Which candidates are the document's numbering: for each level the ordinal chain that explains the text best.

A pattern cannot tell `第十条` from `依照第十条规定`; the sequence can: where the tenth article must come, one of the
places that say so follows the ninth and precedes the eleventh. So each style's candidates are weighed by where they
stand, and the best chain through them is taken (one pass, Viterbi over the last number seen). Numbers may start anew
behind a fence (a marker of a higher rank), run on across it, or jump where an excerpt left something out; each costs
something, and less at the start of a line.
"""

from bisect import bisect_right
from collections.abc import Sequence, Set
from itertools import pairwise, zip_longest
from operator import attrgetter

from ingest.han import numerals
from ingest.han.markers import Style, enumerates
from ingest.outline.candidates import Marker
from ingest.outline.lines import COLONS
from ingest.patterns import pattern

_start = attrgetter("start")

# Places, from a line's own start to the middle of a sentence.
HARD, SOFT, STOPPED, SPACED, INSIDE = range(5)

_STOP = pattern(r"[。；：！？;!?\n]")
_PAUSE = pattern(r"[。；：！？，;!?,]")
_STOPS = f"。；{COLONS}！？;!?”」』）)】…"
_REFERRING = pattern(
    r"(?:依照|按照|根据|根據|依据|依據|违反|違反|参照|參照|适用|適用|符合|属于|屬於|本法|本条例|本條例|本办法|本辦法|本规定|本規定|"
    r"本章程|[》、和及与與或至到者除对對在有前由依因为為即是“「『（(《]|法|第[^，。；\n]{1,8}[款项項條条章节節编編])[^\S\n]?\n?$"
)
_REFERRED = pattern(
    r"[^\S\n]?(?:第?[之、至和及与與或以中的所，,。；;）)》”」]|规定|規定|"
    rf"[“「][^”」\n]{{1,24}}[”」][\u4e00-\u9fff]|第[{numerals.HAN}\d ]{{1,5}}[款项項目条條]|各[款项項]|所[列定称稱])"
)


def _counted(text: str, entry: Style, chosen: list[Marker]) -> list[Marker]:
    """The units of a style, without those that count nothing: 第一章讲到…… and （一）班的孩子…… begin a sentence.

    Headings stand out. A list is known by its rising, articles by following one another, or else by the blank behind them.
    """
    if entry.division and entry.kind != "article":
        near = [
            two.start - one.end <= 45 and not _PAUSE.search(text, one.end, two.start) for one, two in pairwise(chosen)
        ]
        heads = sum(_stands_out(text, c) or (i < len(near) and near[i]) for i, c in enumerate(chosen))
        return chosen if 2 * heads >= len(chosen) else []
    if entry.division:
        if chosen and chosen[0].number > 1 and 2 * sum(text[c.end : c.end + 1] in "，," for c in chosen) > len(chosen):
            return []  # 第十三条，要求…… speaks of articles
        follows = any(_follows(one, two) for one, two in pairwise(chosen))
        return chosen if follows else [c for c in chosen if text[c.end : c.end + 1].isspace()]
    if entry.id == "han-blank":  # a blank is no sign: such a count shows itself by beginning with one and two
        return chosen if [c.number for c in chosen[:2]] == [1, 2] else []
    rises = any(two.number > one.number for one, two in pairwise(chosen))
    return chosen if rises else [c for c in chosen if _alone(text, c)]


def _follows(one: Marker, two: Marker) -> bool:
    return two.number == one.number + 1 or (two.number == one.number and (two.suffix or 0) > (one.suffix or 0))


def _stands_out(text: str, marker: Marker) -> bool:
    """Whether a unit heads something: it is set off, or alone on its line."""
    return text[marker.end : marker.end + 1].isspace() or _alone(text, marker)


def _alone(text: str, marker: Marker) -> bool:
    """Whether no sentence ends or goes on in the line behind a marker (第一部分：投标邀请)."""
    start = marker.end + (marker.style.division and text[marker.end : marker.end + 1] in ("：", ":"))
    end = text.find("\n", start, start + 60)
    rest = text[start : start + 60] if end < 0 else text[start:end]
    if marker.style.division and marker.end < start:
        rest = rest.rstrip("？?")  # 第一部分：我们是谁？
    return not rest or ((end >= 0 or start + 60 >= len(text)) and not _STOP.search(rest))


def place(text: str, marker: Marker) -> int:
    """Where a candidate stands that no line begins with."""
    at = marker.start
    if not at:
        return HARD
    before = text[at - 1]
    if not before.isspace():
        return STOPPED if before in _STOPS else INSIDE
    back = at - 1
    while back and text[back].isspace() and text[back] != "\n":
        back -= 1
    if text[back] != "\n":
        return STOPPED if text[back] in _STOPS else SPACED
    # A wrap's line break says little where it stands in the middle of a sentence.
    while back and text[back].isspace():
        back -= 1
    return SOFT if marker.style.division or text[back] in _STOPS else SPACED


_BASE = (2.0, 0.6, -0.2, -0.7, -1.2)
_LATE = (0.9, 2.5, 3.0, 3.0, 3.0)  # a chain that does not start at one
_GAP = (0.7, 2.0, 2.6, 3.0, 3.5)
_ANEW = (1.0, 2.0, 2.2, 2.5, 3.0)  # starting again at one though no fence stands between
_LEAST = 0.3  # … behind a colon: what starting again costs at least
_NEXT = 1.5
_DEEPEST = 5  # counts around one of the same style that are kept in mind
_LINE = 1000  # characters between a first item behind a colon and the second
_BELOW = 0.2  # one that begins below an item that ends in a colon


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
    elif marker.style.id == "han" and enumerates(text, marker.end, marker.number):
        weight -= 3.0
    elif where == STOPPED and marker.number == 1 and text[marker.start - 1] in COLONS:
        weight += 0.6
    return weight


def _anew(text: str, marker: Marker, where: int) -> float:
    introduced = where == STOPPED and text[marker.start - 1] in COLONS
    return _LEAST if introduced else _ANEW[where]


def chain(
    text: str, candidates: Sequence[Marker], places: Sequence[int], fences: Sequence[int], walls: Sequence[int]
) -> list[int]:
    """Indices of the candidates (all of one style, in order) that form the numbering.

    `fences` are where a count may start anew, `walls` those of them that no count runs on across: a list ends with its
    article.
    """
    size = max([c.number for c in candidates], default=0) + 2
    scores: list[float] = []  # of the best chain that ends with each candidate
    back: list[int] = []
    top: dict[int, int] = {}  # by number the best end so far
    suffixed: dict[tuple[int, int], int] = {}  # by number and suffix, of units that may have one
    ends = _Prefix(size)  # the best end so far with a number up to some number, of those before `added`
    most, added = float("-inf"), 0
    best, best_at, fenced, fenced_at = 0.0, -1, 0.0, -1
    waiting: list[tuple[int, ...]] = []  # what the counts around each end, which it interrupts, go on with
    next_fence = wall = -1
    if not candidates:
        return []
    beyond, style = candidates[-1].end, candidates[0].style
    division, plain = style.division, not style.division and style.id != "han"
    for i, (marker, where) in enumerate(zip(candidates, places, strict=True)):
        number, suffix = marker.number, marker.suffix or 0
        if marker.start >= next_fence:
            fence = bisect_right(fences, marker.start)
            next_fence = fences[fence] if fence < len(fences) else beyond
            fenced, fenced_at = best, best_at
            now = bisect_right(walls, marker.start)
            if now != wall:
                wall = now
                top.clear()
                suffixed.clear()
                ends, most, added = _Prefix(size), float("-inf"), i
        anew = 0.0 if number == 1 and not suffix else _LATE[where] + 0.05 * min(number, 10)
        score, at = fenced - anew, fenced_at
        before = suffixed.get((number, suffix - 1), -1) if suffix else top.get(number - 1, -1)
        goes_on = scores[before] + _NEXT if before >= 0 else float("-inf")
        again = best - anew - _LEAST
        if again > score and again >= goes_on and (again := best - anew - _anew(text, marker, where)) > score:
            score, at = again, best_at
        if goes_on > score:
            score, at = goes_on, before
        around: tuple[int, ...] = ()
        if best_at >= 0 and where == HARD:
            if number == 1 and not suffix and best_at == i - 1:
                if best - _BELOW >= score and _opened(text, candidates[best_at], marker):
                    score, at = best - _BELOW, best_at
                if at == best_at and not division:
                    # A list that begins again may be inside of the one before, which then goes on behind it.
                    around = (*waiting[best_at][-_DEEPEST:], candidates[best_at].number + 1)
            elif number in waiting[best_at] and best + _NEXT > score:
                score, at = best + _NEXT, best_at
                around = waiting[best_at][: waiting[best_at].index(number)]
        if suffix > 1:
            before = top.get(number, -1)
            if before >= 0 and scores[before] - _GAP[where] > score:
                score, at = scores[before] - _GAP[where], before
        if most - _GAP[where] > score:
            while added < i:
                ends.add(candidates[added].number, scores[added], added)
                added += 1
            gap, before = ends.up_to(number - 1)
            if gap - _GAP[where] > score:
                score, at = gap - _GAP[where], before
        score += _BASE[HARD] if plain and where == HARD else _weight(text, marker, where)
        scores.append(score)
        back.append(at)
        waiting.append(around or (waiting[at] if at >= 0 and number == candidates[at].number + 1 else ()))
        before = top.get(number, -1)
        if before < 0 or score > scores[before]:
            top[number] = i
        if division:
            before = suffixed.get((number, suffix), -1)
            if before < 0 or score > scores[before]:
                suffixed[number, suffix] = i
        if score > most:
            most = score
        if score > best:
            best, best_at = score, i
    out = []
    while best_at >= 0:
        out.append(best_at)
        best_at = back[best_at]
    return out[::-1]


def _opened(text: str, above: Marker, marker: Marker) -> bool:
    """Whether a marker begins a list below the item on the line before it, which ends in a colon (1. 如下：, and 1. below it)."""
    end = text.rfind("\n", above.end, marker.start)
    return end >= 0 and text[above.end : end].rstrip()[-1:] in tuple(COLONS) and not text[end : marker.start].strip()


class _Prefix:
    """The best of the scores added under numbers up to a given one (a Fenwick tree over numbers, as sparse as they are)."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._nodes: dict[int, tuple[float, int]] = {}

    def up_to(self, number: int) -> tuple[float, int]:
        """The best score under numbers up to this one, and what it was added for."""
        best = float("-inf"), -1
        number += 1
        while number > 0:
            best = max(best, self._nodes.get(number, best))
            number -= number & -number
        return best

    def add(self, number: int, score: float, at: int) -> None:
        """Adds a score under a number."""
        nodes = self._nodes
        number += 1  # zero may be printed
        while number <= self._size:
            # What is no better here is no better above either.
            if number in nodes and score <= nodes[number][0]:
                break
            nodes[number] = score, at
            number += number & -number


def choose(text: str, candidates: Sequence[Marker], starts: Set[int], borders: Sequence[int] = ()) -> list[Marker]:
    """The numbering of a text: divisions first, then each list style inside what they fence off.

    `starts` are where logical lines begin, `borders` where components do, in which every count starts anew.
    """
    by_style: dict[str, list[Marker]] = {}
    ordered = sorted(starts)
    for candidate in candidates:
        by_style.setdefault(candidate.style.id, []).append(candidate)
    accepted: list[Marker] = []
    for mine in sorted(by_style.values(), key=lambda found: (found[0].style.rank, found[0].style.id)):
        entry = mine[0].style
        if entry.lined:
            mine = [marker for marker in mine if marker.start in starts]
        above = [a for a in accepted if a.style.rank < entry.rank]
        ends = [a.end for a in above]
        places = []
        for marker in mine:
            if marker.start in starts:
                places.append(HARD)
                continue
            where = place(text, marker)
            if where > STOPPED and above:
                before = bisect_right(ends, marker.start) - 1
                near = 60 if above[before].style.kind != "article" else 2
                if (
                    before >= 0
                    and marker.start - ends[before] <= near
                    and not _STOP.search(text, ends[before], marker.start)
                ):
                    # Right behind the heading of the unit that encloses it, or behind nothing but its marker.
                    where = STOPPED if text[ends[before] : marker.start].strip() else SOFT
            places.append(where)
        if not entry.division and STOPPED in places:
            places = _running(text, mine, places, accepted, ordered)
            lined = places.count(HARD)
            if lined >= 3 and lined >= places.count(STOPPED):
                # Where lists stand on lines of their own, what runs inside a sentence is part of the sentence.
                filling = _filling(text, mine, places)
                places = [INSIDE if where == STOPPED and i not in filling else where for i, where in enumerate(places)]
        fences = sorted([*[a.start for a in above], *borders])
        walls = borders if entry.division else sorted([*[a.start for a in above if a.style.division], *borders])
        chosen = [mine[i] for i in chain(text, mine, places, fences, walls)]
        if entry.division or not accepted or entry.lined:
            chosen = _counted(text, entry, chosen)
        chosen = [c for k, c in enumerate(chosen) if not (k and chosen[k - 1].end > c.start)]
        if accepted:
            chosen = _apart(chosen, accepted)
        if not entry.division:
            chosen = _several(chosen, starts)
        accepted += chosen
        accepted.sort(key=_start)
    return accepted


def _filling(text: str, mine: Sequence[Marker], places: Sequence[int]) -> set[int]:
    """Which candidates fill a gap in a list that stands on lines of its own: 六、 behind the last sentence of 五、 where 七、 begins
    the next line, and 1. behind a colon where 2. does."""
    out: set[int] = set()
    before = -1
    lined = [i for i, where in enumerate(places) if where == HARD]
    for one, two in pairwise([-1, *lined]):
        before = mine[one].number if one >= 0 else 0
        for i in range(one + 1, two):
            marker = mine[i]
            if places[i] != STOPPED or marker.number + 1 != mine[two].number:
                continue
            sign = text[max(0, marker.start - 40) : marker.start].rstrip(" \u3000\xa0")[-1:]
            gap = mine[two].start - marker.end
            if marker.number == 1 and sign in COLONS and gap <= _LINE:
                if text.count("\n", marker.end, mine[two].start) == 1:
                    out.add(i)
            elif marker.number == before + 1 and marker.number > 1 and sign == "。":
                out.add(i)
    return out


def _several(chosen: Sequence[Marker], starts: Set[int]) -> list[Marker]:
    """The units of a list without a first one inside of a line that no second one follows: it counts nothing."""
    return [
        c for c, after in zip_longest(chosen, chosen[1:])
        if c.number != 1 or c.start in starts or (after is not None and after.number == 2)
    ]  # fmt: skip


def _apart(chosen: Sequence[Marker], accepted: Sequence[Marker]) -> list[Marker]:
    """The markers that share no characters with those that were accepted; both stand in order and apart."""
    out: list[Marker] = []
    at = 0
    for marker in chosen:
        while at < len(accepted) and accepted[at].end <= marker.start:
            at += 1
        if at == len(accepted) or accepted[at].start >= marker.end:
            out.append(marker)
    return out


def _running(
    text: str, mine: Sequence[Marker], places: list[int], accepted: Sequence[Marker], starts: Sequence[int]
) -> list[int]:
    """The places of list markers, those INSIDE that a paragraph counts up from one in the middle of its text.

    A list that has lost its line breaks follows a marker, or a sentence or two introduce it; where a paragraph without
    a marker has said more than that before (a further paragraph of a unit, a sentence and what introduces the list), it is the
    paragraph's own. In a text of one line nothing is known, nor of the
    outermost count.
    """
    if len(starts) < 8 or not accepted:
        return places
    out = list(places)
    heads = [a.start for a in accepted]
    line = -1
    inside = False
    for i, marker in enumerate(mine):
        if places[i] != STOPPED:
            continue
        upto = bisect_right(starts, marker.start)
        at = starts[upto - 1]
        if at != line:
            line = at
            after = mine[i + 1] if i + 1 < len(mine) else None
            beside = after is not None and after.number == 2 and (upto == len(starts) or after.start < starts[upto])
            before = bisect_right(heads, marker.start) - 1
            unmarked = before < 0 or (heads[before] < at and accepted[before].style.kind != "article")
            said = text.count("。", at, marker.start)
            further = upto > 1 and before >= 0 and starts[upto - 2] > heads[before]  # not right below a marker's line
            inside = marker.number == 1 and beside and unmarked and said > (0 if further else 1)
        if inside:
            out[i] = INSIDE
    return out
