"""Buckets worked on by a Dask cluster instead of this machine (extra `dask`).

The cluster is started as people start one (`dask scheduler`, `dask worker tcp://…`); its workers see the raw and the
curated folder under the same paths or addresses and have this package, of the same version. A worker keeps one process for pages for
each of its threads, with the limits that hold on one machine. Workers that die have their buckets done by others; when
the scheduler dies, what is done is kept, and the next run does the rest.
"""

import ipaddress
import logging
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import CancelledError
from multiprocessing import util
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from ingest.corpus.objects.spool import brought, origin
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.runs.bucket import OnPage, process
from ingest.corpus.runs.jobs import Job
from ingest.corpus.runs.state import Context
from ingest.corpus.runs.summary import Summary
from ingest.corpus.shelf import with_models, without_models
from ingest.corpus.storage.mirror import mirror_of, named, note_of
from ingest.corpus.storage.stamp import code_stamp
from ingest.corpus.storage.store import Store
from ingest.errors import InputError, StoreError, UsageError

_own_pool: Pool | None = None
_lock = Lock()
_cautioned: set[str] = set()


def _on_cluster(curated: Path, job: Job, context: Context, resources: Resources) -> Summary:
    """One bucket, on a worker of a cluster."""
    if code_stamp() != context.code:
        raise StoreError(
            f"a worker has another ingest ({code_stamp()}, not {context.code}): install the same everywhere"
        )
    store = Store.open(curated)
    config = context.config
    if store.mirror is not None and (config.site_models or config.repair_models):  # they were brought here as well
        config = with_models(without_models(config), store.root)
    context = context._replace(raw=brought(context.raw), config=config)
    made = process(store, job, context, _pool(resources))
    if store.mirror is not None:
        store.mirror.publish(note_of(job.bucket))
    return made


def _pool(resources: Resources) -> Pool:
    """The processes for the pages of this worker, kept from bucket to bucket: one for each bucket it has at a time."""
    global _own_pool
    with _lock:
        if _own_pool is None:
            from distributed import get_worker

            # A nanny's worker is daemonic, and Python lets no such process have children; those here end with it.
            multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
            _own_pool = Pool(resources._replace(workers=get_worker().state.nthreads))
            util.Finalize(None, _own_pool.stop, exitpriority=100)  # before Python waits for children that would not end
        return _own_pool


def work(
    address: str, curated: Path, jobs: Sequence[Job], context: Context, resources: Resources, on_page: OnPage
) -> Summary:
    """The jobs on the cluster behind `address`; pages are reported as their buckets end.

    What a bucket fails of is a failure in the summary and stops no other; so is the end of the scheduler.
    """
    try:
        from distributed import as_completed
    except ImportError:
        raise UsageError(f"--engine {address} needs Dask: pip install 'ingest[dask]'") from None
    summary = Summary(warnings=cautions(address))
    gone: list[Job] = []
    with _client(address) as client:
        place = named(curated) if mirror_of(curated) else curated.resolve()
        context = context._replace(raw=origin(context.raw))
        sent = {client.submit(_on_cluster, place, job, context, resources, pure=False): job for job in jobs}
        for future in as_completed(list(sent), loop=client.loop):  # type: ignore[no-untyped-call]
            job = sent.pop(future)
            try:
                summary += future.result()
            except CancelledError:  # Dask's answer for all futures at once when the scheduler does not come back
                gone.append(job)
                continue
            except Exception as error:
                summary += Summary(pages=len(job.paths), failures=[_said(job, error)])
            for path in job.paths:
                on_page(path, "done")
    if gone:
        left = f"the Dask scheduler at {address} is gone: {len(gone)} buckets left, which the next run does"
        summary += Summary(pages=sum(len(job.paths) for job in gone), failures=[left])
    return summary


def _client(address: str) -> Any:
    """A connection to the scheduler; Dask's own log is not for the terminal."""
    from distributed import Client
    from distributed.security import Security

    if address.startswith("tls:") and not getattr(Security(), "tls_client_cert", None):  # type: ignore[no-untyped-call]
        raise InputError(f"{address} needs a certificate: set DASK_DISTRIBUTED__COMM__TLS__CLIENT__CERT (docs/cli.md)")
    for name in ("distributed.client", "distributed.comm", "distributed.core", "distributed.batched"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout="10s", set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"no Dask scheduler answers at {address} (start one: `dask scheduler`): {error}") from error


def _said(job: Job, error: Exception) -> str:
    """Why a bucket could not be done, in a line."""
    if isinstance(error, StoreError):
        return str(error)
    if type(error).__name__ == "KilledWorker":
        return f"bucket {job.bucket:03d}: the workers that had it died, one after the other (memory?); others are done"
    return f"bucket {job.bucket:03d}: {type(error).__name__}: {error}"


def cautions(address: str) -> list[str]:
    """What should be known of an address before it is used, said once: what is sent to a scheduler is code."""
    parts = urlsplit(address)
    if parts.scheme != "tcp" or address in _cautioned or _is_here(parts.hostname or ""):
        return []
    _cautioned.add(address)
    return [
        f"{address} is not encrypted, and whoever reaches it can run code on every worker: use tls:// (SECURITY.md)"
    ]


def _is_here(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
