"""Where the text prints what looks like a marker of its numbering (第十条, 一、, （一）, 1., ①).

The table `han/markers.tsv` says what there is; here it becomes patterns. Half and full width, Traditional and Simplified,
compatibility forms (㈠ ⒈ ⑴) and blanks inside (第 十 条) are folded by the pattern and not by rewriting the text, so
every offset stays what it was. A candidate is only a candidate: `sequence` decides.
"""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import cache, lru_cache
from operator import attrgetter
from typing import NamedTuple

from ingest.han import numerals
from ingest.han.markers import BLANK, NUMBER, SIGNS, WHOLE, Style, closes, expression, style, table
from ingest.han.width import fold
from ingest.patterns import pattern
from ingest.prefilter import firsts

_BLANKS = " \t\u3000\xa0"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_start, _end = attrgetter("start"), attrgetter("end")
_WHOLE = frozenset(chr(code) for first, last, _ in WHOLE for code in range(ord(first), ord(last) + 1))


@dataclass(slots=True)
class Marker:
    """A candidate: `text[start:end]` is its label without what follows it.

    `number` says its place in its count, also where a letter is printed. `path`: its components as printed, where it has several.
    """

    start: int
    end: int
    style: Style
    number: int
    suffix: int | None = None
    path: tuple[str, ...] | None = None


@cache
def _division() -> tuple[re.Pattern[str], dict[str, Style]]:
    names = {s.pattern.split("N ")[1]: s for s in table() if s.division}
    units = "|".join(expression(n) for n in sorted(names, key=len, reverse=True))
    pattern = (
        rf"第{BLANK}(?P<n>{NUMBER}){BLANK}(?P<u>{units})(?:{BLANK}之{BLANK}(?P<s>{NUMBER})(?![^\S\n]?[、分款项倍]))?"
    )
    return re.compile(pattern), {_plain(n): s for n, s in names.items()}


_HYPHENED = pattern(r"(?m)^[^\S\n]*(第[^\S\n]?([0-9]{1,4})[-－]([0-9]{1,2})[^\S\n]?[条條])(?=[^\S\n]|\n|$)")
"""Articles that were put in between, as Taiwan prints them (第 4-1 條), with a blank or an end of the
line behind them: 第3-5条 in text are several."""


def _plain(unit: str) -> str:
    return unit.replace("編", "编").replace("節", "节").replace("條", "条")


_SIGNED = pattern("([CDL]) (.+)")
"""A number with one sign behind it; of the number signs that no other one's texts can begin with."""


class _Read(NamedTuple):
    """A style, and what has to be known of it for each of its markers: whether a line break may divide its number, whether its
    number is read as any is, whether it is a letter, whether each begins something that begins a line."""

    style: Style
    divided: bool
    plain: bool
    lettered: bool
    begins: bool


def _read(entry: Style) -> _Read:
    special = entry.id in ("han-blank", "stem") or entry.id.startswith("roman-low")
    begins = entry.pattern[0] != "(" and entry.pattern != "D )"
    return _Read(entry, entry.pattern[0] in "CD" and not entry.lined, not special, entry.kind == "letter", begins)


class _Ordinal(NamedTuple):
    """An expression, and the style of what it finds by the number of the group that found something. `needs`: sets of signs, of
    each of which one is in whatever it finds; numbers as any text has them aside."""

    pattern: re.Pattern[str]
    styles: dict[int, _Read]
    needs: tuple[frozenset[str], ...]


@cache
def _ordinal() -> tuple[_Ordinal, ...]:
    """The expressions for all styles but divisions. Styles of one number and one sign are one expression: each sign is behind
    the number of one style, and looking for numbers is what costs time."""
    groups: dict[str, list[Style]] = {}
    for entry in table():
        if not entry.division:
            signed = _SIGNED.fullmatch(entry.pattern)
            groups.setdefault(signed[1] if signed else entry.id, []).append(entry)
    return tuple(_joined(entries) for entries in groups.values())


@cache
def _rare() -> re.Pattern[str]:
    """The signs that styles need which count by other than plain numbers: one look for all tells which expressions have to look."""
    signs = frozenset().union(*(signs for ordinal in _ordinal() for signs in ordinal.needs))
    return re.compile(f"[{''.join(map(re.escape, sorted(signs | _WHOLE)))}]")


