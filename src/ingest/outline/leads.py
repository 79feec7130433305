"""Lead sentences (经济运行总体平稳。…), and the turns of those who speak.

A lead is a habit of the document: its neighbours open with a short sentence too, which the rest unfolds.
"""

from collections.abc import Container, Sequence, Set

from ingest.han import numerals
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

_FIRST = pattern(r"[^。！？；!?;]{1,64}。(?:\n?[”」』])?")
_ORDINAL = pattern(
    rf"(?:第[{numerals.HAN}]{{1,2}}[，、,]|第[{numerals.HAN}\d]{{1,2}}点[：:，]|[{numerals.HAN}]{{1,2}}[是要][^，。]|首先[，、]|其[一二三四五六][，、])"
)
# A block that ties itself to what was said before, or says when or why first, states no topic of its own.
_NO_LEAD = pattern(
    r"(?:我们|我國|我国|各位|同志们|这|那|去年|今年|明年|目前|当前|過去|(?:刚刚)?过去|回顾|同时|此外|其中|但是?|因此|所以|现在|根据|按照|随着|"
    r"由于|自|截至|他|她|我|你|它|该|除|最近|近[年几]|为了|结合|在[^，。]{1,20}的?同时，|本[^地土]|让我们|愿|当[一在他她它我你人]|最后，|然而|不过|如果|若|于是|而且|换句话说|事实上|其实|有[人些]|一个人|既然|毕竟|可见|显然|总之|“[^”]{1,8}”\s?(?:时期|期间)|[\d１-９])"
)
_TOLD = pattern(r"我们|你|[她他]们?[^国乡地山]|[说问写]道|说[：“]|？")  # an essay tells, a report states
_URGES = pattern(r"要[^求]")
_SPEAKER = pattern(
    r"(?:主席|行政长官|[\u4e00-\u9fff]{1,4}(?:委员|议员|次长|部长|署长|局长|处长|院长|司长|司令|主委|主任|秘书长|政务委员)[\u4e00-\u9fff]{0,3})"
    r"[：:](?=\S)"
)
# Who speaks on a line of its own, and a remark on that (（程序发言）).
_ALONE = pattern(
    r"[\u4e00-\u9fff]{2,12}(?:[（(][^（）()]{1,30}[）)])?[：:]\s{0,2}(?:[（(][^（）()]{1,30}[）)])?[\W_]{0,4}"
)
_TURN = pattern(r"([^。，；：:！？\s]{2,12})[：:]")
_ACTION = pattern(
    r"(?:进一步|继续|切实|大力|积极|认真|着力|全面|深入|加强|加快|加大|促进|推进|推动|完善|健全|建立|坚持|坚决|保持|改善|深化|扩大|提高|优化|强化|"
    r"发展|实施|落实|稳定|稳步|巩固|统筹|构建|打造|培育|支持|鼓励|严格|规范|创新|努力|抓好|做好|必须)"
)
_COMMA = pattern("[，,]")
_STRONG = -0.4  # a block of this weight is company to others


def mark(
    text: str,
    lines: list[LogicalLine],
    marked: set[int],
    inner: Set[int],
    bold: Container[int] | None = None,
    cut: Container[int] = (),
) -> None:
    """Marks lead sentences: blocks that open with a short sentence, where the document makes a habit of it.

    `inner`: where the units of the second level begin, if the text is numbered on two. If it counts leads too (一是, 二是), it counts
    all it has, but for units of the second level that are divided throughout where others of them count. `bold`: where lines begin whose first words marks
    make strong, in a text whose headings marks tell: its author says by them what is a lead, if he does not count it.
    """
    groups: list[list[int]] = [[]]
    below = [False]  # whether each group stands in a unit of the second level
    units = 0
    turns = _turns(text, lines)
    for i, line in enumerate(lines):
        if i in turns:
            continue
        if line.role is None and line.start not in marked:
            groups[-1].append(i)
        else:
            units += line.role == "heading" or line.start in marked
            if groups[-1]:
                groups.append([])
                below.append(below[-1])
            if line.start in marked:
                below[-1] = line.start in inner
    if units < 2:
        return
    sizes = [size for group in groups if len(group) > 1 for i in group if (size := _size(text, lines[i])) <= 45]
    terse = sum(size <= 20 for size in sizes) >= 0.8 * len(sizes) > 0
    weights: dict[int, float] = {}
    for group in groups:
        for i in group:
            first = i == group[0] and not (i and lines[i - 1].role == "answer")
            weights[i] = _weight(text, lines[i], first, i == group[-1], terse)
            if i - 1 in cut:
                weights[i] = -9.0
            if (
                bold is not None
                and lines[i].start not in bold
                and not _ORDINAL.match(text, lines[i].start, lines[i].end)
            ):
                weights[i] = -9.0
        _level(text, lines, group, weights)
    chosen: list[int] = []
    counted = {i for i in weights if weights[i] >= _STRONG and _ORDINAL.match(text, lines[i].start, lines[i].end)}
    counts = bool(inner) and len(counted) >= 4
    inside = {i for group, deep in zip(groups, below, strict=True) if deep for i in group if i in counted}
    most = 0  # in one unit
    for group, deep in zip(groups, below, strict=True):
        known = len(chosen)
        strong = sum(weights[i] >= _STRONG for i in group)
        for i in group:
            # Company counts, and most of all that of a neighbour.
            others = strong - (weights[i] >= _STRONG)
            near = sum(weights.get(j, -9.0) >= _STRONG for j in (i - 1, i + 1))
            company = 0.75 * near + 0.6 * (others > 0) + 0.6 * others / max(1, len(group) - 1)
            if weights[i] + company >= 0.0:
                chosen.append(i)
        if len(group) >= 8 and len(chosen) - known < 0.25 * len(group):
            chosen[known:] = [i for i in chosen[known:] if weights[i] >= _STRONG]  # a few of many may be chance
        throughout = deep and len(inside) >= 4 and strong >= max(4, 0.8 * (len(group) - 1))
        if counts and not throughout:
            chosen[known:] = [i for i in chosen[known:] if i in counted]
        most = max(most, len(chosen) - known)
    known_ones = set(chosen)
    beside = [i for i in chosen if i in counted or not known_ones.isdisjoint((i - 1, i + 1))]
    if 2 * len(beside) < len(chosen):
        chosen = beside  # where most stand alone, the text is divided at any sentence
    if len(chosen) >= 4 or most >= 3:
        for i in chosen:
            lines[i] = lines[i]._replace(role="lead")


