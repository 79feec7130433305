"""`curate`: the straight way from one raw page to its rows, readable in one screen."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from operator import methodcaller
from typing import NamedTuple

from ingest import (
    corrected,
    facts,
    flags,
    notices,
    outline,
    page,
    records,
    references,
    repair,
    script,
    sites,
)
from ingest.config import Config
from ingest.corrected import Spoken, spoken
from ingest.draft import Draft
from ingest.errors import Rejected, UsageError
from ingest.models import CuratedDocument, Document, Reference, Row, fill
from ingest.settled import readable, settled, simplified
from ingest.version import __version__

known = page.known


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
    if not known(media_type):
        raise UsageError(f"media_type is text/html or text/plain, or None to find out, not {media_type!r}")
    config = config or Config()
    near = sites.neighbours(config, source, url)
    given = page.read_page(
        raw, media_type=media_type, encoding=encoding, headers=headers, url=url, config=config, neighbours=near,
        source=source,
    )  # fmt: skip
    data = raw if isinstance(raw, bytes) else raw.encode("utf-8", "surrogatepass")
    said = (
        spoken(config.corrections, source, hashlib.sha256(data).hexdigest(), given.text)
        if config.corrections
        else Spoken()
    )
    damage = repair.known(config, source, url)
    draft = Draft.of(given._replace(facts=tuple(facts.located(f, given.text) for f in given.facts)), said, damage)
    for stage in STAGES:
        draft = stage.step(draft, config)
    return _rows(draft, config, source=source, data=data, url=url, fetched_at=fetched_at)


# ---------------------------------------------------------------- stages


def _encodings(draft: Draft, config: Config) -> Draft:
    """Text that was decoded wrongly, decoded rightly."""
    return draft.changed((c.held_back(config.min_certainty) for c in repair.encodings(draft.text, config)), "repair")


def _mirror(draft: Draft, config: Config) -> Draft:
    """Pinyin glosses taken out, slips of mirror sites undone."""
    return draft.changed(
        (c.held_back(config.min_certainty) for c in repair.mirror(draft.text, config, draft.damage)), "repair"
    )


def _remains(draft: Draft, config: Config) -> Draft:
    """What no curated text holds, folded; what is still no text, flagged."""
    return draft.changed((c.held_back(config.min_certainty) for c in repair.remains(draft.text, config)), "repair")


def _language(draft: Draft, config: Config) -> Draft:
    """Rejects what is not Chinese; it can be told once the text is readable."""
    if foreign := script.is_chinese(draft.text):
        if foreign == script.NO_HAN and script.is_chinese(draft.traced.page) != foreign:
            foreign = "there is no Chinese character in what is left once site chrome is taken out"
        raise Rejected("script", "not_chinese", foreign)
    return draft


def _script(draft: Draft, config: Config) -> Draft:
    """One script, and the words of its region."""
    made = script.convert(draft.text, config, repair.likelihoods, repair.parted)
    if made.chain:
        draft = draft._replace(traced=draft.traced.recode(made.recoded, "script", made.chain))
    return draft.changed(made.changes, "script")._replace(script=made.script, origin=made.origin, chain=made.chain)


def _corrections(draft: Draft, config: Config) -> Draft:
    """What a person said of the text, and of its title where the page prints that."""
    said = draft.spoken
    if not said.fitting:
        return draft
    draft = draft._replace(traced=corrected.before_notices(draft.traced, said.fitting))
    line = corrected.title_line(draft.text, said.title) if said.title else None
    return draft._replace(title=draft.at(line)) if line else draft


def _removals(draft: Draft, config: Config) -> Draft:
    """The removals that a person agreed to."""
    if not draft.spoken.fitting:
        return draft
    return draft._replace(traced=corrected.behind_notices(draft.traced, draft.spoken.fitting))


def _page_marks(draft: Draft, config: Config) -> Draft:
    """Page numbers and running titles; they stand between the lines that a notice is made of."""
    text = readable(draft, config)
    if not notices.may_be_paged(text):
        return draft
    return draft.changed(notices.page_marks(text, draft.present_blocks()), "strip")


def _notices(draft: Draft, config: Config) -> Draft:
    """Notices struck and read, the title found where the page's markup did not say it."""
    text = readable(draft, config)
    seen = notices.find(text, draft.present_blocks(), draft.present_title(), config)
    # A bare day on a list is one of its items'.
    own = (f for f in seen.facts if not ("listing" in draft.flags and f.rule == "date-line"))
    said = (facts.located(f, text) for f in own)
    after = draft.changed(seen.changes, "strip")
    after = after._replace(title=draft.at(seen.title), facts=(*draft.facts, *map(draft.placed, said)))
    if any(text[text.rfind("\n", 0, change.start) + 1 : change.start].strip() for change in seen.changes):
        # What is left of a line behind which a notice stood may be one as well.
        again = notices.find(readable(after, config), after.present_blocks(), after.present_title(), config)
        after = after.changed(again.changes, "strip")
    return after


