"""What follows a marker as heading and text: on lines of their own, divided by a sentence's end, or by nothing at all."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import zip_longest

from ingest.han.markers import table
from ingest.models import Kind
from ingest.outline.lines import COLONS, concludes, signs
from ingest.outline.piece import Piece, Span, trimmed
from ingest.patterns import pattern
from ingest.rules import Table

SEAMS = Table("ingest.outline", "seams.tsv", ("id", "side", "pattern", "example", "lookalike"))
_ENDS = f"。！？；{COLONS}，、!?;,．"
_CLOSED, _JOINED = "”」』）)】》", "或和及与且并"
_END = pattern(rf"[{_ENDS}][{_CLOSED}]?$|[＿_]{{2}}$|(?<=[\u4e00-\u9fff])\.$|[；;，,]\s?[{_JOINED}]$")
_LAST = frozenset(f"{_ENDS}{_CLOSED}{_JOINED}＿_.")  # what such an end ends in
_STOPPED = pattern(rf"[。！？；{COLONS}!?;]|[，、,．]$")
_SENTENCE = pattern(r"[^。！？；!?;]*+[。！？!?](?:\n?[”」』])?")
_COLON = pattern(
    r"(?:[^。！？；，：,:;!?\s]|(?<=[A-Za-z]) (?=[A-Za-z])){1,15}+(?<![^行]为)(?:(?<!\d)[：:](?=.)|[：:](?=[^\d\n]))"
)  # 修改为： heads nothing
_COLONS, _STOPS = pattern("[：:]"), pattern("[。！？!?]")  # what these two end in
_REMARK = pattern(r"\s*[（(][^（()）]{2,60}[）)]\s*")  # all that follows is who does it: （交通局负责）
# What speaks of its reader, of parties, of a case is a rule, and no topic; what somebody tells of himself or of another is a story.
_SAYS = pattern(
    r"您|你|我们|[甲乙丙]方|本(?:协议|合同|政策|软件)|除非|如果|^[若当如除]"
    r"|我(?![国國省市县縣区區州盟旗乡鄉镇鎮村校院所局厅廳部委厂廠队隊军軍党黨行会會])|(?<!其)[他她](?![人国國乡鄉律山])"
)
_CLAUSE = pattern(r"[。；：！？;!?\n]")
_DIVIDED = pattern("[，、]")
_LONG = 24  # characters of a unit that may be a heading and a text
_BLANK = pattern(r"\s")
_APART = pattern(r"([\u4e00-\u9fff、与和及]{2,15})[ \u3000\t]+(?=[\u4e00-\u9fff“《（＿_\d])")
_BRACKET = pattern(r"【[^】]{1,30}】")
_NAMED = ("part", "subpart", "chapter", "section")
_DIVISIONS = frozenset(s.id for s in table() if s.division)


def headed(text: str, kind: Kind, rest: Span, listed: bool) -> tuple[Span, Span]:
    """What follows a marker as heading and body. `listed`: an item of an article's list, which has no heading."""
    start, end = rest
    if start == end:
        return (start, end), (end, end)
    if kind in _NAMED:
        first = _SENTENCE.match(text, start, end)
        if first is None or (first.end() == end and end - start <= 40):
            return (start, end), (end, end)
        blank = _BLANK.search(text, start, min(end, start + 42))
        cut = blank.start() if blank and blank.start() - start >= 2 else start
        return (start, cut), trimmed(text, cut, end)
    if kind == "article":
        bracket = _BRACKET.match(text, start, end)
        if bracket:
            return (start, bracket.end()), trimmed(text, bracket.end(), end)
    if not listed and end - start <= 60 and text[start:end].isalnum():
        return (start, end), (end, end)  # which is soon told: without any sign it ends in none
    if (
        not listed
        and text[end - 1] not in _ENDS
        and end - start - text.count("\n", start, end) <= 60
        and not _ended(text, start, end)
        and _SENTENCE.match(text, start, end) is None
    ):
        return (start, end), (end, end)
    return (start, start), (start, end)


def _ended(text: str, start: int, end: int) -> bool:
    """Whether a span ends in punctuation, or in the middle of a list of clauses (……；或)."""
    return text[end - 1] in _LAST and _END.search(text, max(start, end - 3), end) is not None


