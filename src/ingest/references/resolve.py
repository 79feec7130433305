"""From expressions to the units they lead to, within one document; what leads into another is left with its name.

Rules of the reading, as drafters use them: a bare article is the own document's; a bare 款 is of the article it stands in;
前款 is the 款 before; what an amending decision says of articles is said of the law that it amends.
"""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.models import Record, ReferenceForm
from ingest.references import attached, locate, names
from ingest.references.expressions import Expression
from ingest.references.grammar import Place, Step
from ingest.references.structure import Structure, is_container, scope
from ingest.references.targets import Found, Target


class Context(NamedTuple):
    """What an expression stands in: its record, the units around it, whether the document is a decision that amends others,
    the law that it amends there (None: none, or not said), the last document that was named before it in the same record,
    the last article likewise (in an item, before the list as well), the document whose article was named last instead of
    one of the own (None: none), the document of which the expression right before it names a 款 or 项
    (None: it names none), and the text right before it."""

    structure: Structure
    record: Record
    decides: bool
    amends: str | None
    named: str | None
    article: Record | None
    article_of: str | None
    unit_of: str | None
    lead: str


def target(expression: Expression, context: Context) -> Target:
    """What `expression` leads to from where it stands."""
    if expression.attachment is not None:
        return _attached(expression, context)
    form = _form(expression)
    if expression.base == "named":
        return Target(
            form,
            "elsewhere",
            title=expression.title,
            number=expression.number,
            certainty="likely" if expression.sure else "guess",
        )
    if expression.base == "that" and expression.relative is not None:
        if context.article_of:  # 民法典第三十六条第一款规定的…，该条第二款规定的…
            return Target(form, "elsewhere", title=context.article_of, certainty="likely")
        if context.article is None:
            return Target(form, "no-antecedent")
        return _below(expression, context.structure, context.article, None)._replace(certainty="likely")
    if expression.base == "that":
        if context.named is None:
            return Target(form, "no-antecedent")
        return Target(form, "elsewhere", title=context.named)
    if expression.relative is not None:
        return _relative(expression, context)
    if context.decides and _of_law(expression) and not _republished(context):
        law = context.amends or context.named
        return Target(form, "elsewhere", title=law) if law else Target(form, "no-antecedent")
    first = expression.places[0].steps[0]
    if context.article is not None and first.unit in ("款", "项") and context.lead.endswith(("违反", "有")):
        # 违反第二十条第一款规定的，…；违反第三款规定的: an article of penalties goes on with the article it punishes.
        made = _of_article(expression, context.structure, context.article)
        if made.reason == "found":
            return made._replace(certainty="likely")
    made = locate.places(expression.places, context.structure, context.record, form)
    if made.reason == "no-such-unit" and form == "part" and context.unit_of:
        # 渔业法第三十条第三项规定的…；第四项规定的…: the list of another law goes on.
        return Target("title-unit", "elsewhere", title=context.unit_of, certainty="likely")
    if (
        made.reason == "no-such-unit"
        and form == "article"
        and context.named is None
        and not context.structure.has_articles
    ):
        # 第二十三条 of a text that counts its units （二十三）, and calls them articles.
        made = locate.listed(expression.places, context.structure, form, lambda place: _running(place, context))
        return made._replace(certainty="likely") if made.reason == "found" else made
    return made


def _attached(expression: Expression, context: Context) -> Target:
    """附件2, and 附件1第三条: a unit of the text that is the attachment."""
    assert expression.attachment is not None
    whole = attached.target(expression.attachment, context.structure, scope(context.record.eid))
    if not expression.places or len(whole.eids) != 1:
        return whole
    inside = locate.places(expression.places, context.structure, context.structure.by_eid[whole.eids[0]], whole.form)
    if inside.reason != "found":  # it has no such units, or is a table
        return inside._replace(reason="several" if inside.reason == "several" else "no-such-unit")
    return inside._replace(certainty=whole.certainty)


def _republished(context: Context) -> bool:
    """Whether the record stands in the amended text, which a decision brings along as a whole."""
    where = scope(context.record.eid)
    return bool(where) and context.structure.article_of(context.record) is not None


def _running(place: Place, context: Context) -> Found:
    """The one unit of that number, of 一、 or of （一） that count on through the whole text."""
    step, *below = place.steps
    where = scope(context.record.eid)
    found = context.structure.counted(where, step.number) if step.suffix is None and not below else []
    return (found[0], "found") if len(found) == 1 else (None, "several" if found else "no-such-unit")


