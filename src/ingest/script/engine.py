"""Dictionary conversion: what opencc-python-reimplemented computes, byte for byte, at many times its speed.

The package cuts the text at punctuation and in each segment takes the longest key found *anywhere*, the leftmost of
equals, then goes on left and right of it. (The C++ OpenCC walks from left to right: the two differ.) Walking all
lengths over every segment is what makes it slow. The same result comes from looking only where two characters stand
together that begin some key: a sieve of pairs finds the places, an index by the first two characters confirms them, and
since keys that do not overlap do not influence each other, the order of the package
(longest first, then leftmost) has to be kept only inside a cluster of keys that overlap. No key contains a separator
(those that do can never match in the package and are dropped here), so the text need not be cut at all. `leftmost`
settles a cluster as the C++ OpenCC does: from left to right, at each place the longest.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from ahocorasick_rs import AhoCorasick, MatchKind

from ingest.patterns import pattern
from ingest.script import points

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Meaning = TypeVar("Meaning")

Parted = Callable[[str, Sequence[tuple[int, int, str]]], list[int]]
"""For stretches of a text that look like words, each with what it would become: places within those that are none, where
words part."""

# The package's separators: a key with one of them never matches.
_SEPARATOR = pattern(
    r"[\s\-,.?!*　，。、；：？！…“”‘’『』「」﹁﹂—－（）《》〈〉～．／＼︒︑︔︓︿﹀︹︺︙︐［﹇］﹈︕︖︰︳︴︽︾︵︶｛︷｝︸﹃﹄【︻】︼]"
)


class Match(NamedTuple):
    """A key found at `text[start:end]` and its value."""

    start: int
    end: int
    value: str


class Finder:
    """Finds the keys of one dictionary in a text; where they overlap the longest wins, or with `leftmost` the first."""

    def __init__(self, keys: Iterable[str], leftmost: bool = False) -> None:
        self._order = _by_place if leftmost else _by_length
        keys = list(keys)
        self._sieve = points.Sieve(keys)
        lengths: dict[str, set[int]] = {}
        for key in keys:
            lengths.setdefault(key[:2], set()).add(len(key))
        self._singles = {key for key in lengths if len(key) == 1}
        self._lengths = {pair: tuple(sorted(some, reverse=True)) for pair, some in lengths.items() if len(pair) == 2}

    def find(self, text: str, table: dict[str, str]) -> list[Match]:
        """The matches in `text`, in order, none overlapping; `table` gives the values of the keys."""
        lengths, singles = self._lengths, self._singles
        out: list[Match] = []
        cluster: list[Match] = []
        reach = 0
        for start in self._sieve.places(text):
            found = lengths.get(text[start : start + 2], ())
            for length in (*found, 1) if text[start] in singles else found:
                end = start + length
                key = text[start:end]
                if key in table and len(key) == length:
                    if start >= reach and cluster:
                        out += cluster if len(cluster) == 1 else _settled(cluster, self._order)
                        cluster = []
                    cluster.append(Match(start, end, table[key]))
                    reach = max(reach, end)
        if cluster:
            out += cluster if len(cluster) == 1 else _settled(cluster, self._order)
        return out


class Lexicon(Generic[Meaning]):
    """Words and what each means, found in one pass over a text; where they overlap, the leftmost and then the longest."""

    def __init__(self, table: Mapping[str, Meaning]) -> None:
        self._meanings = list(table.values())
        self._automaton = AhoCorasick(list(table), matchkind=MatchKind.LeftmostLongest, store_patterns=False)

    def find(self, text: str) -> list[tuple[int, int, Meaning]]:
        """Start, end and meaning of every word that stands in the text, in order."""
        return [(start, end, self._meanings[n]) for n, start, end in self._automaton.find_matches_as_indexes(text)]


def _by_length(match: Match) -> tuple[int, int]:
    return match.start - match.end, match.start


def _by_place(match: Match) -> tuple[int, int]:
    return match.start, match.start - match.end


def _settled(cluster: list[Match], order: Callable[[Match], tuple[int, int]]) -> list[Match]:
    """Of matches that overlap, those that stand first in an order and leave room for one another."""
    low = cluster[0].start
    taken = bytearray(max(match.end for match in cluster) - low)
    kept = []
    for match in sorted(cluster, key=order):
        start, end = match.start - low, match.end - low
        # Longer ones are placed first, or those further left, so an overlap always shows at one of the two ends.
        if not taken[start] and not taken[end - 1]:
            taken[start:end] = b"\1" * (end - start)
            kept.append(match)
    kept.sort()
    return kept


class Characters:
    """Single characters to single characters, over a whole text at once."""

    def __init__(self, table: dict[str, str]) -> None:
        self.table = table
        self._whole = {ord(key): value for key, value in table.items()}

    @cached_property
    def _points(self) -> "NDArray[np.uint32]":
        return points.translation({code: ord(value) for code, value in self._whole.items()})

    def convert(self, text: str) -> str:
        """The text converted, its length kept."""
        if points.worth(text):
            codes = points.of(text)
            if codes.max() < len(self._points):
                return points.text_of(self._points.take(codes))
        return text.translate(self._whole)


def _without_separators(table: dict[str, str]) -> dict[str, str]:
    joined = "\0".join(["", *table, ""])
    never = {
        joined[joined.rindex("\0", 0, at) + 1 : joined.index("\0", at)]
        for at in (m.start() for m in _SEPARATOR.finditer(joined))
    }
    return {key: value for key, value in table.items() if key not in never} if never else table


class Step:
    """One step of a chain: a group of dictionaries, each seeing only what those before it left."""

    def __init__(self, dictionaries: Sequence[dict[str, str]], leftmost: bool = False) -> None:
        tables = [_without_separators(table) for table in dictionaries]
        # The dictionaries at the end that hold nothing but one-to-one pairs work on the whole text at once.
        plain: dict[str, str] = {}
        while tables and all(len(k) == len(v) == 1 for k, v in tables[-1].items()):
            plain |= tables.pop()
        self._characters = Characters(plain)
        self._layers = [(Finder(table, leftmost), table) for table in tables]

    def words(self, text: str) -> list[Match]:
        """The words this step replaces, in order; all other characters go through `letters`."""
        found: list[Match] = []
        for finder, table in self._layers:
            if not found:
                found = finder.find(text, table)
                continue
            more, at = [], 0
            for start, end, _ in [*found, Match(len(text), len(text), "")]:
                more += [Match(m.start + at, m.end + at, m.value) for m in finder.find(text[at:start], table)]
                at = end
            found = sorted(found + more)
        return found

    def letters(self, text: str) -> str:
        """Every character by itself, the length kept."""
        return self._characters.convert(text)

    def convert(self, text: str) -> str:
        """The text after this step."""
        return _joined(self.letters(text), self.words(text))


def _joined(plain: str, words: Sequence[Match]) -> str:
    """A text with words in place of what stands there."""
    if not words:
        return plain
    parts: list[str] = []
    at = 0
    for start, end, value in words:
        parts += (plain[at:start], value)
        at = end
    parts.append(plain[at:])
    return "".join(parts)


class Chain:
    """A whole conversion: steps one after the other."""

    def __init__(self, steps: Iterable[Sequence[dict[str, str]]], leftmost: bool = False) -> None:
        self.steps = [Step(step, leftmost) for step in steps]

    def convert(self, text: str, parted: Parted | None = None) -> str:
        """The text after every step. `parted` is asked whether words that are no sum of their characters are words there."""
        first, *others = self.steps
        plain, words = first.letters(text), first.words(text)
        cuts = parted(text, [word for word in words if word.value != plain[word.start : word.end]]) if parted else []
        if cuts:
            bounds = [0, *sorted(set(cuts)), len(text)]
            return "".join([self.convert(text[low:high]) for low, high in pairwise(bounds)])
        text = _joined(plain, words)
        for step in others:
            text = step.convert(text)
        return text
