"""What a `<title>` says: the document's title, and the names of the site and its channels around it."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from urllib.parse import unquote

from ingest.han import outlets
from ingest.patterns import pattern
from ingest.rules import Table

# Names of platforms, which say nothing of what they are, as they end a `<title>`.
TABLE = Table("ingest.page", "platforms.tsv", ("name", "example"), unique=("name",))
_PLATFORMS = frozenset(row["name"] for row in TABLE.rows())
_SHORT = 200
_SQUASH = pattern(
    r"[\s\u3000\u00a0《》〈〉“”\"'‘’「」『』\-_—–|｜·,，、:：.。!！?？()（）\[\]【】│┃•¶\u2600-\u27bf\ufe0f\U0001f300-\U0001faff\ue000-\uf8ff]+|#+\s*\Z"
)

# What divides a <title>: these always, the dash only before or behind a site's name.
# 东山路改造完工 @ 林小满的部落格 :: …: the house is named at the end.
HARD = pattern(r"\s*(?:[_|｜»‧│┃]|::|\s>\s|\s›\s|\s@\s(?=.*::))+\s*")
_SOFT = pattern(r"\s*(?:[-–—－―]+|(?<=\s)[•·~～](?=\s))\s*(?=[^-–—－―]*\Z)")
_DASHES = "-–—－―"
# 东山路改造完工【江城在线】
_IN_BRACKETS = pattern(r"\s*(?:【([^【】]{2,16})】|（([^（）]{2,16})）|\(([^()]{2,16})\))\s*\Z")
_LEAD = pattern(r"\s*([^-–—－―:：_|｜»]{2,16}?)\s*(?:[-–—－―]+|[:：]\s)\s*(?=\S{4})")
_LEAD_FIRM = pattern(r"\s*[^-–—－―:：_|｜»\s]{2,20}公司\s+[-–—－―|｜]\s+(?=\S.{6,}\Z)(?!.*\s[-–—－―_|｜]+\s)")
# 首页-新闻中心-东山路供水管网改造完工: the way to the page, the page last.
_LEAD_HOME = pattern(
    r"\s*(?:网站|網站)?(?:首\s?[页頁]|主[页頁])\s*[-–—>›»→/]+\s*(?:[^-–—>›»→/]{2,8}?\s*[-–—>›»→/]+\s*){0,4}(?=\S{4})"
)
_LEAD_CHANNEL = pattern(r"(\S{3,20})\s+(\S{2,8})\s+(?=\S{4})")
# What a content system's template calls any page of it.
GENERIC = pattern(
    r"(?:新闻|新聞|文章|信息|资讯|資訊|内容|內容|通知|公告|政策|详细|詳細|正文|网站|網站)?(?:详情|詳情|详细|詳細|内容|內容|正文|首页|首頁|查看|浏览|瀏覽)"
    r"(?:页|頁|页面|頁面|信息|内容|內容)?|(?:新闻|文章|信息)页|(?:政府)?信息公开(?:目录)?|政务公开|通知公告|公示公告|政策文件|(?:新闻|工作|部门)动态|无标题(?:文档|页)?|untitled(?: document)?|document|index|home|new page \d*|(?:正在|页面)?(?:加载|载入)中?\W*|loading\W*",
    re.I,
)
# How a page is called that lists others.
_LISTING = pattern(
    r".{0,8}(?:搜索|搜寻|搜尋|检索|檢索|查询|查詢)(?:结果|結果)?|.{0,8}(?:列表|列表页|网站地图|網站地圖|归档|歸檔|存档)|(?:所有|全部|文章)?(?:标签|標籤|分类|分類|文章|目录)|"
    r"(?:search results?|sitemap|archives?|tags?|categor(?:y|ies))(?: .*)?",
    re.I,
)
# The same without a doubt, so that not even a day near it speaks for a document: 标签: 水务, 分类 水务 下的文章, 归档 | 江城在线.
_LISTING_SURELY = pattern(
    r"(?:分类|分類|标签|標籤|栏目|欄目|作者|tags?|categor(?:y|ies)|author)(?:目录|目錄)?(?:归档|歸檔|存档|存檔| archives?)?\s*[:：]\s*\S.{0,40}"
    r"|(?:归档|歸檔|存档|存檔|彙整|archives?)(?:\s*[:：]\s*\S.{0,40})?"
    r"|(?:分类|分類|标签|標籤|作者|包含关键字)?\s*\S.{0,30}\s(?:下|发布)的文章|(?:posts|articles) (?:tagged|by|in) .{1,40}",
    re.I,
)
_LISTING_BY = pattern(
    r"(?:posts|articles) (?:tagged|by|in) .{1,40}|(?:分类|分類|标签|標籤|作者|栏目|欄目)\s*[:：]\s*\S.{0,40}", re.I
)
"""The same in another part: … - Articles by 林小满."""
_PLACED = pattern(
    r"(?:^|/)(?:tags?|categor(?:y|ies)|authors?|topics?)/([^/]+)/?(?:page/\d+/?)?(?:index\.html?)?$"
    r"|(?:^|/)archives?/(?:19|20)\d\d/?(?:(?:0?[1-9]|1[0-2])/?)?(?:page/\d+/?)?(?:index\.html?)?$|(?:^|/)page/\d+/?(?:index\.html?)?$",
    re.I,
)
# The home page of a site: its bare address, or the file index of its host's folder.
_HOME = pattern(
    r"https?://[^/?#]+/?(?:(?:index|default|home)\.(?:s?html?|php|aspx?|jsp))?"
    r"|(?:(?:[\w-]+\.)+[a-z]{2,6}/)?(?:index|default)\.(?:s?html?|php|aspx?|jsp)",
    re.I,
)
_INDEX = pattern(r"(?:^|/)(?:index|default|home|main)\.(?:s?html?|php|aspx?|jsp)\Z", re.I)
_HEAD = pattern(r"\s*(?:[_|｜»›>–—－―]|\s-+\s)\s*")
_DIVIDES = pattern(r"\s*(?:[_|｜»]|[-–—－―]+)\s*")
_BOARD = pattern(r"看板\s*[\w.-]{1,24}|[A-Za-z][\w.-]{1,24}\s?[板版]", re.ASCII)  # 看板 Jiangcheng, Jiangcheng板
_PARTS = pattern(r"\s*(?:[_|｜»>›:：·\-–—－―]|\s)+\s*")
_DOMAIN = pattern(r"\.(?:com|cn|net|org)\b|^Powered by\b", re.I)
_ESCAPED = pattern(r"(?:[\w.+-]{0,8}%[0-9A-Fa-f]{2}){3,}[\w.+-]{0,40}")
_WORD = pattern(r"[A-Za-z0-9.]+")


def _is_site(name: str, known: Collection[str] = ()) -> bool:
    """Whether a part of a <title> is the name of a site or a channel: by its look, or because the page says so."""
    name = name.strip(" \u3000·—－-_|()（）[]【】!！")
    return (
        name.endswith(outlets.SITES)
        or _WORD.fullmatch(name) is not None
        or _DOMAIN.search(name) is not None
        or squash(name) in known
        or squash(name) in _PLATFORMS
    )


def bare(element: str) -> bool:
    """Whether a `<title>` names only the site, or what any page of it is called (新闻详情), or nothing."""
    if _ESCAPED.fullmatch(element.strip()):
        return True  # %E4%B8%9C…: what a program wrote
    parts = [p for p in _PARTS.split(element.strip()) if p]
    return all(GENERIC.fullmatch(p) or p.endswith(outlets.SURE_SITES) or (len(p) <= 14 and _is_site(p)) for p in parts)


def listing(title: str) -> bool:
    """Whether a `<title>` says that the page lists others: 搜索结果, 网站地图, 标签."""
    return surely_listing(title) or any(_LISTING.fullmatch(part) for part in _PARTS.split(title.strip()) if part)


def surely_listing(title: str) -> bool:
    """Whether the first part of a `<title>` says so without a doubt: 标签: 水务, 水务 下的文章, 归档."""
    parts = [part for part in _HEAD.split(title.strip()) if part]
    return bool(parts) and (
        _LISTING_SURELY.fullmatch(parts[0]) is not None or any(map(_LISTING_BY.fullmatch, parts[1:]))
    )


def placed(address: str, title: str) -> bool:
    """Whether a page has an address under which blogs list others: archives/2023/02/, page/4/, or tags/水务/ and it is called so."""
    found = _PLACED.search(unquote(address.partition("?")[0].partition("#")[0]))
    return found is not None and (found[1] is None or squash(found[1]) in squash(title))


def at_home(address: str) -> bool:
    """Whether an address is that of a site's home page; one with a query may lead to any page."""
    return _HOME.fullmatch(address.partition("#")[0]) is not None


