"""Both flows served as deployments from this process: curate on a schedule, reprocess on demand from the UI or the API.

    prefect server start --host 127.0.0.1 &
    export PREFECT_API_URL=http://127.0.0.1:4200/api
    python flows/serve.py --cron "0 3 * * *"

For runs on other machines, or more than one, use `prefect.yaml` with a work pool instead.
"""

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import cast

import quiet  # noqa: F401 (before prefect: see there)
from curate import curate
from prefect import serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.deployments.runner import RunnerDeployment
from prefect.settings import PREFECT_API_URL
from reprocess import reprocess

# A run that comes while another is under way waits for it: two runs in one folder would only get in each other's way.
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)


def main() -> int:
    """Registers both deployments and serves them until stopped."""
    options = argparse.ArgumentParser(description="Serve the flows as Prefect deployments until stopped.")
    options.add_argument("--cron", help='when to curate, as a cron line ("0 3 * * *"); without it only on demand')
    options.add_argument("--raw", type=Path, default=Path("raw"), help="folder with the raw pages")
    options.add_argument("--curated", type=Path, default=Path("curated"), help="folder for the datasets")
    given = options.parse_args()
    if not PREFECT_API_URL.value():
        print(
            "error: a schedule needs a Prefect server: start one with `prefect server start --host 127.0.0.1`, "
            "then set PREFECT_API_URL=http://127.0.0.1:4200/api",
            file=sys.stderr,
        )
        return 2
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
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop'")  # Prefect's own, when it is told to end
    serve(*cast(list[RunnerDeployment], deployments), print_starting_message=os.isatty(1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
