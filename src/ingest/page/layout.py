"""What the walk over a page makes: its visible lines, the boxes around them, and what else it saw on its way."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from selectolax.lexbor import LexborNode

from ingest import labels
from ingest.patterns import pattern

SPACE = pattern(r"[ \t\n\r\f]+")
_PEOPLE = ("记者", "記者", "讯员", "訊員")  # labels that stand before names in a text, too
# Not the colon: it is the mark of labels and bylines.
_MARKS = pattern("[，。；！？、,;!?…”」]")


def fold(text: str) -> str:
    """White space as a browser folds it: runs of ASCII white space are one space, other spaces stay."""
    return SPACE.sub(" ", text).strip(" ")


def marks_in(text: str) -> int:
    """How many marks of running text there are in it."""
    return len(_MARKS.findall(text))


@lru_cache(maxsize=4096)
def _label(word: str) -> bool:
    """Whether a word is a known label of a value, without its colon."""
    return word[-1].isalnum() and word[-2:] not in _PEOPLE and labels.label_of(word) is not None


class VisibleLine:
    """A visible line: its text, the innermost block element and box it stands in, and how it is set.

    `unit`: the lines that <br> makes of one block share it. `link`, `bold`: characters set so. `file`: a link in it leads
    to a document file. `idle`: characters of links that lead nowhere and wait for a script, where the line has no
    other links. `listed`: whether it is a link or a list's entry, once asked (`furniture.linkish`). `name`: the classes of a
    paragraph or heading, which is no box. `start`: where it begins in the page text, once all lines are known (`html.read_html`). `time`: what a
    `<time datetime=…>` in it says.
    """

    __slots__ = (
        "bold",
        "box",
        "center",
        "file",
        "idle",
        "link",
        "listed",
        "marks",
        "name",
        "pieces",
        "size",
        "start",
        "tag",
        "text",
        "time",
        "unit",
    )

    def __init__(
        self,
        text: str,
        pieces: list[str],
        within: tuple[str, str],
        box: int,
        unit: int,
        link: int,
        bold: int,
        center: bool,
        file: bool,
    ) -> None:
        self.text = text
        self.pieces = pieces
        self.tag, self.name = within
        self.box = box
        self.unit = unit
        self.size = size = len(text)
        self.link = link
        self.bold = bold
        self.center = center
        self.file = file
        self.idle = 0
        self.listed: bool | None = None
        self.marks = len(_MARKS.findall(text)) if link < size > 8 else 0
        self.start = 0
        self.time: str | None = None

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands in the page text."""
        return self.start, self.start + self.size

    @property
    def button(self) -> bool:
        """Whether the line is nothing but a link that leads nowhere."""
        return self.idle > 0 and self.idle * 10 >= self.size * 9

    @property
    def spaced(self) -> str:
        """The text with a space where one inline element ends and the next begins, a colon behind a label that is one by itself."""
        if len(self.pieces) < 2 or self.size >= 200:
            return self.text
        first = self.pieces[0].strip()
        if 2 <= len(first) <= 6 and _label(first):
            return fold(f"{first}：{' '.join(self.pieces[1:])}")
        return fold(" ".join(self.pieces))


class Box:
    """An element that can hold several blocks, or an inline one with an id: its lines are `lines[first:last]`.

    `name` holds id and class, as a page's author wrote them; empty without either.
    """

    __slots__ = ("attributes", "first", "index", "last", "name", "node", "parent", "tag")

    def __init__(self, index: int, tag: str, parent: int, first: int, attributes: dict[str, str | None]) -> None:
        self.index = index
        self.tag = tag
        self.parent = parent
        self.first = self.last = first
        self.attributes = attributes
        self.node: LexborNode | None = None
        self.name = (
            f"#{attributes.get('id') or ''} .{attributes.get('class') or ''}"[:300]
            if "class" in attributes or "id" in attributes
            else ""
        )


class Layout(NamedTuple):
    """What the walk found."""

    title: str
    lines: list[VisibleLine]
    boxes: list[Box]
    images: list[int]  # before which line each stands
    frames: int
    inputs: list[str]  # types of fields, and textarea, select
    times: Sequence[tuple[int, str]] = ()  # before or in which line each `<time datetime=…>` stands, and what it says
    teasers: frozenset[int] = frozenset()  # lines that are summaries under headlines (`container.teasers`)
    names: frozenset[str] = frozenset()  # of the site, as `element.names_of_site` knows them
    hidden: bool = False  # whether all that it shows is hidden until a script has run
    fields: Sequence[int] = ()  # before or in which line each field of a form stands
    house: str | None = None  # its name where that is printed as a headline is (`house.find`)

    def called(self, n: int, name: re.Pattern[str], up: int = 3) -> bool:
        """Whether an expression finds the name of line `n`, or of one of the `up` boxes around it, the innermost first."""
        if name.search(self.lines[n].name):
            return True
        at = self.lines[n].box
        for _ in range(up):
            if at < 0:
                break
            if name.search(self.boxes[at].name):
                return True
            at = self.boxes[at].parent
        return False
