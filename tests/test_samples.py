"""The sample pages of raw/, curated one by one: what must come out of each, and the invariants of every document."""

import json
import re
import subprocess
import sys
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import ingest
from ingest import script

ROOT = Path(__file__).resolve().parent.parent
RAW = ROOT / "raw"
SOURCES = ROOT / "tools" / "samples"
CASES = json.loads((Path(__file__).parent / "cases" / "samples.json").read_text(encoding="utf-8"))
ACCEPTED = [case for case in CASES if "rejected" not in case]
NUMBERED = {
    "part", "subpart", "chapter", "section", "article", "level1", "level2", "level3", "level4", "level5"
}  # fmt: skip


def named(cases):
    return [pytest.param(case, id=case["page"]) for case in cases]


def squash(text):
    return "".join(text.split())


@cache
def curated(page):
    path = RAW / page
    sidecar = path.with_name(path.name + ".meta.json")
    known = json.loads(sidecar.read_text(encoding="utf-8")) if sidecar.exists() else {}
    if "fetched_at" in known:
        known["fetched_at"] = datetime.fromisoformat(known["fetched_at"]).replace(tzinfo=None)
    return ingest.curate(path.read_bytes(), source=page, **known)


def line(record):
    return squash((record.label or "") + (record.heading or "") + record.text)


def fits(record, wanted):
    """Does a record have what a case says of it? White space aside, since its width is the page's own business."""
    row = record.model_dump(mode="json")
    for name, value in wanted.items():
        if name == "line_has":
            good = squash(value) in line(record)
        elif name == "text_has":
            good = squash(value) in squash(record.text)
        elif name == "cells":
            good = row["cells"] == value
        elif isinstance(value, str) and isinstance(row[name], str):
            good = squash(row[name]) == squash(value)
        else:
            good = row[name] == value
        if not good:
            return False
    return True


def test_every_page_has_a_case_and_every_case_a_page():
    pages = {p.relative_to(RAW).as_posix() for p in RAW.rglob("*") if p.is_file() and not p.name.endswith(".meta.json")}
    assert pages == {case["page"] for case in CASES}


def test_generated_pages_are_what_their_sources_give():
    done = subprocess.run(
        [sys.executable, ROOT / "tools" / "make_samples.py", "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("case", named(case for case in CASES if "rejected" in case))
def test_rejection(case):
    with pytest.raises(ingest.Rejected) as caught:
        curated(case["page"])
    assert caught.value.reason == case["rejected"]


@pytest.mark.parametrize(
    ("case", "column"),
    [pytest.param(case, name, id=f"{case['page']}-{name}") for case in ACCEPTED for name in case["document"]],
)
def test_document(case, column):
    got = curated(case["page"]).document.model_dump(mode="json")[column]
    wanted = case["document"][column]
    assert got in (wanted["any"] if isinstance(wanted, dict) else [wanted])


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_numbered_units(case):
    records = curated(case["page"]).records
    assert [f"{r.kind} {r.label}" for r in records if r.kind in NUMBERED] == case["numbered"]


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_records(case):
    """Each wanted record is there, and they stand in this order."""
    at, records = 0, curated(case["page"]).records
    for wanted in case["records"]:
        found = next((n for n in range(at, len(records)) if fits(records[n], wanted)), None)
        near = [r.model_dump(include={"kind", "eid", "label", "heading", "text"}) for r in records[at : at + 12]]
        assert found is not None, f"no record {wanted} among those that follow: {near}"
        at = found + 1


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_what_must_go_is_gone(case):
    doc = curated(case["page"])
    text = squash(doc.text)
    assert [gone for gone in case["gone"] if squash(gone) in text] == []
    paragraphs = "".join(line(r) for r in doc.records if r.kind == "paragraph")
    assert [gone for gone in case.get("not_in_paragraphs", ()) if gone in paragraphs] == []


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_what_must_stay_is_there(case):
    text = squash(curated(case["page"]).text)
    assert [kept for kept in case["kept"] if squash(kept) not in text] == []


@pytest.mark.parametrize("case", named(case for case in ACCEPTED if "paragraphs_of" in case))
def test_every_paragraph_of_the_source_comes_back(case):
    source = (SOURCES / case["paragraphs_of"]).read_text(encoding="utf-8")
    paragraphs = [re.sub("<.*?>", "", p) for p in re.findall(r"<p[^>]*>(.*?)</p>", source)]
    wanted = [squash(p) for p in paragraphs if re.search(case["paragraphs_where"], p)]
    text = squash(curated(case["page"]).text)
    assert len(wanted) > 10
    assert [p for p in wanted if p not in text] == []


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_tiling(case):
    """Every visible character is in one strip edit or in one record's hull."""
    doc = curated(case["page"])
    depth = [0] * len(doc.page_text)
    strips = [(e.start, e.end) for e in doc.edits if e.applied and "strip" in e.stages and not squash(e.after)]
    for start, end in [*strips, *((r.source_start, r.source_end) for r in doc.records)]:
        for n in range(start, end):
            depth[n] += 1
    wrong = [(n, depth[n], ch) for n, ch in enumerate(doc.page_text) if depth[n] != 1 and not ch.isspace()]
    assert wrong == []


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_replay(case):
    """Each record is its hull with the applied edits made, and one-to-one pairs of the named table."""
    doc = curated(case["page"])
    applied = sorted((e for e in doc.edits if e.applied), key=lambda e: e.start)
    assert all(e.before == doc.page_text[e.start : e.end] for e in doc.edits)
    assert all(a.end <= b.start for a, b in pairwise(applied))
    chain = doc.document.script_chain
    allowed = script.pairs(chain) if chain else frozenset()
    for record in doc.records:
        out, at = "", record.source_start
        for edit in applied:
            if record.source_start <= edit.start and edit.end <= record.source_end:
                out += doc.page_text[at : edit.start] + edit.after
                at = edit.end
        replayed, shown = squash(out + doc.page_text[at : record.source_end]), line(record)
        assert len(replayed) == len(shown), record.eid
        assert [p for p in zip(replayed, shown, strict=True) if p[0] != p[1] and p not in allowed] == [], record.eid


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_idempotence(case):
    """The curated text, curated again: the same text, no edit, the same numbered units."""
    doc = curated(case["page"])
    again = ingest.curate(doc.text, source="again.txt", media_type="text/plain")

    def units(made):
        return [(r.kind, r.number, r.label, r.heading) for r in made.records if r.kind in NUMBERED]

    assert again.text == doc.text
    assert [e for e in again.edits if e.applied] == []
    assert units(again) == units(doc)


@pytest.mark.parametrize("case", named(ACCEPTED))
def test_rows_belong_together(case):
    doc = curated(case["page"])
    rows = [*doc.records, *doc.edits]
    assert {(r.doc_id, r.revision) for r in rows} == {(doc.document.doc_id, doc.document.revision)}
    assert len({r.record_id for r in doc.records}) == len(doc.records) == doc.document.record_count
    eids = {r.eid for r in doc.records}
    assert all(r.parent_eid is None or r.parent_eid in eids for r in doc.records)
