"""Single characters of the other script: a slip is converted with an edit, what is meant stays."""

import json
from pathlib import Path

import pytest

from ingest import Config, repair, script
from ingest.traced import Traced

CASES = json.loads((Path(__file__).parent / "cases" / "script_stray.json").read_text(encoding="utf-8"))


def converted(text: str, config: Config):
    done = script.convert(text, config, repair.likelihoods)
    traced = Traced(text).recode(done.recoded, "script", done.chain) if done.chain else Traced(text)
    return done, traced.apply(done.changes, "script").text


@pytest.mark.parametrize("case", [pytest.param(case, id=case["label"]) for case in CASES])
def test_strays(case):
    config = Config(target=case.get("target", "hans"))
    done, out = converted(case["input"], config)
    assert out == case["expected"]
    assert [c.rule for c in done.changes if c.rule.startswith("stray:")] == [f"stray:{one}" for one in case["strays"]]
    assert converted(out, config)[1] == out


def test_a_stray_below_the_certainty_asked_for_is_on_record():
    done, out = converted("第二條　本办法适用于云溪县各级机关。", Config(min_certainty="exact"))
    (one,) = done.changes
    assert (one.rule, one.after, one.applied) == ("stray:條", "条", False)
    assert out == "第二條　本办法适用于云溪县各级机关。"
