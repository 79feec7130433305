"""`ingest init`, and notice rules from a file."""

import re
import tomllib
from pathlib import Path

import pytest

from ingest import Config, InputError, cli, starter
from ingest.repair import estimate
from ingest.settings import Settings, load

GOOD = "id\twhere\tpattern\texample\n# a remark\n\nbanner\tany\t云栖发布.{0,9}\t云栖发布，欢迎订阅\nfoot\ttail\t完 *\\d+\t完　１２\n"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "raw").mkdir()
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"INGEST_{name.upper()}", raising=False)
    return tmp_path


def rules(here: Path, content: str) -> Settings:
    (here / "ingest.toml").write_text('notice_rules_file = "own.tsv"\n')
    (here / "own.tsv").write_text(content, encoding="utf-8")
    return load(here / "raw", environ={})


def test_rules_from_a_file(here: Path) -> None:
    settings = rules(here, GOOD)
    assert [(r.id, r.where) for r in settings.config.notice_rules] == [("banner", "any"), ("foot", "tail")]
    assert settings.config.sha256 != Config().sha256
    (here / "ingest.toml").write_text(
        'notice_rules_file = "own.tsv"\n[[notice_rules]]\nid = "first"\npattern = "转载.*"\n'
    )
    assert [r.id for r in load(here / "raw", environ={}).config.notice_rules] == ["first", "banner", "foot"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a\tany\t甲+\t乙\n", "line 1: a: '甲+' does not match its example '乙'"),
        ("a\tany\t甲+\t甲乙\n", "line 1: a: '甲+' does not match its example '甲乙'"),
        ("\na\tany\t(\t甲\n", "line 2: a: '(' is no regular expression"),
        ("a\tnowhere\t甲\t甲\n", "line 1: where: Input should be 'head', 'tail', 'edge', 'weak' or 'any'"),
        ("a\tany\t甲\n", "line 1: 3 cells instead of 4: id, where, pattern, example"),
        ("a\tany\t甲\t\n", "line 1: example is empty"),
        ("a any 甲 甲\n", "line 1: 1 cells instead of 4: id, where, pattern, example"),
        ("a\tany\t甲\t甲\na\tany\t乙\t乙\n", "line 2: id a is in line 1 already"),
    ],
)
def test_a_wrong_rule_is_named_by_its_line(here: Path, content: str, line: str) -> None:
    with pytest.raises(InputError, match=re.escape(f"own.tsv, {line}")):
        rules(here, content)


def test_a_rules_file_that_is_not_there(here: Path) -> None:
    (here / "ingest.toml").write_text('notice_rules_file = "none.tsv"\n')
    with pytest.raises(InputError, match=r"none\.tsv cannot be read \(notice_rules_file\)"):
        load(here / "raw", environ={})


def test_a_rule_in_the_settings_that_is_no_expression(here: Path) -> None:
    (here / "ingest.toml").write_text('[[notice_rules]]\nid = "a"\npattern = "["\n')
    with pytest.raises(InputError, match=r"notice_rules\.0: a: '\[' is no regular expression"):
        load(here / "raw", environ={})


def test_names_of_fields_as_text_or_list(here: Path) -> None:
    (here / "ingest.toml").write_text('[feed]\nbody = "page"\nurl = ["a", "b"]\n')
    feed = load(here / "raw", environ={}).config.feed
    assert (feed.body, feed.url) == (("page",), ("a", "b"))
    (here / "ingest.toml").write_text('[feed]\nbodies = "page"\n')
    with pytest.raises(InputError, match=r"feed\.bodies: there is no such setting"):
        load(here / "raw", environ={})


def test_the_default_file_names_every_setting_with_its_default(here: Path) -> None:
    text = starter.settings_file()
    (here / "ingest.toml").write_text(text, encoding="utf-8")
    plain = load(here / "raw", environ={}).model_dump(exclude={"raw", "curated"})
    assert plain == Settings().model_dump(exclude={"raw", "curated"})
    # Taken at its word, behind the marks of a comment: the same.
    said = re.sub(r"^# (?=\w+ = |\[)", "", text, flags=re.MULTILINE)
    values = tomllib.loads(
        re.sub(r"^(?:notice_rules|domain_model)_file.*\n|^\[rerank\]\nfile.*\n", "", said, flags=re.MULTILINE)
    )
    by_file = {
        "notice_rules_file",
        "domain_model_file",
        "domain_model",
        "site_models",
        "repair_models",
        "rerank",
        "rerank_file",
        "corrections",
    }
    assert set(values) == set(Settings.model_fields) - by_file
    for name, value in values.items():
        if name not in ("raw", "curated", "notice_rules", "buckets"):
            assert Settings.model_validate({name: value}) == Settings(), name
    (here / "own.tsv").write_text(GOOD, encoding="utf-8")
    estimate.build_from(["青禾县秸秆变肉工程"], here / "model.bin")
    (here / "ingest.toml").write_text(
        said.replace("notices.tsv", "own.tsv").replace('[rerank]\nfile = "model.gguf"', ""), encoding="utf-8"
    )
    found = load(here / "raw", environ={})
    assert [r.id for r in found.notice_rules] == ["banner", "banner", "foot"]
    assert found.domain_model and found.domain_model.path == str(here / "model.bin")


def test_a_model_counts_by_its_content(here: Path) -> None:
    estimate.build_from(["青禾县秸秆变肉工程"], here / "one.bin")
    (here / "two.bin").write_bytes((here / "one.bin").read_bytes())
    estimate.build_from(["云栖市海洋经济"], here / "three.bin")
    one, two, three = (
        load(here / "raw", environ={}, domain_model_file=here / f"{name}.bin").config
        for name in ("one", "two", "three")
    )
    assert one.sha256 == two.sha256 != three.sha256 and one.sha256 != Config().sha256


def test_a_model_that_is_none_is_an_error(here: Path) -> None:
    (here / "x.bin").write_bytes(b"something else")
    for name in ("x.bin", "y.bin"):
        with pytest.raises(InputError, match=name):
            load(here / "raw", environ={}, domain_model_file=here / name)


def test_init(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["init", "new"])
    out = capsys.readouterr().out
    assert "made new/ingest.toml\nmade new/raw/example.html\n" in out
    assert "  cd new\n" in out
    assert all(f"  ingest {name}" in out for name in ("run", "explain raw/example.html", "check", "stats"))
    settings = (here / "new" / "ingest.toml").read_bytes()
    (here / "new" / "raw" / "example.html").unlink()
    with pytest.raises(SystemExit):
        cli.main(["init", "new"])
    assert "nothing was changed" in capsys.readouterr().out
    assert (here / "new" / "ingest.toml").read_bytes() == settings
    assert not (here / "new" / "raw" / "example.html").exists()
    assert starter.init(here) == [here / "ingest.toml"]  # its raw folder was there, with pages of its own


def test_init_where_nothing_can_be_written(here: Path) -> None:
    (here / "file").touch()
    with pytest.raises(InputError, match="cannot be written"):
        starter.init(here / "file" / "in")
