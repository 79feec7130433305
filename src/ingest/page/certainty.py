"""How sure the choice of a page's lines is: by the agreement of choosers that know nothing of one another.

The first goes by names of boxes and by weights, the second by weights alone, the third by punctuation alone. Where they
keep the same running text, under a title that the page's own statements agree with, the choice is hardly ever wrong. What
the three classes came to on pages that were not used to draw their bounds stands in docs/pages.md.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ingest.han import markers
from ingest.page import container, element
from ingest.page.container import Choice
from ingest.page.evidence import Evidence
from ingest.page.layout import Layout
from ingest.patterns import pattern
from ingest.traced import Certainty

_SCRAP = 4  # characters
_BUTTON = 12
_CALL = 60
_OFTEN = 4  # times that a short line stands in a text before it is one of the page's
# What a template ends each text in: where to go on from here, whom to call, where this stands.
_CALLS = pattern(
    r"(?:点击|點擊|扫码|掃碼|扫一扫|微信|公众号|更多|登录|咨询|諮詢|热线|熱線|客服).{0,30}(?:查看|关注|關注|了解|联系|聯繫|文章|信息|\d)|(?:欢迎|歡迎|请|請)(?:关注|關注|来电|來電|咨询|諮詢|联系我们)"
)
_OFFER = pattern(
    r"(?:官方网站|官网)\W{0,3}(?:https?://|www\.)|(?:https?://|www\.)\S+\s*(?:了解|查看|咨询)|请(?:随时)?(?:联系|聯繫)\S{0,12}(?:为您|為您|服务|服務)|(?:在线|免费|線上|免費)(?:咨询|諮詢)|(?:咨询|服务|訂購|订购)(?:热线|熱線|电话)|点击(?:此处|下方|这里|咨询|链接)|(?:欢迎|歡迎)(?:加入|关注|添加|扫码).{0,20}(?:群|微信|公众号|QQ)"
)
_DATED = pattern(r"(?:19|20)\d\d\s?[-/.]\s?\d{1,2}")
_HAN = pattern(r"[\u3400-\u9fff]")
_ADDRESS = pattern(
    r"\W*(?:(?:本文|原文|文章|转载)?(?:链接|連結|地址|网址|來自|来自|出处)?\s*[:：]?\s*(?:https?://|www\.)\S+"
    r"|\S+\.(?:mp4|mp3|flv|avi)"
    r"|(?:手机|手機|电话|電話|QQ|微信|邮箱|邮编|传真)\s*[:：]?\s*[\w@.+ -]{5,40})\W*",
    re.I,
)
# What a system counts above or below a text, and the day that it prints for none.
_COUNTED = pattern(
    r"\W*(?:words?\s+count|reading\s+time|(?:本文|全文|文章)?(?:字数|字數|阅读时长|閱讀時間)(?:统计|約|约)?\s*[:：])"
    r"|.{0,60}(?:本文|全文|文章)[共约約]\s?[\d,]+\s?字.{0,20}(?:阅读|閱讀)\s?\d+\s?分"
    r"|\W*(?:Jan(?:uary)?\.? 0?1, 0*1|0001[-/.年]0?1[-/.月]0?1日?)\W*$",
    re.I,
)
# A template's heading over a table of contents; a document's own says 目录.
_CONTENTS = frozenset(("文章目录", "文章目錄", "本文目录", "本文目錄"))
_OF_TEXTS = frozenset(
    ("目录", "目錄", "前言", "序言", "引言", "摘要", "导言", "附件", "附录", "附錄", "后记", "後記", "结语", "結語")
)
_STOPS = frozenset("。！？!?…：:}")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_ROWS = frozenset(("tr", "td", "th", "pre", "li", "dd", "dt"))
_BEHIND = 6  # lines behind a text that are next to it
_LINKS = frozenset(("link-list", "related-links", "footer"))
_LISTED = frozenset(("link-list", "edge-links"))
# What went from between the lines of a text by the look of a box: of nine such texts of static sites six were wrong.
_TAKEN = frozenset(("furniture", "beside-text", "form"))
_NEXT = 2  # of those lines, what stands next to the text
_CALLING = ("›", "»", ">", "＞", "...", "…")
_SIGNS = 4  # of those, that call without a link too
_WORDS = pattern(r"[一-鿿]{2}")
_WRITTEN = ("\\r", "\\n", "\\t", "\\u3000")


class Agreement(NamedTuple):
    """How much of the running text that either of two choosers keeps both of them keep, 0 to 1."""

    weights: float
    punctuation: float


def agreement(layout: Layout, choice: Choice, rules: Sequence[str | None], punctuated: tuple[int, int]) -> Agreement:
    """How far the choosers agree with what `rules` keep. `punctuated`: lines [first, last) by punctuation alone."""
    own = [line.size if line.marks and line.size > 20 and line.link * 2 < line.size else 0 for line in layout.lines]
    kept = {n for n, rule in enumerate(rules) if rule is None and own[n]}

    def shared(span: tuple[int, int]) -> float:
        other = {n for n in range(*span) if own[n] and rules[n] in (None, "outside-container", "furniture")}
        either = sum(own[n] for n in kept | other)
        return sum(own[n] for n in kept & other) / either if either else 1.0

    return Agreement(shared(choice.dense if choice.by != "prose" else punctuated), shared(punctuated))


def frayed(layout: Layout, rules: Sequence[str | None]) -> bool:
    """Whether the text begins or ends in a scrap: a word or two by itself, as labels and buttons of a page are, or what a program wrote out."""
    lines = layout.lines
    headed = [line for line, rule in zip(lines, rules, strict=True) if rule is None]
    own = [line for line in headed if line.tag not in _HEADINGS]
    if any(line.text.startswith(_WRITTEN) for line in own) or any(line.text in _CONTENTS for line in headed[:3]):
        return True
    ends = own[:2] + own[-2:]
    if any(_COUNTED.match(line.text) for line in ends):
        return True
    return any(
        line.size <= _SCRAP
        and not line.center
        and line.tag not in _ROWS
        and not markers.opens(line.text)
        and line.text not in _OF_TEXTS
        and line.text[-1] not in _STOPS
        for line in ends
    )


def cluttered(layout: Layout, rules: Sequence[str | None], often: int = _OFTEN) -> bool:
    """Whether the lines kept show that some are the page's: a button many times over, a call or a heading of nothing at the end."""
    own = [line for line, rule in zip(layout.lines, rules, strict=True) if rule is None]
    last = own[-1]
    if last.tag != "pre" and _DATED.search(last.text) and not _HAN.search(last.text):
        return True  # Last built on 2023/10/26: what a template says, in words of its own
    if last.tag in _HEADINGS or element.GENERIC.fullmatch(last.text) or _ADDRESS.fullmatch(last.text):
        return True
    ends = (line for line in own[-2:] if line.tag not in _ROWS)
    if any(_OFFER.search(line.text) or (line.size < _CALL and _CALLS.search(line.text)) for line in ends):
        return True
    if last.size < _CALL and last.tag != "pre" and last.text.endswith(_CALLING[: None if last.link else _SIGNS]):
        return True
    short = Counter(x.text for x in own if x.size <= _BUTTON and x.tag not in _ROWS and x.tag not in _HEADINGS)
    return any(times >= often and _WORDS.search(text) for text, times in short.items())


