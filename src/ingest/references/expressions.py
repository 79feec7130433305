"""Expressions that refer to a document or a place in one, as a text prints them. What they lead to is found elsewhere.

A text is searched for cues (《, 第十条, 前款, 附件2, 〔2021〕) and read from each to the end of its expression; what an
expression names is taken into it, so that 渔业法第十条 never is a bare 第十条.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Literal, NamedTuple

from ingest import rules
from ingest.han import document_numbers, kinds, numerals
from ingest.patterns import pattern
from ingest.references import cues, grammar, names
from ingest.references.grammar import N, Place, Step

Base = Literal["self", "that", "named", "bare", "relative"]
"""Which document the places are in: 本法 (this one), 该法, a named one, not said (this one), or relative to the expression."""


class Relative(NamedTuple):
    """前两款 is unit 款, back 2; 本条 is back 0."""

    unit: grammar.StepUnit
    back: int


class Attachments(NamedTuple):
    """附件1、3至5 is word 附件 and runs (1, 1), (3, 5); without a number there are no runs. `said`: as it is printed, blanks
    aside, for an attachment may be numbered 附件1-1."""

    word: str
    runs: tuple[tuple[int, int], ...]
    said: str


class Expression(NamedTuple):
    """An expression at [start, end) of the text. `title` and `number` name another document, as printed (short names in
    full); `sure`: no other reading of the name is open. `attachment` names attachments."""

    start: int
    end: int
    base: Base
    places: tuple[Place, ...] = ()
    title: str | None = None
    number: str | None = None
    sure: bool = True
    relative: Relative | None = None
    attachment: Attachments | None = None


_SELF_KINDS = rf"(?:法典|{kinds.ANY}|{cues.any_of('itself')})"
# 本实施办法, 该暂行规定: words that stand between 本 and the kind, and say nothing of whose document it is.
_MODIFIER = cues.any_of("modifier")
_SELF = pattern(rf"本{_MODIFIER}{{0,3}}{_SELF_KINDS}的?$")
_THAT = pattern(rf"该{_MODIFIER}{{0,3}}{_SELF_KINDS}的?$")
_OWN = pattern(rf"本(?P<title>[一-鿿]{{2,20}}{_SELF_KINDS})的?$")
_RELATIVE = pattern(rf"(?P<which>前述|前|上|本|该)(?P<count>[{numerals.HAN}])?(?P<unit>款|条|项|章|节|编)")
_SIBLINGS = pattern(rf"[，。；：、（(“\s]|{cues.any_of('sibling')}")
_ATTACHMENT = pattern(rf"(?P<word>附[件表录])\s?(?P<n>{N}|[A-Z](?![A-Za-z]))?")
# 附件1、3-5: further numbers, behind which no word may go on (附件1、2024年; 附件一、二级单位).
_FURTHER = pattern(
    rf"\s?(?P<joint>{cues.any_of('list', 'range')})\s?(?P<again>附[件表录]\s?)?(?P<n>[0-9０-９]{{1,2}}|[{numerals.HAN}]{{1,3}})"
    rf"(?![0-9０-９.．%％]|{cues.any_of('measured')})(?:(?<=[至到－—–~～-][0-9])|(?<=[至到－—–~～-][0-9]{{2}})|(?=[^一-鿿A-Za-z]|{cues.any_of('attachment-behind')}|$))"
)
_OWNED = pattern(rf"(?:本(?:{_MODIFIER}{{0,3}}{_SELF_KINDS})?的?|{cues.any_of('attachment-owner')})$")
_NUMBER = pattern(
    r"[一-鿿]{1,14}\s?[〔﹝\[［(（【]\s?(?:19|20)\d\d\s?[〕﹞\]］)）】]\s?第?\s?\d{1,5}\s?号"
    rf"|[一-鿿]{{2,16}}令(?:[〔(（]?(?:19|20)\d\d[〕)）]?)?第?\s?{N}\s?号"
)
_LEADING = pattern(rf".*{cues.any_of('before-number')}")
_BEHIND_TITLE = pattern(r"[（(](?P<inner>[^（）()]{2,40}?|[^（）()]{0,20}[（(]\d{4}[）)][^（）()]{0,12})[）)]")
_YEAR = pattern(r"[（(](?:\d{4}年?[^（）()]{0,12}|试行|修订|修正|草案|暂行)[）)](?=第)")
# 根据渔业法第九条：“…”和第十一条：“…”: a list whose places are quoted one by one.
_QUOTED = pattern(r"(?:的?规定)?[：:]?“[^“”]*”[，、]?(?:和|以及|、|及|，)$")
_RULED = pattern(rf"规定的?{cues.any_of('list')}?")
# 渔业法第九条规定的捕捞权、第十一条规定的养殖权: what the places say stands between them.
_SAID = pattern(rf"{cues.any_of('said')}[^。；，：]{{1,24}}(?:、|和|以及|或者|及)$")
# Behind a range: 渔业法第三条至第五条、第七条.
_JOINED = pattern(r"\s?(?:、|，|和|以及|或者|或|及|与)\s?")
_THROUGH = pattern(cues.any_of("range"))
_PART = pattern(rf"[（(](?P<n>[{numerals.HAN}]{{1,4}})[）)]")
_PART_BEFORE = pattern(rf"{cues.any_of('part-before')}$")
_PART_BEHIND = pattern(cues.any_of("part-behind"))
_BRACKETED = r"\s?(?:19|20)\d\d\s?[〕﹞\]］)）】]"
_ITEMS = rf"{N}[）)](?:[、和或至到及与]+\s?[（(]{N}[）)])*项(?!目)"
_LAST_BEFORE = "".join(sorted({word[-1] for word in cues.words("part-before")}))
_PARTED = rf"(?<=[{_LAST_BEFORE}].)[{numerals.HAN}]{{1,4}}[）)]"
_POINTED = rf"[{numerals.HAN}]?[款条项章节编]"
_BETWEEN = cues.any_of("list", "range")
# Each alternative begins with one sign, so that a text without any of them is passed over quickly.
_CUE = pattern(
    rf"《|第\s?[（(]?{N}[）)]?\s?(?:编|分编|篇|章|节|部分|条|款|项|点|{_BETWEEN})|前述{_POINTED}|前{_POINTED}|上{_POINTED}|本{_POINTED}|该条"
    rf"|附[件表录]|（{_ITEMS}|\({_ITEMS}|（{_BRACKETED}|\({_BRACKETED}|〔{_BRACKETED}|﹝{_BRACKETED}|\[{_BRACKETED}|［{_BRACKETED}|【{_BRACKETED}"
    rf"|令(?:[〔(（]?(?:19|20)\d\d[〕)）]?)?第?\s?{N}\s?号|（{_PARTED}|\({_PARTED}"
)

TABLE = rules.Table(
    "ingest.references", "lookalikes.tsv", ("id", "side", "word", "example", "unless"), optional=("unless",)
)


@cache
def _lookalikes() -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Words that end in 前, 本, 上 (and what stands before them where they are none), and words that begin with 款, 项, 条."""
    rows = [(row, row.one_of("side", ("before", "behind"))) for row in TABLE.rows()]
    before = tuple((row["word"], row["unless"]) for row, side in rows if side == "before")
    return before, tuple(row["word"] for row, side in rows if side == "behind")


