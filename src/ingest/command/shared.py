"""What commands share: options by their types, the settings of a folder, and how a line or a value is printed."""

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest import terminal
from ingest.corpus.objects.address import address_of
from ingest.errors import IngestError, UsageError

if TYPE_CHECKING:
    from ingest.settings import Settings

Curated = Annotated[
    Path | None, typer.Option(metavar="DIR", help="Folder of the datasets (default: curated).", show_default=False)
]
Json = Annotated[bool, typer.Option("--json", help="Machine-readable output.")]
Workers = Annotated[int | None, typer.Option(metavar="N", min=1, help="Worker processes (default: one for each core).")]
Timeout = Annotated[
    float | None,
    typer.Option(metavar="SECONDS", help="Seconds of processor time that one page may take (default: 10)."),
]
Memory = Annotated[
    int | None, typer.Option(metavar="MB", help="Memory of one worker in MB (default: 2048; 0: no limit).")
]
Target = Annotated[
    str | None, typer.Option(metavar="SCRIPT", help="Script of the curated text: hans, hant-tw, hant-hk.")
]
Certainty = Annotated[
    str | None, typer.Option(metavar="CERTAINTY", help="Weakest certainty of an applied repair: exact, likely, guess.")
]


def settings_of(beside: Path | None, **options: Any) -> "Settings":
    """The settings that hold for a path, with what the options say over them."""
    from ingest.settings import load, unknown

    for name, meant in unknown(os.environ):
        hint = f" (did you mean {meant}?)" if meant else ""
        say(f"warning: the variable {name} is no setting of ingest{hint}", error=True)
    return load(beside, **options)


def raw_of(curated: Path | None) -> Path | None:
    """The raw folder of a curated one, for the settings beside it."""
    from ingest.corpus.objects.spool import origin
    from ingest.corpus.storage.store import Store

    folder = curated or Path(os.environ.get("INGEST_CURATED") or "curated")
    store = Store.peek(folder)
    return store.raw and origin(store.raw)


def writable(file: Path | None) -> None:
    """Before the work: a file to be written lies in a folder that is there. A slip of the pen makes no folders."""
    if file is not None and not file.parent.is_dir():
        raise UsageError(f"{file} cannot be written: there is no folder {file.parent}")


def findable(folder: Path) -> None:
    """Before the work: a folder to be made lies in one that is there, likewise; an address in object storage is no matter of folders."""
    if address_of(folder) is None and not folder.exists() and not folder.absolute().parent.is_dir():
        raise UsageError(f"{folder} cannot be made: there is no folder {folder.parent}")


def apart(out: Path, curated: Path | None = None) -> None:
    """Before the work: a folder to be made lies neither in a curated one, which holds datasets and nothing else, nor among
    the raw pages that `curated` was made from, as one of which the next run would take what is written."""
    for above in (out.absolute(), *out.absolute().parents):
        if (above / ".ingest" / "store.json").exists():
            raise UsageError(f"{out} lies in the curated folder {above}: name a folder outside of it")
    if curated is None or address_of(curated) is not None:
        return
    from ingest.corpus.storage.store import Store

    raw = Store.peek(curated).raw
    if raw is not None and out.resolve().is_relative_to(raw.resolve()):
        raise UsageError(f"{out} lies in the raw folder {raw}, whose files are all pages: name a folder outside of it")


def documents_in(curated: Path) -> int:
    """How many documents a curated folder has, for progress; 0 where that cannot be said at once."""
    from ingest.corpus import browse

    try:
        return browse.count(curated)
    except IngestError:
        return 0


def say(text: str, *, error: bool = False) -> None:
    """Prints a line, to the standard error stream where it is no result."""
    print(text, file=sys.stderr if error else sys.stdout)


def say_json(value: object) -> None:
    """Prints a value as JSON, what a terminal would obey escaped."""
    say(terminal.safe_json(json.dumps(value, ensure_ascii=False, indent=1)))


def folder_of(file: Path, settings: "Settings") -> str:
    """Where a file lies under the raw folder that is known (`gov/`), empty outside of it: the datasets name pages so."""
    from ingest.corpus.storage.store import Store

    own = file.absolute().parent.resolve()
    for root in (Store.peek(settings.curated).raw, settings.raw.resolve()):
        if root is not None and own.is_relative_to(root) and own != root:
            return f"{own.relative_to(root).as_posix()}/"
    return ""
