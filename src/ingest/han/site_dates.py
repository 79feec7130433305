"""Dates as sites print them beside a title: 9/17/2004 5:54:13 AM, Dec 28 2013, 十一月 6th, 2009, 2011年09月27来源.

Apart from `dates`, because in running text such figures are no dates, or could be two.
"""

import re
from datetime import date

from ingest.han import dates, width
from ingest.han.dates import Found
from ingest.patterns import pattern

_NAMES = (
    "jan feb mar apr may jun jul aug sep oct nov dec 一月 二月 三月 四月 五月 六月 七月 八月 九月 十月 十一月 十二月"
)
_MONTHS = {name: n % 12 + 1 for n, name in enumerate(_NAMES.split())}
_MONTH = r"(?P<m>(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?|(?:十[一二]?|[一二三四五六七八九])月|(?<!\d)(?:1[0-2]|0?[1-9])月(?=\s*[0-3]?\d\s*[,，]))"
_YEAR = pattern(r"(?:19|20)\d\d")
_LOOSE = (
    # 2011年09月27来源: the last mark forgotten
    pattern(r"(?<!\d)(?P<y>(?:19|20)\d\d)\s?年\s?(?P<m>1[0-2]|0?[1-9])\s?月\s?(?P<d>3[01]|[12]\d|0[1-9])(?![\d至到-])"),
    # Dec 28 2013; November 6th, 2009; 十一月 6th, 2009; 10月 20, 2016
    pattern(
        rf"(?<![a-z一-鿿]){_MONTH}\s*(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th|日)?\s*[,，]?\s*(?P<y>(?:19|20)\d\d)(?!\d)",
        re.I,
    ),
    # Wed Mar  4 10:20:33 2015
    pattern(
        rf"(?<![a-z])(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}},?\s+{_MONTH}\s+(?P<d>3[01]|[12]\d|0?[1-9])\s+\d{{1,2}}:\d\d(?::\d\d)?\s+(?:[a-z]{{3,4}}\s+)?(?P<y>(?:19|20)\d\d)(?!\d)",
        re.I,
    ),
    # 2013-Dec-28
    pattern(rf"(?<!\d)(?P<y>(?:19|20)\d\d)[ ./-]{_MONTH}[ ./-](?P<d>3[01]|[12]\d|0?[1-9])(?!\d)", re.I),
    # 28 Dec 2013
    pattern(rf"(?<!\d)(?P<d>3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?[ -]{_MONTH}[ ,-]+(?P<y>(?:19|20)\d\d)(?!\d)", re.I),
)
# 9/17/2004 5:54:13 AM: only where nothing else could be meant, by the figures or by a clock of twelve hours.
_SLASHED = pattern(
    r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<y>(?:19|20)\d\d)(?![\d/])(?P<half>\s+\d{1,2}:\d\d(?::\d\d)?\s*[AP]M)?",
    re.I,
)
# 105年5月12日, 105.05.12, 1050512: years of the Republic without its name, where a date is expected.
_REPUBLIC = pattern(
    r"(?<![\d./-])(?P<y>\d{2,3})\s?(?:年|[-/.])\s?(?P<m>\d{1,2})\s?(?:月|[-/.])\s?(?P<d>\d{1,2})(?![\d./-])"
    r"|(?<!\d)(?P<y2>1[0-4]\d|0?[3-9]\d)(?P<m2>0[1-9]|1[0-2])(?P<d2>[0-2]\d|3[01])(?!\d)"
)

# What a line may be that is a day of a few figures, an hour and a name: 20-06-12 10:20 江城时报, [20210413], 110/04/13.
_ALONE = pattern(
    r"\W?\s*(?:(?P<yy>[0-3]\d)-(?P<mm>\d\d)-(?P<dd>\d\d)|(?P<y>(?:19|20)\d\d)(?P<m>\d\d)(?P<d>\d\d)|(?P<r>1[0-4]\d)(?P<by>[-/.])(?P<rm>\d{1,2})(?P=by)(?P<rd>\d{1,2}))"
    r"\s*\W?(?:\s+\d{1,2}:\d\d(?::\d\d)?)?(?:\s+[一-鿿]{2,16})?"
)
# 18-03-08: the century left out. Years of the Republic of so few figures passed before there were sites.
_SHORT = pattern(r"(?:0[1-9]|[12]\d)\s?[-/.]")


def find(text: str, republic: bool = False) -> Found | None:
    """The first date in `text` that a reader of the page knows to be one: 9/17/2004 5:54 AM, Dec 28 2013, 2011年09月27.

    For a line or a value that is a date and little else; in running text such figures are no dates. `republic`: a date is
    expected here, and three figures may be a year of the Republic (1050512).
    """
    text = width.digits(text)
    if found := dates.find(text):
        return found
    if not republic and not _YEAR.search(text):
        return None
    for form in _LOOSE:
        if match := form.search(text):
            month = match["m"]
            number = (
                int(month.rstrip("月"))
                if month[0].isdigit()
                else _MONTHS[month if month[-1] == "月" else month[:3].lower()]
            )
            if found_day := day(int(match["y"]), number, int(match["d"])):
                return Found(match.start(), match.end(), found_day)
    if match := _SLASHED.search(text):
        first, second = int(match["a"]), int(match["b"])
        month, number = (second, first) if first > 12 else (first, second)
        if (match["half"] or first > 12 or second > 12) and (found_day := day(int(match["y"]), month, number)):
            return Found(match.start(), match.end(), found_day)
    if republic and (match := _REPUBLIC.search(text)):
        year, month, number = (int(match[name] or match[f"{name}2"]) for name in "ymd")
        founded = 2000 if _SHORT.match(match[0]) else 1911
        if 1 <= year < 150 and (found_day := day(year + founded, month, number)):
            return Found(match.start(), match.end(), found_day)
    return None


def alone(text: str) -> str | None:
    """The day that a whole line is, of figures that could be anything elsewhere: 20-06-12, 20210413, 110/04/13; None where it is no such line."""
    match = _ALONE.fullmatch(width.digits(text.strip()))
    if match is None:
        return None
    if match["yy"]:
        return day(2000 + int(match["yy"]), int(match["mm"]), int(match["dd"]))
    if match["y"]:
        return day(int(match["y"]), int(match["m"]), int(match["d"]))
    return day(1911 + int(match["r"]), int(match["rm"]), int(match["rd"]))


def day(year: int, month: int, number: int) -> str | None:
    """The day in ISO form; None where the calendar has no such day."""
    try:
        return date(year, month, number).isoformat()
    except ValueError:
        return None
