"""A statute as articles, paragraphs (款) and items (项) that can be changed, and its text again.

Everything that is no article (titles, chapter headings, notes) stays in its place as a block. What is known of an article
besides its text is the number it had in the base, and which operations made it what it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.han import numerals
from ingest.models import Record
from ingest.patterns import pattern

Number = tuple[int, int | None]
"""Of an article: its number and what stands behind 之 (第十条之一: 10, 1)."""

_LABEL = pattern(r"^\s*第[^\s，。]{1,9}条(?:之[一二三四五六七八九十]{1,3})?[\s　]+(?=\S)")
_CHINESE = pattern(r"[（(][〇零一二三四五六七八九十百]+[）)]")
_BEGINS = pattern(r"第[^\s，。]{1,9}条(?:之[一二三四五六七八九十]{1,3})?[\s　]")
_NUMBERED = pattern(r"^\s*第(?P<n>[^\s，。第条]{1,7})条(?:之(?P<suffix>[一二三四五六七八九十]{1,3}))?[\s　]+(?=\S)")
_ITEM = pattern(r"([（(]([〇零一二三四五六七八九十百]{1,4}|\d{1,2})[）)]|\d{1,2}(?:[.．](?!\d)|、))\s*")


@dataclass
class Item:
    """A numbered item or a line below one: its marker as printed (empty: none), its text, the line's depth from 0."""

    label: str
    text: str
    depth: int = 0

    @property
    def number(self) -> int | None:
        """What the marker counts; None without one."""
        return numerals.value(self.label.strip("（()）.．、 ")) if self.label else None

    @property
    def line(self) -> str:
        """The item as a line of the text."""
        return self.label + self.text


@dataclass
class Paragraph:
    """A 款: its text and the items below it, in order."""

    text: str
    items: list[Item] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """The lines of the text that it makes."""
        return [*([self.text] if self.text else []), *(item.line for item in self.items)]


@dataclass
class Article:
    """An article: its number now, the number it had in the base (None: added), and the operations that changed it."""

    number: Number
    paragraphs: list[Paragraph]
    heading: str = ""
    base: Number | None = None
    by: list[int] = field(default_factory=list)

    @property
    def label(self) -> str:
        """第十条之一."""
        number, suffix = self.number
        return f"第{numerals.han(number)}条" + (f"之{numerals.han(suffix)}" if suffix else "")

    @property
    def lines(self) -> list[str]:
        """The lines of its text, without its label."""
        lines = [line for paragraph in self.paragraphs for line in paragraph.lines]
        return [self.heading, *lines] if self.heading else lines


@dataclass
class Block:
    """What is no article: its kind as in `records`, and its lines."""

    kind: str
    lines: list[str]
    by: list[int] = field(default_factory=list)


class Statute:
    """The parts of a statute in their order."""

    def __init__(self, title: str, parts: list[Article | Block]) -> None:
        self.title, self.parts = title, parts

    @property
    def articles(self) -> list[Article]:
        """The articles in order."""
        return [part for part in self.parts if isinstance(part, Article)]

    @property
    def text(self) -> str:
        """The statute as plain text, a block a line."""
        lines: list[str] = []
        for part in self.parts:
            if isinstance(part, Block):
                lines += part.lines
                continue
            first, *rest = part.lines or [""]
            lines += [f"{part.label}　{first}".rstrip("　"), *rest]
        return "\n".join(lines) + "\n"


def of_records(title: str, records: Sequence[Record]) -> Statute:
    """The statute that some records (of one document, in order) are. Attachments stay as they are, articles in them too."""
    parts: list[Article | Block] = []
    article: Article | None = None
    root = ""
    for record in records:
        if record.kind == "article" and not record.eid.startswith("att_"):
            own = [Paragraph(record.text)] if record.text else []
            number = (record.number or 0, record.number_suffix)
            article = Article(number, own, record.heading or "", number)
            root = record.eid + "__"
            parts.append(article)
        elif article is not None and record.eid.startswith(root):
            _take(article, record, root)
        else:
            article = None
            parts.append(Block(record.kind, _lines(record)))
    return Statute(title, parts)


def _take(article: Article, record: Record, root: str) -> None:
    """Puts what stands below an article where it belongs."""
    depth = record.eid[len(root) :].count("__")
    if record.kind == "paragraph" and (depth == 0 or not article.paragraphs):
        article.paragraphs.append(Paragraph(record.text))
        return
    if not article.paragraphs:
        article.paragraphs.append(Paragraph(""))
    below = article.paragraphs[-1].items
    first, *rest = _lines(record, bare=True) or [""]
    below.append(Item(record.label or "", first, depth))
    below += (Item("", line, depth) for line in rest)


def _lines(record: Record, bare: bool = False) -> list[str]:
    """A unit's lines; `bare`: without its label."""
    if record.cells:
        return ["\t".join(row) for row in record.cells]
    label = "" if bare else record.label or ""
    gap = "　" if label and label[-1] not in "、.．）)" and (record.heading or record.text) else ""
    lines = [line for line in (record.heading or "", *record.text.split("\n")) if line]
    return [label + gap + lines[0], *lines[1:]] if lines else ([label] if label else [])


def paragraphs_of(lines: Sequence[str]) -> list[Paragraph]:
    """New wording as paragraphs with their items; an article's own label before it is left out."""
    out: list[Paragraph] = []
    for n, line in enumerate(lines):
        line = line.strip()
        if n == 0:
            line = _LABEL.sub("", line, count=1).strip()
        if not line:
            continue
        found = _ITEM.match(line)
        if found and out:
            depth = (
                0
                if found[1][0] in "（(" or not any(item.label[:1] in "（(" for item in out[-1].items if item.label)
                else 1
            )
            out[-1].items.append(Item(found[1], line[found.end() :], depth))
        else:
            out.append(Paragraph(line))
    return out


def number_of(line: str) -> Number | None:
    """The number of an article whose wording begins with it: 第十条之一　…; None where none does."""
    found = _NUMBERED.match(line)
    number = numerals.value(found["n"]) if found else None
    if found is None or number is None:
        return None
    return number, numerals.value(found["suffix"]) if found["suffix"] else None


def items_of(lines: Sequence[str]) -> list[Item]:
    """New wording as items, each with the marker it prints."""
    out: list[Item] = []
    for line in lines:
        line = line.strip()
        found = _ITEM.match(line)
        if found:
            out.append(Item(found[1], line[found.end() :]))
        elif line:
            out.append(Item("", line))
    return out


def labelled(number: int) -> str:
    """The marker of an item with that number."""
    return f"（{numerals.han(number)}）"


def counted(items: Sequence[Item]) -> None:
    """Numbers items anew where they are numbered in Chinese; what is numbered otherwise stays."""
    tops = [item for item in items if item.depth == 0 and item.label]
    if tops and all(_CHINESE.fullmatch(item.label) for item in tops):
        for number, item in enumerate(tops, 1):
            item.label = labelled(number)


def per_article(lines: Sequence[str]) -> list[list[str]]:
    """The wordings of several articles, each of which begins with its number; one, where none does."""
    out: list[list[str]] = []
    for line in lines:
        if not out or _BEGINS.match(line.strip()):
            out.append([])
        out[-1].append(line)
    return out
