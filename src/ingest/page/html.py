"""HTML to a page: the walk's lines as page text, and which of them are the document."""

from selectolax.lexbor import LexborHTMLParser

from ingest import labels
from ingest.blocks import Block, BlockKind, Fact, Page, Strip
from ingest.config import Config
from ingest.errors import Rejected
from ingest.page import container, titles
from ingest.page.walk import Layout, walk

_KINDS: dict[str, BlockKind] = {"li": "item", "caption": "caption", "figcaption": "caption"}
_KINDS.update((f"h{n}", "heading") for n in range(1, 7))


def read(text: str, url: str | None, config: Config) -> Page:
    """The page in HTML source `text`."""
    limits = config.limits
    if text.count("<") > 4 * limits.max_tags:
        raise Rejected("page", "too_large", f"more than {4 * limits.max_tags:,} tags")
    layout = walk(LexborHTMLParser(text), limits)
    if not layout.lines:
        raise Rejected("page", "no_content", "the page shows no text")
    title = titles.find(layout, [layout.title])
    spans = container.choose(layout, title.first if title else None)
    return _assembled(layout, spans, title)


def _assembled(layout: Layout, spans: list[container.Span], found: titles.Title | None) -> Page:
    parts, blocks, chrome = [], [], []
    at = 0
    if layout.title:
        parts.append(layout.title)
        blocks.append(Block(0, len(layout.title), "title"))
        at = len(layout.title) + 1
    kept: set[int] = set(range(found.first, found.last)) if found else set()
    for span in spans:
        kept.update(range(span.first, span.last))
    facts: list[Fact] = []
    title = (0, len(layout.title)) if layout.title else None
    if found and title:
        chrome.append(Strip(0, len(layout.title) + 1, "title-repeat"))
    begun = -1
    for n, line in enumerate(layout.lines):
        tag = layout.boxes[line.box].tag
        kind = _KINDS.get(tag, "para")
        level = int(tag[1]) if kind == "heading" else 0
        end = at + line.size
        blocks.append(Block(at, end, kind, level, line.bold * 10 >= line.size * 9, line.center))
        if n in kept:
            if begun >= 0:
                chrome.append(Strip(begun, at, "outside-container"))
            begun = -1
        else:
            facts += labels.read_line(line.text)
            if begun < 0:
                begun = at
        if found and n == found.first:
            title = (at, at)
        if found and title and n == found.last - 1:
            title = (title[0], end)
        parts.append(line.text)
        at = end + 1
    if begun >= 0:
        chrome.append(Strip(begun, at - 1, "outside-container"))
    return Page("\n".join(parts), tuple(blocks), tuple(chrome), tuple(facts), title)
