"""How sure the place of each unit in the tree is.

A reading of the numbering is safe where nothing competes with it: each number follows the one before it, stands at the start
of a line, has siblings. It is doubtful where a count has gaps, begins late or again, runs inside a line, or where an unmarked block
follows a list that may or may not have ended. Each unit falls into one class by these signs; how often the parent was wrong
in a class was counted on distorted texts of known structure that no rule was made with (`benchmarks/accuracy/bench_structure.py`).
`confidence.tsv` has the counts; the grade follows from them.
"""

from collections.abc import Sequence
from functools import cache

from ingest import rules
from ingest.blocks import Node
from ingest.models import CuratedDocument
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern
from ingest.traced import Certainty

TABLE = rules.Table("ingest.outline", "confidence.tsv", ("class", "units", "wrong"), unique=("class",))

_DIVISIONS = frozenset({"part", "subpart", "chapter", "section"})
_LISTS = frozenset({"level1", "level2", "level3", "level4", "level5", "decimal", "letter", "formal"})
_HEADS = frozenset({"level1", "level2", "formal"})
_NUMBERED = ("division", "list", "item", "head", "article")  # what a class of units with numbers begins with
_EXACT, _LIKELY = 0.005, 0.02  # of 3 in a hundred a third is kept in hand: errors come by whole documents
# A block of so many characters at most that ends in no stop, and the share of such blocks from which on a text is ragged.
_FEW, _MANY = 30, 0.04
_LOOSE = pattern(r"[^。！？；：:!?;…＿_\n]*[^。！？；：:，、,!?;…—＿_”」』）)】\]\d\s]")
_UNREST = (" gap", " again", " inside")


def classes(text: str, nodes: Sequence[Node], starts: set[int]) -> list[str]:
    """The class of each unit. `starts` are where the logical lines of the text begin."""
    out: list[str] = []
    last: dict[tuple[int | None, str], Node] = {}
    children: dict[tuple[int | None, str], int] = {}
    for node in nodes:
        children[node.parent, node.kind] = children.get((node.parent, node.kind), 0) + 1
    below: list[bool] = []  # whether each unit is an article or below one
    flat = "inline" if len(starts) < max(4, len(nodes) / 3) else ""
    for n, node in enumerate(nodes):
        kind: str = "division" if node.kind in _DIVISIONS else "list" if node.kind in _LISTS else node.kind
        below.append(node.kind == "article" or (node.parent is not None and below[node.parent]))
        if kind == "list":
            kind = "item" if below[n] else "head" if node.kind in _HEADS else kind
        begin = node.hull[0]
        signs = [kind]
        if kind in _NUMBERED:
            before = last.get((node.parent, node.kind))
            signs.append("line" if begin in starts else "inside")
            signs.append(_step(node, before))
            if children[node.parent, node.kind] == 1:
                signs.append("alone")
            last[node.parent, node.kind] = node
        elif kind in ("paragraph", "lead", "heading", "bullet", "table", "caption"):
            above = nodes[node.parent] if node.parent is not None else None
            signs.append("root" if above is None else above.kind if above.kind in ("article", "heading") else "unit")
            if (n and node.parent is not None and n - 1 != node.parent and nodes[n - 1].parent != node.parent) or (
                n and node.parent is None and nodes[n - 1].parent is not None
            ):
                signs.append("after-list")
        else:
            signs = ["fixed"]
        if flat:
            signs.append(flat)
        out.append(" ".join(signs))
    lost = _before_gaps(nodes)
    out = [f"{name} before-gap" if n in lost and name != "fixed" else name for n, name in enumerate(out)]
    manner = _manner(text, nodes, out)
    return [name if name == "fixed" or not manner else f"{name} {manner}" for name in out]


def _manner(text: str, nodes: Sequence[Node], names: Sequence[str]) -> str:
    """What a whole text is like: `ragged` with headings that were not seen as such, `restless` in its counts, `mixed` where much
    is divided by what has no number."""
    if _ragged(text, nodes):
        return "ragged"
    numbered = [name for name in names if name.startswith(_NUMBERED)]
    if sum(any(sign in name for sign in _UNREST) for name in numbered) > 0.03 * len(numbered):
        return "restless"
    loose = sum(node.kind in ("bullet", "heading") for node in nodes)
    return "mixed" if loose >= 3 and loose > 0.1 * len(nodes) else ""


