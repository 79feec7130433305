"""Judgments of the mainland and of Taiwan: their fixed lines, and which part of one each unit belongs to.

A judgment is known by its head: a court, a kind of decision, a case number. Then its lines have roles that do not follow
from numbers: the parties, the claim, what was found, why, the ruling, the costs, who judged and when. `roles.tsv` says how
each part begins; it goes on until another begins.
"""

import re
from collections.abc import Sequence
from functools import cache
from operator import attrgetter
from typing import NamedTuple

from ingest import rules
from ingest.blocks import Fact, Node
from ingest.han import dates
from ingest.outline.candidates import Marker
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

TABLE = rules.Table("ingest.outline", "roles.tsv", ("id", "role", "pattern", "example", "lookalike"), unique=("id",))

_COURT = pattern(r"(?:中华人民共和国)?[\u4e00-\u9fff（）()]{2,24}法院(?:[\u4e00-\u9fff]{1,8}[庭院])?")
_KIND = pattern(
    r"(?:刑事附带)?(?:民事|刑事|行政|执行|赔偿|国家赔偿|知识产权|家事|少年|宣示|海事|破产|惩戒|交通)?"
    r"(?:简易|小额|补充|中间|附带民事|更正)?(?:判决书|裁定书|调解书|决定书|支付令|判决(?:笔录)?|裁定)"
)
_NUMBER = pattern(
    r"[（(〔\[]\d{4}[）)〕\]][\u4e00-\u9fff\d]{1,16}?(?:字)?第?[\d\-、之]+号|\d{2,3}年度?[\u4e00-\u9fff]{1,12}字第[\d]+号"
)
_BLANK = pattern(r"[ \t\u3000]+")
_HEADS = pattern(r"主文|事实|理由|事实及理由|犯罪事实及理由|事实与理由|犯罪事实")
_DAY = pattern(rf"(?:中华民国)?(?:{dates.WHOLE})")
_ZONE = 16  # lines: above it a page may have its own headline and pictures


class Court(NamedTuple):
    """The numbers of the lines of a judgment's head: its first and last, and the number's (None: it prints none)."""

    first: int
    last: int
    number: int | None


def _bare(text: str, line: LogicalLine) -> str:
    return "".join(text[line.start : line.end].split())


def divided(text: str, lines: list[LogicalLine]) -> list[LogicalLine]:
    """The lines, of which one of a judgment's head that says court or kind and number (民事判決　110年度訴字第12號) is two."""
    for n, line in enumerate(lines[:_ZONE]):
        if line.end - line.start > 80 or text[line.end - 1] not in "号號" or line.role is not None:
            continue
        for blank in _BLANK.finditer(text, line.start, line.end):
            upper = "".join(text[line.start : blank.start()].split())
            court = _COURT.match(upper)
            kind = _KIND.fullmatch(upper, court.end() if court else 0)
            if kind and _NUMBER.fullmatch("".join(text[blank.end() : line.end].split())):
                two = [line._replace(end=blank.start()), line._replace(start=blank.end())]
                return [*lines[:n], *two, *lines[n + 1 :]]
    return lines


def head(text: str, lines: Sequence[LogicalLine]) -> Court | None:
    """Where a judgment's head stands among the first lines; None: the text is none."""
    court = kind = number = None
    for n, line in enumerate(lines[:_ZONE]):
        bare = _bare(text, line) if line.end - line.start <= 80 else ""
        whole = _COURT.match(bare)
        if court is None and whole and (whole.end() == len(bare) or _KIND.fullmatch(bare, whole.end())):
            court = n
            kind = n if whole.end() < len(bare) else kind
        elif court is not None and kind is None and n == court + 1 and _KIND.fullmatch(bare):
            kind = n
        elif court is not None and kind is not None and _NUMBER.fullmatch(bare):
            number = n
            break
        elif kind is not None and n > kind + 1:
            break
    return None if court is None or kind is None else Court(court, kind, number)


def mark(text: str, lines: Sequence[LogicalLine], court: Court) -> list[LogicalLine]:
    """The lines of a judgment with the roles that its form gives them; who signs is no signature's first line there."""
    out = list(lines)
    for n in range(court.first, court.last + 1):
        out[n] = out[n]._replace(role="title")
    if court.number is not None:
        out[court.number] = out[court.number]._replace(role="docno")
    for n in range(court.last + 1, len(out)):
        line = out[n]
        if n == court.number or line.end - line.start > 80:
            continue
        bare = _bare(text, line)
        if _HEADS.fullmatch(bare):
            out[n] = line._replace(role="heading")
        elif bare[0] == "附" and n > court.last + 4 and role_of(bare) == "annex":
            out[n] = line._replace(role="attachment", opens=True)
        elif n + 6 > court.last and _DAY.fullmatch(bare) and n > court.last + 4:
            out[n] = line._replace(role="signature")
        elif line.role in ("heading", "title", "caption", "signature", "attachment") or (
            line.role is None and len(bare) <= 40 and bare[-1] not in "。；：，:;"
        ):
            out[n] = line._replace(role="paragraph")
    return out


@cache
def _cues() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((row["role"], row.expression("pattern")) for row in TABLE.rows())


