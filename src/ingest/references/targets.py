"""What an expression leads to: units of the own document, or the name of another one."""

from typing import NamedTuple

from ingest.models import Record, ReferenceForm, ReferenceReason
from ingest.traced import Certainty

Found = tuple[Record | None, ReferenceReason]
"""A unit, or None and why there is none."""


class Target(NamedTuple):
    """What an expression leads to. `eids` are units of the own document; `title` and `number` name another one, whose
    places are resolved where that document is at hand."""

    form: ReferenceForm
    reason: ReferenceReason
    eids: tuple[str, ...] = ()
    first: str | None = None
    last: str | None = None
    title: str | None = None
    number: str | None = None
    certainty: Certainty | None = None