def _joined(entries: list[Style]) -> _Ordinal:
    """One expression for several styles that begin alike, or for one."""
    if len(entries) == 1:
        compiled = re.compile(_expression(entries[0].pattern))
        return _Ordinal(compiled, {compiled.groupindex["n"]: _read(entries[0])}, _needs(entries[0], compiled))
    head = _expression(entries[0].pattern[:2])
    tails = "|".join(f"({_expression(entry.pattern[2:])})" for entry in entries)
    compiled = re.compile(f"{head}(?:{tails})")
    return _Ordinal(
        compiled, dict(enumerate(map(_read, entries), compiled.groupindex["n"] + 1)), _needs(entries[0], compiled)
    )


def _needs(entry: Style, compiled: re.Pattern[str]) -> tuple[frozenset[str], ...]:
    """The signs that an expression begins with, and those that its number does, but for numbers as any text has them."""
    number = next(re.compile(SIGNS[c]) for c in entry.pattern if c in "CDORSLrF")
    begins = (signs for signs in map(firsts, (compiled, number)) if signs is not None)
    return tuple(signs for signs in begins if signs.isdisjoint(f"0{numerals.HAN}"))


def _expression(pattern: str) -> str:
    """A pattern of the table, or its beginning or end, as a regular expression whose group n is the number."""
    made = "".join(rf"(?P<n>{SIGNS[c]})" if c in "CDORSLrF" else SIGNS.get(c, c) for c in pattern)
    return made.replace(BLANK, r"[^\S\n]?") if pattern.startswith(("C", "D", "S")) else made


@lru_cache(4096)
def _worth(printed: str) -> int | None:
    if printed in _STEMS:
        return _STEMS.index(printed) + 1
    if printed in _ROMAN:
        return _ROMAN.index(printed) + 1
    folded = fold(printed)
    if folded.isascii() and folded.isalpha() and (len(folded) > 1 or folded not in "IVX"):
        return _latin(folded.upper()) if len(folded) > 1 else ord(folded.lower()) - ord("a") + 1
    if printed[0] in "IVX":
        return _latin(printed)
    if printed[0] in _ROMAN:
        return None
    code = ord(printed[0])
    for low, high, first in ((0x2460, 0x2473, 1), (0x3251, 0x325F, 21), (0x32B1, 0x32BF, 36), (0x2776, 0x277F, 1)):
        if low <= code <= high:
            return code - low + first
    return numerals.value(printed)


def _latin(printed: str) -> int | None:
    worth = {"I": 1, "V": 5, "X": 10}
    total = sum(
        -worth[c] if c < d and worth[c] < worth[d] else worth[c]
        for c, d in zip(printed, printed[1:] + "I", strict=True)
    )
    return total if 0 < total < 40 else None


def scan(text: str) -> list[Marker]:
    """Every candidate in the text, in order. They may overlap: an ordinal inside another, two ways to read a number."""
    found: list[Marker] = []
    if "第" in text:
        pattern, names = _division()
        for m in pattern.finditer(text):
            number = numerals.value(m["n"])
            if number is not None:
                suffix, end = _suffix(m)
                found.append(Marker(m.start(), end, names[_plain(m["u"])], number, suffix))
        for m in _HYPHENED.finditer(text) if "-" in text or "－" in text else ():
            found.append(Marker(m.start(1), m.end(1), names["条"], int(m[2]), int(m[3])))
    there = frozenset(_rare().findall(text))
    for pattern, styles, needs in _ordinal():
        for m in () if any(map(there.isdisjoint, needs)) else pattern.finditer(text):
            entry, divided, plain, letter, begins = styles[m.lastindex or 0]
            start, end = m.span()
            printed = m["n"]
            number = _worth(printed)
            if not plain:
                if entry.id == "han-blank":
                    end = m.end("n")
                elif entry.id.startswith("roman-low"):
                    number = _latin(fold(printed).upper()) or number
                elif entry.id == "stem" and text[end : end + 1] in _STEMS:
                    continue  # 甲、乙双方
            if (
                number is not None
                and ((begins and start and text[start - 1] == "\n") or _stands(text, start, entry))
                and (number or _begins_line(text, start))
            ):
                found.append(Marker(start, end, entry, number, None, (fold(printed),) if letter else None))
            line = text.rfind("\n", start, end) + 1 if divided and "\n" in printed else 0
            if line:
                # Either a number that a wrap divided, or one that ends a line (方案二) and a marker on the next.
                number = _worth(text[line : m.end("n")])
                if number and (begins or _stands(text, line, entry)):
                    found.append(Marker(line, end, entry, number))
    for first, last, name in WHOLE if not _WHOLE.isdisjoint(there) else ():
        for m in re.finditer(f"[{first}-{last}]", text):
            found.append(Marker(m.start(), m.end(), style(name), ord(m[0]) - ord(first) + 1))
    if any(c.path for c in found):  # letters
        found = _letters(found)
        lettered = {c.number for c in found if c.style.id == "letter-stop"}
        found = [c for c in found if not (c.style.id == "letter-stop" and _initial(text, c, lettered))]
    found.sort(key=_end, reverse=True)  # of those that begin at one place the longest first
    found.sort(key=_start)
    return found


