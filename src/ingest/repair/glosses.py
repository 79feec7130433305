"""Pinyin glosses that a mirror site put behind its characters: `經(jīng)濟(jì)` for 經濟.

Whether a reading in brackets is such a gloss or the author's own cannot be told from one of them: `盱眙(Xūyí)` in a
travel report, `同(tóng)` in a lesson. So the whole document decides. A mirror annotates common characters that differ
between the scripts, with their first reading, and the same character wherever it stands. An author annotates rare
characters, or characters with several readings, once, and says so (读音, 误读, 第二声). Every distinct annotated
character is a vote of that kind; below the threshold nothing is removed and nothing is reported.

Decided against: a list of the characters that known mirrors annotate. Tables differ by site, from some 80 characters to
nearly all, and a list would find only what it had seen.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import NamedTuple

from ingest.patterns import pattern
from ingest.repair.characters import LETTERS, TONED, gbk, plain, readings, reads, simplified, syllables
from ingest.traced import Certainty

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
BRACKETED = pattern(rf"(?<=[{HAN}@-~)）])[(（] ?([{LETTERS}]{{1,24}}(?: [{LETTERS}]{{1,7}})*) ?[)）]")
_TONE = pattern(f"[{TONED}]", re.IGNORECASE)
_LESSON = pattern(
    "读音|讀音|拼音|注音|误读|誤讀|读作|讀作|应读|應讀|发音|發音|多音字|第[一二三四]声|第[一二三四]聲|轻声|輕聲|生字"
)

_TORN = pattern(rf"(?<=[{HAN})）])[?？\x00\ufffd]{{1,2}} ?([a-zü]{{2,6}}) ?[)）]")
SIGNS = 3
"""Toneless readings that make a page's readings toneless; one without its bracket, which nobody writes, counts twice."""
NEAR = 60
_ENOUGH = 2.0
_CERTAIN = 6.0
BY_SITE = "as the pages of its site have them"
"""In the notes of what was only known by the pages of the site: it teaches nothing."""


class Gloss(NamedTuple):
    """A reading in brackets behind the character or word it may belong to. `char` is empty where it fits nothing."""

    start: int
    end: int
    reading: str
    char: str
    usual: bool
    """It is the first reading of the Simplified form, with its tone."""
    spaced: bool = False
    """A space stands before the bracket closes, which no author leaves."""

    @property
    def toned(self) -> bool:
        """Whether it is one syllable and shows its tone."""
        return len(self.reading) < 7 and len(_TONE.findall(self.reading)) == 1


class Table(NamedTuple):
    """What a page annotates: each character with the reading it gets, and how often it goes with and without."""

    readings: dict[str, str]
    annotated: Counter[str]
    seen: Counter[str]

    def always(self, char: str) -> bool:
        """Whether the page annotates the character wherever it stands."""
        return self.annotated[char] >= self.seen[char] > 0

    def beside(self, other: "Table", text: str) -> "Table":
        """This page's table with that of its site beside it, as far as the page, whose text it is, does not say otherwise."""
        more = {char: reading for char, reading in other.readings.items() if char not in self.readings}
        seen = self.seen + Counter({char: other.seen[char] + text.count(char) for char in more})
        here = {
            char: text.count(f"{char}({reading})") + text.count(f"{char}（{reading}）")
            for char, reading in more.items()
        }
        annotated = self.annotated + Counter({char: other.annotated[char] + here[char] for char in more})
        return Table({**more, **self.readings}, annotated, seen)

    def simplified(self) -> "Table":
        """The same by Simplified forms: of a page that was converted after it was annotated."""
        counts = (Counter({simplified(c): n for c, n in each.items()}) for each in (self.annotated, self.seen))
        return Table({simplified(c): r for c, r in self.readings.items()}, *counts)


NO_TABLE = Table({}, Counter(), Counter())


def scan(text: str) -> list[Gloss]:
    """Every reading in brackets that fits the character or the word before it, or might be part of a phase slip."""
    found: list[Gloss] = []
    for match in BRACKETED.finditer(text):
        start, reading = match.start(), match[1]
        if found and found[-1].end == start and found[-1].reading == reading:  # doubled
            found.append(found[-1]._replace(start=start, end=match.end()))
            continue
        if found and found[-1].end == start and found[-1].char and reads(found[-1].char[-1], reading):  # in two ways
            found[-1] = found[-1]._replace(end=match.end())
            continue
        if text[start - 1] not in ")）":
            char, usual = _owner(text, start, reading)
            found.append(Gloss(start, match.end(), reading, char, usual, text[match.end() - 2] == " "))
    return found


def _owner(text: str, at: int, reading: str) -> tuple[str, bool]:
    last = text[at - 1]
    if "@" <= last <= "~":
        # A letter that is the second byte of a character astride the one before it: “l(fā) is B0 6C, 發.
        before = gbk(text[at - 2 : at - 1]) if at > 1 else b""
        pair = (before[-1:] + last.encode()).decode("gbk", "ignore")
        return (pair, False) if len(before) == 2 and len(pair) == 1 and reads(pair, reading) else ("", False)
    if reads(last, reading):
        return last, reading == readings(last)[0]
    return _word(text[max(0, at - 6) : at], reading), False


def _word(before: str, reading: str) -> str:
    """The word at the end of `before` whose syllables, run together, are `reading` (新闻 for xīnwén), or nothing."""
    wanted = plain(reading).replace(" ", "").replace("'", "")
    tails = {wanted}
    for length in range(1, len(before) + 1):
        sounds = {plain(r) for r in readings(before[-length])}
        tails = {t[: -len(s)] for t in tails for s in sounds if s and t.endswith(s)}
        if not tails:
            return ""
        if "" in tails and length > 1:
            return before[-length:]
    return ""


