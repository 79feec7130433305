"""Tables: data, metadata of an official document, or mere layout.

A layout table dissolves: its cells are blocks like any other. A data table becomes a row a line, cells separated by tabs.
The table above a 公文 (索引号, 发文机关, 成文日期 …) is read for facts and taken out. Only leaf tables can be either.

BeautifulSoup reads the structure of a table from its own fragment (spans, header cells), never a whole page; the text
comes from the walk, which alone defines offsets.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ingest import labels
from ingest.blocks import Fact
from ingest.page import stamps
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.patterns import pattern

_MAX_FRAGMENT = 60_000  # characters; BeautifulSoup takes some 50 ms for this
_MAX_FRAGMENTS = 100  # a page
_MAX_SPAN = 1000
_MAX_GRID = 200_000  # cells of a table with its spans resolved
_RULED = pattern(r"border(?:-\w+)*\s*:\s*[^;]*(?:solid|double|dotted|[1-9]\d*\s*px)|border-collapse", re.I)
_NAMED = pattern(r"mso|grid|\btable\b|tablestyle|data", re.I)
_BRACKET = pattern(r"[【】\[\]]")
_BRACKETS = str.maketrans("", "", "【】[]")
# Labels that only the metadata table of an official document has.
_OFFICIAL = pattern(
    r"索引号|主题分类|发文[机单字文部]\w*|成文\w*|文号|制发\w*|公开\w*|信息\w+|组配分类|体裁分类|有效性|发布机构|生成日期"
)


class Cell(NamedTuple):
    """A printed cell of a table."""

    text: str
    rows: int
    columns: int
    header: bool


class Table(NamedTuple):
    """A table that is more than layout: its rows are `lines[first:last]` of the layout given back with it."""

    first: int
    last: int
    cells: tuple[tuple[str, ...], ...]  # spans resolved; empty: a metadata table
    facts: tuple[tuple[int, Fact], ...]  # with the line that says it

    @property
    def metadata(self) -> bool:
        """Whether this is the metadata table of an official document."""
        return not self.cells


def gather(layout: Layout) -> tuple[Layout, list[Table]]:
    """The layout with the rows of its data and metadata tables as lines, and these tables."""
    made: list[tuple[Box, list[list[Box]], list[list[Cell]], bool]] = []
    budget = _MAX_FRAGMENTS
    for box, rows in (*_leaves(layout), *_terms(layout)):
        verdict = _verdict(layout, box, rows)
        if verdict:
            own = [[_cell(layout, cell) for cell in row] for row in rows]
            metadata = verdict == "metadata"
            if not metadata and budget and any(c.rows > 1 or c.columns > 1 for row in own for c in row):
                own = _structure(box, own)  # without spans there is nothing to find out
                budget -= 1
            made.append((box, rows, own, metadata))
    if not made:
        return layout, []
    return _folded(layout, made)


def _leaves(layout: Layout) -> list[tuple[Box, list[list[Box]]]]:
    """Tables without a table inside that show something, with their cells row by row."""
    boxes = layout.boxes
    holder = [-1] * len(boxes)  # box -> the table it stands in
    cells: dict[int, list[list[Box]]] = {}
    nested: set[int] = set()
    for box in boxes[1:]:
        inside = holder[box.index] = holder[box.parent]
        if box.tag == "table":
            nested.add(inside)
            holder[box.index] = box.index
            cells[box.index] = []
        elif inside >= 0:
            if box.tag == "tr":
                cells[inside].append([])
            elif box.tag in ("td", "th") and cells[inside] and boxes[box.parent].tag == "tr":
                cells[inside][-1].append(box)
    out = []
    for index, rows in cells.items():
        if index not in nested and boxes[index].last - boxes[index].first > 1:
            full = [row for row in rows if row]
            if len(full) > 1 or (full and len(full[0]) > 3):
                out.append((boxes[index], full))
    return out


def _terms(layout: Layout) -> list[tuple[Box, list[list[Box]]]]:
    """Lists of terms (dl), a row for each: the term and what is said of it, as an encyclopedia's box of facts has them."""
    boxes = layout.boxes
    if not any(box.tag == "dl" for box in boxes):
        return []
    rows: dict[int, list[list[Box]]] = {}
    holder = [-1] * len(boxes)
    for box in boxes[1:]:
        inside = holder[box.index] = holder[box.parent]
        if box.tag == "dl":
            rows[box.index] = []
            holder[box.index] = box.index
        elif box.tag in ("table", "li"):
            holder[box.index] = -1
        elif inside >= 0 and box.tag == "dt":
            rows[inside].append([box])
        elif inside >= 0 and box.tag == "dd" and rows[inside]:
            rows[inside][-1].append(box)
    out = []
    for index, own in rows.items():
        full = [row for row in own if len(row) == 2 and all(cell.first < cell.last for cell in row)]
        if len(full) > 2 and len(full) == len(own) and all(_term(layout, *row) for row in full):
            out.append((boxes[index], full))
    return out


