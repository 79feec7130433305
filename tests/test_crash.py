"""Every point at which a run can stop, in turn: at each step of the store the process is gone, and the folder is old or new."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import made
import pyarrow.dataset as ds
import pytest
from inline import Inline

from ingest import corpus
from ingest.corpus.audit import checks
from ingest.corpus.processes import workers
from ingest.corpus.runs import engine
from ingest.corpus.storage import journal, parquet

ONE = corpus.Resources(workers=1)
_kept: dict[object, workers.Result] = {}


class Gone(BaseException):
    """The process is no more: nothing catches this, and whatever it held open is lost."""


@contextmanager
def stopping(after: int) -> Iterator[list[int]]:
    """The process ends at the step behind `after` of those that change the disk; gives how many there were."""
    steps = [0]
    places: list[tuple[Any, str]] = [(Path, "replace"), (Path, "unlink"), (Path, "write_bytes"), (Path, "mkdir")]
    places += [
        (journal, "sync"),
        (os, "fsync"),
        (parquet.TableWriter, "_flush"),
        (parquet.TableWriter, "close"),
        (shutil, "rmtree"),
    ]
    real = [(owner, name, getattr(owner, name)) for owner, name in places]

    def stepping(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            steps[0] += 1
            if steps[0] > after:
                raise Gone
            return function(*arguments, **options)

        return call

    for owner, name, function in real:
        setattr(owner, name, stepping(function))
    try:
        yield steps
    finally:
        for owner, name, function in real:
            setattr(owner, name, function)


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("old")
    (base / "raw").mkdir()
    for n in range(3):
        (base / "raw" / f"{n}.txt").write_text(made.page(n, 2), encoding="utf-8")
    (base / "raw" / "again.txt").write_text(made.page(0, 2), encoding="utf-8")
    (base / "raw" / "nothing.txt").write_bytes(b"")
    run(base, buckets=2)
    (base / "raw" / "0.txt").write_text(made.page(7, 2), encoding="utf-8")
    (base / "raw" / "new.txt").write_text(made.page(8, 2), encoding="utf-8")
    (base / "raw" / "2.txt").unlink()
    for path in (base / "raw").iterdir():
        os.utime(path, (1, 1))  # a young file costs each run its second look
    return base


def run(base: Path, **options: Any) -> None:
    found = corpus.run(base / "raw", base / "curated", resources=ONE, pool=Inline(ONE, _kept), **options)  # type: ignore[arg-type]
    assert found.failures == []


def prune(base: Path) -> None:
    run(base, prune=True)


def reprocess(base: Path) -> None:
    corpus.reprocess(base / "raw" / "0.txt", base / "curated", resources=ONE)


def repair(base: Path) -> None:
    corpus.repair(base / "curated", (0, 1), resources=ONE)


def seen(base: Path) -> dict[str, str]:
    """What a reader sees: each document once, each with all its records."""
    documents = ds.dataset(base / "curated" / "documents", format="parquet").to_table(["doc_id", "source", "page_text"])
    rows = documents.to_pylist()
    assert len({row["doc_id"] for row in rows}) == len(rows)
    return {row["source"]: row["page_text"] for row in rows}


def holds(
    base: Path, act: Callable[[Path], None], states: tuple[dict[str, str], dict[str, str]], where: object
) -> None:
    """Old or new, nothing lost, and whole after the next run."""
    before, after = states
    now = seen(base)
    for source, text in now.items():
        assert text in (before.get(source), after.get(source)), (where, source)
    assert set(now) >= set(before) & set(after), f"lost at {where}"
    run(base, prune=act is prune)
    assert {s: t for s, t in seen(base).items() if s != "2.txt"} == {
        s: made.page(k, 2) for s, k in (("0.txt", 7), ("1.txt", 1), ("again.txt", 0), ("new.txt", 8))
    }, where
    report = checks.check(base / "curated", fast=True, resources=ONE, pool=Inline(ONE))  # type: ignore[arg-type]
    assert report.violations == [], where
    assert not list((base / "curated").rglob("*.tmp")), where


@pytest.mark.parametrize("act", [run, prune, reprocess, repair], ids=lambda f: f.__name__)
def test_every_point_at_which_it_can_stop(
    old: Path, tmp_path: Path, act: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "Pool", lambda resources, *_: Inline(resources, _kept))
    whole = tmp_path / "whole"
    shutil.copytree(old, whole)
    with stopping(1 << 30) as steps:
        act(whole)
    assert steps[0] > 20
    before, after = seen(old), seen(whole)
    every = max(1, steps[0] // int(os.environ.get("INGEST_CRASHES", "4")))
    for n in range(0, steps[0], every):
        base = tmp_path / "base"
        shutil.copytree(old, base)
        with stopping(n), pytest.raises(Gone):
            act(base)
        holds(base, act, (before, after), n)
        shutil.rmtree(base)
