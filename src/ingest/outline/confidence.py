"""How sure the place of each unit in the tree is.

A reading of the numbering is safe where nothing competes with it: each number follows the one before it, stands at the start
of a line, has siblings. It is doubtful where a count has gaps, begins late or again, runs inside a line, or where an unmarked block
follows a list that may or may not have ended. Each unit falls into one class by these signs; how often the parent was wrong
in a class was counted on distorted texts of known structure that no rule was made with (`benchmarks/accuracy/bench_structure.py`).
`confidence.tsv` has the counts; the grade follows from them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
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
_DIVIDING = _DIVISIONS | {"article"}
_UNNUMBERED = frozenset({"paragraph", "lead", "heading", "bullet", "table", "caption"})
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
    children = Counter((node.parent, node.kind) for node in nodes)
    below: list[bool] = []  # whether each unit is an article or below one
    flat = " inline" if len(starts) < max(4, len(nodes) / 3) else ""
    for n, node in enumerate(nodes):
        printed, parent = node.kind, node.parent
        own = printed == "article" or (parent is not None and below[parent])
        below.append(own)
        kind: str = printed
        if printed in _LISTS:
            kind = "item" if own else "head" if printed in _HEADS else "list"
        elif printed in _DIVISIONS:
            kind = "division"
        if kind in _NUMBERED:
            key = parent, printed
            where = "line" if node.hull[0] in starts else "inside"
            alone = " alone" if children[key] == 1 else ""
            name = f"{kind} {where} {_step(node, last.get(key))}{alone}{flat}"
            last[key] = node
        elif kind in _UNNUMBERED:
            above = nodes[parent].kind if parent is not None else "root"
            home = above if above in ("root", "article", "heading") else "unit"
            before = nodes[n - 1].parent if n else None
            after = n and before != parent and (parent is None or n - 1 != parent)
            name = f"{kind} {home}{' after-list' if after else ''}{flat}"
        else:
            name = f"fixed{flat}"
        out.append(name)
    for n in _before_gaps(nodes):
        if out[n] != "fixed":
            out[n] += " before-gap"
    manner = _manner(text, nodes, Counter(out))
    return [name if name == "fixed" else f"{name} {manner}" for name in out] if manner else out


def _manner(text: str, nodes: Sequence[Node], names: Mapping[str, int]) -> str:
    """What a whole text is like: `ragged` with headings that were not seen as such, `restless` in its counts, `mixed` where much
    is divided by what has no number."""
    if _ragged(text, nodes):
        return "ragged"
    numbered = {name: units for name, units in names.items() if name.startswith(_NUMBERED)}
    restless = sum(units for name, units in numbered.items() if any(sign in name for sign in _UNREST))
    if restless > 0.03 * sum(numbered.values()):
        return "restless"
    loose = sum(node.kind in ("bullet", "heading") for node in nodes)
    return "mixed" if loose >= 3 and loose > 0.1 * len(nodes) else ""


def _before_gaps(nodes: Sequence[Node]) -> set[int]:
    """The numbers of units below a division or an article whose next leaves a number out, and of those before a first one that is not the
    first: they may stand in the one that was left out."""
    if not any(node.kind in _DIVIDING for node in nodes):
        return set()
    last: dict[tuple[int | None, bool], int] = {}  # by parent the last article, and the last of the others
    before: set[int] = set()
    out: set[int] = set()
    beside: dict[int | None, list[int]] = {}  # by parent what stands in it so far, but for its title
    for n, node in enumerate(nodes):
        if node.kind in _DIVIDING:
            key = node.parent, node.kind == "article"
            if key in last:
                if _step(node, nodes[last[key]]) == "gap":
                    before.add(last[key])
            elif (node.number or 0) > 1 and node.kind in _DIVISIONS:
                out.update(beside.get(node.parent, ()))
            last[key] = n
        if node.kind != "title":
            beside.setdefault(node.parent, []).append(n)
    if not before and not out:
        return out
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
