"""Rows of boxes that may be the posts of a thread: what is alike, and gives an hour each.

By the names of the boxes; by the names of the boxes of their texts, whatever the boxes around them are called, as a forum in a skin of its
own keeps the numbers of its texts (postmessage_12); tables without names side by side; boxes side by side each of which says who wrote it and when.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ingest.page import stamps
from ingest.page.layout import Box, Layout
from ingest.patterns import pattern

_FIGURES = pattern(r"\d+")
# What boxes of posts are called, and those of them that hold nothing but the text.
_POST = pattern(r"post|reply|repl|floor|answer|thread|topic|read|lou\b|louceng|msg|message|tiezi|bbs|atl-item", re.I)
_TEXT = pattern(r"postmessage|content|message(?![a-z])|_f\b|text|body|tpc|msgfont|richtext|\bread_\d|markitup", re.I)
_NO_POST = pattern(r"comment|pinglun|recommend|related|sidebar|list|rank|hot", re.I)
_REPLY = pattern(r"\breply[-_]?item\b", re.I)  # which a forum may call a comment too
_BESIDE = pattern(r"comment|pinglun|recommend|related|sidebar|rank|hot", re.I)
_COLUMN = pattern(r"side-?bar", re.I)
# What stands below the summaries of a blog's entries.
_ENTRY = pattern(r"[阅閱][读讀]|[评評][论論]")
_SUMMED = pattern(r"[阅閱][读讀]|[浏瀏][览覽]|[评評][论論]\W{0,2}\d|\d\W{0,2}[评評][论論]")
_TABLES = 3  # of them, at least: an article and one comment are two
_NEXT = 3  # lines below a heading over answers in which the first begins
_UP = 14  # boxes around a text in which its hour is looked for
_BOXES = frozenset(("div", "li", "article", "section", "dl"))


class Row(NamedTuple):
    """Boxes in order, none inside another; `texts` are those of their texts, where these are what is alike."""

    boxes: list[Box]
    texts: list[Box] | None = None


def candidates(layout: Layout, stamped: Sequence[int], least: int) -> Iterator[Row]:
    """Rows of boxes that are alike, the outermost first; `stamped` counts the lines that give an hour (`stamps.counted`).

    `least`: how many there have to be where nothing but the hours says that they are posts.
    """
    for boxes in _by_name(layout):
        yield Row(boxes)
    yield from _by_text(layout, stamped)
    for boxes in _tables(layout):
        yield Row(boxes)
    for boxes in _side_by_side(layout, stamped, least):
        yield Row(boxes)


def text_of(layout: Layout, box: Box) -> tuple[Box, bool]:
    """The box in a post that holds its text, and whether it is called so; else the one with nearly all of it, or the post's own.

    One that is called so and numbered may be empty: a post of pictures.
    """
    inside = []
    for inner in layout.boxes[box.index + 1 :]:
        if inner.first >= box.last:
            break
        if inner.first < inner.last <= box.last and not _NO_POST.search(inner.name):
            inside.append(inner)
        elif inner.first == inner.last and _numbered(inner):
            return inner, True
    return text_among(layout, inside, box.first, box.last) or (box, False)


def text_among(layout: Layout, inside: Sequence[Box], first: int, last: int) -> tuple[Box, bool] | None:
    """Which of boxes in lines [first, last) holds the text that stands there, and whether it is called so; None: none holds nearly all of it."""
    lines = layout.lines
    sizes = list(accumulate((prose(layout, n) for n in range(first, last)), initial=0))
    named = [b for b in inside if _TEXT.search(b.name) and not any(map(stamps.gives, lines[b.first : b.last]))]
    for found in (named, inside):
        best = max(
            found,
            key=lambda b: (sizes[b.last - first] - sizes[b.first - first], b.first - b.last),
            default=None,
        )
        if best is None:
            continue
        held = sizes[best.last - first] - sizes[best.first - first]
        if (found is named or held * 5 >= sizes[-1] * 4 > 0) and not any(
            map(stamps.gives, lines[best.first : best.last])
        ):
            return best, found is named
    return None


def prose(layout: Layout, n: int) -> int:
    """Characters of line `n` that are a post's text: no link, no hour, no name."""
    line = layout.lines[n]
    return line.size if line.link * 2 < line.size > 8 and not (line.size < 40 and stamps.hour(line)) else 0


