"""What a page's neighbours tell of it, as the page stage takes it; who finds out is another room's business (`sites`)."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from selectolax.lexbor import LexborHTMLParser

from ingest.blocks import Fact, Strip
from ingest.models import Row
from ingest.page.data_tables import Table
from ingest.page.layout import Layout

SLOT = "site-slot"
STRIP = "site-template"
_LEAST = 30
"""Characters that a strip has to leave."""
_RESTORED = frozenset(("outside-container", "beside-text", "between-containers"))


def _never(line: int) -> bool:
    return False


class Told(NamedTuple):
    """What is known of a page by its template.

    Numbers are those of the layout's lines. `title`: the lines of the title, [first, last). `silent`: `<title>` is one
    that many pages have. `element`: where in `<title>` the title stands, what many pages have around it left out.
    `is_text`: whether a line is one of the element that holds the text, and not the template's. `strips`: lines that the
    template prints, with how many pages have them; `kept`: the same inside the text, where repetition may be the
    document's own. `listing`: its pages are lists, `rows` the links of this one, as rows of datasets by their names. `of_lists`: it has a
    template of lists and links as these have, whatever else it is.
    """

    template: str
    title: tuple[int, int] | None = None
    silent: bool = False
    element: tuple[int, int] | None = None
    is_text: Callable[[int], bool] = _never
    strips: Mapping[int, str] = {}
    kept: Mapping[int, str] = {}
    facts: tuple[Fact, ...] = ()
    listing: str | None = None
    rows: Mapping[str, tuple[Row, ...]] = {}
    of_lists: bool = False

    def applied(
        self, layout: Layout, rules: list[str | None], title: tuple[int, int] | None, grids: Sequence[Table]
    ) -> list[str | None]:
        """The rules of a page's lines (None: the document's) with what the neighbours tell.

        What they know as text comes back; what the template prints goes. Never the title, never a row of a data table,
        and never so much that next to nothing is left.
        """
        out = list(rules)
        tabled = {n for grid in grids if not grid.metadata for n in range(grid.first, grid.last)}
        free = [n for n in range(len(rules)) if n not in tabled and not (title and title[0] <= n < title[1])]
        for n in free:
            if rules[n] in _RESTORED and self.is_text(n):
                out[n] = None
        left = sum(layout.lines[n].size for n in free if out[n] is None and n not in self.strips)
        for n in free:
            if out[n] is None and n in self.strips and left >= _LEAST:
                out[n] = STRIP
        return out

    def declined(self, layout: Layout, rules: Sequence[str | None]) -> list[Strip]:
        """What many pages print and yet stays, since repetition inside a text may be the document's own."""
        stays = [n for n in {**self.kept, **self.strips} if rules[n] is None]
        return [
            Strip(*layout.lines[n].place, STRIP, f"{(self.kept.get(n) or self.strips.get(n))}; inside the text", False)
            for n in sorted(stays)
        ]


class Neighbours(Protocol):
    """Who knows a page's neighbours."""

    def __call__(self, layout: Layout, tree: LexborHTMLParser) -> Told | None:
        """What they tell of the page, None: nothing."""
