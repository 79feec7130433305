"""Pages that hold no document: what was found instead, in words for the rejection."""

import re
from collections.abc import Sequence

from ingest.page.titles import Title
from ingest.page.walk import Layout, Line

_ERROR = re.compile(
    r"\b(?:40[0134]|50[0234])\b.{0,20}(?:error|not found|forbidden|错误|bad|未找到|找不到|禁止)|not found|forbidden|bad gateway"
    r"|service unavailable|internal server error|access denied"
    r"|(?:页面|网页|頁面|網頁|文章|内容|信息|文件|资源|地址)\w{0,8}(?:不存在|未找到|找不到|无法找到|无法访问|已被?删除|已失效|已过期|丢失|已下线|不可用)"
    r"|(?:找不到|无法找到|無法找到|无法访问|未找到)\w{0,8}(?:页面|网页|頁面|網頁|文件|资源|内容|服务器|目录)"
    r"|没有权限|无权(?:访问|查看|限)|访问被拒绝|拒绝访问|访问过于频繁|请求被拦截|安全验证|人机验证|请输入验证码|拦截提示"
    r"|请(?:开启|启用|打开)\W?javascript|enable javascript|正在跳转|系统(?:繁忙|维护)|服务器(?:错误|繁忙)|站点已?暂停|网站(?:维护|建设)中",
    re.I,
)
_LOGIN = re.compile(r"登[录陆錄入]|密码|密碼|用户名|帐号|账号|注册|sign in|log ?in", re.I)
# Rules by which the choice of lines takes out what is not in it.
_CHOSEN_OUT = frozenset(
    ("outside-container", "furniture", "link-list", "beside-text", "aside", "nav", "between-containers")
)
_HAN = re.compile(r"[\u3400-\u9fff]")


def empty(layout: Layout) -> str:
    """What a page without a single visible line is."""
    if layout.frames:
        return f"a frame set of {layout.frames} frames: the text is on the pages inside them"
    if layout.images:
        return f"{len(layout.images)} images and no text"
    return "the page shows no text (it may be built by a script)"


def prose(layout: Layout, rules: Sequence[str | None]) -> tuple[int, int]:
    """Characters of punctuated lines that are no links: among the document's own, and among what is taken out.

    Comments, repeated titles and what else has a rule of its own that is sure count for neither.
    """
    inside = outside = 0
    for line, rule in zip(layout.lines, rules, strict=True):
        if line.marks and line.size > 20 and not _is_link(line):
            if rule is None:
                inside += line.size
            elif rule in _CHOSEN_OUT:
                outside += line.size
    return inside, outside


def found(layout: Layout, rules: Sequence[str | None], title: Title | None) -> str | None:
    """What the page holds instead of a document; None when it holds one."""
    lines = layout.lines
    named = set(range(title.first, title.last)) if title else set()
    kept = [n for n, rule in enumerate(rules) if rule is None and n not in named]
    own = [lines[n] for n in kept if not _is_link(lines[n])]
    prose = sum(line.size for line in own if line.marks and line.size > 20)
    if prose > 300:
        return None
    han = sum(len(_HAN.findall(line.text)) for line in own)
    shown = "\n".join(line.text for line in own)
    error = (_ERROR.search(layout.title) if len(layout.title) < 40 else None) or (
        _ERROR.search(shown) if len(shown) < 400 else None
    )
    if error and prose < 200:
        return f"an error page ({error.group()!r})"
    if "password" in layout.inputs and prose < 200 and len(_LOGIN.findall(shown)) >= 1:
        return "a login form"
    links = [lines[n] for n in kept if _is_link(lines[n])]
    if han < 6 or (han < 12 and not any(line.marks for line in own)):
        files = sum(1 for line in links if line.file)
        first, last = (kept[0], kept[-1] + 1) if kept else (0, len(lines))
        images = sum(1 for n in layout.images if first - 2 <= n <= last + 1)
        if files:
            return f"links to {files} files and no text: the document is in the files"
        if layout.frames and not links:
            return f"{layout.frames} frames and no text: the document is on the pages inside them"
        if images and len(links) < 5:
            return f"{images} images and no text: the document is an image"
        if links or not own:
            return f"nothing but navigation ({sum(1 for x in lines if _is_link(x))} links)"
        return None
    elsewhere = sum(1 for line in links if not line.file)
    if elsewhere >= 8 and prose < 100 and elsewhere > len(own):
        return f"a list of {elsewhere} links"
    return None


def _is_link(line: Line) -> bool:
    return line.link > 0 and (line.size - line.link) * 3 <= line.size