def _term(layout: Layout, term: Box, said: Box) -> bool:
    """Whether dt and dd are a term and a fact: both short, neither a sentence, and no headline that leads elsewhere."""
    first, second = layout.lines[term.first], layout.lines[said.first]
    return (
        term.last - term.first == 1
        and first.size <= 16
        and said.last - said.first < 4
        and second.size <= 80
        and second.text[-1] not in "。！？"
        and first.link * 2 <= first.size
    )


def _verdict(layout: Layout, box: Box, rows: list[list[Box]]) -> str | None:
    """`data`, `metadata`, or None for layout, as where posts of a forum stand in its cells."""
    found = _looks(layout, box, rows)
    cells = (layout.lines[cell.first : cell.last] for row in rows for cell in row)
    return None if found == "data" and box.tag == "table" and any(map(stamps.post, cells)) else found


def _looks(layout: Layout, box: Box, rows: list[list[Box]]) -> str | None:
    """The same by its cells, borders and links."""
    lines = layout.lines[box.first : box.last]
    size = sum(line.size for line in lines)
    linked = sum(line.link for line in lines)
    if size >= 3000 and linked * 2 > size:
        return None
    texts = [_said(layout, cell) for row in rows for cell in row]
    if size < 3000:
        known = {t for t in map(_label_text, texts) if t}
        if len(known) >= 3 and sum(1 for t in known if _OFFICIAL.match(t)) >= 2:
            return "metadata"
        if linked * 2 > size:
            return None
    widest = max(len(text) for text in texts)
    if widest > 400 or (widest * 10 > size * 7 and size > 200):
        return None
    widths = Counter(sum(_span(cell.attributes, "colspan") for cell in row) for row in rows)
    columns, regular = widths.most_common(1)[0]
    several = sum(1 for row in rows if sum(1 for cell in row if cell.first < cell.last) > 1)
    if columns < 2 or len(rows) < 2 or several * 2 < len(rows):
        return None
    shown = [text for text in texts if text]
    if box.tag == "dl":
        return "data"
    attributes = box.attributes
    border = (attributes.get("border") or "0").strip()
    ruled = (
        (border[:1].isdigit() and border != "0")
        or _RULED.search(attributes.get("style") or "") is not None
        or _NAMED.search(attributes.get("class") or "") is not None
    )
    header = any(cell.tag == "th" for row in rows for cell in row)
    if (ruled or header) and len(shown) * 3 > len(texts):
        return "data"
    mean = sum(map(len, shown)) / max(1, len(shown))
    plain = len(rows) >= 3 and regular * 5 >= len(rows) * 4 and mean <= 40 and len(shown) * 5 > len(texts) * 3
    return "data" if plain and linked * 4 < size else None


def _label_text(text: str) -> str | None:
    """The known label that a cell is, or begins with."""
    head = text.partition(":")[0].partition("：")[0]
    plain = "".join(head.split())
    if len(plain) > 10 and _BRACKET.search(plain) is None:
        return None
    plain = plain.translate(_BRACKETS)
    return plain if len(plain) <= 10 and labels.label_of(plain) else None


def _said(layout: Layout, cell: Box) -> str:
    if cell.last - cell.first == 1:
        return layout.lines[cell.first].text
    return " ".join(line.text for line in layout.lines[cell.first : cell.last])


def _span(attributes: dict[str, str | None], name: str) -> int:
    value = (attributes.get(name) or "1").strip()
    return min(max(1, int(value)), _MAX_SPAN) if value.isdecimal() and len(value) < 6 else 1


def _cell(layout: Layout, box: Box) -> Cell:
    attributes = box.attributes
    if "rowspan" in attributes or "colspan" in attributes:
        return Cell(_said(layout, box), _span(attributes, "rowspan"), _span(attributes, "colspan"), box.tag == "th")
    return Cell(_said(layout, box), 1, 1, box.tag == "th")


