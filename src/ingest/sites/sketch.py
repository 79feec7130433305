"""What a page's template looks like: the path of each element and line, by tag, id and classes.

A path leaves out what changes between pages of one template: digits and hexadecimal numbers in names, classes that say a
state (current, active), places among siblings, inline wrappers without a name.
"""

import hashlib
import re
from functools import lru_cache
from typing import NamedTuple

from ingest.han import dates, width
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern
from ingest.sites.template import FORM

_DEEPEST = 9
"""Elements below this depth are the text's own and not the template's."""
_NUMBER = pattern(r"(?=[0-9a-f]*\d)[0-9a-f]{4,}|\d+", re.I)
_LONG_NUMBER = pattern(r"(?=[0-9a-f]*\d)[0-9a-f]{4,}|\d{3,}", re.I)
"""Since form 2 of the models: figures of one or two digits in classes are the template's own (b1, b2, col-8)."""
_MOST = 1 << 16
_LONGEST = 2000
"""Characters of a path that is written out; what a hostile page nests beyond that goes on from a hash."""
_STATES = frozenset(
    "on current active selected cur hover first last odd even show hide hidden open focus now".split()  # noqa: SIM905
)
_PASSED = frozenset(("html", "body", "tbody"))
_INLINE = frozenset(("span", "a", "font", "b", "strong", "em", "i", "u"))
_SPACE = pattern(r"[\s\u3000\u00a0]+")
_DIGITS = pattern(r"\d+")


class Path:
    """A path: a hash of it, how many elements it has, how it reads, whether its last element has a name.

    It knows where one gets from it (`steps`), since a page has hundreds of elements and a site no more than some hundred
    paths: they are made once.
    """

    __slots__ = ("depth", "id", "named", "near", "steps", "text")

    def __init__(self, text: str, depth: int, named: bool) -> None:
        self.id = hashed(text) if text else 0
        self.depth = depth
        self.text = text
        self.named = named
        self.near = depth <= _DEEPEST
        self.steps: dict[object, Path] = {}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Path) and self.id == other.id

    def __hash__(self) -> int:
        return self.id


class Sketch(NamedTuple):
    """A page's layout with the path of each box and line, and the paths near the root that show something."""

    layout: Layout
    boxes: list[Path]
    lines: list[Path]
    signature: frozenset[int]


def hashed(text: str) -> int:
    """48 bits of a hash of a text, the same on every machine."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).digest(), "big")


@lru_cache(maxsize=1 << 14)
def line_of(text: str) -> int:
    """The hash of a line without its white space; what a template prints comes again and again."""
    return hashed(squashed(text))


def squashed(text: str) -> str:
    """A line's text without white space."""
    return _SPACE.sub("", text)


def masked(text: str) -> str:
    """A line's text as its neighbours print it: without white space, and a short one without its figures."""
    text = _SPACE.sub("", text)
    return _DIGITS.sub("0", text) if len(text) <= 60 else text


def _name(id: str, classes: str, form: int) -> str:
    mask = _NUMBER if form < 2 else _LONG_NUMBER
    words = sorted({mask.sub("0", c) for c in classes.split()[:6] if c.lower() not in _STATES and len(c) < 40})
    named = f"#{_NUMBER.sub('0', id)}" if id and len(id) <= 60 and "/" not in id else ""
    return named + "".join(f".{word}" for word in words[:4])


class _Paths:
    """All paths that were met, for models of one form. Pages can have any number: beyond `_MOST` all are made anew."""

    def __init__(self, form: int) -> None:
        self.form = form
        self._clear()

    def _clear(self) -> None:
        self.top = Path("", 0, False)
        self.known: dict[str, Path] = {}
        self.steps = 0

    def start(self) -> Path:
        """The path that a page begins with."""
        if self.steps >= _MOST:
            self._clear()
        return self.top

    def step(self, parent: Path, key: object, tag: str, id: str, classes: str) -> Path:
        """The path of an element in one with the path `parent`, found by `key` from now on."""
        name = _name(id, classes, self.form) if id or classes else ""
        if tag in _PASSED or (tag in _INLINE and not name):
            path = parent
        else:
            above = parent.text if len(parent.text) < _LONGEST else f"#{parent.id:x}"
            text = f"{above}/{tag}{name}"
            path = self.known.get(text) or self.known.setdefault(text, Path(text, parent.depth + 1, bool(name)))
        parent.steps[key] = path
        self.steps += 1
        return path


_paths = lru_cache(maxsize=None)(_Paths)  # one a form


def sketch(layout: Layout, form: int = FORM) -> Sketch:
    """The sketch of a page, as models of a form have it."""
    paths = _paths(form)
    top = paths.start()
    boxes: list[Path] = []
    shown: set[int] = set()
    for box in layout.boxes:
        parent = boxes[box.parent] if box.parent >= 0 else top
        tag, attributes = box.tag, box.attributes
        key: object = (tag, attributes.get("id"), attributes.get("class")) if attributes else tag
        path = parent.steps.get(key) or paths.step(
            parent, key, tag, attributes.get("id") or "", attributes.get("class") or ""
        )
        boxes.append(path)
        if path.near and box.first < box.last:
            shown.add(path.id)
    lines: list[Path] = []
    for line in layout.lines:
        path = boxes[line.box]
        if line.tag != layout.boxes[line.box].tag:
            key = line.tag, line.name
            path = path.steps.get(key) or paths.step(path, key, line.tag, "", line.name)
        lines.append(path)
    return Sketch(layout, boxes, lines, frozenset(shown))


def likeness(one: frozenset[int], two: frozenset[int]) -> float:
    """The share of paths that two pages have in common (Jaccard)."""
    if not one or not two:
        return 0.0
    both = len(one & two)
    return both / (len(one) + len(two) - both)


def is_row(line: VisibleLine) -> bool:
    """Whether a line is a row of a list: a link, and beside it hardly more than a date."""
    if line.link < 4:
        return False
    rest = line.size - line.link
    if rest * 3 > line.size and (day := dates.find(width.digits(line.text))):
        rest -= day.end - day.start
    return rest <= 6 or line.link > 3 * rest
