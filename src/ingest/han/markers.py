"""The markers of numbered units (第十条, 一、, （一）, 1., ①): the table `markers.tsv` and what its patterns mean."""

import re
from functools import cache
from typing import NamedTuple, cast

from ingest import rules
from ingest.han import numerals
from ingest.models import Kind
from ingest.patterns import pattern

BLANK = r"[^\S\n]{0,2}\n?[^\S\n]{0,2}"
_HAN = f"[{numerals.HAN}]"
_C = rf"{_HAN}(?:[^\S\n]?\n?{_HAN}){{0,8}}"
_D = r"\d(?:\n?\d){0,2}"
NUMBER = rf"(?:{_C}|\d(?:[^\S\n]?\n?\d){{0,3}})"
SIGNS = {
    "N": NUMBER, "C": _C, "D": _D, " ": BLANK, "(": "[（(﹙]", ")": "[）)﹚]", "O": "[①-⑳㉑-㉟㊱-㊿❶-❿]",
    "R": "[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫIVX][IVX]{0,4}",
    "S": "[甲乙丙丁戊己庚辛壬癸]", ".": "[.．]", "编": "[编編]", "节": "[节節]", "条": "[条條]", "项": "[项項]",
    "P": r"[、.．](?:(?![\d０-９])|(?=(?:19|20)\d\d\s?年))", "K": "[，,](?=\\s?[\u4e00-\u9fffA-Za-z“《（])", "L": "[A-Za-zＡ-Ｚａ-ｚ]", "r": "[ivxｉｖｘ][ivxｉｖｘ]{0,4}",
    "B": "(?=[ \t\u3000]{1,4}[\u4e00-\u9fff“《][\u4e00-\u9fff、])", "F": "[壹贰貳貮弐叁參参叄肆伍陆陸柒捌玖拾][壹贰貳貮弐叁參参叄肆伍陆陸柒捌玖拾]{0,2}", "Z": "[Ss](?i:tep)",
}  # fmt: skip
"""What the signs of a pattern stand for. Each begins with a character of a class: so the engine sees where none can begin."""

_NUMBERS = frozenset("NCDORSLrF")
"""The signs of a pattern that stand for a number."""
TABLE = rules.Table(
    "ingest.han",
    "markers.tsv",
    ("id", "kind", "rank", "pattern", "unless", "example", "lookalike"),
    optional=("unless",),
)
_KINDS = (
    "part",
    "subpart",
    "chapter",
    "section",
    "article",
    "level1",
    "level2",
    "level3",
    "level4",
    "level5",
    "letter",
    "formal",
)


_OPEN = pattern(r"[（(﹙](?:[^（()）﹙﹚\s]{1,12}\n[ \t\u3000]*|\d[\d.：:∶]{0,8})$")
_SHUT = pattern(r"\d{1,3}[）)﹚]")


def closes(text: str, start: int) -> bool:
    """Whether a number with a bracket behind it (1）) closes a bracket that the line before left open, or a ratio: （1：⏎1）, （1：1）."""
    return _SHUT.match(text, start) is not None and _OPEN.search(text, max(0, start - 20), start) is not None


LINED = frozenset({
    "letter", "letter-paren", "letter-stop", "roman-low", "roman-low-stop", "roman-low-paren", "formal", "han-comma", "digit-comma", "bracket-han",
    "digit-stop", "step", "han-blank",
})  # fmt: skip
"""Styles that count at the start of a line only: elsewhere too much looks like them."""


class Style(NamedTuple):
    """One line of the marker table: `rank` orders enclosing (low) before enclosed, a `division` names its unit (第十条).

    `unless` says what may not follow it where a line opens with it: characters, or `apart` for anything but a blank or a sign.
    """

    id: str
    kind: Kind
    rank: int
    pattern: str
    example: str
    division: bool
    unless: str
    lookalike: str

    @property
    def lined(self) -> bool:
        """Whether it counts at the start of a line only: elsewhere too much looks like it."""
        return self.id in LINED


@cache
def table() -> tuple[Style, ...]:
    """The lines of `markers.tsv`."""
    return tuple(
        Style(
            row["id"],
            cast(Kind, row.one_of("kind", _KINDS)),
            row.whole_number("rank"),
            _counting(row),
            row["example"],
            row["pattern"].startswith("第"),
            row["unless"],
            row["lookalike"],
        )
        for row in TABLE.rows()
    )


def _counting(row: rules.Row) -> str:
    """A row's pattern; `InputError` where it has no sign for a number, for then it numbers nothing."""
    if not _NUMBERS & set(row["pattern"]):
        raise row.fault(f"pattern {row['pattern']!r} has no sign for a number: one of {' '.join(sorted(_NUMBERS))}")
    return row["pattern"]


@cache
def style(name: str) -> Style:
    """The style with this id."""
    return next(s for s in table() if s.id == name)


def expression(pattern: str) -> str:
    """A pattern of the table as a regular expression."""
    return "".join(SIGNS.get(c, c) for c in pattern)


# Compatibility characters that are a whole marker: first character, last one, the style they stand for.
WHOLE = (("㈠", "㈩", "paren-han"), ("⒈", "⒛", "digit"), ("⑴", "⒇", "paren-digit"))
_NUMERAL = pattern(f"[{numerals.HAN}]{{1,4}}")


def enumerates(text: str, end: int, number: int) -> bool:
    """Whether the 、 at the end of what looks like a marker divides numbers: 一、二年级, 二、三十人, 五十、六十岁, 一、三、五.

    `end` is the offset behind it in `text`, `number` what stands before it.
    """
    found = _NUMERAL.match(text, end)
    if found is None:
        return False
    if text[found.end() : found.end() + 1] == "、":
        return True
    tens = len(found[0]) > 1 and found[0][1] in "十百千"
    after = numerals.value(found[0][0] if tens else found[0])
    return after == number + 1 or (number % 10 == 0 and numerals.value(found[0]) == number + 10)


_APART = r"(?=[\s:：、．.（(《]|之|$)"


@cache
def _opening() -> re.Pattern[str]:
    def one(entry: Style) -> str:
        if entry.id == "han":
            return "(?P<han>" + expression("C ") + ")、"
        behind = _APART if entry.unless == "apart" else f"(?![{entry.unless}])" if entry.unless else ""
        return expression(entry.pattern) + behind

    whole = "".join(f"{first}-{last}" for first, last, _ in WHOLE)
    return re.compile(rf"\W*?(?:{'|'.join(one(entry) for entry in table())}|[{whole}])")


def opens(line: str) -> bool:
    """Whether a line begins with a marker: it is a numbered unit of the text, and neither its title nor what stands above it."""
    found = _opening().match(line)
    if found is None:
        return False
    number = numerals.value(found["han"]) if found["han"] else None
    return number is None or not enumerates(line, found.end(), number)


@cache
def unit() -> re.Pattern[str]:
    """A division's marker with a blank behind it (第一章 总则), as a printed line begins."""
    names = "|".join(expression(s.pattern.removeprefix("第 N ")) for s in table() if s.division and s.rank <= 4)
    number = rf"[{numerals.HAN}\d]"
    return re.compile(rf"第{number}{{1,6}}(?:{names})(?:之{number}{{1,3}})?\s")
