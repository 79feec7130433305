"""What printed lines say of the page: 发布时间 and 来源 around the title, wherever they stand in the markup."""

import re
from collections.abc import Collection, Iterable, Sequence

from ingest import labels
from ingest.blocks import Fact
from ingest.han import bodies, dates, document_numbers, outlets, site_dates
from ingest.page import columns, container, element, headline, repeats, replies, stamps
from ingest.page.layout import Layout
from ingest.patterns import pattern

_HAN_NAME = pattern(r"[一-鿿]{2,4}")
_ABOVE, _BELOW, _AFTER = 14, 20, 4
# 云溪日报-2019年06月18日-…: a date that is a part of `<title>` by itself, as electronic editions of newspapers have it.
_DATED = pattern(
    rf"(?:^|[-_|—\s])({dates.WHOLE}|(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?)\s*(?:{dates.WEEKDAY})?(?=$|[-_|—\s])"
)
_PAPER = pattern(r"([一-鿿]{2,10}(?:报|報))[-_|—\s]*$")
# Under a government's press release in Hong Kong: the date, and the hour on the next line.
_HOUR = pattern(r"香港(?:时间|時間)\s?\d{1,2}\s?[時时]\s?\d{1,2}\s?分")


def near(layout: Layout, choice: container.Choice, title: headline.Title | None) -> list[Fact]:
    """Facts from the lines around the title, the text's first lines, and the lines below its end, placed in their lines."""
    lines = layout.lines
    top = title.first if title else choice.first
    out: list[Fact] = []
    linked: list[Fact] = []
    n = max(0, top - _ABOVE)
    stop = min(len(lines), max(title.last if title else 0, min(choice.first, top + 60)) + _BELOW)
    others = replies.of_them(layout, title, choice.first, choice.last)
    led = False
    told = headline.prose_from(layout, top, max(choice.last, stop))
    while n < stop:
        line = lines[n]
        n += 1
        if n - 1 in others or stamps.edited(line):
            continue
        if title and title.first < n <= title.last:
            if title.tail and n == title.last:
                out += [f.at(*line.place) for f in labels.read_line(line.text[-title.tail :].strip())]
            continue
        if line.link * 10 > line.size * 9:
            # A blog's day is a link to itself; the other links are other pages' headlines.
            if line.size <= 24 and top - 3 <= n <= top + 8:
                linked += [f for f in _stated(layout, n - 1) if f.rule == "date-line" and f.field == "published_on"]
            continue
        if line.size <= 12 and top - 6 <= n <= top + 10 and (boxes := _boxed(layout, n - 1)):
            out.append(boxes)
            continue
        if line.marks >= 2 and line.size > 80:
            # 发表于 2019-12-23 分类于 …， …， …: long for its tags, and no running text.
            if opened := _opening(line.spaced):
                out.append(opened.at(*line.place))
            elif n > choice.first:
                if n > (title.last if title else 0) + _LEDE:
                    break
                led = True  # a lede may stand over the day
            continue
        # A label alone on its line has its value on the next one (dt and dd, two cells, two spans).
        label = labels.label_of(line.text) if line.size <= 10 else None
        if label and n < stop and lines[n].size < 80 and not labels.label_of(lines[n].text):
            read = [f.at(*lines[n].place) for f in labels.value_fact(label, lines[n].text)]
            n += 1
        else:
            read = _stated(layout, n - 1)
        if n <= top:
            # Above the title: labels yes (metadata blocks), but a bare date is today's, or another page's.
            read = [
                f._replace(rank=f.rank + 3)
                for f in read
                if f.rule != "date-line" or (n > top - 3 and not _clock(layout, n - 1))
            ]
        elif n > choice.last > top:
            # Below the text bare days are those of a list.
            read = [f for f in read if f.rule != "date-line"]
        elif line.link and n - 1 > told:
            # Below running text a day beside a link is the other page's.
            read = [f for f in read if f.rule != "date-line"]
        elif n - 1 >= choice.first and line.tag == "p":
            # In the text itself a bare date with no clock time is a signature or an event, not the publication.
            read = [f for f in read if f.rule != "date-line" or f.rank <= 50]
        if led:
            read = [f for f in read if f.rule != "date-line"]
        if line.tag in HEADINGS and n > top and any(f.rule == "date-line" and f.field in _MEDIA for f in read):
            # 2026-08-22 · 目录更新: what a heading says beside a day is no medium, and the day an entry's.
            read = [f for f in read if f.rule != "date-line" or outlets.NAME.fullmatch(line.text[-_NAMED:])]
        if n - 1 > told or line.tag in _ENTRY:
            # A day with an hour in the text, or in a list of it, is no better than one without under the headline.
            read = [f._replace(rank=f.rank + _LATER) if f.rule == "date-line" else f for f in read]
        out += read
    if len({f.value for f in linked}) == 1:  # several: a list of other pages, or of a law's versions
        out += linked
    out += _clocks(layout, top, stop, others)[:1]
    for n in range(max(choice.first, choice.last - 3), min(len(lines), choice.last + _AFTER)):
        if lines[n].size < 120 and n not in others:
            out += [f._replace(rank=f.rank + 12) for f in _stated(layout, n) if f.rule != "date-line"]
    for n in range(max(choice.first, choice.last - 4), min(len(lines), choice.last + 8)):
        if _HOUR.match(lines[n].text) and n and (iso := dates.parse(lines[n - 1].text)):
            out.append(Fact("published_on", iso, "date-hour-lines", 40).at(*lines[n - 1].place))
    if not any(f.field == "published_on" for f in out) and (signed := _below(layout, choice, title, others)):
        out.append(signed)
    if not any(f.field == "published_on" for f in out):
        # 本帖由某某于…发表 says it wherever it stands, among a forum's lines behind the text too.
        span = range(choice.first, min(len(lines), choice.last + _AFTER))
        within = (lines[n] for n in span if lines[n].size < 120 and lines[n].text[0] in "本由" and n not in others)
        posted = (f.at(*line.place) for line in within for f in labels.read_line(line.spaced))
        out += [f for f in posted if f.rule == "posted-line"][:2]
    if title and not any(f.field == "published_on" for f in out):
        # 20-06-12, 20210413: a day only right under a headline, and a guess there.
        for line in lines[title.last : title.last + _FEW]:
            if line.marks > 1:
                break
            if line.size <= _STAMP and not line.link and (iso := site_dates.alone(line.text)):
                out.append(Fact("published_on", iso, "date-alone", 62).at(*line.place))
                break
    dated = _DATED.search(layout.title)
    if dated and (iso := dates.parse(dated[1])):
        out.append(Fact("published_on", iso, "title-date", 58).at(*dated.span(1)))
        if paper := _PAPER.search(layout.title[: dated.start()]):
            out.append(Fact("publisher", paper[1], "title-date", 58).at(*paper.span(1)))
    for line in lines[title.last : title.last + 4] if title else ():
        number = document_numbers.whole(line.text)
        if number:
            out.append(Fact("document_number", number, "number-line", 20).at(*line.place))
    if title:
        key = element.squash("".join(line.text for line in lines[title.first : title.last]))
        # What a template fills in where no medium is known; 【转载】 may stand before it in the headline.
        out = [f for f in out if f.field not in _MEDIA or not _same(element.squash(f.value), key)]
    return [f for f in out if f.field not in _MEDIA or not _column(layout, f)]


