"""`ingest stats`: what a curated folder holds, counted; what people said of the rules; what moved since the run before."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import progress, terminal
from ingest.command.shared import Json, raw_of, say, say_json, settings_of, writable

if TYPE_CHECKING:
    from ingest.review import Statistics


def stats(
    directory: Annotated[
        Path | None, typer.Argument(metavar="CURATED", help="Curated folder (default: curated).")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them as a page with plots to this file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """What a curated folder holds, counted. And what is otherwise than after the run before."""
    from ingest import review as pages

    writable(html)
    with progress.working("counting", quiet=as_json) as tell:
        made = pages.collect(settings_of(raw_of(directory), curated=directory).curated, tell)
    if html is not None:
        pages.save(html, pages.report(made))
        say(f"{html} shows the statistics", error=as_json)
    if as_json:
        say_json(made.as_dict())
    elif html is None:
        for text in _lines(made):
            say(terminal.safe(text))


def _lines(made: "Statistics") -> Iterator[str]:
    from ingest.review.render import measured

    for key, rows in (("total", tuple(made.totals.items())), *made.tallies):
        yield key
        yield from (f"  {n:>12,}  {terminal.line(value)}" for value, n in rows)
    if made.fields:
        yield "field: documents that have it, and how sure that is, where it was measured"
        for one in made.fields:
            sure = ", ".join(f"{name} {n:,}" for name, n in one._asdict().items() if name in _SURE and n)
            yield f"  {one.found:>12,}  {one.field}{': ' + sure if sure else ''}"
    if made.rules:
        yield "changes by rule and certainty: exact, likely, guess, and declined"
        for use in made.rules:
            yield f"  {use.exact:>12,} {use.likely:>9,} {use.guess:>9,} {use.declined:>9,}  {terminal.line(use.rule)}"
    if made.judged or made.fields_set:
        yield "judged by people: looked at, wrong (they look where something seems wrong)"
        for rule, found in made.judged.items():
            yield f"  {found.looked_at:>12,} {found.wrong:>9,}  {terminal.line(rule) or 'changed by no rule'}"
        for field, n in made.fields_set.items():
            yield f"  {n:>12,}  set by hand: {field}"
    if made.since:
        yield f"since the run before ({made.since:%Y-%m-%d %H:%M} UTC); * moved by more than chance"
        for moved in made.moved:
            before, now = (measured(value, moved.unit) for value in (moved.before, moved.now))
            if moved.notable or before != now:
                yield f"  {'*' if moved.notable else ' '} {before:>12} -> {now:>12}  {terminal.line(moved.measure)}"


_SURE = ("exact", "likely", "guess")
