"""What a folder costs: pages a second, cores, memory, a run without changes, one page again, one document replaced.

usage: python benchmarks/bench_corpus.py [--pages 2000] [--paragraphs 40] [--json FILE]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import made
import psutil

COMMAND = str(Path(sys.executable).with_name("ingest"))


class Watch(Thread):
    """Memory and processor time of a process and its children, looked at a few times a second."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process, self.ended = psutil.Process(pid), Event()
        self.memory: list[tuple[float, int, int]] = []
        self.busy: dict[int, float] = {}

    def run(self) -> None:
        begun = time.monotonic()
        while not self.ended.wait(0.2):
            try:
                family = [self.process, *self.process.children(recursive=True)]
                total = largest = 0
                for one in family:
                    used = one.memory_full_info().uss
                    total, largest = total + used, max(largest, used)
                    times = one.cpu_times()
                    self.busy[one.pid] = times.user + times.system
                self.memory.append((time.monotonic() - begun, total, largest))
            except psutil.Error:
                continue


def timed(*arguments: str, watch: bool = False) -> tuple[float, Watch | None, dict[str, object]]:
    begun = time.monotonic()
    with subprocess.Popen([COMMAND, *arguments, "--json"], stdout=subprocess.PIPE) as run:
        watcher = Watch(run.pid) if watch else None
        if watcher:
            watcher.start()
        assert run.stdout is not None
        out = run.stdout.read()
    if watcher:
        watcher.ended.set()
        watcher.join()
    if run.returncode:
        raise SystemExit(f"{arguments} ended with {run.returncode}")
    return time.monotonic() - begun, watcher, json.loads(out)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pages", type=int, default=2000)
    options.add_argument("--paragraphs", type=int, default=18)
    options.add_argument("--workers", type=int, default=0)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as base:
        raw, curated = Path(base) / "raw", Path(base) / "curated"
        made.folder(raw, given.pages, given.paragraphs)
        size = sum(p.stat().st_size for p in raw.rglob("*") if p.is_file())
        place = ["--curated", str(curated)]
        seconds, watch, summary = timed("run", str(raw), *place, "--workers", str(given.workers), watch=True)
        assert watch is not None
        assert summary["new"] == given.pages, summary
        half = [m for t, m, _ in watch.memory if seconds * 0.3 < t < seconds * 0.6]
        late = [m for t, m, _ in watch.memory if t > seconds * 0.7]
        result = {
            "pages": given.pages,
            "raw_mb": round(size / 1e6, 1),
            "run_s": round(seconds, 2),
            "pages_per_s": round(given.pages / seconds, 1),
            "cores_busy": round(sum(watch.busy.values()) / seconds, 2),
            "memory_mb_peak_all": max(m for _, m, _ in watch.memory) >> 20,
            "memory_mb_peak_one": max(m for _, _, m in watch.memory) >> 20,
            "memory_mb_middle": (sum(half) // max(1, len(half))) >> 20,
            "memory_mb_end": (sum(late) // max(1, len(late))) >> 20,
        }
        result["no_change_s"] = round(timed("run", str(raw), *place)[0], 2)
        page = next(raw.rglob("*.txt"))
        page.write_text(made.page(10**6), encoding="utf-8")
        result["one_changed_s"] = round(timed("run", str(raw), *place)[0], 2)
        result["reprocess_s"] = round(timed("reprocess", str(page), *place)[0], 2)
        result["check_fast_s"] = round(timed("check", str(curated), "--fast")[0], 2)
        result["check_s"] = round(timed("check", str(curated))[0], 2)
        result["curated_mb"] = round(sum(p.stat().st_size for p in curated.rglob("*.parquet")) / 1e6, 1)
    result["self_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(json.dumps(result, indent=1))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
