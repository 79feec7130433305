"""From an outline over a traced text to rows: the curated text, records with true source spans, edits."""

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from ingest.blocks import Node
from ingest.models import Edit, Record, Within
from ingest.patterns import pattern
from ingest.traced import Certainty, Traced, weakest

_BREAK = pattern(r"[^\S\n]*\n\s*")
_LINED = ("table", "toc", "signature", "attachment")  # kinds whose line breaks are their own, and no wrapping
_WORD = pattern(r"[0-9A-Za-z,.;:!?%)]")


def joined(text: str) -> str:
    """A unit's text with its wrapped lines joined: a space between two words of letters,
    nothing between Han or the figures of a number."""
    if "\n" not in text:
        return text.strip()
    out: list[str] = []
    for line in _BREAK.split(text.strip()):
        if line:
            spaced = out and _WORD.match(out[-1], len(out[-1]) - 1) and line[0].isascii() and line[0].isalnum()
            if spaced and out[-1][-1].isdigit() and line[0].isdigit():
                spaced = False  # two figures of one number, which a wrap by width divides as it does any word
            out += (" ", line) if spaced else (line,)
    return "".join(out)


def _body(node: Node, text: str) -> str:
    """A unit's own text: line by line where lines say something (a tab at a row's end stands for an empty cell, which a
    row alone cannot show), joined elsewhere."""
    if node.kind not in _LINED:
        return joined(text)
    rows = [row.strip(" \u3000\xa0\n") for row in text.split("\n") if row.strip()]
    return "\n".join(rows) if len(rows) > 1 else "".join(rows).strip()


class Laid(NamedTuple):
    """Records, the curated text, and the traced text with its edits cut at the records' borders."""

    records: tuple[Record, ...]
    text: str
    traced: Traced


def lay_out(traced: Traced, nodes: Sequence[Node], doc_id: str) -> Laid:
    """Rows for `nodes` (revision left empty) and the curated text.

    Edits that reach across a record's border are divided there; where one cannot be, the border moves behind it.
    """
    hulls = [node.hull for node in nodes]
    traced = traced.cuts(position for hull in hulls for position in hull)
    text = traced.text
    starts = [e.start for e in traced.edits]
    bounds = [(traced.boundary(a), traced.boundary(b)) for a, b in hulls]
    places = _places(traced, bounds)
    paths: list[tuple[str, ...]] = []
    spoken = any("correction" in edit.stages for edit in traced.edits)
    records: list[Record] = []
    lines: list[str] = []
    names: list[str] = []
    margins = _margins(text, nodes)
    for ordinal, (node, (low, high)) in enumerate(zip(nodes, bounds, strict=True)):
        label = joined(text[max(low, node.label[0]) : node.label[1]])
        heading = joined(text[max(low, node.heading[0]) : node.heading[1]])
        own = text[max(low, node.body[0]) : max(high, node.body[0])] if node.body[0] < node.body[1] else ""
        body = _body(node, own)
        page_start, page_end = places[ordinal]
        parent = records[node.parent] if node.parent is not None else None
        names.append(_name(label, text[node.label[1] : node.heading[0]] if label and heading else "", heading))
        above = () if node.parent is None else (*paths[node.parent], names[node.parent])
        paths.append(above)
        records.append(
            Record(
                record_id=f"{doc_id}#{node.eid}",
                doc_id=doc_id,
                revision="",
                ordinal=ordinal,
                eid=node.eid,
                parent_eid=parent.eid if parent else None,
                kind=node.kind,
                unit=node.unit,
                depth=parent.depth + 1 if parent else 0,
                label=label or None,
                number=node.number,
                number_suffix=node.number_suffix,
                heading=heading or None,
                text=body,
                cells=(_as_printed(node.cells, body) if spoken else node.cells) or None,
                number_path=node.number_path,
                author=node.author,
                posted_at=node.posted_at,
                role=node.role,
                structure_certainty=node.place,
                path=above,
                chapter=names[-1] if node.unit == "chapter" else parent.chapter if parent else None,
                section=names[-1] if node.unit == "section" else parent.section if parent else None,
                certainty=_certainty(traced, starts, page_start, page_end),
                source_start=page_start,
                source_end=page_end,
            )
        )
        lines.append(margins[ordinal] + _line(text, node, label, heading, body))
    return Laid(tuple(records), "\n".join(lines), traced)


def is_wrapped(text: str, nodes: Sequence[Node]) -> bool:
    """Whether lines of a text are joined to one in a unit's own text."""
    return any("\n" in text[slice(*node.body)].strip() for node in nodes if node.kind not in _LINED)


def shown(text: str, nodes: Sequence[Node]) -> str:
    """The curated text that `nodes` of a text come to, each on a line of its own and wrapped lines joined."""
    lines = []
    for node, margin in zip(nodes, _margins(text, nodes), strict=True):
        label, heading = joined(text[slice(*node.label)]), joined(text[slice(*node.heading)])
        lines.append(margin + _line(text, node, label, heading, _body(node, text[slice(*node.body)])))
    return "\n".join(lines)


def keeps_lines(text: str, nodes: Sequence[Node], made: str) -> bool:
    """Whether the curated text `made` (`shown`) has the lines of the text, but for titles that were joined, which stay titles."""
    if _lines(made) == _lines(text):
        return True
    titles = [node.hull for node in nodes if node.kind == "title"]
    if not titles or nodes[0].kind != "title":
        return False
    left, at = [], 0
    for start, end in titles:
        left.append(text[at:start])
        at = end
    rest = shown(text, [node for node in nodes if node.kind != "title"])
    return _lines(rest) == _lines("\n".join([*left, text[at:]]))


