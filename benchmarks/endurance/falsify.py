"""Every column of every dataset falsified by somebody who renews revision, ledger and digests: how many are found.

usage: python benchmarks/endurance/falsify.py [--seeds 1] [--json FILE]

By `ingest check` (the invariants alone, which cannot know what a page said), and by `ingest check --deep`, which curates
the raw pages again. Ends with 1 if `--deep` misses one.
"""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import falsified
from inline import Inline

from ingest import corpus
from ingest.corpus.audit import checks
from ingest.corpus.deep import compare
from ingest.corpus.processes.workers import Result

ONE = corpus.Resources(workers=1)


def main() -> int:
    """The command."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, default=1)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    kept: dict[object, Result] = {}
    pool = Inline(ONE, kept)
    tried, plain = 0, 0
    missed: list[str] = []
    with tempfile.TemporaryDirectory() as here:
        (Path(here) / "whole").mkdir()
        whole = falsified.folder(Path(here) / "whole", pool)
        for seed in range(1, given.seeds + 1):
            for dataset, column in falsified.columns(whole):
                base = Path(here) / "base"
                shutil.copytree(whole, base)
                if falsified.falsify(base, dataset, column, seed):
                    tried += 1
                    curated = base / "curated"
                    plain += bool(checks.check(curated, fast=True, resources=ONE, pool=pool).violations)  # type: ignore[arg-type]
                    if not compare(curated, resources=ONE, pool=pool).violations:  # type: ignore[arg-type]
                        missed.append(f"{dataset}.{column} ({seed})")
                shutil.rmtree(base)
    print(
        f"falsified, all digests renewed: --deep found {tried - len(missed)} of {tried}, check alone {plain}; {missed}"
    )
    if given.json:
        given.json.write_text(
            json.dumps({"tried": tried, "deep": tried - len(missed), "plain": plain, "missed": missed})
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
