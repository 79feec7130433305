"""Which lines of a page are its document.

Known anchors first (what content systems call their article box: anchors.tsv), then density: the box is sought from the
outside in, following the child that holds most of the page's prose.
"""

import re
from typing import NamedTuple

from ingest.page.walk import Box, Layout

_FOOT = re.compile(
    r"ICP[备備证證]|公网安备|版权所有|Copyright|All Rights Reserved|网站标识码|技术支持|主办单位|承办单位|免责声明"
    r"|举报电话|违法和不良信息",
    re.I,
)


class Span(NamedTuple):
    """Lines of the document: [first, last)."""

    first: int
    last: int


def weights(layout: Layout) -> list[float]:
    """For each line how much prose it holds: punctuated text outside links counts most, links count against."""
    out = []
    for line in layout.lines:
        plain = line.size - line.link
        if plain <= 0:
            out.append(-0.2 * line.size)
        elif len(line.text) < 200 and _FOOT.search(line.text):
            out.append(0.0)
        else:
            out.append(plain * (1.0 if line.marks else 0.3) - line.link * 0.5)
    return out


def choose(layout: Layout) -> list[Span]:
    """The spans of lines that are the document."""
    weight = weights(layout)
    sums = [0.0]
    for value in weight:
        sums.append(sums[-1] + value)

    def mass(box: Box) -> float:
        return sums[box.last] - sums[box.first]

    children: dict[int, list[Box]] = {}
    for box in layout.boxes[1:]:
        children.setdefault(box.parent, []).append(box)
    at = layout.boxes[0]
    while True:
        best = max(children.get(at.index, ()), key=mass, default=None)
        if best is None or mass(best) < 0.8 * mass(at):
            break
        at = best
    return [Span(at.first, at.last)]