def _articles(text: str, units: Sequence[Piece]) -> None:
    """Makes what stands alone behind the marker of an article its heading, where that is the habit of articles."""
    articles = [(k, unit) for k, unit in enumerate(units) if unit.kind == "article"]
    found: list[Piece] = []
    bare: list[Piece] = []  # of which nothing is printed but a heading, as where a form leaves room to write
    _set_apart(text, [unit for _, unit in articles])
    for k, unit in articles:
        start, end = unit.body
        after = units[k + 1] if k + 1 < len(units) else None
        if (
            not unit.heading_end
            and 0 < end - start <= 30
            and not _ended(text, start, end)
            and not _STOPPED.search(text, start, end)
        ):
            if after is None or after.rank <= unit.rank:
                bare.append(unit)
            elif after.kind in ("paragraph", "bullet") or (after.number == 1 and after.rank > unit.rank):
                found.append(unit)
    headed = len(found) + sum(unit.heading_end > 0 for _, unit in articles)
    if headed >= 2 and 2 * headed >= len(articles) - len(bare):
        for unit in [*found, *bare]:
            unit.heading, unit.body = unit.body, (unit.body[1], unit.body[1])


def _set_apart(text: str, articles: Sequence[Piece]) -> None:
    """Cuts off headings of articles that only a blank divides from the text (第一条　标的　甲方出售……), where articles mostly have them."""
    found = [
        (unit, apart.end(1)) for unit in articles
        if not unit.heading_end and (apart := _APART.match(text, *unit.body)) is not None
    ]  # fmt: skip
    # 用户在 云渡 社区: a name that blanks set off comes again and again.
    behind = Counter(text[cut - 1] + text[cut : unit.body[1]].lstrip()[:4] for unit, cut in found)
    behind.update(text[unit.body[0] : cut] for unit, cut in found)
    if len(found) >= 2 and 2 * len(found) >= len(articles) and max(behind.values()) < max(2, len(found) / 3):
        for unit, cut in found:
            unit.heading, unit.body = (unit.body[0], cut), trimmed(text, cut, unit.body[1])


def run_in(text: str, units: Sequence[Piece], told: bool = False) -> None:
    """Cuts off the headings that run into their text (（二）指导思想。…), where that is the habit of their level. `told`: of
    those that end in a full stop none is."""
    _articles(text, units)
    lists = _by_count(units)
    _set_off(text, units, lists)
    groups: dict[str, list[int]] = {}  # the numbers of the units of each level
    cuts: dict[int, int] = {}  # where the heading ends that a unit has or may have
    long: set[str] = (
        set()
    )  # levels of which a unit may have a heading that nothing but a line's end divides from its text
    in_article = False
    # What no unit of the text can have is not looked for in each.
    colon, stop = _COLONS.search(text) is not None, not told and _STOPS.search(text) is not None
    for k, unit in enumerate(units):
        style = unit.style
        if style in _DIVISIONS:
            in_article = unit.kind == "article"
        if unit.opens or unit.above:
            in_article = False
        if not style or in_article or unit.kind in _NAMED:
            continue
        if style not in groups:
            groups[style] = []
        groups[style].append(k)
        if unit.heading[0] < unit.heading[1]:
            cuts[k] = unit.heading[1]
            continue
        start, end = unit.body
        if end - start >= _LONG or text.find("\n", start, end) > 0:
            long.add(style)
        first = (_COLON.match(text, start, end) if colon else None) or (
            _SENTENCE.match(text, start, end) if stop else None
        )
        if first is not None and (cut := _cut(text, units, k, first.end())):
            cuts[k] = cut
    for style, group in groups.items():
        if style in long:
            for count in _counts([units[k] for k in group]):
                _full_lines(text, count)
                _unmarked(text, count)
        for k in _habit(units, group, cuts):
            unit = units[k]
            if unit.heading[0] == unit.heading[1]:
                unit.heading, unit.body = (unit.body[0], cuts[k]), trimmed(text, cuts[k], unit.body[1])
    _sentences(text, units, lists)


