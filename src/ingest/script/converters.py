"""The known converters that localise: which of them can have made a text, and the words they made of others.

A converter is refuted, not voted for: it never leaves certain everyday words and spellings standing (支持, where it
writes 支援; 周一, where it writes 週一), and whoever writes Traditional script uses one of them within a few hundred
characters. What is left must show that words were exchanged at all. `converters.tsv` says what each converter writes
and what refutes it; it is derived by `tools/derive_converters.py`.

A form is sought in the text's Simplified form (one spelling, same length), a spelling in the text as it came.
"""

import math
from collections import Counter
from collections.abc import Callable
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from ingest.script import idioms, lexicons, points

# What a converter's own texts hold against it: a place that its division into words missed.
_STRAY_PER_HAN = 0.2 / 1000
_STRAY_PER_WORD = 0.015
# Enough evidence: two words of so much weight together, a form counting twice at most; more for every place that speaks
# against it, and for a converter that changes few words and those as natives write them. What names the
# mainland's institutions (each word once) is less likely to be a native's.
_KINDS, _TWICE = 2, 2
_WEIGHT = 3.0
_WEIGHT_OF = {"h": 4.0}
_AGAINST = 4.0
# In what is full of the mainland's institutions, or written like the mainland's texts all through, a place against a
# converter weighs less, and one place is none: hardly a native writes so.
_OFFICIAL, _LEAN_OFFICIAL, _AGAINST_OFFICIAL, _STRAY_OFFICIAL = 3, 6.0, 0.7, 0.08
# And it must be unlike mainland text that nobody localised, where 执行 and 资料 stand as well.
_EXCHANGED, _EXCHANGED_SURE, _SEEN = 2.4, 1.8, 5
# Or, where nothing speaks against it, its words have to be unlikely where they stand: what would have been there must lead
# by so many nats, each form once (on texts converted without exchanging words as rare as one in 180).
_LED = 6.0
# Where words and author together do not say enough by so much at most, and the author is known for the mainland's by so
# much, they must lead by more.
_UNSAID, _LEAN_UNSAID, _LED_UNSAID = 3.5, 1.0, 10.0
_UNKNOWN = 4.0
# In a short text nothing would speak against a converter anyway.
_SHORT, _FULL = 6.0, 250
# And the longer one is in which nothing does, the less it is a native's: he would have refuted every converter by then.
_UNREFUTED, _LONG = 0.003, 1_000
# However long it is, its words and its author have to say so much together.
_SAID = 2.0
_MAINLAND, _MAINLAND_MOST = 1.0, 4.0
# What the rest of the text says of its author (`idioms.lean`): so much of it counts where it speaks for a native, so much at
# most where it speaks for the mainland; below the least no words are enough, and from the surest on one kind of word is.
_LEAN_NATIVE, _LEAN_MOST, _LEAN_LEAST, _LEAN_SURE = 0.7, 6.0, -3.0, 4.0
# Signs are sought in the text's beginning: more of it tells nothing new. Most natives are known by much less of it, where so
# many places speak against every converter, and so many of all.
_ENOUGH, _AUTHOR, _AUTHOR_ENOUGH = 20_000, 3_000, 4_000
_FIRST, _REFUTED, _REFUTED_SHARE = 1_200, 6, 0.15
# The author's forms are sought in the whole text, of which they are asked as well, where it has no more characters.
_AT_ONCE = 8_000


class Word(NamedTuple):
    """A form that some converter writes or that refutes some: converters are bits of `writes` and `refutes`."""

    form: str
    writes: int
    refutes: int
    cells: tuple[str, str, str]
    """As the table has them: the weights, what it was made of, how usual it is. Read when asked for: few ever are."""

    @property
    def weights(self) -> tuple[float, ...]:
        """How telling it is beside each group of natives, in nats; empty where no converter writes it."""
        return numbers(self.cells[0])

    @property
    def before(self) -> tuple[tuple[str, int], ...]:
        """What it was made of, each with the converters that make it of that."""
        return _made_of(self.cells[1])

    @property
    def usual(self) -> tuple[int, ...]:
        """How often it stands in mainland texts of each field; empty: in none."""
        return _counts(self.cells[2])


