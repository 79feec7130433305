"""Who put a Traditional text into that script: its author, or a converter, and which kind of converter."""

from collections.abc import Mapping
from functools import cache
from typing import Literal, NamedTuple

from ingest.script import tables
from ingest.script.engine import Finder
from ingest.script.localised import evidence

Origin = Literal["native", "naive", "phrase", "localised"]


class Judgement(NamedTuple):
    """An origin and the counts that spoke for it."""

    origin: Origin
    counts: Mapping[str, int]


@cache
def _signs(*sides: str) -> tuple[Finder, dict[str, str]]:
    table = {row["word"]: row["side"] for row in tables.rows("origin.tsv") if row["side"] in sides}
    return Finder(table), table


def _voices(text: str, *sides: str) -> dict[str, int]:
    finder, table = _signs(*sides)
    voices = dict.fromkeys(sides, 0)
    for match in finder.find(text, table):
        voices[match.value] += 1
    return voices


def judge(text: str, simplified: str) -> Judgement:
    """The origin of a Traditional text, given with its Simplified form."""
    voices = _voices(simplified, "mainland", "taiwan", "hongkong")
    marks = _voices(text, "naive", "careful")
    # Single characters decide where no word does: 于 as a preposition is never Traditional usage.
    marks["naive"] += text.count("于")
    marks["careful"] += text.count("於")
    foreign = evidence(simplified)
    # Converters leave the quotation marks of the mainland; whoever writes Traditional script uses corner brackets.
    mainland = voices["mainland"] + text.count("“")
    native = voices["taiwan"] + voices["hongkong"] + text.count("「")
    counts = {**voices, **marks, "localised": sum(foreign.values()), "kinds": len(foreign)}
    origin: Origin
    if marks["naive"] >= 2 and marks["naive"] > marks["careful"]:
        origin = "naive"
    elif mainland - counts["localised"] <= native - 2 * counts["localised"] or not mainland:
        origin = "native"
    elif counts["kinds"] >= 2 or counts["localised"] >= 4:
        origin = "localised"
    else:
        origin = "phrase"
    return Judgement(origin, counts)