def _cut(text: str, units: Sequence[Piece], k: int, cut: int) -> int:
    """Where the heading ends that a unit may have whose first sentence ends at `cut`; 0 if that is none."""
    unit, after = units[k], units[k + 1] if k + 1 < len(units) else None
    start, end = unit.body
    while cut < end and text[cut - 1] in "？?" and (first := _SENTENCE.match(text, cut, end)) is not None:
        if text[first.end() - 1] not in "？?":
            break
        cut = first.end()  # a question in two sentences
    alone = cut == end
    if not 0 < cut - start - text.count("\n", start, cut) <= (45 if alone else 60):
        return 0
    if alone and (text.count("，", start, cut) > 1 or after is None or not _text(text, unit, after)):
        return 0
    fits = (
        not _unclosed(text, start, cut)
        and _REMARK.fullmatch(text, cut, end) is None
        and (text[cut - 1] in "：:？?" or not _SAYS.search(text[start:cut]))
    )
    return cut if fits else 0


def _text(text: str, unit: Piece, after: Piece) -> bool:
    """Whether what comes behind a unit may be what its heading heads."""
    return (
        after.kind == "lead"
        or (after.kind == "paragraph" and not signs(text, *after.body) and not concludes(text, *after.body))
        or (after.rank > unit.rank and bool(after.number) and (unit.kind != "decimal" or after.number == 1))
    )


_LIST_KINDS = frozenset({"level1", "level2", "level3", "level4", "formal"})
_OFF = pattern(r"[\u4e00-\u9fff]{3,8}[ \u3000]{1,4}(?=[\u4e00-\u9fff“《\d][^\n]{7})")
_CALLED = pattern(r"，[^，]{0,8}(?:电话|手机|热线)[^，]{0,4}\d{5}")


def _by_count(units: Sequence[Piece]) -> list[list[int]]:
    """The numbers of the units of lists, each count by itself."""
    out: list[list[int]] = []
    latest: dict[str, list[int]] = {}
    for k, unit in enumerate(units):
        if unit.kind in _LIST_KINDS and unit.style:
            own = latest.get(unit.style)
            if own is None or (unit.number or 0) <= (units[own[-1]].number or 0):
                own = latest[unit.style] = []
                out.append(own)
            own.append(k)
    return out


def _set_off(text: str, units: Sequence[Piece], lists: Sequence[Sequence[int]]) -> None:
    """Cuts headings off that nothing but a blank divides from their text (一、活动目的 为了……), where all of an outermost count have one."""
    for count in lists:
        if len(count) < 3 or units[count[0]].kind not in ("level1", "formal"):
            continue
        found = []
        for unit in (units[k] for k in count):
            start, end = (
                min(unit.heading[0], unit.body[0]) if unit.heading_end else unit.body[0],
                max(unit.heading[1], unit.body[1]),
            )
            words = _OFF.match(text, start, end)
            if words is None:
                break
            found.append((unit, start, words.end(), end))
        sizes = [len(text[start:cut].rstrip()) for _, start, cut, _ in found]
        runs = any(text.find("，", cut, end) >= 0 for _, _, cut, end in found)
        if len(found) == len(count) and runs and 2 * sum(size >= 4 for size in sizes) >= len(sizes):
            for unit, start, cut, end in found:
                unit.heading, unit.body = trimmed(text, start, cut), trimmed(text, cut, end)


def _sentences(text: str, units: Sequence[Piece], lists: Sequence[Sequence[int]]) -> None:
    """Takes for text what has no stop at its end and two clauses and nothing below, where the others of its count are mostly texts, or
    where it says whom to call."""
    for count in lists if "，" in text else ():
        found = [
            k for k in count
            if units[k].heading[0] < units[k].heading[1]
            and units[k].body[0] == units[k].body[1]
            and text.find("，", *units[k].heading) >= 0
        ]  # fmt: skip
        texts = sum(units[k].body[0] < units[k].body[1] and not units[k].heading_end for k in count) if found else 0
        for k in found:
            unit, after = units[k], units[k + 1] if k + 1 < len(units) else None
            below = after is not None and after.rank > unit.rank
            mostly = texts and 2 * texts >= len(count) - 1 and unit.heading[1] - unit.heading[0] > 12
            if not below and (mostly or _CALLED.search(text, *unit.heading)):
                unit.heading, unit.body = (unit.heading[0], unit.heading[0]), unit.heading


