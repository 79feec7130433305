"""How names end: of public bodies, of houses that publish, of sites and their channels."""

import re

# What the name of a public body ends in.
BODY = (
    "政府|人民政府|办公厅|办公室|国务院|委员会|党委|省委|市委|县委|区委|州委|常委会|人大|政协|法院|检察院|"
    "部|委|厅|局|署|院|会|处|银行|总社|总局|总署|法制办|公司|大学|学院|中心|协会|联合会|指挥部|领导小组"
)
BODY_LINE = re.compile(rf"[一-鿿\s、()]{{1,40}}(?:{BODY})")

# How the names of houses that publish end, and of sites and their channels.
HOUSES = tuple(
    """
    网 網 网站 網站 报 報 社 政府 公司 集团 大学 学院 局 厅 部 院 处 办公室 委员会 中心 在线 線上 電視台 电视台 门户
    """.split()  # noqa: SIM905
)
SITES = HOUSES + tuple(
    """
    站 频道 頻道 博客 论坛 論壇 在線 委 办 首页 专栏 栏目 新闻 新聞 资讯 百科 文库 图书馆 杂志
    """.split()  # noqa: SIM905
)
# Names that are a site's and could hardly be a headline's end.
SURE_SITES = tuple(
    """
    网 網 网站 網站 门户 門戶 在线 線上 数字报 數位報 电子报 電子報 电子版 日报 日報 晚报 晚報 时报 時報 早报 早報 电视台 電視台 频道 頻道 论坛 論壇 博客 人民政府 信息港 之窗
    """.split()  # noqa: SIM905
)
