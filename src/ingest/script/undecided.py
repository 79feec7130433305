"""A place where a converter had several ways, and who is asked which of them is Chinese."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

Score = Callable[[Sequence[tuple[str, str]]], list[float]]
"""Natural log-probabilities of some Simplified texts, each given with what stands before it."""


class Place(NamedTuple):
    """A stretch of the text and all that it may have been."""

    start: int
    end: int
    ways: tuple[str, ...]
    single: bool
    """Whether one form makes the place, none that overlap."""
    odd: bool
    """Whether the converter would not have left standing what stands there."""
