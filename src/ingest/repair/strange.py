"""Letters of other scripts as wrong readings leave them: no word of any language is written so.

A byte is a letter in nearly every encoding of one byte, so Chinese read in one of them (`袩褉邪胁`, `Чтќ`, `ลฬษฯ`, `╨╥╫╘`) looks like
words of that script until one looks at how they are made. Words keep to one script, go from small letters to capitals nowhere, hold
no signs, and have their marks where their script puts them. Each place where one does not is a fault; garbage has one every few
letters, and text one a page.

Decided against: dictionaries and letter statistics of each language, which names and abbreviations are missing from.
"""

from functools import lru_cache
from itertools import groupby, pairwise

from ingest.patterns import pattern
from ingest.repair import latin

FAULTS, OFTEN, LETTERS = 5, 8, 8
"""So many faults, one in so many letters and signs beyond ASCII, and so many of these."""
_CJK = "\u2e80-\u3104\u3130-\u4dbf\u4e00-\ua4cf\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffee"
_OPEN = f" \t\u3000\n，。、；：！？（）《》【】{_CJK}"
_TOKEN = pattern(f"[^{_OPEN}]*[^\x00-\x7f{_OPEN}][^{_OPEN}]*")
_RANGES = (
    ("latin", "A-Za-zªºÀ-ÖØ-öø-\u036f\u1d00-\u1eff"),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("cyrillic", "\u0400-\u052f"),
    ("armenian", "\u0530-\u058f"),
    ("hebrew", "\u0590-\u05ff"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("syriac", "\u0700-\u074f"),
    ("thaana", "\u0780-\u08ff"),
    ("thai", "\u0e00-\u0e7f"),
    *((f"indic {n:x}", f"{chr(n)}-{chr(n + 0x7F)}") for n in range(0x900, 0x1100, 0x80) if n != 0xE00),
    ("others", "\u10a0-\u10ff\u1200-\u1cff\ua4d0-\uabff"),
    ("private", "\ue000-\uf8ff"),
    ("sign", "\x7f-\xa9\xab-\xb0\xb4\xb6\xb8\xbb-\xbf\u2017\u201a\u201e\u2020-\u2022\u2030\u2039\u203a\u20a0-\u20bf\u2122\u2310-\u2321\u2500-\u25ff"),
)
_CLASSES = [(name, pattern(f"[{letters}]")) for name, letters in _RANGES]
_BENT = pattern(
    "[\u03c2][\u03b1-\u03ce]|[\u05da\u05dd\u05df\u05e3\u05e5][\u05d0-\u05ea]"  # what only ends words
    "|(?<![\u0e01-\u0e2e\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0e4d])[\u0e30-\u0e3a\u0e47-\u0e4e]|[\u0e40-\u0e44](?![\u0e01-\u0e2e])"
    "|[\u0e34-\u0e3a][\u0e34-\u0e3a]|[\u0e48-\u0e4b]{2}|[\u0e50-\u0e5b\u0e3f][\u0e01-\u0e4e]|[\u0e01-\u0e4e][\u0e50-\u0e5b\u0e3f]"
    "|(?<![\u05d0-\u05ea\u0591-\u05c7])[\u0591-\u05c7]|(?<![\u0620-\u06ff])[\u064b-\u0652]|[\x80-\x9f]"
)
"""Letters and marks where their script has none."""
_OUTSIDE = "\"'“”‘’«»‹›„‚…·•†‡©®™°—–-.,;:!?()[]{}<>|*_/\\"
"""What may stand before and behind a word."""
_SHORT = 2
"""Letters between signs that are no word: a table drawn with lines has words between them."""


def strange(text: str) -> bool:
    """Whether a piece of a line is no text of any script, as far as its letters beyond ASCII say.

    >>> [strange(t) for t in ("ÖÐ¹ú±ê×¼Ê±¼ä", "жМПТЮ рЖ©иг°л¤Т", "Он сказал: «Хорошо, приеду завтра»", "naïve élèves à Besançon")]
    [True, True, False, False]
    """
    wide = found = 0
    for match in _TOKEN.finditer(text):
        token = match[0].strip(_OUTSIDE)
        wide += sum(c > "\x7f" for c in token)
        found += faults(token)
    return wide >= LETTERS and found >= FAULTS and found * OFTEN >= wide


def faults(word: str) -> int:
    """How often something in what stands between spaces is written as no word is."""
    found = len(_BENT.findall(word))
    runs = [(kind, "".join(letters)) for kind, letters in groupby(word, _kind)]
    for kind, letters in runs:
        if kind == "latin":
            found += sum(count for _, _, count in latin.broken(letters)) // 2
        elif kind in ("greek", "cyrillic"):
            found += sum(a.islower() and b.isupper() for a, b in pairwise(letters))
    for (kind, letters), (other, behind) in pairwise(runs):
        if not kind or not other or (letters.isascii() and behind.isascii()):
            continue
        if {kind, other} <= {"latin", "greek"} and (letters.isascii() or behind.isascii()):
            continue
        found += "sign" not in (kind, other) or len(behind if kind == "sign" else letters) <= _SHORT
    return found


@lru_cache(maxsize=4096)
def _kind(char: str) -> str:
    if char < "\x80":
        return "latin" if char.isalpha() else ""
    return next((name for name, letters in _CLASSES if letters.match(char)), "")
