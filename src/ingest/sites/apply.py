"""A page read by the templates of its site: pure, and cheap, for it is done to every page of a site that is known."""

from collections.abc import Callable, Iterable, Sequence

from ingest.blocks import Fact
from ingest.han import dates, numerals, width
from ingest.page.layout import Layout
from ingest.page.neighbours import SLOT, Told
from ingest.patterns import pattern
from ingest.sites import slots
from ingest.sites.sketch import Sketch, hashed, likeness, line_of, sketch, squashed
from ingest.sites.template import FORM, Lead, Slot, Template

_CORE = 0.8
_LIKE = 0.5
_DATE_RANK = 18
"""Behind what a label or `<meta>` says is the day of publication, before any date that merely stands near the title."""
_MEDIUM_RANK = 30
"""Behind what a label says is the source, before a name that stands beside a date."""
_LED_TITLE = 62
"""Behind all that the page says itself: a row is often cut short."""
_LED_DATE = 42
LIST = "site-list"
_LED = "a list of the site leads here so"
_ATTACHED = pattern(r"^(?:相关|本文)?附(?:件|表|图)?(?:下载|列表)?[：:]?$")
_HEADS = frozenset(("h2", "h3", "h4", "h5", "h6"))
# Never taken out inside a text: what closes a document, signs, dates or numbers it, and blanks to be filled in.
_GUARD = pattern(
    r"^[（(]此件|[年×xX○〇0-9_＿\s]月.{0,6}日|^(?:此致|敬礼|特此|附[件注：:]|注[：:]|抄[送报]|主题词)"
    r"|(?:法院|检察院|人民政府|委员会|办公室|厅|局|部|公司|院|处|会|章[）)]?|签字|签名)[：:]?$|[_＿]{2}"
    rf"|^[（(]?[{numerals.HAN}0-9０-９]+[）)、.．。]|^第.{1, 5}[条章节]|施行|生效|有效"
)


def matched(page: Sketch, templates: Iterable[Template]) -> Template | None:
    """The template that a page has: nearly all paths that its pages have in common, and as few others as they."""
    best, most = None, _LIKE
    for template in templates:
        core = template.core_set
        if core and len(core & page.signature) >= _CORE * len(core):
            like = likeness(template.usual_set, page.signature)
            if like > most:
                best, most = template, like
    return best


def told(layout: Layout, templates: Sequence[Template], form: int = FORM) -> tuple[Told, Template, Sketch] | None:
    """What the templates of its site, of one form, tell of a page; None where it has none of them."""
    page = sketch(layout, form)
    template = matched(page, templates)
    if template is None:
        return None
    places = [path.id for path in page.lines]
    span = _root(page, template)
    strips, kept = _printed(page, places, template, span)
    title = _title(page, places, template)
    found = Told(
        template=template.id,
        title=title,
        silent=squashed(layout.title) in template.silent,
        element=_element(layout.title, template),
        is_text=_text(page, places, template, span, strips),
        strips=strips,
        kept=kept,
        facts=tuple(_facts(page, places, template, title)),
    )
    return found, template, page


def _root(page: Sketch, template: Template) -> tuple[int, int] | None:
    if template.root is None:
        return None
    root = template.root.path
    boxes = page.layout.boxes
    inside = [b for n, p in enumerate(page.boxes) if p.id == root and (b := boxes[n]).first < b.last]
    return (inside[0].first, max(b.last for b in inside)) if inside else None


def _title(page: Sketch, places: list[int], template: Template) -> tuple[int, int] | None:
    """The lines in the title's slot."""
    if template.title is None or (path := template.title.path) not in places:
        return None
    lines = page.layout.lines
    first = places.index(path)
    last = first + 1
    while last < len(lines) and places[last] == path and lines[last].unit == lines[first].unit:
        last += 1
    size = sum(x.size for x in lines[first:last])
    return (first, last) if 2 <= size <= 150 else None


def _element(element: str, template: Template) -> tuple[int, int] | None:
    """Where in `<title>` the document's title stands: between what many pages of the template have around it."""
    plain = squashed(element)
    if plain in template.silent:
        return None
    start, end = 0, len(plain)
    for suffix in template.suffixes:
        if plain.endswith(suffix) and end - len(suffix) >= 4:
            end -= len(suffix)
            break
    for prefix in template.prefixes:
        if plain.startswith(prefix) and end - len(prefix) >= 4:
            start = len(prefix)
            break
    if (start, end) == (0, len(plain)):
        return None
    solid = [n for n, c in enumerate(element) if not c.isspace()]
    return solid[start], solid[end - 1] + 1


