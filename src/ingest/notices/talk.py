"""Messages of a talk: who wrote each stands above it, with day and clock, as on a page's publish line."""

from collections.abc import Sequence

from ingest.notices.lines import PrintedLine
from ingest.patterns import pattern

# Who wrote a message of a talk when: 陈大山 2021/3/4 10:21:05. A page's own line says what its day is (发布于), or stands alone.
_SPOKEN = pattern(
    r"(?!.{0,10}(?:发布|更新|修改|创建|编辑|时间|日期|来源))[^\d\s:。,][^\d:。,]{0,11}\s(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?\s\d{1,2}:\d\d(?::\d\d)?"
)
_TALK = 24  # lines in which messages are looked for


def messages(lines: Sequence[PrintedLine]) -> bool:
    """Whether the first line is the head of a message, above which no title stands, and another of another time follows."""
    if not lines or _SPOKEN.fullmatch(lines[0].folded) is None:
        return False
    times = {tuple(line.folded.split()[-2:]) for line in lines[:_TALK] if _SPOKEN.fullmatch(line.folded)}
    return len(times) >= 2
