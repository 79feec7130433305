"""Places inside a document as texts print them: 第十条第二款第（三）项, 第三章至第五章, 第一项、第三项.

A place is a path of steps; a list or range of places is read as one, and a place that leaves out its first steps takes
them from the one before (第十条第二款、第三款).
"""

from typing import Literal, NamedTuple

from ingest.han import numerals
from ingest.patterns import pattern
from ingest.references import cues

StepUnit = Literal["编", "分编", "篇", "章", "节", "部分", "条", "款", "项", "目", "点"]
ORDER: tuple[StepUnit, ...] = ("编", "分编", "篇", "部分", "章", "节", "条", "款", "项", "目", "点")
CONTAINERS: frozenset[StepUnit] = frozenset(("编", "分编", "篇", "部分", "章", "节"))

N = rf"(?:[{numerals.HAN}]{{1,7}}|[0-9０-９]{{1,4}})"
_UNIT = r"编|分编|篇|章|节|部分|条|款|项|目|点(?![钟半])"
_STEP = pattern(
    rf"第\s?[（(]?(?P<n>{N})[）)]?\s?(?P<unit>{_UNIT})(?:之(?P<suffix>{N}))?"
    rf"|[（(](?P<bn>{N})[）)](?P<bunit>项|目)?"
)
_LISTED = cues.any_of("list", "range")
# 第三、四、五章, 第（一）、（三）项, 第五条（一）（二）项: the unit stands behind the last number only.
_SHARED = pattern(
    rf"(?P<sign>第)?\s?(?P<head>[（(]?{N}[）)]?(?:{_LISTED}\s?第?[（(]?{N}[）)]?|[（(]{N}[）)])+)\s?(?P<unit>{_UNIT})"
)
_SHARED_PART = pattern(rf"(?P<joint>{_LISTED})?\s?第?[（(]?(?P<n>{N})[）)]?")
_JOINT = pattern(rf"\s?(?P<joint>{cues.any_of('list', 'list-whole', 'range')})\s?(?=第|[（(]|{N}\s?(?:{_UNIT}))")
_AGAIN = pattern(rf"(?P<n>{N})\s?(?P<unit>条|款|项|章|节)(?![件例目约款线])")
_FIGURES = frozenset("0123456789０１２３４５６７８９")
_RANGE = pattern(cues.any_of("range"))
# What follows 第一项, 第二条 where a thing is counted and no unit named: 第一项工作, 第二条措施.
_COUNTED = pattern(cues.any_of("counted"))


def _through(joint: str | None) -> bool:
    """Whether a word between two places says that all between them are meant."""
    return joint is not None and _RANGE.fullmatch(joint) is not None


class Step(NamedTuple):
    """One step of a place: 第十条之一 is unit 条, number 10, suffix 1."""

    unit: StepUnit
    number: int
    suffix: int | None = None


class Place(NamedTuple):
    """A path of steps as printed at [start, end); `through`: a range runs from the place before to this one. `figures`: its
    last number is printed in figures (第2项)."""

    steps: tuple[Step, ...]
    start: int
    end: int
    through: bool = False
    figures: bool = False


def steps(text: str, at: int) -> Place | None:
    """The place that begins at `at`; None where none does."""
    found: list[Step] = []
    end, figures = at, False
    while match := _STEP.match(text, end):
        unit: StepUnit = match["unit"] or match["bunit"] or "项"  # type: ignore[assignment]
        number = numerals.value(match["n"] or match["bn"])
        if number is None or (match["bn"] and not match["bunit"] and not found and at == end):
            break
        pointed = (
            len(found) == 1 and found[0].unit == "点"
        )  # 第二点第（一）项: a 点 may stand above as well as below a 项
        if found and ORDER.index(unit) <= ORDER.index(found[-1].unit) and not (pointed and unit in ("款", "项", "目")):
            break
        if match["bn"] and not match["bunit"] and (not found or found[-1].unit not in ("条", "款")):
            break
        suffix = numerals.value(match["suffix"]) if match["suffix"] and unit == "条" else None
        found.append(Step(unit, number, suffix))
        figures = (match["n"] or match["bn"])[0] in _FIGURES
        end = match.end() if suffix is not None or not match["suffix"] else match.start("suffix") - 1
    if not found or _COUNTED.match(text, end):
        return None
    return Place(tuple(found), at, end, figures=figures)


