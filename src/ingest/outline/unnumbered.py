"""Structure that carries no number: heading lines, lead sentences, bullets, captions.

None of these can be told from its own line alone. A heading is short, unpunctuated and stands between lines that are
neither; a lead (经济运行总体平稳。…) is a habit of the document: its neighbours open with a short sentence too.
"""

import re
from collections.abc import Sequence

from ingest.outline.lines import Line

_STOP = re.compile(r"[。！？；：，、!?;:,…—\-][”」』）)】]?$")
_FULL = re.compile(r"[。！？；：!?;:][”」』）)】]?$")
_FIRST = re.compile(r"[^。！？；!?;\n]{1,60}。[”」』]?")
_ORDINAL = re.compile(
    r"(?:第[一二三四五六七八九十]{1,2}[，、,]|[一二三四五六七八九十]{1,2}[是要][^，。]|首先[，、]|其[一二三四五六][，、])"
)
_NO_LEAD = re.compile(
    r"(?:我们|我國|我国|各位|同志们|这|那|去年|今年|明年|目前|当前|過去|过去|回顾|同时|此外|其中|但是?|因此|所以|现在|要[^求]|根据|按照|随着|"
    r"由于|自|截至|他|她|我|你|它|该|本[^地土]|“[^”]{1,8}”\s?(?:时期|期间)|[\d１-９])"
)
_BULLET = re.compile(r"(?:[—–―]{1,3}|[•·●○■□◆◇▪▶►※★☆\uf06c\uf0d8]|-(?=\s))\s*")
_CAPTION = re.compile(
    r"(?:图|表|圖|专栏|專欄|图表|附表|附图)\s?[\d一二三四五六七八九十]{1,3}(?:[-－.．]\d{1,2})?[\s:：　]?"
)
_SALUTATION = re.compile(r"(?:各位|尊敬|亲爱|同志|女士|先生|朋友)")


def mark(text: str, lines: Sequence[Line], marked: set[int], article_at: Sequence[int]) -> list[Line]:
    """The lines with the roles heading, lead, bullet and caption where they have them.

    `marked` are starts of lines that begin with an accepted marker, `article_at` where articles begin: inside articles
    a short sentence is law and no lead.
    """
    out = list(lines)
    _bullets(text, out, marked)
    _headings(text, out, marked)
    if not article_at:
        _leads(text, out, marked)
    return out


def bullet(text: str, start: int, end: int) -> int:
    """Where the bullet at the start of a line ends."""
    found = _BULLET.match(text, start, end)
    return found.end() if found else start


def first_sentence(text: str, start: int, end: int) -> int | None:
    """Where a short first sentence ends that more text follows; None where there is none."""
    found = _FIRST.match(text, start, end)
    return found.end() if found and found.end() < end else None


def _bullets(text: str, lines: list[Line], marked: set[int]) -> None:
    found = [
        i for i, line in enumerate(lines)
        if line.role is None and line.start not in marked and _BULLET.match(text, line.start, line.end)
    ]  # fmt: skip
    known = set(found)
    for i in found:
        block = lines[i].block
        if i - 1 in known or i + 1 in known or (block is not None and block.kind == "item"):
            lines[i] = lines[i]._replace(role="bullet")
    for i, line in enumerate(lines):
        if line.role is not None or line.start in marked or line.end - line.start > 50:
            continue
        given = line.block is not None and line.block.kind == "caption"
        printed = _CAPTION.match(text, line.start, line.end) and not _FULL.search(text, line.end - 1, line.end)
        if given or printed:
            lines[i] = line._replace(role="caption")


def _headings(text: str, lines: list[Line], marked: set[int]) -> None:
    found: list[int] = []
    free = 0
    for i, line in enumerate(lines):
        if line.role is not None or line.start in marked:
            continue
        free += 1
        kind = line.block.kind if line.block is not None else "line"
        size = line.end - line.start
        if kind == "heading" and size <= 80:
            lines[i] = line._replace(role="heading")
            continue
        if not 2 <= size <= 50 or _STOP.search(text, line.end - 2, line.end) or "。" in text[line.start : line.end]:
            continue
        if _SALUTATION.match(text, line.start) or "\t" in text[line.start : line.end]:
            continue
        if kind not in ("line", "para") or i + 1 >= len(lines):
            continue
        after = lines[i + 1]
        runs_on = after.role is None and (
            after.start in marked
            or (_FULL.search(text, after.end - 2, after.end) and after.end - after.start > max(20, size))
        )
        before = lines[i - 1] if i else None
        apart = before is not None and (
            before.role in ("title", "docno", "preface", "toc", "heading", "table", "bullet")
            or before.start in marked
            or bool(_FULL.search(text, before.end - 2, before.end))
        )
        if runs_on and apart:
            found.append(i)
    # Where most lines are short and unpunctuated there is no running text for them to head: a poem, a form, a list.
    if found and len(found) <= 0.6 * free:
        for i in found:
            lines[i] = lines[i]._replace(role="heading")


def _leads(text: str, lines: list[Line], marked: set[int]) -> None:
    groups: list[list[int]] = [[]]
    units = 0
    for i, line in enumerate(lines):
        if line.role is None and line.start not in marked:
            groups[-1].append(i)
        else:
            units += line.role == "heading" or line.start in marked
            groups.append([])
    if units < 2:
        return
    chosen: list[list[int]] = []
    singles: list[int] = []
    for group in groups:
        run: list[int] = []
        for i in [*group, -1]:
            if i >= 0 and _opens(text, lines[i]):
                run.append(i)
                continue
            if len(run) >= 2:
                chosen.append(run)
            elif len(run) == 1 and len(group) <= 2:
                singles += run
            run = []
    if sum(map(len, chosen)) < 4:
        return
    for run in chosen:
        for i in run:
            lines[i] = lines[i]._replace(role="lead")
    if len(chosen) >= 5:
        for i in singles:
            lines[i] = lines[i]._replace(role="lead")


def _opens(text: str, line: Line) -> bool:
    end = first_sentence(text, line.start, line.end)
    if end is None:
        return False
    size = sum(not c.isspace() for c in text[line.start : end])
    if line.end - end < max(15, size):
        return False
    if _ORDINAL.match(text, line.start):
        return size <= 45
    return size <= 24 and not _NO_LEAD.match(text, line.start)
