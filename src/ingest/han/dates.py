"""Dates as Chinese documents print them: 2021年4月13日, 二〇二一年四月十三日, 民國110年4月13日, 2021-04-13.

Decided against a date parser of a library: they read 3.5 or 第十四 as dates, and order 03/04/05 by guess.
"""

import re
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple

from ingest.han import width
from ingest.han.numerals import HAN

_CHINA = timezone(timedelta(hours=8))
_DIGITS = {
    c: str(n)
    for n, cs in enumerate(("〇○零Ｏ0OoО◯", "一壹", "二贰貳", "三叁", "四", "五", "六", "七", "八", "九"))
    for c in cs
}
_NUM = "〇○零Ｏ0OoО◯一二三四五六七八九十廿卅"
_ARABIC = re.compile(
    r"(?<![\d.])((?:19|20)\d\d)\s*(?:年\s*(1[0-2]|0?[1-9])\s*月\s*(3[01]|[12]\d|0?[1-9])\s*[日号號]"
    r"|\s?([-/.])\s?(1[0-2]|0?[1-9])\s?\4\s?(3[01]|[12]\d|0?[1-9])(?![\d]|\.\d))"
)
_HAN = re.compile(rf"([一二][{_NUM}]{{3}})\s*年\s*([{_NUM}]{{1,3}})\s*月\s*([{_NUM}]{{1,3}})\s*日")
_ROC = re.compile(r"(?:中華民國|中华民国|民國|民国)\s*(\d{2,3})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")
# 112-06-18, as Taiwan's agencies print it: only under a date's label, where three digits cannot be anything else.
ROC_SHORT = re.compile(r"\s*(1[0-4]\d)\s?(?:年|[-/.])\s?(\d{1,2})\s?(?:月|[-/.])\s?(\d{1,2})(?!\d)")
_PACKED = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?:\d{4}(?:\d\d)?)?")
_STAMP = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d(?::\d\d)?)(?:\.\d+)?\s*(Z|[+-]\d\d:?\d\d)")


def iso(year: int, month: int, day: int) -> str | None:
    """The day in ISO form; None where the calendar has no such day."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def _small(numeral: str) -> int:
    """一 to 三十一 in any of its spellings (二十, 廿, 一〇)."""
    numeral = numeral.replace("廿", "二十").replace("卅", "三十")
    if "十" in numeral:
        tens, _, ones = numeral.partition("十")
        return int(_DIGITS.get(tens, "1")) * 10 + int(_DIGITS.get(ones, "0"))
    return int("".join(_DIGITS[c] for c in numeral))


class Found(NamedTuple):
    """A date that a text prints at [start, end), in code points of the text, in ISO form."""

    start: int
    end: int
    iso: str


def find(text: str) -> Found | None:
    """The first date in `text`, which has no full-width digits."""
    best: Found | None = None
    for pattern in (_ARABIC, _HAN, _ROC):
        match = pattern.search(text)
        if not match or (best and match.start() >= best.start):
            continue
        part = [g for g in match.groups() if g and g not in "-/."]
        if pattern is _HAN:
            day = iso(int("".join(_DIGITS.get(c, "0") for c in part[0])), _small(part[1]), _small(part[2]))
        else:
            day = iso(int(part[0]) + (1911 if pattern is _ROC else 0), int(part[1]), int(part[2]))
        if day:
            best = Found(match.start(), match.end(), day)
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
    text = width.digits(text)
    found = find(text)
    if found:
        return found.iso
    packed = _PACKED.fullmatch(text.strip())
    return iso(int(packed[1]), int(packed[2]), int(packed[3])) if packed else None


# ---------------------------------------------------------------- whole dates, as further rooms look for them

DATE = re.compile(
    rf"(?:\d{{4}}|[{HAN}]{{4}})\s?年\s?(?:\d{{1,2}}|[{HAN}]{{1,3}})\s?月\s?(?:\d{{1,2}}|[{HAN}]{{1,3}})\s?日"
)
DAY_LINE = re.compile(
    r"[0-9一二〇○零三四五六七八九十]{4}\s*年\s*[0-9一二三四五六七八九十]{1,3}\s*月\s*[0-9一二三四五六七八九十]{1,3}\s*日"
)
SIGNED = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二一][〇○零九][〇○零一二三四五六七八九]{2}年")
