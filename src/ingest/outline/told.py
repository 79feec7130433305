"""Headings that the contents tell: where a conversion lost the numbers that Word counted, their words come again as lines of their own,
and the contents have the numbers."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from ingest.blocks import Block
from ingest.han import numerals
from ingest.outline.contents import bare
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

_PATH = pattern(r"(\d{1,2}(?:[.．]\d{1,3}){0,4})[.．、]?(?![\d年月日])\s*(?=\D)")
_OTHER = pattern(
    rf"(第\s?[\d{numerals.HAN}]{{1,4}}\s?[章节篇]|[{numerals.HAN}]{{1,3}}、|[（(][{numerals.HAN}]{{1,3}}[）)])\s*"
)
_TITLE = pattern(r"目\s*[录錄次]\s*[：:]?")
_PAGE = pattern(r"\s*(?:\d{1,4}|[Ⅰ-Ⅻ]{1,3}|[IVXivx]{1,5})\s*$")
_LONGEST = 60
_FEWEST = 4  # entries that come again
_SHARE = 0.6  # of all entries
_MOST = 8  # places that one line may have in the contents
_LARGEST = 400  # entries


class _Entry(NamedTuple):
    words: str
    level: int  # 0: nothing tells it


def heads(text: str, lines: Sequence[LogicalLine]) -> tuple[list[LogicalLine], bool]:
    """The lines, of which those that come again from the contents without their numbers are blocks that are headings of their levels;
    and whether they are most of what the contents list: then a line that is not listed is no heading.

    Nothing is told of a text whose markup has headings.
    """
    at = next((n for n, line in enumerate(lines) if line.role == "toc"), None)
    if at is None or any(x.block is not None and x.block.kind == "heading" for x in lines):
        return list(lines), False
    entries = _entries(text, lines[at])
    if not _FEWEST <= len(entries) <= _LARGEST or not any(entry.level for entry in entries):
        return list(lines), False
    found = _again(text, lines, at + 1, entries)
    own = [(n, level) for n, level, numbered in found if not numbered]
    if len(found) < max(_FEWEST, _SHARE * len(entries)) or len(own) < _FEWEST:
        return list(lines), False
    out = list(lines)
    for n, level in own:
        line = out[n]
        out[n] = line._replace(block=Block(line.start, line.end, "heading", level))
    return out, 2 * len(own) >= len(found)


def _entries(text: str, line: LogicalLine) -> list[_Entry]:
    """What contents list, without numbers and pages."""
    out: list[_Entry] = []
    chapters = lists = False
    for row in text[line.start : line.end].split("\n"):
        row = row.strip()
        if not row or _TITLE.fullmatch(row):
            continue
        level, begin = _numbered(row)
        if level < 0:  # of a count: 一、 is below 第一章 where there is one, （一） below 一、
            chapters |= level == _CHAPTER
            lists |= level == _FIRST
            level = {_CHAPTER: 1, _SECTION: 2, _FIRST: 1 + chapters, _SECOND: 1 + chapters + lists}[level]
        words = bare(_PAGE.sub("", row[begin:]))
        if words:
            out.append(_Entry(words, level))
    if any(entry.level for entry in out):
        out = [entry if entry.level else entry._replace(level=1) for entry in out]  # 致谢, 参考文献
    return out


_CHAPTER, _SECTION, _FIRST, _SECOND = -1, -2, -3, -4


def _numbered(row: str) -> tuple[int, int]:
    """The level that the number of an entry tells (1.2: 2; of a count, which one), 0 where there is none, and where its words begin."""
    if path := _PATH.match(row):
        return 1 + path[1].count(".") + path[1].count("．"), path.end()
    if other := _OTHER.match(row):
        first = other[1]
        kind = (
            _SECTION
            if first[-1] == "节"
            else _CHAPTER
            if first[0] == "第"
            else _SECOND
            if first[0] in "（("
            else _FIRST
        )
        return kind, other.end()
    return 0, 0


def _again(
    text: str, lines: Sequence[LogicalLine], first: int, entries: Sequence[_Entry]
) -> list[tuple[int, int, bool]]:
    """The longest run of lines that say entries in the order of the contents: their numbers, levels, and whether they are numbered."""
    places: dict[str, list[int]] = {}
    for k, entry in enumerate(entries):
        places.setdefault(entry.words, []).append(k)
    lasts = {entry.words[-1] for entry in entries}
    tails: list[int] = []  # of runs of each length, the entry that ends one the soonest
    looked: list[tuple[int, int, bool, int]] = []  # line, entry, numbered, what stands before it
    last: list[int] = []  # where that was looked at
    for n in range(first, len(lines)):
        line = lines[n]
        if line.end - line.start > _LONGEST or text[line.end - 1] not in lasts or line.role not in (None, "heading"):
            continue
        row = text[line.start : line.end]
        known, numbered = places.get("".join(row.split())), False
        if known is None:
            begin = _numbered(row)[1]
            if not begin:
                continue
            known, numbered = places.get("".join(row[begin:].split())), True
        for k in reversed((known or [])[:_MOST]):
            size = bisect_left(tails, k)
            if size < len(tails) and tails[size] == k:
                continue  # the first line that says it
            looked.append((n, k, numbered, last[size - 1] if size else -1))
            if size == len(tails):
                tails.append(k)
                last.append(len(looked) - 1)
            else:
                tails[size], last[size] = k, len(looked) - 1
    out: list[tuple[int, int, bool]] = []
    at = last[-1] if last else -1
    while at >= 0:
        n, k, numbered, at = looked[at]
        out.append((n, entries[k].level, numbered))
    return out[::-1]
