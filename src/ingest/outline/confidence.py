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
from ingest.models import CuratedDocument, Kind
from ingest.outline import marked, shown
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern
from ingest.traced import Certainty

TABLE = rules.Table("ingest.outline", "confidence.tsv", ("class", "units", "wrong", "of", "missed"), unique=("class",))

_DIVISIONS: frozenset[Kind] = frozenset({"part", "subpart", "chapter", "section"})
_LISTS: frozenset[Kind] = frozenset({"level1", "level2", "level3", "level4", "level5", "decimal", "letter", "formal"})
_HEADS: frozenset[Kind] = frozenset({"level1", "level2", "formal"})
_DIVIDING = _DIVISIONS | {"article"}
_UNNUMBERED = frozenset({"paragraph", "lead", "heading", "bullet", "table", "caption"})
_FIXED = frozenset({"title", "preface", "docno", "toc", "note", "signature", "attachment"})
_NUMBERED = ("division", "list", "item", "head", "article")  # what a class of units with numbers begins with
_CLASSES: dict[Kind, str] = (  # … by their kinds; "item" is a list's below an article
    dict.fromkeys(_DIVISIONS, "division")
    | dict.fromkeys(_LISTS, "list")
    | dict.fromkeys(_HEADS, "head")
    | {"article": "article"}
)
_EXACT, _LIKELY = 0.005, 0.02  # of 3 in a hundred a third is kept in hand: errors come by whole documents
# A block of so many characters at most that ends in no stop, and the share of such blocks from which on a text is ragged.
_FEW, _MANY = 30, 0.04
_FEWEST = 3  # units of a tree that can be doubtful
_LOOSE = pattern(r"[^。！？；：:!?;…＿_\n]*[^。！？；：:，、,!?;…—＿_”」』）)】\]\d\s]")
_UNREST = (" gap", " again", " inside")


def classes(text: str, nodes: Sequence[Node], starts: set[int]) -> list[str]:
    """The class of each unit, and what the whole text is like. `starts` are where the logical lines of the text begin."""
    out = signs(nodes, starts)
    manner = _manner(text, nodes, Counter(out))
    return [name if name == "fixed" else f"{name} {manner}" for name in out] if manner else out


def signs(nodes: Sequence[Node], starts: set[int]) -> list[str]:
    """The class of each unit by its own signs."""
    out: list[str] = []
    last: dict[tuple[int | None, str], Node] = {}
    alone: dict[tuple[int | None, str], int] = {}
    below: list[bool] = []  # whether each unit is an article or below one
    for n, node in enumerate(nodes):
        printed, parent = node.kind, node.parent
        own = printed == "article" or (parent is not None and below[parent])
        below.append(own)
        kind = _CLASSES.get(printed)
        if kind is not None:
            if own and printed in _LISTS:
                kind = "item"
            key = parent, printed
            label = node.label
            begin = label[0] if label[0] < label[1] else node.hull[0]
            where = "line" if begin in starts else "inside"
            before = last.get(key)
            name = f"{kind} {where} {_step(node, before)}"
            if before is None:
                alone[key] = n
            else:
                alone.pop(key, None)
            last[key] = node
        elif printed in _UNNUMBERED:
            above = nodes[parent].kind if parent is not None else "root"
            home = above if above in ("root", "article", "heading") else "unit"
            after = n and nodes[n - 1].parent != parent and (parent is None or n - 1 != parent)
            name = f"{printed} {home} after-list" if after else f"{printed} {home}"
        else:
            name = "fixed"
        out.append(name)
    for n in alone.values():
        out[n] += " alone"
    if len(starts) < max(4, len(nodes) / 3):
        out = [f"{name} inline" for name in out]
    for n in _before_gaps(nodes):
        if out[n] != "fixed":
            out[n] += " before-gap"
    return out


def _manner(text: str, nodes: Sequence[Node], names: Mapping[str, int]) -> str:
    """What a whole text is like: `ragged` with headings that were not seen as such, `restless` in its counts, `mixed` where much
    is divided by what has no number."""
    if _ragged(text, nodes):
        return "ragged"
    numbered = {name: units for name, units in names.items() if name.startswith(_NUMBERED)}
    restless = sum(units for name, units in numbered.items() if any(sign in name for sign in _UNREST))
    loose = sum(node.kind in ("bullet", "heading") for node in nodes)
    mixed = "mixed" if loose >= 3 and loose > 0.1 * len(nodes) else ""
    if restless > 0.03 * sum(numbered.values()):
        return f"restless {mixed}".rstrip()
    return mixed


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
    return classes(doc.page_text, _nodes(doc), {line.start for line in lines})


def shown_of_records(doc: CuratedDocument, lines: Sequence[LogicalLine]) -> list[str]:
    """The same in a text that Markdown's headings divide: a unit's own signs, and what the headings say of its place; else none."""
    nodes = _nodes(doc)
    bare = marked.read(doc.page_text, lines).lines  # which know what is code
    lines = [line._replace(role=other.role) for line, other in zip(lines, bare, strict=True)]
    given = shown.headings(doc.page_text, lines, {})
    if not shown.divides(nodes, given):
        return []
    own = signs(nodes, {line.start for line in lines})
    return [
        name if name.startswith("fixed") else _shown_as(name, how)
        for name, how in zip(own, shown.places(doc.page_text, nodes, given, typed=True), strict=True)
    ]


