"""`ingest rules`: what the tables hold, and how often each of their rules acted."""

from pathlib import Path
from typing import Annotated

import typer

from ingest import progress, terminal
from ingest.command.shared import Json, say, say_json


def rules(
    room: Annotated[
        str | None, typer.Argument(metavar="ROOM", help="Only this room: page, notices, outline, han, labels, script.")
    ] = None,
    coverage: Annotated[
        Path | None,
        typer.Option(help="A curated folder: how often each rule fired there, won and lost.", metavar="CURATED"),
    ] = None,
    as_json: Json = False,
) -> None:
    """The rules that stand in tables, or how often each acted. Id, room, pattern or words, example, look-alike."""
    if coverage is not None:
        from ingest.review.coverage import coverage as counted

        with progress.working("counting", quiet=as_json):
            rows = [count._asdict() for count in counted(coverage) if room in (None, count.room)]
    else:
        from ingest import rulebook

        rows = [rule._asdict() for rule in rulebook.rules() if room in (None, rule.room)]
    if not rows:
        raise typer.BadParameter(f"there is no room {room!r}")
    if as_json:
        say_json(rows)
        return
    say("\t".join(rows[0]))
    for row in rows:
        say("\t".join(_shown(row["room"], name, value) for name, value in row.items()))


def _shown(room: object, name: str, value: object) -> str:
    """A cell as a line of a terminal shows it."""
    if name == "room":
        return str(value or "(no table)")
    if name in ("fired", "won", "lost"):
        return "not counted" if value is None else "never" if name == "fired" and not value else str(value)
    return terminal.line(str(value))
