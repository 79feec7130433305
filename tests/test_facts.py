"""What a page says about itself: each value with its place, one chosen, the others with the reason why not."""

import json

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

import ingest
from ingest import corpus, review
from ingest.blocks import Fact
from ingest.cli import main
from ingest.corpus.audit import checks
from ingest.corpus.audit.invariants import violations
from ingest.corpus.processes.workers import Resources
from ingest.facts import located

PAGE = """<html><head><title>云栖市渔港建设方案_云栖新闻网</title>
<meta name="PubDate" content="2021-03-05 08:00"><meta name="author" content="admin">
<link rel="canonical" href="https://news.yunqi.example/a/1.html"></head><body><div id="nav"><a href="/">首页</a></div>
<h1>云栖市渔港建设方案</h1>
<p>发布时间：2021年3月4日 来源：云栖日报 作者：林小满、周一山</p>
<div id="content"><p>为加强渔港建设，保护海岸线，现就青屿县、白沙县的渔港作如下安排，请各单位遵照执行。</p>
<p>各县应当在年底前完成防波堤的修建，并向市政府报告进展情况，逾期未完成的予以通报批评。</p>
<p>云栖市人民政府</p><p>二〇二一年三月一日</p></div></body></html>"""


def columns(doc):
    row = doc.document
    return {
        "title": row.title,
        "url": row.url,
        "published_on": row.published_on and row.published_on.isoformat(),
        "issued_on": row.issued_on and row.issued_on.isoformat(),
        "publisher": row.publisher,
        "issuer": row.issuer,
        "document_number": row.document_number,
    }


def holds(doc):
    """The invariant, written down plainly: one chosen fact for each value that agrees, of authors one each."""
    for field, value in columns(doc).items():
        assert [f.value for f in doc.facts if f.field == field and f.chosen] == ([] if value is None else [value])
    assert [f.value for f in doc.facts if f.field == "authors" and f.chosen] == list(doc.document.authors)
    assert [f.ordinal for f in doc.facts] == list(range(len(doc.facts)))
    for fact in doc.facts:
        assert (fact.start is None) == (fact.end is None)
        assert fact.start is None or 0 <= fact.start < fact.end <= len(doc.page_text)
        assert fact.doc_id == doc.document.doc_id and fact.revision == doc.document.revision
        assert fact.chosen or fact.note, "a loser says why"


def test_a_value_stands_where_its_fact_says():
    doc = ingest.curate(PAGE, source="a.html")
    holds(doc)
    said = {(f.field, f.rule): f for f in doc.facts}
    printed = lambda f: doc.page_text[f.start : f.end]  # noqa: E731
    assert printed(said["published_on", "label:published"]) == "2021年3月4日"
    assert [printed(f) for f in doc.facts if f.field == "authors" and f.chosen] == ["林小满", "周一山"]
    assert printed(next(f for f in doc.facts if f.field == "issued_on")) == "二〇二一年三月一日"
    assert printed(next(f for f in doc.facts if f.field == "issuer" and f.chosen)) == "云栖市人民政府"
    assert printed(next(f for f in doc.facts if f.field == "title" and f.chosen)) == "云栖市渔港建设方案"
    lost = said["published_on", "meta:pubdate"]
    assert (lost.value, lost.start, lost.origin, lost.chosen) == ("2021-03-05", None, "attribute", False)
    assert "label:published ranks before it" in lost.note
    assert said["url", "link:canonical"].chosen


FILED = """白沙市人民政府关于渡口停驶的公告
索引号：000014349/2021-00032
发文字号：白政发〔2021〕5号
成文日期：2021年3月5日
发布日期：2021年3月8日
为了安全，渡口停驶三个月。"""


def test_labelled_lines_of_a_plain_text_are_facts_and_no_title():
    doc = ingest.curate(FILED, source="a.txt")
    holds(doc)
    assert columns(doc) == {
        "title": "白沙市人民政府关于渡口停驶的公告",
        "url": None,
        "published_on": "2021-03-08",
        "issued_on": "2021-03-05",
        "publisher": None,
        "issuer": "白沙市人民政府",
        "document_number": "白政发〔2021〕5号",
    }
    assert "索引号：000014349/2021-00032\n" in doc.text