def _same(name: str, title: str) -> bool:
    """Whether what is given as a medium is the title, or all of it but a word before it."""
    return name == title or (len(name) >= _WHOLE and title.endswith(name) and len(title) - len(name) <= _WORD)


def _column(layout: Layout, fact: Fact) -> bool:
    """Whether what is given as the source is the column of the site that the page stands in: 来源：水务知识 under 首页 > 水务知识."""
    name = element.squash(fact.value)
    if len(name) > columns.SHORT or outlets.NAME.fullmatch(fact.value) or bodies.LINE.fullmatch(fact.value):
        return False
    return columns.called(layout, name, fact.start)


def _clock(layout: Layout, n: int) -> bool:
    """Whether line `n`, over a headline, is the clock of the site: the day and the weekday of who looks at it.

    A newspaper prints its own so, beside the number of a page, and a blog as a heading.
    """
    if layout.lines[n].tag[1:].isdigit() or not _WEEKDAY.search(layout.lines[n].text):
        return False
    return not any(_EDITION.search(x.text) for x in layout.lines[max(0, n - _AROUND) : n + _AROUND] if x.size <= _STAMP)


_WEEKDAY = pattern(dates.WEEKDAY)
_EDITION = pattern(
    r"第?\s?[A-Za-z]?\d{1,3}\s?版|第[一二三四五六七八九十]{1,3}版|版面|[上下]一?[期版]|总第|第\s?\d+\s?期|电子报|数字报"
)
_AROUND = 8  # lines


def _opening(line: str) -> Fact | None:
    """The day that a line opens with under a label of its own, whatever stands behind it: 发表于 2019-12-23 分类于 ….

    None where words run on behind the day, as in a sentence.
    """
    found = site_dates.find(line[:_OPENING])
    label = labels.label_of(line[: found.start]) if found else None
    if found is None or label is None or label.rank >= _ANY or not (line[found.end :][:1] or " ").isspace():
        return None
    said = labels.value_fact(label, line[found.start : found.end])
    return said[0] if said and said[0].field == "published_on" else None


_MEDIA = ("publisher", "original_source")
_OPENING = 32  # characters: a label and a day
_ANY = 20  # rank of 时间 and 日期, which may be those of anything


