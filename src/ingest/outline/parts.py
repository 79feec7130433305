"""The fixed parts that stand before a document's text: title, number, adoption note, contents."""

import re
from collections.abc import Sequence, Set

from ingest.han import adoption, bodies, document_numbers, kinds
from ingest.han.dates import DATE
from ingest.models import Kind
from ingest.outline import contents, cover, unnumbered
from ingest.outline.candidates import Marker, holds_all
from ingest.outline.contents import short
from ingest.outline.lines import LogicalLine, form
from ingest.patterns import pattern

_BRACKETED = pattern(r"[（(].*[）)]", re.DOTALL)
_ADOPTED = pattern(r"通过|公布|发布|批准|修订|修正|施行|颁布|印发|通過|發布|修訂|頒布")
_RELEASED = pattern(r"此件|公开|删减|略")
_SUBTITLE = pattern(r"[—–―]{1,3}\s*[^—–―]")
_GIVEN = pattern(r"\d{4}年\d{1,2}月\d{1,2}日(?:在|于).*[会會][议議]?上", re.DOTALL)
# What a title breaks off behind, or in the middle of; and how its next line begins.
_UNFINISHED = pattern(r"关于|關於|印发|印發|转发|轉發|批转|批轉|[的和与與及、—]$|《[^》]*$")
# What carries out a plan or a law is called after it: …第十四个五年规划⏎实施意见.
_ENACTED = pattern(r"(?:规划|規劃|纲要|綱要|条例|條例|规定|規定|办法|辦法)$")
_ENACTING = pattern(r"(?:的?)[实實]施(?:意见|意見|方案|细则|細則|办法|辦法)(?:[（(][^（）()]{1,12}[）)])?")
_REST = 4  # characters of a line that says the kind of document, and nothing of what it is about (实施方案)
_GOING_ON = "的关關和与與及暨印转轉第“"
_SPOKEN = pattern(r"您|请(?:认真|仔细|务必|先|在)")
_DATED = pattern(
    r"(?:本次|本?版本?)?(?:更新|生效|发布|修订|修改|施行|实施|最后更新|最近更新)(?:日期|时间|于)?\s?[:：]\s?[\d年月日【】〔〕\[\]\s.\-—/]+"
)
# What the cover of a call for bids says below the project's name, on however many lines that stands.
_CALLS = pattern(
    r"(?:公开|邀请|竞争性)?(?:招标|投标|谈判|磋商|采购|询价|比选|资格预审)(?:采购|邀请)?(?:文件|公告|书)(?:[（(][^（）()]{1,8}[）)])?"
)
_CODED = pattern(r"(?:项目|合同|招标|采购|标段|协议|档案|文件)?(?:登记)?\s?编\s?号\s?[：:]|ID[：:]")
_OFFERED = pattern(
    r"(?:相关)?附\s?件\s?[【\[：:]|下载[：:]|来源[：:]"
)  # what a page has to load down, and where it has its text from
_BOXED = pattern(r"(?:法规|异动|修正|公?发布|公布|制定|生效|施行|废止)[\u4e00-\u9fff]{1,3}\s?[：:].*")
# A post's head names who wrote it at what time; items stand on one line (套票包含：①门票②午餐).
_CLOCKED = pattern(r"(?<![\d:：])\d{1,2}[:：]\d{2}(?:[:：]\d{2})?$|[：:]\s*①")
_PAGE = pattern(r"[\divxIVXⅠ-Ⅻ\s.]{1,6}")  # that a conversion left between two
_OPENING = "（(【［[〔"
_CLOSING = tuple("）)】］]〕")


def arrange(
    text: str,
    lines: Sequence[LogicalLine],
    candidates: Sequence[Marker],
    title: tuple[int, int] | None,
    marked: Set[int],
) -> list[LogicalLine]:
    """The lines with the roles that their place gives them; lines that form one part are one line then. `marked`: lines that are
    no title, as one is that begins with a number."""
    out = contents.folded(text, list(lines), candidates)
    starts = {line.start for line in out if line.role is None}
    heads = [c for c in candidates if c.start in starts]
    if title is not None and (_counts_on(heads, title) or _DATED.fullmatch(text[slice(*title)].strip())):
        title = None
    # A text that is one chapter of something is called what its first line calls that.
    called = bool(heads) and heads[0].start == out[0].start and holds_all(heads)
    if title is None and called and len(out) > 1 and (end := _asked(text, out[0], marked - {heads[0].start})):
        title = out[0].start, end
    return _front(text, out, candidates, marked - {heads[0].start} if called else marked, title)