def _shared(text: str, at: int, above: tuple[Step, ...], bare: bool = False) -> list[Place]:
    """第三、四章 as places, each below the steps `above` it; empty where it is no such list. `bare`: 第 may be left out."""
    match = _SHARED.match(text, at)
    if match is None or _COUNTED.match(text, match.end()):
        return []
    if match["sign"] is None and not (bare or (above and above[-1].unit in ("条", "款") and match["head"][0] in "（(")):
        return []
    unit: StepUnit = match["unit"]  # type: ignore[assignment]
    if above and ORDER.index(unit) <= ORDER.index(above[-1].unit):
        return []
    out = []
    for part in _SHARED_PART.finditer(text, match.start("head"), match.end("head")):
        number = numerals.value(part["n"])
        if number is None:
            return []
        out.append(
            Place(
                (*above, Step(unit, number)),
                part.start("n"),
                part.end(),
                _through(part["joint"]),
                part["n"][0] in _FIGURES,
            )
        )
    return [out[0]._replace(start=at), *out[1:-1], out[-1]._replace(end=match.end())]


def _next(text: str, at: int) -> list[Place]:
    """The place at `at`; several where their unit stands behind the last number only (第二十条第（一）、（二）项)."""
    if shared := _shared(text, at, ()):
        return shared
    one = steps(text, at)
    if one is None:
        return []
    if shared := _shared(text, one.end, one.steps):
        return [shared[0]._replace(start=at), *shared[1:]]
    # 第五条（二）、（三）项: the first number was read as a step, and its unit stands behind the last.
    if len(one.steps) > 1 and one.steps[-1].unit == "项" and text[one.end - 1] in "）)":
        opened = max(text.rfind("（", at, one.end), text.rfind("(", at, one.end))
        if text[opened - 1] != "第" and (shared := _shared(text, opened, one.steps[:-1])):
            return [shared[0]._replace(start=at), *shared[1:]]
    return [one]


def items(text: str, at: int) -> list[Place]:
    """（一）至（三）项 and （二）项, where 第 is left out."""
    if shared := _shared(text, at, (), bare=True):
        return shared
    match = _STEP.match(text, at)
    number = numerals.value(match["bn"]) if match and match["bunit"] else None
    return [Place((Step("项", number),), at, match.end())] if match and number is not None else []


def _again(text: str, at: int, before: Step) -> Place | None:
    """三十四条 behind 第三十三条、: a further number of the same unit, greater than the one before."""
    match = _AGAIN.match(text, at)
    number = numerals.value(match["n"]) if match and match["unit"] == before.unit else None
    if match is None or number is None or number <= before.number or _COUNTED.match(text, match.end()):
        return None
    return Place((Step(before.unit, number),), at, match.end())


def places(text: str, at: int, above: tuple[Step, ...] = (), *, first: bool = False) -> list[Place]:
    """The list of places that begins at `at`, each whole; `above` are steps that the first one may leave out.

    `first`: nothing is read behind its first range, as `cut` needs no more.
    """
    out: list[Place] = []
    through = False
    while read := _next(text, at) or ([again] if out and (again := _again(text, at, out[-1].steps[-1])) else []):
        for n, place in enumerate(read):
            before = out[-1].steps if out else above
            whole = (*_left_out(place.steps, before), *place.steps)
            out.append(place._replace(steps=whole, through=place.through or (through and n == 0)))
        if first and any(place.through for place in out[-len(read) :]):
            break
        joint = _JOINT.match(text, out[-1].end)
        if joint is None or (text[joint.end()] in "（(" and out[-1].steps[-1].unit != "项"):
            break
        at, through = joint.end(), _through(joint["joint"])
    return out


def cut(found: list[Place]) -> list[Place]:
    """The first places of a list that are one expression: a range by itself, or what stands before one."""
    at = next((n for n, place in enumerate(found) if place.through), 0)
    return found if not at else found[:2] if at == 1 else found[: at - 1]


def _left_out(own: tuple[Step, ...], before: tuple[Step, ...]) -> tuple[Step, ...]:
    """The first steps of a place that leaves them to the one before: an article is known by itself, a 款 is not."""
    if own[0].unit == "条" or not before:
        return ()
    rank = ORDER.index(own[0].unit)
    top = before[:1] if before[0].unit == "点" and own[0].unit in ("款", "项", "目") else ()
    return top + tuple(s for s in before[len(top) :] if ORDER.index(s.unit) < rank)
