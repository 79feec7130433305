"""The curated folder: what a run leaves on disk, what a reader sees, and what damage and kills come to."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import made
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest

from ingest import Config, StoreError, UsageError, corpus
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.runs import planning
from ingest.corpus.runs.bucket import process
from ingest.corpus.runs.jobs import Job
from ingest.corpus.runs.state import Context
from ingest.corpus.storage import journal, parquet, stamp
from ingest.corpus.storage.schema import arrow_schema
from ingest.corpus.storage.stamp import code_stamp
from ingest.corpus.storage.store import BUCKETED, Store, bucket_of

ONE = Resources(workers=1)
PAGES = 12
BUCKETS = 3


@pytest.fixture(scope="module", autouse=True)
def pool() -> Iterator[Pool]:
    """One for all runs here: starting workers is most of what a small run costs."""
    global _pool
    with Pool(ONE) as _pool:
        yield _pool


_pool: Pool


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw and a curated folder, to be copied and not touched. One page is rejected."""
    base = tmp_path_factory.mktemp("finished")
    made.folder(base / "raw", PAGES)
    (base / "raw" / "nothing.txt").write_bytes(b"")
    summary = corpus.run(base / "raw", base / "curated", resources=ONE, buckets=BUCKETS)
    assert (summary.new, dict(summary.rejected), summary.failures) == (PAGES, {"empty": 1}, [])
    return base


@pytest.fixture
def base(finished: Path, tmp_path: Path) -> Path:
    """Copies keep their times to the nanosecond, but not their change time: the ledger has to look at the content."""
    shutil.copytree(finished, tmp_path / "base")
    return tmp_path / "base"


def rerun(base: Path, **options: object) -> corpus.Summary:
    return corpus.run(base / "raw", base / "curated", resources=ONE, pool=_pool, **options)  # type: ignore[arg-type]


