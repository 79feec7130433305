"""Structure that carries no number: heading lines, lead sentences, bullets, captions.

None of these can be told from its own line alone. A heading is short, unpunctuated and stands between lines that are
neither; a lead (经济运行总体平稳。…) is a habit of the document: its neighbours open with a short sentence too.
"""

from collections import Counter
from collections.abc import Container, Sequence
from functools import cache
from itertools import pairwise

from ingest.han import numerals
from ingest.outline import bullets, dialogue, leads
from ingest.outline.candidates import Marker
from ingest.outline.cut import lines_cut
from ingest.outline.fitting import Fitting
from ingest.outline.lines import COLONS, LogicalLine
from ingest.outline.plain import FULL, STOP, plain
from ingest.patterns import pattern
from ingest.prefilter import firsts

_CLOSING = pattern(r"附\s*[则則]")
_STOCK = pattern(
    r"摘\s*要[：:]?|A(?:bstract|BSTRACT)|结束语|结语|前\s*言|序\s*言|引\s*言|导\s*言|绪\s*论|后\s*记|附\s*记|編後記|結束語|結語"
    r"|(?:学位|毕业)?(?:论文|设计)?(?:独创性?|原创性?|诚信)(?:声明|承诺书?)|(?:学位|毕业)?论文(?:版权)?(?:使用)?授权(?:使用)?(?:说明|声明|书)"
)
# What stands behind the text of a thesis or a paper, at the top and below no chapter.
_BACK = pattern(
    r"(?:参考文献|参考资料|参考书目|引用文献|[致志]\s*谢|谢\s*辞|鸣\s*谢|注\s*释|作者简介|References|Bibliography|Acknowledge?ments?"
    r"|沿\s?革|攻读[^，。]{2,8}期间[^，。]{2,20}|附\s*录\s?[A-Z一二三四五\d]?(?:[ \u3000：:][^，。；]{1,30})?)[：:]?"
)
# What the history of a statute counts: days on which it was issued and changed.
_DATED = pattern(r"(?:[1１][.．、]\s*)?(?:中华民国|民国)[^，。；]{0,20}日")
_SOURCE = pattern(r"[\[［〔【（(]\s?\d{1,3}\s?[\]］〕】）)]|\d{1,3}[.．、]")
# 报　告　事　项: words that are spaced out stand out. Two signs and a value behind them (地　点　码头) are a field.
_SPACES = (" ", "\u3000")
_SPACED = pattern(r"[\u4e00-\u9fff](?:[ \u3000]{1,3}[\u4e00-\u9fff]){3,9}")
_TWO_CLAUSES = pattern(r"[\u4e00-\u9fff]{4}[ \u3000]+[\u4e00-\u9fff]{4}|[\u4e00-\u9fff]，|；")
_RUNNING = 3
_FEW = 4  # lines of a few words each that an item may have below it
_PAGE = pattern(rf"[\W_ˍ]*(?:[\d{numerals.HAN}]{{1,5}}之)?第?\s?[\d{numerals.HAN}]{{1,4}}\s?[页頁]?[\W_ˍ]*")
_FIELD = 8  # characters of one that is filled in on the next line
_CELL = 20  # characters of a cell
_TEXT = 40  # characters of a paragraph
_NUMBER = pattern(rf"\d{{1,3}}|[{numerals.HAN}]{{1,4}}")
_COUNTED = 8  # characters of a heading that counts (第二天, 三世)
_LONG = 80  # characters, which no line of a wrapped text has
_OVER_BULLETS = 20  # characters of a heading that bullets follow
_RUNS_ON = pattern(
    r"[的了和与及并而或、，。；：！？）)”》]|为(?!了|深入|进一步|贯彻|切实|全面|加快|推[动进]|规范|保[障护证]|加强|提高|维护|防止|方便|您|更好)"
)
_SALUTES = frozenset("各尊亲同女先朋")  # what those begin with
_SALUTATION = pattern(r"(?:各位|尊敬|亲爱|同志|女士|先生|朋友)")