def _structure(box: Box, own: list[list[Cell]]) -> list[list[Cell]]:
    """The printed cells of a data table, as BeautifulSoup finds them in the table's own fragment."""
    fragment = box.node.html if box.node is not None else None
    if not fragment or len(fragment) > _MAX_FRAGMENT:
        return own
    from bs4 import BeautifulSoup, Tag  # here: importing it costs more than reading a page

    found: list[list[Cell]] = []
    for row in BeautifulSoup(fragment, "html.parser").find_all("tr"):
        cells = [c for c in row.find_all(["td", "th"], recursive=False) if isinstance(c, Tag)]
        if cells:
            found.append(
                [
                    Cell(
                        " ".join(c.get_text(" ").split()),
                        _span({"rowspan": str(c.get("rowspan") or "1")}, "rowspan"),
                        _span({"colspan": str(c.get("colspan") or "1")}, "colspan"),
                        c.name == "th",
                    )
                    for c in cells
                ]
            )
    if [len(row) for row in found] != [len(row) for row in own]:
        return own  # markup that two parsers read differently: keep to the tree that made the text
    # The walk's text: what is hidden is not in it.
    return [[c._replace(text=mine.text) for c, mine in zip(a, b, strict=True)] for a, b in zip(found, own, strict=True)]


def resolved(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    """Rows of cell texts with row and column spans filled in; a text that spans cells stands in each of them."""
    grid: list[list[str]] = []
    carried: dict[int, tuple[int, str]] = {}  # column -> rows left, text
    total = 0
    for row in rows:
        line: list[str] = []
        cells = iter(row)
        cell = next(cells, None)
        while cell is not None or any(column >= len(line) for column in carried):
            column = len(line)
            if column in carried:
                left, text = carried[column]
                line.append(text)
                if left > 1:
                    carried[column] = (left - 1, text)
                else:
                    del carried[column]
            elif cell is not None:
                for n in range(cell.columns):
                    line.append(cell.text)
                    if cell.rows > 1:
                        carried[column + n] = (cell.rows - 1, cell.text)
                cell = next(cells, None)
            else:
                line.append("")
            total += 1
            if total > _MAX_GRID:
                return tuple(tuple(c.text for c in r) for r in rows)
        grid.append(line)
    width = max((len(line) for line in grid), default=0)
    return tuple(tuple(line + [""] * (width - len(line))) for line in grid)


def pairs(row: Sequence[Cell]) -> list[Fact]:
    """What the label and value cells of a metadata table's row say."""
    facts: list[Fact] = []
    waiting: labels.Label | None = None
    for cell in row:
        label = labels.label_of(cell.text)
        if label:
            waiting = label
        elif waiting and cell.text:
            facts += labels.value_fact(waiting, cell.text)
            waiting = None
        elif cell.text:
            facts += [f for f in labels.read_line(cell.text) if f.rule.startswith("label:")]
    return [f._replace(rule=f"table:{f.rule.removeprefix('label:')}", rank=max(1, f.rank - 5)) for f in facts]


def _folded(
    layout: Layout, made: list[tuple[Box, list[list[Box]], list[list[Cell]], bool]]
) -> tuple[Layout, list[Table]]:
    """The layout with these tables' lines replaced by their rows."""
    old = layout.lines
    lines: list[VisibleLine] = []
    moved: list[int] = []  # old index -> new index
    tables: list[Table] = []
    at = 0
    for box, boxes, cells, metadata in sorted(made, key=lambda m: m[0].first):
        for line in old[at : box.first]:
            moved.append(len(lines))
            lines.append(line)
        at = box.first
        first = None
        facts: list[tuple[int, Fact]] = []
        for row, printed in zip(boxes, cells, strict=True):
            low, high = row[0].first, row[-1].last
            for line in old[at:low]:  # a caption
                moved.append(len(lines))
                lines.append(line)
            text = "\t".join(cell.text for cell in printed).rstrip("\t")
            inside = old[low:high]
            moved.extend([len(lines)] * len(inside))
            at = max(at, high)
            if text.strip():
                first = len(lines) if first is None else first
                if metadata:
                    facts += ((len(lines), fact) for fact in pairs(printed))
                lines.append(
                    VisibleLine(
                        text,
                        [text],
                        ("tr", ""),
                        box.index,
                        inside[0].unit,
                        sum(x.link for x in inside),
                        sum(x.bold for x in inside),
                        False,
                        any(x.file for x in inside),
                    )
                )
        if first is not None:
            tables.append(Table(first, len(lines), () if metadata else resolved(cells), tuple(facts)))
    for line in old[at:]:
        moved.append(len(lines))
        lines.append(line)
    moved.append(len(lines))
    for box in layout.boxes:
        box.first, box.last = moved[box.first], moved[box.last]
    images = [moved[n] for n in layout.images]
    times = [(moved[n], value) for n, value in layout.times]
    return layout._replace(lines=lines, images=images, times=times), tables
