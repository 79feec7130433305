"""Threads: the first post is the document, the further ones are records of their own with author and hour."""

import json
import pathlib

import pytest

import ingest

CASES = json.loads((pathlib.Path(__file__).parent / "cases" / "threads.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["label"])
def test_posts(case):
    try:
        doc = ingest.curate(case["html"], source="t", media_type="text/html")
    except ingest.Rejected:
        assert case["body"] is None
        return
    posts = [r for r in doc.records if r.kind == "post"]
    assert [[r.eid, r.author, str(r.posted_at)] for r in posts] == case["posts"]
    assert all(r.unit == "clause" and r.parent_eid is None for r in posts)
    if case["date"]:
        assert str(doc.document.published_on) == case["date"]
    assert list(doc.document.authors) == case["authors"]
    if case["body"]:
        assert next(r for r in doc.records if r.kind not in ("title", "post")).text == case["body"]


@pytest.mark.parametrize("case", [c for c in CASES if c["posts"]], ids=lambda c: c["label"])
def test_who_wrote_and_when_is_a_strip_and_no_second_reading_strikes_more(case):
    doc = ingest.curate(case["html"], source="t", media_type="text/html")
    struck = "".join(e.before for e in doc.edits if "post-line" in e.rules)
    for _, author, _ in case["posts"]:
        assert author in struck and author not in doc.text
    again = ingest.curate(doc.text, source="t", media_type="text/plain")
    assert again.text == doc.text and not [e for e in again.edits if e.applied]
