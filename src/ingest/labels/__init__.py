"""Labelled lines: what 发布时间：2021-04-13 来源：江城时报 says of a page.

Below the stages because two of them need it: `page` reads such lines in markup outside the document's container (and in
metadata tables), `notices` reads them in the text. Labels are data (labels.tsv): what a label means is decided there.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from ingest.blocks import Fact
from ingest.han import dates, document_numbers, outlets, site_dates, systems, width
from ingest.labels import meanings, media
from ingest.labels.meanings import BARS, COLONS, FOLD
from ingest.patterns import pattern

Label = meanings.Label
TABLE = meanings.TABLE
label_of = meanings.label_of
NEVER = "1000"
"""Days before that year are what programs write for none: 0001-01-01."""

_WHEN = pattern(
    r"[\W\d]{0,3}(?:活动|講座|讲座|会议|會議|报名|考试|比赛|演出|开放|举办|培训)?(?:时间|日期|時間)\s*[:：]"
)
# 上午9点, 晚7时半: an hour that is agreed upon, and none that a clock printed.
_APPOINTED = pattern(r"(?:[上下]午|中午|早上|晚上?)\s*[0-9一二三四五六七八九十]{1,3}\s*[点點时時](?:半|整|\W|$)")
_WHERE = pattern(
    r"\s*[\W\d]{0,3}(?:[一-鿿]{2})?(?:地点|地點|地址|会场|會場|主讲|主講|讲师|嘉宾|对象|人数|名额|票价|费用|记录|天气)人?\s*[:：]"
)

_EDGE = " \t\u00a0\u2002\u2003\u3000|｜·•:：-—[]【】/、,，。;；>"
_CUT = pattern(r"[\t|｜]|[ \u00a0\u2002\u2003\u3000]{2,}|[】\]]")
# 2021年6月20日至25日 says when something takes place.
_SPAN = pattern(
    r"(?:日|\d)\s*(?:至|到|起|止|前|～|~|[-—–－]{1,2}\s*(?:(?:19|20)\d\d\s*年|\d{1,2}\s*月)|[—–－]{1,2}\s*(?:19|20)\d\d)"
)
# 发表于2019-12-23的文章: of something else.
_WHOSE = pattern(r"[\d\s年月./-]{6,14}日?\s?的")
# What stands behind a label without a value: the next label, a counter, a button, a place.
_NO_VALUE = pattern(
    r".*(?:时间|時間|日期|[发發]布于|[文章]于|[:：])|最[后後][发發更](?:布|新|表)|(?:本文|原文|文章)(?:链接|連結|地址|网址|網址)"
    r"|(?:添加|发表|發表|我要|写)?(?:分享|收藏|打印|列印|关闭|关注|已关注|评论|留言|点赞|举报|复制|编辑|查看|订阅|投稿|更多|阅读|浏览|点击|访问|人气|回复|字号|字体|大中小|返回|首页|下载|登录|注册)"
    r"(?:量|数|次数|到|本页|原文|全文|全部)?\W*\d*\W*(?:次|人|条)?"
    r"|(?:各位|各有关|各单位|各地|各区|各县|各市|各省|尊敬的|亲爱的).{0,24}|(?:有\s*)?人参与.*|(?:次|人)(?:阅读|浏览|评论|点击)|[\d,.]+\s*[万千]?\s*(?:次|人|条|个)?(?:\s*(?:阅读|浏览|评论|点击|赞|人气))?|(?:IP)?\s*属地.*|来自.{0,8}|发布于\s*\S{2,4}"
)
# A counter or a button behind a value, with or without a colon.
_BEHIND = pattern(
    r"\s+(?:(?:阅读|浏览|点击|评论|访问|人气|分享|收藏|打印|字号|字体|关注|举报)(?:量|数|次数)?(?=\W|\d|$)|有?\s*[\d,]*\s*人\s?(?:参与|评论|阅读|浏览))"
)
_NAME_SPLIT = pattern(r"[、,，;；/|&\s]+|(?<=[一-鿿])和(?=[一-鿿])")
_NAME = pattern(r"[一-鿿]{2,4}|[一-鿿]{1,8}(?:[·•][一-鿿]{1,8})+|[A-Z][\w.'-]+|[一-鿿\w·（）()@-]{2,16}")


def value_fact(label: Label, value: str) -> list[Fact]:
    """The fact that `value` gives under `label`; none when the value cannot be one (no date under a date's label)."""
    if label.field is None:
        return []
    rule = f"label:{label.id}"
    if label.field in ("published_on", "issued_on"):
        if _SPAN.search(value) or _WHOSE.match(value):
            return []
        iso = dates.parse_labelled(value)
        if iso is None and (found := site_dates.find(value, republic=True)):
            iso = found.iso
        return [Fact(label.field, iso, rule, label.rank)] if iso and iso >= NEVER else []
    if value.rstrip().endswith(tuple(COLONS)):
        return []  # what opens a list below
    value = value.strip(_EDGE)
    if label_of(value) or _NO_VALUE.fullmatch(value):
        return []
    if label.field == "document_number":
        number = document_numbers.whole(value)
        return [Fact("document_number", number, rule, label.rank)] if number else []
    if label.field == "title":
        return [Fact("title", value, rule, label.rank)] if 4 <= len(value) <= 120 else []
    if label.field == "author":
        names = _names(value)
        if names and outlets.AUTHOR.fullmatch(names):
            return [Fact("publisher", names, rule, label.rank + 10)]
        return [Fact("author", names, rule, label.rank)] if names else []
    value = _strip_date(value)
    if _NO_VALUE.fullmatch(value):
        return []
    named = media.named(value)
    return [Fact(label.field, named, rule, label.rank)] if named else []


def of_event(lines: Sequence[str], n: int) -> bool:
    """Whether 时间：… in line `n` stands beside 地点：…: the hour of what the text announces, not of its publication."""
    if not _WHEN.match(lines[n]):
        return False
    return (
        _APPOINTED.search(lines[n]) is not None
        or any(_WHERE.match(line) for line in lines[max(0, n - 2) : n + 3])
        or _WHERE.search(lines[n], 2) is not None
    )


def _strip_date(value: str) -> str:
    found = site_dates.find(value)
    if found:
        value = value[: found.start] or re.sub(rf"^{_TIME}", "", value[found.end :])
    return value.strip(_EDGE)


def _names(value: str) -> str | None:
    """Names joined by 、 as the document row wants them; None when this is no list of names."""
    value = re.sub(
        r"^(?:本报|本网|特约)?(?:记者|記者|通讯员|通訊員)\s*|[（(]\s*(?:译|編譯|编译|整理)\s*[)）]$|\s+(?:报道|報道|摄影?|攝影?|文|图|圖|整理)$",
        "",
        _strip_date(value),
    ).strip(_EDGE)
    if re.search(r"[A-Za-z]", value) and not re.search(r"[、,，;；]", value):
        parts = [value]  # a foreign name's spaces do not divide it
    else:
        parts = [p for p in _NAME_SPLIT.split(value) if p]
        if len(parts) == 2 and all(len(p) == 1 for p in parts):
            parts = ["".join(parts)]  # 张 三, spaced out
    if not parts or len(parts) > 12 or any(media.NOBODY.fullmatch(p) for p in parts):
        return None
    whole = len(parts) == 1 and len(parts[0]) <= 40 and not re.search(r"[。！？；!?;:：=<>\"{}]", parts[0])
    return "、".join(parts) if whole or all(_NAME.fullmatch(p) for p in parts) else None


# ---------------------------------------------------------------- lines

_TIME = (
    r"(?:[T\s]*(?:[上下]午|AM|PM)?\s*\d{1,2}\s*"
    r"(?:[:：]\s?\d{2}(?:[:：]\s?\d{2}(?:\.\d+)?)?|[时時点點]\s?\d{1,2}\s?分(?:\d{1,2}秒)?)(?:\s*[AP]M)?)"
)
_LEAST = 4
_TELLING = pattern(rf"[{COLONS}{BARS}】\]]|{dates.SIGN.pattern}")
_MEDIUM = pattern(r"[\w《》·—\-（）() .]{2,24}")
# The button behind who wrote an entry of a blog, who is no medium: 林小满 评论, 林小满 发表评论; 经济 评论 is a channel.
_ANSWERED = pattern(r"([一-鿿]{2,3}|[\w.-]{2,16})\s+(?:发表|查看)?(?:评论|留言|回复)")
# Not the medium: what was done on that day, where from (a platform shows the province), who speaks in a forum, a link.
_DONE = pattern(
    r"(?:(?:[本此该該](?:页面?|頁面?|条目|文章?))?[最上](?:后|後|近|次)(?:一次)?(?:编辑|編輯|修[订訂改]|更新)[于於]?|(?:本文)?(?:发布|发表|更新|来源|编辑|建立|最[后近新]更新|发布者|转载|整理|编写|撰写|写作|创作|创建|记录|提交|上传|写|张贴|張貼|发布|發表|發佈|發布|刊登)(?:于|於|自)?|凌晨|清晨|早上|上午|中午|下午|傍晚|晚上|深夜|已?于|楼主|查看\S*|[东南西北]?\d+\S?|[\d.]+[万千]?(?:次|人)?(?:阅读|浏览|评论|点击)\S*|"
    r"北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|"
    r"甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门)"
)
_ACCOUNT = pattern(r"(?:官方账号|官方帐号)$")
_WEEKDAY = pattern(dates.WEEKDAY)
_DAY_OF_WEEK = pattern(rf"\s?[（(](?:週|周|星期)?[一二三四五六日][）)]|{dates.WEEKDAY}")
_ADDRESS = pattern(r"(?:https?://|www\.)[\w./-]+")
# A date's label that the table does not know: of whatever, but not of the publication.
_UNKNOWN = pattern(r"[一-鿿](?:时间|日期|时限|期限|時間)\s*[:：]\s*$")
# Any other label, unless it says that something was published: 编号：2021-05-01, and not 更新：2021-05-01.
_CALLED = pattern(r"[一-鿿]\s*[:：]\s*$")
_PUBLISHED = pattern(r"[发發刊登贴貼载載]|[创創]建|更新|上[传傳]|修改|编辑|編輯|录入|時間|时间|日期")
_BARE_TIME = pattern(_TIME)
_IN_ADDRESS = pattern(r"://\S*$")
_AGAIN = pattern(rf"(?:\s+(?:19|20)\d\d[-/.]\d{{1,2}}[-/.]\d{{1,2}}(?:{_TIME})?)+")
# 本帖由某某于2021年4月13日发表
_POSTED = pattern(
    r"(?:本?[贴帖文]章?)?由\s*(\S{1,16}?)\s*[于於]\s*(\d{4}\D\d{1,2}\D\d{1,2}\D.{0,14}?)(?:在.{1,40})?(?:发表|发布|提交|上传|張貼|發表)\W*$"
)
# 由 林小满 发表于 2021年4月13日
_POSTED_ON = pattern(
    r"由\s*(\S{1,16}?)\s*(?:发表|发布|撰写|發表|發佈|張貼)[于於在]\s*(\d{4}\D\d{1,2}\D\d{1,2}\D?.{0,14})$"
)
# 本报记者 林小满 通讯员 周一山: roles and names, and nothing else.
_ROLES = r"(?:(?:本[报刊网台社]|新华社|特约|实习|首席|见习|驻[一-鿿]{2,4})*(?:记者|通讯员|评论员|实习生|特派员))"
_REPORTER = pattern(
    rf"\W{{0,2}}{_ROLES}(?:\s+[一-鿿]{{2,3}}){{1,4}}(?:\s+{_ROLES}(?:\s+[一-鿿]{{2,3}}){{1,4}}){{0,2}}\W{{0,2}}"
)
_PASSED = pattern(r"[（(][^（()）]*\d[^（()）]*(?:通过|通過|批准|公布|发布|發布|印发|印發)[^。（()）]*[)）]")
# 中華民國112年5月18日府法規字第1120098765號令公布；2021年3月1日江城市人民政府令第12号公布
_PROMULGATED = pattern(
    r"\s*([一-鿿]{2,24}?(?:字第\s*\d{4,14}\s*[號号]|令\s*第\s*\d{1,5}\s*[號号]))\s*[令函]?\s*"
    r"(?:修正|修訂|修订|制定|訂定|全文)*(?:公布|發布|发布|公佈)[^。，；]{0,30}[）)]?\W*$"
)
_VERB = pattern(r"[，。；！？、]|会议|會議|通过|通過|召开|起施行|批准|根据|讯$|电$")


def read_line(line: str) -> list[Fact]:
    """The facts that one whole line states: labelled ones, or a bare date with a name (2023-04-21 11:03    江城时报).

    A line in brackets that says when a document was passed （2021年7月15日…会议通过） gives the day of issue.
    The caller knows where the line stands: a bare date is a publication date near the title, a signature at the end.
    """
    return list(_read_line(line)) if _LEAST <= len(line) <= 300 else []


@lru_cache(maxsize=512)  # several stages ask for the lines around a title
def _read_line(line: str) -> Sequence[Fact]:
    if len(line) <= 40 and "者" in line and (signed := _reporters(line)):
        return signed
    if not _TELLING.search(line):
        return []
    if table := systems.table(line):
        by = [Fact("author", table[1], "map-line", 40)] if table[1] else []
        return [*_read_line(table[0]), *by] if len(table[0]) >= _LEAST else by
    folded = width.digits(line.translate(FOLD))
    marks = _marks(folded)
    posted = _POSTED.match(line) or _POSTED_ON.match(line)
    if posted and (iso := dates.parse(posted[2])):
        who = _names(posted[1])
        author = [Fact("author", who, "posted-line", 30)] if who else []
        return [Fact("published_on", iso, "posted-line", 25), *author]
    if not marks:
        return _bare(line.strip(_EDGE), folded.strip(_EDGE))
    facts: list[Fact] = []
    for n, mark in enumerate(marks):
        label = mark.label
        stop = marks[n + 1].start if n + 1 < len(marks) else len(line)
        value = line[mark.end : stop].strip()
        if label.field in ("publisher", "original_source", "issuer") or label.field is None:
            tail = None if "推荐" in value else site_dates.find(value)
            # 编辑：系统管理员 2020-07-13 10:06: what stands behind a name is not that label's own day.
            told = value[: tail.start].strip() if tail else ""
            if tail and (label.field or (told and (told.isdigit() or _BARE_TIME.match(value, tail.end)))):
                facts.append(Fact("published_on", tail.iso, "date-beside-label", 40))
            value = _BEHIND.split(_CUT.split(value.strip(_EDGE), maxsplit=1)[0], maxsplit=1)[0]
        elif label.field == "author":
            if found := site_dates.find(value):
                facts.append(Fact("published_on", found.iso, "date-beside-label", 40))
            value = re.split(r"[\t|｜】\]]|[ \u00a0\u3000]{3,}", value.strip(_EDGE), maxsplit=1)[0]
        facts += value_fact(label, value)
    head = line[: marks[0].start].strip(_EDGE)
    if head:
        said = _bare(head, width.digits(head.translate(FOLD)))
        facts += [f._replace(rank=min(f.rank, 45)) for f in said]  # beside a label it is no signature
    return facts


class _Mark(NamedTuple):
    start: int
    end: int
    label: Label


# One-to-one too: what may stand between the letters of a label, as the one blank that the expression for labels knows.
_BLANKS = str.maketrans(dict.fromkeys("\t\u00a0\u2002\u2003\u3000", " "))
_COLON = pattern(rf" *[】\]]? *[{COLONS}] *")
_COLON_OR_BAR = pattern(rf"{_COLON.pattern}| *[{BARS}] *")
_DATE_FOLLOWS = pattern(rf" *(?={dates.START})")
_CLOSING = pattern(r" *[】\]]")


def _marks(folded: str) -> list[_Mark]:
    """The labels of a line and where they stand; behind the first also those that a value runs into."""
    line = folded.translate(_BLANKS)
    found = _labels(line, 0, _COLON_OR_BAR, inside=False)
    if not found:
        return []
    first = found[0].end
    for mark in _labels(line, first, _COLON, inside=True):
        if not any(other.start <= mark.start < other.end for other in found):
            found.append(mark)
    return sorted(found)


def _labels(line: str, pos: int, ends: re.Pattern[str], inside: bool) -> list[_Mark]:
    """The labels of a line from `pos` on, none overlapping: with what `ends` finds behind them, or a date behind a date's.

    A label begins where no word runs into it, but `inside` a line of labels a further one may follow a value closely:
    …：林小满来源：…; elsewhere any label may stand in brackets of its own.
    """
    tables = meanings.tables()
    out: list[_Mark] = []
    while word := tables.any.search(line, pos):
        start, end = word.span()
        name = word[0].replace(" ", "")
        behind = None
        before = len(line[pos:start].rstrip(" ")) + pos - 1
        if not inside and before >= pos and line[before] in "【[" and (closed := _CLOSING.match(line, end)):
            start, behind = before, closed
        if not behind and (inside or not (start and "一" <= line[start - 1] <= "鿿")):
            behind = ends.match(line, end)
            if not behind and name in tables.dated:
                behind = _DATE_FOLLOWS.match(line, end)
        if behind:
            out.append(_Mark(start, behind.end(), tables.labels[name]))
            pos = behind.end()
        else:
            pos = start + 1
    return out


def _reporters(line: str) -> list[Fact]:
    """The names of a line that is nothing but 本报记者 and names."""
    plain = line.translate(FOLD)
    if not _REPORTER.fullmatch(plain):
        return []
    names = re.sub(rf"\s*{_ROLES}\s+", " ", plain).strip(_EDGE + "()（）").split()
    return [Fact("author", "、".join(names), "reporter-line", 28)]


def _bare(line: str, folded: str) -> list[Fact]:
    """A line that is a date, perhaps with a time and a medium's name, and nothing else."""
    found = site_dates.find(folded)
    if not found:
        return []
    number = _PROMULGATED.match(line, found.end)
    if number and not line[: found.start].strip("（( "):
        plain = re.sub(r"\s+", "", number[1])
        return [Fact("issued_on", found.iso, "passed-line", 25), Fact("document_number", plain, "passed-line", 25)]
    if _PASSED.fullmatch(line):
        return [Fact("issued_on", found.iso, "passed-line", 30)]
    if len(line) > 60:
        return []
    before, end = line[: found.start], found.end
    if before[-1:] in ("（", "(") and line[end : end + 1] in ("）", ")") and "年" not in folded[found.start : end]:
        before, end = before[:-1], end + 1  # (2021-03-05); in words it is the day of issue
    if weekday := _DAY_OF_WEEK.match(line, end):
        end = weekday.end()
    time = _BARE_TIME.match(folded[end:])
    if time:
        end += time.end()
    after = line[end:]
    spaced = not before or before[-1] in _EDGE or not before[-1].isalpha()
    spaced = spaced and (not after or after[0] in _EDGE or time is not None)
    if _SPAN.match(line, end - 1):
        return []  # 2025-07-21 至 2025-08-01 期间
    if _IN_ADDRESS.search(before):
        return []  # https://dukou.example/2024/01/20/
    if (
        _UNKNOWN.search(before)
        or (_CALLED.search(before) and not _PUBLISHED.search(before))
        or (not before and not time and after[:1] in ("，", ","))
    ):
        return []  # 2021年6月1日，镇长主持召: a sentence
    if _AGAIN.fullmatch(after):
        after = ""  # when it was written, and changed
    rest = systems.without(_ADDRESS.sub("", _WEEKDAY.sub("", f"{before}\t{after}"))).strip(_EDGE)
    if not spaced or len(rest) > 30 or _VERB.search(rest):
        return []
    numeric = "年" not in folded[found.start : found.end]
    facts = [Fact("published_on", found.iso, "date-line", 45 if time else 50 if numeric else 60)]
    names = [p.strip(_EDGE) for p in _CUT.split(rest) if p.strip(_EDGE)]
    if names and (asked := _ANSWERED.fullmatch(names[0])):
        known = outlets.AUTHOR.fullmatch(asked[1])
        if known or not outlets.CHANNEL.fullmatch(asked[1]):
            facts.append(Fact("publisher" if known else "author", asked[1], "date-line", 50 if known else 40))
    elif names and not _NO_VALUE.fullmatch(names[0]) and (medium := _medium(names[0])):
        facts.append(Fact("publisher", medium, "date-line", 50))
    return facts


def _medium(text: str) -> str | None:
    """The name of a medium beside a date; words that say what was done (更新于, 发布于 北京) are none, nor are counters."""
    words = [w for w in text.split() if not _DONE.fullmatch(w)]
    name = media.alone(_ACCOUNT.sub("", " ".join(words)))
    if (
        len(words) > 3
        or not _MEDIUM.fullmatch(name)
        or any(name.count(a) != name.count(b) for a, b in ("（）", "()", "《》"))
        or not re.search(r"[一-鿿]{2}", name)
        or media.NOBODY.fullmatch(name)
    ):
        return None
    return name