def role_of(words: str) -> str | None:
    """The part of a judgment that begins with these words; None where none does."""
    bare = "".join(words[:240].split())
    return next((role for role, pattern in _cues() if pattern.match(bare)), None)


_ENDS = frozenset({"costs", "appeal", "judges", "clerk"})


def closing(text: str, lines: Sequence[LogicalLine], court: Court) -> set[int]:
    """Where the lines begin that close a decision behind its ruling: costs, appeal, who judged. No item of the ruling has them."""
    out: set[int] = set()
    ruled = False
    # In Taiwan the ruling stands first, under a heading of its own, and says who bears the costs.
    ends = _ENDS - {"costs"} if any(line.role == "heading" for line in lines) else _ENDS
    for line in lines[court.last + 1 :]:
        if ruled and role_of(text[line.start : min(line.end, line.start + 240)]) in ends:
            out.add(line.start)
        ruled = ruled or _DECIDES.search("".join(text[max(line.start, line.end - 12) : line.end].split())) is not None
    return out


_CONCLUDES = pattern(r"据上论[断结]|本案(?:经|由)[^。]{0,12}检察官")


def concluding(text: str, lines: Sequence[LogicalLine], court: Court) -> set[int]:
    """Where the lines begin that conclude the reasons (据上论断, … 判决如下：) and stand below none that these count."""
    out: set[int] = set()
    for line in lines[court.last + 1 :]:
        last = "".join(text[max(line.start, line.end - 12) : line.end].split())
        first = _CONCLUDES.match("".join(text[line.start : min(line.end, line.start + 40)].split()))
        if line.role in (None, "paragraph") and (first or _DECIDES.search(last)):
            out.add(line.start)
    return out


def annexed(markers: Sequence[Marker], candidates: Sequence[Marker], lines: Sequence[LogicalLine]) -> list[Marker]:
    """The markers, and those of the articles that a judgment prints behind it: they follow no count (第六十七条, 第六十四条)."""
    begin = next((line.end for line in lines if line.role == "attachment" and line.opens), None)
    if begin is None:
        return list(markers)
    starts = {line.start for line in lines if line.start > begin} - {marker.start for marker in markers}
    quoted = [c for c in candidates if c.start in starts and c.style.kind == "article"]
    covered = {at for marker in quoted for at in range(marker.start, marker.end)}
    return sorted([*(m for m in markers if m.start not in covered), *quoted], key=attrgetter("start"))


_DECIDES = pattern(r"(?:判决|裁定|决定|调解|判决为)如下[:：]?$")


def roles(text: str, nodes: Sequence[Node]) -> list[str | None]:
    """For each unit of a judgment the part that it belongs to."""
    out: list[str | None] = []
    part: str | None = None
    ruled = signed = False
    named = headed = False
    listed: str | None = None  # the kind of the items that a block ending in a colon has opened
    before = ""
    for node in nodes:
        start, end = node.hull
        if node.number is None or node.heading[0] < node.heading[1]:
            listed = None
        elif node.number == 1 and before in ("：", ":"):
            listed = node.kind
        before = text[end - 1 : end]
        if node.kind == "title" and not headed:
            out.append("kind" if named else "court")
            named = True
            continue
        headed = named
        if node.kind == "docno":
            out.append("docno")
            continue
        if node.kind == "signature":
            out.append("date")
            signed = True
            continue
        if node.parent is not None and nodes[node.parent].number is not None:
            out.append(out[node.parent])  # an item below an item goes with it, whomever it names
            continue
        begin = node.heading[0] if node.heading[0] < node.heading[1] else node.body[0]
        begin = node.label[0] if node.kind == "attachment" else begin
        stop = node.heading[1] if node.kind == "heading" else end
        cue = (
            role_of(text[begin : min(stop, begin + 400)])
            if node.label[0] == node.label[1] or node.kind == "attachment" or not ruled
            else None
        )
        if cue == "parties" and part not in (None, "parties"):
            cue = None
        if ruled and cue in ("claim", "defence", "findings", "procedure", "parties"):
            cue = "findings" if node.kind == "heading" and cue == "findings" else None
        if part == "annex" or (listed is not None and node.kind == listed):
            cue = None
        if signed and cue not in ("clerk", "judges", "appeal", "annex"):
            cue = "appeal" if part == "appeal" else cue
        if cue is not None and not (ruled and cue == "reasons" and node.kind != "heading" and part == "ruling"):
            part = cue
        out.append(part)
        words = text[start:end].rstrip()
        if part != "parties" and _DECIDES.search("".join(words[-12:].split())):
            part, ruled = "ruling", True
        elif node.kind == "heading" and part in ("findings", "reasons"):
            ruled = False  # the ruling of Taiwan stands first
    return out


def facts(text: str, nodes: Sequence[Node]) -> list[Fact]:
    """The case number and the day of a judgment, in offsets of the text."""
    out: list[Fact] = []
    for node in nodes:
        start, end = node.hull
        bare = "".join(text[start:end].split())
        if node.kind == "docno" and _NUMBER.fullmatch(bare):
            out.append(Fact("document_number", bare, "case-number", 4).at(start, end))
        elif node.kind == "signature" and (found := dates.find(bare)):
            out.append(Fact("issued_on", found.iso, "judgment-day", 4).at(start, end))
            break
    return out