def _margins(text: str, nodes: Sequence[Node]) -> list[str]:
    """What the curated text sets each unit in by: bullets and numbers below bullets, and what is no heading (#) because the text
    sets it in, of which nothing else shows what they are."""
    out: list[str] = []
    for node in nodes:
        start = node.hull[0]
        if node.kind == "paragraph":
            set_in = text.startswith("#", start) and (
                text.startswith("    ", start - 4) or text.startswith("\t", start - 1)
            )
            out.append("    " if set_in else "")
            continue
        above = node.parent if node.label[0] < node.label[1] else None
        within = above is not None and above < len(out) and nodes[above].kind == "bullet"
        out.append("  " + out[above] if within and above is not None else "")
    return out


def _lines(text: str) -> list[str]:
    return [line for line in map(str.strip, text.split("\n")) if line]


def _as_printed(cells: Sequence[tuple[str, ...]], body: str) -> tuple[tuple[str, ...], ...]:
    """The cells of a table in which a person changed something: where they are not those of its text any more, these."""
    rows = tuple(tuple(cell.strip() for cell in row.split("\t")) for row in body.split("\n"))
    have = {"".join(cell.split()) for row in cells for cell in row}
    want = {"".join(cell.split()) for row in rows for cell in row}
    return tuple(cells) if have | {""} == want | {""} or not cells else rows


def _places(traced: Traced, hulls: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Page spans of the records' hulls, taking in what a repair left nothing of at their borders (a gloss at a line's end).

    Such characters are in no strip edit, so they must be in a record: the one before, or the first.
    """
    places = [traced.to_page(a, b) for a, b in hulls]
    n = 0
    for edit in traced.edits:
        if edit.after.strip() or "strip" in edit.stages:
            continue
        while n + 1 < len(places) and places[n + 1][0] <= edit.start:
            n += 1
        if n < len(places):
            start, end = places[n]
            places[n] = (min(start, edit.start), max(end, edit.end))
    return places


def _name(label: str, gap: str, heading: str) -> str:
    return f"{label}{' ' if gap.strip(chr(10)) else ''}{heading}" if gap.isspace() else label + heading


def _line(text: str, node: Node, label: str, heading: str, body: str) -> str:
    """The unit as the curated text shows it: white space as printed, the body on its own line unless it ran in."""
    out = label
    if heading:
        gap = text[node.label[1] : node.heading[0]] if label else ""
        out += (" " if "\n" in gap else gap) + heading
    if body:
        gap = text[(node.heading if heading else node.label)[1] : node.body[0]] if out else ""
        out += ("\n" if "\n" in gap and heading else " " if "\n" in gap else gap) + body
    return out


def _certainty(traced: Traced, starts: list[int], start: int, end: int) -> Certainty | None:
    if not starts:
        return None
    inside = traced.edits[bisect_left(starts, start) : bisect_left(starts, end)]
    return weakest(*(e.certainty for e in inside)) if inside else None


def text_places(
    traced: Traced, record: Record, spans: Sequence[tuple[int, int]], within: Within = None
) -> list[tuple[int, int]]:
    """Page offsets of spans of a record's `text`, or `heading`, each of which begins and ends with a character that is not blank.

    What stands in the record's hull is label, heading and text with other white space: so the two have the same
    characters but for blanks; the text's last is the hull's last, and the heading's first comes right behind the label.
    """
    if not spans:
        return []
    low, high = traced.to_text(record.source_start), traced.to_text(record.source_end)
    printed = traced.text[low:high].rstrip()
    whole = (record.heading if within else record.text) or ""
    base = _begins(printed, record.label or "") if within else len(printed) - len(whole)
    if printed.startswith(whole, base):  # nothing was joined, as nearly always
        return [traced.to_page(low + base + a, low + base + b) for a, b in spans]
    present = [n for n, char in enumerate(traced.text[low:high], low) if not char.isspace()]
    own = [n for n, char in enumerate(whole) if not char.isspace()]
    shift = len("".join((record.label or "").split())) if within else len(present) - len(own)
    return [
        traced.to_page(present[shift + bisect_left(own, a)], present[shift + bisect_left(own, b) - 1] + 1)
        for a, b in spans
    ]


def _begins(printed: str, label: str) -> int:
    """Where the heading begins in the printed form of a unit: behind its label and the blanks there; behind the end
    where the label is not printed as it reads."""
    at = len(label) if printed.startswith(label) else len(printed) + 1
    while at < len(printed) and printed[at].isspace():
        at += 1
    return at


def edit_rows(traced: Traced, doc_id: str) -> tuple[Edit, ...]:
    """Rows for the edits, applied and declined, in page order (revision left empty)."""
    every = sorted((*traced.edits, *traced.declined), key=lambda e: (e.start, e.end, not e.applied))
    return tuple(
        Edit(
            doc_id=doc_id,
            revision="",
            ordinal=n,
            stages=e.stages,
            rules=e.rules,
            start=e.start,
            end=e.end,
            before=traced.page[e.start : e.end],
            after=e.after,
            certainty=e.certainty,
            applied=e.applied,
            note=e.note,
        )
        for n, e in enumerate(every)
    )
