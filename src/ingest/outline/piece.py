"""A unit under construction."""

from dataclasses import dataclass

from ingest.models import Kind

Span = tuple[int, int]
Count = str | tuple[str, tuple[str, ...]]
"""What units of one count have in common (`Piece.count`)."""

RANK: dict[Kind, float] = {
    "title": -1, "preface": -1, "toc": -1, "docno": -1, "note": -1, "signature": -1, "attachment": -1,
    "chapter": 2, "article": 4, "heading": 4.5, "question": 5.5, "answer": 5.6, "lead": 20, "bullet": 21, "caption": 22, "table": 22, "paragraph": 30,
}  # fmt: skip
"""The ranks of the kinds that no marker gives one: lower encloses higher."""


@dataclass(slots=True)
class Piece:
    """A unit under construction.

    `above`: a list's unit that articles stand below. `ends`: what follows is not its own. `back`: a heading behind the text (参考文献). `holds`: a bullet that a list stands below. `level`: of a heading in the page's markup, 0 where it says none. `flat`: a heading without a number inside of a numbered unit, which divides its text and encloses nothing that is marked.
    `number` is its place in its count, printed as a number or as a letter. `path`: the components of a number that has several.
    """

    kind: Kind
    start: int
    rank: float
    label: Span
    heading: Span
    body: Span
    number: int | None = None
    suffix: int | None = None
    path: tuple[str, ...] | None = None
    style: str = ""
    cells: tuple[tuple[str, ...], ...] = ()
    parent: int | None = None
    opens: bool = False
    encloses: bool = True
    flat: bool = False
    above: bool = False
    level: float = 0
    ends: bool = False
    back: bool = False
    holds: bool = False
    numbered_children: bool = False

    @property
    def heading_end(self) -> int:
        """Where its heading ends, 0 without one."""
        return self.heading[1] if self.heading[0] < self.heading[1] else 0

    @property
    def printed(self) -> int | None:
        """The number that is printed: none where a letter is, the last of several."""
        if self.kind == "letter" or (self.path and not self.path[-1].isdecimal()):
            return None
        return self.number

    @property
    def count(self) -> Count:
        """What tells its count from others: the style, whether it stands above articles, and of a path all but the last
        component."""
        style = f"{self.style} above" if self.above else self.style
        return (style, self.path[:-1]) if self.path and self.kind == "decimal" else style

    @property
    def open(self) -> bool:
        """Whether the next block is this unit's own text."""
        return self.body[0] == self.body[1] and not self.ends


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without outer white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
