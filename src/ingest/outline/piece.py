"""A unit under construction."""

from dataclasses import dataclass, field

from ingest.models import Kind

Span = tuple[int, int]


@dataclass(slots=True)
class Piece:
    """A unit under construction."""

    kind: Kind
    start: int
    rank: float
    label: Span
    heading: Span
    body: Span
    number: int | None = None
    suffix: int | None = None
    style: str = ""
    cells: tuple[tuple[str, ...], ...] = ()
    parent: int | None = None
    opens: bool = False
    encloses: bool = True
    numbered_children: bool = field(default=False)

    @property
    def heading_end(self) -> int:
        """Where its heading ends, 0 without one."""
        return self.heading[1] if self.heading[0] < self.heading[1] else 0

    @property
    def open(self) -> bool:
        """Whether the next block is this unit's own text."""
        return self.body[0] == self.body[1]


def trimmed(text: str, start: int, end: int) -> Span:
    """The span without outer white space."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
