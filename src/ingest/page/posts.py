"""Threads: a forum's posts and the answers of a question page, each with who wrote it and when.

A thread is a row of boxes that are alike (`rows`), nearly each of which gives an hour and holds
text of its own, and of which the first is what the page is about. Comments below an article are no such row: the article is
not one of them, and they stay what they were, strips of rule `comments`. Where a heading over the row says that they are answers (3 个回答), or the
replies of a page that calls itself a forum's, what they answer stands above them; so it does on a forum's page whose first post is set
otherwise than the replies, with a name and an hour of its own.
"""

import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from ingest.blocks import Fact, Posted
from ingest.page import repeats, rows, stamps
from ingest.page.headline import Title
from ingest.page.layout import Box, Layout
from ingest.page.rows import Row
from ingest.patterns import pattern

RULE = "post-line"
_SAID = ("答", "回", "epl")  # one of them is in each; a quick look before the patterns
_ANSWERS = pattern(
    r"\W*(?:(?:共|已有|全部|所有|其[他它]|更多|最佳|精彩|网友|網友|热心网友|收到)\W{0,2})*(?:\d{1,5}\W{0,2}[个個条條]?\W{0,2}(?:的)?)?(?:回答|答案|解答)\W{0,2}(?:\d{1,5}\W{0,2}[个個条條]?)?\W*"
)
"""A heading over answers: 3 个回答, 全部回答（3）."""
_REPLIES = pattern(
    r"\W*(?:(?:共|已有|全部|所有)\W{0,2})*(?:\d{1,5}\W{0,2}[个個条條則则]?\W{0,2}(?:回[复覆复帖應应]|replies)|(?:回[复覆帖應应])\W{0,2}\d{1,5}).{0,24}",
    re.I,
)
"""One over replies: 12 条回复."""
_FORUM = pattern(r"论坛|論壇|社区|社區|\bbbs\b|discuz|phpwind|贴吧|v2ex|forum|讨论区|討論區", re.I)
_BOARD = pattern(r"论坛|論壇|小组|\bbbs\b|discuz|phpwind|贴吧|v2ex|讨论区|討論區", re.I)
"""Words of these in a `<title>` that are nothing else there."""
_TOPIC = pattern(r"topic|thread|question|tiezi|first-?post", re.I)
"""How the box of a first post is called, and that of no article."""
_TOP = 4  # lines of an entry among which its headline stands
_HEADLINE = 7  # Chinese characters of a link that is no name
_OVER = 6  # lines above a row in which its heading is looked for
_NEAR = 4  # lines between a post's text and its hour
_HAN = pattern(r"[\u3400-\u9fff]")


class Post(NamedTuple):
    """A post: its lines [first, last) without what frames them, who wrote it, and the hour it gives (the page's own time)."""

    first: int
    last: int
    author: str | None
    posted_at: datetime | None


class Thread(NamedTuple):
    """The posts in order and the lines [first, last) of the boxes they stand in; `below`: they answer what stands above them.

    `opening`: that, where it is a post that says when it was written.
    """

    posts: tuple[Post, ...]
    first: int
    last: int
    below: bool
    opening: Post | None = None


def find(layout: Layout, title: Title | None, rules: Sequence[str | None]) -> Thread | None:
    """The thread that a page is; None where it is none. `rules` are those of the lines when it is read as one document."""
    head = _heading(layout, title)
    stamped = stamps.counted(layout, days=head is not None)
    if stamped[-1] < (2 if head is None else 1):
        return None
    best: tuple[int, Row] | None = None
    for row in rows.candidates(layout, stamped, 3 if head is None else 2):
        dated = sum(1 for box in row.boxes if stamped[box.last] > stamped[box.first])
        if dated * 5 < len(row.boxes) * 4:
            continue
        # The boxes of their texts alone are the better row: in the others there are signatures and buttons too.
        held = _held(layout, row) * (2 if row.texts else 1)
        if (best is None or held > best[0] * 1.05) and _is_thread(layout, row, title, head):
            best = (held, row)
    if best is None and head is not None and (only := rows.behind(layout, head, stamped)) is not None:
        best = (0, Row([only]))
    if best is None:
        return None
    boxes = best[1].boxes
    texts: Sequence[Box | None] = best[1].texts or [None] * len(boxes)
    days = head is not None
    named = range(title.first, title.last) if title else range(0)
    posts = tuple(_post(layout, box, text, days, named) for box, text in zip(boxes, texts, strict=True))
    start = 0 if title is None else title.last if title.first < boxes[0].first else boxes[0].first
    above = sum(layout.lines[n].size for n in range(start, boxes[0].first) if rules[n] is None)
    headed = head is not None and head < boxes[0].first + 1 and boxes[0].first - head <= _OVER
    end = head if headed and head is not None else boxes[0].first
    opening = _opening(layout, start, end, days, named) if title else None
    if opening and not (headed or _BOARD.search(layout.title) or layout.called(opening.first, _TOPIC, up=6)):
        opening = None  # an article and its comments
    below = "answer" in boxes[0].name.lower() or (headed and above > 0) or opening is not None
    posts = tuple(post for n, post in enumerate(posts) if post.first < post.last or (n == 0 and not below))
    if len(posts) + below < 2 or (above > 40 and not below):
        return None  # what stands above them is the document, and they are its comments
    first = head if below and headed and head is not None else boxes[0].first
    return Thread(posts, min(first, boxes[0].first), boxes[-1].last, below, opening)


