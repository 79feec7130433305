"""A disk that fails at each operation in turn, once or from then on: old or new, said in a line."""

import errno
import os
from collections.abc import Callable

import pytest
import test_crash
from disk import Disk, put
from test_crash import EVERY, ONE, Bed, acts, prune, repair, run

from ingest import IngestError, corpus
from ingest.corpus.runs import bucket
from ingest.corpus.storage.locks import explained

bed = test_crash.bed


def tolerant(act: Callable[[Bed], None], bed: Bed) -> None:
    """The act; a failure has to be one that it tells in a line."""
    try:
        if act in (run, prune):  # buckets may fail
            corpus.run(bed.raw, bed.curated, resources=ONE, pool=bed.pool(), prune=act is prune)
        else:
            act(bed)
    except (IngestError, OSError):
        return


WAYS = [(errno.EIO, False)] + [
    pytest.param(number, lasting, marks=pytest.mark.slow)
    for number, lasting in ((errno.EIO, True), *((n, t) for n in (errno.ENOSPC, errno.EACCES) for t in (False, True)))
]


@acts
@pytest.mark.parametrize(
    ("number", "lasting"), WAYS, ids=lambda n: "then on" if n is True else "once" if n is False else errno.errorcode[n]
)
def test_a_disk_that_fails_at_each_operation(bed: Bed, act: Callable[[Bed], None], number: int, lasting: bool) -> None:
    states = bed.states(act)
    put(bed.old, bed.curated)
    with Disk(bed.curated, lambda _: None).at_work() as whole:
        act(bed)
    for n in range(1 + number % 5, whole.steps + 1, max(1, whole.steps // EVERY)):
        put(bed.old, bed.curated)

        def fails(disk: Disk, n: int = n) -> None:
            if disk.steps == n or (lasting and disk.steps > n):
                raise OSError(number, os.strerror(number))

        with Disk(bed.curated, fails).at_work():
            tolerant(act, bed)
        bed.holds(act, states, n)


def test_a_disk_that_fails_is_no_damage(bed: Bed, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a bucket is made again nothing is put away for it: the rows of a page whose raw file is gone are its only copy."""
    put(bed.old, bed.curated)
    before = bed.seen()

    def fails(self: bucket._Bucket, *_: object) -> None:
        with explained(bed.base):
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(bucket._Bucket, "run", fails)
    tolerant(repair, bed)
    assert bed.seen() == before
