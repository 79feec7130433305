"""The command line. Each command reads its settings, calls one function of the package, and shows what came back.

Exit codes: 0 done (rejections are data), 1 a check failed or some input could not be read, 2 usage. An error is one
readable line on stderr that says what to do next; INGEST_DEBUG=1 shows the traceback behind it.
"""

import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import exits, progress, terminal
from ingest.command import (
    check,
    cite,
    consolidate,
    correct,
    diff,
    explain,
    export,
    facts,
    repair,
    review,
    rules,
    sites,
    stats,
)
from ingest.command.shared import (
    Certainty,
    Curated,
    Json,
    Memory,
    Target,
    Timeout,
    Workers,
    findable,
    raw_of,
    say,
    say_json,
    settings_of,
    writable,
)
from ingest.corpus.objects.address import shown
from ingest.errors import UsageError
from ingest.version import __version__

if TYPE_CHECKING:
    from ingest.corpus import Summary
    from ingest.settings import Settings


def _moment(text: str) -> datetime:
    """A time as people write it. Raises ValueError."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no date like 2026-03-01 or 2026-03-01T08:30") from None


app = typer.Typer(
    name="ingest",
    help="Damaged scrapes of Chinese documents in; validated Parquet out, with every removal and repair on record.",
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

models = typer.Typer(help="Language models of one's own, for repairs.", no_args_is_help=True)
app.add_typer(models, name="model")


@models.callback()
def _models() -> None:
    """Only so that `build` is named, though it is the only one."""


@app.command()
def run(
    raw: Annotated[
        Path | None, typer.Argument(metavar="RAW", help="Folder of raw pages (default: raw).", show_default=False)
    ] = None,
    curated: Curated = None,
    workers: Workers = None,
    engine: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="local, or tcp://… of a Dask scheduler.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Curate everything again.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    prune: Annotated[bool, typer.Option("--prune", help="Drop rows whose raw file is gone.")] = False,
    only_rejected: Annotated[
        bool, typer.Option("--only-rejected", help="Only try files with rejected pages again.")
    ] = False,
    since: Annotated[
        datetime | None,
        typer.Option(
            help="Only look at files changed since then: 2026-03-01 or 2026-03-01T08:30, local time.",
            parser=_moment,
            metavar="DATE",
        ),
    ] = None,
    no_sites: Annotated[
        bool, typer.Option("--no-sites", help="Curate each page by itself, and learn no sites.")
    ] = False,
    new_root: Annotated[bool, typer.Option("--new-root", help="The same pages have moved to RAW.")] = False,
    buckets: Annotated[
        int | None, typer.Option(metavar="N", help="Buckets of a new curated folder (default: 64).")
    ] = None,
    wait: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Seconds to wait for another run to end.")
    ] = None,
    timeout: Timeout = None,
    memory_mb: Memory = None,
    target: Target = None,
    min_certainty: Certainty = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")] = False,
    as_json: Json = False,
) -> None:
    """Curate what is new or changed under RAW."""
    from ingest import corpus
    from ingest.settings import apart

    settings = settings_of(
        raw,
        raw=raw,
        curated=curated,
        workers=workers,
        engine=engine,
        buckets=buckets,
        wait=wait,
        timeout=timeout,
        memory_mb=memory_mb,
        target=target,
        min_certainty=min_certainty,
    )
    if full and only_rejected:
        raise UsageError("--full redoes all and --only-rejected only what was rejected: give one of them")
    if since and since.astimezone() > datetime.now().astimezone():
        raise UsageError(f"--since {since}: that is yet to come, and nothing can have changed since")
    files: list[dict[str, str]] = []

    def tell(name: str, why: str) -> None:
        files.append({"file": name, "why": why})

    apart(settings)
    findable(settings.curated)
    watching = progress.Watch(quiet or as_json)
    with watching as watch:
        made = corpus.run(
            settings.raw,
            settings.curated,
            config=settings.config,
            resources=settings.resources,
            full=full,
            prune=prune,
            dry_run=dry_run,
            buckets=settings.buckets,
            new_root=new_root,
            engine=settings.engine,
            wait=settings.wait,
            on_progress=watch,
            only_rejected=only_rejected,
            since=since,
            on_stale=tell if dry_run else None,
            on_stage=watching.stage,
            use_sites=not no_sites,
        )
    for one in () if as_json else files:
        say(f"{terminal.line(one['file'])}: {one['why']}")
    if not (made.pages or made.growing or only_rejected or since or as_json):
        say(f"{shown(settings.raw)} holds no pages: put raw pages there, then run again")
    _finish(made, settings, as_json, {"files": files} if dry_run else {})


@app.command()
def init(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="Where to begin (default: here).", show_default=False)
    ] = Path(),
) -> None:
    """Make a settings file, a raw folder and an example page. Says how to go on."""
    from ingest import starter

    made = starter.init(directory)
    for path in made:
        say(f"made {path}")
    if not made:
        say(f"{directory} has a settings file and a raw folder already: nothing was changed")
    for text in starter.next_steps(directory):
        say(text)


@app.command()
def reprocess(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file under the raw folder.")],
    curated: Curated = None,
    timeout: Timeout = None,
    memory_mb: Memory = None,
    target: Target = None,
    min_certainty: Certainty = None,
    as_json: Json = False,
) -> None:
    """Curate one file again. Its rows are replaced in every dataset."""
    from ingest.corpus.processes import server

    if file.is_file():
        server.begin()  # it loads what a page needs while this process loads the rest
    from ingest import corpus

    settings = settings_of(
        file, curated=curated, timeout=timeout, memory_mb=memory_mb, target=target, min_certainty=min_certainty
    )
    made = corpus.reprocess(file, settings.curated, config=settings.config, resources=settings.resources)
    said = correct.said_of(settings.curated, file)
    _finish(made, settings, as_json, {"corrections": [one.model_dump(mode="json") for one in said]})
    for one in said if not as_json else ():
        say(f"corrected  {terminal.line(terminal.correction(one), 300)}")


app.command()(explain.explain)
app.command()(facts.why)
app.command()(correct.correct)
app.add_typer(sites.app, name="sites")
app.add_typer(repair.app, name="repair")
app.command()(rules.rules)
app.command()(cite.cite)
app.command()(export.export)
app.command()(consolidate.consolidate)
app.command()(diff.diff)
app.command()(review.review)
app.command()(stats.stats)
app.command()(check.check)


@app.command()
def schema(as_json: Json = False) -> None:
    """The data dictionary: every column of every dataset."""
    from ingest.corpus.storage.schema import DATASETS, SCHEMA_VERSION, dictionary

    columns = list(dictionary())
    if as_json:
        tables = {
            name: {
                "description": about.summary,
                "columns": [
                    {k: v for k, v in c._asdict().items() if k != "dataset" and v != ()}
                    for c in columns
                    if c.dataset == name
                ],
            }
            for name, about in DATASETS.items()
        }
        say_json({"schema_version": SCHEMA_VERSION, "datasets": tables})
        return
    terminal.dictionary({name: about.summary for name, about in DATASETS.items()}, columns, terminal.console())


@models.command()
def build(
    curated: Annotated[
        Path | None, typer.Argument(metavar="CURATED", help="Folder of the datasets (default: curated).")
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to make.")] = Path("model.bin"),
) -> None:
    """Make a language model of a curated folder's own words. For the repairs of pages like those in it."""
    from ingest.corpus import learn

    folder = settings_of(raw_of(curated), curated=curated).curated
    writable(out)
    with progress.working("reading the corpus", quiet=False):
        made = learn.build_model(folder, out)
    say(f"made {made.path} from {made.characters:,} characters in {made.records:,} records of {folder}")
    if made.characters < learn.ENOUGH:
        say(f"that is little text: from {learn.ENOUGH:,} characters on a model is worth its while")
    say(f'to use it, put this line into ingest.toml: domain_model_file = "{made.path}"')


@app.callback(invoke_without_command=True)
def _root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    if version:
        say(f"ingest {__version__}")
        raise typer.Exit


# -------------------------------------------------------------------- what commands share


def _finish(
    made: "Summary", settings: "Settings", as_json: bool, besides: Mapping[str, object] = MappingProxyType({})
) -> None:
    from ingest.corpus.processes import confinement

    if as_json:
        told = made.as_dict() | {"workers_not_kept_from": list(confinement.lacking())} | dict(besides)
        say_json(told)
    else:
        for text in made.warnings:
            say(f"warning: {terminal.line(text)}", error=True)
        for text in made.failures:
            say(f"error: {terminal.line(text)}", error=True)
        for text in terminal.summary(made, shown(settings.curated)):
            say(terminal.safe(text))
        if made.curated and (open_doors := confinement.lacking()):
            say(f"note: on this system workers are not kept from {', '.join(open_doors)}", error=True)
    if made.failures:
        raise typer.Exit(1)


def main(arguments: list[str] | None = None) -> None:
    """The console script: runs a command and ends the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a terminal that cannot show Chinese is no reason to fail
    sys.exit(exits.code(lambda: app(arguments, standalone_mode=False)))
