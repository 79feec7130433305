"""Full-width and half-width forms of one character, and the spaces of different widths.

Every folding here keeps each character's place, so a span found in a folded text is a span of the text.
"""

SIGNS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms to ASCII, as `str.translate` takes them."""
_SPACES = {0x3000: 0x20, 0xA0: 0x20, 0x2003: 0x20, 0x2002: 0x20}
_FOLD = SIGNS | _SPACES
# What dates are printed with: digits, and the signs between them in any of their forms.
_DIGITS = str.maketrans("０１２３４５６７８９．：／－–—", "0123456789.:/---")


def fold(text: str) -> str:
    """Full-width signs as ASCII, wide spaces as plain ones; every character keeps its place."""
    return text.translate(_FOLD)


def digits(text: str) -> str:
    """Digits and what divides them in dates (. : / -) as ASCII, all else as it is; every character keeps its place."""
    return text.translate(_DIGITS)
