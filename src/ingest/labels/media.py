"""What a source is called: the medium's name without who wrote for it, its number and its address; none where nobody is named."""

import re

from ingest.han import outlets
from ingest.patterns import pattern

NOBODY = pattern(
    r"佚名|未注明|不明|暂[无無缺]|未知|匿名|无名氏?|(?:网站|站点|网页|公司|单位|媒体|来源)(?:名称?|标题)|转[载摘帖](?:文章)?|本(?:网站?|站点?|校|院|报|刊|台|局|中心|公司|单位|论坛)讯?(?:原创|整理|编辑|综合|发布)?"
    r"|原创|(?:网络|互联网)(?:整理|转载|收集|文章|资源|资讯|综合|来源)?|网友(?:投稿|提供|上传|推荐|分享|整理)?|会员(?:投稿|发布|上传)|其[他它]|admin\w*|hexo|hugo|wordpress|typecho|管理员|不详|null|undefined|[-\d\s:./]*",
    re.I,
)
_END = pattern(r"[。！？；!?;=]|https?:")
_OPENED = pattern(r"[（(]")
_LEAD = pattern(r"(?:转载?|轉載?|摘|引)自[:：]?\s*(?=\S{2})")
_QUOTED = pattern(r"《([^《》]{2,24})》")
# 江城时报（2021年第3期）, 江城网(www.jiangcheng.cn)
_IN_BRACKETS = pattern(r"\s*[（(](?:[^（()）]*\d[^（()）]*[期版]|[\w./:-]+\.(?:com|cn|net|org|tw|hk)[\w./-]*)[)）]$")
_GIVEN = pattern(r"\s*(?:供稿|提供|投稿|选送)$")
_REPORTED = pattern(
    rf"({outlets.NAME.pattern})[\s(（]*(?:特约|首席)?(?:记者|記者|通讯员|通訊員)\W*[一-鿿\s、]{{0,16}}[)）]?"
)


def named(value: str) -> str | None:
    """The name of the medium or body that a value gives as a source; None where it is none."""
    if value.endswith((")", "）")) and not _OPENED.search(value):
        value = value[:-1].rstrip()  # （2021-03-05 来源：江城时报）
    value = alone(_GIVEN.sub("", _IN_BRACKETS.sub("", _LEAD.sub("", value, count=1))))
    quoted = _QUOTED.fullmatch(value)
    value = quoted[1] if quoted else value
    if not 2 <= len(value) <= 40 or _END.search(value) or NOBODY.fullmatch(value) or outlets.COLUMN.fullmatch(value):
        return None
    return value


def alone(value: str) -> str:
    """A medium's or body's name without who wrote for it: 江城时报 林小满, 江城时报记者林小满."""
    found = _REPORTED.fullmatch(value) or outlets.SIGNED.fullmatch(value) or outlets.BODY_SIGNED.fullmatch(value)
    return found[1] if found else value
