"""What stands at the edges of a text and in it: links, calls, buttons and counters.

The lines are those of the document's box; what is called by its box is cut before (`furniture`).
"""

from collections.abc import Sequence

from ingest import labels
from ingest.han import markers
from ingest.page import furniture
from ingest.page.furniture import Cut
from ingest.page.layout import Layout, VisibleLine
from ingest.patterns import pattern

_CLOSING = pattern(r"[。！？!?…”」）)\]】*_-]")  # what a text, or a blank in it, may end in
_CODE = pattern(r"[{}();\[\]=#$&\\]")  # what the last line of a program may be made of
_ROW = 6  # lines before and behind one that are looked at for its like
_PAIRS = 3  # lines of facts, at least
_LEADING = 3  # bars of links above a text, at most
_CRIES = ("!", "！")
_COUNTERS = 4  # figures below a text, at most
_BROKEN_OFF = 40  # characters of a paragraph, at least
_BUTTON = 12  # characters of a button's words, at most
_NUMBERED = pattern(r"\s*[\[［【]\d{1,3}[\]］】]\s*\w{2}")
"""How an entry of them opens where it is numbered: [3] …"""
_CITED = pattern(
    r"\W*(?:本文)?(?:主要)?(?:参考|參考|出处|出處|引自|摘自|译自|譯自|改写自|根据)(?:了|的)?(?:资料|資料|文章|文献|文獻|链接|书籍|来源|原文)?\s*[:：]\s*\S"
)
"""How the last line of a text says by a link what it was made from: 参考：《东山路的水》."""
_WITHIN = 40  # lines of a list of sources, at most
MARK_OF_PLACE = pattern(r"[#¶§🔗\ue000-\uf8ff]")
"""What a system sets beside each heading, to be linked to; of fonts of signs any."""


def buttons(layout: Layout, first: int, last: int, cuts: list[Cut], title: tuple[int, int] | None) -> list[Cut]:
    """Short lines that are nothing but a link for a script: 展开全文, 播报."""
    taken = {n for cut in cuts for n in range(cut.first, cut.last)} | set(range(*title) if title else ())
    lines = layout.lines
    return [
        Cut(n, n + 1, "button")
        for n in range(first, last)
        if lines[n].button and n not in taken and _pressed(lines[n]) and not _of_a_row(lines[first:last], n - first)
    ]


def pairs(layout: Layout, first: int, last: int, title: tuple[int, int] | None) -> list[Cut]:
    """Three lines or more above the text each of which is a label and its value, set as two: 作者 林小满, 看板 渡口, 時間 …."""
    start = title[1] if title and first <= title[1] <= last else first
    end = start
    known = 0
    while end < last and (label := _labelled(layout.lines[end])) is not None:
        known += label.field is not None
        end += 1
    return [Cut(start, end, "metadata-list")] if end - start >= _PAIRS and known > 1 else []


def _labelled(line: VisibleLine) -> labels.Label | None:
    """The known label that a line opens with, set apart from its value."""
    word = line.pieces[0].strip()
    apart = len(line.pieces) > 1 and 2 <= len(word) <= 6 and line.size < 120 and word[-1].isalnum()
    return labels.label_of(word) if apart else None


def shortened(layout: Layout, first: int, last: int, cuts: list[Cut], title: tuple[int, int] | None) -> list[Cut]:
    """What the text ends in where that is the beginning of another page: a paragraph that breaks off (…) under a heading that is a link elsewhere on the page."""
    taken = {n for cut in cuts for n in range(cut.first, cut.last)} | set(range(*title) if title else ())
    kept = (n for n in range(last - 1, first - 1, -1) if n not in taken)
    end, head = next(kept, -1), next(kept, -1)
    lines = layout.lines
    if head < 0 or lines[end].size < _BROKEN_OFF or not lines[end].text.endswith(("...", "…")) or lines[end].link:
        return []
    heading = lines[head]
    if heading.tag not in furniture.HEADINGS or heading.link or not any(True for _ in kept):
        return []
    leads = any(x.link == heading.size == x.size and x.text == heading.text for x in lines)
    return [Cut(head, head + 1, "beside-text"), Cut(end, end + 1, "beside-text")] if leads else []


