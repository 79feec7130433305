"""What is otherwise than after the run before: shares and rates of two states of a folder, and which of them moved.

A measure is notable where it moved by more than chance moves it: three times the error of a share of so many documents,
or of a rate of so many characters, and by enough to matter. Pages of two states are mostly the same ones, so this is on
the careful side.
"""

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Literal, NamedTuple

from ingest.corpus.counting import FIELDS, Counts

Unit = Literal["count", "share", "rate"]
_LEAST = 0.01
"""A share that moved by less is not notable, however sure that is."""
_FACTOR = 1.2
"""A rate likewise."""
_ERRORS = 3
_MOVERS = 12
_TREND = ("curated", "rejected", "has title", "has published_on", "damaged", "repairs", "certainty guess")
_FEW = 3
"""States that make a trend."""


class Moved(NamedTuple):
    """A measure before and now. A share is of 1; a rate is so many in 1,000 characters of the pages; null: there was nothing to count."""

    measure: str
    """Words joined by blanks, each a label of the interface or a value of its own: `has title`, `rule phase-slip`."""
    unit: Unit
    before: float | None
    now: float | None
    notable: bool


class Trend(NamedTuple):
    """A measure over the states that are kept, the oldest first, the present one last."""

    measure: str
    unit: Unit
    values: tuple[float | None, ...]


class _Measure(NamedTuple):
    name: str
    unit: Unit
    part: int
    whole: int

    @property
    def value(self) -> float | None:
        if self.unit == "count":
            return self.part
        scale = 1000 if self.unit == "rate" else 1
        return scale * self.part / self.whole if self.whole else None


def drift(before: Counts, now: Counts) -> tuple[Moved, ...]:
    """The measures that every folder has, then flags, reasons and rules that moved most."""
    told = [_moved(a, b) for a, b in zip(_core(before), _core(now), strict=True)]
    others = []
    for kind, unit in (("flag", "share"), ("reason", "share"), ("rule", "rate")):
        names = sorted({*_values(before, kind), *_values(now, kind)})
        for name in names:
            made = _moved(*(_one(counts, kind, name, unit) for counts in (before, now)))  # type: ignore[arg-type]
            if made.notable:
                others.append(made)
    others.sort(key=lambda one: -abs((one.now or 0) - (one.before or 0)) / max(one.now or 0, one.before or 0, 1e-9))
    return (*told, *others[:_MOVERS])


def trends(states: Sequence[Counts]) -> tuple[Trend, ...]:
    """Some measures over the states; none where there are hardly any."""
    if len(states) < _FEW:
        return ()
    by_name = [{one.name: one for one in _core(counts)} for counts in states]
    return tuple(Trend(name, by_name[0][name].unit, tuple(own[name].value for own in by_name)) for name in _TREND)


def _core(counts: Counts) -> Iterator[_Measure]:
    total = counts["total"]
    documents, changes = total["curated"], total["changes"]
    yield _Measure("curated", "count", documents, 1)
    yield _Measure("rejected", "share", total["rejected"], documents + total["rejected"])
    for field in FIELDS:
        yield _Measure(f"has {field}", "share", counts["has"][field], documents)
    for origin in ("native", "naive", "phrase", "localised"):
        yield _Measure(f"script_origin {origin}", "share", counts["script_origin"][origin], documents)
    yield _Measure("damaged", "share", total["damaged"], documents)
    yield _Measure("repairs", "rate", total["repairs"], total["page_chars"])
    yield _Measure("kept", "share", total["text_chars"], total["page_chars"])
    yield _Measure("certainty guess", "share", counts["certainty"]["guess"], changes)
    for name in ("extraction", "structure"):
        yield _Measure(f"{name} guess", "share", counts[name]["guess"], counts[name].total())


def _values(counts: Counts, kind: str) -> set[str]:
    return {key.partition(" ")[0] for key in counts["rules"]} if kind == "rule" else set(counts[kind])


def _one(counts: Counts, kind: str, name: str, unit: Unit) -> _Measure:
    total = counts["total"]
    if kind == "rule":
        part = sum(counts["rules"][f"{name} {sure}"] for sure in ("exact", "likely", "guess"))
        return _Measure(f"rule {name}", unit, part, total["page_chars"])
    whole = total["curated"] + (total["rejected"] if kind == "reason" else 0)
    return _Measure(f"{kind} {name}", unit, counts[kind][name], whole)


def _moved(before: _Measure, now: _Measure) -> Moved:
    return Moved(now.name, now.unit, _rounded(before.value), _rounded(now.value), _notable(before, now))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 5)


def _notable(before: _Measure, now: _Measure) -> bool:
    if now.unit == "count" or not (before.whole and now.whole):
        return False
    one, other = before.part / before.whole, now.part / now.whole
    if now.unit == "rate":  # counts of rare things: their variance is their mean
        low, high = sorted((one, other))
        return high > _FACTOR * low and high - low > _ERRORS * sqrt(one / before.whole + other / now.whole)
    mean = (before.part + now.part) / (before.whole + now.whole)
    error = sqrt(max(0.0, mean * (1 - mean)) * (1 / before.whole + 1 / now.whole))
    return abs(one - other) > max(_LEAST, _ERRORS * error)
