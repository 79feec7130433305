"""`ingest cite`: the clause that a citation means."""

from pathlib import Path
from typing import Annotated

import typer

from ingest import terminal
from ingest.command.shared import Json, say, say_json
from ingest.corpus.objects.address import shown


def cite(
    curated: Annotated[Path, typer.Argument(metavar="CURATED", help="A curated folder.")],
    citation: Annotated[
        str, typer.Argument(metavar="CITATION", help="《…》第十条第二款, …法第10条, 《…的意见》二、（二）.")
    ],
    as_json: Json = False,
) -> None:
    """The clause that a citation means. In every document of that title."""
    from ingest.corpus.citing import find

    found = find(curated, citation)
    if as_json:
        rows = [
            {
                "source": clause.source,
                "title": clause.title,
                "record": clause.record and clause.record.model_dump(mode="json"),
            }
            for clause in found
        ]
        say_json(rows)
        return
    for clause in found:
        where = clause.record.eid if clause.record else "the whole document"
        say(
            f"{terminal.line(clause.source)}\t{where}\t{terminal.line(clause.record.citation or '') if clause.record else ''}"
        )
        if clause.record:
            words = (clause.record.label, clause.record.heading, clause.record.text)
            say("  " + terminal.line(" ".join(w for w in words if w)))
    if not found:
        say(f"nothing in {shown(curated)} is cited so: {terminal.line(citation)}")
