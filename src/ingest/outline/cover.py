"""What a thesis is called by its cover, or behind the oath (独创性声明) that it opens with."""

from collections.abc import Callable, Sequence

from ingest.outline import unnumbered
from ingest.outline.lines import LogicalLine
from ingest.patterns import pattern

ABSTRACT = pattern(r"[【\[]?(?:[中英]文)?摘\s{0,4}要[】\]]?[：:]?|A(?:bstract|BSTRACT)[：:]?")
LABELLED = pattern(
    r"(?:法规名称\s?[：:]\s*|(?:论\s?文\s?|毕业(?:设计|论文)(?:[（(]论文[）)])?|中文|设计)?[题題]\s{0,8}目(?:\s?[：:]\s*|[ \t\u3000]{2,}))(?=\S)"
)
"""What collections of statutes print before a title, and the cover of a thesis."""
_COVERED = pattern(
    r"(?:(?:所[属在]|本?科?学生|研究生|申请人?|论文|作者)\s{0,4})?(?:姓\s{0,8}名|作\s{0,8}者|学\s{0,8}号|(?:指导|导)\s{0,4}[教老]?师|专\s{0,8}业|学\s{0,8}院|院\s{0,8}系|系\s{0,8}别|班\s{0,8}级|年\s{0,8}级)"
    r"(?:(?!\s?签)[^：:]{0,8}[：:]|[ \t\u3000]{2,}|[ \t\u3000](?=[^，。；]{2,50}$))"
)
_SPLIT = pattern(
    r"[名号业级院系者]\s{0,8}[：:]"
)  # 姓, 名：: a field spaced so far that its signs have lines of their own
_LABELS = "题題论毕中设"  # what such a line of a cover begins with
_THESIS = pattern(
    r"[\u4e00-\u9fff]{0,16}?(?:本科|专科|硕士|博士|研究生|本科生|学士)?生?(?:毕业|学位)(?:论文|设计)(?:[（(](?:论文|设计)[^（）()]{0,4}[）)])?"
)
_COVER = 24  # lines of a cover
_SWORN = 60  # lines of an oath, and of what is agreed to below it


def named(text: str, lines: Sequence[LogicalLine], titled: Callable[[LogicalLine], bool]) -> tuple[int, int] | None:
    """The numbers of the lines of a cover that say what a thesis is called, among those that say who wrote it where: what 题目 names,
    or else what stands between 毕业论文 and the first of these; None where none does. `titled`: whether a line has the form of a title."""
    at: int | None = None
    headed = first = 0  # behind the line 毕业论文, and the first below it that says who wrote it
    fields = 0
    above = ""
    for n, line in enumerate(lines[:_COVER]):
        if line.role is not None or line.end - line.start > 80:
            break
        words = "".join(text[line.start : line.end].split())
        if at is None and text[line.start] in _LABELS and LABELLED.match(text, line.start, line.end):
            at = n
        split = n > 0 and len(above) == 1 and _SPLIT.match(text, line.start, line.end) is not None
        if split or _COVERED.match(text, line.start, line.end):
            fields += 1
            first = first or n - split
        elif (_THESIS.fullmatch(words) and not headed) or (not headed and _THESIS.fullmatch(above + words)):
            headed, first = n + 1, 0
        above = words
    if fields < 2:
        return _sworn(text, lines, titled)
    if at is not None:
        return at, at + 1
    while headed < first and not titled(lines[headed]):
        headed += 1
    last = first
    while last > headed and text[lines[last - 1].start : lines[last - 1].end].isascii():
        last -= 1  # what it is called in English
    called = all(titled(line) for line in lines[headed:last]) and headed > 0
    return (headed, last) if called and headed < last <= headed + 2 else None


def _sworn(text: str, lines: Sequence[LogicalLine], titled: Callable[[LogicalLine], bool]) -> tuple[int, int] | None:
    """The number of the line that says what a thesis is called whose oath (独创性声明) stands first: right above its abstract."""
    if not lines or not unnumbered.stock(text, lines[0].start, lines[0].end) or text[lines[0].start] in "摘A":
        return None
    for n, line in enumerate(lines[1:_SWORN], 1):
        if ABSTRACT.fullmatch(text, line.start, line.end):
            return (n - 1, n) if n > 1 and titled(lines[n - 1]) else None
    return None
