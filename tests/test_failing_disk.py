"""A disk that fails at each operation in turn, and power that goes at each, with all that was not flushed: old or new."""

import errno
import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import test_crash
from disk import Disk, Gone
from inline import Inline
from test_crash import ONE, holds, prune, repair, reprocess, run, seen

from ingest import IngestError, corpus
from ingest.corpus.runs import bucket, engine
from ingest.corpus.storage.locks import explained

old = test_crash.old
ACTS = [run, prune, reprocess, repair]
EVERY = int(os.environ.get("INGEST_CRASHES", "3"))


def widely(base: Path, **options: object) -> None:
    """A run in which buckets may fail, as on a disk that does."""
    corpus.run(base / "raw", base / "curated", resources=ONE, pool=Inline(ONE, test_crash._kept), **options)  # type: ignore[arg-type]


def tolerant(act: Callable[[Path], None], base: Path) -> None:
    """The act; a failure has to be one that it tells in a line."""
    try:
        if act in (run, prune):
            widely(base, prune=act is prune)
        else:
            act(base)
    except (IngestError, OSError):
        return


def whole(old: Path, tmp_path: Path, act: Callable[[Path], None]) -> tuple[int, tuple[dict[str, str], dict[str, str]]]:
    """How many operations an act has, and what is there before and after it."""
    base = tmp_path / "whole"
    shutil.copytree(old, base)
    with Disk(base / "curated", lambda _: None).at_work() as disk:
        act(base)
    assert disk.steps > 20
    return disk.steps, (seen(old), seen(base))


@pytest.fixture(autouse=True)
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "Pool", lambda resources, *_: Inline(resources, test_crash._kept))


WAYS = [(errno.EIO, False)] + [
    pytest.param(number, lasting, marks=pytest.mark.slow)
    for number, lasting in ((errno.EIO, True), *((n, t) for n in (errno.ENOSPC, errno.EACCES) for t in (False, True)))
]


@pytest.mark.parametrize("act", ACTS, ids=lambda f: f.__name__)
@pytest.mark.parametrize(
    ("number", "lasting"), WAYS, ids=lambda n: "then on" if n is True else "once" if n is False else errno.errorcode[n]
)
def test_a_disk_that_fails_at_each_operation(
    old: Path, tmp_path: Path, act: Callable[[Path], None], number: int, lasting: bool
) -> None:
    steps, states = whole(old, tmp_path, act)
    for n in range(1 + number % 5, steps + 1, max(1, steps // EVERY)):

        def fails(step: int, n: int = n) -> None:
            if step == n or (lasting and step > n):
                raise OSError(number, os.strerror(number))

        base = tmp_path / "base"
        shutil.copytree(old, base)
        with Disk(base / "curated", fails).at_work():
            tolerant(act, base)
        holds(base, act, states, n)
        shutil.rmtree(base)
        shutil.rmtree(base / "curated.kept", ignore_errors=True)


@pytest.mark.parametrize("act", ACTS, ids=lambda f: f.__name__)
def test_power_that_goes_at_each_operation(old: Path, tmp_path: Path, act: Callable[[Path], None]) -> None:
    steps, states = whole(old, tmp_path, act)
    for n in range(1, steps + 1, max(1, steps // EVERY)):

        def ends(step: int, n: int = n) -> None:
            if step >= n:
                raise Gone

        base = tmp_path / "base"
        shutil.copytree(old, base)
        disk = Disk(base / "curated", ends)
        with disk.at_work(), pytest.raises(Gone):
            act(base)
        disk.lose(random.Random(n))
        holds(base, act, states, n)
        shutil.rmtree(base)


def test_a_disk_that_fails_is_no_damage(old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a bucket is made again nothing is put away for it: the rows of a page whose raw file is gone are its only copy."""
    base = tmp_path / "base"
    shutil.copytree(old, base)

    def run(self: bucket._Bucket, *_: object) -> None:
        with explained(base):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(bucket._Bucket, "run", run)
    tolerant(repair, base)
    assert seen(base) == seen(old)
