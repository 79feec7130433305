"""The orders of an amending decision, by the law that each amends, with their places on its page."""

from collections.abc import Sequence
from typing import NamedTuple

from ingest.amend import quotations
from ingest.amend.operations import Operation, read
from ingest.models import Document, Record
from ingest.patterns import pattern
from ingest.references import amending, cues, names

_NUMBERED = frozenset(("level1", "level2", "level3", "level4", "level5", "letter", "formal", "article"))
_LEAD = pattern(rf"{cues.any_of('lead')}[：:]?$")
_CLOSING = pattern(rf"^(?:此外，?|同时，?)?{cues.any_of('closing')}")
_OPENED = pattern(rf"修改《{amending.LAW}》\s*(?=\d|将|在|对|增加|删)")
_NAMED = pattern(r"(?<=[将把在对为去除])《[^《》]+》(?=原?第|中)|^《[^《》]+》(?=第)")
_NUMBER = pattern(r"(?m)^(?:\d{1,3}[.．、]|[（(][一二三四五六七八九十]{1,3}[）)])\s*")
_OUTSIDE = frozenset(("title", "preface", "note", "docno", "toc", "signature"))
_MARKER = pattern(
    r"^(?:[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,3}(?:[.．](?!\d)|、))\s*"
)
_TITLES = pattern(r"《[^》]*》")
_ORDER_OF_ARTICLES = pattern(r"(?:顺序|序号)[^。]*(?:调整|变动)")
_DEED = pattern(cues.any_of("deed"))


class Order(NamedTuple):
    """One order of a decision: the law that it amends (None: not said), what it says, where that stands on the page."""

    law: str | None
    text: str
    record_id: str
    start: int
    end: int
    operations: tuple[Operation, ...]


def orders(document: Document, records: Sequence[Record]) -> list[Order]:
    """Every order of a decision, in reading order; one that cannot be read has one operation `unread`."""
    amended = amending.of_title(document.title)
    reader = _Reader(amended.law if amended else None)
    for record in records:
        if record.kind not in _OUTSIDE:
            reader.take(record)
    reader.end()
    return reader.out


class _Reader:
    """Reads the units of a decision in order; what stands below an order, or in its quotation, belongs to it."""

    def __init__(self, law: str | None) -> None:
        self.law = law
        self.out: list[Order] = []
        self._parts: list[Record] = []
        self._text = ""
        self._begun = False

    def take(self, record: Record) -> None:
        """The next unit."""
        # A paragraph that opens with a mark of its own is one, wherever the outline puts it.
        said = (
            (record.heading or "") + ("\n" if record.heading and record.text[:1] in ("“", "「") else "") + record.text
        )
        if self._parts and self._goes_on(record, said):
            self._parts.append(record)
            self._text += "\n" + (record.label or "") + said
            return
        self.end()
        plain = _MARKER.sub("", said.strip())
        section = amending.SECTION.match(plain)
        if section:
            self._begun, self.law = True, section["title"]
        elif _CLOSING.match(plain) and "“" not in plain:
            if _ORDER_OF_ARTICLES.search(plain):
                self._parts, self._text = [record], plain
        elif _LEAD.search(plain):
            self._begun = True
        elif (self._begun and (record.kind in _NUMBERED or plain != said.strip())) or (
            _DEED.search(_TITLES.sub("", plain)) and (self._begun or record.kind in _NUMBERED)
        ):
            self._begun = True
            self._parts, self._text = [record], plain

    def _goes_on(self, record: Record, said: str) -> bool:
        """Whether a unit belongs to the order before it."""
        first = self._parts[0]
        if _CLOSING.match(said) and "“" not in quotations.apart(self._text).text:
            return False  # it closes the decision, wherever the outline puts it
        if record.eid.startswith(first.eid + "__"):
            return True
        if record.kind == first.kind and record.kind in _NUMBERED and record.parent_eid == first.parent_eid:
            return False  # the next order, whatever was not closed in this one
        return "“" in quotations.apart(self._text).text or (
            self._text.rstrip().endswith(("：", ":")) and said.lstrip().startswith(("“", "「"))
        )

    def end(self) -> None:
        """Ends the order that is being read."""
        if not self._parts:
            return
        law, text, parts = self.law, self._text.strip(), self._parts
        self._parts, self._text = [], ""
        place = (parts[0].record_id, parts[0].source_start, max(part.source_end for part in parts))
        # A section that says which law it amends, and its orders on the same line or below.
        opened = _OPENED.match(text)
        if opened:
            law, text = "".join(opened["title"].split()), text[opened.end() :].strip()
            self.law = law
        for one in _divided(text) if opened else [text]:
            told = names.TITLE.search(one.partition("“")[0])
            own = law or (told["title"] if told and names.citable(told["title"]) else None)
            clean = _NAMED.sub("", one) if told else one
            self.out.append(Order(own, one, *place, tuple(read(clean, names.key(own) if own else None))))


def _divided(text: str) -> list[str]:
    """The numbered orders of a text; what a quotation holds is no number."""
    skeleton = quotations.apart(text)
    begins = [
        (skeleton.places[found.start()], skeleton.places[found.end()]) for found in _NUMBER.finditer(skeleton.text)
    ]
    if not begins:
        return [text]
    ends = [start for start, _ in begins[1:]] + [len(text)]
    return [text[behind:end].strip() for (_, behind), end in zip(begins, ends, strict=True)]
