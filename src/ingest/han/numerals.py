"""Numbers as documents print them: Chinese numerals to 9999 (〇 零 廿 卅 两 and the formal 壹 贰 included) and Arabic ones."""

from functools import lru_cache

_DIGITS = {
    c: n
    for n, cs in enumerate(
        ("零〇○Ｏ", "一壹", "二两兩贰貳貮弐", "三叁參参叄", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
    )
    for c in cs
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卅": 30, "卌": 40}
HAN = "〇○零一二三四五六七八九十百千两兩廿卅卌"
"""What numbers of units and of dates are written with; the formal digits (壹贰叁) are read, but looked for by none of the rooms."""


@lru_cache(4096)
def value(printed: str) -> int | None:
    """The number that `printed` says, blanks aside; None when it says none (十十, 百).

    >>> value("一百零三"), value("廿一"), value("二〇二四"), value("１２"), value("第")
    (103, 21, 2024, 12, None)
    """
    text = "".join(printed.split())
    if text.isdecimal():
        return int(text)
    if not text or any(c not in _DIGITS and c not in _UNITS and c not in _TENS for c in text):
        return None
    if len(text) > 1 and all(c in _DIGITS for c in text):
        return int("".join(str(_DIGITS[c]) for c in text))
    total, digit, last = 0, None, 10_000
    for char in text:
        if char in _DIGITS:
            if digit:  # two digits in a row, outside a plain digit string
                return None
            digit = _DIGITS[char]
            continue
        worth = 10 if char in _TENS else _UNITS[char]
        if worth >= last:
            return None
        if char in _TENS:
            if digit:
                return None
            total += _TENS[char]
        else:
            if not digit and worth != 10:  # 百 alone says nothing; 十 may stand without a digit (十二, 一百十五)
                return None
            total += (digit or 1) * worth
        digit, last = None, worth
    return total + (digit or 0)


def han(number: int) -> str:
    """A number from 1 to 9999 as Chinese documents count: 十二, 一百零三.

    >>> han(2), han(12), han(103), han(110), han(1010)
    ('二', '十二', '一百零三', '一百一十', '一千零一十')
    """
    out, zero = "", False
    for worth, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // worth % 10
        if digit:
            out += ("零" if zero and out else "") + "零一二三四五六七八九"[digit] + unit
        zero = digit == 0
    return out.removeprefix("一") if 10 <= number < 20 else out
