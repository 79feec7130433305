"""What a text says of other places: references to units of the document itself and to other documents, and what to call a unit.

expressions  what stands in a text (grammar, names and the words of cues below it)
structure    the units of a document by their numbers
attached     attachments by theirs
targets      what leading somewhere is
locate       the units that places name
resolve      where an expression leads
citation     the name of a unit, and the way back
amending     which texts a decision amends
events       what a text says of its own making, force and end
elsewhere    which document a name means, among those at hand
force        the level of legal force of a document

Works on records, after the outline: a reference leads to units, and stands in one.
"""

from collections.abc import Callable, Sequence

from ingest.models import Event, Record, Reference, Within
from ingest.patterns import pattern
from ingest.references import amending, events, expressions, locate, names, resolve
from ingest.references.citation import Cited, citations, parse
from ingest.references.force import level as force_of
from ingest.references.resolve import Context
from ingest.references.structure import Structure, is_container, scope
from ingest.references.targets import Target

__all__ = ["Cited", "Place", "Spans", "Structure", "citations", "event_rows", "force_of", "parse", "rows"]

# 《…办法》、《…规定》同时废止: an older text of that title, whatever the title of the one that says so.
_ENDS = pattern(
    r"(?:[（(][^（）()]{0,60}[）)])?"
    r"(?:[、，]?(?:和|及|以及)?[^《》。；，\n]{0,40}《(?:[^《》]|《[^《》]*》){1,120}》(?:[（(][^（）()]{0,60}[）)])?){0,30}"
    r"[^《》。；，\n]{0,16}(?:废止|失效|停止执行)"
)
_SILENT = frozenset(("title", "toc", "docno"))  # kinds that refer to nothing: a table of contents lists, a title names

Spans = Sequence[tuple[int, int]]
Place = Callable[[Record, Spans, Within], Spans]
"""Page offsets of spans of a record's text, or of its heading."""


def rows(units: Structure, *, doc_id: str, title: str | None, place: Place) -> tuple[Reference, ...]:
    """The references of a document (revision left empty), in reading order.

    `place` gives the page offsets of spans of a record's text or heading. What leads into another document has its name and no
    target: that is looked for where the other documents are.
    """
    reader = _Reader(units, doc_id, title, place)
    for record in units.records:
        if record.kind not in _SILENT:
            reader.add(record)
    return tuple(reader.out)


class _Reader:
    """Reads one document's records in order."""

    def __init__(self, units: Structure, doc_id: str, title: str | None, place: Place) -> None:
        self.structure = units
        self.short = names.short_names(text for r in units.records for text in (r.heading, r.text) if text)
        amended = amending.of_title(title)
        self.decides = amended is not None
        self.amends = amended.law if amended else None
        self.several = amended is not None and amended.law is None
        self.own = names.key(title) if title else None
        self.titles = [*([self.own] if self.own else []), *self.structure.titles]
        self.doc_id = doc_id
        self.place = place
        self.out: list[Reference] = []
        self._named: str | None = None  # the last document that the record names, or what it stands below does
        self._above: dict[str | None, str] = {}  # the last document that each unit names
        self._lists: dict[str | None, Record] = {}  # the last article that the sentence before a list of items names

    def add(self, record: Record) -> None:
        """The references of one record: those of its heading, and of the text behind it."""
        article = self._lists.get(record.parent_eid)
        if self.several:
            self.amends = amending.section(record.heading or record.text) or self.amends
        self._named = self._above.get(record.parent_eid)
        if record.heading:
            article = self._read(record, "heading", record.heading, article)
        if record.text:
            article = self._read(record, None, record.text, article)
        if article is not None and (record.text or record.heading or "").endswith(("：", ":")):
            self._lists[record.eid] = article
        if self._named is not None:
            self._above[record.eid] = self._named

    def _read(self, record: Record, within: Within, text: str, article: Record | None) -> Record | None:
        """The references of a heading or text; gives the last article that it names, `article` where it names none."""
        read = expressions.find(text, self.short, self.titles)
        if not read:
            return article
        found = [expression for expression in read if not _labels(expression, text, within)]
        inside: str | None = None
        other: str | None = None  # the document whose article was named last
        pages = self.place(record, [(e.start, e.end) for e in found], within)
        for expression, page in zip(found, pages, strict=True):
            lead = text[max(0, expression.start - 4) : expression.start]
            target = resolve.target(
                expression,
                Context(self.structure, record, self.decides, self.amends, self._named, article, other, inside, lead),
            )
            if target.title and not target.number:
                target = self._here(expression, target, text, record)
            self._named = resolve.antecedent(expression) or self._named
            article = self._article(expression, target, article)
            if expression.base not in ("relative", "that") and _names_article(expression):
                other = target.title
            if expression.base != "relative":
                inside = (
                    expression.title
                    if expression.places and expression.places[-1].steps[-1].unit in ("款", "项")
                    else None
                )
                inside = inside or (target.title if target.form == "title-unit" and expression.base == "bare" else None)
            quote = text[expression.start : expression.end]
            self.out.append(_row(self.doc_id, len(self.out), record, within, quote, expression, target, page))
        return article

    def _article(self, expression: expressions.Expression, target: Target, before: Record | None) -> Record | None:
        """The article that 该条 or a bare 款 behind this expression means; none behind another document's."""
        if expression.base in ("relative", "that"):
            return before
        if not target.eids:
            return None if expression.base == "named" else before
        if all(step.unit != "条" for step in expression.places[-1].steps) if expression.places else True:
            return before
        return self.structure.article_of(self.structure.by_eid[target.eids[-1]])

    def _here(self, expression: expressions.Expression, target: Target, text: str, record: Record) -> Target:
        """A document that names itself by its title means itself, and a notice the text that it brings along."""
        title = names.key(target.title or "")
        if title not in self.titles or (not expression.places and _ENDS.match(text, expression.end)):
            return target
        if self.decides and expression.places and not scope(record.eid):
            return (
                target  # what a decision orders is said of the law as it was, not of the new text that it brings along
            )
        if self.own == title:
            if not expression.places:
                return Target(target.form, "found", certainty="exact")
            return locate.places(expression.places, self.structure, None, target.form)
        if (bundled := self.structure.bundled(title)) is None:
            return target
        if not expression.places:
            return Target(target.form, "found", (bundled.eid,), certainty="exact")
        return locate.places(expression.places, self.structure, bundled, target.form)


