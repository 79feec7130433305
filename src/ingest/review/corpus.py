"""Review pages of a curated folder: one file a document, and an index over everything that was put in.

Reads what is committed and writes nothing into the folder. A page is made from one document's rows, a bucket is walked
document by document, and of the corpus only the index's short entries are ever in memory.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import NamedTuple, TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.corrections import place
from ingest.corpus.storage.parquet import TableReader
from ingest.corpus.storage.schema import DATASETS, OF_DOCUMENTS
from ingest.corpus.storage.store import Store
from ingest.errors import InputError, StoreError
from ingest.models import CuratedDocument, Document, Row
from ingest.review import fulltext
from ingest.review.columns import read_columns, rows_of, tuples
from ingest.review.doubt import MEASURED, doubt, form, reasons
from ingest.review.render import Listed, index, page, pairs, stamp
from ingest.sorts import family

_FOLDER = "documents"
_HOME = "../index.html"
_SURE: tuple[float, tuple[str, ...]] = (0.0, ())
_R = TypeVar("_R", bound=Row)


class _Changes(NamedTuple):
    """What the edits of a document come to."""

    rules: tuple[str, ...]
    exact: int
    likely: int
    guess: int


def save(path: Path, html: str) -> Path:
    """Write a page to a file, its folder made if need be. Raises InputError where that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(html, "utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error
    return path


def write(
    curated: Path,
    out: Path,
    doc_ids: Iterable[str] | None = None,
    *,
    doubtful: bool = False,
    on_page: Callable[[int], None] | None = None,
    text: bool = True,
    on_indexed: Callable[[fulltext.Indexed], None] | None = None,
) -> list[Path]:
    """Write review pages of `doc_ids` (None: all) under `out`, and the index of the whole corpus; the paths, index first.

    `text`: the index searches in the curated texts as well (`fulltext`); `on_indexed` is told what that came to.
    The index lists by source; with `doubtful`, what is most likely wrong comes first, and says why.
    A page that is there already, of this revision and made by this version, is left as it is.
    Raises InputError where `curated` is no curated folder, or a document is not in it.
    """
    store = Store.open(curated)
    repeats: dict[str, str] = dict(rows_of(store.root / "duplicates", ("doc_id", "duplicate_of")))
    listed = {bucket: list(_listed(store, bucket, repeats)) for bucket in store.numbers()}
    known = {entry.doc_id for entries in listed.values() for entry in entries}
    wanted = known if doc_ids is None else set(doc_ids)
    if missing := sorted(wanted - known):
        raise InputError(f"{curated} has no document {missing[0]}: `ingest review` without ids lists all in its index")
    folder = out / _FOLDER
    name = place(store.raw).name if store.raw else None
    written: list[Path] = []
    for bucket, entries in listed.items():
        paths = {entry.doc_id: folder / f"{entry.doc_id}.html" for entry in entries if entry.doc_id in wanted}
        for doc in _documents(store, bucket, paths, name):
            save(paths[doc.document.doc_id], page(doc, home=_HOME, corrections=name))
            if on_page:
                on_page(1)
        written += paths.values()
    there = {path.stem for path in folder.glob("*.html")}
    everything = (
        entry._replace(page=f"{_FOLDER}/{entry.doc_id}.html" if entry.doc_id in there else None)
        for entry in chain.from_iterable(listed.values())
    )
    rejected = chain.from_iterable(_rejected(store, bucket) for bucket in listed)
    doubts = _doubts(store) if doubtful else {}
    ordered = sorted([*everything, *rejected], key=lambda entry: (-doubts.get(entry.doc_id, _SURE)[0], entry.source))
    marked = [entry._replace(flags=entry.flags + doubts.get(entry.doc_id, _SURE)[1]) for entry in ordered]
    shards = 0
    if text and known:
        made = fulltext.write(store, {e.doc_id: e.chars for e in marked if not e.reason}, out, pairs())
        shards = made.shards
        if on_indexed:
            on_indexed(made)
    home = save(out / "index.html", index(marked, shards))
    return [home, *written]


def _documents(
    store: Store, bucket: int, paths: Mapping[str, Path], corrections: str | None
) -> Iterator[CuratedDocument]:
    """Those documents of a bucket whose page is not there yet or is another one's, with all their rows."""
    if not paths:
        return
    readers = {name: TableReader(store.table(name, bucket), name) for name in OF_DOCUMENTS}
    try:
        for doc_id, path in sorted(paths.items()):
            tables = {name: reader.take(doc_id) for name, reader in readers.items()}
            document = next(iter(_models(Document, tables.pop("documents"))), None)
            stamps = {r for table in tables.values() for r in table.column("revision").to_pylist()}
            if document is None or not stamps <= {document.revision}:
                raise StoreError(f"{store.root} was read while it is being written (document {doc_id}): run this again")
            if _is_there(path, stamp(document, _HOME, corrections)):
                continue
            own = {name: tuple(_models(DATASETS[name].model, table)) for name, table in tables.items()}
            yield CuratedDocument.model_validate({"document": document} | own)
    finally:
        for reader in readers.values():
            reader.close()


def _is_there(path: Path, stamped: str) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return stamped.encode() in file.read(256)


def _models(model: type[_R], table: pa.Table) -> list[_R]:
    return [model.model_validate(row) for row in table.to_pylist()]


def _listed(store: Store, bucket: int, repeats: dict[str, str]) -> Iterator[Listed]:
    """The index's entries of a bucket's documents, in order of their ids."""
    path = store.table("documents", bucket)
    changes = _changes(store.table("edits", bucket))
    columns = ("doc_id", "source", "title", "published_on", "publisher", "issuer", "document_number", "text_chars")
    for doc_id, source, title, day, *names, chars, records, flags in rows_of(path, (*columns, "record_count", "flags")):
        done = changes.get(doc_id, _Changes((), 0, 0, 0))
        yield Listed(
            doc_id=doc_id,
            source=source,
            title=title,
            published=str(day or ""),
            names=tuple(name for name in names if name),
            chars=chars,
            records=records,
            certainties=done[1:],
            flags=tuple(flags),
            rules=done.rules,
            repeats=repeats.get(doc_id),
        )


def _doubts(store: Store) -> dict[str, tuple[float, tuple[str, ...]]]:
    """How doubtful each document is, and what of it makes it so."""
    out = {}
    for bucket in store.numbers():
        sure: dict[str, dict[str, str | None]] = defaultdict(dict)
        stated = rows_of(store.table("facts", bucket), ("doc_id", "field", "certainty", "chosen"))
        for doc_id, field, certainty, chosen in stated:
            if chosen and field in MEASURED:
                sure[doc_id][field] = certainty
        columns = ("doc_id", "extraction_certainty", "flags", "text", "page_chars")
        for doc_id, certainty, flags, text, chars in rows_of(store.table("documents", bucket), columns):
            own = {"extraction": certainty, **sure[doc_id]}
            out[doc_id] = (doubt(own, flags, form(text, chars)), reasons(own))
    return out


def _changes(path: Path) -> dict[str, _Changes]:
    """The rules and certainties at work in each document, without making a Python value of every edit."""
    if not path.exists():
        return {}
    table = read_columns(path, ("doc_id", "rules", "certainty", "applied"))
    rules = table.column("rules").combine_chunks()
    pairs = pa.table(
        {
            "doc_id": table.column("doc_id").combine_chunks().take(pc.list_parent_indices(rules)),
            "rule": pc.list_flatten(rules),
        }
    )
    named: dict[str, list[str]] = defaultdict(list)
    for doc_id, rule in tuples(pairs.group_by(["doc_id", "rule"]).aggregate([])):
        named[doc_id].append(rule)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    applied = table.filter(table.column("applied")).group_by(["doc_id", "certainty"]).aggregate([([], "count_all")])
    for row in applied.to_pylist():
        counts[row["doc_id"]][row["certainty"]] = row["count_all"]
    return {
        doc_id: _Changes(
            tuple(sorted({family(rule) for rule in own})),
            counts[doc_id]["exact"],
            counts[doc_id]["likely"],
            counts[doc_id]["guess"],
        )
        for doc_id, own in named.items()
    }


def _rejected(store: Store, bucket: int) -> Iterator[Listed]:
    path = store.table("rejections", bucket)
    for source, stage, reason, detail in rows_of(path, ("source", "stage", "reason", "detail")):
        yield Listed(source=source, stage=stage, reason=reason, detail=detail)
