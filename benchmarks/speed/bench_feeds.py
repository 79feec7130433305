"""What a file of very many pages costs: pages a second, and the memory of the process that collects, at growing sizes.

usage: python benchmarks/speed/bench_feeds.py [--lines 5000,50000] [--records 500,5000] [--paths 1000000] [--json FILE]
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import feeds_made
import made
import psutil

from ingest.corpus import readers
from ingest.corpus.runs.planning import spread

COMMAND = str(Path(sys.executable).with_name("ingest"))


class Watch(Thread):
    """The most memory that a process has held, and the most that one of its workers has."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process, self.ended = psutil.Process(pid), Event()
        self.collector = self.worker = 0

    def run(self) -> None:
        while not self.ended.wait(0.2):
            try:
                self.collector = max(self.collector, self.process.memory_info().rss)
                for child in self.process.children(recursive=True):
                    self.worker = max(self.worker, child.memory_info().rss)
            except psutil.Error:
                continue


def measured(raw: Path, curated: Path) -> dict[str, object]:
    """A run, and one without changes."""
    command = [COMMAND, "run", str(raw), "--curated", str(curated), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        watch = Watch(run.pid)
        watch.start()
        assert run.stdout is not None
        made_of_it = json.loads(run.stdout.read())
    watch.ended.set()
    begun = time.monotonic()
    again = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return {
        "pages": made_of_it["pages"],
        "new": made_of_it["new"],
        "rejected": made_of_it["rejected"],
        "raw_mb": round(sum(p.stat().st_size for p in raw.iterdir()) / 1e6, 1),
        "seconds": made_of_it["seconds"],
        "pages_per_second": made_of_it["pages_per_second"],
        "collector_rss_mb": round(watch.collector / 2**20),
        "worker_rss_mb": round(watch.worker / 2**20),
        "again_seconds": round(time.monotonic() - begun, 2),
        "again_curated": again["curated"],
    }


def feed(path: Path, count: int) -> None:
    with path.open("w", encoding="utf-8") as out:
        for n in range(count):
            out.write(json.dumps({"url": f"https://a.example/{n}", "text": made.page(n, 4)}, ensure_ascii=False) + "\n")


def listed(count: int) -> dict[str, object]:
    """Memory and time of listing a folder of so many files and spreading them over buckets."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "raw")
        folder.mkdir()
        for n in range(count):
            (folder / f"t20240301_{n:07d}.html").touch()
        process = psutil.Process()
        before, begun = process.memory_info().rss, time.monotonic()
        found = spread(readers.listing(folder), 64)
        return {
            "files": sum(len(paths) for paths in found.values()),
            "seconds": round(time.monotonic() - begun, 1),
            "rss_growth_mb": round((process.memory_info().rss - before) / 2**20, 1),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", default="5000,50000")
    parser.add_argument("--records", default="500,5000")
    parser.add_argument("--paths", type=int, default=1_000_000)
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    found: dict[str, object] = {}
    for kind, sizes in (("jsonl", given.lines), ("warc.gz", given.records)):
        for count in (int(n) for n in sizes.split(",") if n):
            with tempfile.TemporaryDirectory() as place:
                raw = Path(place, "raw")
                raw.mkdir()
                if kind == "jsonl":
                    feed(raw / "feed.jsonl", count)
                else:
                    feeds_made.warc(raw / "crawl.warc.gz", count)
                found[f"{kind} {count}"] = measured(raw, Path(place, "curated"))
                print(f"{kind} {count}: {found[f'{kind} {count}']}", flush=True)
    if given.paths:
        found["listing"] = listed(given.paths)
        print(f"listing: {found['listing']}")
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
