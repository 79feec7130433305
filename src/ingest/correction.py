"""A correction: what a person knows better than the rules, as a value that `Config` carries and a line of a file holds.

Corrections are only ever added. Of several about one place or one field the last one counts, so that taking one back is
one more line (`withdraw`), and a file of them is the whole history.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, model_validator

Action = Literal["accept", "reject", "correct", "strike", "keep", "set", "withdraw"]
CorrectedField = Literal["title", "published_on", "issued_on", "publisher", "issuer", "document_number", "authors"]
_DAYS = ("published_on", "issued_on")
_PARTS = ("strike", "keep")


class Correction(BaseModel):
    """One word of a person about one page. Offsets are code points into the page's `page_text`, half-open."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    source: str = Field(min_length=1, description="The page, as `documents.source` names it.")
    raw_sha256: str = Field(
        pattern="^[0-9a-f]{64}$", description="SHA-256 of the raw page it was said of: of another one it is not made."
    )
    action: Action = Field(
        description="accept: the change is right, made or declined; reject: it is wrong, and the page stands as printed; "
        "correct: `after` stands there; strike: it is no part of the document; keep: it is; set: a field of the "
        "document; withdraw: what was said of that place or field before no longer holds."
    )
    start: int | None = Field(None, ge=0, description="Where it begins on the page; null for a field.")
    end: int | None = Field(None, ge=1, description="Where it ends.")
    field: CorrectedField | None = Field(None, description="The column of `documents` that `set` is about.")
    before: str | None = Field(
        None, description="`page_text[start:end]`, by which a changed page is known; of a field its value so far."
    )
    after: str | None = Field(
        None, description="What is to stand there; of a field its value (null: there is none), dates in ISO form."
    )
    rules: tuple[str, ...] = Field((), description="Rules of the change that it judges.")
    who: str = Field("", description="Whose word it is.")
    when: datetime | None = Field(None, description="When it was given, UTC.")
    why: str = Field("", description="The reason, if one was given.")

    @model_validator(mode="after")
    def _whole(self) -> "Correction":
        """Each action has what it needs and nothing that contradicts it."""
        placed = self.start is not None and self.end is not None
        if (self.field is None) == (not placed):
            raise ValueError(f"{self.action}: either a place (start, end) or a field")
        if self.action == "set" and self.field is None:
            raise ValueError("set: which field?")
        if self.action not in ("set", "withdraw") and self.field is not None:
            raise ValueError(f"{self.action} is about a place of the page; a field is set")
        if self.start is not None and self.end is not None:
            if self.start >= self.end or (self.before is not None and len(self.before) != self.end - self.start):
                raise ValueError("start, end and before do not agree")
            if self.before is None:
                raise ValueError("a place needs what the page prints there (before)")
        if self.action in ("accept", "correct") and self.after is None:
            raise ValueError(f"{self.action}: what is to stand there (after)?")
        if self.action == "correct":
            self._fits(self.before or "", self.after or "")
        if self.action == "set" and self.field in _DAYS and self.after:
            self._day(self.field, self.after)
        if self.action == "set" and self.field == "title" and not (self.after or "").strip():
            raise ValueError("a document has a title: set another one, or strike the line")
        return self

    @staticmethod
    def _day(field: str, text: str) -> None:
        """Whether a day is one, and written as the datasets write it."""
        try:
            if date.fromisoformat(text).isoformat() == text:
                return
        except ValueError:
            pass
        raise ValueError(f"{field}: {text!r} is no day: give it as 2021-03-05")

    def _fits(self, before: str, after: str) -> None:
        """Whether the new words can own the old ones' place: blanks at an end only where there were some, a line for a character."""
        for old, new in ((before[:1], after[:1]), (before[-1:], after[-1:])):
            if new.isspace() and not old.isspace():
                raise ValueError("a line break or blank at an end belongs to the words beside it: take these in")
        if len([line for line in after.split("\n") if line.strip()]) > max(1, len("".join(before.split()))):
            raise ValueError("more lines than characters that they stand for: take in the words around them")

    @property
    def saying(self) -> str:
        """What was said, when and by whom, in one line for a note."""
        day = f", {self.when.astimezone(UTC):%Y-%m-%d}" if self.when else ""
        return f"{self.action} by {self.who or 'a person'}{day}" + (f": {self.why}" if self.why else "")

    def overrules(self, earlier: "Correction") -> bool:
        """Whether an earlier one no longer counts beside this one: of the same field, or at one place about one thing."""
        if self.source != earlier.source or self.field != earlier.field:
            return False
        if self.field is not None:
            return True
        if self.start is None or self.end is None or earlier.start is None or earlier.end is None:
            return False
        if not (self.start < earlier.end and earlier.start < self.end):
            return False
        # A line that is kept may have a word in it that is corrected: these are two things.
        return self.action == "withdraw" or (self.action in _PARTS) == (earlier.action in _PARTS)


def effective(said: Iterable[Correction], source: str | None = None) -> tuple[Correction, ...]:
    """The corrections that count, in the order they were given; only those of `source`, where one is named."""
    kept: list[Correction] = []
    for one in said:
        if source is not None and one.source != source:
            continue
        kept = [earlier for earlier in kept if not one.overrules(earlier)]
        if one.action != "withdraw":
            kept.append(one)
    return tuple(kept)


def digest_of(said: Iterable[Correction]) -> str:
    """What a page depends on as far as corrections go: empty without any, else 16 hex digits over those that count."""
    lines = [one.model_dump_json() for one in effective(said)]
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()[:16] if lines else ""


class Judged(NamedTuple):
    """What persons found of a rule's changes: how many they looked at, and how many of these were wrong."""

    looked_at: int
    wrong: int


def judged(said: Iterable[Correction]) -> dict[str, Judged]:
    """What persons said of each rule, by its id; under the empty name what no rule had changed and was wrong so.

    That is the error as people met it: who corrects looks where something seems wrong, and agrees more seldom than there is
    reason to.
    """
    right: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for one in said:
        if one.field is None:
            (right if one.action == "accept" else wrong).update(one.rules or ("",))
    return {rule: Judged(right[rule] + wrong[rule], wrong[rule]) for rule in sorted({*right, *wrong})}


def fields_set(said: Iterable[Correction]) -> dict[str, int]:
    """How often a person set each field of a document."""
    return dict(sorted(Counter(one.field for one in said if one.field is not None).items()))
