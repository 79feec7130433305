"""The whole way: whatever text comes in, the promises hold."""

import contextlib
import hashlib
import os
import pickle
import subprocess
import sys
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from invariants import check, skeleton
from properties import tries

import ingest

PLAN = """云栖市海洋经济发展规划
第一章 总则
第一条 为发展海洋经济,制定本规划。
第二条 本规划适用于本市海域。
第二章 任务
一、渔港建设
(一)修建防波堤。在青屿县修建防波堤两千米。
(二)疏浚航道。
1.白沙水道。
2.北礁水道。
二、保障措施
加强组织领导。
"""
PIECES = [
    "第一章 总则", "第二条 本市海域", "一、", "(二)修建。", "1.", "①", "附件", "目录", "責(zé)任編輯:某", "經(jīng)濟(jì)", "龍?zhí)秴^(qū)", "發展",
    "干部", "責任", "编辑:陈知夏", "关闭", "版权所有", "&amp;", "缁忔祹", "锟斤拷", "\ufffd", "，", "。", "?", "(", ")", "\t", " ", "\u3000", "\n", "\n\n", "\u200b", "\u202e",
    "A", "12", "2021年3月4日", "\U00020000", "á", "ā", "<b>", "《", "》", "——", "云栖市人民政府", "\x0b", "\x85", "\u2028",
]  # fmt: skip
SOUP = st.lists(st.sampled_from(PIECES), min_size=1, max_size=60).map("".join)


def curate(text, **more):
    return ingest.curate(text, source="t.txt", media_type="text/plain", **more)


def test_a_small_plan():
    doc = curate(PLAN)
    check(doc)
    assert doc.document.title == "云栖市海洋经济发展规划"
    eids = [r.eid for r in doc.records]
    assert "chp_1__art_1" in eids and "chp_2__l1_1__l2_2__l3_1" in eids
    waterway = next(r for r in doc.records if r.eid == "chp_2__l1_1__l2_2__l3_1")
    assert waterway.chapter == "第二章 任务" and waterway.path[0] == "第二章 任务"
    assert doc.page_text == PLAN and doc.page_text[waterway.source_start :].startswith("1.白沙水道。")


@tries(400)
@given(SOUP)
def test_any_soup_tiles_and_replays(text):
    try:
        doc = curate(text)
    except ingest.Rejected as why:
        assert why.reason in {"empty", "not_chinese", "no_content"}
        return
    check(doc)


@tries(150)
@given(st.text(min_size=1, max_size=200))
def test_any_unicode_is_curated_or_rejected(text):
    with contextlib.suppress(ingest.Rejected):
        check(curate("汉字" + text))


@pytest.mark.parametrize("text", [PLAN, PLAN.replace("\n", ""), PLAN.replace("(", "（").replace(")", "）")])
def test_curated_text_is_curated_already(text):
    first = curate(text)
    again = ingest.curate(first.text, source="t.txt", media_type="text/plain")
    assert again.text == first.text
    assert [e for e in again.edits if e.applied] == []
    assert skeleton(again) == skeleton(first)


def test_pure_and_the_revision_follows_the_content():
    one, two = curate(PLAN), curate(PLAN, fetched_at=datetime(2024, 5, 6), url="https://example.org/plan")
    assert curate(PLAN) == one
    assert one.document.revision == two.document.revision and one.document.ingested_at is None
    assert curate(PLAN.replace("两千米", "三千米")).document.revision != one.document.revision
    assert one.document.doc_id == hashlib.sha256(b"t.txt").hexdigest()[:16]


def test_same_output_in_another_process():
    code = "import ingest,sys;print(ingest.curate(sys.stdin.read(),source='t.txt',media_type='text/plain').document.revision)"
    runs = {
        subprocess.run([sys.executable, "-c", code], input=PLAN, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}).stdout
        for seed in "12"
    }  # fmt: skip
    assert runs == {curate(PLAN).document.revision + "\n"}


def test_values_travel_to_workers():
    doc = curate(PLAN)
    assert pickle.loads(pickle.dumps(doc)) == doc
    why = ingest.Rejected("decode", "binary", "a PDF: extract its text first")
    back = pickle.loads(pickle.dumps(why))
    assert (back.stage, back.reason, str(back)) == (why.stage, why.reason, str(why))


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"", "empty"), (b"   \n\n ", "empty"), (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "binary"), (b"PK\x03\x04" + bytes(60), "binary"),
     ("これは日本語の文章です。カタカナもあります。".encode(), "not_chinese"), (b"An English page, nothing else in it.", "not_chinese")],
)  # fmt: skip
def test_what_cannot_be_curated_says_why(raw, reason):
    with pytest.raises(ingest.Rejected) as caught:
        ingest.curate(raw, source="bad")
    assert caught.value.reason == reason and "\n" not in str(caught.value)


def test_what_is_no_page_at_all_is_a_usage_error():
    with pytest.raises(ingest.UsageError, match="bytes or str, not NoneType"):
        ingest.curate(None, source="t")


def test_repairs_below_the_floor_are_recorded_and_not_applied():
    text = "發(fā)展經(jīng)濟(jì),擴(kuò)大開放,優(yōu)化環(huán)境,實(shí)現(xiàn)目標(biāo)。" * 3
    loose = curate(text)
    assert "發" not in loose.text and "(" not in loose.text
    strict = curate(text, config=ingest.Config(min_certainty="exact"))
    for edit in strict.edits:
        assert not edit.applied or edit.certainty == "exact" or "repair" not in edit.stages


@pytest.mark.parametrize("target", ["hant-tw", "hant-hk"])
def test_other_targets_have_the_same_structure(target):
    page = PLAN + "责任编辑:陈知夏\n"
    plain, other = curate(page), curate(page, config=ingest.Config(target=target))
    check(other)
    assert other.document.title == "雲棲市海洋經濟發展規劃" and "責任編輯" not in other.text
    assert [(r.eid, r.unit) for r in other.records] == [(r.eid, r.unit) for r in plain.records]
    again = curate(other.text, config=ingest.Config(target=target))
    assert again.text == other.text and not [e for e in again.edits if e.applied]


def test_import_stays_off_prefect():
    code = "import sys,ingest;print('prefect' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_clean_page_loads_neither_numpy_nor_the_language_model():
    code = (
        "import sys,ingest;text='关于渡口的通知\\n各镇：\\n一、检查渡船。\\n二、修好码头。\\n'+'各镇应当每月检查渡船和码头，并把情况报县交通局。\\n'*60;"
        "ingest.curate(text,source='a.txt');print(len(text) > 1000, 'numpy' in sys.modules, 'ingest.repair.model' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout == "True False False\n", ran.stderr


def test_a_page_of_which_only_a_title_is_left_is_no_document():
    links = "".join(
        f"<li><a href={n}.html>关于做好第{n}批渔港建设项目申报工作的通知</a>2022-03-0{n}</li>" for n in range(1, 9)
    )
    page = f"<meta charset=utf-8><title>通知公告_青禾市人民政府</title><ul>{links}</ul><div>共20页 首页 上一页 下一页 尾页</div>"
    with pytest.raises(ingest.Rejected) as why:
        ingest.curate(page, source="list.html", media_type="text/html")
    assert why.value.reason == "no_content"
