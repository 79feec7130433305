"""Places of a statute by the numbers that an order names, and the lines there."""

from collections.abc import Sequence

from ingest.amend.statute import Article, Block, Item, Number, Paragraph, Statute
from ingest.references.grammar import Step

Place = tuple[Step, ...]
Line = Paragraph | Item | Block | Article
"""What holds words of its own: an article its heading, all others their text."""


class Unfit(Exception):  # noqa: N818 (it is an answer, not a failure of the program)
    """The order does not fit the text."""


class Finder:
    """Finds articles by the numbers that they have before a decision."""

    def __init__(self, law: Statute) -> None:
        self.law = law
        self.by_base: dict[Number, Article] = {a.number: a for a in law.articles}
        self.twice = len(self.by_base) != len(law.articles)
        self.gone: dict[int, Article] = {}

    def article(self, place: Place) -> Article:
        """The article of a place, by its number before the decision."""
        step = next((s for s in place if s.unit == "条"), None)
        if step is None:
            raise Unfit("no article is named")
        found = self.by_base.get((step.number, step.suffix))
        if found is None or id(found) in self.gone:
            raise Unfit(f"there is no {said(step)}")
        if self.twice:
            raise Unfit("several articles have one number")
        return found

    def paragraph(self, place: Place) -> tuple[Article, int]:
        """The article of a place and the index of the 款 named: of the only one, or of the only one with items."""
        article = self.article(place)
        step = next((s for s in place if s.unit == "款"), None)
        if step is not None:
            if not 1 <= step.number <= len(article.paragraphs):
                raise Unfit(f"{article.label} has no {said(step)}")
            return article, step.number - 1
        listed = [n for n, paragraph in enumerate(article.paragraphs) if paragraph.items]
        if len(listed) == 1:
            return article, listed[0]
        if len(article.paragraphs) == 1:
            return article, 0
        raise Unfit(f"it is not said which 款 of {article.label} is meant")

    def item(self, place: Place) -> tuple[Article, Paragraph, int]:
        """The article and the 款 of a place, and the index of its 项 there."""
        article, n = self.paragraph(place)
        paragraph = article.paragraphs[n]
        step = next(s for s in place if s.unit == "项")
        found = [k for k, item in enumerate(paragraph.items) if item.depth == 0 and item.number == step.number]
        if len(found) != 1:
            raise Unfit(
                f"{article.label} has no {said(step)}" if not found else f"{article.label} has {said(step)} twice"
            )
        return article, paragraph, found[0]


def lines_of(article: Article) -> list[Line]:
    """All that holds words in an article."""
    out: list[Line] = [article]
    for own in article.paragraphs:
        out += [own, *own.items]
    return out


def words(line: Line) -> str:
    """The words of a line."""
    if isinstance(line, Block):
        return "\n".join(line.lines)
    return line.heading if isinstance(line, Article) else line.text


def put(line: Line, old: str, new: str) -> None:
    """Puts `new` for `old` wherever the line has it."""
    if isinstance(line, Block):
        line.lines = [one.replace(old, new) for one in line.lines]
    elif isinstance(line, Article):
        line.heading = line.heading.replace(old, new)
    else:
        line.text = line.text.replace(old, new)


def place_of(parts: Sequence[Article | Block], article: Article) -> int:
    """Where an article stands among the parts."""
    return next(n for n, part in enumerate(parts) if part is article)


def said(step: Step) -> str:
    """A step in words."""
    return f"第{step.number}{step.unit}" + (f"之{step.suffix}" if step.suffix else "")


def below(items: Sequence[Item], k: int) -> int:
    """Where what stands below an item ends."""
    end = k + 1
    while end < len(items) and items[end].depth > items[k].depth:
        end += 1
    return end
