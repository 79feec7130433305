"""Journals, ledgers and settings of any shape: they name only files of their own folder, and are believed only if they are whole."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import made
import pytest
from inline import Inline

from ingest import StoreError, cli, corpus
from ingest.corpus.audit import checks
from ingest.corpus.storage.ledger import Ledger, _seal
from ingest.corpus.storage.store import Store

ONE = corpus.Resources(workers=1)
SHAPES = [
    b"",
    b"[]",
    b"{}",
    b"null",
    b"7",
    b'"x"',
    b"[[1, 2]]",
    b'[["a"]]',
    b"[" * 3000,
    b"\xff\xfe",
    b'{"entries": [], "files": 3}',
]


@pytest.fixture
def base(tmp_path: Path) -> Path:
    made.folder(tmp_path / "raw", 4)
    run(tmp_path, buckets=2)
    return tmp_path


def run(base: Path, **options: object) -> corpus.Summary:
    return corpus.run(base / "raw", base / "curated", resources=ONE, pool=Inline(), **options)  # type: ignore[arg-type]


def found(base: Path) -> list[str]:
    report = checks.check(base / "curated", fast=True, resources=ONE, pool=Inline())  # type: ignore[arg-type]
    return [str(v) for v in report.violations]


def journal(base: Path, plan: bytes) -> Path:
    path = base / "curated" / ".ingest" / "journal" / "000.json"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(plan + b"\n" + hashlib.sha256(plan).hexdigest().encode())
    return path


@pytest.mark.parametrize(
    "name",
    [
        "../victim.txt",
        "documents/../../victim.txt",
        "{base}/victim.txt",
        ".ingest/store.json",
        "documents/bucket=001/part-0.parquet",
    ],
)
@pytest.mark.parametrize("kept", [True, False])
def test_a_journal_names_only_files_of_its_bucket(base: Path, name: str, kept: bool) -> None:
    victim = base / "victim.txt"
    victim.write_text("not yours")
    (base / ".victim.txt.tmp").write_text("worse")
    journal(base, json.dumps([[name.format(base=base), kept]]).encode())
    before = made.digests(base)
    assert any("a commit was cut short" in line for line in found(base))
    assert made.digests(base) == before, "check wrote something"
    assert run(base).failures == []
    assert victim.read_text() == "not yours"
    assert found(base) == []
    assert (base / "curated/documents/bucket=001/part-0.parquet").exists()


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s[:12].decode("latin-1"))
def test_a_journal_of_any_shape(base: Path, shape: bytes) -> None:
    journal(base, shape)
    assert any("a commit was cut short" in line for line in found(base))
    assert run(base).failures == []
    assert found(base) == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s[:12].decode("latin-1"))
def test_a_ledger_of_any_shape(base: Path, shape: bytes) -> None:
    path = base / "curated" / ".ingest" / "ledger" / "000.json"
    path.write_bytes(shape + b"\n" + _seal(shape) + b"\n")
    assert any("000.json: is not as it was written" in line for line in found(base))
    assert run(base).failures == []
    assert found(base) == []


def test_a_ledger_that_names_other_files(base: Path) -> None:
    path = base / "curated" / ".ingest" / "ledger" / "000.json"
    known = Ledger.load(path)
    assert known is not None
    path.write_bytes(Ledger(known.entries, known.files | {"../../victim": "0"}).to_bytes())
    assert Ledger.load(path) is None


def test_a_pipe_in_the_place_of_a_ledger_or_journal(base: Path) -> None:
    inner = base / "curated" / ".ingest"
    (inner / "ledger" / "000.json").unlink()
    os.mkfifo(inner / "ledger" / "000.json")
    (inner / "journal").mkdir(exist_ok=True)
    os.mkfifo(inner / "journal" / "001.json")
    assert len(found(base)) == 2
    assert run(base).failures == []
    assert found(base) == []


@pytest.mark.parametrize("buckets", [-3, 0, 1000, 2.5, "2", None, True])
def test_a_number_of_buckets_that_is_none(base: Path, buckets: object, capsys: pytest.CaptureFixture[str]) -> None:
    path = base / "curated" / ".ingest" / "store.json"
    path.write_text(json.dumps({"schema_version": "1", "buckets": buckets, "raw": "../raw"}))
    assert any("store.json: is not as it was written" in line for line in found(base))
    (base / "curated" / "datapackage.json").unlink()
    for call in (
        ["run", str(base / "raw"), "--curated", str(base / "curated"), "-q"],
        ["check", str(base / "curated")],
    ):
        with pytest.raises(SystemExit) as end:
            cli.main(call)
        out, error = capsys.readouterr()
        assert end.value.code == 1 and error.count("\n") == 1 and "buckets is" in error, (out, error)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda s: s[:12].decode("latin-1"))
def test_settings_of_any_shape_are_read_from_their_copy_and_healed(base: Path, shape: bytes) -> None:
    path = base / "curated" / ".ingest" / "store.json"
    whole = path.read_bytes()
    path.write_bytes(shape)
    assert any("store.json: is not as it was written" in line for line in found(base))
    assert run(base).failures == []
    assert path.read_bytes() == whole and found(base) == []


def test_both_copies_lost_is_one_line(base: Path) -> None:
    for name in (".ingest/store.json", "datapackage.json"):
        (base / "curated" / name).write_bytes(b"{")
    with pytest.raises(StoreError, match="cannot be read") as caught:
        run(base)
    assert "\n" not in str(caught.value)


def test_check_writes_nothing(base: Path) -> None:
    folder = base / "curated"
    (folder / ".ingest" / "locks" / "000.lock").unlink()
    stray = folder / "documents" / "bucket=000" / ".part-0.parquet.tmp"
    stray.write_bytes(b"left by a kill")

    def state() -> list[tuple[str, int, int]]:
        return sorted((str(p), p.stat().st_mtime_ns, p.stat().st_ctime_ns) for p in folder.rglob("*"))

    before = state()
    assert found(base) == []
    assert state() == before


def test_who_reads_waits_for_who_writes(base: Path) -> None:
    store = Store.open(base / "curated")
    with store.lock(0), pytest.raises(StoreError, match="is writing bucket 000"), store.reading(0, 0.1):
        pytest.fail("read while it is written")
    with store.reading(0), store.reading(0) as torn:
        assert not torn
        with pytest.raises(StoreError), store.lock(0, 0.1):
            pytest.fail("written while it is read")


def test_a_run_that_is_asked_to_end_ends_cleanly(tmp_path: Path) -> None:
    made.folder(tmp_path / "raw", 60)
    code = "from ingest.cli import main\nmain()"
    command = [sys.executable, "-c", code, "run", str(tmp_path / "raw"), "--curated", str(tmp_path / "curated"), "-q"]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env=os.environ | {"INGEST_COMMIT_PAUSE_MS": "30"}
    ) as run_:
        deadline = time.monotonic() + 60
        while (
            run_.poll() is None
            and time.monotonic() < deadline
            and not list(tmp_path.glob("curated/documents/*/*.parquet"))
        ):
            time.sleep(0.01)
        run_.send_signal(signal.SIGTERM)
        error = run_.communicate(timeout=60)[1]
    assert (run_.returncode, error.count("\n")) == (143, 1), error
    assert "stopped; what was committed stays" in error
    assert not list((tmp_path / "curated" / ".ingest" / "journal").glob("[0-9]*")), "it was stopped in a commit"


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("limits = 3", "limits: it is a table"), ("[limits]\nmax_bytes = -1", "max_bytes"), ("[limits]\nmax_records = 0", "max_records"), ("timeout = inf", "timeout"), ("timeout = nan", "timeout"),
        ("timeout = 1e30", "timeout"), ("wait = inf", "wait"), ('notice_rules_file = "raw"', "a folder, not a regular file"),
        ('notice_rules_file = "pipe"', "a pipe, not a regular file"), ('domain_model_file = "pipe"', "not a regular file"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense_are_one_line(
    tmp_path: Path, text: str, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "raw").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "ingest.toml").write_text(text)
    with pytest.raises(SystemExit) as end:
        cli.main(["run", str(tmp_path / "raw"), "--curated", str(tmp_path / "curated"), "-q"])
    error = capsys.readouterr().err
    assert end.value.code == 1 and error.count("\n") == 1 and what in error, error
