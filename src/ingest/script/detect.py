"""Which script a text is in, by counting characters that only one of the two has.

A character tells when the package's tables change it and never produce it: 國 is Traditional, 国 Simplified, 后 tells
nothing (it is the Simplified 後 and the empress of both). Counting is one pass: every character becomes a class letter,
and paragraphs are counted on slices of that signature.
"""

from collections.abc import Iterable
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from ingest.patterns import pattern
from ingest.script import dictionaries, points

Script = Literal["hans", "hant", "mixed"]
LETTERS: dict[Script, str] = {"hant": "T", "hans": "S"}
"""The class of the characters that only one script has."""

# Simplified characters by the tables that are in general use in Traditional text as well.
_BOTH = "秘雇群肴坏"

_HAN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF), (0x3007, 0x3007))
_KANA = ((0x3041, 0x3096), (0x30A1, 0x30FA), (0xFF66, 0xFF9D))
_HANGUL = ((0x1100, 0x11FF), (0x3130, 0x318F), (0xAC00, 0xD7AF))

_LINE = pattern(r"[^\n]+")
# A line of which so much is kana is Japanese, whatever its characters are.
_JAPANESE = 0.25


@cache
def _classes() -> str:
    """Class letter of every code point of the basic plane: T, S, h (other Han), k, g, a (other letters), or a dot."""
    letters = bytes(map(str.isalpha, map(chr, range(0x10000))))
    out = bytearray(letters.translate(b".a" + bytes(254)))
    for letter, ranges in ((b"h", _HAN), (b"k", _KANA), (b"g", _HANGUL)):
        for low, high in ranges:
            out[low : high + 1] = letter * (high + 1 - low)
    for letter, name in ((b"T", "TSCharacters.txt"), (b"S", "STCharacters.txt")):
        table = dictionaries.choices(name)
        made = {value for values in table.values() for value in values}
        for key in table:
            if key not in made and key not in _BOTH and len(key) == 1 and ord(key) < 0x10000:
                out[ord(key)] = letter[0]
    known = dictionaries.current("TSCharacters.txt") | dictionaries.current("TSCharactersExt.txt")
    mainland = encodable([*known, *known.values()], "gb2312")
    for key, value in known.items():
        # Tables that give a character to itself as a second value (剋: 克, 剋) leave it untold; the mainland's own
        # character set does not have it.
        if value in mainland and key not in mainland and key not in _BOTH and ord(key) < 0x10000:
            out[ord(key)] = b"T"[0]
    return out.decode("ascii")


@cache
def _letters() -> bytes:
    return _classes().encode("ascii")


def encodable(characters: Iterable[str], code: str) -> set[str]:
    """The characters that a coded character set (`gb2312`: the mainland's of 1980, `big5`: Taiwan's of 1984) has."""
    return set("".join(characters).encode(code, "ignore").decode(code))


@lru_cache(maxsize=1)  # two stages ask for the same text, one behind the other
def signature(text: str) -> str:
    """The text with each character replaced by its class letter."""
    if points.worth(text):
        import numpy as np

        codes = points.of(text)
        if codes.max() < 0x10000:
            return np.frombuffer(_letters(), np.uint8).take(codes).tobytes().decode("ascii")
    return text.translate(_classes())


class CountedLine(NamedTuple):
    """A line of a text with its counts of telling characters."""

    start: int
    end: int
    traditional: int
    simplified: int

    @property
    def script(self) -> Script | None:
        """The script of the line by itself; None where nothing tells."""
        return verdict(self.traditional, self.simplified)

    def foreign(self, whole: Script | None, wrong: Script, text: str, classes: str) -> bool:
        """Whether the line is to be converted in a document of script `whole`, when `wrong` is the other script.

        A line in which nothing tells goes with the document. In a document of the target script a stray character
        (a name, a variant) does not make a line foreign, nor does one that comes again and again. What is Japanese is
        nobody's. `text` is the document's, `classes` its signature: 於 tells in a line that has nothing Simplified in it.
        """
        own = self.script
        if own is None:
            if whole != wrong:
                return False
        elif own != wrong and own != "mixed":
            return False
        elif whole not in (wrong, "mixed"):
            there, here = self.traditional, self.simplified
            if wrong == "hans":
                there, here = here, there
            if wrong == "hant" and there and not here:
                there += text.count("於", self.start, self.end)
            if there < 3 and (there < 2 or here):
                return False
            letter = LETTERS[wrong]
            told = {text[at] for at in range(self.start, self.end) if classes[at] == letter or text[at] == "於"}
            if len(told) < 2:
                return False
        return not self._japanese(classes)

    def _japanese(self, classes: str) -> bool:
        kana = classes.count("k", self.start, self.end)
        return bool(kana) and kana >= _JAPANESE * (
            kana + sum(classes.count(letter, self.start, self.end) for letter in "hTS")
        )


def overall(classes: str) -> Script | None:
    """The script of a document, given with its signature."""
    return verdict(classes.count("T"), classes.count("S"))


def lines(text: str, classes: str) -> list[CountedLine]:
    """The lines of a text that hold anything, with their counts."""
    return [
        CountedLine(m.start(), m.end(), classes.count("T", m.start(), m.end()), classes.count("S", m.start(), m.end()))
        for m in _LINE.finditer(text)
    ]


def verdict(traditional: int, simplified: int) -> Script | None:
    """The script that counts of telling characters speak for."""
    if not traditional and not simplified:
        return None
    if min(traditional, simplified) == 1:
        return "hans" if traditional == 1 else "hant"  # a single one is a stray, whatever the rest is
    share = traditional / (traditional + simplified)
    return "hant" if share >= 0.7 else "hans" if share <= 0.3 else "mixed"
