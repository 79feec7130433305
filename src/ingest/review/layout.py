"""A curated document laid out for looking at: the page in rows, each beside the record that was made of it.

The contract's tiling makes this possible: records' hulls follow one another on the page and what lies between them was
taken out, so a page is a sequence of rows (a hull and its record, or a gap and nothing), and the two columns stay aligned
without a script. Decided against: two panes that scroll for themselves (they drift apart where much was removed).

A row is divided into lines and a line into flat tokens, so that the template only writes them out. Every character of
the page is in exactly one token; a document that breaks the contract is still shown, since then it needs looking at most.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from ingest.models import CuratedDocument, Edit, Record
from ingest.patterns import pattern
from ingest.review.visible import HIDDEN

# A browser skips what is out of view by the block, so no block may grow with the document.
_LONGEST = 1200
_STOP = pattern(r"[。！？；\s]")


class Token(NamedTuple):
    """A stretch of text, a hidden character, or the border of an edit's mark.

    `what`: text, hidden, newline (one inside an edit, its text as printed), open, close. `edit` is the edit's place in the document's list;
    `last` is set at the opening of its last piece, behind which the replacement belongs.
    """

    what: Literal["text", "hidden", "newline", "open", "close"]
    text: str = ""
    edit: int = -1
    last: bool = True


class PageLine(NamedTuple):
    """A line of the page or a part of one, from `start` on. `number` counts the page's lines from 1, None where a line goes on."""

    number: int | None
    tokens: tuple[Token, ...]
    chars: int
    blank: bool
    start: int


class Entry(NamedTuple):
    """A record with its label, heading and text as tokens; `marked` are the parts of the text, cut where it is long."""

    record: Record
    label: tuple[Token, ...]
    heading: tuple[Token, ...]
    text: tuple[tuple[Token, ...], ...]


class Row(NamedTuple):
    """A stretch of the page beside its record (None: nothing was made of it); `rules` of what was taken out there."""

    start: int
    end: int
    lines: tuple[PageLine, ...]
    entry: Entry | None
    rules: tuple[tuple[str, int], ...]


class Span(NamedTuple):
    """Where an edit is marked."""

    start: int
    end: int
    edit: int


def rows(doc: CuratedDocument) -> list[Row]:
    """The page in rows, in reading order."""
    page = doc.page_text
    spans = nested(doc.edits)
    borders = _borders(page, doc.records)
    made: list[Row] = []
    lines = _lines(page, spans, [start for start, _, _ in borders])
    applied = [(i, e) for i, e in enumerate(doc.edits) if e.applied]
    starts = [e.start for _, e in applied]
    for (start, end, record), own in zip(borders, lines, strict=True):
        inside = applied[bisect_left(starts, start) : bisect_left(starts, end)]
        entry = _entry(record, page, inside) if record else None
        rules = Counter(rule for _, e in inside for rule in e.rules) if not record else Counter()
        made.append(Row(start, end, tuple(own), entry, tuple(rules.most_common())))
    return made


def nested(edits: Sequence[Edit]) -> list[Span]:
    """Where to mark each edit, so that the marks nest and none is lost, in the order they open.

    Applied edits do not overlap, but declined ones may cross them and each other; there a declined one is marked on the
    part that does not cross (what it really covered is told in its description).
    """
    order = sorted(range(len(edits)), key=lambda i: (edits[i].start, -edits[i].end, edits[i].applied))
    spans: list[Span] = []
    stack: list[int] = []  # indexes into spans
    for i in order:
        start, end = edits[i].start, edits[i].end
        while stack and spans[stack[-1]].end <= start:
            stack.pop()
        if edits[i].applied:
            while stack and spans[stack[-1]].end < end:
                at = stack.pop()
                spans[at] = spans[at]._replace(end=max(start, spans[at].start))
        elif stack:
            end = min(end, spans[stack[-1]].end)
        spans.append(Span(start, end, i))
        if end > start:
            stack.append(len(spans) - 1)
    return spans


def _borders(page: str, records: Iterable[Record]) -> list[tuple[int, int, Record | None]]:
    """The page divided at the records' hulls; white space between goes with what stands before it."""
    made: list[tuple[int, int, Record | None]] = []
    at = 0
    for record in sorted(records, key=lambda r: (r.source_start, r.ordinal)):
        low = min(max(at, record.source_start), len(page))
        high = min(max(low, record.source_end), len(page))
        if page[at:low].strip():
            made.append((at, low, None))
        elif made:
            made[-1] = (made[-1][0], low, made[-1][2])
        else:
            low = 0
        made.append((low, high, record))
        at = high
    if page[at:].strip() or not made:
        made.append((at, len(page), None))
    else:
        made[-1] = (made[-1][0], len(page), made[-1][2])
    return made


