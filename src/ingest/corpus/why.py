"""Why a document has the metadata that it has: its rows of `facts`, by the source of its page."""

from pathlib import Path
from typing import get_args

import pyarrow.compute as pc

from ingest.corpus import readers
from ingest.corpus.storage.parquet import read_table
from ingest.corpus.storage.store import Store, bucket_of
from ingest.errors import InputError, UsageError
from ingest.models import Fact, FactField


def facts_of(curated: Path, source: str, field: str | None = None) -> list[Fact]:
    """What the page `source` states about itself (only about `field`, where one is named), as the datasets have it.

    Raises `InputError` where there is no such document, saying why if its page was rejected; `UsageError` for a field
    that no document has.
    """
    if field is not None and field not in get_args(FactField):
        raise UsageError(f"{field} is no field of facts: there are {', '.join(get_args(FactField))}")
    store = Store.open(curated)
    bucket = bucket_of(readers.file_of(source), store.facts.buckets)
    doc_id = readers.doc_id_of(source)
    there = store.table("documents", bucket)
    known = (
        there.exists() and pc.any(pc.equal(read_table(there, "documents", ["doc_id"]).column("doc_id"), doc_id)).as_py()
    )
    if not known:
        raise InputError(_missing(store, bucket, source))
    path = store.table("facts", bucket)
    if not path.exists():
        return []
    table = read_table(path, "facts")
    rows = table.filter(pc.equal(table.column("doc_id"), doc_id)).to_pylist()
    return [Fact.model_validate(row) for row in rows if field in (None, row["field"])]


def _missing(store: Store, bucket: int, source: str) -> str:
    path = store.table("rejections", bucket)
    if path.exists():
        table = read_table(path, "rejections", ["source", "reason", "detail"])
        for row in table.filter(pc.equal(table.column("source"), source)).to_pylist():
            return f"{source} gave no document: {row['reason']}: {row['detail']}"
    return f"{store.name} has no document of {source}: name it as `source` does (a path under the raw folder)"
