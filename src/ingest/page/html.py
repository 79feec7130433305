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
    choice = container.choose(layout, (title.first, title.last) if title else None)
    return _assembled(layout, choice, title)


def _assembled(layout: Layout, choice: container.Choice, found: titles.Title | None) -> Page:
    """Page text, blocks and strips out of the lines."""
    rules: list[str | None] = ["outside-container"] * len(layout.lines)
    rules[choice.first : choice.last] = [None] * (choice.last - choice.first)
    for cut in choice.cuts:
        rules[cut.first : cut.last] = [cut.rule] * (cut.last - cut.first)
    if found:
        rules[found.first : found.last] = [None] * (found.last - found.first)
    parts, blocks, chrome = [], [], []
    at = 0
    title = None
    if layout.title:
        parts.append(layout.title)
        blocks.append(Block(0, len(layout.title), "title"))
        at = len(layout.title) + 1
        if found:
            chrome.append(Strip(0, at, "title-repeat"))
        else:
            title = (0, len(layout.title))
    facts: list[Fact] = []
    starts = []
    for n, line in enumerate(layout.lines):
        end = at + line.size
        starts.append(at)
        if not rules[n]:
            tag = line.tag
            kind = _KINDS.get(tag, "para")
            level = int(tag[1]) if kind == "heading" else 0
            blocks.append(Block(at, end, kind, level, line.bold * 10 >= line.size * 9, line.center))
        if found and found.first <= n < found.last:
            title = (title[0] if title else at, end)
        parts.append(line.text)
        at = end + 1
    starts.append(at)
    begun = 0
    for n in range(len(rules)):
        if n + 1 == len(rules) or rules[n + 1] != rules[n]:
            rule = rules[n]
            if rule:
                chrome.append(Strip(starts[begun], min(starts[n + 1], at - 1), rule))
            begun = n + 1
    facts += near_facts(layout, choice, found)
    return Page("\n".join(parts), tuple(blocks), tuple(chrome), tuple(facts), title)


def near_facts(layout: Layout, choice: container.Choice, found: titles.Title | None) -> list[Fact]:
    """What labelled lines around the title say, wherever they stand in the markup."""
    lines = layout.lines
    top = found.first if found else choice.first
    facts: list[Fact] = []
    for n in range(max(0, top - 6), min(len(lines), top + 20)):
        line = lines[n]
        if found and found.first <= n < found.last:
            continue
        if line.marks >= 2 and line.size > 80:
            if n > top:
                break
            continue
        read = labels.read_line(line.spaced)
        facts += read if n > top else [f._replace(rank=f.rank + 5) for f in read]
    for line in lines[max(choice.first, choice.last - 3) : choice.last + 4]:
        if line.size < 120:
            facts += [f._replace(rank=f.rank + 12) for f in labels.read_line(line.spaced) if f.rule != "date-line"]
    return facts
