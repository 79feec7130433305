"""The units that places name (第十条第二款第（三）项): looked up among the units of one document, from where the text stands that
names them, or from outside.
"""

from collections.abc import Callable, Sequence

from ingest.models import Record, ReferenceForm
from ingest.references.grammar import Place, Step
from ingest.references.structure import Structure, is_container, scope
from ingest.references.targets import Found, Target


def places(found: Sequence[Place], structure: Structure, record: Record | None, form: ReferenceForm) -> Target:
    """The units that a list of places names in `structure`. `record` is where the list stands (None: in another document)."""

    def unit_of(place: Place) -> Found:
        if (
            record
            and place.figures
            and form == "part"
            and place.steps[0].unit in ("项", "点")
            and not structure.has_articles
        ):
            return _figured(place.steps, structure, record)
        return one(place.steps, structure, record, form == "self")

    return listed(found, structure, form, unit_of)


def _figured(steps: Sequence[Step], structure: Structure, record: Record) -> Found:
    """上述第2、4项 in a text without articles: the 2. and 4. that stand next to the one that says so."""
    here: Record | None = record
    while here is not None and len(steps) == 1:
        found = [
            r for r in structure.numbered_children(here)
            if r.number == steps[0].number and r.label and any(char.isdigit() and char.isdecimal() for char in r.label)
        ]  # fmt: skip
        if found:
            return (found[0], "found") if len(found) == 1 else (None, "several")
        here = structure.by_eid.get(here.parent_eid) if here.parent_eid else None
    return None, "no-such-unit"


def listed(
    found: Sequence[Place], structure: Structure, form: ReferenceForm, unit_of: Callable[[Place], Found]
) -> Target:
    """The units of a list of places, ranges filled in; the first place without a unit says why there is no target."""
    eids: list[str] = []
    first = last = None
    before: Record | None = None
    for place in found:
        unit, why = unit_of(place)
        if unit is None:
            return Target(form, why)
        if place.through and before is not None:
            run = structure.between(before, unit)
            if not run:
                return Target(form, "no-such-unit")
            first, last = (first or before.eid), unit.eid
            eids += [r.eid for r in run if r.eid not in eids]
        elif unit.eid not in eids:
            eids.append(unit.eid)
        before = unit
    return Target(form, "found", tuple(eids), first, last, certainty="exact")


def one(steps: Sequence[Step], structure: Structure, record: Record | None, itself: bool = False) -> Found:
    """The unit of one place; `itself`: the text says that it is one of its own (本通知第五条)."""
    where = scope(record.eid) if record else ""
    here: Record | None = None
    rest = list(steps)
    while rest and is_container(rest[0]):
        unit, why = _container(rest.pop(0), structure, record, where, here)
        if unit is None:
            return None, why
        here = unit
    if not rest:
        return here, "found"
    if rest[0].unit == "条":
        step = rest.pop(0)
        article, why = _article(step, structure, record, where, here)
        if article is None and itself and why == "no-such-unit":
            article, why = _own(step, structure, where)
        if article is None:
            return None, why
        return inside(article, rest, structure, None)
    article = structure.article_of(record) if record else None
    if article is None:
        return _part(rest, structure, record, where, here)
    paragraph = structure.paragraph_of(article, record) if record and rest[0].unit != "款" else None
    return inside(article, rest, structure, paragraph)


def _container(step: Step, structure: Structure, record: Record | None, where: str, above: Record | None) -> Found:
    found = structure.containers(step, where, above) or (structure.containers(step, "", above) if where else [])
    if len(found) > 1 and above is None and record is not None:
        # 第二节 alone is of the chapter that one reads in.
        around = structure.enclosing(record, "chapter" if step.unit == "节" else "part")
        found = [r for r in found if around and r.eid.startswith(around.eid + "__")] or found
    return (found[0], "found") if len(found) == 1 else (None, "several" if found else "no-such-unit")