def _unclosed(text: str, start: int, end: int) -> bool:
    """Whether a bracket or a quotation opens in a span that does not close there: a sentence that ends in it ends nothing."""
    return any(
        text.count(one, start, end) > text.count(two, start, end) for one, two in ("（）", "()", "“”", "《》", "「」")
    )


def _habit(units: Sequence[Piece], group: Sequence[int], cuts: Mapping[int, int]) -> list[int]:
    """Which units of a level have the headings that end at `cuts`, if they mostly have some. What follows the last of a count may
    not be its own: a sentence of it that is alone on its line is a heading only if others are."""
    found = [k for k in group if k in cuts]
    if not found:
        return []
    alone = {k for k in found if cuts[k] == units[k].body[1]}
    last = {
        one for one, two in zip_longest(group, group[1:])
        if two is None or (units[two].number or 0) <= (units[one].number or 0)
    }  # fmt: skip
    doubtful = {k for k in alone & last if units[k].number != 1}
    sure = len(group) - len(doubtful)
    if not sure or len(found) - len(doubtful) < 0.5 * sure:
        return []
    return found if alone - doubtful else [k for k in found if k not in doubtful]


def _counts(level: Sequence[Piece]) -> list[list[Piece]]:
    """The units of a level, divided where their count begins again."""
    out: list[list[Piece]] = []
    for unit in level:
        if not out or (unit.number or 0) <= (out[-1][-1].number or 0):
            out.append([])
        out[-1].append(unit)
    return out


def _full_lines(text: str, count: Sequence[Piece]) -> None:
    """Cuts a heading off that fills its line, so that the text below seemed to be the same line wrapped.

    It is known by its count: the others are headings that stand alone on their lines and end in no punctuation.
    """
    full = []
    for unit in count:
        cut = -1 if unit.heading_end else text.find("\n", *unit.body)
        if cut > 0 and not _STOPPED.search(text, unit.body[0], cut) and text.count("，", unit.body[0], cut) <= 1:
            full.append((unit, cut))
    if full and 2 * sum(_bare(text, unit) for unit in count) > len(count) - len(full):
        for unit, cut in full:
            unit.heading, unit.body = (unit.body[0], cut), trimmed(text, cut, unit.body[1])


def _unmarked(text: str, count: Sequence[Piece]) -> None:
    """Cuts headings off that lost the line break behind them (一、总体要求以……为指导), where half of a count are headings.

    What a heading ends in and what a text begins with are tables; a text that takes up words of its heading has begun too.
    """
    plain = (unit for unit in count if unit.body[1] - unit.body[0] >= _LONG and not unit.heading_end)
    found = [(unit, cut) for unit in plain if (cut := _seam(text, *unit.body))]
    if found and len(found) + sum(_bare(text, unit) for unit in count) >= max(2, len(count) / 2):
        for unit, cut in found:
            unit.heading, unit.body = (unit.body[0], cut), trimmed(text, cut, unit.body[1])


def _bare(text: str, unit: Piece) -> bool:
    """Whether a unit has a heading that ends in no punctuation."""
    return unit.heading_end > 0 and not _END.search(text, unit.heading[1] - 2, unit.heading[1])


@cache
def _seams() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """What a heading ends in, and what a text begins with."""
    sides: dict[str, list[str]] = {"ends": [], "begins": []}
    for row in SEAMS.rows():
        sides[row.one_of("side", sides)].append(row.expression("pattern").pattern)
    return re.compile("|".join(sides["ends"])), re.compile("|".join(sides["begins"]))


def _seam(text: str, start: int, end: int) -> int:
    """Where a heading ends that nothing divides from its text, 0 where none does."""
    ends, begins = _seams()
    stop = _CLAUSE.search(text, start, min(end, start + 48))
    for found in ends.finditer(text, start, stop.start() if stop else min(end, start + 48)):
        at = found.end()
        if at - start > 40 or end - at < 20:  # a text is more than the end of a sentence
            break
        again = text.find(text[at : at + 4], start, at) >= 0 and not _DIVIDED.search(text, at, at + 4)
        if at - start >= 4 and text[at] not in "的和与及、，" and (again or begins.match(text, at, end)):
            return at
    return 0
