"""The statistics of a corpus as a page: plots drawn here, as SVG and tables, so that nothing has to be loaded or run.

Every plot says its numbers in words as well: bars stand in tables, columns have one behind them. Colours are the ones of
certainty; where they tell something apart, its form or its text does too.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ingest.review.drift import Trend
from ingest.review.render import filled, shares
from ingest.review.statistics import Statistics
from ingest.sorts import CERTAINTIES

_MOST = 25
"""Rows of a chart."""
_YEARS = 150
"""A longer span of years is not drawn to scale: a slip of the pen in one date would flatten all others."""
_FOUND = ("year", "publisher", "document_kind", "size", "script_origin", "script", "legal_force")
_BAD = ("damage", "density", "flag")
_REST = ("sort", "kind", "encoding")
_LABELLED = frozenset(("kind", "sort", "certainty", "script_origin", "script", "density"))


class Bar(NamedTuple):
    """A row of a chart: its value, its number, where its parts begin, how wide they are (in percent) and their classes."""

    value: str
    number: int
    parts: tuple[tuple[float, float, str], ...]
    share: str = ""


class Column(NamedTuple):
    """A column of a plot: its value and number, and its height in percent of the highest."""

    value: str
    number: int
    height: float


class Line(NamedTuple):
    """A measure over the runs: its points in a field of 100 by 30, and what it was first and last."""

    trend: Trend
    points: str
    end: tuple[float, float]


def report(made: Statistics) -> str:
    """The page."""
    tallies = {tally.key: tally.rows for tally in made.tallies}
    documents = made.totals.get("curated", 0)
    known = {*_FOUND, *_BAD, *_REST, "certainty", "extraction", "structure", "rule", "declined", "reason"}
    certainties = [(key, dict(tallies.get("certainty", ())).get(key, 0)) for key in CERTAINTIES]
    return filled(
        "statistics",
        made=made,
        documents=documents,
        certainties=certainties,
        shares=shares([n for _, n in certainties]),
        years=_columns(tallies.get("year", ())),
        charts={key: _bars(rows, documents) for key, rows in tallies.items() if key != "year"},
        lengths={key: len(rows) for key, rows in tallies.items()},
        sections=[
            ("documents", [key for key in _FOUND if key in tallies]),
            ("damage", [key for key in _BAD if key in tallies]),
            ("figures", [key for key in (*_REST, *sorted(tallies.keys() - known)) if key in tallies]),
        ],
        labelled=_LABELLED,
        rules=_stacked([(use.rule, (use.exact, use.likely, use.guess), use.declined) for use in made.rules[:_MOST]]),
        fields=[_found(one.field, one.found, (one.exact, one.likely, one.guess), documents) for one in made.fields],
        sure=[(key, _parts(tallies[key])) for key in ("certainty", "extraction", "structure") if key in tallies],
        lines=[_line(trend) for trend in made.trends],
        judged=sorted(made.judged.items(), key=lambda item: (-item[1].wrong, -item[1].looked_at, item[0])),
        uses={use.rule: use.exact + use.likely + use.guess for use in made.rules},
    )


def _bars(rows: Sequence[tuple[str, int]], documents: int) -> list[Bar]:
    most = max((n for _, n in rows), default=0) or 1
    return [Bar(value, n, ((0.0, round(100 * n / most, 2), ""),), _share(n, documents)) for value, n in rows[:_MOST]]


def _share(n: int, whole: int) -> str:
    return f"{100 * n / whole:.1f} %" if whole else ""


def _columns(rows: Sequence[tuple[str, int]]) -> list[Column]:
    """A column for each year, those without documents between others as well."""
    counts = {int(year): n for year, n in rows}
    if not counts:
        return []
    span = range(min(counts), max(counts) + 1)
    years = span if len(span) <= _YEARS else sorted(counts)
    most = max(counts.values())
    return [Column(str(year), counts.get(year, 0), round(100 * counts.get(year, 0) / most, 2)) for year in years]


def _stacked(rows: Sequence[tuple[str, tuple[int, ...], int]]) -> list[tuple[Bar, tuple[int, ...], int]]:
    """Bars that certainties share, for rules differ by thousands; each with its numbers, and one more beside."""
    made = []
    for value, parts, beside in rows:
        own = tuple(
            (x, wide, f"f-{key}") for key, (x, wide) in zip(CERTAINTIES, _shares(parts, sum(parts) or 1), strict=True)
        )
        made.append((Bar(value, sum(parts), own), parts, beside))
    return made


def _shares(parts: Sequence[int], whole: int) -> list[tuple[float, float]]:
    """Where each part begins and how wide it is, in percent of a whole."""
    begins = [sum(parts[:i]) for i in range(len(parts))]
    return [(round(100 * at / whole, 3), round(100 * part / whole, 3)) for at, part in zip(begins, parts, strict=True)]


def _found(field: str, found: int, sure: tuple[int, ...], documents: int) -> tuple[Bar, tuple[int, ...]]:
    """A field: as much of the bar as there are documents that have it, by certainty where that was measured."""
    parts = (*sure, max(0, found - sum(sure)))
    classes = (*(f"f-{key}" for key in CERTAINTIES), "")
    places = _shares(parts, max(1, documents, sum(parts)))
    own = tuple((x, wide, css) for css, (x, wide) in zip(classes, places, strict=True) if wide)
    return Bar(field, found, own, _share(found, documents)), sure


def _parts(rows: Sequence[tuple[str, int]]) -> list[tuple[str, int, float, float, str]]:
    counts: Mapping[str, int] = dict(rows)
    own = [counts.get(key, 0) for key in CERTAINTIES]
    whole = sum(own)
    places = _shares(own, whole or 1)
    return [(key, n, x, wide, _share(n, whole)) for key, n, (x, wide) in zip(CERTAINTIES, own, places, strict=True)]


def _line(trend: Trend) -> Line:
    """Points from the lowest value to the highest, or in the middle where all are the same."""
    known = [(i, value) for i, value in enumerate(trend.values) if value is not None]
    low, high = (min(v for _, v in known), max(v for _, v in known)) if known else (0.0, 0.0)
    wide = max(1, len(trend.values) - 1)
    points = [
        (round(100 * i / wide, 2), round(27 - 24 * (value - low) / (high - low), 2) if high > low else 15.0)
        for i, value in known
    ]
    return Line(trend, " ".join(f"{x},{y}" for x, y in points), points[-1] if points else (0.0, 15.0))
