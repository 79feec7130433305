"""`ingest repair`: what the pages of a folder teach of the damage to others."""

from collections import Counter
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import terminal
from ingest.command.learning import Scope, Scopes, all_known, learnt
from ingest.command.shared import Curated, Json, raw_of, say, say_json, settings_of

if TYPE_CHECKING:
    from ingest.corpus.runs.summary import Summary

app = typer.Typer(
    help="What pages teach of the damage to others. A mirror's table by many pages of a site, a place by the same article on a clean page, a word by the corpus.",
    no_args_is_help=True,
)
_READINGS, _PAGES = 24, 10


@app.command()
def learn(scopes: Scopes = None, curated: Curated = None, as_json: Json = False) -> None:
    """Learn of damage, and curate the pages that it concerns. Default: of all sites with damaged pages."""
    from ingest.corpus.runs import engine

    def told(made: "Summary") -> str:
        if not made.learnt:
            return "no page of this folder is damaged as mirrors do it"
        return f"{terminal.count(made.curated, 'page')} curated by it" if made.pages else "nothing that was not known"

    learnt(engine.learn_repairs, curated, scopes, as_json, told)


@app.command(name="list")
def listed(curated: Curated = None, as_json: Json = False) -> None:
    """The sites of whose damage something is known."""
    from ingest.corpus import repairs, shelf

    found = repairs.every(shelf.located(settings_of(raw_of(curated), curated=curated).curated))
    all_known(
        found,
        as_json,
        lambda one: (
            f"{one.scope:<40} readings: {one.readings:>4}, words: {one.words:>4}, places proved: {one.proofs:>4}, "
            f"damaged pages: {one.pages:,}"
        ),
        "nothing is known of damage: `ingest repair learn` looks what the pages of this folder teach",
    )


@app.command()
def show(scope: Scope, curated: Curated = None, as_json: Json = False) -> None:
    """What is known of the damage to a site's pages. The mirror's table, and the pages with places that clean pages prove."""
    from ingest.corpus import repairs, shelf

    known = repairs.model_of(shelf.located(settings_of(raw_of(curated), curated=curated).curated), scope)
    if as_json:
        say_json(known.model_dump(mode="json"))
        return
    if known.readings:
        some = " ".join(f"{char}({reading})" for char, reading in list(known.readings.items())[:_READINGS])
        more = len(known.readings) - _READINGS
        say(
            f"{len(known.readings)} readings from {known.table_pages} pages, {len(known.always)} of them at every place"
        )
        say(f"  {some}{f' and {more} more (--json)' if more > 0 else ''}")
    if known.words:
        say(f"{len(known.words)} words of the corpus that decide: {' '.join(list(known.words)[:_READINGS])}")
    places = Counter((passage.page, passage.source) for passage in known.passages)
    for (page, source), count in sorted(places.items())[:_PAGES]:
        say(f"{terminal.line(page, 60)}: {terminal.count(count, 'place')} proved by {terminal.line(source, 60)}")
    if len(places) > _PAGES:
        say(f"and {len(places) - _PAGES} pages more (--json)")


@app.command()
def forget(
    scopes: Annotated[list[str], typer.Argument(metavar="SITE", help="host:www.example.cn or folder:gov.")],
    curated: Curated = None,
) -> None:
    """Forget what is known of sites. The next run curates their pages without it."""
    from ingest.corpus.shelf import REPAIRS

    for scope in REPAIRS.forget(settings_of(raw_of(curated), curated=curated).curated, scopes):
        say(f"{scope} is forgotten: `ingest run` curates its pages as if nothing was known of their damage")
