"""Every point at which a run can stop, in turn: the process is gone there, or the power, or it is interrupted; old or new."""

import os
import random
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import made
import pyarrow.dataset as ds
import pytest
from disk import Disk, Tree, key, put, tree
from inline import Inline

from ingest import corpus
from ingest.corpus import history
from ingest.corpus.audit import checks
from ingest.corpus.processes import workers
from ingest.corpus.runs import bucket, engine
from ingest.corpus.storage.place import Place, table_of
from ingest.corpus.storage.store import file_sha256, utc_now

ONE = corpus.Resources(workers=1)
EVERY = int(os.environ.get("INGEST_CRASHES", "6"))
"""Points of an act that are tried."""


class Bed:
    """One raw folder, and a curated one beside it that is put into any state; what was seen to hold is not looked at again."""

    def __init__(self, base: Path) -> None:
        self.base, self.raw, self.curated = base, base / "raw", base / "curated"
        self.kept: dict[object, workers.Result] = {}
        self.held: set[tuple[bool, str]] = set()
        self.sound: set[str] = set()
        self.old = self._made()

    def _made(self) -> Tree:
        self.raw.mkdir()
        for n in range(3):
            (self.raw / f"{n}.txt").write_text(made.page(n, 2), encoding="utf-8")
        (self.raw / "again.txt").write_text(made.page(0, 2), encoding="utf-8")
        (self.raw / "nothing.txt").write_bytes(b"")
        run(self, buckets=2)
        (self.raw / "0.txt").write_text(made.page(7, 2), encoding="utf-8")
        (self.raw / "new.txt").write_text(made.page(8, 2), encoding="utf-8")
        (self.raw / "2.txt").unlink()
        for path in self.raw.iterdir():
            os.utime(path, (1, 1))  # a young file costs each run its second look
        return tree(self.curated)

    def pool(self) -> Any:
        return Inline(ONE, self.kept)

    def seen(self) -> dict[str, str]:
        """What a reader of documents sees: each once. (Records are the next file that is renamed.)"""
        documents = ds.dataset(self.curated / "documents", format="parquet").to_table(["doc_id", "source", "page_text"])
        rows = documents.to_pylist()
        assert len({row["doc_id"] for row in rows}) == len(rows)
        return {row["source"]: row["page_text"] for row in rows}

    def states(self, act: Callable[["Bed"], None]) -> tuple[dict[str, str], dict[str, str]]:
        """What a reader sees before and after an act."""
        put(self.old, self.curated)
        before = self.seen()
        act(self)
        return before, self.seen()

    def holds(self, act: Callable[["Bed"], None], states: tuple[dict[str, str], dict[str, str]], where: object) -> None:
        """The folder is old or new, nothing is lost, and it is whole after the next run."""
        name = act is prune, key(tree(self.curated))
        if name in self.held:
            return
        before, after = states
        now = self.seen()
        for source, text in now.items():
            assert text in (before.get(source), after.get(source)), (where, source)
        assert set(now) >= set(before) & set(after), f"lost at {where}"
        run(self, prune=act is prune)
        assert {s: t for s, t in self.seen().items() if s != "2.txt"} == {
            s: made.page(k, 2) for s, k in (("0.txt", 7), ("1.txt", 1), ("again.txt", 0), ("new.txt", 8))
        }, where
        if (whole := key(tree(self.curated))) not in self.sound:
            report = checks.check(self.curated, fast=True, resources=ONE, pool=self.pool())
            assert report.violations == [], where
            assert not list(self.curated.rglob("*.tmp")), where
            self.sound.add(whole)
        self.held.add(name)


def run(bed: Bed, **options: Any) -> None:
    found = corpus.run(bed.raw, bed.curated, resources=ONE, pool=bed.pool(), **options)
    assert found.failures == []


def prune(bed: Bed) -> None:
    run(bed, prune=True)


def reprocess(bed: Bed) -> None:
    corpus.reprocess(bed.raw / "0.txt", bed.curated, resources=ONE)


def repair(bed: Bed) -> None:
    corpus.repair(bed.curated, (0, 1), resources=ONE)


ACTS = [run, prune, reprocess, repair]
acts = pytest.mark.parametrize("act", ACTS, ids=lambda f: f.__name__)


@pytest.fixture(scope="module")
def bed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bed]:
    """A bed on which the same is always made of the same: the clock stands, and a table is told by its content, as object
    storage tells it (by itself the store goes by its time of writing)."""
    with pytest.MonkeyPatch.context() as patch:
        then = utc_now() + timedelta(hours=1)
        patch.setattr(bucket, "utc_now", lambda: then)
        patch.setattr(history, "utc_now", lambda: then)
        patch.setattr(Place, "mark", _by_content)
        made_of: dict[object, workers.Result] = {}
        patch.setattr(engine, "Pool", lambda resources, *_: Inline(resources, made_of))
        found = Bed(tmp_path_factory.mktemp("bed"))
        found.kept = made_of
        yield found


def _by_content(self: Place, dataset: str, number: int) -> bytes:
    path = table_of(self.root, dataset, number)
    return file_sha256(path).encode() if path.exists() else b""


def some(points: Sequence[Tree]) -> Iterator[tuple[int, Tree]]:
    """Points to try, with their numbers: every one where INGEST_CRASHES is as large."""
    every = max(1, len(points) // EVERY)
    return ((n, points[n]) for n in range(0, len(points), every))


@acts
def test_every_point_at_which_it_can_stop(bed: Bed, act: Callable[[Bed], None]) -> None:
    """The process is gone, as by kill -9."""
    states = bed.states(act)
    put(bed.old, bed.curated)
    points: list[Tree] = []
    with Disk(bed.curated, lambda disk: points.append(disk.now())).at_work():
        act(bed)
    assert len(points) > 100
    for n, state in some(points):
        put(state, bed.curated)
        bed.holds(act, states, n)


@acts
def test_power_that_goes_at_each_operation(bed: Bed, act: Callable[[Bed], None]) -> None:
    """Contents and names that were not flushed are lost: at each operation as chance has it, twice."""
    states = bed.states(act)
    put(bed.old, bed.curated)
    points: list[Tree] = []

    def lose(disk: Disk) -> None:
        points.extend(disk.lost(random.Random(2 * disk.steps + n)) for n in range(2))

    with Disk(bed.curated, lose).at_work():
        act(bed)
    for n, state in some(points):
        put(state, bed.curated)
        bed.holds(act, states, n)


@acts
def test_an_interruption_at_each_operation(bed: Bed, act: Callable[[Bed], None]) -> None:
    """Ctrl-C: the disk goes on working for whatever is cleared away."""
    states = bed.states(act)
    for n in range(1, 1 << 20, 1 if EVERY > 1000 else 37):
        put(bed.old, bed.curated)

        def interrupt(disk: Disk, n: int = n) -> None:
            if disk.steps == n:
                raise KeyboardInterrupt

        try:
            with Disk(bed.curated, interrupt).at_work() as disk:
                act(bed)
        except KeyboardInterrupt:
            pass
        if disk.steps < n:
            break
        bed.holds(act, states, n)