def _other_word(text: str, end: int) -> bool:
    """Whether what ends at `end` is another word than 前 or 本: 目前, 基本."""
    before, _ = _lookalikes()
    for word, unless in before:
        at = end - len(word)
        if text.endswith(word, 0, end) and not (at > 0 and text[at - 1] in unless):
            return True
    return False


def find(text: str, short: Mapping[str, str], own: Sequence[str] = ()) -> list[Expression]:
    """The expressions of `text` in order, none touching another. `short` are the document's short names with their meanings,
    `own` the titles of the document and of those bundled with it (本渔港管理办法 is one of them)."""
    cue = _CUE.search(text)
    if cue is None:
        return []
    out: list[Expression] = []
    low = 0  # where the last expression ended, before which no name of the next one begins
    while cue:
        read = _read(text, cue, low, short, own, out[-1] if out else None)
        if read is not None:
            low = at = read.end
            out.append(read)
        else:
            at = cue.end() if text[cue.start()] != "《" else _behind_title(text, cue.start())
        cue = _CUE.search(text, at)
    return out


def _places(text: str, at: int, above: tuple[Step, ...] = ()) -> tuple[Place, ...]:
    """The places of one expression; what follows a range is an expression of its own."""
    return tuple(grammar.cut(grammar.places(text, at, above, first=True)))


def _behind_title(text: str, at: int) -> int:
    """Where a search goes on behind a title that is no reference: what it says inside is a name."""
    title = names.TITLE.match(text, at)
    return title.end() if title else at + 1


