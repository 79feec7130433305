"""A language model from a user's own curated folder, for the repairs of pages like those in it.

What was guessed when those pages were repaired is left out: a model that learnt it would confirm its own guesses.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ingest.corpus.storage.parquet import groups
from ingest.corpus.storage.store import Store
from ingest.errors import InputError

ENOUGH = 100_000
"""Characters from which on a model is worth its while; a smaller one is made, and said to be small."""


class Learnt(NamedTuple):
    """What a model was made from: records, and their characters."""

    records: int
    characters: int
    path: Path


def build_model(curated: Path, out: Path) -> Learnt:
    """Make a model of the records of `curated` and write it to `out`, replaced in one step.

    The same datasets give the same bytes. Raises InputError where there is nothing to learn from or `out` cannot be
    written, StoreError where a dataset is damaged.
    """
    from ingest.repair import estimate

    store = Store.open(curated)
    records = characters = 0

    def counted() -> Iterator[str]:
        nonlocal records, characters
        for text in _texts(store):
            records += 1
            characters += len(text)
            yield text

    counts = estimate.count(counted())
    if not characters:
        raise InputError(f"{curated} has no records to learn from: curate pages first")
    try:
        with tempfile.TemporaryDirectory(prefix=".model-", dir=out.absolute().parent) as folder:
            made = Path(folder) / "model.bin"
            estimate.write(counts, made)
            made.replace(out)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror}") from error
    return Learnt(records, characters, out)


def _texts(store: Store) -> Iterator[str]:
    """The text of every record that holds no guess, a row group in memory at a time."""
    for bucket in store.numbers():
        path = store.table("records", bucket)
        if not path.exists():
            continue
        for table in groups(path, "records", ("label", "heading", "text", "certainty")):
            for row in table.to_pylist():
                text = (row["label"] or "") + (row["heading"] or "") + row["text"]
                if row["certainty"] != "guess" and text.strip():
                    yield text
