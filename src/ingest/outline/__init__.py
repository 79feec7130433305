"""The document's own structure: its numbering read as a sequence, headings, leads, paragraphs, fixed parts.

`markers` says what looks like a marker, `sequence` which of them are the numbering, `lines` which lines belong
together, `tree` who encloses whom; `identifiers` names the units.
"""

from collections.abc import Sequence

from ingest.blocks import Block, Node
from ingest.outline import lines, markers, sequence, tree
from ingest.traced import Change

__all__ = ["build", "furniture"]


def build(text: str, blocks: Sequence[Block], title: tuple[int, int] | None) -> list[Node]:
    """The outline of a text: nodes in reading order that leave nothing out but white space.

    `blocks` say what the page's markup knows of the text, `title` where its title stands if an earlier stage knows.
    """
    read = lines.read(text, blocks)
    if not read:
        return []
    chosen = sequence.choose(text, markers.scan(text), {line.start for line in read})
    units = tree.pieces(text, read, chosen)
    return tree.nodes(units, text)


def furniture(text: str, blocks: Sequence[Block]) -> list[Change]:
    """Page numbers and running titles that a paged original left between lines, as strips."""
    return []