def _read(
    text: str, cue: re.Match[str], low: int, short: Mapping[str, str], own: Sequence[str], last: Expression | None
) -> Expression | None:
    first = cue[0][0]
    if first == "《":
        return _titled(text, cue.start(), short)
    if first in "〔﹝[［(（【" and (cue[0][-1].isdigit() or "0" <= cue[0][1:].strip()[:1] <= "9"):
        return _numbered(text, cue, low)
    if first == "令":
        return _numbered(text, cue, low)
    if first in "（(":
        return _items(text, cue, low, last) if cue[0].endswith("项") else _part(text, cue)
    if first == "附":
        return _attached(text, cue.start())
    if first in "前上本该":
        return _related(text, cue.start())
    return _placed(text, cue.start(), low, short, own, last)


def _titled(text: str, at: int, short: Mapping[str, str]) -> Expression | None:
    """《X》, with what stands behind it: a number in brackets, an edition, places."""
    found = names.TITLE.match(text, at)
    if found is None:
        return None
    title = short.get(found["title"], found["title"])
    end, number = found.end(), None
    if (behind := _BEHIND_TITLE.match(text, end)) and (said := document_numbers.whole(behind["inner"].strip())):
        number, end = said, behind.end()
    edition = _YEAR.match(text, end)
    start = edition.end() if edition else end
    declared = names.DECLARED.match(text, start)
    places = _places(text, declared.end() if declared else start)
    if not places and not names.citable(title):
        return None
    return Expression(at, places[-1].end if places else end, "named", places, title, number)


def _numbered(text: str, cue: re.Match[str], low: int) -> Expression | None:
    """A document number by itself: 云政发〔2021〕5号."""
    for found in _NUMBER.finditer(text, max(low, cue.start() - 17)):
        if found.start() <= cue.start() < found.end():
            lead = _LEADING.match(text, found.start(), cue.start())
            start = lead.end() if lead else found.start()
            number = "".join(text[start : found.end()].split())
            return Expression(start, found.end(), "named", number=number) if start < cue.start() else None
        if found.start() > cue.start():
            break
    return None


def _part(text: str, cue: re.Match[str]) -> Expression | None:
    """按照（二十三）…: a numbered part of a text without articles, where a word before it says that it is one."""
    found = _PART.match(text, cue.start())
    number = numerals.value(found["n"]) if found else None
    if found is None or number is None or not _PART_BEFORE.search(text, max(0, found.start() - 4), found.start()):
        return None
    behind = _PART_BEHIND.match(text, found.end())
    if behind is None:
        return None
    end = behind.end() if behind[0] in "项款条" else found.end()
    return Expression(found.start(), end, "bare", (Place((Step("项", number),), found.start(), end),))


def _attached(text: str, at: int) -> Expression | None:
    """附件2, 附件1、3, 附件1至5; 附件 without a number where the text says whose it is (见附件, 本办法附件)."""
    found = _ATTACHMENT.match(text, at)
    if found is None:
        return None
    owned = _OWNED.search(text, max(0, at - 12), at)
    start = owned.start() if owned and text[owned.start()] == "本" else at
    if found["n"] is None:
        return Expression(start, found.end(), "self", attachment=Attachments(found["word"], (), "")) if owned else None
    first = _counted(found["n"])
    if first is None:
        return None
    runs, end = [(first, first)], found.end()
    while further := _FURTHER.match(text, end):
        number, through = _counted(further["n"]), _THROUGH.fullmatch(further["joint"]) is not None
        if number is None or (further["again"] and not through):
            break  # 附件1和附件2 are two expressions
        if through and further["joint"][0] not in "至到" and number <= runs[-1][1]:
            end = further.end()  # 附件2-1 is the number of one
            break
        if number <= runs[-1][1] or (through and runs[-1][0] != runs[-1][1]):
            break
        runs[-1:] = [(runs[-1][0], number)] if through else [runs[-1], (number, number)]
        end = further.end()
    said = "".join(text[at:end].split())
    places = _places(text, end)  # 附件1第三条, 附件2第2项
    return Expression(
        start,
        places[-1].end if places else end,
        "self",
        places,
        attachment=Attachments(found["word"], tuple(runs), said),
    )


def _counted(printed: str) -> int | None:
    """The number of an attachment; 附件B is the second."""
    return ord(printed) - 64 if printed.isascii() and printed.isalpha() else numerals.value(printed)


