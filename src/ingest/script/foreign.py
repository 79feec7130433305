"""Telling Chinese text from what only shares characters or a page with it: Japanese, Korean, anything with a few Han."""

import re
from functools import cache

from ingest.patterns import pattern
from ingest.script import dictionaries
from ingest.script.detect import signature

# Below this share of the letters Han characters may be a language switch, a name, a quotation.
_FEW = 0.05
_RUN = pattern("[hTS]{5,}")
_LINE = pattern(r"[^\n]+")
_WORD = pattern(r"[a-z\u00df-\u00ff]+")
# The commonest small words of English, French, German, Spanish, Italian, Portuguese, Vietnamese: prose, not code (so
# without the words that programming languages have).
_SMALL = pattern(
    r"\b(?:the|of|to|that|on|are|by|was|it|be|at|this|have|an|which|de|la|le|les|et|des|en|un|une|du|que|est|pour|dans|qui"
    r"|der|die|und|das|den|von|zu|mit|ist|im|auf|ein|eine|nicht|el|los|las|y|del|se|por|con|para|una|di|il|che|della|per"
    r"|non|sono|da|dos|os|no|na|ao|và|của|là|các|trong|cho|không|có|được)\b"
)


@cache
def _chinese_only() -> re.Pattern[str]:
    """Characters that Chinese writes and Japanese does not: the old forms of its new ones, and Simplified ones."""
    japanese = dictionaries.choices("JPVariants.txt")
    new = {value for values in japanese.values() for value in values}
    simplified = dictionaries.choices("STCharacters.txt")
    traditional = {value for values in simplified.values() for value in values}
    old = {key for key in japanese if key not in new}
    return re.compile(
        "[" + "".join(sorted(old | (simplified.keys() - traditional - new))) + "这這们們吗嗎呢吧你您她它]"
    )


NO_HAN = "there is no Chinese character in it"


def is_chinese(text: str) -> str | None:
    """None for Chinese text; else, in one line, why it is not.

    Chinese are short texts too, single lines in code or tables, texts that quote other languages. Text without any
    Han character is not; a blank text passes, since there is nothing to judge.
    """
    if not text.strip():
        return None
    classes = signature(text)
    han = sum(map(classes.count, "hTS"))
    if not han:
        return NO_HAN
    kana, hangul, other = map(classes.count, "kga")
    letters = han + kana + hangul + other
    if hangul > 0.3 * (han + hangul):
        return f"hangul make up {hangul / letters:.0%} of the letters"
    if kana > 0.5 * (han + kana) or (kana > 0.03 * (han + kana) and len(_chinese_only().findall(text)) < 0.05 * han):
        return f"kana make up {kana / letters:.0%} of the letters"
    if han < _FEW * letters:
        share = f"Chinese characters make up only {han / letters:.1%} of the letters"
        if _prose(text, other):
            return f"{share}, the rest is prose"
        if not any(_chinese_line(classes[line.start() : line.end()]) for line in _LINE.finditer(text)):
            return f"{share}, and no line is Chinese"
    return None


def _prose(text: str, others: int) -> bool:
    """Whether the other letters are sentences of another language, not code or names."""
    lower = text.lower()
    words = _WORD.findall(lower)
    if sum(map(len, words)) < others / 2:
        return True  # Cyrillic, Arabic, Thai: no programming language
    return len(_SMALL.findall(lower)) > 0.08 * len(words)


def _chinese_line(classes: str) -> bool:
    han = sum(map(classes.count, "hTS"))
    return _RUN.search(classes) is not None and han >= 0.4 * (han + sum(map(classes.count, "kga")))
