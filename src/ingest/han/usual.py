"""The first level of GB 2312: its 3,755 ideographs in daily use, which stand before the rarer ones."""

from functools import cache

_FIRST, _SECOND_LEVEL = 0xB0, 0xD8
"""Rows (first bytes) with which the first level and the second begin; signs stand before."""


@cache
def level1() -> str:
    """The ideographs of the first level, in its order."""
    rows = ((a, b) for a in range(_FIRST, _SECOND_LEVEL) for b in range(0xA1, 0xFF))
    return "".join(bytes(pair).decode("gb2312", "ignore") for pair in rows)


def is_usual(char: str) -> bool:
    """Whether a character is of the first level, or one of the signs before it.

    >>> [is_usual(c) for c in "我，侘國"]
    [True, True, False, False]
    """
    try:
        return char.encode("gb2312")[0] < _SECOND_LEVEL
    except UnicodeEncodeError:
        return False
