"""HTML to page text: the lines, what is struck by which rule, the title, the facts, and pages that hold no document."""

import json
import pathlib

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from properties import tries
from selectolax.lexbor import LexborHTMLParser

from ingest import page
from ingest.blocks import Page
from ingest.config import Config
from ingest.errors import Rejected
from ingest.page import container, data_tables, element, meta
from ingest.page.layout import Box

CASES = pathlib.Path(__file__).parent / "cases"


def load(name):
    return json.loads((CASES / name).read_text("utf-8"))


def read(html, media_type="text/html", url=None) -> Page:
    return page.read_page(html, media_type=media_type, encoding=None, headers=None, url=url, config=Config())


def best(found: Page) -> dict[str, str]:
    facts = {}
    for fact in sorted(found.facts, key=lambda f: -f.rank):
        facts[fact.field] = fact.value
    return facts


def kept(found: Page) -> list[str]:
    at, parts = 0, []
    for strip in found.chrome:
        parts.append(found.text[at : strip.start])
        at = strip.end
    return [line for line in "".join((*parts, found.text[at:])).split("\n") if line]


def rule_of(found: Page, text: str) -> str | None:
    at = found.text.index(text)
    return next((s.rule for s in found.chrome if s.start <= at and at + len(text) <= s.end), None)


@pytest.mark.parametrize("case", load("page.json"), ids=lambda c: c["label"])
def test_page(case):
    found = read(case["html"])
    assert found.text[slice(*found.title)] == case["title"]
    lines = kept(found)
    for line in case["kept"]:
        assert line in lines
    for text, rule in case["struck"].items():
        struck_by = rule_of(found, text)
        assert struck_by is not None if rule == "*" else struck_by == rule
    for text in case.get("absent", ()):
        assert text not in found.text
    facts = best(found)
    assert {name: facts.get(name) for name in case["facts"]} == case["facts"]
    assert not set(case.get("no_facts", ())) & set(facts)
    if "cells" in case:
        grid = next(b for b in found.blocks if b.kind == "table")
        assert [list(row) for row in grid.cells] == case["cells"]
        assert found.text[grid.start : grid.end].split("\n") == case["kept"]


@pytest.mark.parametrize("case", load("page_nothing.json"), ids=lambda c: c["label"])
def test_no_document(case):
    tag, times = case.get("repeat", ["", 0])
    with pytest.raises(Rejected) as why:
        read(tag * times + case["html"])
    assert why.value.reason == case["reason"]
    assert case["says"] in why.value.message


@pytest.mark.parametrize(
    "case",
    [case for name in ("unseen", "fresh", "bodies", "titles", "facts") for case in load(f"page_{name}.json")],
    ids=lambda c: c["label"],
)
def test_forms_of_pages_seen_elsewhere(case):
    found = read(case["html"])
    if case["title"]:
        assert found.text[slice(*found.title)].strip() == case["title"]
    lines = kept(found)
    assert not [line for line in case["kept"] if line not in lines]
    for text, rule in case["struck"].items():
        struck_by = rule_of(found, text)
        assert struck_by is not None if rule == "*" else struck_by == rule
    facts = best(found)
    assert {name: facts.get(name) for name in case["facts"]} == case["facts"]
    assert not set(case.get("no_facts", ())) & set(facts)


@pytest.mark.parametrize("case", load("page_flags.json"), ids=lambda c: c["label"])
def test_doubtful_documents_are_flagged(case):
    assert set(read(case["html"]).flags) == set(case["flags"])


@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("https://www.jiangcheng.example", True),
        ("http://jiangcheng.example/", True),
        ("http://jiangcheng.example/index.html#top", True),
        ("http://jiangcheng.example/default.aspx", True),
        ("www.jiangcheng.cn/index.htm", True),
        ("index.html", True),
        ("http://jiangcheng.example/2021/index.html", False),
        ("http://jiangcheng.example/index.php?id=17", False),
        ("jiangcheng/index.html", False),
        ("page.html", False),
        ("law.txt", False),
    ],
)
def test_a_home_page_is_known_by_its_address(address, home):
    assert element.at_home(address) is home


def test_an_article_that_was_saved_as_the_index_keeps_its_day():
    text = "<p>东山路供水管网改造工程全部完工，三百余户居民用上了稳定的自来水。</p>" * 2
    raw = f"<title>管网改造完工_江城网</title><h1>管网改造完工</h1><p>2021-04-13 10:20</p><div>{text}</div>".encode()
    found = page.read_page(
        raw, media_type="text/html", encoding=None, headers=None, url=None, config=Config(), source="index.html"
    )
    assert best(found)["published_on"] == "2021-04-13"
    assert "listing" not in found.flags


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"%PDF-1.7\n%...", "PDF"),
        (b"PK\x03\x04" + b"\x00" * 30 + b"word/document.xml", "DOCX"),
        (b"PK\x03\x04" + b"\x00" * 30 + b"xl/workbook.xml", "XLSX"),
        (b"PK\x03\x04" + b"\x00" * 60, "ZIP"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 50, "Office"),
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"{\\rtf1\\ansi", "RTF"),
    ],
)
def test_binary_is_named(raw, says):
    with pytest.raises(Rejected) as why:
        page.read_page(raw, media_type=None, encoding=None, headers=None, url=None, config=Config())
    assert why.value.reason == "binary" and says in why.value.message