def _asked(text: str, line: LogicalLine, marked: Set[int]) -> int:
    """Where a chapter's name ends that asks, calls or breaks off (第三章 谁来修渡口？); 0 where a line is none."""
    words = text[line.start : line.end]
    size = len(words.rstrip("？！?!…"))
    return line.end if 0 < size < len(words) and titled(text, line._replace(end=line.start + size), marked) else 0


def _counts_on(heads: Sequence[Marker], title: tuple[int, int]) -> bool:
    """Whether what is given as the title is the first of a count that goes on below it: 一、 before 二、."""
    own = next((c for c in heads if title[0] <= c.start < title[1]), None)
    if own is None:
        return False
    after = next((c for c in heads if c.start >= title[1] and c.style is own.style), None)
    return after is not None and after.number == own.number + 1


def _front(
    text: str, lines: list[LogicalLine], candidates: Sequence[Marker], marked: Set[int], title: tuple[int, int] | None
) -> list[LogicalLine]:
    out: list[LogicalLine] = []
    i = 0
    if title is not None:
        while i < len(lines) and lines[i].end <= title[0]:
            out.append(lines[i])
            i += 1
        first = i
        while i < len(lines) and lines[i].start < title[1]:
            i += 1
        if i > first:
            block = lines[first].block
            # The markup may have said only its first line; what `<title>` says is whole.
            if i == first + 1 and not (block is not None and block.kind == "title"):
                i = title_end(text, lines, first, marked)
            out.append(lines[first]._replace(end=lines[i - 1].end, role="title"))
    elif (named := cover.named(text, lines, lambda line: titled(text, line, frozenset()))) is not None:
        first, i = named
        sworn = unnumbered.stock(text, lines[0].start, lines[0].end)
        out = [line if line.role or sworn else line._replace(role="preface") for line in lines[:first]]
        out.append(lines[first]._replace(end=lines[i - 1].end, role="title"))
    elif lines and lines[0].role is None:
        lines = _divided(text, lines, candidates)
        first = 0
        while first < min(3, len(lines) - 2) and _above(text, lines[first]):
            first += 1
        headed = _letterhead(text, lines, first, marked)
        if headed > first:
            roles: tuple[Kind, Kind] = ("preface", "docno")
            lines[first:headed] = [
                line._replace(role=role) for line, role in zip(lines[first:headed], roles, strict=True)
            ]
            first = headed
        if len(lines) > first + 1 and titled(text, lines[first], marked):
            i = title_end(text, lines, first, marked)
            out += lines[:first]
            out.append(lines[first]._replace(end=lines[i - 1].end, role="title"))
    if not any(line.role == "title" for line in out):
        return lines
    i = below_title(text, lines, i, marked, out)
    return out + lines[i:]


def below_title(text: str, lines: Sequence[LogicalLine], i: int, marked: Set[int], out: list[LogicalLine]) -> int:
    """Moves what stands between a title and the text to `out`, with its roles; gives the index of the text's first line."""
    named = _squashed(text, out[-1])
    box = i
    while box < min(i + 9, len(lines)) and _BOXED.fullmatch(text, lines[box].start, lines[box].end):
        box += 1
    if box - i >= 2 and lines[i].role is None:  # what a collection of statutes says of each
        out += [line._replace(role="preface") for line in lines[i:box]]
        i = box
    while i < len(lines) and lines[i].role is None and lines[i].start not in marked:
        line = lines[i]
        words = text[line.start : line.end]
        if document_numbers.whole(words):
            out.append(line._replace(role="docno"))
        elif (
            _BRACKETED.fullmatch(words)
            and (
                _ADOPTED.search(words) or (out[-1].role == "title" and len(words) <= 40 and not _RELEASED.search(words))
            )
        ) or ((short(text, line, 50) and (_SUBTITLE.match(words) or _GIVEN.search(words))) or adoption.is_note(words)):
            out.append(line._replace(role="preface"))
        elif (
            out[-1].role == "preface"
            and short(text, line, 20)
            and text[out[-1].start] not in "（("
            and not adoption.is_note(text[out[-1].start : out[-1].end])
        ):
            out.append(line._replace(role="preface"))  # who spoke, below when and where
        elif short(text, line, 40) and kinds.END.search(words) and _squashed(text, line) in named:
            out.append(line._replace(role="title"))
        elif out[-1].role == "title" and (more := _fuller(text, lines, i, named)) > i:
            out.append(line._replace(end=lines[more - 1].end, role="title"))
            i = more
            continue
        else:
            break
        i += 1
    return i


def _above(text: str, line: LogicalLine) -> bool:
    """Whether a line is printed above a title: when it was changed, or comes into force, or by what number it is filed."""
    coded = line.end - line.start <= 60 and _CODED.match(text, line.start, line.end) is not None
    return coded or _DATED.fullmatch(text, line.start, line.end) is not None


