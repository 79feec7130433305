"""Undoing a known converter: the text it was given, found among all that it would have made this text of.

The words that the converter writes are turned round (资讯: 信息) and laid over the text as a lattice; every way through
a place is run forward again by the converter's own table, for a word may not be rewritten beside its neighbours (程序
in 司法程序); of those that come out as the text stands, the language model takes the likeliest. A form that stands in
the document again and again is read alike unless a place speaks clearly for something else.

Everything happens in Simplified letters, which have the length of the text. Decided against: running the converter's
whole chain for the check (its phrases decide spelling, which the character conversion undoes anyway, and loading them
costs more than all the rest).
"""

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from ingest.script import converters, usage
from ingest.traced import Certainty, Change

Score = Callable[[Sequence[tuple[str, str]]], list[float]]
"""Natural log-probabilities of some Simplified texts, each given with what stands before it."""

# Characters beside a place that the forward run sees, and those that the language model (of order four) can feel.
_BESIDE, _FELT = 7, 3
# Ways through one place that are looked at; a place has two or three.
_WAYS = 48
# Stretches whose readings are kept.
_KNOWN = 20_000
# A margin of so many nats makes a reading likely; a place that differs from its like in the document needs as much.
_SURE, _APART = 8.0, 1.0
# So much of what the language model says counts: it takes a word's characters for independent evidence, and knows its field not.
_MODEL = 0.7
# What it costs that a converter missed a word that it rewrites (its division into words went another way).
_MISSED = 6.0


class _Inverse(NamedTuple):
    forms: AhoCorasick
    before: tuple[tuple[str, ...], ...]
    forward: AhoCorasick
    made: tuple[str, ...]
    ways: dict[str, tuple[tuple[str, ...], bool]]
    """Readings of stretches met so far: there are hardly more of them than forms."""


class _Place(NamedTuple):
    start: int
    end: int
    ways: tuple[str, ...]
    single: bool
    """Whether one form makes the place, none that overlap."""
    odd: bool
    """Whether the converter would not have left standing what stands there."""


class _Beside(NamedTuple):
    """A place's readings and what stands beside it."""

    ways: tuple[str, ...]
    single: bool
    left: str
    right: str


@cache
def _inverse(letter: str) -> _Inverse:
    bit = converters.bit_of(letter)
    before: dict[str, list[str]] = {}
    forward: dict[str, str] = {}
    for word in converters.words():
        if word.writes & bit:
            before[word.form] = [form for form, by in word.before if by & bit]
        # A longer word that is made of what the converter writes (配置文件, where 文件 is what it writes for 文档) is no word
        # of its own, and shields nothing.
        if not word.refutes & bit and (not word.writes & bit or before[word.form]):
            forward.setdefault(word.form, word.form)
    for form, words in before.items():
        forward |= dict.fromkeys(words, form)
    written = [form for form, words in before.items() if words]
    return _Inverse(
        AhoCorasick(written),
        tuple(tuple(before[form]) for form in written),
        AhoCorasick(list(forward), matchkind=MatchKind.LeftmostLongest, store_patterns=False),
        tuple(forward.values()),
        {},
    )


def undo(text: str, simplified: str, verdict: converters.Verdict, score: Score) -> list[Change]:
    """The words back that the converter exchanged, as changes in the text's own offsets, `after` in Simplified letters."""
    table = _inverse(verdict.letter)
    places = [place for place in _places(simplified, table) if place.ways != (_at(place, simplified),)]
    if not places:
        return []
    taken = [place.ways[0] for place in places]
    margins = [0.0] * len(places)
    known: dict[_Beside, list[float]] = {}
    for _ in range(2):  # the second time beside words that are back already
        taken, margins = _chosen(simplified, places, taken, score, known)
    changes = []
    again = list(_beside(simplified, places, taken, _BESIDE))
    for place, way, margin, (left, right) in zip(places, taken, margins, again, strict=True):
        if way != _at(place, simplified):
            # The last check: forward over the text as it is now, its neighbours back as well.
            holds = _made(way, left, right, table) == _at(place, simplified)
            certainty: Certainty = "likely" if margin >= _SURE and holds else "guess"
            rule = f"localised:{text[place.start : place.end]}"
            others = "、".join(other for other in place.ways if other != way)
            note = f"{verdict.evidence}; {margin:.1f} nats before {others}" if others else verdict.evidence
            note += "; forward again it comes out so" if holds else "; forward again it comes out otherwise"
            changes.append(Change(place.start, place.end, way, rule, certainty, note))
    return changes


def _at(place: _Place, simplified: str) -> str:
    return simplified[place.start : place.end]


