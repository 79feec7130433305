"""How often each rule of the tables acted over a curated folder: fired, won, lost, or never.

What the datasets record is counted: edits name their rules and say whether they were applied, facts name theirs and say whether
they were chosen, records carry the label that a marker of the numbering took. Tables that only help to decide (anchors, furniture,
seams, words of names) leave no trace of their own there, and it is said that they are not counted, instead of `never`.
"""

from collections import Counter
from pathlib import Path
from typing import NamedTuple

from ingest import rulebook
from ingest.corpus.storage.store import Store
from ingest.outline import candidates
from ingest.review.columns import rows_of

_RECORDED = frozenset(("rules.tsv", "labels.tsv", "meta.tsv", "localised.tsv", "names.tsv", "markers.tsv"))
"""Tables whose rows edits, facts or records name."""


class Count(NamedTuple):
    """A rule and how often it fired, won (was applied, or chosen) and lost; None each where nothing records it.

    `room` is None for what acted and stands in no table: a rule that is code, or a user's own.
    """

    id: str
    room: str | None
    fired: int | None
    won: int | None
    lost: int | None


def coverage(curated: Path) -> list[Count]:
    """The counts of every rule, those of the tables in their order, then the others by how often they fired.

    Raises InputError where `curated` is no curated folder.
    """
    store = Store.open(curated)
    won: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for bucket in store.numbers():
        for rules, applied in rows_of(store.table("edits", bucket), ("rules", "applied")):
            (won if applied else lost).update(rules)
        for rule, chosen in rows_of(store.table("facts", bucket), ("rule", "chosen")):
            (won if chosen else lost)[_known(rule)] += 1
        for (label,) in rows_of(store.table("records", bucket), ("label",)):
            if label and (found := candidates.scan(label)):
                won[f"marker:{found[0].style.id}"] += 1
    out: list[Count] = []
    seen: set[str] = set()
    for rule in rulebook.rules():
        if rule.id in seen:
            continue  # several words of one label are one rule
        seen.add(rule.id)
        if rule.table in _RECORDED:
            out.append(Count(rule.id, rule.room, won[rule.id] + lost[rule.id], won[rule.id], lost[rule.id]))
        elif rule.room != "script":  # some thousand words
            out.append(Count(rule.id, rule.room, None, None, None))
    others = (won + lost).most_common()
    out += (Count(name, None, count, won[name], lost[name]) for name, count in others if name not in seen)
    return out


def _known(rule: str) -> str:
    """The id of a fact's rule as the tables have it: a label in a metadata table is the same label."""
    return f"label:{rule.removeprefix('table:')}" if rule.startswith("table:") else rule
