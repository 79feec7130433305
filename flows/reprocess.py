"""The reprocess flow: one raw file again, its rows replaced in every dataset, all others left as they are.

    python flows/reprocess.py FILE [--curated DIR]

It does what `ingest reprocess FILE` does, by the same function.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

import quiet  # noqa: F401 (before prefect: see there)
import report
from prefect import flow, task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State

from ingest import IngestError, StoreError, settings
from ingest.corpus import Summary
from ingest.corpus import reprocess as again


def worth_retrying(_task: object, _run: object, state: Any) -> bool:
    """Retries are for I/O: a file outside the raw folder is outside it next time too."""
    return isinstance(state.result(raise_on_failure=False), OSError | StoreError)


@task(
    name="reprocess-file",
    retries=2,
    retry_delay_seconds=[2, 10],
    retry_condition_fn=worth_retrying,
    cache_policy=NO_CACHE,
    persist_result=False,
)
def reprocess_file(file: Path, use: settings.Settings) -> Summary:
    """The one file."""
    return again(file, use.curated, config=use.config, resources=use.resources)


@flow(
    name="reprocess",
    description="Curates one raw file again and replaces its rows in every dataset.",
    flow_run_name="reprocess-{file}",
    persist_result=False,
)
def reprocess(
    file: Path, curated: Path | None = None, settings_file: Path | None = None, corpus: str | None = None
) -> Summary | State[Any]:
    """Curate one raw file again.

    Args:
        file: The raw file. It must lie in the folder that was curated.
        curated: The curated folder that holds its rows. Left out: what ingest.toml or INGEST_CURATED says, else curated.
        settings_file: The settings of this corpus. Left out: the ingest.toml beside the raw folder, if there is one.
        corpus: What the corpus is called in the names of tables and events. Left out: like its folder.
    """
    try:
        use = settings.load(file, file=settings_file, curated=curated)
        summary = reprocess_file(file, use)
    except IngestError as error:
        return report.failed(error)
    report.publish(summary, use.curated, "reprocess", report.corpus_of(use.raw, corpus))
    return summary


def main() -> int:
    """The flow on the Prefect that is at hand: the embedded one, or the server of PREFECT_API_URL."""
    options = argparse.ArgumentParser(description="Curate one raw file again, as a Prefect flow.")
    options.add_argument("file", type=Path, help="the raw file")
    options.add_argument("--curated", type=Path, help="the curated folder (default: curated)")
    given = options.parse_args()
    return report.shown(reprocess, given.file, vars(given))


if __name__ == "__main__":
    sys.exit(main())
