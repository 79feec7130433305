"""From a raw folder to a curated one: which buckets have work, the work spread over the machine, and the end of it.

`run` is all of it. A scheduler that wants to see the parts calls `plan`, then `work` on batches of buckets, then `finish`:
the same functions in the same order. Threads drive a bucket each (they wait for workers or for the disk), processes
curate. On a Dask cluster (`engine="tcp://…"`) whole buckets go to the cluster's workers instead.
"""

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from functools import partial
from pathlib import Path

import pyarrow as pa

from ingest.config import Config
from ingest.corpus import history, linking, published, readers, repairs, sites
from ingest.corpus.objects.address import address_of, shown
from ingest.corpus.objects.spool import spool_of
from ingest.corpus.processes.workers import Pool, Resources, sources
from ingest.corpus.reprints import duplicates
from ingest.corpus.runs.bucket import process
from ingest.corpus.runs.driving import OnProgress, Teller, driven
from ingest.corpus.runs.jobs import Job
from ingest.corpus.runs.planning import OnStage, OnStale, Plan, context_of, open_raw, plan
from ingest.corpus.runs.summary import Summary
from ingest.corpus.shelf import with_models
from ingest.corpus.storage.mirror import followed
from ingest.corpus.storage.store import Store, bucket_of, make_root
from ingest.errors import InputError, StoreError, UsageError

# -------------------------------------------------------------------- the parts of a run


def work(
    raw: Path,
    curated: Path,
    jobs: Sequence[Job],
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    engine: str = "local",
    on_progress: OnProgress | None = None,
    total: int | None = None,
    pool: Pool | None = None,
    use_sites: bool = True,
) -> Summary:
    """Brings the buckets of some jobs up to date. A bucket that cannot be is a failure in the summary; the rest goes on."""
    begun = time.monotonic()
    curated = followed(curated)
    config = with_models(config, curated) if use_sites else config
    context = context_of(open_raw(raw), config, resources)
    resources = resources or Resources()
    tell = Teller(on_progress, sum(len(j.paths) for j in jobs) if total is None else total)
    summary = Summary()
    if engine != "local":
        from ingest.corpus.runs import cluster  # only who has one pays for loading it

        summary = cluster.work(engine, curated, jobs, context, resources, tell)
    elif jobs:
        store = Store.open(curated)
        reads = sources(context.config, context.raw, store.root)
        with nullcontext(pool) if pool else Pool(resources, [store.scratches()], reads) as workers:
            summary = driven(lambda job: process(store, job, context, workers, tell), jobs, workers, tell, not pool)
        pa.default_memory_pool().release_unused()  # what the writing of buckets took is no use to what ends the run
    summary.seconds = time.monotonic() - begun
    return summary


def finish(curated: Path, config: Config | None = None) -> None:
    """The end of a run: brings `duplicates`, `datapackage.json` and the card up to date, and sees that every dataset can be read.

    `config`: its `about` is what these say of the corpus from now on.
    """
    store = Store.open(curated)
    store.notes()
    try:
        store.complete()
        store.widened()
        duplicates.update(store)
        linking.update(store)
        published.update(store)
        history.update(store)
    finally:
        store.describe(config.about if config else None)


@contextmanager
def exclusive(curated: Path, wait: float = 0.0) -> Iterator[None]:
    """Keeps a curated folder for one run; a second one waits `wait` seconds, then gets a `StoreError` that says who."""
    curated = followed(curated)
    make_root(curated)
    with Store.peek(curated).exclusive(wait):
        yield


# -------------------------------------------------------------------- in one call


