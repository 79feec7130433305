"""What `exact`, `likely` and `guess` of texts, titles, days and publishers came to on judged pages: wrong ones, with bounds by sites.

usage: python benchmarks/accuracy/certainty.py ask FOLDER > judged.jsonl      (FOLDER/SITE/…/page.html)
       python benchmarks/accuracy/certainty.py table judged.jsonl [--rules] [--seed N]

`ask` curates the pages of a folder, a site a subfolder, and writes a line for each field of each document that it makes: the site, the page, the
field, its value (of a text its first and last lines), class and rule, how doubtful the document is, and `"right": null`, which a person
fills in with true or false beside the page. `table` draws the tables of docs/pages.md from such a file; lines that nobody judged count nowhere.

A fault is a site's, and its other pages have it as well. So the upper bound is of sites: sites are drawn again with replacement, each with
all of its pages, and of the shares of wrong ones the 95th of a hundred is taken; where none is wrong it is what a site that is wrong
throughout could have escaped with, 1 - .05 ** (1 / sites). `by pages` is the exact bound (Clopper and Pearson) as if pages were drawn one by one.
"""

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import ingest
from ingest.review import doubt

FIELDS = ("text", "title", "published_on", "publisher")
CLASSES = ("exact", "likely", "guess")
DRAWN = 2000


class Judged(NamedTuple):
    """A field of a page's document, and whether it is right."""

    site: str
    page: str
    field: str
    sure: str
    rule: str
    doubt: float
    right: bool


def asked(folder: Path) -> Iterator[Mapping[str, object]]:
    """The lines that a person is to judge, a field of a document each."""
    for path in sorted(p for p in folder.rglob("*") if p.suffix.lower() in (".html", ".htm", ".shtml")):
        name = path.relative_to(folder)
        try:
            made = ingest.curate(path.read_bytes(), source=name.name, media_type="text/html")
        except ingest.Rejected as why:
            print(f"{name}: {why}", file=sys.stderr)
            continue
        chosen = {fact.field: fact for fact in made.facts if fact.chosen}
        document = made.document
        sure = {field: chosen[field].certainty for field in doubt.MEASURED if field in chosen}
        looks = doubt.form(made.text, document.page_chars)
        doubtful = doubt.doubt({"extraction": document.extraction_certainty, **sure}, document.flags, looks)
        said = {"site": name.parts[0], "page": str(name), "doubt": doubtful}
        lines = [line[:60] for line in made.text.split("\n") if line.strip()]
        yield {
            **said,
            "field": "text",
            "value": [*lines[:2], "…", *lines[-2:]],
            "class": document.extraction_certainty,
            "rule": "",
            "right": None,
        }
        for field, fact in chosen.items():
            if field in FIELDS:
                yield {
                    **said,
                    "field": field,
                    "value": fact.value,
                    "class": fact.certainty,
                    "rule": fact.rule,
                    "right": None,
                }


def read(path: Path) -> list[Judged]:
    """The judged lines of a file."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    return [
        Judged(r["site"], r["page"], r["field"], r["class"], r.get("rule", ""), r.get("doubt", 0.0), r["right"])
        for r in rows
        if r.get("right") is not None and r.get("class") in CLASSES
    ]


def by_pages(wrong: int, total: int) -> float:
    """The upper bound, 95 % and one-sided, of a share of which `wrong` of `total` were seen, drawn one by one."""
    low, high = wrong / total, 1.0
    for _ in range(40):
        middle, term, under = (low + high) / 2, 1.0, 0.0
        term = (1 - middle) ** total
        for n in range(wrong + 1):
            under += term
            term *= (total - n) / (n + 1) * middle / (1 - middle) if middle < 1 else 0.0
        low, high = (middle, high) if under > 0.05 else (low, middle)
    return high


def by_sites(rows: Sequence[Judged], chance: random.Random) -> float:
    """The upper bound of the share of wrong ones where sites are what is drawn."""
    sites: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        sites[row.site].append(row.right)
    counts = [(sum(not right for right in found), len(found)) for found in sites.values()]
    if not any(wrong for wrong, _ in counts):
        return float(1 - 0.05 ** (1 / len(counts)))
    shares = []
    for _ in range(DRAWN):
        drawn = chance.choices(counts, k=len(counts))
        shares.append(sum(wrong for wrong, _ in drawn) / sum(total for _, total in drawn))
    return sorted(shares)[int(0.95 * DRAWN)]


def line(name: str, rows: Sequence[Judged], every: int, chance: random.Random) -> str:
    """A row of a table."""
    wrong = [row for row in rows if not row.right]
    sites, faulty = {row.site for row in rows}, {row.site for row in wrong}
    return (
        f"| {name} | {len(wrong)} of {len(rows)} | {100 * len(wrong) / len(rows):.1f} % | {len(faulty)} of {len(sites)} "
        f"| {100 * by_sites(rows, chance):.1f} % | {100 * by_pages(len(wrong), len(rows)):.1f} % | {100 * len(rows) / every:.0f} % |"
    )


def table(rows: Sequence[Judged], chance: random.Random, rules: bool) -> Iterator[str]:
    """The classes of each field; with `rules` also each rule of a field by itself, where it gives a class."""
    yield "| | wrong | share | sites with one | upper, by sites | by pages | share of the field |"
    yield "|---|---|---|---|---|---|---|"
    for field in FIELDS:
        of_field = [row for row in rows if row.field == field]
        for sure in CLASSES:
            of_class = [row for row in of_field if row.sure == sure]
            if of_class:
                yield line(f"{field} {sure}", of_class, len(of_field), chance)
            for rule in sorted({row.rule for row in of_class}) if rules else ():
                yield line(f"· {rule}", [row for row in of_class if row.rule == rule], len(of_field), chance)


def ranking(rows: Sequence[Judged]) -> Iterator[str]:
    """What the most doubtful documents hold of those in which something is wrong, publishers aside."""
    pages: dict[str, tuple[float, bool]] = {}
    for row in rows:
        if row.field != "publisher":
            doubtful, right = pages.get(row.page, (row.doubt, True))
            pages[row.page] = (doubtful, right and row.right)
    order = sorted(pages.values(), key=lambda page: -page[0])
    faults = sum(not right for _, right in order)
    for share in (0.1, 0.2, 0.5):
        most = round(len(order) * share)
        found = sum(not right for _, right in order[:most])
        yield f"of {faults} documents with a fault among {len(order)} the first {share:.0%} hold {found} of the {min(most, faults)} they can"


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("ask", "table"))
    parser.add_argument("path", type=Path)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.what == "ask":
        for asking in asked(options.path):
            print(json.dumps(asking, ensure_ascii=False, default=str))
        return
    rows = read(options.path)
    print(f"{len({row.page for row in rows})} pages of {len({row.site for row in rows})} sites")
    print("\n".join(table(rows, random.Random(options.seed), options.rules)))
    print("\n".join(ranking(rows)))


if __name__ == "__main__":
    main()
