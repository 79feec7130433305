"""Full-width and half-width forms of one character, and the spaces of different widths.

Every folding here keeps each character's place, so a span found in a folded text is a span of the text.
"""

import re
import sys
from collections.abc import Callable
from functools import lru_cache, partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms to ASCII, as `str.translate` takes them."""
_SPACES = {0x3000: 0x20, 0xA0: 0x20, 0x2003: 0x20, 0x2002: 0x20}
_FOLD = SIGNS | _SPACES
# What dates are printed with: digits, and the signs between them in any of their forms.
_DIGITS = str.maketrans("０１２３４５６７８９．：／－–—", "0123456789.:/---")


def _folder(table: dict[int, int]) -> Callable[[str], str]:
    """A function that replaces characters as `str.translate` does, which looks up each character and is ten times slower."""
    forms = {chr(code): chr(form) for code, form in table.items()}
    some = re.compile(f"[{''.join(map(re.escape, forms))}]")

    def form(found: re.Match[str]) -> str:
        return forms[found[0]]

    return partial(some.sub, form)


_LONG = 400
"""Characters from which on it is quicker to replace one form after the other."""
_PAIRS = [(chr(code), chr(form)) for code, form in _FOLD.items()]


@lru_cache(maxsize=1)
def _plain() -> "np.ndarray[tuple[int], np.dtype[np.uint16]]":
    """The form of every unit of UTF-16: all forms are of the first plane."""
    import numpy as np

    units = np.arange(0x10000, dtype=np.uint16)
    units[list(_FOLD)] = list(_FOLD.values())
    return units


@lru_cache(maxsize=1)  # several rules ask for the folded form of one text
def _folded_long(text: str) -> str:
    if "numpy" in sys.modules:  # a third of the time; what loads it costs more than it saves
        import numpy as np

        units = np.frombuffer(text.encode("utf-16-le", "surrogatepass"), np.dtype("<u2"))
        return _plain()[units].astype("<u2", copy=False).tobytes().decode("utf-16-le", "surrogatepass")
    for form, plain in _PAIRS:
        if form in text:
            text = text.replace(form, plain)
    return text


_folded, _in_digits = _folder(_FOLD), _folder(_DIGITS)


def fold(text: str) -> str:
    """Full-width signs as ASCII, wide spaces as plain ones; every character keeps its place."""
    return _folded(text) if len(text) < _LONG else _folded_long(text)


def digits(text: str) -> str:
    """Digits and what divides them in dates (. : / -) as ASCII, all else as it is; every character keeps its place."""
    return _in_digits(text)
