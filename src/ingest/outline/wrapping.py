"""Which printed lines a wrap had divided, and which of them belong together.

`widths` finds the width. A line goes on in the next only if it is full; of the full ones, those end a paragraph that
indents, blank lines, the habit of paragraphs to be one sentence, or the form of the next line set apart. Lines that are as
long as one another for another reason (names, items, verses) are known by what they end and begin with.

Decided against: a model of words. Where a line breaks inside of a word says much, but only of texts in which the word
stands a second time.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from ingest.han import markers
from ingest.han.numerals import HAN
from ingest.outline import hanging
from ingest.outline.widths import Edge, Printed, Widths, at_best, edge, measured, reach, too_wide
from ingest.patterns import pattern

if TYPE_CHECKING:
    from ingest.outline.widths import Numbers

_STOPS = "。！？；："
_ENOUGH = 2.0
"""Score of a width from which on there was a wrap."""
_OVER = 4
"""How much wider than the wrap a line of it may be; a wider one was never wrapped."""
_NEARLY = 85  # of a hundred: how wide a line is at least that letters of any width may have filled
_SHORT = 10  # characters; no wrap is narrower
_GOES_ON = frozenset("，。、；：？！）》」』”")
_NOTE = pattern(r"[（(](?=[^）)\n]*\d{4}年)(?:[^（）()。]|[（(][^（）()。]{0,60}[）)]){4,400}[）)]")
_INNER = pattern("[，。、；：,;]")
_STOPPED = pattern(r"[。！？；：，、!?;:,.…][”」』）)】]?$")
_CUT = pattern(r"(?:(?<!…)…|(?<!\.)\.{3})$")
"""How a teaser is cut off: with one sign of three points, where prose has two."""
_ORDINAL = pattern(r"(?:[二三四五六七八九]是|第[二三四五六七八九][，、])")
_COUNTED = pattern(
    rf"[（(]?(?:[{HAN}]{{1,3}}|\d{{1,3}})[）)、.．]|[①-⑳㈠-㈩⒈-⒛⑴-⒇•·●○■□◆◇▪▶►※★☆]|[-*+]\s(?=\S)|第[{HAN}\d]{{1,5}}[条條章节節]"
)
_LABELLED = pattern(r"[^\W\d_]{2,8}[：:]")  # 项目名称：…
# A bullet, a quotation, a fence or a tag, a source of a thesis, a document's number alone, what heads the sources: such a line
# goes on with none.
_ANEW = pattern(
    r"[—–―]{3}|(?:[-*+>]|\d+[.)])\s(?=\S)|`{3}|~{3}|<[/A-Za-z!]|[•●○■□◆◇▪▶►]|[\[［]\d{1,3}[\]］]|[^\W\d_]{2,12}[〔\[［（(]\d{4}[〕\]］）)]\d{1,4}号$|(?:参考文献|致\s*谢|[志誌]\s*[谢謝])[：:]?$"
)


class Wrap(NamedTuple):
    """How a text was wrapped.

    `closes`: a full line that ends a sentence ends its paragraph. `counts`: paragraphs begin with 二是, 第三，. `starts`,
    `follows`: indents that only first lines have, or only further ones. `gaps`: blank lines divide paragraphs. `told`: blank
    lines or indents show where nearly all paragraphs begin.
    """

    widths: Widths
    edge: Edge
    closes: bool
    counts: bool
    starts: frozenset[int]
    follows: frozenset[int]
    gaps: bool
    told: bool


def find(text: str, lines: Sequence[Printed]) -> Wrap | None:
    """How the lines were wrapped; None where they were not."""
    breaks = [i for i in range(len(lines) - 1) if lines[i].plain and lines[i + 1].plain]
    if len(breaks) < 3 or not _broken_off(text, [lines[i] for i in breaks]):
        return None
    # Where next to no line breaks off there is nothing to join, and nothing is measured.
    off = sum(lines[i].end - lines[i].start >= 10 and not _ends(text, lines[i]) for i in breaks)
    if off < 3 or too_wide(text, [lines[i] for i in breaks]):
        return None
    import numpy as np  # a fifth of a second at the first need, and most texts need none

    fresh = np.array([i for i in breaks if not i or _may_end(text, lines[i - 1], lines[i])], dtype=np.int64)
    numbers, every = np.array(breaks), measured(text, lines)
    promising = [widths for widths in every if at_best(widths, numbers) >= _ENOUGH]
    if not promising:
        return None
    best = _best(every, numbers, fresh, plain_only=True)
    if off >= max(5, 0.15 * len(breaks)) and (best is None or not _explained(text, lines, breaks, best)):
        best = _best(promising, numbers, fresh, plain_only=False)
    if best is None or best[0].score < _ENOUGH:
        return None
    full = _full(best[1], best[0])
    if not _plausible(text, lines, breaks, full, best[1].lines.tolist(), best[0].width):
        return None
    return _described(text, lines, breaks, full, best[1], best[0])


def _best(
    every: Sequence[Widths], breaks: "Numbers", fresh: "Numbers", *, plain_only: bool
) -> tuple[Edge, Widths] | None:
    """The width and the measure that explain most."""
    best: tuple[Edge, Widths] | None = None
    for widths in every:
        found = edge(widths, breaks, fresh, plain_only)
        if found is not None and (best is None or found.score > best[0].score):
            best = found, widths
    return best


def _explained(text: str, lines: Sequence[Printed], breaks: Sequence[int], best: tuple[Edge, Widths]) -> bool:
    """Whether nearly all lines that break off are full, so that no freer reading of the widths is wanted; or hardly any is."""
    full = _full(best[1], best[0])
    sizes = best[1].lines.tolist()
    broken = [i for i in breaks if 2 * sizes[i] > best[0].width and _unstopped(text, lines[i])]
    explained = sum(full[i] for i in broken)
    return best[0].score > 0 and explained >= 0.97 * len(broken)


def _broken_off(text: str, lines: Sequence[Printed]) -> bool:
    """Whether a few lines of prose break off inside of a sentence, as a wrap's do; on most pages hardly any does."""
    needed = max(2.0, 0.04 * len(lines))
    for line in lines:
        if line.end - line.start >= _SHORT and not _ends(text, line) and _INNER.search(text, line.start, line.end - 1):
            needed -= 1
            if needed <= 0:
                return True
    return False


