"""The fixed parts that stand before a document's text: title, number, adoption note, contents."""

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.han import adoption, bodies, document_numbers, kinds
from ingest.han.dates import DATE
from ingest.outline.candidates import Marker, holds_all
from ingest.outline.lines import LogicalLine, form
from ingest.patterns import pattern

_STOP = pattern(r"[。！？；，：︰∶﹕、!?;:,…]$")
_BRACKETED = pattern(r"[（(].*[）)]", re.DOTALL)
_ADOPTED = pattern(r"通过|公布|发布|批准|修订|修正|施行|颁布|印发|通過|發布|修訂|頒布")
_RELEASED = pattern(r"此件|公开|删减|略")
_SUBTITLE = pattern(r"[—–―]{1,3}\s*[^—–―]")
_GIVEN = pattern(r"\d{4}年\d{1,2}月\d{1,2}日(?:在|于).*[会會][议議]?上", re.DOTALL)
# What a title breaks off behind, or in the middle of; and how its next line begins.
_UNFINISHED = pattern(r"关于|關於|印发|印發|转发|轉發|批转|批轉|[的和与與及、—]$|《[^》]*$")
_GOING_ON = "的关關和与與及暨印转轉第“"
_SPOKEN = pattern(r"您|请(?:认真|仔细|务必|先|在)")
_DATED = pattern(
    r"(?:本次|本?版本?)?(?:更新|生效|发布|修订|修改|施行|实施|最后更新|最近更新)(?:日期|时间|于)?\s?[:：]\s?[\d年月日【】〔〕\[\]\s.\-—/]+"
)
_CONTENTS = pattern(r"目\s*[录錄次]\s*[：:]?")
_PAGE = pattern(r"\d{1,4}|[Ⅰ-ⅫIVXivx]{1,6}")
_OPENING = "（(【［[〔"
_CLOSING = tuple("）)】］]〕")
_LEADERS = pattern(r"[\s.．·…⋯—-]*(?:\d*|[Ⅰ-Ⅻ]{1,3}|(?<=[\s.．·…⋯])[IVXivx]{1,5})\s*$")


def arrange(
    text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker], title: tuple[int, int] | None
) -> list[LogicalLine]:
    """The lines with the roles that their place gives them; lines that form one part are one line then."""
    marked = {c.start for c in candidates}
    out = _contents(text, list(lines), candidates)
    starts = {line.start for line in out if line.role is None}
    heads = [c for c in candidates if c.start in starts]
    if title is not None and _counts_on(heads, title):
        title = None
    # A text that is one chapter of something is called what its first line calls that.
    named = marked - {heads[0].start} if heads and heads[0].start == out[0].start and holds_all(heads) else marked
    return _front(text, out, candidates, named, title)


def _counts_on(heads: Sequence[Marker], title: tuple[int, int]) -> bool:
    """Whether what is given as the title is the first of a count that goes on below it: 一、 before 二、."""
    own = next((c for c in heads if title[0] <= c.start < title[1]), None)
    if own is None:
        return False
    after = next((c for c in heads if c.start >= title[1] and c.style is own.style), None)
    return after is not None and after.number == own.number + 1


def short(text: str, line: LogicalLine, limit: int = 60) -> bool:
    """Whether a line is short and ends in no punctuation."""
    return line.end - line.start <= limit and not _STOP.search(text, max(line.start, line.end - 2), line.end)


# ---------------------------------------------------------------- contents


def _contents(text: str, lines: list[LogicalLine], candidates: Sequence[Marker]) -> list[LogicalLine]:
    """Folds the table of contents into one line.

    It is a run of unit headings with nothing between them whose first comes again right behind the run.
    """
    span = (
        _tabbed(text, lines)
        or _run(text, [c for c in candidates if c.style.division and c.style.kind != "article"])
        or _listed(text, lines)
        or _counted(text, lines, candidates)
        or _announced(text, lines, candidates)
    )
    if span is None:
        return lines
    start, end = span
    out: list[LogicalLine] = []
    placed = False
    for line in lines:
        if line.end <= start or line.start >= end:
            out.append(line)
            continue
        if line.start < start:
            head = text[line.start : start].rstrip()
            if _CONTENTS.fullmatch(head):
                start = line.start
            elif head:
                out.append(line._replace(end=line.start + len(head)))
        if not placed:
            if out and out[-1].role is None and _CONTENTS.fullmatch(text, out[-1].start, out[-1].end):
                start = out.pop().start
            out.append(LogicalLine(start, start + len(text[start:end].rstrip()), line.block, "toc"))
            placed = True
        if line.end > end:
            tail = text[end : line.end]
            out.append(line._replace(start=end + len(tail) - len(tail.lstrip())))
    return out