def _places(simplified: str, table: _Inverse) -> Iterator[_Place]:
    """The stretches where forms stand that the converter writes, each with its readings that come out as it stands."""
    found = sorted((start, end) for _, start, end in table.forms.find_matches_as_indexes(simplified, overlapping=True))
    low = reach = 0
    for start, end in [*found, (len(simplified), len(simplified))]:
        if reach and start >= reach:
            stays = simplified[low:reach]
            if stays not in table.ways:
                if len(table.ways) >= _KNOWN:
                    table.ways.clear()
                table.ways[stays] = _ways(stays, table)
            ways, single = table.ways[stays]
            made = {way: _forward(way, simplified, low, reach, table) for way in ways}
            kept = tuple(way for way in ways if made[way] or way == stays)
            yield _Place(low, reach, kept, single, not made.get(stays, False))
            reach = 0
        if not reach:
            low = start
        reach = max(reach, end)


def _ways(stretch: str, table: _Inverse) -> tuple[tuple[str, ...], bool]:
    """All that a stretch may have been, what stands there itself among them; and whether one form makes it."""
    begin: dict[int, list[tuple[int, int]]] = {}
    found = sorted((start, end, n) for n, start, end in table.forms.find_matches_as_indexes(stretch, overlapping=True))
    for start, end, n in found:
        begin.setdefault(start, []).append((end, n))
    ways: dict[int, list[str]] = {0: [""]}
    for at in range(len(stretch)):
        behind = ways.pop(at, [])[:_WAYS]
        if behind:
            ways.setdefault(at + 1, []).extend(way + stretch[at] for way in behind)
            for end, n in begin.get(at, ()):
                ways.setdefault(end, []).extend(way + word for way in behind for word in table.before[n])
    return tuple(dict.fromkeys(ways.get(len(stretch), [])[: 4 * _WAYS])), len(found) == 1


def _forward(way: str, simplified: str, low: int, high: int, table: _Inverse) -> bool:
    """Whether the converter, given the reading between its neighbours, makes of it what stands there."""
    left, right = simplified[max(0, low - _BESIDE) : low], simplified[high : high + _BESIDE]
    return _made(way, left, right, table) == simplified[low:high]


def _made(way: str, left: str, right: str, table: _Inverse) -> str | None:
    """What the converter makes of a reading between its neighbours; None where it takes one of them into a word with it."""
    begin, stop = len(left), len(left) + len(way)
    whole, made, at = left + way + right, "", begin
    for n, start, end in table.forward.find_matches_as_indexes(whole):
        if end <= begin or start >= stop:
            continue
        if start < begin or end > stop:
            return None
        made += whole[at:start] + table.made[n]
        at = end
    return made + whole[at:stop]


def _chosen(
    simplified: str, places: list[_Place], taken: list[str], score: Score, known: dict[_Beside, list[float]]
) -> tuple[list[str], list[float]]:
    """The likeliest reading of every place between its neighbours as taken so far, and its lead over the next.

    `known` are the scores of readings between neighbours that were asked for already.
    """
    contexts = [
        _Beside(place.ways, place.single, *sides)
        for place, sides in zip(places, _beside(simplified, places, taken), strict=True)
    ]
    new = [context for context in dict.fromkeys(contexts) if context not in known]
    windows = [(context.left, way + context.right) for context in new for way in context.ways]
    scored = iter(score(windows) if windows else [])
    for context in new:
        known[context] = [
            _MODEL * next(scored) + (usage.beside(way, context.left, context.right) if context.single else 0.0)
            for way in context.ways
        ]
    own = [
        [value - _MISSED * (way == stays) for value, way in zip(known[context], place.ways, strict=True)]
        if place.odd
        else known[context]
        for place, context, stays in zip(places, contexts, (_at(place, simplified) for place in places), strict=True)
    ]
    own = usage.in_its_field(own, [place.ways if place.single else () for place in places])
    together: dict[tuple[str, tuple[str, ...]], list[float]] = {}
    for place, values in zip(places, own, strict=True):
        key = (_at(place, simplified), place.ways)
        total = together.setdefault(key, [0.0] * len(values))
        for n, value in enumerate(values):
            total[n] += value
    ways, margins = [], []
    for place, values in zip(places, own, strict=True):
        total = together[_at(place, simplified), place.ways]
        usual = max(range(len(total)), key=total.__getitem__)
        best = max(range(len(values)), key=values.__getitem__)
        if best != usual and values[best] - values[usual] < _APART:
            best = usual
        rest = [value for n, value in enumerate(values) if n != best]
        ways.append(place.ways[best])
        margins.append(values[best] - max(rest) if rest else math.inf)
    return ways, margins


def _beside(simplified: str, places: list[_Place], taken: list[str], reach: int = _FELT) -> Iterator[tuple[str, str]]:
    """What stands left and right of every place, so many characters of it, once the others are read as taken."""
    parts: list[str] = []
    at = 0
    for place, way in zip(places, taken, strict=True):
        parts += (simplified[at : place.start], way)
        at = place.end
    parts.append(simplified[at:])
    whole = "".join(parts)
    at = 0
    for n, way in enumerate(taken):
        at += len(parts[2 * n])
        end = at + len(way)
        left, right = whole[max(0, at - reach) : at], whole[end : end + reach]
        if "\n" in left:
            left = left.rpartition("\n")[2]
        if "\n" in right:
            right = right.partition("\n")[0]
        yield left, right
        at = end
