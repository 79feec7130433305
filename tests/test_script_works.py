"""著 stays where it says who wrote a work, and is 着 behind a verb."""

import json
from pathlib import Path

import pytest

from ingest import Config, repair, script
from ingest.traced import Traced

CASES = json.loads((Path(__file__).parent / "cases" / "script_works.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_who_wrote_a_work(case):
    text = case["input"]
    done = script.convert(text, Config(), repair.likelihoods, repair.parted)
    traced = Traced(text).recode(done.recoded, "script", done.chain).apply(done.changes, "script")
    assert traced.text == case["expected"]
    chosen = [change for change in done.changes if change.rule == "choice:著"]
    assert sum(not change.applied for change in chosen) == case["kept"]
    for change in chosen:
        assert done.recoded[change.start] == "著" and (change.applied or change.note == "who wrote a work")
