"""Decimal numbering (4, 4.1, 4.1.2, A.1, 6A.): the chain of numbers whose paths follow one another.

A number with points is a marker only at the start of a line, and only in company: 3.5 is an amount, 2021.3 a month,
unless 3.4 stood before it or 3.5.1 comes behind it. A number without any point (4 范围) belongs to the chain if numbers with points do.
The best chain is found in one pass: for each path what ends the best chain so far that is inside of it.
"""

from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import accumulate, zip_longest
from typing import NamedTuple

from ingest.han import width
from ingest.han.markers import Style
from ingest.outline.candidates import Marker
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

DECIMAL = Style("decimal", "decimal", 6, "", "4.1.2 一般要求", False, "", "3.5公里")

_MARKER = pattern(
    r"(?:附\s?[录錄]\s?)?([A-ZＡ-Ｚ](?:[.．][\d０-９]{1,3}){1,4}|[\d０-９]{1,3}(?:[.．][\d０-９]{1,3}){1,5}"
    r"|[\d０-９]{1,2}(?:[-－–—][\d０-９]{1,2}){1,3}|[\d０-９]{1,2}[A-ZＡ-Ｚ](?=[.．、])|[\d０-９]{1,2}(?=[ \t\u3000]|[\u4e00-\u9fff]{2})|[A-HＡ-Ｈ](?=[ \t\u3000]{1,4}[\u4e00-\u9fff]))"
    r"[.．、]?(?![\d０-９.．%％:：/／~～+*＊=°℃、，,\-－—）)])"
)
# What makes an amount, a version, a day or a grade of a number with points.
_AMOUNT = pattern(
    r"[亿億万萬千百余多元块吨噸斤克两米升秒分岁歲倍个個名人户戶次件版代级級寸成天日月年度折号號套台辆座条條頁页章％%℃]"
    r"|[节節](?![点目能约水日])|\s?(?:亿元|万元|元|吨|倍|米|公[里斤顷頃]|平方|立方|毫|厘|小时|左右|以上|以下|[kKmMcGTVWAHΩμ](?![A-Z]{2})[a-zA-Z²³]{0,3}(?![A-Za-z]))"
)
_LATIN = pattern(
    r"[A-Z][A-Za-z/+#.\-][^。；！？，]{0,30}[\u4e00-\u9fff][^。；！？，]{0,30}$"
)  # words of a heading that begins so
_VERSION = pattern(r"\d[.．](\d)")
_POINT = pattern(r"[.．\-－–—]")
_RUNNING = pattern("[。；！？]")
_GLUED = 12  # … and no longer than this where no blank is behind the number
_SHORTEST = 40  # a number without points heads a line no longer than this

_ALONE = pattern(r"(0?[1-9]|[1-9][0-9])(?:$|(?=[ \u3000]{1,3}[\u4e00-\u9fffA-Za-z“《「]))")
_GLUED_ON = pattern(r"[1-9]\d?(?=[\u4e00-\u9fff“《（])")
_HEAD = 30  # characters of a heading below such a number
_DONE = "。！？…”」；)）："
_OPEN = "。，；、：,;:"

_BITS = 15  # of a component


class _Number(NamedTuple):
    """A number: its components as printed and as numbers that order them (6, 6A, 7), and what tells each of its beginnings from
    others, from nothing to the whole. `dashed`: 2-1. `lettered`: 6A, 6A.1."""

    printed: tuple[str, ...]
    path: tuple[int, ...]
    keys: tuple[int, ...]
    dashed: bool
    lettered: bool


class _Run:
    """Candidates of a component, as columns: what each is as a marker, its number, its weight, and up to where words were looked for behind it."""

    def __init__(self) -> None:
        self.markers: list[Marker] = []
        self.numbers: list[_Number] = []
        self.weights: list[float] = []
        self.stops: list[int] = []

    def add(self, marker: Marker, number: _Number, weight: float, stop: int) -> None:
        self.markers.append(marker)
        self.numbers.append(number)
        self.weights.append(weight)
        self.stops.append(stop)


_SUFFIXES = 27  # none, and A to Z


def _component(printed: str) -> int:
    """6 and 6A as numbers that follow one another; a letter alone as one behind all others."""
    if printed.isalpha():
        return (1000 + ord(printed)) * _SUFFIXES
    digits = printed.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return int(digits) * _SUFFIXES + (ord(printed[-1]) - ord("A") + 1 if len(digits) < len(printed) else 0)


@lru_cache(4096)
def _number(printed: str) -> _Number:
    """What a path says."""
    parts = tuple(_POINT.split(width.fold(printed)))
    path = tuple(map(_component, parts))
    dashed = _POINT.search(printed)
    keys = accumulate(path, lambda key, component: key << _BITS | component, initial=1)
    lettered = any(component % _SUFFIXES for component in path)
    return _Number(parts, path, tuple(keys), dashed is not None and dashed[0] not in ".．", lettered)