def _opening(layout: Layout, first: int, last: int, days: bool, named: Collection[int]) -> Post | None:
    """The post that stands in lines [first, last), above the replies: with an hour beside its text. None where there is none."""
    given = [n for n in range(first, last) if stamps.gives(layout.lines[n], days)]
    if not given:
        return None
    inside = [box for box in layout.boxes[1:] if first <= box.first < box.last <= last]
    found = rows.text_among(layout, inside, first, last)
    if found is None or not any(rows.prose(layout, n) for n in range(found[0].first, found[0].last)):
        return None
    if not any(found[0].first - _NEAR <= n < found[0].last + _NEAR for n in given):
        return None
    return _framed(layout, found[0].first, found[0].last, first, last, days, named)


def _heading(layout: Layout, title: Title | None) -> int | None:
    """The line that says that answers follow; that replies do, on a page that calls itself a forum's."""
    start = title.last if title else 0
    forum: bool | None = None
    for n in range(start, len(layout.lines)):
        line = layout.lines[n]
        if line.size > 40 or line.link * 2 > line.size or not any(word in line.text for word in _SAID):
            continue
        if line.size <= 16 and _ANSWERS.fullmatch(line.text):
            return n
        if _REPLIES.fullmatch(line.text):
            forum = _forum(layout) if forum is None else forum
            if forum:
                return n
    return None


def _forum(layout: Layout) -> bool:
    """Whether a page says in its `<title>`, or in the first or last of its lines, that it is a forum's."""
    ends = (*layout.lines[:20], *layout.lines[-12:])
    return _FORUM.search(layout.title) is not None or any(x.size < 80 and _FORUM.search(x.text) for x in ends)


def _held(layout: Layout, row: Row) -> int:
    """Characters of the texts of a row."""
    if row.texts:
        return sum(line.size for text in row.texts for line in layout.lines[text.first : text.last])
    return sum(rows.prose(layout, n) for box in row.boxes for n in range(box.first, box.last))


def _is_thread(layout: Layout, row: Row, title: Title | None, head: int | None) -> bool:
    """Whether nearly every box of those that give an hour holds text, and the first of them opens what the page is about."""
    lines, boxes = layout.lines, row.boxes
    if row.texts:  # a post may be a picture
        told, enough = sum(1 for text in row.texts if text.first < text.last), 2
    else:
        told, enough = sum(1 for box in boxes if _told(layout, box)), 4
    if told * 5 < len(boxes) * enough:
        return False
    headed = sum(
        1 for box in boxes if any(_headline(layout, n) for n in range(box.first, min(box.first + 2, len(lines))))
    )
    if headed * 2 > len(boxes) or _entries(layout, boxes) * 2 > len(boxes):
        return False  # articles, each under its own headline
    if title is None or title.first >= boxes[0].last:
        return title is None
    if head is not None and title.last <= head <= boxes[0].first <= head + _OVER:
        return True
    # An article above them makes them its comments.
    start = title.last if title.first < boxes[0].first else boxes[0].first
    between = sum(line.size for line in lines[start : boxes[0].first] if line.marks > 1 and line.size > 40)
    return between < 200 and between < _held(layout, row)


def _told(layout: Layout, box: Box) -> bool:
    """Whether a post holds text: a line of it, or some in a box that is called so."""
    if sum(rows.prose(layout, n) for n in range(box.first, box.last)) > 4:
        return True
    text, called = rows.text_of(layout, box)
    return called and text.first < text.last


