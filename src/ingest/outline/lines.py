"""The lines of a text as blocks: which belong together because a paragraph was wrapped."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from types import EllipsisType

from ingest.blocks import Block
from ingest.han import tabbed
from ingest.models import Kind
from ingest.outline import fences, widths, wrapping
from ingest.patterns import pattern

# A line of a program, a formula or markup.
_PROGRAM = pattern(r"[\x20-\x7e\t\xa0]*[{};=$\\<>_#][\x20-\x7e\t\xa0]*")
_FIGURES = pattern(r"[\W\d_]+")  # … and one of figures alone, of which a wrap's last line may be one if it is short
_WIDE = 20
# A line of a table that is drawn, and one of a form: it ends in a blank to be filled in, in who signs, in a day without figures.
_FILLED_IN = pattern(
    r"[\u2502\u2503\u250c-\u254b\u2551-\u257f]|^\s*[\u2500-\u257f]|(?:[＿_]{2}|[（(](?:签[字章名]|盖章|公章)[^）)]{0,6}[）)]|年[\s＿_×]{0,12}月[\s＿_×]{0,12}日)$"
)


# An entry of a table of contents: leaders, and a page.
_LEADERS = pattern(r"(?:[.．·⋯…]\s?){6,}[\dⅠ-ⅫIVXivx]{0,4}$")
COLONS = "：:︰∶﹕"
"""What a sentence ends in that introduces a list or a text."""
# Leaders with a page behind them, or more than the six points by which what is said breaks off where no other sign is at hand (Hong Kong).
_LED = pattern(r"(?:[.．·⋯…]\s?){6}(?:[.．·⋯…]|\s*[\dⅠ-ⅫIVXivx])")
_ADDRESS = pattern(r"[^，。；]{0,16}https?://\S+")  # which no wrap divides: its line may be wider than any
_PICTURES = pattern(r"(?:!\[[^\]]*\]\([^)\s]*\)\s*)+")
_PAGED = "0123456789ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫIVXivx.．·⋯…"


@dataclass(slots=True)
class LogicalLine:
    """A logical line: a block of the page, or lines that a wrap had divided; without outer white space.

    `role` is the kind of record that the whole line is, where that is known. `opens`: a new component of a bundle (a plan
    behind the notice that it came with) begins here, or, with a note, what is the whole document's again.
    """

    start: int
    end: int
    block: Block | None = None
    role: Kind | None = None
    opens: bool = False

    def _replace(
        self,
        *,
        start: int | None = None,
        end: int | None = None,
        block: Block | EllipsisType | None = ...,
        role: Kind | EllipsisType | None = ...,
        opens: bool | None = None,
    ) -> "LogicalLine":
        """The line with some of this changed, as of a named tuple: which it is not, because every pass reads lines."""
        return LogicalLine(
            self.start if start is None else start,
            self.end if end is None else end,
            self.block if block is ... else block,
            self.role if role is ... else role,
            self.opens if opens is None else opens,
        )


def _printed(text: str, blocks: Sequence[Block]) -> tuple[list[widths.Printed], list[Block | None]]:
    """The lines that have something on them, and the block that each is a line of."""
    out: list[widths.Printed] = []
    owners: list[Block | None] = []
    owner: Block | None = None
    at = block = gap = 0
    drawn = _BOX.search(text) is not None
    linked = "://" in text
    rows = tabbed.rows(text)
    led = _LED.search(text) is not None
    code = fences.spans(text)
    fence = 0
    for line in text.split("\n"):
        gap += 1
        end = at + len(line)
        while fence < len(code) and code[fence][1] < end:
            fence += 1
        bare = line.rstrip()
        if bare:
            stop = at + len(bare)
            start = end - len(line.lstrip()) if line[0].isspace() else at
            if blocks:
                while block < len(blocks) and blocks[block].end <= at:
                    block += 1
                owner = blocks[block] if block < len(blocks) and blocks[block].start < end else None
            last = bare[-1]
            # A page's paragraphs may be lines that a wrap divided as well, and a second reading sees only lines. Lines of a
            # program were never wrapped.
            plain = (owner is None or owner.kind in ("line", "para", "item")) and not (
                at in rows
                or (fence < len(code) and code[fence][0] <= at)
                or bare[0] in "#|"
                or (last == ">" and bare[0] == "<")
                or (last < "\x7f" and (_PROGRAM.fullmatch(line) or (len(bare) >= _WIDE and _FIGURES.fullmatch(bare))))
                or (linked and "://" in bare and (_ADDRESS.fullmatch(bare) or _PICTURES.fullmatch(bare)))
                or (led and last in _PAGED and _LEADERS.search(bare))
                or ((drawn or last in "＿_）)日") and _FILLED_IN.search(bare))
            )
            out.append(widths.Printed(at, start, stop, stop + 1 if stop < end else end, gap, plain))
            owners.append(owner)
            gap = 0
        at = end + 1
    return out, owners


def logical_lines(text: str, blocks: Sequence[Block]) -> list[LogicalLine]:
    """The logical lines in order. Rows of a table are one line; so are lines of plain text whose cells tabs divide."""
    printed, owners = _printed(text, blocks)
    goes_on = wrapping.joins(text, printed)
    out: list[LogicalLine] = []
    printed.reverse()
    for block, further in zip(owners, goes_on, strict=True):
        line = (
            printed.pop()
        )  # each goes as the logical one comes: what lives at once is what Python's collector looks through
        same = out and out[-1].block is block and block is not None and block.kind == "table"
        if further or same:
            out[-1].end = line.end
        else:
            out.append(LogicalLine(line.start, line.end, block))
    return _tables(text, out)


def _tables(text: str, lines: list[LogicalLine]) -> list[LogicalLine]:
    """Consecutive lines of plain text that tabs divide into cells become one line, a table."""
    if (
        "\t" not in text
        and "|" not in text
        and _BOX.search(text) is None
        and all(line.block is None or line.block.kind != "table" for line in lines)
    ):
        return lines
    out: list[LogicalLine] = []
    run: list[LogicalLine] = []
    known = tabbed.rows(text)

    def close() -> None:
        if len(run) > 1:
            rows = [_row(text, r) for r in run]
            start, end = rows[0][0], rows[-1][1]
            cells = tuple(row for a, b in rows if (row := _cells(text[a:b])))
            out.append(LogicalLine(start, end, Block(start, end, "table", cells=cells), "table"))
        else:
            out.extend(run)
        run.clear()

    for line in [part for whole in lines for part in _divided(text, whole)]:
        if line.block is not None and line.block.kind == "table":
            close()
            out.append(line._replace(role="table"))
        elif (line.block is None or line.block.kind == "line") and text.rfind("\n", 0, line.start) + 1 in known:
            if run and _BOX.match(text, run[-1].start):
                close()
            run.append(line)
        elif (line.block is None or line.block.kind in ("line", "para")) and _piped(text, line):
            if run and not _piped(text, run[-1]):
                close()
            run.append(line)
        elif (line.block is None or line.block.kind in ("line", "para")) and _BOX.match(text, line.start):
            if run and not _drawn(text, run[-1]):
                close()
            run.append(line)
        elif run and _drawn(text, line) and _drawn(text, run[-1]):
            run.append(line)  # a row of a table without an edge
        else:
            close()
            out.append(line)
    close()
    return out


_RULE = pattern(r"[\u2500\u2501\u2504-\u2550\u2552-\u257f]{3,}(?=\s*[^\s\u2500-\u257f])[^\u2500-\u257f]*$")
_BAR = pattern("[\u2502\u2503\u2551]")


def _divided(text: str, line: LogicalLine) -> list[LogicalLine]:
    """A drawn border and the text that the page prints on the same line behind it, each as a line."""
    found = _RULE.match(text, line.start, line.end) if text[line.start] > "\u24ff" else None
    if found is None:
        return [line]
    end = line.start
    while _BOX.match(text, end):
        end += 1
    start = end
    while text[start].isspace():
        start += 1
    return [line._replace(end=end), line._replace(start=start)]


def _piped(text: str, line: LogicalLine) -> bool:
    """Whether a line is a row of a table of Markdown, whose cells bars divide."""
    return text[line.start] == "|" == text[line.end - 1] and text.find("|", line.start + 1, line.end - 1) > 0


def _drawn(text: str, line: LogicalLine) -> bool:
    """Whether a line is one of a drawn table: a border, or cells that bars divide."""
    return _BOX.match(text, line.start) is not None or _BAR.search(text, line.start, line.end) is not None


# Blanks to be filled in: who signs, a line, a day; signs without a word.
_FORM = pattern(r"[＿_]{2,}|[（(](?:签字|盖章|签章|公章|签名)[^）)]{0,6}[）)]|年[\s＿_]*月[\s＿_]*日$|^[\W_]*$")


def form(words: str) -> bool:
    """Whether a line is a form's: blanks to be filled in, or a rule."""
    return _FORM.search(words) is not None


