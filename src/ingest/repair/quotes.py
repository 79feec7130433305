"""Stretches that fill a pair of quotation marks: examples, not text."""

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
