"""The store under ill-treatment: kills, flipped bits, a full disk, readers in a loop. Ends with 1 if anything was lost.

usage: python benchmarks/endurance/torture.py [--kills 1000] [--flips 300] [--full 50] [--reads 1000] [--json FILE]

kills    a run killed with SIGKILL, half of them inside a commit drawn out by INGEST_COMMIT_PAUSE_MS; afterwards every
         dataset is read as a reader would, each document is counted once, in its old state or its new one; then a
         run completes, and the invariants are proven after every fifth. The killed runs are forked from a nursery
         that has ingest loaded already, so that kills hit the work and not the start of an interpreter
flips    one bit of one file, for each dataset; `check` must find it
full     a disk that is full at another point each time: the old state or the new one, and no strays after the next run
reads    pandas, pyarrow, DuckDB and Polars in a loop while a writer rewrites every bucket (a lazy Polars scan opens a
         file twice and may meet two states of it: beside a writer, give Polars opened files)
"""

import argparse
import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import made
import pyarrow.dataset as ds

from ingest import StoreError, corpus
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Pool
from ingest.corpus.storage import journal, parquet
from ingest.corpus.storage.store import BUCKETED

PAGES, BUCKETS = 24, 4
ONE = corpus.Resources(workers=1)
NURSERY = "--nursery"


class Folder:
    """A raw and a curated folder, and what must be in them."""

    def __init__(self, base: Path, seed: int, pool: Pool) -> None:
        self.raw, self.curated, self.draw, self.pool = base / "raw", base / "curated", random.Random(seed), pool
        made.folder(self.raw, PAGES)
        (self.raw / "nothing.txt").write_bytes(b"")
        corpus.run(self.raw, self.curated, resources=ONE, buckets=BUCKETS, pool=pool)
        self.revisions = self.seen("documents")

    def change(self, share: float = 0.3) -> None:
        """Some pages say something else."""
        for path in sorted(self.raw.rglob("*.*")):
            if path.suffix == ".txt" and path.stat().st_size and self.draw.random() < share:
                number = self.draw.choice((1, self.draw.randrange(10**9), self.draw.randrange(10**9)))
                # Some repeat another, with a slip or without: `duplicates` has to be brought up to date as well.
                text = made.page(number).replace("台账", self.draw.choice(("台账", "台\ufffd")), 1)
                path.write_text(text, encoding="utf-8")
                os.utime(path, (path.stat().st_atime, time.time() - 60))  # a young file costs a run its second look

    def seen(self, dataset: str) -> dict[str, str]:
        """doc_id with revision, as a reader sees them; every document of one state, once."""
        table = ds.dataset(self.curated / dataset, format="parquet").to_table()
        found: dict[str, str] = {}
        ordinals: Counter[tuple[str, int]] = Counter()
        for row in table.to_pylist():
            if found.setdefault(row["doc_id"], row["revision"]) != row["revision"]:
                raise AssertionError(f"{dataset}: {row['doc_id']} in two revisions")
            ordinals[row["doc_id"], row.get("ordinal", 0)] += 1
        if ordinals and max(ordinals.values()) > 1:
            raise AssertionError(f"{dataset}: a row twice")
        return found

    def complete(self, prove: bool = True) -> corpus.Summary:
        """The next run, and proof that all is well (or only that no document is lost or twice)."""
        summary = corpus.run(self.raw, self.curated, resources=ONE, pool=self.pool)
        if summary.failures:
            raise AssertionError(summary.failures)
        if strays := list(self.curated.rglob("*.tmp")):
            raise AssertionError(f"strays: {strays}")
        self.revisions = self.seen("documents")
        if len(self.revisions) != PAGES:
            raise AssertionError(f"{len(self.revisions)} documents")
        if prove and (found := checks.check(self.curated, fast=True, resources=ONE, pool=self.pool).violations):
            raise AssertionError([str(v) for v in found])
        return summary