def bordered(rules: Sequence[str | None]) -> str | None:
    """By what rule the lines go that stand next to the text's end, where that may be the text's own: links, or a line between text and links."""
    end = next(n for n in range(len(rules) - 1, -1, -1) if rules[n] is None) + 1
    near = rules[end : end + _NEXT]
    return next((rule for rule in ("edge-links", "beside-text") if rule in near), None)


def linked(rules: Sequence[str | None]) -> tuple[bool, bool]:
    """Whether links went that may be the text's own, at its end and between its lines; between them whatever else went by the look of its box."""
    kept = [n for n, rule in enumerate(rules) if rule is None]
    within, behind = rules[kept[0] : kept[-1]], rules[kept[-1] + 1 : kept[-1] + 1 + _BEHIND]
    inside = not _LINKS.isdisjoint(within)
    inside = inside or not _TAKEN.isdisjoint(within)
    return inside or not _LISTED.isdisjoint(behind), inside or "link-list" in behind or behind.count("edge-links") > 1


def of(layout: Layout, choice: Choice, rules: Sequence[str | None], seen: Evidence, doubts: Sequence[str]) -> Certainty:
    """How sure it is that the lines kept are the document, whole and alone."""
    if doubts or seen.prose < 60:
        return "guess"
    # Where next to no running text is left out, there is nothing that another chooser could have kept.
    alone = seen.outside * 20 <= seen.prose
    worst = 1.0 if alone else min(agreement(layout, choice, rules, container.by_punctuation(layout)))
    if worst < 0.5:
        return "guess"
    at_end, inside = linked(rules)
    border = bordered(rules)
    if inside or border == "edge-links" or frayed(layout, rules) or cluttered(layout, rules):
        return "guess"
    whole = worst >= 0.9 and not (at_end or border) and seen.printed and seen.outside * 3 <= seen.prose
    if whole and (seen.dated or choice.sure) and seen.prose >= 200 and seen.links * 4 <= seen.own:
        return "exact"
    return "likely" if worst >= 0.8 and (seen.printed or seen.share >= 0.5) else "guess"


def of_thread(layout: Layout, rules: Sequence[str | None], doubts: Sequence[str]) -> Certainty:
    """The same of a thread, whose posts are found by what frames them."""
    return "guess" if doubts or cluttered(layout, rules, 2) else "likely"
