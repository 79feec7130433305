"""Which units of a Markdown text stand elsewhere than its marks say, by a parser of CommonMark (markdown-it-py): below which heading,
and in which item of a list."""

import bisect
import re

from markdown_it import MarkdownIt

import ingest

_PARSER = MarkdownIt("commonmark").enable("table")
_FIXED = ("title", "preface", "docno", "toc", "note", "signature", "attachment")
_MARKS = " \t\u3000#*_>-+"
# ##规范: a heading for those who write so, and for the parsers of their time; a heading by eye.
_GLUED = re.compile(r"^(#{1,6})(?=[\u4e00-\u9fff])")
_LOWEST = 9  # below all levels of headings
_FRONT = 60  # lines that a file may say of itself


def _front(lines: list[str]) -> int:
    """How many lines a file says of itself, whose first rule may be lost."""
    if not re.match(r"---$|[A-Za-z_]{1,20}:", lines[0]):
        return 0
    return next((n + 1 for n, line in enumerate(lines[:_FRONT]) if n and re.fullmatch(r"-{3,}", line.strip())), 0)


def _told(lines: list[str]) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """The headings of a text by line, with their levels, without its title; and the lines of each item of a list."""
    heads: dict[int, int] = {}
    items = []
    # A carriage return by itself would be a line to the parser.
    said = (_GLUED.sub(r"\1 ", line.replace("\r", " ")) for line in lines)
    for token in _PARSER.parse("\n".join(said)):
        if token.type == "heading_open" and token.map:
            heads[token.map[0]] = int(token.tag[1])
        elif token.type == "list_item_open" and token.map:
            items.append((token.map[0], token.map[1]))
    highest = min(heads.values(), default=0)
    if heads and list(heads.values()).count(highest) == 1 and heads[min(heads)] == highest:
        del heads[min(heads)]
    return heads, items


def judged(doc: ingest.CuratedDocument) -> dict[int, bool]:
    """The numbers of the records whose places the marks tell, and whether the place of each is wrong.

    What stands in a unit that has no mark (a paragraph below 一、) has to stand below the right heading or item all the same; what
    begins inside a line, and a heading below another of its level that numbers divide, is not judged.
    """
    source = doc.page_text
    rows = source.split("\n")
    front = _front(rows)
    heads, items = _told([""] * front + rows[front:])
    begins = [0, *(n + 1 for n, char in enumerate(source) if char == "\n")]
    firsts = {first for first, _ in items}
    mine = {record.eid: record for record in doc.records}
    out: dict[int, bool] = {}
    for n, record in enumerate(doc.records):
        line = bisect.bisect_right(begins, record.source_start) - 1
        if line < front or record.kind in _FIXED or source[begins[line] : record.source_start].strip(_MARKS):
            continue
        above, found = record.parent_eid, None
        while above is not None and found is None:
            there = bisect.bisect_right(begins, mine[above].source_start) - 1
            found = there if there in heads or there in firsts else None
            above = mine[above].parent_eid
        level = heads.get(line, _LOWEST)
        if found is not None and heads.get(found) == level:
            continue
        around = [first for first, last in items if first < line < last] if line not in heads else []
        real = max(around, default=None)
        if real is None:
            real = max((at for at, other in heads.items() if at < line and other < level), default=None)
        out[n] = found != real
    return out
