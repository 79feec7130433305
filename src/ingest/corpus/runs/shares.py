"""What a bucket is put together from besides tables: entries, their parts, their counts, the rows of rejections."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from ingest.corpus.processes.workers import Refusal
from ingest.corpus.runs.state import Torn, rejections
from ingest.corpus.runs.summary import Summary
from ingest.corpus.storage.ledger import Entry
from ingest.models import Rejection


def only(entry: Entry, sources: frozenset[str], inside: bool) -> Entry:
    """An entry with those of its pages that are among some, or those that are not."""
    return entry._replace(outcomes=tuple(o for o in entry.outcomes if (o.source in sources) == inside))


def count(summary: Summary, entry: Entry) -> None:
    """Counts what stands from before."""
    summary.pages += len(entry.outcomes)
    for outcome in entry.outcomes:
        if outcome.reason:
            summary.rejected[outcome.reason] += 1
        else:
            summary.unchanged += 1


def refusals(path: Path, refused: Iterable[Refusal], kept: Iterable[Entry], now: datetime) -> list[Rejection]:
    """All rows of the bucket's rejections: those kept, and those of now (with their time, if they say the same)."""
    former = rejections(path) if path.exists() else {}
    rejected = [o.source for e in kept for o in e.outcomes if o.reason]
    if any(source not in former for source in rejected):
        raise Torn
    rows = {source: former[source] for source in rejected}
    for one in refused:
        row = Rejection(
            source=one.source,
            raw_sha256=one.sha256,
            stage=one.stage,
            reason=one.reason,
            detail=one.detail,
            rejected_at=now,
        )
        was = former.get(one.source)
        if was and was.model_copy(update={"rejected_at": now}) == row:
            row = was
        rows[one.source] = row
    return [rows[source] for source in sorted(rows)]
