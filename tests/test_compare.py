"""Two versions of a document, and of a folder: which unit is which, and what became of it."""

import json
import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import ingest
from ingest import cli, compare, corpus, review
from ingest.compare.align import align

OLD = """云栖市渔港管理条例
第一章 总则
第一条 为了加强渔港管理，制定本条例。
第二条 市政府负责渔港管理。
第三条 渔政应当检查渔港的消防设施。
第四条 渔港应当清洁。
第五条 有下列行为之一的，处五百元以上五千元以下罚款：
（一）污染渔港水域的；
（二）占用渔港岸线的。
第六条 本条例自2010年1月1日起施行。"""
CASES = [
    ("nothing", OLD, {"same": 10}, []),
    ("an article put in: the others are the same under other numbers", OLD.replace("第二条 市", "第二条 渔港分为两级。\n第三条 市").replace("第三条 渔政", "第四条 渔政").replace("第四条 渔港应当清洁", "第五条 渔港应当清洁").replace("第五条 有", "第六条 有").replace("第六条 本", "第七条 本"), {"same": 5, "renumbered": 5, "added": 1}, []),
    ("words", OLD.replace("五百", "一千"), {"same": 9, "changed": 1}, [("五百", "一千")]),
    ("an article rewritten", OLD.replace("市政府负责渔港管理", "市渔业主管部门负责全市渔港的监督管理工作"), {"same": 9, "changed": 1}, None),
    ("an item taken out", OLD.replace("（一）污染渔港水域的；\n（二）", "（一）"), {"same": 8, "renumbered": 1, "deleted": 1}, []),
    ("an article moved", OLD.replace("第四条 渔港应当清洁。\n", "").replace("第六条 本", "第六条 渔港应当清洁。\n第七条 本"), None, []),
]  # fmt: skip


def records(text):
    return ingest.curate(text, source="a.txt", media_type="text/plain").records


@pytest.mark.parametrize(("label", "new", "counts", "changed"), CASES, ids=[case[0] for case in CASES])
def test_versions(label, new, counts, changed):
    old, later = records(OLD), records(new)
    rows = compare.documents(old, later)
    if counts is not None:
        assert compare.counts(rows) == counts
    else:
        assert [row.old.text for row in rows if row.status == "moved"] == ["渔港应当清洁。"]
    if changed is not None:
        assert [(c.old, c.new) for row in rows for c in row.changes if c.old != c.new] == changed
    assert [row.new for row in rows if row.new] == list(later)
    assert {row.old.eid for row in rows if row.old} == {r.eid for r in old}


def test_joining_by_identifier_would_pair_other_articles():
    rows = compare.documents(records(OLD), records(CASES[1][1]))
    pairs = [(row.old.label, row.new.label) for row in rows if row.old and row.new and row.old.kind == "article"]
    assert ("第三条", "第四条") in pairs and ("第三条", "第三条") not in pairs


TEXTS = st.lists(st.text("渔港码头船工检修名册", min_size=0, max_size=6), max_size=12)


@given(TEXTS, TEXTS)
def test_every_unit_is_in_one_pair_and_the_new_ones_are_in_order(old, new):
    pairs = align(old, new)
    assert sorted(p.old for p in pairs if p.old is not None) == list(range(len(old)))
    assert [p.new for p in pairs if p.new is not None] == list(range(len(new)))
    kept = [p.old for p in pairs if p.old is not None and p.new is not None and not p.moved]
    assert kept == sorted(kept)


@given(st.text("甲乙丙丁，。", max_size=30), st.text("甲乙丙丁，。", max_size=30))
def test_stretches_are_the_two_texts(old, new):
    found = compare.stretches(old, new)
    assert ("".join(c.old for c in found), "".join(c.new for c in found)) == (old, new)


def test_long_texts_by_sentences():
    old = "".join(f"第{n}句说的是渔港码头的检修名册，" for n in range(900))
    new = old.replace("第450句说的是", "第450句不说")
    found = compare.stretches(old, new)
    assert ("".join(c.old for c in found), "".join(c.new for c in found)) == (old, new)
    assert [(c.old, c.new) for c in found if c.old != c.new] == [("说的是", "不说")]


def test_thousands_of_units_cost_no_square():
    rng = random.Random(1)
    old = ["".join(rng.choice("渔港码头船工检修名册水位航标") for _ in range(20)) for _ in range(8000)]
    new = [text if rng.random() < 0.7 else text[::-1] for text in old]
    begun = time.process_time()
    pairs = align(old, new)
    assert time.process_time() - begun < 20
    assert sum(p.old is not None and p.new is not None for p in pairs) > 5000


@pytest.fixture
def two_folders(tmp_path):
    for name, text in (("old", OLD), ("new", CASES[2][1])):
        raw = tmp_path / name / "raw"
        raw.mkdir(parents=True)
        (raw / "a.txt").write_text(text, "utf-8")
        (raw / "same.txt").write_text(OLD.replace("渔港", "码头"), "utf-8")
        (raw / f"{name}.txt").write_text(OLD.replace("渔港", "航标"), "utf-8")
        corpus.run(raw, tmp_path / name / "curated", buckets=2)
    return tmp_path / "old" / "curated", tmp_path / "new" / "curated"


def invoke(*words):
    return CliRunner().invoke(cli.app, ["diff", *map(str, words)])


def test_two_folders(two_folders):
    result = invoke(*two_folders, "--json", "--exit-code")
    assert result.exit_code == 1
    found = {version["source"]: version for version in json.loads(result.output)}
    assert {source: version["status"] for source, version in found.items()} == {
        "a.txt": "changed", "new.txt": "added", "old.txt": "deleted",
    }  # fmt: skip
    assert [row["status"] for row in found["a.txt"]["rows"]] == ["changed"]
    assert "changed\ta.txt\t9 same, 1 changed" in invoke(*two_folders).output
    same = invoke(two_folders[0], two_folders[0], "--exit-code")
    assert (same.exit_code, same.output) == (0, "")


def test_two_pages_two_documents_and_the_page(two_folders, tmp_path):
    raw = two_folders[0].parent / "raw"
    result = invoke(raw / "a.txt", two_folders[1].parent / "raw" / "a.txt")
    assert "changed\t第五条\t有下列行为之一的，处[-五百-]{+一千+}元以上" in result.output
    result = invoke("a.txt", "same.txt", "--curated", two_folders[0], "--html", tmp_path / "d.html")
    assert result.exit_code == 0
    page = (tmp_path / "d.html").read_text("utf-8")
    assert "<del>渔港</del>" in page and "<ins>码头</ins>" in page


def test_what_a_version_says_is_text_on_the_page():
    hostile = OLD.replace("渔港应当清洁", "<script>alert(1)</script>应当清洁").replace("云栖市渔港", "<b>云栖市渔港")
    page = review.versions(compare.documents(records(OLD), records(hostile)), "<i>old</i>", "new")
    assert "<script>alert" not in page and "<b>云" not in page and "<i>" not in page
    assert len(re.findall(r"<script", page)) == 2


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("nosuch.txt", "other.txt"), "does not exist"),
        (("a.txt", "b.txt", "--curated", "nosuch"), "is not a folder"),
    ],
)
def test_bad_input(words, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert message in str(invoke(*words).exception)


def test_a_folder_and_a_page(two_folders):
    result = invoke(two_folders[0], two_folders[0].parent / "raw" / "a.txt")
    assert isinstance(result.exception, ingest.UsageError)
    result = invoke(*two_folders, "--html", two_folders[0].parent / "x.html")
    assert isinstance(result.exception, ingest.UsageError)
