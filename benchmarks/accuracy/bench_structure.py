"""How often the place of a unit is wrong, by the signs that `outline/confidence.py` reads: the counts of its table.

    python benchmarks/accuracy/bench_structure.py GOLD [--marked FOLDER] [--write]

GOLD is a folder of texts with known structure (gzipped JSON lines: text, nodes with id, parent, type, num, start). They are
distorted in ways that no rule was made with: line breaks lost or added at random, lines broken at blanks, lines left out, a
beginning cut off. Half of the documents (by a hash of their names) give the counts; the other half says whether they hold.
`--marked`: a folder of Markdown files, real documents whose headings say their levels. Their marks are taken away, and each unit
has to stand below the heading that it stood below; what has no mark in the file (一、 below another 一、) is not judged, nor are
chapters and articles, above which collections print headings of their own. With their marks the same documents say how often units are wrong
whose places marked headings show (`markdown_trees.py`).
Each class is graded by the source in which it is more often wrong; how doubtful a tree is, by all sources together. Further distortions are judged on the other half and never
counted. `--write` writes the counts into the table.
"""

import argparse
import collections
import gzip
import hashlib
import json
import random
import re
import textwrap
from pathlib import Path

import markdown_trees

import ingest
from ingest.outline import confidence, lines

_TYPE = {"part": "book", "subpart": "subbook", "paragraph": "para", "level1": "L1", "level2": "L2", "level3": "L3"}
_TYPE |= {"level4": "L4", "level5": "L5"}
_FIXED = {
    "title": "title",
    "docno": "docno",
    "note": "note",
    "signature": "sign",
    "attachment": "attach",
    "preface": "front",
}
# Its gold has （一） to （五） beside the heading 今后五年的主要任务, which they stand below by eye: one error that every form repeats.
_DISPUTED = frozenset({"gwr/1983-56"})
_ENOUGH = 30  # units from which on a class of one source says something
_TABLE = Path(confidence.__file__).with_name("confidence.tsv")


def _lost(text: str, rng: random.Random) -> list[int]:
    """A tenth of the line breaks lost."""
    return [n for n, char in enumerate(text) if char != "\n" or rng.random() > 0.1]


def _dropped(text: str, rng: random.Random) -> list[int]:
    """A twelfth of the lines left out."""
    out, at = [], 0
    for line in text.splitlines(keepends=True):
        if rng.random() > 0.08:
            out += range(at, at + len(line))
        at += len(line)
    return out


