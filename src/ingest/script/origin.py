"""Who put a Traditional text into that script: its author, or a converter, and which kind of converter."""

from collections import Counter
from collections.abc import Mapping
from typing import Literal, NamedTuple

from ingest.patterns import pattern
from ingest.script import lexicons

Origin = Literal["native", "naive", "phrase", "localised"]


# A converter by phrases has next to no marks of the naive kind; one by characters gets the frequent words right as well.
_SLIPS = 8
# The mainland's words must prevail over Taiwan's and Hong Kong's by so much, whose news and laws speak of it as well.
_LEANS = 4
# Kinds of localised words beside which one word of the mainland is enough (of software every page of Taiwan is full of them:
# its author has to be asked).
_MANY = 8
# 于 as a preposition, which nobody writes who writes Traditional script; alone it is a surname.
_LEFT = pattern("[由關对對屬属位在用基等大小低高鑒至終过過限便源處处敢善勇急樂忙]于(?=[^\\s])|于是")
# Characters that are looked at for signs of the author.
_ENOUGH = 10_000


class Judgement(NamedTuple):
    """An origin and the counts that spoke for it."""

    origin: Origin
    counts: Mapping[str, int]


class Signs(NamedTuple):
    """How often a text's words speak for each side (mainland, taiwan, hongkong), and how many words do."""

    voices: Mapping[str, int]
    kinds: Mapping[str, int]

    @property
    def lean(self) -> int:
        """How many different words of the mainland stand in it, less those of Taiwan and Hong Kong."""
        return self.kinds["mainland"] - self.kinds["taiwan"] - self.kinds["hongkong"]


def signs(simplified: str) -> Signs:
    """The signs of who wrote a text, in its Simplified form; sought in its beginning, for more of it tells nothing new."""
    found = lexicons.sides(simplified, _ENOUGH)
    sides = dict(found)
    return Signs(Counter(side for _, side in found), Counter(sides.values()))


def judge(text: str, signs: Signs, foreign: Mapping[str, int]) -> Judgement:
    """The origin of a Traditional text, given with its signs and the words that only localised texts have."""
    marks = Counter(side for _, side in lexicons.slips(text, _ENOUGH))
    text = text[:_ENOUGH]
    if "于" in text:
        marks["naive"] += len(_LEFT.findall(text))
    marks["careful"] += text.count("於")
    mainland, native = signs.voices["mainland"], signs.voices["taiwan"] + signs.voices["hongkong"]
    counts = {**signs.voices, **marks, "localised": sum(foreign.values()), "kinds": len(foreign)}
    origin: Origin
    if marks["naive"] >= 2 and _SLIPS * marks["naive"] > marks["careful"]:
        origin = "naive"
    elif mainland <= _LEANS * native:
        origin = "native"
    elif len(foreign) >= 2 and (signs.lean >= 2 or (signs.lean and len(foreign) >= _MANY and not native)):
        origin = "localised"
    else:
        origin = "phrase"
    return Judgement(origin, counts)
