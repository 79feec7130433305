"""Settings of `curate`. A value, not a file: whoever reads files and variables (the command line, the flows) makes one.

Frozen and picklable, so that it travels to workers; `sha256` goes into every document row, so that a reader knows under
which settings it was made and a run knows what is out of date.
"""

import hashlib
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from ingest.traced import Certainty


class NoticeRule(BaseModel):
    """A user's own rule for a line that is not the document (the built-in table has the same columns)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(description="Stable name; appears in the edits.")
    where: Literal["head", "tail", "edge", "any"] = Field("edge", description="Where on the page the line may stand.")
    pattern: str = Field(description="Regular expression that the whole line matches.")
    example: str = Field("", description="A line that it matches.")


class Limits(BaseModel):
    """What one page may cost; crossing one is a rejection with its reason, never silent truncation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: int = Field(20_000_000, description="Largest page, in bytes or decoded characters.")
    max_depth: int = Field(250, description="Deepest nesting of HTML elements.")
    max_tags: int = Field(100_000, description="Most HTML elements a page.")


class Config(BaseModel):
    """Settings of `ingest.curate`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    target: Literal["hans", "hant-tw", "hant-hk"] = Field("hans", description="The script of the curated text.")
    taiwan_words: bool = Field(
        False, description="With target hant-tw: also put Taiwan's words for the mainland's (网络 becomes 網路)."
    )
    min_certainty: Certainty = Field(
        "guess", description="Weakest certainty of a repair that is applied; weaker ones are recorded as declined."
    )
    notice_rules: tuple[NoticeRule, ...] = Field(
        (), description="A user's own notice rules, tried after the built-in ones."
    )
    limits: Limits = Field(Limits(), description="What one page may cost.")

    @property
    def sha256(self) -> str:
        """SHA-256 over the settings, as 64 hex digits."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
