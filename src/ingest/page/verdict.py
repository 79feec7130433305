"""Whether a page holds a document at all: a decision of its own, before anything is written.

What is asked is plain to see: how much of the page the choice of lines keeps, how much of that is prose, how many
headlines lead elsewhere, and whether the page prints a title it agrees on and the day it was published. A list of articles,
a home page, a form or an error page is rejected, with what was found in the message. Where it stays open, the
document is given with a flag.

Decided against weights learnt from pages: a rule can be read, and there are too few pages that are no documents to learn from.
"""

import re
from collections.abc import Sequence

from selectolax.lexbor import LexborHTMLParser

from ingest.page import element, entries, furniture
from ingest.page.evidence import Evidence, is_link
from ingest.page.headline import Title
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

_ERROR = pattern(
    r"\b(?:40[0134]|50[0234])\b.{0,20}(?:error|not found|forbidden|错误|bad|未找到|找不到|禁止)|not found|forbidden|bad gateway"
    r"|service unavailable|internal server error|access denied"
    r"|(?:页面|网页|頁面|網頁|文章|内容|信息|文件|资源|地址)\w{0,8}(?:不存在|未找到|找不到|无法找到|无法访问|已被?删除|已失效|已过期|丢失|已下线|不可用)|(?:页面|网页|頁面|網頁)\w{0,6}(?:走丢|走失|迷路|飞走|跑丢)"
    r"|(?:找不到|无法找到|無法找到|无法访问|未找到)\w{0,8}(?:页面|网页|頁面|網頁|文件|资源|内容|服务器|目录)"
    r"|(?:[您你]|用户|会员|^\W*)(?:还没有|尚未|还未)登[录陆錄入](?!的|我|[到华上])|没有权限|无权(?:访问|查看|限)|访问被拒绝|拒绝访问|访问过于频繁|请求被拦截|安全验证|人机验证|请输入验证码|拦截提示"
    r"|(?:正在|自动)(?:跳转|重定向)|\d\s*秒(?:钟)?[后後]\S{0,4}自[动動](?:返回|跳转|跳轉)|系统(?:繁忙|维护)|服务器(?:错误|繁忙)|站点已?暂停|网站(?:维护|建设|升级|改版)中"
    r"|域名(?:正在|已|可)?(?:出售|转让|过期)|domain (?:name )?is for sale|(?:即将|正在|将要)离开.{1,24}(?:访问的链接|链接不属于|外部链接|第三方网站)",
    re.I,
)
_NOTICE = pattern(
    r"\W*(?:提示信息|信息提示|系统提示|系統提示|错误提示|操作提示|错误|錯誤|出错(?:了|啦)?|error)(?:\s*[-_|–—].*)?",
    re.I,
)
"""The title of a page that says what went wrong."""
_ASKS = pattern(
    r"[请請](?:开启|启用|打开|開啟|啟用)\W?javascript|enable javascript|works? (?:properly )?without javascript", re.I
)
"""How a page asks for its scripts to be run."""
_WAITS = pattern(
    r"\W*(?:(?:正在|页面|頁面|内容|數據|数据|努力|拼命)*(?:加载|载入|載入|加載)(?:中|数据|内容)?[,，…. ]{0,3}(?:请稍[候等后])?|请稍[候等后]|loading(?: data)?|please wait)\W*",
    re.I,
)
"""What stands where a script is going to put the text."""
_FIELDS = frozenset(("text", "email", "tel", "number", "date", "password", "url", "textarea", "select"))
_FORM = 4  # fields of a form, at least; a search and a comment have fewer
_FIELD = 24  # characters of a field's label
_LOGIN = pattern(r"登[录陆錄入]|密码|密碼|用户名|帐号|账号|注册|sign in|log ?in", re.I)
_STATUS = pattern(r"\W*(?:40[0134]|50[0234])\W*")
GOES_ON = 3  # such lines make a list
_BETWEEN = 100  # characters of prose for each of them, less than that
_PLACEHOLDER = pattern(
    r"\s*+(?:(?>\{\{.*?\}{2,3}+|\{%.*?%\}|<%.*?%>|<\?.*?\?>|\{\$[\w.\['\]\->]{1,60}+\}|\$\{(?:[^{}]|\{[^{}]*+\})*+\}|\{(?:dede|pboot|eyou|volist|foreach)\b.*?\})\s*+)++"
)
"""A line that a program fills in when it makes a page of its template. No place in it is tried twice: a line of many would
else be divided in every way there is."""
_FEED = pattern(r"<(?:rss|feed|rdf:rdf|urlset|sitemapindex|opml|(html|body))[\s>]", re.I)
_COOKIES = pattern(r"cookie", re.I)
_CONSENT = pattern(
    r"(?:接受|同意|允许|允許|拒绝|拒絕|使用|启用|啟用|设置|設置|管理)\S{0,6}\s*cookie|cookie\S{0,6}\s*(?:设置|設定|政策|声明|偏好)|(?:accept|allow|manage|use)s? (?:\w+ )?cookie",
    re.I,
)
"""How a banner asks to be allowed them."""
_HAN = pattern(r"[\u3400-\u9fff]")
_MENU = pattern(r"[^\s|｜·,，。！？]{1,6}(?:[ \u3000\xa0|｜·]+[^\s|｜·,，。！？]{1,6}){3,}")
"""A line of the words of a menu: 网页 资讯 贴吧 知道."""
_PAGER = pattern(r"(?:首\s*[页頁]|上一?[页頁]).{0,40}?(?:下一?[页頁]|尾\s*[页頁]|末\s*[页頁]|\d)")
_PAGES = pattern(r"\W*(?:[共第当前最上下首末尾后一]{1,3}+\W{0,3}\d*\W{0,3}[页頁]\W*)+")
"""A pager that leads nowhere: 共1页 当前第1页 最前页 上一页."""
_COUNTED_PAGES = pattern(r"[共第]\s*\d+\s*[页頁]")
_SAID = 80  # characters of a line that says that there is an error, at most
_OPENING = 16  # of its first words
_FEW = 120  # characters that a list without entries shows beside saying so
_LOADED = pattern(
    r"(?:点击|點擊|点此|點此|此处|此處|请|請)\S{0,6}下[载載](?:附件|文件|全文|原文)?\W*|[^。！？]{1,80}\.(?:pdf|docx?|xlsx?|pptx?|wps|ofd|zip|rar|ceb)\W*",
    re.I,
)
_COUNTED = 100  # of running text on a page that counts its entries, less than that
_LABEL = pattern(r"[^：:，。]{1,8}[：:]\W*")
_PLENTY = 400  # characters of running text, with which a page is no form, error or image
_BUTTON = 6  # characters beside the words of a page that waits, at most
_SHELF = 6  # images, which are things shown, and no document of pages
_CONTACT = "联系"  # in the title of a page that is about it
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))


