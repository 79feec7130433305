"""What stands below the body: related links, reprint announcements, editor lines, footers, credits glued to its end.

Read from the last line upward, so that position guards the rules: a line is a notice because everything under it is one.
"""

import re
from collections.abc import Container, Sequence

from ingest.blocks import Fact
from ingest.han import numerals
from ingest.han.width import fold
from ingest.notices.lines import PrintedLine
from ingest.notices.table import Rules, group, written_out
from ingest.patterns import pattern
from ingest.traced import Change

_ANNOUNCEMENT = pattern(
    r"[\[【(■*◆]?\s*.{0,12}?(?:反侵权|版权|免责|著作权|转载|维权|法律)(?:[与和及]\S{2,6})?(?:公告|声明|须知|说明|启事)\s*[\])】]?:?"
)
_COUNTED = pattern(rf"[第(]?([\d{numerals.HAN}]{{1,3}})([.、)条章])")
_LEGAL = pattern(r"转载|版权|著作权|侵权|授权|本网|本站|本报|本刊|稿件|来源|未经|许可|摘编|镜像|原创|举报|立场|观点")
_RELATED = pattern(
    r"[\[【■◆▪>]?\s*(?:相关|延伸|推荐|热点|热门|精彩|最新|更多|近期)(?:的)?\s*(?:阅读|新闻|链接|文章|推荐|词条|报道|报导|专题|资讯|文档|热文|解读)"
    r"\s*[\])】]?:?(?:\s*更多\s*>*)?|(?:猜你喜欢|大家都在看|为您推荐|友情链接)\s*:?|更多\S{2,8}(?:报道|报导|新闻|文章)\s*:?"
    r"|\W{0,3}(?:往期|精彩|热门)(?:精彩|内容|文章)?(?:回顾|推荐|荐读|阅读|链接)\W{0,3}"
)
_GLUED = pattern(
    written_out(
        r"\s*[(\[【](?:[^()\[\]【】]{0,12}?(?:编辑|责编|编审|审核|校对|监制)\s*[:/|]?\s*{names}(?:[\s;,]*{role}\s*[:/|]?\s*{more_names})*)\s*[)\]】]\s*"
        r"|\s*(?:责任编辑|责编|网络编辑|值班编辑)\s*[:/|]\s*{names}\s*"
    )
)
_CREDITED = pattern(r"[编审校监][辑编审核对制]|责编")  # in all of those; compiled in a tenth of the time
_TEASER = pattern(r"[^。;]{4,40}[?!]")
_EDIT_LINK = pattern(r"\s*\[\s*编辑(?:源代码|源码|本段)?\s*\]$")
_OWNER = pattern(r"版权所有\s*[:|]?\s*([一-鿿]{3,20})")


def related(lines: Sequence[PrintedLine], struck: dict[int, str]) -> None:
    """Strike a list of links to other pages: its heading and the short titles under it, down to the end."""
    for n in range(len(lines) - 1, 0, -1):
        line = lines[n]
        if n not in struck and (line.in_table or len(line.folded) > 80 or line.folded[-1] in "。;"):
            return
        if _RELATED.fullmatch(line.folded):
            for k in range(n, len(lines)):
                struck.setdefault(k, "related-list")


def announcements(lines: Sequence[PrintedLine], struck: dict[int, str], body_from: int) -> None:
    """Strike whole announcements (反侵权公告：…) under the body: the heading and what follows in the same vein."""
    for n in range(len(lines) - 1, body_from, -1):
        if lines[n].in_table or len(lines[n].folded) > 30 or not _ANNOUNCEMENT.fullmatch(lines[n].folded):
            continue
        if not any(k not in struck for k in range(body_from, n)):
            continue
        if any(counts_on(lines, k, body_from) for k in (n, n + 1) if k < len(lines)):
            continue
        inside: list[int] = []
        for k in range(n + 1, len(lines)):
            # What a lower announcement took ends this one; so does running text that is not about rights.
            if struck.get(k) == "announcement" or (len(lines[k].folded) > 40 and not _LEGAL.search(lines[k].folded)):
                break
            if k not in struck:
                inside.append(k)
        if any(_LEGAL.search(lines[k].folded) for k in inside[:4]):
            struck.update(dict.fromkeys([n, *inside], "announcement"))


_COUNT_REACH = 200
"""Lines in which the number before stands; more would let a page of counted notices cost its square."""


