"""`ingest sites`: what is known of the sites that pages come from."""

from typing import TYPE_CHECKING, Annotated

import typer

from ingest import terminal
from ingest.command.learning import Scope, Scopes, all_known, learnt
from ingest.command.shared import Curated, Json, raw_of, say, say_json, settings_of

if TYPE_CHECKING:
    from ingest.corpus.runs.summary import Summary

app = typer.Typer(
    help="What the pages of a site have in common. Where titles and dates stand, what is chrome, which pages are lists.",
    no_args_is_help=True,
)


@app.command()
def learn(scopes: Scopes = None, curated: Curated = None, as_json: Json = False) -> None:
    """Learn sites, and curate their pages by it. Default: those with pages enough that are not known yet."""
    from ingest.corpus.runs import engine

    def told(made: "Summary") -> str:
        return (
            f"{made.curated} pages curated by it" if made.pages else "no site has pages enough that are not known yet"
        )

    learnt(engine.learn_sites, curated, scopes, as_json, told)


@app.command(name="list")
def listed(curated: Curated = None, as_json: Json = False) -> None:
    """The sites that are known."""
    from ingest.corpus import shelf, sites

    found = sites.every(shelf.located(settings_of(raw_of(curated), curated=curated).curated))
    all_known(
        found,
        as_json,
        lambda one: f"{one.scope:<40} {one.templates:>3} templates, learnt when it had {one.total:,} pages",
        f"no site is known: `ingest run` learns one that has {sites.ENOUGH} pages, `ingest sites learn SITE` any",
    )


@app.command()
def show(
    scope: Scope,
    curated: Curated = None,
    as_json: Json = False,
) -> None:
    """What is known of a site. Its templates, where they keep title and date, what they print on every page."""
    from ingest.corpus import shelf, sites

    model = sites.model_of(shelf.located(settings_of(raw_of(curated), curated=curated).curated), scope)
    if as_json:
        say_json(model.model_dump(mode="json"))
        return
    for one in model.templates:
        say(
            f"template {one.id[:4]}: {one.seen} pages, {one.pages} unlike one another{', lists of links' if one.listing else ''}"
        )
        for what, slot in (("title", one.title), *(("date", slot) for slot in one.dates), ("text", one.root)):
            if slot:
                say(f"  {what:<6} {terminal.line(slot.text, 100)}  {terminal.line(slot.example, 40)}")
        for chrome in one.chrome[:10]:
            say(f"  {chrome.pages:>5} of {one.pages} pages print  {terminal.line(chrome.example, 60)}")
        if len(one.chrome) > 10:
            say(f"        and {len(one.chrome) - 10} lines more (--json)")
    if not model.templates:
        say(f"no template was common to the {model.sampled} pages that were looked at")


@app.command()
def forget(
    scopes: Annotated[list[str], typer.Argument(metavar="SITE", help="host:www.example.cn or folder:gov.")],
    curated: Curated = None,
) -> None:
    """Forget sites. The next run curates their pages without, and does not learn them by itself again."""
    from ingest.corpus.shelf import SITES

    for scope in SITES.forget(settings_of(raw_of(curated), curated=curated).curated, scopes):
        say(f"{scope} is forgotten: `ingest run` curates its pages as if nothing was known of it")
