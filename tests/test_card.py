"""The card and `datapackage.json` of a curated folder: what they say is so, and they are written only when it changes."""

import json
import os
from pathlib import Path

import made
import pyarrow.parquet as pq
import pytest

from ingest import Config, corpus
from ingest.config import About
from ingest.corpus.processes.workers import Resources
from ingest.corpus.storage import card
from ingest.corpus.storage.schema import DATASETS, arrow_schema
from ingest.corpus.storage.store import file_sha256

ABOUT = About(title="云岭县公文", licence="cc-by-4.0", version="1.2.0")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    for n in range(3):
        (tmp_path / "raw" / f"{n}.txt").write_text(made.page(n), "utf-8")
    run(tmp_path)
    return tmp_path


def run(folder: Path, about: About = About()) -> Path:
    corpus.run(
        folder / "raw", folder / "curated", config=Config(about=about), resources=Resources(workers=1), buckets=2
    )
    return folder / "curated"


def test_datasets_with_rows_have_an_entry_and_no_others(folder):
    text = (folder / "curated" / "README.md").read_text("utf-8")
    head = text.split("---")[1]
    assert "- config_name: records\n" in head and "path: records/*/*.parquet" in head
    assert "duplicates" not in head and "rejections" not in head and "license" not in head
    assert all(f"| `{name}` |" in text for name in DATASETS)
    assert all(f"| `{column}` |" in text for name in DATASETS for column in arrow_schema(name).names)


def test_counts_and_hashes_are_those_of_the_files(folder):
    package = json.loads((folder / "curated" / "datapackage.json").read_text("utf-8"))
    assert {r["name"] for r in package["resources"]} == set(DATASETS) and "licenses" not in package
    for resource in package["resources"]:
        assert resource["rowCount"] == sum(one["rows"] for one in resource["files"])
        for one in resource["files"]:
            path = folder / "curated" / one["path"]
            assert one["rows"] == pq.read_metadata(path).num_rows and one["bytes"] == path.stat().st_size
            assert one.get("hash", f"sha256:{file_sha256(path)}") == f"sha256:{file_sha256(path)}"
    assert next(r for r in package["resources"] if r["name"] == "documents")["rowCount"] == 3


def test_they_say_what_the_settings_say_until_these_say_otherwise(folder):
    run(folder, ABOUT)
    curated = run(folder)
    package = json.loads((curated / "datapackage.json").read_text("utf-8"))
    text = (curated / "README.md").read_text("utf-8")
    assert (package["title"], package["version"], package["licenses"]) == (
        ABOUT.title,
        "1.2.0",
        [{"name": "cc-by-4.0"}],
    )
    assert 'license: "cc-by-4.0"' in text and "# 云岭县公文" in text
    assert Config(about=ABOUT).sha256 == Config().sha256


def test_they_are_written_only_when_they_change(folder):
    paths = [folder / "curated" / name for name in ("README.md", "datapackage.json")]
    before = [path.stat().st_ino for path in paths]
    run(folder)
    assert [path.stat().st_ino for path in paths] == before
    (folder / "raw" / "9.txt").write_text(made.page(9), "utf-8")
    run(folder)
    assert all(path.stat().st_ino != old for path, old in zip(paths, before, strict=True))


@pytest.mark.parametrize("content", ["# mine\n", "---\nlicense: mit\n---\n", ""])
def test_a_card_of_somebody_else_is_left_alone(folder, content):
    path = folder / "curated" / "README.md"
    path.write_text(content, "utf-8")
    assert not card.is_ours(path)
    (folder / "raw" / "9.txt").write_text(made.page(9), "utf-8")
    run(folder)
    assert path.read_text("utf-8") == content


def test_it_comes_back_when_it_is_lost(folder):
    path = folder / "curated" / "README.md"
    content = path.read_bytes()
    path.unlink()
    run(folder)
    assert path.read_bytes() == content


def test_a_pipe_of_the_cards_name_is_neither_ours_nor_waited_for(folder):
    path = folder / "curated" / "README.md"
    path.unlink()
    os.mkfifo(path)
    assert not card.is_ours(path)
    (folder / "raw" / "more.txt").write_text(made.page(9), "utf-8")
    run(folder)
    assert path.is_fifo()
