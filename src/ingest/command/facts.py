"""`ingest why`: where a document's metadata come from."""

from typing import Annotated

import typer

from ingest import terminal
from ingest.command.shared import Curated, Json, raw_of, say, say_json, settings_of


def why(
    source: Annotated[
        str,
        typer.Argument(metavar="SOURCE", help="A document, as its `source` names it: gov/plan.html, feed.jsonl#17."),
    ],
    field: Annotated[
        str | None, typer.Argument(metavar="FIELD", help="Only this column of `documents` (default: all).")
    ] = None,
    curated: Curated = None,
    as_json: Json = False,
) -> None:
    """Where a document's metadata come from. Each value its page states, which was taken, and why not the others."""
    from ingest.corpus.why import facts_of

    folder = settings_of(raw_of(curated), curated=curated).curated
    found = facts_of(folder, source, field)
    if as_json:
        rows = [fact.model_dump(mode="json") for fact in found]
        say_json(rows)
    else:
        for text in terminal.facts(found):
            say(text)
        if not found:
            say(f"{terminal.line(source)} states nothing of {field or 'itself'}")
