"""Both flows served as deployments from this process: curate on a schedule, reprocess on demand from the UI or the API.

    python flows/serve.py --cron "0 3 * * *"

They are served at the Prefect server of PREFECT_API_URL. Where none is set, one is started on loopback, with a password,
and ends with this process (see `server.py`). For several machines, use `prefect.yaml` with a work pool instead.
"""

import argparse
import signal
import sys
import warnings
from pathlib import Path
from typing import cast

import quiet  # noqa: F401 (before prefect: see there)
import server
from curate import curate
from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from reprocess import reprocess

# A run that comes while another is under way waits for it: two runs in one folder would only get in each other's way.
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)


def cron(text: str) -> str:
    """A cron line, if it is one."""
    return CronSchedule(cron=text).cron


def main() -> int:
    """Registers both deployments and serves them until stopped."""
    options = argparse.ArgumentParser(description="Serve the flows as Prefect deployments until stopped.")
    options.add_argument(
        "--cron", type=cron, help='when to curate, as a cron line ("0 3 * * *"); without it only on demand'
    )
    options.add_argument("--raw", type=Path, default=Path("raw"), help="folder with the raw pages")
    options.add_argument("--curated", type=Path, default=Path("curated"), help="folder for the datasets")
    given = options.parse_args()
    folders = {"raw": str(given.raw.resolve()), "curated": str(given.curated.resolve())}
    deployments = [
        curate.to_deployment(
            "scheduled",
            cron=given.cron,
            parameters=folders,
            concurrency_limit=ONE_AT_A_TIME,
            description="Curates what is new or changed, on schedule.",
        ),
        reprocess.to_deployment(
            "on-demand",
            parameters={"curated": folders["curated"]},
            concurrency_limit=ONE_AT_A_TIME,
            description="Curates one raw file again and replaces its rows.",
        ),
    ]
    signal.signal(signal.SIGTERM, server.end_well)
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop'")  # Prefect's own, when it is told to end
    try:
        with server.at_hand() as place:
            server.announce(place)
            print(f"serving curate/scheduled and reprocess/on-demand at {place.url.removesuffix('/api')}", flush=True)
            serve(*cast(list[RunnerDeployment], deployments), print_starting_message=False)
    except server.ServerError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
