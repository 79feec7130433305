"""What the marks of Markdown say of a plain text: which lines are headings and of which level, which are strong, which are code.

The outline is read of a text in which the marks are blanks, so that every line begins with its words; what it finds gets them back.
"""

from collections.abc import Sequence, Set
from itertools import takewhile
from typing import NamedTuple

from ingest.blocks import Block, Node
from ingest.han import front_matter, kinds
from ingest.outline import fences, unnumbered
from ingest.outline.lines import COLONS, LogicalLine, form, signs
from ingest.patterns import pattern

_HASHES = pattern(
    r"(#{1,6})(?:[ \t\u3000\xa0]+|(?=[\u4e00-\u9fff*《【`])|(?=[A-Z][A-Za-z\d]{0,15}[\u4e00-\u9fff])|(?<=##)(?=[A-Z][A-Za-z\d]{0,15}$))(?=[^\s#!])"
)
_CLOSING = pattern(r"(?<=[ \t\u3000])#{1,6}$")
_STRONG = pattern(r"(\*\*|__)(?=[^\s*_a-z])")
_BROKEN = pattern(r"(?:</?br\s?/?>|&(?:nbsp|emsp|ensp);|<a [^>]{1,120}>\s?</a>)[ \t\u3000]*")
_UNDER = pattern(r"={2,}$|-{2,}$")
_SETTING = pattern(r"\[[^\]\n]{1,60}\]:\s")  # [1]: address, [#]: translator
TITLED = pattern(r"title:\s*[\"']?(?=[^\s\"'])")
"""What it says before its title."""
_LINED = pattern(r"[ \t]*\t|[ \t]{4}")
_MARKS = (
    "]: ",
    "#",
    "**",
    "__",
    *fences.SIGNS,
    "\n==",
    "\n--",
    "br>",
    "br/>",
    "br />",
    "&nbsp;",
    "&emsp;",
    "&ensp;",
    "</a>",
)
_NO_HEADING = pattern(r"[。；;，,、！!…][”」』）)】]?$|[：:]\s?\S")
_TITLED = 8  # lines that may stand above the one that is the title
_LONGEST = 80
_STRONGEST = 40

_BEGINS = "#*_=-<&"  # what a line begins with that a mark is on

STRONG = -1
"""The level of a block of strong words, which may be a heading."""

Span = tuple[int, int]


class Marked(NamedTuple):
    """A text without its marks, as long as it was; its lines, each from its first word on; where the marks were; the levels of
    the headings that marks show, by where their words begin; and those of all lines behind #, be they headings or not."""

    text: str
    lines: list[LogicalLine]
    marks: list[Span]
    levels: dict[int, int]
    hashes: dict[int, int]


def read(text: str, lines: Sequence[LogicalLine]) -> Marked:
    """Takes the marks out of a text. Headings are blocks of their levels then, code is paragraphs."""
    if not any(mark in text for mark in _MARKS):
        return Marked(text, list(lines), [], {}, {})
    out = _fenced(text, _fronted(text, lines))
    marks: list[Span] = []
    strong: list[int] = []
    levels: dict[int, int] = {}
    tagged = "<" in text or "&" in text
    # A page whose markup has headings types none: # begins a remark in code.
    headed = any(x.block is not None and x.block.kind == "heading" and x.block.level > 0 for x in lines)
    for n, line in enumerate(out):
        if line.role is not None or text[line.start] not in _BEGINS:
            continue
        start, end = line.start, line.end
        if tagged:
            start = _past_breaks(text, start, end, "<&", marks)
        found = None if headed or _set_in(text, start) else _HASHES.match(text, start, end)
        if found and not (found.end() == start + 1 and text.find("#", start + 1, end) >= 0):  # #话题#
            marks.append((start, start + len(found[1])))
            levels[n] = len(found[1])
            start = found.end()
            start = _past_breaks(text, start, end, "<", marks)
            closed = _CLOSING.search(text, start, end)
            if closed:
                marks.append((closed.start(), end))
                end = start + len(text[start : closed.start()].rstrip(" \t\u3000"))
        opened = _STRONG.match(text, start, end)
        if opened:
            marks.append(opened.span())
            closed_at = text.find(opened[1], opened.end(), end)
            if closed_at >= 0:
                marks.append((closed_at, closed_at + 2))
                if closed_at + 2 == end:
                    end = closed_at
                    strong.append(n)
            start = opened.end()
        if n and n - 1 not in levels and _UNDER.fullmatch(text, start, end) and _underlined(text, out[n - 1], line):
            levels[n - 1] = 1 if text[start] == "=" else 2
        if (start, end) != (line.start, line.end):
            while start < end and text[start].isspace():
                start += 1
            out[n] = line._replace(start=start, end=end) if start < end else line
    if not marks and not levels:
        return Marked(text, out, [], {}, {})
    hashes = {out[n].start: level for n, level in levels.items()}
    shown = _heads(text, out, levels, [n for n in strong if n not in levels])
    marks.sort()  # what closes a heading is seen before what stands inside of it
    view, at = [], 0
    for start, end in marks:
        view += [text[at:start], " " * (end - start)]
        at = end
    return Marked("".join([*view, text[at:]]), out, marks, shown, hashes)