class Verdict(NamedTuple):
    """What the document says about its glosses: those to be taken out, and with which certainty."""

    remove: list[Gloss]
    certainty: Certainty
    table: Table
    note: str


def toneless(text: str, found: Sequence[Gloss]) -> bool:
    """Whether the page's readings have no tones: most that fit their character, and on several characters. So does
    one whose bracket a slip swallowed."""
    single = [g for g in found if len(g.char) == 1 and len(g.reading) > 1]
    bare = [g for g in single if not _TONE.search(g.reading)]
    signs = len({g.char for g in bare if _differs(g.char)})
    torn = sum(map(_is_torn, _TORN.finditer(text))) if 0 < signs < SIGNS else 0
    return signs + 2 * torn >= SIGNS and 2 * len(bare) > len(single)


def _is_torn(match: re.Match[str]) -> bool:
    """Whether a bracket that closes behind a syllable has none that opens on its line."""
    line = match.string[max(match.string.rfind("\n", 0, match.start()) + 1, match.start() - NEAR) : match.start()]
    opened = sum((c in "(（") - (c in ")）") for c in BRACKETED.sub("", line))
    return opened <= 0 and plain(match[1]) in syllables()


def judge(text: str, glosses: Sequence[Gloss], slips: int) -> Verdict:
    """Which glosses a mirror put there. `slips` is how many readings the page shows that only phase slips leave."""
    lesson = 4.0 if _LESSON.search(text) else 0.0
    single = [g for g in glosses if len(g.char) == 1]
    toned = [g for g in single if g.usual or _TONE.search(g.reading)]  # usual: 們(men) has no tone to show
    bare = [g for g in single if not _TONE.search(g.reading)]
    spaced = [g for g in single if g.spaced]
    families = [
        (toned, _toned_votes(text, toned)),
        (bare, _bare_votes(text, bare)),
        (spaced, 1.0 * len({g.char for g in spaced})),
    ]
    if toneless(text, glosses):
        families[:2] = families[1::-1]
    for family, votes in families:
        score = votes + min(2.0 * slips, 4.0) - lesson
        if score >= _ENOUGH and family:
            table = table_of(text, family)
            remove = [
                g for g in single if g.char in table.readings and (family is bare or g.spaced or _belongs(g, table))
            ]
            return Verdict(
                remove,
                "exact" if score >= _CERTAIN else "likely",
                table,
                f"{len(family)} readings on {len(table.readings)} characters",
            )
    words = [g for g in glosses if len(g.char) > 1]
    if words and not lesson and _word_votes(text, words):
        return Verdict(words, "likely", NO_TABLE, f"{len(words)} words annotated wherever they stand")
    return Verdict([], "exact", NO_TABLE, "")


def judge_by(table: Table, text: str, glosses: Sequence[Gloss]) -> Verdict | None:
    """What the table of the page's site says of glosses that alone prove nothing; None where it says nothing.

    Every one that is a mirror's by that table is; an author's, on another character or with another reading, is not.
    """
    if _LESSON.search(text):
        return None
    remove = [g for g in glosses if len(g.char) == 1 and table.readings.get(g.char) == g.reading and _belongs(g, table)]
    if not remove:
        return None
    own = table_of(text, remove)
    return Verdict(remove, "likely", own, f"{len(remove)} readings {BY_SITE}")


def table_of(text: str, glosses: Iterable[Gloss]) -> Table:
    """The page's own table, learnt from glosses whose readings have been checked."""
    annotated = Counter(g.char for g in glosses)
    sounds = {g.char: g.reading for g in glosses}
    return Table(sounds, annotated, Counter({c: text.count(c) for c in annotated}))


def _differs(char: str) -> bool:
    return simplified(char) != char


def _toned_votes(text: str, family: Sequence[Gloss]) -> float:
    votes = 0.0
    for char, group in groupby(sorted(family, key=lambda g: g.char), key=lambda g: g.char):
        members = list(group)
        if _differs(char) and all(g.usual for g in members):
            complete = len(members) >= text.count(char)
            votes += 1.0 + (0.5 if complete and len(members) > 1 else 0.0 if complete else -0.5)
        elif not _differs(char) or len(members) == 1:
            votes -= 1.5
    return votes


def _bare_votes(text: str, family: Sequence[Gloss]) -> float:
    """Nobody who wants to teach a reading leaves the tone out; but (he) or (a) may be anything, so it takes many."""
    chars = {g.char for g in family}
    return 0.4 * len(chars) if len(family) >= 8 else 0.2 * sum(map(_differs, chars))


def _word_votes(text: str, words: Sequence[Gloss]) -> bool:
    """A textbook annotates a word once, where it is new; a mirror every time."""
    often = [w for w, n in Counter(g.char for g in words).items() if n > 1 and n >= text.count(w)]
    return len(words) >= 12 and len(often) >= 3 and len(often) >= 0.25 * len({g.char for g in words})


def _belongs(gloss: Gloss, table: Table) -> bool:
    """On a page with such glosses: whether this one is of them, or an author's (鄱(pó)陽) that only shares the page."""
    usual = table.readings[gloss.char] == gloss.reading
    return usual and (_differs(gloss.char) or (table.annotated[gloss.char] > 2 and table.always(gloss.char)))