def nursery() -> None:
    """A process with everything loaded: forks a run for a line (raw folder, curated folder, pause), kills it at the next."""
    import ingest.corpus.processes.warm  # noqa: F401

    real = multiprocessing.get_context
    while line := sys.stdin.readline():
        raw, curated, pause = line.rstrip("\n").split("\t")
        child = os.fork()
        if not child:
            os.environ["INGEST_COMMIT_PAUSE_MS"] = pause
            # Its worker is forked from it: a server for one worker would have to load everything again.
            multiprocessing.get_context = lambda _kind: real("fork")  # type: ignore[assignment]
            try:
                corpus.run(Path(raw), Path(curated), resources=ONE)
            except BaseException:
                os._exit(1)
            os._exit(0)
        print("begun", flush=True)
        sys.stdin.readline()
        os.kill(child, signal.SIGKILL)  # not yet waited for, so the number is still its own
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def kills(base: Path, count: int, seed: int, pool: Pool) -> dict[str, int]:
    """SIGKILL at random instants."""
    folder = Folder(base, seed, pool)
    tally: Counter[str] = Counter()
    journals = folder.curated / ".ingest" / "journal"
    length = 1.0
    command = [sys.executable, __file__, NURSERY]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as runs:
        assert runs.stdin and runs.stdout
        for n in range(count):
            old = dict(folder.revisions)
            folder.change()
            inside = n % 2 == 0
            runs.stdin.write(f"{folder.raw}\t{folder.curated}\t{30 if inside else 0}\n")
            runs.stdin.flush()
            runs.stdout.readline()
            begun = time.monotonic()
            if inside:
                # A run in which no page has changed does not commit.
                while time.monotonic() - begun < 5 and not list(journals.glob("[0-9]*.json")):
                    time.sleep(0.002)
                time.sleep(folder.draw.uniform(0, 0.08))
            else:
                time.sleep(folder.draw.uniform(0, length))
            runs.stdin.write("kill\n")
            runs.stdin.flush()
            status = int(runs.stdout.readline())
            if status == 0:
                length = max(0.1, (time.monotonic() - begun) * 0.9)
            elif status > 0:
                raise AssertionError("a run failed of itself")
            else:
                length *= 1.02  # or one early end would keep all later kills early
            tally["killed" if status else "too late"] += 1
            tally["inside a commit"] += bool(list(journals.glob("[0-9]*.json")))
            documents = folder.seen("documents")
            if set(documents) != set(old):
                raise AssertionError("a document lost or gained by a kill")
            for dataset in ("records", "edits"):
                folder.seen(dataset)
            folder.complete(prove=n % 5 == 4 or n == count - 1)
            if n % 50 == 49:
                print(f"{n + 1} kills: {dict(tally)}", file=sys.stderr, flush=True)
        runs.stdin.close()
    return dict(tally)


def flips(base: Path, count: int, seed: int, pool: Pool) -> dict[str, str]:
    """One bit of one file."""
    folder = Folder(base, seed, pool)
    result = {}
    for dataset in (*BUCKETED, "duplicates"):
        folder.change()
        folder.complete()
        files = sorted((folder.curated / dataset).rglob("*.parquet"))
        found = by_pages = 0
        for _ in range(count):
            path = folder.draw.choices(files, [f.stat().st_size for f in files])[0]
            whole = path.read_bytes()
            at, bit = folder.draw.randrange(len(whole)), folder.draw.randrange(8)
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1 << bit]) + whole[at + 1 :])
            report = checks.check(folder.curated, fast=True, resources=ONE, pool=pool)
            place = path.relative_to(folder.curated).as_posix()
            named = any(v.where == place for v in report.violations)
            found += named and (dataset == "duplicates" or int(path.parent.name[7:]) in report.damaged)
            by_pages += any("is damaged" in v.what for v in report.violations)
            path.write_bytes(whole)
        result[dataset] = f"{found} of {count} found ({by_pages} by reading alone)"
        if found != count:
            raise AssertionError(result)
    return result


def full(base: Path, count: int, seed: int, pool: Pool) -> dict[str, int]:
    """No space left, at another write each time."""
    folder = Folder(base, seed, pool)
    tally: Counter[str] = Counter()
    left = 0

    def spending(function: Callable[..., object]) -> Callable[..., object]:
        def call(*arguments: object, **options: object) -> object:
            nonlocal left
            left -= 1
            if left < 0:
                raise OSError(28, "No space left on device")
            return function(*arguments, **options)

        return call

    places = [(journal, "sync"), (Path, "replace"), (Path, "write_bytes"), (parquet.TableWriter, "_flush")]
    places += [(parquet.TableWriter, "close")]
    for n in range(count):
        before = {d: folder.seen(d) for d in ("documents", "records", "edits")}
        folder.change(0.5)
        real = [(owner, name, getattr(owner, name)) for owner, name in places]
        left = n * 3 % 130
        try:
            for owner, name, function in real:
                setattr(owner, name, spending(function))
            summary = corpus.run(folder.raw, folder.curated, resources=ONE, pool=pool)
            tally["a bucket failed, the run went on" if summary.failures else "enough space"] += 1
        except (StoreError, OSError):
            tally["refused"] += 1
        finally:
            for owner, name, function in real:
                setattr(owner, name, function)
        after = {d: folder.seen(d) for d in ("documents", "records", "edits")}
        if set(after["documents"]) != set(before["documents"]):
            raise AssertionError("a document lost or gained by a full disk")
        folder.complete()
    return dict(tally)