NOTICE = """白沙市人民政府关于印发《白沙市渡口管理办法》的通知
白政发〔2021〕5号
各县人民政府：
现将《白沙市渡口管理办法》印发给你们，请认真贯彻执行。
白沙市人民政府
2021年3月5日
白沙市渡口管理办法
（2020年12月8日白沙市人民代表大会常务委员会第六次会议通过）
第一条 为了加强渡口管理，制定本办法。
"""
LAW = """白沙市渡口管理条例
（2020年12月8日白沙市人民代表大会常务委员会第六次会议通过）
第一条 为了加强渡口管理，制定本条例。
白沙市人民代表大会常务委员会
2020年12月9日
"""


@pytest.mark.parametrize(
    ("page", "day", "body"),
    [
        (NOTICE, "2021-03-05", "白沙市人民政府"),
        (LAW, "2020-12-08", "白沙市人民代表大会常务委员会"),
        (LAW.replace("（", "白沙市人大\n2021年3月5日\n（", 1), "2020-12-08", "白沙市人民代表大会常务委员会"),
    ],
    ids=["rules below a notice", "a statute and who signs it", "who publishes stands above"],
)
def test_the_note_of_passing_is_of_what_it_stands_in(page, day, body):
    said = columns(ingest.curate(page, source="a.txt"))
    assert (said["issued_on"], said["issuer"]) == (day, body)


@pytest.mark.parametrize(
    "line",
    [
        "发文字号：白政发〔2021〕5号这样的写法，从前是没有的。",  # a sentence about it
        "写在发文字号：白政发〔2021〕5号之后",
    ],
)
def test_a_label_in_a_sentence_states_nothing(line):
    doc = ingest.curate(f"白沙渡口发文字号的来历\n{line}\n公文的编号由机关代字、年份和序号组成。", source="a.txt")
    assert doc.document.document_number is None
    assert line in doc.text


def test_the_address_it_was_fetched_from_is_a_fact_of_the_header():
    bare = PAGE.replace('rel="canonical"', 'rel="other"')
    doc = ingest.curate(bare, source="a.html", url="https://yunqi.example/x")
    holds(doc)
    fact = next(f for f in doc.facts if f.field == "url")
    assert (fact.value, fact.origin, fact.rule) == ("https://yunqi.example/x", "header", "fetched-from")
    both = ingest.curate(PAGE, source="a.html", url="https://yunqi.example/x")
    assert [f.chosen for f in both.facts if f.field == "url"] == [True, False]


def test_what_was_taken_off_the_page_still_has_its_place_and_reads_in_one_script():
    text = "云栖在线\n白沙縣海洋經(jīng)濟(jì)發(fā)展意見\n發(fā)布時(shí)間:2021-03-04 | 來源:云栖日報(bào)\n為發(fā)展海洋經(jīng)濟(jì),現(xiàn)提出以下意見。\n一、總體要求\n保護(hù)海岸線。"
    doc = ingest.curate(text, source="m.txt", media_type="text/plain")
    holds(doc)
    day = next(f for f in doc.facts if f.field == "published_on" and f.chosen)
    assert doc.page_text[day.start : day.end] == "2021-03-04"
    medium = next(f for f in doc.facts if f.field == "publisher" and f.chosen)
    assert medium.value == "云栖日报" and doc.page_text[medium.start : medium.end].startswith("云栖日報")


def test_a_document_without_a_title_has_none_chosen():
    doc = ingest.curate(
        "这里只有一段没有标题的话，说的是渔港。它在云栖市的东边，已经很多年了。",
        source="t.txt",
        media_type="text/plain",
    )
    holds(doc)


