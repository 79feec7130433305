"""`ingest rules`: the tables as they stand, and how often each rule acted over a folder."""

import json
from pathlib import Path

import pytest

from ingest import cli, corpus, rulebook
from ingest.review.coverage import coverage

PAGE = """渔港改造完工
发布时间:2021-06-18 来源:云栖日报
渔港改造昨日完工,泊位增加一倍。
一、泊位
泊位由十个增加到二十个。
责任编辑:陈知夏
"""


@pytest.fixture(scope="module")
def curated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("rules")
    (base / "raw").mkdir()
    (base / "raw" / "a.txt").write_text(PAGE, "utf-8")
    (base / "raw" / "b.txt").write_text("渔港改造\n发布时间:2021-06-17\n发布日期:2021-06-18\n渔港昨日改造。\n", "utf-8")
    corpus.run(base / "raw", base / "curated", resources=corpus.Resources(1))
    return base / "curated"


def ended(arguments: list[str]) -> object:
    with pytest.raises(SystemExit) as end:
        cli.main(arguments)
    return end.value.code


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    return ended([*arguments]), capsys.readouterr().out


def test_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out = told(capsys, "rules", "--json")
    rows = json.loads(out)
    assert code == 0 and len(rows) == sum(len(entry.table.rows()) for entry in rulebook.entries())
    (editor,) = (row for row in rows if row["id"] == "editor-line")
    assert editor["room"] == "notices" and editor["example"] == "责任编辑:陈知夏 校对:林远" and editor["lookalike"]
    code, out = told(capsys, "rules", "notices")
    lines = out.splitlines()
    assert code == 0 and lines[0].split("\t") == ["id", "room", "table", "pattern", "example", "lookalike"]
    assert {line.split("\t")[1] for line in lines[1:]} == {"notices"}


def test_coverage_says_how_often_each_rule_acted(curated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    counts = {count.id: count for count in coverage(curated)}
    assert counts["editor-line"][1:] == ("notices", 1, 1, 0)
    assert counts["label:published"][1:] == ("labels", 3, 2, 1)
    assert counts["marker:han"][1:] == ("han", 1, 1, 0)
    assert counts["publish-line"][1:] == (None, 3, 3, 0)  # code, and no table
    assert counts["icp"].fired == 0
    assert counts["zoom"].fired is None
    code, out = told(capsys, "rules", "--coverage", str(curated), "notices")
    shown = dict(line.split("\t", 1) for line in out.splitlines())
    assert code == 0 and shown["editor-line"] == "notices\t1\t1\t0" and shown["icp"] == "notices\tnever\t0\t0"


def test_a_room_or_folder_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert ended(["rules", "nowhere"]) == 2
    assert "no room 'nowhere'" in capsys.readouterr().err
    assert ended(["rules", "--coverage", str(tmp_path)]) == 1
