"""Raw files in all their kinds, workers that hang, die and eat, and summaries that add up."""

import json
import os
import signal
import socket
import sys
import time
from datetime import datetime
from pathlib import Path

import made
import pyarrow.dataset as ds
import pytest

from ingest import Config, IngestError, InputError, NoticeRule, corpus
from ingest.config import Limits
from ingest.corpus import readers
from ingest.corpus.audit import checks
from ingest.corpus.processes import workers
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.runs import planning

ONE = Resources(workers=1, timeout=20)


def rows(curated: Path, dataset: str) -> dict[str, dict[str, object]]:
    if not (curated / dataset).exists():
        return {}
    found = ds.dataset(curated / dataset, format="parquet").to_table().to_pylist()
    return {row["source"]: row for row in found}


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = tmp_path / "raw"
    folder.mkdir()
    (folder / "good.txt").write_text(made.page(1), encoding="utf-8")
    return folder


def run(raw: Path, **options: object) -> tuple[corpus.Summary, dict[str, str]]:
    """A run, and the reason of each rejection."""
    options = {"resources": ONE, "buckets": 2} | options
    summary = corpus.run(raw, raw.parent / "curated", **options)  # type: ignore[arg-type]
    return summary, {s: str(r["reason"]) for s, r in rows(raw.parent / "curated", "rejections").items()}


# -------------------------------------------------------------------- sources


def test_every_regular_file_is_a_page_save_hidden_ones_and_sidecars(tmp_path: Path) -> None:
    for name in ("b.html", "a/z.txt", "a/y", ".hidden", ".git/config", "b.html.meta.json", "c.meta.json.txt"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    os.mkfifo(tmp_path / "pipe")
    assert list(readers.listing(tmp_path)) == ["b.html", "c.meta.json.txt", "a/y", "a/z.txt"]
    assert list(readers.listing(tmp_path, besides=tmp_path / "a")) == ["b.html", "c.meta.json.txt"]


def test_what_is_passed_over_is_said(raw: Path) -> None:
    """Once, though a run may look at its folder several times; hidden files and sidecars of a page are nothing to tell."""
    for name in ("good.txt.meta.json", ".hidden.meta.json", *(f"{n}.html.meta.json" for n in range(5))):
        (raw / name).write_text("{}")
    (raw / "gone.txt").symlink_to("nowhere")
    (raw / "gone.txt.meta.json").write_text("{}")
    os.mkfifo(raw / "pipe")
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(raw / "door"))
    told = [
        "passed over pipe: a pipe; save what it gives as a file",
        "passed over 0.html.meta.json, 1.html.meta.json, 2.html.meta.json, …: a sidecar without its page "
        "(there are 5 such); put the page beside it, or take it away",
        "passed over door: a socket; save what it gives as a file",
    ]
    summary, reasons = run(raw)
    assert (summary.new, reasons, summary.warnings) == (1, {"gone.txt": "unreadable"}, told)
    assert run(raw, dry_run=True)[0].warnings == told
    for name in ("pipe", "door", *(f"{n}.html.meta.json" for n in range(5))):
        (raw / name).unlink()
    assert run(raw)[0].warnings == []


def test_links_out_of_the_raw_folder_are_refused_and_links_within_are_followed(raw: Path) -> None:
    secret = raw.parent / "secret.txt"
    secret.write_text(made.page(2), encoding="utf-8")
    (raw / "out.txt").symlink_to(secret)
    (raw / "in.txt").symlink_to(raw / "good.txt")
    (raw / "nowhere.txt").symlink_to(raw / "missing.txt")
    (raw / "folder").symlink_to(raw.parent)
    summary, reasons = run(raw)
    assert reasons == {"out.txt": "outside", "nowhere.txt": "unreadable", "folder": "outside"}
    assert summary.new == 2
    assert [f.split(":")[0] for f in summary.failures] == ["nowhere.txt"]
    assert checks.check(raw.parent / "curated", fast=True, resources=ONE).violations == []


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are a thing of Linux")
def test_names_that_are_no_text_and_names_with_controls(raw: Path) -> None:
    (raw / os.fsdecode("中文".encode("gb18030") + b".txt")).write_text(made.page(3), encoding="utf-8")
    (raw / "a\nb\x1b[31m.txt").write_text(made.page(4), encoding="utf-8")
    summary, reasons = run(raw)
    assert (summary.new, reasons) == (3, {})
    assert set(rows(raw.parent / "curated", "documents")) == {
        "good.txt",
        "\\xd6\\xd0\\xce\\xc4.txt",
        "a\nb\x1b[31m.txt",
    }
    assert run(raw)[0].curated == 0
    assert checks.check(raw.parent / "curated", resources=ONE).violations == []


