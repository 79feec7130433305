"""What a run shows: lines, artifacts and an event for Prefect, a closing word for the terminal."""

import hashlib
import logging
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pyarrow.parquet as pq
import quiet  # noqa: F401 (before prefect: see there)
from prefect import get_run_logger, tags
from prefect.artifacts import create_markdown_artifact, create_table_artifact
from prefect.client.schemas.objects import State
from prefect.events import emit_event
from prefect.runtime import flow_run
from prefect.settings import PREFECT_API_URL
from prefect.states import Failed

from ingest import IngestError, UsageError, settings, terminal
from ingest.corpus import Summary

SHOWN = 200  # rows of the table of rejected pages
EVENT = "ingest.curated"


class Expected(logging.Filter):
    """Keeps back what Prefect says of an error that the run tells itself, in one line: a traceback, and the state."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Is there news in this record?"""
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, IngestError) and not record.getMessage().startswith("Finished in state Failed(")


logging.getLogger("prefect.flow_runs").addFilter(Expected())
logging.getLogger("prefect.task_runs").addFilter(Expected())


# -------------------------------------------------------------------- names


def corpus_of(raw: Path | None, name: str | None = None) -> str:
    """What a corpus is called: as it was named, else like the folder that is not just called raw."""
    if name:
        return name
    place = (raw or Path("raw")).resolve()
    return (place.parent.name if place.name == "raw" else place.name) or "raw"


def run_name() -> str:
    """What a run of the curate flow is called: the corpus, and when it was to begin."""
    given = flow_run.parameters
    beside = Path(given["settings_file"]).parent / "raw" if given.get("settings_file") else None
    raw = Path(given["raw"]) if given.get("raw") else beside
    return f"{corpus_of(raw, given.get('corpus'))} {flow_run.scheduled_start_time:%Y-%m-%d %H:%M}"


def slug(name: str) -> str:
    """A name as Prefect wants the keys of artifacts and resources: small letters, digits and dashes."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return plain if plain == name.lower() else f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:6]}".strip("-")


# -------------------------------------------------------------------- of a run, in Prefect


def failed(error: IngestError) -> State[Any]:
    """The end of a run that could not be: one line that says what, where and what to do."""
    get_run_logger().error(terminal.line(str(error)))
    return Failed(message=terminal.line(str(error)), data=error)


def publish(summary: Summary, curated: Path, flow: str, corpus: str) -> None:
    """What a run came to: a few lines of its log, tables as artifacts, and an event that automations can wait for."""
    log = get_run_logger()
    for text in summary.warnings[:SHOWN]:
        log.warning(terminal.line(text))
    for text in summary.failures[:SHOWN]:
        log.error(terminal.line(text))
    for text in terminal.summary(summary, str(curated)):
        log.info(terminal.line(text))
    log.info(f"the datasets are in {terminal.line(str(curated))}")
    found = summary.as_dict()
    key = slug(corpus)
    create_markdown_artifact(
        markdown(found), key=f"{flow}-summary-{key}", description=f"{corpus}: what the run came to"
    )
    if summary.rejected:
        about = f"{corpus}: pages that gave no document, and why"
        create_table_artifact(rejections(curated, SHOWN), key=f"{flow}-rejected-{key}", description=about)
    if summary.slowest:
        about = f"{corpus}: the pages that took longest"
        create_table_artifact(slowest(found), key=f"{flow}-slowest-{key}", description=about)
    emit_event(
        EVENT,
        resource={
            "prefect.resource.id": f"ingest.corpus.{slug(corpus)}",
            "prefect.resource.name": corpus,
            "ingest.failures": str(len(summary.failures)),
        },
        payload={"flow": flow, "corpus": corpus, "curated": str(curated), **counts(found)},
    )


def counts(found: dict[str, Any]) -> dict[str, int]:
    """The figures of a summary that say what a run did."""
    names = ("pages", "new", "changed", "unchanged", "curated", "pruned")
    return {
        **{name: found[name] for name in names},
        "rejected": sum(found["rejected"].values()),
        "failures": len(found["failures"]),
        "warnings": len(found["warnings"]),
    }


def slowest(found: dict[str, Any]) -> list[dict[str, Any]]:
    """The slowest pages of a run."""
    return [{"page": page, "seconds": round(seconds, 3)} for page, seconds in found["slowest"].items()]


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
    shown = ["pages", "new", "changed", "unchanged", "rejected", "curated", "bytes", "seconds", "pages_per_second"]
    figures = found | {"rejected": sum(found["rejected"].values())}
    parts = [
        _table("", [(name.replace("_", " "), figures[name]) for name in shown]),
        _table("Rejected, by reason", found["rejected"].items()),
        _table("Applied edits, by rule", found["edits"].items()),
        _list("Could not be read or written", found["failures"]),
        _list("Warnings", found["warnings"]),
    ]
    return "\n\n".join(part for part in parts if part)


def _table(title: str, rows: Any) -> str:
    lines = [f"| {name} | {value} |" for name, value in rows]
    return "\n".join([*([f"### {title}", ""] if title else []), "| | |", "|---|---:|", *lines]) if lines else ""


def _list(title: str, lines: list[str]) -> str:
    return "\n".join([f"### {title}", "", *(f"- {line}" for line in lines[:SHOWN])]) if lines else ""


def quieten(logger: logging.Logger) -> None:
    """Nothing of Prefect's on the terminal. A server that somebody looks at is told all the same."""
    if not PREFECT_API_URL.value():
        logger.setLevel(logging.CRITICAL)
        return
    logger.setLevel(logging.INFO)
    for handler in logger.handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setLevel(logging.CRITICAL)