def test_empty_and_too_large():
    for raw, reason in ((b"", "empty"), (b" \r\n\t", "empty"), ("\ufeff", "empty")):
        with pytest.raises(Rejected) as why:
            page.read_page(raw, media_type=None, encoding=None, headers=None, url=None, config=Config())
        assert why.value.reason == reason
    small = Config.model_validate({"limits": {"max_bytes": 10}})
    with pytest.raises(Rejected) as why:
        page.read_page(b"x" * 11, media_type=None, encoding=None, headers=None, url=None, config=small)
    assert why.value.reason == "too_large"


def test_plain_text_is_unchanged():
    text = "\ufeff关于供水的通知\r\n\r\n　　各单位：\n\t一、二\t三 \n"
    found = read(text, media_type="text/plain")
    assert found.text == text[1:] and not found.chrome
    assert [found.text[b.start : b.end].strip() for b in found.blocks] == ["关于供水的通知", "各单位：", "一、二\t三"]
    assert {b.kind for b in found.blocks} == {"line"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("<!DOCTYPE html><p>正文", "text/html"),
        ("\n<html><body>正文", "text/html"),
        ("正文在前<br>然后<p>一段</p><div>又一段</div>", "text/html"),
        ("用 <p> 标签分段。\n比较 a<b 的时候", "text/plain"),
        ("第一章 总则\n第一条 本法适用于……", "text/plain"),
    ],
)
def test_sniffing(text, kind):
    found = page.sniff.media_type(text, None, None)
    assert found == kind


@pytest.mark.parametrize(
    ("stated", "title"),
    [
        ("关于供水的通知_江城市人民政府", "关于供水的通知"),
        ("关于供水的通知-江城市人民政府网站", "关于供水的通知"),
        ("2020-2021年供水计划", "2020-2021年供水计划"),
        ("江城市“十四五”规划——水务篇", "江城市“十四五”规划——水务篇"),
        ("江城博客 » 老巷子里的樟树", "老巷子里的樟树"),
        ("供水指南 | 江城在线", "供水指南"),
        ("江城新闻网--东山路改造完工", "东山路改造完工"),
        ("江城市水务局_部门动态_东山路改造完工", "东山路改造完工"),
        ("江城市水务局 通知公告 东山路改造完工", "东山路改造完工"),
        ("东山路改造完工-评论-江城在线", "东山路改造完工"),
        ("江城成立江城大学_江城新闻网", "江城成立江城大学"),
        ("江城市人民政府 关于供水的通知", "江城市人民政府 关于供水的通知"),
        ("通知", "通知"),
        ("江城测绘有限公司 - AI05：白话效果量的分析", "AI05：白话效果量的分析"),  # the house first
        ("江城測繪顧問有限公司 | 離散程度的測量-基礎篇", "離散程度的測量-基礎篇"),
        ("江城测绘公司 — 东山路供水管网改造完工", "东山路供水管网改造完工"),
        (
            "江城测绘有限公司 - 企业名录 - 江城查",
            "江城测绘有限公司 - 企业名录 - 江城查",
        ),  # it is what the page is about
        ("江城测绘有限公司 - 江城采购信息网", "江城测绘有限公司"),
        ("江城测绘有限公司 - 招聘信息", "江城测绘有限公司 - 招聘信息"),
    ],
)
def test_suffix_of_the_title_element(stated, title):
    assert stated[slice(*element.within(stated))] == title


def test_address():
    html = "<title>t</title><link rel=canonical href='{}'><p>正文在这里，足够长的一句话，好让它是一篇文章。</p>"
    address = "https://www.jiangcheng.example/a/1.html"
    for href, url, wanted in (
        (address, None, address),
        ("/a/1.html", "https://www.jiangcheng.example/b", address),
        ("https://www.jiangcheng.example/", None, None),  # every page's template names the home page
        ("javascript:void(0)", None, None),
    ):
        assert best(read(html.format(href), url=url)).get("url") == wanted


def test_paginated_documents_are_flagged():
    prose = "<p>水务局通知，请各用户相互转告，做好储水准备，谢谢合作。</p>" * 3
    for foot, flags in (
        ("<p><a>[1]</a> <a>[2]</a> <a>[3]</a> <a>下一页</a></p>", ("paginated",)),
        ("<p>第1页/共3页</p>", ("paginated",)),
        ("<p>第1页/共1页 上一页 | 下一页</p>", ()),
        ("<p>（此件公开发布）</p>", ()),
    ):
        assert read(f"<title>供水通知</title><div>{prose}</div>{foot}").flags == flags


