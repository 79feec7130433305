"""What pages teach of the damage to others: a mirror's table by many pages of a site, a damaged place by the same article
on a clean page, a word by all of them.

Pure, over a page's text and its edits. Nobody's word counts alone. A character's reading is learnt from `PAGES` pages of
different texts. A clean page speaks for a damaged one where it is the same article (half of the stretches that are looked
at, for digits and letters every one with a digit in it), agrees on both sides of the place, and is what the mirror made the
damage of (`proof`); and where two clean pages say different things, neither counts.
"""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

from ingest.han.width import fold
from ingest.patterns import pattern
from ingest.repair import variants, words
from ingest.repair.characters import LETTERS, simplified, simplified_forms
from ingest.repair.glosses import BY_SITE, Table, scan, table_of
from ingest.repair.learnt import Learnt
from ingest.repair.proof import AGREE, HOLE, LONG, Passage, Proved, explained, key
from ingest.traced import TracedEdit

PAGES = 3
"""Pages with different texts that must show a character with its reading."""
MOST_PAGES = 64
"""Pages that a table is learnt from."""
ALWAYS = 0.95
"""Share of its places at which a character has its reading: the rest are slips that happen to show it."""
AGREED = 0.9
"""Share of a character's readings that must be the same."""
SAMPLES = 48
"""Stretches of a damaged page that are looked for in others."""
FEW = 8
"""With fewer of them a page is too short to be known as the same."""
SAME = 0.5
TRADITIONAL = 0.05
"""Share of characters that only Traditional has on a page in that script."""
MOST_PLACES = 100
"""Damaged places of one page for which a proof is looked for."""
SLIP, GLOSS = "phase-slip", "pinyin-gloss"
_LETTER = pattern(rf"[^\W_]|{HOLE}")
_TORN = pattern("[?\N{FULLWIDTH QUESTION MARK}\x00\ufffd]")
_DIGIT = pattern("[0-9]")
_GLOSS = pattern(rf"[(（] ?[{LETTERS}]{{1,6}} ?[)）]")


class Shown(NamedTuple):
    """A document as a teacher and a pupil: its source, the page's text, and the edits of it."""

    source: str
    page: str
    edits: Sequence[TracedEdit]


# ---------------------------------------------------------------- the mirror's table


def glossed(shown: Shown) -> Table | None:
    """What a page shows of a mirror's table; None where no readings were taken out, or only such as its site's table told.

    Read off the page as it came, so that what was repaired since changes nothing.
    """
    own = (e for e in shown.edits if e.applied and GLOSS in e.rules and BY_SITE not in (e.note or ""))
    if next(own, None) is None:
        return None
    forms = simplified_forms()
    return table_of(shown.page, [g for g in scan(shown.page) if len(g.char) == 1 and ord(g.char) in forms])


def fonts(shown: Shown) -> frozenset[str]:
    """The rare forms on a page that its mirror's font put for usual characters, as the page itself tells."""
    found = (e for e in shown.edits if e.applied and variants.RULE in e.rules and BY_SITE not in (e.note or ""))
    return frozenset().union(*(variants.known(shown.page[e.start : e.end]) for e in found))


def table(pages: Sequence[Table]) -> tuple[dict[str, str], str]:
    """The table that pages of one site share: readings by character, and the characters that always have theirs."""
    readings: defaultdict[str, Counter[str]] = defaultdict(Counter)
    annotated: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    for page in pages:
        for char, reading in page.readings.items():
            readings[char][reading] += 1
        annotated += page.annotated
        seen += page.seen
    learnt = {}
    for char in sorted(readings):
        reading, times = readings[char].most_common(1)[0]
        if times >= PAGES and times >= AGREED * readings[char].total():
            learnt[char] = reading
    return learnt, "".join(char for char in learnt if annotated[char] >= ALWAYS * seen[char])


# ---------------------------------------------------------------- proofs


class Place(NamedTuple):
    """A damaged place: where it begins on the page, the text before it as it is now, and what the page shows there."""

    start: int
    before: str
    observed: str


class Pupil(NamedTuple):
    """A damaged page: its places, and the stretches by which the same article is known."""

    source: str
    traditional: bool
    places: tuple[Place, ...]
    samples: frozenset[str]
    numbers: frozenset[str]
    """All stretches with a digit in them, as far as they were sampled."""
    words: frozenset[str] = frozenset()
    """What would decide between the readings of its places that are in doubt."""


