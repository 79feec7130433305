"""Bytes and HTML to page text and blocks."""

from collections.abc import Mapping

from ingest.blocks import Block, Page
from ingest.config import Config


def read(
    raw: bytes | str,
    *,
    media_type: str | None,
    encoding: str | None,
    headers: Mapping[str, str] | None,
    url: str | None,
    config: Config,
) -> Page:
    """Placeholder: plain text only."""
    text = raw if isinstance(raw, str) else raw.decode("utf-8")
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(at, at + len(line), "line"))
        at += len(line) + 1
    return Page(text, tuple(blocks))