def empty(layout: Layout, scripts: bool = False) -> str:
    """What a page without a single visible line is; `scripts`: what its scripts hold is said anyway."""
    if layout.frames:
        return f"a frame set of {layout.frames} frames: the text is on the pages inside them"
    if layout.images:
        return f"{len(layout.images)} images and no text"
    return "the page shows no text" + ("" if scripts else " (it may be built by a script)")


def feed(tree: LexborHTMLParser, text: str) -> str | None:
    """What a feed or a map of a site is that was saved as a page: a list, though what it lists may be there in full."""
    opened = _FEED.search(text)
    if opened is None or opened[1]:
        return None
    count = len(tree.css("item, entry, urlset url, sitemap, outline"))
    return f"a list: a feed or a map of a site, with {count} entries" if count else None


def found(layout: Layout, rules: Sequence[str | None], title: Title | None, seen: Evidence) -> str | None:
    """What the page holds instead of a document; None when it holds one. `seen` is what `weigh` saw of the same."""
    if _STATUS.fullmatch(layout.title):
        return f"an error page ({layout.title.strip()!r})"
    places = sum(
        1
        for line in layout.lines
        if ("{" in line.text or "<" in line.text) and line.tag != "pre" and _unfilled(line.text)
    )
    if places >= 2 and places * _BETWEEN > seen.prose:  # among more text they are what its author's tools left
        return "the template of a page, with places that are not filled in"
    if seen.prose >= _PLENTY:
        return _list(seen)
    lines = layout.lines
    named = set(range(title.first, title.last)) if title else set()
    kept = [n for n, rule in enumerate(rules) if rule is None and n not in named]
    own = [lines[n] for n in kept if not is_link(lines[n]) and not _says_nothing(lines[n])]
    text = "\n".join(line.text for line in own)
    han = len(_HAN.findall(text))
    error = ((_ERROR.search(layout.title) or _NOTICE.fullmatch(layout.title)) if len(layout.title) < 40 else None) or (
        next((hit for line in own if (hit := _said(line, seen))), None) if len(text) < 400 else None
    )
    if title and not error:
        error = _headed(lines[title.first].text) if title.last == title.first + 1 else None
    if error and seen.prose < 200:
        return f"an error page or a message of the system ({error.group()!r})"
    if _ASKS.search(text) and seen.prose < 200 and len(text) < 400:
        return "nothing but the request to let its scripts run"
    waits = [line for line in own if _WAITS.fullmatch(line.text)]
    others = sum(line.size for line in own) - sum(line.size for line in waits)
    if waits and others <= _BUTTON and not any(line.marks for line in own if line not in waits):
        return f"nothing but the place where a script puts the text ({waits[0].text[:20]})"
    if "password" in layout.inputs and seen.prose < 200 and _LOGIN.search(f"{layout.title}\n{text}"):
        return "a login form"
    if len(_COOKIES.findall(text)) * 60 > len(text) and _CONSENT.search(text) and not (seen.printed and seen.named):
        return "a notice about cookies and no document"
    if (listed := _list(seen)) is not None:
        return listed
    if (form := _form(layout, own, seen)) is not None:
        return form
    none = next((x.text for x in lines if x.size < 40 and not x.link and furniture.says("none", x.text)), None)
    if none and not seen.prose and seen.kept < _FEW and seen.marks < 2:  # a notice may say that nothing is known yet
        return f"a list without entries ({none[:20]})"
    if (nothing := _nothing(layout, kept, own, han, seen, title)) is not None:
        headlines = entries.shown(layout)
        if headlines > 1 or (headlines and _paged(layout)):
            return f"a list of {headlines} link{'s' if headlines > 1 else ''} to other pages"
        return f"a list without entries ({none[:20]})" if none else nothing
    elsewhere = sum(1 for n in kept if is_link(lines[n]) and not lines[n].file)
    if elsewhere >= 8 and seen.prose < 100 and elsewhere > len(own):
        return f"a list of {elsewhere} links"
    return None


