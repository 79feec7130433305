"""What is held of each document to find what repeats it: a row of 240 bytes, kept beside the ledger by buckets.

A row is made in the worker that made the document, so that nobody has to read the texts again; where it is not at hand (a
folder of an older version, a file restored) it is made of the documents as they stand in Parquet.
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import NamedTuple

from ingest import gate
from ingest.corpus.reprints import near
from ingest.corpus.storage import journal
from ingest.corpus.storage.parquet import groups
from ingest.corpus.storage.store import Store
from ingest.models import Document

FIELDS = [
    *((name, "<u8") for name in ("high", "low", "day", "doc_id", "content", "figures")),
    ("signature", "<u4", near.HASHES),
]
"""Of each document: its text's SHA-256, days since year 1, its id, a digest of all that a verdict looks at (0: too short
for one), a digest of its figures, its MinHash signature."""
SIZE = 48 + 4 * near.HASHES
UNDATED = 1 << 40
_COLUMNS = ["doc_id", "published_on", "title", "issuer", "document_number", "issued_on", "flags", "text"]
_DAMAGED = {"damage-left", "damage-guessed", "replacement-characters", "bad-bytes"}


def rows(packed: bytes) -> Iterator[bytes]:
    """The rows one by one."""
    return (packed[at : at + SIZE] for at in range(0, len(packed), SIZE))


def doc_id_of(row: bytes) -> str:
    """The document that a row is of."""
    return row[24:32][::-1].hex()


def of_document(document: Document) -> bytes:
    """The row of a document that was just made."""
    adopted = document.issued_on.isoformat() if document.issued_on else None
    marred = not _DAMAGED.isdisjoint(document.flags)
    about = near.Text(document.title, document.issuer, document.document_number, adopted, marred, document.text)
    return fingerprint(document.doc_id, document.published_on, about)


@cache
def rules() -> str:
    """Version of the rules that made what is kept."""
    code = Path(near.__file__).read_bytes() + Path(__file__).read_bytes()
    return hashlib.sha256(code).hexdigest()[:16]


def mark(store: Store, bucket: int) -> bytes:
    """By which a bucket's documents are known to be those that were read."""
    of = store.mark("documents", bucket)
    return f"{rules()} ".encode() + of if of else b""


def of_bucket(store: Store, bucket: int) -> bytes:
    """The rows of a bucket's documents; from the last time, if its file is still the same."""
    if not mark(store, bucket):
        _kept(store, bucket).unlink(missing_ok=True)
        return b""
    found = known(store, bucket)
    if found is None:
        found = b"".join(fingerprint(*row) for row in read_documents(store.table("documents", bucket)))
        keep(store, bucket, found)
    return found


def known(store: Store, bucket: int) -> bytes | None:
    """The rows that are kept of a bucket's documents as they are; None where there are none such."""
    of = mark(store, bucket)
    try:
        head, _, found = gate.read(_kept(store, bucket)).partition(b"\n")
    except OSError:
        return None
    sound = of and head == of + b" " + seal(of + found).encode() and len(found) % SIZE == 0
    return found if sound else None


def keep(store: Store, bucket: int, found: bytes) -> None:
    """Keeps the rows of a bucket's documents, as they are now."""
    if (of := mark(store, bucket)) and known(store, bucket) != found:
        journal.write_durably(_kept(store, bucket), of + b" " + seal(of + found).encode() + b"\n" + found)


def _kept(store: Store, bucket: int) -> Path:
    return store.inner / "texts" / f"{bucket:03d}"


def seal(content: bytes) -> str:
    """A checksum, in hex digits."""
    return hashlib.sha256(content).hexdigest()


def content(text: near.Text) -> int:
    """A digest of all that a verdict looks at."""
    return int.from_bytes(hashlib.sha256(json.dumps(text).encode()).digest()[:8], "little")


def fingerprint(doc_id: str, day: date | None, text: near.Text) -> bytes:
    """The row of a document."""
    digest = hashlib.sha256(text.text.encode("utf-8", "surrogatepass")).digest()[:16]
    number = (day - date.min).days if day else UNDATED
    signature = near.signature(text.text)
    digested = figures = bytes(8)
    if signature is not None:
        digested = content(text).to_bytes(8, "little")
        figures = hashlib.sha256(near.figures(text.text).encode()).digest()[:8]
    packed = b"" if signature is None else signature.astype("<u4").tobytes()
    return (
        digest[7::-1] + digest[:7:-1] + number.to_bytes(8, "little") + bytes.fromhex(doc_id)[::-1]
        + digested + figures + packed.ljust(4 * near.HASHES, b"\0")
    )  # fmt: skip


class Held(NamedTuple):
    """A document's id, its day of publication, and what decides whether it is another."""

    doc_id: str
    published_on: date | None
    text: near.Text


def read_documents(path: Path) -> Iterator[Held]:
    """The documents of a bucket's file."""
    for table in groups(path, "documents", _COLUMNS):
        for batch in table.to_batches(max_chunksize=256):
            for doc_id, day, title, issuer, number, issued, flags, text in zip(
                *(column.to_pylist() for column in batch.columns), strict=True
            ):
                adopted, damaged_too = issued.isoformat() if issued else None, bool(_DAMAGED & set(flags))
                about = near.Text(title, issuer, number, adopted, damaged_too, text)
                yield Held(doc_id, day, about)
