"""All rule tables of the package in one list: what each row is called where it acts, and how it is tried by its example.

A new table gets one entry here; `ingest rules` and the tests of all tables go over these entries and nothing else.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import NamedTuple

from ingest import labels
from ingest.han import bodies, kinds, markers, outlets, whatwg, width
from ingest.notices import table as notices
from ingest.outline import confidence, court, headings
from ingest.page import codecs_whatwg, container, decode, element, euc_tw, furniture, meta
from ingest.patterns import pattern
from ingest.references import cues, expressions, force
from ingest.repair import folding, variants
from ingest.rules import Row, Table
from ingest.script import dictionaries as script
from ingest.script import folded

_NAME = pattern(r"\b(id|class|itemprop)=\"?([^\">]+)")


class Entry(NamedTuple):
    """A table: `shown` is the column of its patterns or words, `called` gives the id that edits, facts and records have.

    `takes` says whether a row's rule takes a text, for tables of patterns; a table of words or codes has none.
    """

    table: Table
    shown: str
    called: Callable[[Row], str]
    takes: Callable[[Row, str], bool] | None = None

    @property
    def room(self) -> str:
        """The room that it belongs to: page, notices, han."""
        return self.table.room.removeprefix("ingest").strip(".") or "labels"


class Rule(NamedTuple):
    """A row as `ingest rules` shows it; a cell that its table does not have is empty."""

    id: str
    room: str
    table: str
    pattern: str
    example: str
    lookalike: str


def _anchor(row: Row, element: str) -> bool:
    found = _NAME.search(element)
    if found is None or found[1] != row["where"]:
        return False
    pattern = row.expression("pattern", re.I)
    return any(pattern.fullmatch(name) for name in (found[2].split() if found[1] == "class" else [found[2]]))


def _furniture(row: Row, text: str) -> bool:
    kind = row["kind"]
    pattern = row.expression("pattern", furniture.flags_of(kind))
    if kind in ("strong", "weak", "caption"):
        return any(pattern.search(name) for _, name in _NAME.findall(text))
    if kind == "foot":
        return pattern.search(text) is not None
    return (pattern.match if kind == "commenter" else pattern.fullmatch)(text) is not None


def _notice(row: Row, line: str) -> bool:
    pattern = row.expression("pattern", made=notices.written_out)
    return pattern.fullmatch(width.fold(line).strip()) is not None


def _seam(row: Row, line: str) -> bool:
    before, _, behind = line.partition("|")
    pattern = row.expression("pattern")
    if row["side"] == "ends":
        return any(found.end() == len(before) for found in pattern.finditer(before))
    return pattern.match(behind) is not None


def _label(row: Row, line: str) -> bool:
    if folded(row["label"]) not in folded(width.fold(line)):  # the example is this row's, and no other's
        return False
    found = labels.read_line(line)
    fields = set() if row["field"] == "-" else {row["field"]}
    ranks = {row.whole_number("rank")}
    return {fact.field for fact in found} == fields and {fact.rank for fact in found} <= ranks


def _marker(row: Row, line: str) -> bool:
    """By its own pattern: that the line opens with some marker would say nothing of this row."""
    return re.match(markers.expression(row["pattern"]), line) is not None and markers.opens(line)


def _ends(column: str) -> Callable[[Row, str], bool]:
    return lambda row, text: text.endswith((row[column], *row["traditional"].split()))


def _plain(column: str, prefix: str = "") -> Callable[[Row], str]:
    return lambda row: prefix + row[column]


def _cue(row: Row, text: str) -> bool:
    return row.expression("pattern").match("".join(text.split())) is not None


@cache
def entries() -> tuple[Entry, ...]:
    """Every rule table of the package."""
    return (
        Entry(container.TABLE, "pattern", _plain("id"), _anchor),
        Entry(furniture.TABLE, "pattern", _plain("id"), _furniture),
        Entry(element.TABLE, "name", _plain("name", "platform:")),
        Entry(meta.TABLE, "name", _plain("name", "meta:")),
        Entry(meta.ARCHIVES, "site", _plain("site", "archive:")),
        Entry(decode.TABLE, "labels", _plain("encoding")),
        Entry(euc_tw.RUNS, "big5", lambda row: f"euc-tw:{row['plane']}:{row['code']}"),
        Entry(whatwg.DIFFERENCES, "points", lambda row: f"{row['encoding']}:{row['code']}"),
        Entry(variants.TABLE, "usual", _plain("character", "variant:")),
        Entry(folding.TABLE, "character", _plain("radical", "radical:")),
        Entry(codecs_whatwg.FREQUENT, "characters", _plain("id")),
        Entry(notices.TABLE, "pattern", _plain("id"), _notice),
        Entry(headings.SEAMS, "pattern", _plain("id"), _seam),
        Entry(confidence.TABLE, "class", _plain("class", "structure:")),
        Entry(court.TABLE, "pattern", _plain("id", "role:"), _cue),
        Entry(markers.TABLE, "pattern", _plain("id", "marker:"), _marker),
        Entry(kinds.TABLE, "kind", _plain("kind"), _ends("kind")),
        Entry(bodies.TABLE, "ending", _plain("ending"), _ends("ending")),
        Entry(outlets.TABLE, "ending", _plain("ending"), _ends("ending")),
        Entry(labels.TABLE, "label", _plain("id", "label:"), _label),
        Entry(expressions.TABLE, "word", _plain("id", "lookalike:")),
        Entry(cues.TABLE, "word", _plain("id", "cue:"), cues.takes),
        Entry(force.TABLE, "title", _plain("id", "force:"), force.takes),
        Entry(script.CHOICES, "character", _plain("character", "choice:")),
        Entry(script.CONVERTERS, "form", lambda row: f"{row['kind']}:{row['form']}"),
        Entry(script.LOCALISED, "taiwan", _plain("taiwan", "localised:")),
        Entry(script.NAMES, "from", _plain("from", "name:")),
        Entry(script.NEIGHBOURS, "form", lambda row: f"{row['form']}{row['side']}"),
        Entry(script.IDIOMS, "form", lambda row: row["form"]),
        Entry(script.ORIGIN, "word", lambda row: f"{row['side']}:{row['word']}"),
        Entry(script.OVERLAY, "from", lambda row: f"{row['direction']}:{row['from']}"),
        Entry(script.OPENCC, "key", lambda row: f"{row['dictionary']}:{row['key']}"),
    )


def rules() -> Iterator[Rule]:
    """Every row of every table, in the order of the rooms."""
    for entry in entries():
        columns = entry.table.columns
        for row in entry.table.rows():
            example, lookalike = (row[name] if name in columns else "" for name in ("example", "lookalike"))
            yield Rule(entry.called(row), entry.room, entry.table.name, row[entry.shown], example, lookalike)
