"""How a page says who wrote a post, and when: the lines around its text."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import accumulate, pairwise

from ingest import labels
from ingest.han import site_dates, width
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

_CHINA = timezone(timedelta(hours=8))
_HOURED = pattern(r"\s*(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d")  # a `<time>` that says the hour
_LONGEST = 80  # characters of a line that says when
_NAME_SIZE = 24
_CLOCK = pattern(r"(?:[上下]午|AM|PM)?\s*(\d{1,2}):(\d\d)(?::(\d\d))?\s*([AP]M)?", re.I)
_AGO = pattern(r"\d+\s*(?:秒|分钟|小时|天|个?月|年)前|(?:昨天|前天|今天)\s*\d{1,2}:\d\d")
_TOLD = pattern(r"\d\s?[:：]\s?\d|[0-9０-９个]\s?[秒分小天月年][^前]{0,2}前|[昨前今]天")  # a quick look for an hour
# How an old forum's tables say it: 林小满 于 2004-3-5 10:20 发表, 发帖时间：….
_POSTED = pattern(r"[发發][表帖言]|[回跟]帖|\d\s*[楼樓]|张贴|張貼|posted", re.I)
# What was done to a thread or a post later, and by whom: 本主题由 林小满 于 2010-10-2 09:58 合并, 本帖最后由 林小满 于 … 编辑.
_MODERATED = pattern(
    r"本?(?:主[题題]|[帖贴貼]子?|文章?)(?:最[后後])?[由被].{1,40}?[于於在].{4,30}?"
    r"(?:合[并併]|分[类類]|移[动動]|[关關][闭閉]|打[开開]|置[顶頂]|精[华華]|高亮|提升|下沉|[锁鎖]定|解除|推[荐薦]|屏蔽|[编編][辑輯]|修改)"
)
_AROUND = pattern(r"^\W+|\W+$")
_NO_NAME = pattern(
    r"[\[【［].{1,6}[\]】］]|\W*(?:感[谢謝](?:回[复覆][者的]|作者|楼主|樓主|(?i:ta))?|[隐隱]藏|忽略)\W*[\d]*|\W*(?:楼主|樓主|沙发|板凳|地板|\d+\s*[楼樓#]|举报|檢舉|回[复覆复復應应]|引用|只看该作者|倒序浏览|发[表布][于於]|[赞讚][同成]?|收藏|点赞|分享|[编編][辑輯]|加好友|发消息|显示全部楼层|新手上路|管理员|版主|来自|评论|評論|添加|关注|關注|私信|顶|踩|页首|顶端|只看|查看|更多).*|[\d\s:：/.年月日#+-]+"
)
# Days and hours that say nothing of a post: when its author registered, and was last seen.
_JOINED = pattern(
    r"(?:注\s?[册冊]|註\s?[册冊]|加入|joined|最[后後](?:登[录入]|[访訪][问問]|活[动動]|上[线線])|最新活[动動]|上次(?:登[录入]|[访訪][问問]))[^\d]{0,10}\d",
    re.I,
)
_FROM = pattern(r"(?:来自|來自|由|by|作者|[提发發]问者?|回答者|发帖人|发布者)\W*", re.I)
_BEHIND = pattern(r"\s*[-–—,，(（|·]")  # what parts a linked name from a signature
_GONE = pattern(
    r"(?<=\S)\s*[(（]?(?:该用户已被?删除|已注销)[)）]?$"
)  # what a forum writes behind a name that is no more
_BY = pattern(r"([\w·]{2,12})\s+(?:[于於]|[发發]表[于於])\s*\d")
_NAME = pattern(r"[\w·]{2,12}")
CALLED = pattern(r"auth|user|name|nick|poster", re.I)


def hour(line: VisibleLine) -> bool:
    """Whether a line gives a day and an hour, or says how long ago something was."""
    if line.time and _HOURED.match(line.time):
        return True
    said = line.text
    if not (":" in said or "：" in said or "前" in said or "天" in said):
        return False  # most lines, and cheaper than an expression
    if not _TOLD.search(said) or _JOINED.search(said):
        return False
    text = _MODERATED.sub("", width.digits(line.text))
    return _AGO.search(text) is not None or (_CLOCK.search(text) is not None and site_dates.find(text) is not None)


def gives(line: VisibleLine, days: bool = False) -> bool:
    """Whether a line is short and gives an hour; with `days`, or a day."""
    if line.size >= _LONGEST:
        return False
    return hour(line) or (days and line.size <= 40 and when(line.text) is not None and not _JOINED.search(line.text))


def counted(layout: Layout, days: bool = False) -> list[int]:
    """For each line, and behind the last, how many lines before it give an hour (`gives`)."""
    return list(accumulate((gives(line, days) for line in layout.lines), initial=0))


def posted(line: VisibleLine) -> bool:
    """Whether a line says that something was posted, and the hour."""
    return line.size < _LONGEST and _POSTED.search(line.text) is not None and hour(line)


def post(lines: Sequence[VisibleLine]) -> bool:
    """Whether lines are a post of a forum: one says when it was posted, another is text of it."""
    if len(lines) < 2:
        return False
    given = [posted(line) for line in lines]
    return any(given) and any(x.size > 8 and not x.link and not own for x, own in zip(lines, given, strict=True))


def edited(line: VisibleLine) -> bool:
    """Whether a line is what a forum writes into a post that was changed: 本帖最后由 林小满 于 … 编辑."""
    text = line.text
    named = line.size < _LONGEST and ("由" in text or "被" in text)
    return named and _MODERATED.fullmatch(_AROUND.sub("", text)) is not None


def posted_at(line: VisibleLine) -> datetime | None:
    """The day and hour that a line gives, as printed; where it prints no hour what `<time>` says, in China's; midnight where neither does."""
    printed = when(line.text)
    if line.time and (printed is None or not (printed.hour or printed.minute)) and _HOURED.match(line.time):
        try:
            said = datetime.fromisoformat(line.time.strip())
        except ValueError:
            return printed
        return said.astimezone(_CHINA).replace(tzinfo=None) if said.tzinfo else said
    return printed


