"""A curated folder in other forms: chunks for retrieval, Markdown, text, CSV, SQLite, a graph of references.

chunks    JSON lines for retrieval, each whole and citable (cutting below it)
texts     a file a document: Markdown or plain text
sheets    CSV files with a data package
sqlite    one database with a full-text index
graph     references as an edge list and GraphML
akn       Akoma Ntoso 3.0, a file a document

Each form is an `Exporter` that is given one document after the other, so any folder can be exported in bounded memory.
"""

from collections.abc import Callable, Iterable
from pathlib import Path

from ingest.corpus.browse import Bundle
from ingest.errors import UsageError
from ingest.export.akn import AkomaNtoso
from ingest.export.base import Exporter
from ingest.export.chunks import BOUND, Chunks
from ingest.export.graph import Graph
from ingest.export.sheets import Sheets
from ingest.export.sqlite import Database
from ingest.export.texts import Markdown, Texts

FORMS: dict[str, Callable[[Path], Exporter]] = {
    "chunks": Chunks, "markdown": Markdown, "text": Texts, "csv": Sheets, "sqlite": Database, "graph": Graph,
    "akn": AkomaNtoso,
}  # fmt: skip

__all__ = ["BOUND", "FORMS", "Bundle", "Chunks", "Exporter", "export"]


def export(bundles: Iterable[Bundle], form: str, out: Path, *, bound: int = BOUND) -> int:
    """Writes documents into the folder `out` in one of `FORMS`; gives how many there were.

    `bound` is the most characters of a chunk. Raises `UsageError` for an unknown form or a folder that is not empty:
    nothing that is there is written over.
    """
    if form not in FORMS:
        raise UsageError(f"{form} is no form of export: there are {', '.join(FORMS)}")
    if bound < 50:
        raise UsageError(f"a chunk of {bound} characters is too short to mean anything: 50 is the least")
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not an empty folder: name a new one")
    out.mkdir(parents=True, exist_ok=True)
    count = 0
    with Chunks(out, bound) if form == "chunks" else FORMS[form](out) as exporter:
        for bundle in bundles:
            exporter.write(bundle)
            count += 1
    return count
