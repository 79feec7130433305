"""`ingest consolidate`: a law after the decisions that amend it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import terminal
from ingest.command.shared import Json, apart, findable, say, settings_of
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.amend import Consolidation, Difference


def consolidate(
    base: Annotated[
        str, typer.Argument(metavar="BASE", help="The law: a page, or with --curated its source or doc_id there.")
    ],
    decisions: Annotated[
        list[str],
        typer.Argument(metavar="DECISION", help="The amending decisions, in the order in which they were made."),
    ],
    out: Annotated[Path, typer.Option("--out", metavar="FOLDER", help="A new or empty folder, not a curated one.")],
    curated: Annotated[
        Path | None, typer.Option("--curated", metavar="DIR", help="The curated folder that holds them.")
    ] = None,
    republished: Annotated[
        str | None,
        typer.Option(metavar="TEXT", help="The text as it was published again, to compare with; named as BASE is."),
    ] = None,
    as_json: Json = False,
) -> None:
    """A law after the decisions that amend it. With the history of each article; what cannot be applied is named."""
    from ingest import amend
    from ingest.command.documents import bundles_of

    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is not an empty folder: name a new one")
    findable(out)
    apart(out)
    settings = settings_of(None if curated else Path(base))
    law, *rest = bundles_of([base, *decisions, *([republished] if republished else [])], curated, settings)
    made = amend.consolidate(law, rest[: len(decisions)])
    differences = amend.compare(made, rest[-1]) if republished else None
    _write(made, differences, out)
    if as_json:
        say(terminal.safe_json((out / "history.json").read_text("utf-8")))
        return
    whole = len(made.amendments) - len(made.left)
    say(f"{whole} of {len(made.amendments)} orders applied to {len(made.statute.articles)} articles, written to {out}")
    for one in made.left:
        say(f"not applied: {terminal.line(one.text, 60)}: {terminal.line('; '.join(one.reasons))}")
    for doubt in made.doubts:
        say(f"doubtful: {terminal.line(doubt)}")
    if differences is not None:
        say(f"{len(differences)} articles differ from the text that was published again")
        for there in differences[:20]:
            name = there.consolidated or there.republished
            say(f"  {name}: {terminal.line(there.text, 60)} | {terminal.line(there.other, 60)}")


def _write(made: "Consolidation", differences: "list[Difference] | None", out: Path) -> None:
    """`consolidated.txt`, the text; `history.json`, every order; `history.md`, the text with what made each article so."""
    from ingest.amend.history import markdown, table

    out.mkdir(parents=True, exist_ok=True)
    (out / "consolidated.txt").write_text(made.text, "utf-8", errors="surrogatepass")
    content = json.dumps(table(made, differences), ensure_ascii=False, indent=1)
    (out / "history.json").write_text(content + "\n", "utf-8", errors="surrogatepass")
    (out / "history.md").write_text(markdown(made), "utf-8", errors="surrogatepass")
