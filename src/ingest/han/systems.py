"""What systems print beside the day of a text: what they count of it (约 630 字, 3 min read, 43,586 人阅读), a table of its author."""

import re

from ingest.patterns import pattern

# How long a text is, how often it was read: what a system counts beside the day (约 630 字, 预计阅读 2 分钟, 3 min read).
_COUNTED = pattern(
    r"(?<![\w一-鿿])(?:(?:约|大约|共|全文共?|字数)?\s*+[:：]?\s*+[\d,.]*+\s*+[kKwW万千]?\s*+(?:字|个字|词|words?)"
    r"|(?:预计|预估)?(?:阅读|閱讀)?(?:时间|时长|時間)?\s*+[:：]?\s*+(?:约|大约|需)?\s*+\d*+\s*+(?:分钟|分鐘|min(?:ute)?s?(?: read)?)(?:阅读|读完)?"
    r"|[-\d]*+\s*+(?:次|条|人|个)(?:阅读|浏览|访问|评论|点击|回复|赞))(?![\w一-鿿])",
    re.I,
)
_COUNTS = pattern(r"[字词钟鐘读览问论击复赞]|word|min", re.I)  # in all of those; compiled in a hundredth of the time
_EDGE = " \t\u00a0\u2002\u2003\u3000|｜·•:：-—[]【】/、,，。;；>"


def without(text: str) -> str:
    """A line without what a system counts in it."""
    return _COUNTED.sub("", text) if _COUNTS.search(text) else text


def only(text: str) -> bool:
    """Whether a line holds nothing but such counts: 1.4k 字 18 分钟."""
    return len(text) <= 40 and any(map(str.isdecimal, text)) and not without(text).strip(_EDGE)


# As a program writes out what its author wrote at the head: map[email:… name:林小满].
_TABLE = pattern(r"[·|,，]?\s*map\[[\w-]+:[^\[\]]{0,200}\]$")
_NAME = pattern(r"\bname:([^:\[\]]{2,16}?)(?=\s+[\w-]+:|\])")


def table(line: str) -> tuple[str, str | None] | None:
    """A line without the table of its author that ends it, and the name in that; None where there is no table."""
    written = _TABLE.search(line) if "map[" in line else None
    if written is None:
        return None
    named = _NAME.search(written[0])
    return line[: written.start()].strip(), named[1] if named else None
