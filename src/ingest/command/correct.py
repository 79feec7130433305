"""`ingest correct`: a person's word on a page, kept beside the raw folder and made by every run."""

import getpass
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ingest import terminal
from ingest.command.shared import Curated, Json, raw_of, say, say_json, settings_of, writable
from ingest.corpus.objects.address import shown
from ingest.errors import InputError, UsageError

if TYPE_CHECKING:
    from ingest.correction import Correction

Words = Annotated[
    list[str] | None, typer.Option(metavar="TEXT", help="Words to strike: of the curated text, or 120:140.")
]


def correct(
    source: Annotated[
        str | None,
        typer.Argument(metavar="SOURCE", help="A document, as its `source` names it: gov/plan.html, feed.jsonl#17."),
    ] = None,
    edit: Annotated[
        int | None, typer.Option(metavar="N", help="A change by its number (`edits.ordinal`; review pages show it).")
    ] = None,
    accept: Annotated[bool, typer.Option("--accept", help="That change is right.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="That change is wrong: the page stands as printed.")] = False,
    to: Annotated[str | None, typer.Option(metavar="TEXT", help="What is to stand there instead.")] = None,
    replace: Annotated[
        list[str] | None, typer.Option(metavar="OLD=NEW", help="Words of the curated text, and what they should be.")
    ] = None,
    strike: Words = None,
    keep: Annotated[
        list[str] | None,
        typer.Option(metavar="TEXT", help="Words that were taken out and belong: as the page prints them, or 120:140."),
    ] = None,
    put: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="title, published_on, issued_on, publisher, issuer, document_number, authors (甲、乙).",
        ),
    ] = None,
    withdraw: Annotated[
        bool, typer.Option("--withdraw", help="Take back what was said last of this document.")
    ] = False,
    nth: Annotated[int | None, typer.Option(metavar="N", help="Which, where the words stand several times.")] = None,
    why: Annotated[str, typer.Option(metavar="TEXT", help="The reason.")] = "",
    who: Annotated[str | None, typer.Option(metavar="NAME", help="Whose word it is (default: your login).")] = None,
    take: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Add the corrections of a file that a review page made.")
    ] = None,
    as_cases: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the corrections that count to this file as test cases.")
    ] = None,
    curated: Curated = None,
    as_json: Json = False,
) -> None:
    """Say what is wrong with a document, for every run from now on. Without anything to say: list what was said."""
    from ingest.corpus import correcting, corrections

    writable(as_cases)
    folder = settings_of(raw_of(curated), curated=curated).curated
    root = raw_of(folder)
    if root is None:
        raise InputError(f"{folder} is no curated folder, or does not know its raw folder")
    if as_cases is not None:
        return _cases(folder, root, as_cases)
    made: list[Correction] = []
    if take is not None:
        made += _taken(take, root)
    if source is not None:
        doc = correcting.seen(folder, source)
        if (accept + reject + (to is not None) > 1) or ((edit is not None) != (accept or reject or to is not None)):
            raise UsageError("--edit N takes one of --accept, --reject, --to TEXT")
        if edit is not None:
            made.append(correcting.of_edit(doc, edit, "accept" if accept else "reject" if reject else to or ""))
        made += (correcting.replaced(doc, *_pair(text, "OLD=NEW"), nth) for text in replace or ())
        made += (correcting.struck(doc, text, nth) for text in strike or ())
        made += (correcting.kept(doc, text, nth) for text in keep or ())
        made += (correcting.settled(doc, *_pair(text, "FIELD=VALUE")) for text in put or ())
        if withdraw:
            said = [one for one in corrections.standing(root) if one.source == source]
            if not said:
                raise UsageError(f"nothing was said of {source}")
            made.append(correcting.withdrawn(said[-1]))
    elif edit is not None or accept or reject or to or replace or strike or keep or put or withdraw:
        raise UsageError("of which document? Name it as `source` does: ingest correct gov/plan.html …")
    if not made:
        return _list(root, source, as_json)
    given = {
        "who": who if who is not None else getpass.getuser(),
        "when": datetime.now(UTC).replace(microsecond=0),
        "why": why,
    }
    made = [one if one.when else one.model_copy(update=given) for one in made]
    path = corrections.add(root, made)
    _show(made, as_json)
    if not as_json:
        say(f"added to {shown(path)}: `ingest run` makes {'them' if len(made) > 1 else 'it'}")


def _pair(text: str, form: str) -> tuple[str, str]:
    left, sign, right = text.partition("=")
    if not (left and sign):
        raise UsageError(f"{text!r}: give it as {form}")
    return left, right


def _taken(file: Path, root: Path) -> list["Correction"]:
    """The corrections of a file, those that are known already left out."""
    from ingest.corpus import corrections

    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
    known = set(corrections.load(root))
    found = [one for one in corrections.parsed(content, file) if one not in known]
    if not found:
        say(f"{file} holds no correction that is not known already", error=True)
    return found


def _list(root: Path, source: str | None, as_json: bool) -> None:
    from ingest.corpus import corrections

    said = [one for one in corrections.standing(root) if source in (None, one.source)]
    _show(said, as_json)
    if not said and not as_json:
        say(f"nothing was said{f' of {source}' if source else ''} yet ({shown(corrections.place(root))})")


def _show(said: list["Correction"], as_json: bool) -> None:
    if as_json:
        say_json([one.model_dump(mode="json") for one in said])
        return
    for one in said:
        say(terminal.line(terminal.correction(one), 300))


def said_of(curated: Path, file: Path) -> list["Correction"]:
    """The corrections that count of the pages of a raw file; whether one is stale is told among the warnings."""
    from ingest.corpus import corrections
    from ingest.corpus.readers import file_of, name_of

    root = raw_of(curated)
    place = file.absolute()
    place = place.parent.resolve() / place.name
    if root is None or not place.is_relative_to(root):
        return []
    name = name_of(place.relative_to(root).as_posix())
    return [one for one in corrections.standing(root) if file_of(one.source) == name]


def _cases(folder: Path, root: Path, out: Path) -> None:
    from ingest.corpus import corrections, persons

    made, left = persons.cases(folder, corrections.standing(root))
    out.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", "utf-8")
    say(f"{out} has {terminal.count(len(made), 'case')}")
    for text in left:
        say(terminal.line(text, 300), error=True)