def index(address: str) -> bool:
    """Whether an address is the index of a folder, by the name of its file."""
    return _INDEX.search(address.partition("#")[0]) is not None


def squash(text: str) -> str:
    """What two printings of a title have in common: letters and digits."""
    return _squashed(text) if len(text) <= _SHORT else _squashed.__wrapped__(text)


@lru_cache(maxsize=2048)  # several questions are asked of the same lines
def _squashed(text: str) -> str:
    return _SQUASH.sub("", text).casefold()


def lead(text: str) -> int:
    """Where a statement goes on behind the site's name that it opens with (江城新闻网 - 东山路供水管网改造完工)."""
    mark = _LEAD.match(text)
    if mark and mark[1].endswith(outlets.SURE_SITES) and not bare(text):
        return mark.end()
    mark = _LEAD_FIRM.match(
        text
    )  # 江城测绘有限公司 - 东山路供水管网改造完工; who is called so in 江城企业名录 is the title
    if mark and not _is_site(text[mark.end() :]):
        return mark.end()
    if (mark := _LEAD_HOME.match(text)) and not bare(text[mark.end() :]):
        return mark.end()
    mark = _LEAD_CHANNEL.match(text)  # 江城市水务局 通知公告 …
    return mark.end() if mark and mark[1].endswith(outlets.SITES) and _channel(mark[2]) else 0


