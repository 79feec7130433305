"""What a curated folder carries for readers who do not trust it: its root, the pairs of its chains, a proof of a document."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from ingest import gate, script
from ingest.corpus.readers.base import doc_id_of, file_of
from ingest.corpus.storage import journal, proof
from ingest.corpus.storage.folder import STORE
from ingest.corpus.storage.parquet import read_table
from ingest.corpus.storage.store import Store, bucket_of, explained
from ingest.errors import InputError


def update(store: Store) -> None:
    """The end of a run: writes the pairs of the chains that documents name, and then the root. What is right stays."""
    if store.facts.root == proof.present(store) and (store.root / proof.PAIRS).exists():
        return
    content = _pairs(store)
    with explained(store.root):
        if _read(store.root / proof.PAIRS) != content:
            journal.write_durably(store.root / proof.PAIRS, content)
    proof.renew(store)


def _pairs(store: Store) -> bytes:
    """Of each chain the pairs one behind the other, as one text: 萬万與与."""
    chains: set[str] = set()
    for bucket in store.numbers():
        path = store.table("documents", bucket)
        if path.exists():
            chains |= set(pc.unique(read_table(path, "documents", ["script_chain"]).column(0)).to_pylist()) - {None}
    made = {chain: "".join(a + b for a, b in sorted(script.pairs(chain))) for chain in sorted(chains)}
    return (json.dumps(made, ensure_ascii=False, indent=0) + "\n").encode()


def _read(path: Path) -> bytes | None:
    try:
        return gate.read(path)
    except OSError:
        return None


def wrong(store: Store, damaged: bool) -> Iterator[tuple[str, str]]:
    """What of this is not as it has to be: the file, and what is wrong with it. Nothing in a folder made before there was a root.

    `damaged`: something else was found already; then the root is another, too, and no news.
    """
    if store.facts.root is None or damaged:
        return
    if _read(store.root / proof.PAIRS) != _pairs(store):
        yield proof.PAIRS, "does not hold the pairs of its documents' chains: the next run writes it anew"
    if not proof.is_current(store):
        yield STORE, "its root is not that of the folder's files: `ingest run` ends with writing it"


def unlike(curated: Path, root: str) -> str | None:
    """Why a folder is not the one that a root was published of; None where it is, to the byte."""
    have = proof.present(Store.open(curated).whole(), exact=True)
    return None if have == root.strip().lower() else f"its files have the root {have}, not {root}"


def proof_of(curated: Path, source: str) -> dict[str, Any]:
    """The proof that a document's rows belong to the folder. Raises `InputError` where there is no such document."""
    store = Store.open(curated).whole()
    bucket, doc_id = bucket_of(file_of(source), store.facts.buckets), doc_id_of(source)
    path = store.table("documents", bucket)
    if not path.exists() or doc_id not in read_table(path, "documents", ["doc_id"]).column(0).to_pylist():
        raise InputError(f"{store.root} has no document {source}: name it by its source, as documents do")
    return proof.of_document(store, source, doc_id, bucket)
