"""`ingest diff`: what changed between two versions of a document, or between two curated folders."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingest import terminal
from ingest.command.shared import Json, say, say_json, settings_of, writable
from ingest.errors import UsageError

if TYPE_CHECKING:
    from ingest.compare import Row


def diff(
    old: Annotated[
        str, typer.Argument(metavar="OLD", help="A page, a curated folder, or with --curated a source or doc_id there.")
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The later version, named likewise.")],
    curated: Annotated[
        Path | None, typer.Option("--curated", metavar="DIR", help="The curated folder that holds both documents.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page to this file.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Show units that are the same, too.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 1 where anything differs.")] = False,
    as_json: Json = False,
) -> None:
    """What changed between two versions, unit by unit. They are the same, renumbered, changed, moved, deleted or added."""
    from ingest.corpus.storage.store import Store

    writable(html)
    whole = [Path(name) for name in (old, new)]
    held = [path.is_dir() and Store.peek(path).raw is not None for path in whole]
    if curated is None and any(held):
        if not all(held):
            raise UsageError(f"{old} and {new} are not both curated folders")
        differs = _folders(whole[0], whole[1], html, every, as_json)
    else:
        differs = _documents(old, new, curated, html, every, as_json)
    if differs and exit_code:
        raise typer.Exit(1)


def _documents(old: str, new: str, curated: Path | None, html: Path | None, every: bool, as_json: bool) -> bool:
    from ingest import compare
    from ingest.command.documents import bundles_of

    one, other = bundles_of([old, new], curated, settings_of(None if curated else Path(old)))
    rows = compare.documents(one.records, other.records)
    names = (one.document.title or one.document.source, other.document.title or other.document.source)
    if html is not None:
        from ingest.review import versions

        html.write_text(versions(rows, *names), "utf-8")
        say(f"{html} shows the two versions side by side", error=as_json)
    if as_json:
        say_json([_value(row) for row in rows])
    elif html is None:
        _show(rows, every)
    return any(row.status != "same" for row in rows)


def _folders(old: Path, new: Path, html: Path | None, every: bool, as_json: bool) -> bool:
    from ingest import compare
    from ingest.compare.folders import folders

    if html is not None:
        raise UsageError("--html shows two documents: name them, with --curated if they lie in a folder")
    found: list[dict[str, Any]] = []
    differs = False
    for version in folders(old, new):
        differs = True
        what = "added" if version.old is None else "deleted" if version.new is None else "changed"
        if as_json:
            found.append({
                "source": version.source, "title": version.title, "status": what,
                "old": version.old, "new": version.new,
                "rows": [_value(row) for row in version.rows if every or row.status != "same"],
            })  # fmt: skip
            continue
        told = ", ".join(f"{n} {status}" for status, n in compare.counts(version.rows).items())
        say(f"{what}\t{terminal.line(version.source)}\t{told}")
        _show(version.rows, every, "  ")
    if as_json:
        say_json(found)
    return differs


def _value(row: "Row") -> dict[str, Any]:
    """A row for JSON: units by their eids and words, `changes` as pairs of old and new words."""
    return {
        "status": row.status,
        "old": row.old and _unit(row.old),
        "new": row.new and _unit(row.new),
        "changes": [list(change) for change in row.changes],
    }


def _unit(record: Any) -> dict[str, Any]:
    return {
        name: getattr(record, name) for name in ("record_id", "eid", "kind", "label", "heading", "text", "citation")
    }


def _show(rows: "Iterable[Row]", every: bool, indent: str = "") -> None:
    """A line a unit; of changed ones what went in [- -], what came in {+ +}, as `git diff --word-diff` has it."""
    from ingest import compare

    rows = list(rows)
    for row in rows:
        if row.status == "same" and not every:
            continue
        labels = [unit.label or "" for unit in (row.old, row.new) if unit is not None]
        name = " > ".join(dict.fromkeys(label for label in labels if label))
        unit = row.new or row.old
        text = compare.words(unit) if unit is not None else ""
        if row.changes:
            text = "".join(
                change.new if change.old == change.new
                else (f"[-{change.old}-]" if change.old else "") + (f"{{+{change.new}+}}" if change.new else "")
                for change in row.changes
            )  # fmt: skip
        say(f"{indent}{row.status}\t{terminal.line(name)}\t{terminal.line(text, 200)}")
    if not indent:
        say(", ".join(f"{n} {status}" for status, n in compare.counts(rows).items()) or "no units")