def _article(step: Step, structure: Structure, record: Record | None, where: str, above: Record | None) -> Found:
    found = structure.articles(step, where) or (structure.articles(step, "") if where else [])
    if not found and step.suffix == 1:  # 第三条、第四条之一: one of them, where there is no such article
        return _article(step._replace(suffix=None), structure, record, where, above)
    if above is not None:
        found = [r for r in found if r.eid.startswith(above.eid + "__")]
    if len(found) > 1 and record is not None:
        around = structure.enclosing(record, "part", "chapter")
        found = [r for r in found if around and r.eid.startswith(around.eid + "__")] or found
    return (found[0], "found") if len(found) == 1 else (None, "several" if found else "no-such-unit")


def _own(step: Step, structure: Structure, where: str) -> Found:
    """本办法第六条 in a table beside the only text that has articles; 本通知第五条 where no text has any and 五、 is meant, or
    （五） where that is the one of its number."""
    found = structure.articles_anywhere(step)
    if not structure.has_articles and step.suffix is None:
        found = structure.counted(where, step.number, "level1") or structure.counted(where, step.number, "level2")
    return (found[0], "found") if len(found) == 1 else (None, "several" if found else "no-such-unit")


def inside(article: Record, steps: Sequence[Step], structure: Structure, paragraph: int | None) -> Found:
    """A 款, 项 or 目 of an article. `paragraph` is the 款 to begin with where none is named; an article's first 项 else."""
    here = article
    rest = list(steps)
    if rest and rest[0].unit == "款":
        paragraph = rest.pop(0).number
        own = structure.paragraphs(article)
        if not 1 <= paragraph <= len(own):
            return None, "no-such-unit"
        here = own[paragraph - 1]
    if not rest:
        return here, "found"
    if rest[0].unit == "项":
        number = rest.pop(0).number
        counts = [paragraph] if paragraph else range(1, len(structure.paragraphs(article)) + 1)
        found = [r for n in counts for r in structure.items(article, n) if r.number == number]
        if not found and paragraph:
            # In an article with one list, its last 款 speaks of 第一项 without saying whose.
            every = range(1, len(structure.paragraphs(article)) + 1)
            found = (
                [r for n in every for r in structure.items(article, n) if r.number == number]
                if not _named(steps)
                else []
            )
        if len(found) != 1:
            return None, "several" if found else "no-such-unit"
        here = found[0]
    for step in rest:
        below = [r for r in structure.numbered_children(here) if r.number == step.number]
        if len(below) != 1:
            return None, "several" if below else "no-such-unit"
        here = below[0]
    return here, "found"


def _named(steps: Sequence[Step]) -> bool:
    """Whether the place names its 款."""
    return steps[0].unit == "款"


def _part(
    steps: Sequence[Step], structure: Structure, record: Record | None, where: str, above: Record | None
) -> Found:
    """（二十三） of a text that has no articles: the one unit that prints that number so."""
    if structure.has_articles and above is None:
        return None, "no-antecedent"
    step, *below = steps
    if step.unit == "点":
        return _point(step, below, structure, where)
    if step.unit != "项" or below:
        return None, "no-such-unit"
    found = [
        r for r in structure.records
        if r.kind == "level2" and r.number == step.number and scope(r.eid) == where
        and (above is None or r.eid.startswith(above.eid + "__"))
    ]  # fmt: skip
    if len(found) > 1 and record is not None:
        around = structure.enclosing(record, "level1")
        found = [r for r in found if around and r.parent_eid == around.eid] or found
    return (found[0], "found") if len(found) == 1 else (None, "several" if found else "no-such-unit")


def _point(step: Step, below: Sequence[Step], structure: Structure, where: str) -> Found:
    """本通告第二点, 第二点第（一）项: of the units 一、 of a text, and below."""
    found = structure.counted(where, step.number, "level1")
    if len(found) != 1:
        return None, "several" if found else "no-such-unit"
    return inside(found[0], below, structure, None)
