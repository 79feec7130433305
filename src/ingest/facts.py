"""What a page says about itself, as rows: where each value stands, which one the document took, and why not the others.

Stages read facts wherever the page states them, often one thing several times: `<meta>`, a publish line, a signature, a
footer. Here one value a field is chosen (the lowest rank, the first of equals) and the losers are kept with the reason.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, TypedDict

from ingest import models, trust
from ingest.blocks import Fact
from ingest.blocks import FactField as StatedField
from ingest.correction import Correction
from ingest.han import dates, width
from ingest.patterns import pattern
from ingest.traced import Certainty

_MOST = 20
"""Losing facts of one field that are kept; a page that states a thing more often states it no better."""
_SECOND = 100
"""Added to the rank of what gives a value only where nothing else does: the medium that a reprint names as its source."""
_GIVEN = 90
"""Rank of the address that a page was fetched from: any address in its markup is the better one."""
_FIELDS: tuple[models.FactField, ...] = (
    "title", "url", "published_on", "issued_on", "publisher", "issuer", "document_number", "authors",
)  # fmt: skip
_SPACE = pattern(r"\s+")
_BREAK = pattern(r"[ \t\u3000]*<br ?/?>[ \t\u3000]*")
_UNSEEN = pattern(r"[\u00ad\u200b-\u200d\u2060\ufeff]")
_APART = pattern(r"[一-鿿](?:\s+[一-鿿〇（）《》“”0-9])+")
_SIGN = pattern(r"^[|｜·•–—-]\s+(?=\S)")
_STRONG = pattern(r"(\*\*|__)([^*_]+)\1")


class Metadata(TypedDict):
    """The columns of a document that facts give, its title aside."""

    url: str | None
    published_on: date | None
    issued_on: date | None
    publisher: str | None
    issuer: str | None
    document_number: str | None
    authors: tuple[str, ...]


class Title(NamedTuple):
    """The title that the document has, and its hull in page offsets."""

    value: str
    start: int
    end: int


def title(records: Sequence[models.Record]) -> Title | None:
    """The document's title: its first title record; of a judgment court and kind joined, without blanks inside.

    None where it heads what is attached to a text that has none.
    """
    found = [r for r in records if r.kind == "title"]
    if not found or _of_attachment(records):
        return None
    if found[0].role != "court":
        return Title(_unmarked(found[0].heading or found[0].text), found[0].source_start, found[0].source_end)
    head = [r for r in found if r.role in ("court", "kind")]
    words = "".join(_SPACE.sub("", r.heading or r.text) for r in head)
    return Title(words, head[0].source_start, head[-1].source_end)


_ADDRESSED = 30  # characters of a line that says to whom a letter goes


def _of_attachment(records: Sequence[models.Record]) -> bool:
    """Whether the first title among the records heads what is attached to a text. A decree signs above the law that it puts into force."""
    told = spoken = signed = False
    for record in records:
        if record.kind == "title":
            return signed and not any(r.kind == "article" for r in records)
        if told and record.kind == "attachment":
            return True
        # Whom a letter addresses stands above all else. What it puts into force has articles.
        spoken = spoken or (
            record.kind == "paragraph" and record.text.endswith("：") and len(record.text) <= _ADDRESSED
        )
        signed = signed or (spoken and record.kind == "signature")
        told = True
    return False


def _unmarked(words: str) -> str:
    """A title as one would cite it: without the marks of Markdown around it, line breaks of HTML, what no reader sees, a sign before it, and the blanks
    of one whose every character is set apart (公 司 章 程). The record keeps them all."""
    words = _UNSEEN.sub("", _BREAK.sub(" ", words))
    strong = _STRONG.fullmatch(words)
    words = _SIGN.sub("", strong[2] if strong else words)
    return _SPACE.sub("", words) if _APART.fullmatch(words) else words


def located(fact: Fact, text: str) -> Fact:
    """A fact that is placed in its line, placed in the value; as it is where `text` does not print it literally."""
    if fact.start is None or fact.end is None:
        return fact
    line = text[fact.start : fact.end]
    if fact.field in ("published_on", "issued_on"):
        found = _day(line, fact.value)
    else:
        found = _words(line, fact.value.split("、") if fact.field == "author" else [fact.value])
    return fact.at(fact.start + found[0], fact.start + found[1]) if found else fact


def _day(line: str, iso: str) -> tuple[int, int] | None:
    """Where the line prints that day."""
    line, at = width.digits(line), 0
    while found := dates.find(line[at:]):
        if found.iso == iso:
            return at + found.start, at + found.end
        at += found.end
    return None


def _words(line: str, words: Sequence[str]) -> tuple[int, int] | None:
    """The hull of some words in a line: as they are, else with any white space and either width between their letters."""
    spans = []
    folded = width.fold(line)
    for word in words:
        at = line.find(word)
        if at >= 0:
            spans.append((at, at + len(word)))
            continue
        printed = r"\s*".join(map(re.escape, _SPACE.sub("", width.fold(word))))
        match = re.search(printed, folded) if len(word) <= 200 else None
        if match is None:
            return None
        spans.append(match.span())
    return (min(a for a, _ in spans), max(b for _, b in spans)) if spans else None


# ---------------------------------------------------------------- the choice


def rows(
    facts: Iterable[Fact],
    *,
    doc_id: str,
    page_text: str,
    title: Title | None,
    url: str | None,
    in_script: Callable[[str], str],
    said: Sequence[Correction] = (),
) -> tuple[models.Fact, ...]:
    """The rows of a document (revision left empty), a field after the other, each with the chosen ones first.

    `facts` are in offsets of `page_text`, in the order in which they were found. `title` is what the outline took as the
    document's title: there it is decided, by the markup where that says it. `url` is where the page was fetched from.
    `in_script` puts a value into the script of the document: values from attributes and headers are no part of the page
    text, so they come here unconverted. `said` are the fields that a person set: that value is chosen, as it was given.
    """
    every = [_column(fact) for fact in dict.fromkeys(facts)]
    if url is not None:
        every.append(("url", Fact("url", url, "fetched-from", _GIVEN, origin="header")))
    out: list[models.Fact] = []
    titled: Certainty | None = None
    for field in _FIELDS:
        own = [fact._replace(value=_value(field, fact.value, in_script)) for name, fact in every if name == field]
        if field == "title":
            own = _titled(own, title)
        word = next((one for one in said if one.field == field), None)
        if word is not None:
            out += _overruled(doc_id, len(out), field, word, own, page_text)
            continue
        if not own:
            continue
        best = own[0] if field == "title" else min(own, key=lambda f: f.rank)
        none_chosen = field == "title" and title is None
        losers = sorted((f for f in own if none_chosen or f is not best), key=lambda f: f.rank)[:_MOST]
        sure = None if none_chosen else trust.of(field, best, own, titled)
        titled = sure if field == "title" else titled
        kept = [] if none_chosen else [(f, sure, f.note) for f in _apart(field, best, page_text)]
        many = len(kept)
        kept += [(f, None, _why(f, None if none_chosen else best)) for f in losers]
        out += [_row(doc_id, len(out) + n, field, n < many, *one) for n, one in enumerate(kept)]
    return tuple(out)


def _overruled(
    doc_id: str, ordinal: int, field: models.FactField, word: Correction, own: Sequence[Fact], page_text: str
) -> list[models.Fact]:
    """The rows of a field that a person set: his value where the page prints it, the page's own as losers."""
    name: StatedField = "author" if field == "authors" else field
    values = [v for v in (word.after or "").split("、") if v] if field == "authors" else [v for v in (word.after,) if v]
    whole = (0, len(page_text))
    mine = []
    for value in values:
        placed = located(Fact(name, value, "person:set", -1, *whole, "person", word.saying), page_text)
        mine.append(placed._replace(start=None, end=None) if (placed.start, placed.end) == whole else placed)
    losers = sorted((f for f in own if f.value or f.start is not None), key=lambda f: f.rank)[:_MOST]
    rows: list[tuple[Fact, Certainty | None, str | None]] = [(fact, "exact", fact.note) for fact in mine]
    rows += [(fact, None, f"a person knows better: {word.saying}") for fact in losers]
    return [_row(doc_id, ordinal + n, field, n < len(mine), *one) for n, one in enumerate(rows)]


