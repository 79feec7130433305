"""What a curated folder holds, counted: for a table on a terminal, for a script, or as a page with plots (`charts`).

Counts over whole columns, bucket by bucket; nothing grows with the corpus but the number of different values. Beside them
stands what people said of the rules, and what is otherwise than after the run before.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from ingest.corpus import corrections, counting, history
from ingest.corpus.objects.spool import origin
from ingest.corpus.storage.store import Store
from ingest.correction import Correction, Judged, fields_set, judged
from ingest.errors import InputError
from ingest.review.columns import rows_of
from ingest.review.drift import Moved, Trend, drift, trends
from ingest.sorts import CERTAINTIES, SORTS

_TALLIES = (
    "reason", "flag", "script", "script_origin", "encoding", "year", "publisher", "document_kind", "legal_force", "size",
    "damage", "density", "kind", "sort", "certainty", "extraction", "structure",
)  # fmt: skip


class Tally(NamedTuple):
    """How often each value of something occurs; `key` names it (a label of the interface)."""

    key: str
    rows: tuple[tuple[str, int], ...]


class RuleUse(NamedTuple):
    """How often a family of rules changed something, by certainty, and how often that was declined."""

    rule: str
    exact: int
    likely: int
    guess: int
    declined: int


class FieldFound(NamedTuple):
    """In how many documents a field was found; of those whose certainty was measured, how many of each."""

    field: str
    found: int
    exact: int
    likely: int
    guess: int


class Statistics(NamedTuple):
    """Totals, and what they are made of; what people said; and what moved since the run before (`since`, naive UTC)."""

    totals: dict[str, int]
    tallies: tuple[Tally, ...] = ()
    rules: tuple[RuleUse, ...] = ()
    fields: tuple[FieldFound, ...] = ()
    judged: dict[str, Judged] = {}  # noqa: RUF012 (never changed)
    fields_set: dict[str, int] = {}  # noqa: RUF012
    since: datetime | None = None
    moved: tuple[Moved, ...] = ()
    trends: tuple[Trend, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """For JSON: every tally by its key, `totals`, and what is more than a count of values."""
        about: dict[str, Any] = {"totals": self.totals} | {tally.key: dict(tally.rows) for tally in self.tallies}
        about["rules"] = {use.rule: use._asdict() | {} for use in self.rules}
        about["fields"] = {one.field: one._asdict() for one in self.fields}
        for key in ("rules", "fields"):
            for own in about[key].values():
                own.pop(key.removesuffix("s"))
        about["judged"] = {rule: one._asdict() for rule, one in self.judged.items()}
        about["fields_set"] = self.fields_set
        about["drift"] = {
            "since": self.since.isoformat() if self.since else None,
            "measures": [one._asdict() for one in self.moved],
        }
        return about


def collect(curated: Path, on_bucket: Callable[[int], None] = lambda n: None) -> Statistics:
    """Count what a curated folder holds; `on_bucket` is told of each bucket. Raises InputError where there is none."""
    store = Store.open(curated)
    parts = []
    for bucket in store.numbers():
        parts.append(counting.of_bucket(store, bucket))
        on_bucket(1)
    counts = counting.summed(parts)
    total = counts["total"]
    totals = {key: total[key] for key in ("curated", "rejected")}
    totals["duplicates"] = sum(1 for _ in rows_of(store.root / "duplicates", ("doc_id",)))
    totals |= {key: total[key] for key in ("records", "changes", "repairs", "damaged", "page_chars", "text_chars")}
    orders: dict[str, Sequence[str]] = {
        "year": sorted(counts["year"]),
        "size": counting.size_names(),
        "density": counting.density_names(),
        "sort": SORTS,
        "certainty": CERTAINTIES,
        "extraction": CERTAINTIES,
        "structure": CERTAINTIES,
    }
    rules = _rules(counts["rules"])
    tallies = [_tally(key, counts[key], orders.get(key, ())) for key in _TALLIES if counts[key]]
    tallies.append(_tally("rule", Counter({u.rule: n for u in rules if (n := u.exact + u.likely + u.guess)})))
    tallies.append(_tally("declined", Counter({u.rule: u.declined for u in rules if u.declined})))
    states = history.states(store)
    before = next((state for state in reversed(states) if not _alike(state.counts, counts)), None)
    said = _said(store)
    return Statistics(
        totals,
        tuple(tally for tally in tallies if tally.rows),
        rules,
        tuple(_field(field, counts) for field in counting.FIELDS) if total["curated"] else (),
        judged(said),
        fields_set(said),
        before.when if before else None,
        drift(before.counts, counts) if before else (),
        trends([*(state.counts for state in states if not _alike(state.counts, counts)), counts]),
    )


def _tally(key: str, counts: Counter[str], order: Sequence[str] = ()) -> Tally:
    """In the order that belongs to the values; where there is none, the most frequent first."""
    by_count = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return Tally(key, tuple((value, counts[value]) for value in order) if order else tuple(by_count))


def _rules(counts: Counter[str]) -> tuple[RuleUse, ...]:
    names = {key.partition(" ")[0] for key in counts}
    uses = [RuleUse(name, *(counts[f"{name} {sure}"] for sure in (*CERTAINTIES, "declined"))) for name in names]
    return tuple(sorted(uses, key=lambda use: (-(use.exact + use.likely + use.guess), -use.declined, use.rule)))


def _field(field: str, counts: counting.Counts) -> FieldFound:
    return FieldFound(field, counts["has"][field], *(counts["sure"][f"{field} {sure}"] for sure in CERTAINTIES))


def _alike(one: counting.Counts, other: counting.Counts) -> bool:
    return all(+one[name] == +other[name] for name in counting.KEPT)


def _said(store: Store) -> list[Correction]:
    """The corrections beside the raw folder; none where the folder is of another machine."""
    try:
        return list(corrections.standing(origin(store.raw))) if store.raw else []
    except InputError:
        return []
