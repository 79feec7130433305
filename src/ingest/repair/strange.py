"""Letters of other scripts as wrong readings leave them: no word of any language is written so.

A byte is a letter in nearly every encoding of one byte, and a syllable of Korean in those of two, so Chinese read in one of them
(`РќР°РІРё`, `╦∙╥╘μυ`, `ลฬษฯ`, `괩멩묏鱗`) looks like words of that script until one looks at how they are made. Words keep to one script,
go from small letters to capitals nowhere, hold no signs, and have their marks where their script puts them. Each place where one does not is
a fault; garbage has one every few letters, and text one a page.

Decided against: dictionaries and letter statistics of each language, which names and abbreviations are missing from.
"""

from functools import lru_cache
from itertools import groupby, pairwise

from ingest.patterns import pattern
from ingest.repair import latin

FAULTS, OFTEN, LETTERS = 3, 8, 8
"""So many faults, one in so many letters and signs beyond ASCII, and so many of these."""
_CJK = "\u2e80-\u3104\u3130-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff01-\uff60\uffe0-\uffee"
_OPEN = f" \t\n{_CJK}"
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
    ("georgian", "\u10a0-\u10ff"),
    ("others", "\u1200-\u1cff\u2c00-\u2dff\ua000-\uabff\ud7b0-\ud7ff"),
    ("kana", "\uff61-\uff9f"),
    ("private", "\ue000-\uf8ff"),
    (
        "sign",
        "\x7f-\xa9\xab-\xb0\xb4\xb6\xb8\xbb-\xbf\u2017\u2018\u201a-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a"
        "\u20a0-\u20bf\u2122\u2310-\u2321\u2500-\u25ff",
    ),
)
_CLASSES = [(name, pattern(f"[{letters}]")) for name, letters in _RANGES]
WORD = pattern("|".join(f"[{letters}]{{2,}}" for name, letters in _RANGES[1:-3]))
"""Letters of one script side by side, which Chinese has single where it was read wrongly; Latin ones, kana and signs aside."""
_THAI, _MARK = "\u0e01-\u0e2e", "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e"
_BENT = pattern(
    "[\u03c2][\u03b1-\u03ce]|[\u05da\u05dd\u05df\u05e3\u05e5][\u05d0-\u05ea]"  # what only ends words
    f"|(?<![{_THAI}{_MARK}])[\u0e30-\u0e3a\u0e47-\u0e4e]|[\u0e40-\u0e44](?![{_THAI}])|[\u0e45\u0e2f\u0e30][{_MARK}]"
    "|(?<![\u0e24\u0e26])\u0e45|[\u0e03\u0e05\u0e26]"
    "|(?<![ｶ-ﾄﾊ-ﾎｳ])ﾞ|(?<![ﾊ-ﾎ])ﾟ|(?<=[ｦｧ-ﾝ])(?<![ｷｼﾁﾆﾋﾐﾘ])[ｬｭｮ]|(?<=[ｦｧ-ﾝ])(?<![ﾌﾁｼﾃﾄﾂｸｳ])[ｧ-ｫ]|(?<![ｦ-ﾟ])ｰ|[｡-･]{2}"
    "|[\u0e34-\u0e3a][\u0e34-\u0e3a]|[\u0e48-\u0e4b]{2}|[\u0e4f-\u0e5b\u0e3f][\u0e01-\u0e4e]|[\u0e01-\u0e4e][\u0e4f-\u0e5b\u0e3f]"
    "|(?<![\u05d0-\u05ea\u0591-\u05c7])[\u0591-\u05c7]|(?<![\u0620-\u06ff])[\u064b-\u0652]|[\x80-\x9f]"
    "|[\u0660-\u0669][\u0620-\u064a\ufe70-\ufefc]|[\u0620-\u064a\ufe70-\ufefc][\u0660-\u0669]"
)
"""Letters and marks where their script has none."""
_ACCENTS = pattern("[À-ÖØ-öø-\u024f\u1e00-\u1eff]{5,}")
"""No word has five letters with accents in a row (nesnášíš has four)."""
_PHONETIC = pattern("[\u0250-\u036f]")
"""What readings in dictionaries have (`ˈtʰeɪbɫ̩`), signs and all."""
_LINES = pattern("[\u2500-\u259f]{6,}")
_OUTSIDE = "\"'“”‘’«»‹›„‚…·•†‡©®™°—–-.,;:!?()[]{}<>|*_/\\"
"""What may stand before and behind a word."""
_SHORT = 2
"""Letters between signs that are no word: a table drawn with lines has words between them."""
HANGUL = pattern("[\uac00-\ud7a3]")
_SYLLABLES = pattern(
    "[이다는의에을를가은하고지도로서한사기자어나리해시대인아일부전그수정라있여과오보스주상원제장만게들소면무구성우동으안내할비적러관조경공신국개]"
)
"""The commonest of Korean, a good half of it."""
_FEW = 0.15
SYLLABLES, ALONE = 4, 12
"""Of Korean that are judged by how common they are, right beside Chinese characters (a name in brackets is not) and by themselves."""
_BOTH = pattern("[\uac00-\ud7a3][\u3400-\u9fff]|[\u3400-\u9fff][\uac00-\ud7a3]")
_ALIKE = frozenset("aceiopsxyABCEHIKMOPSTXYëï")
"""Latin letters that stand for Cyrillic ones in what was set or scanned carelessly."""
_BESIDE = pattern(
    "(?=[\u3400-\u9fff\uac00-\ud7a3][\u0530-\u0dff\u0e80-\u1cff\u2c00-\u2dff\ua000-\uabff\ud7b0-\uf8ff\ufb00-\ufdff\ufe70-\ufeff\uff61-\uff9f]"
    "|[\u0530-\u0dff\u0e80-\u1cff\u2c00-\u2dff\ua000-\uabff\ud7b0-\uf8ff\ufb00-\ufdff\ufe70-\ufeff\uff61-\uff9f][\u3400-\u9fff\uac00-\ud7a3])"
)
"""Chinese and Korean beside what is never beside it."""


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
    if wide >= LETTERS and found >= FAULTS and found * OFTEN >= wide:
        return True
    return no_korean(text) or len(_BESIDE.findall(text)) > SYLLABLES


def no_korean(text: str) -> bool:
    """Whether a piece has syllables of Korean, and hardly one of the common ones."""
    korean = len(HANGUL.findall(text))
    least = SYLLABLES if _BOTH.search(text) else ALONE
    return korean >= least and len(_SYLLABLES.findall(text)) < _FEW * korean


def faults(word: str) -> int:
    """How often something in what stands between spaces is written as no word is."""
    found = len(_BENT.findall(word)) + sum(len(run) // 2 for run in _ACCENTS.findall(word))
    for drawn in _LINES.findall(word):
        kinds = len(set(drawn))
        found += kinds if kinds >= LETTERS and kinds * 2 >= len(drawn) else 0
    runs = [(kind, "".join(letters)) for kind, letters in groupby(word, _kind)]
    if any(kind == "latin" for kind, _ in runs) and not _PHONETIC.search(word):
        found += sum(count for _, _, count in latin.broken(word)) // 2
    for kind, letters in runs:
        if kind in ("greek", "cyrillic"):
            found += sum(a.islower() and b.isupper() for a, b in pairwise(letters))
    for (kind, letters), (other, behind) in pairwise(runs):
        if not kind or not other or (letters.isascii() and behind.isascii()):
            continue
        if {kind, other} == {"latin", "cyrillic"} and _ALIKE.issuperset(letters if kind == "latin" else behind):
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