@pytest.mark.parametrize(
    ("printed", "title"),
    [
        ("公 司 章 程", "公司章程"),
        ("关\u3000于\u3000供\u3000水\u3000的\u3000通\u3000知", "关于供水的通知"),
        ("通 知", "通知"),
        ("江 城 市 水 务 局 第 6 号 公 告", "江城市水务局第6号公告"),
        ("春 夏 秋 冬的江城", "春 夏 秋 冬的江城"),  # not every character is set apart
        ("江城 渡口", "江城 渡口"),
        ("A B C", "A B C"),
        ("| 渡口改造方案", "渡口改造方案"),
        ("· 渡口改造方案", "渡口改造方案"),
        ("- 渡口改造方案", "渡口改造方案"),
        ("——渡口改造方案", "——渡口改造方案"),
        ("|x|的图像", "|x|的图像"),
        ("\u200b渡口改造方案", "渡口改造方案"),
        ("渡口\u00ad改造方案\ufeff", "渡口改造方案"),
    ],
)
def test_a_title_is_cited_without_the_blanks_between_all_its_characters(printed, title):
    body = "<p>为加强渔港建设，保护海岸线，现就青屿县、白沙县的渔港作如下安排，请各单位遵照执行。</p>" * 2
    doc = ingest.curate(f"<title>{printed}</title><h1>{printed}</h1>{body}".encode(), source="a/b.html")
    assert doc.document.title == title
    assert doc.text.startswith(printed)
    holds(doc)


@pytest.mark.parametrize(
    ("attached", "title"),
    [
        ("附件\n云栖市供水办法\n第一条 为了供水，制定本办法。\n第二条 供水单位应当做好供水。", None),
        ("附件：云栖市供水办法\n\n附件\n\n云栖市供水办法\n\n第一条 为了供水，制定本办法。", None),
        ("附件1\n云栖市供水单位名单\n1.东山水厂\n2.渡口水厂", None),
        (
            "云栖市供水办法\n第一条 为了供水，制定本办法。\n第二条 供水单位应当做好供水。",
            "云栖市供水办法",
        ),  # put into force
    ],
)
def test_what_is_attached_gives_a_text_no_title(attached, title):
    text = "各县区水务局：\n为加强渔港建设，保护海岸线，现就渔港作如下安排。\n云栖市水务局\n2021年4月13日\n"
    doc = ingest.curate(text + attached, source="a.txt")
    assert doc.document.title == title
    holds(doc)


@pytest.mark.parametrize(
    ("field", "value", "line", "printed"),
    [
        ("published_on", "2021-03-04", "更新于2021-03-05，发布于2021年3月4日", "2021年3月4日"),
        ("published_on", "2021-03-04", "发布：２０２１－０３－０４", "２０２１－０３－０４"),
        ("publisher", "云栖日报", "来源：云 栖 日 报", "云 栖 日 报"),
        ("author", "林小满、周一山", "作者：林小满 周一山 摄", "林小满 周一山"),
        ("document_number", "云政发(2021)3号", "　云政发（2021）3号", "云政发（2021）3号"),
        ("publisher", "青屿网", "来源：别处", "来源：别处"),  # not printed literally: the whole line
    ],
)
def test_a_fact_is_found_in_its_line(field, value, line, printed):
    text = "前一行\n" + line + "\n后一行"
    found = located(Fact(field, value, "r").at(4, 4 + len(line)), text)
    assert text[found.start : found.end] == printed


PIECES = st.sampled_from(
    ["发布时间：2021-03-04", "来源：云栖日报", "作者：林小满、周一山", "二〇二一年三月一日", "云栖市人民政府", "云政发〔2021〕3号", "責(zé)任編輯:某", "關(guān)于漁港的通知",
     "2021年3月4日 11:03 青屿网", "一、总体要求", "为加强渔港建设，制定本方案。", "\n", "\n", " ", "|", "(2021年1月1日云栖市人大常委会通过)", "<p>", "</p>", "<h1>", "标题"]
)  # fmt: skip


