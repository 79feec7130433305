"""The contract's invariants for one document, written down a second time and plainly, so that the tests do not ask the code
under test whether it is right."""

import itertools
import re

from ingest import script


def squash(text):
    return re.sub(r"\s+", "", text or "")


def check(doc):
    """Assert tiling, replay and identity for one curated document."""
    page, rows = doc.page_text, doc.document
    applied = sorted((e for e in doc.edits if e.applied), key=lambda e: e.start)
    for one, two in itertools.pairwise(applied):
        assert one.end <= two.start, ("edits overlap", one, two)
    for edit in doc.edits:
        assert page[edit.start : edit.end] == edit.before and edit.start < edit.end, ("before", edit)

    owners = [0] * len(page)
    for edit in applied:
        if "strip" in edit.stages and not squash(edit.after):
            for i in range(edit.start, edit.end):
                owners[i] = 9
    for record in doc.records:
        for i in range(record.source_start, record.source_end):
            if owners[i] != 9:
                owners[i] += 1
    for i, ch in enumerate(page):
        if not ch.isspace():
            assert owners[i] in (1, 9), ("lost" if not owners[i] else "twice", i, page[max(0, i - 10) : i + 10])

    pairs = script.pairs(rows.script_chain) if rows.script_chain else frozenset()
    for record in doc.records:
        low, high = record.source_start, record.source_end
        parts, at = [], low
        for edit in applied:
            if low <= edit.start and edit.end <= high:
                parts += [(c, True) for c in page[at : edit.start]] + [(c, False) for c in edit.after]
                at = edit.end
        parts += [(c, True) for c in page[at:high]]
        parts = [(c, plain) for c, plain in parts if not c.isspace()]
        want = squash((record.label or "") + (record.heading or "") + record.text)
        assert len(parts) == len(want), ("replay", record.eid, "".join(c for c, _ in parts), want)
        for (have, _), need in zip(parts, want, strict=True):
            assert have == need or (have, need) in pairs, ("replay", record.eid, have, need)

    assert len({r.eid for r in doc.records}) == len(doc.records), "eids repeat"
    known = {r.eid for r in doc.records}
    for n, record in enumerate(doc.records):
        assert record.ordinal == n and record.record_id == f"{rows.doc_id}#{record.eid}"
        assert record.parent_eid is None or record.parent_eid in known
        assert record.revision == rows.revision
    assert rows.record_count == len(doc.records) and rows.edit_count == len(doc.edits)
    assert rows.page_chars == len(page) and rows.text_chars == len(doc.text)


NUMBERED = {"part", "subpart", "chapter", "section", "article", "level1", "level2", "level3", "level4", "level5"} | {
    "decimal",
    "letter",
    "formal",
}


def skeleton(doc):
    """What invariant 6 compares: the numbered units."""
    return [(r.kind, r.number, r.label, r.heading) for r in doc.records if r.kind in NUMBERED]
