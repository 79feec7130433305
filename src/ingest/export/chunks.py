"""Chunks for retrieval as JSON lines: whole, at most so many characters, and each says where it comes from."""

import json
from pathlib import Path

from ingest.corpus.browse import Bundle
from ingest.export.base import Exporter
from ingest.export.cutting import Piece, pieces

BOUND = 1_000
"""Most characters of a chunk where nobody says."""


class Chunks(Exporter):
    """`chunks.jsonl`: id, text, path, citation, what the document is, its neighbours, its units and their place."""

    def __init__(self, out: Path, bound: int = BOUND) -> None:
        super().__init__(out)
        self.bound = bound
        self._file = (out / "chunks.jsonl").open("w", encoding="utf-8", errors="surrogatepass")

    def write(self, bundle: Bundle) -> None:
        """Adds the chunks of one document, in reading order."""
        found = list(pieces(bundle.records, self.bound))
        ids = [f"{bundle.document.doc_id}@{n}" for n in range(len(found))]
        for n, piece in enumerate(found):
            row = {
                "id": ids[n],
                "text": piece.text,
                **_about(bundle, piece),
                "previous": ids[n - 1] if n else None,
                "next": ids[n + 1] if n + 1 < len(ids) else None,
            }
            self._file.write(json.dumps(row, ensure_ascii=False) + "\n")

    def close(self) -> None:
        """Ends the file."""
        self._file.close()


def _about(bundle: Bundle, piece: Piece) -> dict[str, object]:
    """Where a chunk comes from. `path`: labels and headings above its first unit; `cut`: how a unit too long was divided."""
    document = bundle.document
    own = [part.record for part in piece.parts]
    first = next((r for r in own if r.text), own[0])
    cut = piece.parts[-1]
    divided = cut.cut is not None or cut.start > 0
    return {
        "path": list(first.path),
        "citation": next((r.citation for r in own if r.citation and r.text), None),
        "title": document.title,
        "document_number": document.document_number,
        "date": _day(document.issued_on or document.published_on),
        "url": document.url,
        "source": document.source,
        "doc_id": document.doc_id,
        "revision": document.revision,
        "record_ids": [r.record_id for r in own],
        "parent": first.parent_eid and f"{document.doc_id}#{first.parent_eid}",
        "source_start": min(r.source_start for r in own),
        "source_end": max(r.source_end for r in own),
        "cut": {"record_id": cut.record.record_id, "start": cut.start, "end": cut.end, "at": cut.cut}
        if divided
        else None,
    }


def _day(day: object) -> str | None:
    return None if day is None else str(day)