def _names_article(expression: expressions.Expression) -> bool:
    """Whether an expression says which article it means."""
    return bool(expression.places) and any(step.unit == "条" for step in expression.places[-1].steps)


def _labels(expression: expressions.Expression, text: str, within: Within) -> bool:
    """Whether what stands there is a unit's own number, and refers to nothing: 第六章 at the start of a heading where the
    outline found no chapter, 第一部分：… at the start of a line, 附件2 before its name."""
    before = text[: expression.start].rpartition("\n")[2]
    if any(char.isalnum() for char in before.removeprefix("附件")):
        return False
    named = not text[expression.end : expression.end + 1].strip(" \u3000\t\n\xa0：:.．")
    if expression.attachment is not None:
        return named and text[expression.start] != "本"
    if expression.base != "bare" or not is_container(expression.places[0].steps[0]):
        return False
    return within == "heading" or named


def _row(
    doc_id: str,
    ordinal: int,
    record: Record,
    within: Within,
    quote: str,
    expression: expressions.Expression,
    target: Target,
    page: tuple[int, int],
) -> Reference:
    own = target.title is None and target.number is None and target.reason == "found"
    return Reference(
        reference_id=f"{doc_id}@{ordinal}",
        doc_id=doc_id,
        revision="",
        ordinal=ordinal,
        record_id=record.record_id,
        text_start=expression.start,
        text_end=expression.end,
        start=page[0],
        end=page[1],
        quote=quote,
        form=target.form,
        target_title=target.title,
        target_number=target.number,
        target_doc_id=doc_id if own else None,
        target_revision=None,
        target_eids=target.eids,
        target_first=target.first,
        target_last=target.last,
        certainty=target.certainty,
        reason=target.reason,
        within=within,
    )


def event_rows(records: Sequence[Record], *, doc_id: str, place: Place) -> tuple[Event, ...]:
    """The events of a document (revision left empty), in reading order; `place` as for `rows`."""
    out: list[Event] = []
    for record, within, told in events.find(records):
        for event, (start, end) in zip(told, place(record, [(e.start, e.end) for e in told], within), strict=True):
            out.append(
                Event(
                    doc_id=doc_id,
                    revision="",
                    ordinal=len(out),
                    date=event.day,
                    kind=event.kind,
                    body=event.body,
                    number=event.number,
                    target_doc_id=None,
                    start=start,
                    end=end,
                )
            )
    return tuple(out)