def mark(
    text: str,
    lines: Sequence[LogicalLine],
    markers: Sequence[Marker],
    bold: Container[int] | None = None,
    listed: bool = False,
) -> list[LogicalLine]:
    """The lines with the roles heading, lead, bullet and caption where they have them.

    `markers` are the accepted ones: where there are articles, a short sentence is law and no lead. `bold`: as of `leads.mark`.
    `listed`: the contents tell most headings, so that others need a text.
    """
    out = list(lines)
    marked = {m.start for m in markers}
    kinds = {m.style.kind for m in markers}
    if "chapter" in kinds:
        for i, line in enumerate(out):
            if line.role is None and line.end - line.start <= 5 and _CLOSING.fullmatch(text, line.start, line.end):
                out[i] = line._replace(role="chapter")
    dialogue.mark(text, out, marked)
    bullets.mark(text, out, marked)
    cut = lines_cut(text, out)
    _headings(text, out, marked, _between(text, out, markers), listed, cut)
    if "article" not in kinds:
        inner = {m.start for m in markers if m.style.kind == "level2"} if "level1" in kinds else set()
        leads.mark(text, out, marked, inner, bold, cut)
    return out


def stock(text: str, start: int, end: int) -> bool:
    """Whether a heading is one that every document may have (结束语)."""
    return _STOCK.fullmatch(text, start, end) is not None


def _between(text: str, lines: Sequence[LogicalLine], markers: Sequence[Marker]) -> set[int]:
    """The numbers of lines that stand alone between a unit and the next of its count, or with a few as short: all that unit says,
    and no headings."""
    units = {m.start: m for m in markers}
    own = [units.get(line.start) for line in lines]
    out = set()
    for i, (one, here, two) in enumerate(zip(own, own[1:], own[2:], strict=False), 1):
        if one is None or two is None or here is not None:
            continue
        if one.style is two.style and two.number == one.number + 1:
            out.add(i)
        elif one.path and two.path and one.style is two.style and len(two.path) <= len(one.path):
            out.add(i)  # 1.1.3 法律依据, what that is, 1.2
        elif (
            one.style is not two.style
            and two.style.rank <= one.style.rank
            and not one.style.division
            and not (two.number == 1 and two.style.kind in ("level1", "formal"))
        ):
            out.add(i)  # it would head what stands above its own unit; a count that begins has a heading
    for i, (one, two) in enumerate(pairwise(own)):
        if one is None or two is not None:
            continue
        end = i + 1
        while end < len(lines) and end - i <= _FEW and own[end] is None and _short(text, lines[end]):
            end += 1
        after = own[end] if end < len(lines) else None
        if end > i + 2 and after is not None and after.style is one.style and after.number == one.number + 1:
            out.update(range(i + 1, end))
    return out


def _headings(
    text: str, lines: list[LogicalLine], marked: set[int], between: set[int], listed: bool, cut: set[int]
) -> None:
    given = any(line.block is not None and line.block.kind == "heading" and line.block.level > 0 for line in lines)
    begins = _begins()
    free = sum(line.role in (None, "answer", "bullet") for line in lines)
    spaced = {
        i for i, line in enumerate(lines)
        if line.role is None and text[line.start + 1 : line.start + 2] in _SPACES and _SPACED.fullmatch(text, line.start, line.end)
    }  # fmt: skip
    if 4 * len(spaced) > len(lines):
        spaced.clear()  # the whole text is
    if spaced:
        spaced.intersection_update(_without_running_heads(text, lines, sorted(spaced)))
    bare = [i for i, line in enumerate(lines) if line.role is None and line.start not in marked]
    for i in bare:
        line = lines[i]
        size = line.end - line.start
        told = line.block if line.block is not None and line.block.kind == "heading" else None
        if i in between and not (told is not None and told.level > 0):
            continue
        if (
            (told is not None and told.level >= 0 and size <= _tagged(text, line))
            or (
                size <= 40
                and text[line.start] in begins
                and ((size <= 16 and stock(text, line.start, line.end)) or _closes(text, lines, i))
            )
            or (i in spaced and not listed and i + 1 < len(lines) and i + 1 not in spaced)
            or (told is not None and told.level < 0 and _strong(text, line))
        ):
            lines[i] = line._replace(role="heading")
    unmarked = set(bare)
    fits = Fitting(
        {i for i in bare if i not in between and _short(text, lines[i]) and _running(lines[i])},
        # Where the markup tells headings, a line of no Chinese is a command, a name, an address.
        lambda i: not (given and text[lines[i].start : lines[i].end].isascii()) and plain(text, lines[i]),
        lambda i: (
            i in unmarked
            and lines[i].end - lines[i].start <= _CELL
            and not STOP.search(text, lines[i].end - 1, lines[i].end)
        ),
    )
    found = [
        i for i in bare
        if i in fits.may
        and i not in cut
        and i - 1 not in cut
        and _heads(text, lines, marked, fits, i)
        and i in fits
        and not fits.listed(i)
        and _apart(text, lines, marked, fits, i)
        and not (listed and _cell(text, lines, i))
        and not (fits.tabled(i) and (_cell(text, lines, i) or not _done(text, lines, marked, i)))
    ]  # fmt: skip
    if found:
        found = _without_running_heads(text, lines, found)
        found = _counted(text, lines, bare, found, between)
    # Where most lines are short and unpunctuated there is no running text for them to head: a poem, a form, a list.
    if len(found) <= 0.6 * free:
        for i in found:
            lines[i] = lines[i]._replace(role="heading")


