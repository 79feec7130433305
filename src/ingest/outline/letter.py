"""公文 of Taiwan: the labelled parts of an official letter (受文者, 發文字號, 主旨, 說明, 辦法) and what they state."""

from collections.abc import Sequence

from ingest.blocks import Fact, Node
from ingest.han import dates
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

_HEADS = pattern(
    r"(?:主\s{0,4}旨|说\s{0,4}明|办\s{0,4}法|拟\s{0,4}办|依\s{0,4}据|公\s{0,4}告\s{0,4}事\s{0,4}项|公告事项)\s?[:：]"
)
_BEGINS = "主说办拟依公"  # what such a line begins with
_FIELDS = pattern(
    r"(?:受\s{0,4}文\s{0,4}者|发文日期|发文字号|速\s{0,4}别|密等[^：:]{0,14}|附\s{0,4}件|正\s{0,4}本|副\s{0,4}本|地\s{0,4}址|承\s{0,2}办\s{0,2}人"
    r"|联络人|联络电话|电\s{0,4}话|传\s{0,4}真|电子信箱|保存年限|档\s{0,4}号)\s?[:：]"
)
_COPIES = pattern(r"(?:正\s{0,4}本|副\s{0,4}本|抄\s{0,4}本)\s?[:：]")
_OFFICIAL = pattern(
    r"[\u4e00-\u9fff]{0,8}(?:[县市局处校院部署场镇乡区站会司所馆]长|主任(?:委员)?|主席|首长)[ \u3000]+\S[\S \u3000]{0,6}"
)
_HEAD = pattern(r"(\S{3,24})\s+(?:函|书函|公告|令|开会通知单|会勘通知单|书函稿|签)")
_NUMBER = pattern(r"[\u4e00-\u9fff\d（）()]{1,16}字第\s?[\dA-Za-z]{4,16}\s?号")


def parts(text: str, lines: Sequence[LogicalLine]) -> list[int]:
    """The numbers of the lines that open a part; none where the text is no official letter."""
    heads = [
        n for n, line in enumerate(lines)
        if text[line.start] in _BEGINS and line.role is None and _HEADS.match(text, line.start, line.end)
    ]  # fmt: skip
    if not heads or not any(text[lines[n].start] in "主公依" for n in heads):
        return []
    fields = sum(len(_fields(text, line.start, line.end)) for line in lines[: heads[0]])
    return heads if fields >= 2 else []


def _fields(text: str, start: int, end: int) -> list[tuple[str, int, int]]:
    """The labels of a labelled line, each with its value [start, end): a line may hold several, with blanks between them."""
    if not _FIELDS.match(text, start, end):
        return []
    found = [m for m in _FIELDS.finditer(text, start, end) if m.start() == start or text[m.start() - 1].isspace()]
    ends = [*(m.start() for m in found[1:]), end]
    return [(m[0], m.end(), stop) for m, stop in zip(found, ends, strict=True)]


def label(text: str, start: int, end: int) -> int:
    """Where the label of a part ends."""
    found = _HEADS.match(text, start, end)
    return found.end() if found else start


def mark(text: str, lines: Sequence[LogicalLine]) -> list[LogicalLine]:
    """The lines with what opens a part as its heading, who signs and who has copies behind them; labelled lines are no
    headings, titles or attachments."""
    heads = parts(text, lines)
    if not heads:
        return list(lines)
    out = list(lines)
    for n, line in enumerate(out):
        if n in heads:
            out[n] = line._replace(role="heading")
        elif line.role is None and n > heads[-1] and _COPIES.match(text, line.start, line.end):
            out[n] = line._replace(role="note")
        elif line.role is None and n > heads[-1] and _OFFICIAL.fullmatch(text, line.start, line.end):
            out[n] = line._replace(role="signature")
        elif line.role is None and _FIELDS.match(text, line.start, line.end):
            out[n] = line._replace(role="paragraph")
    return out


def facts(text: str, nodes: Sequence[Node]) -> list[Fact]:
    """Number, day and issuer that the labelled lines of an official letter state, in offsets of the text."""
    out: list[Fact] = []
    if not any(node.kind == "heading" and _HEADS.match(text, *node.heading) for node in nodes):
        return out
    for node in nodes:
        if node.kind == "title" and (head := _HEAD.fullmatch(text, *node.hull)):
            out.append(Fact("issuer", "".join(head[1].split()), "letter-head", 20).at(head.start(1), head.end(1)))
        for name, start, end in _fields(text, *node.hull) if node.kind == "paragraph" else ():
            value = "".join(text[start:end].split())
            if name.startswith("发文字号") and _NUMBER.fullmatch(value):
                out.append(Fact("document_number", value, "letter-number", 4).at(start, end))
            elif name.startswith("发文日期") and (day := dates.find(value)):
                out.append(Fact("issued_on", day.iso, "letter-day", 4).at(start, end))
    return out
