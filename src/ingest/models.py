"""The rows of the datasets, as frozen models. The one place where a column is named, typed and described.

Everything else derives from here: the Arrow schema, the data dictionary of `ingest schema`, the descriptions inside the
Parquet files. Offsets are code points into `page_text`, half-open.
"""

from collections.abc import Mapping
from datetime import date, datetime
from datetime import date as Date  # noqa: N812 - a column is called date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.traced import Certainty, Stage

Kind = Literal[
    "title", "preface", "toc", "docno", "note",
    "part", "subpart", "chapter", "section", "article",
    "level1", "level2", "level3", "level4", "level5", "decimal", "letter", "formal", "question", "answer",
    "heading", "paragraph", "lead", "bullet", "table", "caption", "signature", "attachment", "post",
]  # fmt: skip
Unit = Literal["front", "chapter", "section", "clause", "back"]
FactField = Literal["title", "url", "published_on", "issued_on", "publisher", "issuer", "document_number", "authors"]
LegalForce = Literal[
    "constitution", "law", "administrative-regulation", "supervision-regulation", "judicial-interpretation", "local-regulation",
    "autonomous-regulation", "department-rule", "local-government-rule", "party-regulation", "normative-document",
]  # fmt: skip
Day = date  # for a column of this name
Origin = Literal["text", "attribute", "header", "site", "person"]


