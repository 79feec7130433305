"""`ingest check`: the invariants of a curated folder proven, damaged buckets made again."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import progress, terminal
from ingest.command.shared import Json, Workers, documents_in, raw_of, say, say_json, settings_of
from ingest.corpus.objects.address import shown

if TYPE_CHECKING:
    from ingest.corpus.audit.checks import Report
    from ingest.settings import Settings


def check(
    directory: Annotated[
        Path | None, typer.Argument(metavar="CURATED", help="Curated folder (default: curated).")
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="Leave out idempotence, which curates every text again.")
    ] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Curate damaged buckets again from the raw pages.")] = False,
    deep: Annotated[
        bool, typer.Option("--deep", help="Curate every raw page again, and compare all rows with what comes out.")
    ] = False,
    root: Annotated[
        str | None, typer.Option(help="Only prove that the folder is the one whose root this is.", metavar="HASH")
    ] = None,
    proof: Annotated[
        str | None,
        typer.Option(help="Only print the proof that a document is part of the folder.", metavar="SOURCE"),
    ] = None,
    workers: Workers = None,
    as_json: Json = False,
) -> None:
    """Prove the invariants of a curated folder. A line for each violation, and exit code 1 if there is one."""
    from ingest import corpus
    from ingest.corpus import published

    settings = settings_of(raw_of(directory), curated=directory, workers=workers)
    if proof is not None:
        say_json(published.proof_of(settings.curated, proof))
        return
    if root is not None:
        unlike = published.unlike(settings.curated, root)
        say(f"{settings.curated}: {terminal.line(unlike) if unlike else 'is the folder of this root, to the byte'}")
        raise typer.Exit(1 if unlike else 0)
    report = _checked(settings, fast, as_json)
    mended = None
    if repair and report.damaged:
        with progress.working("curating damaged buckets again", quiet=as_json):
            mended = corpus.repair(
                settings.curated, report.damaged, config=settings.config, resources=settings.resources
            )
        report = _checked(settings, fast, as_json)
    compared = 0
    if deep:
        from ingest.corpus.deep import compare

        with progress.working("curating again from raw", quiet=as_json) as work:
            work.total = sum(report.rows.get(name, 0) for name in ("documents", "rejections"))
            again = compare(settings.curated, config=settings.config, resources=settings.resources, on_progress=work)
        report.violations.extend(again.violations)
        report.notes.extend(again.notes)
        compared = again.documents
    if as_json:
        found = {
            "rows": report.rows,
            "violations": [v._asdict() for v in report.violations],
            "notes": report.notes,
            "damaged_buckets": report.damaged,
            "repaired": mended.as_dict() if mended else None,
            "compared_with_raw": compared if deep else None,
        }
        say_json(found)
    else:
        for text in mended.warnings + mended.failures if mended else []:
            say(terminal.line(text), error=True)
        for violation in report.violations:
            say(terminal.line(str(violation)))
        for note in report.notes:
            say(f"note: {terminal.line(note)}", error=True)
        rows = ", ".join(terminal.count(n, name.removesuffix("s")) for name, n in report.rows.items())
        verdict = terminal.count(len(report.violations), "violation") if report.violations else "every invariant holds"
        if fast and not report.violations:
            verdict += " (idempotence not tested)"
        if deep:
            verdict += f"; {terminal.count(compared, 'document')} compared with what raw gives"
        say(f"{shown(settings.curated)}: {rows}: {verdict}")
        if report.damaged:
            say("`ingest check --repair` makes damaged buckets again from the raw pages", error=True)
    if report.violations:
        raise typer.Exit(1)


def _checked(settings: "Settings", fast: bool, quiet: bool) -> "Report":
    """The invariants proven, with progress."""
    from ingest.corpus.audit import checks

    with progress.working("checking", quiet=quiet) as work:
        work.total = documents_in(settings.curated)
        return checks.check(
            settings.curated, fast=fast, config=settings.config, resources=settings.resources, on_progress=work
        )
