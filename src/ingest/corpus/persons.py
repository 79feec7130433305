"""Corrections turned into what others can learn from: test cases for whoever works on the rules."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ingest import script
from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.correcting import Seen, seen
from ingest.corpus.readers.base import digest_of
from ingest.corpus.storage.store import Store
from ingest.correction import Correction
from ingest.errors import InputError, Rejected
from ingest.pipeline import curate

_GLOSS = 20
"""Characters that a removal within a line has at most; what is longer is a line or more."""


def cases(curated: Path, said: Sequence[Correction]) -> tuple[list[dict[str, Any]], list[str]]:
    """A test case for each correction, and a line for each of which none could be made.

    A case has the lines of the page around the place (`text`; the whole page where it is about a field or about what
    belongs, and then its markup, `html`, where it has one), and what `curate` should give: `want`, the whole curated text, or else text that is `with`in it, or that it is
    `without`, or `field` and `value`. `holds` says whether the rules do so today, without the person.
    """
    made: list[dict[str, Any]] = []
    left = []
    known: dict[str, Seen] = {}
    for one in said:
        try:
            if one.source not in known:
                known[one.source] = seen(curated, one.source)
            doc = known[one.source]
        except InputError as error:
            left.append(str(error))
            continue
        if doc.document.raw_sha256 != one.raw_sha256:
            left.append(f"{one.source}: {one.saying}: the page has changed, and there is no case of it")
            continue
        case = _field(one, doc) if one.field else _part(one, doc) if _is_part(one) else _line(one, doc)
        if case is not None and (one.field or _is_part(one)) and doc.document.media_type != "text/plain":
            try:  # what the page states, and what belongs, is told by its markup
                case = {"html": _markup(curated, doc), "url": doc.document.url, **case}
                del case["text"]
            except (readers.Refused, InputError) as error:
                left.append(f"{one.source}: {one.saying}: the page's markup cannot be read: {error}")
                continue
        if case is None:
            left.append(f"{one.source}: {one.saying}: the lines around it are no page by themselves")
            continue
        made.append({"label": f"{one.source}: {one.saying}", "rules": list(one.rules), **case, "holds": holds(case)})
    return made, left


def holds(case: dict[str, Any]) -> bool:
    """Whether the rules give what a case asks for."""
    try:
        if "html" in case:
            doc = curate(case["html"], source="case.html", media_type="text/html", url=case.get("url"))
        else:
            doc = curate(case["text"], source="case.txt", media_type="text/plain")
    except Rejected:
        return False
    if "field" in case:
        have = getattr(doc.document, case["field"])
        return bool((list(have) if isinstance(have, tuple) else have and str(have)) == case["value"])
    text = "".join(doc.text.split())
    if "want" in case:
        return text == "".join(case["want"].split())
    return ("".join(case["with"].split()) in text) if "with" in case else "".join(case["without"].split()) not in text


def _markup(curated: Path, doc: Seen) -> str:
    """An HTML page as it came, decoded as it was read."""
    root = Store.open(curated).raw
    if root is None:
        raise InputError("the raw folder is not known")
    document = doc.document
    name = readers.file_of(document.source)
    with tempfile.TemporaryDirectory(prefix="ingest-") as scratch:
        place = (root / name).parent
        item = readers.named(place / (Path(name).name + document.source[len(name) :]), Path(scratch))
        page = readers.read_raw(place, item, 1 << 62)
    if page.sha256 != document.raw_sha256:
        raise InputError("it has changed")
    raw = page.raw
    return raw if isinstance(raw, str) else raw.decode(document.encoding or "utf-8", "replace")


def _field(one: Correction, doc: Seen) -> dict[str, Any]:
    value = (one.after or "").split("、") if one.field == "authors" else one.after
    return {"text": doc.document.page_text, "field": one.field, "value": value}


def _is_part(one: Correction) -> bool:
    """Whether it says what belongs to the document, lines and not words."""
    removal = one.action == "accept" and not one.after and len(one.before or "") > _GLOSS
    return removal or one.action in ("strike", "keep")


def _part(one: Correction, doc: Seen) -> dict[str, Any]:
    page = doc.document.page_text
    return {"text": page, "with" if one.action == "keep" else "without": _curated(one, doc)}


def _curated(one: Correction, doc: Seen) -> str:
    """A part of the page in the words of the document."""
    at, out = one.start or 0, []
    for edit in doc.edits:
        if edit.applied and edit.after and (one.start or 0) <= edit.start and edit.end <= (one.end or 0):
            out += [doc.document.page_text[at : edit.start], edit.after]
            at = edit.end
    words = "".join([*out, doc.document.page_text[at : one.end]])
    return script.convert(words, Config()).recoded if doc.document.script_chain else words


def _line(one: Correction, doc: Seen) -> dict[str, Any] | None:
    """The lines around a place, and what they come to with the correction made."""
    page, start, end = doc.document.page_text, one.start or 0, one.end or 0
    low = page.rfind("\n", 0, start) + 1
    high = page.find("\n", end)
    text = page[low : high if high >= 0 else len(page)]
    own = one.model_copy(
        update={"source": "case.txt", "start": start - low, "end": end - low, "raw_sha256": digest_of(text)}
    )
    try:
        made = curate(text, source="case.txt", media_type="text/plain", config=Config(corrections=(own,)))
    except Rejected:
        return None
    return {"text": text, "want": made.text}
