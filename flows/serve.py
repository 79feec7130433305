"""The flows served as deployments from this process: curate on a schedule, reprocess on demand from the UI or the API.

    python flows/serve.py --cron "0 3 * * *"
    python flows/serve.py --cron "0 3 * * *" --corpus gov gov/ingest.toml --corpus news news/ingest.toml

They are served at the Prefect server of PREFECT_API_URL. Where none is set, one is started on loopback, with a password,
and ends with this process (see `server.py`). For several machines, use `prefect.yaml` with a work pool instead.
"""

import argparse
import os
import signal
import sys
import warnings
from pathlib import Path
from typing import Any, NamedTuple, cast

import httpx
import quiet
import report
import server
from curate import curate
from prefect import get_client, serve
from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
from prefect.client.schemas.schedules import CronSchedule
from prefect.deployments.runner import RunnerDeployment
from prefect.exceptions import ObjectNotFound
from prefect.settings import PREFECT_LOGGING_LEVEL, temporary_settings
from reprocess import reprocess

from ingest import IngestError, UsageError, settings
from ingest.corpus.objects.address import address_of

# A run that comes while another is under way waits for it: two runs in one folder would only get in each other's way.
ONE_AT_A_TIME = ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy.ENQUEUE)


def _named(place: Path) -> str:
    """A folder as a deployment keeps it: where it is on this disk, or its address."""
    return address_of(place) or str(place.resolve())


class Corpus(NamedTuple):
    """A raw folder and its curated one, and what their deployments are called."""

    name: str
    raw: Path
    curated: Path
    settings_file: Path | None = None
    deployments: tuple[str, str] = ("scheduled", "on-demand")

    def parameters(self) -> dict[str, Any]:
        """Of both flows, as Prefect keeps them."""
        found = {"curated": _named(self.curated), "corpus": self.name}
        return found | ({"settings_file": str(self.settings_file.resolve())} if self.settings_file else {})

    def served(self, cron: str | None) -> list[RunnerDeployment]:
        """Both flows for this corpus."""
        tags = ["ingest", self.name]
        made = [
            curate.to_deployment(
                self.deployments[0],
                cron=cron,
                parameters={"raw": _named(self.raw)} | self.parameters(),
                concurrency_limit=ONE_AT_A_TIME,
                description=f"Curates what is new or changed in {_named(self.raw)}.",
                tags=tags,
            ),
            reprocess.to_deployment(
                self.deployments[1],
                parameters=self.parameters(),
                concurrency_limit=ONE_AT_A_TIME,
                description=f"Curates one raw file of {self.name} again and replaces its rows.",
                tags=tags,
            ),
        ]
        return cast(list[RunnerDeployment], made)


def cron(text: str) -> str:
    """A cron line, if it is one."""
    return CronSchedule(cron=text).cron


def corpora(given: argparse.Namespace) -> list[Corpus]:
    """What is to be served. Raises IngestError for settings that cannot be, or that get in each other's way."""
    if not given.corpus:
        raw, curated = given.raw or Path("raw"), given.curated or Path("curated")
        return [Corpus(report.corpus_of(raw), raw, curated)]
    if given.raw or given.curated:
        raise UsageError("--corpus takes its folders from its settings file: leave out --raw and --curated")
    made = []
    for name, file in given.corpus:
        # Variables are for all corpora, and would send them all to one folder.
        use = settings.apart(settings.load(file=Path(file), environ={}))
        made.append(Corpus(name, use.raw, use.curated, Path(file), (name, name)))
    for what in ("name", "curated"):
        found = [getattr(one, what) if what == "name" else _named(one.curated) for one in made]
        if twice := next((str(x) for x in found if found.count(x) > 1), None):
            raise UsageError(f"two corpora cannot both have the {what} {twice}")
    return made


def replaced(deployments: list[RunnerDeployment]) -> list[str]:
    """A warning for each deployment on the server that does something else until now."""
    said = []
    with get_client(sync_client=True) as client:
        for one in deployments:
            name = f"{one.flow_name}/{one.name}"
            try:
                known = client.read_deployment_by_name(name).parameters
            except ObjectNotFound:
                continue
            other = [f"{key}={value}" for key, value in known.items() if (one.parameters or {}).get(key) != value]
            if other:
                said.append(f"warning: {name} is replaced, until now it had {', '.join(other)} (--corpus keeps both)")
    return said


def main() -> int:
    """Registers the deployments and serves them until stopped."""
    options = argparse.ArgumentParser(description="Serve the flows as Prefect deployments until stopped.")
    options.add_argument(
        "--cron", type=cron, help='when to curate, as a cron line ("0 3 * * *"); without it only on demand'
    )
    options.add_argument("--raw", type=Path, help="folder with the raw pages (default: raw)")
    options.add_argument("--curated", type=Path, help="folder for the datasets (default: curated)")
    options.add_argument(
        "--corpus",
        nargs=2,
        action="append",
        metavar=("NAME", "SETTINGS.toml"),
        help="a corpus by its settings file, served under its name; as often as there are corpora",
    )
    given = options.parse_args()
    signal.signal(signal.SIGTERM, server.end_well)
    warnings.filterwarnings("ignore", "coroutine 'Runner.astop'")  # Prefect's own, when it is told to end
    level = PREFECT_LOGGING_LEVEL.value() if "PREFECT_LOGGING_LEVEL" in quiet.GIVEN else "INFO"
    os.environ["PREFECT_LOGGING_LEVEL"] = level
    try:
        deployments = [made for one in corpora(given) for made in one.served(given.cron)]
        with server.at_hand() as place, temporary_settings({PREFECT_LOGGING_LEVEL: level}):
            for line in replaced(deployments):
                print(line, file=sys.stderr, flush=True)
            server.announce(place)
            names = " and ".join(f"{made.flow_name}/{made.name}" for made in deployments)
            print(f"serving {names} at {place.url.removesuffix('/api')}", flush=True)
            serve(*deployments, print_starting_message=False)
    except IngestError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except (server.ServerError, RuntimeError, httpx.HTTPError, httpx.InvalidURL) as error:
        said = str(error) if isinstance(error, server.ServerError) else report.no_server(error)
        if said is None:
            raise
        print(f"error: {said}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