def places(layout: Layout, first: int, last: int) -> list[Cut]:
    """Lines that are nothing but a sign that links to the heading beside it: #, ¶."""
    lines = layout.lines
    return [
        Cut(n, n + 1, "button") for n in range(first, last) if lines[n].link and MARK_OF_PLACE.fullmatch(lines[n].text)
    ]


def _of_a_row(lines: Sequence[VisibleLine], n: int) -> bool:
    """Whether line `n` is one of a row of short entries of which others are no buttons: names of customers, some of them linked."""
    tag = lines[n].tag
    if tag not in furniture.CELL and tag != "p":
        return False
    row = [x for x in lines[max(0, n - _ROW) : n + _ROW + 1] if x.tag == tag and x.size <= 2 * _BUTTON and not x.marks]
    return sum(1 for x in row if not x.link) >= max(4, len(row) // 2)


def counters(layout: Layout, first: int, last: int, cuts: list[Cut], title: tuple[int, int] | None) -> list[Cut]:
    """Lines behind the last sentence that hold no letter: the counters and arrows of widgets (+1, 0/5, ×)."""
    taken = {n for cut in cuts for n in range(cut.first, cut.last)} | set(range(*title) if title else ())
    out: list[Cut] = []
    for n in range(last - 1, first - 1, -1):
        line = layout.lines[n]
        if n in taken:
            continue
        if line.marks or line.size > 6 or line.tag in furniture.CELL or any(c.isalpha() for c in line.text):
            if line.text[-1] in "：:" and not line.link:
                return []  # what it announces: 运行结果：
            break
        if not _CLOSING.search(line.text) and not _CODE.search(line.text):
            out.append(Cut(n, n + 1, "button"))
    figures = sum(1 for cut in out if any(map(str.isdecimal, layout.lines[cut.first].text)))
    return out if figures <= _COUNTERS else []  # so many are a table of the text's


def repeated(layout: Layout, first: int, last: int, cuts: list[Cut]) -> list[Cut]:
    """Bars of several links that stand word for word above the text in [first, last) and again below it."""
    taken = {n for cut in cuts for n in range(cut.first, cut.last)}
    bars: dict[str, list[int]] = {}
    for n in range(first, last):
        line = layout.lines[n]
        if (
            n not in taken
            and line.link
            and "@" not in line.text
            and line.size > 7
            and len(line.pieces) > 2
            and furniture.linkish(line)
        ):
            bars.setdefault(line.text, []).append(n)
    span = last - first
    framing = (at for at in bars.values() if len(at) == 2 and 3 * (at[0] - first) < span < 2 * (at[1] - first))
    return [Cut(n, n + 1, "repeated-links") for at in framing for n in at]


def _pressed(line: VisibleLine) -> bool:
    return (
        line.size <= _BUTTON
        and line.tag not in furniture.TITLING
        and line.text[-1] not in "。！？"
        and not markers.opens(line.text)
    )


def loose_links(layout: Layout, first: int, last: int, cuts: list[Cut], title: tuple[int, int] | None) -> list[Cut]:
    """Lines that are nothing but links at the edges of the text, and runs of them under 延伸阅读."""
    lines = layout.lines
    taken = {n for cut in cuts for n in range(cut.first, cut.last)} | set(range(*title) if title else ())
    out: list[Cut] = []
    kept = [n for n in range(first, last) if n not in taken]
    out += _leading(lines, kept)
    kept = kept[len(out) :]
    signed: list[int] = []  # the lines that close a page, below which nothing is the document's
    while kept:
        n = kept[-1]
        line = lines[n]
        if (line.size < 60 and furniture.says("closing", line.text)) or (
            line.size < 200 and not furniture.linkish(line) and furniture.holds("foot", line.text)
        ):
            signed.append(kept.pop())
            continue
        if _source(layout, kept) or _item(lines, n, kept):
            break
        # What stands above a call and is one of its own: 更多资讯请关注：, 快来江城英语学校体验！
        label = bool(out) and out[-1].first == n + 1 and line.size < 24 and line.text[-1] in "：:！!" and not line.link
        if furniture.to_file(line) or not (
            furniture.linkish(line) or _calls(line) or _invites(line) or (label and furniture.says("call", line.text))
        ):
            break
        kept.pop()
        if any(furniture.ATTACHED.match(lines[m].text) or lines[m].file for m in kept[-12:]):
            break
        out.append(Cut(n, n + 1, "edge-links"))
    kept += reversed(signed)
    run: list[int] = []
    for n in (*kept, -1):
        if (
            n >= 0
            and furniture.linkish(lines[n])
            and not lines[n].file
            and (run or furniture.opens("related", lines[n].text))
        ):
            run.append(n)
            continue
        if len(run) > 1 or (run and furniture.says("related", lines[run[0]].text)):
            out += (Cut(m, m + 1, "related-links") for m in run)
        run = [n] if n >= 0 and lines[n].size < 30 and furniture.says("related", lines[n].text) else []
    return out


def _source(layout: Layout, kept: Sequence[int]) -> bool:
    """Whether the last of the lines `kept` is a source of the text: an address in print, an entry under 参考资料, or under a heading of the text.

    Between it and that heading stand further links and nothing else, a short line among them at most.
    """
    lines = layout.lines
    line = lines[kept[-1]]
    if (
        _CITED.match(line.text)
        or _NUMBERED.match(line.text)
        or (furniture.printed(line) and not furniture.says("closing", line.text))
    ):
        return not _calls(line)
    others = 0
    for n in reversed(kept[-_WITHIN:]):
        one = lines[n]
        if furniture.over_sources(one):
            return True
        if not furniture.linkish(one):
            others += 1
            if others > 1 or one.size > 40 or one.tag in furniture.TITLING:
                return others == 1 and furniture.headed(layout, n)
    return False


def _leading(lines: Sequence[VisibleLine], kept: Sequence[int]) -> list[Cut]:
    """Bars of links and a call or two above the text; a table of contents is longer, and stays."""
    out: list[Cut] = []
    for n in kept:
        line = lines[n]
        bar = len(line.pieces) > 1 or line.text[-1] in ">»›" or _calls(line)
        if (
            not bar
            or line.file
            or line.tag in furniture.TITLING
            or line.tag in furniture.CELL
            or line.size >= 40
            or not furniture.linkish(line)
            or _item(lines, n, kept)
        ):
            break
        out.append(Cut(n, n + 1, "edge-links"))
    return out if len(out) <= _LEADING and len(out) < len(kept) else []


def _item(lines: Sequence[VisibleLine], n: int, kept: Sequence[int]) -> bool:
    """Whether line `n` is an item of a numbered list of the text, others of which are no links: 1. …, 2. …."""
    if not markers.opens(lines[n].text.strip()):
        return False
    near = (lines[m] for m in kept if 0 < abs(m - n) <= _ROW and not furniture.linkish(lines[m]))
    return any(markers.opens(x.text.strip()) for x in near)


def _invites(line: VisibleLine) -> bool:
    """Whether a line ends in a link that asks to sign up, behind a cry: 江城英语学校，名师执教！立即试听. What is told before one is text."""
    last = line.pieces[-1].strip()
    if not 0 < len(last) == line.link < line.size < 80 or line.tag == "tr" or not furniture.says("call", last):
        return False
    return line.text[: -len(last)].rstrip()[-1:] in _CRIES


def _calls(line: VisibleLine) -> bool:
    """Whether a line with a link in it asks the reader to follow that: 更多资讯请关注：渡口专区."""
    return line.link > 0 and line.size < 40 and furniture.says("call", line.text)