def holds_all(heads: Sequence[Marker]) -> bool:
    """Whether all that is counted is counted within what the first marker opens: a chapter of sections, 7.4 of 7.4.1.

    A chapter of articles is a piece of a statute, not a page of a book: there it stays what it is in the whole.
    """
    own, *others = heads
    if own.style.division and own.style.rank < style("article").rank:
        return all(c.style.rank > own.style.rank and c.style.kind != "article" for c in others)
    if own.path is not None and own.style.kind == "decimal" and len(own.path) > 1:
        size = len(own.path)
        return all(
            c.path is not None and c.path[:size] == own.path and len(c.path) > size
            if c.style.kind == "decimal"
            else not c.style.division
            for c in others
        )
    return not others


def _begins_line(text: str, start: int) -> bool:
    """Whether a line begins here: a count may begin with 0. there."""
    return not text[text.rfind("\n", 0, start) + 1 : start].strip()


def _letters(found: list[Marker]) -> list[Marker]:
    """The candidates with each i), v) and x) as a number or as a letter: a letter if the letter before it came before."""
    small = {c.start: c for c in found if c.style.id.startswith("roman-low")}
    if not small:
        return found
    dropped: set[tuple[int, str]] = set()
    last: dict[str, int] = {}
    for c in found:
        if c.style.kind != "letter" or c.start not in small or c.style.id.startswith("roman-low"):
            if c.style.kind == "letter" and not c.style.id.startswith("roman-low"):
                last[c.style.id] = c.number
            continue
        goes_on = last.get(c.style.id) == c.number - 1
        dropped.add((c.start, small[c.start].style.id if goes_on else c.style.id))
        if goes_on:
            last[c.style.id] = c.number
    return [c for c in found if (c.start, c.style.id) not in dropped]


def _initial(text: str, marker: Marker, lettered: Set[int]) -> bool:
    """Whether a letter is a name's (J.K罗琳): a letter follows at once, and none beside it is among those that are `lettered`."""
    behind = text[marker.end : marker.end + 1]
    return behind.isascii() and behind.isupper() and lettered.isdisjoint((marker.number - 1, marker.number + 1))


def _suffix(found: re.Match[str]) -> tuple[int | None, int]:
    """The number behind 之 and where it ends: blanks are in it only where the whole marker is spaced out (第 十 条 之 一)."""
    printed = found["s"]
    if not printed:
        return None, found.end()
    if found.string[found.start() : found.start("s")].split() == [found.string[found.start() : found.start("s")]]:
        printed = printed.split()[0]
    return numerals.value(printed), found.start("s") + len(printed)


def _stands(text: str, start: int, entry: Style) -> bool:
    """Whether an ordinal can begin here: not in the middle of a word, a number, a date. For one that `begins` any line asked only
    inside of lines."""
    if not start:
        return True
    before = text[start - 1]
    if before in _BLANKS and entry.pattern[1:3] == " )":
        before = text[max(0, start - 4) : start].rstrip(_BLANKS)[-1:] or before  # （ 1 ） is one marker
    if entry.pattern == "D )" and (closes(text, start) or (before in ":：" and text[max(0, start - 2)].isdecimal())):
        return False  # （约3:16）
    if entry.pattern[0] in "DRLr":
        return not (before.isalnum() and before.isascii()) and before not in "第.．,，-—–~～/年月至到(（－"
    if entry.pattern[0] in "CSF":
        return before not in "第、" and before not in numerals.HAN and not before.isdecimal()
    if entry.pattern[0] == "(":
        return (text[start - 2] if before == "\n" and start > 1 else before) not in "第至"
    return True