def _run(text: str, units: Sequence[Marker]) -> tuple[int, int] | None:
    def title(i: int) -> str:
        stop = units[i + 1].start if i + 1 < len(units) else len(text)
        line = text.find("\n", units[i].end, stop)
        words = text[units[i].end : min(stop, units[i].end + 60) if line < 0 else line]
        return "".join(_LEADERS.sub("", words).split())

    begin = 0
    for i in range(1, len(units)):
        between = text[units[i - 1].end : min(units[i].start, units[i - 1].end + 120)]
        if units[i].start - units[i - 1].end > 100 or re.search(r"[。；;]", between):
            begin = i
            continue
        first = units[begin]
        if i - begin >= 2 and (units[i].style, units[i].number) == (first.style, first.number):
            one, two = title(begin), title(i)
            if one and (two.startswith(one[:20]) or one.startswith(two[:20])) and two:
                return first.start, units[i].start
    return None


def _tabbed(text: str, lines: Sequence[LogicalLine]) -> tuple[int, int] | None:
    """Contents whose pages tabs set apart: a table behind a line 目录 whose rows end in numbers of pages."""
    for one, two in pairwise(lines[:80]):
        if two.role == "table" and two.block is not None and _CONTENTS.fullmatch(text, one.start, one.end):
            pages = sum(_PAGE.fullmatch(row[-1]) is not None for row in two.block.cells)
            if len(two.block.cells) >= 3 and 5 * pages >= 4 * len(two.block.cells):
                return one.start, two.end
    return None


def _listed(text: str, lines: Sequence[LogicalLine]) -> tuple[int, int] | None:
    """Contents of another numbering, or of none: what follows a line 目录 and comes again as headings."""
    for i, line in enumerate(lines[:60]):
        if not _CONTENTS.fullmatch(text, line.start, line.end):
            continue
        entries = []
        for entry in lines[i + 1 :]:
            if not short(text, entry, 80):
                break
            entries.append(_bare(text, entry))
        for size in range(2, len(entries)):
            if entries[size] == entries[0]:
                return line.start, lines[i + 1 + size].start
        if len(entries) >= 2:  # it ends where an entry comes again that is not the first (a preface stands between)
            return line.start, lines[i + len(entries)].end
    return None


def _counted(text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker]) -> tuple[int, int] | None:
    """Contents that no line calls so: headings of one list style, a line each, of which the first comes again right behind
    the last, and at least two more further on."""
    heads = {c.start: c for c in candidates if c.style.kind in ("level1", "formal") and not c.path}
    run: list[int] = []
    latest: dict[str, int] = {}  # by its words the last heading that says them
    for i, line in enumerate(lines):
        marker = heads.get(line.start)
        if marker is None:
            run.clear()
            continue
        first = heads[lines[run[0]].start] if run else marker
        again = len(run) >= 3 and marker.number == first.number == 1 and marker.style is first.style
        if again and _bare(text, line) == _bare(text, lines[run[0]]):
            if not latest:
                latest = {_bare(text, one): k for k, one in enumerate(lines) if one.start in heads}
            if sum(latest[words] >= i for words in {_bare(text, lines[k]) for k in run}) >= 3:
                return lines[run[0]].start, line.start
        if marker.number == 1 or not run or marker.number != heads[lines[run[-1]].start].number + 1:
            run.clear()
        if line.role is None and _entry(text, line) and (run or marker.number == 1):
            run.append(i)
    return None


def _announced(text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker]) -> tuple[int, int] | None:
    """Contents with numbers of their own: a count of at least four lines, of which nearly all come again further on as
    whole lines, with or without other numbers."""
    last = lines[min(80, len(lines)) - 1].end if lines else 0
    heads: dict[int, Marker] = {}
    for c in candidates:
        if c.start > last:
            break
        heads.setdefault(c.start, c)

    def words(line: LogicalLine, marker: Marker | None) -> str:
        return _bare(text, line._replace(start=marker.end) if marker is not None else line)

    run: list[int] = []
    latest: dict[str, int] = {}  # by its words the last line that says them
    for i, line in enumerate(lines[:80]):
        marker = heads.get(line.start)
        fits = marker is not None and line.role is None and _entry(text, line)
        if fits and run and marker is not None and marker.number == heads[lines[run[-1]].start].number + 1:
            run.append(i)
            continue
        if len(run) >= 4:
            if not latest:
                heads |= {c.start: c for c in reversed(candidates)}
                latest = {words(further, heads.get(further.start)): k for k, further in enumerate(lines)}
            again = sum(latest[words(lines[k], heads[lines[k].start])] >= i for k in run)
            if again >= max(4, 0.8 * len(run)):
                return lines[run[0]].start, line.start
        run = [i] if fits and marker is not None and marker.number == 1 else []
    return None


