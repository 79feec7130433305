"""The document's own structure: its numbering read as a sequence, headings, leads, paragraphs, fixed parts.

`candidates` says what looks like a marker, `sequence` which of them are the numbering, `lines` which lines belong
together, `parts` and `endings` what stands before and behind the text, `tree` who encloses whom; `identifiers` names
the units. `court` knows the form of judgments, `letter` that of official letters of Taiwan, `standard` that of standards.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence, Set
from itertools import pairwise
from operator import attrgetter

from ingest.blocks import Block, Fact, Node
from ingest.han import document_numbers
from ingest.outline import (
    captions,
    confidence,
    court,
    decimals,
    dialogue,
    endings,
    leads,
    letter,
    lines,
    marked,
    parts,
    quotes,
    sequence,
    standard,
    told,
    tree,
    unnumbered,
)
from ingest.outline.candidates import Marker, scan
from ingest.patterns import pattern

__all__ = ["build", "facts", "flags", "grade", "lines_of"]

_BULLETS = pattern(r"[—–―\-•· ]*")
_CLAUSE = 28  # characters of a line that says what a chapter is about, whose end a wrap cut off
_OF_ITSELF = pattern("[本该]章")  # 第二章为理论基础，本章梳理……。


def lines_of(text: str, blocks: Sequence[Block]) -> list[lines.LogicalLine]:
    """The logical lines of a text, for one who asks for more than one outline of them."""
    return lines.logical_lines(text, blocks)


def build(
    text: str,
    blocks: Sequence[Block],
    title: tuple[int, int] | None,
    logical: Sequence[lines.LogicalLine] | None = None,
) -> list[Node]:
    """The outline of a text: nodes in reading order that leave nothing out but white space.

    `blocks` say what the page's markup knows of the text, `title` where its title stands if an earlier stage knows;
    `logical` are its lines (`lines_of`) where they are known.
    """
    printed = text
    text, read, marks, levels, hashes = marked.read(
        text, lines.logical_lines(text, blocks) if logical is None else list(logical)
    )
    candidates = scan(text)
    read = court.divided(text, read)
    trial = court.head(text, read)
    seen = decimals.choose(text, read) or decimals.bare(text, read, {c.start for c in candidates})
    if seen:
        known = {marker.start for marker in seen}
        candidates = sorted(
            (c for c in [*candidates, *seen] if c.path or c.start not in known), key=attrgetter("start")
        )
    listed = False
    if trial is not None:
        read = court.mark(text, read, trial)
    else:
        read = standard.mark(text, letter.mark(text, read))
        unnamed: Set[int] = {c.start for c in candidates}
        if levels or (read and read[0].role == "preface"):
            title, unnamed = marked.title(text, read, levels, title, unnamed)
        read = parts.arrange(text, read, candidates, title, unnamed)
        read = endings.parted(text, endings.mark(text, read, candidates))
        read, listed = told.heads(text, read)
    if not read:
        return []
    quoted = quotes.spans(text)
    if quoted:
        read = quotes.inside(read, quoted)
        candidates = quotes.outside(candidates, quoted, {line.start for line in read}, quotes.amends(text))
    candidates = quotes.instructed(text, candidates)
    read, candidates = captions.of_parts(text, read, candidates)
    running = in_running_text(text, candidates, read)
    candidates = described(text, running, read)
    if len(candidates) < len(running):
        dropped = {c.start for c in running}.difference(c.start for c in candidates)
        read = [line._replace(role="paragraph") if line.start in dropped else line for line in read]
    decimal = [c for c in candidates if c.style.kind == "decimal"]
    if decimal:
        candidates = [c for c in candidates if c.style.kind != "decimal"]
    borders = [line.start for line in read if line.opens]
    starts = {line.start for line in read} | dialogue.answers(text, read)
    chosen = sequence.choose(text, candidates, starts, borders)
    if trial is not None:
        chosen = court.annexed(chosen, candidates, read)
    if decimal:
        chosen = sorted([*chosen, *decimal], key=attrgetter("start"))
    bold = {end for start, end in marks if printed[start] in "*_"} if levels else None
    read = unnumbered.mark(text, read, chosen, frozenset() if listed else bold, listed)
    closing = court.closing(text, read, trial) if trial is not None else endings.signing(text, read, chosen)
    turns = leads.speakers(text, read) if trial is None else court.concluding(text, read, trial)
    turns |= quotes.closing(text, read)
    nodes = tree.nodes(tree.pieces(text, read, chosen, trial is not None), text, closing, turns)
    if trial is not None:
        nodes = [node._replace(role=role) for node, role in zip(nodes, court.roles(text, nodes), strict=True)]
    grade(text, read, nodes, hashes)
    return marked.restored(printed, nodes, marks) if marks else nodes


def grade(
    text: str, logical: Sequence[lines.LogicalLine], nodes: list[Node], hashes: Mapping[int, int] | None = None
) -> None:
    """Gives nodes the certainty that their places have in a text of these lines, whatever text they were read of. `hashes`: the levels
    of lines behind # in a text in which marks are blanks."""
    for n, found in enumerate(confidence.grade(text, nodes, logical, hashes or {})):
        nodes[n] = tuple.__new__(Node, nodes[n][:-2] + found)


