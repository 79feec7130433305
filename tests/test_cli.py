"""The command line: what it says, where, and with which exit code."""

import io
import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import made
import pyarrow.parquet as pq
import pytest

from ingest import InputError, UsageError, cli, curate, progress, terminal
from ingest.corpus.runs import engine
from ingest.corpus.runs.summary import Summary
from ingest.settings import Settings, load


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with three pages, and no settings from outside."""
    for name in [n for n in os.environ if n.startswith("INGEST_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    made.folder(tmp_path / "raw", 3)
    return tmp_path


class Ran(NamedTuple):
    """A command's exit code and what it printed."""

    code: int
    out: str
    err: str


@pytest.fixture
def ingest(capsys: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def command(*arguments: str) -> Ran:
        capsys.readouterr()
        with pytest.raises(SystemExit) as end:
            cli.main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Ran(int(end.value.code or 0), out, err)

    return command


# -------------------------------------------------------------------- commands


def test_run_check_reprocess(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    ran = ingest("run", "--buckets", "2", "--workers", "1")
    assert ran.code == 0
    assert re.match(r"3 pages: 3 new, 0 changed, 0 unchanged, 0 rejected \(3 curated in .* pages a second\)", ran.out)
    assert ingest("run").out.startswith("3 pages: 0 new, 0 changed, 3 unchanged, 0 rejected\n")
    ran = ingest("check")
    assert (ran.code, ran.out.rsplit(": ", 1)[1]) == (0, "every invariant holds\n")
    page = here / "raw" / "part0" / "page00000.txt"
    page.write_text(made.page(7), encoding="utf-8")
    assert ingest("run", "--dry-run").out == (
        "part0/page00000.txt: bytes changed\n"
        "3 pages, 1 of them new or changed: they would be curated into curated\nwhy: bytes changed 1\n"
    )
    ran = ingest("reprocess", "raw/part0/page00000.txt")
    assert (ran.code, ran.out.split(" (")[0]) == (0, "1 page: 0 new, 1 changed, 0 unchanged, 0 rejected")
    (here / "raw" / "late.txt").write_text(made.page(8), encoding="utf-8")
    ran = ingest("check", "curated", "--fast")
    assert ran.code == 1
    assert ran.out.startswith("invariant 1: late.txt: is a raw page")
    assert "1 violation\n" in ran.out


def test_json_is_json(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    (here / "raw" / "nothing.txt").write_bytes(b"")
    made_run = json.loads(ingest("run", "--json").out)
    assert (made_run["new"], made_run["rejected"], made_run["failures"]) == (3, {"empty": 1}, [])
    assert json.loads(ingest("run", "--json", "--dry-run").out)["would_curate"] == 0
    assert json.loads(ingest("check", "--fast", "--json").out)["violations"] == []
    assert json.loads(ingest("reprocess", "raw/nothing.txt", "--json").out)["rejected"] == {"empty": 1}
    (here / "raw" / "late.txt").write_text(made.page(8), encoding="utf-8")
    ran = ingest("check", "--fast", "--json")
    assert (ran.code, json.loads(ran.out)["violations"][0]["where"]) == (1, "late.txt")
    shown = json.loads(ingest("explain", "raw/part2/page00002.html", "--json").out)
    assert shown["document"]["source"] == "part2/page00002.html"  # named as in the datasets
    assert len(shown["records"]) == shown["document"]["record_count"]
    assert json.loads(ingest("explain", "raw/nothing.txt", "--json").out)["rejected"]["reason"] == "empty"


@pytest.mark.parametrize(("command", "learn"), [("sites", "learn_sites"), ("repair", "learn_repairs")])
def test_learning_that_failed_ends_with_1_in_json_too(  # type: ignore[no-untyped-def]
    ingest, here: Path, monkeypatch: pytest.MonkeyPatch, command: str, learn: str
) -> None:
    ingest("run", "--workers", "1")
    assert ingest(command, "learn", "--json").code == 0
    monkeypatch.setattr(engine, learn, lambda *_, **__: Summary(failures=["page.html: cannot be read"]))
    ran = ingest(command, "learn", "--json")
    assert (ran.code, json.loads(ran.out)["failures"]) == (1, ["page.html: cannot be read"])
    assert ingest(command, "learn").code == 1


def test_explain_shows_removals_repairs_and_the_outline(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    ran = ingest("explain", "raw/part2/page00002.html")
    assert ran.code == 0
    assert "removed (" in ran.out
    assert "outline" in ran.out
    assert "l1_1" in ran.out
    assert "\x1b" not in ran.out
    assert not (here / "curated").exists()


def test_check_repairs_what_was_damaged(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    ingest("run")
    path = next((here / "curated" / "documents").rglob("*.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    ran = ingest("check", "--fast")
    assert ran.code == 1
    assert ran.out.startswith("invariant 5: documents/bucket=")
    assert "--repair" in ran.err
    ran = ingest("check", "--fast", "--repair")
    assert ran.code == 0
    assert "made again from raw" in ran.err
    assert ingest("check", "--fast").code == 0


def test_schema_lists_every_column(ingest) -> None:  # type: ignore[no-untyped-def]
    out = ingest("schema").out
    for name in ("documents", "records", "edits", "rejections", "duplicates", "script_chain", "source_start"):
        assert name in out
    data = json.loads(ingest("schema", "--json").out)
    assert [c["name"] for c in data["datasets"]["rejections"]["columns"]][:2] == ["source", "raw_sha256"]
    assert data["schema_version"] == "1"


def test_version(ingest) -> None:  # type: ignore[no-untyped-def]
    from ingest import __version__

    assert ingest("--version").out == f"ingest {__version__}\n"


# -------------------------------------------------------------------- bad input


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["run", "nowhere"], 1, "nowhere does not exist"),
        (["run", "raw/part0/page00000.txt"], 1, "is a file"),
        (["run", "--workers", "-1"], 2, "workers"),
        (["run", "--engine", "carrier pigeon"], 2, "engine"),
        (["run", "--target", "klingon"], 2, "target"),
        (["run", "--nonsense"], 2, "nonsense"),
        (["run", "--buckets", "0"], 2, "buckets"),
        (["reprocess"], 2, "Missing"),
        (["reprocess", "raw/part0/page00000.txt"], 1, "is not a folder"),
        (["reprocess", "raw/part0/page00000.txt", "--curated", "raw"], 1, "holds no curated data"),
        (["explain", "nowhere.txt"], 1, "nowhere.txt does not exist"),
        (["explain", "raw"], 1, "is a folder"),
        (["check", "nowhere"], 1, "is not a folder"),
        (["check", "raw"], 1, "holds no curated data"),
        (
            ["run", "--workers", "0"],
            2,
            "Invalid value for '--workers': Input should be greater than or equal to 1 (see ingest run --help)",
        ),
        (["frobnicate"], 2, "No such command 'frobnicate' (see ingest --help)"),
        (["rnu"], 2, "Did you mean 'run'?"),
        (["sites", "show"], 2, "Missing argument 'SITE' (see ingest sites show --help)"),
        (["run", "--since", "gestern"], 2, "'--since': 'gestern' is no date like 2026-03-01"),
    ],
)
def test_mistakes_are_one_line(ingest, arguments: list[str], code: int, line: str) -> None:  # type: ignore[no-untyped-def]
    ran = ingest(*arguments)
    assert ran.code == code, ran.err
    assert ran.out == ""
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("ingest: ")
    assert line in ran.err


def test_a_file_outside_the_raw_folder_is_usage(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    ingest("run")
    (here / "elsewhere.txt").write_text(made.page(1), encoding="utf-8")
    for name, code in (("elsewhere.txt", 2), ("raw/../elsewhere.txt", 2), ("raw/none.txt", 1), ("raw/part0", 1)):
        ran = ingest("reprocess", name)
        assert (ran.code, ran.err.count("\n")) == (code, 1), name


def test_an_empty_raw_folder(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    (here / "bare").mkdir()
    ran = ingest("run", "bare", "--curated", "out")
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "bare holds no pages: put raw pages there, then run again"
    assert ingest("check", "out").code == 0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\n", "binary"),
        (b"Only English here. " * 20, "not_chinese"),
        ("これは示例の町の計画についての説明です。".encode() * 20, "not_chinese"),
    ],
)
def test_bad_pages_are_one_line_and_data(ingest, here: Path, content: bytes, reason: str) -> None:  # type: ignore[no-untyped-def]
    (here / "raw" / "bad.txt").write_bytes(content)
    ran = ingest("explain", "raw/bad.txt")
    assert (ran.code, ran.out.count("\n")) == (0, 1)
    assert ran.out.startswith(f"rejected: {reason} ")
    ran = ingest("run")
    assert ran.code == 0
    assert f"rejected: {reason} 1\n" in ran.out
    assert ingest("check", "--fast").code == 0


def test_another_run_is_one_line(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    from ingest import corpus

    with corpus.exclusive(here / "curated"):
        ran = ingest("run")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "another run is curating into curated" in ran.err


def test_a_fault_of_ingest_itself_is_one_line(ingest, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr("ingest.corpus.run", lambda *a, **k: 1 // 0)
    ran = ingest("run")
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "ZeroDivisionError" in ran.err


def test_stopping_is_one_line(ingest, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def stopped(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("ingest.corpus.run", stopped)
    ran = ingest("run")
    assert (ran.code, ran.err.count("\n")) == (130, 1)


# -------------------------------------------------------------------- what pages may do to a terminal


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("云岭\x1b[2J\x1b[31m县", "云岭县"),
        ("a\x1b]0;title\x07b", "ab"),
        ("a\x1b]8;;http://x\x1b\\b", "ab"),
        ("a\x9b31mb\x85c", "abc"),
        ("a\x08\x00\rb", "ab"),
        ("a\u202eb\u2066c", "abc"),
        ("line\nline\ttab", "line\nline\ttab"),
        ("a\ud800b", "ab"),
        ("全角　空格", "全角　空格"),
    ],
)
def test_nothing_a_terminal_would_obey_is_shown(text: str, shown: str) -> None:
    assert terminal.safe(text) == shown


def test_json_keeps_controls_as_escapes() -> None:
    text = "a\x9b31m\u202eb\x1b"
    escaped = terminal.safe_json(json.dumps(text, ensure_ascii=False))
    assert escaped.isascii()
    assert json.loads(escaped) == text


def test_a_hostile_page_and_a_hostile_name(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    page = "云岭县公告\x1b[2J[bold]\n一、总则\x1b]0;own\x07。\n本县各镇执行\x9b31m。\n"
    (here / "raw" / "a\x1b[31m.txt").write_text(page, encoding="utf-8")
    for arguments in (["explain", "raw/a\x1b[31m.txt"], ["explain", "raw/a\x1b[31m.txt", "--json"], ["run"]):
        ran = ingest(*arguments)
        assert ran.code == 0
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f]", ran.out + ran.err)
    ran = ingest("explain", "raw/\x1b[31mnone.txt")
    assert "\x1b" not in ran.err


# -------------------------------------------------------------------- settings


def test_options_then_variables_then_file(here: Path) -> None:
    (here / "ingest.toml").write_text(
        'workers = 2\ntimeout = 3\nmin_certainty = "exact"\ncurated = "out"\n[limits]\nmax_depth = 9\nmax_tags = 8\n'
        '[[notice_rules]]\nid = "own"\npattern = "转载.*"\n'
    )
    given = {"INGEST_TIMEOUT": "4", "INGEST_MIN_CERTAINTY": "likely", "INGEST_MAX_TAGS": "7"}
    settings = load(here / "raw", environ=given, min_certainty="guess")
    assert (settings.workers, settings.timeout, settings.min_certainty) == (2, 4.0, "guess")
    assert (settings.limits.max_depth, settings.limits.max_tags) == (9, 7)
    assert settings.curated == here / "out"
    assert settings.config.notice_rules[0].id == "own"
    assert settings.resources.timeout == 4.0


def test_the_file_is_found_from_a_page_and_from_a_curated_folder(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    (here / "ingest.toml").write_text('min_certainty = "exact"\n')
    assert load(here / "raw" / "part0" / "page00000.txt", environ={}).min_certainty == "exact"
    ingest("run")
    ran = ingest("check")
    assert (ran.code, ran.err) == (0, "")  # checked with the settings it was made with


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("workers = -1\n", "workers: "),
        ("workres = 1\n", "workres: there is no such setting (did you mean workers?)"),
        ("[limits]\nmax_bytes = 0\n", "ingest.toml: limits.max_bytes: "),
        ("[limits]\nmax_size = 1\n", "limits.max_size: there is no such setting"),
        ("workers = \n", "ingest.toml cannot be read"),
    ],
)
def test_a_wrong_file_is_named(here: Path, content: str, line: str) -> None:
    (here / "ingest.toml").write_text(content)
    with pytest.raises(InputError, match=re.escape(line)):
        load(here / "raw", environ={})


def test_a_settings_file_that_cannot_be_read_is_not_passed_over(here: Path) -> None:
    """Whoever wrote one believes that it holds."""
    place = here / "ingest.toml"

    def said() -> str:
        with pytest.raises(InputError) as error:
            load(here / "raw", environ={})
        return str(error.value).removeprefix(str(place))

    place.mkdir()
    assert said() == " cannot be read: it is a folder, not a regular file"
    place.rmdir()
    os.mkfifo(place)
    assert said() == " cannot be read: it is a pipe, not a regular file"
    place.unlink()
    place.symlink_to("nowhere")
    assert said() == " cannot be read: No such file or directory"
    place.unlink()
    place.write_bytes(b'target = "\xba\xba"\n')
    assert said() == " cannot be read: it is not UTF-8, at its byte 10: save it as UTF-8"
    place.write_bytes(b"#" * 10_000_001)
    assert said() == " cannot be read: it is larger than 10000000 bytes"


def test_a_wrong_variable_and_a_wrong_option_are_named() -> None:
    with pytest.raises(InputError, match="INGEST_WORKERS: "):
        load(environ={"INGEST_WORKERS": "many"})
    with pytest.raises(InputError, match=r"the environment: limits\.max_bytes: "):
        load(environ={"INGEST_MAX_BYTES": "0"})
    with pytest.raises(UsageError, match=r"engine: local, or the address of a Dask scheduler as in tcp://"):
        load(environ={}, engine="x")


def test_workers_do_not_change_what_documents_are_made_with() -> None:
    assert Settings(workers=1).config.sha256 == Settings(workers=7, timeout=1).config.sha256


# -------------------------------------------------------------------- folders that are not what they should be


def test_nothing_is_written_among_the_raw_pages(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    """Review pages there were curated by the next run."""
    ingest("run", "--buckets", "2", "--workers", "1")
    for command in (("review",), ("export", "curated", "--to", "text")):
        for out in ("raw", "raw/part0", "raw/new"):
            ran = ingest(*command, "--out", out)
            assert ran.code == 2 and f"{out} lies in the raw folder" in ran.err
    assert ingest("run").out.startswith("3 pages: 0 new, 0 changed, 3 unchanged")


@pytest.mark.parametrize(
    ("dataset", "column", "commands"),
    [
        ("documents", "text", (("run",), ("check",), ("export", "curated", "--to", "text", "--out", "out"))),
        ("records", "text", (("model", "build"), ("check",))),
        ("duplicates", "duplicate_of", (("check",),)),
    ],
)
def test_a_file_that_lacks_a_column_is_named(  # type: ignore[no-untyped-def]
    ingest, here: Path, dataset: str, column: str, commands: tuple[tuple[str, ...], ...]
) -> None:
    ingest("run", "--buckets", "1", "--workers", "1")
    path = next((here / "curated" / dataset).rglob("*.parquet"))
    pq.write_table(pq.read_table(path).drop_columns([column]), path)
    for command in commands:
        ran = ingest(*command)
        told = ran.out if command == ("check",) else ran.err
        assert ran.code == 1 and str(path.relative_to(here / "curated")) in told and "fault of ingest" not in ran.err


# -------------------------------------------------------------------- the process


def test_the_installed_command(here: Path) -> None:
    script = Path(sys.executable).with_name("ingest")
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    ran = subprocess.run([script, "explain", "raw/part0/page00000.txt"], capture_output=True, env=environment)
    assert ran.returncode == 0
    assert b"\\u" in ran.stdout  # a terminal that cannot show Chinese
    assert ran.stderr == b""


def test_importing_the_package_loads_nothing_heavy() -> None:
    code = (
        "import sys, ingest; heavy = {'pyarrow', 'prefect', 'rich', 'typer', 'pebble', 'numpy', 'filelock'};"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert ran.stdout.strip() == ""


# -------------------------------------------------------------------- folders taken for one another


def test_raw_and_curated_are_two_folders(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    ran = ingest("run", "raw", "--curated", "raw")
    assert ran.code == 2 and "both the raw folder and the curated one" in ran.err
    assert not (here / "raw" / ".ingest").exists()
    assert ingest("run", "raw", "--curated", "raw/out", "--workers", "1").code == 0
    assert ingest("run", "raw", "--curated", "other", "--workers", "1").out.startswith("3 pages: 3 new")
    ran = ingest("run", "other", "--curated", "third")
    assert ran.code == 1 and "is a curated folder" in ran.err


def test_a_place_that_is_no_folder_is_one_line(ingest, here: Path) -> None:  # type: ignore[no-untyped-def]
    (here / "file").write_text("x")
    ran = ingest("run", "raw", "--curated", "file")
    assert ran.code == 1 and "file" in ran.err and "fault of ingest" not in ran.err and ran.err.count("\n") == 1


@pytest.mark.parametrize("arguments", [[], ["model"], ["-h"], ["run", "-h"]])
def test_help_is_help(ingest, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    code, out, err = ingest(*arguments)
    assert code == (0 if "-h" in arguments else 2) and err == ""
    assert out.startswith("Usage: ") and out.count("\n") > 8 and "-h, --help" in out


@pytest.mark.parametrize("arguments", [[], ["sites"], ["repair"], ["model"]])
def test_a_list_of_commands_is_read_to_its_ends(ingest, monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("COLUMNS", "80")
    commands = ingest(*arguments, "-h").out.split("Commands:\n")[1].splitlines()
    assert [line for line in commands if not line.endswith(".")] + [line for line in commands if "..." in line] == []


def test_what_is_given_has_a_name(ingest) -> None:  # type: ignore[no-untyped-def]
    """Not a Python type, as `<list[str]>` is."""
    from typer.main import get_command

    def below(command: Any, *names: str) -> list[tuple[str, ...]]:
        parts = getattr(command, "commands", {})
        return [found for name, part in parts.items() for found in below(part, *names, name)] if parts else [names]

    found = below(get_command(cli.app))
    assert ("sites", "show") in found and ("run",) in found
    for names in found:
        shown = ingest(*names, "-h").out
        assert not re.search(r"^  --?[\w-]+ <", shown, re.M), names
        assert re.search(r"^Usage: \S+ .*\[OPTIONS\][^a-z]*$", shown, re.M), names


def test_completion_knows_the_commands(here: Path) -> None:
    command = Path(sys.executable).with_name("ingest")
    env = {**os.environ, "_INGEST_COMPLETE": "complete_bash", "COMP_WORDS": "ingest re", "COMP_CWORD": "1"}
    done = subprocess.run([command], env=env, capture_output=True, text=True, check=False)
    assert sorted(done.stdout.split()) == ["repair", "reprocess", "review"]


def test_a_page_through_a_pipe(here: Path) -> None:
    command = [Path(sys.executable).with_name("ingest"), "explain", "-", "--json"]
    page = "<title>青屿县渔港</title><h1>青屿县渔港</h1><p>渔港今年开工，明年完工，共投资三千万元。</p>".encode(
        "gb18030"
    )
    done = subprocess.run(command, input=page, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["document"]["source"] == "stdin" and "共投资三千万元" in found["document"]["text"]
    empty = subprocess.run(command, input=b"", capture_output=True, check=False)
    assert json.loads(empty.stdout)["rejected"]["reason"] == "empty"


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["explain", "--html", "nosuch/x.html", "raw/plan.html"], 2, "there is no folder nosuch"),
        (["stats", "--html", "nosuch/x.html"], 2, "there is no folder nosuch"),
        (["run", "ftp://bucket/raw"], 2, "ftp://bucket/raw: give a folder on a disk"),
        (["run", "raw", "--curated", "http://x"], 2, "http://x: give a folder on a disk"),
        (["run", "raw", "--full", "--only-rejected"], 2, "give one of them"),
        (["run", "raw", "--since", "2999-01-01"], 2, "yet to come"),
    ],
)
def test_what_makes_no_sense_is_told_apart_from_nothing_to_do(  # type: ignore[no-untyped-def]
    ingest, here: Path, arguments: list[str], code: int, line: str
) -> None:
    found, out, err = ingest(*arguments)
    assert found == code and line in err and err.count("\n") == 1 and out == ""
    assert not (here / "nosuch").exists()


def test_a_variable_that_is_no_setting_is_named(ingest, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("INGEST_WORKRES", "2")
    monkeypatch.setenv("INGEST_DEBUG", "")
    monkeypatch.setenv("INGEST_MAX_BYTES", "1000000")
    _, _, err = ingest("run", "raw", "--dry-run")
    assert [line for line in err.splitlines() if "warning" in line] == [
        "warning: the variable INGEST_WORKRES is no setting of ingest (did you mean INGEST_WORKERS?)"
    ]


def test_one_of_a_thing_is_one() -> None:
    from ingest.corpus import Summary

    assert terminal.summary(Summary(pages=1, new=1), "x")[0].startswith("1 page: 1 new")
    assert terminal.summary(Summary(pages=2, growing=1), "x")[-1].startswith("1 raw file still")
    made = Summary(pages=1, new=1, edits=Counter({"localised:網路": 2, "pinyin-gloss": 3, "localised:資訊": 2}))
    assert terminal.summary(made, "x")[1] == "edits by rule: localised 4, pinyin-gloss 3"
    assert (terminal.count(0, "page"), terminal.count(1, "page")) == ("0 pages", "1 page")


def test_the_outline_keeps_the_space_of_the_page() -> None:
    from rich.console import Console

    for page, shown in (
        ("云栖县渔港条例\n第一条 为了管理渔港，制定本条例。\n第二条　渔港由县管理。\n", ("第一条", "第二条")),
        (
            "云栖县渔港方案\n一、总体要求\n坚持生态优先。\n二、 保障措施\n加强领导，统筹推进。\n",
            ("一、总体要求", "二、 保障措施"),
        ),
    ):
        made = curate(page, source="a.txt")
        out = io.StringIO()
        Console(file=out, width=100).print(terminal.outline(made.records, made.text))
        assert all(text in out.getvalue() for text in shown), out.getvalue()


def test_the_width_of_a_pipe_can_be_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "70")
    assert terminal.console().width == 70
    monkeypatch.setenv("COLUMNS", "wide")
    assert terminal.console().width == 140


def test_long_commands_say_that_they_work(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress, "_EVERY", 0.05)
    with progress.working("checking", quiet=False):
        time.sleep(0.3)
    said = capsys.readouterr().err
    assert "checking: 0 s" in said
    time.sleep(0.2)
    assert capsys.readouterr().err == ""


def test_a_long_plan_is_told_of(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    watching = progress.Watch(False)
    with watching:
        watching.stage("looking", 0, 0)
        monkeypatch.setattr(progress, "_EVERY", 0)
        watching.stage("looking", 12_500, 0)
        monkeypatch.setattr(progress, "_EVERY", 1_000)
        watching.stage("looking", 13_000, 0)
        watching.stage("comparing", 500, 13_000)
        watching.stage("comparing", 1_000, 13_000)
    assert capsys.readouterr().err.splitlines() == ["looking: 12,500", "comparing: 500 of 13,000"]
    with (quiet := progress.Watch(True)):
        quiet.stage("looking", 12_500, 0)
    assert capsys.readouterr().err == ""


def test_a_dry_run_keeps_its_lines_from_the_bar(here: Path) -> None:
    pty = pytest.importorskip("pty")
    shows, told = pty.openpty()
    command = [sys.executable, "-m", "ingest", "run", "--dry-run"]
    ran = subprocess.run(command, cwd=here, stdout=subprocess.PIPE, stderr=told, env=os.environ | {"TERM": "xterm"})
    os.close(told)
    lines = ran.stdout.decode().splitlines()
    assert sum(line.endswith(": new") for line in lines) == 3 and lines[-2].startswith("3 pages, 3 of them new")
    assert b": new" not in os.read(shows, 100_000), "the bar is on the terminal, what is said of files is not"
    os.close(shows)
