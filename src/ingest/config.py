"""Settings of `curate`. A value, not a file: whoever reads files and variables (the command line, the flows) makes one.

Frozen and picklable, so that it travels to workers; `sha256` goes into every document row, so that a reader knows under
which settings it was made and a run knows what is out of date.
"""

import hashlib
import re
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ingest.correction import Correction
from ingest.han.width import fold
from ingest.traced import Certainty


class NoticeRule(BaseModel):
    """A user's own rule for a line that is not the document (the built-in table has the same columns).

    It tries itself: a pattern that is no regular expression, or does not match its example, is a `ValidationError`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(min_length=1, description="Stable name; appears in the edits.")
    where: Literal["head", "tail", "edge", "weak", "any"] = Field(
        "edge", description="Where on the page the line may stand."
    )
    pattern: str = Field(min_length=1, description="Regular expression that the whole line matches.")
    example: str = Field("", description="A line that it matches.")

    @model_validator(mode="after")
    def _tried(self) -> "NoticeRule":
        """The pattern matches the example as it would a page's line: full-width signs as ASCII, the ends trimmed."""
        try:
            found = re.compile(self.pattern).fullmatch(fold(self.example).strip())
        except re.error as error:
            raise ValueError(f"{self.id}: {self.pattern!r} is no regular expression: {error}") from None
        if self.example and not found:
            raise ValueError(f"{self.id}: {self.pattern!r} does not match its example {self.example!r}")
        return self


class Limits(BaseModel):
    """What one page may cost; crossing one is a rejection with its reason, never silent truncation."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    max_bytes: int = Field(20_000_000, gt=0, description="Largest page, in bytes or decoded characters.")
    max_depth: int = Field(250, gt=0, description="Deepest nesting of HTML elements.")
    max_tags: int = Field(100_000, gt=0, description="Most HTML elements a page.")
    max_attributes: int = Field(1_000, gt=0, description="Most attributes an HTML element.")
    max_line: int = Field(1_000_000, gt=0, description="Longest line of page text, in characters.")
    max_records: int = Field(50_000, gt=0, description="Most records a document.")


def _names(value: object) -> object:
    return (value,) if isinstance(value, str) else value


Names = Annotated[tuple[str, ...], BeforeValidator(_names)]


class FeedFields(BaseModel):
    """Where a line of a JSONL feed has what; the first field that is there counts, `response.body` is one within one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    url: Names = Field(("url",), description="Address of the page.")
    body: Names = Field(("body", "html", "text", "content"), description="The page, as text.")
    base64: Names = Field(("body_base64", "body_b64"), description="The page's bytes in base64, before `body`.")
    encoding: Names = Field(("encoding", "charset"), description="Encoding of those bytes.")
    headers: Names = Field(("headers", "response_headers"), description="HTTP headers: an object or pairs.")
    fetched_at: Names = Field(
        ("fetched_at", "fetched", "crawled_at", "timestamp"), description="When: ISO form, or seconds since 1970."
    )


class DomainModel(BaseModel):
    """A user's own language model for repairs, made by `ingest model build`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(description="The file. Where it lies is no part of `Config.sha256`.")
    sha256: str = Field(description="SHA-256 of its content, 64 hex digits.")


class ScopeModels(BaseModel):
    """What is known of the pages of sites: an index, with a file for each site beside it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    setting: ClassVar[str]
    """The field of `Config` that names it."""
    command: ClassVar[str]
    """What makes it."""

    path: str = Field(description="The index.")
    sha256: str = Field(description="SHA-256 of its content, 64 hex digits.")


class SiteModels(ScopeModels):
    """What is known of the templates of sites, made by `ingest sites learn`."""

    setting, command = "site_models", "ingest sites learn"


class RepairModels(ScopeModels):
    """What is known of the damage to the pages of sites, made by `ingest repair learn`."""

    setting, command = "repair_models", "ingest repair learn"


class Reranker(BaseModel):
    """A causal language model of one's own in GGUF form, asked where the first reader of damage is in doubt."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str = Field(description="The file. Where it lies is no part of `Config.sha256`.")
    sha256: str = Field(description="SHA-256 of its content, 64 hex digits.")


class About(BaseModel):
    """What is said of a corpus in its card and its `datapackage.json`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = Field("", description="Title of the corpus, for its card.")
    licence: str = Field("", description="Licence of the corpus, as SPDX or Hugging Face name it (cc-by-4.0).")
    version: str = Field("", description="Version of the corpus (1.2.0).")


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
    domain_model: DomainModel | None = Field(
        None, description="A language model of one's own, asked beside the general one when damage is repaired."
    )
    site_models: SiteModels | None = Field(
        None,
        description="What is known of the templates of sites. No part of `sha256`: it concerns the pages of these sites alone.",
    )
    repair_models: RepairModels | None = Field(
        None,
        description="What is known of the damage to the pages of sites. No part of `sha256`: it concerns the pages of these sites alone.",
    )
    corrections: tuple[Correction, ...] = Field(
        (),
        description="What persons said of pages. No part of `sha256`: each concerns the page that it names alone.",
    )
    rerank: Reranker | None = Field(
        None,
        description="A second reader of damage, asked where the first is in doubt. The same output is promised only on one machine.",
    )
    about: About = Field(
        About(),
        description="What is said of the corpus in its card. Of no concern to `curate`, and no part of `sha256`.",
    )
    limits: Limits = Field(Limits(), description="What one page may cost.")
    feed: FeedFields = Field(
        FeedFields(), description="Fields of JSONL feeds. Of no concern to `curate`, and no part of `sha256`."
    )

    @property
    def sha256(self) -> str:
        """SHA-256 over the settings that decide what `curate` gives, as 64 hex digits."""
        return hashlib.sha256(
            self.model_dump_json(
                exclude={
                    "feed": True,
                    "domain_model": {"path"},
                    "site_models": True,
                    "repair_models": True,
                    "corrections": True,
                    "rerank": {"path"} if self.rerank else True,  # what is not set leaves older folders as they are
                    "about": True,
                }
            ).encode()
        ).hexdigest()
