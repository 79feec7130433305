"""`ingest export`: a curated folder in another form."""

from pathlib import Path
from typing import Annotated

import typer

from ingest import progress, terminal
from ingest.command.shared import apart, documents_in, findable, say


def export(
    curated: Annotated[Path, typer.Argument(metavar="CURATED", help="A curated folder.")],
    to: Annotated[str, typer.Option("--to", metavar="FORM", help="chunks, markdown, text, csv, sqlite, graph or akn.")],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder.")],
    document: Annotated[
        list[str] | None,
        typer.Option(
            "--document", metavar="SOURCE", help="Only this one, by its source or doc_id; repeat it for more."
        ),
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(
            metavar="SQL", help="Only documents for which this SQL holds: \"issuer like '云栖%'\" (needs DuckDB)."
        ),
    ] = None,
    bound: Annotated[int, typer.Option(metavar="N", help="Most characters of a chunk.")] = 1_000,
) -> None:
    """Write a curated folder in another form. Nothing that is there is written over."""
    from ingest.corpus.browse import bundles, of_source
    from ingest.export import export as write

    findable(out)
    apart(out, curated)
    with progress.working("exporting", quiet=False) as work:
        chosen = of_source(curated, document) if document else bundles(curated, where)
        work.total = len(document) if document else 0 if where else documents_in(curated)
        count = write(work.over(chosen), to, out, bound=bound)
    say(f"{terminal.count(count, 'document')} written to {out}")
