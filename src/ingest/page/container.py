"""Which lines of a page are its document.

Every line is weighed: prose for, links against, and what stands before the title or after 相关阅读 counts little. The box
with the greatest sum is the document's: taking in a navigation bar costs, leaving a paragraph out costs. Boxes known by
name (what content systems call their article: anchors.tsv) win over the sum when they hold prose at all.

Decided against scores that fade with depth (readability): they choose a table of contents' cell on pages laid out with
nested tables, and a list of teasers over a short article. Decided against learnt weights: a rule can be read.
"""

import re
from functools import lru_cache
from importlib.resources import files
from itertools import accumulate
from typing import NamedTuple

from ingest.page.walk import Box, Layout

_FOOT = re.compile(
    r"ICP[备備证證]|公网安备|版权所有|Copyright|All Rights Reserved|网站标识码|技术支持|主办单位|承办单位|免责声明"
    r"|举报电话|违法和不良信息|不良信息举报",
    re.I,
)
# Whole short lines behind which the document is over, as a rule.
_OVER = re.compile(
    r"[\W\d]*(?:(?:相关|相關|延伸|推荐|推薦|更多|最新|热门|熱門|精彩|今日|猜你|你可能|您可能|大家|为您|為您|编辑|編輯|热点|本周|图片|往期)"
    r"[\w、]{0,4}(?:阅读|閱讀|新闻|新聞|文章|链接|鏈接|連結|推荐|推薦|报道|報導|报导|资讯|資訊|内容|內容|喜欢|喜歡|想看|在看|感兴趣|排行|热点|视频|回顾|话题|資料|资料)\w{0,3}"
    r"|(?:网友|網友|发表|發表|最新|全部|热门|读者|我要|用户|精彩|已有)?\W{0,2}\d*\W{0,2}\w{0,2}(?:评论|評論|留言|跟帖|回复|回應)\w{0,6}"
    r"|(?:阅读|点击|新闻|热门|本周|今日|人气)?排行榜?|上一[篇条页则]\W?.{0,40}|下一[篇条页则]\W?.{0,40}|分享到|友情链接|版权声明|免责声明)\W*"
)
_FURNITURE = re.compile(
    r"comment|pinglun|footer|foot\b|copyright|sidebar|side-?bar|related|recommend|relate[-_]?news|hot-?news|\brank"
    r"|breadcrumb|crumbs?\b|\bnav|navbar|menu|toolbar|share|banner|advert|\bads?\b|\bad[-_]|login|search|\bpager?\b|pagination"
    r"|tuijian|xiangguan|paihang|friendlink|\blinks?\b|\breply|qr-?code|qr_con|erweima|disclaimer|statement|\brelat",
    re.I,
)
_ASIDE = {"nav": "nav", "footer": "footer", "aside": "aside", "form": "form", "button": "button", "menu": "nav"}
_ATTACHED = re.compile(r"\W*附[件表]")


class Cut(NamedTuple):
    """Lines inside the container that are not the document, and the rule that says so."""

    first: int
    last: int
    rule: str


class Choice(NamedTuple):
    """The document's lines [first, last), how they were found (an anchor's id, or density), and what to cut out."""

    first: int
    last: int
    by: str
    prose: float
    cuts: list[Cut]


class _Anchor(NamedTuple):
    id: str
    sure: bool
    where: str
    pattern: re.Pattern[str]


