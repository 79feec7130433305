"""What a text says of other places: references to units of the document itself and to other documents, and what to call a unit.

expressions  what stands in a text (grammar and names below it)
structure    the units of a document by their numbers
resolve      where an expression leads
citation     the name of a unit, and the way back
events       what a text says of its own making, force and end
elsewhere    which document a name means, among those at hand

Works on records, after the outline: a reference leads to units, and stands in one.
"""

from collections.abc import Callable, Sequence

from ingest.models import Event, Record, Reference
from ingest.references import events, expressions, names, resolve
from ingest.references.citation import Cited, citations, parse
from ingest.references.resolve import Context, Target
from ingest.references.structure import Structure

__all__ = ["Cited", "citations", "event_rows", "parse", "rows"]

_SILENT = frozenset(("title", "toc", "docno"))  # kinds that refer to nothing: a table of contents lists, a title names

Place = Callable[[Record, Sequence[tuple[int, int]]], Sequence[tuple[int, int]]]


def rows(records: Sequence[Record], *, doc_id: str, title: str | None, place: Place) -> tuple[Reference, ...]:
    """The references of a document (revision left empty), in reading order.

    `place` gives the page offsets of spans of a record's text. What leads into another document has its name and no
    target: that is looked for where the other documents are.
    """
    reader = _Reader(records, doc_id, title, place)
    for record in records:
        if record.text and record.kind not in _SILENT:
            reader.add(record)
    return tuple(reader.out)


class _Reader:
    """Reads one document's records in order."""

    def __init__(self, records: Sequence[Record], doc_id: str, title: str | None, place: Place) -> None:
        self.structure = Structure(records)
        self.short = names.short_names(r.text for r in records)
        self.amends = resolve.amended(title)
        self.own = names.key(title) if title else None
        self.doc_id = doc_id
        self.place = place
        self.out: list[Reference] = []
        self._lists: dict[str, Record] = {}  # the last article that the sentence before a list of items names

    def add(self, record: Record) -> None:
        """The references of one record."""
        found = list(expressions.find(record.text, self.short))
        if not found:
            return
        named: str | None = None
        article = self._lists.get(record.parent_eid or "")
        pages = self.place(record, [(e.start, e.end) for e in found])
        for expression, page in zip(found, pages, strict=True):
            lead = record.text[max(0, expression.start - 4) : expression.start]
            target = resolve.target(expression, Context(self.structure, record, self.amends, named, article, lead))
            if target.title and self.own == names.key(target.title) and not target.number:
                target = self._itself(expression, target)
            named = resolve.antecedent(expression) or named
            article = self._article(expression, target, article)
            self.out.append(_row(self.doc_id, len(self.out), record, expression, target, page))
        if article is not None and record.text.endswith(("：", ":")):
            self._lists[record.eid] = article

    def _article(self, expression: expressions.Expression, target: Target, before: Record | None) -> Record | None:
        """The article that 该条 or a bare 款 behind this expression means; none behind another document's."""
        if expression.base in ("relative", "that"):
            return before
        if not target.eids:
            return None if expression.base == "named" else before
        if all(step.unit != "条" for step in expression.places[-1].steps) if expression.places else True:
            return before
        return self.structure.enclosing(self.structure.by_eid[target.eids[-1]], "article")

    def _itself(self, expression: expressions.Expression, target: Target) -> Target:
        """A document that names itself by its title means itself."""
        if not expression.places:
            return Target(target.form, "found", certainty="exact")
        return resolve.places(expression.places, self.structure, None, target.form)


def _row(
    doc_id: str,
    ordinal: int,
    record: Record,
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
        quote=record.text[expression.start : expression.end],
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
    )


def event_rows(records: Sequence[Record], *, doc_id: str, place: Place) -> tuple[Event, ...]:
    """The events of a document (revision left empty), in reading order; `place` as for `rows`."""
    out: list[Event] = []
    for record, told in events.find(records):
        for event, (start, end) in zip(told, place(record, [(e.start, e.end) for e in told]), strict=True):
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