def counts_on(lines: Sequence[PrintedLine], at: int, body_from: int) -> bool:
    """Whether a line goes on with a count of the lines above it: 7. 免责声明 behind 6. is a clause of the document,
    免责声明 above 11. the heading of one."""
    own = _COUNTED.match(lines[at].folded)
    number = numerals.value(own[1]) if own else None
    if own is None or number is None or number < 2:
        return False
    return any(
        (found := _COUNTED.match(line.folded)) is not None
        and found[2] == own[2]
        and numerals.value(found[1]) == number - 1
        for line in lines[max(body_from, at - _COUNT_REACH) : at]
    )


def peel(lines: Sequence[PrintedLine], rules: Rules, struck: dict[int, str], body_from: int) -> None:
    """Strike notices from the last line upward until the document's own text is met."""
    waiting: dict[int, str] = {}
    for n in range(len(lines) - 1, body_from, -1):
        line = lines[n]
        if n not in struck:
            if line.in_table or len(line.folded) > 900:
                return
            takes = [r for r in rules.of(line.folded) if r.where != "head" and r.pattern.fullmatch(line.folded)]
            if any(r.id in group("prompt") for r in takes) and counts_on(lines, n, body_from):
                return  # a numbered clause or step of the text, whatever it asks for
            # A rule that needs no company says more than one that waits for it.
            found = next((r for r in takes if r.where not in ("weak", "credit")), takes[0] if takes else None)
            if found is None:
                below = next((k for k in range(n + 1, len(lines)) if k in struck or k in waiting), None)
                if below == n + 1 and struck.get(below) in group("prompt") and _TEASER.fullmatch(line.folded):
                    struck[n] = "teaser"
                    continue
                return
            if found.where == "weak" or (found.where == "credit" and struck.get(n + 1) not in group("credit")):
                waiting[n] = found.id
                continue
            struck[n] = found.id
        struck.update(waiting)
        waiting.clear()


def edit_links(lines: Sequence[PrintedLine], struck: Container[int], headings: Container[int]) -> list[Change]:
    """The editing link of an encyclopedia behind its headings: 历史[编辑], and 历史编辑 where every heading has it."""
    marked = [n for n in range(len(lines)) if n not in struck and lines[n].folded.endswith(("编辑", "]"))]
    out: list[Change] = []
    bare = [n for n, line in enumerate(lines) if line.start in headings and n not in struck]
    every = [n for n in bare if lines[n].folded.endswith("编辑") and len(lines[n].folded) > 3]
    for n in marked:
        line = lines[n]
        found = _EDIT_LINK.search(line.folded) if len(line.folded) <= 40 else None
        if found and found.start() > 0:
            out.append(Change(line.start + found.start(), line.end, "", "edit-link"))
        elif n in every and len(every) >= 3 and len(every) * 4 >= len(bare) * 3:
            out.append(Change(line.end - 2, line.end, "", "edit-link"))
    return out


def glued(lines: Sequence[PrintedLine], struck: dict[int, str], rules: Rules) -> list[Change]:
    """Credits at the end of the last paragraphs （云栖网编辑 陈知夏）, and a notice behind the last full stop."""
    out: list[Change] = []
    body = [n for n in range(len(lines) - 1, -1, -1) if n not in struck][:3]
    for n in body:
        line = lines[n]
        tail = line.folded[-80:]
        for match in _GLUED.finditer(tail) if _CREDITED.search(tail) else ():
            if match.end() == len(tail) and match.start() > 0:
                out.append(Change(line.end - len(tail) + match.start(), line.end, "", "editor-glued"))
                break
        else:
            behind = re.search(r"[。!?”)]\s*([^。!?;]{4,30})$", tail)
            own = (r for r in rules.of(behind[1]) if r.where == "any") if behind else ()
            rule = behind and next((r.id for r in own if r.pattern.fullmatch(behind[1])), None)
            if behind and rule:
                out.append(Change(line.end - len(behind[1]), line.end, "", rule))
    return out


def owner(lines: Sequence[PrintedLine], struck: dict[int, str]) -> list[Fact]:
    """The publisher that a copyright footer names."""
    for n in sorted(struck, reverse=True):
        if (found := _OWNER.search(fold(lines[n].folded))) and "不得" not in found[1]:
            return lines[n].says([Fact("publisher", found[1], "copyright", 80)])
    return []