_SIGNS = pattern(
    r"(?:[甲乙丙丁买卖供需双]|借款|贷款|出租|承租|发包|承包|委托|受托)(?:单位|[方人])[^。；，]{0,30}(?:[：:]|盖章|签[字章])"
    r"|(?:法定)?代表人?[（(：:]|[甲乙丙丁买卖供需][ \u3000]{0,4}方[ \u3000]{3,}[甲乙丙丁买卖供需]|\S{2,}+(?:[^\S\n]{3,}|(?<=[人方表章字署：:）)])\u3000{2,})\S{2,}|[\u4e00-\u9fff]{2,10}+[（(][甲乙丙丁]方[）)]\s?[：:]"
    r"|[\u4e00-\u9fff]{0,8}(?:签字盖章|签[名字章]|盖章)(?:[（(][^）)]{1,8}[）)])?\s?[：:]"
)


_SIGNING = pattern(r"[：:（(签盖\s]")  # of which one stands in each such line, and in few others

_CONCLUDES = pattern(
    r"(?:特此(?:通知|公告|通告|报告|函[复告达]|通报|请示|批复|证明|声明|说明)|以上(?:报告|意见|请示|汇报|方案)?[，,](?:妥否|当否|如无不妥)?[，,]?请[^。；，]{1,12}"
    r"|(?:妥否|当否|可否)[，,]请[^。；，]{1,10})[。！.]?"
)


