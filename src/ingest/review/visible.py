"""Characters that a reader cannot see, made visible.

A review page is looked at to be believed, so nothing in it may hide: a bidi override would show text in an order that is
not its own, a zero-width space would make two different strings look the same. Such characters are never passed on to
the browser; their code points are shown in their place.
"""

import unicodedata
from functools import cache

from ingest.patterns import pattern

# Control and format characters, private use, surrogates, non-characters. Tab and line breaks are layout, a joiner or a
# variation selector inside an emoji or a Han variant is not told apart: what is invisible is shown.
HIDDEN = pattern(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
    "\N{SOFT HYPHEN}\N{ARABIC LETTER MARK}\N{MONGOLIAN VOWEL SEPARATOR}"
    "\N{ZERO WIDTH SPACE}-\N{RIGHT-TO-LEFT MARK}"
    "\N{LINE SEPARATOR}-\N{RIGHT-TO-LEFT OVERRIDE}"
    "\N{WORD JOINER}-\u206f"
    "\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\N{ZERO WIDTH NO-BREAK SPACE}\ufff9-\ufffb\ufffe\uffff"
    "\U000e0000-\U000e00ff\U000f0000-\U0010ffff"
    "]|\r(?!\n)"
)


@cache
def code(char: str) -> str:
    """`U+202E`."""
    return f"U+{ord(char):04X}"


@cache
def name(char: str) -> str:
    """The character's Unicode name, or what sort of character it is."""
    sort = {"Cc": "CONTROL", "Co": "PRIVATE USE", "Cs": "SURROGATE"}.get(unicodedata.category(char), "NOT A CHARACTER")
    return unicodedata.name(char, sort)


def shown(text: str) -> str:
    """The text with every hidden character written as ⟨U+202E⟩."""
    return HIDDEN.sub(lambda m: f"⟨{code(m[0])}⟩", text)
