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

from ingest import labels
from ingest.page.walk import Box, Layout, Line

_FOOT = re.compile(
    r"ICP[备備证證]|公网安备|版权所有|Copyright|All Rights Reserved|网站标识码|技术支持|主办单位|承办单位|免责声明"
    r"|举报电话|违法和不良信息|不良信息举报|仅提供信息(?:存储|发布)|(?:仅|只)代表作者|不代表.{0,16}(?:立场|观点)",
    re.I,
)
# Whole short lines behind which the document is over, as a rule.
_OVER = re.compile(
    r"[\W\d]*(?:(?:相关|相關|延伸|推荐|推薦|更多|最新|热门|熱門|精彩|今日|猜你|你可能|您可能|大家|为您|為您|编辑|編輯|热点|本周|图片|往期|其他人)"
    r"[\w、]{0,4}(?:阅读|閱讀|新闻|新聞|文章|链接|鏈接|連結|推荐|推薦|报道|報導|报导|资讯|資訊|内容|內容|喜欢|喜歡|想看|在看|感兴趣|排行|热点|视频|回顾|话题|資料|资料)\w{0,3}"
    r"|(?:网友|網友|发表|發表|最新|全部|热门|读者|我要|用户|精彩|已有)?\W{0,2}\d*\W{0,2}\w{0,2}(?:评论|評論|留言|跟帖|回复|回應)\w{0,6}"
    r"|(?:阅读|点击|新闻|热门|本周|今日|人气)?排行榜?|上一[篇条页则]\W?.{0,40}|下一[篇条页则]\W?.{0,40}|分享到|友情链接|版权声明|免责声明)\W*"
)
# What boxes beside a document are called. Strong names are never a part of it; weak ones are also given to parts of
# documents (a link, a page), so they count only where there is next to no prose.
_STRONG = re.compile(
    r"comment|pinglun|footer|foot\b|copyright|sidebar|side-?bar|related|recommend|relate[-_]?news|hot-?news"
    r"|breadcrumb|crumbs?\b|navbar|toolbar|share|advert|\bads?\b|\bad[-_]|pagination|player|tuijian|xiangguan|paihang"
    r"|friendlink|qr-?code|qr_con|erweima|disclaimer",
    re.I,
)
_WEAK = re.compile(
    r"\brank|\bnav|menu|banner|login|search|\bpager?\b|\blinks?\b|\breply|statement|\brelat|\btools?\b|\btags?\b|author|follow",
    re.I,
)
_PARAGRAPH = frozenset(("p", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre"))
_ASIDE = {"nav": "nav", "footer": "footer", "aside": "aside", "form": "form", "button": "button", "menu": "nav"}
_CELL = frozenset(("li", "td", "th", "dd", "dt"))
_RELATED = re.compile(
    r"\W*(?:相关|相關|延伸|推荐|推薦|更多|热门|熱門|精彩)(?:的|精彩)?(?:阅读|閱讀|新闻|新聞|链接|鏈接|报道|報導|专题|文章|资讯|推荐)\W*"
)
_COMMENT_BOX = re.compile(r"comment|pinglun", re.I)
_SIGNED = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|[二一][〇○零九][〇○零一二三四五六七八九]{2}年")
_TEXTUAL = frozenset(("span", "a", "font", "b", "strong", "em", "i", "p"))
_ENTRY = frozenset(("li", "dt", "dd", "td", "a"))
# What the lines under 评论 look like when they are comments, and not a section of the document.
_COMMENTS = re.compile(
    r"\W*(?:(?:网友|網友|发表|發表|最新|全部|热门|读者|用户|精彩|文章)?(?:评论|評論|留言|跟帖|回复|回應)(?:区|列表)?|已有\d+\w{0,2}评论)\W*\d*\W*"
    r"|.{0,60}已有\W?\d+\W?\w{0,3}(?:评论|留言)"
)
_COMMENTER = re.compile(
    r"#?\s*re:|回复|回覆|引用|楼|举报|点赞|顶|赞|来自|网友|游客|匿名|.{0,40}\d{4}[-/年]\d{1,2}[-/月]\d{1,2}|.{0,20}\d{1,2}:\d\d|\d+\s?(?:小?时|分钟|天)前"
    r"|昵称|姓名|验证码|发表|登录|.{0,20}的评论",
    re.I,
)
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
def _furniture(name: str) -> int:
    """2: named as furniture; 1: named as what is often furniture; 0: not."""
    return 2 if _STRONG.search(name) else 1 if _WEAK.search(name) else 0


def _linkish(line: Line) -> bool:
    """Whether a line is a link, or a list's entry that opens with one (a headline, then a date or a name)."""
    if not line.link:
        return False
    return (line.size - line.link) * 3 <= line.size or (
        line.size < 120 and line.tag in _ENTRY and line.link * 3 > line.size
    )


def _asides(layout: Layout, title_line: int | None) -> list[bool]:
    """For each box whether it stands beside the document by its tag or name.

    Not when it holds the title; where none is known, not when it holds most of the page.
    """
    boxes = layout.boxes
    marks = list(accumulate((line.marks if line.size > 15 else 0 for line in layout.lines), initial=0))
    aside = [False] * len(boxes)
    for box in boxes[1:]:
        if aside[box.parent]:
            aside[box.index] = True
        elif box.tag in _ASIDE or (box.name and _furniture(box.name) == 2):
            if title_line is not None and box.tag != "form":
                aside[box.index] = not box.first <= title_line < box.last
            else:
                aside[box.index] = (marks[box.last] - marks[box.first]) * 2 <= marks[-1]
    return aside


def weights(layout: Layout, title_line: int | None) -> list[float]:
    """For each line how much it speaks for the document: prose for, links against."""
    aside = _asides(layout, title_line)
    out = []
    seen = 0.0
    factor = 1.0
    for n, line in enumerate(layout.lines):
        size = line.size
        if n == title_line:
            seen = 0.0
            factor = 1.0
        plain = size - line.link
        if _linkish(line):
            value = 0.0 if line.file else -5.0 - 0.5 * size
        elif size < 200 and _FOOT.search(line.text):
            value = -10.0
        elif line.marks and size > 8:
            value = plain + 10.0 * min(line.marks, size / 10)
            if _teaser(layout, n):
                value = 0.0
            elif aside[line.box]:
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


def _teaser(layout: Layout, n: int) -> bool:
    """Whether line `n` is the summary under a linked headline: both stand in one small box."""
    lines, boxes = layout.lines, layout.boxes
    if n == 0 or lines[n].size > 800:
        return False
    linked = n - 1 if _linkish(lines[n - 1]) else n - 2
    if linked < 0 or not (linked == n - 1 or _linkish(lines[linked])):
        return False
    box = boxes[lines[n].box]
    while box.parent >= 0 and box.last - box.first <= 5:
        if box.first <= linked:
            return True
        box = boxes[box.parent]
    return False


def choose(layout: Layout, title: tuple[int, int] | None) -> Choice:
    """The lines that are the document; `title` is where its heading stands."""
    boxes = layout.boxes
    weight = weights(layout, title[0] if title else None)
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
    gaps: list[Cut] = []
    for held, box, anchor in sorted(anchors, key=lambda a: (-a[2].sure, -a[0])):
        if (anchor.sure and held > 0.02 * top) or held > 0.5 * top:
            best, by = box, anchor.id
            if anchor.sure:
                best, gaps = _together(layout, box, [b for _, b, a in anchors if a is anchor], weight)
            break
    prose = [w if w > 0 else 0.0 for w in weight]
    last = _before_comments(layout, best, weight)
    cuts = gaps + _furnishings(layout, best, last, prose, title, gaps)
    for cut in cuts:
        prose[cut.first : cut.last] = [0.0] * (cut.last - cut.first)
    cuts += _beside(layout, best, last, prose, title, cuts)
    cuts += _loose_links(layout, best.first, last, cuts, title)
    return Choice(best.first, last, by, sum(prose[best.first : last]), sorted(cuts))


def _together(layout: Layout, best: Box, same: list[Box], weight: list[float]) -> tuple[Box, list[Cut]]:
    """A document in several boxes of one anchor: a box around them, and what stands between them.

    Not when something between looks like another document's beginning (a heading, prose).
    """
    row: list[Box] = []
    for box in sorted(same, key=lambda b: (b.first, -b.last)):
        if not row or box.first >= row[-1].last:
            row.append(box)
    at = next((n for n, box in enumerate(row) if box.first <= best.first and best.last <= box.last), -1)
    if at < 0:
        return best, []

    def near(one: Box, two: Box) -> bool:
        between = range(one.last, two.first)
        return (
            all(layout.lines[n].tag not in ("h1", "h2") for n in between)
            and sum(max(0.0, weight[n]) for n in between) < 60
        )

    low = high = at
    while low > 0 and near(row[low - 1], row[low]):
        low -= 1
    while high + 1 < len(row) and near(row[high], row[high + 1]):
        high += 1
    if low == high:
        return best, []
    around = row[low]
    while around.parent >= 0 and around.last < row[high].last:
        around = layout.boxes[around.parent]
    joined = Box(around.index, around.tag, around.parent, row[low].first, around.attributes)
    joined.last = row[high].last
    gaps = [
        Cut(a.last, b.first, "between-containers")
        for a, b in zip(row[low:high], row[low + 1 : high + 1], strict=True)
        if a.last < b.first
    ]
    return joined, gaps


def _beside(
    layout: Layout, best: Box, last: int, prose: list[float], title: tuple[int, int] | None, cuts: list[Cut]
) -> list[Cut]:
    """What stands beside the text proper: lines outside the innermost box that holds the prose, no paragraphs themselves.

    Bylines, buttons and counters between the heading and the text, and below it.
    """
    lines, boxes = layout.lines, layout.boxes
    good = list(accumulate(prose, initial=0.0))
    whole = good[last] - good[best.first]
    core = best
    for box in boxes[best.index + 1 :]:
        if box.first >= last:
            break
        inside = box.parent >= best.index and box.last <= core.last and box.first >= core.first
        if inside and box.tag not in _PARAGRAPH and good[box.last] - good[box.first] >= 0.8 * whole:
            core = box
    taken = {n for cut in cuts for n in range(cut.first, cut.last)} | set(range(*title) if title else ())
    out: list[Cut] = []
    text = next(
        (n for n in range(title[1] if title else best.first, last) if lines[n].marks > 1 < lines[n].size / 20), last
    )
    for n in (*range(best.first, max(core.first, text)), *range(min(core.last, last), last)):
        line = lines[n]
        if n in taken:
            continue
        if n < text and line.size < 120 and _byline(line):
            out.append(Cut(n, n + 1, "byline"))
            continue
        if core.first <= n < core.last:
            continue
        tag = line.tag
        own = (tag in _PARAGRAPH or tag in _CELL) and line.link * 2 < line.size
        said = (line.marks > 1 and line.size > 20) or line.text[-1] in "：:" or line.file
        signed = n >= core.last and any(_SIGNED.search(x.text) for x in lines[n : n + 2] if x.size < 30)
        if not (own or said or signed or labels.document_number(line.text)):
            if out and out[-1].last == n and out[-1].rule == "beside-text":
                out[-1] = out[-1]._replace(last=n + 1)
            else:
                out.append(Cut(n, n + 1, "beside-text"))
    return out


def _before_comments(layout: Layout, best: Box, weight: list[float]) -> int:
    """Where the document ends when readers' comments follow it in the same box."""
    lines = layout.lines
    seen = 0.0
    for n in range(best.first, best.last):
        line = lines[n]
        if seen > 80 and line.size < 80 and _COMMENTS.fullmatch(line.text):
            after = lines[n + 1 : min(best.last, n + 16)]
            if sum(1 for x in after if x.size < 100 and _COMMENTER.match(x.text)) >= 2:
                return n
        seen += max(0.0, weight[n])
    return best.last


def _loose_links(layout: Layout, first: int, last: int, cuts: list[Cut], title: tuple[int, int] | None) -> list[Cut]:
    """Lines that are nothing but links at the edges of the text, and runs of them under 延伸阅读."""
    lines = layout.lines
    taken = {n for cut in cuts for n in range(cut.first, cut.last)} | set(range(*title) if title else ())
    out: list[Cut] = []
    kept = [n for n in range(first, last) if n not in taken]
    while kept and _linkish(lines[kept[-1]]) and not lines[kept[-1]].file:
        n = kept.pop()
        if any(_ATTACHED.match(lines[m].text) or lines[m].file for m in kept[-12:]):
            break
        out.append(Cut(n, n + 1, "edge-links"))
    run: list[int] = []
    for n in (*kept, -1):
        if n >= 0 and _linkish(lines[n]) and not lines[n].file and (run or _RELATED.match(lines[n].text)):
            run.append(n)
            continue
        if len(run) > 1 or (run and _RELATED.fullmatch(lines[run[0]].text)):
            out += (Cut(m, m + 1, "related-links") for m in run)
        run = [n] if n >= 0 and lines[n].size < 30 and _RELATED.fullmatch(lines[n].text) else []
    return out


def _byline(line: Line) -> bool:
    """Whether a line above the text says when and by whom it was published, and nothing else."""
    facts = labels.read_line(line.spaced)
    return any(f.rule.startswith("label:") or (f.rule == "date-line" and f.rank <= 50) for f in facts)


def _furnishings(
    layout: Layout, best: Box, last: int, prose: list[float], title: tuple[int, int] | None, gaps: list[Cut]
) -> list[Cut]:
    """Furniture inside the container: boxes by tag, name, or being nothing but links."""
    lines, boxes = layout.lines, layout.boxes
    good = list(accumulate(prose, initial=0.0))
    whole = good[last] - good[best.first]
    cuts: list[Cut] = []
    done = best.first
    gone = {n for gap in gaps for n in range(gap.first, gap.last)}
    for box in boxes[best.index + 1 :]:
        if box.first >= last:
            break
        if box.first < done or box.first == box.last or box.first in gone:
            continue
        if title and box.first < title[1] and title[0] < box.last:
            continue
        end = min(box.last, last)
        held = good[end] - good[box.first]
        within = lines[box.first : end]
        rule = None
        if _COMMENT_BOX.search(box.name) and good[box.first] - good[best.first] > 60:
            rule = "comments"
        elif held >= 0.3 * whole:
            continue
        elif box.tag in _ASIDE:
            rule = _ASIDE[box.tag]
        elif box.name and (named := _furniture(box.name)) and box.tag not in _TEXTUAL:
            poor = held < 40 and not any(x.file for x in within)
            rule = "furniture" if poor or (named == 2 and not _prosaic(held, within)) else None
        if not rule and len(within) >= 3 and not _attached(layout, box):
            linked = sum(1 for x in within if _linkish(x))
            # Between paragraphs a short list of links may be the document's own (cards, sources).
            between = good[box.first] > good[best.first] and good[last] - good[end] > 0.05 * whole
            if linked * 3 >= len(within) * 2 and linked >= (6 if between else 2):
                rule = "link-list"
        if rule:
            cuts.append(Cut(box.first, end, rule))
            done = end
    return cuts


def _prosaic(held: float, within: list[Line]) -> bool:
    """Whether a box with a furniture name holds paragraphs all the same."""
    return held > 150 and sum(1 for x in within if x.marks > 1 and x.size > 40) * 2 > len(within)


def _attached(layout: Layout, box: Box) -> bool:
    """Whether these links are the document's own: files, or a list under 附件."""
    lines = layout.lines[max(0, box.first - 1) : box.last]
    return any(line.file or _ATTACHED.match(line.text) for line in lines)
