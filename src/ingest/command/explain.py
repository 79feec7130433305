"""`ingest explain`: one page, from a file or from a pipe, and what was done to it."""

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import terminal
from ingest.command.shared import (
    Certainty,
    Json,
    Memory,
    Target,
    Timeout,
    folder_of,
    raw_of,
    say,
    say_json,
    settings_of,
    writable,
)
from ingest.errors import InputError, Rejected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.config import Config
    from ingest.models import CuratedDocument
    from ingest.settings import Settings

PIPE = Path("-")


def explain(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE",
            help="Any page, or one in a file (feed.jsonl#17); it need not be under the raw folder. -: standard input.",
        ),
    ],
    as_json: Json = False,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a review page to this file.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show every edit, not the first few of each rule.")] = False,
    timeout: Timeout = None,
    memory_mb: Memory = None,
    target: Target = None,
    min_certainty: Certainty = None,
) -> None:
    """Show what is removed and repaired in one file. Its outline, too; writes no dataset."""
    writable(html)
    beside = None if file == PIPE else file
    settings = settings_of(beside, timeout=timeout, memory_mb=memory_mb, target=target, min_certainty=min_certainty)
    try:
        made = _piped(settings) if file == PIPE else curated_file(file, settings)
    except Rejected as error:
        if as_json:
            what = {"rejected": {"stage": error.stage, "reason": error.reason, "detail": error.message}}
            say(terminal.safe_json(json.dumps(what, ensure_ascii=False)))
        else:
            say(f"rejected: {error.reason} ({error.stage}): {terminal.line(error.message)}")
        return
    if html is not None:
        from ingest import review as pages

        pages.save(html, pages.page(made))
        say(f"{html} shows the page beside its records", error=as_json)
    if as_json:
        say_json(made.model_dump(mode="json"))
    elif html is None:
        terminal.explain(made, terminal.console(), every)


def curated_file(file: Path, settings: "Settings") -> "CuratedDocument":
    """One file curated in a worker process; one under the raw folder is named as there, and read as its site is known."""
    return curated_files([file], settings)[0]


def curated_files(files: "Sequence[Path]", settings: "Settings") -> "list[CuratedDocument]":
    """The same for several files, one worker process for all."""
    from ingest.corpus import corrections
    from ingest.corpus.processes.workers import Pool, sources
    from ingest.corpus.readers.base import file_of
    from ingest.corpus.shelf import with_models
    from ingest.corpus.storage import mirror

    for file in files:
        if not file.exists() and not file.with_name(file_of(file.name)).exists():
            raise InputError(f"{file} does not exist")
        if file.is_dir():
            raise InputError(f"{file} is a folder: name one file")
    root = raw_of(settings.curated)
    informed: Config | None = None
    beside = {place for file in files for place in (file.absolute().parent, file.resolve())}
    reads = sources(settings.config, *beside, mirror.followed(settings.curated))
    with Pool(settings.resources._replace(workers=1), (), reads) as pool:
        out = []
        for file in files:
            config = settings.config
            if root is not None and file.absolute().parent.resolve().is_relative_to(root):
                if informed is None:
                    said = (*corrections.load(root), *config.corrections)
                    informed = with_models(config, settings.curated).model_copy(update={"corrections": said})
                config = informed
            out.append(pool.explain(file, config, folder_of(file, settings)))
        return out


def _piped(settings: "Settings") -> "CuratedDocument":
    """The page that comes through a pipe. What is longer than a page may be is not read to its end."""
    if sys.stdin.isatty():
        say("reading the page from the terminal; end it with Ctrl-D", error=True)
    with tempfile.TemporaryDirectory(prefix="ingest-") as scratch:
        file = Path(scratch) / "stdin"
        file.write_bytes(sys.stdin.buffer.read(settings.limits.max_bytes + 1))
        return curated_file(file, settings)
