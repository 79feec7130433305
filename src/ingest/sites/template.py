"""What is known of one template of a site, as a value that a file holds and a person can read."""

import hashlib
from functools import cached_property

from pydantic import BaseModel, ConfigDict, Field

FORM = 2
"""Version of the file's form: since 2 short figures in names tell paths apart (`sketch.step`)."""
FORMS = (1, 2)
"""Those that are read."""


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", ignored_types=(cached_property,))


class Slot(_Value):
    """A place of the template that holds something else on each page."""

    path: int = Field(description="Hash of the path.")
    text: str = Field(description="The path, for people.")
    pages: int = Field(description="Pages that have it.")
    example: str = Field(description="What one of them holds there.")


class Chrome(_Value):
    """A line that many pages print at the same place."""

    path: int = Field(description="Hash of the path.")
    line: int = Field(description="Hash of the line without white space.")
    pages: int = Field(description="Pages that print it.")
    example: str = Field(description="The line.")


class Template(_Value):
    """One template, learnt from `pages` pages that are no reprints of one another (of `seen` that were looked at)."""

    pages: int
    seen: int
    listing: bool = Field(description="Its pages are lists of links to others.")
    linked: float = Field(description="Share of links in what differs between its pages.")
    core: tuple[int, ...] = Field(description="Paths that nearly all its pages have.")
    usual: tuple[int, ...] = Field(description="Paths that half of its pages have.")
    title: Slot | None = Field(description="Where the title stands.")
    dates: tuple[Slot, ...] = Field(description="Where the date of publication stands, best first.")
    root: Slot | None = Field(description="The element that holds the text.")
    content: tuple[int, ...] = Field(description="Paths behind it that hold text as well.")
    beside: tuple[int, ...] = Field(description="Paths inside it that hold what is no text.")
    again: tuple[int, ...] = Field(description="Hashes of lines there that several pages print (with their path).")
    silent: tuple[str, ...] = Field(description="What <title> says on many pages, so that it names none.")
    suffixes: tuple[str, ...] = Field(description="What <title> ends in on many pages, white space left out.")
    prefixes: tuple[str, ...] = Field(description="What <title> begins with on many pages.")
    chrome: tuple[Chrome, ...] = Field(description="Lines that the template prints, outside the text.")
    tail: tuple[Chrome, ...] = Field(description="Lines that it prints below the text, inside its element.")
    source: Slot | None = Field(None, description="Where the medium stands.")

    @cached_property
    def id(self) -> str:
        """Four hex digits that name it in notes."""
        # What came later counts where it is there, so that older models keep their names.
        content = self.model_dump_json(exclude=None if self.source else {"source"})
        return hashlib.sha256(content.encode()).hexdigest()[:8]

    def note(self, pages: int) -> str:
        """What an edit says of a line that so many pages print."""
        return f"{pages} of {self.pages} pages of template {self.id[:4]}"

    @cached_property
    def notes(self) -> dict[int, str]:
        """That of every line of `chrome` and `tail`, by its pages."""
        return {pages: self.note(pages) for pages in {line.pages for line in (*self.chrome, *self.tail)}}

    @cached_property
    def core_set(self) -> frozenset[int]:
        """`core` for look-ups."""
        return frozenset(self.core)

    @cached_property
    def again_set(self) -> frozenset[int]:
        """`again` for look-ups."""
        return frozenset(self.again)

    @cached_property
    def usual_set(self) -> frozenset[int]:
        """`usual` for look-ups."""
        return frozenset(self.usual)

    @cached_property
    def chrome_at(self) -> dict[int, dict[int, int]]:
        """For each path the lines of `chrome` there, and how many pages print each."""
        return _by_path(self.chrome)

    @cached_property
    def tail_at(self) -> dict[int, dict[int, int]]:
        """The same of `tail`."""
        return _by_path(self.tail)


def _by_path(lines: tuple[Chrome, ...]) -> dict[int, dict[int, int]]:
    out: dict[int, dict[int, int]] = {}
    for one in lines:
        out.setdefault(one.path, {})[one.line] = one.pages
    return out


class Lead(_Value):
    """What a list says of a page that it leads to."""

    page: int = Field(description="Hash of the page's address, or of its name in the raw folder (`scopes.keys_of`).")
    title: str
    date: str | None = Field(description="The day beside it, ISO.")


class Model(_Value):
    """What is known of one scope: a host, or a folder of pages whose host is not known."""

    form: int = FORM
    scope: str
    sampled: int = Field(description="Pages that were looked at.")
    total: int = Field(description="Pages that the scope had then.")
    templates: tuple[Template, ...]
    leads: tuple[Lead, ...] = Field((), description="Rows of the lists that were looked at.")

    @cached_property
    def leads_to(self) -> dict[int, Lead]:
        """`leads` by page, for look-ups."""
        return {lead.page: lead for lead in reversed(self.leads)}
