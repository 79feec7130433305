"""Decimal numbering (4, 4.1, 4.1.2, A.1, 6A.): the chain of numbers whose paths follow one another.

A number with points is a marker only at the start of a line, and only in company: 3.5 is an amount, 2021.3 a month,
unless 3.4 stood before it or 3.5.1 comes behind it. A number without any point (4 范围) belongs to the chain if numbers with points do.
The best chain is found in one pass: for each path what ends the best chain so far that is inside of it.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ingest.han import width
from ingest.han.markers import Style
from ingest.outline.candidates import Marker
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

DECIMAL = Style("decimal", "decimal", 6, "", "4.1.2 一般要求", False, "", "3.5公里")

_MARKER = pattern(
    r"(?:附\s?[录錄]\s?)?(?P<path>[A-ZＡ-Ｚ](?:[.．][\d０-９]{1,3}){1,4}|[\d０-９]{1,3}(?:[.．][\d０-９]{1,3}){1,5}"
    r"|[\d０-９]{1,2}(?:[-－–—][\d０-９]{1,2}){1,3}|[\d０-９]{1,2}[A-ZＡ-Ｚ](?=[.．、])|[\d０-９]{1,2}(?=[ \t\u3000]|[\u4e00-\u9fff]{2}))"
    r"[.．、]?(?![\d０-９.．%％:：/／~～+*＊=°℃、，,\-－—）)])"
)
# What makes an amount, a version, a day or a grade of a number with points.
_AMOUNT = pattern(
    r"[亿億万萬千百余多元块吨噸斤克两米升秒分岁歲倍个個名人户戶次件版代级級寸成天日月年度折号號套台辆座条條頁页章％%℃]"
    r"|[节節](?![点目能约水日])|\s?(?:亿元|万元|元|吨|倍|米|公[里斤顷頃]|平方|立方|毫|厘|小时|左右|以上|以下|[kKmMcGTVWAHΩμ](?![A-Z]{2})[a-zA-Z²³]{0,3}(?![A-Za-z]))"
)
_POINT = pattern(r"[.．\-－–—]")
_RUNNING = pattern("[。；！？]")
_GLUED = 12  # … and no longer than this where no blank is behind the number
_SHORTEST = 40  # a number without points heads a line no longer than this

Path = tuple[tuple[int, str], ...]


class _Candidate(NamedTuple):
    start: int
    end: int
    printed: tuple[str, ...]
    path: Path
    weight: float


@lru_cache(4096)
def _component(printed: str) -> tuple[int, str]:
    """6A as (6, A); a letter alone as a number behind all others."""
    if printed.isalpha():
        return 1000 + ord(printed), ""
    digits = printed.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits), printed[len(digits) :]


def _candidate(text: str, line: LogicalLine, after: LogicalLine | None) -> _Candidate | None:
    found = _MARKER.match(text, line.start, line.end)
    if found is None:
        return None
    rest = text[found.end() : min(line.end, found.end() + 80)]
    printed = tuple(_POINT.split(width.fold(found["path"])))
    blank = rest[:1].isspace()
    closed = len(printed) > 1 and text[found.end() - 1] in ".．、"  # 2.1．AI 模型: what follows is no unit of measure
    if not closed and _AMOUNT.match(rest):
        return None
    if not blank and not (
        "\u4e00" <= rest[:1] <= "\u9fff" or rest[:1] in "“《（(【「[" or (closed and rest[:1].isalpha())
    ):
        return None
    if len(printed) == 1 and printed[0].isdecimal():
        body = rest.strip()
        if line.end - found.end() > _SHORTEST or not body or body[0].isdigit() or _RUNNING.search(body):
            return None
        first = after is not None and _below(text, after, printed[0])
        if not blank and ((len(body) > _GLUED and not first) or "，" in body):
            return None
    dashed = _POINT.search(found["path"])
    weight = (0.2 if blank else -0.6) if len(printed) == 1 else 1.0 if blank else 0.6
    if dashed is not None and dashed[0] not in ".．":
        weight = 0.4
    return _Candidate(found.start(), found.end(), printed, tuple(map(_component, printed)), weight)


@lru_cache(4096)
def _before(component: tuple[int, str]) -> list[tuple[int, str]]:
    """What may stand right before a component: 5 before 6, 6 before 6A, 6A before 6B, and 6A before 7."""
    number, letter = component
    if letter:
        return [(number, chr(ord(letter) - 1) if letter > "A" else "")]
    return [(number - 1, ""), *((number - 1, extra) for extra in "ABC")]


def _chain(candidates: Sequence[_Candidate]) -> list[int]:
    """The candidates of the best chain."""
    inside: dict[Path, tuple[float, int]] = {}  # by prefix: the best chain whose last path begins so
    exact: dict[Path, tuple[float, int]] = {}
    children: dict[Path, tuple[float, int, tuple[int, str]]] = {}  # by parent: the best chain that ends below it
    best = (0.0, -1)
    back: list[int] = []
    linked: list[int] = []
    for i, (_, _, _, path, weight) in enumerate(candidates):
        parent, last = path[:-1], path[-1]
        score, at, link = -0.9 if last[0] in (0, 1) else -1.9, -1, 0
        options: list[tuple[float, int, int]] = [(best[0] - 1.2 - (last[0] not in (0, 1)), best[1], 0)]
        for previous in _before(last):
            found = inside.get((*parent, previous))
            if found:
                options.append((found[0] + 1.5, found[1], 1))
        if parent and last == (1, "") and not parent[-1][1]:
            # 2.3 and then 3.1: who numbers 第三条 as such prints no 3.
            found = inside.get((*parent[:-1], (parent[-1][0] - 1, "")))
            if found:
                options.append((found[0] + 0.6, found[1], 1))
        if parent and last[0] in (0, 1) and parent in exact:
            options.append((exact[parent][0] + 1.2, exact[parent][1], 1))
        if parent in children and children[parent][2] < last:
            options.append((children[parent][0] - 0.4, children[parent][1], 0))
        for option in options:
            if option[0] > score:
                score, at, link = option
        score += weight
        back.append(at)
        linked.append(link)
        entry = (score, i)
        known = exact.get(path)
        if known is None or entry > known:
            exact[path] = entry
        above: Path = ()
        for component in path:
            prefix = (*above, component)
            known = inside.get(prefix)
            if known is None or score >= known[0]:
                inside[prefix] = entry
            child = children.get(above)
            if child is None or score >= child[0]:
                children[above] = (score, i, component)
            above = prefix
        if entry > best:
            best = entry
    out, at = [], best[1]
    while at >= 0:
        out.append(at)
        at = back[at]
    out.reverse()
    pointed = [i for i in out if len(candidates[i].path) > 1 or not candidates[i].printed[0].isdecimal()]
    links = sum(linked[i] for i in pointed)
    return out if links >= 1 and len(pointed) >= 2 else []


def _below(text: str, line: LogicalLine, number: str) -> bool:
    """Whether a line begins with the first number below this one: 4.1 below 4."""
    found = _MARKER.match(text, line.start, line.end)
    return found is not None and _POINT.split(width.fold(found["path"])) == [number, "1"]


def choose(text: str, lines: Sequence[LogicalLine]) -> list[Marker]:
    """The decimal numbers that lines without a role begin with and that count, component by component."""
    out: list[Marker] = []
    run: list[_Candidate] = []
    for n, line in enumerate(lines):
        if line.opens:
            out += _accepted(run)
            run = []
        if line.role is None and (text[line.start].isdigit() or text[line.start] in "ABCDEFGH附ＡＢ"):
            found = _candidate(text, line, lines[n + 1] if n + 1 < len(lines) else None)
            if found is not None:
                run.append(found)
    return out + _accepted(run)


def _accepted(run: Sequence[_Candidate]) -> list[Marker]:
    out = []
    for i in _chain(run):
        start, end, printed, path, _ = run[i]
        # 1-based places of a count: a suffix stands between two numbers.
        out.append(Marker(start, end, DECIMAL, path[-1][0], None, printed))
    return out
