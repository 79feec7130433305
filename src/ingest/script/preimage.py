"""Undoing a known converter: the text it was given, found among all that it would have made this text of.

The words that the converter writes are turned round (资讯: 信息) and laid over the text as a lattice; every way through
a place is run forward again by the converter's own table, for a word may not be rewritten beside its neighbours (程序
in 司法程序); of those that come out as the text stands, the language model takes the likeliest. A form that stands in
the document again and again is read alike unless a place speaks clearly for something else.

Everything happens in Simplified letters, which have the length of the text. Decided against: running the converter's
whole chain for the check (its phrases decide spelling, which the character conversion undoes anyway, and loading them
costs more than all the rest).
"""

import itertools
import math
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from ingest.script import converters
from ingest.script.undecided import Place, Score
from ingest.traced import Certainty, Change

# Characters beside a place that the forward run sees.
_BESIDE = 7
# Ways through one place that are looked at; a place has two or three.
_WAYS = 48
# Stretches whose readings are kept.
_KNOWN = 20_000
# A margin of so many nats makes a reading likely, in a text with so many kinds of the converter's words.
_SURE, _KINDS = 8.0, 5
# A form that is so seldom on the mainland, beside what it was made of, in the mean of the fields that have met so many of
# both, shows that words were exchanged.
_SELDOM, _SEEN = 2.4, 5


class _Inverse(NamedTuple):
    forms: AhoCorasick
    before: tuple[tuple[str, ...], ...]
    forward: AhoCorasick
    made: tuple[str, ...]
    inside: frozenset[str]
    """Pairs of characters within what the converter rewrites or leaves as a word: where two readings meet in no such pair,
    what it makes of one is the same beside any."""
    ways: dict[str, "_Ways"]
    """Readings of stretches met so far: there are hardly more of them than forms."""
    alone: dict[str, str]
    """What it makes of readings by themselves."""


class _Ways(NamedTuple):
    """All that a stretch may have been."""

    all: tuple[str, ...]
    """What stands there itself among them."""
    single: bool
    """Whether one form makes it, none that overlap."""
    kept: tuple[str, ...]
    """Those that come out as it stands, beside neighbours that meet them in no word, and what stands there itself."""
    odd: bool
    firsts: tuple[str, ...]
    """With what characters they begin, and end."""
    lasts: tuple[str, ...]


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
        frozenset(form[at : at + 2] for form in forward for at in range(len(form) - 1)),
        {},
        {},
    )


def undo(text: str, simplified: str, verdict: converters.Verdict, score: Score) -> list[Change]:
    """The words back that the converter exchanged, as changes in the text's own offsets, `after` in Simplified letters."""
    table = _inverse(verdict.letter)
    places, taken, margins = _taken(simplified, verdict.letter, score)
    if not places:
        return []
    from ingest.script import weighing  # brings numpy: only where there is a choice

    changes = []
    sure, evidence = verdict.kinds >= _KINDS, verdict.evidence
    again = weighing.beside(simplified, places, taken, _BESIDE)
    for place, way, margin, (left, right) in zip(places, taken, margins, again, strict=True):
        if way != _at(place, simplified):
            # The last check: forward over the text as it is now, its neighbours back as well.
            holds = _made(way, left, right, table) == _at(place, simplified)
            certainty: Certainty = "likely" if margin >= _SURE and sure and holds else "guess"
            rule = f"localised:{text[place.start : place.end]}"
            others = "、".join(other for other in place.ways if other != way)
            note = f"{evidence}; {margin:.1f} nats before {others}" if others else evidence
            note += "; forward again it comes out so" if holds else "; forward again it comes out otherwise"
            changes.append(Change(place.start, place.end, way, rule, certainty, note))
    return changes


def lead(simplified: str, verdict: converters.Verdict, score: Score) -> float:
    """By how many nats what the converter was given leads over what stands there: each form once, where it leads least.

    Words that the mainland has as well (资料 beside 数据) count nothing.
    """
    letter = verdict.letter
    if not any(_tells(_at(place, simplified), way) for place in _chosen(simplified, letter) for way in place.ways):
        return 0.0
    leads: dict[str, float] = {}
    for place, way, margin in zip(*_taken(simplified, letter, score), strict=True):
        form = _at(place, simplified)
        leads[form] = min(margin if _tells(form, way) else 0.0, leads.get(form, math.inf))
    return math.fsum([value for value in leads.values() if value < math.inf])