def _channel(part: str) -> bool:
    """Whether a part of a `<title>` is the name of a channel, whatever the site."""
    return (outlets.CHANNEL.fullmatch(part.strip()) or GENERIC.fullmatch(part.strip())) is not None


def _off(part: str, cut: bool, known: Collection[str]) -> bool:
    """Whether the last part of a `<title>` is no part of the title: the site, or its channel or board where the site is `cut` already."""
    return _is_site(part, known) or (cut and (_channel(part) or _BOARD.fullmatch(part.strip()) is not None))


def within(text: str, known: Collection[str] = ()) -> tuple[int, int]:
    """Where in a `<title>` the document's title stands, the site's name and channels left out.

    `known` are names of the site that the page gives elsewhere, squashed: its logo, og:site_name.
    """
    start, end = 0, len(text)
    for mark in HARD.finditer(text):
        # 云溪县成立云溪大学_云溪网: what looks like a site's name is none where nothing but names follow.
        part = text[start : mark.start()]
        # A title of two or three characters only where nothing but a site's name is behind it.
        long = mark.start() >= 4 or (mark.start() >= 2 and start == 0 and _is_site(text[mark.end() :], known))
        only = bare(text[mark.end() :]) or squash(text[mark.end() :]) in known
        if long and not _channel(part) and (not _is_site(part, known) or only):
            end = mark.start()
            break
        start = mark.end()
    if end - start < 4 and not (start == 0 and 2 <= end < len(text)):
        start, end = 0, len(text)
    start += lead(text[start:end])
    # Not A-Level: one letter is no title.
    while (
        (mark2 := _last_dash(text, start, end))
        and mark2.start() > start + 1
        and _off(text[mark2.end() : end], end < len(text), known)
    ):
        end = mark2.start()
    if (named := _IN_BRACKETS.search(text, start, end)) and named.start() >= start + 4:
        name = next(filter(None, named.groups()))
        if name.endswith(outlets.SURE_SITES) or squash(name) in known:
            end = named.start()
    inner = text[start:end]
    return start + len(inner) - len(inner.lstrip()), start + len(inner.rstrip())


def _last_dash(text: str, start: int, end: int) -> re.Match[str] | None:
    """The last mark in text[start:end] that divides softly; looked for from the last dash on, as a `<title>` may be nothing but dashes."""
    at = max(text.rfind(dash, start, end) for dash in _DASHES)
    while at > start and (text[at - 1] in _DASHES or text[at - 1].isspace()):
        at -= 1
    return _SOFT.search(text, max(start, at), end)


def names_of_site(title: str, said: Iterable[str]) -> frozenset[str]:
    """The parts at the ends of a `<title>` that the page also gives as a name of its own, squashed.

    `said`: what it gives so: short links (a logo, a crumb), og:site_name.
    """
    parts = [part for part in re.split(r"\s*(?:[_|｜»:：]|[-–—－―])+\s*", title) if part]
    ends = {key for part in parts[-2:] if 2 <= len(key := squash(part)) <= 16} if len(parts) > 1 else set()
    return frozenset(ends.intersection(map(squash, said))) if ends else frozenset()


def halves(text: str) -> tuple[str, str]:
    """A `<title>` before and behind its last mark of division; nothing behind where there is none: 夜行记, 老林手记 of 夜行记 - 老林手记."""
    parts = [mark for mark in (*HARD.finditer(text), *_SOFT.finditer(text)) if mark.start() and mark.end() < len(text)]
    last = max(parts, key=lambda mark: mark.end(), default=None)
    return (text[: last.start()].strip(), text[last.end() :].strip()) if last else (text.strip(), "")


def first(text: str) -> str:
    """What a statement says before its first mark of division, a dash among them."""
    return _DIVIDES.split(text.strip(), maxsplit=1)[0]


def site(text: str) -> str | None:
    """The site's name at the end of a `<title>`, when it is one by its look."""
    start, end = within(text)
    rest = text[end:].strip(" -_|｜–—－―·")
    name = re.split(r"\s*(?:[_|｜»–—－―]|-)\s*", rest)[-1].strip()
    if "，" in name:  # 江城佛教网，江城香烛有限公司: who stands with the site
        name = next((part.strip() for part in name.split("，") if part.strip().endswith(outlets.HOUSES)), name)
    return name if end - start < len(text) and 3 <= len(name) <= 24 and name.endswith(outlets.HOUSES) else None