def _of_article(expression: Expression, structure: Structure, article: Record) -> Target:
    """The places of an expression that leaves its article out, below that article."""
    step = Step("条", article.number or 0, article.number_suffix)
    whole = [place._replace(steps=(step, *place.steps)) for place in expression.places]
    return locate.places(whole, structure, article, _form(expression))


def _form(expression: Expression) -> ReferenceForm:
    if expression.base == "that":
        return "that"
    if expression.relative is not None:
        return "relative"
    if expression.base == "named":
        if expression.title is None:
            return "number"
        return "title-unit" if expression.places else "title"
    if expression.base == "self":
        return "self"
    first = expression.places[0].steps[0]
    return "division" if is_container(first) else "article" if first.unit == "条" else "part"


def _of_law(expression: Expression) -> bool:
    """Whether a place is one of a law, and none of the decision itself, which has items and no articles."""
    return any(step.unit in ("编", "分编", "章", "节", "条") for place in expression.places for step in place.steps)


# ---------------------------------------------------------------- relative


_CONTAINER_KINDS = {"章": ("chapter",), "节": ("section",), "编": ("part",)}


def _relative(expression: Expression, context: Context) -> Target:
    relative, structure, record = expression.relative, context.structure, context.record
    assert relative is not None
    if relative.unit in _CONTAINER_KINDS:
        here = structure.enclosing(record, *_CONTAINER_KINDS[relative.unit])
        units = [] if here is None else [here] if not relative.back else structure.siblings_before(here, relative.back)
        if units and expression.places:
            step = Step(relative.unit, units[-1].number or 0)
            inner = [p._replace(steps=(step, *(s for s in p.steps if s.number))) for p in expression.places]
            return locate.places(inner, structure, record, "relative")
        return _these(units)
    article = structure.article_of(record)
    if article is None:
        return _beside(expression, structure, record) if not context.decides else Target("relative", "no-antecedent")
    if relative.unit == "条":
        units = [article] if not relative.back else structure.article_before(article, relative.back)
        return _these(units) if not expression.places or not units else _below(expression, structure, units[-1], None)
    at = structure.paragraph_of(article, record)
    own = structure.paragraphs(article)
    if relative.unit == "款":
        units = [own[at - 1]] if not relative.back else own[max(0, at - 1 - relative.back) : at - 1]
        if len(units) < max(1, relative.back):
            return Target("relative", "no-antecedent")
        return (
            _these(units) if not expression.places else _below(expression, structure, article, at - (relative.back > 0))
        )
    items = structure.items(article, at)
    me = next((n for n, r in enumerate(items) if record.eid == r.eid or record.eid.startswith(r.eid + "__")), None)
    if me is None:
        return Target("relative", "no-antecedent")
    return _these([items[me]] if not relative.back else items[me - relative.back : me] if me >= relative.back else [])


def _beside(expression: Expression, structure: Structure, record: Record) -> Target:
    """本项, 本款, 前款 in a text without articles: 项 is the nearest numbered unit, 款 are the blocks of it."""
    relative = expression.relative
    assert relative is not None
    here = structure.enclosing_numbered(record)
    if here is None or expression.places or structure.has_articles or relative.unit not in ("款", "项"):
        return Target("relative", "no-antecedent")
    if relative.unit == "项":
        units = (
            []
            if here.kind == "level1"
            else [here]
            if not relative.back
            else structure.siblings_before(here, relative.back)
        )
        return _these(units)._replace(certainty="likely") if units else Target("relative", "no-antecedent")
    own = structure.paragraphs(here)
    at = structure.paragraph_of(here, record)
    units = [own[at - 1]] if not relative.back else own[max(0, at - 1 - relative.back) : at - 1]
    if len(units) < max(1, relative.back):
        return Target("relative", "no-antecedent")
    return _these(units)._replace(certainty="likely")


def _these(units: Sequence[Record]) -> Target:
    if not units:
        return Target("relative", "no-antecedent")
    several = len(units) > 1
    eids = tuple(r.eid for r in units)
    return Target(
        "relative", "found", eids, eids[0] if several else None, eids[-1] if several else None, certainty="exact"
    )


def _below(expression: Expression, structure: Structure, article: Record, paragraph: int | None) -> Target:
    """本条第一款, 前款第（三）项: places below the article or 款 that the expression points at."""

    def unit_of(place: Place) -> Found:
        if place.steps[0].number == 0:  # the step that the relative stands for
            return locate.inside(article, [s for s in place.steps if s.number], structure, paragraph)
        return locate.one(place.steps, structure, article)

    return locate.listed(expression.places, structure, _form(expression), unit_of)


def antecedent(expression: Expression) -> str | None:
    """What 该法 behind this expression means."""
    return expression.title if expression.title and names.citable(expression.title) else None
