"""Which pages of a site have one template: leader clustering over their paths.

Decided against exact templates (one more banner makes another) and against hierarchical clustering (quadratic).
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ingest.sites.sketch import Sketch, hashed, likeness, masked

_ALIKE = 0.6
_SHARED = 2
"""Named paths, or short lines at one path, that pages of a template have in common at least."""
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
    return [sorted(group) for group in members if len(group) >= LEAST]


def _akin(one: _Marks, two: _Marks) -> bool:
    """Whether two pages share names or lines, and not only tags that any page may have."""
    return len(one.named & two.named) >= _SHARED or len(one.lines & two.lines) >= _SHARED
