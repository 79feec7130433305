"""`curate`: the straight way from one raw page to its rows, readable in one screen."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import TypedDict

from ingest import flags, notices, outline, page, records, repair, script
from ingest.blocks import Block, Fact
from ingest.config import Config
from ingest.errors import Rejected, UsageError
from ingest.models import CuratedDocument, Document
from ingest.traced import Change, Traced
from ingest.version import __version__

_CELL = re.compile(r"[\t\n]")


def curate(
    raw: bytes | str,
    *,
    source: str,
    media_type: str | None = None,
    encoding: str | None = None,
    url: str | None = None,
    headers: Mapping[str, str] | None = None,
    fetched_at: datetime | None = None,
    config: Config | None = None,
) -> CuratedDocument:
    """Curate one page. Pure: no I/O, no clock, no state; the same input gives the same output everywhere.

    `raw` is bytes (decoded here; `encoding` overrides what is found) or str. `media_type` is text/html or text/plain,
    None: sniffed. `headers` are the HTTP headers it came with. Raises `Rejected` when the page cannot be curated.
    """
    if not isinstance(raw, (bytes, str)):
        raise UsageError(f"raw is bytes or str, not {type(raw).__name__}: read the file first")
    config = config or Config()
    given = page.read(raw, media_type=media_type, encoding=encoding, headers=headers, url=url, config=config)
    traced = Traced(given.text).apply([Change(s.start, s.end, "", s.rule) for s in given.chrome], "strip")
    for step in (repair.encodings, repair.mirror):
        traced = traced.apply([c.held_back(config.min_certainty) for c in step(traced.text, config)], "repair")
    if foreign := script.is_chinese(traced.text):
        raise Rejected("script", "not_chinese", foreign)
    converted = script.convert(traced.text, config)
    if converted.chain:
        traced = traced.recode(converted.recoded, "script", converted.chain)
    traced = traced.apply(converted.changes, "script")
    # Page numbers and running titles first: they stand between the lines that a notice is made of.
    furniture = outline.furniture(_readable(traced, config), _present(given.blocks, traced))
    traced = traced.apply(furniture, "strip")
    title = _shifted(given.title, Traced(given.text), traced)
    seen = notices.find(_readable(traced, config), _present(given.blocks, traced), title, config)
    final = traced.apply(seen.changes, "strip")
    title = _shifted(seen.title, traced, final)
    nodes = outline.build(_readable(final, config), _present(given.blocks, final), title)
    if not nodes or (given.media_type == "text/html" and all(node.kind == "title" for node in nodes)):
        left = "nothing" if not nodes else "nothing but a title"
        raise Rejected(
            "page", "no_content", f"{left} is left of {len(given.text)} characters once site chrome is taken out"
        )
    if len(nodes) > config.limits.max_records:
        raise Rejected("outline", "too_large", f"{len(nodes):,} records (limits.max_records)")
    doc_id = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    laid = records.lay_out(final, nodes, doc_id)
    edits = records.edit_rows(laid.traced, doc_id)
    name = next((r.heading or r.text for r in laid.records if r.kind == "title"), None)
    facts = _metadata((*given.facts, *seen.facts), config, url)
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    row = Document(
        doc_id=doc_id,
        source=source,
        revision="",
        pipeline_version=__version__,
        config_sha256=config.sha256,
        raw_sha256=hashlib.sha256(data).hexdigest(),
        raw_bytes=len(data),
        media_type=given.media_type,
        encoding=given.encoding,
        title=name,
        script=converted.script,
        script_origin=converted.origin,
        script_chain=converted.chain,
        page_text=given.text,
        text=laid.text,
        page_chars=len(given.text),
        text_chars=len(laid.text),
        record_count=len(laid.records),
        edit_count=len(edits),
        flags=tuple(sorted({*given.flags, *flags.of(given.text, name, laid.records, edits)})),
        fetched_at=fetched_at,
        ingested_at=None,
        **facts,
    )
    return _stamped(CuratedDocument(document=row, records=laid.records, edits=edits))


def _readable(traced: Traced, config: Config) -> str:
    """The present text, character for character in Simplified, which is what the rules of notices and outline are written in."""
    return traced.text if config.target == "hans" else script.convert(traced.text, Config()).recoded


def _present(blocks: Sequence[Block], traced: Traced) -> list[Block]:
    """Blocks of the page text as blocks of the present text; what has nothing left is dropped."""
    out = []
    for block in blocks:
        start, end = traced.to_text(block.start), traced.to_text(block.end)
        if start < end:
            cells = block.cells
            if cells:
                cells = _cells(cells, traced.page[block.start : block.end], traced.text[start:end])
            out.append(block._replace(start=start, end=end, cells=cells))
    return out


def _cells(cells: tuple[tuple[str, ...], ...], before: str, after: str) -> tuple[tuple[str, ...], ...]:
    """A table's cells in the words of its present text: the printed cells correspond one to one, merged ones repeat them."""
    old, new = _CELL.split(before), _CELL.split(after)
    if old == new or len(old) != len(new):
        return cells
    present = {a.strip(): b.strip() for a, b in zip(old, new, strict=True)}
    return tuple(tuple(present.get(cell.strip(), cell) for cell in row) for row in cells)


def _shifted(span: tuple[int, int] | None, before: Traced, after: Traced) -> tuple[int, int] | None:
    """A span of one state of the text in a later one; None when nothing is left of it."""
    if span is None:
        return None
    start, end = (after.to_text(p) for p in before.to_page(*span))
    return (start, end) if start < end else None


class _Metadata(TypedDict):
    url: str | None
    published_on: date | None
    issued_on: date | None
    publisher: str | None
    issuer: str | None
    document_number: str | None
    authors: tuple[str, ...]


def _metadata(facts: Iterable[Fact], config: Config, url: str | None) -> _Metadata:
    """The best fact of each field as columns of the document row."""
    best: dict[str, Fact] = {}
    for fact in facts:
        if fact.field not in best or fact.rank < best[fact.field].rank:
            best[fact.field] = fact
    value = {name: fact.value for name, fact in best.items()}

    def simplified(name: str) -> str | None:
        # Values from attributes and headers are not part of the page text, so they come here unconverted.
        found = value.get(name)
        return script.convert_words(found, config) if found else None

    return {
        "url": value.get("url", url),
        "published_on": date.fromisoformat(value["published_on"]) if "published_on" in value else None,
        "issued_on": date.fromisoformat(value["issued_on"]) if "issued_on" in value else None,
        "publisher": simplified("publisher") or simplified("original_source"),
        "issuer": simplified("issuer"),
        "document_number": simplified("document_number"),
        "authors": tuple(a for a in (simplified("author") or "").split("、") if a),
    }


_CONTENT = (
    "title",
    "published_on",
    "issued_on",
    "publisher",
    "issuer",
    "document_number",
    "authors",
    "page_text",
    "text",
    "flags",
)


def _stamped(made: CuratedDocument) -> CuratedDocument:
    """The same with its revision: a hash over what was curated, and over nothing of how or when."""
    content = [
        made.document.model_dump(mode="json", include=set(_CONTENT)),
        [r.model_dump(mode="json", exclude={"revision", "record_id", "doc_id"}) for r in made.records],
        [e.model_dump(mode="json", exclude={"revision", "doc_id"}) for e in made.edits],
    ]
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass"))
    stamp = {"revision": digest.hexdigest()[:16]}
    return CuratedDocument(
        document=made.document.model_copy(update=stamp),
        records=tuple(r.model_copy(update=stamp) for r in made.records),
        edits=tuple(e.model_copy(update=stamp) for e in made.edits),
    )
