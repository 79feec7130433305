"""Which units of two texts are the same unit: in order, by how alike their words are.

Joining by identifier pairs different articles wherever one was put in or taken out. So units are aligned as lines of two
files are: first those whose words are equal and stand once in each text, in the longest run that keeps their order
(patience diff, after Bram Cohen); between them by likeness, as sequences are aligned (Needleman and Wunsch); what is left
over on both sides and is alike all the same has moved.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

ALIKE = 0.5
"""Likeness (Dice, over pairs of characters) from which two units in order may be one."""
MOVED = 0.8
"""The same for units out of order, where more has to speak for it."""
MOST = 250_000
"""Pairs of units that are compared in one gap; in a larger one only equal units are paired."""


class Pair(NamedTuple):
    """A unit of the old text and one of the new, by number; None where there is none. `moved`: out of order."""

    old: int | None
    new: int | None
    moved: bool = False


NAMED = 0.3
"""What one number adds to the likeness of two units in order: an article rewritten is the same article."""


def align(
    old: Sequence[str], new: Sequence[str], names: tuple[Sequence[str | None], Sequence[str | None]] | None = None
) -> list[Pair]:
    """The units of two texts, in the order of the new one, a unit that is gone behind the one it stood behind.

    `names` are the printed numbers of the old units and of the new ones.
    """
    known = names or ([None] * len(old), [None] * len(new))
    anchors = _anchors(old, new)
    pairs: list[Pair] = []
    at = (0, 0)
    for i, j in [*anchors, (len(old), len(new))]:
        pairs += _gap(old, new, at, (i, j), known)
        if i < len(old):
            pairs.append(Pair(i, j))
        at = (i + 1, j + 1)
    return _moves(pairs, old, new)


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Equal units that stand once in each text, the longest run of them that is in order in both."""
    once = {text for text, n in Counter(old).items() if n == 1} & {text for text, n in Counter(new).items() if n == 1}
    where = {text: j for j, text in enumerate(new) if text in once}
    found = [(i, where[text]) for i, text in enumerate(old) if text in once]
    # The longest rising run: `ends[k]` is the least last number of a run of k + 1.
    ends: list[int] = []
    last: list[int] = []
    before: list[int] = []
    for n, (_, j) in enumerate(found):
        k = bisect_left(ends, j)
        before.append(last[k - 1] if k else -1)
        if k == len(ends):
            ends.append(j)
            last.append(n)
        else:
            ends[k], last[k] = j, n
    out: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        out.append(found[at])
        at = before[at]
    return out[::-1]


def _gap(
    old: Sequence[str],
    new: Sequence[str],
    low: tuple[int, int],
    high: tuple[int, int],
    names: tuple[Sequence[str | None], Sequence[str | None]],
) -> list[Pair]:
    """The units between two anchors, aligned by likeness."""
    rows, columns = range(low[0], high[0]), range(low[1], high[1])
    if not rows or not columns:
        return [*(Pair(i, None) for i in rows), *(Pair(None, j) for j in columns)]
    few = len(rows) * len(columns) <= MOST
    grams = {text: Counter(_grams(text)) for text in {*(old[i] for i in rows), *(new[j] for j in columns)}}
    width = len(columns)
    best = [0.0] * (width + 1)
    ways: list[bytearray] = []
    for i in rows:
        now = [0.0] * (width + 1)
        way = bytearray(width + 1)
        for k, j in enumerate(columns, 1):
            same = likeness(grams[old[i]], grams[new[j]]) if few else float(old[i] == new[j])
            if few and names[0][i] and names[0][i] == names[1][j]:
                same += NAMED
            up, left = best[k], now[k - 1]
            diagonal = best[k - 1] + same if same >= ALIKE else -1.0
            now[k], way[k] = max((up, 1), (left, 2), (diagonal, 3))
        best = now
        ways.append(way)
    out: list[Pair] = []
    n, k = len(ways), width
    while n and k:
        way_here = ways[n - 1][k]
        if way_here == 3:
            n, k = n - 1, k - 1
            out.append(Pair(rows[n], columns[k]))
        elif way_here == 1:
            n -= 1
            out.append(Pair(rows[n], None))
        else:
            k -= 1
            out.append(Pair(None, columns[k]))
    out += [Pair(rows[m], None) for m in range(n - 1, -1, -1)]
    out += [Pair(None, columns[m]) for m in range(k - 1, -1, -1)]
    return out[::-1]


def _moves(pairs: Sequence[Pair], old: Sequence[str], new: Sequence[str]) -> list[Pair]:
    """Pairs what is left over on both sides and much alike: it stands elsewhere now."""
    gone = [p.old for p in pairs if p.old is not None and p.new is None and old[p.old]]
    come = [p.new for p in pairs if p.new is not None and p.old is None and new[p.new]]
    equal: dict[str, list[int]] = defaultdict(list)
    for i in reversed(gone):
        equal[old[i]].append(i)
    found: dict[int, int] = {}
    for j in come:
        if equal.get(new[j]):
            found[j] = equal[new[j]].pop()
    left = [i for i in gone if i not in set(found.values())]
    if len(left) * len(come) <= MOST:
        grams = {text: Counter(_grams(text)) for text in {*(old[i] for i in left), *(new[j] for j in come)}}
        for j in come:
            if j in found or not left:
                continue
            same, negative = max((likeness(grams[old[i]], grams[new[j]]), -i) for i in left)
            if same >= MOVED and len(new[j]) >= 6:
                found[j] = -negative
                left.remove(-negative)
    taken = set(found.values())
    return [
        Pair(found[p.new], p.new, True) if p.new is not None and p.new in found else p
        for p in pairs
        if not (p.new is None and p.old in taken)
    ]


def _grams(text: str) -> list[str]:
    return [text[n : n + 2] for n in range(len(text) - 1)] or [text]


def likeness(a: Counter[str], b: Counter[str]) -> float:
    """How much two texts have in common, from 0 to 1: Dice's coefficient over their pairs of characters."""
    if len(b) < len(a):
        a, b = b, a
    common = sum(min(n, b[gram]) for gram, n in a.items() if gram in b)
    whole = a.total() + b.total()
    return 2 * common / whole if whole else 1.0
