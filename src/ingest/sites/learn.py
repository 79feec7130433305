"""From pages of one template to what is known of it.

What all pages print is chrome; where one line stands that differs from page to page is a slot; the element that holds
the prose which only one page has is the text's. A page more than half of whose long lines stand on an earlier one is a
reprint and teaches nothing, so that ten thousand copies of a form are one.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from statistics import median

from ingest.han import dates, width
from ingest.page.layout import VisibleLine
from ingest.patterns import pattern
from ingest.sites import slots
from ingest.sites.clusters import LEAST, clusters
from ingest.sites.sketch import Path, Sketch, hashed, is_row, masked, squashed
from ingest.sites.slots import Seen
from ingest.sites.template import Chrome, Model, Slot, Template

_LISTING = 0.35
_LISTING_STILL = 0.25
"""Share of links in what differs, from which a template is one of lists, and down to which it stays one."""
_LISTING_HEADED = 0.6
"""The same where most pages have a headline of their own, which no column has: a question with short answers is no list."""
_HEADLINE = 10
_DIVIDER = pattern(r"\s*[-_|｜—–:：>»·]+\s*|\s+")


def learn(scope: str, pages: Sequence[Sketch], total: int, before: Model | None = None) -> Model:
    """The templates of a scope, from a sample of its `total` pages; `before` is what was known of it."""
    found = [t for group in clusters(pages) for t in _learnt([pages[n] for n in group], before)]
    templates = tuple(sorted(found, key=lambda t: (-t.seen, t.core)))
    return Model(scope=scope, sampled=len(pages), total=total, templates=templates)


# ---------------------------------------------------------------- pages that teach


def _distinct(pages: Sequence[Sketch]) -> list[Sketch]:
    """The pages without those that repeat one before."""
    long = [{masked(x.text) for x in page.layout.lines if x.size >= 30 and x.link * 2 < x.size} for page in pages]
    often = Counter(line for lines in long for line in lines)
    limit = max(3, 0.2 * len(pages))
    places: dict[str, list[int]] = defaultdict(list)
    out: list[Sketch] = []
    for page, lines in zip(pages, long, strict=True):
        own = sorted(line for line in lines if often[line] <= limit)
        copied = Counter(k for line in own for k in places.get(line, ()))
        if own and copied and copied.most_common(1)[0][1] * 2 > len(own):
            continue
        if not own and any(p.signature == page.signature and _same(p, page) for p in out):
            continue
        for line in own:
            places[line].append(len(out))
        out.append(page)
    return out


def _same(one: Sketch, two: Sketch) -> bool:
    return [x.text for x in one.layout.lines] == [x.text for x in two.layout.lines]


def _learnt(pages: Sequence[Sketch], before: Model | None) -> list[Template]:
    """The template of a group of pages; two of them where only some have a title's place, and so are articles."""
    seen = [
        Seen(p, [squashed(x.text) for x in p.layout.lines], [masked(x.text) for x in p.layout.lines], None)
        for p in _distinct(pages)
    ]
    if len(seen) < LEAST:
        return []
    if (titled := slots.title_of_some(seen, _elements(seen)[0])) is not None:
        has = [any(path.id == titled for path in page.lines) for page in pages]
        parts = [[page for page, it in zip(pages, has, strict=True) if it is side] for side in (True, False)]
        return [template for part in parts for template in _learnt(part, before)]
    return [_template(seen, len(pages), before)]


def _template(seen: list[Seen], pages: int, before: Model | None) -> Template:
    n = len(seen)
    printed = Counter(key for s in seen for key in set(s.keys))
    root = _root(seen, printed)
    if root:
        seen = [s._replace(root=_span(s.page, root.id)) for s in seen]
    silent, suffixes, prefixes = _elements(seen)
    found = slots.find(seen, root, silent)
    at_place = Counter(x for s in seen for x in {(p.id, t) for p, t in zip(s.page.lines, s.texts, strict=True)})
    held = {s.path for s in (found.title, found.source, *found.dates) if s}
    paths = Counter(x for s in seen for x in s.page.signature)
    core = tuple(sorted(x for x, k in paths.items() if k >= 0.9 * n))
    summarised = _summarised(seen, at_place)
    linked = 1.0 if summarised else 0.0 if _read(seen, printed) else _linked(seen, at_place)
    known = before and next((t for t in before.templates if t.listing and _akin(t.core, core)), None)
    listing = linked >= (_LISTING_HEADED if _headed(seen, found.title) else _LISTING_STILL if known else _LISTING)
    text = _content(seen, root, at_place)
    return Template(
        pages=n,
        seen=pages,
        listing=listing,
        linked=round(linked, 3),
        core=core,
        usual=tuple(sorted(x for x, k in paths.items() if 2 * k >= n)),
        title=None if listing else found.title,
        dates=() if listing else found.dates,
        root=root and Slot(path=root.id, text=root.text, pages=n, example=""),
        content=() if listing else text[0],
        beside=() if listing else text[1],
        source=None if listing else found.source,
        again=() if listing else _again(seen, at_place),
        silent=silent,
        suffixes=suffixes,
        prefixes=prefixes,
        chrome=_chrome(seen, at_place, held, inside=False),
        tail=() if listing or n < 10 else _chrome(seen, at_place, held, inside=True),
    )