def _text(
    page: Sketch, places: list[int], template: Template, span: tuple[int, int] | None, strips: dict[int, str]
) -> Callable[[int], bool]:
    """Whether a line is one of the text's element, or of what holds text behind it, and not the template's."""
    if span is None or template.listing:
        return lambda n: False
    lines = page.layout.lines

    def is_text(n: int) -> bool:
        path = places[n]
        if n in strips or path in template.chrome_at or n < span[0]:
            return False
        if n < span[1]:
            fits = path not in template.beside and lines[n].link * 2 <= lines[n].size
        else:
            fits = path in template.content and not lines[n].link
        return fits and hashed(f"{path} {squashed(lines[n].text)}") not in template.again_set

    return is_text


def _printed(
    page: Sketch, places: list[int], template: Template, span: tuple[int, int] | None
) -> tuple[dict[int, str], dict[int, str]]:
    """Lines that the template prints: those that may go, and those inside the text that stay."""
    strips: dict[int, str] = {}
    kept: dict[int, str] = {}
    lines = page.layout.lines
    low, high = span or (0, len(lines))  # where the text is not known, anything may be it
    chrome, tail, notes = template.chrome_at, template.tail_at, template.notes
    for n in (*range(low), *range(high, len(lines))):
        there = chrome.get(places[n])
        if there and (pages := there.get(line_of(lines[n].text))):
            strips[n] = notes[pages]
    for n in [n for n in strips if _heads(page, n, strips)]:
        del strips[n]
    at_end = True
    for n in range(high - 1, low - 1, -1):
        there = tail.get(places[n])
        pages = there.get(line_of(lines[n].text)) if there else None
        at_end = at_end and pages is not None and _GUARD.search(lines[n].text) is None
        if pages is not None:
            (strips if at_end else kept)[n] = notes[pages]
        elif not tail:
            break
    return strips, kept


def _heads(page: Sketch, n: int, strips: dict[int, str]) -> bool:
    """Whether a line that many pages print stands over text that is this page's own: then it is its heading."""
    lines, boxes = page.layout.lines, page.layout.boxes
    line = lines[n]
    box = boxes[line.box]
    if line.tag not in _HEADS and not (line.size <= 20 and box.last > n + 1):
        return False
    after = n + 1
    while after in strips:
        after += 1
    around = box if box.last > n + 1 or box.parent < 0 else boxes[box.parent]
    if after >= around.last:
        return False
    below = lines[after]
    if _ATTACHED.search(line.text):
        return True  # what is attached are links
    return (below.marks >= 1 or below.size > 30) and below.link * 2 < below.size


def _facts(page: Sketch, places: list[int], template: Template, title: tuple[int, int] | None) -> Iterable[Fact]:
    lines = page.layout.lines
    if title and template.title:
        text = "".join(x.text for x in lines[slice(*title)])
        note = template.note(template.title.pages)
        yield Fact("title", text, SLOT, 5, lines[title[0]].start, lines[title[1] - 1].place[1], "site", note)
    if template.source:
        yield from _medium(page, places, template.source)
    for slot in template.dates:
        for n in range(places.index(slot.path) if slot.path in places else len(places), len(places)):
            if places[n] == slot.path and (day := dates.find(width.digits(lines[n].text))):
                start = lines[n].start
                yield Fact(
                    "published_on",
                    day.iso,
                    SLOT,
                    _DATE_RANK,
                    start + day.start,
                    start + day.end,
                    "site",
                    template.note(slot.pages),
                )
                return


def _medium(page: Sketch, places: list[int], slot: Slot) -> Iterable[Fact]:
    """The medium in its slot, where it names one."""
    lines = page.layout.lines
    if slot.path in places and (name := slots.medium(lines[n := places.index(slot.path)].text)):
        start = lines[n].start + lines[n].text.index(name)
        yield Fact("publisher", name, SLOT, _MEDIUM_RANK, start, start + len(name), "site")


def said(lead: Lead) -> Iterable[Fact]:
    """What a list of the site says of the page: a title that is not cut short, and the day."""
    if not lead.title.endswith(("…", "...", "..")) and len(lead.title) >= 4:
        yield Fact("title", lead.title, LIST, _LED_TITLE, origin="site", note=_LED)
    if lead.date:
        yield Fact("published_on", lead.date, LIST, _LED_DATE, origin="site", note=_LED)