def _lines(page: str, spans: Sequence[Span], starts: Sequence[int]) -> Iterator[list[PageLine]]:
    """The lines of each row, marks closed at a line's end and opened again on the next."""
    number, fresh, opened = 0, True, 0
    active: list[Span] = []
    for at, border in zip(starts, [*starts[1:], len(page)], strict=True):
        own: list[PageLine] = []
        while at < border:
            stop = _line_end(page, at, border)
            reach = stop + (stop == len(page))  # an empty mark may stand behind the last character
            number += fresh
            tokens = [Token("open", edit=s.edit, last=s.end <= stop) for s in active]
            position = at
            while True:
                bound = active[-1].end if active else stop
                bound = min(bound, stop, spans[opened].start if opened < len(spans) else stop)
                tokens += _text(page[position:bound], bool(active))
                position = bound
                if active and active[-1].end <= position:
                    tokens.append(Token("close", edit=active.pop().edit))
                elif opened < len(spans) and spans[opened].start <= position < reach:
                    active.append(spans[opened])
                    tokens.append(Token("open", edit=spans[opened].edit, last=spans[opened].end <= stop))
                    opened += 1
                else:
                    break
            tokens += [Token("close", edit=s.edit) for s in reversed(active)]
            own.append(PageLine(number if fresh else None, tuple(tokens), stop - at, not _solid(tokens), at))
            fresh = page[stop - 1] == "\n"
            at = stop
        yield own


def _line_end(page: str, at: int, border: int) -> int:
    """Where the line or the part of it that begins at `at` ends, its line break included."""
    stop = page.find("\n", at, border)
    stop = border if stop < 0 else stop + 1
    if stop - at <= _LONGEST:
        return stop
    for match in _STOP.finditer(page, at + _LONGEST * 2 // 3, at + _LONGEST):
        return match.end()
    return at + _LONGEST


def _text(text: str, inside: bool) -> Iterator[Token]:
    """Text as tokens: hidden characters apart; a line break is shown only where an edit covers it."""
    at = 0
    broken = text.endswith("\n")
    end = len(text) - (2 if text.endswith("\r\n") else broken)
    for match in HIDDEN.finditer(text):
        if match.start() > at:
            yield Token("text", text[at : match.start()])
        yield Token("hidden", match[0])
        at = match.end()
    if at < end:
        yield Token("text", text[at:end])
    if broken and inside:
        yield Token("newline", text[end:])


def _solid(tokens: Iterable[Token]) -> bool:
    """Whether there is something to see."""
    return any(t.what != "text" or t.text.strip() for t in tokens)


def _entry(record: Record, page: str, edits: Sequence[tuple[int, Edit]]) -> Entry:
    """A record with the replacements marked in it.

    By the contract's replay, the hull with its edits made and the record's own text are the same but for white space and
    one-to-one conversion; so counting printed characters finds each replacement in the record. Where that does not hold
    nothing is marked.
    """
    label, heading = record.label or "", record.heading or ""
    owners = list(_owners(record, page, edits))
    whole = label + heading + record.text
    if len(owners) != sum(not c.isspace() for c in whole):
        owners = []
    parts = []
    at = 0
    for text in (label, heading, record.text):
        solid = sum(not c.isspace() for c in text)
        parts.append(_marked(text, owners[at : at + solid]))
        at += solid
    return Entry(record, parts[0], parts[1], tuple(_chunks(parts[2])))


def _owners(record: Record, page: str, edits: Sequence[tuple[int, Edit]]) -> Iterator[int]:
    """For each printed character of the curated hull, the edit it came from, or -1."""
    at = record.source_start
    for i, edit in edits:
        if edit.start < at or edit.end > record.source_end:
            continue
        yield from (-1 for c in page[at : edit.start] if not c.isspace())
        yield from (i for c in edit.after if not c.isspace())
        at = edit.end
    yield from (-1 for c in page[at : record.source_end] if not c.isspace())


def _marked(text: str, owners: Sequence[int]) -> tuple[Token, ...]:
    """The text with the stretches that edits made as marks."""
    if not owners or max(owners) < 0:
        return tuple(_plain(text))
    tokens: list[Token] = []
    owner, begin, at = -1, 0, 0
    for position, char in enumerate(text):
        if char.isspace():
            continue
        if owners[at] != owner:
            tokens += _run(text[begin:position], owner)
            owner, begin = owners[at], position
        at += 1
    return (*tokens, *_run(text[begin:], owner))


def _run(text: str, owner: int) -> Iterator[Token]:
    if not text:
        return
    if owner < 0:
        yield from _plain(text)
    else:
        yield Token("open", edit=owner)
        yield from _plain(text)
        yield Token("close", edit=owner)


def _plain(text: str) -> Iterator[Token]:
    """Text of a record as tokens, cut where it is long."""
    for part in re.split(r"(\n)", text):
        at = 0
        while at < len(part):
            stop = _line_end(part, at, len(part)) if part != "\n" else 1
            if part == "\n":
                yield Token("newline", part)
            else:
                yield from _text(part[at:stop], False)
            at = stop


def _chunks(tokens: Iterable[Token]) -> Iterator[tuple[Token, ...]]:
    """Tokens in groups that are not long, none divided inside a mark."""
    group: list[Token] = []
    size, depth = 0, 0
    for token in tokens:
        depth += (token.what == "open") - (token.what == "close")
        if token.what == "newline" and not depth:
            yield tuple(group)
            group, size = [], 0
            continue
        if size and size + len(token.text) > _LONGEST and not depth:
            yield tuple(group)
            group, size = [], 0
        group.append(token)
        size += len(token.text)
    if group:
        yield tuple(group)