def concludes(text: str, start: int, end: int) -> bool:
    """Whether a line is what an official letter ends with (特此通知。, 以上报告，请审阅。): the whole letter's, and none of its items'."""
    return end - start <= 40 and _CONCLUDES.fullmatch(text, start, end) is not None


def signs(text: str, start: int, end: int) -> bool:
    """Whether a block is of the lines at a contract's end: who signs, in one column or two."""
    return end - start <= 80 and bool(_SIGNING.search(text, start, end) and _SIGNS.match(text, start, end))


_BOX = pattern("[\u2500-\u257f]")
_PIPE = pattern(r"(?<!\\)\|")
_RULED = pattern(r"[|:\-\s]+")  # what divides a table's head from its rows


def _cells(row: str) -> tuple[str, ...]:
    """The cells of a row that tabs divide, or that is drawn with lines; a drawn border has none."""
    if row[0] == "|" == row[-1]:
        return () if _RULED.fullmatch(row) else tuple(cell.strip() for cell in _PIPE.split(row)[1:-1])
    if _BOX.match(row) is None:
        return tuple(cell.strip() for cell in (_BAR.split(row) if _BAR.search(row) else row.split("\t")))
    parts = [cell.strip(" \u3000\xa0") for cell in re.split("[\u2502\u2503\u2551]", row)]
    return tuple(parts[1:-1]) if len(parts) > 2 and _BOX.search("".join(parts)) is None else ()


def _row(text: str, line: LogicalLine) -> tuple[int, int]:
    """A line of a table with the tabs at its ends, which stand for empty cells."""
    start, end = line.start, line.end
    while start and text[start - 1] in "\t \u3000\xa0":
        start -= 1
    while end < len(text) and text[end] in "\t \u3000\xa0":
        end += 1
    row = text[start:end]
    return start + len(row) - len(row.lstrip(" \u3000\xa0")), start + len(row.rstrip(" \u3000\xa0"))
