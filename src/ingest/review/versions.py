"""Two versions of a document side by side, as a page."""

from collections.abc import Sequence

from ingest.compare import STATUSES, Row, counts, words
from ingest.review.render import filled


def versions(rows: Sequence[Row], old: str, new: str) -> str:
    """The units of two versions in two columns, what went and what came marked; `old`, `new` are the versions' names."""
    return filled(
        "versions", rows=rows, old=old, new=new, counts=counts(rows), names={s: f"v_{s}" for s in STATUSES}, words=words
    )