def _outline(draft: Draft, config: Config) -> Draft:
    """The units of the text and who encloses whom; rejects a page on which nothing is left."""
    draft, nodes = settled(draft, config)
    if not nodes or (draft.media_type == "text/html" and all(node.kind == "title" for node in nodes)):
        left = "nothing" if not nodes else "nothing but a title"
        size = len(draft.traced.page)
        kind = "a list: " if "listing" in draft.flags else ""
        raise Rejected("page", "no_content", f"{kind}{left} is left of {size} characters once site chrome is taken out")
    if len(nodes) > config.limits.max_records:
        raise Rejected("outline", "too_large", f"{len(nodes):,} records (limits.max_records)")
    text = readable(draft, config)
    said = [fact.at(*draft.traced.to_page(fact.start or 0, fact.end or 0)) for fact in outline.facts(text, nodes)]
    return draft._replace(nodes=tuple(nodes), facts=(*draft.facts, *said), flags=(*draft.flags, *outline.flags(nodes)))


class Stage(NamedTuple):
    """A named step: a draft and the settings in, a draft out."""

    name: str
    step: Callable[[Draft, Config], Draft]


STAGES: tuple[Stage, ...] = (
    Stage("encodings", _encodings),
    Stage("mirror", _mirror),
    Stage("remains", _remains),
    Stage("language", _language),
    Stage("script", _script),
    Stage("corrections", _corrections),
    Stage("page-marks", _page_marks),
    Stage("notices", _notices),
    # Once more: with a site's lines gone the text begins where it will begin for whoever reads it again.
    Stage("page-marks behind notices", _page_marks),
    Stage("removals", _removals),
    Stage("outline", _outline),
)


# ---------------------------------------------------------------- rows


def _rows(
    draft: Draft, config: Config, *, source: str, data: bytes, url: str | None, fetched_at: datetime | None
) -> CuratedDocument:
    """The rows of a draft that went through all stages."""
    doc_id = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    laid = records.lay_out(draft.traced, draft.nodes, doc_id)
    edits = records.edit_rows(laid.traced, doc_id)
    page_text = draft.traced.page
    title = facts.title(laid.records)
    name = draft.spoken.title or (title and title.value)
    stated = facts.rows(
        draft.facts,
        doc_id=doc_id,
        page_text=page_text,
        title=title,
        url=url,
        in_script=lambda value: script.convert_words(value, config, repair.parted),
        said=draft.spoken.fields,
    )
    columns = facts.columns(stated)
    stale = ("correction-stale",) if draft.spoken.stale else ()
    units = laid.records
    structure = references.Structure(units)
    cited = references.citations(structure, name, columns["document_number"])
    for record, citation in zip(units, cited, strict=True):
        fill(record, {"citation": citation})
    place = partial(records.text_places, laid.traced)
    referring = references.rows(structure, doc_id=doc_id, title=name, place=place)
    told = references.event_rows(units, doc_id=doc_id, place=place)
    row = Document(
        doc_id=doc_id,
        source=source,
        revision="",
        pipeline_version=__version__,
        config_sha256=config.sha256,
        raw_sha256=hashlib.sha256(data).hexdigest(),
        raw_bytes=len(data),
        media_type=draft.media_type,
        encoding=draft.encoding,
        title=name,
        script=draft.script,
        script_origin=draft.origin,
        script_chain=draft.chain,
        page_text=page_text,
        text=laid.text,
        page_chars=len(page_text),
        text_chars=len(laid.text),
        record_count=len(laid.records),
        edit_count=len(edits),
        flags=tuple(sorted({*draft.flags, *stale, *flags.of(page_text, name, laid.records, edits)})),
        fetched_at=fetched_at,
        ingested_at=None,
        site_template=draft.site_template,
        extraction_certainty=facts.sure_of_text(draft.extraction, stated),
        legal_force=references.force_of(
            name and simplified(name, config),
            [columns["issuer"], *(event.body for event in told)],
            columns["document_number"],
        ),
        **columns,
    )
    return _stamped(
        CuratedDocument(document=row, records=units, edits=edits, facts=stated, references=referring, events=told)
    )


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