def _full(widths: Widths, edge: Edge) -> list[bool]:
    """For each line whether the piece behind it did not fit: a first line, where those are narrower, among them."""
    low, high = reach(widths, edge.level)
    full = (high >= edge.width) & (low <= edge.width + abs(edge.first) + _OVER)
    if edge.first:
        full |= (low <= edge.width + edge.first) & (high >= edge.width + edge.first)
    return full.tolist()  # type: ignore[no-any-return]


def _ends(text: str, line: Printed) -> bool:
    """Whether a line ends in a stop, perhaps with a closing mark behind it (…不得设置。”)."""
    last = text[line.end - 1]
    return last in _STOPS or (last in "”」』" and text[line.end - 2] in _STOPS)


def _may_end(text: str, line: Printed, after: Printed) -> bool:
    """Whether a paragraph may end with a line: a sentence does, or it is much shorter than the next."""
    return text[line.end - 1] in _STOPS or 5 * (line.end - line.start) < 3 * (after.end - after.start)


def _may_close(sign: str) -> bool:
    """Whether a paragraph may end with a sign: neither a letter nor a figure."""
    return not sign.isalnum()


def _unstopped(text: str, line: Printed) -> bool:
    return _STOPPED.search(text, max(line.start, line.end - 2), line.end) is None


def _plausible(
    text: str, lines: Sequence[Printed], breaks: Sequence[int], full: Sequence[bool], sizes: Sequence[int], width: int
) -> bool:
    """Whether full lines are a wrap's, and not items, verses or names that are as long as one another."""
    known = [i for i in breaks if full[i]]
    if len(known) < max(3, 0.1 * len(breaks)):
        return False
    stopped = sum(text[lines[i].end - 1] in _STOPS for i in known)
    if 2 * stopped > len(known) or (len(known) < 0.25 * len(breaks) and 4 * stopped > len(known)):
        return False
    counted = sum(_COUNTED.match(text, lines[i + 1].start) is not None for i in known)
    inner = sum(_INNER.search(text, lines[i].start, lines[i].end - 1) is not None for i in known)
    labelled = sum(all(_LABELLED.match(text, x.start) for x in (lines[i], lines[i + 1])) for i in known)
    if 2 * max(counted, labelled) > len(known) or 2 * inner < len(known):
        return False
    # What a line that breaks off goes on with ends in a sentence's end or a bracket; next to no heading below a teaser does.
    last = [text[lines[i + 1].end - 1] for i in known if not full[i + 1] and _unstopped(text, lines[i])]
    if 4 * sum(not _may_close(sign) for sign in last) > 3 * len(last):
        return False
    if 4 * sum(2 * sizes[i] > 3 * (width + _OVER) for i in breaks) >= 3 * len(known):
        return False  # headings of one length above paragraphs that are not wrapped
    broken = [i for i in breaks if 2 * sizes[i] > width and _unstopped(text, lines[i])]
    return 2 * sum(full[i] for i in broken) >= len(broken)


def _described(
    text: str, lines: Sequence[Printed], breaks: Sequence[int], full: Sequence[bool], widths: Widths, edge: Edge
) -> Wrap:
    """The habits of the paragraphs."""
    ends = sum(text[line.end - 1] == "。" for line, is_full in zip(lines, full, strict=True) if not is_full)
    counts = sum(not full[i] and _ORDINAL.match(text, lines[i + 1].start) is not None for i in breaks)
    indents = widths.indents.tolist()
    starts, follows = _indents(text, lines, breaks, full, indents)
    apart = [i for i in breaks if lines[i + 1].gap > 1]
    gaps = len(apart) > 0.1 * len(breaks) and 2 * sum(full[i] for i in apart) <= len(apart)
    new = [i for i in breaks if not full[i]]
    told = sum((gaps and lines[i + 1].gap > 1) or indents[i + 1] in starts for i in new)
    closes = 5 * told < 4 * len(new) and text.count("。") <= 2 * ends
    return Wrap(widths, edge, closes, counts >= 2, starts, follows, gaps, 5 * told >= 4 * len(new))


