"""What is wrong with a document, as the rooms of the audit tell it."""

from typing import NamedTuple

MOST = 5
"""Faults of one kind that are worth a line each in one document."""


class Fault(NamedTuple):
    """One violation: which invariant, where in `page_text` (None: not at one place), what."""

    invariant: int
    position: int | None
    what: str
