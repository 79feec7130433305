"""What Prefect costs: seconds to start with its embedded server, milliseconds a batch and an update of the progress bar.

The batches do nothing here, so all that is measured is orchestration. The last line says what share of a run of ten
minutes it is, at 85 pages a second (two cores) and with the batch size and update interval of the flow.
"""

import os
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "flows"))
os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
BEGUN = time.perf_counter()

import curate  # noqa: E402
from prefect import flow  # noqa: E402
from prefect.artifacts import create_progress_artifact, update_progress_artifact  # noqa: E402

from ingest.corpus import Summary, batch  # noqa: E402
from ingest.corpus.bucket import Job  # noqa: E402

RUN_SECONDS, PAGES_A_SECOND = 600, 85


def flow_seconds(buckets: int, pages_a_task: int, folder: Path) -> float:
    """One run of the flow over jobs that need no work."""
    jobs = tuple(Job(n, (f"{n}.html",)) for n in range(buckets))
    curate.plan = lambda *_a, **_k: curate.Plan(jobs, buckets, Summary())
    curate.finish = lambda _curated: None
    curate.PAGES_A_TASK = pages_a_task
    batch.work = lambda *_a, **_k: Summary()
    begun = time.perf_counter()
    curate.curate(raw=folder, curated=folder / "curated")
    return time.perf_counter() - begun


@flow
def update_seconds() -> float:
    """One update of a progress bar."""
    bar = create_progress_artifact(0.0)
    begun = time.perf_counter()
    for percent in range(50):
        update_progress_artifact(bar, float(percent))
    return (time.perf_counter() - begun) / 50


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages_a_task, imported = curate.PAGES_A_TASK, time.perf_counter() - BEGUN
        first = flow_seconds(1, 1, folder)
        update = update_seconds()
        one = min(flow_seconds(1, 1, folder) for _ in range(3))
        many = min(flow_seconds(200, 1, folder) for _ in range(2))
    a_batch = max(0.0, many - one) / 199
    batches, updates = RUN_SECONDS * PAGES_A_SECOND / pages_a_task, RUN_SECONDS / curate.PROGRESS_EVERY
    total = imported + first + batches * a_batch + updates * update
    print(f"import {imported:.1f} s, first flow (starts the server) {first:.1f} s, another flow {one:.2f} s")
    print(f"{1000 * a_batch:.1f} ms a batch, {1000 * update:.1f} ms an update of the progress bar")
    print(f"(load average {os.getloadavg()[0]:.1f}: wall time, so read it on a machine that does nothing else)")
    print(f"run of {RUN_SECONDS} s: {total:.1f} s of orchestration, {100 * total / RUN_SECONDS:.2f} %")


if __name__ == "__main__":
    main()