# Where a reference leads in another document is found out when that document is there, and is no content of this one.
_ELSEWHERE = {
    "reference_id",
    "doc_id",
    "revision",
    "record_id",
    "target_doc_id",
    "target_revision",
    "certainty",
    "reason",
}


_HASHED: tuple[tuple[str, frozenset[str]], ...] = (
    ("records", frozenset(("revision", "record_id", "doc_id"))),
    ("edits", frozenset(("revision", "doc_id"))),
    ("references", frozenset(_ELSEWHERE)),
    ("events", frozenset(_ELSEWHERE)),
)
"""The datasets whose rows are content, and their columns that are none."""
_AS_JSON = json.JSONEncoder(ensure_ascii=False, check_circular=False, default=methodcaller("isoformat"))


def revision_of(made: CuratedDocument) -> str:
    """Its revision: a hash over what was curated, and over nothing of how or when; 16 hex digits.

    What is null is left out, so that a column which is added one day changes no revision where it says nothing.
    """
    content: list[object] = [_content(made.document, sorted(_CONTENT))]
    for name, apart in _HASHED:
        rows: Sequence[Row] = getattr(made, name)
        content.append([_content(_unlinked(row), _columns(type(row), apart)) for row in rows])
    return hashlib.sha256(_AS_JSON.encode(content).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@cache
def _columns(model: type[Row], apart: frozenset[str]) -> tuple[str, ...]:
    """A model's columns but for some, in the order in which they are hashed."""
    return tuple(sorted(model.model_fields.keys() - apart))


def _content(row: Row, columns: Sequence[str]) -> dict[str, object]:
    """Those columns of a row that say something; read off it, since a dump of each row costs more than all else here."""
    values = vars(row)
    return {name: value for name in columns if (value := values[name]) is not None}


def _unlinked(row: Row) -> Row:
    """A reference that names another document as it was before that was looked up: without the units that it leads to."""
    if isinstance(row, Reference) and row.target_eids and (row.target_title or row.target_number):
        return row.model_copy(update={"target_eids": (), "target_first": None, "target_last": None})
    return row


def _stamped(made: CuratedDocument) -> CuratedDocument:
    """The same with its revision, in rows that nobody else has seen yet."""
    stamp = {"revision": revision_of(made)}
    fill(made.document, stamp)
    for rows in (made.records, made.edits, made.facts, made.events):
        for row in rows:
            fill(row, stamp)
    for reference in made.references:
        fill(reference, _target(reference, stamp))
    return made


def _target(reference: Reference, stamp: dict[str, str]) -> dict[str, str]:
    """The revision of a reference, and of its target where that is the document itself."""
    return stamp | ({"target_revision": stamp["revision"]} if reference.target_doc_id == reference.doc_id else {})


def watch_own_rules(told: Callable[[int], None] | None) -> None:
    """Has `told` hear of each of the user's own notice rules as it is tried: its number from 1, and 0 when that is done.

    For a process that may be ended in the midst of it; nothing that is curated depends on it.
    """
    notices.table.watch = told
