"""What is known of single characters: their Simplified form, their readings, their bytes in GBK.

All tables are loaded once, when a damaged page first asks for them; a clean page never does.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

TONED = "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
LETTERS = "a-zA-Züêɑɡ" + TONED
"""Inside a regular expression's brackets: what a mirror writes readings with (GBK has `ɑ` and `ɡ` of its own)."""

_PLAIN = str.maketrans(
    "āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿêɑɡ",
    "aaaaeeeeiiiioooouuuuvvvvvnnnmeag",
)


@cache
def simplified_forms() -> Mapping[int, int]:
    """Traditional code point to Simplified, one to one (the first choice of OpenCC's character table)."""
    table = {}
    for line in (files("opencc") / "dictionary" / "TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        source, _, targets = line.partition("\t")
        target = targets.split(" ")[0]
        if len(source) == len(target) == 1:
            table[ord(source)] = ord(target)
    return table


@cache
def traditional_forms() -> Mapping[str, str]:
    """Character to the Traditional forms that a conversion may make of it, the usual one first (it may be itself)."""
    table = {}
    for line in (files("opencc") / "dictionary" / "STCharacters.txt").read_text(encoding="utf-8").splitlines():
        source, _, targets = line.partition("\t")
        table[source] = "".join(t for t in targets.split(" ") if len(t) == 1)
    return table


def simplified(text: str) -> str:
    """`text` in Simplified, character by character."""
    return text.translate(simplified_forms())


@cache
def _pinyin() -> Mapping[int, str]:
    from pypinyin.constants import PINYIN_DICT  # loads in .2 s: only for pages that hold readings

    table: Mapping[int, str] = PINYIN_DICT
    return table


def plain(reading: str) -> str:
    """A reading without tones and case, ü as v."""
    return reading.lower().translate(_PLAIN)


@cache
def syllables() -> frozenset[str]:
    """Every syllable that some character has for a reading, without tones."""
    return frozenset(plain(reading) for found in _pinyin().values() for reading in found.split(","))


@cache
def readings(char: str) -> tuple[str, ...]:
    """Readings of a character and of its Simplified form, the mainland's usual one first."""
    found = f"{_pinyin().get(ord(simplified(char)), '')},{_pinyin().get(ord(char), '')}".split(",")
    return tuple(dict.fromkeys(r for r in found if r))


@cache
def toneless(char: str) -> frozenset[str]:
    """The same without tones."""
    return frozenset(map(plain, readings(char)))


def reads(char: str, reading: str) -> bool:
    """Whether `reading`, with its tone or without any, is one of the character's."""
    low = reading.lower().replace("ɑ", "a").replace("ɡ", "g")
    return low in readings(char) or (low == plain(low) and low in toneless(char))


@cache
def gbk(char: str) -> bytes:
    """The character's bytes in GBK, empty when it has none."""
    try:
        return char.encode("gbk")
    except UnicodeEncodeError:
        return b"\x80" if char == "€" else b""
