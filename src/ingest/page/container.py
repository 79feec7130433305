"""Which lines of a page are its document.

Known anchors first (what content systems call their article box: anchors.tsv), then density: every line of prose speaks
for the boxes around it, the nearer the louder, as in Arc90's readability; links, furniture names and distance from the
title speak against. Decided against learning the weights: thirty pages of each kind are too few, and a rule can be read.
"""

import re
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from ingest.page.walk import Box, Layout

_FOOT = re.compile(
    r"ICP[备備证證]|公网安备|版权所有|Copyright|All Rights Reserved|网站标识码|技术支持|主办单位|承办单位|免责声明"
    r"|举报电话|违法和不良信息|不良信息举报",
    re.I,
)
_FURNITURE = re.compile(
    r"comment|pinglun|footer|foot\b|copyright|sidebar|side-?bar|related|recommend|relate[-_]?news|hot-?news|rank"
    r"|breadcrumb|crumbs?\b|\bnav|navbar|menu|toolbar|share|banner|advert|\bads?\b|login|search|pager?\b|pagination"
    r"|tuijian|xiangguan|paihang|friendlink|links?\b|reply|qr-?code|erweima|statement|disclaimer|copyright",
    re.I,
)
_PRAISE = re.compile(r"article|content|body|text|detail|main|news|post|zhengwen|neirong", re.I)
_ASIDE = frozenset(("nav", "footer", "aside", "header", "button", "form", "select", "menu", "search"))
_INLINE = frozenset(("span", "font", "a", "b", "strong", "em", "i", "u", "label", "small"))


class Span(NamedTuple):
    """Lines of the document, [first, last), and the box they were found in."""

    first: int
    last: int
    box: int
    by: str


class _Anchor(NamedTuple):
    id: str
    where: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _anchors() -> tuple[_Anchor, ...]:
    rows = []
    for line in files("ingest.page").joinpath("anchors.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, where, pattern, _ = line.split("\t")
            rows.append(_Anchor(name, where, re.compile(pattern, re.I)))
    return tuple(rows)


@lru_cache(maxsize=4096)
def _anchor_of(where: str, name: str) -> str | None:
    """The anchor's id when `name`, an id or one class, is one."""
    for anchor in _anchors():
        if anchor.where == where and anchor.pattern.fullmatch(name):
            return anchor.id
    return None


def anchored(box: Box) -> str | None:
    """The id of the anchor that this box is, None when its names say nothing."""
    attributes = box.attributes
    found = None
    if attributes:
        if name := attributes.get("id"):
            found = _anchor_of("id", name)
        if not found and (name := attributes.get("class")):
            found = next((a for a in (_anchor_of("class", c) for c in name.split()) if a), None)
        if not found and (name := attributes.get("itemprop")):
            found = _anchor_of("itemprop", name)
    return found


@lru_cache(maxsize=8192)
def _name_factor(name: str) -> float:
    factor = 1.0
    if _FURNITURE.search(name):
        factor *= 0.3
    if _PRAISE.search(name):
        factor *= 1.25
    return factor


def weights(layout: Layout) -> list[float]:
    """For each line how much prose it holds: punctuated text outside links."""
    out = []
    for line in layout.lines:
        plain = line.size - line.link
        if plain * 3 <= line.size or (line.size < 200 and _FOOT.search(line.text)):
            out.append(0.0)
        elif line.marks and line.size > 8:
            out.append(plain + 10.0 * min(line.marks, line.size / 10))
        else:
            out.append(plain * 0.2)
    return out


def choose(layout: Layout, title_line: int | None) -> list[Span]:
    """The spans of lines that are the document."""
    lines, boxes = layout.lines, layout.boxes
    weight = weights(layout)
    sizes, links, _ = layout.sums()
    score = [0.0] * len(boxes)
    for line, w in zip(lines, weight, strict=True):
        if not w:
            continue
        at = line.box
        share = 1.0
        steps = 0
        while at >= 0 and steps < 12:
            box = boxes[at]
            score[at] += w * share
            if (box.tag not in _INLINE and box.last - box.first > 1) or box.tag in ("td", "div"):
                share *= 0.75
                steps += 1
            at = box.parent
    mass = [0.0]
    for w in weight:
        mass.append(mass[-1] + w)

    def dense(box: Box) -> float:
        size = sizes[box.last] - sizes[box.first]
        return 1 - (links[box.last] - links[box.first]) / size if size else 0.0

    best, top = boxes[0], -1.0
    anchors: list[tuple[float, Box, str]] = []
    outer = [1.0] * len(boxes)
    for box in boxes:
        factor = outer[box.parent] if box.parent >= 0 else 1.0
        if box.tag in _ASIDE:
            factor *= 0.3
        own = _name_factor(box.name) if box.name != "# ." else 1.0
        if own < 1 and box.tag not in ("body", "html"):
            factor *= own
        outer[box.index] = factor
        if box.first == box.last or not score[box.index]:
            continue
        value = score[box.index] * factor * dense(box) ** 2 * max(1.0, own)
        if title_line is not None and box.last <= title_line:
            value *= 0.3
        if value > top:
            best, top = box, value
        anchor = anchored(box)
        if anchor:
            anchors.append((mass[box.last] - mass[box.first], box, anchor))
    by = "density"
    for held, box, anchor in sorted(anchors, key=lambda a: -a[0]):
        if held * outer[box.index] >= 0.4 * (mass[best.last] - mass[best.first]) and dense(box) > 0.5:
            best, by = box, anchor
            break
    return [Span(best.first, best.last, best.index, by)]
