"""What a folder costs: pages a second, cores, memory, a run without changes, one page again, one document replaced.

usage: python benchmarks/speed/bench_corpus.py [--pages 2000] [--paragraphs 18] [--json FILE]

cores_busy: processor seconds of all processes by the clock's. On a machine that others use, look at processes_ready
instead: how many of them ran or waited for a core. memory_mb_at_30 … 90: what all hold alone (USS), at that percentage
of the run; rss_mb_peak: the largest resident size of the main process and of any other.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from threading import Event, Thread

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import made
import psutil

COMMAND = [sys.executable, "-c", "import sys; from ingest.cli import main; main(sys.argv[1:])"]


class Watch(Thread):
    """Memory and processor time of a process and its children, looked at a few times a second.

    Not from `resource`: workers are forked by a server, and no child of the process that asks.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self.process, self.ended = psutil.Process(pid), Event()
        self.memory: list[tuple[float, int]] = []
        self.peak: dict[int, int] = {}
        self.busy: dict[int, float] = {}
        self.ready: list[int] = []

    def run(self) -> None:
        begun = time.monotonic()
        while not self.ended.wait(0.2):
            total = ready = 0
            try:
                family = [self.process, *self.process.children(recursive=True)]
            except psutil.Error:
                continue
            for one in family:
                try:
                    used, times = one.memory_full_info(), one.cpu_times()
                    ready += one.status() == psutil.STATUS_RUNNING
                except psutil.Error:
                    continue
                total += used.uss
                self.peak[one.pid] = max(self.peak.get(one.pid, 0), used.rss)
                self.busy[one.pid] = times.user + times.system
            self.memory.append((time.monotonic() - begun, total))
            self.ready.append(ready)

    def figures(self, seconds: float) -> dict[str, float]:
        """What was seen, for a run that took so long."""
        main = self.process.pid
        parts = [
            (sum(m for _, m in some) // max(1, len(some))) >> 20
            for some in (
                [x for x in self.memory if seconds * at < x[0] < seconds * (at + 0.2)] for at in (0.2, 0.4, 0.6, 0.8)
            )
        ]
        of_children = sum(b for pid, b in self.busy.items() if pid != main)
        return {
            "cpu_s_main": round(self.busy[main], 2),
            "cpu_s_children": round(of_children, 2),
            "cores_busy": round(sum(self.busy.values()) / seconds, 2),
            "processes_ready": round(sum(self.ready) / max(1, len(self.ready)), 2),
            "rss_mb_peak_main": self.peak[main] >> 20,
            "rss_mb_peak_worker": max(p for pid, p in self.peak.items() if pid != main) >> 20,
            "memory_mb_peak_all": max(m for _, m in self.memory) >> 20,
        } | {f"memory_mb_at_{n}": m for n, m in zip((30, 50, 70, 90), parts, strict=True)}


def timed(*arguments: str, watch: bool = False) -> tuple[float, Watch | None, dict[str, object]]:
    begun = time.monotonic()
    with subprocess.Popen([*COMMAND, *arguments, "--json"], stdout=subprocess.PIPE) as run:
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
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
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
        result = {
            "pages": given.pages,
            "raw_mb": round(size / 1e6, 1),
            "run_s": round(seconds, 2),
            "pages_per_s": round(given.pages / seconds, 1),
        } | watch.figures(seconds)
        result["no_change_s"] = round(timed("run", str(raw), *place)[0], 2)
        page = next(raw.rglob("*.txt"))
        page.write_text(made.page(10**6), encoding="utf-8")
        result["one_changed_s"] = round(timed("run", str(raw), *place)[0], 2)
        result["reprocess_s"] = round(timed("reprocess", str(page), *place)[0], 2)
        result["check_fast_s"] = round(timed("check", str(curated), "--fast")[0], 2)
        result["check_s"] = round(timed("check", str(curated))[0], 2)
        result["curated_mb"] = round(sum(p.stat().st_size for p in curated.rglob("*.parquet")) / 1e6, 1)
    result["load"] = round(os.getloadavg()[0], 1)
    print(json.dumps(result, indent=1))
    if given.json:
        given.json.write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