def no_server(error: Exception) -> str | None:
    """What to say where it is the Prefect server that is not there or lets nobody in; None for any other error."""
    url = terminal.line(PREFECT_API_URL.value() or "")
    if "Prefect API server" in str(error):
        return "the embedded Prefect server did not start in time; try again, or without it: ingest run"
    if isinstance(error, httpx.HTTPStatusError) and error.response.status_code in (401, 403):
        return f"the Prefect server at {url} asks for another password (PREFECT_API_AUTH_STRING)"
    if url and (isinstance(error, httpx.TransportError | httpx.InvalidURL) or "Failed to reach API" in str(error)):
        return f"no Prefect server answers at {url} (PREFECT_API_URL): start it, or unset that to do without"
    return None


def shown(flow: Callable[..., Any], beside: Path | None, parameters: dict[str, Any]) -> int:
    """Runs a flow for a person at a terminal: a summary and where to look next, or one line that says what is wrong."""
    for name in ("prefect", "prefect.flow_runs", "prefect.task_runs"):
        quieten(logging.getLogger(name))
    # For the embedded server, which starts with the first flow: its libraries complain when they are told to end.
    os.environ.setdefault("PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL", "CRITICAL")
    try:
        with tags("ingest", corpus_of(beside)):
            found: Summary = flow(**parameters)
        curated = settings.load(beside, curated=parameters["curated"]).curated
    except IngestError as error:
        print(f"error: {terminal.line(str(error))}", file=sys.stderr)
        return 2 if isinstance(error, UsageError) else 1
    except (RuntimeError, httpx.HTTPError, httpx.InvalidURL) as error:
        if (said := no_server(error)) is None:
            raise
        print(f"error: {said}", file=sys.stderr)
        return 1
    for line in [*(f"warning: {w}" for w in found.warnings), *(f"error: {f}" for f in found.failures)]:
        print(terminal.line(line), file=sys.stderr)
    for line in terminal.summary(found, str(curated)):
        print(terminal.line(line))
    print(f"The datasets are in {curated}. Next: ingest stats {curated}, or ingest review --curated {curated}")
    return 1 if found.failures else 0
