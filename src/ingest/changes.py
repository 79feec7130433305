"""What a stage asks for and what becomes of it: a `Change` of the text it was given, a `TracedEdit` of the page, each with how
sure it is. `traced` makes the one into the other; whoever works with texts takes all of it from there."""

from typing import Literal, NamedTuple

Certainty = Literal["exact", "likely", "guess"]
Stage = Literal["strip", "repair", "script", "correction"]

_RANK: dict[Certainty, int] = {"exact": 0, "likely": 1, "guess": 2}


def weakest(*certainties: Certainty) -> Certainty:
    """The lowest of some certainties (`exact` when there are none)."""
    return max(certainties, key=_RANK.__getitem__, default="exact")


class Change(NamedTuple):
    """What a stage wants done to the text it was given: `text[start:end]` becomes `after`.

    `rule` is a stable id. `applied=False` records something considered and declined: the text stays as it is.
    """

    start: int
    end: int
    after: str
    rule: str
    certainty: Certainty = "exact"
    note: str | None = None
    applied: bool = True

    def shifted(self, by: int) -> "Change":
        """The same so many characters further on."""
        return self._replace(start=self.start + by, end=self.end + by) if by else self

    def held_back(self, floor: Certainty) -> "Change":
        """The same, but recorded and not made where it is less certain than `floor`."""
        if not self.applied or _RANK[self.certainty] <= _RANK[floor]:
            return self
        why = f"{self.certainty}, below the certainty asked for" + (f"; {self.note}" if self.note else "")
        return self._replace(applied=False, note=why)


class TracedEdit(NamedTuple):
    """One replacement of `page[start:end]` by `after`, naming every stage and rule that had a part in it."""

    start: int
    end: int
    after: str
    stages: tuple[Stage, ...]
    rules: tuple[str, ...]
    certainty: Certainty
    note: str | None
    applied: bool = True
