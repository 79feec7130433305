"""The document's own structure: its numbering read as a sequence, headings, leads, paragraphs, fixed parts.

`markers` says what looks like a marker, `sequence` which of them are the numbering, `lines` which lines belong
together, `tree` who encloses whom; `identifiers` names the units.
"""

from collections.abc import Sequence

from ingest.blocks import Block, Node
from ingest.outline import lines, markers, parts, sequence, tree, unnumbered
from ingest.traced import Change

__all__ = ["build", "furniture"]


def build(text: str, blocks: Sequence[Block], title: tuple[int, int] | None) -> list[Node]:
    """The outline of a text: nodes in reading order that leave nothing out but white space.

    `blocks` say what the page's markup knows of the text, `title` where its title stands if an earlier stage knows.
    """
    candidates = markers.scan(text)
    read = parts.arrange(text, lines.read(text, blocks), candidates, title)
    if not read:
        return []
    fixed = [line for line in read if line.role is not None]
    candidates = outside(candidates, fixed)
    borders = [line.start for line in fixed if line.opens]
    chosen = sequence.choose(text, candidates, {line.start for line in read}, borders)
    articles = [c.start for c in chosen if c.style.kind == "article"]
    read = unnumbered.mark(text, read, {c.start for c in chosen}, articles)
    return tree.nodes(tree.pieces(text, read, chosen), text)


def outside(candidates: Sequence[markers.Marker], fixed: Sequence[lines.Line]) -> list[markers.Marker]:
    """The candidates that stand in none of the lines."""
    out, at = [], 0
    for candidate in candidates:
        while at < len(fixed) and fixed[at].end <= candidate.start:
            at += 1
        if at == len(fixed) or candidate.start < fixed[at].start:
            out.append(candidate)
    return out


def furniture(text: str, blocks: Sequence[Block]) -> list[Change]:
    """Page numbers and running titles that a paged original left between lines, as strips."""
    return lines.furniture(text, blocks)
