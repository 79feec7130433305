"""Threads: a forum's posts and the answers of a question page, each with who wrote it and when.

A thread is a row of boxes that are alike (one tag, one class or numbered id; or tables side by side, each of which says
that something was posted, and when), nearly each of which gives an hour and holds
text of its own, and of which the first is what the page is about. Comments below an article are no such row: the article is
not one of them, and they stay what they were, strips of rule `comments`.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

from ingest import labels
from ingest.blocks import Fact, Posted
from ingest.han import site_dates, width
from ingest.page.layout import Box, Layout, VisibleLine
from ingest.page.titles import Title
from ingest.patterns import pattern

RULE = "post-line"
_FIGURES = pattern(r"\d+")
# What boxes of posts are called, and those of them that hold nothing but the text.
_POST = pattern(r"post|reply|repl|floor|answer|thread|topic|read|lou\b|louceng|msg|message|tiezi|bbs|atl-item", re.I)
_TEXT = pattern(r"postmessage|content|message\b|_f\b|text|body|tpc|msgfont|richtext", re.I)
_NO_POST = pattern(r"comment|pinglun|recommend|related|sidebar|list|rank|hot", re.I)
_CLOCK = pattern(r"(?:[上下]午|AM|PM)?\s*(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AP]M)?", re.I)
_AGO = pattern(r"\d+\s*(?:秒|分钟|小时|天|个?月|年)前|(?:昨天|前天|今天)\s*\d{1,2}:\d\d")
_NO_NAME = pattern(
    r"\W*(?:楼主|沙发|板凳|地板|\d+\s*[楼樓#]|举报|回复|引用|只看该作者|倒序浏览|发表于|赞同|收藏|分享|编辑|加好友|发消息|显示全部楼层|新手上路|管理员|版主|[\d\s:/-]+).*"
)


# How an old forum's tables say it: 林小满 于 2004-3-5 10:20 发表, 发帖时间：….
_POSTED = pattern(r"[发發][表帖言]|[回跟]帖|\d\s*[楼樓]|张贴|張貼|posted", re.I)
# What was done to a thread or a post later, and by whom: 本主题由 林小满 于 2010-10-2 09:58 合并, 本帖最后由 林小满 于 … 编辑.
_MODERATED = pattern(
    r"本?(?:主[题題]|[帖贴貼]子?|文章?)(?:最[后後])?[由被].{1,40}?[于於在].{4,30}?"
    r"(?:合[并併]|分[类類]|移[动動]|[关關][闭閉]|打[开開]|置[顶頂]|精[华華]|高亮|提升|下沉|[锁鎖]定|解除|推[荐薦]|屏蔽|[编編][辑輯]|修改)"
)
# What stands below the summaries of a blog's entries.
_ENTRY = pattern(r"[阅閱][读讀]|[评評][论論]")
_BY = pattern(r"([\w·]{2,12})\s+(?:[于於]|[发發]表[于於])\s*\d")
_TABLES = 3  # of them, at least: an article and one comment are two
_NAME = pattern(r"[\w·]{2,12}")


class Post(NamedTuple):
    """A post: its lines [first, last) without what frames them, who wrote it, and the hour it gives (the page's own time)."""

    first: int
    last: int
    author: str | None
    posted_at: datetime | None


class Thread(NamedTuple):
    """The posts in order and the lines [first, last) of the boxes they stand in; `asked`: they answer what stands above them."""

    posts: tuple[Post, ...]
    first: int
    last: int
    asked: bool


def find(layout: Layout, title: Title | None, rules: Sequence[str | None]) -> Thread | None:
    """The thread that a page is; None where it is none. `rules` are those of the lines when it is read as one document."""
    best: tuple[int, list[Box]] | None = None
    for boxes in _rows(layout):
        held = sum(_prose(layout.lines[box.first : box.last]) for box in boxes)
        if (best is None or held > best[0] * 1.05) and _is_thread(layout, boxes, title):
            best = (held, boxes)
    if best is None:
        return None
    boxes = best[1]
    posts = tuple(post for box in boxes if (post := _post(layout, box)))
    start = title.last if title and title.first < boxes[0].first else 0
    above = sum(layout.lines[n].size for n in range(start, boxes[0].first) if rules[n] is None)
    asked = "answer" in boxes[0].name.lower()
    if len(posts) + asked < 2 or (above > 40 and not asked):
        return None  # what stands above them is the document, and they are its comments
    return Thread(posts, boxes[0].first, boxes[-1].last, asked)


def _rows(layout: Layout) -> Iterator[list[Box]]:
    """Boxes that are alike by their names and hold none of each other, in order; the outermost first."""
    alike: dict[tuple[str, str], list[Box]] = defaultdict(list)
    for box in layout.boxes[1:]:
        if box.name and box.first < box.last and _called(box.name):
            names = (box.attributes.get("class") or "").split()
            alike[box.tag, _FIGURES.sub("0", names[0] if names else box.name)].append(box)
    for boxes in alike.values():
        row: list[Box] = []
        for box in boxes:
            if not row or box.first >= row[-1].last:
                row.append(box)
        if len(row) > 1:
            yield row
    yield from _tables(layout)


def _tables(layout: Layout) -> Iterator[list[Box]]:
    """Tables without names side by side, each of which says when it was posted, next to nothing between them."""
    if sum(box.tag == "table" and not box.name for box in layout.boxes) < _TABLES:
        return
    stamps = list(accumulate(map(_stamp, layout.lines), initial=0))
    if stamps[-1] < _TABLES:
        return
    entries = list(accumulate((x.size < 40 and _ENTRY.search(x.text) is not None for x in layout.lines), initial=0))
    row: list[Box] = []
    for box in layout.boxes[1:]:
        first, last = box.first, box.last
        if box.tag != "table" or box.name or stamps[first] == stamps[last] or entries[first] < entries[last]:
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


def _stamp(line: VisibleLine) -> bool:
    return line.size < 80 and _POSTED.search(line.text) is not None and _hour(line)


@lru_cache(maxsize=8192)
def _called(name: str) -> bool:
    """Whether a box is called as posts are."""
    return _POST.search(name) is not None and _NO_POST.search(name) is None


def _prose(lines: Sequence[VisibleLine]) -> int:
    return sum(x.size for x in lines if x.link * 2 < x.size and x.size > 8 and not (x.size < 40 and _hour(x)))


def _is_thread(layout: Layout, boxes: list[Box], title: Title | None) -> bool:
    """Whether nearly every box gives an hour and holds text, and the first of them opens what the page is about."""
    lines = layout.lines
    dated = sum(1 for box in boxes if any(_hour(line) for line in lines[box.first : box.last] if line.size < 80))
    told = sum(1 for box in boxes if _prose(lines[box.first : box.last]) > 4)
    if dated * 5 < len(boxes) * 4 or told * 5 < len(boxes) * 4:
        return False
    headed = sum(1 for box in boxes if any(_headline(x) for x in lines[box.first : box.first + 2]))
    if headed * 2 > len(boxes):
        return False  # articles, each under its own headline
    if title is None or title.first >= boxes[0].last:
        return title is None
    # An article above them makes them its comments.
    start = title.last if title.first < boxes[0].first else boxes[0].first
    between = sum(line.size for line in lines[start : boxes[0].first] if line.marks > 1 and line.size > 40)
    inside = sum(_prose(lines[box.first : box.last]) for box in boxes)
    return between < 200 and between < inside


def _headline(line: VisibleLine) -> bool:
    """Whether a line is a linked headline, as a list of articles has them."""
    return (
        line.link > 0 and (line.tag in ("h1", "h2", "h3", "h4") or line.link > 12) and line.link * 10 >= line.size * 8
    )


def _hour(line: VisibleLine) -> bool:
    text = _MODERATED.sub("", width.digits(line.text))
    return _AGO.search(text) is not None or (_CLOCK.search(text) is not None and site_dates.find(text) is not None)


def _post(layout: Layout, box: Box) -> Post | None:
    """The text of a post, its author and hour."""
    lines = layout.lines
    core = _core(layout, box)
    first, last = core.first, core.last
    if core is box:  # no box of its own: the lines after the one that gives the hour
        stamp = next((n for n in range(first, last) if lines[n].size < 80 and _hour(lines[n])), None)
        if stamp is not None and stamp + 1 < last:
            first = stamp + 1
    frame = [n for n in range(box.first, box.last) if not first <= n < last]
    posted = next((at for n in frame if lines[n].size < 80 and (at := _when(lines[n].text))), None)
    author = next((name for n in frame if (name := _author(layout, n))), None)
    if author is None:
        author = next((by[1] for n in frame if (by := _BY.match(lines[n].text))), None)
    if author is None and box.first in frame and _NAME.fullmatch(lines[box.first].text):
        author = lines[box.first].text  # alone on the first line
    return Post(first, last, author, posted) if first < last else None


def _core(layout: Layout, box: Box) -> Box:
    """The box in a post that holds its text: called so, or the one with nearly all of it."""
    inside = []
    for inner in layout.boxes[box.index + 1 :]:
        if inner.first >= box.last:
            break
        if box.first <= inner.first < inner.last <= box.last and not _NO_POST.search(inner.name):
            inside.append(inner)
    whole = _prose(layout.lines[box.first : box.last])
    named = [b for b in inside if _TEXT.search(b.name) and not any(_hour(x) for x in layout.lines[b.first : b.last])]
    for candidates in (named, inside):
        best = max(candidates, key=lambda b: (_prose(layout.lines[b.first : b.last]), b.first - b.last), default=None)
        if best is None:
            continue
        own = layout.lines[best.first : best.last]
        most = candidates is named or _prose(own) * 5 >= whole * 4
        if most and not any(_hour(x) for x in own if x.size < 80):
            return best
    return box


def _when(text: str) -> datetime | None:
    """The day and hour that a line gives, as printed."""
    text = _MODERATED.sub("", width.digits(text))
    day = site_dates.find(text)
    if day is None:
        return None
    clock = _CLOCK.search(text, day.end) or _CLOCK.search(text)
    hour = minute = second = 0
    if clock:
        hour, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        if hour < 12 and (text[: clock.end()].find("下午") >= 0 or (clock[4] or "").upper() == "PM"):
            hour += 12
    if hour > 23 or minute > 59 or second > 59:
        hour = minute = second = 0
    return datetime.fromisoformat(day.iso).replace(hour=hour, minute=minute, second=second)


def _author(layout: Layout, n: int) -> str | None:
    """Who wrote a post, by a line of its frame: said so, in a box called so, or a short link."""
    line = layout.lines[n]
    for fact in labels.read_line(line.spaced):
        if fact.field == "author":
            return fact.value
    if not 1 < line.size <= 24 or _NO_NAME.fullmatch(line.text):
        return None
    called = re.search(r"auth|user|name|nick|poster", layout.boxes[line.box].name, re.I)
    return line.text if called or line.link * 10 >= line.size * 9 else None


def further(layout: Layout, thread: Thread) -> tuple[Posted, ...]:
    """The posts below the document's own, placed in the page text."""
    rest = thread.posts if thread.asked else thread.posts[1:]
    return tuple(
        Posted(layout.lines[p.first].start, layout.lines[p.last - 1].place[1], n, p.author, p.posted_at)
        for n, p in enumerate(rest, 2)
    )


def facts(layout: Layout, thread: Thread) -> list[Fact]:
    """What the first post's frame says of the document: who wrote it, and its day. Of a question the answers say neither."""
    first = thread.posts[0]
    if thread.asked:
        return []
    out = []
    place = layout.lines[thread.first].start, layout.lines[first.last - 1].place[1]
    if first.posted_at:
        out.append(Fact("published_on", first.posted_at.date().isoformat(), RULE, 11).at(*place))
    if first.author:
        out.append(Fact("author", first.author, RULE, 24).at(*place))
    return out


def rules(thread: Thread, given: list[str | None], title: Title | None) -> list[str | None]:
    """The rules of a page's lines that is a thread: the posts stay, and what frames them goes."""
    start = title.last if title and thread.asked else thread.first
    out = [
        "outside-container" if rule is None and not start <= n < thread.first else rule for n, rule in enumerate(given)
    ]
    out[thread.first : thread.last] = [RULE] * (thread.last - thread.first)
    for post in thread.posts:
        out[post.first : post.last] = [None] * (post.last - post.first)
    if title:
        out[title.first : title.last] = [None] * (title.last - title.first)
    return out
