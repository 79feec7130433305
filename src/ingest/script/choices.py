"""One-to-many characters that no phrase of a conversion decided: edits of their own, so that they can be looked at.

A table must put something for 著 or 呎; where a word stands around it, the tables know better, and where none does, it is
a choice. These choices are taken out of what `script_chain` stands for and put on record one by one.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

from ingest.patterns import pattern
from ingest.script import configurations, dictionaries, works
from ingest.script.undecided import Score
from ingest.traced import Certainty, Change

# Words beside a character that can have a part in deciding it.
_REACH = 16
_HAN = pattern("[\u4e00-\u9fff]")


class _Choice(NamedTuple):
    to: str
    others: str
    certainty: Certainty
    at_end: bool
    """Whether it is a choice only where no Chinese character follows."""


@cache
def _table(direction: str) -> dict[str, _Choice]:
    return {
        row["character"]: _Choice(
            row["to"],
            row["others"],
            "likely" if row.one_of("certainty", ("likely", "guess")) == "likely" else "guess",
            row.one_of("where", ("", "end")) == "end",
        )
        for row in dictionaries.CHOICES.rows()
        if row["direction"] == direction
    }


@cache
def _places(direction: str) -> re.Pattern[str]:
    return re.compile("[" + "".join(_table(direction)) + "]")


def changes(
    text: str, recoded: str, spans: Iterable[tuple[int, int]], configuration: str, score: Score | None = None
) -> list[Change]:
    """A change for every undecided character of the table in the converted `spans` of a text, in its offsets.

    `score` tells where 著 says who wrote a work; there the change is declined.
    """
    direction = "t2s" if configuration == "t2s" else "s2t"
    table, places = _table(direction), _places(direction)
    found = []
    for start, end in spans:
        if not places.search(text, start, end):
            continue
        for match in places.finditer(text, start, end):
            at = match.start()
            choice = table[text[at]]
            if choice.at_end and _HAN.match(text, at + 1):
                continue
            after = choice.to or recoded[at]
            if after != text[at] and not _decided(
                text[max(start, at - _REACH) : min(end, at + _REACH)], min(at - start, _REACH), configuration
            ):
                others = "、".join(other for other in choice.others.split("、") if other != after)
                stays = text[at] == "著" and score is not None and works.written_by(text, recoded, at, score)
                note = "who wrote a work" if stays else f"or {others}"
                found.append(Change(at, at + 1, after, f"choice:{text[at]}", choice.certainty, note, applied=not stays))
    return found


def _decided(around: str, at: int, configuration: str) -> bool:
    """Whether a word of the conversion's first step covers a place."""
    return any(low <= at < high for low, high, _ in configurations.chain(configuration).steps[0].words(around))


def taken_out(text: str, recoded: str, chosen: list[Change]) -> str:
    """The recoded text with the chosen characters as they came: what becomes of them is an edit's."""
    if not chosen:
        return recoded
    letters = list(recoded)
    for change in chosen:
        letters[change.start] = text[change.start]
    return "".join(letters)
