"""The title page of a standard: what kind it is, its number and what it replaces, the title, days, who published it.

It is known by the number on a line of its own near a line ICS… or …标准, and by what stands between that and the foreword.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.patterns import pattern

_LETTERS = r"(?:GB|GJB|DB\s?\d{0,6}|[A-Z]{2,4}|T/[A-Z]{2,12}|Q/[A-Z0-9]{1,12})(?:\s?/\s?[TZ])?"
_NUMBER = pattern(rf"(?:{_LETTERS})\s?\d{{1,6}}(?:\.\d{{1,3}})*\s?[—–―-]{{1,2}}\s?(?:19|20)?\d{{2}}")
_REPLACES = pattern(r"(?:部分)?代替\s*\S.*")
_CLASS = pattern(r"(?:ICS|CCS|UDC)\s?[\w./ ]{1,20}|[A-Z]\s?\d{2}|备案号[：:].*")
_KIND = pattern(
    r"(?:中华人民共和国|[\u4e00-\u9fff]{2,12}[省市])?\S{0,16}?(?:国家|行业|地方|团体|企业|专业|推荐性?)(?:军用)?"
    r"(?:标准|计量技术规范|计量检定规程)"
)
_DAYS = pattern(r"\S{0,3}\d{4}[-—.年]\d{1,2}[-—.月]\d{1,2}日?\s?(?:发布|实施|批准).*")
_PUBLISHED = pattern(r"\S{0,30}(?:发布|批准|部|局|委员会|协会|学会|公司)")
_ENDS = pattern(r"目[次录]|前言|引言|1[\u4e00-\u9fff]{2,12}")
_HAN = pattern(r"[\u4e00-\u9fff]")
ZONE = 24
"""Lines of a title page, at most."""


class TitlePage(NamedTuple):
    """Numbers of lines: of the standard's number, the title's first and the one behind its last, and the page's end."""

    number: int
    begin: int
    end: int
    last: int


def title_page(lines: Sequence[str]) -> TitlePage | None:
    """The title page that a text begins with, by its first lines; None where it begins with none."""
    zone: list[str] = []
    for line in lines[:ZONE]:
        bare = "".join(line.split())
        if _ENDS.fullmatch(bare):
            break
        zone.append(bare if len(bare) <= 120 else "")
    number = next((n for n, words in enumerate(zone) if _NUMBER.fullmatch(words)), None)
    if number is None or not any(_CLASS.fullmatch(words) or _KIND.fullmatch(words) for words in zone[: number + 2]):
        return None
    begin = number + 1
    while begin < len(zone) and (_REPLACES.fullmatch(zone[begin]) or _KIND.fullmatch(zone[begin])):
        begin += 1
    end = begin
    while (
        end < len(zone)
        and _HAN.search(zone[end])
        and not (_PUBLISHED.fullmatch(zone[end]) or _DAYS.fullmatch(zone[end]))
    ):
        end += 1
    last = end
    while last < len(zone) and (
        not _HAN.search(zone[last]) or _DAYS.fullmatch(zone[last]) or _PUBLISHED.fullmatch(zone[last])
    ):
        last += 1
    return TitlePage(number, begin, end, last) if 0 < end - begin <= 4 and last > end else None
