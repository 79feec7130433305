"""Buckets worked on by a Dask cluster instead of this machine (extra `dask`).

The cluster's workers must see the raw and the curated folder under the same paths. Dask's worker processes are daemonic and
may have no children, which the page workers are: start them with `distributed.worker.daemon: False` (or `--no-nanny`).
"""

from collections.abc import Sequence
from concurrent.futures import as_completed
from pathlib import Path
from threading import Lock

from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.runs.bucket import Job, OnPage, process
from ingest.corpus.runs.state import Context
from ingest.corpus.runs.summary import Summary
from ingest.corpus.storage.store import Store
from ingest.errors import InputError, StoreError, UsageError

_own_pool: Pool | None = None
_lock = Lock()


def _on_cluster(curated: Path, job: Job, context: Context, resources: Resources) -> Summary:
    """One bucket, on a worker of a cluster: with one process for its pages, kept from bucket to bucket."""
    global _own_pool
    with _lock:
        if _own_pool is None:
            _own_pool = Pool(resources._replace(workers=1))
    return process(Store.open(curated), job, context, _own_pool)


def work(
    address: str, curated: Path, jobs: Sequence[Job], context: Context, resources: Resources, on_page: OnPage
) -> Summary:
    """The jobs on the cluster behind `address`; pages are reported as their buckets end."""
    try:
        from distributed import Client
    except ImportError:
        raise UsageError(f"--engine {address} needs Dask: pip install 'ingest[dask]'") from None
    try:
        client = Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {address}: {error}") from error
    summary = Summary()
    with client:
        place = curated.resolve()
        executor = client.get_executor(pure=False)  # type: ignore[no-untyped-call]
        sent = {executor.submit(_on_cluster, place, job, context, resources): job for job in jobs}
        for future in as_completed(sent):
            try:
                summary += future.result()
            except StoreError as error:
                summary += Summary(pages=len(sent[future].paths), failures=[str(error)])
            for path in sent[future].paths:
                on_page(path, "done")
    return summary
