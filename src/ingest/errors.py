"""The errors of the package, all below one root so that a caller can catch them together.

IngestError
 ├── Rejected        this page cannot be curated: data, not a failure (`stage`, `reason`, message)
 ├── InputError      a path, setting or folder that the user named is not usable (exit code 1)
 ├── UsageError      a call that makes no sense (exit code 2)
 └── StoreError      the curated folder is damaged, locked, or of another schema version
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from pydantic import ValidationError

Reason = Literal[
    "empty", "undecodable", "not_chinese", "too_large", "too_deep", "no_content", "binary", "timeout", "crashed",
    "malformed", "truncated", "outside", "unreadable",
]  # fmt: skip
"""Those of the last line come from reading raw files, never from `curate`."""


class IngestError(Exception):
    """Root of everything this package raises on purpose. The message is one readable line."""


class Rejected(IngestError):  # noqa: N818  (the name is the contract's)
    """A page that cannot be curated.

    `stage` names where it was found out (decode, page, script, worker), `reason` is a short stable code, and the
    message says what was found and what to do. `rows` are what there is to say of the page all the same: rows by the
    name of a dataset whose rows belong to pages.
    """

    def __init__(
        self, stage: str, reason: Reason, message: str, rows: Mapping[str, Sequence[Any]] = MappingProxyType({})
    ) -> None:
        super().__init__(message)
        self.stage = stage
        self.reason: Reason = reason
        self.message = message
        self.rows = dict(rows)

    def __reduce__(self) -> tuple[type["Rejected"], tuple[str, str, str, dict[str, Sequence[Any]]]]:
        # Exceptions with several arguments do not survive the way back from a worker process by themselves.
        return type(self), (self.stage, self.reason, self.message, self.rows)

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"


class InputError(IngestError):
    """A path, a setting or a folder named by the user is not usable."""


class UsageError(IngestError):
    """The call itself makes no sense: exit code 2."""


class StoreError(IngestError):
    """The curated folder is damaged, locked by another run, or of another schema version."""


def first_fault(error: "ValidationError") -> tuple[str, str]:
    """Of what a model refuses: the field, with those around it (empty for the whole), and what is wrong, without pydantic's own words."""
    first = error.errors(include_url=False)[0]
    return ".".join(map(str, first["loc"])), first["msg"].removeprefix("Value error, ")
