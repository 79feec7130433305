"""Known converters: a text is undone that the package's own converter localised, and a native one keeps every word."""

import itertools
import json
import math
from pathlib import Path

import numpy as np
import opencc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest import Config, repair, script
from ingest.script import configurations, converters, origin, passages, preimage, usage, weighing
from ingest.traced import Traced

CASES = json.loads((Path(__file__).parent / "cases" / "script_converters.json").read_text(encoding="utf-8"))


def of(name):
    return [pytest.param(entry, id=entry["label"]) for entry in CASES[name]]


def converted(text: str, config: Config | None = None):
    done = script.convert(text, config or Config(), repair.likelihoods)
    traced = Traced(text).recode(done.recoded, "script", done.chain) if done.chain else Traced(text)
    return done, traced.apply(done.changes, "script").text


@pytest.mark.parametrize("case", of("mainland"))
@pytest.mark.parametrize("configuration", ["s2twp", "s2tw", "s2hk"])
def test_what_a_converter_made_comes_back(case, configuration):
    """The package converts it (its code and tables are not ours), and it comes back as it was."""
    made = opencc.OpenCC(configuration).convert(case["text"])
    done, back = converted(made)
    assert back == case["text"]
    assert done.origin == ("localised" if configuration == "s2twp" else "phrase")
    undone = [change for change in done.changes if change.applied]
    assert bool(undone) == (configuration == "s2twp")
    for change in undone:
        assert change.rule == "localised:" + made[change.start : change.end]
        assert change.certainty != "exact" and "s2twp: " in change.note and " against" in change.note


@pytest.mark.parametrize("case", of("native"))
def test_natives_keep_every_word(case):
    done, back = converted(case["text"])
    assert done.origin == "native"
    assert not [change for change in done.changes if change.applied]
    assert back == case["simplified"]


def verdict(text: str) -> converters.Verdict | None:
    simplified = configurations.chain("t2s").convert(text)
    return converters.judge(text, simplified, origin.signs(simplified).lean)


def test_one_refuting_word_outweighs_a_few_that_speak_for_it():
    made = opencc.OpenCC("s2twp").convert(CASES["mainland"][0]["text"])
    assert verdict(made).letter == "r"
    for refuting in ("支持", "信息", "公布"):
        assert verdict(made + refuting * 12) is None, refuting


def test_a_document_reads_a_form_alike_and_without_a_model_the_table_of_words_is_asked():
    made = opencc.OpenCC("s2twp").convert(CASES["mainland"][0]["text"])
    done = script.convert(made, Config())
    assert done.origin == "localised"
    assert all(change.note is None or "nats" not in change.note for change in done.changes)


def test_the_floor_of_certainty_holds_readings_back():
    made = opencc.OpenCC("s2twp").convert(CASES["mainland"][0]["text"])
    done, _ = converted(made, Config(min_certainty="likely"))
    assert not [c for c in done.changes if c.applied and c.certainty == "guess"]


def test_a_reading_that_the_converter_would_have_made_otherwise_is_none():
    made = opencc.OpenCC("s2twp").convert("国务院要求：完善软件信息系统，支持网络视频。")
    simplified = configurations.chain("t2s").convert(made)
    known = converters.Verdict("r", 0, 5, 9.0)
    # A model that likes long texts best takes the readings that are longest, but only such as come out as they stand.
    changes = preimage.undo(made, simplified, known, lambda texts: [float(len(text)) for text in texts])
    for change in changes:
        again = configurations.chain("t2s").convert(opencc.OpenCC("s2twp").convert(change.after))
        assert again == simplified[change.start : change.end]


def test_the_table():
    words = converters.words()
    assert len({word.form for word in words}) == len(words) > 3000
    everything = converters.bit_of("".join(converters.NAMES))
    for word in words:
        assert not word.writes & word.refutes and (word.writes | word.refutes) <= everything
        assert bool(word.weights) == bool(word.before)
        assert all(by and form != word.form for form, by in word.before)


def test_an_article_in_a_frame_of_taiwan_is_undone_and_the_frame_stays():
    article = "\n".join(case["text"] for case in CASES["mainland"])
    made = opencc.OpenCC("s2twp").convert(article)
    before, behind = CASES["native"][0], CASES["native"][3]
    frame = "\n".join([before["text"]] * 2), "\n".join([behind["text"]] * 2)
    assert verdict("\n".join((frame[0], made, frame[1]))) is None
    done, back = converted("\n".join((frame[0], made, frame[1])))
    assert done.origin == "localised"
    kept = "\n".join([before["simplified"]] * 2), "\n".join([behind["simplified"]] * 2)
    assert back == "\n".join((kept[0], article, kept[1]))


