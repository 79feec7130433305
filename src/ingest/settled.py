"""The outline that stays what it is when the curated text is read again."""

from ingest import moved, notices, outline, records, script, threads
from ingest.blocks import Node
from ingest.config import Config
from ingest.draft import Draft

_LOOKS = 3
"""How often an outline is read again of the lines that it makes; once is enough for nearly all."""


def settled(draft: Draft, config: Config) -> tuple[Draft, list[Node]]:
    """The outline as it is read of the lines that it comes to, and the draft without the notices among those.

    A unit that began inside of a line begins one in the curated text, and who reads that sees what stands beside it. So where
    there is such a line it is looked at again, until nothing changes.
    """
    text, posts = readable(draft, config), draft.present_posts()
    present, title = draft.present_blocks(), draft.present_title()
    if posts:
        return draft, threads.build(text, present, title, posts, outline.build)
    logical = outline.lines_of(text, present)
    nodes = outline.build(text, present, title, logical)
    for _ in range(_LOOKS):
        shown = records.shown(text, nodes)
        # A wrapped text is read of its own lines, which show more than joined ones: whether a sentence ended one, say.
        if records.keeps_lines(text, nodes, shown) or records.is_wrapped(text, nodes):
            break
        there = moved.Places(text, shown)
        spans = [there.span(block.start, block.end) for block in present]
        blocks = [b._replace(start=span[0], end=span[1]) for b, span in zip(present, spans, strict=True) if span]
        named = title and there.span(*title)
        seen = notices.find(shown, blocks, named, config).changes
        struck = [
            span and change._replace(start=span[0], end=span[1])
            for change in seen
            for span in (there.back(change.start, change.end),)
        ]
        draft = draft.changed(filter(None, struck), "strip")
        if struck:
            text, present, title = readable(draft, config), draft.present_blocks(), draft.present_title()
            logical = outline.lines_of(text, present)
            nodes = outline.build(text, present, title, logical)
            continue
        again = [there.node(node) for node in outline.build(shown, blocks, named)]
        # How sure a place is depends on what the given text shows: whether a unit began a line there.
        outline.grade(text, logical, again)
        if [node[:-2] for node in again] == [node[:-2] for node in nodes]:
            break
        nodes = again
    return draft, nodes


def readable(draft: Draft, config: Config) -> str:
    """The present text, character for character in Simplified, which is what the rules of notices and outline are written in."""
    return simplified(draft.text, config)


def simplified(text: str, config: Config) -> str:
    """A text in Simplified, character for character, where it is in another script."""
    return text if config.target == "hans" else script.convert(text, Config()).recoded
