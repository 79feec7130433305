"""What tells an example from text, the quotation marks that it fills and words about encodings near by; and whether a clause asks."""

import re

from ingest.patterns import pattern

TALK = pattern(
    "[乱亂]码|亂碼|(?<!邮政)(?<!区划)编码|(?<!郵政)編碼|转码|轉碼|解码|解碼|字符集|字元集|转义|轉義|跳脱|跳脫|实体|字符引用|占位符|百分号编码"
    "|mojibake|charset|encod|decod|unicode|utf-?8|utf-?7|gb(?:k|2312|18030)|big-?5|iso-?8859|latin-?1|cp-?(?:1252|936)|escape",
    re.IGNORECASE,
)
LONGEST = 120
"""A longer stretch is no example."""
NEAR = 200
"""Characters before and behind in which a page may speak of encodings."""
MEANT = "shown on purpose, it seems; "

_ASKS = pattern("[吗嗎呢吧么麼啥谁誰哪几幾何怎否啊呀嘛]|什|为何|為何|多少|是不是|能不能|有没有|有沒有|[A-Za-z]")
CLAUSE = 24
"""So far back a question is looked for."""
_PAIRS = {
    "'": "'",
    '"': '"',
    "`": "`",
    "“": "”",
    "‘": "’",
    "「": "」",
    "『": "』",
    "[": "]",
    "<": ">",
    "（": "）",
    "(": ")",
}


def quoted(text: str, start: int, end: int) -> bool:
    """Whether a stretch fills a pair of quotation marks or brackets by itself."""
    return start > 0 and end < len(text) and _PAIRS.get(text[start - 1]) == text[end]


def asks(text: str, at: int) -> bool:
    """Whether the clause before an offset asks, so that a question mark there may be one."""
    return bool(_ASKS.search(re.split("[，。；！!;\n]", text[max(0, at - CLAUSE) : at])[-1]))
