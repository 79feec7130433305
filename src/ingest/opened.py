"""A curated folder as tables in memory: one for each dataset, and views that answer what people ask of such a corpus.

    corpus = ingest.open_dataset("curated")
    corpus.documents, corpus.records             pyarrow Tables, read with their first use, in file order
    corpus.with_document("edits")                joined with their documents, whose columns are called document_…
    corpus.articles(), corpus.clauses(), corpus.repairs("phase-slip"), corpus.published(2021, "云栖市")

Every file is opened once and read whole, so that a run which commits meanwhile tears nothing; rows whose document is of
another revision for that moment are left out of views. All rows are held in memory: a corpus that does not fit is for
DuckDB, with the recipes in docs/recipes.md. Joins by hand clash on `text`, `certainty` and others: the views do not.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.objects.address import address_of, shown
from ingest.corpus.storage.parquet import read_table
from ingest.corpus.storage.schema import DATASETS, arrow_schema
from ingest.corpus.storage.store import Store
from ingest.errors import InputError, UsageError

_KEY = ("doc_id", "revision")
_AROUND = 20
"""Characters of the page on each side of a repair."""


class OpenDataset:
    """A curated folder. Its attributes are its datasets, as `pyarrow.Table`s."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._tables: dict[str, pa.Table] = {}

    def __getattr__(self, name: str) -> pa.Table:
        if name not in DATASETS:
            raise AttributeError(f"there is no dataset {name}: there are {', '.join(DATASETS)}")
        if name not in self._tables:
            files = sorted((self.directory / name).glob("**/part-0.parquet"))
            tables = [read_table(path, name) for path in files]
            self._tables[name] = pa.concat_tables([pa.Table.from_batches([], arrow_schema(name)), *tables])
        return self._tables[name]

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *DATASETS]

    def with_document(self, dataset: str, columns: Sequence[str] | None = None) -> pa.Table:
        """A dataset's rows, each with its document's columns (or some of them), which are called `document_…`.

        Rows are joined on `doc_id` and `revision`; those without such a document are left out.
        """
        if dataset not in DATASETS or DATASETS[dataset].per != "document" or dataset == "documents":
            named = ", ".join(
                name for name, about in DATASETS.items() if about.per == "document" and name != "documents"
            )
            raise UsageError(f"{dataset} has no rows of documents: {named} have")
        rows: pa.Table = getattr(self, dataset)
        wanted = [c for c in (columns or self.documents.column_names) if c not in _KEY]
        at = {key: n for n, key in enumerate(_keys(self.documents))}
        found = [at.get(key) for key in _keys(rows)]
        kept = rows.filter(pa.array([n is not None for n in found], pa.bool_()))
        beside = self.documents.select(wanted).take(pa.array([n for n in found if n is not None], pa.int64()))
        for name in wanted:
            kept = kept.append_column(f"document_{name}", beside.column(name))
        return kept

    def articles(self) -> pa.Table:
        """A row an article (第…条), with the text of all that stands below it, a block a line, as `full_text`."""
        rows = []
        for document, records in self._by_document():
            for n, record in enumerate(records):
                if record["kind"] != "article":
                    continue
                below = record["eid"] + "__"
                blocks = [record, *(r for r in records[n + 1 :] if r["eid"].startswith(below))]
                rows.append(_of(document, record) | {"full_text": "\n".join(filter(None, map(_block, blocks)))})
        return _table(rows, "full_text")

    def clauses(self) -> pa.Table:
        """A row a clause, with `where`: the labels and headings above it, joined by ` > `."""
        rows = [
            _of(document, record) | {"where": " > ".join(record["path"]), "text": record["text"]}
            for document, records in self._by_document()
            for record in records
            if record["unit"] == "clause"
        ]
        return _table(rows, "where", "text")

    def repairs(self, rule: str, applied: bool = True) -> pa.Table:
        """A row a repair that this rule made (or, not `applied`, declined), with the page on both sides of it."""
        pages = dict(zip(_keys(self.documents), self.documents.column("page_text").to_pylist(), strict=True))
        rows = []
        for edit in self.with_document("edits", ["source", "title"]).to_pylist():
            if rule in edit["rules"] and edit["applied"] == applied:
                page, start, end = pages[edit["doc_id"], edit["revision"]], edit["start"], edit["end"]
                rows.append(
                    {"doc_id": edit["doc_id"], "source": edit["document_source"], "title": edit["document_title"]}
                    | {"left": page[max(0, start - _AROUND) : start], "before": edit["before"], "after": edit["after"]}
                    | {"right": page[end : end + _AROUND], "certainty": edit["certainty"], "note": edit["note"]}
                )
        return _plain(rows, ("doc_id", "source", "title", "left", "before", "after", "right", "certainty", "note"))

    def published(self, year: int, by: str | None = None) -> pa.Table:
        """The documents of a year, and of a place or body if named: whose issuer, publisher or title has that name in it."""
        found = self.documents.filter(pc.equal(pc.year(self.documents.column("published_on")), year))
        if by is None:
            return found
        named = [pc.fill_null(pc.match_substring(found.column(c), by), False) for c in ("issuer", "publisher", "title")]
        return found.filter(pc.or_(pc.or_(named[0], named[1]), named[2]))

    def _by_document(self) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
        """Each document with its records in order."""
        about = {
            (row["doc_id"], row["revision"]): row
            for row in self.documents.select([*_KEY, "source", "title"]).to_pylist()
        }
        held: dict[tuple[str, str], list[dict[str, Any]]] = {}
        columns = [*_KEY, "record_id", "ordinal", "eid", "kind", "unit", "label", "heading", "text", "path"]
        for record in self.records.select(columns).to_pylist():
            held.setdefault((record["doc_id"], record["revision"]), []).append(record)
        for key, document in about.items():
            yield document, sorted(held.get(key, ()), key=lambda record: int(record["ordinal"]))


def open_dataset(directory: str | Path) -> OpenDataset:
    """A curated folder as tables and views. Raises InputError where there is none."""
    place = Path(directory)
    if address_of(place):
        place = Store.open(place).whole().root  # each object as a whole, each bucket of one state
    if not (place / "documents").is_dir():
        raise InputError(f"{shown(directory)} is no curated folder: it has no documents")
    return OpenDataset(place)


def _keys(table: pa.Table) -> list[tuple[str, str]]:
    return list(zip(table.column("doc_id").to_pylist(), table.column("revision").to_pylist(), strict=True))


def _block(record: dict[str, Any]) -> str:
    head = f"{record['label'] or ''}{record['heading'] or ''}"
    return f"{head} {record['text']}".strip() if head else str(record["text"])


def _of(document: dict[str, Any], record: dict[str, Any]) -> dict[str, Any]:
    """The columns that views of records have in common."""
    named = {name: record[name] for name in ("doc_id", "record_id", "eid", "label", "heading")}
    return {"source": document["source"], "title": document["title"]} | named


def _table(rows: list[dict[str, Any]], *besides: str) -> pa.Table:
    return _plain(rows, ("source", "title", "doc_id", "record_id", "eid", "label", "heading", *besides))


def _plain(rows: list[dict[str, Any]], columns: Sequence[str]) -> pa.Table:
    return pa.Table.from_pylist(rows, pa.schema([(name, pa.string()) for name in columns]))
