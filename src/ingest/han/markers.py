"""The markers of numbered units (第十条, 一、, （一）, 1., ①): the table `markers.tsv` and what its patterns mean."""

import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from ingest.han import numerals
from ingest.models import Kind

BLANK = r"[^\S\n]{0,2}\n?[^\S\n]{0,2}"
_HAN = f"[{numerals.HAN}]"
_C = rf"{_HAN}(?:[^\S\n]?\n?{_HAN}){{0,8}}"
_D = r"\d(?:\n?\d){0,2}"
NUMBER = rf"(?:{_C}|\d(?:[^\S\n]?\n?\d){{0,3}})"
SIGNS = {
    "N": NUMBER, "C": _C, "D": _D, " ": BLANK, "(": "[（(﹙]", ")": "[）)﹚]", "O": "[①-⑳㉑-㉟㊱-㊿❶-❿]",
    "R": "[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫIVX][IVX]{0,4}",
    "S": "[甲乙丙丁戊己庚辛壬癸]", ".": "[.．]", "编": "[编編]", "节": "[节節]", "条": "[条條]", "项": "[项項]",
    "P": r"[、.．](?![\d０-９])",
}  # fmt: skip


class Style(NamedTuple):
    """One line of the marker table: `rank` orders enclosing (low) before enclosed, a `division` names its unit (第十条)."""

    id: str
    kind: Kind
    rank: int
    pattern: str
    example: str
    division: bool


@cache
def table() -> tuple[Style, ...]:
    """The lines of `markers.tsv`."""
    rows = (files(__package__) / "markers.tsv").read_text("utf-8").splitlines()
    cells = (row.split("\t") for row in rows if row and not row.startswith("#"))
    return tuple(Style(c[0], c[1], int(c[2]), c[3], c[4], c[3].startswith("第")) for c in cells)  # type: ignore[arg-type]


@cache
def style(name: str) -> Style:
    """The style with this id."""
    return next(s for s in table() if s.id == name)


def compiled(pattern: str) -> str:
    """A pattern of the table as a regular expression."""
    return "".join(SIGNS.get(c, c) for c in pattern)


# Markers as further rooms look for them at the start of a line: over a headline, at the head of a text, in a wrapped one.
NUMBERED = re.compile(
    r"\W*(?:第[\d一二三四五六七八九十百]+[章节條条编編]|[一二三四五六七八九十]+[、．.]|\d+[、．.]|[（(][\d一二三四五六七八九十]+[)）])"
)
HEAD = re.compile(
    r"(?:第[0-9零〇一二三四五六七八九十百]+[编章节条]|[一二三四五六七八九十]+、|[(][一二三四五六七八九十]+[)])"
)
UNIT = re.compile(rf"第[{numerals.HAN}\d]{{1,6}}[编編章节節条條](?:之[{numerals.HAN}\d]{{1,3}})?\s")
