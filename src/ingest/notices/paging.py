"""What a paged original leaves between the lines of its text: page numbers, and the running title beside them."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import accumulate, pairwise

from ingest.blocks import Block
from ingest.notices import lines
from ingest.notices.lines import PrintedLine
from ingest.patterns import pattern
from ingest.traced import Change

_PAGE = pattern(
    r"[-—–－·•.\s]*(?:第\s*)?(?!0\d\d)\d{1,4}(?:\s*页)?(?:\s*(?:[/／,，]\s*共?|共)\s*\d{1,4}\s*页?)?[-—–－·•.\s]*"
)
# What a line that is a page number is made of, to see at once that a text has none.
_MADE_OF = r"-—–－·•.第页共/／,，\t\v\f\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_NUMBERED = pattern(rf"^[{_MADE_OF}]*\d[{_MADE_OF}\d]*$", re.MULTILINE)
_STOPS = "。！？；：!?;:"
_ROMAN = pattern(r"[-—–\s]*(?:[Ⅰ-Ⅻ]{1,4}|[IVX]{1,5}|[ivx]{1,5})[-—–\s]*")
_LOOKS = 12
"""How often a text is looked at. Each look costs what the text is long, and a text can be made of which each takes one line."""
_SHORT, _LONG = 24, 40  # characters of a heading, at most, and of what it is above, at least
_OTHERS = 1  # other figures by themselves for each page number, at most
_PAGE_HOLDS = 100  # characters, at least
_DASHED = pattern(r"[-—–－·•]\s*\d{1,4}\s*[-—–－·•]|第\s*\d{1,4}\s*页.*|\d{1,4}\s*/\s*\d{1,4}")


def is_numbered(text: str) -> bool:
    """Whether a line has nothing on it but a number, and what page numbers are set with."""
    return _NUMBERED.search(text) is not None


def find(text: str, blocks: Sequence[Block]) -> list[Change]:
    """Page numbers that count on through the text, and the running title beside them.

    A number alone on a line is no page number by itself (a table's cell, a year, the number of a section): at least three
    must count on by one, a page's text apart, and break into sentences, or two that a pager's dashes enclose. A running
    title is a line that stands beside most of those numbers.
    """
    if not is_numbered(text):
        return []
    left = lines.printed_lines(text, blocks)
    removed: dict[PrintedLine, str] = {}
    for _ in range(_LOOKS):  # what one look takes may show another what stands beside
        found = _marks(text, left)
        if not found:
            break
        removed |= {left[i]: rule for i, rule in found.items()}
        left = [line for i, line in enumerate(left) if i not in found]
    # A line goes with its line break, so that the paragraph it stood in closes up again.
    return [Change(line.start, _behind(text, line.end), "", rule) for line, rule in sorted(removed.items())]


def _behind(text: str, end: int) -> int:
    """Where the line that ends at `end` is over, its line break with it."""
    return text.find("\n", end) + 1 or end


def _marks(text: str, printed: Sequence[PrintedLine]) -> dict[int, str]:
    """The numbers of lines that are page numbers or running titles, with the rule."""
    spans = [(line.start, line.end) for line in printed]
    numbers: list[tuple[int, int, bool]] = []
    for i, (start, end) in enumerate(spans):
        if end - start <= 16 and not printed[i].in_table and _PAGE.fullmatch(text, start, end):
            line = text[start:end]
            digits = re.search(r"\d+", line)
            if digits:
                numbers.append((i, int(digits[0]), bool(_DASHED.fullmatch(line))))
    if not numbers:
        return {}
    heads = ["".join(text[start : start + 240].split()) for start, _ in spans[:3]]

    def titled(j: int) -> bool:
        """Whether a line says again what one of the first lines says, which may be set on several."""
        line = "".join(text[slice(*spans[j])].split())
        return (
            len(line) >= 4
            and line[-1] not in _STOPS
            and any(k != j and head.startswith(line) for k, head in enumerate(heads))
        )

    def interrupts(j: int) -> bool:
        """Whether the text breaks off before a line."""
        return j > 0 and text[spans[j - 1][1] - 1] not in "。！？；：”）.!?;:"

    figures = list(accumulate((text[slice(*span)].isdecimal() for span in spans), initial=0))

    def counts(j: int) -> bool:
        """Whether what stands below a number is a short line above a long one, which it counts: the steps of a recipe."""
        if j + 2 >= len(spans):
            return False
        (start, end), (first, last) = spans[j + 1], spans[j + 2]
        return end - start <= _SHORT and text[end - 1] not in _STOPS and last - first >= max(_LONG, 2 * (end - start))

    pages: list[int] = []
    for chain in _counting(numbers):
        dashed = all(n[2] for n in chain)
        others = figures[chain[-1][0] + 1] - figures[chain[0][0]] - len(chain)
        if not dashed and others > _OTHERS * len(chain):
            continue  # of so many figures that are a line each, these are cells of a table
        if (
            not dashed
            and all(counts(n[0]) for n in chain)
            and len({text[slice(*spans[n[0] + 1])] for n in chain}) == len(chain)
        ):
            continue
        beside_title = any(titled(j) for j in (chain[0][0] - 1, chain[0][0] + 1) if 0 < j < len(spans))
        if (dashed and len(chain) >= (1 if beside_title else 2)) or (
            len(chain) >= 3
            and _apart(chain, spans)
            and (
                sum(interrupts(n[0]) or titled(n[0] - 1) for n in chain) >= 0.5 * len(chain)
                or _beside_one_line(text, chain, spans)
            )
        ):
            pages += (n[0] for n in chain)
    removed = dict.fromkeys(pages, "page-number")
    neighbours = {j for i in pages for j in (i - 1, i + 1) if 0 <= j < len(spans)}
    beside = Counter(text[slice(*spans[j])] for j in neighbours)
    for i in pages:
        for j in (i - 1, i + 1):
            if 0 < j < len(spans) and j not in removed:
                line = text[slice(*spans[j])]
                if (
                    len(line) <= 60
                    and line[-1] not in _STOPS
                    and (titled(j) or beside[line] >= max(2, 0.5 * len(pages)))
                ):
                    removed[j] = "running-title"
    return removed | _preface(text, removed, spans)


def _beside_one_line(text: str, chain: Sequence[tuple[int, int, bool]], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether the same line stands before or behind nearly all numbers of a run: the running title of pages that end in sentences."""
    if len(chain) < 4:
        return False
    beside = Counter(
        text[slice(*spans[j])]
        for i, _, _ in chain
        for j in {i - 1, i + 1}
        if 0 <= j < len(spans) and spans[j][1] - spans[j][0] <= 60
    )
    line, times = beside.most_common(1)[0] if beside else ("", 0)
    return times >= 0.8 * len(chain) and line[-1] not in _STOPS and not line.isdecimal()


def _preface(text: str, removed: dict[int, str], spans: Sequence[tuple[int, int]]) -> dict[int, str]:
    """The running title, where it is one of many pages, on pages that other numbers count (Ⅰ, Ⅱ), and those numbers."""
    titles = Counter(text[slice(*spans[j])] for j, rule in removed.items() if rule == "running-title")
    known = {line for line, times in titles.items() if times >= 4}
    if not known:
        return {}
    out: dict[int, str] = {}
    places = [j for j, span in enumerate(spans) if text[slice(*span)] in known]
    for j in places[1:]:  # the first is the title page's
        if j not in removed:
            out[j] = "running-title"
            for k in (j - 1, j + 1):
                if 0 < k < len(spans) and k not in removed and _ROMAN.fullmatch(text, *spans[k]):
                    out[k] = "page-number"
    return out


def _apart(chain: Sequence[tuple[int, int, bool]], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether as much stands between numbers as a page holds: cells of a table and lines of a program are counted closer."""
    gaps = sorted(spans[two[0]][0] - spans[one[0]][1] for one, two in pairwise(chain))
    return gaps[len(gaps) // 2] >= _PAGE_HOLDS


def _counting(numbers: list[tuple[int, int, bool]]) -> list[list[tuple[int, int, bool]]]:
    """Numbers grouped into runs that count on by one."""
    open_by_next: dict[int, list[tuple[int, int, bool]]] = {}
    chains: list[list[tuple[int, int, bool]]] = []
    for entry in numbers:
        chain = open_by_next.pop(entry[1], None)
        if chain is None:
            chain = []
            chains.append(chain)
        chain.append(entry)
        open_by_next[entry[1] + 1] = chain
    return chains
