"""Document numbers (发文字号) as printed: 国办发〔2019〕6号, 国令第707号, 公告2021年第6号."""

import re

from ingest.han import kinds
from ingest.patterns import pattern

_OPEN, _CLOSE = r"[〔\[［(（【﹝〈<「『{〖]", r"[〕\]］)）】﹞〉>」』}〗]"
NUMBER = pattern(
    r"[〔\[［(（【]?"
    rf"(?P<number>[一-鿿A-Za-z（）()·、\s]{{1,24}}?\s*{_OPEN}\s*(?:19|20)\d{{2}}\s*年?\s*{_CLOSE}\s*(?:第\s*)?[\d\-A-Za-z]{{1,8}}\s*[号號]"
    r"|[一-鿿]{1,12}字第\s*\d{5,14}\s*[号號]"
    r"|[一-鿿\s]{0,24}?[令]\s*[(（〔]?\s*第?\s*[\d〇○零一二三四五六七八九十百]{1,6}\s*[号號]"
    r"|[一-鿿\s]{0,24}?(?:公告|通告|令|决定|決定|字)?\s*(?:19|20)\d{2}\s*年\s*第\s*[\d〇一二三四五六七八九十百]{1,4}\s*[号號])"
    r"[〕\]］)）】]?"
)
_SENTENCE = pattern(
    r"[，。；！？,;!?《》]|根据|依据|按照|修订|修正|废止|发布|公布|印发|以下简称|根據|依據|修訂|發布|公佈"
)

_UNCLOSED = pattern(rf"[（(【\[［][^）)】\]］]*{_OPEN}")
"""A bracket that is open where that of the year begins: what stands before it is a title."""
_AT_END = pattern(r"(?<=[一-鿿])\s*[（(【\[［]([^（()）\s][^（()）]{4,40}[号號])[）)】\]］]\s*$")


def whole(text: str) -> str | None:
    """The document number that `text` is: 国办发〔2019〕6号 in any bracket style, 国令第707号, 公告2021年第6号.

    White space inside is taken out. None where a number is only mentioned: inside a sentence, a title in 《》, a list
    of repealed documents.
    """
    text = text.strip()
    if not 3 <= len(text) <= 48 or text[-1] not in "号號〕]］)）】":
        return None
    match = NUMBER.fullmatch(text)
    if not match or _SENTENCE.search(match["number"]) or _UNCLOSED.search(match["number"]):
        return None
    return re.sub(r"\s+", "", match["number"])


def closing(title: str) -> tuple[int, int] | None:
    """Where a title says its number in brackets at its end: 关于渡口的通知（云政办〔2016〕25号）; the place without the brackets."""
    found = _AT_END.search(title)
    if found is None or not whole(found[1]) or not kinds.END.search(title[: found.start()]):
        return None
    return found.span(1)


INSIDE = pattern(rf"[一-鿿]{{1,14}}{_OPEN}[12]\d{{3}}年?{_CLOSE}\s?第?\s?\d{{1,8}}\s?[号號]")
"""A number with its year in brackets, as it stands inside a text whose lines are lost."""