@tries(200)
@given(st.lists(PIECES, min_size=1, max_size=30).map("".join), st.booleans())
def test_each_value_has_one_chosen_fact(text, html):
    try:
        doc = ingest.curate(
            text, source="t", media_type="text/html" if html else "text/plain", url="https://a.example/b"
        )
    except ingest.Rejected:
        return
    holds(doc)


# ---------------------------------------------------------------- what `check` proves


def with_fact(doc, n, **update):
    facts = list(doc.facts)
    facts[n] = facts[n].model_copy(update=update)
    return tuple(facts)


def faults(doc, facts):
    return [f.what for f in violations(doc.document, doc.records, doc.edits, {"facts": facts}) if f.invariant == 7]


def test_the_check_finds_what_does_not_agree():
    doc = ingest.curate(PAGE, source="a.html")
    number = {(f.field, f.chosen): n for n, f in enumerate(doc.facts)}
    assert faults(doc, doc.facts) == []
    assert faults(doc, ()) == []  # written before there were facts
    for n, update, what in [
        (number["publisher", True], {"value": "别处"}, "publisher is"),
        (number["published_on", False], {"chosen": True}, "published_on is"),
        (number["issued_on", True], {"chosen": False, "note": "x"}, "issued_on is"),
        (number["authors", True], {"value": "陈知夏"}, "authors is"),
        (number["title", False], {"note": None}, "does not say why"),
        (number["title", True], {"end": 99_999}, "stands in no place"),
        (number["title", True], {"end": None}, "stands in no place"),
    ]:
        found = faults(doc, with_fact(doc, n, **update))
        assert found and any(what in f for f in found), (update, found)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    here = tmp_path_factory.mktemp("facts")
    (here / "raw").mkdir()
    (here / "raw" / "port.html").write_text(PAGE, "utf-8")
    (here / "raw" / "bad.html").write_text("<p>Nothing but English here, for the whole page, which is long enough.</p>")
    corpus.run(here / "raw", here / "curated", resources=Resources(workers=1), buckets=2)
    return here


def said(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main([*arguments])
    out = capsys.readouterr()
    return end.value.code, out.out + out.err


def test_why_a_document_has_what_it_has(folder, capsys):
    curated = str(folder / "curated")
    code, out = said(capsys, "why", "port.html", "--curated", curated)
    assert code == 0 and "* publisher       云栖日报" in out and "label:published ranks before it" in out
    code, out = said(capsys, "why", "port.html", "authors", "--curated", curated, "--json")
    assert code == 0 and [row["value"] for row in json.loads(out)] == ["林小满", "周一山"]


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (["gone.html"], 1, "has no document of gone.html"),
        (["bad.html"], 1, "gave no document: not_chinese"),
        (["port.html", "colour"], 2, "is no field of facts"),
    ],
)
def test_why_not(folder, capsys, arguments, code, what):
    found, out = said(capsys, "why", *arguments, "--curated", str(folder / "curated"))
    assert found == code and what in out and "Traceback" not in out


def test_the_dataset_agrees_and_an_older_folder_is_told_apart(folder):
    report = checks.check(folder / "curated", fast=True, resources=Resources(workers=1))
    assert report.violations == [] and not any("before there were facts" in n for n in report.notes)
    (table,) = [t for p in (folder / "curated" / "facts").rglob("*.parquet") if (t := pq.read_table(p)).num_rows]
    assert {"title", "publisher"} <= set(table.column("field").to_pylist())


def test_the_review_page_leads_to_the_place():
    doc = ingest.curate(PAGE, source="a.html")
    html = review.page(doc)
    day = next(f for f in doc.facts if f.field == "published_on" and f.chosen)
    edit = next(n for n, e in enumerate(doc.edits) if e.applied and e.start <= day.start and day.end <= e.end)
    assert f'<a href="#edit-{edit}">2021-03-04</a>' in html
    title = next(f for f in doc.facts if f.field == "title" and f.chosen)
    assert f">{title.value}</a>" in html and 'id="row-' in html
