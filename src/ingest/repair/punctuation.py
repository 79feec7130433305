"""What punctuation may stand beside what, and whether brackets and quotations close: what the language model cannot say.

Words and reviews, which hold little punctuation or careless one, are much of what the model is made of, so it finds 。。 and
，。 hundreds of times likelier than they are in print. Its error, measured on articles, policies and reports, is taken
back here by class of mark (the model of modern text too errs so, by a tenth less). "?" is in no class: on a damaged page it may be anything.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray

OTHER, COMMA, STOP, CRY, OPENING, CLOSING, START = range(7)

_MEMBERS = {COMMA: ",、;:", STOP: "。", CRY: "!", OPENING: "([{《〈“‘【〔", CLOSING: ")]}》〉”’】〕", START: "\n"}
"""As the model knows them: folded in width, corner brackets as quotation marks."""

_PENALTIES = {
    COMMA: {COMMA: 6.0, STOP: 6.0, CRY: 5.0, CLOSING: 2.0},
    STOP: {COMMA: 8.0, STOP: 10.0, CRY: 6.0},
    CRY: {COMMA: 4.5, STOP: 5.0, CRY: 3.0},
    OPENING: {COMMA: 5.0, STOP: 5.0, CRY: 4.0, CLOSING: 3.0},
    CLOSING: {CRY: 3.0},
    START: {COMMA: 2.0, STOP: 2.0, CRY: 2.0},
}
"""Natural logarithms by which the model is too generous to the second after the first."""

PAIRS = dict(zip("([〔《〈“‘「『【", ")]〕》〉”’」』】", strict=True))
_CLOSES = {close: opening for opening, close in PAIRS.items()}
_WIDTH = str.maketrans("（）［］", "()[]")
UNCLOSED = 4.5
"""What a bracket or quotation mark costs that has no partner on its line."""


@cache
def classes() -> NDArray[np.uint8]:
    """For every symbol of the model its class."""
    table = np.zeros(0x10000, np.uint8)
    for number, members in _MEMBERS.items():
        for char in members:
            table[ord(char)] = number
    return table


@cache
def _matrix() -> NDArray[np.float32]:
    matrix = np.zeros((len(_MEMBERS) + 1,) * 2, np.float32)
    for first, row in _PENALTIES.items():
        for second, penalty in row.items():
            matrix[first, second] = penalty
    return matrix


def clash(first: NDArray[np.uint16], second: NDArray[np.uint16]) -> NDArray[np.float32]:
    """What it costs that each `second` symbol follows its `first`."""
    table = classes()
    cost: NDArray[np.float32] = _matrix()[table[first], table[second]]
    return cost


def unclosed(line: str) -> bool:
    """Whether a round bracket is open at the end of a line.

    >>> unclosed("（江北省"), unclosed("（江北省)青禾市")
    (True, False)
    """
    folded = line.translate(_WIDTH)
    return folded.rfind("(") > folded.rfind(")")


def unpaired(before: str, middle: str, after: str) -> int:
    """Brackets and quotation marks of one line that have no partner, a pair of different styles counting as two
    (of different widths not: a page that was folded has restorations in the old width).

    >>> unpaired("他说", "“好", "”。"), unpaired("他说", "好", "”。"), unpaired("", "（一」", "")
    (0, 1, 2)
    """
    open_, lost = [], 0
    for char in (before + middle + after).translate(_WIDTH):
        if char in PAIRS:
            open_.append(char)
        elif char in _CLOSES:
            if open_ and open_[-1] == _CLOSES[char]:
                open_.pop()
            else:
                lost += 1
    return lost + len(open_)
