"""Folders made before a column or a dataset was added, and folders made after: yesterday's opens, tomorrow's says so."""

import json
import os
import shutil
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import duckdb
import made
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
from pydantic import Field, create_model

import ingest
from ingest import StoreError, corpus, models, pipeline
from ingest.corpus.audit import checks
from ingest.corpus.storage import parquet
from ingest.corpus.storage.ledger import Ledger
from ingest.corpus.storage.schema import BUCKETED, DATASETS, OF_DOCUMENTS, arrow_schema, difference, pinned
from ingest.corpus.storage.store import Store

ONE = corpus.Resources(workers=1)

COMMANDS = """
import json, multiprocessing, sys
import ingest.corpus.processes.warm
real = multiprocessing.get_context
multiprocessing.get_context = lambda kind=None: real("fork")  # or a server of workers would load everything for each
from ingest import cli
for line in sys.stdin:
    try:
        cli.main(json.loads(line))
    except SystemExit as end:
        print("exit", end.code, flush=True)
"""


def commands(*calls: list[str]) -> list[str]:
    """What the command line of the later version says to some calls: one text for each, its exit code at the end."""
    place = os.pathsep.join((str(Path(__file__).parent / "later"), str(Path(__file__).parent)))
    done = subprocess.run(
        [sys.executable, "-c", COMMANDS],
        input="".join(json.dumps(call) + "\n" for call in calls),
        env=os.environ | {"PYTHONPATH": place},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return [part + code for part, code in zip(*[iter(done.stdout.split("exit "))] * 2, strict=False)] or [done.stdout]


@pytest.fixture(scope="module")
def yesterday(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as it was made before anybody wrote down its columns: two pages repeat, one is rejected, one is gone."""
    base = tmp_path_factory.mktemp("yesterday")
    made.folder(base / "raw", 6)
    (base / "raw" / "again.txt").write_text(made.page(0), encoding="utf-8")
    (base / "raw" / "nothing.txt").write_bytes(b"")
    corpus.run(base / "raw", base / "curated", resources=ONE, buckets=3)
    (base / "raw" / "part0" / "page00003.txt").unlink()
    said(base / "curated" / ".ingest" / "store.json", columns=None, root=None)
    (base / "curated" / "script_pairs.json").unlink()
    package = json.loads((base / "curated" / "datapackage.json").read_text())
    package["ingest"].pop("columns")
    package["ingest"].pop("root")
    (base / "curated" / "datapackage.json").write_text(json.dumps(package))
    without_empty_files(base / "curated")
    return base


def said(path: Path, **about: object) -> None:
    """What a folder says of itself, in the words of a version that did not seal them."""
    was = {k: v for k, v in json.loads(path.read_text()).items() if k != "sha256"}
    path.write_text(json.dumps(was | about))


def without_empty_files(curated: Path) -> None:
    """An empty dataset was no file."""
    empty = [p for p in curated.rglob("*.parquet") if not pq.read_metadata(p).num_rows]
    for path in empty:
        path.unlink()
    store = Store.open(curated)
    ledger = store.ledger(0)
    assert ledger is not None
    store.commit(0, {}, Ledger(ledger.entries, {n: d for n, d in ledger.files.items() if store.table(n, 0).exists()}))


@pytest.fixture
def base(yesterday: Path, tmp_path: Path) -> Path:
    shutil.copytree(yesterday, tmp_path / "base")
    return tmp_path / "base"


def content(base: Path) -> dict[str, str]:
    return {n: d for n, d in made.digests(base / "curated").items() if not n.startswith(".ingest/locks")}


def later(base: Path, dataset: str) -> dict[str | None, int]:
    """How many rows say what in the column that was added, as every reader of a plain glob sees it."""
    folder = base / "curated" / dataset
    counts = {
        "pandas": len(pd.read_parquet(folder)),
        "duckdb": duckdb.sql(f"select count(later) + count(*) - count(later) from '{folder}/**/*.parquet'").fetchall()[
            0
        ][0],
        "polars": pl.read_parquet(f"{folder}/**/*.parquet").height,
    }
    values = ds.dataset(folder, format="parquet").to_table(columns=["later"]).column("later").to_pylist()
    assert set(counts.values()) == {len(values)}, counts
    return {value: values.count(value) for value in set(values)}


def test_every_command_of_a_later_version_works_on_yesterdays_folder(base: Path) -> None:
    raw, curated = str(base / "raw"), str(base / "curated")
    page = str(base / "raw" / "part0" / "page00000.txt")
    before = content(base)
    looked = commands(
        ["check", curated],
        ["check", "--repair", curated],
        ["stats", curated],
        ["review", "--curated", curated, "--out", str(base / "review")],
        ["run", raw, "--curated", curated, "--dry-run"],
    )
    told = "\n".join(looked)
    assert told.count("every invariant holds") == 2 and "fault" not in told, told
    assert "without documents.later" in told
    assert content(base) == before, "a command that only looks wrote something"
    (told,) = ["\n".join(commands(["reprocess", page, "--curated", curated], ["check", curated]))]
    assert "every invariant holds" in told and "1 page:" in told, told
    for dataset in ("documents", "records"):
        assert {tuple(pq.read_schema(p).names) for p in (base / "curated" / dataset).rglob("*.parquet")} == {
            tuple(arrow_schema(dataset).names)
        }, "files of one dataset have unlike columns"
    told = "\n".join(
        commands(["run", raw, "--curated", curated, "-q"], ["check", curated], ["check", "--repair", curated])
    )
    assert "all of it is rewritten" in told and told.count("every invariant holds") == 2, told
    gone = ds.dataset(base / "curated" / "documents", format="parquet").to_table().num_rows - 6
    assert gone == 1
    assert later(base, "documents") == {"new": 6, None: 1}
    assert later(base, "rejections") == {"new": 1}
    assert set(later(base, "records")) == set(later(base, "edits")) | {"new", None}
    assert later(base, "duplicates") == {"new": 1}
    told = "\n".join(
        commands(["run", raw, "--curated", curated, "--full", "-q"], ["run", raw, "--curated", curated, "-q"])
    )
    assert "rewritten" not in told and "0 changed" in told, told
    # And back again: this version does not know the column.
    for call in (
        lambda: corpus.run(base / "raw", base / "curated", resources=ONE),
        lambda: checks.check(base / "curated", resources=ONE),
        lambda: corpus.reprocess(Path(page), base / "curated", resources=ONE),
    ):
        with pytest.raises(StoreError, match=r"newer version of ingest \(\w+ has a column later"):
            call()


def test_damage_in_yesterdays_folder_is_repaired_in_its_own_columns(base: Path) -> None:
    path = next((base / "curated" / "records").rglob("*.parquet"))
    whole = path.read_bytes()
    path.write_bytes(whole[:900] + bytes([whole[900] ^ 1]) + whole[901:])
    told = "\n".join(commands(["check", "--repair", str(base / "curated")]))
    assert "every invariant holds" in told, told
    assert "later" not in pq.read_schema(path).names


def test_a_widening_that_was_cut_short_goes_on(base: Path) -> None:
    """Some buckets have the new columns, some not yet."""
    raw, curated = str(base / "raw"), base / "curated"
    shutil.copytree(curated, base / "old")
    commands(["run", raw, "--curated", str(curated), "-q"])
    for name in BUCKETED:
        for path in (base / "old" / name).rglob("bucket=001/*.parquet"):
            shutil.copy(path, curated / path.relative_to(base / "old"))
    shutil.copy(base / "old/.ingest/ledger/001.json", curated / ".ingest/ledger/001.json")
    facts = curated / ".ingest" / "store.json"
    said(facts, widening=True)
    now = datetime.now().strftime("%Y-%m-%dT%H:%M:%S")  # nothing was changed since: only the widening is left to do
    told = "\n".join(commands(["run", raw, "--curated", str(curated), "--since", now, "-q"], ["check", str(curated)]))
    assert "all of it is rewritten" in told and "every invariant holds" in told, told
    assert "widening" not in json.loads(facts.read_text())
    for dataset in ("documents", "records", "edits"):
        assert sum(later(base, dataset).values()) > 0


def test_a_file_of_a_newer_version_alone_is_one_line(base: Path) -> None:
    path = next((base / "curated" / "documents").rglob("*.parquet"))
    table = pq.read_table(path, partitioning=None)
    pq.write_table(table.append_column("later", table.column("title")), path)
    with pytest.raises(StoreError, match=r"does not know \(later\): a newer one wrote it") as caught:
        parquet.read_table(path, "documents")
    assert "\n" not in str(caught.value)


# -------------------------------------------------------------------- the revision


def test_a_new_column_that_is_null_changes_no_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    was = ingest.curate(made.html(3), source="a.html")

    def with_column(value: str | None) -> str:
        wider = {
            name: create_model(name, __base__=getattr(models, name), later=(str | None, Field(value, description="x")))
            for name in ("Record", "Edit")
        }
        rows = {
            "records": tuple(wider["Record"].model_validate(r.model_dump()) for r in was.records),
            "edits": tuple(wider["Edit"].model_validate(e.model_dump()) for e in was.edits),
        }
        return pipeline.revision_of(was.model_copy(update=rows))

    assert with_column(None) == was.document.revision
    assert with_column("something") != was.document.revision


# -------------------------------------------------------------------- columns


def test_columns_are_told_apart() -> None:
    whole = arrow_schema("records")
    assert difference("records", whole) is None
    assert difference("records", pinned("records", [n for n in whole.names if n != "certainty"])) is None
    assert "lacks ['eid']" in str(difference("records", pinned("records", [n for n in whole.names if n != "eid"])))
    other = whole.set(3, whole.field(3).with_type(pa.string()).with_metadata({"description": "x"}))
    assert "column ordinal is string, not int64" in str(difference("records", other))
    described = whole.set(3, whole.field(3).with_metadata({"description": "in the words of another version"}))
    assert difference("records", described) is None


# -------------------------------------------------------------------- datasets without rows


@pytest.mark.parametrize("pages", [0, 2])
def test_datasets_without_rows_can_be_read(tmp_path: Path, pages: int) -> None:
    (tmp_path / "raw").mkdir()
    made.folder(tmp_path / "raw", pages)
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, buckets=5)
    for dataset in DATASETS:
        folder = tmp_path / "curated" / dataset
        rows = pages if dataset == "documents" else None if dataset in OF_DOCUMENTS and pages else 0
        names = arrow_schema(dataset).names
        seen = {
            "pyarrow": ds.dataset(folder, format="parquet").to_table(),
            "pandas": pd.read_parquet(folder),
            "duckdb": duckdb.sql(f"select * from '{folder}/**/*.parquet'").to_arrow_table(),
            "polars": pl.scan_parquet(f"{folder}/**/*.parquet").collect(),
        }
        for reader, table in seen.items():
            columns = list(getattr(table, "column_names", None) or table.columns)
            assert set(names) <= set(map(str, columns)), (reader, dataset)
            assert rows is None or len(table) == rows, (reader, dataset)
    assert checks.check(tmp_path / "curated", resources=ONE).violations == []
    before = made.digests(tmp_path / "curated")
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE)
    assert made.digests(tmp_path / "curated") == before


def test_a_dataset_added_later_is_there_after_the_next_run(base: Path) -> None:
    """As `duplicates` once was, and as an empty dataset of a bucket is in a folder of yesterday."""
    shutil.rmtree(base / "curated" / "duplicates")
    (base / "curated" / ".ingest" / "texts" / "done").unlink()
    (base / "raw" / "nothing.txt").write_text(made.page(44), encoding="utf-8")
    assert corpus.run(base / "raw", base / "curated", resources=ONE).failures == []
    assert pq.read_metadata(base / "curated/duplicates/part-0.parquet").num_rows == 1
    assert pq.read_metadata(base / "curated/rejections/bucket=000/part-0.parquet").num_rows == 0
    assert checks.check(base / "curated", fast=True, resources=ONE).violations == []
