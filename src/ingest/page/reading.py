"""Which lines of a page are its document: the first choice, and a second one where the first is doubtful."""

from typing import NamedTuple

from ingest import labels
from ingest.page import container, data_tables, element, evidence, furniture, headline, reach, repeats, titles, verdict
from ingest.page.layout import Layout, VisibleLine

_VERSES = 8  # lines of a text without a sentence, at least
_SCRAP = 12  # characters that are no document, less than that
_HEAD = 4  # lines right above a text that may belong to it
_OVER = 8  # lines above a text among which its heading stands


class Reading(NamedTuple):
    """The lines that are the document, its title, for each line the rule that takes it out (None: it stays), and
    what speaks for its being a document."""

    choice: container.Choice
    title: headline.Title | None
    rules: list[str | None]
    seen: evidence.Evidence


def read_layout(
    layout: Layout, stated: list[str], grids: list[data_tables.Table], slot: headline.Title | None
) -> Reading:
    """The document of a page; a second opinion is asked where the first is doubtful, and the better one taken.

    `slot` is the title where its place in the template of the site is known.
    """
    printed = slot or titles.find(layout, stated)
    if printed and not slot and (titles.below(layout, printed) or _signature(layout, printed)):
        printed = None  # in a side column, or below the text: no headline
    span = (printed.first, printed.last) if printed else None
    named = _named(layout, stated)
    first = _around(layout, container.choose(layout, span), printed, grids, slot, named, stated)
    inside, outside = first.seen.prose, first.seen.outside
    doubt = verdict.found(layout, first.rules, first.title, first.seen)
    scrap = first.seen.kept < _SCRAP and not inside
    if not (doubt or scrap) and (outside < 300 or outside < inside):
        return first
    second = _around(layout, container.again(layout, span), printed, grids, slot, named, stated)
    gained = second.seen.prose - inside
    if doubt or scrap:
        if not doubt and _of_the_site(layout, second.choice):
            return first
        better = gained > 0 and not verdict.found(layout, second.rules, second.title, second.seen)
        if (
            (better and second.seen.prose > _SCRAP * 4)
            or inside
            or not (first.seen.printed and first.seen.named)
            or first.choice.last - first.choice.first >= _VERSES
        ):
            return second if better else first
        third = _around(layout, container.of_verse(layout, span), printed, grids, slot, named, stated)
        good = third.seen.own >= _VERSES and not verdict.found(layout, third.rules, third.title, third.seen)
        if good and third.seen.links * 4 < third.seen.own:
            return third
        return second if better else first
    if gained <= inside + 300 or (first.choice.sure and inside > 100):
        return first
    # Under a headline that the page agrees on, another text is another document.
    wider = second.choice.first <= first.choice.first and first.choice.last <= second.choice.last
    return second if wider or inside < 60 or not (printed and printed.agrees) else first


def _of_the_site(layout: Layout, choice: container.Choice) -> bool:
    """Whether all of a choice stands in a box that is called as what stands beside a document is: its foot, its side."""
    at = layout.lines[choice.first].box
    while at > 0:
        box = layout.boxes[at]
        if (
            box.first <= choice.first
            and choice.last <= box.last
            and (furniture.called(box) == 2 or box.tag in furniture.ASIDE)
        ):
            return True
        at = box.parent
    return False


def _signature(layout: Layout, title: headline.Title) -> bool:
    """Whether what agrees with `<title>` signs a text: set as no heading, a heading and sentences above it, none below."""
    lines = layout.lines
    if lines[title.first].tag[0] == "h" or lines[title.first].center:
        return False
    told = [n for n, x in enumerate(lines) if x.marks > 1 and x.size > 20 and not (x.link and furniture.linkish(x))]
    below = (n for n in told if n >= title.last and not furniture.holds("foot", lines[n].text))
    if not told or next(below, None) is not None:
        return False
    over = range(max(0, told[0] - _OVER), told[0])
    return told[0] < title.first and any(
        lines[n].tag in furniture.TITLING and lines[n].tag != "tr" and not lines[n].link for n in over
    )


def _named(layout: Layout, stated: list[str]) -> bool:
    """Whether `<title>` and another of the page's own statements agree on a name that is not just the site's."""
    whole = element.squash(layout.title)
    said = element.squash(layout.title[slice(*element.within(layout.title, layout.names))])
    others = stated[1:] if stated and stated[0] == layout.title else stated
    keys = {key for s in others if len(key := element.squash(s)) > 1}
    if any(len(key) < len(whole) and whole.startswith(key) for key in keys):
        return True
    return said in keys and not element.bare(layout.title)