def _read(text: str, line: LogicalLine, after: LogicalLine | None, run: _Run) -> None:
    """Adds the candidate that a line begins with to a run of them."""
    found = _MARKER.match(text, line.start, line.end)
    if found is None:
        return
    end = found.end()
    stop = min(line.end, end + 80)
    number = _number(found[1])
    several = len(number.path) > 1
    closed = several and text[end - 1] in ".．、"  # 2.1．AI 模型: what follows is no unit of measure
    if not closed and _AMOUNT.match(text, end, stop):
        return
    sign = text[end] if end < stop else ""
    blank = sign.isspace()
    glued = "\u4e00" <= sign <= "\u9fff" or sign in "“《（(【「[" or (closed and sign.isalpha())
    if not (blank or glued or (several and "A" <= sign <= "Z" and _LATIN.match(text, end, line.end))):
        return  # 2.1GSM-R 接口 is one
    weight = (1.0 if blank else 0.6) if several else (0.2 if blank else -0.6)
    if not several and not _heads_alone(text, line, after, end, stop, number.printed[0]):
        return
    # 1-based places of a count: a suffix stands between two numbers.
    marker = Marker(line.start, end, DECIMAL, number.path[-1] // _SUFFIXES, None, number.printed)
    run.add(marker, number, 0.4 if number.dashed else weight, stop)


def _heads_alone(text: str, line: LogicalLine, after: LogicalLine | None, end: int, stop: int, number: str) -> bool:
    """Whether a number without points that ends at `end` may head what follows it on its line, up to `stop`."""
    if not (number.isalpha() or number.isdecimal()):
        return True
    if line.end - end > _SHORTEST or _RUNNING.search(text, end, stop):
        return False
    body = text[end:stop].strip()
    if number.isdecimal() and (not body or body[0].isdigit()):
        return False
    first = after is not None and _below(text, after, number)
    if number.isalpha():
        return first  # A 总则, right above A.1
    return text[end].isspace() or ((len(body) <= _GLUED or first) and "，" not in body)


def _worded(text: str, run: _Run, i: int) -> bool:
    """Whether Chinese is behind a number."""
    return "\u4e00" <= text[run.markers[i].end : run.stops[i]].lstrip()[:1] <= "\u9fff"


def _before(component: int) -> Sequence[int]:
    """What may stand right before a component: 5 before 6, 6 before 6A, 6A before 6B, and 6A before 7."""
    if component % _SUFFIXES:
        return (component - 1,)
    return range(component - _SUFFIXES, component - _SUFFIXES + 4) if component else ()


def _chain(text: str, run: _Run) -> list[int]:
    """The candidates of the best chain."""
    # The best chains, each as the candidate that it ends with: by beginning those whose last path begins so, or is that; by parent
    # those that end below it.
    inside: dict[int, int] = {}
    exact: dict[int, int] = {}
    children: dict[int, int] = {}
    lettered = any(number.lettered for number in run.numbers)
    scores: list[float] = []  # of the best chain that ends with each candidate
    best, best_at = 0.0, -1
    back: list[int] = []
    linked: list[int] = []
    for i, number in enumerate(run.numbers):
        path, keys = number.path, number.keys
        parent, last = keys[-2], path[-1]
        late = last >= 2 * _SUFFIXES
        score, at, link = -1.9 if late else -0.9, -1, 0
        if best - 1.2 - late > score:
            score, at = best - 1.2 - late, best_at
        for previous in _before(last) if lettered else (last - _SUFFIXES,):
            known = inside.get(parent << _BITS | previous)
            if known is not None and scores[known] + 1.5 > score:
                score, at, link = scores[known] + 1.5, known, 1
        if len(path) > 1:
            if last == _SUFFIXES and path[-2] % _SUFFIXES == 0 and path[-2]:
                # 2.3 and then 3.1: who numbers 第三条 as such prints no 3.
                known = inside.get(keys[-3] << _BITS | path[-2] - _SUFFIXES)
                if known is not None and scores[known] + 0.6 > score:
                    score, at, link = scores[known] + 0.6, known, 1
            if last <= 2 * _SUFFIXES:
                # 1 绪论 and then 1.2: the source has lost the first number.
                known, gain = exact.get(parent), 0.3 if late else 1.2
                if (
                    known is not None
                    and scores[known] + gain > score
                    and not (late and not (_worded(text, run, i) and _worded(text, run, known)))
                ):
                    score, at, link = scores[known] + gain, known, not late
        child = children.get(parent)
        if child is not None and scores[child] - 0.4 > score and run.numbers[child].path[len(path) - 1] < last:
            score, at, link = scores[child] - 0.4, child, 0
        score += run.weights[i]
        scores.append(score)
        back.append(at)
        linked.append(link)
        known = exact.get(keys[-1])
        if known is None or score >= scores[known]:
            exact[keys[-1]] = i
        above = keys[0]
        for key in keys[1:]:
            known = inside.get(key)
            if known is None or score >= scores[known]:
                inside[key] = i
            child = children.get(above)
            if child is None or score >= scores[child]:
                children[above] = i
            above = key
        if score >= best:
            best, best_at = score, i
    out, at = [], best_at
    while at >= 0:
        out.append(at)
        at = back[at]
    out.reverse()
    links = points = 0
    for i in out:
        number = run.numbers[i]
        if len(number.path) > 1 or not number.printed[0].isdecimal():
            points += 1
            links += linked[i]
    return out if links >= 1 and points >= 2 else []


def _below(text: str, line: LogicalLine, number: str) -> bool:
    """Whether a line begins with the first number below this one: 4.1 below 4."""
    found = _MARKER.match(text, line.start, line.end)
    return found is not None and _number(found[1]).printed == (number, "1")


def choose(text: str, lines: Sequence[LogicalLine]) -> list[Marker]:
    """The decimal numbers that lines without a role begin with and that count, component by component."""
    out: list[Marker] = []
    run = _Run()
    versions = False  # whether a table of versions (1.0, 1.1), a cell a line, goes on
    for line, after in zip_longest(lines, lines[1:]):
        if line.opens:
            out += [run.markers[i] for i in _chain(text, run)]
            run = _Run()
        if (
            line.end - line.start == 3
            and line.role is None
            and text[line.start].isdigit()
            and (version := _VERSION.fullmatch(text, line.start, line.end))
        ):
            versions |= version[1] == "0"
            if versions:
                continue
        elif line.role is not None or line.end - line.start > _SHORTEST:
            versions = False
        if line.role is None and ((sign := text[line.start]).isdigit() or sign in "ABCDEFGH附ＡＢ"):
            _read(text, line, after, run)
    return out + [run.markers[i] for i in _chain(text, run)]


def bare(text: str, lines: Sequence[LogicalLine], counted: Container[int]) -> list[Marker]:
    """Numbers without any sign that a text counts by which has no numbers with points."""
    return _alone(text, lines, counted) or _glued(text, lines)


def _alone(text: str, lines: Sequence[LogicalLine], counted: Container[int]) -> list[Marker]:
    """Numbers without any sign (01) that stand on a line of their own above a heading, or a blank before it, with a text below: three
    and more that count from one. Between pages such a number stands in the middle of a sentence, or above the same words each time."""
    out: list[Marker] = []
    words: set[str] = set()
    for n in range(1, len(lines) - 1):
        line = lines[n]
        found = _ALONE.match(text, line.start, line.end) if line.role is None and text[line.start].isdigit() else None
        if found is None:
            continue
        own = found.end() == line.end
        head = lines[n + 1] if own else line
        body = lines[min(n + 1 + own, len(lines) - 1)]
        said = text[head.start if own else found.end() : head.end].strip()
        before = text[lines[n - 1].start : lines[n - 1].end]
        done = lines[n - 1].role is not None or before[-1] in _DONE or len(before) <= _HEAD
        told = (
            head.role is None
            and not (own and head.start in counted)
            and 2 <= len(said) <= _HEAD
            and said[-1] not in _OPEN
            and said not in words
        )
        if (
            int(found[1]) != len(out) + 1
            or not (done and told and body.end - body.start > len(said))
            or not said[0].isalpha()
        ):
            return []
        words.add(said)
        out.append(Marker(line.start, found.end(1), DECIMAL, int(found[1]), None, (found[1],)))
    return out if len(out) >= 3 else []


def _glued(text: str, lines: Sequence[LogicalLine]) -> list[Marker]:
    """Numbers glued to their sentences (1甲方保证……。): lists of four and more that count from one, a line each or nearly so."""
    out: list[Marker] = []
    run: list[Marker] = []
    first = last = 0
    for n, line in enumerate(lines):
        found = (
            _GLUED_ON.match(text, line.start, line.end) if text[line.start].isdigit() and line.role is None else None
        )
        if found is None or _AMOUNT.match(text, found.end(), line.end):
            continue
        number = int(found[0])
        goes_on = run and number == run[-1].number + 1 and n - last <= 3
        if not goes_on:
            out += run if _lists(run, first, last) else []
            run = []
        if goes_on or number == 1:
            first = first if run else n
            last = n
            run.append(Marker(line.start, found.end(), DECIMAL, number, None, (found[0],)))
    return out + run if _lists(run, first, last) else out


def _lists(run: Sequence[Marker], first: int, last: int) -> bool:
    """Whether such numbers are a list: enough of them, on most of the lines from the first to the last."""
    return len(run) >= 4 and 3 * len(run) >= 2 * (last - first + 1)
