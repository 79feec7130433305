"""Traced text: a page's text as it came, its present form, and the edits between them.

Why it exists: the product promises that nothing is lost and nothing changes silently. If stages passed plain strings on,
keeping that promise would be a matter of care in every rule. Here it holds by construction: a stage is a function from
text to `Change`s, and the only way to a new text is `Traced.apply`, which turns changes into edits of the *page*.

Two coordinate systems occur, both in code points: *page* offsets (into the text as it came, never changing) and *text*
offsets (into the present form). Changes are given in text offsets, edits are kept in page offsets.

Three layers make the present text: `page` (as it came), `base` (the page after plain one-to-one character conversion:
same length, so it needs no edits), and `edits` (replacements of page spans). Decided against: a mapping array a character
(simple, but 100,000 integers a stage), and a rope or piece table (made for typing, not for batches: all changes of a
stage are known at once, so one linear merge does).

Edits never overlap, and none is empty on the page side: an insertion takes a neighbouring character with it, so every
edit belongs to exactly one place of the page.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, pairwise

from ingest.changes import Certainty, Change, Stage, TracedEdit, weakest

__all__ = ["Certainty", "Change", "Stage", "Traced", "TracedEdit", "weakest"]


class Traced:
    """A page's text, its present form, and the edits between them. Immutable: every operation gives a new value.

    >>> t = Traced("經(jīng)濟").apply([Change(1, 7, "", "gloss")], "repair")
    >>> t.text, t.edits[0].start, t.edits[0].end
    ('經濟', 1, 7)
    """

    def __init__(
        self,
        page: str,
        base: str | None = None,
        edits: Sequence[TracedEdit] = (),
        declined: Sequence[TracedEdit] = (),
    ) -> None:
        self.page = page
        self.base = page if base is None else base
        self.edits = tuple(edits)
        self.declined = tuple(declined)
        if len(self.base) != len(page):
            raise ValueError("base and page must have the same length")

    @cached_property
    def text(self) -> str:
        """The present form."""
        parts: list[str] = []
        at = 0
        for edit in self.edits:
            parts += (self.base[at : edit.start], edit.after)
            at = edit.end
        parts.append(self.base[at:])
        return "".join(parts)

    @cached_property
    def _outputs(self) -> list[int]:
        """Text offset at which each edit's output begins."""
        grown = accumulate((len(e.after) - (e.end - e.start) for e in self.edits), initial=0)
        return [e.start + g for e, g in zip(self.edits, grown, strict=False)]

    @cached_property
    def _output_ends(self) -> list[int]:
        return [at + len(e.after) for at, e in zip(self._outputs, self.edits, strict=True)]

    @cached_property
    def _starts(self) -> list[int]:
        return [e.start for e in self.edits]

    # ---------------------------------------------------------------- changing

    def apply(self, changes: Iterable[Change], stage: Stage) -> "Traced":
        """The text with `changes` made, each an edit of the page; changes that meet an earlier edit's output compose with it.

        Changes are in text offsets, in any order. Raises ValueError when two applied changes overlap or one lies outside.
        """
        text = self.text
        todo, declined = [], []
        for change in changes:
            if not 0 <= change.start <= change.end <= len(text):
                raise ValueError(f"change {change} lies outside a text of {len(text)} characters")
            if not change.applied:
                declined.append(change)
            elif text[change.start : change.end] != change.after:
                todo.append(change)
        kept = list(self.declined)
        for change in declined:
            start, end = self.to_page(change.start, change.end)
            kept.append(
                TracedEdit(start, end, change.after, (stage,), (change.rule,), change.certainty, change.note, False)
            )
        if not todo:
            return self if len(kept) == len(self.declined) else Traced(self.page, self.base, self.edits, kept)
        return Traced(self.page, self.base, self._merged(_checked(todo, text), stage), kept)

    def _merged(self, todo: list[Change], stage: Stage) -> list[TracedEdit]:
        text, olds, begins, ends = self.text, self.edits, self._outputs, self._output_ends
        out: list[TracedEdit] = []
        i = j = 0
        while i < len(todo):
            lo, hi = todo[i].start, todo[i].end
            k = i + 1
            while j < len(olds) and ends[j] <= lo and (lo < hi or begins[j] < lo):
                out.append(olds[j])  # wholly before this change, or a deletion exactly at its start
                j += 1
            touched = j
            while True:  # grow until neither an old edit nor a next change crosses the border
                if touched < len(olds) and (
                    begins[touched] < hi
                    # A removal takes in what was removed right behind it: the gloss on its last character.
                    or (ends[touched] == hi and todo[k - 1].end == hi > todo[k - 1].start and not todo[k - 1].after)
                ):
                    lo, hi = min(lo, begins[touched]), max(hi, ends[touched])
                    touched += 1
                elif k < len(todo) and (todo[k].start < hi or (todo[k].start == hi and hi in (todo[k].end, lo))):
                    hi = max(hi, todo[k].end)
                    k += 1
                elif lo == hi:
                    hi += 1  # an insertion takes the character behind it along (`apply` saw to it that there is one)
                else:
                    break
            if k == i + 1 and touched == j:  # by far the most: one change that meets no earlier edit
                change = todo[i]
                shift = olds[j - 1].end - ends[j - 1] if j else 0
                after = change.after + text[change.end : hi]
                only = (stage,), (change.rule,), change.certainty, change.note
                out.append(TracedEdit(lo + shift, hi + shift, after, *only))
            else:
                out.append(self._composed(todo[i:k], olds[j:touched], lo, hi, stage))
            i, j = k, touched
        out.extend(olds[j:])
        return out

    def _composed(
        self, changes: list[Change], members: tuple[TracedEdit, ...], lo: int, hi: int, stage: Stage
    ) -> TracedEdit:
        """One edit for changes and earlier edits that touch one another, over the text span they cover together."""
        parts: list[str] = []
        at = lo
        for change in changes:
            parts += (self.text[at : change.start], change.after)
            at = change.end
        parts.append(self.text[at:hi])
        notes = [m.note for m in members if m.note] + [c.note for c in changes if c.note]
        return TracedEdit(
            min([self._page_start(lo), *(m.start for m in members)]),
            max([self._page_end(hi), *(m.end for m in members)]),
            "".join(parts),
            tuple(dict.fromkeys([s for m in members for s in m.stages] + [stage])),
            tuple(dict.fromkeys([r for m in members for r in m.rules] + [c.rule for c in changes])),
            weakest(*(m.certainty for m in members), *(c.certainty for c in changes)),
            "; ".join(dict.fromkeys(notes)) or None,
        )

    def recode(self, text: str, stage: Stage, rule: str) -> "Traced":
        """The same text in another script: `text` has the present text's length and differs from it one to one.

        Outside edits the difference is not listed (the contract names the conversion table instead); an edit whose output
        differs takes the new output, the stage and the rule.
        """
        if len(text) != len(self.text):
            raise ValueError("recode keeps the length; use apply for what changes it")
        if text == self.text:
            return self
        base: list[str] = []
        edits = []
        at = grown = 0
        for edit, begin, end in zip(self.edits, self._outputs, self._output_ends, strict=True):
            base += (text[at + grown : edit.start + grown], self.base[edit.start : edit.end])
            after = text[begin:end]
            if after != edit.after:
                stages = tuple(dict.fromkeys((*edit.stages, stage)))
                edit = edit._replace(after=after, stages=stages, rules=tuple(dict.fromkeys((*edit.rules, rule))))
            edits.append(edit)
            grown += len(after) - (edit.end - edit.start)
            at = edit.end
        base.append(text[at + grown :])
        return Traced(self.page, "".join(base), edits, self.declined)

    def cuts(self, positions: Iterable[int]) -> "Traced":
        """The same text, with edits divided at text offsets, so that a record may begin there.

        An edit of one page character cannot be divided (each half must own a place of the page): ask `boundary`.
        """
        wanted: dict[int, list[int]] = {}
        for position in sorted(set(positions)):
            j = bisect_right(self._outputs, position) - 1
            if j >= 0 and self._outputs[j] < position < self._output_ends[j]:
                wanted.setdefault(j, []).append(position - self._outputs[j])
        if not wanted:
            return self
        edits: list[TracedEdit] = []
        for j, edit in enumerate(self.edits):
            rest, done = edit, 0
            for offset in wanted.get(j, ()):
                if rest.end - rest.start < 2:
                    break
                share = round((offset - done) / max(1, len(rest.after)) * (rest.end - rest.start))
                middle = rest.start + min(max(1, share), rest.end - rest.start - 1)
                # White space cannot carry a record's border: keep a printed character on either side.
                if not self.page[rest.start : middle].strip() or not self.page[middle : rest.end].strip():
                    solid = [p for p in range(rest.start, rest.end) if not self.page[p].isspace()]
                    if len(solid) < 2:
                        break
                    middle = solid[len(solid) // 2]
                edits.append(rest._replace(end=middle, after=rest.after[: offset - done]))
                rest = rest._replace(start=middle, after=rest.after[offset - done :])
                done = offset
            edits.append(rest)
        return Traced(self.page, self.base, edits, self.declined)

    def boundary(self, position: int) -> int:
        """The nearest text offset from `position` on that no edit's output reaches across."""
        j = bisect_right(self._outputs, position) - 1
        if j >= 0 and self._outputs[j] < position < self._output_ends[j]:
            return self._output_ends[j]
        return position

    # ---------------------------------------------------------------- mapping

    def _page_start(self, position: int) -> int:
        """Page offset where text beginning at `position` begins: behind a deletion that stands exactly there."""
        j = bisect_right(self._outputs, position) - 1
        if j < 0:
            return position
        if position < self._output_ends[j]:
            return self.edits[j].start
        return self.edits[j].end + position - self._output_ends[j]

    def _page_end(self, position: int) -> int:
        """Page offset where text ending at `position` ends: before a deletion that stands exactly there."""
        j = bisect_left(self._outputs, position) - 1
        if j < 0:
            return position
        if position <= self._output_ends[j]:
            return self.edits[j].end if position > self._outputs[j] or not self.edits[j].after else self.edits[j].start
        return self.edits[j].end + position - self._output_ends[j]

    def to_page(self, start: int, end: int | None = None) -> tuple[int, int]:
        """The page span behind `text[start:end]`, the hull where edits are touched. One offset is an empty span."""
        first = self._page_start(start)
        if end is None or end <= start:
            return first, first
        return first, max(first, self._page_end(end))

    def to_text(self, position: int) -> int:
        """The text offset of a page offset; inside an edit, where its output begins."""
        j = bisect_right(self._starts, position) - 1
        if j < 0:
            return position
        if position < self.edits[j].end:
            return self._outputs[j]
        return self._output_ends[j] + position - self.edits[j].end

    def to_texts(self, positions: Sequence[int]) -> list[int]:
        """`to_text` of several page offsets, nearly all of them in order: one walk along the edits beside them."""
        edits, outputs, ends = self.edits, self._outputs, self._output_ends
        if not edits:
            return list(positions)
        out, j, last = [], -1, len(edits) - 1
        for position in positions:
            while j < last and edits[j + 1].start <= position:
                j += 1
            while j >= 0 and edits[j].start > position:
                j -= 1
            if j < 0:
                out.append(position)
            elif position < edits[j].end:
                out.append(outputs[j])
            else:
                out.append(ends[j] + position - edits[j].end)
        return out

    # ---------------------------------------------------------------- pieces

    def split(self, positions: Iterable[int]) -> list["Traced"]:
        """The pieces between text offsets, each over its own part of the page; `join` puts them together again.

        A position inside an edit's output that cannot be divided moves to its end.
        """
        positions = list(positions)
        whole = self.cuts(positions)
        marks = sorted({whole._page_end(whole.boundary(p)) for p in positions} - {0, len(self.page)})
        pieces, low = [], 0
        for high in [*marks, len(self.page)]:
            pieces.append(
                Traced(
                    self.page[low:high],
                    self.base[low:high],
                    [
                        e._replace(start=e.start - low, end=e.end - low)
                        for e in whole.edits
                        if low <= e.start and e.end <= high
                    ],
                    [
                        e._replace(start=e.start - low, end=e.end - low)
                        for e in whole.declined
                        if low <= e.start and e.end <= high
                    ],
                )
            )
            low = high
        return pieces

    @classmethod
    def join(cls, pieces: Iterable["Traced"]) -> "Traced":
        """One traced text of several that follow one another, their pages and edits behind each other."""
        page, base, edits, declined, at = [], [], [], [], 0
        for piece in pieces:
            page.append(piece.page)
            base.append(piece.base)
            edits += [e._replace(start=e.start + at, end=e.end + at) for e in piece.edits]
            declined += [e._replace(start=e.start + at, end=e.end + at) for e in piece.declined]
            at += len(piece.page)
        return cls("".join(page), "".join(base), edits, declined)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Traced):
            return NotImplemented
        return (self.page, self.base, self.edits, self.declined) == (
            other.page,
            other.base,
            other.edits,
            other.declined,
        )

    def __hash__(self) -> int:
        return hash((self.page, self.base, self.edits))

    def __repr__(self) -> str:
        return f"Traced({len(self.page)} page characters, {len(self.edits)} edits, {self.text[:20]!r})"


def _checked(todo: list[Change], text: str) -> list[Change]:
    """The changes in order, overlaps refused; an insertion at the very end takes the last character along."""
    todo.sort(key=lambda change: change[:2])
    for one, two in pairwise(todo):
        if two.start < one.end:
            raise ValueError(f"changes overlap: {one} and {two}")
    i = len(todo)
    while i and todo[i - 1].start == len(text):
        i -= 1
    if i < len(todo) and not (i and todo[i - 1].end == len(text)):
        if not text:
            raise ValueError("nothing can be inserted into an empty text")
        todo[i] = todo[i]._replace(start=len(text) - 1, after=text[-1] + todo[i].after)
    return todo
