"""`ingest export`: a curated folder in another form."""

from pathlib import Path
from typing import Annotated

import typer

from ingest import terminal
from ingest.command.shared import documents_in, findable, say


def export(
    curated: Annotated[Path, typer.Argument(help="A curated folder.")],
    to: Annotated[str, typer.Option("--to", help="chunks, markdown, text, csv, sqlite, graph or akn.")],
    out: Annotated[Path, typer.Option("--out", help="A new or empty folder.")],
    document: Annotated[
        list[str] | None, typer.Option("--document", help="Only this one, by its source or doc_id; repeat it for more.")
    ] = None,
    where: Annotated[
        str | None,
        typer.Option(help="Only documents for which this SQL holds: \"issuer like '云栖%'\" (needs DuckDB)."),
    ] = None,
    bound: Annotated[int, typer.Option(help="Most characters of a chunk.")] = 1_000,
) -> None:
    """Writes a curated folder in another form; nothing that is there is written over."""
    from ingest.corpus.browse import bundles, of_source
    from ingest.export import export as write

    findable(out)
    with terminal.working("exporting", quiet=False) as work:
        chosen = of_source(curated, document) if document else bundles(curated, where)
        work.total = len(document) if document else 0 if where else documents_in(curated)
        count = write(work.over(chosen), to, out, bound=bound)
    say(f"{terminal.count(count, 'document')} written to {out}")
