"""The one reader of rule tables: what the rooms know of pages and of Chinese print stands in `.tsv` files beside their code.

A table is UTF-8 text. A line that begins with `#` is a comment, a blank line is nothing, the first other line names the
columns, and each line behind it is a row of that many cells divided by tabs. Whatever is wrong with a row is said with its
file and line, and says what to do. `rulebook` lists the tables; the tests try each row of each by its example.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import NamedTuple

from ingest.errors import InputError
from ingest.patterns import pattern


class Row:
    """The cells of a row by the names of its columns, and where it stands."""

    __slots__ = ("_at", "_cells", "_where", "line")

    def __init__(self, at: Mapping[str, int], cells: Sequence[str], where: str, line: int) -> None:
        self._at = at
        self._cells = cells
        self._where = where
        self.line = line

    def __getitem__(self, column: str) -> str:
        return self._cells[self._at[column]]

    def get(self, column: str) -> str | None:
        """The cell of a column that the table may not have."""
        return self._cells[self._at[column]] if column in self._at else None

    def fault(self, what: str) -> InputError:
        """An error that names the row's file and line."""
        return InputError(f"{self._where}, line {self.line}: {what}")

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
        """A cell that holds a regular expression, compiled when it is first used; `made` puts in what the table writes short.

        `InputError` that names the line, at the first use, where it is none.
        """
        try:
            text = made(self[column]) if made else self[column]
        except KeyError as error:
            raise self.fault(f"{column} {self[column]!r} names {error}, and there is no such class of words") from None

        def failed(error: re.error) -> Exception:
            return self.fault(f"{column} {self[column]!r} is no regular expression: {error}")

        return pattern(text, flags, failed)


class Table(NamedTuple):
    """A table of the package: the package `room` it lies in, its file's `name`, and what its header has to say.

    `optional` are columns that may be empty, or left out at a row's end. No two rows have the same cells in `unique`.
    """

    room: str
    name: str
    columns: tuple[str, ...]
    optional: tuple[str, ...] = ()
    unique: tuple[str, ...] = ("id",)

    @property
    def path(self) -> str:
        """Where it lies, for people: ingest/page/meta.tsv."""
        return f"{self.room.replace('.', '/')}/{self.name}"

    def rows(self) -> tuple[Row, ...]:
        """Its rows in the file's order. Raises `InputError` for the first one that is not as declared."""
        return _rows(self)

    def cells(self) -> list[tuple[int, list[str]]]:
        """The same as line numbers and bare cells, for tables of thousands of words."""
        return parse_cells(
            self._text(), self.path, self.columns, optional=self.optional, unique=self.unique, headed=True
        )

    def _text(self) -> str:
        return files(self.room).joinpath(self.name).read_text(encoding="utf-8")


@cache
def _rows(table: Table) -> tuple[Row, ...]:
    at = {name: n for n, name in enumerate(table.columns)}
    return tuple([Row(at, own, table.path, line) for line, own in table.cells()])


def parse(
    text: str,
    where: str,
    columns: tuple[str, ...],
    *,
    optional: tuple[str, ...] = (),
    unique: tuple[str, ...] = ("id",),
    headed: bool = True,
) -> tuple[Row, ...]:
    """The rows of a table's text; `where` names it in errors, `headed`: its header has to be there (else it may be)."""
    at = {name: n for n, name in enumerate(columns)}
    cells = parse_cells(text, where, columns, optional=optional, unique=unique, headed=headed)
    return tuple([Row(at, own, where, line) for line, own in cells])


def parse_cells(
    text: str,
    where: str,
    columns: tuple[str, ...],
    *,
    optional: tuple[str, ...],
    unique: tuple[str, ...],
    headed: bool,
) -> list[tuple[int, list[str]]]:
    """The same as the number of each row's line and its bare cells, which is quicker for thousands of words."""
    width, least = len(columns), len(columns) - _trailing(columns, optional)
    header = list(columns)
    filled = [n for n, name in enumerate(columns) if name not in optional]
    must = itemgetter(*filled, filled[0])  # the first twice, so that it always gives a tuple
    spare = [""] * width
    rows: list[tuple[int, list[str]]] = []
    for line, content in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        if not content or content[0] == "#" or content.isspace():
            continue
        cells = content.split("\t")
        if not headed and least <= len(cells) <= width and cells[0] != header[0] and content[-1] != "\r":
            cells += spare[len(cells) :]
            if "" not in must(cells):
                rows.append((line, cells))  # nearly every line of a large table
                continue
        cells = content.removesuffix("\r").split("\t")
        if cells == header:
            headed = False
            continue
        if headed:
            names = ", ".join(columns)
            raise InputError(f"{where}, line {line}: the first line has to name the columns, divided by tabs: {names}")
        if not least <= len(cells) <= width:
            needed = f"{width}" if least == width else f"{least} to {width}"
            raise InputError(f"{where}, line {line}: {len(cells)} cells instead of {needed}: {', '.join(columns)}")
        cells += [""] * (width - len(cells))
        for name, cell in zip(columns, cells, strict=True):
            if not cell and name not in optional:
                raise InputError(f"{where}, line {line}: {name} is empty")
        rows.append((line, cells))
    _differ(rows, where, columns, unique)
    return rows


def _differ(
    rows: Sequence[tuple[int, list[str]]], where: str, columns: tuple[str, ...], unique: tuple[str, ...]
) -> None:
    """Raises for the first row whose `unique` cells stand in a row above."""
    key = itemgetter(*(columns.index(name) for name in unique))
    if len({key(cells) for _, cells in rows}) == len(rows):
        return
    seen: dict[object, int] = {}
    for line, cells in rows:
        if seen.setdefault(key(cells), line) != line:
            own = " ".join(cells[columns.index(name)] for name in unique)
            raise InputError(f"{where}, line {line}: {', '.join(unique)} {own} is in line {seen[key(cells)]} already")


def _trailing(columns: tuple[str, ...], optional: tuple[str, ...]) -> int:
    """How many columns at a row's end may be left out."""
    count = 0
    while count < len(columns) and columns[-1 - count] in optional:
        count += 1
    return count