def _counted(
    text: str, lines: Sequence[LogicalLine], bare: Sequence[int], found: Sequence[int], between: set[int]
) -> list[int]:
    """The numbers of headings with those that go on with what two of them count (一世, 二世, 三世), however short the text below is."""
    counts: dict[str, set[int]] = {}
    for i in found:
        if (counted := _count(text, lines[i])) is not None:
            counts.setdefault(counted[0], set()).add(counted[1])
    counts = {words: numbers for words, numbers in counts.items() if len(numbers) >= 2}
    if not counts:
        return list(found)
    known = set(found)
    for i in bare:
        if i in known or i in between or i + 1 == len(lines) or lines[i].role is not None or not _running(lines[i]):
            continue
        counted = _count(text, lines[i])
        if counted is None or counted[0] not in counts or not {counted[1] - 1, counted[1] + 1} & counts[counted[0]]:
            continue
        if _count(text, lines[i + 1]) is None and FULL.search(text, lines[i + 1].end - 2, lines[i + 1].end):
            known.add(i)
            counts[counted[0]].add(counted[1])
    return sorted(known)


def _count(text: str, line: LogicalLine) -> tuple[str, int] | None:
    """What a line of a few words counts, and the number in it; None where there is none, or two."""
    if line.end - line.start > _COUNTED:
        return None
    words = text[line.start : line.end]
    numbers = list(_NUMBER.finditer(words))
    value = numerals.value(numbers[0][0]) if len(numbers) == 1 else None
    return None if value is None else (words[: numbers[0].start()] + "\0" + words[numbers[0].end() :], value)


def _without_running_heads(text: str, lines: Sequence[LogicalLine], found: Sequence[int]) -> list[int]:
    """The numbers of headings without what a conversion left of the heads of pages: the same words three times and more, beside
    others of the kind or the page's number."""
    said = Counter(text[lines[i].start : lines[i].end] for i in found)
    if max(said.values()) < _RUNNING:
        return list(found)
    said = Counter(text[line.start : line.end] for line in lines if line.end - line.start <= 60)

    def runs(i: int) -> bool:
        if not 0 <= i < len(lines) or lines[i].end - lines[i].start > 60:
            return False
        words = text[lines[i].start : lines[i].end]
        return said[words] >= _RUNNING or _PAGE.fullmatch(words) is not None

    return [i for i in found if not (runs(i) and (runs(i - 1) or runs(i + 1)))]


def _tagged(text: str, line: LogicalLine) -> int:
    """How long a heading of the markup may be: the longer if tags or addresses are printed in it."""
    return 200 if text.find("<", line.start, line.end) >= 0 or text.find("](", line.start, line.end) >= 0 else 80


@cache
def _begins() -> frozenset[str]:
    """What the headings begin with that any document may have."""
    return (firsts(_STOCK) or frozenset()) | (firsts(_BACK) or frozenset())


def _short(text: str, line: LogicalLine) -> bool:
    """Whether a line can be a heading by its length and its end."""
    return (
        line.role is None
        and 2 <= line.end - line.start <= 60
        and (text[line.end - 1].isalnum() or not STOP.search(text, line.end - 2, line.end))
        and text.find("。", line.start, line.end) < 0
    )


def _strong(text: str, line: LogicalLine) -> bool:
    """Whether strong words, of no level, have the form of a heading."""
    return _short(text, line) and plain(text, line) and not _TWO_CLAUSES.search(text, line.start, line.end)


def _running(line: LogicalLine) -> bool:
    """Whether the page's markup says nothing of a line but that it is one, or a paragraph."""
    return line.block is None or line.block.kind in ("line", "para")