def _letterhead(text: str, lines: Sequence[LogicalLine], first: int, marked: Set[int]) -> int:
    """The number of the title's first line below whose paper it is on (云栖市人民政府文件), and the document's number; `first` if there is none."""
    at = first + 2
    if len(lines) <= at + 1 or not _squashed(text, lines[first]).endswith("文件") or not short(text, lines[first], 60):
        return first
    if not document_numbers.whole(text[lines[first + 1].start : lines[first + 1].end]):
        return first
    if not titled(text, lines[at], marked):
        return first
    named = "".join(_squashed(text, line) for line in lines[at : title_end(text, lines, at, marked)])
    return at if kinds.END.search(named) else first


def _fuller(text: str, lines: Sequence[LogicalLine], i: int, named: str) -> int:
    """Where a title ends that says the one above it again behind the name of who issued it, on up to three lines; `i` if none does."""
    words = ""
    for more in range(i, min(i + 3, len(lines))):
        if lines[more].role is not None or not short(text, lines[more], 60):
            break
        words += _squashed(text, lines[more])
        if words.endswith(named) and len(named) >= 8 and 0 < len(words) - len(named) <= 24:
            return more + 1
    return i


def adopted(words: str) -> bool:
    """Whether a line in brackets says when a text was adopted or changed."""
    return _BRACKETED.fullmatch(words) is not None and _ADOPTED.search(words) is not None and len(words) > 10


def _divided(text: str, lines: list[LogicalLine], candidates: Sequence[Marker]) -> list[LogicalLine]:
    """The first line cut behind a title that the text's single line begins with."""
    line = lines[0]
    number = document_numbers.INSIDE.search(text, line.start, min(line.end, line.start + 120))
    head = line.end
    if line.end - line.start > 40:
        near = [c for c in candidates if line.start < c.start < line.start + 200]
        near = [c for c in near if kinds.END.search(text, line.start, c.start) or _opening(text, c)]
        heads = [c.start for c in near if c.style.division] or [
            c.start for c in near if c.style.id == "han" and c.number == 1
        ]
        head = min(heads, default=line.end)
    if number and number.end() < head:
        cut, stop = _named(text, line.start, number), number.end()
        if text.startswith(_CLOSING, stop) and text[cut - 1] in _OPENING:
            cut, stop = cut - 1, stop + 1
            if stop == line.end:
                return lines  # in brackets at its end a number belongs to the title
        parts = [(line.start, cut), (cut, stop), (stop, line.end)]
    elif head < line.end:
        parts = [(line.start, head), (head, line.end)]
        note = re.search(r"[（(][^（(]*(?:[（(][^）)]*[）)][^（(]*)*[）)]\s*$", text[line.start : head])
        if note and _ADOPTED.search(note[0]):
            parts = [(line.start, line.start + note.start()), (line.start + note.start(), head), (head, line.end)]
    else:
        return lines
    spans = [(a + len(text[a:b]) - len(text[a:b].lstrip()), a + len(text[a:b].rstrip())) for a, b in parts]
    cut_lines = [line._replace(start=a, end=b) for a, b in spans if a < b]
    if not cut_lines or not short(text, cut_lines[0], 100) or "。" in text[cut_lines[0].start : cut_lines[0].end]:
        return lines
    return cut_lines + lines[1:]


def _opening(text: str, marker: Marker) -> bool:
    """Whether a marker inside a line is set off from what stands before or behind it."""
    before, after = text[marker.start - 1], text[marker.end : marker.end + 1]
    return before in " \u3000）)" or (marker.number == 1 and after.isspace() and before not in "的了在是着到")


def _named(text: str, start: int, number: re.Match[str]) -> int:
    """Where a title ends and the number behind it begins: at the last kind of document that is named before the year."""
    if text[number.start() - 1] in _OPENING:
        return number.start()  # （教高函〔2020〕8号）
    for at in range(number.end(), number.start(), -1):
        if kinds.END.search(text, start, at) and not document_numbers.INSIDE.search(text, start, at):
            return at
    return number.start()


