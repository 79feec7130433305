"""Structure that carries no number: heading lines, lead sentences, bullets, captions.

None of these can be told from its own line alone. A heading is short, unpunctuated and stands between lines that are
neither; a lead (经济运行总体平稳。…) is a habit of the document: its neighbours open with a short sentence too.
"""

import re
from collections.abc import Sequence

from ingest.outline.lines import Line

_STOP = re.compile(r"[。！？；：，、!?;:,…—\-][”」』）)】]?$")
_FULL = re.compile(r"[。！？；：!?;:][”」』）)】]?$")
_FIRST = re.compile(r"[^。！？；!?;]{1,64}。(?:\n?[”」』])?")
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
_STOCK = re.compile(r"结束语|结语|前\s*言|序\s*言|引\s*言|导\s*言|绪\s*论|后\s*记|附\s*记|編後記|結束語|結語")
_NO_HEADING = re.compile(r"(?:各位|尊敬|亲爱|同志|现在，|我代表|图为|来源|作者|编辑|记者|电话|地址)")
_RUNS_ON = re.compile(r"[的了为和与及并而或、，。；：！？）)”》]")
_ACTION = re.compile(
    r"(?:进一步|继续|切实|大力|积极|认真|着力|全面|深入|加强|加快|加大|促进|推进|推动|完善|健全|建立|坚持|坚决|保持|改善|深化|扩大|提高|优化|强化|"
    r"发展|实施|落实|稳定|稳步|巩固|统筹|构建|打造|培育|支持|鼓励|严格|规范|创新|努力|抓好|做好|必须)"
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
    fits: set[int] = set()
    free = 0
    for i, line in enumerate(lines):
        if line.role is not None or line.start in marked:
            continue
        free += 1
        kind = line.block.kind if line.block is not None else "line"
        size = line.end - line.start
        if (kind == "heading" and size <= 80) or (size <= 8 and _STOCK.fullmatch(text, line.start, line.end)):
            lines[i] = line._replace(role="heading")
            continue
        if not 2 <= size <= 60 or _STOP.search(text, line.end - 2, line.end) or kind not in ("line", "para"):
            continue
        words = text[line.start : line.end]
        if "。" in words or "\t" in words or _NO_HEADING.match(words):
            continue
        fits.add(i)
    found = [i for i in sorted(fits) if _heads(text, lines, marked, fits, i) and _apart(text, lines, marked, fits, i)]
    # Where most lines are short and unpunctuated there is no running text for them to head: a poem, a form, a list.
    if len(found) <= 0.6 * free:
        for i in found:
            lines[i] = lines[i]._replace(role="heading")


def _heads(text: str, lines: list[Line], marked: set[int], fits: set[int], i: int) -> bool:
    """Whether running text follows, or another heading that heads some."""
    if i + 1 >= len(lines):
        return False
    after = lines[i + 1]
    if after.start in marked or after.role == "heading":
        return True
    if after.role is not None or _RUNS_ON.match(text, after.start):
        return False
    if i + 1 in fits:
        return i + 2 < len(lines) and i + 2 not in fits and _heads(text, lines, marked, fits, i + 1)
    size = after.end - after.start
    stops = _FULL.search(text, after.end - 2, after.end) is not None
    return (
        (stops and size > max(20, lines[i].end - lines[i].start))
        or size > 80
        or bool(_SALUTATION.match(text, after.start))
    )


def _apart(text: str, lines: list[Line], marked: set[int], fits: set[int], i: int) -> bool:
    """Whether the line before is done: a sentence's end, a heading, a fixed part."""
    if not i:
        return False
    before = lines[i - 1]
    if before.role is not None or before.start in marked:
        return before.role not in ("caption", "signature")
    return bool(_FULL.search(text, before.end - 2, before.end)) or i - 1 in fits


def _leads(text: str, lines: list[Line], marked: set[int]) -> None:
    """Marks lead sentences: blocks that open with a short sentence, where the document makes a habit of it."""
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
    weights = {i: _weight(text, lines[i]) for group in groups for i in group}
    chosen: list[int] = []
    for group in groups:
        strong = [i for i in group if weights[i] >= 1.0]
        for i in group:
            # Company counts, and most of all that of a neighbour.
            near = sum(weights.get(j, -9.0) >= 1.0 for j in (i - 1, i + 1))
            company = 0.0 if len(strong) < 2 else 0.4 + 0.6 * near
            alone = -1.5 if len(strong) < 2 and len(group) > 2 else 0.0
            if weights[i] + company + alone >= 1.2:
                chosen.append(i)
    if len(chosen) >= 4:
        for i in chosen:
            lines[i] = lines[i]._replace(role="lead")


def _weight(text: str, line: Line) -> float:
    """How much a block looks as if a lead opened it."""
    end = first_sentence(text, line.start, line.end)
    if end is None:
        return -9.0
    words = text[line.start : end]
    size = sum(not c.isspace() for c in words)
    if line.end - end < max(15, size):
        return -9.0
    weight = 2.0 if size <= 14 else 1.5 if size <= 20 else 0.8 if size <= 26 else 0.0 if size <= 36 else -1.0
    if _ORDINAL.match(words):
        weight += 1.2
    if _NO_LEAD.match(words):
        weight -= 2.5
    if _ACTION.match(words):
        weight += 0.5
    if any(c.isdigit() for c in words):
        weight -= 0.7
    if line.end - line.start < 60:
        weight -= 0.5
    return weight
