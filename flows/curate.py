"""The curate flow: what is new or changed under a raw folder goes into the curated one, batch by batch.

    python flows/curate.py [--raw DIR] [--curated DIR]

It does what `ingest run` does, by the same functions. What Prefect adds: schedules, retries of what could not be read or
written, a progress bar and a summary in its UI. A page that cannot be curated is a rejection and never tried twice.
"""

import argparse
import sys
import time
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Annotated, Any, cast
from uuid import UUID

import quiet  # noqa: F401 (before prefect: see there)
import report
from prefect import flow, futures, get_run_logger, task
from prefect.artifacts import create_progress_artifact, update_progress_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import task_run
from prefect.task_runners import ThreadPoolTaskRunner
from pydantic import Field

from ingest import IngestError, progress, settings, terminal
from ingest.corpus import Plan, Progress, Summary, exclusive, finish, plan, plan_with_sites, with_sites
from ingest.corpus.objects.address import shown
from ingest.corpus.processes.workers import Pool, sources
from ingest.corpus.runs.batch import Batch
from ingest.corpus.runs.driving import OnProgress
from ingest.corpus.runs.planning import open_raw
from ingest.corpus.storage.store import Store

PAGES_A_TASK = 2000  # half a minute of work or more, beside which the cost of a task (some ten milliseconds) is nothing
PROGRESS_EVERY = 10  # seconds
RETRY_DELAYS: list[float] = [2, 10, 30]  # seconds


class Unfinished(Exception):  # noqa: N818 (not a fault: the signal to try again)
    """Something could not be read or written, and may be next time."""


class Meter:
    """Counts pages over all batches, from whichever thread they come, and passes the count on."""

    def __init__(self, total: int, watch: OnProgress | None) -> None:
        self.total, self.done, self._watch, self._lock = total, 0, watch, Lock()

    def tick(self, page: Progress) -> None:
        """One page more."""
        with self._lock:
            self.done = min(self.done + 1, self.total)  # another attempt sees some pages twice
            if self._watch:
                self._watch(page._replace(done=self.done, total=self.total))

    @property
    def percent(self) -> float:
        """How far the run is."""
        return 100.0 * self.done / self.total if self.total else 100.0


def worth_retrying(_task: object, _run: object, state: Any) -> bool:
    """Retries are for I/O; a fault of the program would only fail again."""
    return isinstance(state.result(raise_on_failure=False), Unfinished)


@task(
    name="curate-buckets",
    task_run_name="batch-{number}",
    retries=len(RETRY_DELAYS),
    retry_delay_seconds=RETRY_DELAYS,
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def curate_buckets(number: int, batch: Batch, meter: Meter, use: settings.Settings, pool: Pool) -> Summary:
    """One batch of buckets. Only the last attempt lets a failure stand: it fails no other bucket, and not the run."""
    summary = batch.attempt(
        use.raw,
        use.curated,
        config=use.config,
        resources=use.resources,
        engine=use.engine,
        on_progress=meter.tick,
        pool=pool,
    )
    if summary.failures and (task_run.run_count or 0) <= len(RETRY_DELAYS):
        raise Unfinished(summary.failures[0])
    return summary


@flow(
    name="curate",
    description="Curates what is new or changed under a raw folder into a curated folder.",
    flow_run_name=report.run_name,
    task_runner=ThreadPoolTaskRunner(max_workers=2),  # type: ignore[arg-type]  # (its own default, and yet)
    persist_result=False,
)
def curate(
    raw: Path | None = None,
    curated: Path | None = None,
    full: bool = False,
    prune: bool = False,
    workers: Annotated[int, Field(ge=0)] | None = None,
    engine: str | None = None,
    wait: Annotated[float, Field(ge=0)] | None = None,
    settings_file: Path | None = None,
    corpus: str | None = None,
) -> Summary | State[Any]:
    """Curate a raw folder into a curated one.

    Args:
        raw: Folder with the raw pages. Left out: what ingest.toml or INGEST_RAW says, else raw.
        curated: Folder for the datasets, made if it is not there. Left out: likewise, else curated.
        full: Curate all pages again, not only what is new or changed.
        prune: Drop the rows of raw files that are gone.
        workers: Worker processes. 0: one for each core.
        engine: local, or the address of a Dask scheduler (tcp://host:port).
        wait: Seconds to wait for another run in the same folder to end.
        settings_file: The settings of this corpus. Left out: the ingest.toml beside the raw folder, if there is one.
        corpus: What the corpus is called in the names of runs, tables and events. Left out: like its folder.
    """
    begun = time.monotonic()
    options = {"raw": raw, "curated": curated, "workers": workers, "engine": engine, "wait": wait}
    try:
        use = settings.apart(settings.load(raw, file=settings_file, **options))
        name = report.corpus_of(use.raw, corpus)
        with exclusive(use.curated, use.wait), (watching := progress.Watch(False)) as watch:
            planned = partial(
                plan, use.raw, use.curated, config=use.config, resources=use.resources, full=full, prune=prune
            )
            made = planned(buckets=use.buckets, on_stage=watching.stage)
            pages = f"{made.stale} pages are new or changed" if made.stale else "nothing is new or changed"
            get_run_logger().info(f"{terminal.line(shown(use.raw))}: {pages}")
            store = Store.open(use.curated)
            reads = sources(use.config, open_raw(use.raw), store.root)
            with Pool(use.resources, [store.scratches()], reads) as pool:
                made = plan_with_sites(
                    made, planned, use.raw, use.curated, config=use.config, resources=use.resources, pool=pool
                )
                summary = made.known
                for done in batches(made, Meter(made.stale, watch), use, pool, name):
                    summary += done
                summary = with_sites(
                    summary,
                    use.raw,
                    use.curated,
                    config=use.config,
                    resources=use.resources,
                    engine=use.engine,
                    pool=pool,
                )
            finish(use.curated, use.config)
    except IngestError as error:
        return report.failed(error)
    summary.seconds = time.monotonic() - begun
    report.publish(summary, use.curated, "curate", name)
    return summary


def batches(made: Plan, meter: Meter, use: settings.Settings, pool: Pool, corpus: str) -> list[Summary]:
    """The tasks of a run, and its progress bar while they are under way."""
    key, about = f"curate-progress-{report.slug(corpus)}", f"{corpus}: {meter.total} pages to curate"
    bar = cast(UUID, create_progress_artifact(0.0, key=key, description=about))
    parts = made.batches(-(-made.stale // PAGES_A_TASK))
    waiting = tasks = [curate_buckets.submit(n, Batch(jobs), meter, use, pool) for n, jobs in enumerate(parts, 1)]
    while waiting:
        waiting = list(futures.wait(waiting, timeout=PROGRESS_EVERY).not_done)
        update_progress_artifact(bar, meter.percent, f"{meter.done} of {meter.total} pages curated")
    return [task.result() for task in tasks]


def main() -> int:
    """The flow on the Prefect that is at hand: the embedded one, or the server of PREFECT_API_URL."""
    options = argparse.ArgumentParser(
        description="Curate what is new or changed under a raw folder, as a Prefect flow."
    )
    options.add_argument("--raw", type=Path, help="folder with the raw pages (default: raw)")
    options.add_argument("--curated", type=Path, help="folder for the datasets (default: curated)")
    options.add_argument("--full", action="store_true", help="curate all pages again")
    options.add_argument("--workers", type=int, help="worker processes (default: one for each core)")
    given = options.parse_args()
    return report.shown(curate, given.raw, vars(given))


if __name__ == "__main__":
    sys.exit(main())
