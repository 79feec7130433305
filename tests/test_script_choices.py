"""One-to-many characters that no phrase decides are edits with their alternatives; names keep their characters."""

import json
from pathlib import Path

import pytest

from ingest import Config, script
from ingest.script import dictionaries
from ingest.traced import Traced

CASES = json.loads((Path(__file__).parent / "cases" / "script_choices.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_choices(case):
    text = case["input"]
    done = script.convert(text, Config(target=case.get("target", "hans")))
    traced = Traced(text).recode(done.recoded, "script", done.chain).apply(done.changes, "script")
    assert traced.text == case["expected"]
    chosen = [change for change in done.changes if change.rule.startswith("choice:")]
    assert [change.rule for change in chosen] == [f"choice:{one}" for one in case["choices"]]
    for change in chosen:
        assert change.applied and change.note.startswith("or ") and change.after not in change.note
        assert done.recoded[change.start] == text[change.start], "the table does not stand for it"
    edits = {edit.rules for edit in traced.edits}
    assert edits == {(f"choice:{one}",) for one in case["choices"]}


def test_a_choice_below_the_certainty_asked_for_leaves_the_character():
    done = script.convert("單位面積為五百呎。", Config(min_certainty="likely"))
    assert [(c.rule, c.applied) for c in done.changes] == [("choice:呎", False)]
    assert done.recoded == "单位面积为五百呎。"


def test_the_table():
    for row in dictionaries.CHOICES.rows():
        others = row["others"].split("、")
        assert len(row["character"]) == 1 and row["direction"] in ("t2s", "s2t")
        assert row["character"] in others or row["to"] or row["direction"] == "t2s" or row["character"] in "签汇"