def _cut(text: str, rng: random.Random) -> list[int]:
    """The beginning cut off, at a line."""
    at = text.find("\n", rng.randint(len(text) // 10, len(text) // 2)) + 1
    return list(range(at, len(text)))


def _flat(text: str, rng: random.Random) -> list[int]:
    """All line breaks lost in a stretch of the text."""
    first = rng.randint(0, len(text) // 2)
    return [n for n, char in enumerate(text) if char != "\n" or not first <= n < first + len(text) // 3]


def _inserted(text: str, rng: random.Random) -> str:
    """A line break behind every fortieth comma or full stop."""
    return re.sub("(?<=[，。])(?!\n)", lambda _: "\n" if rng.random() < 0.025 else "", text)


def _wrapped(text: str, rng: random.Random) -> str:
    width = rng.choice((28, 33, 41, 60))
    return "\n".join("\n".join(textwrap.wrap(line, width)) for line in text.split("\n"))


_KEPT = {
    "lost": _lost,
    "dropped": _dropped,
    "cut": _cut,
    "flat": _flat,
    "as it is": lambda text, rng: list(range(len(text))),
}
_MADE = {"inserted": _inserted, "wrapped": _wrapped}
# Never counted in the table: whether the grades hold in what no count has seen.
_UNSEEN = ("tails", "misread", "hashed", "columns", "merged")


def _tails(text: str, rng: random.Random) -> list[int]:
    """One line in fifteen without its end."""
    out, at = [], 0
    for line in text.splitlines(keepends=True):
        keep = rng.randint(len(line) // 2, len(line)) if rng.random() < 1 / 15 and len(line) > 20 else len(line)
        out += [*range(at, at + keep), *([at + len(line) - 1] if keep < len(line) and line.endswith("\n") else [])]
        at += len(line)
    return out


def _misread(text: str, rng: random.Random) -> str:
    """One character in a hundred taken for another that looks like it, as print is misread."""
    alike = {
        "一": "-",
        "二": "=",
        "三": "王",
        "、": ".",
        "。": ".",
        "，": ",",
        "（": "(",
        "）": ")",
        "：": ":",
        "第": "弟",
        "条": "杂",
        "十": "+",
    }
    return "".join(alike.get(c, "日" if c > "\u4e00" else c) if rng.random() < 0.01 else c for c in text)


def _hashed(text: str, rng: random.Random) -> tuple[str, dict[int, int]]:
    """Marks of Markdown left over: # before short lines, ** around the beginnings of others."""
    out: list[str] = []
    where: dict[int, int] = {}
    at = made = 0
    for line in text.splitlines(keepends=True):
        head = "## " if len(line) < 30 and line.strip() and rng.random() < 0.5 else ""
        bold = rng.random() < 0.1 and len(line) > 12
        lead = head or ("**" if bold else "")
        shown = line[:6] + "**" + line[6:] if bold and not head else line
        for n in range(len(line)):
            where[at + n] = made + (n > 0) * len(lead) + n + (2 if bold and not head and n >= 6 else 0)
        out.append(lead + shown)
        at += len(line)
        made += len(lead) + len(shown)
    return "".join(out), where


def _columns(text: str, rng: random.Random) -> str:
    """Wrapped by columns, as terminals and letters are, first lines set in or not, words of Latin letters whole."""
    width, first = rng.choice((50, 60, 66, 72, 76)), rng.choice((0, 4))
    out = []
    for line in text.split("\n"):
        row, size = " " * first, first
        for piece in re.findall(r"[0-9A-Za-z]+[，。；：、）]*|.[，。；：、）”》]*", line):
            wide = sum(1 if c < "\u2e80" else 2 for c in piece)
            if size + wide > width:
                out.append(row)
                row, size = "", 0
            row, size = row + piece, size + wide
        out.append(row)
    return "\n".join(out)


def _merged(text: str, rng: random.Random) -> list[int]:
    """Lines merged by twos and threes."""
    left, out = 0, []
    for n, char in enumerate(text):
        if char == "\n" and left > 0:
            left -= 1
            continue
        if char == "\n":
            left = rng.choice((0, 0, 1, 2)) if rng.random() < 0.4 else 0
        out.append(n)
    return out


def _placed(gold: dict, form: str, rng: random.Random) -> tuple[str, dict[int, int]]:
    """A distorted text, and for each place of the original one, white space aside, its place there."""
    text = gold["text"]
    if form == "misread":
        return _misread(text, rng), {n: n for n in range(len(text))}
    if form == "hashed":
        return _hashed(text, rng)
    if form in _MADE or form == "columns":
        made = (_MADE.get(form) or _columns)(text, rng)
        there = [n for n, char in enumerate(made) if not char.isspace()]
        here = [n for n, char in enumerate(text) if not char.isspace()]
        return made, dict(zip(here, there, strict=True)) if len(here) == len(there) else {}
    kept = {**_KEPT, "tails": _tails, "merged": _merged}[form](text, rng)
    return "".join(text[n] for n in kept), {old: new for new, old in enumerate(kept)}


def _parent(node: dict, by: dict, keep: set[str], where: dict[int, int]) -> tuple[int, str] | None:
    at = node.get("parent")
    while at in by:
        above = by[at]
        if above["type"] in keep and above["type"] not in ("para", "lead") and above["start"] in where:
            return where[above["start"]], above["type"]
        at = above.get("parent")
    return None


def judged(gold: dict, form: str, seed: int) -> list[tuple[str, bool]]:
    """The class of each unit that the gold knows of, and whether its place is wrong."""
    text, where = _placed(gold, form, random.Random(seed))
    if not where or len(text) < 100:
        return []
    doc = ingest.curate(text, source="structure.txt", media_type="text/plain")
    names = _classes_of(doc)
    keep = set(gold["annotated"])
    starts = {}
    for old in sorted(where):
        starts.setdefault(where[old], old)
    by = {node["id"]: node for node in gold["nodes"]}
    first = {}
    for node in gold["nodes"]:
        begin = next((n for n in range(node["start"], node["end"]) if not gold["text"][n].isspace()), node["start"])
        node["start"] = begin
        if node["type"] in keep and begin in where:
            first[where[begin], node["type"], form != "misread" and node.get("num")] = _parent(node, by, keep, where)
    mine = {record.eid: record for record in doc.records}
    out = _fixed(gold, doc, names, by, where)
    for record, name in zip(doc.records, names, strict=True):
        kind = _TYPE.get(record.kind, record.kind)
        if kind not in keep:
            continue
        above = record.parent_eid
        while above is not None and (
            _TYPE.get(mine[above].kind, mine[above].kind) not in keep or mine[above].kind in ("paragraph", "lead")
        ):
            above = mine[above].parent_eid
        found = None if above is None else (mine[above].source_start, _TYPE.get(mine[above].kind, mine[above].kind))
        key = (record.source_start, kind, form != "misread" and record.number)  # a misread number is no wrong place
        if key in first or kind != "para":  # a line break that was put in makes a paragraph, whoever reads it
            out.append((name, first.get(key, -1) != found))
    return out


def _fixed(
    gold: dict, doc: ingest.CuratedDocument, names: list[str], by: dict, where: dict[int, int]
) -> list[tuple[str, bool]]:
    """The same for titles, numbers, notes, signatures: whether they stand in the right one of several bundled documents."""
    first = {
        (where[node["start"]], node["type"]): _parent(node, by, {"attach"}, where)
        for node in gold["nodes"]
        if node["type"] in _FIXED.values() and node["start"] in where
    }
    mine = {record.eid: record for record in doc.records}
    out = []
    for record, name in zip(doc.records, names, strict=True):
        key = (record.source_start, _FIXED.get(record.kind, ""))
        if key in first:
            above = mine[record.parent_eid].source_start if record.parent_eid else None
            known = first[key]
            out.append((name, above != (known and known[0])))
    return out


_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*")


def _unmarked(source: str) -> tuple[str, dict[int, int]]:
    """A Markdown text without its marks, and where its headings stand in it, by their levels."""
    source = re.sub(r"\A---\n.*?\n---\n|<!--.*?-->", "", source.replace("\r\n", "\n"), flags=re.S)
    out: list[str] = []
    headings: dict[int, int] = {}
    at, code = 0, False
    for line in source.split("\n"):
        if line.lstrip().startswith(("```", "~~~")):
            code = not code
            continue
        if code or re.fullmatch(r"\s*([-*=_]\s*){3,}|\s*\|?[\s:|-]{3,}\|?\s*", line):
            continue
        line = re.sub(r"!\[[^\]]*\]\([^)]*\)|</?[A-Za-z][^>]*>|\*\*|__|`", "", re.sub(r"^\s*>\s?", "", line))
        line = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", line)
        found = _HEADING.fullmatch(line)
        if found and found[2]:
            headings[at] = len(found[1])
            line = found[2]
        out.append(line)
        at += len(line) + 1
    return "\n".join(out), headings


def judged_marked(source: str) -> list[tuple[str, bool]]:
    """The class of each unit of a Markdown text, and whether it stands below another heading than it did there."""
    text, headings = _unmarked(source)
    if len(headings) < 4 or len(text) < 300:
        return []
    doc = ingest.curate(text, source="structure.txt", media_type="text/plain")
    return _judged(doc, text, headings)


def _judged(doc: ingest.CuratedDocument, text: str, headings: dict[int, int]) -> list[tuple[str, bool]]:
    tops = [at for at, level in headings.items() if level == min(headings.values(), default=0)]
    if len(tops) == 1 and not any(at < tops[0] for at in headings):
        del headings[tops[0]]  # the title
    names = _classes_of(doc)
    mine = {record.eid: record for record in doc.records}
    order = sorted(headings)
    out = []
    for record, name in zip(doc.records, names, strict=True):
        begin = text.rfind("\n", 0, record.source_start) + 1
        if name.startswith(("fixed", "article", "division")) or text[begin : record.source_start].strip(" \t\u3000"):
            continue
        level = headings.get(begin, 9)
        real = next((at for at in reversed(order) if at < begin and headings[at] < level), None)
        above, found = record.parent_eid, None
        while above is not None and found is None:
            start = text.rfind("\n", 0, mine[above].source_start) + 1
            found = start if start in headings else None
            above = mine[above].parent_eid
        if found is not None and level < 9 and headings[found] == level:
            continue  # its marks do not say that （一） stands below 一、, its number does
        out.append((name, found != real))
    return out


def judged_told(source: str) -> list[tuple[str, bool]]:
    """The same of a Markdown text that has its marks: whether its units stand below the headings and in the items that these tell. The
    class is that of a unit's own signs, and what the headings say of its place."""
    doc = ingest.curate(source, source="structure.txt", media_type="text/plain")
    if doc.page_text != source:
        return []
    names = confidence.shown_of_records(doc, lines.logical_lines(source, ()))
    return [(names[n], wrong) for n, wrong in markdown_trees.judged(doc).items()] if names else []


def _classes_of(doc: ingest.CuratedDocument) -> list[str]:
    return confidence.of_records(doc, lines.logical_lines(doc.page_text, ()))


def main() -> None:
    """Print the counts, and whether the grades that they give hold on the other half."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("gold", type=Path)
    asked.add_argument("--marked", type=Path)
    asked.add_argument("--write", action="store_true")
    args = asked.parse_args()
    distorted, real = _empty(), _empty()
    unseen: dict[str, dict[str, list[int]]] = {form: collections.defaultdict(lambda: [0, 0]) for form in _UNSEEN}
    for file in sorted(args.gold.glob("*.clean.jsonl.gz")):
        for line in gzip.decompress(file.read_bytes()).decode("utf-8").splitlines():
            gold = json.loads(line)
            if file.name.startswith(("seeds", "realtoc")) or gold["doc_id"] in _DISPUTED:
                continue
            half = hashlib.md5(gold["doc_id"].encode()).digest()[0] % 2
            for seed, form in enumerate((*_KEPT, *_MADE)):
                _add(distorted[half], judged(json.loads(line), form, seed))
            for seed, form in enumerate(_UNSEEN if half else (), 50):
                _add(unseen[form], judged(json.loads(line), form, seed))
    for file in sorted(args.marked.glob("*.md")) if args.marked else ():
        half = real[hashlib.md5(file.name.encode()).digest()[0] % 2]
        _add(half, judged_marked(file.read_text("utf-8")))
        _add(half, judged_told(file.read_text("utf-8")))
    known = {name: _worse(distorted[0][name], real[0][name]) for name in sorted({*distorted[0], *real[0]})}
    for name, counted in known.items():
        print(
            f"{name:44s} {counted} of {distorted[0][name]} {real[0][name]}; other halves {distorted[1][name]} {real[1][name]}"
        )
    _report("distorted, other half", known, distorted[1])
    for form, found in unseen.items():
        _report(f"{form}, other half", known, found)
    _report("Markdown, other half", known, real[1])
    if args.write:
        rows = [
            "\t".join(map(str, (name, *counted, *map(sum, zip(distorted[0][name], real[0][name], strict=True)))))
            for name, counted in known.items()
        ]
        head = [line for line in _TABLE.read_text("utf-8").split("\n") if line.startswith(("#", "class\t"))]
        _TABLE.write_text("\n".join([*head, *rows]) + "\n", "utf-8")


def _empty() -> list[dict[str, list[int]]]:
    return [collections.defaultdict(lambda: [0, 0]) for _ in range(2)]


def _add(counts: dict[str, list[int]], found: list[tuple[str, bool]]) -> None:
    for name, wrong in found:
        counts[name][0] += 1
        counts[name][1] += wrong


def _worse(one: list[int], two: list[int]) -> list[int]:
    """The counts that a class is graded by: those in which it is more often wrong, where either is enough to say so, else both."""
    if min(one[0], two[0]) < _ENOUGH:
        return [one[0] + two[0], one[1] + two[1]]
    return max(one, two, key=lambda counts: counts[1] / counts[0])


def _report(title: str, known: dict[str, list[int]], found: dict[str, list[int]]) -> None:
    grades: dict[str, list[int]] = collections.defaultdict(lambda: [0, 0])
    for name, (units, wrong) in found.items():
        grade = confidence.graded_as(*known.get(name, (0, 0)))
        grades[grade][0] += units
        grades[grade][1] += wrong
    told = ", ".join(
        f"{grade} {100 * wrong / max(1, units):.2f} % of {units}" for grade, (units, wrong) in sorted(grades.items())
    )
    print(f"{title}: wrong {told}")


if __name__ == "__main__":
    main()
