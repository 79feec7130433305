"""Standards: the lines of their title page, of which only one is the title."""

from collections.abc import Sequence

from ingest.han import standards
from ingest.outline.lines import LogicalLine


def mark(text: str, lines: Sequence[LogicalLine]) -> list[LogicalLine]:
    """The lines with the roles that a standard's title page gives them; the lines as they are if the text has none."""
    page = standards.title_page([text[line.start : line.end] for line in lines[: standards.ZONE]])
    out = list(lines)
    if page is None:
        return out
    for n in range(page.last):
        out[n] = out[n]._replace(role="docno" if n == page.number else "preface")
    out[page.begin] = out[page.begin]._replace(end=out[page.end - 1].end, role="title")
    named = "".join(text[out[page.begin].start : out[page.begin].end].split())
    del out[page.begin + 1 : page.end]
    for n in range(page.begin + 1, len(out)):
        # It stands again above the first chapter.
        line = out[n]
        if line.end - line.start <= 120 and "".join(text[line.start : line.end].split()) == named:
            out[n] = line._replace(role="title")
            break
    return out
