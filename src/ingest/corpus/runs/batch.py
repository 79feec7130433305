"""A part of a run that can be tried again, for a scheduler that retries what failed to be read or written.

Curating is idempotent, so another attempt simply works on the same buckets again: what is done already is found current.
What it must not do is count twice, and that is all there is to a batch.
"""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ingest.config import Config
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.runs.driving import OnProgress
from ingest.corpus.runs.engine import work
from ingest.corpus.runs.jobs import Job
from ingest.corpus.runs.summary import Summary, slowest


class Batch:
    """Some jobs of a plan, and what they have come to over all attempts."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        self.jobs = tuple(jobs)
        self.summary: Summary | None = None

    def attempt(
        self,
        raw: Path,
        curated: Path,
        *,
        config: Config | None = None,
        resources: Resources | None = None,
        engine: str = "local",
        on_progress: OnProgress | None = None,
        pool: Pool | None = None,
    ) -> Summary:
        """Works on the jobs, and gives the sum of this attempt and those before. `failures` are worth another attempt."""
        try:
            found = work(
                raw,
                curated,
                self.jobs,
                config=config,
                resources=resources,
                engine=engine,
                on_progress=on_progress,
                pool=pool,
            )
        except OSError as error:
            found = Summary(pages=sum(len(job.paths) for job in self.jobs), failures=[str(error)])
        self.summary = found if self.summary is None else continued(self.summary, found)
        return self.summary


def continued(earlier: Summary, later: Summary) -> Summary:
    """What two attempts at the same buckets came to: a document that was new in either is new, and is counted once."""
    new, changed = earlier.new + later.new, earlier.changed + later.changed
    documents = later.new + later.changed + later.unchanged
    return replace(
        later,
        new=new,
        changed=changed,
        unchanged=max(0, documents - new - changed),
        curated=earlier.curated + later.curated,
        edits=earlier.edits + later.edits,
        pruned=earlier.pruned + later.pruned,
        seconds=earlier.seconds + later.seconds,
        bytes=earlier.bytes + later.bytes,
        slow_rules=earlier.slow_rules + later.slow_rules,
        slowest=slowest(earlier.slowest + later.slowest),
        warnings=list(dict.fromkeys(earlier.warnings + later.warnings)),
    )