@lru_cache(maxsize=_KNOWN)
def _tells(form: str, way: str) -> bool:
    """Whether a form says that it was exchanged, if it was made of something."""
    usual = converters.usual()
    counts = itertools.zip_longest(usual.get(form, ()), usual.get(way, ()), fillvalue=0)
    seldom = [converters.seldom(*some) for some in counts if sum(some) >= _SEEN]
    return way != form and math.fsum(seldom) >= _SELDOM * len(seldom)


@lru_cache(maxsize=1)  # asked whether it explains a text, and what it was given
def _taken(simplified: str, letter: str, score: Score) -> tuple[list[Place], list[str], list[float]]:
    """The places where there is a choice, the reading that each takes, and its lead over the next."""
    places = _chosen(simplified, letter)
    if not places:
        return [], [], []
    from ingest.script import weighing

    taken, margins = weighing.Choice(simplified, places, score).made()
    return places, taken, margins


@lru_cache(maxsize=1)
def _chosen(simplified: str, letter: str) -> list[Place]:
    """The places where there is a choice."""
    return [place for place in _places(simplified, _inverse(letter)) if place.ways != (_at(place, simplified),)]


def _at(place: Place, simplified: str) -> str:
    return simplified[place.start : place.end]


def _places(simplified: str, table: _Inverse) -> Iterator[Place]:
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
            ways = table.ways[stays]
            if _meets(ways, simplified[low - 1 : low], simplified[reach : reach + 1], table.inside):
                made = {way: _forward(way, simplified, low, reach, table) for way in ways.all}
                kept = tuple(way for way in ways.all if made[way] or way == stays)
                yield Place(low, reach, kept, ways.single, not made.get(stays, False))
            else:
                yield Place(low, reach, ways.kept, ways.single, ways.odd)
            reach = 0
        if not reach:
            low = start
        reach = max(reach, end)


def _meets(ways: _Ways, left: str, right: str, inside: frozenset[str]) -> bool:
    """Whether some reading meets what stands beside it in a pair of characters that is within a word."""
    for character in ways.firsts:  # asked for every place, where generators are dear
        if left + character in inside:
            return True
    return any(character + right in inside for character in ways.lasts)


def _ways(stretch: str, table: _Inverse) -> _Ways:
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
    every = tuple(dict.fromkeys(ways.get(len(stretch), [])[: 4 * _WAYS]))
    made = {way: _made(way, "", "", table) == stretch for way in every}
    kept = tuple(way for way in every if made[way] or way == stretch)
    firsts, lasts = (tuple(dict.fromkeys(edge)) for edge in ([way[:1] for way in every], [way[-1:] for way in every]))
    return _Ways(every, len(found) == 1, kept, not made.get(stretch, False), firsts, lasts)


def _forward(way: str, simplified: str, low: int, high: int, table: _Inverse) -> bool:
    """Whether the converter, given the reading between its neighbours, makes of it what stands there."""
    left, right = simplified[max(0, low - _BESIDE) : low], simplified[high : high + _BESIDE]
    return _made(way, left, right, table) == simplified[low:high]


def _made(way: str, left: str, right: str, table: _Inverse) -> str | None:
    """What the converter makes of a reading between its neighbours; None where it takes one of them into a word with it."""
    if left[-1:] + way[:1] not in table.inside and way[-1:] + right[:1] not in table.inside:
        left = right = ""
        if way in table.alone:
            return table.alone[way]
    begin, stop = len(left), len(left) + len(way)
    whole, made, at = left + way + right, "", begin
    for n, start, end in table.forward.find_matches_as_indexes(whole):
        if end <= begin or start >= stop:
            continue
        if start < begin or end > stop:
            return None
        made += whole[at:start] + table.made[n]
        at = end
    made += whole[at:stop]
    if not left and not right and len(table.alone) < _KNOWN:
        table.alone[way] = made
    return made
