"""Characters of the other script that stand alone in a paragraph: a slip of whoever set the page, not a choice.

In Simplified text a single 條 or 後 comes of a mixed source or a keyboard; it is converted, with an edit of its own. One
that is named, quoted, part of a name or of a word of its own script is meant, and stays. What else a paragraph holds is
not touched, so a document's script stays what it was.
"""

import re
from collections.abc import Iterator
from functools import cache

from ingest.patterns import pattern
from ingest.script import configurations, detect, dictionaries
from ingest.script.names import ROLES, SURNAMES
from ingest.script.undecided import Score
from ingest.traced import Change

# A second one so near makes both a word or a name of their script.
_NEAR = 3
# What stands in brackets or quotation marks of so few characters is shown, not said.
_SHOWN = 6
# Behind a surname a character that is so unlikely for what stands before it (a natural logarithm) is part of a name.
_NO_WORD = -6.5
# But not where what follows is as likely as this (周五辦理, 于灣仔), nor what is in no name.
_A_WORD = -3.0
_NO_NAME = "與這們個還過"
_HAN = "\u4e00-\u9fff"
_OPEN, _CLOSE = "“‘「『《〈（(【[\"'", "”’」』》〉）)】]\"'"
# 徵 is a tone of the old scale and stands in names, and so does 昇; only words tell.
_WORDS = {
    "徵": re.compile("(?<=[特象表病体应綜综])徵|徵(?=[收求集用地兵税文询得候兆管信召购稿订聘缴])"),
    "昇": re.compile("(?<=[提上直晋攀回飙爬推擢])昇|昇(?=[起华温级高降旗任格空迁])"),
    "於": re.compile(f"(?<=[{_HAN}])於(?=[{_HAN}])"),
}
# The mainland's set has it, for a surname; everywhere else it is 后.
_ALSO = "後"
# The names of languages, as they write themselves.
_OWN = pattern("[繁正]體|日本語|国語")
_KANA = pattern("[\u3041-\u30fa]")
_ONE_HAN = pattern(f"[{_HAN}]")
_PERSON = pattern(f"[{_HAN}]{{2,3}}(?:[^{_HAN}]|$|和|与|及|同志|先生|女士|教授|老师|说|任)")
# A village's name below what it belongs to (云溪县寀卢村), and what stands in an address.
_VILLAGE = pattern(f"[省市县区镇乡州][{_HAN}]{{2,3}}[村屯寨]")
# What an address has before the character, which may have so much of it behind itself.
_ADDRESS = pattern(r"(?:[\w.-](?:://|\.[a-z]{2,8}/)[^\s，。；、（）“”]*|\b[a-z][a-z_-]{2,20}/[^\s，。；、）]*)$")
_REACH = 200
_NAMED = pattern("(?:字|写作|作|读|念|音|叫|即|“|「|『|‘|繁体)[为：: ]?$")
_CALLED = pattern("[”」』’]?(?:字|旁|部首|读|音|（|\\()")


@cache
def _telling(configuration: str) -> re.Pattern[str]:
    """Characters that only the other script has: its tables give them one form, and the target's old code lacks them."""
    name, letter, code = (
        ("TSCharacters.txt", "T", "gb2312") if configuration == "t2s" else ("STCharacters.txt", "S", "big5")
    )
    forms = {one: some[0] for one, some in dictionaries.choices(name).items() if len(some) == 1}
    coded = detect.encodable([*forms, *forms.values()], code)
    found = [
        one for one, form in forms.items() if form in coded and one not in coded and detect.signature(one) == letter
    ]
    return re.compile("[" + "".join(found) + (_ALSO + "".join(_WORDS) if configuration == "t2s" else "") + "]")


@cache
def _roles() -> re.Pattern[str]:
    """What stands before a person's name, in Simplified letters at the end of a text."""
    return re.compile("(?:" + configurations.chain("t2s").convert(ROLES) + ")[：: ]?$")


@cache
def _surnames() -> str:
    """Surnames in either script: a name in Simplified text has its surname so (黄霑)."""
    return SURNAMES + configurations.chain("t2s").convert(SURNAMES)


def stands(text: str, configuration: str) -> bool:
    """Whether a text holds a character of the other script at all."""
    return _telling(configuration).search(text) is not None


