"""Media, sites and their parts, by what their names end in (`outlets.tsv`)."""

from ingest import rules
from ingest.han import bodies
from ingest.han.words import alternatives, spellings
from ingest.patterns import pattern

TABLE = rules.Table("ingest.han", "outlets.tsv", ("ending", "traditional", "uses", "example"), unique=("ending",))
_USES = frozenset(("medium", "house", "site", "sure"))


def _used(*uses: str) -> tuple[str, ...]:
    for row in TABLE.rows():
        if unknown := set(row["uses"].split()) - _USES:
            raise row.fault(f"uses are some of {', '.join(sorted(_USES))}, and not {', '.join(sorted(unknown))}")
    return spellings((row for row in TABLE.rows() if not _disjoint(row, uses)), "ending")


def _disjoint(row: rules.Row, uses: tuple[str, ...]) -> bool:
    return set(uses).isdisjoint(row["uses"].split())


_MEDIUM = alternatives(_used("medium"))
HOUSES = _used("house") + bodies.SITES
"""How the names of those end who publish a page, as the end of its `<title>` says."""
SITES = _used("house", "site", "sure") + bodies.SITES
"""How the names of sites and of their channels end in a `<title>`."""
SURE_SITES = _used("sure")
"""Those of them that a headline hardly ends in."""
NAME = pattern(rf".{{1,14}}(?:{_MEDIUM})")
"""A whole line that names a medium."""
_PUBLIC = alternatives(ending for ending in bodies.ENDINGS if len(ending) > 1)
CHANNEL = pattern(
    r"(?:国内|国际|社会|财经|体育|娱乐|科技|教育|评论|要闻|时政|军事|旅游|健康|文化|历史|视频|图片|房产|汽车|政务|通知公告|公告|动态|"
    r"综合|正文|本地|民生|法治|经济|时评|专题|理论|三农|党建)(?:新闻|频道)?"
)
"""Channels of a site: in a `<title>` where the site's name behind them is already off, beside a day no name of a person."""
COLUMN = pattern(
    rf"{CHANNEL.pattern}|(?:政策|法律|工作|行业|行業|企业|企業|公司|部门|部門|校园|校園|最新|综合|綜合|时事|時事|图片|通知|政务|政務|信息|新闻|新聞|重要|媒体)"
    r"(?:动态|動態|法规|法規|公告|公示|解读|解讀|要闻|要聞|公开|公開|资讯|資訊|文件|关注|報道|报道)"
)
"""Columns of a site that a system fills in as the source of what stands in them: 来源：政策法规."""
AUTHOR = pattern(rf"[^、]{{2,14}}(?:{_MEDIUM}|{_PUBLIC})")
"""Who is named so as an author is a medium or a body, and no person."""
SIGNED = pattern(rf"(\S{{1,14}}(?:{_MEDIUM}))\s+(?!\S*(?:{_MEDIUM})$)[一-鿿]{{2,8}}")
"""江城日报 林小满: the medium, and who wrote for it, or a button."""
BODY_SIGNED = pattern(rf"([^\s、]{{2,24}}(?:{bodies.ENDING}))\s+(?!\S*(?:{bodies.ENDING})$)[一-鿿]{{2,3}}")
"""江城市水务局 林小满: the body, and who wrote for it; 江城市水务局 办公室 is one body."""