def told(layout: Layout, title: headline.Title, stated: list[str]) -> bool:
    """Whether the page's head says by itself, and not in a `<title>` that names the site, just what the title prints."""
    key = element.squash("".join(line.text for line in layout.lines[title.first : title.last]))
    site = element.squash(layout.title)
    return any(key == element.squash(s) != site and not element.bare(s) for s in stated)


def _section(layout: Layout, choice: container.Choice, title: headline.Title) -> bool:
    """Whether a heading in the text heads a section: others of its level follow, and `<title>` says more than the site."""
    lines = layout.lines
    tag = lines[title.first].tag
    start, end = element.within(layout.title, layout.names)
    if (
        not (tag[0] == "h" and tag[1:].isdigit())
        or not 0 < end - start < len(layout.title)
        or element.bare(layout.title)
    ):
        return False
    others = (lines[n] for n in range(title.last, choice.last) if lines[n].tag == tag)
    return any(not (furniture.says("related", line.text) or furniture.says("over", line.text)) for line in others)


def _around(
    layout: Layout,
    choice: container.Choice,
    title: headline.Title | None,
    grids: list[data_tables.Table],
    slot: headline.Title | None,
    named: bool,
    stated: list[str],
) -> Reading:
    """What a choice of lines makes of the page: the title near it, and the rules.

    A heading in the text of a page that is `named` otherwise heads a part of it.
    """
    if title is None:
        title = headline.above(layout, choice.first, choice.last)
        if (title and title.first >= choice.first and (named or _section(layout, choice, title))) or (
            title and headline.elsewhere(layout, title)
        ):
            title = None
    elif not (slot or named or told(layout, title, stated)):
        if element.bare(layout.title):
            title = titles.displaced(layout, title, choice.first, choice.last)
        else:
            title = titles.outdone(layout, title, choice.first, choice.last) or title
    title = titles.whole(layout, title) if title else None
    rules = _rules(layout, choice, title, grids)
    return Reading(choice, title, rules, evidence.weigh(layout, rules, title)._replace(sure=choice.sure))


def _second_line(line: VisibleLine) -> bool:
    """Whether a line between the title and the text is a subtitle or a standfirst."""
    if line.link or labels.read_line(line.spaced):
        return False
    return line.text.startswith(("—", "――", "--")) or (line.marks > 0 and line.size > 20)


def _heads(layout: Layout, n: int) -> bool:
    """Whether a line right above the text belongs to it: whom it addresses, what the picture beside it shows."""
    line = layout.lines[n]
    if line.link or line.size > 100:
        return False
    if line.text[-1] in "：:":
        return furniture.says("addressee", line.text.strip())
    return line.size <= 40 and furniture.captioned(layout.boxes[line.box])


def _linkless(layout: Layout, grid: data_tables.Table) -> bool:
    """Whether no line of a data table holds a link."""
    return not any(line.link for line in layout.lines[grid.first : grid.last])


def _rules(
    layout: Layout, choice: container.Choice, title: headline.Title | None, grids: list[data_tables.Table]
) -> list[str | None]:
    """For each line the rule that takes it out; None: it is the document's."""
    rules: list[str | None] = ["outside-container"] * len(layout.lines)
    rules[choice.first : choice.last] = [None] * (choice.last - choice.first)
    for cut in choice.cuts:
        rules[cut.first : cut.last] = [cut.rule] * (cut.last - cut.first)
    for grid in grids:
        if grid.metadata:
            rules[grid.first : grid.last] = ["metadata-table"] * (grid.last - grid.first)
    if title:
        for n in repeats.again(layout, title, choice.first, choice.last):
            rules[n] = "title-repeat"
        rules[title.first : title.last] = [None] * (title.last - title.first)
        for n in range(title.last, min(title.last + 2, choice.first)):
            if _second_line(layout.lines[n]):
                rules[n] = None
        key = element.squash("".join(x.text for x in layout.lines[title.first : title.last]))
        for n in range(choice.first - 1, max(title.last, choice.first - _HEAD) - 1, -1):
            if not _heads(layout, n) or element.squash(layout.lines[n].text) == key:
                break
            rules[n] = None
        if reach.facts_between(layout, title.last, choice.first):
            rules[title.last : choice.first] = [None] * (choice.first - title.last)
        for grid in grids:
            # A form between the headline and the text, or headed by it, is the document's.
            if not grid.metadata and title.first <= grid.first < grid.last <= choice.first and _linkless(layout, grid):
                rules[grid.first : grid.last] = [None] * (grid.last - grid.first)
    for n in repeats.ledes(layout, title, choice.first, choice.last, rules):
        rules[n] = "lede-repeat"
    return rules