def _headed(seen: Sequence[Seen], title: Slot | None) -> bool:
    """Whether the title's place holds a headline on most pages, each another and longer than the name of a column."""
    if title is None:
        return False
    heads = [next((t for t, p in zip(s.texts, s.page.lines, strict=True) if p.id == title.path), "") for s in seen]
    heads = [text for text in heads if text]
    return len(set(heads)) >= 0.9 * len(seen) and median(map(len, heads)) >= _HEADLINE


def _akin(one: Sequence[int], two: Sequence[int]) -> bool:
    return len(set(one) & set(two)) * 2 > len(set(one) | set(two))


# ---------------------------------------------------------------- the text's element


def _own(line: VisibleLine, key: str, printed: Counter[str], n: int) -> int:
    """How much prose a line has that only one page (hardly any other) prints."""
    if line.size <= 12 or line.link * 2 >= line.size or not (line.marks or line.size > 30):
        return 0
    return line.size - line.link if printed[key] <= max(1, 0.05 * n) else 0


def _root(seen: Sequence[Seen], printed: Counter[str]) -> Path | None:
    """The deepest path that holds four fifths of the prose that pages have for themselves, on four fifths of them."""
    held: Counter[Path] = Counter()
    most: Counter[Path] = Counter()
    total = 0
    for s in seen:
        lines = s.page.layout.lines
        sums = [0]
        for line, key in zip(lines, s.keys, strict=True):
            sums.append(sums[-1] + _own(line, key, printed, len(seen)))
        if sums[-1] < 60:
            continue
        total += 1
        shares: dict[Path, float] = {}
        for box, path in zip(s.page.layout.boxes, s.page.boxes, strict=True):
            share = (sums[box.last] - sums[box.first]) / sums[-1]
            shares[path] = max(shares.get(path, 0.0), share)
        for path, share in shares.items():
            held[path] += share  # type: ignore[assignment]
            most[path] += share >= 0.5
    fit = [p for p in held if total >= LEAST and held[p] >= 0.8 * total and most[p] >= 0.8 * total and p.depth]
    return max(fit, key=lambda p: (p.depth, held[p], p.text), default=None)


def _span(page: Sketch, root: int) -> tuple[int, int] | None:
    """The lines from the first to the last that stand in an element of that path."""
    inside = [b for b, p in zip(page.layout.boxes, page.boxes, strict=True) if p.id == root and b.first < b.last]
    return (inside[0].first, max(b.last for b in inside)) if inside else None