def _unfilled(text: str) -> bool:
    """Whether a line is places that a program fills in, and signs between them: {{index}}、{{item}}."""
    rest = _PLACEHOLDER.sub("", text)
    return len(rest) < len(text) and not any(map(str.isalnum, rest))


def _form(layout: Layout, own: Sequence[VisibleLine], seen: Evidence) -> str | None:
    """Whether the page is a form on the screen: fields to fill in, and hardly more than a label for each."""
    fields = sum(1 for kind in layout.inputs if kind in _FIELDS)
    if fields < _FORM or seen.prose >= 200 or seen.headlines >= 8 or (seen.printed and seen.dated):
        return None
    if any(furniture.says("contact", x.text) for x in own):
        return None
    labels = sum(1 for x in own if x.size <= _FIELD and not x.marks)
    return f"a form of {fields} fields to fill in" if labels * 5 >= max(len(own), fields) * 3 or not own else None


def _said(line: VisibleLine, seen: Evidence) -> re.Match[str] | None:
    """What a line says of an error: in few words, or with its first ones; 系统维护 in a paragraph is the work of those it tells of."""
    most = _SAID // 2 if seen.printed and seen.named else _SAID
    hit = _ERROR.search(line.text) if line.size < most else None
    return hit if hit and (hit.start() < _OPENING or line.size < _OPENING * 2) else None


def _headed(heading: str) -> re.Match[str] | None:
    """What a heading says of an error where it says nothing else: 404, 网站升级中."""
    hit = _ERROR.search(heading)
    return _STATUS.fullmatch(heading) or (hit if hit and len(hit[0]) * 5 >= len(heading.strip()) * 4 else None)


def _says_nothing(line: VisibleLine) -> bool:
    """Whether a line is none of a text, wherever it stands: where on the site the page is, a day, 编辑：…, 标签：."""
    return line.size < 160 and (
        furniture.says("place", line.text)
        or furniture.says("unfilled", line.text)
        or _PAGES.fullmatch(line.text) is not None
        or (line.size < 40 and (furniture.says("closing", line.text) or _LABEL.fullmatch(line.text) is not None))
        or (line.size <= 24 and entries.is_day(line.text))
    )