def flags(nodes: Sequence[Node]) -> tuple[str, ...]:
    """The quality warnings that a tree gives: many of its places are expected to be wrong."""
    return ("structure-doubtful",) if confidence.doubtful(nodes) else ()


def facts(text: str, nodes: Sequence[Node]) -> list[Fact]:
    """What a document states of itself in its fixed places, a judgment or an official letter of Taiwan above all; in offsets
    of the text."""
    if any(node.role for node in nodes):
        return court.facts(text, nodes)
    return [*_numbered(text, nodes), *letter.facts(text, nodes)]


def _numbered(text: str, nodes: Sequence[Node]) -> list[Fact]:
    """The document's number behind its title in one line; where it has a line of its own, the notices' stage reads it."""
    for title, node in pairwise(nodes[:8]):
        if title.kind == "title" and node.kind == "docno" and "\n" not in text[title.hull[1] : node.hull[0]]:
            if number := document_numbers.whole(text[slice(*node.hull)]):
                return [Fact("document_number", number, "docno-line", 30).at(*node.hull)]
            break
    return []


def described(text: str, candidates: Sequence[Marker], read: Sequence[lines.LogicalLine]) -> list[Marker]:
    """The candidates without chapters that a text says what they are about (本文分五章：第二章介绍……；) or that it lists, a line
    each, where others of their numbers are headings."""
    begin = [c for c in candidates if c.style.division and c.style.kind != "article"]
    if len(begin) < 2:
        return list(candidates)
    at = {line.start: n for n, line in enumerate(read)}
    begin = [c for c in begin if c.start in at]
    listed = _listed(begin, at)
    # What a sentence that ends in a colon opens (全书目录如下：) is a list, if nothing of the text is called so.
    opened = {
        c.style.id for c in begin
        if c.start in listed and c.number == 1 and at[c.start] and text[read[at[c.start] - 1].end - 1] in lines.COLONS
    }  # fmt: skip
    told: dict[str, list[Marker]] = {}
    itself: dict[str, int] = {}
    headed: set[tuple[str, int]] = set()
    articles = [c.start for c in candidates if c.style.kind == "article"]
    alone = {c.start for c in begin if bisect_left(articles, c.start) == bisect_left(articles, read[at[c.start]].end)}
    for c in begin:
        line = read[at[c.start]]
        clauses = c.start in alone and line.end - line.start >= _CLAUSE and text.find("，", c.end, line.end) >= 0
        if c.start in listed or text[line.end - 1] in "。；;" or clauses:
            told.setdefault(c.style.id, []).append(c)
            if c.style.kind == "chapter" and _OF_ITSELF.search(text, c.end, min(read[at[c.start]].end, c.end + 60)):
                itself[c.style.id] = itself.get(c.style.id, 0) + 1
        else:
            headed.add((c.style.id, c.number))
    dropped = {
        c.start
        for style, found in told.items()
        if (
            (
                2 * sum((style, c.number) in headed for c in found) >= len(found)
                and (len(found) >= 2 or found[0].start in alone)
            )
            or (
                len(found) >= 2
                and (itself.get(style, 0) >= 2 or (style in opened and not articles))
                and not any(style == other for other, _ in headed)
            )
        )
        for c in found
    }
    return [c for c in candidates if c.start not in dropped]


def _listed(found: Sequence[Marker], at: dict[int, int]) -> set[int]:
    """Where three and more divisions begin that follow one another line by line. `at`: which line begins where."""
    out: set[int] = set()
    run: list[Marker] = []
    for c in found:
        goes_on = run and c.style is run[-1].style and c.number == run[-1].number + 1
        if not (goes_on and at[c.start] == at[run[-1].start] + 1):
            run = []
        run.append(c)
        if len(run) >= 3:
            out.update(one.start for one in run)
    return out


def _titled(line: lines.LogicalLine) -> bool:
    """Whether the page's markup makes a heading of a line, which all that it says is."""
    return line.block is not None and line.block.kind == "heading" and line.block.level > 0


def in_running_text(text: str, candidates: Sequence[Marker], read: Sequence[lines.LogicalLine]) -> list[Marker]:
    """The candidates that stand whole in a line of running text, and in no fixed part.

    Without what a heading of the markup says behind its own number, and divisions that a title in brackets or a bulleted line
    names (《快递服务 第3部分：服务环节》).
    """
    out, at, seen, titles = [], 0, -1, 0  # up to where the line was looked at, and how many titles are open there
    for candidate in candidates:
        while at < len(read) and read[at].end <= candidate.start:
            at += 1
        if at == len(read):
            break
        line, start = read[at], candidate.start
        if line.role is not None or line.start > start or candidate.end > line.end:
            continue
        if line.start < start and _titled(line):
            continue
        if candidate.style.division and line.start < start:
            if seen < line.start:
                seen, titles = line.start, 0
            titles += text.count("《", seen, start) - text.count("》", seen, start)
            seen = start
            bulleted = candidate.style.kind != "article" and _BULLETS.fullmatch(text, line.start, start)
            if titles > 0 or bulleted:
                continue
        out.append(candidate)
    return out