def _past_breaks(text: str, start: int, end: int, first: str, marks: list[Span]) -> int:
    """Where a line goes on behind the breaks, blanks and anchors of HTML that it opens with, each of which begins with one of the
    signs `first` and becomes a mark; what is the whole line stays."""
    while text[start] in first and (broken := _BROKEN.match(text, start, end)) and broken.end() < end:
        marks.append((start, start + len(broken[0].rstrip(" \t\u3000"))))
        start = broken.end()
    return start


def _fronted(text: str, lines: Sequence[LogicalLine]) -> list[LogicalLine]:
    """The lines, of which those that say something of the file (between --- at its head) are its preface, and the addresses
    of links paragraphs."""
    out = list(lines)
    end = front_matter.ends([text[line.start : line.end] for line in out[: front_matter.MOST]])
    out[:end] = [line._replace(role="preface", block=None) for line in out[:end]]
    for n, line in enumerate(out):
        if line.role is None and text[line.start] == "[" and _SETTING.match(text, line.start, line.end):
            out[n] = line._replace(role="paragraph")
    return out


def _set_in(text: str, start: int) -> bool:
    """Whether a line is set in as far as code is."""
    return (
        start > 0 and text[start - 1] in " \t" and _LINED.match(text, text.rfind("\n", 0, start) + 1, start) is not None
    )


def _fenced(text: str, lines: Sequence[LogicalLine]) -> list[LogicalLine]:
    """The lines, of which those between fences (```) are paragraphs whatever they look like."""
    out = list(lines)
    n = 0
    for start, end in fences.spans(text):
        while n < len(out) and out[n].start < start:
            n += 1
        while n < len(out) and out[n].start < end:
            if out[n].role is None:
                out[n] = out[n]._replace(role="paragraph")
            n += 1
    return out


def _underlined(text: str, line: LogicalLine, rule: LogicalLine) -> bool:
    """Whether a rule right below a line makes it a heading."""
    return (
        line.role is None
        and text[line.start] != ">"  # a rule ends a quotation
        and line.end - line.start <= (_LONGEST if text[rule.start] == "=" else _STRONGEST)
        and text.find("。", line.start, line.end) < 0
        and text.count("\n", line.end, rule.start) == 1
        and not _NO_HEADING.search(text, line.start, line.end)
        and any("\u4e00" <= char <= "\u9fff" for char in text[line.start : line.end])
    )


def _heads(text: str, lines: list[LogicalLine], levels: dict[int, int], strong: Sequence[int]) -> dict[int, int]:
    """Makes blocks that are headings of the lines that the marks call so, if there are two or one that nothing but what the file says of itself stands above; gives their levels."""
    out: dict[int, int] = {}
    if len(levels) >= 2 or (levels and all(line.role is not None for line in lines[: min(levels)])):
        for n, level in levels.items():
            line = lines[n]
            if _fits(text, line, _LONGEST) and not signs(text, line.start, line.end):
                lines[n] = line._replace(block=Block(line.start, line.end, "heading", level))
                out[line.start] = level
    heads = [
        n
        for n in strong
        if _fits(text, lines[n], _STRONGEST) and not _NO_HEADING.search(text, lines[n].start, lines[n].end)
    ]
    heads = [n for n in heads if text[lines[n].end - 1] not in COLONS and not signs(text, lines[n].start, lines[n].end)]
    if 2 <= len(heads) <= 0.4 * len(lines):
        for n in heads:
            lines[n] = lines[n]._replace(block=Block(lines[n].start, lines[n].end, "heading", STRONG))
    return out


