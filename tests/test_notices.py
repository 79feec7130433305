"""Notices: what is struck, by which rule; above all, what stays."""

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest import notices
from ingest.blocks import Block
from ingest.config import Config, NoticeRule

CASES = Path(__file__).parent / "cases"
POSITIVE = json.loads((CASES / "notices.json").read_text("utf-8"))
NEGATIVE = json.loads((CASES / "negative_notices.json").read_text("utf-8"))


def struck_lines(lines, config=None):
    """Line number to rule, the glued parts, and the facts."""
    text = "\n".join(lines)
    found = notices.find(text, [], None, config or Config())
    starts = {}
    at = 0
    for n, line in enumerate(lines):
        starts[at] = n
        at += len(line) + 1
    whole = {starts[c.start]: c.rule for c in found.changes if c.start in starts}
    glued = [text[c.start : c.end] for c in found.changes if c.start not in starts]
    best = {}
    for fact in sorted(found.facts, key=lambda f: -f.rank):
        best[fact.field] = fact.value
    return whole, glued, best


@pytest.mark.parametrize("case", POSITIVE, ids=lambda c: c["label"])
def test_struck(case):
    whole, glued, facts = struck_lines(case["input"])
    assert whole == {int(n): rule for n, rule in case["struck"].items()}
    assert glued == case.get("glued", [])
    assert {name: facts.get(name) for name in case["facts"]} == case["facts"]
    if "title" in case:
        text = "\n".join(case["input"])
        span = notices.find(text, [], None, Config()).title
        assert text[span[0] : span[1]] == case["title"]


@pytest.mark.parametrize("case", NEGATIVE, ids=lambda c: c["label"])
def test_stays(case):
    whole, glued, _ = struck_lines(case["input"])
    assert (whole, glued) == ({}, [])


def test_full_width_forms_are_the_same():
    lines = ["渔港改造完工", "渔港改造昨日完工，泊位增加一倍。", "责任编辑：陈知夏", "【打印本页】【关闭窗口】"]
    assert struck_lines(lines)[0] == {2: "editor-line", 3: "print-close"}


def test_users_own_rule():
    own = NoticeRule(id="own-banner", where="any", pattern="云栖发布,欢迎订阅", example="云栖发布,欢迎订阅")
    lines = ["渔港改造完工", "云栖发布,欢迎订阅", "渔港改造昨日完工。"]
    assert struck_lines(lines, Config(notice_rules=(own,)))[0] == {1: "own-banner"}
    assert struck_lines(lines)[0] == {}


@tries(200)
@given(
    st.lists(
        st.sampled_from(
            [*"关闭", "责任编辑:某某", "相关新闻:", "版权声明:", "正文一句。", "", "  ", "未经授权不得转载", "1", "↓"]
        )
    )
)
def test_any_pile_of_lines_gives_sound_changes(lines):
    text = "\n".join(lines)
    changes = notices.find(text, [], None, Config()).changes
    for one, two in pairwise(changes):
        assert one.end <= two.start
    assert all(text[c.start : c.end].strip() == text[c.start : c.end] and c.after == "" for c in changes)
    assert all(re.fullmatch(r"[a-z-]+", c.rule) for c in changes)


MARKS = json.loads((Path(__file__).parent / "cases" / "page_marks.json").read_text("utf-8"))


PAGED = st.sampled_from(
    [
        "— 1 —",
        "— 2 —",
        "3",
        "第4页",
        "- 5 -",
        "\n",
        "\n",
        "\n",
        " ",
        "\u3000",
        "云栖市渔港规划",
        "本办法所称渡口，是指供渡船停靠的设施。",
        "一、",
        "2020",
    ]
)


def plain_blocks(text):
    return [Block(m.start(), m.end(), "line") for m in re.finditer(r"[^\n]*\S[^\n]*", text)]


@pytest.mark.parametrize("case", MARKS, ids=[c["label"] for c in MARKS])
def test_page_marks(case):
    text = case["input"]
    changes = notices.page_marks(text, plain_blocks(text))
    assert [[c.rule, text[c.start : c.end].strip()] for c in changes] == case["expected"]
    assert all(c.after == "" and c.applied for c in changes)


@tries(100)
@given(st.lists(PAGED, max_size=60).map("".join))
def test_page_marks_are_whole_lines(text):
    for change in notices.page_marks(text, plain_blocks(text)):
        assert change.start == 0 or not text[text.rfind("\n", 0, change.start) + 1 : change.start].strip()
        assert change.end == len(text) or text[change.end - 1] == "\n" or not text[change.end :].split("\n")[0].strip()
