"""What a curated folder holds, counted: for a table on a terminal, for a script, or as a page with bars.

Counts over whole columns, bucket by bucket; nothing grows with the corpus but the number of different values.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.storage.store import Store
from ingest.review.columns import read_columns, rows_of
from ingest.review.layout import SORTS, sort_of
from ingest.review.render import CERTAINTIES, charts, family

_SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)


class Tally(NamedTuple):
    """How often each value of something occurs; `key` names it (a label of the interface)."""

    key: str
    rows: tuple[tuple[str, int], ...]


class Statistics(NamedTuple):
    """Totals, and what they are made of."""

    totals: dict[str, int]
    tallies: tuple[Tally, ...]

    def as_dict(self) -> dict[str, dict[str, int]]:
        """For JSON: every tally by its key, and `totals`."""
        return {"totals": self.totals} | {tally.key: dict(tally.rows) for tally in self.tallies}


def collect(curated: Path) -> Statistics:
    """Count what a curated folder holds. Raises InputError where there is none."""
    store = Store.open(curated)
    counts: dict[str, Counter[str]] = {
        key: Counter()
        for key in ("reason", "flag", "script", "script_origin", "encoding", "year", "publisher", "size", "kind")
    }
    counts |= {"sort": Counter(), "certainty": Counter(), "rule": Counter(), "declined": Counter()}
    totals = dict.fromkeys(("curated", "rejected", "duplicates", "records", "changes", "page_chars", "text_chars"), 0)
    for bucket in store.numbers():
        _documents(store.table("documents", bucket), counts, totals)
        _edits(store.table("edits", bucket), counts, totals)
        for (kind,) in rows_of(store.table("records", bucket), ("kind",)):
            counts["kind"][kind] += 1
        for (reason,) in rows_of(store.table("rejections", bucket), ("reason",)):
            counts["reason"][reason] += 1
    totals["records"] = counts["kind"].total()
    totals["rejected"] = counts["reason"].total()
    totals["duplicates"] = sum(1 for _ in rows_of(store.root / "duplicates", ("doc_id",)))
    orders = {"year": sorted(counts["year"]), "size": [n for n, _ in _bins()], "sort": SORTS, "certainty": CERTAINTIES}
    return Statistics(totals, tuple(_tally(key, own, orders.get(key, ())) for key, own in counts.items() if own))


def report(made: Statistics) -> str:
    """The statistics as a self-contained page with bars."""
    return charts(made.totals, made.tallies)


def _tally(key: str, counts: Counter[str], order: Sequence[str]) -> Tally:
    """In the order that belongs to the values; where there is none, the most frequent first."""
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Tally(key, tuple((value, counts[value]) for value in order) if order else tuple(by_count))


def _documents(path: Path, counts: dict[str, Counter[str]], totals: dict[str, int]) -> None:
    plain = ("script", "script_origin", "encoding", "publisher")
    columns = (*plain, "published_on", "flags", "page_chars", "text_chars")
    for script, origin, encoding, publisher, day, flags, page_chars, text_chars in rows_of(path, columns):
        for key, value in zip(plain, (script, origin, encoding, publisher), strict=True):
            if value:
                counts[key][value] += 1
        if day:
            counts["year"][str(day.year)] += 1
        counts["flag"].update(flags)
        counts["size"][next(name for name, top in _bins() if top is None or text_chars < top)] += 1
        totals["curated"] += 1
        totals["page_chars"] += page_chars
        totals["text_chars"] += text_chars


def _bins() -> list[tuple[str, int | None]]:
    return [*((f"< {top:,}", top) for top in _SIZES), (f"≥ {_SIZES[-1]:,}", None)]


def _edits(path: Path, counts: dict[str, Counter[str]], totals: dict[str, int]) -> None:
    """Counted by Arrow: a corpus has millions of edits, and few different ones."""
    if not path.exists():
        return
    table = read_columns(path, ("stages", "rules", "certainty", "applied")).combine_chunks()
    applied = table.column("applied")
    # Joining knows only lists whose items may be null.
    stages = pc.binary_join(table.column("stages").cast(pa.list_(pa.string())), "+")
    kinds = pa.table({"stages": stages, "certainty": table.column("certainty"), "applied": applied})
    for row in kinds.group_by(kinds.column_names).aggregate([([], "count_all")]).to_pylist():
        counts["sort"][sort_of(row["stages"].split("+"), row["applied"])] += row["count_all"]
        if row["applied"]:
            counts["certainty"][row["certainty"]] += row["count_all"]
            totals["changes"] += row["count_all"]
    for key, own in (("rule", table.filter(applied)), ("declined", table.filter(pc.invert(applied)))):
        for row in pc.value_counts(pc.list_flatten(own.column("rules"))).to_pylist():
            counts[key][family(row["values"])] += row["counts"]