def reads(base: Path, count: int, seed: int, pool: Pool) -> dict[str, str]:
    """Readers while every bucket is rewritten again and again."""
    import duckdb
    import pandas as pd
    import polars as pl

    folder = Folder(base, seed, pool)
    place = str(folder.curated / "documents")
    glob = f"{place}/**/*.parquet"

    def eager() -> int:
        # What a lazy scan does not do: the file is read as it was when it was opened.
        return sum(pl.read_parquet(p.open("rb")).height for p in sorted(Path(place).rglob("*.parquet")))

    readers: dict[str, Callable[[], int]] = {
        "pyarrow": lambda: ds.dataset(place, format="parquet").to_table(columns=["doc_id"]).num_rows,
        "pandas": lambda: len(pd.read_parquet(place, columns=["doc_id"])),
        "duckdb": lambda: int(duckdb.sql(f"select count(distinct doc_id) from '{glob}'").fetchall()[0][0]),
        "polars, opened files": eager,
        "polars, scan": lambda: int(pl.scan_parquet(glob).select(pl.col("doc_id").n_unique()).collect().item()),
    }
    stop = base / "stop"
    code = (
        "import os,sys,random\nfrom pathlib import Path\n"
        f"sys.path.insert(0, {str(Path(__file__).parents[2] / 'tests')!r})\n"
        "import made\nfrom ingest import corpus\nfrom ingest.corpus.processes.workers import Pool\n"
        "if __name__ == '__main__':\n"
        "    raw, curated, stop = (Path(a) for a in sys.argv[1:])\n"
        "    pages = [p for p in raw.rglob('page*.txt')]\n"
        "    n, one = 0, corpus.Resources(workers=1)\n"
        "    with Pool(one) as pool:\n"
        "        while not stop.exists():\n"
        "            for p in pages:\n"
        "                p.write_text(made.page(random.randrange(10**9)), encoding='utf-8')\n"
        "                os.utime(p, (0, 10**9 + n))\n"
        "            corpus.run(raw, curated, resources=one, pool=pool); n += 1\n"
        "    print(n)\n"
    )
    script = base / "writer.py"
    script.write_text(code)
    result = {}
    command = [sys.executable, str(script), str(folder.raw), str(folder.curated), str(stop)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        for name, reader in readers.items():
            errors = wrong = 0
            for _ in range(count):
                try:
                    wrong += reader() != PAGES
                except KeyboardInterrupt:
                    raise
                except BaseException as error:  # Polars panics, which is no Exception
                    errors += 1
                    result[name + " (last error)"] = f"{type(error).__name__}: {str(error)[:100]}"
            result[name] = f"{errors} errors, {wrong} wrong counts in {count} reads"
        stop.touch()
        out = writer.communicate()[0]
    result["writer"] = f"{out.strip()} rewrites of every bucket"
    return result


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parts: dict[str, tuple[int, Callable[[Path, int, int, Pool], dict[str, object]]]] = {
        "kills": (1000, kills),  # type: ignore[dict-item]
        "flips": (300, flips),  # type: ignore[dict-item]
        "full": (50, full),  # type: ignore[dict-item]
        "reads": (1000, reads),  # type: ignore[dict-item]
    }
    for name, (count, _) in parts.items():
        options.add_argument(f"--{name}", type=int, default=count)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    result: dict[str, object] = {}
    for name, (_, part) in parts.items():
        if count := getattr(given, name):
            begun = time.monotonic()
            with tempfile.TemporaryDirectory() as base, Pool(ONE) as pool:
                result[name] = part(Path(base), count, given.seed, pool)
            print(f"{name} ({time.monotonic() - begun:.0f} s): {result[name]}", flush=True)
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    nursery() if sys.argv[1:] == [NURSERY] else main()