def alike(box: Box) -> str:
    """What a box has in common with its like: its first class, else its id, whatever number it has."""
    names = (box.attributes.get("class") or "").split(None, 1)
    return _FIGURES.sub("0", names[0][:200] if names else box.name)


def _apart(boxes: Sequence[Box]) -> list[Box]:
    """Those that stand in none before them."""
    row: list[Box] = []
    for box in boxes:
        if not row or box.first >= row[-1].last:
            row.append(box)
    return row


def _by_name(layout: Layout) -> Iterator[list[Box]]:
    found: dict[tuple[str, str], list[Box]] = defaultdict(list)
    for box in layout.boxes[1:]:
        if box.name and box.first < box.last and _called(box.name):
            found[box.tag, alike(box)].append(box)
    for boxes in found.values():
        row = _apart(boxes)
        if len(row) > 1:
            yield row


@lru_cache(maxsize=8192)
def _called(name: str) -> bool:
    """Whether a box is called as posts are."""
    return _POST.search(name) is not None and (_NO_POST.search(name) is None or _REPLY.search(name) is not None)


@lru_cache(maxsize=8192)
def _texts(name: str) -> bool:
    """Whether a box is called as the text of a post is."""
    return _TEXT.search(name) is not None and _NO_POST.search(name) is None


def _numbered(box: Box) -> bool:
    """Whether a box is called as the text of a post is, and has a number."""
    name = (box.attributes.get("id") or "") if box.name else ""
    return name[-1:].isdecimal() and _POST.search(name) is not None and _texts(f"#{name} .")


def _by_text(layout: Layout, stamped: Sequence[int]) -> Iterator[Row]:
    """The boxes around texts that are alike by their names, each with the hour that stands outside the text."""
    found: dict[tuple[str, str], list[Box]] = defaultdict(list)
    for box in layout.boxes[1:]:
        if not box.name or not _texts(box.name):
            continue
        if _numbered(box):
            found[box.tag, _FIGURES.sub("0", box.attributes["id"] or "")].append(box)
        elif box.first < box.last:
            found[box.tag, alike(box)].append(box)
    for boxes in found.values():
        texts = _apart(boxes)
        if (
            len(texts) < 2
            or stamped[-1] * 5 < len(texts) * 4
            or 2 * sum(not _numbered(b) and stamped[b.last] > stamped[b.first] for b in texts) > len(texts)
        ):
            continue
        around = [_around(layout, texts, n, stamped) for n in range(len(texts))]
        pairs = [(box, text) for box, text in zip(around, texts, strict=True) if box is not None and not _column(box)]
        if len(pairs) > 1 and len(pairs) * 5 >= len(texts) * 4:
            yield Row([box for box, _ in pairs], [text for _, text in pairs])


def _column(box: Box) -> bool:
    """Whether a box is the column beside a text."""
    return box.tag == "aside" or _COLUMN.search(box.name) is not None


def _around(layout: Layout, texts: Sequence[Box], n: int, stamped: Sequence[int]) -> Box | None:
    """The smallest box around text `n`, and around none of the others, that says when and by whom it was written; only when, where none says both."""
    text = texts[n]
    before = texts[n - 1] if n else None
    after = texts[n + 1] if n + 1 < len(texts) else None
    found = None
    box = text
    own = stamped[text.last] - stamped[text.first]
    for _ in range(_UP):
        if box.parent <= 0:
            break
        box = layout.boxes[box.parent]
        if (before and before.first >= box.first) or (after and after.first < box.last):
            break
        if stamped[box.last] - stamped[box.first] == own:
            continue
        found = found or box
        if stamps.author(layout, [*range(box.first, text.first), *range(text.last, box.last)]):
            return box
    return found


