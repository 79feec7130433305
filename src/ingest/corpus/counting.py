"""What a bucket holds, counted by whole columns: how many of what, in counters that add up over buckets.

Nothing grows with the corpus but the number of different values; what can have many of these (publishers, kinds of titles)
is told apart from what cannot (`KEPT`), because the latter is kept from run to run (`history`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ingest.corpus.storage.arrays import array
from ingest.corpus.storage.parquet import read_table
from ingest.corpus.storage.store import Store
from ingest.han import kinds
from ingest.sorts import family, sort_of

Counts = dict[str, Counter[str]]
"""Counters by name. Keys of two parts (`rules`, `sure`) are joined by a blank: `pinyin-gloss exact`."""

FIELDS = ("title", "published_on", "issued_on", "publisher", "issuer", "document_number", "authors", "url")
"""What a page may state of its document."""
SIZES = (500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000)
"""Characters of curated text, where one class of lengths ends and the next begins."""
DENSITIES = (1, 5, 20)
"""Repairs in 1,000 characters of the page, likewise."""
KEPT = (
    "total", "has", "size", "script", "script_origin", "flag", "damage", "density", "certainty", "sort", "rules",
    "extraction", "structure", "sure", "reason", "year",
)  # fmt: skip
_OPEN = ("publisher", "encoding", "kind", "document_kind", "legal_force")


def of_bucket(store: Store, bucket: int) -> Counts:
    """What one bucket holds."""
    counts: Counts = {name: Counter() for name in (*KEPT, *_OPEN)}
    repaired = _edits(store.table("edits", bucket), counts)
    _documents(store.table("documents", bucket), counts, repaired)
    records = _read(store.table("records", bucket), ("kind", "structure_certainty"))
    counts["kind"] = _values(records, "kind")
    counts["structure"] = _values(records, "structure_certainty")
    counts["reason"] = _values(_read(store.table("rejections", bucket), ("reason",)), "reason")
    _facts(store.table("facts", bucket), counts)
    counts["total"]["records"] = records.num_rows
    counts["total"]["rejected"] = counts["reason"].total()
    return counts


def summed(parts: Iterable[Counts]) -> Counts:
    """The counts of several buckets as those of one."""
    whole: Counts = {name: Counter() for name in (*KEPT, *_OPEN)}
    for part in parts:
        for name, own in part.items():
            whole.setdefault(name, Counter()).update(own)
    return whole


def size_names() -> list[str]:
    """The classes of lengths, from the shortest."""
    return [*(f"< {top:,}" for top in SIZES), f"≥ {SIZES[-1]:,}"]


def density_names() -> list[str]:
    """The classes of repairs in 1,000 characters, from none."""
    return ["none", *(f"< {top}" for top in DENSITIES), f"≥ {DENSITIES[-1]}"]


def _read(path: Path, columns: tuple[str, ...]) -> pa.Table:
    if not path.exists():
        return pa.table({name: array([], pa.string()) for name in columns})
    return read_table(path, path.parts[-3], columns)


def _rows(table: pa.Table) -> Iterator[tuple[Any, ...]]:
    return zip(*(column.to_pylist() for column in table.columns), strict=True)


def _values(table: pa.Table, column: str) -> Counter[str]:
    """How often each value of a column occurs, null left out."""
    found = pc.value_counts(table.column(column)).to_pylist()
    return Counter({row["values"]: row["counts"] for row in found if row["values"] is not None})


def _documents(path: Path, counts: Counts, repaired: Counter[str]) -> None:
    plain = ("script", "script_origin", "encoding", "publisher", "legal_force")
    others = ("doc_id", "flags", "page_chars", "text_chars", "extraction_certainty")
    table = _read(path, tuple(dict.fromkeys((*FIELDS, *plain, *others))))
    for name in plain:
        counts[name] = _values(table, name)
    counts["extraction"] = _values(table, "extraction_certainty")
    for field in FIELDS:
        have = table.column(field).to_pylist()
        counts["has"][field] = sum(1 for value in have if value)
    sizes, densities = size_names(), density_names()
    columns = ("doc_id", "title", "published_on", "flags", "page_chars", "text_chars")
    for doc_id, title, day, flags, page_chars, text_chars in _rows(table.select(columns)):
        counts["size"][sizes[sum(text_chars >= top for top in SIZES)]] += 1
        density = 1000 * repaired[doc_id] / max(1, page_chars)
        counts["density"][densities[1 + sum(density >= top for top in DENSITIES)] if density else "none"] += 1
        counts["flag"].update(flags)
        if day:
            counts["year"][str(day.year)] += 1
        if title and (kind := kinds.of(title)):
            counts["document_kind"][kind] += 1
        counts["total"]["page_chars"] += page_chars
        counts["total"]["text_chars"] += text_chars
    counts["total"]["curated"] = table.num_rows


def _edits(path: Path, counts: Counts) -> Counter[str]:
    """Counted by what they have in common: a corpus has millions of edits, and few different ones. Gives the repairs of each document.

    (Grouping by Arrow is no quicker, and loads pandas: see `storage.arrays`.)
    """
    table = _read(path, ("doc_id", "stages", "rules", "certainty", "applied"))
    repaired: Counter[str] = Counter()
    if not table.num_rows:
        return repaired
    stages, rules = (list(_lists(table.column(name))) for name in ("stages", "rules"))
    certainty, applied, doc_ids = (table.column(name).to_pylist() for name in ("certainty", "applied", "doc_id"))
    for (of_stages, of_rules, sure, done), n in Counter(zip(stages, rules, certainty, applied, strict=True)).items():
        counts["sort"][sort_of(of_stages, done)] += n
        if done:
            counts["certainty"][sure] += n
            counts["total"]["changes"] += n
        for rule in of_rules:
            counts["rules"][f"{family(rule)} {sure if done else 'declined'}"] += n
    damaged: set[tuple[str, str]] = set()
    for doc_id, of_stages, of_rules, done in zip(doc_ids, stages, rules, applied, strict=True):
        if done and of_stages and of_stages[0] == "repair":
            repaired[doc_id] += 1
            damaged.add((doc_id, of_rules[0]))
    counts["damage"].update(name for _, name in {(doc_id, family(rule)) for doc_id, rule in damaged})
    counts["total"]["repairs"] = repaired.total()
    counts["total"]["damaged"] = len(repaired)
    return repaired


def _lists(column: pa.ChunkedArray) -> Iterator[tuple[str, ...]]:
    """The lists of a column, a tenth of the time that `to_pylist` takes for them."""
    for chunk in column.chunks:
        begins, items = chunk.offsets.to_pylist(), chunk.values.to_pylist()
        yield from (tuple(items[a:b]) for a, b in pairwise(begins))


def _facts(path: Path, counts: Counts) -> None:
    """How sure the chosen facts are of which that was measured."""
    for (field, sure, chosen), n in Counter(_rows(_read(path, ("field", "certainty", "chosen")))).items():
        if chosen and sure:
            counts["sure"][f"{field} {sure}"] += n