def pupil(shown: Shown) -> Pupil | None:
    """A page that has slips, and enough text that nothing is the matter with; None for any other."""
    places: list[Place] = []
    decisive: set[str] = set()
    parts: list[str] = []
    at = 0
    for edit in sorted(shown.edits, key=lambda e: (e.start, e.end)):
        if edit.start < at or not (edit.applied or "repair" in edit.stages):
            continue
        parts.append(shown.page[at : edit.start])
        own = SLIP in edit.rules and BY_SITE not in (edit.note or "")
        torn = _TORN.search(shown.page, edit.start, edit.end) if own else None
        if torn and len(places) < MOST_PLACES:
            before = "".join(parts[-40:])[-8 * AGREE :]
            places.append(Place(torn.start(), before, shown.page[torn.start() : torn.start() + LONG]))
            behind = _GLOSS.sub("", shown.page[edit.end : edit.end + 24])
            decisive |= words.decisive(before, words.candidates(edit.note or ""), behind)
        parts.append(edit.after if edit.applied else HOLE)
        at = edit.end
    if not places:
        return None
    whole = undamaged(shown)
    stretches = [stretch for stretch, _ in _stretches(whole) if HOLE not in stretch]
    samples = frozenset(stretches[:: max(1, len(stretches) // SAMPLES)])
    figures = [stretch for stretch in stretches[:: AGREE // 2] if _DIGIT.search(stretch)]
    forms = simplified_forms()
    traditional = sum(ord(c) in forms for c in whole) > TRADITIONAL * len(whole)
    known = tuple(places) if len(samples) >= FEW else ()  # a page too short to be known as the same
    return Pupil(shown.source, traditional, known, samples, frozenset(figures[: 2 * SAMPLES]), frozenset(decisive))


def undamaged(shown: Shown) -> str:
    """The text of a page, with holes wherever something had to be repaired that was more than a reading in brackets."""
    parts: list[str] = []
    at = 0
    for edit in sorted(shown.edits, key=lambda e: (e.start, e.end)):
        if edit.start < at or not (edit.applied or "repair" in edit.stages):
            continue
        sure = edit.applied and ("repair" not in edit.stages or (edit.certainty == "exact" and SLIP not in edit.rules))
        parts += (shown.page[at : edit.start], edit.after if sure else HOLE)
        at = edit.end
    return "".join((*parts, shown.page[at:]))


def _stretches(text: str) -> Iterator[tuple[str, int]]:
    """Every `AGREE` letters that follow one another, in Simplified, and the offset behind them."""
    places = [match.start() for match in _LETTER.finditer(text)]
    plain = simplified(fold(text)).lower()
    if len(plain) != len(text):
        plain = "".join((simplified(fold(c)).lower() + c)[0] for c in text)
    letters = "".join([plain[at] for at in places])
    for n in range(len(places) - AGREE + 1):
        yield letters[n : n + AGREE], places[n + AGREE - 1] + 1


class Class:
    """Damaged pages, and what clean ones teach of them. Clean pages come one by one, in any order."""

    def __init__(self, pupils: Iterable[Pupil], known: Iterable[str] = ()) -> None:
        """`known`: words that were learnt before, and are asked for again."""
        self._pupils = list(pupils)
        self._count = words.Count({*known, *(word for one in self._pupils for word in one.words)})
        self._samples: defaultdict[str, list[int]] = defaultdict(list)
        self._places: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for n, one in enumerate(self._pupils):
            for sample in one.samples | one.numbers:
                self._samples[sample].append(n)
            for m, place in enumerate(one.places):
                wanted = key(place.before)
                if len(wanted) == AGREE and HOLE not in wanted:
                    self._places[wanted].append((n, m))
        self._said: defaultdict[tuple[int, int], dict[object, tuple[Passage, Proved]]] = defaultdict(dict)

    def hear(self, shown: Shown) -> None:
        """What one page has to say."""
        text = undamaged(shown)
        self._count.hear(text)
        held: defaultdict[int, set[str]] = defaultdict(set)
        ends: defaultdict[str, list[int]] = defaultdict(list)
        for stretch, end in _stretches(text):
            for n in self._samples.get(stretch, ()):
                held[n].add(stretch)
            if stretch in self._places:
                ends[stretch].append(end)
        for stretch, found in ends.items():
            for n, m in self._places[stretch]:
                one = self._pupils[n]
                if shown.source != one.source and len(held[n] & one.samples) >= SAME * len(one.samples):
                    for end in found:
                        self._prove(n, m, "".join(text[end : end + 2 * LONG].split())[:LONG], shown, held[n])

    def words(self) -> dict[str, float]:
        """The words that enough pages hold, and their shares."""
        return self._count.shares()

    def _prove(self, n: int, m: int, clean: str, shown: Shown, held: set[str]) -> None:
        one = self._pupils[n]
        place = one.places[m]
        made = explained(clean, place.before, place.observed, one.traditional)
        if made is None:
            return
        exactly = any(_bare(piece.after) for piece in made.pieces)
        if exactly and not one.numbers <= held:
            return
        passage = Passage(one.source, key(place.before), clean[: made.compared], shown.source)
        said = tuple(piece._replace(after=simplified(piece.after)) for piece in made.pieces)
        before = self._said[n, m].get(said)
        if before is None or passage < before[0]:
            self._said[n, m][said] = passage, made

    def passages(self) -> Iterator[Passage]:
        """What is proved, page by page; a place of which two things are said is not, and one within another's passage is left out."""
        reached = (-1, -1)
        for n, m in sorted(self._said):
            if len(self._said[n, m]) != 1:
                continue
            ((passage, made),) = self._said[n, m].values()
            start = self._pupils[n].places[m].start
            if (n, start) < reached:
                continue
            reached = n, start + made.pieces[-1].end
            yield passage


def _bare(text: str) -> bool:
    """Whether there is something in it that the bytes around do not tell: a digit, a letter."""
    return any(c.isascii() and c.isalnum() for c in fold(text))


def learnt(
    scope: str,
    pages: int,
    glosses: Sequence[Table],
    shares: Mapping[str, float],
    passages: Iterable[Passage],
    rare: Mapping[str, int] = MappingProxyType({}),
) -> Learnt | None:
    """What is known of a scope, None where it is nothing. `rare`: forms of the mirror's font, and on how many pages each."""
    readings, always = table(glosses)
    proofs = tuple(sorted(passages))
    forms = "".join(sorted(char for char, times in rare.items() if times >= PAGES))
    if not readings and not proofs and not shares and not forms:
        return None
    return Learnt(
        scope=scope,
        pages=pages,
        table_pages=len(glosses),
        readings=readings,
        always=always,
        words=dict(sorted(shares.items())),
        fonts=forms,
        passages=proofs,
    )


def rank(source: str) -> bytes:
    """The order in which pages are chosen for a sample: the same on every machine."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).digest()[:8]