def _tables(layout: Layout) -> Iterator[list[Box]]:
    """Tables without names side by side, each of which says when it was posted, next to nothing between them."""
    if sum(box.tag == "table" and not box.name for box in layout.boxes) < _TABLES:
        return
    posted = list(accumulate(map(stamps.posted, layout.lines), initial=0))
    if posted[-1] < _TABLES:
        return
    entries = list(accumulate((x.size < 40 and _ENTRY.search(x.text) is not None for x in layout.lines), initial=0))
    row: list[Box] = []
    for box in layout.boxes[1:]:
        first, last = box.first, box.last
        if box.tag != "table" or box.name or posted[first] == posted[last] or entries[first] < entries[last]:
            continue
        if row and (box.parent != row[-1].parent or not 0 <= box.first - row[-1].last <= 2):
            if box.first < row[-1].last:
                continue  # inside of it
            if len(row) >= _TABLES:
                yield row
            row = []
        row.append(box)
    if len(row) >= _TABLES:
        yield row


def behind(layout: Layout, head: int, stamped: Sequence[int]) -> Box | None:
    """The only answer below line `head`, which says that answers follow: the outermost box that begins right below it, and gives an hour and text."""
    for box in layout.boxes[1:]:
        if not head < box.first <= head + _NEXT or box.last - box.first < 2 or _elsewhere(layout, box):
            continue
        if 0 < stamped[box.last] - stamped[box.first] < 3 and any(prose(layout, n) for n in range(box.first, box.last)):
            return None if _followed(layout, box, stamped) else box
    return None


def _followed(layout: Layout, box: Box, stamped: Sequence[int]) -> bool:
    """Whether a box below it is its like, and gives an hour too."""
    return any(
        other.first >= box.last and other.parent == box.parent and other.tag == box.tag
        for other in layout.boxes[box.index + 1 :]
        if stamped[other.last] > stamped[other.first]
    )


def _side_by_side(layout: Layout, stamped: Sequence[int], least: int) -> Iterator[list[Box]]:
    """Boxes under one parent, alike whatever they are called, each of which has one or two hours, and nearly each a name beside them; not all the same."""
    found: dict[tuple[int, str, str], list[Box]] = defaultdict(list)
    for box in layout.boxes[1:]:
        if box.tag in _BOXES and box.last - box.first > 1 and 0 < stamped[box.last] - stamped[box.first] < 3:
            found[box.parent, box.tag, alike(box)].append(box)
    for boxes in found.values():
        if len(boxes) < least or _called(boxes[0].name) or _elsewhere(layout, boxes[0]):
            continue
        if any(x.size < 40 and _SUMMED.search(x.text) for x in layout.lines[boxes[0].first : boxes[0].last]):
            continue
        names = [name for box in boxes if (name := _signed(layout, box, stamped))]
        if len(names) * 5 >= len(boxes) * 4 and len(set(names)) > 1:  # what one writes alone is a diary
            yield boxes


def _elsewhere(layout: Layout, box: Box) -> bool:
    """Whether a box, or one of three around it, is called as what stands beside a text is."""
    for _ in range(4):
        if _BESIDE.search(box.name):
            return True
        if box.parent <= 0:
            break
        box = layout.boxes[box.parent]
    return False


def _signed(layout: Layout, box: Box, stamped: Sequence[int]) -> str | None:
    """Who wrote what a box holds, as it says beside its hour or in its first lines."""
    at = next(n for n in range(box.first, box.last) if stamped[n + 1] > stamped[n])
    near = {*range(box.first, min(box.first + 2, box.last)), *range(max(box.first, at - 2), min(box.last, at + 2))}
    return stamps.author(layout, sorted(near))