@pytest.mark.skipif(sys.platform != "linux", reason="names of any bytes are a thing of Linux")
def test_two_files_of_one_name_are_reported(raw: Path) -> None:
    (raw / os.fsdecode(b"\xff.txt")).write_text(made.page(3), encoding="utf-8")
    (raw / "\\xff.txt").write_text(made.page(4), encoding="utf-8")
    summary, _ = run(raw)
    assert summary.new == 2
    assert any("rename one of them" in f for f in summary.failures)


def test_a_sidecar_says_where_a_page_came_from(raw: Path) -> None:
    sidecar = raw / "good.txt.meta.json"
    about = {"url": "https://example.org/plan", "fetched_at": "2024-03-01T08:00:00.5+08:00", "headers": {"X": 1}}
    sidecar.write_text(json.dumps(about))
    assert run(raw)[0].new == 1
    row = rows(raw.parent / "curated", "documents")["good.txt"]
    assert row["url"] == about["url"]
    assert row["fetched_at"] == datetime(2024, 3, 1, 0, 0, 0, 500000)
    sidecar.write_text(json.dumps(about | {"url": "https://example.org/other"}))
    assert run(raw)[0].curated == 1
    assert rows(raw.parent / "curated", "documents")["good.txt"]["url"] == "https://example.org/other"
    assert run(raw)[0].curated == 0


@pytest.mark.parametrize(
    "content",
    ["{", "[]", '{"url": 3}', '{"fetched_at": "yesterday"}', '{"headers": []}', "[" * 5000, '{"fetched_at": 7}'],
)
def test_an_unusable_sidecar_is_reported_and_its_page_curated(raw: Path, content: str) -> None:
    (raw / "good.txt.meta.json").write_text(content)
    if content == '{"headers": []}':  # empty is empty
        assert readers.sidecar(raw / "good.txt", raw).fault is None
        return
    fault = readers.sidecar(raw / "good.txt", raw).fault
    assert fault is not None
    assert "good.txt.meta.json is not used" in fault


def test_a_sidecar_that_says_two_things_is_reported(raw: Path) -> None:
    (raw / "good.txt.meta.json").write_text('{"url": "https://a.example/", "url": "https://b.example/"}')
    about = readers.sidecar(raw / "good.txt", raw)
    assert (about.url, about.fault) == (
        "https://b.example/",
        "good.txt.meta.json says twice, and the last counts: url",
    )


def test_a_sidecar_fault_is_a_warning_of_the_run(raw: Path) -> None:
    (raw / "good.txt.meta.json").write_text("{")
    summary, _ = run(raw)
    assert summary.new == 1
    assert "good.txt.meta.json is not used" in summary.warnings[0]


def test_a_page_above_the_limit_is_not_read(raw: Path) -> None:
    (raw / "big.txt").write_text("大" * 1000, encoding="utf-8")
    summary, reasons = run(raw, config=Config(limits=Limits(max_bytes=2999)))
    assert reasons == {"big.txt": "too_large"}
    assert summary.failures == []
    assert rows(raw.parent / "curated", "rejections")["big.txt"]["raw_sha256"]


def test_a_page_that_cannot_be_read_is_a_rejection_and_a_failure(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / "locked.txt").write_text(made.page(2), encoding="utf-8")
    monkeypatch.setattr(workers, "curate_item", made.unreadable)
    summary, reasons = run(raw)
    assert reasons == {"locked.txt": "unreadable"}
    assert len(summary.failures) == 1
    monkeypatch.undo()
    summary, reasons = run(raw)  # it is tried again whenever there is a run
    assert (summary.new, reasons) == (1, {})


