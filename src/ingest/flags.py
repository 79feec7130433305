"""Quality warnings of a document: stable codes that a reader can filter by.

A flag never changes anything: it says where to look twice. Those from charset-declared-wrong on come from the page stage (correction-stale from the corrections, structure-doubtful from the outline); the others
are read off the finished rows.
"""

from collections.abc import Iterable, Sequence

from ingest.models import Edit, Record
from ingest.patterns import pattern

CODES = {
    "no-title": "no title was found",
    "numbering-gap": "numbered units of one level do not follow one another (an excerpt, or a unit that was missed)",
    "structure-doubtful": "many places in the tree are expected to be wrong, by how often such places were",
    "damage-left": "damaged text that no candidate explains stands as it came (edits with applied = false)",
    "damage-guessed": "at least one repair is a guess",
    "control-characters": "the page holds control characters",
    "invisible-characters": "the page holds zero-width or soft-hyphen characters",
    "bidi-controls": "the page holds characters that change the direction of text",
    "private-use": "the page holds private-use characters, whose look depends on a font",
    "replacement-characters": "the page holds U+FFFD, where a character was lost before it came here",
    "charset-declared-wrong": "the page declares an encoding that its own bytes contradict; it was read in the one they give",
    "bad-bytes": "some bytes are no character of the page's encoding; U+FFFD stands for them",
    "mixed-encodings": "stretches of the page are in another encoding than the rest, and were read in theirs",
    "lone-surrogates": "halves of surrogate pairs came in; U+FFFD stands for them",
    "listing": "rather a list of other pages, a portal or a home page than a document",
    "thin": "next to no running text, and few of the marks of a document",
    "little-kept": "next to all of the page was taken out, or more running text than was kept",
    "hidden-text": "the page shows nothing until a script has run; what it hides was read",
    "spun": "names of authorities stand with their words swapped for synonyms, as programs do that disguise a copy",
    "correction-stale": "something that a person said of the page was not done: the page is another one by now",
    "paginated": "the text goes on on another page that is not in this file",
}

_CHARACTERS = {
    "control-characters": "\x00-\x08\x0b\x0e-\x1f\x7f",
    "invisible-characters": "\u00ad\u200b-\u200d\u2060\ufeff",
    "bidi-controls": "\u200e\u200f\u202a-\u202e\u2066-\u2069",
    "private-use": "\ue000-\uf8ff\U000f0000-\U0010fffd",
    "replacement-characters": "\ufffd",
}
_SIGNS = {code: pattern(f"[{characters}]") for code, characters in _CHARACTERS.items()}
_ANY_SIGN = pattern(f"[{''.join(_CHARACTERS.values())}]")  # most pages have none, which one look tells
_OFFICE = "(?:部(?![分件位门])|厅|局(?![限部]))"
# Names that no authority has: 国家 as 国度, 发展改革 as 开展变革, 广播 as 播送, 科学 as 迷信, 检察 as 查察, 知识 as 学问, 监督 as 监视,
# 管理 as 办理, 保障 as 保证. In six million lines of statutes, news, notes and talk none of these stands once.
_SPUN = pattern(
    "国度(?:播送|开展|变革|税务|统计局|平安局|学问产权|卫生安康|药品监视)|國度(?:播送|開展|變革|稅務|統計局|學問產權)"
    "|开展(?:和|与)?变革委|開展(?:和|與)?變革委|播送(?:电视|電視|电影电视|電影電視)(?:总局|總局)|迷信技(?:术|術)(?:部|厅|廳|局)"
    "|国民查察院|國民查察院|学问产权局|學問產權局|生态情况(?:部|厅|局)|生態情況(?:部|廳|局)"
    rf"|社会保证{_OFFICE}|交通运送{_OFFICE}|应急办理{_OFFICE}"
    "|市场监视(?:管理|办理)|药品监视(?:管理|办理)|出产监视(?:管理|办理)"
)


def of(page_text: str, title: str | None, records: Sequence[Record], edits: Iterable[Edit]) -> set[str]:
    """The codes that hold for a document."""
    found = {code for code, sign in _SIGNS.items() if sign.search(page_text)} if _ANY_SIGN.search(page_text) else set()
    if _SPUN.search(page_text):
        found.add("spun")
    if not title:
        found.add("no-title")
    last: dict[tuple[str | None, str], tuple[int, int]] = {}
    for record in records:
        if record.number is not None:
            place = (record.parent_eid, record.kind)
            number, suffix = record.number, record.number_suffix or 0
            if place in last and _jumps(last[place], number, suffix):
                found.add("numbering-gap")
            last[place] = number, suffix
    for edit in edits:
        if "repair" in edit.stages and "correction" not in edit.stages:
            if not edit.applied:
                found.add("damage-left")
            elif edit.certainty == "guess":
                found.add("damage-guessed")
    return found


def _jumps(before: tuple[int, int], number: int, suffix: int) -> bool:
    """Whether a number and its suffix (第十条之一: 10, 1; no suffix: 0) leave something out behind those before them."""
    if number == before[0]:
        return suffix > before[1] + 1
    return number > before[0] + 1 or (number > before[0] and suffix > 0)
