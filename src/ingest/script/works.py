"""著 where it says who wrote a work (魯迅著《吶喊》), which stays; behind a verb it is the particle 着.

What tells is a name that is a clause of its own, and that a work is spoken of beside it: its title, who brought it out or
translated it, or a blank, which no particle has before it. Surnames are words as well (高興著, 林海坐著), so the language
model is asked whether what stands there takes 着.
"""

from ingest.patterns import pattern
from ingest.script.names import SURNAMES
from ingest.script.undecided import Score

_HAN = "\u4e00-\u9fff"
_DOT = "·‧・．•"
# Surnames of writers that names of officials hardly have.
_MORE = "魯費穆季岑駱梅舒殷畢葛詹溫阮褚解游靳單路岳寧關房甘包鮑屈項祝藍閔歐羊聞郁艾蕭"
_PERSON = f"(?:歐陽|司馬|上官|諸葛|[{SURNAMES}{_MORE}])[{_HAN}]{{1,2}}"
_PARTS = f"[{_HAN}]{{1,8}}(?:[{_DOT}][{_HAN}A-Z]{{1,8}})+"
_COUNTRY = f"[（(\\[〔【][{_HAN}]{{1,4}}[）)\\]〕】] ?[{_HAN}{_DOT}]{{2,12}}"
_LIST = f"(?:{_PERSON}|{_PARTS})"
# The name stands at the beginning of its clause, or behind what introduces one.
_NAMED = pattern(
    f"(?:^|(?<=[^{_HAN}{_DOT}])|(?<=作者)|(?<=[由見據讀參年]))"
    f"(?:{_COUNTRY}|{_LIST}(?:[、，, ]{_LIST})*)(?:等|主|合|原)?[ \u3000]?$"
)
_ANYONE = pattern(f"(?<=[》〉])[，,、：: （(]*[{_HAN}{_DOT}]{{2,9}}$")
_BLANK = pattern(f"(?:^|(?<=[^{_HAN}]))[{_HAN}{_DOT}]{{2,9}}[ \u3000]$")
_TITLE_BEFORE = pattern("(?:[》〉]|\\[M\\])[，,、。.：: （(]*$")
_TITLE_BEHIND = pattern("[ \u3000]?[：:，,．.]?[ \u3000]?[《〈]|[．.] ?[^。.]{2,30}\\[M\\]")
_PUBLISHED = pattern(f"^[^。；\n]{{0,30}}?(?:出版社|書局|書店|書館|印書館|年版|[{_HAN}]{{2}}等?譯(?![{_HAN}])|ISBN)")
_HAN_NEXT = pattern(f"[{_HAN}]")
_BEFORE, _BEHIND = 30, 60
# A byline's name has so many characters at least, and stands so near the beginning.
_LONG, _HEAD = 3, 400
# 陳著，頁 260: the work of Chen that was named before.
_CITED = pattern(f"[（(][{SURNAMES}{_MORE}]$")
_PAGE = pattern("[，,：: ]{1,2}(?:第?[上中下]?[冊卷]?，?)?頁")
# How much likelier 着 is than 著 behind a name (that no text of the model has: 2.4 nats), behind one where title and publisher
# both tell (小滿, 光 are words), and behind its last character: verbs have 4 to 8.
_LEAD, _LEAD_SURE, _LEAD_LAST = 3.5, 5.0, 3.1


def written_by(text: str, simplified: str, at: int, score: Score) -> bool:
    """Whether 著 at a place of a Traditional text says who wrote a work. `simplified` has the text's length."""
    begin = max(text.rfind("\n", 0, at) + 1, at - _BEFORE)
    stop = text.find("\n", at)
    before, behind = text[begin:at], text[at + 1 : min(len(text) if stop < 0 else stop, at + 1 + _BEHIND)]
    if _CITED.search(before) and _PAGE.match(behind):
        return True
    titled, published = _TITLE_BEHIND.match(behind), _PUBLISHED.match(behind)
    blank = not _HAN_NEXT.match(behind) and _BLANK.search(before)
    name = simplified[begin:at].rstrip(" \u3000")
    named = _NAMED.search(before)
    if not named:
        anyone = blank or (published and _ANYONE.search(before))
        return bool(anyone) and _lead(name[-3:], score) < _LEAD_LAST
    entitled = _TITLE_BEFORE.search(before[: named.start()])
    if not (titled or published or entitled or blank or _byline(text, begin, at, behind)):
        return False
    if _lead(name[-3:], score) < _LEAD and _lead(name[-1:], score) < _LEAD_LAST:
        return True
    return bool(blank or (published and (entitled or titled))) and _lead(name[-3:], score) < _LEAD_SURE


def _byline(text: str, begin: int, at: int, behind: str) -> bool:
    """Whether a line is a name and 著 alone, at the head of a text and below its title."""
    if behind.strip() or not _LONG <= at - begin <= _BEFORE or not begin < _HEAD or (begin and text[begin - 1] != "\n"):
        return False
    above = text[:begin].rstrip("\n").rpartition("\n")[2]
    return 0 < len(above) <= _BEFORE and above[-1] not in "。，！？；："


def _lead(before: str, score: Score) -> float:
    """How much likelier the particle is there than 著, in nats."""
    particle, work = score([(before, "着"), (before, "著")])
    return particle - work
