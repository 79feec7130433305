"""Whether damage is shown on purpose: a lesson on encodings quotes garbage and escapes, program text holds them.

Nothing tells a quoted example from real damage but where it stands: between quotation marks or as code on a line that
is otherwise readable, or on a page that speaks of encodings near by.
"""

from ingest.patterns import pattern
from ingest.repair.domain import AnyModel
from ingest.repair.fluency import fluency
from ingest.repair.quotes import LONGEST, NEAR, TALK, quoted

_WORDS = pattern("[\u4e00-\u9fff]{2}|[A-Za-z]{3}")
READABLE = -9.5


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
    return bool(TALK.search(around)) and READABLE < fluency(around, model) < 0.0