def test_lone_surrogates_do_not_stop_a_page():
    found = read("<title>供水通知</title><p>水务局\ud83d通知，请各用户相互转告，做好储水准备。</p>")
    assert "水务局\N{REPLACEMENT CHARACTER}通知" in found.text
    for media_type in ("text/html", "text/plain"):
        found = page.read_page(
            "供水\ud83d通知", media_type=media_type, encoding=None, headers=None, url=None, config=Config()
        )
        assert (found.text, found.flags) == ("供水\N{REPLACEMENT CHARACTER}通知", ("lone-surrogates",))


def test_a_notice_with_many_attachments_is_no_list():
    files = "".join(f"<p><a href={n}.doc>附件{n}：供水服务标准（第{n}部分）</a></p>" for n in range(1, 13))
    found = read(f"<title>关于公布供水服务标准的公告</title><div id=zoom><p>现公布供水服务标准。</p>{files}</div>")
    assert "附件12：供水服务标准（第12部分）" in kept(found)


def test_linked_data():
    data = {"@graph": [{"@type": "NewsArticle", "datePublished": "2021-04-12T20:00:00Z", "author": {"name": "林小满"}}]}
    html = (
        f"<script type='application/ld+json'>{json.dumps(data)}</script><p>正文在这里，足够长的一句话，是一篇文章。</p>"
    )
    assert best(read(html)) == {"published_on": "2021-04-13", "author": "林小满"}  # the day it was in China
    for broken in ("{", "[" * 100_000, '{"@type": "NewsArticle", "author": [[[]]]}'):
        assert best(read(f"<script type='application/ld+json'>{broken}</script><p>正文在这里，是一句话。</p>")) == {}


def test_spans_of_a_table_have_a_limit():
    huge = data_tables.Cell("x", 1000, 1000, False)
    grid = data_tables.resolved([[huge] * 30] * 10)
    assert sum(map(len, grid)) < 400_000


def test_meta_elements_say_what_their_table_says():
    prose = "<p>水务局通知，请各用户相互转告，做好储水准备，谢谢合作。</p>"
    for row in meta.TABLE.rows():
        facts = read(f"<title>t</title>{row['example']}{prose}").facts
        wanted = (row["field"], int(row["rank"]), f"meta:{row['name']}")
        assert [(f.field, f.rank, f.rule) for f in facts if f.origin == "attribute"] == [wanted], row["name"]


def test_anchors_are_found_by_the_names_of_boxes():
    for row in container.TABLE.rows():
        element = LexborHTMLParser(f"<body>{row['example']}x").body.first_child
        found = container.anchored(Box(0, "div", -1, 0, element.attributes))
        assert found is not None and found.id == row["id"]


TAGS = st.sampled_from(
    [
        "p",
        "div",
        "br",
        "table",
        "tr",
        "td",
        "th",
        "span",
        "b",
        "a",
        "h1",
        "h2",
        "ul",
        "li",
        "center",
        "pre",
        "section",
        "nav",
        "footer",
        "font",
        "ruby",
        "rt",
    ]
)
TEXT = st.text("水务局通知，。 \n\t&<>a1\u00a0\u3000", max_size=12)


@st.composite
def soup(draw):
    out = []
    for _ in range(draw(st.integers(0, 40))):
        kind = draw(st.integers(0, 3))
        tag = draw(TAGS)
        out.append(
            f"<{tag}>"
            if kind == 0
            else f"</{tag}>"
            if kind == 1
            else f"<{tag} class=content>"
            if kind == 2
            else draw(TEXT)
        )
    return "".join(out)


@tries(300)
@given(soup(), st.sampled_from(["", "<title>水务通知_江城</title>"]))
@example("1" * 11 + "<p>" * 16 + "<a><h1>\xa01", "")  # a heading of its sign and a blank
def test_every_page_keeps_the_rules(body, head):
    """Whatever the markup: blocks and strips are in order, on whole lines, and together cover every printed character."""
    html = f"{head}<body>{body}<div>供水恢复之后，请各用户检查水表，如有渗漏，及时联系水务局处理，谢谢合作。</div>"
    try:
        found = read(html)
    except Rejected as why:
        assert why.reason == "no_content"
        return
    text, at = found.text, 0
    ends = (
        {0, len(text)} | {n for n, c in enumerate(text) if c == "\n"} | {n + 1 for n, c in enumerate(text) if c == "\n"}
    )
    for strip in found.chrome:
        assert at <= strip.start < strip.end <= len(text)
        begin, behind = (text.rfind("\n", 0, strip.start) + 1, text.find("\n", strip.end) % (len(text) + 1))
        rest = text[begin : strip.start] + text[strip.end : behind]
        assert {strip.start, strip.end} <= ends or (strip.rule in ("title-suffix", "button") and rest.strip())
        at = strip.end
    at = 0
    for block in found.blocks:
        assert at <= block.start < block.end <= len(text) and {block.start, block.end} <= ends
        at = block.end
    covered = bytearray(len(text))
    for low, high in (*((s.start, s.end) for s in found.chrome), *((b.start, b.end) for b in found.blocks)):
        covered[low:high] = b"\x01" * (high - low)
    assert not [c for c, seen in zip(text, covered, strict=True) if not seen and not c.isspace()]
    if found.title:
        assert text[slice(*found.title)].strip()
    assert read(html) == found
