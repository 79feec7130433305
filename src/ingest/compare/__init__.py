"""What changed between two versions of a document, unit by unit: same, changed, moved, deleted, added.

align    which unit of the one is which of the other
render   the result as a page, as rows for JSON
"""

from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from ingest.compare.align import align
from ingest.models import Record

__all__ = ["Change", "Row", "Status", "counts", "documents"]

Status = Literal["same", "renumbered", "changed", "moved", "deleted", "added"]
STATUSES: tuple[Status, ...] = ("same", "renumbered", "changed", "moved", "deleted", "added")
_LONGEST = 4_000
"""Characters of a unit up to which it is compared character by character; a longer one sentence by sentence."""


class Change(NamedTuple):
    """A stretch of a unit: the words of the old text, and those of the new one; equal where nothing changed."""

    old: str
    new: str


class Row(NamedTuple):
    """A unit of either version (None: it has none), what became of it, and its words stretch by stretch.

    `renumbered`: the same words under another number. A `moved` unit may have changed as well.
    """

    status: Status
    old: Record | None
    new: Record | None
    changes: tuple[Change, ...] = ()


def documents(old: Sequence[Record], new: Sequence[Record]) -> list[Row]:
    """The units of two versions, in the order of the new one; titles and contents among them."""
    before, after = [words(r) for r in old], [words(r) for r in new]
    out: list[Row] = []
    for pair in align(before, after, ([r.label for r in old], [r.label for r in new])):
        one = old[pair.old] if pair.old is not None else None
        other = new[pair.new] if pair.new is not None else None
        if one is None or other is None:
            status: Status = "added" if one is None else "deleted"
            out.append(Row(status, one, other))
            continue
        a, b = words(one), words(other)
        changes = stretches(a, b) if a != b else ()
        if pair.moved:
            status = "moved"
        elif changes:
            status = "changed"
        else:
            status = "same" if (one.label or "") == (other.label or "") else "renumbered"
        out.append(Row(status, one, other, changes))
    return out


def counts(rows: Iterable[Row]) -> dict[Status, int]:
    """How many units there are of each status, in the order of `STATUSES`; none of those that do not occur."""
    found: dict[Status, int] = dict.fromkeys(STATUSES, 0)
    for row in rows:
        found[row.status] += 1
    return {status: n for status, n in found.items() if n}


def words(record: Record) -> str:
    """What a unit says, without its number: heading and text, the cells of a table."""
    if record.cells:
        return "\n".join("\t".join(row) for row in record.cells)
    return "\n".join(part for part in (record.heading or "", record.text) if part)


def stretches(old: str, new: str) -> tuple[Change, ...]:
    """Two texts as stretches that together are each of them: equal ones, and those that differ."""
    if len(old) + len(new) <= _LONGEST:
        return tuple(_joined(_matched(old, new)))
    out: list[Change] = []
    for one in _matched(_sentences(old), _sentences(new)):
        a, b = "".join(one[0]), "".join(one[1])
        out += [Change(a, b)] if a == b or not a or not b or len(a) + len(b) > _LONGEST else _joined(_matched(a, b))
    return tuple(_joined(out))


def _matched(old: Sequence[str], new: Sequence[str]) -> list[tuple[Sequence[str], Sequence[str]]]:
    found = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [(old[a:b], new[c:d]) for _, a, b, c, d in found]


def _joined(parts: Iterable[tuple[Sequence[str], Sequence[str]]]) -> list[Change]:
    """Stretches with single equal characters between changes taken into them: they say nothing and hinder reading."""
    out: list[Change] = []
    given = [Change("".join(a), "".join(b)) for a, b in parts]
    for n, part in enumerate(given):
        small = part.old == part.new and len(part.old) < 2 and 0 < n < len(given) - 1
        if out and (small or part.old != part.new) and out[-1].old != out[-1].new:
            out[-1] = Change(out[-1].old + part.old, out[-1].new + part.new)
        else:
            out.append(part)
    return out


def _sentences(text: str) -> list[str]:
    out: list[str] = []
    at = 0
    for n, char in enumerate(text):
        if char in "。；，：\n":
            out.append(text[at : n + 1])
            at = n + 1
    return [*out, text[at:]] if at < len(text) else out
