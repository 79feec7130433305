"""What the main process of a run costs, and what it holds: a run whose workers' answers are ready.

    python benchmarks/speed/bench_main.py [--pages 5000 20000] [--drivers 8]

The answer of one task (32 self-written pages, `pages_made`) is curated once and given for every task, under the names of the pages
that were asked for; what duplicates are found by is drawn by lot, so that no two documents are alike. So the main process does all that
it does in a run, as fast as it can: `ms` is a page of its processor time, 1000 / ms the pages a second that it could take from any number of
workers, `peak` its memory. `--drivers`: workers that it believes to have, which decides how many buckets are written at a time.
"""

import argparse
import os
import pickle
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import pages_made
import pyarrow as pa

from ingest import corpus
from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.processes import tasks
from ingest.corpus.processes.workers import PAGES
from ingest.corpus.reprints.fingerprints import SIZE
from ingest.corpus.runs import engine
from ingest.corpus.storage.schema import arrow_schema


class Asked(tuple[readers.Item, ...]):
    """A task on its way to nobody."""

    @property
    def items(self) -> "Asked":
        """Its pages."""
        return self


def canned() -> bytes:
    """The answer of one task."""
    with tempfile.TemporaryDirectory() as base:
        root = pages_made.folder(Path(base), PAGES)
        items = [readers.Item(str(path.relative_to(root))) for path in sorted(root.rglob("page*"))]
        return pickle.dumps(tasks.curate_items(tasks.curate_item, root, items, Config()))


class Ready:
    """A pool that has every answer."""

    idle = False
    answer = b""

    def __init__(self, resources: corpus.Resources, *others: object) -> None:
        self.resources = resources

    def scratch(self, wanted: Path) -> Path:
        """A folder for what is unpacked; nothing is."""
        return wanted

    def curate(self, root: Path, items: Sequence[readers.Item], config: Config) -> Asked:
        """Takes a task."""
        return Asked(items)

    def collect(self, task: Asked, root: Path, config: Config) -> list[tasks.Done]:
        """Its answer, as it would come from a worker: unpickled, the first so many pages of what is ready."""
        done: tasks.Done = pickle.loads(self.answer)
        count = len(task)
        tables = {name: _first(name, data, sum(done.counts[name][:count])) for name, data in done.tables.items()}
        counts = {name: rows[:count] for name, rows in done.counts.items()}
        pages = tuple(page._replace(source=item.source) for page, item in zip(done.pages, task, strict=False))
        return [tasks.Done(pages, tables, counts, os.urandom(SIZE * count))]

    def __enter__(self) -> "Ready":
        return self

    def __exit__(self, *raised: object) -> None:
        """Ends nothing."""


def _first(name: str, data: bytes, rows: int) -> bytes:
    if not data:
        return data
    batch = pa.ipc.read_record_batch(pa.py_buffer(data), arrow_schema(name))
    return data if rows == batch.num_rows else bytes(batch.slice(0, rows).serialize().to_pybytes())


def one(pages: int, drivers: int) -> dict[str, Any]:
    """A run over so many pages, in this process."""
    Ready.answer = canned()
    engine.Pool = Ready  # type: ignore[assignment,misc]
    with tempfile.TemporaryDirectory() as base:
        raw = Path(base) / "raw"
        for n in range(pages):
            path = raw / f"part{n // 1000:03d}" / f"page{n:06d}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
        begun = time.process_time()
        made = corpus.run(raw, Path(base) / "curated", resources=corpus.Resources(workers=drivers), use_sites=False)
        spent = time.process_time() - begun
        assert made.new == pages and not made.failures, made
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return {"ms": 1000 * spent / pages, "peak": peak, "pandas": "pandas" in sys.modules}


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, nargs="+", default=[5_000, 20_000])
    options.add_argument("--drivers", type=int, default=8)
    options.add_argument("--one", type=int, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.one:
        found = one(given.one, given.drivers)
        print(f"{given.one:8}{found['ms']:8.3f}{1000 / found['ms']:10.0f}{found['peak']:9}", flush=True)
        return
    print(f"{'pages':>8}{'ms':>8}{'pages/s':>10}{'peak MB':>9}", flush=True)
    for pages in given.pages:  # a process each: the peak is a process'
        subprocess.run([sys.executable, __file__, "--one", str(pages), "--drivers", str(given.drivers)], check=True)


if __name__ == "__main__":
    main()