@tries(100)
@given(st.lists(st.floats(-9, 9), min_size=1, max_size=7))
def test_shares_of_lines_are_those_of_all_ways_there_are(scores):
    """Summed over every way in which lines may be one's or another's, but that all are another's."""
    stay, turn = 1 - math.exp(-4.0), math.exp(-4.0)
    whole, own = 0.0, [0.0] * len(scores)
    for way in itertools.product((0, 1), repeat=len(scores)):
        weight = math.exp(sum(score for score, one in zip(scores, way, strict=True) if one))
        weight *= math.prod(stay if a == b else turn for a, b in itertools.pairwise(way))
        if any(way):
            whole += weight
            own = [share + weight * one for share, one in zip(own, way, strict=True)]
    for share, sought in zip(passages.shares(scores), own, strict=True):
        assert math.isclose(share, sought / whole, rel_tol=1e-6, abs_tol=1e-6)


def test_lines_of_another_hand_behind_a_text_that_a_converter_explains_stay():
    """The article is long enough to explain the whole; the words behind it are a native's, and he shows it."""
    article = "\n".join(case["text"] for case in CASES["mainland"])
    made = opencc.OpenCC("s2twp").convert("\n".join([article] * 4))
    behind = (
        "臺北市政府資訊局表示，依法令規定辦理之軟體採購業務，請洽詢本府承辦人員，並予以協助。\n"
        "「使用者欲下載檔案，得逕至本局網站」，其餘未盡事宜，悉依相關法令辦理之。"
    )
    done, back = converted(f"{made}\n{behind}")
    assert done.origin == "localised"
    assert back.split("\n")[:-2] == "\n".join([article] * 4).split("\n")
    kept = [change for change in done.changes if change.start > len(made) and not change.applied]
    assert "软体" in back and "使用者" in back
    assert any("its line" in (change.note or "") for change in kept)
    # By itself no line of the article is doubted.
    done, back = converted(made)
    assert back == "\n".join([article] * 4)
    assert not [change for change in done.changes if "its line" in (change.note or "")]


def test_paragraphs_of_a_simplified_document_are_judged_together():
    lines = "\n".join(case["text"] for case in CASES["mainland"]).split("\n") * 2
    mixed = [opencc.OpenCC("s2twp").convert(line) if n % 2 else line for n, line in enumerate(lines)]
    done, back = converted("\n".join(mixed))
    assert back == "\n".join(lines)
    assert done.script != "hant"


def test_what_is_usual_beside_a_word_and_in_a_field():
    # Counts of other people's texts: only that they are read, and which way they point.
    assert usage.beside("数据", "一个", "结构") > usage.beside("资料", "一个", "结构")
    fields = usage.in_fields("组件"), usage.in_fields("元件")
    assert max(a - b for a, b in zip(*fields, strict=True)) > 2
    fields = weighing.Fields([["组件", "元件"], ()], [2, 3])
    one, other, *rest = fields.usual(np.zeros(5), np.array([0, 2])).tolist()
    assert one > other
    assert rest == [0.0] * 3, "what is no single word says nothing of its field"


def test_common_words_of_both_sides_are_no_exchange():
    """A mainland text that s2tw converted: its 执行 and 资料 were always there."""
    text = (
        "国务院要求各级人民政府执行本条例，建立资料档案，支持企业发展。县委、省委应当执行规定，保存资料，设定目标。" * 4
    )
    made = opencc.OpenCC("s2tw").convert(text)
    done, back = converted(made)
    assert back == text
    assert done.origin == "phrase"


_RESERVOIR = (
    "云溪水库位于白沙市松岭县境内，是一座以防洪、灌溉为主，兼顾发电、供水的大型水利工程，于一九五八年动工，一九七〇年竣工。"
    "大坝为土石坝，最大坝高六十二米，总库容三亿七千万立方米，控制流域面积一千一百平方公里，灌溉面积四十二万亩。水库建成后，"
    "多次发挥了重要的防洪作用，特别是在一九七五年的特大洪水中，有效地保护了下游的农田和铁路。进入二十一世纪，水库管理局对溢洪道"
    "进行了加固，并建成了水情监测系统，{}实时掌握库区的水位变化。近年来，当地在库区周边开展了植树造林，水质得到明显改善，"
    "这里成了候鸟越冬的地方，每年吸引着大批游客。"
)


@pytest.mark.parametrize(
    ("told", "found"), [("通过无线网络", True), ("利用各站报送的资料", False), ("借助各种装置", False)]
)
def test_a_word_that_is_unlikely_where_it_stands_shows_an_exchange(told, found):
    """An article with one or two: where the mainland would hardly write them; 资料 and 装置 both sides write."""
    text = _RESERVOIR.format(told)
    for configuration in ("s2twp", "s2tw"):
        done, back = converted(opencc.OpenCC(configuration).convert(text))
        assert back == text
        assert done.origin == ("localised" if found and configuration == "s2twp" else "native")
        assert not [change for change in done.changes if change.certainty == "likely" and change.applied]


def test_quotation_marks_say_who_wrote_it_where_words_say_little():
    text = CASES["mainland"][3]["text"]
    simplified = configurations.chain("t2s").convert(text)
    plain, ours, theirs = (converters.author(f"{mark}{simplified}", 0) for mark in ("", "“", "「"))
    assert ours > plain > theirs
    assert converters.author(f"“「{simplified}", 0) == plain, "both kinds say nothing"
