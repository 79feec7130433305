"""Documents of the kinds that the outline knows, self-written after real ones, each as its whole tree.

A line of `tree` is a record: a dot a level, kind, label, heading, how its text begins (a line's end is ⏎), and its role if it has one.
"""

import json
from pathlib import Path

import pytest

import ingest

CASES = [
    pytest.param(case, id=f"{file.stem.removeprefix('kind_')}: {case['label']}")
    for file in sorted((Path(__file__).parent / "cases").glob("kind_*.json"))
    for case in json.loads(file.read_text("utf-8"))
]


def curated(text):
    return ingest.curate(text, source="case", media_type="text/plain")


def tree(doc):
    return [
        ". " * r.depth
        + "|".join(
            [r.kind, r.label or "", r.heading or "", (r.text or "").replace("\n", "⏎")[:14], *([r.role] * bool(r.role))]
        )
        for r in doc.records
    ]


@pytest.mark.parametrize("case", CASES)
def test_tree(case):
    doc = curated("\n".join(case["input"]))
    assert tree(doc) == case["tree"]
    assert doc.document.title == case["title"]
    assert doc.document.document_number == case.get("document_number")
    assert (doc.document.issued_on and str(doc.document.issued_on)) == case.get("issued_on")


@pytest.mark.parametrize("case", CASES)
def test_reads_the_same_again(case):
    once = curated("\n".join(case["input"]))
    twice = curated(once.text)
    assert twice.text == once.text
    assert [e.before for e in twice.edits if e.applied] == []
    assert tree(twice) == tree(once)