def run(
    raw: Path,
    curated: Path,
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    full: bool = False,
    prune: bool = False,
    dry_run: bool = False,
    buckets: int | None = None,
    new_root: bool = False,
    engine: str = "local",
    wait: float = 0.0,
    on_progress: OnProgress | None = None,
    pool: Pool | None = None,
    only_rejected: bool = False,
    since: datetime | None = None,
    on_stale: OnStale | None = None,
    on_stage: OnStage | None = None,
    use_sites: bool = True,
) -> Summary:
    """Curates what is new or changed under `raw` into `curated`.

    `full` redoes all; `prune` drops rows whose raw file is gone; `dry_run` only counts; `new_root`: the same pages have
    moved to `raw`; `wait`: seconds to wait for another run; `pool`: workers to use, for a caller that makes many runs.
    `only_rejected` does nothing but try rejected files again, `since` looks only at files changed since then; `on_stale`
    is told of each file with something to be done, and why; `on_stage` of what is done before and behind the curating. `use_sites`: sites with pages enough are learnt, once, and their
    pages curated by what is known of them.
    """
    begun = time.monotonic()
    open_raw(raw)
    curated = followed(curated)
    planned = partial(
        plan, raw, curated, config=config, resources=resources, full=full, prune=prune, only_rejected=only_rejected, since=since,
        on_stale=on_stale, on_stage=on_stage, use_sites=use_sites,
    )  # fmt: skip
    if dry_run:
        made = planned(dry_run=True)
        left = Summary(pages=sum(len(j.paths) for j in made.jobs), stale=made.stale, dry_run=True)
        return made.known + left
    with exclusive(curated, wait):
        made = planned(buckets=buckets, new_root=new_root)
        if use_sites and not (only_rejected or since):
            if on_stage and made.stale:
                on_stage("looking what pages of a site have in common", 0, 0)
            made = plan_with_sites(
                made, partial(planned, on_stale=None), raw, curated, config=config, resources=resources, pool=pool
            )
        summary = made.known + work(
            raw,
            curated,
            made.jobs,
            config=config,
            resources=resources,
            engine=engine,
            on_progress=on_progress,
            total=made.stale,
            pool=pool,
            use_sites=use_sites,
        )
        if use_sites and not (only_rejected or since):
            summary = with_sites(
                summary, raw, curated, config=config, resources=resources, engine=engine, on_progress=on_progress,
                pool=pool,
            )  # fmt: skip
        if on_stage and made.jobs:
            on_stage("bringing duplicates and references up to date", 0, 0)
        try:
            finish(curated, config)
        except StoreError as error:
            summary.failures.append(str(error))
    summary.seconds = time.monotonic() - begun
    return summary


def plan_with_sites(
    made: Plan,
    again: Callable[[], Plan],
    raw: Path,
    curated: Path,
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    pool: Pool | None = None,
) -> Plan:
    """A plan, once the sites of its pages that are yet to be curated are learnt, so that these are curated once.

    `again` plans anew, for pages of such a site that were curated before are stale by then. The caller holds the folder's lock.
    """
    new = {job.bucket: job.paths for job in made.jobs if job.paths}
    if not new or not made.stale:
        return made
    one, reads = (resources or Resources())._replace(workers=1), sources(config, open_raw(raw), followed(curated))
    with nullcontext(pool) if pool else Pool(one, (), reads) as workers:
        learnt = sites.learn(curated, workers, config or Config(), ahead=new)
    if learnt.scopes:
        made = again()
    (made.known.learnt if learnt.scopes else made.known.warnings).extend(learnt.notes)
    return made


def with_sites(
    summary: Summary,
    raw: Path,
    curated: Path,
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    engine: str = "local",
    on_progress: OnProgress | None = None,
    pool: Pool | None = None,
) -> Summary:
    """The end of a run that curated something: what its pages teach of their sites, used at once. The caller holds the folder's lock."""
    if not summary.curated:
        return summary
    known = learn_sites(
        raw, curated, config=config, resources=resources, engine=engine, on_progress=on_progress, pool=pool
    )
    summary = summary.then(known) if known.pages else summary + known
    summary.warnings += sites.strangers(summary.sites)
    return summary


def learn_sites(
    raw: Path,
    curated: Path,
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    wanted: Collection[str] | None = None,
    engine: str = "local",
    on_progress: OnProgress | None = None,
    pool: Pool | None = None,
) -> Summary:
    """Learns sites and curates their pages by it: those that are `wanted`, else those with pages enough that are new.

    The summary is of the second round, and has no pages where nothing was learnt. The caller holds the folder's lock already.
    """
    resources, curated = resources or Resources(), followed(curated)
    reads = sources(config, open_raw(raw), curated)
    with nullcontext(pool) if pool else Pool(resources._replace(workers=1), (), reads) as workers:
        learnt = sites.learn(curated, workers, config or Config(), wanted)
    if not learnt.scopes and wanted is None:
        return Summary(warnings=list(learnt.notes))
    made = plan(raw, curated, config=config, resources=resources)
    summary = made.known + work(
        raw, curated, made.jobs, config=config, resources=resources, engine=engine, on_progress=on_progress,
        total=made.stale, pool=pool,
    )  # fmt: skip
    summary.learnt += learnt.notes
    return summary


