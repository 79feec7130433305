"""How far a document reaches beyond the box that was chosen for it: short sections above, a sentence or attachments below, several boxes of one name."""

from ingest import labels
from ingest.page import furniture
from ingest.page.furniture import Cut
from ingest.page.layout import Box, Layout
from ingest.patterns import pattern

_ATTACHED = pattern(r"\W*附[件表]\W*")
_FACT = pattern(r"[\u3400-\u9fff]{2,8}\s?[：:]\s*(?!\d+\s*\Z)\S")
_HEADS = 3  # rows of a table's heads, at most
_FACTS = 3
_SECTIONS = 12  # lines of short sections between the title and the box of the text, at most
_FILES = 40  # attachments, at most


def below(layout: Layout, title: tuple[int, int]) -> Box | None:
    """What stands below the headline and above the foot of a page on which no box speaks for itself: an address, a few words."""
    lines = layout.lines
    last = next((n for n in range(title[1], len(lines)) if furniture.holds("foot", lines[n].text)), len(lines))
    own = sum(1 for line in lines[title[1] : last] if not line.link)
    return _span(layout.boxes[0], title[1], last) if own > 1 and own * 5 > (last - title[1]) * 4 else None


def with_heads(layout: Layout, best: Box, title: tuple[int, int] | None) -> Box:
    """A box and the sections above it that are short: from the first heading below the title on, where no link stands between; a sentence below a table."""
    lines = layout.lines
    first, last = best.first, best.last
    if best.tag == "tbody" and best.parent >= 0:
        over = range(layout.boxes[best.parent].first, first)  # the row of the table's heads
        if 0 < len(over) <= _HEADS and all(lines[n].tag == "tr" and not lines[n].link for n in over):
            first = over.start
    if title and title[1] < first <= title[1] + _SECTIONS:
        over = range(title[1], first)
        head = next(
            (n for n in over if lines[n].tag in furniture.HEADINGS and not furniture.says("related", lines[n].text)),
            first,
        )
        if not any(line.link for line in lines[head:first]):
            first = head
    while (
        best.tag in ("table", "tbody")
        and last < len(lines)
        and lines[last].tag == "p"
        and lines[last].marks
        and not lines[last].link
    ):
        if furniture.holds("foot", lines[last].text) or lines[last].text[-1] not in "。！？":
            break
        last += 1
    return best if (first, last) == (best.first, best.last) else _span(best, first, last)


def facts_between(layout: Layout, first: int, last: int) -> bool:
    """Whether all that stands between the headline and the text are labels and values of what the page is about: 成立时间：2017年.

    Three or more; not the page's own (作者, 来源), which are its publish line, nor how to reach somebody, nor what a reader did (人气：12).
    """
    lines = layout.lines[first:last]
    if not _FACTS <= len(lines) <= _SECTIONS:
        return False
    return all(
        x.size < 120
        and _FACT.match(x.text)
        and (x.link == x.idle or furniture.printed(x))
        and all(fact.field == "title" for fact in labels.read_line(x.spaced))
        for x in lines
    ) and not all(furniture.says("contact", x.text) for x in lines)


def _span(box: Box, first: int, last: int) -> Box:
    """A box in the place of another, around other lines."""
    made = Box(box.index, box.tag, box.parent, first, box.attributes)
    made.last = last
    return made


def with_files(layout: Layout, last: int) -> int:
    """Where a text ends below whose box its attachments stand: 附件【…】, one a line, each a link."""
    lines = layout.lines
    end = last
    while end < len(lines) and end - last < _FILES and lines[end].link and furniture.ATTACHED.match(lines[end].text):
        end += 1
    if end > last or last == len(lines) or lines[last].link or not _ATTACHED.fullmatch(lines[last].text):
        return end
    files = last + 1
    while files < len(lines) and files - last < _FILES and lines[files].file:
        files += 1
    return files if files > last + 1 else last


def together(layout: Layout, best: Box, same: list[Box], weight: list[float]) -> tuple[Box, list[Cut]]:
    """A document in several boxes of one anchor: a box around them, and what stands between them.

    Not when something between looks like another document's beginning (a heading, prose).
    """
    row: list[Box] = []
    for box in sorted(same, key=lambda b: (b.first, -b.last)):
        if not row or box.first >= row[-1].last:
            row.append(box)
    at = next((n for n, box in enumerate(row) if box.first <= best.first and best.last <= box.last), -1)
    if at < 0:
        return best, []

    def near(one: Box, two: Box) -> bool:
        between = range(one.last, two.first)
        return (
            all(layout.lines[n].tag not in ("h1", "h2") for n in between)
            and sum(max(0.0, weight[n]) for n in between) < 60
        )

    low = high = at
    while low > 0 and near(row[low - 1], row[low]):
        low -= 1
    while high + 1 < len(row) and near(row[high], row[high + 1]):
        high += 1
    if low == high:
        return best, []
    around = row[low]
    while around.parent >= 0 and around.last < row[high].last:
        around = layout.boxes[around.parent]
    joined = _span(around, row[low].first, row[high].last)
    gaps = [
        Cut(a.last, b.first, "between-containers")
        for a, b in zip(row[low:high], row[low + 1 : high + 1], strict=True)
        if a.last < b.first
    ]
    return joined, gaps
