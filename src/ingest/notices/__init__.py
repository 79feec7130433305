"""Text-level notices."""

from collections.abc import Sequence

from ingest.blocks import Block, Notices
from ingest.config import Config


def find(text: str, blocks: Sequence[Block], title: tuple[int, int] | None, config: Config) -> Notices:
    """Placeholder."""
    return Notices([], [], title)