def _fits(text: str, line: LogicalLine, limit: int) -> bool:
    """Whether a line can be a heading: some words, and nothing to be filled in."""
    return (
        (line.block is None or line.block.kind in ("line", "para"))
        and (
            line.end - line.start <= limit
            or (line.end - line.start <= 2 * limit and text[line.start : line.end].isascii())
        )
        and text[line.end - 1] not in "。；;，"
        and not form(text[line.start : line.end])
    )


def title(
    text: str, lines: list[LogicalLine], levels: dict[int, int], given: Span | None, marked: Set[int]
) -> tuple[Span | None, Set[int]]:
    """The title of a text as far as marks, or what the file says of itself, tell it (`given`: what is known of it without them), and the
    lines that are none.

    A single heading of the first level is the title, and what stands above it is no heading; a first line of a lower level, of
    which others are, is the first of the text's headings, unless it names a kind of document. `marked`: where numbers begin lines.
    """
    own = [n for n, line in enumerate(lines) if line.start in levels and line.start not in marked]
    tops = [n for n in own if levels[lines[n].start] == 1]
    if len(tops) == 1:
        above = [n for n in range(tops[0]) if lines[n].role is None and text[lines[n].start] not in ">*-"]
    if len(tops) == 1 and len(above) < _TITLED and all(lines[n].end - lines[n].start <= 60 for n in above):
        for n in above:
            lines[n] = lines[n]._replace(block=None)
        top = lines[tops[0]]
        return (top.start, top.end), marked
    front = takewhile(lambda line: line.role == "preface", lines)
    said = next((line for line in front if TITLED.match(text, line.start, line.end)), None)
    if said is not None:
        return (said.start, said.end), marked
    if own and all(line.role is not None for line in lines[: own[0]]):
        first = lines[own[0]]
        level = levels[first.start]
        named = kinds.END.search("".join(text[first.start : first.end].split()))
        others = sum(levels[lines[n].start] == level for n in own[1:])
        over = len(own) > 1 and levels[lines[own[1]].start] < level  # ### above ##: no section
        if unnumbered.stock(text, first.start, first.end) or (level > 1 and others and not named and not over):
            return None, marked | {first.start}
        return (first.start, first.end), marked
    if given is not None and any(
        line.role is not None and line.start < given[1] and given[0] < line.end for line in lines
    ):
        return None, marked  # what the file says of itself
    return given, marked


def restored(text: str, nodes: Sequence[Node], marks: Sequence[Span]) -> list[Node]:
    """Nodes with the marks of a text: those before a heading or a number belong to its label, others to what they stand beside."""
    out = list(nodes)
    at = 0
    for start, end in marks:
        while at + 1 < len(out) and out[at + 1].hull[0] <= start:
            at += 1
        node = out[at]
        if node.hull[0] <= start:
            spans = [node.label, node.heading, node.body]
            filled = [k for k in range(3) if spans[k][0] < spans[k][1]]
            if any(spans[k][0] <= start and end <= spans[k][1] for k in filled):
                continue
            before = [k for k in filled if spans[k][0] <= start]
            after = [k for k in filled if spans[k][0] >= end]
            if "\n" not in text[spans[before[-1]][1] : start]:
                spans[before[-1]] = spans[before[-1]][0], end
                out[at] = node._replace(label=spans[0], heading=spans[1], body=spans[2])
                continue
            if after:
                spans[after[0]] = start, spans[after[0]][1]
                out[at] = node._replace(label=spans[0], heading=spans[1], body=spans[2])
                continue
        n = at + (node.hull[0] <= start)
        if n == len(out):
            out[-1] = _longer(out[-1], end)
        else:
            out[n] = _begun(out[n], start, end, text[start] == "#")
    return out


def _longer(node: Node, end: int) -> Node:
    if node.body[0] < node.body[1]:
        return node._replace(body=(node.body[0], end))
    if node.heading[0] < node.heading[1]:
        return node._replace(heading=(node.heading[0], end))
    return node._replace(label=(node.label[0], end))


def _begun(node: Node, start: int, end: int, hashes: bool) -> Node:
    if node.label[0] < node.label[1]:
        return node._replace(label=(start, node.label[1]))
    if node.heading[0] < node.heading[1]:
        if node.kind in ("heading", "title") and hashes:
            return node._replace(label=(start, end))
        return node._replace(heading=(start, node.heading[1]))
    return node._replace(body=(start, node.body[1]))