@lru_cache(maxsize=1)
def _anchors() -> tuple[_Anchor, ...]:
    rows = []
    for line in files("ingest.page").joinpath("anchors.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, sure, where, pattern, _ = line.split("\t")
            rows.append(_Anchor(name, sure == "sure", where, re.compile(pattern, re.I)))
    return tuple(rows)


@lru_cache(maxsize=8192)
def _anchor_of(where: str, name: str) -> _Anchor | None:
    """The anchor that `name`, an id or one class, is."""
    return next((a for a in _anchors() if a.where == where and a.pattern.fullmatch(name)), None)


def anchored(box: Box) -> _Anchor | None:
    """The anchor that this box is, None when its names say nothing."""
    attributes = box.attributes
    found = None
    if attributes:
        if name := attributes.get("id"):
            found = _anchor_of("id", name)
        if not found and (name := attributes.get("class")):
            for one in name.split():
                hit = _anchor_of("class", one)
                if hit and (not found or hit.sure > found.sure):
                    found = hit
        if not found and (name := attributes.get("itemprop")):
            found = _anchor_of("itemprop", name)
    return found


@lru_cache(maxsize=8192)
def _furniture(name: str) -> bool:
    return _FURNITURE.search(name) is not None


def weights(layout: Layout, title_line: int | None) -> list[float]:
    """For each line how much it speaks for the document: prose for, links against."""
    boxes = layout.boxes
    aside = [False] * len(boxes)
    for box in boxes[1:]:
        aside[box.index] = aside[box.parent] or box.tag in _ASIDE or (box.name != "# ." and _furniture(box.name))
    out = []
    seen = 0.0
    factor = 1.0
    for n, line in enumerate(layout.lines):
        size = line.size
        if n == title_line:
            seen = 0.0
            factor = 1.0
        plain = size - line.link
        if plain * 3 <= size:
            value = 0.0 if line.file else -5.0 - 0.5 * size
        elif size < 200 and _FOOT.search(line.text):
            value = -10.0
        elif line.marks and size > 8:
            value = plain + 10.0 * min(line.marks, size / 10)
            if aside[line.box]:
                value *= 0.1
        else:
            value = plain * 0.2
            if size <= 40 and seen > 60 and _OVER.fullmatch(line.text):
                factor = 0.2
        if value > 0:
            if title_line is not None and n < title_line:
                value *= 0.1
            else:
                seen += value
            value *= factor
        out.append(value)
    return out


def choose(layout: Layout, title_line: int | None) -> Choice:
    """The lines that are the document."""
    boxes = layout.boxes
    weight = weights(layout, title_line)
    sums = list(accumulate(weight, initial=0.0))
    best, top = boxes[0], sums[-1]
    anchors: list[tuple[float, Box, _Anchor]] = []
    for box in boxes:
        if box.first == box.last:
            continue
        value = sums[box.last] - sums[box.first]
        # An inner box with (nearly) the same sum is the better one: it leaves out what says nothing.
        if value > top or (value > 0.97 * top and box.first >= best.first and box.last <= best.last):
            best, top = box, max(top, value)
        if value > 20 and box.attributes and (anchor := anchored(box)):
            anchors.append((value, box, anchor))
    by = "density"
    for held, box, anchor in sorted(anchors, key=lambda a: (-a[2].sure, -a[0])):
        if (anchor.sure and held > 0.1 * top) or held > 0.5 * top:
            best, by = box, anchor.id
            break
    prose = sum(w for w in weight[best.first : best.last] if w > 0)
    return Choice(best.first, best.last, by, prose, _cuts(layout, best, weight, title_line))


def _cuts(layout: Layout, best: Box, weight: list[float], title_line: int | None) -> list[Cut]:
    """Furniture inside the container: boxes by tag, name, or being nothing but links."""
    lines, boxes = layout.lines, layout.boxes
    sizes, links, _ = layout.sums()
    good = list(accumulate((w if w > 0 else 0.0 for w in weight), initial=0.0))
    whole = good[best.last] - good[best.first]
    cuts: list[Cut] = []
    done = best.first
    for box in boxes[best.index + 1 :]:
        if box.first >= best.last and box.parent <= best.index:
            break
        if box.first < done or box.last > best.last or box.first == box.last:
            continue
        if title_line is not None and box.first <= title_line < box.last:
            continue
        held = good[box.last] - good[box.first]
        size = sizes[box.last] - sizes[box.first]
        linked = links[box.last] - links[box.first]
        rule = None
        if held < 0.3 * whole:
            if box.tag in _ASIDE:
                rule = _ASIDE[box.tag]
            elif box.name != "# ." and _furniture(box.name) and not any(x.file for x in lines[box.first : box.last]):
                rule = "furniture"
            elif linked * 3 > size * 2 and box.last - box.first >= 3 and not _attached(layout, box):
                rule = "link-list"
        if rule:
            cuts.append(Cut(box.first, box.last, rule))
            done = box.last
    return cuts


def _attached(layout: Layout, box: Box) -> bool:
    """Whether these links are the document's own: files, or a list under 附件."""
    lines = layout.lines[max(0, box.first - 1) : box.last]
    return any(line.file or _ATTACHED.match(line.text) for line in lines)
