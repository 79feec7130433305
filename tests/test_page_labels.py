"""Labelled lines, dates and document numbers as printed."""

import json
import pathlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest import labels
from ingest.han import dates, document_numbers

CASES = json.loads((pathlib.Path(__file__).parent / "cases" / "page_labels.json").read_text("utf-8"))


@pytest.mark.parametrize(("text", "wanted"), CASES["dates"])
def test_dates(text, wanted):
    assert dates.parse(text) == wanted


@pytest.mark.parametrize(("text", "wanted"), CASES["numbers"])
def test_document_numbers(text, wanted):
    assert document_numbers.whole(text) == wanted


@pytest.mark.parametrize(("line", "wanted"), CASES["lines"])
def test_lines(line, wanted):
    assert sorted([f.field, f.value] for f in labels.read_line(line)) == sorted(wanted)


@pytest.mark.parametrize(("cell", "field"), CASES["cells"])
def test_cells(cell, field):
    label = labels.label_of(cell)
    assert (label.field if label else None) == field


@given(st.text("发布时间来源作者：: 2021年4月13日-/|（）〔〕号 第6林小满。\t\u3000", max_size=60))
def test_any_line_gives_well_formed_facts(line):
    for fact in labels.read_line(line):
        assert fact.value == fact.value.strip() and fact.value
        if fact.field.endswith("_on"):
            assert dates.parse(fact.value) == fact.value