def columns(chosen: Iterable[models.Fact]) -> Metadata:
    """The columns of the document row that the chosen facts among some rows give."""
    value: dict[str, str] = {}
    authors = []
    for row in chosen:
        if row.chosen and row.field == "authors":
            authors.append(row.value)
        elif row.chosen:
            value[row.field] = row.value
    return {
        "url": value.get("url"),
        "published_on": date.fromisoformat(value["published_on"]) if "published_on" in value else None,
        "issued_on": date.fromisoformat(value["issued_on"]) if "issued_on" in value else None,
        "publisher": value.get("publisher"),
        "issuer": value.get("issuer"),
        "document_number": value.get("document_number"),
        "authors": tuple(authors),
    }


def sure_of_text(choice: Certainty | None, rows: Iterable[models.Fact]) -> Certainty | None:
    """How sure a document's text is whose lines were chosen with certainty `choice`, by the chosen ones of its facts."""
    return trust.of_text(choice, (row for row in rows if row.chosen))


def _column(fact: Fact) -> tuple[str, Fact]:
    """The column that a fact is about, and the fact with its rank there."""
    if fact.field == "original_source":
        return "publisher", fact._replace(rank=fact.rank + _SECOND)
    return ("authors" if fact.field == "author" else fact.field), fact


def _value(field: str, value: str, in_script: Callable[[str], str]) -> str:
    return value if field in ("url", "published_on", "issued_on") else in_script(value)


def _titled(own: list[Fact], title: Title | None) -> list[Fact]:
    """The facts of a title with the document's own first, which takes the place of the one that says it there."""
    if title is None:
        return own
    there = next(
        (f for f in own if f.start is not None and f.end is not None and f.start < title.end and title.start < f.end),
        None,
    )
    mine = (there or Fact("title", "", "title-outline"))._replace(value=title.value, start=title.start, end=title.end)
    return [mine, *(f for f in own if f is not there)]


def _apart(field: str, best: Fact, page_text: str) -> Iterator[Fact]:
    """The chosen fact; of authors each by himself, where the page prints him."""
    if field != "authors":
        yield best
        return
    for name in filter(None, best.value.split("、")):
        yield located(best._replace(value=name), page_text)


def _why(loser: Fact, best: Fact | None) -> str:
    """Why a fact was not chosen."""
    if best is None:
        return "the text has no title of its own"
    if loser.value == best.value:
        return f"says the same as {best.rule}"
    if loser.rank < best.rank:
        return f"{best.rule} is what the text has as its title"
    if loser.rank == best.rank:
        return f"as good as {best.rule}, which was read first"
    return f"{best.rule} ranks before it ({best.rank} before {loser.rank})"


def _row(
    doc_id: str,
    ordinal: int,
    field: models.FactField,
    chosen: bool,
    fact: Fact,
    certainty: Certainty | None,
    note: str | None,
) -> models.Fact:
    return models.Fact(
        doc_id=doc_id,
        revision="",
        ordinal=ordinal,
        field=field,
        value=fact.value,
        rule=fact.rule,
        start=fact.start,
        end=fact.end,
        origin=fact.origin,
        rank=fact.rank,
        certainty=certainty,
        chosen=chosen,
        note=note,
    )
