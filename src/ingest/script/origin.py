"""Who put a Traditional text into that script: its author, or a converter, and which kind of converter."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from ingest.script import tables
from ingest.script.engine import Finder

Origin = Literal["native", "naive", "phrase", "localised"]


# A converter by phrases has next to no marks of the naive kind; one by characters gets the frequent words right as well.
_SLIPS = 8
# The mainland's words must prevail over Taiwan's and Hong Kong's by so much, whose news and laws speak of it as well.
_LEANS = 4
# Kinds of localised words beside which one word of the mainland is enough.
_MANY = 8
# 于 as a preposition, which nobody writes who writes Traditional script; alone it is a surname.
_LEFT = re.compile("[由關对對屬属位在用基等大小低高鑒至終过過限便源處处敢善勇急樂忙]于(?=[^\\s])|于是")
# Characters that are looked at for signs of the author.
_ENOUGH = 10_000


class Judgement(NamedTuple):
    """An origin and the counts that spoke for it."""

    origin: Origin
    counts: Mapping[str, int]


@cache
def _signs(*sides: str) -> tuple[Finder, dict[str, str]]:
    table = {row["word"]: row["side"] for row in tables.ORIGIN.rows() if row["side"] in sides}
    return Finder(table), table


def _voices(text: str, *sides: str) -> dict[str, int]:
    finder, table = _signs(*sides)
    voices = dict.fromkeys(sides, 0)
    for match in finder.find(text, table):
        voices[match.value] += 1
    return voices


def lean(simplified: str) -> int:
    """How many different words of the mainland a text holds, less those of Taiwan and Hong Kong."""
    finder, table = _signs("mainland", "taiwan", "hongkong")
    simplified = simplified[:_ENOUGH]
    sides = {simplified[m.start : m.end]: m.value for m in finder.find(simplified, table)}
    return sum(1 if side == "mainland" else -1 for side in sides.values())


def judge(text: str, simplified: str, foreign: Mapping[str, int]) -> Judgement:
    """The origin of a Traditional text, given with its Simplified form and the words that only localised texts have.

    The signs are sought in the text's beginning: more of it tells nothing new.
    """
    text, simplified = text[:_ENOUGH], simplified[:_ENOUGH]
    voices = _voices(simplified, "mainland", "taiwan", "hongkong")
    marks = _voices(text, "naive", "careful")
    marks["naive"] += len(_LEFT.findall(text))
    marks["careful"] += text.count("於")
    mainland, native = voices["mainland"], voices["taiwan"] + voices["hongkong"]
    counts = {**voices, **marks, "localised": sum(foreign.values()), "kinds": len(foreign)}
    leaning = lean(simplified)
    origin: Origin
    if marks["naive"] >= 2 and _SLIPS * marks["naive"] > marks["careful"]:
        origin = "naive"
    elif mainland <= _LEANS * native:
        origin = "native"
    elif counts["kinds"] >= 2 and (leaning >= 2 or (leaning and counts["kinds"] >= _MANY and not native)):
        origin = "localised"
    else:
        origin = "phrase"
    return Judgement(origin, counts)