def test_bad_input_is_data(raw: Path) -> None:
    (raw / "empty.html").write_bytes(b"")
    (raw / "paper.pdf").write_bytes(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj <<>> endobj\n")
    (raw / "picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(range(256)) * 9)
    (raw / "english.txt").write_text("A page of another language. " * 9)
    (raw / "japanese.txt").write_text("これは示例の町の計画についての説明です。" * 9, encoding="utf-8")
    summary, reasons = run(raw)
    assert summary.new == 1
    assert reasons == {
        "empty.html": "empty",
        "paper.pdf": "binary",
        "picture.txt": "binary",
        "english.txt": "not_chinese",
        "japanese.txt": "not_chinese",
    }
    assert summary.failures == []


def test_an_empty_and_a_missing_raw_folder(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    assert run(tmp_path / "raw")[0].pages == 0
    with pytest.raises(InputError, match="does not exist"):
        run(tmp_path / "none")
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="is a file"):
        run(tmp_path / "file")


def test_the_curated_folder_may_lie_inside_the_raw_one(raw: Path) -> None:
    for _ in range(2):
        summary = corpus.run(raw, raw / "out", resources=ONE)
        assert summary.pages == 1


# -------------------------------------------------------------------- workers


def test_a_page_that_hangs_in_c_is_stopped_and_its_neighbours_are_not(raw: Path) -> None:
    """A user's own rule with a pattern that never comes to an end, which no signal interrupts."""
    (raw / "trap.txt").write_text(made.page(5) + "甲" * 60 + "\n", encoding="utf-8")
    rule = NoticeRule(id="trap", where="any", pattern="(甲+)+乙")
    limits = Resources(workers=1, timeout=1.0)
    begun = time.monotonic()
    summary, reasons = run(raw, config=Config(notice_rules=(rule,)), resources=limits)
    assert time.monotonic() - begun < 10
    assert (summary.new, reasons) == (1, {"trap.txt": "timeout"})
    assert run(raw, config=Config(notice_rules=(rule,)), resources=limits)[0].curated == 0
    # With more time to be had it is worth another try.
    assert run(raw, config=Config(notice_rules=(rule,)), resources=limits._replace(timeout=1.5))[0].curated == 1


def test_a_page_that_ignores_signals_is_stopped(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / "hang.txt").write_text(made.page(2), encoding="utf-8")
    monkeypatch.setattr(workers, "curate_item", made.hanging)
    begun = time.monotonic()
    summary, reasons = run(raw, resources=Resources(workers=2, timeout=1))
    assert (summary.new, reasons) == (1, {"hang.txt": "timeout"})
    assert time.monotonic() - begun < 1 + 5 + 5  # the limit, five seconds, and the start of it all


def test_a_crash_in_c_is_a_rejection(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for n in range(3):
        (raw / f"die{n}.txt").write_text(made.page(n), encoding="utf-8")
        (raw / f"live{n}.txt").write_text(made.page(n + 3), encoding="utf-8")
    monkeypatch.setattr(workers, "curate_item", made.dying)
    summary, reasons = run(raw, resources=Resources(workers=2))
    assert reasons == {f"die{n}.txt": "crashed" for n in range(3)}
    assert summary.new == 4
    row = rows(raw.parent / "curated", "rejections")["die0.txt"]
    assert (row["stage"], row["detail"]) == ("worker", "the worker process died (SIGSEGV)")
    assert row["raw_sha256"]


@pytest.mark.skipif(sys.platform != "linux", reason="the limit is Linux's")
def test_a_page_that_eats_memory_is_a_rejection(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (raw / "eat.txt").write_text(made.page(2), encoding="utf-8")
    monkeypatch.setattr(workers, "curate_item", made.greedy)
    summary, reasons = run(raw, resources=Resources(workers=1, memory_mb=512))
    assert (summary.new, reasons) == (1, {"eat.txt": "crashed"})


def test_a_fault_of_ours_is_a_rejection_that_names_the_place(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.pipeline.curate", lambda *a, **k: 1 // 0)
    result = workers.curate_item(raw, readers.Item("good.txt"), Config())
    assert isinstance(result, workers.Refusal)
    assert (result.stage, result.reason) == ("worker", "crashed")
    assert result.detail.startswith("ZeroDivisionError: integer division or modulo by zero (test_engine.py, line ")


def test_workers_are_replaced_after_their_share(raw: Path) -> None:
    with Pool(Resources(workers=1, max_tasks=2)) as pool:
        processes = [pool.submit(os.getpid).result() for _ in range(6)]
    assert len(set(processes)) == 3


def test_workers_load_no_pandas() -> None:
    """Which pyarrow would do for its first array: .4 s and 30 MB a worker."""
    with Pool(ONE) as pool:
        assert not pool.submit(made.loads_pandas).result()


def test_a_pool_whose_workers_are_killed_between_pages_goes_on(raw: Path) -> None:
    with Pool(Resources(workers=1)) as pool:
        os.kill(pool.submit(os.getpid).result(), signal.SIGKILL)
        time.sleep(0.5)
        item = readers.Item("good.txt")
        (done,) = pool.collect(pool.curate(raw, [item], Config()), raw, Config())
        assert isinstance(done.pages[0], workers.Curated)


def test_one_line_is_one_line() -> None:
    assert workers.one_line(" a\nb\x1b[31m\x9bc\u2028d ") == "a b [31m c d"
    assert len(workers.one_line("长" * 1000)) == 300


# -------------------------------------------------------------------- runs


def test_progress_counts_every_page_once(raw: Path) -> None:
    made.folder(raw, 8)
    (raw / "nothing.txt").write_bytes(b"")
    seen: list[corpus.Progress] = []
    run(raw, on_progress=seen.append)
    assert [p.done for p in seen] == list(range(1, 11))
    assert {p.total for p in seen} == {10}
    assert {p.source: p.outcome for p in seen}["nothing.txt"] == "empty"


def test_a_run_says_what_it_does_beside_curating(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "_TELLS", 3)
    made.folder(raw, 8)
    files = sum(1 for path in raw.rglob("*") if path.is_file())
    said: list[tuple[str, int, int]] = []
    run(raw, on_stage=lambda *stage: said.append(stage))
    looking, comparing, *rest = list(dict.fromkeys(what for what, _, _ in said))
    assert [one for one in said if one[0] == looking] == [(looking, n, 0) for n in range(0, files, 3)]
    assert [one for one in said if one[0] == comparing] == [(comparing, n, files) for n in range(0, files, 3)]
    assert any("sites" in what or "site" in what for what in rest) and "duplicates" in rest[-1]
    said.clear()
    run(raw, on_stage=lambda *stage: said.append(stage))
    assert {what for what, _, _ in said} == {looking, comparing}, "nothing was done, and nothing is said of doing"


def test_the_parts_of_a_run_make_the_run(raw: Path) -> None:
    made.folder(raw, 9)
    curated = raw.parent / "curated"
    with corpus.exclusive(curated):
        plan = corpus.plan(raw, curated, buckets=4)
        batches = list(plan.batches(3))
        assert [job for batch in batches for job in batch] == list(plan.jobs)
        total = plan.known
        for batch in batches:
            total += corpus.work(raw, curated, batch, resources=ONE)
        corpus.finish(curated)
    assert (total.pages, total.new, total.curated) == (10, 10, 10)
    assert corpus.plan(raw, curated).jobs == ()
    assert checks.check(curated, fast=True, resources=ONE).violations == []


def test_numbers_add_up(raw: Path) -> None:
    made.folder(raw, 5)
    (raw / "nothing.txt").write_bytes(b"")
    first, _ = run(raw)
    (raw / "good.txt").write_text(made.page(30), encoding="utf-8")
    (raw / "more.txt").write_text(made.page(31), encoding="utf-8")
    second, _ = run(raw)
    for summary in (first, second):
        assert summary.pages == summary.new + summary.changed + summary.unchanged + summary.rejected.total()
    assert (second.new, second.changed, second.unchanged) == (1, 1, 5)
    assert second.as_dict()["rejected"] == {"empty": 1}
    assert json.dumps(second.as_dict())


def test_a_stopped_run_lets_go_of_everything_and_keeps_what_was_committed(raw: Path) -> None:
    made.folder(raw, 30)

    def stop(progress: corpus.Progress) -> None:
        if progress.done == 12:
            raise KeyboardInterrupt

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        run(raw, on_progress=stop, buckets=8)
    assert time.monotonic() - begun < 15
    summary, _ = run(raw, buckets=8)
    assert summary.failures == []
    assert summary.pages == 31 == summary.new + summary.unchanged
    assert checks.check(raw.parent / "curated", fast=True, resources=ONE).violations == []


def test_errors_of_this_package_are_one_tree() -> None:
    assert issubclass(InputError, IngestError)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:9", "tcp://nowhere.invalid:8786"])
def test_a_cluster_that_does_not_answer(raw: Path, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    distributed = pytest.importorskip("distributed")
    real = distributed.Client
    monkeypatch.setattr(distributed, "Client", lambda a, **k: real(a, **(k | {"timeout": "1s"})))
    with pytest.raises(InputError, match="no Dask scheduler answers"):
        run(raw, engine=address)
