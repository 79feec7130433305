"""Whether damage is shown on purpose: a lesson on encodings quotes garbage and escapes, program text holds them.

Nothing tells a quoted example from real damage but where it stands: between quotation marks or as code on a line that
is otherwise readable, or on a page that speaks of encodings near by.
"""

import re

from ingest.patterns import pattern
from ingest.repair.domain import AnyModel
from ingest.repair.fluency import fluency
from ingest.repair.quotes import quoted

_TALK = pattern(
    "[乱亂]码|亂碼|编码|編碼|转码|轉碼|解码|解碼|字符集|字元集|转义|轉義|跳脱|跳脫|实体|字符引用|占位符|百分号编码"
    "|mojibake|charset|encod|decod|unicode|utf-?8|utf-?7|gb(?:k|2312|18030)|big-?5|iso-?8859|latin-?1|cp-?(?:1252|936)|escape",
    re.IGNORECASE,
)
_WORDS = pattern("[\u4e00-\u9fff]{2}|[A-Za-z]{3}")
LONGEST = 120
"""A longer stretch is no example."""
READABLE = -9.5
NEAR = 200
"""Characters before and behind in which a page may speak of encodings."""


def on_purpose(text: str, start: int, end: int, model: AnyModel) -> bool:
    """Whether damage at a place is an example: quoted on a readable line, or near readable words about encodings."""
    if end - start > LONGEST:
        return False
    low = text.rfind("\n", 0, start) + 1
    high = text.find("\n", end)
    line = text[max(low, start - NEAR) : start] + "\0" + text[end : (high if high >= 0 else end + NEAR)][:NEAR]
    if quoted(text, start, end) and _WORDS.search(line):
        return True
    around = text[max(0, start - NEAR) : start] + "\0" + text[end : end + NEAR]
    return bool(_TALK.search(around)) and READABLE < fluency(around, model) < 0.0
