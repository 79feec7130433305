"""What a curated folder came to at the end of its last runs, in numbers: a small file, by which the next state is compared.

Written where a run changed something. Only the buckets that it changed are counted again; of the others the counts stand
in the file, each with the digests of the tables that it was counted from. It is told, and relied on by nothing: without it,
or with one that is damaged, history begins anew.
"""

import hashlib
import json
from collections import Counter
from datetime import datetime
from typing import Any, NamedTuple

from ingest import gate
from ingest.corpus import counting
from ingest.corpus.counting import KEPT, Counts
from ingest.corpus.storage import journal
from ingest.corpus.storage.store import Store, explained, utc_now
from ingest.version import __version__

NAME = "history.json"
MOST = 24
"""States that are kept."""


class State(NamedTuple):
    """What a folder held at the end of a run."""

    when: datetime
    """Naive UTC."""
    version: str
    counts: Counts


def update(store: Store) -> None:
    """The end of a run: adds the state of the folder, where it is another one than the last."""
    known = _load(store) or {"root": None, "buckets": {}, "states": []}
    if known["root"] is not None and known["root"] == store.facts.root:
        return
    buckets = {}
    for bucket in store.numbers():
        ledger = store.told(bucket)
        files = dict(ledger.files) if ledger else {}
        mark = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()[:16]
        held = known["buckets"].get(f"{bucket:03d}")
        if ledger is None or held is None or held["of"] != mark:
            counts = counting.of_bucket(store, bucket)
            held = {"of": mark, "counts": {name: counts[name] for name in KEPT if counts[name]}}
        buckets[f"{bucket:03d}"] = held
    whole = counting.summed(_counts(held["counts"]) for held in buckets.values())
    now = {name: dict(whole[name]) for name in KEPT if whole[name]}
    states = known["states"]
    if not states or states[-1]["counts"] != now:
        states = [*states, {"when": utc_now().isoformat(), "version": __version__, "counts": now}][-MOST:]
    body = json.dumps({"root": store.facts.root, "buckets": buckets, "states": states}, sort_keys=True).encode()
    with explained(store.root):
        journal.write_durably(store.inner / NAME, _sealed(body))


def states(store: Store) -> list[State]:
    """The states that are kept, the oldest first; none where there is no history."""
    store.notes()
    known = _load(store)
    return [
        State(datetime.fromisoformat(one["when"]), one["version"], counting.summed([_counts(one["counts"])]))
        for one in (known or {"states": ()})["states"]
    ]


def damaged(store: Store) -> bool:
    """Whether there is a history that is not as it was written."""
    return (store.inner / NAME).exists() and _load(store) is None


def _load(store: Store) -> dict[str, Any] | None:
    try:
        whole = gate.read(store.inner / NAME)
        body = whole.partition(b"\n")[0]
        return json.loads(body) if whole == _sealed(body) else None
    except (OSError, ValueError, RecursionError):
        return None


def _counts(told: dict[str, dict[str, int]]) -> Counts:
    return {name: Counter(own) for name, own in told.items()}


def _sealed(body: bytes) -> bytes:
    return body + b"\nsha256 " + hashlib.sha256(body).hexdigest().encode() + b"\n"
