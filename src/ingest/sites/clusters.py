"""Which pages of a site have one template: leader clustering over their paths.

Decided against exact templates (one more banner makes another) and against hierarchical clustering (quadratic). Articles
and the pages of their columns often share so wide a frame that they are one group; such a group is parted where some of
its pages have elements that the others lack, and the others some instead. Attachments, which only some articles have, part
nothing: the others have nothing instead.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ingest.sites.sketch import Sketch, hashed, likeness, masked

_ALIKE = 0.6
_SHARED = 2
"""Named paths, or short lines at one path, that pages of a template have in common at least."""
_INSTEAD = 2
"""Named paths that each part of a group has and the other lacks."""
_MASKS = 64  # of those that many paths have, tried as parts
LEAST = 5
"""Pages of a template, reprints counted once."""


class _Marks(NamedTuple):
    """What tells a page's template: its paths, those with a name, its short lines with their paths."""

    paths: frozenset[int]
    named: frozenset[int]
    lines: frozenset[int]


def _marks(page: Sketch) -> _Marks:
    named = frozenset(p.id for p in page.boxes if p.named and p.id in page.signature)
    short = frozenset(
        hashed(f"{path.text}|{masked(line.text)}")
        for line, path in zip(page.layout.lines, page.lines, strict=True)
        if 2 <= line.size <= 40
    )
    return _Marks(page.signature, named, short)


def clusters(pages: Sequence[Sketch]) -> list[list[int]]:
    """The numbers of pages that share a template, in groups of at least `LEAST`; the same for the same pages.

    Paths and lines of one page alone (of few, among many pages) say nothing of a template and do not count. The page
    most like all others leads first.
    """
    every = [_marks(page) for page in pages]
    least = 2 if len(pages) < 40 else 3
    counts = [Counter(x for one in part for x in one) for part in zip(*every, strict=True)] if every else []
    kept = [
        _Marks(*(frozenset(x for x in part if count[x] >= least) for part, count in zip(marks, counts, strict=True)))
        for marks in every
    ]
    order = sorted(
        range(len(pages)),
        key=lambda n: (
            -sum(counts[0][p] for p in kept[n].paths) / max(1, len(kept[n].paths)),
            sorted(kept[n].paths)[:3],
            n,
        ),
    )
    leaders: list[int] = []
    members: list[list[int]] = []
    for n in order:
        best, most = -1, _ALIKE
        for k, leader in enumerate(leaders):
            like = likeness(kept[n].paths, kept[leader].paths)
            if like >= most and _akin(kept[n], kept[leader]):
                best, most = k, like
        if best < 0:
            leaders.append(n)
            members.append([n])
        else:
            members[best].append(n)
    groups = [part for group in members if len(group) >= LEAST for part in _parted(sorted(group), kept)]
    return sorted(groups, key=lambda group: (-len(group), group))


def _parted(group: list[int], kept: Sequence[_Marks]) -> list[list[int]]:
    """A group in its parts, where it holds two templates in one frame."""
    n = len(group)
    held: Counter[int] = Counter()  # for each path the pages that have it, a bit each
    for k, page in enumerate(group):
        for path in kept[page].named:
            held[path] |= 1 << k
    paths = Counter(mask for mask in held.values() if LEAST <= mask.bit_count() <= n - LEAST)
    every = (1 << n) - 1
    best, most = 0, _INSTEAD - 1
    for mask, _ in sorted(paths.items(), key=lambda x: (-x[1], x[0]))[:_MASKS]:
        instead = min(_belonging(paths, mask, every), _belonging(paths, every ^ mask, every))
        if instead > most:
            best, most = mask, instead
    if not best:
        return [group]
    parts = [[page for k, page in enumerate(group) if bool(best >> k & 1) is side] for side in (True, False)]
    return [part for side in parts for part in _parted(side, kept)]


def _belonging(paths: Counter[int], mask: int, every: int) -> int:
    """How many paths nearly all pages of a part have and hardly any other."""
    inside, outside = 0.9 * mask.bit_count(), 0.1 * (every ^ mask).bit_count()
    return sum(k for m, k in paths.items() if (m & mask).bit_count() >= inside and (m & ~mask).bit_count() <= outside)


def _akin(one: _Marks, two: _Marks) -> bool:
    """Whether two pages share names or lines, and not only tags that any page may have."""
    return len(one.named & two.named) >= _SHARED or len(one.lines & two.lines) >= _SHARED
