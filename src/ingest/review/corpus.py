"""Review pages of a curated folder (thin: follows)."""

from collections.abc import Iterable
from pathlib import Path


def write(curated: Path, out: Path, doc_ids: Iterable[str] | None = None) -> list[Path]:
    """Write."""
    raise NotImplementedError(curated, out, doc_ids)
