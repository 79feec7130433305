"""The five calls that are asked of a place in object storage. All that a commit needs is in `create` and `swap`.

An object is replaced as a whole or not at all, and every state of it has a tag. Whether a write is let through is decided
by the place, by the tag that the writer expects: two writers that know the same state cannot both follow it.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple, Protocol


class Tag(NamedTuple):
    """A state of an object, as its place tells states apart."""

    etag: str
    version: str | None = None
    """Where the place tells states apart by a number (Google's generation)."""


class Held(NamedTuple):
    """An object's content and the state that it is of."""

    content: bytes
    tag: Tag


class Found(NamedTuple):
    """An object as a listing has it."""

    name: str
    size: int
    tag: Tag
    modified: datetime


class Gone(Exception):  # noqa: N818 (an answer, not a failure)
    """The object is not there any more, or is not in the state that was asked for."""


class Objects(Protocol):
    """A place. Names are POSIX paths below it. All calls raise `StoreError` for a failure that is told in one line."""

    address: str

    def get(self, name: str, *, span: tuple[int, int] | None = None, tag: Tag | None = None) -> Held | None:
        """An object, or the bytes from `span[0]` to before `span[1]`; None where there is none.

        With `tag`: in that state, else `Gone` is raised.
        """
        ...

    def create(self, name: str, content: bytes) -> Tag | None:
        """Writes an object that is not there yet; None where it is."""
        ...

    def swap(self, name: str, content: bytes, tag: Tag | None) -> Tag | None:
        """Replaces an object that is in the state `tag` (None: not there); None where it is in another one."""
        ...

    def list(self, prefix: str = "") -> Iterator[Found]:
        """The objects whose names begin so, in any order."""
        ...

    def delete(self, name: str) -> None:
        """Removes an object, if it is there."""
        ...
