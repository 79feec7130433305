"""A curated folder read document by document, in bounded memory: for whatever looks at documents with their records."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from ingest.corpus.readers.base import doc_id_of, file_of
from ingest.corpus.storage.parquet import TableReader, open_file
from ingest.corpus.storage.store import Store, bucket_of
from ingest.errors import InputError, UsageError
from ingest.models import Document, Event, Record, Reference
from ingest.patterns import pattern

_DOC_ID = pattern(r"[0-9a-f]{16}")


class Bundle(NamedTuple):
    """A document with its rows in the datasets beside."""

    document: Document
    records: tuple[Record, ...]
    references: tuple[Reference, ...] = ()
    events: tuple[Event, ...] = ()


def bundles(curated: Path, where: str | None = None) -> Iterator[Bundle]:
    """Every document of a folder, bucket by bucket, each bucket in the order of `doc_id`.

    `where`: a condition of SQL over the columns of `documents`, as DuckDB reads it (extra `export`). One row group a
    dataset is in memory at a time. Raises `InputError` where there is no such folder, `UsageError` for a condition that
    cannot be read.
    """
    store = Store.open(curated)
    if where is not None:
        store.whole()
    chosen = None if where is None else matching(store.root, where)
    for bucket in store.numbers():
        yield from _bucket(store, bucket, chosen)


def count(curated: Path) -> int:
    """How many documents a folder has, by the ends of its files; those in object storage that are not here are left out.

    Raises `InputError` where there is no such folder, `StoreError` where a file is damaged.
    """
    root = Store.open(curated).root
    found = 0
    for path in (root / "documents").glob("*/*.parquet"):
        with open_file(path) as file:
            found += file.metadata.num_rows
    return found


def _bucket(store: Store, bucket: int, chosen: Collection[str] | None) -> Iterator[Bundle]:
    documents = TableReader(store.table("documents", bucket), "documents")
    others = [
        (model, TableReader(store.table(name, bucket), name))
        for name, model in (("records", Record), ("references", Reference), ("events", Event))
    ]
    try:
        while (doc_id := documents.next_id) is not None:
            table = documents.take(doc_id)
            if chosen is not None and doc_id not in chosen:
                continue
            row = table.to_pylist()[0]
            parts = [
                tuple(model.model_construct(**r) for r in reader.take(doc_id).to_pylist()) for model, reader in others
            ]
            yield Bundle(Document.model_construct(**row), *parts)  # type: ignore[arg-type]
    finally:
        for reader in (documents, *(r for _, r in others)):
            reader.close()


def matching(curated: Path, where: str) -> set[str]:
    """The `doc_id`s of the documents for which a condition of SQL holds."""
    try:
        import duckdb
    except ImportError:
        raise UsageError("--where needs DuckDB: pip install 'ingest[export]'") from None
    files = [str(path) for path in sorted((curated / "documents").glob("*/*.parquet"))]
    if not files:
        return set()
    with duckdb.connect(config={"enable_external_access": True}) as base:
        documents = base.read_parquet(files)  # noqa: F841 - the query names it
        base.execute("create temp table documents as select * from documents")
        base.execute("set enable_external_access = false")  # the condition reads these rows and no other file
        try:
            found = base.execute(f"select doc_id from documents where ({where})").fetchall()
        except duckdb.Error as error:
            said = " ".join(str(error).split())[:160]
            raise UsageError(f"--where {where!r} cannot be read: {said}") from error
    return {doc_id for (doc_id,) in found}


def of_source(curated: Path, sources: Sequence[str]) -> Iterator[Bundle]:
    """The documents of some pages, by `source` or `doc_id`. Raises `InputError` for the first that is not there."""
    store = Store.open(curated)
    wanted = dict.fromkeys(sources)
    found = set()
    # A source tells its bucket, a doc_id does not; sixteen hex digits may be either.
    told = {bucket_of(file_of(name), store.facts.buckets) for name in wanted}
    chosen = {*wanted, *map(doc_id_of, wanted)}
    for bucket in store.numbers() if any(map(_DOC_ID.fullmatch, wanted)) else sorted(told):
        for bundle in _bucket(store, bucket, chosen):
            named = {bundle.document.source, bundle.document.doc_id} & wanted.keys()
            if named:
                found |= named
                yield bundle
    if missing := [name for name in wanted if name not in found]:
        raise InputError(f"{curated} has no document {missing[0]}: name it by its source or doc_id")