class Verdict(NamedTuple):
    """A converter that explains a text, and how well: places that speak against it, kinds of words that speak for it."""

    letter: str
    against: int
    kinds: int
    weight: float

    @property
    def evidence(self) -> str:
        """For the note of an edit."""
        return f"{NAMES[self.letter]}: {self.kinds} kinds of its words, {self.weight:.0f} nats, {self.against} against"


NAMES = {
    "r": "opencc-python-reimplemented s2twp",
    "a": "OpenCC 1.1.1 s2twp",
    "b": "OpenCC 1.1.6 s2twp",
    "c": "OpenCC 1.1.9 s2twp",
    "d": "OpenCC 1.2 s2twp",
    "e": "OpenCC 1.3 s2twp",
    "f": "OpenCC 1.4.0 s2twp",
    "g": "OpenCC 1.4.2 s2twp",
    "h": "OpenCC s2hkp",
    "z": "zhtw",
}


@cache
def words() -> tuple[Word, ...]:
    """All forms of the table, by their numbers."""
    return tuple(
        Word(form, bit_of(writes), bit_of(refutes), (weights, before, usual))
        for form, writes, refutes, weights, before, usual in lexicons.converters()[0]
    )


@cache
def spellings() -> tuple[int, ...]:
    """The converters that each spelling of the table refutes, as bits."""
    return tuple(bit_of(refutes) for _, refutes in lexicons.converters()[1])


def found(simplified: str) -> list[tuple[int, int, Word]]:
    """The forms of the table that stand in a Simplified text, from left to right, the longest at each place."""
    known = words()
    return [(start, end, known[n]) for start, end, n in lexicons.forms(simplified)]


