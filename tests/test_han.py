"""What Chinese print is like: one grammar for each thing, and every room sees the same."""

import json
import re
from pathlib import Path

import pytest

import ingest
from ingest.han import bodies, dates, document_numbers, kinds, markers, numerals, outlets, tabbed

CASES = json.loads((Path(__file__).parent / "cases" / "han.json").read_text("utf-8"))
KINDS = [row["kind"] for row in kinds.TABLE.rows()]


@pytest.mark.parametrize(("text", "iso"), CASES["dates"])
def test_who_looks_for_a_date_and_who_reads_it_see_the_same(text, iso):
    assert dates.parse(text) == iso
    assert dates.DATE.fullmatch(text) and text[-1] in dates.LAST
    assert re.fullmatch(f"于{dates.WHOLE}印发", f"于{text}印发")


@pytest.mark.parametrize("text", CASES["no_dates"])
def test_no_date(text):
    assert dates.parse(text) is None
    assert not dates.DATE.fullmatch(text)


@pytest.mark.parametrize("line", CASES["opens"])
def test_a_marker_opens_the_line(line):
    assert markers.opens(line)


@pytest.mark.parametrize("line", CASES["no_opens"])
def test_no_marker_opens_the_line(line):
    assert not markers.opens(line)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_document_has_an_issuer(kind):
    made = ingest.curate(f"云栖市人民政府关于渔港建设的{kind}\n为建设渔港，现将有关事项说明如下。", source="k.txt")
    assert made.document.issuer == "云栖市人民政府"


@pytest.mark.parametrize(("title", "issuer"), CASES["issued"])
def test_a_title_names_its_issuer(title, issuer):
    assert kinds.ISSUED.fullmatch(title)[1] == issuer


@pytest.mark.parametrize("title", CASES["not_issued"])
def test_a_title_without_an_issuer(title):
    assert not kinds.ISSUED.fullmatch(title)


@pytest.mark.parametrize("number", CASES["numbers"])
def test_document_numbers(number):
    assert document_numbers.whole(number) == number


@pytest.mark.parametrize("line", CASES["no_numbers"])
def test_no_document_number(line):
    assert document_numbers.whole(line) is None


@pytest.mark.parametrize(
    "head",
    [
        "第一部分 总体要求",
        "第一篇 总体要求",
        "① 总体要求",
        "甲、总体要求",
        "Ⅰ、总体要求",
        "第一章总体要求",
        "一、总体要求",
    ],
)
def test_a_heading_set_like_a_title_is_no_title(head):
    text = "<p>渔港是云栖市的门户，渔港的建设关系到两岸百姓的生活，也关系到海上的安全。</p>" * 3
    page = f"<html><title>云栖市人民政府</title><body><div><p align=center><b>{head}</b></p>{text}</div></body></html>"
    made = ingest.curate(page, source="t.html")
    assert head not in made.document.title
    assert any(record.label and record.heading and head.endswith(record.heading) for record in made.records)


@pytest.mark.parametrize("title", ["第一部分水稻开镰收割", "第一条渡船今日下水", "一、二年级今日开学"])
def test_a_headline_that_begins_like_a_heading_is_one(title):
    text = "<p>渔港是云栖市的门户，渔港的建设关系到两岸百姓的生活，也关系到海上的安全。</p>" * 3
    page = f"<html><title>云栖市人民政府</title><body><div><p align=center><b>{title}</b></p>{text}</div></body></html>"
    assert ingest.curate(page, source="t.html").document.title == title


@pytest.mark.parametrize("day", ["二Ｏ二一年三月廿三日", "中華民國一百一十年三月二十三日", "2021年3月23号"])
def test_a_signature_in_any_form_of_date(day):
    text = f"关于渔港建设的通知\n各渔港：\n为建设渔港，现将有关事项通知如下，请各单位结合实际认真贯彻执行，确保渔港安全。\n云栖市渔政支队\n{day}"
    made = ingest.curate(text, source="s.txt")
    assert made.document.issued_on.isoformat() == "2021-03-23"
    assert made.document.issuer == "云栖市渔政支队"
    assert made.records[-1].kind == "signature"


def test_each_body_and_medium_names_itself():
    for row in bodies.TABLE.rows():
        assert bodies.LINE.fullmatch(row["example"])
    for row in outlets.TABLE.rows():
        if "medium" in row["uses"]:
            assert outlets.NAME.fullmatch(row["example"]) and outlets.AUTHOR.fullmatch(row["example"])


@pytest.mark.parametrize("name", ["林小满", "陈知夏、周一山", "欧阳海"])
def test_a_person_is_no_outlet(name):
    assert not outlets.AUTHOR.fullmatch(name)


@pytest.mark.parametrize(("printed", "number"), [("贰拾叁", 23), ("壹佰零陸", 106), ("二Ｏ二一", 2021), ("廿三", 23)])
def test_formal_numerals(printed, number):
    assert numerals.value(printed) == number


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("名称\t单价\n灯\t12\n12.5\t高", 3),
        ("12\t低\n12.5\t高", 2),  # values, one like a marker
        ("2\t灯具\n2.1\t数量\n每座码头不少于四盏。", 0),  # a section and the first one below it
        ("２\t灯具\n２．1\t数量\n每座码头不少于四盏。", 0),
    ],
)
def test_rows_of_a_plain_text_and_numbered_headings_with_tabs(text, rows):
    assert len(tabbed.rows(text)) == rows