def _headline(layout: Layout, n: int) -> bool:
    """Whether line `n` is a linked headline, as a list of articles has them; a name is called so, a long one has few Chinese characters."""
    line = layout.lines[n]
    if not line.link or line.link * 10 < line.size * 8 or layout.called(n, stamps.CALLED, up=1):
        return False
    return line.tag in ("h1", "h2", "h3", "h4") or (line.link > 12 and len(_HAN.findall(line.text)) > 5)


def _entries(layout: Layout, boxes: Sequence[Box]) -> int:
    """How many boxes have a linked headline of their own among their first lines: a forum's posts all say what the thread is called."""
    found = set()
    for box in boxes:
        for line in layout.lines[box.first : min(box.first + _TOP, box.last)]:
            if line.link * 10 >= line.size * 8 and not line.idle and len(_HAN.findall(line.text)) >= _HEADLINE:
                found.add(line.text)
                break
    return len(found)


def _post(layout: Layout, box: Box, text: Box | None, days: bool, named: Collection[int]) -> Post:
    """The text of a post, its author and hour; no line of text where it has none. `named`: the lines of the page's title, which is no name."""
    lines = layout.lines
    core = text or rows.text_of(layout, box)[0]
    first, last = core.first, core.last
    if core is box:  # no box of its own: the lines below the one that gives the hour, or above it
        stamp = next((n for n in range(first, last) if stamps.gives(lines[n], days)), None)
        if stamp is not None and (2 * (stamp - first) < last - first or stamp + 1 < last):
            first = stamp + 1
        elif stamp is not None:
            last = stamp
        while first < last and stamps.frames(layout, first, days):
            first += 1
        while first < last and stamps.frames(layout, last - 1, days):
            last -= 1
    return _framed(layout, first, last, box.first, box.last, days, named)


def _framed(layout: Layout, first: int, last: int, start: int, end: int, days: bool, named: Collection[int]) -> Post:
    """The post whose text is lines [first, last); the others of [start, end) say who wrote it, and when."""
    lines = layout.lines
    frame = [n for n in range(start, end) if not first <= n < last and n not in named]
    given = (stamps.posted_at(lines[n]) for n in frame if stamps.gives(lines[n], days))
    posted = next((at for at in given if at), None)
    author = stamps.author(layout, frame)
    if author is None and start in frame:
        author = stamps.alone(lines[start])
    return Post(first, last, author, posted)


def further(layout: Layout, thread: Thread) -> tuple[Posted, ...]:
    """The posts below the document's own, placed in the page text."""
    rest = thread.posts if thread.below else thread.posts[1:]
    return tuple(
        Posted(layout.lines[p.first].start, layout.lines[p.last - 1].place[1], n, p.author, p.posted_at)
        for n, p in enumerate(rest, 2)
    )


def facts(layout: Layout, thread: Thread) -> list[Fact]:
    """What the first post's frame says of the document: who wrote it, and its day. Of what stands above them the posts say neither."""
    first = thread.opening or thread.posts[0]
    if thread.below and not thread.opening:
        return []
    out = []
    start = min(first.first, thread.first)
    place = layout.lines[start].start, layout.lines[max(start, first.last - 1)].place[1]
    if first.posted_at:
        out.append(Fact("published_on", first.posted_at.date().isoformat(), RULE, 11).at(*place))
    if first.author:
        out.append(Fact("author", first.author, RULE, 24).at(*place))
    return out


def rules(layout: Layout, thread: Thread, given: Sequence[str | None], title: Title | None) -> list[str | None]:
    """The rules of a page's lines that is a thread: the posts stay, and what frames them goes."""
    start = title.last if title and thread.below else thread.first
    out = [
        "outside-container" if rule is None and not start <= n < thread.first else rule for n, rule in enumerate(given)
    ]
    out[thread.first : thread.last] = [RULE] * (thread.last - thread.first)
    for post in thread.posts:
        out[post.first : post.last] = [
            RULE if stamps.edited(line) else None for line in layout.lines[post.first : post.last]
        ]
    if thread.opening:
        for n in range(start, thread.first):
            inside = thread.opening.first <= n < thread.opening.last
            out[n] = None if inside else RULE if given[n] is None else given[n]
    if title:
        for n in repeats.again(layout, title, thread.posts[0].first, thread.posts[0].last):
            out[n] = "title-repeat"
        out[title.first : title.last] = [None] * (title.last - title.first)
    return out