def when(text: str) -> datetime | None:
    """The day and hour that a text gives, as printed; midnight where it gives no hour."""
    text = _MODERATED.sub("", width.digits(text))
    day = site_dates.find(text)
    if day is None:
        return None
    clock = _CLOCK.search(text, day.end) or _CLOCK.search(text)
    at = minute = second = 0
    if clock:
        at, minute, second = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        if at < 12 and (text[: clock.end()].find("下午") >= 0 or (clock[4] or "").upper() == "PM"):
            at += 12
    if at > 23 or minute > 59 or second > 59:
        at = minute = second = 0
    return datetime.fromisoformat(day.iso).replace(hour=at, minute=minute, second=second)


def author(layout: Layout, frame: Sequence[int]) -> str | None:
    """Who wrote a post, by the lines around its text: said so, in a box called so, a short link, or alone on the first of them."""
    lines = layout.lines
    name = next((name for n in frame if (name := _name(layout, n))), None)
    if name is None:
        name = next((by[1] for n in frame if (by := _BY.match(lines[n].text))), None)
    return name or next((name for n in frame if (name := _after(lines[n]))), None)


def _after(line: VisibleLine) -> str | None:
    """The linked name that a line gives behind a word for it: 来自: 林小满(渡口) 2015-03-04 10:20."""
    words = [piece.strip() for piece in line.pieces]
    return next(
        (name for word, name in pairwise(words) if _FROM.fullmatch(word) and 0 < len(name) == line.link <= _NAME_SIZE),
        None,
    )


def alone(line: VisibleLine) -> str | None:
    """The name that a line is, and nothing else."""
    return line.text if _NAME.fullmatch(line.text) else None


def frames(layout: Layout, n: int, days: bool = False) -> bool:
    """Whether line `n`, at an edge of a post, is none of its text: a name, an hour, a button."""
    line = layout.lines[n]
    return (
        gives(line, days)
        or line.link * 10 >= (line.size - line.text.count(" ")) * 9
        or (line.size <= _NAME_SIZE and _name(layout, n) is not None)
    )


def _name(layout: Layout, n: int) -> str | None:
    line = layout.lines[n]
    for fact in labels.read_line(line.spaced):
        if fact.field == "author":
            return fact.value
    first = line.pieces[0].strip()
    if (
        line.link
        and 0 < len(first) < line.size
        and len(first) <= _NAME_SIZE
        and line.link in (len(first), len(first) + _buttons(line))
    ):
        if gives(line, days=True) or _BEHIND.match(line.text, len(first)):
            return None if _NO_NAME.fullmatch(first) else first  # a linked name, and behind it the hour or a signature
        if len(line.pieces) > 1 and line.size <= _NAME_SIZE:
            return None if _NO_NAME.fullmatch(first) else first  # and behind it what he is: 新手上路
    if not 1 < line.size <= _NAME_SIZE or _NO_NAME.fullmatch(line.text) or gives(line, days=True):
        return None
    if line.bold == line.size and line.tag[0] != "h" and not line.link and _NAME.fullmatch(line.text):
        return line.text
    called = CALLED.search(layout.boxes[line.box].name)
    return _GONE.sub("", line.text) if called or line.link * 10 >= line.size * 9 else None


def _buttons(line: VisibleLine) -> int:
    """Characters of the words behind a line's first that are buttons: 评论, 分享."""
    return sum(
        len(word) for piece in line.pieces[1:] if 1 < len(word := piece.strip()) < 6 and _NO_NAME.fullmatch(word)
    )
