"""Writes `src/ingest/script/neighbours.tsv`: beside which characters mainland texts use the words that converters exchange.

    python tools/derive_neighbours.py --mainland FILES
    python tools/derive_neighbours.py --mainland FILES --more FIELD

With `--more` the files are added to what the table was made of: the counts that it has stay, and how often each form stands
in the files is added to its field (tech) in `converters.tsv`.

The forms are those of `converters.tsv`, the files those that `derive_converters.py` takes (which names their sources and
licences). Of the texts only counts go in:
of the one or two characters before and behind a form, those that stand there at least three times.
"""

import argparse
import gzip
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ingest.script import converters, dictionaries, usage

CONVERTERS = Path(__file__).resolve().parent.parent / "src" / "ingest" / "script" / "converters.tsv"
NOTHING: Mapping[tuple[str, str], Counter[str]] = {}
OUT = Path(__file__).resolve().parent.parent / "src" / "ingest" / "script" / "neighbours.tsv"
HEAD = """\
# Beside what mainland texts use the words that converters exchange; made by tools/derive_neighbours.py, which says how.
# beside: what stands before (side <) or behind (side >) the form, each with how often; / is the end of a line. The form *
# is all of them together.
form	side	beside
"""
_OFTEN = 3


def main() -> None:
    """Count in the texts and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mainland", nargs="+", type=Path, required=True)
    parser.add_argument("--more", metavar="FIELD", help="add to the tables")
    options = parser.parse_args()
    texts = [text for file in options.mainland for text in _texts(file)]
    rows = table(texts, _prior() if options.more else NOTHING)
    if options.more:
        CONVERTERS.write_text(_added(texts, options.more), encoding="utf-8")
    OUT.write_text(HEAD + "".join(rows), encoding="utf-8")
    print(f"{len(rows):,} rows, {OUT.stat().st_size:,} bytes")


def table(texts: Iterable[str], prior: Mapping[tuple[str, str], Counter[str]] = NOTHING) -> list[str]:
    """The rows that the texts make: first those of all forms together, whose counts are the sums of the others'.

    `prior`: counts by form and side that they are added to.
    """
    exchanged = {form for word in converters.words() if word.before for form in (word.form, *dict(word.before))}
    beside: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for text in (f"/{one}/".replace("\n", "/") for one in texts):
        for start, end, word in converters.found(text):
            if word.form in exchanged:
                for length in (1, 2):
                    if length <= start:
                        beside[word.form, "<"][text[start - length : start]] += 1
                    if end + length <= len(text):
                        beside[word.form, ">"][text[end : end + length]] += 1
    rows, together = [], {"<": Counter[str](), ">": Counter[str]()}
    for form, side in sorted({*beside, *prior}):
        counts = beside[form, side]
        kept = Counter({what: count for what, count in counts.items() if count >= _OFTEN and _plain(what)})
        kept += prior.get((form, side), Counter())
        if kept:
            together[side] += kept
            rows.append(_row(form, side, kept))
    return [_row(usage.ALL, side, counts) for side, counts in together.items()] + rows


def _prior() -> dict[tuple[str, str], Counter[str]]:
    """The counts of the table as it is."""
    return {
        (form, side): Counter({what: int(count) for what, count in usage.ENTRY.findall(beside.replace(" ", ""))})
        for _, (form, side, beside) in dictionaries.NEIGHBOURS.cells()
        if form != usage.ALL
    }


def _added(texts: Iterable[str], field: str) -> str:
    """`converters.tsv` with the forms of some texts added to a field of its column `usual`."""
    counts = Counter(word.form for text in texts for _, _, word in converters.found(text))
    lines = CONVERTERS.read_text(encoding="utf-8").split("\n")
    fields = next(line for line in lines if line.startswith("# usual")).rpartition(": ")[2].strip(".").split(", ")
    for n, line in enumerate(lines):
        cells = line.split("\t")
        if cells[0] == "word" and counts[cells[1]]:
            cells += [""] * (len(dictionaries.CONVERTERS.columns) - len(cells))
            usual = [int(count) for count in cells[-1].split()] or [0] * len(fields)
            usual[fields.index(field)] += counts[cells[1]]
            lines[n] = "\t".join([*cells[:-1], " ".join(map(str, usual))])
    return "\n".join(lines)


def _texts(file: Path) -> Iterator[str]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)["text"]


def _row(form: str, side: str, counts: Counter[str]) -> str:
    return f"{form}\t{side}\t{' '.join(f'{what}{count}' for what, count in sorted(counts.items()))}\n"


def _plain(what: str) -> bool:
    """Whether it can stand in a cell and be told from its count."""
    return bool(what) and not any(character.isspace() or character.isdigit() for character in what)


if __name__ == "__main__":
    main()
