"""Idempotence: a second reading, of the curated text as plain text, must not know less than the first."""

import json
from collections import Counter
from pathlib import Path

import made_lines
import pytest
from invariants import skeleton

import ingest

CASES = json.loads((Path(__file__).parent / "cases" / "twice.json").read_text("utf-8"))


def differs(raw: str, media_type: str) -> str:
    """What a second reading makes of a page that the first did not; empty where it is the same."""
    try:
        once = ingest.curate(raw, source="a", media_type=media_type)
    except ingest.Rejected:
        return ""
    twice = ingest.curate(once.text, source="b", media_type="text/plain")
    edits = [edit.rules[0] for edit in twice.edits if edit.applied]
    if edits:
        return edits[0]
    if twice.text != once.text:
        return "text"
    return "outline" if skeleton(twice) != skeleton(once) else ""


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["label"])
def test_read_twice(case):
    raw = case["html"] if "html" in case else "\n".join(case["lines"])
    media_type = "text/html" if "html" in case else "text/plain"
    assert differs(raw, media_type) == ""
    made = ingest.curate(raw, source="a", media_type=media_type)
    assert made.document.title == case["title"]
    for line in case.get("kept", ()):
        assert line in made.text
    for line in case.get("gone", ()):
        assert line not in made.text
    if "units" in case:
        assert len(skeleton(made)) == case["units"]
    if "once" in case:
        assert made.text.count(case["once"]) == 1


def made(numbers):
    pages = ((made_lines.html(n), "text/html") if n % 2 else (made_lines.plain(n), "text/plain") for n in numbers)
    return Counter(filter(None, (differs(*page) for page in pages)))


def test_made_pages_read_twice():
    """Pages of lines that readers trip over, put together at random: next to all of them stay what they were."""
    assert made(range(200)).total() <= 1


@pytest.mark.parametrize("number", [666, 1180, 1273, 2009, 2255, 2296])
def test_page_numbers_beside_a_sites_lines(number):
    """What stands beside page numbers is seen once the site's lines are gone, as a second reading sees it."""
    assert made([number]).total() == 0


@pytest.mark.slow
def test_many_made_pages_read_twice():
    assert made(range(5000)).total() <= 0.002 * 5000  # seven are known, .14 %
