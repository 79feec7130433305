"""Names that a conversion leaves as they are: those of the list, and persons whom the document itself shows."""

import re
from functools import cache

from ingest.patterns import pattern
from ingest.script import configurations
from ingest.script.engine import Finder
from ingest.traced import Change

Span = tuple[int, int]

ROLES = (
    "書記|縣長|市長|區長|鎮長|鄉長|省長|州長|局長|處長|廳長|部長|科長|所長|院長|校長|會長|行長|社長|團長|隊長|廠長|秘書長"
    "|主任|主席|總理|委員長|委員|代表|董事|總裁|經理|教授|研究員|院士|工程師|醫師|律師|法官|檢察官|記者|作者|譯者|編輯|導演|選手"
    "|議員|立委|署長|司長|館長|候選人|發言人|召集人|執行長|大使|領事|理事|監事"
)
_TITLES = "同志|先生|女士|教授|院士|老師|委員|議員|立委|博士|醫師"
_SAYS = "指出|表示|強調|主持|出席|介紹|認為|說|任"
SURNAMES = (
    "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許鄧韓馮曹彭曾蕭肖田董潘袁蔡蔣余於于杜葉程魏蘇呂丁任盧姚沈鍾姜崔譚"
    "陸范汪廖石金韋賈夏付傅方鄒熊白孟秦邱侯江尹薛閻段雷龍黎史陶賀毛郝顧龔邵萬覃武錢戴嚴莫孔向常湯康易喬賴文麥樊莊翟霍倪柯"
    "瞿俞冉聶耿裴祁焦婁臧翁鮑龐卞甄"
)
_HAN = "\u4e00-\u9fff"
# Characters that are others in both scripts where they are in a person's name, and fold elsewhere: 乾 is 干 wherever something
# is dry, 昇 is 升 wherever something rises.
_KEPT = "乾昇"
_NAME = f"[{SURNAMES}](?:[{_KEPT}][{_HAN}]?|[{_HAN}][{_KEPT}])"
_RISES = "起華級高降溫任格遷空旗"
# Only a role before it or a title behind it tells; a name of three in a list (陳國華　林東昇　王淑芬) tells too, and the title in
# its midst (吳委員育昇), where nothing else is written so (no 金桔乾).
_PERSON = pattern(
    f"(?:{ROLES})[：: ]?({_NAME})(?=[^{_HAN}]|$|{_TITLES}|{_SAYS})"
    f"|(?<![{_HAN}])({_NAME})(?=(?:{_TITLES})(?:[^{_HAN}]|$|{_SAYS}|質詢))"
    f"|(?<![{_HAN}])([{SURNAMES}][{_HAN}]乾)(?=同志|先生|女士)"
    f"|(?:{ROLES})[：: ]?([{SURNAMES}][{_HAN}]昇)(?![{_RISES}])"
    f"|[{SURNAMES}](?:{ROLES})([{_HAN}]昇)(?![{_RISES}])"
    f"|(?<![{_HAN}])([{SURNAMES}][{_HAN}]昇)(?![{_HAN}])"
)
_SOME = pattern(f"[{_KEPT}]")
# What stands before and behind such a character within a pattern: a role, a surname and two characters; four behind.
_BEFORE, _BEHIND = 8, 8


def persons(text: str) -> list[tuple[int, int]]:
    """Where names with 乾 or 昇 stand that the text shows to be persons' by their role or title, and wherever they come again.

    A name of two characters comes again where no other stands before it (no 林昇 in 山林昇起).
    """
    if not any(character in text for character in _KEPT):
        return []
    shown = {
        person.span(person.lastindex or 0)
        for some in _SOME.finditer(text)
        for person in _PERSON.finditer(text, max(0, some.start() - _BEFORE), min(len(text), some.start() + _BEHIND))
    }
    names = {text[start:end] for start, end in shown}
    if not names:
        return []
    again = "|".join(name if len(name) > 2 else f"(?<![{_HAN}]){name}" for name in sorted(names, key=len, reverse=True))
    return sorted(shown | {match.span() for match in re.finditer(again, text)})


@cache
def _listed(direction: str) -> tuple[Finder, dict[str, str]]:
    forms = {name: to for name, (to, _) in configurations.names(direction).items()}
    return Finder(forms), forms


def kept(text: str, recoded: str, spans: list[Span], configuration: str) -> tuple[str, list[Change]]:
    """The recoded text with the document's own names left, and a declined change for every name that was left."""
    direction = "t2s" if configuration == "t2s" else "s2t"
    changes = []
    finder, forms = _listed(direction)
    notes = configurations.names(direction)
    for start, end in spans:
        for match in finder.find(text[start:end], forms):
            low, high = start + match.start, start + match.end
            name, blind = text[low:high], configurations.plain(configuration).convert(text[low:high])
            if recoded[low:high] != blind:
                changes.append(Change(low, high, blind, f"name:{name}", "exact", notes[name][1], applied=False))
    found = persons(text) if direction == "t2s" else []
    if not found:
        return recoded, changes
    letters = list(recoded)
    for low, high in found:
        own = [at for at in range(low + 1, high) if text[at] in _KEPT and letters[at] != text[at]]
        if own and any(start <= low and high <= end for start, end in spans):
            for at in own:
                letters[at] = text[at]
            note = "a person of this document"
            changes.append(Change(low, high, recoded[low:high], "name-in-context", "likely", note, applied=False))
    return "".join(letters), changes