def _bare(text: str, line: LogicalLine) -> str:
    return "".join(_LEADERS.sub("", text[line.start : line.end]).split()).rstrip("；;，,、")


def _entry(text: str, line: LogicalLine) -> bool:
    """Whether a line may be an entry of contents: a few words, which a stop may end (一、我们如何收集信息；) but none divides."""
    stopped = text[line.end - 1] in "；;，,、"
    return short(text, line._replace(end=line.end - 1) if stopped else line, 60)


# ---------------------------------------------------------------- front


def _front(
    text: str, lines: list[LogicalLine], candidates: Sequence[Marker], marked: set[int], title: tuple[int, int] | None
) -> list[LogicalLine]:
    out: list[LogicalLine] = []
    i = 0
    if title is not None:
        while i < len(lines) and lines[i].end <= title[0]:
            out.append(lines[i])
            i += 1
        first = i
        while i < len(lines) and lines[i].start < title[1]:
            i += 1
        if i > first:
            if i == first + 1:  # the markup may have said only its first line
                i = title_end(text, lines, first, marked)
            out.append(lines[first]._replace(end=lines[i - 1].end, role="title"))
    elif lines and lines[0].role is None:
        lines = _divided(text, lines, candidates)
        first = 0
        while first < min(3, len(lines) - 2) and _DATED.fullmatch(text, lines[first].start, lines[first].end):
            first += 1  # when it was changed, or comes into force, is printed above the title
        if len(lines) > first + 1 and titled(text, lines[first], marked):
            i = title_end(text, lines, first, marked)
            out += lines[:first]
            out.append(lines[first]._replace(end=lines[i - 1].end, role="title"))
    if not any(line.role == "title" for line in out):
        return lines
    i = below_title(text, lines, i, marked, out)
    return out + lines[i:]


def below_title(text: str, lines: Sequence[LogicalLine], i: int, marked: set[int], out: list[LogicalLine]) -> int:
    """Moves what stands between a title and the text to `out`, with its roles; gives the index of the text's first line."""
    named = _squashed(text, out[-1])
    while i < len(lines) and lines[i].role is None and lines[i].start not in marked:
        line = lines[i]
        words = text[line.start : line.end]
        if document_numbers.whole(words):
            out.append(line._replace(role="docno"))
        elif (
            _BRACKETED.fullmatch(words)
            and (
                _ADOPTED.search(words) or (out[-1].role == "title" and len(words) <= 40 and not _RELEASED.search(words))
            )
        ) or ((short(text, line, 50) and (_SUBTITLE.match(words) or _GIVEN.search(words))) or adoption.is_note(words)):
            out.append(line._replace(role="preface"))
        elif (
            out[-1].role == "preface"
            and short(text, line, 20)
            and text[out[-1].start] not in "（("
            and not adoption.is_note(text[out[-1].start : out[-1].end])
        ):
            out.append(line._replace(role="preface"))  # who spoke, below when and where
        elif short(text, line, 40) and kinds.END.search(words) and _squashed(text, line) in named:
            out.append(line._replace(role="title"))
        elif out[-1].role == "title" and (more := _fuller(text, lines, i, named)) > i:
            out.append(line._replace(end=lines[more - 1].end, role="title"))
            i = more
            continue
        else:
            break
        i += 1
    return i


def _fuller(text: str, lines: Sequence[LogicalLine], i: int, named: str) -> int:
    """Where a title ends that says the one above it again behind the name of who issued it, on up to three lines; `i` if none does."""
    words = ""
    for more in range(i, min(i + 3, len(lines))):
        if lines[more].role is not None or not short(text, lines[more], 60):
            break
        words += _squashed(text, lines[more])
        if words.endswith(named) and len(named) >= 8 and 0 < len(words) - len(named) <= 24:
            return more + 1
    return i


def adopted(words: str) -> bool:
    """Whether a line in brackets says when a text was adopted or changed."""
    return _BRACKETED.fullmatch(words) is not None and _ADOPTED.search(words) is not None and len(words) > 10


