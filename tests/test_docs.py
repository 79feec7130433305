"""The documents: every command, public name and flag is in them, and their Python runs."""

import re
import tomllib
from pathlib import Path

import pytest
import typer

import ingest
from ingest import cli, settings
from ingest.flags import CODES

DOCS = Path(__file__).parent.parent / "docs"


def read(name):
    return (DOCS / name).read_text("utf-8")


def test_every_public_name():
    text = read("python.md")
    assert [name for name in ingest.__all__ if f"`{name}" not in text] == []


def test_every_command():
    text = read("cli.md")
    names = typer.main.get_command(cli.app).commands
    assert len(names) >= 7
    assert [name for name in names if f"`ingest {name}" not in text] == []


def test_every_flag():
    assert [code for code in CODES if f"`{code}`" not in read("datasets.md")] == []


@pytest.mark.parametrize("name", ["python.md"])
def test_python_blocks_run(name):
    blocks = re.findall(r"^```python\n(.*?)^```$", read(name), re.M | re.S)
    names = {}
    for block in blocks:
        exec(compile(block, name, "exec"), names)
    assert len(blocks) >= 3


def test_the_settings_shown_are_valid(tmp_path):
    block = re.search(r"^```toml\n(.*?)^```$", read("cli.md"), re.M | re.S)[1]
    assert tomllib.loads(block)
    (tmp_path / "ingest.toml").write_text(block, "utf-8")
    (tmp_path / "raw").mkdir()
    found = settings.load(tmp_path / "raw", environ={})
    assert found.workers == 2 and found.config.notice_rules[0].id == "banner"


def test_no_document_names_a_machine():
    for path in DOCS.glob("*.md"):
        assert not re.search(r"/(?:work|root|home|tmp)/", path.read_text("utf-8")), path.name