def changes(text: str, lines: list[detect.CountedLine], configuration: str, score: Score | None = None) -> list[Change]:
    """Single characters of the other script in `lines` of a text that a conversion does not touch, as changes.

    `score` tells names that nothing else marks: behind a surname what makes no word there stays (其中黄霑因病, 金額 not).
    """
    found: list[Change] = []
    if not stands(text, configuration):
        return found
    for line in lines:
        whole = text[line.start : line.end]
        other = line.traditional if configuration == "t2s" else line.simplified
        if (other or any(character in whole for character in _WORDS)) and not _KANA.search(whole):
            found += [
                change.shifted(line.start)
                for change in _line(whole, configuration, score if configuration == "t2s" else None)
            ]
    return found


def _line(whole: str, configuration: str, score: Score | None) -> Iterator[Change]:
    places = [match.start() for match in _telling(configuration).finditer(whole)]
    if not places:
        return
    made = configurations.chain(configuration).convert(whole)
    for n, at in enumerate(places):
        near = [other for other in places[max(0, n - 1) : n + 2] if other != at and abs(other - at) <= _NEAR]
        if near or made[at] == whole[at] or _meant(whole, at) or _japanese(whole, at):
            continue
        behind = any(_surname(whole, place) for place in range(max(0, at - 2), at))
        if not (score and behind and whole[at] not in _NO_NAME and _no_word(made, at, score)):
            yield Change(at, at + 1, made[at], f"stray:{whole[at]}", "likely", "alone in text of the other script")


def _japanese(whole: str, at: int) -> bool:
    """Whether a form that only Japan has stands near (探偵団)."""
    return any(map(_of_japan, whole[max(0, at - _NEAR) : at] + whole[at + 1 : at + _NEAR + 1]))


@cache
def _of_japan(character: str) -> bool:
    has = [bool(detect.encodable(character, code)) for code in ("shift_jis", "gb2312", "big5")]
    return "一" <= character <= "龥" and has == [True, False, False]


def _surname(whole: str, at: int) -> bool:
    """Whether a character may be a surname; within a clause 于 is the preposition."""
    return whole[at] in _surnames() and not (whole[at] == "于" and _han_before(whole, at))


def _no_word(made: str, at: int, score: Score) -> bool:
    """Whether a character makes a word neither with what stands before it nor with what stands behind."""
    before, behind = score([(made[max(0, at - 3) : at], made[at]), (made[at], made[at + 1 : at + 2])])
    return before < _NO_WORD and not (made[at + 1 : at + 2] and behind > _A_WORD)


def _meant(whole: str, at: int) -> bool:
    """Whether a character is named, quoted or part of a name."""
    words = _WORDS.get(whole[at])
    if words and not words.match(whole, at):
        return True
    behind = _ONE_HAN.match(whole, at + 1)
    if not behind and not _han_before(whole, at):
        return True
    if _CALLED.match(whole, at + 1) or (not behind and _NAMED.search(whole, max(0, at - 4), at)):
        return True
    own = any(match.start() <= at < match.end() for match in _OWN.finditer(whole, max(0, at - 2), at + 3))
    return own or _quoted(whole, at) or _name(whole, at) or _placed(whole, at)


def _han_before(whole: str, at: int) -> bool:
    return at > 0 and _ONE_HAN.match(whole, at - 1) is not None


def _quoted(whole: str, at: int) -> bool:
    begin = max((whole.rfind(mark, max(0, at - _SHOWN), at) for mark in _OPEN), default=-1)
    if begin < 0:
        return False
    stop = begin + _SHOWN + 2
    return any(whole.find(mark, at + 1, stop) >= 0 for mark in _CLOSE)


def _placed(whole: str, at: int) -> bool:
    """Whether it stands in the name of a village, or in an address."""
    near = range(max(0, at - 3), at)
    if any((village := _VILLAGE.match(whole, begin)) and at < village.end() - 1 for begin in near):
        return True
    begin = max(0, at - _REACH)
    return whole.find("/", begin, at) >= 0 and _ADDRESS.search(whole, begin, at) is not None


def _name(whole: str, at: int) -> bool:
    """Whether it stands where a person's name does: a surname at a boundary or behind a role, and one or two behind."""
    for begin in range(max(0, at - 2), at + 1):
        if whole[begin] not in _surnames():
            continue
        alone = not _han_before(whole, begin) or _roles().search(whole, max(0, begin - 5), begin)
        if alone and _PERSON.match(whole, begin):
            return True
    return False