def learn_repairs(
    raw: Path,
    curated: Path,
    *,
    config: Config | None = None,
    resources: Resources | None = None,
    wanted: Collection[str] | None = None,
    on_progress: OnProgress | None = None,
) -> Summary:
    """Learns what the pages of a folder teach of the damage to others, and curates those that it concerns: of the sites that
    are `wanted`, else of all. The summary has no pages where nothing new was learnt. The caller holds the folder's lock already.
    """
    curated = followed(curated)
    taught = repairs.learn(curated, wanted)
    if not taught.scopes:
        return Summary(learnt=list(taught.notes))
    made = plan(raw, curated, config=config, resources=resources)
    summary = made.known + work(
        raw, curated, made.jobs, config=config, resources=resources, on_progress=on_progress, total=made.stale
    )
    summary.learnt += taught.notes
    return summary


def reprocess(
    file: Path, curated: Path, *, config: Config | None = None, resources: Resources | None = None
) -> Summary:
    """Curates one file again, stale or not: its rows are replaced in every dataset, all others stay."""
    begun = time.monotonic()
    if address_of(curated):
        with exclusive(curated):
            return _reprocessed(file, followed(curated), config, resources, begun)
    return _reprocessed(file, curated, config, resources, begun)


def _reprocessed(
    file: Path, curated: Path, config: Config | None, resources: Resources | None, begun: float
) -> Summary:
    store = Store.open(curated)
    root = store.raw
    if root is None or not root.is_dir():
        raise InputError(
            f"the raw folder of {store.name} ({root}) is not there: run `ingest run RAW --new-root` if it moved"
        )
    path = _below(Path(file), root, store.name)
    if path.endswith(readers.SIDECAR):
        raise UsageError(f"{file} is a sidecar: name the page beside it")
    if any(part.startswith(".") for part in Path(path).parts):
        raise UsageError(f"{file} is hidden, and hidden files are not pages")
    job = Job(bucket_of(readers.name_of(path), store.facts.buckets), (path,), force=True, partial=True)
    config = with_models(config, curated)
    one, reads = (resources or Resources())._replace(workers=1), sources(config, root, store.root)
    with Pool(one, [store.scratches()], reads) as pool:
        summary = process(store, job, context_of(root, config, resources), pool)
    finish(curated)
    summary.seconds = time.monotonic() - begun
    return summary


def _below(file: Path, root: Path, curated: str) -> str:
    """The raw path of a file that is named."""
    if spool := spool_of(root):
        place = Path(address_of(file) or file)
        above, there = Path(spool.address), place
    else:
        place = file.absolute()
        above, there = root, place.parent.resolve() / place.name
    if not there.is_relative_to(above):
        raise UsageError(f"{shown(file)} is not under {shown(above)}, which {curated} was curated from")
    path = there.relative_to(above).as_posix()
    if spool and spool.seen(path) is None:
        raise InputError(f"{shown(file)} does not exist")
    if not spool and not there.is_file():
        raise InputError(f"{file} is a folder: name one file" if there.is_dir() else f"{file} does not exist")
    return path


def repair(
    curated: Path, buckets: Collection[int], *, config: Config | None = None, resources: Resources | None = None
) -> Summary:
    """Makes buckets that were damaged on disk again from the raw pages."""
    curated = followed(curated)
    root = Store.open(curated).raw
    if root is None or not root.is_dir():
        raise InputError(f"the raw folder of {curated} ({root}) is not there: nothing can be made again without it")
    with exclusive(curated):
        made = plan(root, curated, config=config, resources=resources, full=True, widen=False)
        known = {job.bucket: job for job in made.jobs}
        jobs = [known.get(bucket, Job(bucket, ()))._replace(heal=True) for bucket in sorted(buckets)]
        summary = work(root, curated, jobs, config=config, resources=resources)
        finish(curated)
    return summary