def _below(
    layout: Layout, choice: container.Choice, title: headline.Title | None, others: Collection[int]
) -> Fact | None:
    """The day and hour in a line of their own right below the text, as some systems set them: 2015-04-27 16:42 江城信息网.

    So is the day that stands there behind the title again, with a counter.

    None where another line near it gives one too: then they are those of a list.
    """
    lines = layout.lines
    span = range(max(choice.first, choice.last - 1), min(len(lines), choice.last + _AFTER))
    free = (n for n in span if lines[n].size < 60 and not lines[n].link and n not in others)
    if title and (key := element.squash("".join(x.text for x in lines[title.first : title.last]))):
        for line in lines[title.last : choice.last + _AFTER]:
            if line.size > len(key) + _LINE or line.text[0] != lines[title.first].text[0]:
                continue
            if (again := repeats.counted(line.text, key)) and (iso := dates.parse(again[0])):
                return Fact("published_on", iso, "date-below", 55).at(*line.place)
    said = [(n, f) for n in free for f in _stated(layout, n)]
    days = [(n, f) for n, f in said if f.rule == "date-line" and f.field == "published_on"]
    if len(days) != 1 or days[0][1].rank > _CLOCKED:
        return None
    between = lines[choice.last : days[0][0]]
    if len(between) > 1 or any(line.link or line.size > _CREDIT for line in between):
        return None  # more than a line like （责任编辑：林小满）
    return days[0][1]._replace(rule="date-below", rank=55)