def _indents(
    text: str, lines: Sequence[Printed], breaks: Sequence[int], full: Sequence[bool], indents: Sequence[int]
) -> tuple[frozenset[int], frozenset[int]]:
    """The indents that only lines behind a line that is not full have, and those that only lines behind a full one have."""
    seen: Counter[int] = Counter(indents[i + 1] for i in breaks)
    behind: Counter[int] = Counter(indents[i + 1] for i in breaks if full[i])
    share = {indent: behind[indent] / times for indent, times in seen.items()}
    follows = {
        indent for indent, times in seen.items()
        if indent and times >= 3 and share[indent] >= 0.8 and share[indent] > share.get(0, 0.0) + 0.2
    }  # fmt: skip
    # What nearly every line is set in by, behind full lines as behind others, is the margin of the text.
    margin = {indent for indent, times in seen.items() if 10 * times >= 9 * len(breaks) and share[indent] >= 0.2}
    starts = {indent for indent in seen if indent > 1 and indent not in follows and indent not in margin}
    if follows and share.get(0, 0.0) < 0.6:
        # Where only items hang and articles go on at the margin, lines at the margin go on with what breaks off, too.
        off = [indents[i + 1] for i in breaks if full[i] and _unstopped(text, lines[i])]
        if 8 * off.count(0) <= len(off):
            starts.add(0)
    return frozenset(starts), frozenset(follows)


def joins(text: str, lines: Sequence[Printed]) -> list[bool]:
    """For each printed line whether it goes on with the paragraph of the line before."""
    out = [False] * len(lines)
    wrap = find(text, lines)
    if wrap is None:
        for i in hanging.joins(text, lines):
            out[i] = True
        note = 0
        for i, line in enumerate(lines):
            if line.start < note:
                out[i] = out[i] or line.plain
            elif text[line.start] in "（(":
                note = _note(text, line)
        return out
    low, high = (ends.tolist() for ends in reach(wrap.widths, wrap.edge.level))
    sizes, indents = wrap.widths.lines.tolist(), wrap.widths.indents.tolist()
    width, first = wrap.edge.width, wrap.edge.first
    gap = 1 if wrap.gaps else 4
    note = 0  # where a note of adoption ends that may have been broken at its blanks
    for i in range(len(lines) - 1):
        after = lines[i + 1]
        if not (lines[i].plain and after.plain) or after.gap > gap:
            continue
        note = max(note, _note(text, lines[i]))
        if text[after.start] in _GOES_ON or after.start < note or markers.closes(text, after.start):
            out[i + 1] = True
            continue
        full = high[i] >= (width if out[i] else max(width, width + first))
        if not full and first and not out[i]:
            full = low[i] <= width + first <= high[i]
        if not full and wrap.edge.level and 100 * sizes[i] >= _NEARLY * width:
            # Letters of any width: a line that breaks off in the middle of a clause may be narrower than most.
            full = _unstopped(text, lines[i]) and (
                out[i] or _INNER.search(text, lines[i].start, lines[i].end) is not None
            )
            full = full and markers.unit().match(text, after.start) is None
        if full and _CUT.search(text, max(lines[i].start, lines[i].end - 4), lines[i].end) and text[after.start] != "…":
            continue
        if not full or indents[i + 1] in wrap.starts or (not out[i] and low[i] > width + abs(first) + _OVER):
            continue
        if _ANEW.match(text, after.start, after.end):
            continue
        if wrap.told or indents[i + 1] in wrap.follows:
            out[i + 1] = True
            continue
        last = text[lines[i].end - 1]
        if first and last in _STOPS and low[i + 1] <= width + first <= high[i + 1] < width:
            continue  # as wide as a first line is
        if markers.unit().match(text, after.start):
            continue
        if last == "。" and wrap.closes and text[after.start] != "但":
            continue  # a sentence that objects goes on with the paragraph
        if last in "。！？" and _begins(text, after, sizes[i + 1], wrap):
            continue
        out[i + 1] = True
    return out


def _note(text: str, line: Printed) -> int:
    """Where a note of adoption ends that begins with a line and goes on behind it; 0 where there is none."""
    if text[line.start] not in "（(":
        return 0
    found = _NOTE.match(text, line.start)
    return found.end() if found and found.end() > line.end else 0


def _begins(text: str, line: Printed, size: int, wrap: Wrap) -> bool:
    """Whether a line behind a sentence's end looks like the beginning of a block: a heading, a further point of a count."""
    alone = size < wrap.edge.width - 2 * wrap.edge.level and _unstopped(text, line)
    return alone or (wrap.counts and _ORDINAL.match(text, line.start, line.end) is not None)