def judge(
    text: str,
    simplified: str,
    mainland: int = 0,
    *,
    chosen: bool = False,
    led: Callable[["Verdict"], float] | None = None,
) -> Verdict | None:
    """The converter that explains a Traditional text best, given with its Simplified form; None: no known one does.

    `mainland`: how many of the mainland's words are in it, less those of Taiwan and Hong Kong (`origin.Signs.lean`);
    `chosen`: it is the part of a longer one that is refuted least, so that it is not refuted says nothing. `led` is asked
    where the words alone do not show that they were exchanged: by how many nats what a converter was given leads.
    """
    known = words()
    if len(text) > _FIRST:
        words_first = _counted(lexicons.forms(simplified, _FIRST))
        if min(_refuted(lexicons.spellings(text, _FIRST), words_first)) >= max(
            _REFUTED, _REFUTED_SHARE * words_first.total()
        ):
            return None
    text, simplified = text[:_ENOUGH], simplified[:_ENOUGH]
    counted = _counted(lexicons.forms(simplified))
    han = points.within(text, 0x3400, 0x9FFF)
    refuted = _refuted(lexicons.spellings(text), counted)
    short = _SHORT * max(0.0, 1 - han / _FULL)
    unrefuted = 0.0 if chosen else _UNREFUTED * min(han, _LONG)
    official = _official(mainland)
    strays = _STRAY_PER_HAN * han
    most = max(1, strays, _STRAY_OFFICIAL * counted.total())
    lean: float | None = None
    best: Verdict | None = None
    doubtful: Verdict | None = None
    asked = _LED
    # Versions of a converter differ in so few words that words are weighed together by who writes them.
    written: dict[int, _Words] = {}
    for n, count in counted.items():
        bits = known[n].writes
        if bits:
            written.setdefault(bits, _Words()).add(known[n], count)
    # Versions of a converter that write the same of these words, and as many places speak against, are weighed once.
    seen: set[tuple[int, float, tuple[int, ...]]] = set()
    for at, (letter, against) in enumerate(zip(NAMES, refuted, strict=True)):
        if against > most:
            continue
        base, by = _WEIGHT_OF.get(letter, _WEIGHT), tuple([bits >> at & 1 for bits in written])
        if (against, base, by) in seen:
            continue
        seen.add((against, base, by))
        made = [some for some, one in zip(written.values(), by, strict=True) if one]
        # What another converter writes and the mainland hardly knows, it would not have found to leave standing.
        against += sum([some.elsewhere for some, one in zip(written.values(), by, strict=True) if not one])
        kinds, count = sum([len(some.words) for some in made]), sum([some.count for some in made])
        if not kinds or against > max(1, strays, _STRAY_OFFICIAL * count):
            continue
        if lean is None:  # asked for seldom: natives are refuted before
            lean = _author(simplified, _AUTHOR_ENOUGH) + idioms.marks(simplified)
        sure = mainland >= _OFFICIAL or lean >= _LEAN_OFFICIAL
        if not sure and against > max(strays, _STRAY_PER_WORD * count):
            continue
        if lean < _LEAN_LEAST:
            continue
        needed = base + (_AGAINST_OFFICIAL if sure else _AGAINST) * against + short
        if not against:
            needed -= unrefuted
        author = min(lean, _LEAN_MOST) if lean > 0 else _LEAN_NATIVE * lean
        weight = _least([some.weights for some in made])
        if best and (-against, weight) <= (-best.against, best.weight):
            continue
        exchanged = _EXCHANGED_SURE if lean >= _LEAN_OFFICIAL and kinds >= _KINDS else _EXCHANGED
        unsaid = max(_SAID, needed) - weight - author - official
        if unsaid > 0 and (unsaid > _UNSAID or lean < _LEAN_UNSAID):
            continue
        one = Verdict(letter, against, kinds, weight)
        few = kinds < _KINDS and lean < _LEAN_SURE
        if unsaid > 0 or few or _least([some.exchanged for some in made]) < exchanged:
            if not against and (doubtful is None or weight > doubtful.weight):
                doubtful, asked = one, _LED_UNSAID if unsaid > 0 else _LED
        else:
            best = one
    return doubtful if best is None and doubtful and led and led(doubtful) >= asked else best


class _Words:
    """Words of a text that the same converters write, each with its count, and what they say."""

    def __init__(self) -> None:
        self.words: list[tuple[Word, int]] = []
        self.count = 0

    def add(self, word: Word, count: int) -> None:
        """One more word."""
        self.words.append((word, count))
        self.count += count

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """What they speak for a converter beside each group of natives; empty where none says anything."""
        rows = [_weighed(word.cells[0], count >= _TWICE) for word, count in self.words if word.cells[0]]
        return tuple(map(math.fsum, zip(*rows, strict=True)))

    @cached_property
    def elsewhere(self) -> int:
        """How many of them mainland texts hardly have."""
        return sum([bool(word.cells[1]) and _unknown(*word.cells[1:]) for word, _ in self.words])

    @cached_property
    def exchanged(self) -> tuple[float, ...]:
        """What they speak for an exchange beside mainland texts of each field.

        Each counts once: who writes 设定 where others write 设置, writes it again.
        """
        rows = [_on_the_mainland(*word.cells[1:]) for word, _ in self.words if word.cells[1]]
        return tuple(map(math.fsum, zip(*rows, strict=True)))


def _least(sums: list[tuple[float, ...]]) -> float:
    """What words say together, of the group or field that writes most like the text."""
    return min(map(math.fsum, zip(*filter(None, sums), strict=True)), default=0.0)


@cache
def _weighed(weights: str, twice: bool) -> tuple[float, ...]:
    """A word's weights as the table has them, twice where it stands more than once."""
    return tuple([_TWICE * weight for weight in numbers(weights)]) if twice else numbers(weights)


