"""The one reader of rule tables: what the rooms know of pages and of Chinese print stands in `.tsv` files beside their code.

A table is UTF-8 text. A line that begins with `#` is a comment, a blank line is nothing, the first other line names the
columns, and each line behind it is a row of that many cells divided by tabs. Whatever is wrong with a row is said with its
file and line, and says what to do.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from importlib.resources import files

from ingest.errors import InputError


class Row(dict[str, str]):
    """The cells of a row by the names of its columns, and where it stands."""

    def __init__(self, cells: Iterable[tuple[str, str]], where: str, line: int) -> None:
        super().__init__(cells)
        self.where = where
        self.line = line

    def fault(self, what: str) -> InputError:
        """An error that names the row's file and line."""
        return InputError(f"{self.where}, line {self.line}: {what}")

    def one_of(self, column: str, allowed: Iterable[str]) -> str:
        """A cell that holds one of some words; `InputError` where it holds another."""
        known = list(allowed)
        if self[column] not in known:
            raise self.fault(f"{column} is {self[column]!r}, and has to be one of {', '.join(known)}")
        return self[column]

    def whole_number(self, column: str) -> int:
        """A cell that holds a whole number; `InputError` where it does not."""
        try:
            return int(self[column])
        except ValueError:
            raise self.fault(f"{column} is {self[column]!r}, and has to be a whole number") from None

    def expression(self, column: str, flags: int = 0, made: Callable[[str], str] | None = None) -> re.Pattern[str]:
        """A cell that holds a regular expression, compiled; `made` puts in what the table writes short."""
        try:
            return re.compile(made(self[column]) if made else self[column], flags)
        except (re.error, KeyError) as error:
            raise self.fault(f"{column} {self[column]!r} is no regular expression: {error}") from None


def read(
    room: str, name: str, columns: Sequence[str], *, unique: Sequence[str] = ("id",), optional: Sequence[str] = ()
) -> list[Row]:
    """The rows of the package's table `name` in `room` (`ingest.page`).

    `columns` are what its header has to say; `optional` those of them that may be left out at a row's end or be empty.
    No two rows have the same cells in the `unique` columns. Raises `InputError` for the first row that is not so.
    """
    text = files(room).joinpath(name).read_text(encoding="utf-8")
    return parse(text, f"{room.replace('.', '/')}/{name}", columns, unique=unique, optional=optional)


def parse(
    text: str,
    where: str,
    columns: Sequence[str],
    *,
    unique: Sequence[str] = ("id",),
    optional: Sequence[str] = (),
    headed: bool = True,
) -> list[Row]:
    """The rows of a table's text, as `read` gives them; `where` names it in errors, `headed`: its header has to be there."""
    names = list(columns)
    least = len(names) - len(optional)
    rows: list[Row] = []
    seen: dict[tuple[str, ...], int] = {}
    expected = headed
    for line, content in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        content = content.removesuffix("\r")
        if content.startswith("#") or not content.strip():
            continue
        cells = content.split("\t")
        if cells == names:
            expected = False
            continue
        row = Row(zip(names, [*cells, *[""] * (len(names) - len(cells))], strict=False), where, line)
        if expected:
            raise row.fault(f"the first line names the columns: {', '.join(names)}")
        if not least <= len(cells) <= len(names):
            needed = f"{least} to {len(names)}" if optional else f"{len(names)}"
            raise row.fault(f"{len(cells)} cells, and {needed} are needed, divided by tabs: {', '.join(names)}")
        for column in names:
            if not row[column].strip() and column not in optional:
                raise row.fault(f"{column} is empty")
        key = tuple(row[column] for column in unique)
        if key and key in seen:
            raise row.fault(f"{', '.join(unique)} {' '.join(key)} is there already, in line {seen[key]}")
        seen[key] = line
        rows.append(row)
    return rows