def _related(text: str, at: int) -> Expression | None:
    """前款, 前两条, 本条第一款, with the places behind it; None for the words that only look so."""
    found = _RELATIVE.match(text, at)
    if found is None:
        return None
    _, behind = _lookalikes()
    unit: grammar.StepUnit = found["unit"]  # type: ignore[assignment]
    head, tail = at + len(found["which"]), found.end() - 1
    if text.startswith(behind, tail) or _other_word(text, head):
        return None
    if at and text[at - 1] in "款条项" and text[max(0, at - 2) : at] != "本条":
        return None  # 第三十二条第三款前三项: the first three of another's
    if found["which"] == "该":
        places = _places(text, found.end(), (Step(unit, 0),))
        return Expression(at, places[-1].end, "that", places, relative=Relative(unit, 0)) if places else None
    here = found["which"] == "本"
    count = numerals.value(found["count"]) if found["count"] else 1
    if count is None or (here and found["count"]):
        return None
    if unit in ("章", "节", "编") and at and _SIBLINGS.search(text[max(0, at - 2) : at]) is None:
        return None
    relative = Relative(unit, 0 if here else count)
    places = _places(text, found.end(), (Step(unit, 0),))
    return Expression(at, places[-1].end if places else found.end(), "relative", places, relative=relative)


def _items(text: str, cue: re.Match[str], low: int, last: Expression | None) -> Expression | None:
    """（一）至（三）项 without 第."""
    at = cue.start()
    goes_on = last is not None and last.places and _JOINED.fullmatch(text, low, at)
    places = tuple(grammar.cut(grammar.items(text, at)))
    if not places:
        return None
    if goes_on and last is not None:
        above = tuple(step for step in last.places[-1].steps if step.unit in ("条", "款"))
        places = tuple(place._replace(steps=(*above, *place.steps)) for place in places)
        return last._replace(start=at, end=places[-1].end, places=places)
    return Expression(at, places[-1].end, "bare", places)


def _itself(head: str, own: Sequence[str]) -> int | None:
    """Where 本办法, 本实施办法 or 本 and the end of an own title begin, which `head` ends with; None where it does not."""
    at = len(head)
    while (at := head.rfind("本", 0, at)) >= 0:
        if _other_word(head, at + 1):
            continue  # 香港基本法, 日本法
        if _SELF.match(head, at):
            return at
        if (found := _OWN.match(head, at)) and any(title.endswith(found["title"]) for title in own):
            return at
    return None


def _placed(
    text: str, at: int, low: int, short: Mapping[str, str], own: Sequence[str], last: Expression | None
) -> Expression | None:
    """第十条…, with the name before it that it belongs to."""
    if last and last.places and _JOINED.fullmatch(text, low, at):
        further = _places(text, at, last.places[-1].steps)
        return last._replace(start=at, end=further[-1].end, places=further) if further else None
    goes_on = _RULED.fullmatch(text, low, at) or _QUOTED.fullmatch(text, low, at) or _SAID.fullmatch(text, low, at)
    if last and last.places and goes_on:
        # 第六条规定第一款, 第二条第一款规定和第二款: below the article just named
        further = _places(text, at, last.places[-1].steps)
        if further and any(step.unit == "条" for step in further[0].steps[:-1]):
            return last._replace(start=at, end=further[-1].end, places=further, relative=None)
    places = _places(text, at)
    if not places:
        return None
    end = places[-1].end
    head = text[max(low, at - 40) : at]
    if (itself := _itself(head, own)) is not None:
        return Expression(at - len(head) + itself, end, "self", places)
    if that := _THAT.search(head):
        return Expression(at - len(head) + that.start(), end, "that", places)
    for size in range(min(len(head), 30), 1, -1):
        if head[-size:] in short and not head[-size:].startswith("本"):
            return Expression(at - size, end, "named", places, short[head[-size:]])
    if goes_on and last and last.base == "named" and last.places and not _RULED.fullmatch(text, low, at):
        return Expression(at, end, "named", places, last.title, last.number, last.sure)
    if named := names.before(text[low:at], at - low):
        return Expression(low + named.start, end, "named", places, named.name, sure=named.sure)
    if at - low > 1 and text[at - 1] == "法":  # a name that is not understood never falls through to the own article
        return Expression(at - 2, end, "named", places, text[at - 2 : at], sure=False)
    if places[0].steps[0].unit == "点" and not _PART_BEFORE.search(text, max(low, at - 4), at):
        return None  # 第一点, 要…: the first of some thoughts
    return Expression(at, end, "bare", places)
