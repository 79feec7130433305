"""The work of a run spread over threads, a bucket each, and pages counted for whoever watches."""

from collections.abc import Callable, Collection
from concurrent.futures import FIRST_COMPLETED, CancelledError, ThreadPoolExecutor, wait
from threading import Lock
from typing import NamedTuple

from ingest.corpus.processes.workers import Pool
from ingest.corpus.runs.jobs import Job
from ingest.corpus.runs.summary import Summary
from ingest.errors import StoreError


class Progress(NamedTuple):
    """How far a run is."""

    done: int
    total: int
    source: str
    outcome: str
    """`document`, or the reason of a rejection."""


OnProgress = Callable[[Progress], None]


class Teller:
    """Counts pages for whoever watches, from whichever thread they come; stops the threads when told to."""

    def __init__(self, on_progress: OnProgress | None, total: int) -> None:
        self._tell, self._total, self._done, self._lock = on_progress, total, 0, Lock()
        self.stopped = False

    def __call__(self, source: str, outcome: str) -> None:
        """One page more. Raises CancelledError when it was told to stop."""
        if self.stopped:
            raise CancelledError
        with self._lock:
            self._done += 1
            if self._tell:
                self._tell(Progress(self._done, max(self._total, self._done), source, outcome))


def driven(
    function: Callable[[Job], Summary], jobs: Collection[Job], workers: Pool, tell: Teller, own_pool: bool
) -> Summary:
    """The sum over all jobs, a thread each. What goes wrong with one bucket is a line in the summary and stops no other.

    On Ctrl-C, or a fault of ours, no thread is left behind: each lets go of its bucket at its next page.
    """
    summary = Summary()
    # Each keeps two tasks on their way and holds a row group of every dataset: enough to keep all workers busy while some of
    # them commit, and no more, since what they hold is most of what a run needs in memory.
    drivers = ThreadPoolExecutor(min(len(jobs), workers.resources.processes // 2 + 2), "bucket")
    futures = {drivers.submit(function, job): job for job in jobs}
    waiting = set(futures)
    try:
        while waiting:
            # In short turns: a Ctrl-C is only seen between them.
            done, waiting = wait(waiting, timeout=0.5, return_when=FIRST_COMPLETED)
            for future in done:
                try:
                    summary += future.result()
                except StoreError as error:
                    summary += Summary(pages=len(futures[future].paths), failures=[str(error)])
    except BaseException:
        tell.stopped = True
        if own_pool:
            workers.stop()
        raise
    finally:
        drivers.shutdown(wait=True, cancel_futures=True)
    return summary
