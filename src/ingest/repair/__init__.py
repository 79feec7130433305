"""Undo damage."""

from ingest.config import Config
from ingest.traced import Change


def encodings(text: str, config: Config) -> list[Change]:
    """Placeholder."""
    return []


def mirror(text: str, config: Config) -> list[Change]:
    """Placeholder."""
    return []
