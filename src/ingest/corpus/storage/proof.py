"""One hash that stands for a whole curated folder, and the proof that a document's rows are part of what it stands for.

Each bucket is a leaf: the SHA-256 of its files, and one over the names and SHA-256 of the raw files that they were made
from; `duplicates` and the pairs of `script_chain` are leaves too. Leaves are paired and hashed, and so on up to the root (a
Merkle tree, its leaves and nodes told apart as in RFC 6962; one without a partner goes up as it is). A run writes the root
into `store.json` and `datapackage.json`. Who has published it can be held to it: no file of the folder can change, and no
raw page's digest, without another root. A proof names a document's bucket with its digests, and on each floor the hash
beside, so that a reader needs that bucket's files only: `tools/verify.py` checks it, and imports nothing of this.
"""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from ingest.corpus.storage.folder import is_as_written
from ingest.corpus.storage.ledger import raw_of
from ingest.corpus.storage.schema import BUCKETED
from ingest.corpus.storage.store import Store, file_sha256

PAIRS = "script_pairs.json"
"""The one-to-one pairs of each chain that documents name, beside the datasets."""
Leaf = dict[str, Any]
"""`name`, `files` (SHA-256 by dataset), and of a bucket `raw`: the SHA-256 over its raw files' names and digests."""


def leaves(store: Store, *, exact: bool = False) -> list[Leaf]:
    """What the root stands for, in its order. `exact`: the files as they are on disk, whatever the ledgers say of them."""
    found: list[Leaf] = []
    for bucket in store.numbers():
        ledger = store.told(bucket)
        there = {name for name in BUCKETED if store.table(name, bucket).exists()} if exact or ledger is None else set()
        files = {name: file_sha256(store.table(name, bucket)) for name in sorted(there)}
        known = files if exact or ledger is None else dict(sorted(ledger.files.items()))
        found.append({"name": f"bucket={bucket:03d}", "files": known, "raw": ledger.raw if ledger else raw_of(())})
    for name, path in (("duplicates", store.root / "duplicates" / "part-0.parquet"), (PAIRS, store.root / PAIRS)):
        if path.exists():
            found.append({"name": name, "files": {name: file_sha256(path)}})
    return found


def hash_of(leaf: Leaf) -> bytes:
    """A leaf's hash."""
    return hashlib.sha256(b"\0" + json.dumps(leaf, sort_keys=True, separators=(",", ":")).encode()).digest()


def root_of(hashes: Sequence[bytes]) -> str:
    """The root over some hashes, 64 hex digits; of none the hash of nothing."""
    floor = list(hashes) or [hashlib.sha256(b"").digest()]
    while len(floor) > 1:
        floor = _above(floor)
    return floor[0].hex()


def beside(hashes: Sequence[bytes], at: int) -> list[tuple[str, str]]:
    """The way from a leaf to the root: on each floor with a partner, its side (`left`, `right`) and hash."""
    way, floor = [], list(hashes)
    while len(floor) > 1:
        other = at ^ 1
        if other < len(floor):
            way.append(("left" if other < at else "right", floor[other].hex()))
        floor, at = _above(floor), at // 2
    return way


def _above(floor: Sequence[bytes]) -> list[bytes]:
    pairs = [floor[n : n + 2] for n in range(0, len(floor), 2)]
    return [hashlib.sha256(b"\1" + p[0] + p[1]).digest() if len(p) == 2 else p[0] for p in pairs]


def present(store: Store, *, exact: bool = False) -> str:
    """The root of a folder as it is."""
    return root_of([hash_of(leaf) for leaf in leaves(store, exact=exact)])


def is_current(store: Store) -> bool:
    """Whether the folder says the root that its ledgers give; true of one that has none yet."""
    return store.facts.root in (None, present(store))


def renew(store: Store) -> str:
    """Writes the root into `store.json` where it is another now. `datapackage.json` follows with `describe`."""
    root = present(store)
    if root != store.facts.root or not is_as_written(store.root):
        store.rooted(root)
    return root


def of_document(store: Store, source: str, doc_id: str, bucket: int) -> dict[str, Any]:
    """The proof that a document's rows are in a bucket of this folder: what `tools/verify.py` asks for."""
    every = leaves(store, exact=True)
    hashes = [hash_of(leaf) for leaf in every]
    at = next(n for n, leaf in enumerate(every) if leaf["name"] == f"bucket={bucket:03d}")
    about = {"source": source, "doc_id": doc_id, "leaf": every[at], "way": beside(hashes, at), "root": root_of(hashes)}
    return about | {"files": [f"{name}/bucket={bucket:03d}/part-0.parquet" for name in every[at]["files"]]}
