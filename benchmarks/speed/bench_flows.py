"""What Prefect costs: seconds to start with its embedded server, milliseconds a batch and an update of the progress bar.

The batches do nothing here, so all that is measured is orchestration. The last line says what share of a run of ten
minutes it is, at 85 pages a second (two cores) and with the batch size and update interval of the flow: extrapolated from
the cost of a start, a batch and an update, not from a run of ten minutes. It is given by the clock and in processor
seconds of this process and its server; on a machine that others use only the second says something.
"""

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "flows"))
os.environ["PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL"] = "CRITICAL"
BEGUN = time.perf_counter()

import curate  # noqa: E402
import psutil  # noqa: E402
from prefect import flow  # noqa: E402
from prefect.artifacts import create_progress_artifact, update_progress_artifact  # noqa: E402

from ingest.corpus import Summary  # noqa: E402
from ingest.corpus.runs import batch  # noqa: E402
from ingest.corpus.runs.bucket import Job  # noqa: E402

RUN_SECONDS, PAGES_A_SECOND = 600, 85


class Cost(NamedTuple):
    """Seconds by the clock, and of the processor."""

    wall: float
    cpu: float

    @classmethod
    def now(cls) -> "Cost":
        """Since the beginning, of this process and those it started."""
        me = psutil.Process()
        spent = sum(p.cpu_times().user + p.cpu_times().system for p in [me, *me.children(recursive=True)])
        return cls(time.perf_counter() - BEGUN, spent)

    def since(self, earlier: "Cost") -> "Cost":
        """What came between."""
        return Cost(self.wall - earlier.wall, self.cpu - earlier.cpu)


def flow_cost(buckets: int, pages_a_task: int, folder: Path) -> Cost:
    """One run of the flow over jobs that need no work."""
    jobs = tuple(Job(n, (f"{n}.html",)) for n in range(buckets))
    curate.plan = lambda *_a, **_k: curate.Plan(jobs, buckets, Summary())
    curate.finish = lambda _curated: None
    curate.PAGES_A_TASK = pages_a_task
    batch.work = lambda *_a, **_k: Summary()
    begun = Cost.now()
    curate.curate(raw=folder, curated=folder / "curated")
    return Cost.now().since(begun)


@flow
def update_cost() -> Cost:
    """Fifty updates of a progress bar."""
    bar = create_progress_artifact(0.0)
    begun = Cost.now()
    for percent in range(50):
        update_progress_artifact(bar, float(percent))
    return Cost.now().since(begun)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages_a_task, imported = curate.PAGES_A_TASK, Cost.now()
        first = flow_cost(1, 1, folder)
        fifty = update_cost()
        one = [flow_cost(1, 1, folder) for _ in range(3)]
        many = [flow_cost(200, 1, folder) for _ in range(2)]
    batches, updates = RUN_SECONDS * PAGES_A_SECOND / pages_a_task, RUN_SECONDS / curate.PROGRESS_EVERY
    for n, what in enumerate(("by the clock", "of the processor")):
        a_flow = min(c[n] for c in one)
        a_batch, update = max(0.0, min(c[n] for c in many) - a_flow) / 199, fifty[n] / 50
        total = imported[n] + first[n] + batches * a_batch + updates * update
        print(
            f"{what}: import {imported[n]:.1f} s, first flow (starts the server) {first[n]:.1f} s, another {a_flow:.2f} s; "
            f"{1000 * a_batch:.1f} ms a batch, {1000 * update:.1f} ms an update"
        )
        # A clock has one run's seconds, the processor two cores of them.
        share = total / RUN_SECONDS / (n + 1)
        print(f"  run of {RUN_SECONDS} s on two cores: {total:.1f} s of orchestration, {100 * share:.2f} %")
    print(f"(load average {os.getloadavg()[0]:.1f})")


if __name__ == "__main__":
    main()
