"""Texts as arrays of code points: a look-up of every character at once takes a tenth of the time of one after the other.

Loading numpy costs more than that saves a short text, so it is asked for where numpy is loaded already, or a text is long.
"""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Characters from which on arrays are quicker, and where numpy is loaded already.
_LONG, _LONG_ENOUGH = 4_000, 60
_PLANE = 0x10000


def worth(text: str) -> bool:
    """Whether a text is better read as an array."""
    return len(text) >= (_LONG_ENOUGH if "numpy" in sys.modules else _LONG)


def of(text: str) -> "NDArray[np.uint32]":
    """The code points of a text."""
    import numpy as np

    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.dtype("<u4"))


def text_of(points: "NDArray[np.uint32]") -> str:
    """The text of some code points."""
    return points.tobytes().decode("utf-32-le", "surrogatepass")


def translation(table: Mapping[int, int]) -> "NDArray[np.uint32]":
    """What becomes of every code point up to the end of the last plane in which one becomes another."""
    import numpy as np

    made = np.arange(_PLANE * (1 + max(table, default=0) // _PLANE), dtype=np.dtype("<u4"))
    made[list(table)] = list(table.values())
    return made