_LINE = 60  # characters of a day and a counter
_WHOLE, _WORD = 8, 4  # characters of a title, and of a word before it
_ENTRY = ("li", "dd", "dt")
_LATER = 8
_LEDE = 2  # lines of it below a headline, at most
_NAMED = 14  # characters of a medium's name
HEADINGS = frozenset(("h2", "h3", "h4", "h5", "h6"))
_DAYS = 2  # of a text: when it was published, and changed
_TOP = 3
_ENTRIES = 16  # lines below a title in which further entries of a list would begin
_CREDIT = 30  # characters of a line that names an editor
_CLOCKED = 45  # rank of a bare day with an hour
_FEW = 3  # cells of a row that may hold a day, a medium and a counter
_FIGURES = pattern(r"[\d/.:年月日\s-]{1,10}")
_MONTH = pattern(r"(\d{1,2})\s*月")
_YEAR = pattern(r"(?:19|20)\d\d\s*年?")
_PRINTED = pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_STAMP = 40  # characters of a line that is a day
_MONTH_DAY = pattern(r"(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_YEAR_MONTH = pattern(r"((?:19|20)\d\d)\s*[-/.年]\s*(\d{1,2})\s*月?")
_DAY = pattern(r"\d{1,2}\s*日?")


def _boxed(layout: Layout, n: int) -> Fact | None:
    """A date in boxes of their own from line `n` on, or in pieces of it: 2020 and 07/08, or 08 and 2020-07, or 08, 7月 and 2020."""
    lines = layout.lines
    pieces = [piece.strip() for piece in lines[n].pieces if piece.strip()]
    if 1 < len(pieces) <= _FEW and (iso := _of_boxes(pieces)):
        return Fact("published_on", iso, "date-boxes", 46).at(*lines[n].place)
    for many in (_FEW, 2):
        below = lines[n : n + many]
        if len(below) == many and (iso := _of_boxes([line.text for line in below])):
            return Fact("published_on", iso, "date-boxes", 46).at(lines[n].start, below[-1].place[1])
    return None


def _of_boxes(texts: Sequence[str]) -> str | None:
    """The day that two or three texts give together."""
    if len(texts) == _FEW:
        of = _MONTH.fullmatch(texts[1]) if _YEAR.fullmatch(texts[2]) and _DAY.fullmatch(texts[0]) else None
        return site_dates.day(int(texts[2][:4]), int(of[1]), int(texts[0].rstrip("日 "))) if of else None
    if not all(map(_FIGURES.fullmatch, texts)):
        return None
    for year, rest in (texts, texts[::-1]):
        if _YEAR.fullmatch(year) and (day := _MONTH_DAY.fullmatch(rest)):
            found = site_dates.day(int(year[:4]), int(day[1]), int(day[2]))
        elif (month := _YEAR_MONTH.fullmatch(year)) and _DAY.fullmatch(rest):
            found = site_dates.day(int(month[1]), int(month[2]), int(rest.rstrip("日 ")))
        else:
            continue
        if found:
            return found
    return None


def _clocks(layout: Layout, top: int, stop: int, others: Collection[int]) -> list[Fact]:
    """The days of `<time datetime=…>` from the title on: the page may print only 三天前, or the day without its year."""
    near = (
        value
        for n, value in layout.times
        if top - 4 <= n < stop and n not in others and not _other_year(layout, n, value)
    )
    found = [(dates.parse(value), dates.written(value)) for value in near]
    if len({iso for iso, _ in found}) > _DAYS:
        return []  # those of a list
    return [Fact("published_on", iso, "time-element", 44, origin="attribute", note=own) for iso, own in found if iso]


def _other_year(layout: Layout, n: int, value: str) -> bool:
    """Whether the line of a `<time>` prints a year, and not that one: 2015-11-01 of a template over 2/26~4/29, 2024."""
    years = _PRINTED.findall(layout.lines[n].text) if n < len(layout.lines) and layout.lines[n].size < _STAMP else ()
    return bool(years) and not any(value.startswith(year) for year in years)


def as_printed(every: Sequence[Fact]) -> list[Fact]:
    """The facts, with the day of a stamp as its zone writes it where the page prints that day, and not the one it was in China."""
    printed = {f.value for f in every if f.field == "published_on" and f.origin == "text"}

    def day(fact: Fact) -> Fact:
        own = fact.note if fact.field == "published_on" and fact.origin == "attribute" else None
        if own is None:
            return fact
        return fact._replace(value=own if own in printed and fact.value not in printed else fact.value, note=None)

    return [day(fact) for fact in every if fact.field != "published_on" or fact.value >= labels.NEVER]


def _stated(layout: Layout, n: int) -> list[Fact]:
    """The facts of line `n`; none where it gives the hour of what the text announces."""
    if layout.lines[n].tag == "tr":
        return [f.at(*layout.lines[n].place) for f in _cells(layout.lines[n].text)]
    first = max(0, n - 2)
    read = labels.read_line(layout.lines[n].spaced)
    if read and labels.of_event([x.text for x in layout.lines[first : n + 3]], n - first):
        return []
    return [f.at(*layout.lines[n].place) for f in read]


def _cells(row: str) -> list[Fact]:
    """The facts of a row of a table: labels and values in turn, or each said in a cell of its own.

    A bare day among several cells is said of what the row lists.
    """
    out: list[Fact] = []
    waiting: labels.Label | None = None
    cells = row.split("\t")
    for cell in cells:
        label = labels.label_of(cell)
        if label:
            waiting = label
        elif waiting:
            out += labels.value_fact(waiting, cell)
            waiting = None
        else:
            out += labels.read_line(cell)
    listed = len(cells) > _FEW and not any(f.rule.startswith("label:") for f in out)
    return [f for f in out if not (listed and f.rule == "date-line")]


def titled(layout: Layout, title: headline.Title | None, stated: Iterable[str] = ()) -> list[Fact]:
    """What the page says its title is: the line that prints it, and `<title>` without the site's name."""
    out = []
    if title:
        lines = layout.lines[title.first : title.last]
        dated = headline.under(layout, title.last - 1)
        if dated and not title.agrees and _listed(layout, title):
            dated = False
        text = "".join(x.text for x in lines)
        rule = "title-printed" if title.agrees else "title-dated" if dated else "title-heading"
        if (not (dated or title.tail) and columns.over_menu(layout, title.first, title.last)) or (
            not (dated or title.tail) and columns.part(layout, title.first, title.last, stated, title.agrees)
        ):
            rule = "title-part"
        elif rule == "title-printed" and not dated and lines[0].link * 2 > lines[0].size:
            rule = "title-linked" if title.first >= _TOP else "title-part"  # where a logo stands
        elif rule == "title-printed" and not columns.opens(
            text[title.badge : len(text) - title.tail], (layout.title, *stated)
        ):
            rule = "title-behind"
        end = lines[-1].place[1] - title.tail
        out.append(Fact("title", text[: len(text) - title.tail], rule, 10).at(lines[0].start, end))
    if layout.title:
        start, end = element.within(layout.title, layout.names)
        out.append(Fact("title", layout.title[start:end], "title-element", 50).at(start, end))
    return out


def _listed(layout: Layout, title: headline.Title) -> bool:
    """Whether further lines stand over a day as the title does: an entry of a list."""
    further = range(title.last + 1, min(title.last + _ENTRIES, len(layout.lines) - 1))
    return sum(1 for n in further if headline.under(layout, n)) > 1


def signed(layout: Layout, name: str | None) -> list[Fact]:
    """The author that `<meta>` names, when the text names the same one as its reporter; else it may be the web editor."""
    if not name or not _HAN_NAME.fullmatch(name):
        return []
    by = re.compile(rf"(?:记者|記者|作者|通讯员|通訊員|撰文|撰稿|图文|[（(\s]文)[\s/:：|]*{name}")
    line = next((x for x in layout.lines if name in x.text and by.search(x.text)), None)
    return [Fact("author", name, "meta:author", 35).at(*line.place)] if line else []
