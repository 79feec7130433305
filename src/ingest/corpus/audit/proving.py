"""One document proven in a worker process: its rows come as Arrow record batches and go back as faults."""

from collections.abc import Mapping

import pyarrow as pa

from ingest.config import Config
from ingest.corpus.audit import again
from ingest.corpus.audit.faults import Fault
from ingest.corpus.audit.invariants import violations
from ingest.corpus.storage.schema import DATASETS, OF_DOCUMENTS, arrow_schema
from ingest.models import CuratedDocument, Document, Edit, Record, Row
from ingest.pipeline import revision_of


def packed(table: pa.Table) -> bytes:
    """Rows of a table as one message; empty where there are none."""
    batches = table.combine_chunks().to_batches()
    return batches[0].serialize().to_pybytes() if batches else b""


def prove(parts: Mapping[str, bytes], config: Config | None, same_code: bool) -> list[Fault]:
    """One document's rows checked; where they were made by this very code, their revision and references made again."""
    rows = {name: _rows_of(name, data) for name, data in parts.items()}
    own: dict[str, tuple[Row, ...]] = {
        n: tuple(DATASETS[n].model.model_validate(r) for r in rows[n]) for n in OF_DOCUMENTS[1:]
    }
    document = Document.model_validate(rows["documents"][0])
    wrong: list[Fault] = []
    if same_code:
        made = CuratedDocument.model_validate({"document": document} | own)
        if revision_of(made) != document.revision:
            wrong = [Fault(4, None, f"revision is {document.revision}, and not the hash of what it holds")]
        wrong += again.resolved(document, made.records, made.references, made.events)
    records = [row for row in own["records"] if isinstance(row, Record)]
    edits = [row for row in own["edits"] if isinstance(row, Edit)]
    return wrong + violations(document, records, edits, {n: own[n] for n in OF_DOCUMENTS[3:]}, config=config)


def _rows_of(name: str, data: bytes) -> list[dict[str, object]]:
    if not data:
        return []
    found: list[dict[str, object]] = pa.ipc.read_record_batch(pa.py_buffer(data), arrow_schema(name)).to_pylist()
    return found
