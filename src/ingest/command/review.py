"""`ingest review`: static pages to look at, and an index that searches the corpus."""

from pathlib import Path
from typing import Annotated

import typer

from ingest import progress, terminal
from ingest.command.shared import Curated, Json, apart, documents_in, findable, raw_of, say, say_json, settings_of


def review(
    doc_ids: Annotated[list[str] | None, typer.Argument(metavar="DOC_ID", help="Documents (default: all).")] = None,
    curated: Curated = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder of the pages.")] = Path("review"),
    doubtful: Annotated[bool, typer.Option("--doubtful", help="List what is most likely wrong first.")] = False,
    no_text: Annotated[bool, typer.Option("--no-text", help="Leave out the index of the texts, for search.")] = False,
    as_json: Json = False,
) -> None:
    """Write review pages and an index of the corpus. Each page shows what came beside what was made of it."""
    from ingest import review as pages

    findable(out)
    indexed: list[pages.Indexed] = []
    settings = settings_of(raw_of(curated), curated=curated)
    apart(out, settings.curated)
    with progress.working("writing review pages", quiet=as_json) as work:
        work.total = len(doc_ids) if doc_ids else documents_in(settings.curated)
        index, *written = pages.write(
            settings.curated, out, doc_ids or None, doubtful=doubtful, on_page=work, text=not no_text,
            on_indexed=indexed.append,
        )  # fmt: skip
    if as_json:
        say_json({"index": str(index), "pages": [str(path) for path in written]})
    else:
        say(f"{index} lists the corpus; {terminal.count(len(written), 'review page')} beside it")
        for made in indexed:
            size = f"{made.characters:,} characters in {made.bytes / 1e6:.1f} MB"
            say(f"its search knows the texts: {size}" + (f", indexed in {made.seconds:.1f} s" if made.seconds else ""))
