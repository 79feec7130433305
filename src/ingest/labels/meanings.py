"""What labels mean (labels.tsv): 发布日期, 来源, 发文字号, and those whose values are nothing that is kept."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple, cast, get_args

from ingest.blocks import FactField
from ingest.patterns import pattern
from ingest.rules import Table

# One-to-one, so that offsets hold: the Traditional characters that occur in labels.
FOLD = str.maketrans(
    "發佈時間來機構關單號編輯責記報頒審監製題類標點擊數瀏覽閱讀錄傳訊網載轉處於簽資圖據攝體視護顯開屬類範圍錄種語實廢責稱內屬統鍵規務門張貼後",
    "发布时间来机构关单号编辑责记报颁审监制题类标点击数浏览阅读录传讯网载转处于签资图据摄体视护显开属类范围录种语实废责称内属统键规务门张贴后",
)


COLONS, BARS = ":：︰∶", "|｜"
TABLE = Table("ingest", "labels.tsv", ("id", "field", "rank", "label", "example"), unique=("label",))


class Label(NamedTuple):
    """What a label says its value is; `field` None: nothing that is kept."""

    id: str
    field: FactField | None
    rank: int


class Tables(NamedTuple):
    """The labels, those of them that a day may follow closely, and an expression for any of them."""

    labels: dict[str, Label]
    dated: frozenset[str]
    any: re.Pattern[str]


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The labels of the table."""
    labels: dict[str, Label] = {}
    for row in TABLE.rows():
        field = row.one_of("field", ("-", *get_args(FactField)))
        known = None if field == "-" else cast(FactField, field)
        labels[row["label"]] = Label(row["id"], known, row.whole_number("rank"))
    dated = frozenset(x for x in labels if (labels[x].field or "").endswith("_on") and len(x) > 2)
    return Tables(labels, dated, re.compile(_one_of(labels, " *")))


def _one_of(words: Iterable[str], gap: str) -> str:
    """An expression for one of some words, the longer before the shorter, with `gap` between letters.

    Beginnings that words share are written once: all words one by one take a tenth of a second to compile.
    """
    after: dict[str, list[str]] = {}
    for word in filter(None, words):
        after.setdefault(word[0], []).append(word[1:])
    parts = []
    for first, rests in after.items():
        rest = _one_of(rests, gap)
        if rest:
            rest = f"(?:{gap}{rest})?" if "" in rests else gap + rest
        parts.append(re.escape(first) + rest)
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})" if parts else ""


_AROUND_LABEL = pattern(r"[\s:：【】\[\]]")


def label_of(text: str) -> Label | None:
    """What a table cell such as `发 布 日 期：` is the label of; None when it is not a known label."""
    plain = _AROUND_LABEL.sub("", text)
    return tables().labels.get(plain.translate(FOLD)) if len(plain) <= 8 else None