def _heads(text: str, lines: list[LogicalLine], marked: set[int], fits: Fitting, i: int) -> bool:
    """Whether running text follows, or another heading that heads some."""
    if i + 1 >= len(lines):
        return False
    after = lines[i + 1]
    if i + 1 in fits.may and i + 2 in fits.may:
        two = text[after.start], text[lines[i + 2].start]
        if _SALUTES.isdisjoint(two):
            return False  # two further short lines: neither is a text
    if after.role == "heading" and not _running(after) and after.block is not None and after.block.level > 0:
        return False  # nothing is above what the markup heads but what it heads too: the last line of a stanza
    if after.role == "heading" and closing(text, after.start, after.end):
        # What stands behind a text is below no last word of a list; its own words above it are the head of its page.
        return text[lines[i].start : lines[i].end] == text[after.start : after.end]
    if after.start in marked or after.role in ("heading", "question"):
        return True
    if after.role == "bullet":
        return lines[i].end - lines[i].start <= _OVER_BULLETS
    if after.role is not None or _RUNS_ON.match(text, after.start):
        return False
    if i + 1 in fits:
        return i + 2 < len(lines) and i + 2 not in fits and _heads(text, lines, marked, fits, i + 1)
    size = after.end - after.start
    if text[after.end - 1] in COLONS and i + 2 < len(lines) and size > 8:
        listed = lines[i + 2]
        if listed.role == "bullet" or listed.start in marked or text.find("。", listed.start, listed.end) >= 0:
            return True
    stops = text.find("。", after.start, after.end) >= 0 or FULL.search(text, after.end - 2, after.end) is not None
    own = lines[i].end - lines[i].start
    return (
        (stops and size > max(20, own))
        or (stops and size > 1.5 * own and text[after.end - 1] == "。" and _goes_on_long(text, lines, marked, i + 2))
        or size > 80
        or bool(_SALUTATION.match(text, after.start))
    )


def _goes_on_long(text: str, lines: Sequence[LogicalLine], marked: set[int], i: int) -> bool:
    """Whether a line is a further paragraph of running text."""
    if i >= len(lines) or lines[i].role is not None or lines[i].start in marked:
        return False
    return lines[i].end - lines[i].start > 30 and text[lines[i].end - 1] == "。"


def _done(text: str, lines: Sequence[LogicalLine], marked: set[int], i: int) -> bool:
    """Whether the line before ends a sentence, or has a part of its own."""
    before = lines[i - 1]
    return (
        before.role is not None or before.start in marked or FULL.search(text, before.end - 2, before.end) is not None
    )


def _cell(text: str, lines: Sequence[LogicalLine], i: int) -> bool:
    """Whether a line stands among cells of a table rather than above a text: what follows is no paragraph."""
    after = lines[i + 1]
    return after.end - after.start < _TEXT or text.find("。", after.start, after.end) < 0


def _apart(text: str, lines: list[LogicalLine], marked: set[int], fits: Fitting, i: int) -> bool:
    """Whether the line before is done: a sentence's end, a heading, a fixed part."""
    if not i:
        return False
    before = lines[i - 1]
    if before.role is not None or before.start in marked:
        # An answer may be a word on a line of its own.
        if before.role in ("question", "answer"):
            return FULL.search(text, before.end - 2, before.end) is not None
        return before.role not in ("caption", "signature")
    done = FULL.search(text, before.end - 2, before.end) or (
        text[before.end - 1] in "）)" and "。" in text[before.start : before.end]
    )
    if text[before.end - 1] in COLONS and before.end - before.start <= _FIELD:
        return False  # 指导教师：, and who that is
    # A long paragraph may lack its stop.
    broken = before.end - before.start > _LONG and lines[i].end - lines[i].start <= 12
    return bool(done) or i - 1 in fits or broken


def closing(text: str, start: int, end: int) -> bool:
    """Whether a heading is one of those that stand behind the text of a thesis (参考文献, 致谢, 附录A)."""
    return _BACK.fullmatch(text, start, end) is not None


def _closes(text: str, lines: Sequence[LogicalLine], i: int) -> bool:
    """Whether a line heads what stands behind a text: sources, or a text and no further word of a list."""
    if i < 2 or not closing(text, lines[i].start, lines[i].end) or i + 1 >= len(lines):
        return False
    before = lines[i - 1]
    twice = text[before.start : before.end] == text[lines[i].start : lines[i].end]  # above it the head of its page
    if closing(text, before.start, before.end) and not twice:
        return False
    after = lines[i + 1]
    if closing(text, after.start, after.end):
        return False
    if text[lines[i].start] == "沿":
        return _DATED.match(text, after.start, after.end) is not None
    if _SOURCE.match(text, after.start) is not None:
        return True
    first = text[lines[i].start]
    return first == "附" or (first != "注" and (after.end - after.start > 20 or text[after.end - 1] in "。！"))