def _divided(text: str, lines: list[LogicalLine], candidates: Sequence[Marker]) -> list[LogicalLine]:
    """The first line cut behind a title that the text's single line begins with."""
    line = lines[0]
    number = document_numbers.INSIDE.search(text, line.start, min(line.end, line.start + 120))
    head = line.end
    if line.end - line.start > 40:
        near = [c for c in candidates if line.start < c.start < line.start + 200]
        near = [c for c in near if kinds.END.search(text, line.start, c.start) or _opening(text, c)]
        heads = [c.start for c in near if c.style.division] or [
            c.start for c in near if c.style.id == "han" and c.number == 1
        ]
        head = min(heads, default=line.end)
    if number and number.end() < head:
        cut, stop = _named(text, line.start, number), number.end()
        if text.startswith(_CLOSING, stop) and text[cut - 1] in _OPENING:
            cut, stop = cut - 1, stop + 1
            if stop == line.end:
                return lines  # in brackets at its end a number belongs to the title
        parts = [(line.start, cut), (cut, stop), (stop, line.end)]
    elif head < line.end:
        parts = [(line.start, head), (head, line.end)]
        note = re.search(r"[（(][^（(]*(?:[（(][^）)]*[）)][^（(]*)*[）)]\s*$", text[line.start : head])
        if note and _ADOPTED.search(note[0]):
            parts = [(line.start, line.start + note.start()), (line.start + note.start(), head), (head, line.end)]
    else:
        return lines
    spans = [(a + len(text[a:b]) - len(text[a:b].lstrip()), a + len(text[a:b].rstrip())) for a, b in parts]
    cut_lines = [line._replace(start=a, end=b) for a, b in spans if a < b]
    if not cut_lines or not short(text, cut_lines[0], 100) or "。" in text[cut_lines[0].start : cut_lines[0].end]:
        return lines
    return cut_lines + lines[1:]


def _opening(text: str, marker: Marker) -> bool:
    """Whether a marker inside a line is set off from what stands before or behind it."""
    before, after = text[marker.start - 1], text[marker.end : marker.end + 1]
    return before in " \u3000）)" or (marker.number == 1 and after.isspace() and before not in "的了在是着到")


def _named(text: str, start: int, number: re.Match[str]) -> int:
    """Where a title ends and the number behind it begins: at the last kind of document that is named before the year."""
    for at in range(number.end(), number.start(), -1):
        if kinds.END.search(text, start, at) and not document_numbers.INSIDE.search(text, start, at):
            return at
    return number.start()


def titled(text: str, line: LogicalLine, marked: set[int]) -> bool:
    """Whether a line has the form of a title."""
    return (
        line.role is None
        and line.start not in marked
        and short(text, line, 80)
        and not re.search(r"[。！？；]", text[line.start : line.end])
        and not DATE.fullmatch(text, line.start, line.end)
        and not _DATED.fullmatch(text, line.start, line.end)
        and not _SPOKEN.search(text, line.start, line.end)
        and not form(text[line.start : line.end])
    )


def title_end(text: str, lines: Sequence[LogicalLine], first: int, marked: set[int]) -> int:
    """Where a title ends that may be set on several lines: at the kind of document that it names."""
    at = first + 1
    if kinds.END.search(_squashed(text, lines[first])):
        return at
    upper = _squashed(text, lines[first])
    if not ("\u4e00" <= upper[-1] <= "\u9fff" or upper[-1] in "》”、—）)"):
        return at  # nothing is broken off behind a number or a foreign word
    for more in range(first + 1, min(first + 4, len(lines))):
        line = lines[more]
        if (
            not titled(text, line, marked)
            or line.end - line.start > 40
            or document_numbers.whole(text[line.start : line.end])
            or adoption.is_note(text[line.start : line.end])
        ):
            break
        lower = _squashed(text, line)
        if kinds.END.search(lower):
            return more + 1 if _breaks(upper, lower) else at
        upper += lower
    return at


def _breaks(upper: str, lower: str) -> bool:
    """Whether a title's lines break off where the last one, which names the kind of document, goes on."""
    if bodies.LINE.fullmatch(upper) or _UNFINISHED.search(upper) or lower[0] in _GOING_ON:
        return True
    return len(lower) <= 12


def _squashed(text: str, line: LogicalLine) -> str:
    """A line without white space, which titles are often spaced out with."""
    return "".join(text[line.start : line.end].split())
