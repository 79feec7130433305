"""Speed of script conversion, beside the package whose dictionaries it uses.

    python benchmarks/speed/bench_script.py [FILE …] [--opencc PYTHON]

Without files it measures on the Traditional pages under `raw/`, repeated to a megabyte. `--opencc` names the Python of
another environment with the C++ OpenCC in it (its module has the same name as the package's, so one cannot hold both).
"""

import argparse
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import opencc

from ingest import Config, repair, script
from ingest.script import configurations, detect

ROOT = Path(__file__).resolve().parents[2]
_OTHER = """
import sys, time, opencc
text, converter = sys.stdin.read(), opencc.OpenCC("t2s")
best = 9e9
for _ in range(5):
    begun = time.perf_counter(); converter.convert(text); best = min(best, time.perf_counter() - begun)
print(best)
"""


def best_of(times: int, run: Callable[[], object]) -> float:
    """The shortest of some runs, in seconds."""
    shortest = float("inf")
    for _ in range(times):
        begun = time.perf_counter()
        run()
        shortest = min(shortest, time.perf_counter() - begun)
    return shortest


def sample(files: list[Path]) -> str:
    """A megabyte of Traditional text."""
    texts = [file.read_text(encoding="utf-8", errors="replace") for file in files or sorted(ROOT.glob("raw/**/*.txt"))]
    text = "\n".join(t for t in texts if files or detect.overall(detect.signature(t)) == "hant")
    if not text:
        text = configurations.chain("s2t").convert("\n".join(texts))
    return text * (1 + 1_000_000 // max(1, len(text.encode())))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--opencc", help="Python of an environment with the C++ OpenCC")
    options = parser.parse_args()

    begun = time.process_time()
    script.convert("國務院要求：網路、軟體", Config())
    loading = time.process_time() - begun

    text = sample(options.files)
    size = len(text.encode()) / 1e6
    package = opencc.OpenCC("t2s")
    package.convert("國")
    rows = {
        "package t2s": best_of(2, lambda: package.convert(text)),
        "this t2s (tables alone)": best_of(5, lambda: configurations.chain("t2s").convert(text)),
        "this convert (with detection)": best_of(
            5, lambda: script.convert(text, Config(), repair.likelihoods, repair.parted)
        ),
    }
    if options.opencc:
        done = subprocess.run([options.opencc, "-c", _OTHER], input=text, capture_output=True, text=True, check=True)
        rows["C++ OpenCC t2s"] = float(done.stdout)
    print(f"{size:.1f} MB of Traditional text; loading {loading * 1e3:.0f} ms of processor time")
    for name, seconds in rows.items():
        print(f"{name:32} {size / seconds:8.1f} MB/s {rows['package t2s'] / seconds:8.1f} x the package")


if __name__ == "__main__":
    sys.exit(main())
