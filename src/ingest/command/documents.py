"""Documents that a command is given: a file that is curated on the spot, or one of a curated folder."""

from pathlib import Path
from typing import TYPE_CHECKING

from ingest.command.explain import curated_files

if TYPE_CHECKING:
    from ingest.corpus.browse import Bundle
    from ingest.settings import Settings


def bundles_of(names: list[str], folder: Path | None, settings: "Settings") -> "list[Bundle]":
    """Documents in the order of their names: sources or doc_ids of a curated folder, or files where none is given.

    Raises `InputError` for one that is not there, `Rejected` for a file that cannot be curated.
    """
    from ingest.corpus.browse import Bundle, of_source

    if folder is None:
        made = curated_files([Path(name) for name in names], settings)
        return [Bundle(one.document, one.records, one.references, one.events) for one in made]
    found = {
        name: bundle for bundle in of_source(folder, names) for name in (bundle.document.source, bundle.document.doc_id)
    }
    return [found[name] for name in names]
