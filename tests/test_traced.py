"""Traced text: whatever the stages do, the edits replay, do not overlap, and tile the page."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest.traced import Change, Traced, weakest

TEXT = st.text(alphabet="國经a(ī)，\n ", min_size=1, max_size=40)


@st.composite
def batches(draw, length):
    """Changes for a text of that length: sorted, not overlapping, insertions and deletions among them."""
    marks = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    if len(marks) % 2:
        marks.pop()
    pairs = list(zip(marks[::2], marks[1::2], strict=True))
    return [Change(a, b, draw(st.text(alphabet="新旧x", max_size=3)), f"r{i}") for i, (a, b) in enumerate(pairs)]


@st.composite
def histories(draw):
    """A traced text after several stages, beside what plain string replacement gives."""
    page = draw(TEXT)
    traced, plain = Traced(page), page
    for stage in draw(st.lists(st.sampled_from(["strip", "repair", "script"]), max_size=4)):
        if not plain:
            break
        changes = draw(batches(len(plain)))
        traced = traced.apply(changes, stage)
        for change in reversed(changes):
            plain = plain[: change.start] + change.after + plain[change.end :]
        if draw(st.booleans()):
            plain = plain.replace("國", "国")
            traced = traced.recode(plain, "script", "t2s")
    return traced, plain


def replay(page, edits):
    at, parts = 0, []
    for e in edits:
        assert at <= e.start < e.end <= len(page), "edits overlap, run backwards or are empty on the page"
        parts += (page[at : e.start], e.after)
        at = e.end
    return "".join((*parts, page[at:]))


@tries(600)
@given(histories())
def test_any_history_replays(history):
    traced, plain = history
    assert traced.text == plain
    assert replay(traced.base, traced.edits) == plain
    assert all(a == b or (a, b) == ("國", "国") for a, b in zip(traced.page, traced.base, strict=True))


@tries(300)
@given(histories(), st.data())
def test_spans_tile(history, data):
    """The pieces between any positions have page spans that touch and cover, and each replays to its own text."""
    traced, plain = history
    marks = sorted(data.draw(st.lists(st.integers(0, len(plain)), max_size=4)))
    pieces = traced.split(marks)
    assert "".join(p.page for p in pieces) == traced.page
    assert "".join(p.text for p in pieces) == plain
    again = Traced.join(pieces)
    assert again.text == plain and again.page == traced.page
    assert replay(again.base, again.edits) == plain


@tries(300)
@given(histories(), st.data())
def test_mapping(history, data):
    traced, plain = history
    a, b = sorted((data.draw(st.integers(0, len(plain))), data.draw(st.integers(0, len(plain)))))
    start, end = traced.to_page(a, b)
    assert 0 <= start <= end <= len(traced.page)
    if a < b:
        assert start < end
        # Cutting the page span and applying the edits inside gives at least the text asked for.
        inside = [
            e._replace(start=e.start - start, end=e.end - start)
            for e in traced.edits
            if start <= e.start and e.end <= end
        ]
        assert plain[a:b] in replay(traced.base[start:end], inside)


def test_later_stages_compose():
    first = Traced("責(zé)任編輯:某").apply([Change(1, 5, "", "gloss")], "repair")
    both = first.recode("责任编辑:某", "script", "t2s").apply([Change(0, 6, "", "editor-line", note="end")], "strip")
    (edit,) = both.edits
    assert (edit.start, edit.end, edit.after) == (0, 10, "")
    assert edit.stages == ("repair", "strip") and edit.rules == ("gloss", "editor-line")


def test_a_removal_takes_in_what_was_removed_behind_it():
    traced = Traced("來源:日報(bào)\n文").apply([Change(5, 10, "", "gloss")], "repair")
    (edit,) = traced.apply([Change(0, 5, "", "publish-line")], "strip").edits
    assert (edit.start, edit.end, edit.rules) == (0, 10, ("gloss", "publish-line"))


def test_declined_changes_leave_the_text():
    traced = Traced("盱眙(XūYí)").apply([Change(2, 8, "", "gloss", "guess", "place name", False)], "repair")
    assert traced.text == "盱眙(XūYí)" and not traced.edits
    assert traced.declined[0].applied is False and traced.declined[0].note == "place name"


def test_cut_divides_an_edit():
    traced = Traced("甲??v乙").apply([Change(1, 4, "。縱", "slip")], "repair").cuts([2])
    assert [(e.start, e.end, e.after) for e in traced.edits] == [(1, 3, "。"), (3, 4, "縱")]
    assert traced.to_page(0, 2) == (0, 3) and traced.to_page(2, 4) == (3, 5)


@pytest.mark.parametrize("changes", [[Change(0, 2, "", "a"), Change(1, 3, "", "b")], [Change(0, 9, "", "a")]])
def test_impossible_changes_are_refused(changes):
    with pytest.raises(ValueError):
        Traced("甲乙丙").apply(changes, "strip")


def test_weakest():
    assert weakest() == "exact" and weakest("likely", "guess", "exact") == "guess"


def test_ten_thousand_edits():
    page = "經(jīng)濟發展了" * 10_000
    traced = Traced(page).apply([Change(i * 11 + 1, i * 11 + 7, "", "gloss") for i in range(10_000)], "repair")
    assert len(traced.text) == 50_000 and len(traced.edits) == 10_000
    traced = traced.apply([Change(i * 5, i * 5 + 2, "经济", "x") for i in range(0, 10_000, 2)], "script")
    assert [traced.to_page(p, p + 1)[0] for p in (0, 2, 49_999)] == [0, 8, 109_999]