def titled(text: str, line: LogicalLine, marked: Set[int]) -> bool:
    """Whether a line has the form of a title."""
    return (
        line.role is None
        and line.start not in marked
        and short(text, line, 80)
        and not re.search(r"[。！？；]", text[line.start : line.end])
        and not DATE.fullmatch(text, line.start, line.end)
        and not _DATED.fullmatch(text, line.start, line.end)
        and not _SPOKEN.search(text, line.start, line.end)
        and not text.startswith("![", line.start)
        and text.find("://", line.start, line.end) < 0
        and not _OFFERED.match(text, line.start, line.end)
        and not cover.ABSTRACT.fullmatch(text, line.start, line.end)
        and not _PAGE.fullmatch(text, line.start, line.end)
        and not _CLOCKED.search(text, line.start, line.end)
        and not document_numbers.whole(text[line.start : line.end])
        and not (text[line.start] in "学毕论设独原诚" and unnumbered.stock(text, line.start, line.end))
        and not form(text[line.start : line.end])
    )


def title_end(text: str, lines: Sequence[LogicalLine], first: int, marked: Set[int]) -> int:
    """Where a title ends that may be set on several lines: at the kind of document that it names."""
    at = _kind_end(text, lines, first, marked)
    if at < len(lines) and titled(text, lines[at], marked) and not _set_below(lines[at], lines[first]):
        named = "".join(_squashed(text, line) for line in lines[first:at])
        if _ENACTED.search(named) and _ENACTING.fullmatch(_squashed(text, lines[at])):
            return at + 1
    return at


def _kind_end(text: str, lines: Sequence[LogicalLine], first: int, marked: Set[int]) -> int:
    """Where a title ends that one kind of document is named in."""
    at = _closed(text, lines, first, marked)
    upper = "".join(_squashed(text, line) for line in lines[first:at])
    if kinds.END.search(upper):
        return at
    if not ("\u4e00" <= upper[-1] <= "\u9fff" or upper[-1] in "》”、—）)"):
        return at  # nothing is broken off behind a number or a foreign word
    for more in range(at, min(at + 3, len(lines))):
        line = lines[more]
        if (
            not titled(text, line, marked)
            or line.end - line.start > 40
            or document_numbers.whole(text[line.start : line.end])
            or adoption.is_note(text[line.start : line.end])
            or unnumbered.stock(text, line.start, line.end)
            or _set_below(line, lines[first])
        ):
            break
        lower = _squashed(text, line)
        if _CALLS.fullmatch(lower):
            return more + 1
        if kinds.END.search(lower):
            goes_on = _UNFINISHED.search(upper) or (
                _breaks(upper, lower) and not _lists(text, lines[more + 1 : more + 3], marked)
            )
            return more + 1 if goes_on else at
        upper += lower
    return at


def _closed(text: str, lines: Sequence[LogicalLine], first: int, marked: Set[int]) -> int:
    """Where the part of a title ends that cannot end before: signs with a line each (项, 目, 计, 划, 书), or a bracket that its first line
    leaves open and the next one closes."""
    at = first
    while at < len(lines) and lines[at].end - lines[at].start == 1 and "\u4e00" <= text[lines[at].start] <= "\u9fff":
        at += 1
    if at - first >= 3:
        return at
    upper = text[lines[first].start : lines[first].end]
    if first + 1 < len(lines) and titled(text, lines[first + 1], marked):
        lower = text[lines[first + 1].start : lines[first + 1].end]
        for opening, closing in ("（）", "()", "《》"):
            if upper.rfind(opening) > upper.rfind(closing) and -1 < lower.find(closing) < (lower.find(opening) % 999):
                return first + 2
    return first + 1


def _lists(text: str, lines: Sequence[LogicalLine], marked: Set[int]) -> bool:
    """Whether the next two lines are a few words without a stop, too: then the line above them is one of a list of headings."""
    return len(lines) > 1 and all(
        titled(text, line, marked)
        and text[line.start] not in _OPENING
        and not bodies.LINE.fullmatch(_squashed(text, line))
        and not document_numbers.whole(text[line.start : line.end])
        for line in lines
    )


def _breaks(upper: str, lower: str) -> bool:
    """Whether a title's lines break off where the last one, which names the kind of document, goes on."""
    if bodies.LINE.fullmatch(upper) or _UNFINISHED.search(upper) or lower[0] in _GOING_ON:
        return True
    # 使用多个命令 ends in a word that names a kind of document, and in any other text as well; 渔港管理办法 is a title of its own.
    return len(lower) <= _REST and kinds.OWN_END.search(lower) is not None


def _set_below(line: LogicalLine, title: LogicalLine) -> bool:
    """Whether the markup says of a line that it is an item of a list, or a heading below that which a title's first line is."""
    if line.block is None or line.block.kind != "heading":
        return line.block is not None and line.block.kind == "item"
    return title.block is not None and 0 < title.block.level < line.block.level


def _squashed(text: str, line: LogicalLine) -> str:
    """A line without white space, which titles are often spaced out with."""
    return "".join(text[line.start : line.end].split())
