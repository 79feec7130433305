"""Slots: the places of a template where one line stands that differs from page to page: title, date, medium."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from ingest.han import bodies, dates, outlets, width
from ingest.patterns import pattern
from ingest.sites.clusters import LEAST
from ingest.sites.sketch import Path, Sketch, masked, squashed
from ingest.sites.template import Slot

EXAMPLE = 60
"""Characters of a line that a model shows as an example."""
_NAMED = pattern(r"tit|headline|\bbt\b|biaoti|head", re.I)
_SUB = pattern(r"sub|site|logo|nav|menu|foot", re.I)
_SOURCE = pattern(r"source|laiyuan|\bfrom\b|\bly\b|media|copyfrom", re.I)
_LONGEST = 24  # characters of a medium's name
_TITLE, _TITLE_ALONE, _TITLE_SOME = 1.3, 0.8, 2.2
"""How much a place has to look like the title's: agree with `<title>` on two thirds of its pages, or have a heading's tag
or name as well; less where `<title>` is the same on most pages, more for a place that only some of them have."""


class Seen(NamedTuple):
    """A page being learnt from: its lines' texts without white space, and masked."""

    page: Sketch
    texts: list[str]
    keys: list[str]
    root: tuple[int, int] | None


class Slots(NamedTuple):
    """Where title, dates (best first) and medium stand."""

    title: Slot | None
    dates: tuple[Slot, ...]
    source: Slot | None


class _Place:
    """What pages have at one path."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.pages = self.single = self.size = self.before = self.away = self.dated_once = self.media = 0
        self.stated = self.agrees = 0  # pages whose <title> says something, and those where it says this
        self.texts: set[str] = set()
        self.days: list[str] = []
        self.example = ""


def find(seen: Sequence[Seen], root: Path | None, silent: Sequence[str]) -> Slots:
    """The slots of a template: places that most of its pages have, outside the text's element."""
    places = _places(seen, silent)
    n = len(seen)
    constant = _constant(seen, silent)
    fit = [p for p in places if p.pages >= 0.7 * n]
    named = _likeliest(fit, constant, _TITLE_ALONE if constant else _TITLE)
    outside = [p for p in fit if not (root and _inside(p.path, root))]
    days = [p for p in outside if _dated(p)]
    # Of those that have one on nearly every page the nearest to the text.
    days.sort(key=lambda p: (-round(len(p.days) / p.pages, 1), p.away / len(p.days), p.size / p.pages, p.path.text))
    media = [p for p in outside if p is not named and _names_media(p)]
    media.sort(key=lambda p: (-p.media / p.pages, p.size / p.pages, p.path.text))
    return Slots(_slot(named) if named else None, tuple(_slot(p) for p in days[:3]), _slot(media[0]) if media else None)


def title_of_some(seen: Sequence[Seen], silent: Sequence[str]) -> int | None:
    """The path where the title stands, where it surely is one and other pages have none: then these are no articles."""
    some = [p for p in _places(seen, silent) if LEAST <= p.pages < 0.9 * len(seen)]
    place = _likeliest(some, _constant(seen, silent), _TITLE_SOME)
    return place.path.id if place else None


def _constant(seen: Sequence[Seen], silent: Sequence[str]) -> bool:
    """Whether `<title>` says nothing on most pages."""
    return 2 * sum(squashed(s.page.layout.title) in silent for s in seen) >= len(seen)


def _likeliest(places: Sequence[_Place], constant: bool, least: float) -> _Place | None:
    """The place that looks most like the title's, if enough."""
    value, _, place = max(
        ((_title(p, constant), p.path.text, p) for p in places), key=lambda x: x[:2], default=(0, "", None)
    )
    return place if value >= least else None


def _places(seen: Sequence[Seen], silent: Sequence[str]) -> Collection[_Place]:
    places: dict[int, _Place] = {}
    for s in seen:
        lines = s.page.layout.lines
        element = squashed(s.page.layout.title)
        stated = "" if element in silent else masked(s.page.layout.title)
        top, end = s.root or (len(lines), len(lines))
        count = Counter(p.id for p in s.page.lines)
        met: set[int] = set()
        dated: Counter[int] = Counter()
        for i, (line, path) in enumerate(zip(lines, s.page.lines, strict=True)):
            place = places.get(path.id) or places.setdefault(path.id, _Place(path))
            if line.size < 120 and (day := dates.find(width.digits(line.text))):
                dated[path.id] += 1
                if dated[path.id] == 1:
                    place.days.append(day.iso)
                    place.away += top - i if i < top else abs(i - end) + 2
            if path.id in met:
                continue
            met.add(path.id)
            place.pages += 1
            place.single += count[path.id] == 1
            place.size += line.size
            place.texts.add(s.keys[i])
            place.stated += stated != ""
            place.agrees += len(s.keys[i]) >= 4 and s.keys[i] in stated
            place.media += medium(line.text) is not None
            place.before += i <= top + 1 and line.link * 2 <= line.size
            place.example = place.example or line.text[:EXAMPLE]
        for path_id, times in dated.items():
            places[path_id].dated_once += times == 1
    return places.values()


def _title(place: _Place, constant: bool) -> float:
    """How much a place looks like the title's: what agrees with `<title>` most of all, then headings and names."""
    a = place.pages
    if a < LEAST or not 3 <= place.size / a <= 120:
        return 0.0
    if len(place.texts) < 0.7 * a or place.single < 0.85 * a or place.before < 0.8 * a:
        return 0.0
    # Names of columns stand in the <title> of their own pages, and not in that of an article.
    if place.stated >= LEAST and place.agrees < 0.5 * place.stated and not constant:
        return 0.0
    last = place.path.text.rsplit("/", 1)[-1]
    value = 2.0 * place.agrees / a
    value += 1.0 if re.match(r"h[1-3]\b", last) else 0.0
    value += 0.8 if _NAMED.search(last) and not _SUB.search(last) else 0.0
    dated = len(place.days) > 0.5 * a
    if constant and not dated:
        value += 0.9 if len(place.texts) >= 0.95 * a else 0.5
    if place.media >= 0.8 * a:
        value -= 0.6  # the medium differs from page to page as well
    return value - (0.9 if dated else 0.0)


def _dated(place: _Place) -> bool:
    """Whether a place holds one date on most pages, and not the same."""
    return place.dated_once >= 0.7 * place.pages and len(set(place.days)) >= max(3, 0.3 * place.pages)


def _names_media(place: _Place) -> bool:
    """Whether a place names a medium or a body on most pages, and not the same; columns and their channels are none."""
    a = place.pages
    if a < LEAST or place.single < 0.85 * a or place.before < 0.8 * a or len(place.texts) < 3:
        return False
    return place.media >= (0.5 if _SOURCE.search(place.path.text.rsplit("/", 1)[-1]) else 0.8) * a


def medium(text: str) -> str | None:
    """The medium or body that a whole line names, and nothing else."""
    name = text.strip(" \u3000\xa0[]【】()（）")
    if not 3 <= len(name) <= _LONGEST:
        return None
    return name if outlets.NAME.fullmatch(name) or bodies.LINE.fullmatch(name) else None


def _slot(place: _Place) -> Slot:
    return Slot(path=place.path.id, text=place.path.text, pages=place.pages, example=place.example)


def _inside(path: Path, root: Path) -> bool:
    return path.text == root.text or path.text.startswith(root.text + "/")
