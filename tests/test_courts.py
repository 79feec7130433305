"""Judgments of the mainland and of Taiwan, official letters of Taiwan: which part each unit belongs to, and what they state."""

import json
from pathlib import Path

import pytest
from invariants import check, skeleton

import ingest

CASES = json.loads((Path(__file__).parent / "cases" / "outline_courts.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[c["label"] for c in CASES])
def test_parts_and_facts(case):
    doc = ingest.curate(case["input"], source="case", media_type="text/plain")
    check(doc)
    row = doc.document
    assert (row.title, row.document_number) == (case["title"], case["document_number"])
    assert (row.issued_on and row.issued_on.isoformat()) == case["issued_on"]
    found = [[r.kind, r.role, r.label or "", (r.heading or "")[:14], r.text[:14]] for r in doc.records]
    assert found == case["expected"]


@pytest.mark.parametrize("case", CASES, ids=[c["label"] for c in CASES])
def test_curated_text_reads_the_same_again(case):
    once = ingest.curate(case["input"], source="case", media_type="text/plain")
    twice = ingest.curate(once.text, source="case", media_type="text/plain")
    assert twice.text == once.text
    assert skeleton(twice) == skeleton(once)
    assert [r.role for r in twice.records] == [r.role for r in once.records]
