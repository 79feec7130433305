"""The document's own structure."""

from collections.abc import Sequence

from ingest.blocks import Block, Node


def build(text: str, blocks: Sequence[Block], title: tuple[int, int] | None) -> list[Node]:
    """Placeholder: every line a paragraph."""
    nodes, at, n = [], 0, 0
    for line in text.split("\n"):
        if line.strip():
            a = at + len(line) - len(line.lstrip())
            b = at + len(line.rstrip())
            n += 1
            nodes.append(Node("paragraph", (a, a), (a, a), (a, b), None, f"para_{n}", "clause"))
        at += len(line) + 1
    return nodes
