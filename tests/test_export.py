"""Other forms of a curated folder: complete, in order, within bounds, and safe to open."""

import csv
import errno
import json
import sqlite3
import xml.etree.ElementTree as ET
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries
from typer.testing import CliRunner

import ingest
from ingest import UsageError, cli, corpus
from ingest.corpus.browse import Bundle, bundles
from ingest.corpus.citing import find
from ingest.export import FORMS, export
from ingest.export.cutting import pieces, printed
from ingest.export.sqlite import phrase

LAW = (
    "云栖省渔业条例\n2001年3月4日 云栖省人民代表大会常务委员会第三次会议通过\n第一章 总则\n第一条 为了发展渔业，制定本条例。\n第二条 捕捞应当有度。\n"
    "下列时期禁止捕捞：\n（一）春季；\n（二）冬季。\n第二章 责任\n第一节 罚则\n第三条 违反第二条第二款第（一）项的，依照《云栖市渔港办法》第一条罚款。"
)
PORT = "云栖市渔港办法\n第一条 =1+1的船舶不得进港。\n第二条 依照云栖省渔业条例第二条办理。"
PAGE = (
    "<title>渔港名单</title><h1>云栖市*渔港*名单</h1><p>现将[名单]公布如下，请各单位遵照执行。</p><table><tr><th>渔港</th><th>泊位|数</th></tr>"
    "<tr><td>青屿</td><td>@12</td></tr></table><p>1. 不是列表，而是正文。</p>"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    base = tmp_path_factory.mktemp("export")
    (base / "raw").mkdir()
    for name, text in {"law.txt": LAW, "port.txt": PORT, "list.html": PAGE}.items():
        (base / "raw" / name).write_text(text, "utf-8")
    corpus.run(base / "raw", base / "curated", buckets=2)
    return base / "curated"


def squashed(text):
    return "".join(text.split())


def test_chunks_are_complete_in_order_and_within_bounds(folder, tmp_path):
    assert export(bundles(folder), "chunks", tmp_path / "out", bound=60) == 3
    rows = [json.loads(line) for line in (tmp_path / "out" / "chunks.jsonl").read_text("utf-8").splitlines()]
    texts = {b.document.doc_id: b.document.text for b in bundles(folder)}
    for doc_id, text in texts.items():
        own = [r for r in rows if r["doc_id"] == doc_id]
        assert squashed("".join(r["text"] for r in own)) == squashed(text)
        assert [r["next"] for r in own] == [*(r["id"] for r in own[1:]), None]
    assert all(len(r["text"]) <= 60 for r in rows)
    clause = next(r for r in rows if "捕捞应当有度" in r["text"])
    assert clause["citation"] == "《云栖省渔业条例》第二条"
    assert clause["path"] == ["第一章总则"] or clause["path"] == ["第一章 总则"]
    penalty = next(r for r in rows if "罚款" in r["text"])
    assert penalty["text"].startswith("第二章"), "headings go with what they head"


def document(text):
    return ingest.curate(text, source="x", media_type="text/plain")


SOUP = st.lists(
    st.sampled_from(["第一章 甲\n", "第二章 乙\n", "第一条 子。\n", "第二条 丑，寅；卯。\n", "（一）辰；\n", "（二）巳" + "午" * 70 + "\n", "未，" * 30 + "\n", "一、申\n", "附件：酉\n", "第三章 戌亥子丑寅卯辰巳午未\n" * 4]),
    min_size=1, max_size=25,
).map("".join)  # fmt: skip


@pytest.mark.property
@tries(60)
@given(SOUP, st.integers(50, 120))
def test_pieces_of_any_text(text, bound):
    doc = document("云栖市办法\n" + text)
    found = list(pieces(doc.records, bound))
    assert squashed("".join(p.text for p in found)) == squashed("".join(printed(r) for r in doc.records))
    assert all(len(piece.text) <= bound for piece in found)
    bare = [(p, after) for p, after in pairwise(found) if not any(part.record.text for part in p.parts)]
    assert all(len(p.text) + 1 + len(after.text) >= 3 * bound // 4 for p, after in bare), (
        "no piece of headings alone, but a list of them that leaves no room for what follows"
    )


def test_what_is_cut_says_how():
    long = document("云栖市办法\n第一条 " + "甲乙丙丁。" * 20 + "戊" * 150)
    cuts = [part.cut for piece in pieces(long.records, 60) for part in piece.parts]
    assert "sentence" in cuts
    assert "character" in cuts


def test_markdown_means_what_the_text_means(folder, tmp_path):
    export(bundles(folder), "markdown", tmp_path / "out")
    texts = {p.stem: p.read_text("utf-8") for p in (tmp_path / "out").iterdir()}
    names = {b.document.source: b.document.doc_id for b in bundles(folder)}
    page = texts[names["list.html"]]
    assert page.startswith('---\ntitle: "云栖市*渔港*名单"\n')
    assert "# 云栖市\\*渔港\\*名单" in page
    assert "| 渔港 | 泊位\\|数 |\n|---|---|\n| 青屿 | @12 |" in page
    assert "\n1\\. 不是列表，而是正文。" in page
    law = texts[names["law.txt"]]
    assert "\n## 第一章 总则\n" in law
    assert "\n### 第一节 罚则\n" in law


def test_texts(folder, tmp_path):
    export(bundles(folder), "text", tmp_path / "out")
    for bundle in bundles(folder):
        assert (tmp_path / "out" / f"{bundle.document.doc_id}.txt").read_text("utf-8") == bundle.document.text + "\n"


def test_sheets_run_no_formula(folder, tmp_path):
    export(bundles(folder), "csv", tmp_path / "out")
    with (tmp_path / "out" / "records.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == sum(len(b.records) for b in bundles(folder))
    assert any(r["text"] == "'=1+1的船舶不得进港。" for r in rows)
    assert not any(cell.startswith(("=", "+", "-", "@")) for r in rows for cell in r.values())
    package = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert [r["name"] for r in package["resources"]] == ["documents", "records", "references", "events"]


def test_sqlite_finds_words_of_any_length_in_either_script(folder, tmp_path):
    export(bundles(folder), "sqlite", tmp_path / "out")
    base = sqlite3.connect(tmp_path / "out" / "curated.sqlite")
    for words in ("捕捞", "捕撈", "禁", "禁止捕捞", "禁止捕撈"):
        found = base.execute("select record_id from search where search match ?", [phrase(words)]).fetchall()
        assert found, words
    assert not base.execute("select 1 from search where search match ?", [phrase("捞捕")]).fetchall()
    joined = 'select d.title from "references" r join documents d on d.doc_id = r.target_doc_id where r.form = ?'
    assert {t for (t,) in base.execute(joined, ["title-unit"])} == {"云栖市渔港办法", "云栖省渔业条例"}
    base.close()


def test_a_full_disk_is_no_fault_of_the_database(folder, tmp_path, monkeypatch):
    connect = sqlite3.connect

    def small(place):
        base = connect(place)
        base.execute("pragma max_page_count = 12")
        return base

    monkeypatch.setattr(sqlite3, "connect", small)
    with pytest.raises(OSError, match="full") as told:
        export(bundles(folder), "sqlite", tmp_path / "out")
    assert told.value.errno == errno.ENOSPC


def test_graph(folder, tmp_path):
    export(bundles(folder), "graph", tmp_path / "out")
    tree = ET.parse(tmp_path / "out" / "references.graphml")
    names = "{http://graphml.graphdrawing.org/xmlns}"
    nodes = {n.get("id") for n in tree.iter(f"{names}node")}
    edges = [(e.get("source"), e.get("target")) for e in tree.iter(f"{names}edge")]
    assert len(edges) == 2
    assert {end for edge in edges for end in edge} <= nodes


def test_only_some_documents(folder, tmp_path):
    assert export(bundles(folder, "title like '%办法'"), "text", tmp_path / "some") == 1
    with pytest.raises(UsageError, match="cannot be read"):
        export(bundles(folder, "no such column"), "text", tmp_path / "none")
    with pytest.raises(UsageError, match="cannot be read"):
        export(bundles(folder, "doc_id in (select content from read_text('/etc/hostname'))"), "text", tmp_path / "file")


@pytest.mark.parametrize("form", FORMS)
def test_a_document_without_structure_and_a_folder_that_is_not_empty(form, tmp_path):
    doc = document("一行文字而已。")
    bundle = Bundle(doc.document, doc.records)
    assert export([bundle], form, tmp_path / "out") == 1
    with pytest.raises(UsageError, match="not an empty folder"):
        export([bundle], form, tmp_path / "out")


def test_nothing_is_written_into_a_curated_folder(folder, tmp_path):
    (tmp_path / "a.txt").write_text("云栖市办法\n第一条 甲。", "utf-8")
    for words in (
        ["export", str(folder), "--to", "text", "--out", str(folder / "texts")],
        ["consolidate", str(tmp_path / "a.txt"), str(tmp_path / "a.txt"), "--out", str(folder / "law")],
    ):
        result = CliRunner().invoke(cli.app, words)
        assert isinstance(result.exception, UsageError) and "lies in the curated folder" in str(result.exception)
    assert not (folder / "texts").exists() and not (folder / "law").exists()


def test_unknown_form_and_bound(tmp_path):
    with pytest.raises(UsageError, match="no form of export"):
        export([], "pdf", tmp_path / "out")
    with pytest.raises(UsageError, match="too short"):
        export([], "chunks", tmp_path / "out", bound=3)


@pytest.mark.parametrize(
    ("citation", "eids"),
    [
        ("《云栖省渔业条例》第二条第二款第（一）项", ["chp_1__art_2__l2_1"]),
        ("云栖省渔业条例第2条第2款第1项", ["chp_1__art_2__l2_1"]),
        ("云栖省渔业条例第一条第一款", ["chp_1__art_1"]),
        ("云栖省渔业条例第九条", []),
        ("《云栖省渔业条例》", [None]),
        ("《没有这部法》第一条", []),
        ("云栖省渔业条例第二条第二款（一）", ["chp_1__art_2__l2_1"]),
    ],
)
def test_cite(folder, citation, eids):
    assert [clause.record and clause.record.eid for clause in find(folder, citation)] == eids


@pytest.mark.parametrize("citation", ["第三条", "第三条第二款第（一）项", ""])
def test_a_place_alone_names_no_document(folder, citation):
    with pytest.raises(UsageError, match="names no document"):
        find(folder, citation)
