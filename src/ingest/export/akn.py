"""Akoma Ntoso 3.0 (OASIS LegalDocML): a file a document, valid against the standard's schema, its text complete and in order.

Chapters, sections and articles are the standard's own elements, the 款 of an article its paragraphs; what the standard has no
name for is an `hcontainer` named by its kind. An `eId` is the record's `eid`, the first 款 of an article has `__para_1` behind
it. Documents without articles are of type `doc`. Written by the standard's text of 29 August 2018.
"""

from collections import defaultdict
from collections.abc import Sequence
from xml.etree import ElementTree as ET

from ingest.corpus.browse import Bundle
from ingest.export.base import Exporter
from ingest.export.cutting import nested
from ingest.models import Document, Event, Record, Reference
from ingest.patterns import pattern

SPACE = "http://docs.oasis-open.org/legaldocml/ns/akn/3.0"
_OWN = frozenset(("part", "subpart", "chapter", "section", "article", "paragraph"))
"""Kinds that the standard has an element for, of the same name."""
_FRONT = frozenset(("title", "preface", "docno", "note", "toc"))
_NUMBERED = frozenset((
    "part", "subpart", "chapter", "section", "article", "level1", "level2", "level3", "level4", "level5", "decimal", "letter",
    "formal",
))  # fmt: skip
_BAD = pattern("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SLUG = pattern(r"\W+")
_LIFE = {"adopted": "generation", "published": "generation", "amended": "amendment", "repeals": "repeal"}
_UNKNOWN = "0001-01-01"


class AkomaNtoso(Exporter):
    """`<doc_id>.xml`."""

    def write(self, bundle: Bundle) -> None:
        """Adds one document."""
        tree = ET.ElementTree(document(bundle))
        tree.write(self.out / f"{bundle.document.doc_id}.xml", encoding="utf-8", xml_declaration=True)


def document(bundle: Bundle) -> ET.Element:
    """A document as an `akomaNtoso` element."""
    return _Maker(bundle).made()


class _Maker:
    """Makes the elements of one document."""

    def __init__(self, bundle: Bundle) -> None:
        self.document, self.records, self.events = bundle.document, bundle.records, bundle.events
        self.children: dict[str | None, list[Record]] = defaultdict(list)
        self.inside: dict[str, str | None] = {}
        for record, parent in nested(self.records):
            self.children[parent].append(record)
            self.inside[record.eid] = parent
        self.units = {record.eid for record in self.records}
        self.refs: dict[str, list[Reference]] = defaultdict(list)
        for reference in bundle.references:
            if len(reference.target_eids) == 1 and reference.target_doc_id == self.document.doc_id:
                self.refs[reference.record_id].append(reference)
        self.is_act = any(record.kind == "article" for record in self.records)
        self.used: set[str] = set()

    def made(self) -> ET.Element:
        """The whole document, its parts in the order of the standard, which is that of the records."""
        root = ET.Element("akomaNtoso", xmlns=SPACE)
        act = ET.SubElement(root, "act" if self.is_act else "doc", name="act" if self.is_act else "document")
        if self.is_act:
            act.set("contains", "singleVersion")
        self._meta(ET.SubElement(act, "meta"), "")
        front, opening, body, closing, attached = self._divided()
        preface = ET.SubElement(act, "preface")
        for record in front:
            self._flat(preface, record)
        if not len(preface):
            ET.SubElement(preface, "p")
        if opening:
            preamble = ET.SubElement(act, "preamble")
            for record in opening:
                self._flat(preamble, record)
        main = ET.SubElement(act, "body" if self.is_act else "mainBody")
        for record in body:
            self._unit(main, record)
        if not body:
            self._content(ET.SubElement(main, "hcontainer", name="empty", eId="empty"), None, "")
        if closing:
            conclusions = ET.SubElement(act, "conclusions")
            for record in closing:
                self._flat(conclusions, record)
        if attached:
            attachments = ET.SubElement(act, "attachments")
            for record in attached:
                self._attachment(attachments, record)
        return root

    def _divided(self) -> tuple[list[Record], list[Record], list[Record], list[Record], list[Record]]:
        """The units at the root: front, what opens the text, body, what closes it, attachments."""
        roots = self.children[None]
        first = next((n for n, record in enumerate(roots) if record.kind not in _FRONT), len(roots))
        last = len(roots)
        while last > first and roots[last - 1].kind == "attachment":
            last -= 1
        end = last
        while end > first and roots[end - 1].kind in ("signature", "note"):
            end -= 1
        begin = first
        if self.is_act:
            begin = next((n for n in range(first, end) if roots[n].kind in _NUMBERED), end)
        return roots[:first], roots[first:begin], roots[begin:end], roots[end:last], roots[last:]

    # ------------------------------------------------------------------ metadata

    def _meta(self, meta: ET.Element, part: str) -> None:
        own: Document = self.document
        day = own.issued_on or own.published_on
        date = {"date": day.isoformat(), "name": "Generation"} if day else {"date": _UNKNOWN, "name": "unknown"}
        name = _SLUG.sub("", own.document_number or own.title or own.doc_id)[:60] or own.doc_id
        work = f"/akn/cn/{'act' if self.is_act else 'doc'}/{date['date']}/{name}"
        identification = ET.SubElement(meta, "identification", source="#ingest")
        for level, tail in (("FRBRWork", ""), ("FRBRExpression", "/zho@"), ("FRBRManifestation", "/zho@.xml")):
            element = ET.SubElement(identification, level)
            ET.SubElement(element, "FRBRthis", value=f"{work}{tail}/!{part or 'main'}")
            ET.SubElement(element, "FRBRuri", value=work + tail)
            ET.SubElement(element, "FRBRdate", date)
            ET.SubElement(element, "FRBRauthor", href="#issuer")
            if level == "FRBRWork":
                ET.SubElement(element, "FRBRcountry", value="cn")
            if level == "FRBRExpression":
                ET.SubElement(element, "FRBRlanguage", language="zho")
        if part:
            return
        self._life(meta)
        references = ET.SubElement(meta, "references", source="#ingest")
        for id, shown in (("ingest", "ingest"), ("issuer", own.issuer or own.publisher or "unknown")):
            href = f"/ontology/organization/{id}"
            ET.SubElement(references, "TLCOrganization", eId=id, href=href, showAs=_clean(shown))

    def _life(self, meta: ET.Element) -> None:
        events: list[Event] = [event for event in self.events if event.date and event.kind in _LIFE]
        if not events:
            return
        lifecycle = ET.SubElement(meta, "lifecycle", source="#ingest")
        for n, event in enumerate(events, 1):
            kind = "generation" if event.kind == "adopted" else _LIFE[event.kind]
            date = event.date.isoformat() if event.date else _UNKNOWN
            ET.SubElement(lifecycle, "eventRef", eId=f"event_{n}", date=date, source="#issuer", type=kind)

    # ------------------------------------------------------------------ units

    def _id(self, eid: str) -> str:
        """An eId that no other element has."""
        name, n = eid, 2
        while name in self.used:
            name, n = f"{eid}-{n}", n + 1
        self.used.add(name)
        return name

    def _unit(self, parent: ET.Element, record: Record) -> None:
        """A unit with all that is below it."""
        if record.kind in _OWN:
            element = ET.SubElement(parent, record.kind, eId=self._id(record.eid))
        else:
            element = ET.SubElement(parent, "hcontainer", name=record.kind, eId=self._id(record.eid))
        if record.label:
            ET.SubElement(element, "num").text = _clean(record.label)
        if record.heading:
            ET.SubElement(element, "heading").text = _clean(record.heading)
        below = self.children[record.eid]
        if record.kind == "article" and below:
            self._article(element, record, below)
        elif below:
            self._intro(element, record)
            for child in below:
                self._unit(element, child)
        else:
            self._content(element, record, record.text)

    def _article(self, element: ET.Element, record: Record, below: Sequence[Record]) -> None:
        """An article's 款: its own text with the items behind it, then each further one."""
        own = [child.kind != "paragraph" for child in below]
        end = own.index(False) if False in own else len(below)
        first = ET.SubElement(element, "paragraph", eId=self._id(f"{record.eid}__para_1"))
        if end:
            self._intro(first, record)
            for child in below[:end]:
                self._unit(first, child)
        else:
            self._content(first, record, record.text)
        for child in below[end:]:
            self._unit(element, child)

    def _intro(self, element: ET.Element, record: Record) -> None:
        """The text of a unit that others stand below."""
        if record.cells:
            element = ET.SubElement(element, "hcontainer", name="table", eId=self._id(f"{record.eid}__rows"))
            self._content(element, record, "")
        elif record.text:
            intro = ET.SubElement(element, "intro")
            self._lines(intro, record, record.text)

    def _content(self, element: ET.Element, record: Record | None, text: str) -> None:
        content = ET.SubElement(element, "content")
        if record is not None and record.cells:
            self._table(content, record)
        elif record is not None:
            self._lines(content, record, text)
        if not len(content):
            ET.SubElement(content, "p")

    def _table(self, parent: ET.Element, record: Record) -> None:
        table = ET.SubElement(parent, "table", eId=self._id(f"{record.eid}__table"))
        for cells in record.cells or ():
            row = ET.SubElement(table, "tr")
            for cell in cells or ("",):
                ET.SubElement(ET.SubElement(row, "td"), "p").text = _clean(cell)

    def _lines(self, parent: ET.Element, record: Record, text: str) -> None:
        """A paragraph a line, what it refers to in this document as links."""
        at = 0
        for line in text.split("\n"):
            if line.strip():
                element = ET.SubElement(parent, "p")
                inside = [r for r in self.refs[record.record_id] if at <= r.text_start and r.text_end <= at + len(line)]
                self._linked(element, line, at, inside)
            at += len(line) + 1

    def _linked(self, element: ET.Element, line: str, at: int, references: Sequence[Reference]) -> None:
        done, last = 0, None
        for reference in references:
            target = (reference.target_eids or [""])[0]
            start, end = reference.text_start - at, reference.text_end - at
            if start < done or target not in self.units:
                continue
            _behind(element, last, line[done:start])
            last = ET.SubElement(element, "ref", href=f"#{target}")
            last.text = _clean(line[start:end])
            done = end
        _behind(element, last, line[done:])

    def _flat(self, parent: ET.Element, record: Record) -> None:
        """A unit and all below it as paragraphs, for parts of a document that hold no units."""
        if record.cells:
            self._table(parent, record)
        else:
            first, *rest = [line for line in record.text.split("\n") if line.strip()] or [""]
            head = (record.label or "") + (record.heading or "")
            if record.kind == "title" and head and self.inside[record.eid] is None:
                ET.SubElement(ET.SubElement(parent, "p"), "docTitle").text = _clean(head)
                head = ""
            for line in [head + first, *rest]:
                if line:
                    ET.SubElement(parent, "p").text = _clean(line)
        for child in self.children[record.eid]:
            self._flat(parent, child)

    def _attachment(self, parent: ET.Element, record: Record) -> None:
        """An attachment as a document of its own."""
        attachment = ET.SubElement(parent, "attachment", eId=self._id(record.eid))
        heading = (record.label or "") + (record.heading or "")
        if heading:
            ET.SubElement(attachment, "heading").text = _clean(heading)
        own = ET.SubElement(attachment, "doc", name="attachment")
        self._meta(ET.SubElement(own, "meta"), record.eid)
        main = ET.SubElement(own, "mainBody")
        if record.text or record.cells:
            text = ET.SubElement(main, "hcontainer", name="text", eId=self._id(f"{record.eid}__text"))
            self._content(text, record, record.text)
        for child in self.children[record.eid]:
            self._unit(main, child)
        if not len(main):
            self._content(
                ET.SubElement(main, "hcontainer", name="empty", eId=self._id(f"{record.eid}__empty")), None, ""
            )


def _behind(element: ET.Element, last: ET.Element | None, text: str) -> None:
    if last is None:
        element.text = (element.text or "") + _clean(text)
    else:
        last.tail = (last.tail or "") + _clean(text)


def _clean(text: str) -> str:
    """Text that XML can hold: what it cannot is U+FFFD."""
    return _BAD.sub("\ufffd", text)
