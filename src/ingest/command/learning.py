"""What `ingest sites learn` and `ingest repair learn` have in common: to learn from a curated folder, and to say what came of it."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Protocol, TypeVar

import typer

from ingest import progress, terminal
from ingest.command.shared import raw_of, say, say_json, settings_of
from ingest.errors import InputError

if TYPE_CHECKING:
    from ingest.corpus.runs.summary import Summary

Scopes = Annotated[list[str] | None, typer.Argument(metavar="SITE", help="host:www.example.cn or folder:gov.")]
Scope = Annotated[str, typer.Argument(metavar="SITE", help="host:www.example.cn or folder:gov.")]


def learnt(
    learn: "Callable[..., Summary]",
    curated: Path | None,
    scopes: Sequence[str] | None,
    as_json: bool,
    told: "Callable[[Summary], str]",
) -> None:
    """Learns by `learn` (of `scopes`, else of all) with the folder to itself, and says what was learnt; `told` is the last line.

    Raises `InputError` where the raw folder is not there, and ends with 1 where pages failed.
    """
    from ingest.corpus.runs import engine
    from ingest.corpus.storage.store import Store

    settings = settings_of(raw_of(curated), curated=curated)
    with engine.exclusive(settings.curated, settings.wait or 0.0):
        root = Store.open(settings.curated).raw
        if root is None or not root.is_dir():
            raise InputError(
                f"the raw folder of {settings.curated} ({root}) is not there: nothing can be learnt without it"
            )
        with progress.Watch(as_json) as watch:
            made = learn(
                root, settings.curated, config=settings.config, resources=settings.resources, wanted=scopes or None,
                on_progress=watch,
            )  # fmt: skip
        if made.pages:
            engine.finish(settings.curated)
    if as_json:
        say_json(made.as_dict())
    else:
        for text in made.learnt + made.warnings + made.failures:
            say(terminal.line(text, 300))
        say(told(made))
    if made.failures:
        raise typer.Exit(1)


class Known(Protocol):
    """A site of which something is known, and the file that keeps it."""

    @property
    def file(self) -> Path:
        """The file."""
        ...

    def _asdict(self) -> dict[str, Any]: ...


K = TypeVar("K", bound=Known)


def all_known(found: Sequence[K], as_json: bool, line: Callable[[K], str], nothing: str) -> None:
    """What is kept of each site, a line each with the file that keeps it; `nothing` where there is none."""
    if as_json:
        say_json([one._asdict() | {"file": terminal.safe(str(one.file))} for one in found])
        return
    for one in found:
        say(f"{line(one)}  {terminal.safe(str(one.file))}")
    if not found:
        say(nothing)
