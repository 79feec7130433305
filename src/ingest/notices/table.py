"""The rule table: lines of a page that are not the document, read once from `rules.tsv` and a user's own rules.

Patterns are written against folded lines (`han.width.fold`), so that one rule serves full-width and half-width printing. Folding
keeps every character's place, so a span found in a folded line is a span of the line.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ingest.config import NoticeRule
from ingest.han.numerals import HAN
from ingest.prefilter import beginning, firsts, one_of, required
from ingest.rules import Table

_HAN = "[\N{CJK UNIFIED IDEOGRAPH-4E00}-\N{CJK UNIFIED IDEOGRAPH-9FFF}]"
_ROLE = (
    "(?:责任编辑|责编|编辑|编审|网编|美编|责任校对|校对|审核|审校|审读|审签|审稿|初审|复审|终审|一审|二审|三审|总?监制|"
    "统筹|策划|主编|值班主任|值班编委|制作|设计|文字|撰稿|供稿|摄影|图片|视频|来源|作者)"
)


def _names(han: str) -> str:
    """Persons as credits print them: two to four Han characters, spaced or not, or a pen name or staff code behind it."""
    one, code = "[A-Za-z0-9_]{1,12}", "(?:_[A-Za-z]{1,4}[0-9]{1,8})?"
    return rf"(?:{han}\s?{han}{{1,3}}{code}|{one})(?:[、,\s&]+(?:{han}{{2,4}}{code}|{one})){{0,5}}"


_WORDS = {
    "han": _HAN,
    "names": _names(_HAN),
    # Behind a first role and name: where a word may be a name and a role, a line of such words has more readings than atoms.
    "more_names": _names(f"(?:(?!{_ROLE}){_HAN})"),
    "role": _ROLE,
    "tool": "打印(?:本页|本文|此页|本稿)?|关闭(?:窗口|本页|页面|本窗口)?|返回(?:顶部|首页|列表|上一?页)?|收藏(?:本[页站文]|此[帖文]|夹)?|"
    "加入收藏|分享(?:到|至)?|推荐|我要纠错|纠错|复制链接|字体|字号|设为首页|繁体|简体|顶部|TOP|举报|点赞|朗读|下载|大中小",
    "site": "(?:联系|联络|关于)我们|网站地图|网站声明|网站公告|法律声明|隐私(?:政策|条款|声明)|使用条款|服务条款|版权声明|免责声明|"
    "友情链接|设为首页|加入收藏|收藏本站|广告服务|广告合作|招聘信息|诚聘英才|人才招聘|意见反馈|帮助中心|站点地图|联系方式|"
    "网站留言|会员积分|会员注册|返回首页|返回顶部|手机版|电脑版|无障碍(?:浏览)?|English",
    "num": f"[0-9{HAN}]+",
}  # fmt: skip


TABLE = Table("ingest.notices", "rules.tsv", ("id", "where", "pattern", "example", "lookalike", "group"), ("group",))
PLACES = ("any", "head", "tail", "edge", "weak", "credit")


class Own:
    """The pattern of a user's rule. Nobody has tried it on strangers' lines: while it is at one, whoever asked is told."""

    def __init__(self, number: int, pattern: str) -> None:
        self.number, self.compiled = number, re.compile(pattern)

    def fullmatch(self, line: str) -> re.Match[str] | None:
        """As of a pattern."""
        if watch is None:
            return self.compiled.fullmatch(line)
        watch(self.number)
        found = self.compiled.fullmatch(line)
        watch(0)
        return found


watch: Callable[[int], None] | None = None
"""Told of the number of a user's rule (from 1) that is tried, and 0 when that is done. Only worker processes set it: a
pattern that takes too long ends with its process, and who collects can say which it was."""


class Rule(NamedTuple):
    """One kind of line: `where` it may stand and the pattern its folded form must match as a whole."""

    id: str
    where: str
    pattern: re.Pattern[str] | Own
    example: str
    lookalike: str
    group: str = ""


def written_out(pattern: str) -> str:
    """A pattern of the table with its named word classes filled in."""
    return re.sub(r"\{([a-z_]+)\}", lambda m: f"(?:{_WORDS[m[1]]})", pattern)


@lru_cache(maxsize=1)
def builtin() -> tuple[Rule, ...]:
    """The rules of the package."""
    return tuple(
        Rule(
            row["id"],
            row.one_of("where", PLACES),
            row.expression("pattern", made=written_out),
            row["example"],
            row["lookalike"],
            row.one_of("group", ("", "prompt", "credit", "field")),
        )
        for row in TABLE.rows()
    )


@lru_cache(maxsize=2)
def group(name: str) -> frozenset[str]:
    """The ids of the package's rules of a group."""
    return frozenset(rule.id for rule in builtin() if rule.group == name)


@lru_cache(maxsize=256)
def _look(rule: Rule) -> tuple[frozenset[str] | None, frozenset[str] | None]:
    """What the lines of a rule can begin with, and else the strings of which each has one; None where that is not known."""
    pattern = rule.pattern.compiled if isinstance(rule.pattern, Own) else rule.pattern
    signs = firsts(pattern)
    return signs, required(pattern) if signs is None else None


class Rules:
    """Rules in their order, with a quick way to those that a line may match at all: by what it begins with and the words it holds."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = tuple(rules)
        self._begins: dict[str, set[int]] = {}
        self._always: list[int] = []  # of which nothing is known
        self._free: list[int] = []  # which may begin with anything, and need words
        words: set[str] = set()
        for n, rule in enumerate(self.rules):
            signs, own = _look(rule)
            if signs is not None:
                for sign in signs:
                    self._begins.setdefault(sign, set()).add(n)
            elif own is not None:
                self._free.append(n)
                words |= own
            else:
                self._always.append(n)
        self._telling = one_of(words) if words else None
        self._known: dict[tuple[str, bool], tuple[Rule, ...]] = {}

    def of(self, line: str) -> tuple[Rule, ...]:
        """Those that may match a line, in order; every rule that is not among them does not match it."""
        if not line or line[0].isspace():
            return self.rules
        sign = beginning(line)
        if sign not in self._begins:
            sign = ""
        told = self._telling is not None and self._telling.search(line) is not None
        found = self._known.get((sign, told))
        if found is None:
            numbers = {*self._begins.get(sign, ()), *self._always, *(self._free if told else ())}
            found = self._known[sign, told] = tuple(self.rules[n] for n in sorted(numbers))
        return found


@lru_cache(maxsize=32)
def with_own(own: tuple[NoticeRule, ...]) -> Rules:
    """The rules of the package and a user's own behind them."""
    return Rules((*builtin(), *(Rule(r.id, r.where, Own(n, r.pattern), r.example, "") for n, r in enumerate(own, 1))))


@lru_cache(maxsize=32)
def anywhere(own: tuple[NoticeRule, ...]) -> Rules:
    """The rules for any place."""
    return Rules([rule for rule in with_own(own).rules if rule.where == "any"])
