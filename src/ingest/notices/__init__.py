"""Text-level notices: lines of a page that are not the document, struck and read for metadata.

They run after repair and conversion, because 責(zé)任編輯 has to be 责任编辑 before a rule can know it, and they are the
same for HTML and plain text. Rules are data (`rules.tsv`); position and company guard them: a reprint clause is a notice
under the body and law inside it. Chrome that markup shows is not their business: the page stage struck it already.
"""

from collections.abc import Sequence

from ingest import labels
from ingest.blocks import Block, Fact, Notices
from ingest.config import Config
from ingest.han import front_matter, standards
from ingest.notices import head, lines, paging, statements, table, tail
from ingest.notices.lines import PrintedLine
from ingest.traced import Change

_ROUNDS = 12
"""How often the readers of a text's end take turns, each at the cost of all its lines."""


def may_be_paged(text: str) -> bool:
    """Whether a line of a text may be a page number, which is soon seen."""
    return paging.is_numbered(text)


def page_marks(text: str, blocks: Sequence[Block]) -> list[Change]:
    """Page numbers and running titles as strips. They go first: they stand between the lines that a notice is made of."""
    return paging.find(text, blocks)


def find(text: str, blocks: Sequence[Block], title: tuple[int, int] | None, config: Config) -> Notices:
    """The notices of a text as changes (rule ids in `rules.tsv` and the modules), the facts they state, the title's span.

    `title` is the span that the page's markup gives, or None. The text is Simplified (one-to-one folded where the target
    is not).
    """
    printed = lines.printed_lines(text, blocks)
    if not printed:
        return Notices([], [], title)
    rules = table.with_own(config.notice_rules)
    struck: dict[int, str] = {}
    anywhere = table.anywhere(config.notice_rules)
    at = _numbers(printed, title)
    if at and at[0] == at[1] and head.is_notice(printed, at[0], struck, rules, anywhere):
        at = title = None
    page = standards.title_page([text[line.start : line.end] for line in printed[: standards.ZONE]])
    if page is not None:
        at = (page.begin, page.end - 1)
    # A title page and what a file says of itself are the document's own: no notice is looked for in them.
    front = front_matter.ends([x.folded for x in printed[: front_matter.MOST]]) if page is None and at is None else 0
    apart = page.last if page is not None else front
    facts = head.of_file(printed[:front]) if front else []
    if not apart:
        facts += head.infobox(printed, struck) + head.label_rows(printed, struck)
    if at is None and not front:
        at = head.find_title(printed, head.zone(printed, None), struck)
    known = at is not None
    for n, line in enumerate(printed):
        if n in struck or line.in_table or len(line.folded) > 260 or (at and at[0] <= n <= at[1]):
            continue
        if n < apart:
            continue
        rule = next((r.id for r in anywhere.of(line.folded) if r.pattern.fullmatch(line.folded)), None)
        if rule and not (rule in table.group("prompt") and tail.counts_on(printed, n, 0)):
            struck[n] = rule
    if not apart:
        facts += head.strip_head(printed, at, known, rules, struck)
    body_from = (apart or (at[1] if at else 0)) + 1
    for _ in range(_ROUNDS):  # what one reader takes may uncover a notice for another; mostly one round, rarely three
        before = len(struck)
        tail.related(printed, struck)
        tail.announcements(printed, struck, body_from - 1)
        tail.peel(printed, rules, struck, body_from - 1)
        if len(struck) == before:
            break
    # A page of pictures says what it says in their captions: then they are the text, all of them. Between paragraphs a caption is the text's own.
    captions = [n for n, rule in struck.items() if rule == "photo-caption"]
    if captions:
        told = [n for n, x in enumerate(printed) if n not in struck and n >= body_from and lines.is_sentence(x.folded)]
        for n in [n for n in captions if told and told[0] < n < told[-1]]:
            del struck[n]
            captions.remove(n)
    others = [x for n, x in enumerate(printed) if n not in struck and not (at and at[0] <= n <= at[1])]
    size = sum(len(x.folded) for x in others if x.in_table or lines.is_sentence(x.folded))
    if captions and sum(len(printed[n].folded) for n in captions) * 2 >= size:
        for n in captions:
            del struck[n]
    head.repeats(printed, at, struck)
    for n in list(struck):
        if at and at[0] <= n <= at[1]:
            del struck[n]
    facts += tail.owner(printed, struck)
    for n, rule in struck.items():
        if rule in ("publish-line-tail", "source-editor-line") and n > body_from:
            facts += [f._replace(rank=f.rank + 12) for f in printed[n].says(labels.read_line(printed[n].folded))]
    span = (printed[at[0]].start, printed[at[1]].end) if at else title
    if span and title is None:
        facts.append(Fact("title", text[slice(*span)], "title-above-publish-line", 30).at(*span))
    first = next((x for n, x in enumerate(printed) if n not in struck), None)
    named = span or (first and (first.start, first.end))
    facts += statements.stated(printed, struck)
    facts += statements.of_title(text[slice(*named)], named) if named else []
    changes = [Change(printed[n].start, printed[n].end, "", rule) for n, rule in struck.items()]
    changes += tail.glued(printed, struck, rules)
    headings = {b.start for b in blocks if b.kind == "heading" and (span is None or b.start >= span[1])}
    changes += tail.edit_links(printed, struck, headings)
    return Notices(sorted(changes), facts, span)


def _numbers(printed: Sequence[PrintedLine], title: tuple[int, int] | None) -> tuple[int, int] | None:
    """The numbers of the first and last line that a title's span touches."""
    if title is None:
        return None
    inside = [n for n, line in enumerate(printed) if line.start < title[1] and title[0] < line.end]
    return (inside[0], inside[-1]) if inside else None