def _nothing(
    layout: Layout, kept: Sequence[int], own: Sequence[VisibleLine], han: int, seen: Evidence, title: Title | None
) -> str | None:
    """What is left where that is no text: the foot, how to reach someone, a menu, or what `_bare` finds. `han`: Chinese characters of `own`."""
    if own and _foot(own):
        return "nothing but the foot of the page: who owns the site, and what it says of itself"
    if own and _CONTACT not in layout.title and _only_contacts(own):
        return "nothing but how to reach the owner of the site"
    if own and not seen.prose and all(_MENU.fullmatch(line.text.strip()) for line in own):
        kind = "a list without entries" if _COUNTED_PAGES.search(own[0].text) else "nothing but the words of a menu"
        return f"{kind} ({own[0].text[:20]})"
    if han < 6 or (han < 12 and not any(line.marks for line in own)):
        return _bare(layout, kept, own, seen, title)
    return None


def _paged(layout: Layout) -> bool:
    """Whether the page has a bar that leads to the further pages of a list."""
    return any(x.link and x.size < 60 and _PAGER.search(x.text) for x in layout.lines)


def _list(seen: Evidence) -> str | None:
    """Whether the page leads to documents and is none: many headlines, next to nothing of its own, no mark of an article."""
    kind = "a list" if seen.named else "a home page or a list"
    what = f"{kind} of {seen.headlines} links to other pages, with {seen.prose} characters of running text"
    if seen.teasers * 2 > seen.own and seen.teasers >= 3 and not seen.dated:
        return f"{kind} of {seen.teasers} headlines with a summary each"
    few = (300, 60, 25)[seen.marks]  # of prose, with so many marks of an article
    if seen.sure and seen.printed and seen.named:
        few = min(few, 25)  # a post of one sentence
    many = (8, 15, 60)[seen.marks]
    if seen.headlines >= many and seen.prose < few and seen.share < 0.12:
        return what
    if seen.marks == 0 and seen.headlines >= 15 and seen.prose < 60 and seen.share < 0.25:
        return what
    if seen.counted and seen.prose < _COUNTED and not (seen.printed and seen.named):
        return f"{kind}: the page counts its entries ({seen.counted[:24]})"
    return None


def _foot(own: Sequence[VisibleLine]) -> bool:
    """Whether the page's foot is all that is left: its first statement opens what is kept, and stands over all of it.

    Before it the pages of the site may be named in a row (关于我们 | 联系我们).
    """
    if not furniture.holds("foot", own[0].text):
        own = own[1:] if _MENU.fullmatch(own[0].text.strip()) else []
    if not own or not furniture.holds("foot", own[0].text):
        return False
    return sum(line.size for line in own) < 600 and not any(line.tag in _HEADINGS for line in own)


def _only_contacts(own: Sequence[VisibleLine]) -> bool:
    """Whether all lines, one or two short ones aside, say how to reach someone, or whom: the firm's name by itself, too."""
    ways = [line.text for line in own if furniture.says("contact", line.text)]
    said = "\n".join(ways)
    others = [line for line in own if line.text not in said]
    return len(others) <= 2 <= len(ways) and all(line.size < 24 and not line.marks for line in others)


