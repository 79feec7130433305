"""How a run grows with the folder: seconds and memory a page, a run without changes, and what the main process bounds.

    python benchmarks/speed/bench_growth.py [--pages 1000 4000] [--workers 1 2] [--sites]

No two pages share more than phrases (`pages_made`). main, workers: milliseconds of the processor a page. bound: how many workers
the main process can keep busy, all else free, which is what more cores would give. Sites are not learnt unless `--sites`:
with them the pages of a new site are curated twice, once to learn it.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import pages_made
from bench_corpus import Watch

RUN = """
import json, sys
from pathlib import Path
from ingest import corpus
if __name__ == "__main__":
    raw, curated, workers, sites = sys.argv[1:]
    made = corpus.run(Path(raw), Path(curated), resources=corpus.Resources(workers=int(workers)), use_sites=sites == "True")
    print(json.dumps({"curated": made.curated, "new": made.new, "unchanged": made.unchanged, "failures": made.failures}))
"""


def run(
    script: Path, raw: Path, curated: Path, workers: int, sites: bool
) -> tuple[float, dict[str, float], dict[str, int]]:
    """Seconds by the clock, figures of the processes, and what came of it."""
    begun = time.monotonic()
    command = [sys.executable, str(script), str(raw), str(curated), str(workers), str(sites)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        watch = Watch(process.pid)
        watch.start()
        assert process.stdout is not None
        out = process.stdout.read()
    watch.ended.set()
    watch.join()
    seconds = time.monotonic() - begun
    return seconds, watch.figures(seconds) if len(watch.busy) > 1 else {}, json.loads(out)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, nargs="+", default=[1000, 4000])
    options.add_argument("--workers", type=int, nargs="+", default=[1, 2])
    options.add_argument("--sites", action="store_true")
    given = options.parse_args()
    print(
        f"{'pages':>8}{'workers':>9}{'s':>9}{'main ms':>9}{'workers ms':>12}{'bound':>7}{'main MB':>9}{'no change s':>13}"
    )
    with tempfile.TemporaryDirectory() as base:
        script = Path(base) / "run.py"
        script.write_text(RUN, encoding="utf-8")
        for pages in given.pages:
            raw = pages_made.folder(Path(base) / f"raw{pages}", pages)
            for workers in given.workers:
                curated = Path(base) / f"curated{pages}-{workers}"
                seconds, used, made = run(script, raw, curated, workers, given.sites)
                assert made["new"] == pages and not made["failures"], made
                again, _, same = run(script, raw, curated, workers, given.sites)
                assert same["unchanged"] == pages and not same["curated"], same
                main_ms, own_ms = (1000 * used[f"cpu_s_{who}"] / made["curated"] for who in ("main", "children"))
                print(
                    f"{pages:8}{workers:9}{seconds:9.1f}{main_ms:9.2f}{own_ms:12.2f}{own_ms / main_ms:7.1f}"
                    f"{used['rss_mb_peak_main']:9.0f}{again:13.2f}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
