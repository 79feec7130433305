"""What a violation of an invariant is."""

from typing import NamedTuple


class Fault(NamedTuple):
    """One violation: which invariant, where in `page_text` (None: not at one place), what."""

    invariant: int
    position: int | None
    what: str
