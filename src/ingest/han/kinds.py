"""Kinds of documents by which a title ends: 通知, 意见, 条例."""

import re

from ingest.han.names import BODY

# How the title of an official document ends: a centred line below it is no part of it.
COMPLETE = re.compile(
    r"(?:通知|意见|决定|批复|函|公告|通告|办法|规定|条例|方案|规划|答复|通报|报告|令|细则|纲要|计划|决议|[）)])$"
)
# Where a title ends that the head of a text prints.
END = re.compile(
    r"(?:通知|意见|决定|办法|规定|方案|公告|通告|通报|批复|复函|函|报告|规划|纲要|条例|细则|令|简报|公报|决议|命令)[)》]?$"
)
# Where a title ends that may run on over several lines.
TYPED = re.compile(
    r"(?:意见|通知|报告|请示|汇报|函|复函|批复|答复|公报|公告|通告|决定|决议|命令|令|规定|办法|条例|细则|规则|规程|章程|法|方案|规划|纲要|计划|要点|"
    r"讲话|名单|制度|标准|指南|目录|说明|解释|建议|简报|总结|意見|報告|辦法|條例|規定|細則|綱要|計畫|決定)[）)】」』”]?$"
)
# A title that names who issues it: 云栖市人民政府关于…的意见.
TITLE_ISSUER = re.compile(
    rf"((?:中共)?[一-鿿]{{1,28}}?(?:{BODY}))(?:关于|印发|转发|批转|对).{{2,80}}"
    r"(?:意见|通知|决定|通报|公告|通告|批复|函|报告|办法|规定|方案|细则|令|指示|建议|答复)[)）》]?"
)
