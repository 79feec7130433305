"""What a run shows: artifacts for Prefect's UI, a closing word for the terminal."""

import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import quiet  # noqa: F401 (before prefect: see there)
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from ingest import IngestError, UsageError, settings, terminal
from ingest.corpus import Summary

SHOWN = 200  # rows of the table of rejected pages


def publish(summary: Summary, curated: Path, key: str) -> None:
    """The summary, and the pages that gave no document, as artifacts of the flow run."""
    create_markdown_artifact(markdown(summary.as_dict()), key=f"{key}-summary", description="What the run came to")
    if summary.rejected:
        create_table_artifact(
            rejections(curated, SHOWN), key=f"{key}-rejected", description="Pages that gave no document, and why"
        )


def rejections(curated: Path, limit: int) -> list[dict[str, str]]:
    """The first rejections of a curated folder: which page, why."""
    rows: list[dict[str, str]] = []
    for path in sorted(curated.glob("rejections/bucket=*/part-0.parquet")):
        if len(rows) >= limit:
            break
        rows += pq.ParquetFile(path).read(columns=["source", "reason", "detail"]).to_pylist()
    return rows[:limit]


def markdown(found: dict[str, Any]) -> str:
    """A summary as tables."""
    counts = ["pages", "new", "changed", "unchanged", "rejected", "curated", "bytes", "seconds", "pages_per_second"]
    figures = found | {"rejected": sum(found["rejected"].values())}
    parts = [
        _table("", [(name.replace("_", " "), figures[name]) for name in counts]),
        _table("Rejected, by reason", found["rejected"].items()),
        _table("Applied edits, by rule", found["edits"].items()),
        _table("Slowest pages, seconds", found["slowest"].items()),
        _list("Could not be read or written", found["failures"]),
        _list("Warnings", found["warnings"]),
    ]
    return "\n\n".join(part for part in parts if part)


def _table(title: str, rows: Any) -> str:
    lines = [f"| {name} | {value} |" for name, value in rows]
    return "\n".join([*([f"### {title}", ""] if title else []), "| | |", "|---|---:|", *lines]) if lines else ""


def _list(title: str, lines: list[str]) -> str:
    return "\n".join([f"### {title}", "", *(f"- {line}" for line in lines[:SHOWN])]) if lines else ""


def shown(flow: Callable[..., Any], beside: Path | None, parameters: dict[str, Any]) -> int:
    """Runs a flow for a person at a terminal: a summary and where to look next, or one line that says what is wrong."""
    for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # it would log a failed run with its traceback
    # For the embedded server, which starts with the first flow: its libraries complain when they are told to end.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    try:
        found: Summary = flow(**parameters)
        curated = settings.load(beside, curated=parameters["curated"]).curated
    except IngestError as error:
        print(f"error: {terminal.line(str(error))}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except RuntimeError as error:
        if "Prefect API server" not in str(error):
            raise
        print(
            "error: the embedded Prefect server did not start in time; try again, or without it: ingest run",
            file=sys.stderr,
        )
        return 1
    for line in [*(f"warning: {w}" for w in found.warnings), *(f"error: {f}" for f in found.failures)]:
        print(terminal.line(line), file=sys.stderr)
    for line in terminal.summary(found, str(curated)):
        print(terminal.line(line))
    print(f"The datasets are in {curated}. Next: ingest stats {curated}, or ingest review --curated {curated}")
    return 1 if found.failures else 0