def _content(
    seen: Sequence[Seen], root: Path | None, at_place: Counter[tuple[int, str]]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Paths behind the text's element that hold prose of the page's own as well, and those inside it that hold none.

    Text stands behind the element on a good part of the pages, hardly linked, and nothing else at its path. What many
    pages have inside the element, and which is mostly none of their own prose, stands beside the text.
    """
    n = len(seen)
    if root is None:
        return (), ()
    pages: dict[tuple[int, bool], set[int]] = defaultdict(set)
    met: dict[tuple[int, bool], set[int]] = defaultdict(set)
    size, link, own = (Counter[tuple[int, bool]]() for _ in range(3))
    for k, s in enumerate(seen):
        if s.root is None:
            continue
        for i in range(s.root[0], len(s.texts)):
            line, place = s.page.layout.lines[i], (s.page.lines[i].id, i < s.root[1])
            size[place] += line.size
            link[place] += line.link
            met[place].add(k)
            if line.marks and line.size > 15 and at_place[place[0], s.texts[i]] <= max(1, 0.03 * n):
                pages[place].add(k)
                own[place] += line.size
    behind = {
        place[0]
        for place in pages
        if not place[1] and n >= 10 and len(pages[place]) >= 0.15 * n
        and own[place] >= 0.7 * size[place] and link[place] * 4 <= size[place]
    }  # fmt: skip
    beside = {place[0] for place in size if place[1] and len(met[place]) >= 0.3 * n and own[place] * 2 < size[place]}
    return tuple(sorted(behind)), tuple(sorted(beside))


def _again(seen: Sequence[Seen], at_place: Counter[tuple[int, str]]) -> tuple[int, ...]:
    """Lines from the beginning of the text's element on that several pages print at one place."""
    least = max(2, 0.04 * len(seen))
    out = set()
    for s in seen:
        for i in range(s.root[0] if s.root else len(s.texts), len(s.texts)):
            place = s.page.lines[i].id, s.texts[i]
            if at_place[place] >= least:
                out.add(hashed(f"{place[0]} {place[1]}"))
    return tuple(sorted(out))


def _elements(seen: Sequence[Seen]) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """What `<title>` is on many pages, ends in, begins with; white space left out."""
    every = [s.page.layout.title for s in seen if s.page.layout.title]
    counts = Counter(squashed(t) for t in every)
    silent = tuple(sorted(t for t, k in counts.items() if k >= 3 and k >= 0.05 * len(every)))
    ends, begins = Counter[str](), Counter[str]()
    unlike = {squashed(t): t for t in every}
    for text in unlike.values():
        for mark in _DIVIDER.finditer(text):
            if mark.start() > 0:
                ends[squashed(text[mark.start() :])] += 1
            if mark.end() < len(text):
                begins[squashed(text[: mark.end()])] += 1
    least = max(3, 0.1 * len(unlike))
    suffixes = [t for t, k in ends.items() if t and k >= least]
    prefixes = [t for t, k in begins.items() if k >= max(3, 0.3 * len(unlike))]
    return silent, tuple(sorted(suffixes, key=_longest)), tuple(sorted(prefixes, key=_longest))


def _plain(line: VisibleLine) -> bool:
    """Whether a line of a slot says nothing of the page: a label without a value."""
    return line.text.rstrip().endswith((":", "："))


def _longest(text: str) -> tuple[int, str]:
    return -len(text), text


# ---------------------------------------------------------------- lists, chrome


def _chrome_from(n: int) -> float:
    """On how many of `n` pages a line stands that the template prints."""
    return max(3, 0.3 * n)


def _linked(seen: Sequence[Seen], at_place: Counter[tuple[int, str]]) -> float:
    """The share of links in what the template does not print, on the page in the middle."""
    n = len(seen)
    shares = []
    for s in seen:
        size = link = 0
        for line, path, text in zip(s.page.layout.lines, s.page.lines, s.texts, strict=True):
            if at_place[path.id, text] < _chrome_from(n):
                size += line.size
                link += line.link
        shares.append(link / size if size else 0.0)
    return median(shares)


def _read(seen: Sequence[Seen], printed: Counter[str]) -> bool:
    """Whether most pages have a text where texts stand: prose of their own, hardly linked, whatever links differ beside it."""
    texts = 0
    for s in seen:
        low, high = s.root or (0, 0)
        lines = s.page.layout.lines[low:high]
        own = sum(_own(line, key, printed, len(seen)) for line, key in zip(lines, s.keys[low:high], strict=True))
        size = sum(line.size for line in lines)
        texts += own >= 60 and sum(line.link for line in lines) * 4 <= size
    return texts >= 0.6 * len(seen)


def _summarised(seen: Sequence[Seen], at_place: Counter[tuple[int, str]]) -> bool:
    """Whether most pages are lists whose links have a summary each: links and dates in turn, and no text beside them."""
    alike = 0
    for s in seen:
        lines = s.page.layout.lines
        once = [at_place[p.id, t] < _chrome_from(len(seen)) for p, t in zip(s.page.lines, s.texts, strict=True)]
        linked = Counter(p.id for x, p, own in zip(lines, s.page.lines, once, strict=True) if own and is_row(x))
        path, rows = linked.most_common(1)[0] if linked else (0, 0)
        if rows < 4:
            continue
        places = [i for i, (p, own) in enumerate(zip(s.page.lines, once, strict=True)) if own and p.id == path]
        first, last = places[0], places[-1] + 4
        days = sum(dates.find(width.digits(x.text)) is not None for x in lines[first:last] if x.size < 200)
        prose = [i for i, x in enumerate(lines) if once[i] and x.marks and x.size > 20 and x.link * 2 <= x.size]
        beside = sum(lines[i].size for i in prose if not first <= i < last)
        alike += days >= 0.8 * rows and len(prose) <= 1.5 * rows and beside * 3 <= sum(lines[i].size for i in prose)
    return alike >= 0.6 * len(seen)


def _chrome(
    seen: Sequence[Seen], at_place: Counter[tuple[int, str]], held: set[int], *, inside: bool
) -> tuple[Chrome, ...]:
    """The lines that many pages print at one place: outside the text's element; or inside, where it ends."""
    n = len(seen)
    need = max(5, 0.5 * n) if inside else _chrome_from(n)
    out: dict[tuple[int, str], str] = {}
    for s in seen:
        low, high = s.root or (0, 0)
        for i, (line, path) in enumerate(zip(s.page.layout.lines, s.page.lines, strict=True)):
            place = path.id, s.texts[i]
            if (path.id not in held or _plain(line)) and (low <= i < high) is inside and at_place[place] >= need:
                out.setdefault(place, line.text[: slots.EXAMPLE])
    rows = (
        Chrome(path=path, line=hashed(text), pages=at_place[path, text], example=example)
        for (path, text), example in out.items()
    )
    return tuple(sorted(rows, key=lambda c: (-c.pages, c.path, c.line)))
