"""Questions and answers by turns (问：, 答：, Q1：, A：)."""

from collections.abc import Sequence
from itertools import pairwise

from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

ASKED = pattern(r"([问問]题?|[QＱ答AＡ]|[记記]者|主持人)\s?([\d０-９]{0,3})\s?(?:[：:、]|[.．](?=[^\d\w])\s?)\s*")
_ASKS, _ANSWERS, _NAMED = "问問QＱ答AＡ记記主", "答AＡ", "记記主"  # what they begin with


def answers(text: str, lines: Sequence[LogicalLine]) -> set[int]:
    """Where the text behind 答： begins on each line that does: a count that begins there stands at a line's start."""
    found = (
        ASKED.match(text, line.start, line.end) for line in lines if line.role is None and text[line.start] in _ANSWERS
    )
    return {label.end() for label in found if label}


def mark(text: str, lines: list[LogicalLine], marked: set[int]) -> None:
    """Marks questions and answers (问：, 答：, Q1：, A：), where they come by turns at least twice or are numbered.

    A question may be a unit of the numbering, with 问： or without: then only its answer is marked.
    """
    found = [
        (i, "answer" if label[1] in _ANSWERS else "question", label[2])
        for i, line in enumerate(lines)
        if line.role is None
        and text[line.start] in _ASKS
        and line.start not in marked
        and (label := ASKED.match(text, line.start, line.end))
    ]
    if any(text[lines[i].start] in _NAMED for i, _, _ in found):  # 记者： may name who wrote a text
        pairs = sum(text[lines[one[0]].start] in _NAMED and two[1] == "answer" for one, two in pairwise(found))
        found = [
            one
            for one in found
            if text[lines[one[0]].start] not in _NAMED or (pairs >= 2 and text[lines[one[0]].end - 1] in "。？?")
        ]
    turns = sum(one[1] == "question" and two[1] == "answer" for one, two in pairwise(found))
    counted = sum(role == "answer" and i > 0 and lines[i - 1].start in marked for i, role, _ in found)
    plain = [i - 1 for i, role, _ in found if role == "answer" and i > 1 and _question(text, lines[i - 1], marked)]
    if len(plain) >= 2:
        for i in plain:
            lines[i] = lines[i]._replace(role="heading")
    if turns >= 2 or counted >= 2 or len(plain) >= 2 or (turns and any(number for _, _, number in found)):
        for i, role, _ in found:
            lines[i] = lines[i]._replace(role="question" if role == "question" else "answer")


def _question(text: str, line: LogicalLine, marked: set[int]) -> bool:
    """Whether a line without a marker asks something."""
    return (
        line.role is None and line.start not in marked and line.end - line.start <= 80 and text[line.end - 1] in "？?"
        and ASKED.match(text, line.start, line.end) is None
    )  # fmt: skip
