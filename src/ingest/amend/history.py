"""What became of each order, and what made each article what it is: as values for JSON, and as Markdown for people."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ingest.amend.statute import Article

if TYPE_CHECKING:
    from ingest.amend import Amendment, Consolidation, Difference


def table(made: "Consolidation", differences: "Sequence[Difference] | None" = None) -> dict[str, Any]:
    """The result as JSON has it: `orders` in reading order, `articles` with the numbers of their orders.

    `start` and `end` are code-point offsets into the decision's `page_text`. `differences` from a text that was published
    again: null where none was given.
    """
    return {
        "title": made.title,
        "orders": [_order(n, one) for n, one in enumerate(made.amendments)],
        "articles": [
            {
                "article": article.label,
                "was": _was(article),
                "orders": list(dict.fromkeys(article.by)),
                "text": "\n".join(article.lines),
            }
            for article in made.statute.articles
        ],
        "removed": [{"article": article.label, "orders": list(dict.fromkeys(article.by))} for article in made.removed],
        "doubts": list(made.doubts),
        "differences": None if differences is None else [one._asdict() for one in differences],
    }


def _order(n: int, one: "Amendment") -> dict[str, Any]:
    return {
        "order": n,
        "decision": one.decision,
        "source": one.source,
        "effective": one.effective.isoformat() if one.effective else None,
        "record_id": one.record_id,
        "start": one.start,
        "end": one.end,
        "text": one.text,
        "kinds": [op.kind for op in one.operations],
        "articles": list(one.articles),
        "applied": not one.reasons,
        "reasons": list(one.reasons),
    }


def _was(article: Article) -> str | None:
    """The article's number before the last decision; None for one that it added."""
    if article.base is None:
        return None
    return Article(article.base, []).label


def markdown(made: "Consolidation") -> str:
    """The text; under each article that was changed, by which orders."""
    lines: list[str] = []
    for part in made.statute.parts:
        own = [part.label + "　" + part.lines[0], *part.lines[1:]] if isinstance(part, Article) and part.lines else []
        own = own or getattr(part, "lines", [])
        lines += [line + "\n" for line in own]
        for n in dict.fromkeys(part.by):
            one = made.amendments[n]
            day = f", in force {one.effective}" if one.effective else ""
            lines.append(f"> {one.decision}{day}: {one.text.splitlines()[0]}\n")
    if made.left:
        lines.append("## Not applied\n")
        lines += [f"- {one.text.splitlines()[0]}: {'; '.join(one.reasons)}\n" for one in made.left]
    return "\n".join(lines)
