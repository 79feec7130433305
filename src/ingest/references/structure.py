"""The units of a document by their numbers: articles, their 款 and 项, chapters, numbered parts, attachments.

款 are the article's own text and its `paragraph` children, in order; 项 are the numbered units below a 款, 目 those below a 项.
A document bundled with another (`att_1__…`) has a numbering of its own.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import NamedTuple

from ingest.han import numerals
from ingest.models import Record
from ingest.patterns import pattern
from ingest.references import names
from ingest.references.grammar import CONTAINERS, Step

_KINDS = {"编": "part", "篇": "part", "部分": "part", "分编": "subpart", "章": "chapter", "节": "section"}
_COMPONENT = pattern(r"att_\d+")
# A line of a list of attachments: 附件：1．云栖市渔港名单, 2. ….
_LISTED = pattern(
    rf"(?m)^(?:附[件表录]\s?[：:]?\s*)?(?P<n>[0-9０-９]{{1,2}}|[{numerals.HAN}]{{1,3}})\s*[.．、]\s*(?P<name>\S.*)$"
)
_NUMBERED = frozenset(
    ("level1", "level2", "level3", "level4", "level5", "decimal", "letter", "formal", "question", "answer")
)


def scope(eid: str) -> str:
    """The component of a bundled document that a unit stands in (att_1); empty in the document itself."""
    return eid.partition("__")[0] if eid.startswith("att_") else ""


class Structure:
    """Looks up the units of one document's `records` (in reading order)."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self.by_eid = {r.eid: r for r in records}
        self._children: dict[str | None, list[Record]] = defaultdict(list)
        self._articles: dict[tuple[str, int | None, int | None], list[Record]] = defaultdict(list)
        self._in_order: dict[str, list[Record]] = defaultdict(list)
        self._containers: dict[tuple[str, str, int | None], list[Record]] = defaultdict(list)
        self._paragraphs: dict[str, list[Record]] = {}  # by the article that was asked for
        self._attachments: list[Record] = []
        self._named: list[tuple[str, Record]] | None = None
        self._article_of: dict[str | None, Record | None] = {None: None}
        children, holding = self._children, self._article_of
        for record in records:
            eid, parent, kind = record.eid, record.parent_eid, record.kind
            children[parent].append(record)
            if kind == "article":
                holding[eid] = record
                where = scope(eid)
                self._articles[where, record.number, record.number_suffix].append(record)
                self._in_order[where].append(record)
                continue
            holding[eid] = holding.get(parent)
            if kind == "attachment":
                if record.depth == 0:
                    self._attachments.append(record)
            elif record.number is not None:
                self._containers[scope(eid), kind, record.number].append(record)

    @property
    def has_articles(self) -> bool:
        """Whether the document is divided into articles."""
        return bool(self._articles)

    def article_of(self, record: Record) -> Record | None:
        """The article that holds `record`, itself included."""
        return self._article_of[record.eid]

    def enclosing(self, record: Record, *kinds: str) -> Record | None:
        """The nearest unit of these kinds that holds `record`, itself included."""
        here: Record | None = record
        while here is not None and here.kind not in kinds:
            here = self.by_eid.get(here.parent_eid) if here.parent_eid else None
        return here

    def enclosing_numbered(self, record: Record) -> Record | None:
        """The nearest numbered unit of a list (一、, （一）, 1.) that holds `record`, itself included."""
        here: Record | None = record
        while here is not None and here.kind not in _NUMBERED:
            here = self.by_eid.get(here.parent_eid) if here.parent_eid else None
        return here

    def counted(self, where: str, number: int, *kinds: str) -> list[Record]:
        """The units of that number and of these kinds (by default 一、 and （一）) in a scope."""
        return [r for kind in kinds or ("level1", "level2") for r in self._containers.get((where, kind, number), ())]

    def paragraphs(self, article: Record) -> list[Record]:
        """The 款 of an article, the first one being the article itself; the list is kept, and not to be changed."""
        found = self._paragraphs.get(article.eid)
        if found is None:
            own = (r for r in self._children[article.eid] if r.kind == "paragraph")
            found = self._paragraphs[article.eid] = [article, *own]
        return found

    def paragraph_of(self, article: Record, record: Record) -> int:
        """Which 款 of its article (from 1) `record` belongs to."""
        return bisect_right(self.paragraphs(article), record.ordinal, key=attrgetter("ordinal")) or 1

    def items(self, article: Record, paragraph: int) -> list[Record]:
        """The 项 of the 款 `paragraph` (from 1)."""
        own = self.paragraphs(article)
        if not 1 <= paragraph <= len(own):
            return []
        low = own[paragraph - 1]
        high = own[paragraph].ordinal if paragraph < len(own) else len(self.records)
        below = (
            self._children[article.eid] if low is article else [*self._children[article.eid], *self._children[low.eid]]
        )
        return [r for r in below if r.kind in _NUMBERED and low.ordinal < r.ordinal < high]

    def numbered_children(self, record: Record) -> list[Record]:
        """The numbered units right below `record`."""
        return [r for r in self._children[record.eid] if r.kind in _NUMBERED]

    def articles(self, step: Step, where: str) -> list[Record]:
        """The articles of that number in a scope."""
        return self._articles.get((where, step.number, step.suffix), [])

    def articles_anywhere(self, step: Step) -> list[Record]:
        """The articles of that number in the only scope that has articles; none where several scopes have."""
        scopes = {where for where, _, _ in self._articles}
        return self.articles(step, scopes.pop()) if len(scopes) == 1 else []

    def article_before(self, article: Record, count: int) -> list[Record]:
        """The `count` articles before an article, in order; fewer than that: none."""
        own = self._in_order[scope(article.eid)]
        at = _place(own, article)
        return own[at - count : at] if at >= count else []

    def between(self, first: Record, last: Record) -> list[Record]:
        """The units from `first` to `last` of their kind (项: of their parent as well), in order."""
        if last.kind == "paragraph" and last.parent_eid == first.eid:
            own = self.paragraphs(first)  # from the first 款, which is the article itself
            return own[: _place(own, last) + 1]
        if first.kind != last.kind or last.ordinal < first.ordinal:
            return []
        same = self.records[first.ordinal : last.ordinal + 1]
        nested = first.kind in _NUMBERED or first.kind == "paragraph"
        where = scope(first.eid)
        return [
            r for r in same
            if r.kind == first.kind and scope(r.eid) == where and (not nested or r.parent_eid == first.parent_eid)
        ]  # fmt: skip

    def containers(self, step: Step, where: str, above: Record | None) -> list[Record]:
        """The chapters, sections, parts of that number in a scope, below `above` where that is given."""
        found = list(self._containers.get((where, _KINDS[step.unit], step.number), []))
        if step.unit == "部分" and not found:
            found = [r for r in self._containers.get((where, "level1", step.number), []) if r.depth == 0 or where]
        if above is not None:
            found = [r for r in found if r.eid.startswith(above.eid + "__")]
        return found

    def siblings_before(self, record: Record, count: int) -> list[Record]:
        """The `count` units of the same kind and parent before `record`; fewer than that: none."""
        own = [r for r in self._children[record.parent_eid] if r.kind == record.kind]
        at = _place(own, record)
        return own[at - count : at] if at >= count else []

    def attachments(self, word: str, number: int | None, where: str = "") -> list[Record]:
        """The attachments of that number that are called so (附件, 附表), or by any word where none is; the only one
        there is where no number is given, that of the scope `where` aside, which is said to have one."""
        own = self._attachments
        if number is None:
            own = [r for r in own if r.eid != where]
            contents = [r for r in own if _COMPONENT.fullmatch(r.eid)]
            return contents if len(contents) == 1 else own if len(own) == 1 else []
        called = [r for r in own if (r.label or r.text).startswith(word)]
        return [r for r in called or own if r.number == number]

    def lists_several(self, attachment: Record) -> bool:
        """Whether an attachment is the list of several, none of which need be on the page."""
        return not _COMPONENT.fullmatch(attachment.eid) and len(self._listed()) > 1

    def attachment_labelled(self, said: str) -> Record | None:
        """The attachment whose label is printed just so (附件1-1)."""
        return next((r for r in self._attachments if "".join((r.label or "").split()).rstrip("：:.、") == said), None)

    def component(self, number: int) -> "Component | None":
        """The bundled document that is attachment `number`, where it prints no number itself: the one that bears the
        name which the list of attachments has there, or (not `sure`) without such a list the one that comes in that place."""
        listed = self._listed()
        if listed:
            name = listed.get(number)
            found = [r for key, r in self._titles() if name and key == name]
            return Component(found[0], True) if len(found) == 1 else None
        record = self.by_eid.get(f"att_{number}") or self.by_eid.get(f"att_{number}__title")
        return Component(record, False) if record else None

    def bundled(self, title: str) -> Record | None:
        """The title record of the one bundled document that has this title (as `names.key` gives it); None: none or several."""
        found = [record for key, record in self._titles() if key == title]
        return found[0] if len(found) == 1 else None

    @property
    def titles(self) -> list[str]:
        """The titles of the bundled documents, as `names.key` gives them."""
        return [key for key, _ in self._titles()]

    def _titles(self) -> list[tuple[str, Record]]:
        if self._named is None:
            self._named = [
                (names.key(r.heading or r.text), r)
                for r in self.records
                if r.kind == "title" and scope(r.eid) and (r.heading or r.text)
            ]
        return self._named

    def _listed(self) -> dict[int, str]:
        """The names of attachments by their numbers, as a list of them prints them."""
        out: dict[int, str] = {}
        for record in self._attachments:
            if not _COMPONENT.fullmatch(record.eid):
                for found in _LISTED.finditer(record.text):
                    out.setdefault(numerals.value(found["n"]) or 0, names.key(found["name"]))
        return out


class Component(NamedTuple):
    """A bundled document's title record, and whether it is surely the one meant."""

    record: Record
    sure: bool


def _place(records: Sequence[Record], record: Record) -> int:
    """Where a record stands in a list; by its eid, for comparing whole rows takes long."""
    return next(n for n, one in enumerate(records) if one.eid == record.eid)


def is_container(step: Step) -> bool:
    """Whether the step names a unit that holds articles."""
    return step.unit in CONTAINERS
