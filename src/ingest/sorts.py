"""What an edit did, in the words that readers use: its sort, how sure it is, and the family of its rule."""

from collections.abc import Sequence
from typing import Literal

from ingest.traced import Certainty

Sort = Literal["removed", "repaired", "converted", "declined"]
SORTS: tuple[Sort, ...] = ("removed", "repaired", "converted", "declined")
CERTAINTIES: tuple[Certainty, ...] = ("exact", "likely", "guess")


def sort_of(stages: Sequence[str], applied: bool) -> Sort:
    """What an edit did, as a reader would say it."""
    if not applied:
        return "declined"
    if list(stages) == ["strip"]:
        return "removed"
    return "converted" if list(stages) == ["script"] else "repaired"


def family(rule: str) -> str:
    """A rule without what it was applied to (`localised:套用` is one of `localised`)."""
    return rule.partition(":")[0]