def _bare(
    layout: Layout, kept: Sequence[int], own: Sequence[VisibleLine], seen: Evidence, title: Title | None
) -> str | None:
    """What there is where the document's own lines say nothing."""
    lines = layout.lines
    links = [lines[n] for n in kept if is_link(lines[n])]
    files = sum(1 for line in links if _leads_to_file(line))
    if hit := next(
        (hit for x in lines if not own and not x.link and x.size < _SAID and (hit := _ERROR.search(x.text))), None
    ):
        return f"an error page ({hit.group()!r})"
    if title and not files:
        files = sum(1 for line in lines[title.last :] if _leads_to_file(line))
    first, last = (kept[0], kept[-1] + 1) if kept else (0, len(lines))
    images = sum(1 for n in layout.images if first - 2 <= n <= last + 1)
    if images and not _pictured(layout, title):
        images = 0
    around = sum(1 for line in lines if is_link(line))
    if files:
        return f"links to {files} files and no text: the document is in the files"
    if layout.frames and not links:
        return f"{_frames(layout.frames)} and no text: if there is a document, it is on the pages inside"
    if seen.outside > 300:
        return (
            f"no part of the page reads as a document: {seen.outside} characters of running text among {around} links"
        )
    index = element.listing(layout.title)
    if images and len(links) < 5 and seen.headlines < 15 and not (index and around >= 5):
        return f"{images} images and no text" + (
            ": the document is an image" if images < _SHELF and title and title.agrees else ""
        )
    if seen.headlines > (7 if seen.printed and seen.named else 2) and not seen.prose:
        return f"a list of {seen.headlines} links to other pages"
    around = max(around, seen.headlines)
    pages = next((x.text.strip() for x in lines if x.size < _SAID and _COUNTED_PAGES.search(x.text)), None)
    if pages and around and not (own or seen.headlines or seen.prose):
        return f"a list without entries ({pages[:20]})"
    if links or (around and not own):
        return f"nothing but navigation ({around} links)"
    if not own:
        return "nothing is left but the title, labels and buttons"
    return None


def _leads_to_file(line: VisibleLine) -> bool:
    """Whether a line is a link to a file, or says that it is one: 附件【….doc】, 点击此处下载."""
    return line.file or (
        line.link > 0 and (_LOADED.fullmatch(line.text) or furniture.ATTACHED.match(line.text)) is not None
    )


def _frames(number: int) -> str:
    return "1 frame" if number == 1 else f"{number} frames"


def _pictured(layout: Layout, title: Title | None) -> bool:
    """Whether a picture of the page can be what it is about: below its title, or what else it shows, and above its foot."""
    start = title.first if title else 1
    lines = layout.lines
    foot = next((n for n in range(start, len(lines)) if furniture.holds("foot", lines[n].text)), len(lines))
    return any(start <= n <= foot and (title or n < len(lines)) for n in layout.images)


def flags(seen: Evidence, scripted: int = 0) -> tuple[str, ...]:
    """Where it stays open whether the page is a document: `listing` (rather a list), `thin`, `little-kept`.

    `scripted`: Chinese characters of text that only the page's scripts hold.
    """
    out = []
    listing = (
        (seen.links >= 8 and seen.links > seen.own)
        or (seen.lists and not seen.dated)
        or seen.home
        or (seen.led > 0 and not (seen.printed and (seen.dated or seen.prose >= _PLENTY * seen.led)))
        or (seen.counted and not (seen.printed and seen.named))
        or (seen.more > 0 and seen.own <= 2 * seen.more and seen.prose < _PLENTY)  # summaries that go on elsewhere
        or (seen.marks == 0 and seen.headlines >= 15 and seen.share < 0.5)
        or (not seen.named and not seen.dated and seen.headlines >= 15 and seen.share < 0.6)
        or (seen.marks < 2 and seen.headlines >= 60 and seen.share < 0.3)
        or seen.teasers * 3 > seen.own > 0
        or (seen.repeated > 0.4 and not seen.dated)
        or (seen.repeated > 0.7 and not seen.named)
        or (seen.rowed and not (seen.dated and seen.printed and seen.named))
        or (seen.days >= 3 and seen.marks == 0)
        or seen.itemized
        or seen.signs
        or seen.more >= GOES_ON
    )
    if listing:
        out.append("listing")
    few = seen.prose < (200, 60, 30)[seen.marks] or (not seen.marks and seen.own >= 30 and seen.prose * 8 < seen.kept)
    if (
        few
        and (seen.kept < 400 or seen.prose * 8 < seen.kept)
        and (seen.share < 0.8 or _bald(seen) or seen.buttons > 1)
    ):
        out.append("thin")
    if (
        seen.share < (0.2, 0.15, 0.1)[seen.marks]
        or scripted > seen.kept
        or (seen.share < 0.2 and seen.outside > seen.prose)
    ):
        out.append("little-kept")
    return tuple(out)


def _bald(seen: Evidence) -> bool:
    """Whether a page that is all text is many lines without a sentence, and has no mark of an article: a timetable, a plan, labels."""
    return not seen.marks and seen.prose * 8 < seen.kept and seen.own >= 6
