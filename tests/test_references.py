"""References and citations: cases as data, and what holds for every reference of any text."""

import json
import re
from pathlib import Path

import made_laws
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

import ingest
from ingest import references
from ingest.corpus.audit.invariants import pairs
from ingest.corpus.audit.referring import referring

DATA = json.loads((Path(__file__).parent / "cases" / "references.json").read_text("utf-8"))


def curated(name, text=""):
    body = DATA["documents"][name]
    return ingest.curate(body % text if "%s" in body else body, source=name, media_type="text/plain")


def shown(row):
    out = {"quote": row.quote, "form": row.form}
    if row.reason != "found":
        out["reason"] = row.reason
    for name, value in (
        ("eids", list(row.target_eids)), ("first", row.target_first), ("last", row.target_last),
        ("title", row.target_title), ("number", row.target_number),
    ):  # fmt: skip
        if value:
            out[name] = value
    return out


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda c: c["label"])
def test_cases(case):
    doc = curated(case["in"], case["text"])
    first = curated(case["in"], "无。")
    own = case["text"].split("\n")
    rows = [r for r in doc.references if any(r.quote in line for line in own) and not _standing(r, first)]
    assert [shown(r) for r in rows] == [{k: v for k, v in e.items() if k != "certainty"} for e in case["expected"]]
    for row, expected in zip(rows, case["expected"], strict=True):
        if "certainty" in expected:
            assert row.certainty == expected["certainty"]


def _standing(row, without):
    """Whether the document refers so without the case's text as well."""
    return any(r.quote == row.quote and r.record_id == row.record_id for r in without.references)


def hold(doc):
    """What is promised of every reference."""
    records = {r.record_id: r for r in doc.records}
    eids = {r.eid: r for r in doc.records}
    last = {}
    for n, row in enumerate(doc.references):
        record = records[row.record_id]
        assert row.ordinal == n
        column = row.within or "text"
        assert getattr(record, column)[row.text_start : row.text_end] == row.quote
        assert row.text_start >= last.get((row.record_id, column), 0), "two overlap"
        last[row.record_id, column] = row.text_end
        printed = doc.page_text[row.start : row.end]
        inside = [e for e in doc.edits if e.applied and e.start < row.end and row.start < e.end]
        if not inside and doc.document.script_chain is None:
            assert "".join(printed.split()) == "".join(row.quote.split())
        assert set(row.target_eids) <= set(eids)
        assert (row.reason == "found") == (row.target_doc_id is not None)
        if row.quote.startswith("前"):
            assert all(eids[e].ordinal <= record.ordinal for e in row.target_eids)
        if row.target_first:
            assert {row.target_first, row.target_last} <= set(row.target_eids)


@pytest.mark.parametrize("case", DATA["cases"], ids=lambda c: c["label"])
def test_promises(case):
    hold(curated(case["in"], case["text"]))


@pytest.mark.parametrize("case", DATA["headings"], ids=lambda c: c["label"])
def test_headings_refer_as_texts_do(case):
    doc = ingest.curate(case["text"], source="x", media_type="text/plain")
    hold(doc)
    own = [r for r in doc.references if r.within or r.form in ("that", "self")]
    assert [[r.quote, r.within, r.form, r.target_title, list(r.target_eids)] for r in own] == case["expected"]


@pytest.mark.property
@given(st.integers(0, 10_000))
@tries(25)
def test_promises_of_made_laws(seed):
    doc = ingest.curate("\n".join(made_laws.make(seed)[1]), source="law", media_type="text/plain")
    hold(doc)
    round_trip(doc)


def round_trip(doc):
    """Every citation leads to its record, and to no other."""
    keys = {}
    for record in doc.records:
        if record.citation:
            assert keys.setdefault(references.parse(record.citation), record.eid) == record.eid, record.citation


@pytest.mark.parametrize("case", DATA["citations"], ids=lambda c: f"{c['in']} {c['eid']}")
def test_citations(case):
    doc = curated(case["in"], "无。")
    round_trip(doc)
    assert next(r.citation for r in doc.records if r.eid == case["eid"]) == case["citation"]


@pytest.mark.parametrize(("one", "other"), DATA["cited"])
def test_people_cite_in_many_ways(one, other):
    assert references.parse(one) == references.parse(other)


def test_numbers_that_begin_anew_are_told_apart():
    text = "云栖市章程\n第一章 甲\n第一条 子。\n第二章 乙\n第一条 丑。"
    doc = ingest.curate(text, source="x", media_type="text/plain")
    cited = [r.citation for r in doc.records if r.kind == "article"]
    assert cited == ["《云栖市章程》第一章第一条", "《云栖市章程》第二章第一条"]


def test_an_amending_decision_speaks_of_the_law_it_amends():
    text = (
        "云栖市人大常委会关于修改《云栖市渔港管理条例》的决定\n一、对条例作修改，将第三条改为：“船舶进港按照第四条报告。”\n"
        "二、同时，删去第五条第二款，不另行公布，并由渔业局重新排印。\n本决定自公布之日起施行。"
    )
    doc = ingest.curate(text, source="x", media_type="text/plain")
    places = [r for r in doc.references if re.match("第.条", r.quote)]
    assert [r.quote for r in places] == ["第三条", "第四条", "第五条第二款"]
    assert {(r.target_title, r.reason) for r in places} == {("云栖市渔港管理条例", "elsewhere")}


@pytest.mark.parametrize("case", DATA["decisions"], ids=lambda c: c["label"])
def test_decisions(case):
    doc = ingest.curate(case["text"], source="x", media_type="text/plain")
    hold(doc)
    shown = [[r.quote, r.reason, r.target_title, list(r.target_eids)] for r in doc.references]
    assert shown == case["expected"]


def test_a_new_target_elsewhere_changes_no_revision():
    doc = curated("ordinance", "依照《云栖省港口法》第八条处罚。")
    other = curated("ordinance", "依照《云栖省港口法》第九条处罚。")
    assert doc.document.revision != other.document.revision
    assert {"target_doc_id", "target_revision", "reason", "certainty"} <= ingest.pipeline._ELSEWHERE


@pytest.mark.parametrize("case", DATA["events"], ids=lambda c: c["label"])
def test_events(case):
    doc = ingest.curate(case["text"], source="x", media_type="text/plain")
    told = [[e.kind, e.date and e.date.isoformat(), e.body, e.number] for e in doc.events]
    assert told == case["expected"]
    for event in doc.events:
        assert doc.page_text[event.start : event.end].strip()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, None),
        ({"start": 1}, "is not what the page has at its place"),
        ({"target_revision": "other"}, "leads nowhere and has a target"),
    ],
)
def test_where_a_converted_page_has_a_reference_is_checked(change, said):
    text = "雲棲市漁港管理條例\n第一條 為了管理漁港，依照《雲棲省漁業法》第三條，制定本條例。\n第二條 違反前條的規定的，處罰款。"
    doc = ingest.curate(text, source="x", media_type="text/plain")
    assert doc.document.script_chain
    row = doc.references[0]
    new = {name: row.start + 1 if name == "start" else value for name, value in change.items()}
    rows = [row.model_copy(update=new), *doc.references[1:]]
    allowed = pairs(doc.document.script_chain)
    faults = list(referring(doc.document, doc.records, doc.edits, rows, allowed))
    assert [fault.what for fault in faults][:1] == ([] if said is None else [f"reference 0 {said}"])
