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
    "|主任|主席|總理|委員|代表|董事|總裁|經理|教授|研究員|院士|工程師|醫師|律師|法官|檢察官|記者|作者|譯者|編輯|導演|選手"
)
_TITLES = "同志|先生|女士|教授|院士|老師"
_SAYS = "指出|表示|強調|主持|出席|介紹|認為|說|任"
SURNAMES = (
    "王李張劉陳楊黃趙吳周徐孫馬朱胡郭何林高羅鄭梁謝宋唐許鄧韓馮曹彭曾蕭肖田董潘袁蔡蔣余於于杜葉程魏蘇呂丁任盧姚沈鍾姜崔譚"
    "陸范汪廖石金韋賈夏付傅方鄒熊白孟秦邱侯江尹薛閻段雷龍黎史陶賀毛郝顧龔邵萬覃武錢戴嚴莫孔向常湯康易喬賴文麥樊莊翟霍倪柯"
    "瞿俞冉聶耿裴祁焦婁臧翁鮑龐卞甄"
)
_NAME = f"[{SURNAMES}](?:乾[\u4e00-\u9fff]?|[\u4e00-\u9fff]乾)"
# 乾 in a person's name is 乾 in both scripts, but 干 wherever something is dry or a converter took 干 for it: only a
# role before it or a title behind it tells.
_PERSON = pattern(
    f"(?:{ROLES})[：: ]?({_NAME})(?=[^\u4e00-\u9fff]|$|{_TITLES}|{_SAYS})"
    f"|(?<![\u4e00-\u9fff])({_NAME})(?=(?:{_TITLES})(?:[^\u4e00-\u9fff]|$|{_SAYS}))"
)


def persons(text: str) -> set[str]:
    """Names with 乾 that the text shows to be persons' by their role or title."""
    found = set()
    at = text.find("乾")
    while at >= 0:
        # A role, a surname and two characters are the most that stand before; what follows decides within four.
        for person in _PERSON.finditer(text, max(0, at - 8), min(len(text), at + 8)):
            found.add(person[1] or person[2])
        at = text.find("乾", at + 1)
    return found


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
    found = persons(text) if direction == "t2s" else set()
    if not found:
        return recoded, changes
    letters = list(recoded)
    whole = re.compile("|".join(sorted(found, key=len, reverse=True)))
    for start, end in spans:
        for person in whole.finditer(text, start, end):
            at = text.index("乾", person.start())
            if letters[at] == "干":
                letters[at] = "乾"
                blind = recoded[person.start() : person.end()]
                note = "a person of this document"
                changes.append(Change(*person.span(), blind, "name-in-context", "likely", note, applied=False))
    return "".join(letters), changes