class Row(BaseModel):
    """A row of a dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def fill(row: Row, columns: Mapping[str, object]) -> None:
    """Puts values that are found last (a revision, a citation) into a row that was just made and that nobody has seen yet.

    Rows are frozen for everybody else. A copy of each row for one column took longer than making the rows.
    """
    vars(row).update(columns)


class Document(Row):
    """One row a document."""

    doc_id: str = Field(description="First 16 hex digits of the SHA-256 of `source`.")
    source: str = Field(description="POSIX path under the raw folder; `feed.jsonl#17` for a page inside a file.")
    url: str | None = Field(description="Address of the page, where known (canonical link before the fetched one).")
    revision: str = Field(description="16 hex digits over the curated content; changes exactly when the content does.")
    pipeline_version: str = Field(description="Version of this package that made the row.")
    config_sha256: str = Field(description="SHA-256 of the settings it was made with.")
    raw_sha256: str = Field(description="SHA-256 of the raw bytes (of the UTF-8 form where the input was text).")
    raw_bytes: int = Field(description="Size of the raw page in bytes.")
    media_type: str = Field(description="text/html or text/plain.")
    encoding: str | None = Field(
        description="Character encoding the bytes were decoded with (WHATWG name); null for text."
    )
    title: str | None = Field(description="Title of the document, curated.")
    published_on: date | None = Field(description="Day of publication on the web or in print.")
    issued_on: date | None = Field(description="Day the document was adopted or signed (成文日期).")
    publisher: str | None = Field(description="Medium or site that published it.")
    issuer: str | None = Field(description="Body that issued it (发文机关).")
    document_number: str | None = Field(description="Document number (发文字号).")
    authors: tuple[str, ...] = Field(description="Authors, editors not among them.")
    script: Literal["hans", "hant", "mixed"] | None = Field(description="Script of the page as it came.")
    script_origin: Literal["native", "naive", "phrase", "localised"] | None = Field(
        description="How the text came to that script: written so, or converted by character, by phrase, or localised."
    )
    script_chain: str | None = Field(
        description="Conversion applied, naming the table of its one-to-one pairs; null: none."
    )
    page_text: str = Field(description="Visible text of the page in reading order, before any repair.")
    text: str = Field(description="The curated text: the title record, then the records in order, a block a line.")
    page_chars: int = Field(description="Length of `page_text` in code points.")
    text_chars: int = Field(description="Length of `text` in code points.")
    record_count: int = Field(description="Rows of `records` of this document.")
    edit_count: int = Field(description="Rows of `edits` of this document.")
    flags: tuple[str, ...] = Field(description="Quality warnings, stable codes.")
    fetched_at: datetime | None = Field(description="When the page was fetched, naive UTC.")
    ingested_at: datetime | None = Field(description="When the row was committed, naive UTC; null from `curate`.")
    site_template: str | None = Field(
        None, description="The template of its site that the page has and was read by; null where none is known."
    )
    extraction_certainty: Certainty | None = Field(
        None,
        description="How sure it is that the lines kept of an HTML page are the document, whole and alone; null for plain text.",
    )
    legal_force: LegalForce | None = Field(
        None,
        description="Level of legal force (效力级别) by title, issuing body and number: law, administrative-regulation, local-regulation, department-rule, normative-document …; null where they do not tell.",
    )

    def __repr__(self) -> str:
        return f"Document({self.source!r}, title={self.title!r}, {self.text_chars} characters)"

    __str__ = __repr__


class Record(Row):
    """One row a structural unit, in reading order."""

    record_id: str = Field(description="`doc_id#eid`, unique over the dataset.")
    doc_id: str = Field(description="The document.")
    revision: str = Field(description="The document's revision.")
    ordinal: int = Field(description="Position in the document, from 0.")
    eid: str = Field(description="Structural identifier: the parts from the root, joined by `__` (chp_2__sec_1).")
    parent_eid: str | None = Field(description="The enclosing unit; null at the root.")
    kind: Kind = Field(description="What the unit is: chapter, section, article, level1, paragraph …")
    unit: Unit = Field(description="Its rank for readers: front, chapter, section, clause, back.")
    depth: int = Field(description="Number of enclosing units.")
    label: str | None = Field(description="The marker as printed (第十条之一, 一、); null without one.")
    number: int | None = Field(description="The marker's number; null where none is printed.")
    number_suffix: int | None = Field(description="Number behind 之, null without one.")
    heading: str | None = Field(description="The heading with its closing punctuation; null without one.")
    text: str = Field(description="The unit's own text, without label, heading and children.")
    cells: tuple[tuple[str, ...], ...] | None = Field(description="Rows of cells, spans resolved; tables only.")
    path: tuple[str, ...] = Field(description="Labels and headings of the ancestors, from the root.")
    chapter: str | None = Field(description="Label and heading of the nearest enclosing chapter, itself included.")
    section: str | None = Field(description="Label and heading of the nearest enclosing section, itself included.")
    certainty: Certainty | None = Field(description="Lowest certainty of the edits inside; null without edits.")
    source_start: int = Field(description="Code-point offset into `page_text` where the unit's own text begins.")
    source_end: int = Field(description="Code-point offset into `page_text` where it ends.")
    number_path: tuple[str, ...] | None = Field(
        None,
        description="The components of the number as printed (4, 1, 2; A, 1), or its letter; null for other markers.",
    )
    structure_certainty: Certainty | None = Field(
        None,
        description="How sure the unit's place in the tree is. exact: below the wrong unit at most .5 % on texts kept back; likely: at most 3 %; else guess.",
    )
    role: str | None = Field(
        None,
        description="Part of a judgment: court, kind, docno, parties, procedure, claim, defence, findings, reasons, ruling, costs, appeal, judges, date, clerk, annex (articles printed behind it); null elsewhere.",
    )
    citation: str | None = Field(
        None, description="The name by which the unit can be cited: 《…》第十条第二款第（三）项; null without a number."
    )
    author: str | None = Field(None, description="Who wrote a post, as the page prints it; null for other units.")
    posted_at: datetime | None = Field(
        None,
        description="Day and hour a post gives, in the page's own time; null for other units, and where it gives none.",
    )


class Edit(Row):
    """One row a removal or change."""

    doc_id: str = Field(description="The document.")
    revision: str = Field(description="The document's revision.")
    ordinal: int = Field(description="Position in the document, from 0.")
    stages: tuple[Stage, ...] = Field(
        description="Stages that had a part in it; correction: a person said so, with certainty exact."
    )
    rules: tuple[str, ...] = Field(description="Ids of the rules, in the order they were applied.")
    start: int = Field(description="Code-point offset into `page_text` where it begins.")
    end: int = Field(description="Code-point offset into `page_text` where it ends.")
    before: str = Field(description="`page_text[start:end]`.")
    after: str = Field(description="What stands there now; empty when taken out.")
    certainty: Certainty = Field(
        description="exact: at most .1 % wrong on fresh data; likely: at most 1 %; else guess."
    )
    applied: bool = Field(description="False: considered and declined.")
    note: str | None = Field(description="Why; the other candidates.")


class Fact(Row):
    """One row a value that the page states about the document, chosen or not."""

    doc_id: str = Field(description="The document.")
    revision: str = Field(description="The document's revision.")
    ordinal: int = Field(description="Position among the document's facts, from 0.")
    field: FactField = Field(description="The column of `documents` that it is about.")
    value: str = Field(description="The value as that column has it, dates in ISO form; of authors one.")
    rule: str = Field(description="Id of the rule that read it.")
    start: int | None = Field(
        description="Code-point offset into `page_text` where it stands; null where it stands in no text."
    )
    end: int | None = Field(description="Code-point offset into `page_text` where it ends.")
    origin: Origin = Field(
        description="text: printed on the page; attribute: the markup's attributes and scripts; header: what the page "
        "came with; site: the place that its site's template keeps for it; person: a correction."
    )
    rank: int = Field(description="Rank of the rule; of the facts of a field the lowest is chosen.")
    certainty: Certainty | None = Field(description="How sure the value is; null where that was not measured.")
    chosen: bool = Field(description="Whether it is the document's value.")
    note: str | None = Field(description="Why it was not chosen; what else there is to say of it.")


ReferenceForm = Literal[
    "article", "division", "part", "self", "that", "relative", "attachment", "title", "title-unit", "number",
]  # fmt: skip
ReferenceReason = Literal[
    "found", "elsewhere", "not-in-corpus", "later-version", "several", "no-such-unit", "no-antecedent",
]  # fmt: skip


Within = Literal["heading"] | None
"""The column of a record in which an expression stands: its heading, or (None) its text."""


class Reference(Row):
    """One row an expression and the document that it leads to."""

    reference_id: str = Field(description="`doc_id@ordinal`, unique over the dataset.")
    doc_id: str = Field(description="The document that refers.")
    revision: str = Field(description="Its revision.")
    ordinal: int = Field(description="Position among the document's references, from 0.")
    record_id: str = Field(description="The record whose text or heading refers.")
    text_start: int = Field(
        description="Code-point offset where the expression begins in that record's `text`, or what `within` names."
    )
    text_end: int = Field(description="Code-point offset in the same where it ends.")
    start: int = Field(description="Code-point offset into `page_text` where it begins.")
    end: int = Field(description="Code-point offset into `page_text` where it ends.")
    quote: str = Field(description="The expression: `text[text_start:text_end]`.")
    form: ReferenceForm = Field(
        description="article (第十条), division (第三章), part (（二十三）), self (本法第十条), that (该法第十条), relative "
        "(前款), attachment (附件2), title (《…》), title-unit (《…》第十条, 渔业法第十条), number (云政发〔2021〕5号)."
    )
    target_title: str | None = Field(description="The other document's title as printed, short names in full.")
    target_number: str | None = Field(description="The other document's number as printed.")
    target_doc_id: str | None = Field(
        description="The document that it leads to; its own `doc_id` within the document."
    )
    target_revision: str | None = Field(description="That document's revision when it was resolved.")
    target_eids: tuple[str, ...] = Field(description="`eid`s of the units that it leads to; none: the whole document.")
    target_first: str | None = Field(description="Of a range the first unit's `eid`.")
    target_last: str | None = Field(description="Of a range the last unit's `eid`.")
    certainty: Certainty | None = Field(
        description="How sure the target is; null without one. guess, too, where a name without 《》 may begin elsewhere."
    )
    reason: ReferenceReason = Field(
        description="found; elsewhere: in another document, not looked for yet; not-in-corpus: no document of that name; "
        "later-version: only a later version than the text's date is there; several: not told apart; no-such-unit; "
        "no-antecedent: there is no 前款, 该法, article to refer to."
    )
    within: Within = Field(
        None, description="heading: the expression stands in the record's `heading`; null: in its `text`."
    )


EventKind = Literal["adopted", "approved", "published", "amended", "effective", "repealed", "repeals"]


class Event(Row):
    """One row what a text says of its own making, force and end."""

    doc_id: str = Field(description="The document.")
    revision: str = Field(description="The document's revision.")
    ordinal: int = Field(description="Position among the document's events, from 0.")
    date: Date | None = Field(description="The day of it; null where the text says only: from the day of publication.")
    kind: EventKind = Field(
        description="adopted (通过), approved (批准), published (公布), amended (修订), effective (施行), repealed (废止); "
        "repeals: another text ends with this one, on the day that this one comes into force."
    )
    body: str | None = Field(description="The body that acted, where the text names it.")
    number: str | None = Field(description="The number of the order or announcement (第63号).")
    target_doc_id: str | None = Field(description="Of repeals: the document that ends, where the folder has it.")
    start: int = Field(description="Code-point offset into `page_text` where it is said.")
    end: int = Field(description="Code-point offset into `page_text` where that ends.")


class Rejection(Row):
    """One row an input that gave no document."""

    source: str = Field(description="POSIX path under the raw folder, with the place inside a file that holds many.")
    raw_sha256: str | None = Field(description="SHA-256 of the raw bytes; null when they could not be read.")
    stage: str = Field(description="Where it was found out.")
    reason: str = Field(description="Stable code: empty, undecodable, not_chinese, …")
    detail: str = Field(description="What was found, in one line.")
    rejected_at: datetime | None = Field(description="When, naive UTC.")


class Listing(Row):
    """One row a link of a list page."""

    source: str = Field(description="The list page, as `rejections` or `documents` name it.")
    ordinal: int = Field(description="Position on the page, from 0.")
    title: str = Field(description="What the link says, a date beside it left out.")
    date: Day | None = Field(None, description="The day beside the link; null where there is none.")
    url: str | None = Field(None, description="Where it leads, absolute where the page's own address is known.")
    start: int = Field(description="Code-point offset into the page's text where the link's line begins.")
    end: int = Field(description="Code-point offset where it ends.")


class Duplicate(Row):
    """One row a document that repeats another."""

    doc_id: str = Field(description="The document that repeats.")
    duplicate_of: str = Field(description="The document it repeats.")
    method: str = Field(description="How it was found: text, near.")
    similarity: float = Field(description="Share of shingles in common, 0 to 1.")
    evidence: str = Field(description="What they share, in short.")


class CuratedDocument(Row):
    """What `curate` gives: one document row, its records, its edits, what the page says about it."""

    document: Document
    records: tuple[Record, ...]
    edits: tuple[Edit, ...]
    facts: tuple[Fact, ...] = ()
    references: tuple[Reference, ...] = ()
    events: tuple[Event, ...] = ()

    def __repr__(self) -> str:
        return f"<{self.document!r}: {len(self.records)} records, {len(self.edits)} edits>"

    __str__ = __repr__

    @property
    def page_text(self) -> str:
        """The page's visible text in reading order, before any repair."""
        return self.document.page_text

    @property
    def text(self) -> str:
        """The curated text."""
        return self.document.text