def author(simplified: str, mainland: float) -> float:
    """How much a text, whatever its script was, speaks for an author of the mainland, in nats; `mainland` as in `judge`."""
    return _author(simplified, _AUTHOR) + idioms.marks(simplified[:_AUTHOR]) + _official(mainland)


def _official(mainland: float) -> float:
    """What the mainland's institutions speak for it, in nats."""
    return min(_MAINLAND_MOST, max(0.0, _MAINLAND * mainland))


@lru_cache(maxsize=4)
def _author(simplified: str, size: int) -> float:
    whole = simplified if len(simplified) <= _AT_ONCE else simplified[:_AUTHOR_ENOUGH]
    return idioms.lean(forms(whole), size)


@lru_cache(maxsize=2)  # asked of a whole and of its lines
def forms(simplified: str) -> idioms.Found:
    """The forms of authors that stand in a Simplified text, beside the words that converters exchange."""
    return idioms.find(simplified, lexicons.forms(simplified))


def _counted(found: list[lexicons.Place]) -> Counter[int]:
    return Counter([n for _, _, n in found])


def _refuted(spelt: list[lexicons.Place], counted: Counter[int]) -> list[int]:
    """How many places speak against each converter, words found in the text and spellings."""
    known, refuted_by = words(), spellings()
    # Few sets of converters are refuted together, so counting by set is quicker than by converter.
    sets = Counter([refuted_by[n] for _, _, n in spelt])
    for n, count in counted.items():
        sets[known[n].refutes] += count
    return [sum([count for bits, count in sets.items() if bits >> at & 1]) for at in range(len(NAMES))]


@cache
def _unknown(before: str, usual_cell: str) -> bool:
    """Whether mainland texts write what a converter makes a form of, and hardly ever the form (cells of its row)."""
    counts = [sum(some) for some in zip(*_met(before, usual_cell), strict=True)]
    return seldom(*counts) >= _UNKNOWN


@cache
def _on_the_mainland(before: str, usual_cell: str) -> tuple[float, ...]:
    """How seldom each field of mainland texts writes a form where it could write what a converter makes it of, in nats.

    A field that has hardly met either says what all together say. Given are cells of the form's row.
    """
    met = _met(before, usual_cell)
    every = seldom(*[sum(some) for some in zip(*met, strict=True)])
    return tuple(seldom(count, more) if count + more >= _SEEN else every for count, more in met)


def _met(before: str, usual_cell: str) -> list[tuple[int, int]]:
    """How often a form stands in each field of mainland texts, and what it is made of, given cells of its row."""
    known = usual()
    own = _counts(usual_cell) or (0,) * len(next(iter(known.values())))
    others = [known[form] for form, _ in _made_of(before) if form in known]
    return [(count, sum([other[n] for other in others])) for n, count in enumerate(own)]


def seldom(count: int, could: int) -> float:
    """How seldom somebody writes a form that he wrote so often, and so often the other that he could have, in nats."""
    return math.log((count + could + 1) / (count + 0.5))


@cache
def usual() -> dict[str, tuple[int, ...]]:
    """How often each form stands in mainland texts, by field; those that stand nowhere are left out."""
    return {word.form: word.usual for word in words() if word.usual}


@cache
def bit_of(letters: str) -> int:
    """The converters as bits."""
    known = list(NAMES)
    return sum(1 << known.index(letter) for letter in letters)


@cache
def numbers(cell: str) -> tuple[float, ...]:
    """Weights as a row of the table has them."""
    return tuple(map(float, cell.split()))


def _counts(cell: str) -> tuple[int, ...]:
    return tuple(map(int, cell.split()))


@cache
def _made_of(cell: str) -> tuple[tuple[str, int], ...]:
    pairs = (entry.split(":") for entry in cell.split())
    return tuple((word, bit_of(by)) for word, by in pairs)