def _shown_as(name: str, how: shown.Place) -> str:
    return "torn" if how == "torn" else f"{name} {how}"


def _nodes(doc: CuratedDocument) -> list[Node]:
    places = {record.eid: n for n, record in enumerate(doc.records)}
    return [
        Node(
            r.kind, (r.source_start, r.source_start), (r.source_start, r.source_start), (r.source_start, r.source_end),
            places[r.parent_eid] if r.parent_eid is not None else None, r.eid, r.unit, r.number, r.number_suffix,
            number_path=r.number_path,
        )
        for r in doc.records
    ]  # fmt: skip


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


_ORDER: tuple[Certainty, ...] = ("exact", "likely", "guess")
_UNSEEN = 0.3  # how often guesses are wrong in texts that no class was counted on
_DOUBTFUL = 0.15
_BY_MARKS = 0.05  # where marks show most headings, so that few places are in doubt and these stand together
_UNDIVIDED = 0.3  # where nothing divides a text: between what its paragraphs come to and what those of a ragged one do


@cache
def _grades(undivided: bool) -> dict[str, tuple[Certainty, float]]:
    """The grade of each class, and how often its places were wrong. Paragraphs were counted in texts that are divided but for those of the
    source that grades them."""
    out: dict[str, tuple[Certainty, float]] = {}
    for row in TABLE.rows():
        units, wrong = row.whole_number("units"), row.whole_number("wrong")
        rate = _rate(units, wrong) if undivided else _rate(row.whole_number("of"), row.whole_number("missed"))
        out[row["class"]] = graded_as(units, wrong), rate
    return out


def _rate(units: int, wrong: int) -> float:
    # Laplace's estimate, so that a class seen seldom is not called safe for want of an error.
    return (wrong + 0.5) / (units + 1)


def graded_as(units: int, wrong: int) -> Certainty:
    """The certainty of a place of whose kind so many were counted, and so many stood below the wrong unit."""
    rate = _rate(units, wrong)
    return "exact" if rate <= _EXACT else "likely" if rate <= _LIKELY else "guess"


def grade(
    text: str, nodes: Sequence[Node], lines: Sequence[LogicalLine], hashes: Mapping[int, int]
) -> list[tuple[Certainty, float]]:
    """The certainty of each unit's place, and how often places of its class were wrong; a class that was never seen is a guess.
    `hashes`: the levels of lines behind # whose marks are blanks in the text, by where their words begin.

    In a text whose headings marks tell these were counted apart: there lists and blocks stand where the headings say.
    """
    starts = {line.start for line in lines}
    grades = _grades(_undivided(nodes))
    unseen: tuple[Certainty, float] = ("guess", _UNSEEN)
    own = signs(nodes, starts)
    names = Counter(own)
    manner = _manner(text, nodes, names)
    known = {name: grades.get(f"{name} {manner}" if manner and name != "fixed" else name, unseen) for name in names}
    graded = [known[name] for name in own]
    if manner == "restless mixed":
        # What statutes have where a number is missing says nothing of a call for bids: guesses, as often wrong as those of the restless.
        graded = [
            ("guess", grades.get(f"{name} restless mixed", grades.get(f"{name} restless", unseen))[1])
            if name != "fixed"
            else one
            for name, one in zip(own, graded, strict=True)
        ]
    given = shown.headings(text, lines, hashes)
    if not shown.divides(nodes, given):
        return graded
    typed = bool(hashes) or any(text[line.start] == "#" for line in lines)
    out: list[tuple[Certainty, float]] = []
    for name, how, (place, rate) in zip(own, shown.places(text, nodes, given, typed), graded, strict=True):
        if name.startswith("fixed"):
            out.append((place, rate))
            continue
        apart, rate = grades.get(_shown_as(name, how), (place, grades.get(name, unseen)[1]))
        if how == "told" and not name.startswith(("item", "paragraph article")):  # a statute's are counted in statutes
            place = max(place, apart, key=_ORDER.index)  # the less sure of both
        elif how != "told":
            place = apart
        out.append((place, rate))
    return out


def doubt(nodes: Sequence[Node]) -> float:
    """How many of a hundred places are wrong in a tree like this, as a share: the mean over its units."""
    return sum(node.doubt for node in nodes) / max(1, len(nodes))


def doubtful(nodes: Sequence[Node]) -> bool:
    """Whether so many places of a tree are expected to be wrong that it is more often a wrong one than not."""
    if len(nodes) < _FEWEST:
        return False
    heads = [node.place != "guess" for node in nodes if node.kind == "heading"]  # without a mark a heading is a guess
    marked = heads and 2 * sum(heads) >= len(heads)
    return doubt(nodes) >= (_BY_MARKS if marked else _UNDIVIDED if _undivided(nodes) else _DOUBTFUL)


def _undivided(nodes: Sequence[Node]) -> bool:
    return all(node.kind == "paragraph" or node.kind in _FIXED for node in nodes)
