"""The value types that travel between stages, below all of them so that no stage has to know another."""

from datetime import datetime
from typing import Literal, NamedTuple

from ingest.models import Kind, Origin, Unit
from ingest.traced import Certainty, Change

BlockKind = Literal["title", "heading", "para", "item", "table", "caption", "line"]


class Block(NamedTuple):
    """One block of a page: a span of whole lines, and what the page's own markup says of it.

    `start`, `end` are code-point offsets into the text it travels with (page text from `page`, present text afterwards).
    Kinds: `title` (the `<title>` element), `heading` (h1 to h6, `level` says which), `para`, `item` (li), `table` (all its
    rows, one a line), `caption`, and `line` (plain text: nothing is known, and a paragraph may be wrapped over several).
    `cells` of a table are its rows of cell texts with row and column spans resolved.
    """

    start: int
    end: int
    kind: BlockKind
    level: int = 0
    cells: tuple[tuple[str, ...], ...] = ()


FactField = Literal[
    "title", "published_on", "issued_on", "publisher", "issuer", "document_number", "author", "url", "original_source"
]


class Fact(NamedTuple):
    """Something a page says about itself. Dates are ISO (2021-12-20). `rank`: the lowest wins; `rule` names where it was read.

    `start`, `end` are where it stands in the text it travels with, as a `Block`'s: at first the line that says it, then the
    value in that line (`facts.located`). None: in no text, but in an attribute (or a script) of the page's markup or in
    the headers it came with, which `origin` tells. `note`: what else there is to say of it.
    """

    field: FactField
    value: str
    rule: str
    rank: int = 50
    start: int | None = None
    end: int | None = None
    origin: Origin = "text"
    note: str | None = None

    def at(self, start: int, end: int) -> "Fact":
        """The same, said in [start, end)."""
        return self._replace(start=start, end=end)


class Strip(NamedTuple):
    """A span of page text that is not the document, with the id of the rule that says so, and why (`note`).

    `applied=False`: it was considered and stays.
    """

    start: int
    end: int
    rule: str
    note: str | None = None
    applied: bool = True


class Posted(NamedTuple):
    """A further post of a thread: its span, its number (2 is the first below the document's own), who wrote it, and when."""

    start: int
    end: int
    number: int
    author: str | None
    posted_at: datetime | None


class Page(NamedTuple):
    """What `page.read_page` makes of bytes: the page text in reading order and what the markup says about it.

    `text` is the contract's `page_text`. `blocks` are in order and do not overlap. `chrome` are sorted strips that do not
    overlap. `title` is the span of page text that the markup gives as the document's title (None: it does not say).
    `flags`: quality warnings. `site_template`: the template of its site that it has, where that is known.
    `posts`: the further ones of a thread.
    `certainty`: how sure the choice of lines is (None: the text is all there is).
    """

    text: str
    blocks: tuple[Block, ...]
    chrome: tuple[Strip, ...] = ()
    facts: tuple[Fact, ...] = ()
    title: tuple[int, int] | None = None
    media_type: str = "text/plain"
    encoding: str | None = None
    flags: tuple[str, ...] = ()
    site_template: str | None = None
    posts: tuple[Posted, ...] = ()
    certainty: Certainty | None = None


class Node(NamedTuple):
    """One unit of a document's outline, in reading order, in offsets of the text the outline was given.

    The spans `label`, `heading`, `body` follow one another; an empty span (a, a) means there is none. `body` is the unit's
    own text, children not included. A line break inside `heading` or `body` is a wrapped line, to be joined (in a table: a
    row). The nodes' hulls do not overlap and leave nothing but white space out. `parent` is the index of an earlier node,
    or None at the root. `place`: how sure that is, and `doubt` how often such places were wrong where they were counted.
    """

    kind: Kind
    label: tuple[int, int]
    heading: tuple[int, int]
    body: tuple[int, int]
    parent: int | None
    eid: str
    unit: Unit
    number: int | None = None
    number_suffix: int | None = None
    cells: tuple[tuple[str, ...], ...] = ()
    number_path: tuple[str, ...] | None = None
    author: str | None = None
    posted_at: datetime | None = None
    role: str | None = None
    place: Certainty | None = None
    doubt: float = 0.0

    @property
    def hull(self) -> tuple[int, int]:
        """Where the unit's own label, heading and text begin and end."""
        label, heading, body = self.label, self.heading, self.body
        first = label if label[0] < label[1] else heading if heading[0] < heading[1] else body
        last = body if body[0] < body[1] else heading if heading[0] < heading[1] else label
        return first[0], last[1]


class Notices(NamedTuple):
    """What `notices.find` says of a text: strips as changes, facts read from them, and the title's span (None: none seen)."""

    changes: list[Change]
    facts: list[Fact]
    title: tuple[int, int] | None


class Conversion(NamedTuple):
    """What `script.convert` makes of a text.

    `script`: hans, hant or mixed, None where the text has too few telling characters; `origin` as in the contract.
    `chain` names the conversion applied (None: nothing was converted); `recoded` has the length of the text given and
    differs from it only by one-to-one pairs of the chain's table; `changes` are all other changes (phrases, words, names
    declined), in offsets of the text given, `after` already in the target script.
    """

    script: Literal["hans", "hant", "mixed"] | None
    origin: Literal["native", "naive", "phrase", "localised"] | None
    chain: str | None
    recoded: str
    changes: list[Change]
