"""From a citation to the clause: 《云栖市渔港管理条例》第三条第二款 in every document of that title."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.storage.parquet import read_table
from ingest.corpus.storage.store import Store
from ingest.errors import UsageError
from ingest.models import Record
from ingest.references import Cited, elsewhere, names, parse

_ABOUT = ["source", "title", "document_number"]
_FIRST = "款1;"


class Clause(NamedTuple):
    """A clause that a citation means, or a whole document (`record` None), and the source of its page."""

    source: str
    title: str | None
    record: Record | None


def find(curated: Path, citation: str) -> list[Clause]:
    """The clauses that `citation` means, one for each document of that title or number, in the order of their sources.

    Numbers may be printed in any way (第3条第2款第2项). 第三条第一款 is the article where that has one 款 alone. Raises
    `UsageError` where the citation names no document; an empty list: there is none such.
    """
    cited = parse(citation)
    if not cited.document:
        raise UsageError(f"{citation!r} names no document: 《title》第十条, or title第十条")
    store = Store.open(curated)
    found = _clauses(store, cited)
    if not found and cited.place and "《" not in citation:  # …的解释（二） is a title, and names no （二）
        found = _clauses(store, Cited(names.key(citation), ""))
    return sorted(found, key=lambda clause: clause.source)


def _clauses(store: Store, cited: Cited) -> list[Clause]:
    found: list[Clause] = []
    for bucket in store.numbers():
        if store.table("documents", bucket).exists():
            found += _units(store, bucket, cited) if cited.place else _whole(store, bucket, cited)
    return found


def _whole(store: Store, bucket: int, cited: Cited) -> Iterator[Clause]:
    """The documents that are cited as such, by title or number."""
    for row in read_table(store.table("documents", bucket), "documents", _ABOUT).to_pylist():
        number = row["document_number"] and elsewhere.number_key(row["document_number"])
        if cited.document in (row["title"] and names.key(row["title"]), number):
            yield Clause(row["source"], row["title"], None)


def _units(store: Store, bucket: int, cited: Cited) -> Iterator[Clause]:
    """The units that are cited, of whichever part of a document bears the title: so their own citations are compared."""
    table = read_table(store.table("records", bucket), "records", ["record_id", "doc_id", "citation"])
    exact: dict[str, str] = {}
    first: dict[str, str] = {}
    for record_id, doc_id, citation in zip(*(table.column(n).to_pylist() for n in table.column_names), strict=True):
        if citation and _head(citation) == cited.document:
            place = parse(citation).place
            if place == cited.place:
                exact[doc_id] = record_id
            elif cited.place == place + _FIRST:  # the first 款 of an article that has no other is the article
                first[doc_id] = record_id
    ids = {**first, **exact}
    if not ids:
        return
    documents = read_table(store.table("documents", bucket), "documents", ["doc_id", "source", "title"]).to_pylist()
    about = {row["doc_id"]: row for row in documents if row["doc_id"] in ids}
    records = read_table(store.table("records", bucket), "records")
    wanted = records.filter(pc.is_in(records.column("record_id"), pa.array(list(ids.values())))).to_pylist()
    for row in wanted:
        yield Clause(about[row["doc_id"]]["source"], about[row["doc_id"]]["title"], Record.model_validate(row))


@lru_cache(4096)
def _key(head: str) -> str:
    return parse(head).document


def _head(citation: str) -> str:
    """The document of a citation, in the form to compare by."""
    end = citation.rfind("》") + 1
    return _key(citation[:end]) if end else parse(citation).document
