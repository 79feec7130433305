"""The documents: every command, public name and flag is in them, and their Python runs."""

import re
import tomllib
from pathlib import Path

import numpy as np
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


def test_recipes_run(tmp_path, monkeypatch):
    """On the sample pages, one block after another."""
    from ingest import corpus

    corpus.run(DOCS.parent / "raw", tmp_path / "curated", buckets=4)
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```$", read("recipes.md"), re.M | re.S)
    names = {}
    for block in blocks:
        exec(compile(block, "recipes.md", "exec"), names)
    assert len(blocks) >= 9
    opened = names["corpus"]
    assert opened.articles().num_rows and opened.repairs("phase-slip").num_rows and names["of_the_city"].num_rows
    article = opened.articles().to_pylist()[0]
    assert article["full_text"].startswith(article["label"])
    repair = opened.repairs("phase-slip").to_pylist()[0]
    page = dict(zip(*(opened.documents.column(c).to_pylist() for c in ("doc_id", "page_text")), strict=True))[
        repair["doc_id"]
    ]
    assert repair["left"] + repair["before"] + repair["right"] in page
    for wrong in ("documents", "rejections", "nothing"):
        with pytest.raises(ingest.UsageError):
            opened.with_document(wrong)
    with pytest.raises(AttributeError, match="there is no dataset"):
        opened.nothing  # noqa: B018
    with pytest.raises(ingest.InputError, match="no curated folder"):
        ingest.open_dataset(tmp_path / "nosuch")


def test_the_settings_shown_are_valid(tmp_path):
    block = re.search(r"^```toml\n(.*?)^```$", read("cli.md"), re.M | re.S)[1]
    assert tomllib.loads(block)
    (tmp_path / "ingest.toml").write_text(block, "utf-8")
    (tmp_path / "raw").mkdir()
    found = settings.load(tmp_path / "raw", environ={})
    assert found.workers == 2 and found.config.notice_rules[0].id == "banner"


def test_what_model_md_says_of_the_model_is_so():
    """Its size, what is in it, and the constants that the code has."""
    from ingest.repair import domain, hypotheses, model

    text, (path, held) = read("model.md"), model_file()
    size, *counts, words = (float(n.replace(",", "")) for n in re.search(
        r"\(([\d.]+) MB.*?- ([\d,]+) pairs, ([\d,]+) triples and ([\d,]+) quadruples.*?- ([\d,]+) words", text, re.S
    ).groups())  # fmt: skip
    assert size == round(path.stat().st_size / 1e6, 1)
    for said, table in zip([*counts, words], [*held.tables, held.words], strict=True):
        assert abs(np.count_nonzero(table.cells) - said) <= said * 0.01
    assert "words of up to six characters" in text and model.LONGEST_WORD == 6
    assert f"is then {domain.SHARE:.1g} of it and {1 - domain.SHARE:.1g} of".replace("0.", ".") in text
    assert f"readings a state instead of {hypotheses.PER_STATE}" in text


def model_file():
    from ingest.repair import model

    path = Path(model.__file__).with_name("model.bin")
    return path, model.general()


def test_no_document_names_a_machine():
    for path in DOCS.glob("*.md"):
        assert not re.search(r"/(?:work|root|home|tmp)/", path.read_text("utf-8")), path.name
