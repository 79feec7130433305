"""What travels from stage to stage: the traced text, and everything known of the page.

All places are in page offsets, which no stage changes. So what one stage finds is right for the next one as it is, and
nobody projects a block or a title by hand: who works on the present text asks for it, or for the blocks and the title in it.
"""

from collections.abc import Iterable, Sequence
from typing import Literal, NamedTuple

from ingest.blocks import Block, Fact, Node, Page, Posted
from ingest.corrected import Spoken, held_back
from ingest.patterns import pattern
from ingest.repair import Told
from ingest.traced import Certainty, Change, Stage, Traced

_CELL = pattern(r"[\t\n]")


class Draft(NamedTuple):
    """A document in the making.

    `blocks`, `title` (the span of the title, None: nobody has seen one) and `facts` are in page offsets. `flags` are
    quality warnings of the page. `site_template` is the one of its site's that it has. `media_type` and `encoding` say how the page was read. `script`, `origin` and `chain`
    are what the script stage found (`blocks.Conversion`). `nodes` are the outline, in offsets of the present text: once
    there is an outline, that text stays. `extraction`: how sure it is which of the page's lines are the document.
    `posts` are the further ones of a thread, in page offsets. `spoken` is what persons said of the page: what they refuse
    is held back from every stage's changes. `damage` is what is known of the damage to pages of its site.
    """

    traced: Traced
    blocks: tuple[Block, ...] = ()
    title: tuple[int, int] | None = None
    facts: tuple[Fact, ...] = ()
    flags: tuple[str, ...] = ()
    media_type: str = "text/plain"
    encoding: str | None = None
    script: Literal["hans", "hant", "mixed"] | None = None
    origin: Literal["native", "naive", "phrase", "localised"] | None = None
    chain: str | None = None
    nodes: tuple[Node, ...] = ()
    site_template: str | None = None
    extraction: Certainty | None = None
    posts: tuple[Posted, ...] = ()
    spoken: Spoken = Spoken()
    damage: Told | None = None

    @classmethod
    def of(cls, page: Page, spoken: Spoken, damage: Told | None = None) -> "Draft":
        """A page as a draft, what its markup shows to be no part of the document taken out."""
        strips = [Change(s.start, s.end, "", s.rule, note=s.note, applied=s.applied) for s in page.chrome]
        traced = held_back(Traced(page.text), strips, "strip", spoken.fitting)
        return cls(
            traced,
            page.blocks,
            page.title,
            page.facts,
            page.flags,
            page.media_type,
            page.encoding,
            site_template=page.site_template,
            extraction=page.certainty,
            posts=page.posts,
            spoken=spoken,
            damage=damage,
        )

    @property
    def text(self) -> str:
        """The present text."""
        return self.traced.text

    def changed(self, changes: Iterable[Change], stage: Stage) -> "Draft":
        """The same with `changes`, in offsets of the present text, made by `stage`."""
        if self.spoken.fitting:
            return self._replace(traced=held_back(self.traced, changes, stage, self.spoken.fitting))
        return self._replace(traced=self.traced.apply(changes, stage))

    def at(self, span: tuple[int, int] | None) -> tuple[int, int] | None:
        """A span of the present text in page offsets."""
        return span and self.traced.to_page(*span)

    def placed(self, fact: Fact) -> Fact:
        """A fact that was read from the present text, in page offsets."""
        return fact if fact.start is None else fact.at(*self.traced.to_page(fact.start, fact.end))

    def present_title(self) -> tuple[int, int] | None:
        """The title's span in the present text; None when there is none, or nothing is left of it."""
        if self.title is None:
            return None
        start, end = (self.traced.to_text(p) for p in self.title)
        return (start, end) if start < end else None

    def present_posts(self) -> list[Posted]:
        """The further posts of a thread in offsets of the present text; those of which nothing is left are dropped."""
        places = ((post, self.traced.to_text(post.start), self.traced.to_text(post.end)) for post in self.posts)
        return [post._replace(start=a, end=b) for post, a, b in places if self.traced.text[a:b].strip()]

    def present_blocks(self) -> list[Block]:
        """The blocks in offsets of the present text, cells in its words; what has nothing left is dropped."""
        traced, out = self.traced, []
        places = traced.to_texts([place for block in self.blocks for place in block[:2]])
        for block, start, end in zip(self.blocks, places[::2], places[1::2], strict=True):
            if start < end:
                cells = block.cells
                if cells:
                    cells = _cells(cells, traced.page[block.start : block.end], traced.text[start:end])
                out.append(Block(start, end, block.kind, block.level, cells))
        return out


def _cells(cells: Sequence[tuple[str, ...]], before: str, after: str) -> tuple[tuple[str, ...], ...]:
    """A table's cells in the words of its present text: the printed cells correspond one to one, merged ones repeat them."""
    old, new = _CELL.split(before), _CELL.split(after)
    if old == new or len(old) != len(new):
        return tuple(cells)
    present = {a.strip(): b.strip() for a, b in zip(old, new, strict=True)}
    return tuple(tuple(present.get(cell.strip(), cell) for cell in row) for row in cells)
