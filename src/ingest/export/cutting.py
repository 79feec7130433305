"""A document cut into pieces of at most so many characters, by its units first and inside of one by its sentences.

A unit stays whole with everything below it where it fits. A heading is never a piece by itself: it begins the piece of
what follows it; a list of headings that leaves no room for anything else is one. Only a unit that is too long alone is cut: behind 。；！？, else behind ，、, else anywhere, and the piece says which.
All pieces one after the other are the document's text, blanks at the joints aside.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from ingest.models import Record

Cut = Literal["sentence", "comma", "character"]
_CLOSED = "、.．）)】〕:："  # a label that ends so needs no blank behind it
_OPENED = frozenset(("part", "subpart", "chapter", "section"))
"""Units that are never one piece, however short: what is cited are the articles in them."""
_ENDS: tuple[tuple[Cut, re.Pattern[str]], ...] = (
    ("sentence", re.compile(r"(?<=[。！？；\n])(?![”’」』）)])|(?<=[。！？；][”’」』）)])")),
    ("comma", re.compile(r"(?<=[，、：,;])")),
)


class Part(NamedTuple):
    """A record, or the stretch `text[start:end]` of its printed form that stands in a piece. `cut` tells how it was divided."""

    record: Record
    start: int
    end: int
    cut: Cut | None


class Piece(NamedTuple):
    """Parts in reading order, and their text."""

    parts: tuple[Part, ...]
    text: str


def printed(record: Record) -> str:
    """A unit as the curated text shows it: label, heading and text; a table a row a line."""
    label, heading, text = record.label or "", record.heading or "", record.text
    gap = "" if not label or label[-1] in _CLOSED or not (heading or text) else " "
    if not heading:
        return label + gap + text
    return f"{label}{gap}{heading}\n{text}" if text else label + gap + heading


def pieces(records: Sequence[Record], bound: int) -> Iterator[Piece]:
    """The document of these records in pieces of at most `bound` characters."""
    cutter = _Cutter(records, bound)
    for root in cutter.children[None]:
        cutter.place(root)
    cutter.end()
    yield from cutter.out


def nested(records: Sequence[Record]) -> Iterator[tuple[Record, str | None]]:
    """Each record with the unit it stands in on the page: the nearest one above it that is not closed yet.

    A unit whose numbering returns to one that was left (（一） behind a （二） of another) stands where it is printed.
    """
    parents = {r.eid: r.parent_eid for r in records}
    open_: list[str] = []
    for record in records:
        above = set()
        eid = record.parent_eid
        while eid is not None and eid not in above:
            above.add(eid)
            eid = parents.get(eid)
        while open_ and open_[-1] not in above:
            open_.pop()
        yield record, open_[-1] if open_ else None
        open_.append(record.eid)


class _Cutter:
    def __init__(self, records: Sequence[Record], bound: int) -> None:
        self.bound = bound
        self.most_waiting = 3 * bound // 4  # headings that would leave less room than this are a list, and a piece
        self.children: defaultdict[str | None, list[Record]] = defaultdict(list)
        self.sizes: dict[str, int] = {}
        for record, above in nested(records):
            self.children[above].append(record)
        for record in reversed(records):
            below = sum(1 + self.sizes[r.eid] for r in self.children[record.eid])
            self.sizes[record.eid] = len(printed(record)) + below
        self.heads: list[Record] = []  # headings that wait for what stands below them
        self.now: list[Record] = []
        self.out: list[Piece] = []

    def place(self, record: Record) -> None:
        """Puts a unit with all that is below it into pieces."""
        if record.kind not in _OPENED and self.sizes[record.eid] <= self.bound - self._waiting():
            whole = list(self._below(record))
            headings = not any(r.text for r in whole)
            if headings or (self.now and not self._together(record)):
                self.flush()
            if headings:
                self._wait(whole)
            else:
                self.now += [*self.heads, *whole]
                self.heads = []
            return
        self.flush()
        if record.text or len(printed(record)) >= self.most_waiting:
            self._cut(record)
        else:
            self._wait([record])
        for child in self.children[record.eid]:
            self.place(child)
        self.flush()

    def _waiting(self) -> int:
        return _length(self.heads)

    def _wait(self, headings: list[Record]) -> None:
        """Keeps headings for what follows them."""
        if self.heads and self._waiting() + _length(headings) > self.most_waiting:
            self._list()
        self.heads += headings
        if self._waiting() > self.most_waiting:
            self._list()

    def _list(self) -> None:
        """Makes the headings that wait a piece by themselves."""
        self.out.append(_piece(self.heads))
        self.heads = []

    def _together(self, record: Record) -> bool:
        """Whether a unit may share a piece with the ones before: siblings that are no articles, while there is room."""
        room = _length(self.now) + self._waiting()
        mine = next((r for r in reversed(self.now) if r.parent_eid == record.parent_eid), None)
        return mine is not None and record.kind != "article" and room + self.sizes[record.eid] <= self.bound

    def _below(self, record: Record) -> Iterator[Record]:
        yield record
        for child in self.children[record.eid]:
            yield from self._below(child)

    def flush(self) -> None:
        """Ends the piece."""
        if self.now:
            self.out.append(_piece(self.now))
            self.now = []

    def end(self) -> None:
        """Ends the document; headings that nothing follows go with the piece before them."""
        self.flush()
        if self.heads:
            last = self.out[-1] if self.out else Piece((), "")
            waiting = _piece(self.heads)
            if last.parts and len(last.text) + 1 + len(waiting.text) <= self.bound:
                self.out[-1] = Piece((*last.parts, *waiting.parts), f"{last.text}\n{waiting.text}")
            else:
                self.out.append(waiting)

    def _cut(self, record: Record) -> None:
        """A unit that is too long by itself, with the headings that wait for it, in pieces of its own."""
        whole = printed(record)
        at = 0
        for text, cut in _divided(whole, self.bound, self._waiting()):
            heads = [Part(r, 0, len(printed(r)), None) for r in self.heads]
            self.heads = []
            lines = [*(printed(p.record) for p in heads), text]
            self.out.append(Piece((*heads, Part(record, at, at + len(text), cut)), "\n".join(lines)))
            at += len(text)


def _length(records: Sequence[Record]) -> int:
    """The characters of some units with the breaks behind them."""
    return sum(len(printed(r)) + 1 for r in records)


def _piece(records: Sequence[Record]) -> Piece:
    parts = tuple(Part(r, 0, len(printed(r)), None) for r in records)
    return Piece(parts, "\n".join(printed(r) for r in records))


def _divided(text: str, bound: int, waiting: int) -> Iterator[tuple[str, Cut | None]]:
    """Stretches of a text that together are the text; the first one leaves room for `waiting` characters."""
    room = max(1, bound - waiting)
    while len(text) > room:
        end, cut = room, None
        for name, pattern in _ENDS:
            ends = [m.end() for m in pattern.finditer(text, 0, room + 1) if 0 < m.end() <= room]
            if ends and ends[-1] > room // 4:
                end, cut = ends[-1], name
                break
        yield text[:end], cut or "character"
        text, room = text[end:], bound
    if text:
        yield text, None