def _before_gaps(nodes: Sequence[Node]) -> set[int]:
    """The numbers of units below a division or an article whose next leaves a number out, and of those before a first one that is not the
    first: they may stand in the one that was left out."""
    last: dict[tuple[int | None, bool], int] = {}  # by parent the last article, and the last of the others
    before: set[int] = set()
    out: set[int] = set()
    beside: dict[int | None, list[int]] = {}  # by parent what stands in it so far, but for its title
    for n, node in enumerate(nodes):
        if n and nodes[n - 1].kind != "title":
            beside.setdefault(nodes[n - 1].parent, []).append(n - 1)
        if node.kind not in _DIVISIONS and node.kind != "article":
            continue
        key = node.parent, node.kind == "article"
        if key in last and _step(node, nodes[last[key]]) == "gap":
            before.add(last[key])
        elif key not in last and (node.number or 0) > 1 and node.kind in _DIVISIONS:
            out.update(beside.get(node.parent, ()))
        last[key] = n
    for n, node in enumerate(nodes):
        if node.parent is not None and (node.parent in before or node.parent in out):
            out.add(n)
    return out


def _ragged(text: str, nodes: Sequence[Node]) -> bool:
    """Whether many blocks are a few words without a stop: headings that were not seen as such, or lines that a break divided."""
    blocks = [node.hull for node in nodes if node.kind == "paragraph"]
    found = sum(end - start <= _FEW and _LOOSE.fullmatch(text, start, end) is not None for start, end in blocks)
    return found >= 3 and found > _MANY * len(nodes)


def of_records(doc: CuratedDocument, lines: Sequence[LogicalLine]) -> list[str]:
    """The class of each record of a document that was curated from plain text without a change, by its logical lines."""
    places = {record.eid: n for n, record in enumerate(doc.records)}
    nodes = [
        Node(
            r.kind, (r.source_start, r.source_start), (r.source_start, r.source_start), (r.source_start, r.source_end),
            places[r.parent_eid] if r.parent_eid is not None else None, r.eid, r.unit, r.number, r.number_suffix,
            number_path=r.number_path,
        )
        for r in doc.records
    ]  # fmt: skip
    return classes(doc.page_text, nodes, {line.start for line in lines})


def _step(node: Node, before: Node | None) -> str:
    """How a number goes on from the sibling before it."""
    number = node.number if node.number is not None else _letter(node)
    if before is None:
        return "first" if number in (1, None) else "late"
    previous = before.number if before.number is not None else _letter(before)
    if number is None or previous is None:
        return "next"
    if number == previous + 1 or (number == previous and (node.number_suffix or 0) > (before.number_suffix or 0)):
        return "next"
    return "again" if number <= previous else "gap"


def _letter(node: Node) -> int | None:
    printed = node.number_path[-1].lower() if node.number_path else ""
    return ord(printed) - ord("a") + 1 if len(printed) == 1 and "a" <= printed <= "z" else None


@cache
def _grades() -> dict[str, Certainty]:
    out: dict[str, Certainty] = {}
    for row in TABLE.rows():
        units, wrong = row.whole_number("units"), row.whole_number("wrong")
        out[row["class"]] = graded_as(units, wrong)
    return out


def graded_as(units: int, wrong: int) -> Certainty:
    """The certainty of a place of whose kind so many were counted, and so many stood below the wrong unit."""
    # Laplace's estimate, so that a class seen seldom is not called safe for want of an error.
    rate = (wrong + 0.5) / (units + 1)
    return "exact" if rate <= _EXACT else "likely" if rate <= _LIKELY else "guess"


def grade(text: str, nodes: Sequence[Node], starts: set[int]) -> list[Certainty]:
    """The certainty of each unit's place; a class that was never seen is a guess."""
    grades = _grades()
    return [grades.get(name, "guess") for name in classes(text, nodes, starts)]
