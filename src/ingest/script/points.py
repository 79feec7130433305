"""Texts as arrays of code points: a look-up of every character at once takes a tenth of the time of one after the other.

Loading numpy costs more than that saves a short text, so it is asked for where numpy is loaded already, or a text is long.
"""

import sys
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Characters from which on arrays are quicker, and where numpy is loaded already.
_LONG, _LONG_ENOUGH = 4_000, 60
_PLANE = 0x10000
_SPREAD = 1009


def worth(text: str) -> bool:
    """Whether a text is better read as an array."""
    return len(text) >= (_LONG_ENOUGH if "numpy" in sys.modules else _LONG)


@lru_cache(maxsize=4)  # many questions are asked of a text and of its Simplified form
def of(text: str) -> "NDArray[np.uint32]":
    """The code points of a text."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


@lru_cache(maxsize=4)
def _pairs(text: str) -> "NDArray[np.uint16]":
    """Every character with the next one, as a number of 16 bits that few pairs share."""
    return _hashed(of(text), of(text[1:] + "\n"))


def _hashed(first: "NDArray[np.uint32]", second: "NDArray[np.uint32]") -> "NDArray[np.uint16]":
    import numpy as np

    return (first * _SPREAD + second).astype(np.uint16)


class Sieve:
    """Where words of a list may begin in a text: where one's first two characters stand, and at a few places more."""

    def __init__(self, words: Iterable[str]) -> None:
        beginnings = {word[:2] for word in words}
        self._singles = [one for one in beginnings if len(one) == 1]
        self._pairs = "".join([one for one in beginnings if len(one) == 2])

    @cached_property
    def _passes(self) -> "NDArray[np.bool_]":
        import numpy as np

        codes = of(self._pairs)
        passes = np.zeros(_PLANE, np.bool_)
        passes[_hashed(codes[::2], codes[1::2])] = True
        return passes

    @cached_property
    def _alone(self) -> "NDArray[np.bool_]":
        import numpy as np

        alone = np.zeros(_PLANE * (1 + max(map(ord, self._singles)) // _PLANE), np.bool_)
        alone[of("".join(self._singles))] = True
        return alone

    def places(self, text: str) -> Iterable[int]:
        """Places in a text, in order."""
        if not worth(text):
            return range(len(text))
        passed = self._passes.take(_pairs(text))
        if self._singles:
            passed |= self._alone.take(of(text), mode="clip")
        found: list[int] = passed.nonzero()[0].tolist()
        return found


def text_of(points: "NDArray[np.uint32]") -> str:
    """The text of some code points."""
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def translation(table: Mapping[int, int]) -> "NDArray[np.uint32]":
    """What becomes of every code point up to the end of the last plane in which one becomes another."""
    import numpy as np

    made = np.arange(_PLANE * (1 + max(table, default=0) // _PLANE), dtype=np.dtype("<u4"))
    made[list(table)] = list(table.values())
    return made


def within(text: str, low: int, high: int) -> int:
    """How many characters of a text are of a range of code points."""
    if worth(text):
        import numpy as np

        return int(np.count_nonzero(of(text) - low <= high - low))  # what is below wraps round
    return sum([low <= ord(character) <= high for character in text])