def _turns(text: str, lines: Sequence[LogicalLine]) -> set[int]:
    """The numbers of lines that speakers begin by turns (主席：现在开会。): no leads."""
    found: dict[str, list[int]] = {}
    if "：" not in text and ":" not in text:
        return set()
    for i, line in enumerate(lines):
        label = _TURN.match(text, line.start, line.end) if line.role is None else None
        if label and not _ORDINAL.match(text, line.start, line.end):
            found.setdefault(label[1], []).append(i)
    return {i for at in found.values() if len(at) > 1 for i in at}


def _level(text: str, lines: list[LogicalLine], group: list[int], weights: dict[int, float]) -> None:
    """A run of 一是, 二是, 三是 is leads or is not, as a whole: what most of its members look like decides."""
    run: list[int] = []
    for i in [*group, -1]:
        if i >= 0 and _ORDINAL.match(text, lines[i].start, lines[i].end):
            run.append(i)
            continue
        good = sum(weights[j] >= -1.7 for j in run)
        for j in run:
            weights[j] = -9.0 if good <= 0.75 * len(run) or weights[j] < -5 else 2.0
        run = []


def _size(text: str, line: LogicalLine) -> int:
    """The length of the sentence that opens a block and is unfolded in it; beyond all measure where none does."""
    end = first_sentence(text, line.start, line.end)
    if end is None:
        return 999
    size = sum(map(len, text[line.start : end].split()))
    counted = _ORDINAL.match(text, line.start, line.end) is not None
    return size if line.end - end >= (15 if counted else max(15, size)) else 999


def _weight(text: str, line: LogicalLine, first: bool, last: bool, terse: bool) -> float:
    """How much a block looks as if a lead opened it, by itself.

    What tells most is not how short the sentence is: a lead opens a paragraph that unfolds it, says what is done or how
    things stand in one clause, and neither introduces nor closes its unit. (Weights near a logistic fit over reports.)
    `terse`: where the document opens its blocks by a few words each, those few words tell it all the same.
    """
    size, length = _size(text, line), line.end - line.start
    if size > 64:
        return -9.0
    words = text[line.start : line.start + 80]
    words = words[: words.index("。")]
    if words[0] in "（([［【" or words.count("（") > words.count("）"):
        return -9.0  # a remark in brackets, a title of a list of literature ([15]张三。…)
    weight = -1.8 + (size <= 26) * 0.5 + (size <= 14) * 0.9 - (size > 45) * 0.5
    weight += (length > 150) * 0.8 + (length > 250) * 0.5 - (length < 60) * 0.5
    weight += bool(_ORDINAL.match(words)) * 0.9 + bool(_ACTION.match(words)) * 0.8
    weight -= bool(_NO_LEAD.match(words)) * 2.5 + bool(_URGES.match(words)) * 1.0
    weight -= bool(_TOLD.search(words)) * 1.5
    weight -= ("是" in words) * 0.4 + (len(_COMMA.findall(words)) > 1) * 1.0
    weight -= first * (0.4 if size <= 14 else 1.0) + last * 0.5
    if terse:
        weight += 1.6 if size <= 20 else -1.0
    return weight


def first_sentence(text: str, start: int, end: int) -> int | None:
    """Where a short first sentence ends that more text follows; None where there is none."""
    found = _FIRST.match(text, start, end)
    return found.end() if found and found.end() < end else None


def speakers(text: str, lines: Sequence[LogicalLine]) -> set[int]:
    """Where the turns of those begin who speak in a meeting that a chair leads: what one of them counted ends there."""
    if "主席" not in text:
        return set()
    found = [line for line in lines if line.role is None and _SPEAKER.match(text, line.start, line.end)]
    chaired = sum(text.startswith("主席", line.start) for line in found)
    out = {line.start for line in found} if len(found) >= 3 and chaired else set()
    alone = [line for line in lines if line.role is None and _ALONE.fullmatch(text, line.start, line.end)]
    if sum(text.startswith("主席", line.start) for line in alone) >= 2 and len(alone) >= 3:
        out.update(line.start for line in alone)
    return out
