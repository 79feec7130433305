"""What readers wrote below a text: the days of their comments are not the page's."""

from collections.abc import Collection

from ingest import labels
from ingest.han import dates, outlets, site_dates, systems, width
from ingest.page import furniture, headline
from ingest.page.layout import Layout
from ingest.patterns import pattern

_CLOCK = pattern(r"(?:[上下]午|[AP]M)?\s*\d{1,2}:\d\d(?::\d\d)?\s*(?:[AP]M)?")
# What stands between who wrote and when: 1楼 林小满 发表于 2020-05-06, 林小满 于 2020-05-06 说道.
_BETWEEN = pattern(
    r"\s*(?:发[表布]?[于於在]|[于於]|says?|说道?|說道?|写道|寫道|评论|評論|回[复覆復]|#?\d+\s*[楼樓#F]|[:：|·•,，\-—()（）\[\]])+\s*"
)
_SAYS = pattern(r"\W*[\w·.@-]{1,16}\s*(?:说道?|說道?|写道|寫道|评论道?|評論|回[复覆復]|says?|于|\()?\s*[:：)]?")
_NAME = pattern(r"[\w·.@-]{2,16}")
_CALLED = pattern(r"\W*(?:[一-鿿]{0,8}[:：]\s*\S{0,16}\s+)?[一-鿿]{0,4}(?:时间|日期|時間|來源|来源)\s*[:：]")
_LABEL = pattern(r"[一-鿿]{0,4}(?:时间|日期|時間)\s*[:：]")
_HEADING = 40  # characters of a heading over comments
_NEAR = 3  # lines below it in which a comment's text begins
_LEAST = 4  # characters of a comment


def of_them(layout: Layout, title: headline.Title | None, first: int, last: int) -> Collection[int]:
    """The lines that are readers' below the running text of [first, last): those of boxes called comments, those under a heading
    over comments, and the days that name a reader and have more text below them."""
    lines = layout.lines
    text = headline.prose_from(layout, title.last if title and title.last > first else first, last)
    if text >= last:
        return frozenset()
    out: set[int] = set()
    for box in layout.boxes:
        if box.first > text and furniture.commented(box):
            out.update(range(box.first, box.last))
    short = (n for n in range(text + 1, len(lines)) if lines[n].size <= _HEADING)
    headed = furniture.replies()
    over = next((n for n in short if headed.search(lines[n].text) and furniture.says("comments", lines[n].text)), None)
    if over is not None:
        out.update(range(over, len(lines)))
    whole = sum(line.size for line in lines[text:last] if line.marks)
    above = 0
    for n in range(text, min(last + _NEAR, len(lines))):
        line = lines[n]
        near = above * 2 >= whole and line.size < 80 and n not in out
        if near and dates.SIGN.search(line.text) and _signed(layout, n) and _goes_on(layout, n):
            out.add(n)
        above += line.size if line.marks else 0
    return out


def _signed(layout: Layout, n: int) -> bool:
    """Whether line `n` is a day and a reader's name, beside it or alone in the line above."""
    text = width.digits(layout.lines[n].spaced)
    day = site_dates.find(text)
    if day is None or _CALLED.match(text) or labels.label_of(text[: day.start]):
        return False  # 发布时间：2020-05-06 says it of the page, 林小满 发表时间：2020-05-06 does not
    rest = systems.without(_CLOCK.sub(" ", f"{_LABEL.sub(' ', text[: day.start])} {text[day.end :]}"))
    name = " ".join(_BETWEEN.sub(" ", rest).split())
    if name:
        return _NAME.fullmatch(name) is not None and outlets.AUTHOR.fullmatch(name) is None
    over = layout.lines[n - 1].text if n else ""
    return 2 <= len(over) <= 24 and _SAYS.fullmatch(over) is not None and outlets.AUTHOR.fullmatch(over) is None


def _goes_on(layout: Layout, n: int) -> bool:
    """Whether running text stands right below line `n`: what the reader wrote."""
    below = layout.lines[n + 1 : n + 1 + _NEAR]
    return any(
        x.marks and x.size >= _LEAST and not (furniture.says("closing", x.text) or furniture.holds("foot", x.text))
        for x in below
    )
