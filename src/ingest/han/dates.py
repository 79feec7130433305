"""Dates as Chinese documents print them: 2021年4月13日, 二〇二一年四月廿三日, 民國110年4月13日, 2021-04-13.

One grammar for all rooms: rooms that only ask where a date stands (`DATE`) and rooms that ask which it is (`find`, `parse`) see
the same dates, in full-width digits as in half-width ones.

Decided against a date parser of a library: they read 3.5 or 第十四 as dates, and order 03/04/05 by guess.
"""

from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from ingest.han import numerals, width
from ingest.patterns import pattern

WEEKDAY = "(?:星期|周|週)[一二三四五六日天]"
"""A day of the week, as it stands beside a date."""
_CHINA = timezone(timedelta(hours=8))
# Inside a date anything round may stand for a zero.
_ROUND = "〇○零Ｏ0０OoО◯"
_ZEROS = str.maketrans(dict.fromkeys(_ROUND, "〇"))
_ONES = "一二三四五六七八九壹贰貳叁參肆伍陆陸柒捌玖"
_HAN = f"[{_ROUND}{_ONES}十拾廿卅]{{1,3}}"
_GAP = r"\s{0,3}"


class _Form(NamedTuple):
    """A form of dates in words: expressions for what stands before the year, for the three numbers, and for the last character."""

    before: str
    year: str
    month: str
    day: str
    last: str

    def expression(self, groups: bool) -> str:
        """The form as a regular expression, with a group for each number or with none."""
        year, month, day = (f"({part})" if groups else f"(?:{part})" for part in (self.year, self.month, self.day))
        return f"{self.before}{year}{_GAP}年{_GAP}{month}{_GAP}月{_GAP}{day}{_GAP}{self.last}"


_MONTH, _DAY = r"[1１][0-2０-２]|[0０]?[1-9１-９]", r"[3３][01０１]|[12１２]\d|[0０]?[1-9１-９]"
_FORMS = (
    _Form("", r"[1１][5-9５-９]\d\d|[2２][0０]\d\d", _MONTH, _DAY, "[日号號]"),
    _Form("", f"[一二壹贰貳][{_ROUND}{_ONES}]{{3}}", _HAN, _HAN, "日"),
    _Form(
        rf"(?:中[華华])?民[國国]{_GAP}",
        rf"\d{{2,3}}|[{_ROUND}{_ONES}十百]{{1,5}}",
        rf"\d{{1,2}}|{_HAN}",
        rf"\d{{1,2}}|{_HAN}",
        "日",
    ),
)
WHOLE = f"(?:{'|'.join(form.expression(False) for form in _FORMS)})"
"""A date in words, whatever its form, to be put into other expressions; it has no groups."""
DATE = pattern(WHOLE)
SIGN = pattern(rf"[\d{_ROUND}{_ONES}十百](?:(?<=\d)|{_GAP}年)")  # one class: so the engine sees where none can begin
"""What every text that `find` finds a date in has in it."""
START = rf"\d|[一二壹贰貳][{_ROUND}九玖]|(?:中[華华])?民[國国]"
"""What a date of this century or the last begins with."""
LAST = frozenset("日号號")
"""What a date in words may end in."""

_ARABIC, _IN_HAN, _REPUBLIC = (pattern(form.expression(True)) for form in _FORMS)
_ARABIC = pattern(rf"(?<![\d.]){_ARABIC.pattern}")
_NUMERIC = pattern(r"(?<![\d.])((?:19|20)\d\d)\s?([-/.])\s?(1[0-2]|0?[1-9])\s?\2\s?(3[01]|[12]\d|0?[1-9])(?![\d]|\.\d)")
# 112-06-18, as Taiwan's agencies print it: only under a date's label, where three digits cannot be anything else.
_REPUBLIC_SHORT = pattern(r"\s*(1[0-4]\d)\s?(?:年|[-/.])\s?(\d{1,2})\s?(?:月|[-/.])\s?(\d{1,2})(?!\d)")
_PACKED = pattern(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?:\d{4}(?:\d\d)?)?")
_STAMP = pattern(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)")
_FOUNDED = 1911
"""The year before the first of the Republic."""
_FIRST = 1900
"""Years before it, in Arabic digits, are what a text tells of and not when it was made."""


def _iso(year: int, month: int, day: int) -> str | None:
    """The day in ISO form; None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _number(printed: str) -> int:
    """The number that a part of a date says; -1, which no calendar has, where it says none."""
    worth = numerals.value(printed.translate(_ZEROS)) if not printed.isdecimal() else int(printed)
    return -1 if worth is None else worth


class Found(NamedTuple):
    """A date that a text prints at [start, end), in code points of the text, in ISO form."""

    start: int
    end: int
    iso: str


def find(text: str) -> Found | None:
    """The first date in `text`: in words, or in digits divided by one sign (2021-04-13, 2021.4.13)."""
    if SIGN.search(text) is None:
        return None
    text = width.digits(text)
    best: Found | None = None
    for form in (_ARABIC, _NUMERIC, _IN_HAN, _REPUBLIC) if "年" in text else (_NUMERIC,):
        match = form.search(text)
        if not match or (best and match.start() >= best.start):
            continue
        year, month, day = (_number(match[n]) for n in ((1, 3, 4) if form is _NUMERIC else (1, 2, 3)))
        if form is _ARABIC and year < _FIRST:
            continue
        iso = _iso(year + _FOUNDED if form is _REPUBLIC else year, month, day)
        if iso:
            best = Found(match.start(), match.end(), iso)
    return best


def parse(text: str) -> str | None:
    """The first date in `text` as ISO.

    Read are 2021年4月13日, 2021-04-13 11:03, 2021/4/13, 二〇二一年四月十三日, 民國110年4月13日, and 20210413 alone.
    A time stamp with a zone is the day it was in China. None where there is no whole date.
    """
    stamp = _STAMP.search(text)
    if stamp:
        zone = "+00:00" if stamp[3] == "Z" else stamp[3]
        try:
            return datetime.fromisoformat(f"{stamp[1]}T{stamp[2]}{zone}").astimezone(_CHINA).date().isoformat()
        except (ValueError, OverflowError):
            return None
    found = find(text)
    if found:
        return found.iso
    packed = _PACKED.fullmatch(width.digits(text).strip())
    return _iso(int(packed[1]), int(packed[2]), int(packed[3])) if packed else None


def written(text: str) -> str | None:
    """The day that a time stamp with a zone is written with, where that is another one than it was in China."""
    stamp = _STAMP.search(text)
    return stamp[1] if stamp and parse(text) not in (None, stamp[1]) else None


def parse_labelled(text: str) -> str | None:
    """The date that stands behind a date's label: as `parse`, and 112-06-18 in years of the Republic too."""
    iso = parse(text)
    short = None if iso else _REPUBLIC_SHORT.match(width.digits(text))
    return _iso(int(short[1]) + _FOUNDED, int(short[2]), int(short[3])) if short else iso