def rows(base: Path, dataset: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = ds.dataset(base / "curated" / dataset, format="parquet").to_table().to_pylist()
    return found


def violations(base: Path) -> list[str]:
    return [str(v) for v in checks.check(base / "curated", fast=True, resources=ONE, pool=_pool).violations]


# -------------------------------------------------------------------- runs


def test_a_second_run_leaves_every_file_as_it_is(base: Path) -> None:
    before = made.digests(base / "curated")
    summary = rerun(base)
    assert (summary.new, summary.changed, summary.unchanged, summary.curated) == (0, 0, PAGES, 0)
    assert dict(summary.rejected) == {"empty": 1}
    assert made.digests(base / "curated") == before


def test_curating_all_again_leaves_every_file_as_it_is(base: Path) -> None:
    before = made.digests(base / "curated")
    summary = rerun(base, full=True)
    assert (summary.curated, summary.unchanged, summary.changed) == (PAGES + 1, PAGES, 0)
    assert made.digests(base / "curated") == before


def test_a_changed_file_changes_its_own_rows_and_no_other(base: Path) -> None:
    before = {d: rows(base, d) for d in BUCKETED}
    path = base / "raw" / "part0" / "page00003.txt"
    path.write_text(made.page(3) + "（三）补充一项。\n", encoding="utf-8")
    summary = rerun(base)
    assert (summary.new, summary.changed, summary.unchanged, summary.curated) == (0, 1, PAGES - 1, 1)
    doc_id = next(r["doc_id"] for r in before["documents"] if r["source"] == "part0/page00003.txt")
    for dataset in ("documents", "records", "edits"):
        others = [r for r in rows(base, dataset) if r["doc_id"] != doc_id]
        assert others == [r for r in before[dataset] if r["doc_id"] != doc_id]
    assert rows(base, "rejections") == before["rejections"]
    changed = [r for r in rows(base, "records") if r["doc_id"] == doc_id]
    assert any("补充一项" in str(r["text"]) + str(r["heading"]) for r in changed)
    assert violations(base) == []


def test_new_bytes_with_the_same_content_keep_the_time_of_the_row(base: Path) -> None:
    was = {r["source"]: r for r in rows(base, "documents")}
    path = base / "raw" / "part0" / "page00003.txt"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    summary = rerun(base)
    assert (summary.changed, summary.unchanged, summary.curated) == (0, PAGES, 1)
    now = {r["source"]: r for r in rows(base, "documents")}["part0/page00003.txt"]
    old = was["part0/page00003.txt"]
    assert now["raw_sha256"] != old["raw_sha256"]
    assert (now["ingested_at"], now["revision"]) == (old["ingested_at"], old["revision"])


def test_a_rejected_page_that_is_mended_moves_and_leaves_no_rows(base: Path) -> None:
    (base / "raw" / "nothing.txt").write_text(made.page(99), encoding="utf-8")
    summary = rerun(base)
    assert (summary.new, summary.unchanged, dict(summary.rejected)) == (1, PAGES, {})
    (left,) = (base / "curated" / "rejections").rglob("*.parquet")
    assert (left.parent.name, pq.read_metadata(left).num_row_groups) == ("bucket=000", 0)
    (base / "raw" / "nothing.txt").write_bytes(b"")
    summary = rerun(base)
    assert (summary.unchanged, dict(summary.rejected)) == (PAGES, {"empty": 1})
    assert "nothing.txt" not in {r["source"] for r in rows(base, "documents")}
    assert violations(base) == []


def test_other_settings_and_other_code_make_all_pages_stale(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert rerun(base, config=Config(min_certainty="likely")).curated == PAGES + 1
    assert rerun(base, config=Config(min_certainty="likely")).curated == 0
    monkeypatch.setattr(planning, "code_stamp", lambda: "9.9+other")
    assert rerun(base, config=Config(min_certainty="likely")).curated == PAGES + 1


def test_what_is_gone_from_raw_is_kept_until_pruned(base: Path) -> None:
    for name in ("part0/page00000.txt", "nothing.txt"):
        (base / "raw" / name).unlink()
    before = made.digests(base / "curated")
    assert rerun(base).gone == 2
    assert made.digests(base / "curated") == before
    assert violations(base) == []
    summary = rerun(base, prune=True)
    assert (summary.pruned, summary.gone, summary.unchanged) == (2, 0, PAGES - 1)
    assert len(rows(base, "documents")) == PAGES - 1
    assert violations(base) == []


def test_a_dry_run_writes_nothing(base: Path, tmp_path: Path) -> None:
    (base / "raw" / "more.txt").write_text(made.page(50), encoding="utf-8")
    before = made.digests(base / "curated")
    summary = rerun(base, dry_run=True)
    assert (summary.pages, summary.stale, summary.unchanged) == (PAGES + 2, 1, PAGES - _in_bucket_of(base, "more.txt"))
    assert made.digests(base / "curated") == before
    corpus.run(base / "raw", tmp_path / "none", resources=ONE, dry_run=True)
    assert not (tmp_path / "none").exists()


def _in_bucket_of(base: Path, name: str) -> int:
    """Documents that share a bucket with a page (in a dry run they are not counted as unchanged)."""
    number = bucket_of(name, BUCKETS)
    return sum(bucket_of(str(r["source"]), BUCKETS) == number for r in rows(base, "documents"))


def test_the_same_rows_give_the_same_bytes_however_they_came(base: Path, tmp_path: Path) -> None:
    """Grown page by page or made at once: only the times differ."""
    names = sorted(p.relative_to(base / "raw") for p in (base / "raw").rglob("*") if p.is_file())
    for name in names[::2]:
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(base / "raw" / name, tmp_path / "raw" / name)
    rerun(tmp_path, buckets=BUCKETS)
    for name in names[1::2]:
        (tmp_path / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(base / "raw" / name, tmp_path / "raw" / name)
    rerun(tmp_path)
    for dataset in ("records", "edits"):
        assert made.digests(tmp_path / "curated" / dataset) == made.digests(base / "curated" / dataset)


def test_tables_of_many_row_groups_are_merged_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP_ROWS", 40)
    made.folder(tmp_path / "raw", 18)
    rerun(tmp_path, buckets=1)
    before = made.digests(tmp_path / "curated")
    assert pq.read_metadata(tmp_path / "curated/records/bucket=000/part-0.parquet").num_row_groups > 3
    assert rerun(tmp_path, full=True).unchanged == 18
    assert made.digests(tmp_path / "curated") == before
    page = tmp_path / "raw" / "part1" / "page00007.txt"
    text = page.read_text(encoding="utf-8")
    page.write_text(text + "（九）又一项。\n", encoding="utf-8")
    assert rerun(tmp_path).changed == 1
    assert violations(tmp_path) == []
    page.write_text(text, encoding="utf-8")
    assert rerun(tmp_path).changed == 1
    after = made.digests(tmp_path / "curated")
    assert {n: d for n, d in after.items() if n.startswith(("records", "edits"))} == {
        n: d for n, d in before.items() if n.startswith(("records", "edits"))
    }


def test_a_file_may_hold_many_pages(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    feeds = [tmp_path / "raw" / f"{n}.jsonl" for n in range(4)]
    for n, feed in enumerate(feeds):
        feed.write_text("".join(json.dumps({"text": made.page(3 * n + k)}) + "\n" for k in range(3)))
    assert rerun(tmp_path, buckets=2).new == 12
    assert {str(r["source"]).partition("#")[2] for r in rows(tmp_path, "documents")} == {"1", "2", "3"}
    assert violations(tmp_path) == []
    assert rerun(tmp_path).curated == 0
    lines = feeds[0].read_text().splitlines(keepends=True)
    feeds[0].write_text(lines[0] + lines[2])
    summary = rerun(tmp_path)
    assert (summary.pages, summary.changed, summary.unchanged, summary.gone) == (11, 1, 10, 0)
    assert len(rows(tmp_path, "documents")) == 11
    assert violations(tmp_path) == []


def test_reprocess_replaces_one_document(base: Path) -> None:
    path = base / "raw" / "part0" / "page00003.txt"
    path.write_text(made.page(77), encoding="utf-8")
    (base / "raw" / "part0" / "page00006.txt").write_text(made.page(78), encoding="utf-8")
    summary = corpus.reprocess(path, base / "curated")
    assert (summary.pages, summary.changed) == (1, 1)
    texts = {r["source"]: r["page_text"] for r in rows(base, "documents")}
    assert texts["part0/page00003.txt"] == made.page(77)
    assert texts["part0/page00006.txt"] == made.page(6)
    assert rerun(base).changed == 1
    with pytest.raises(UsageError, match="is not under"):
        corpus.reprocess(Path(__file__), base / "curated")


def test_a_curated_folder_belongs_to_one_raw_folder(base: Path, tmp_path: Path) -> None:
    made.folder(tmp_path / "other", 2)
    with pytest.raises(UsageError, match="--new-root"):
        corpus.run(tmp_path / "other", base / "curated", resources=ONE)
    with pytest.raises(UsageError, match="fixed when it was made"):
        rerun(base, buckets=7)
    shutil.move(base / "raw", base / "moved")
    assert corpus.run(base / "moved", base / "curated", resources=ONE, new_root=True).unchanged == PAGES
    assert Store.open(base / "curated").raw == (base / "moved").resolve()


# -------------------------------------------------------------------- files


def test_files_are_as_the_design_says(base: Path) -> None:
    files = sorted((base / "curated").rglob("*.parquet"))
    assert files
    for path in files:
        dataset = path.relative_to(base / "curated").parts[0]
        assert path.name == "part-0.parquet"
        file = pq.ParquetFile(path, page_checksum_verification=True)
        assert file.schema_arrow.equals(arrow_schema(dataset), check_metadata=True)
        if not file.metadata.num_rows:
            assert (file.num_row_groups, path.parent.name) == (
                0,
                "duplicates" if dataset == "duplicates" else "bucket=000",
            )
            continue
        column = file.metadata.row_group(0).column(0)
        assert column.compression == "ZSTD"
        assert column.has_column_index
        assert column.has_offset_index
        keys = [c.column_index for c in file.metadata.row_group(0).sorting_columns]
        names = [file.schema_arrow.names[k] for k in keys]
        table = file.read().to_pylist()
        order = [tuple(row[n] for n in names) for row in table]
        assert order == sorted(order)
    package = json.loads((base / "curated" / "datapackage.json").read_text())
    listed = {p for r in package["resources"] for p in r["path"]}
    assert listed == {p.relative_to(base / "curated").as_posix() for p in files}


def test_every_reader_sees_the_same_with_a_plain_glob(base: Path) -> None:
    for dataset in BUCKETED:
        folder = base / "curated" / dataset
        glob = f"{folder}/**/*.parquet"
        counts = {
            "pyarrow": ds.dataset(folder, format="parquet", partitioning="hive").count_rows(),
            "pandas": len(pd.read_parquet(folder)),
            "duckdb": duckdb.sql(f"select count(*) from '{glob}'").fetchall()[0][0],
            "polars": pl.scan_parquet(glob).select(pl.len()).collect().item(),
        }
        assert len(set(counts.values())) == 1, counts
        assert counts["pyarrow"] > 0 or dataset not in ("documents", "records", "edits", "facts", "rejections"), dataset
    joined = duckdb.sql(
        f"select count(*) from '{base}/curated/records/**/*.parquet' r "
        f"join '{base}/curated/documents/**/*.parquet' d using (doc_id, revision)"
    ).fetchall()[0]
    assert joined == (len(rows(base, "records")),)


# -------------------------------------------------------------------- what is lost and damaged


def test_a_lost_ledger_is_rebuilt_from_the_datasets(base: Path) -> None:
    shutil.rmtree(base / "curated" / ".ingest" / "ledger")
    before = {d: made.digests(base / "curated" / d) for d in BUCKETED}
    summary = rerun(base)
    assert summary.unchanged == PAGES
    assert summary.curated == 1  # the rejection: nothing says what it was made by
    assert {d: made.digests(base / "curated" / d) for d in BUCKETED} == before
    assert rerun(base).curated == 0


def test_a_damaged_ledger_is_not_believed(base: Path) -> None:
    path = next((base / "curated" / ".ingest" / "ledger").glob("*.json"))
    path.write_bytes(path.read_bytes().replace(b'"files"', b'"filEs"'))
    assert rerun(base).unchanged == PAGES
    assert violations(base) == []


@pytest.mark.parametrize("dataset", BUCKETED)
def test_a_table_removed_by_hand_is_made_again(base: Path, dataset: str) -> None:
    before = made.digests(base / "curated" / "records")
    next((base / "curated" / dataset).rglob("*.parquet")).unlink()
    assert any("is missing" in v for v in violations(base))
    summary = rerun(base)
    assert any("made again" in w for w in summary.warnings)
    assert violations(base) == []
    assert made.digests(base / "curated" / "records") == before


@pytest.mark.parametrize("dataset", BUCKETED)
def test_flipped_bits_are_found_and_repaired(base: Path, dataset: str) -> None:
    path = max((base / "curated" / dataset).rglob("*.parquet"), key=lambda p: p.stat().st_size)
    whole = path.read_bytes()
    draw = random.Random(dataset)
    for _ in range(6):
        at = draw.randrange(len(whole))
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << draw.randrange(8)]) + whole[at + 1 :])
        report = checks.check(base / "curated", fast=True, resources=ONE, pool=_pool)
        assert report.damaged == (int(path.parent.name[7:]),), at
        assert any(path.name in v.where for v in report.violations)
    corpus.repair(base / "curated", report.damaged, resources=ONE)
    assert violations(base) == []
    assert len(rows(base, "documents")) == PAGES


def test_a_damaged_table_stops_its_bucket_and_no_other(base: Path) -> None:
    path = base / "curated" / "documents" / f"bucket={bucket_of('nothing.txt', BUCKETS):03d}" / "part-0.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 4
    path.write_bytes(content)
    (base / "raw" / "nothing.txt").write_text(made.page(60), encoding="utf-8")
    other = next(
        f"more{n}.txt" for n in range(99) if bucket_of(f"more{n}.txt", BUCKETS) != bucket_of("nothing.txt", BUCKETS)
    )
    (base / "raw" / other).write_text(made.page(61), encoding="utf-8")
    summary = rerun(base)
    assert summary.new == 1
    assert len(summary.failures) == 1
    assert "check --repair" in summary.failures[0]


def test_other_versions_and_lost_settings_are_refused(base: Path) -> None:
    facts = base / "curated" / ".ingest" / "store.json"
    whole = facts.read_text()
    about = {k: v for k, v in json.loads(whole).items() if k != "sha256"}
    facts.write_text(json.dumps(about | {"schema_version": "2"}))
    with pytest.raises(StoreError, match="columns of version 2"):
        rerun(base)
    facts.unlink()
    assert rerun(base).unchanged == PAGES  # datapackage.json knows it too
    facts.unlink(missing_ok=True)
    (base / "curated" / "datapackage.json").unlink()
    with pytest.raises(StoreError, match="not its settings"):
        rerun(base)


# -------------------------------------------------------------------- commits


def _change(store: Store, name: str, content: bytes) -> Path:
    path = store.root / "documents" / "bucket=000" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    journal.temporary(path).write_bytes(content)
    return path


def test_a_journal_is_rolled_forward(base: Path) -> None:
    """As after a kill between the first rename and the second."""
    store = Store.open(base / "curated")
    before = made.digests(base / "curated")
    bucket = store.numbers()[0]
    tables = [store.table(name, bucket) for name in ("documents", "records")]
    for path in tables:
        journal.temporary(path).write_bytes(path.read_bytes())
    plan = json.dumps([[p.relative_to(store.root).as_posix(), True] for p in tables]).encode()
    sealed = plan + b"\n" + hashlib.sha256(plan).hexdigest().encode()
    (store.inner / "journal").mkdir(exist_ok=True)
    (store.inner / "journal" / f"{bucket:03d}.json").write_bytes(sealed)
    journal.temporary(tables[0]).replace(tables[0])
    rerun(base)
    assert made.digests(base / "curated") == before


def test_a_damaged_journal_has_its_bucket_made_again(base: Path) -> None:
    store = Store.open(base / "curated")
    before = {d: made.digests(base / "curated" / d) for d in BUCKETED}
    bucket = store.numbers()[0]
    journal.temporary(store.table("records", bucket)).write_bytes(b"half a fi")
    (store.inner / "journal").mkdir(exist_ok=True)
    (store.inner / "journal" / f"{bucket:03d}.json").write_bytes(b'[["documents/bu')
    summary = rerun(base)
    assert summary.curated > 0
    assert {d: made.digests(base / "curated" / d) for d in BUCKETED} == before
    assert violations(base) == []


def test_strays_are_swept(base: Path) -> None:
    before = made.digests(base / "curated")
    stray = journal.temporary(next((base / "curated" / "edits").rglob("*.parquet")))
    stray.write_bytes(b"left by a kill")
    assert len(pd.read_parquet(base / "curated" / "edits")) == len(rows(base, "edits"))
    rerun(base)
    assert made.digests(base / "curated") == before


class Full:
    """A disk that takes so many writes of the store and no more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
        self.left = after
        real_sync, real_replace = journal.sync, Path.replace

        def spend() -> None:
            self.left -= 1
            if self.left < 0:
                raise OSError(28, "No space left on device")

        def sync(path: Path) -> None:
            spend()
            real_sync(path)

        def replace(path: Path, target: Path) -> Path:
            spend()
            return real_replace(path, target)

        monkeypatch.setattr(journal, "sync", sync)
        monkeypatch.setattr(Path, "replace", replace)


@pytest.mark.parametrize("after", range(0, 18, 4))
def test_a_full_disk_leaves_old_or_new(base: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    (base / "raw" / "part0" / "page00003.txt").write_text(made.page(70), encoding="utf-8")
    with monkeypatch.context() as patch:
        Full(patch, after)
        summary = rerun(base) if after > 12 else None
        if summary is None:
            with pytest.raises(StoreError, match="No space left"):
                failed = rerun(base)
                raise StoreError("; ".join(failed.failures))
    summary = rerun(base)
    assert summary.failures == []
    assert violations(base) == []
    assert made.page(70) in {r["page_text"] for r in rows(base, "documents")}
    assert [p.name for p in (base / "curated").rglob("*.tmp")] == []


def test_a_folder_that_cannot_be_written_is_one_line(base: Path) -> None:
    blocked = base / "curated" / ".ingest" / "run.lock"
    blocked.unlink(missing_ok=True)
    blocked.mkdir()
    with pytest.raises(StoreError, match="cannot be written") as error:
        rerun(base)
    assert "\n" not in str(error.value)


# -------------------------------------------------------------------- two writers


def test_a_second_run_is_refused_with_a_line_that_says_who(base: Path) -> None:
    message = f"process {os.getpid()} on .* since .*--wait"
    with corpus.exclusive(base / "curated"), pytest.raises(StoreError, match=message):
        rerun(base)
    assert rerun(base).unchanged == PAGES


def test_a_second_run_waits_if_told_to(base: Path) -> None:
    code = "import sys,time;from pathlib import Path;from ingest import corpus\nwith corpus.exclusive(Path(sys.argv[1])): print('held', flush=True); time.sleep(1)"
    with subprocess.Popen([sys.executable, "-c", code, base / "curated"], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        begun = time.monotonic()
        assert rerun(base, wait=30).unchanged == PAGES
        assert time.monotonic() - begun > 0.5


def test_a_reprocess_waits_for_the_bucket_and_not_for_the_run(base: Path) -> None:
    path = base / "raw" / "part0" / "page00003.txt"
    path.write_text(made.page(71), encoding="utf-8")
    with corpus.exclusive(base / "curated"):
        assert corpus.reprocess(path, base / "curated").changed == 1
    store = Store.open(base / "curated")
    bucket = bucket_of("part0/page00003.txt", BUCKETS)
    with store.lock(bucket), pytest.raises(StoreError, match=f"writing bucket {bucket:03d}"), store.lock(bucket, 0.1):
        pytest.fail("two writers in one bucket")


def test_a_plan_that_is_out_of_date_does_no_harm(base: Path) -> None:
    """Someone else did the work between plan and work."""
    (base / "raw" / "part0" / "page00003.txt").write_text(made.page(72), encoding="utf-8")
    plan = corpus.plan(base / "raw", base / "curated")
    assert (len(plan.jobs), plan.stale) == (1, 1)
    rerun(base)
    before = made.digests(base / "curated")
    summary = corpus.work(base / "raw", base / "curated", plan.jobs, resources=ONE)
    assert (summary.curated, summary.changed) == (0, 0)
    assert made.digests(base / "curated") == before


def test_readers_see_every_document_once_while_a_run_rewrites_all(base: Path) -> None:
    folder = base / "curated" / "documents"
    readers = {
        "pyarrow": lambda: ds.dataset(folder, format="parquet").to_table(columns=["doc_id"]).num_rows,
        "pandas": lambda: len(pd.read_parquet(folder, columns=["doc_id"])),
        "duckdb": lambda: duckdb.sql(f"select count(distinct doc_id) from '{folder}/**/*.parquet'").fetchall()[0][0],
        "polars": lambda: sum(pl.read_parquet(p.open("rb")).height for p in folder.rglob("*.parquet")),
    }
    written: list[int] = []

    def write() -> None:
        for n in range(4):
            for path in (base / "raw").rglob("page*.txt"):
                path.write_text(made.page(1000 * (n + 1) + len(path.name)), encoding="utf-8")
            written.append(rerun(base).changed)

    writer = threading.Thread(target=write)
    writer.start()
    counts: dict[str, set[int]] = {name: set() for name in readers}
    while writer.is_alive():
        for name, count in readers.items():
            counts[name].add(count())
    writer.join()
    assert len(written) == 4
    assert min(written) >= PAGES // 2
    assert counts == {name: {PAGES} for name in readers}


# -------------------------------------------------------------------- kills

_RUN = """
import sys
from pathlib import Path
from ingest import corpus
if __name__ == "__main__":
    corpus.run(Path(sys.argv[1]), Path(sys.argv[2]), resources=corpus.Resources(workers=1), full=True)
"""


@pytest.mark.parametrize("moment", [None, 0, 1, 2, 3, 4])
def test_a_kill_tears_nothing(base: Path, tmp_path: Path, moment: int | None) -> None:
    """Killed before the first commit, or once so many files of commits, drawn out, are in place; the next run completes it."""
    script = tmp_path / "run.py"
    script.write_text(_RUN)
    for path in (base / "raw" / "part0").iterdir():
        path.write_text(path.read_text(encoding="utf-8") + "（九）又一项。\n", encoding="utf-8")
    old = {p: p.stat().st_ino for p in (base / "curated").rglob("*.parquet")}
    environment = os.environ | {"INGEST_COMMIT_PAUSE_MS": "25"}
    command = [sys.executable, script, base / "raw", base / "curated"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as run:
        deadline = time.monotonic() + 30
        journals = base / "curated" / ".ingest" / "journal"
        while run.poll() is None and time.monotonic() < deadline:
            replaced = sum(not p.exists() or p.stat().st_ino != i for p, i in old.items())
            if moment is None and list((base / "curated").rglob("*.tmp")):
                break
            if moment is not None and replaced >= moment and list(journals.glob("[0-9]*.json")):
                break
            time.sleep(0.002)
        run.send_signal(signal.SIGKILL)
    assert run.returncode == -signal.SIGKILL, "the run ended before it was killed"
    assert moment is None or list(journals.glob("[0-9]*.json")), "the kill was not inside a commit"
    for dataset in ("documents", "records", "edits"):  # whole files, each document once, before anything is put right
        keys = [(r["doc_id"], r.get("ordinal")) for r in rows(base, dataset)]
        assert len(keys) == len(set(keys))
    assert len(rows(base, "documents")) == PAGES
    summary = rerun(base)
    assert summary.failures == []
    assert violations(base) == []
    assert sum("又一项" in str(r["page_text"]) for r in rows(base, "documents")) == PAGES // 3
    assert not list((base / "curated").rglob("*.tmp"))


def test_what_makes_no_page_stale_is_not_loaded_by_what_curates() -> None:
    """All sample pages are curated, so that whatever is only loaded when it is asked for is loaded."""
    program = (
        "import sys; from pathlib import Path; import ingest\n"
        "for path in Path('raw').rglob('*.*'):\n"
        "    try: ingest.curate(path.read_bytes(), source=path.name)\n"
        "    except ingest.Rejected: pass\n"
        "print(*{name.split('.')[1] for name in sys.modules if name.startswith('ingest.')})"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parent.parent, capture_output=True, text=True, check=True
    )
    loaded = set(ran.stdout.split())
    assert {"page", "repair", "script", "notices", "outline"} <= loaded
    assert not loaded & {name.removesuffix(".py") for name in stamp._BESIDES}


def test_code_stamp_names_the_version() -> None:
    from ingest import __version__

    assert code_stamp().startswith(__version__ + "+")


def test_process_is_safe_for_an_empty_bucket(base: Path) -> None:
    store = Store.open(base / "curated")
    with Pool(ONE) as pool:
        context = Context((base / "raw").resolve(), Config(), code_stamp(), ONE.limits)
        summary = process(store, Job(BUCKETS - 1, ()), context, pool)
    assert summary.curated == 0
