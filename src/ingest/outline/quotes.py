"""What a text quotes: new wording in an amending decision, which is text of the item that gives it and no structure of
the decision; and a list that an opening mark stands before, until its closing mark.

The quotation begins behind words of amendment and a colon (修改为：“, 作为第五条：“) and ends at the closing mark that ends a line. Each of
its paragraphs may have an opening mark of its own, or only the first.
"""

from collections.abc import Container, Sequence

from ingest.han import numerals
from ingest.outline.candidates import Marker
from ingest.outline.lines import LogicalLine
from ingest.outline.piece import Span
from ingest.patterns import pattern

_OPENS = pattern(r"(?:修改为|改为|增加|增列|作为|修正为|规定|内容为|如下)[^。；“”\n]{0,40}[:：，]?\s*[“「]")
_ENDS = pattern(r"[”」][。；，]?(?=\s*(?:\n|$))")
_AMENDS = pattern(r"修改|修正|增加一|删去|删除|改为")
_CLOSES = pattern(
    r"本(?:决定|修正案)自[^。]{1,24}(?:施行|实施|生效)。?$|(?:以上|有关|《[^》\n]{2,40}》|本)[^。“”]{0,40}(?:根据|依照)本决定"
)
# What is to be done with the article named before: 第一款第（三）项修改为, 中的“渡口”改为.
_INSTRUCTS = pattern(
    rf"\s?(?:第\s?[{numerals.HAN}\d]{{1,3}}\s?[款项目]|第?\s?[（(][{numerals.HAN}\d]{{1,3}}[）)]\s?项?|[、和，及])*"
    r"(?:修改为|改为|修正为|删[去除](?=[。；，])|中?的?[“「《][^”」》\n]{1,60}[”」》][^。\n]{0,12}(?:修改为|改为|删[去除])|[后之前]?增加[一二三四五六]?[条款项个]|作为第|改为第)"
)
_LONGEST = 6000
# An opening mark right before the first item, and a closing mark behind a further line.
_LISTED = pattern(
    rf"“(?=(?:[{numerals.HAN}]{{1,3}}、|[（(][{numerals.HAN}\d]{{1,3}}[）)]|\d{{1,2}}[、．.](?!\d)))[^“”\n]{{1,600}}\n[^“”]{{1,1500}}”"
)


def amends(text: str) -> bool:
    """Whether a text is an amending decision."""
    return _AMENDS.search(text, 0, 400) is not None and "决定" in text[:400]


def spans(text: str) -> list[Span]:
    """The quotations of an amending decision, in order; of any other text the lists that it quotes."""
    if not amends(text):
        return [found.span() for found in _LISTED.finditer(text)] if "“" in text else []
    out: list[Span] = []
    at = 0
    while (found := _OPENS.search(text, at)) is not None:
        begin = found.end() - 1
        end = _end(text, begin)
        if end > begin:
            out.append((begin, end))
        at = max(end, found.end())
    return out


def _end(text: str, begin: int) -> int:
    """Where a quotation ends: at the first closing mark at a line's end that no further opening mark follows on the next line."""
    line = text.find("\n", begin)
    closed = _closed(text, begin, line if line >= 0 else len(text))
    if closed:
        return closed
    at = begin + 1
    while (found := _ENDS.search(text, at, begin + _LONGEST)) is not None:
        return found.end()
    return begin


def _closed(text: str, begin: int, end: int) -> int:
    """Where a quotation closes inside of its line, more text behind it (一章，章名为“快递包装”，包括……); 0 where it does not."""
    depth = 0
    for at in range(begin, end):
        depth += (text[at] in "“「") - (text[at] in "”」")
        if depth == 0:
            return at + 1 if text[at + 1 : end].strip("。；， \u3000") else 0
    return 0


def closing(text: str, lines: Sequence[LogicalLine]) -> set[int]:
    """Where the lines begin that close an amending decision itself (本决定自公布之日起施行), and none of its items. Lines
    inside of a quotation have a role by then (`inside`)."""
    if not amends(text):
        return set()
    return {line.start for line in lines if line.role is None and _CLOSES.match(text, line.start, line.end)}


def outside(
    candidates: Sequence[Marker], quoted: Sequence[Span], starts: Container[int], amending: bool
) -> list[Marker]:
    """The candidates that no quotation holds. In an amending decision an article is one at a line's start alone: 将第三条修改为
    names another law's."""
    out, n = [], 0
    for candidate in candidates:
        if amending and candidate.style.division and candidate.start not in starts:
            continue
        while n < len(quoted) and quoted[n][1] <= candidate.start:
            n += 1
        if n == len(quoted) or candidate.start <= quoted[n][0]:
            out.append(candidate)
    return out


def instructed(text: str, candidates: Sequence[Marker]) -> list[Marker]:
    """The candidates without articles of another law that a text says how to change (第五十二条第一款修改为：“……”)."""
    if not any(word in text for word in ("改为", "删去", "删除", "中的“", "后增加")):
        return list(candidates)
    return [c for c in candidates if c.style.kind != "article" or not _INSTRUCTS.match(text, c.end)]


def inside(read: Sequence[LogicalLine], quoted: Sequence[Span]) -> list[LogicalLine]:
    """The lines with those that begin inside of a quotation as plain paragraphs."""
    out: list[LogicalLine] = []
    n = 0
    for line in read:
        while n < len(quoted) and quoted[n][1] <= line.start:
            n += 1
        within = n < len(quoted) and quoted[n][0] < line.start
        out.append(line._replace(role="paragraph") if within and line.role in (None, "heading", "title") else line)
    return out
