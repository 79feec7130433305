"""What a month of Chinese pages of a public crawl costs, and how buckets, small files and `duplicates` behave when folders grow.

usage: python benchmarks/speed/scale.py [--pages 240 | --raw FOLDER] [--json FILE]

Measured here, in processor seconds of all processes: a run over generated pages, the planner over made-up names, the
listing of object storage held in memory, the search for duplicates over made-up fingerprints. Everything else is
arithmetic on the prices and sizes named in `PRICES` and `CRAWL`, which are assumptions: put your own there. No network.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

MILLION = 1_000_000
SIZES = (10, 100, 1000)
"""Millions of pages."""
CRAWL = {"pages": 2_500 * MILLION, "chinese": 0.05, "kb_warc": 30.0}
"""A month: pages, share of Chinese ones, kilobytes a page in a compressed archive. Of the order that public crawls report."""
PRICES = {"core_hour": 0.04, "gb_month": 0.023, "put_1000": 0.005, "get_1000": 0.0004}
"""Dollars, list prices of the large clouds, rounded."""
TABLES = 8
"""Datasets with a file a bucket."""
MOST = 999
SINGLE_PUT = 5e9
"""Bytes that one conditional write can hold."""


def cpu() -> float:
    """Processor seconds of this process and of its children that have ended."""
    own, children = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def peak_mb() -> float:
    """The largest this process ever was."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def alone(what: str, *arguments: object) -> dict[str, float]:
    """One measurement in a process of its own, so that its memory is its own."""
    command = [sys.executable, __file__, "--only", what, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=dict(os.environ))
    return dict(json.loads(done.stdout.splitlines()[-1]))


# -------------------------------------------------------------------- measurements


def run(pages: int | Path) -> dict[str, float]:
    """Cost and size of a page: of a folder, or generated ones of five kinds; curated in this process, and written."""
    import pages_made
    from inline import Inline

    from ingest import corpus

    with tempfile.TemporaryDirectory() as folder:
        raw, curated = pages if isinstance(pages, Path) else Path(folder, "raw"), Path(folder, "curated")
        if not isinstance(pages, Path):
            raw.mkdir()
            pages_made.folder(raw, pages)
        size = sum(path.stat().st_size for path in raw.rglob("*") if path.is_file())
        one = corpus.Resources(workers=1)
        corpus.run(raw, Path(folder, "warm"), resources=one, pool=Inline(one), buckets=4, use_sites=False)  # type: ignore[arg-type]
        begun = cpu()
        found = corpus.run(raw, curated, resources=one, pool=Inline(one), buckets=4, use_sites=False)  # type: ignore[arg-type]
        spent = cpu() - begun
        kinds = {path.parts[-3]: 0 for path in curated.glob("*/*/*.parquet")}
        for path in curated.glob("*/*/*.parquet"):
            kinds[path.parts[-3]] += path.stat().st_size
        ledgers = sum(path.stat().st_size for path in (curated / ".ingest" / "ledger").glob("*.json"))
    return {
        "ms": 1000 * spent / found.pages,
        "raw_bytes": size / found.pages,
        "bytes": sum(kinds.values()) / found.pages,
        "largest_table": max(kinds.values()) / found.pages,
        "ledger": ledgers / found.pages,
    }


def plan(count: int) -> dict[str, float]:
    """The planner over names: time and memory a name, and how even the buckets are."""
    from ingest.corpus.runs.planning import spread

    before, begun = peak_mb(), cpu()
    found = spread((f"site{n % 997}/2026/{n:09d}.html" for n in range(count)), MOST)
    sizes = [len(paths) for paths in found.values()]
    return {
        "us": 1e6 * (cpu() - begun) / count,
        "bytes": (peak_mb() - before) * 2**20 / count,
        "uneven": max(sizes) / (count / MOST),
    }


def listing(count: int) -> dict[str, float]:
    """What the listing of object storage takes in memory, a name."""
    from ingest.corpus.objects.spool import Seen

    before = peak_mb()
    held = {f"site{n % 997}/2026/{n:09d}.html": Seen(30_000, f'"{n:032x}"', None, float(n)) for n in range(count)}
    return {"bytes": (peak_mb() - before) * 2**20 / len(held)}


def search(count: int) -> dict[str, float]:
    """The search for duplicates: exact ones by sorting, candidates for reprints by bands; 3 % of documents are reprints."""
    from ingest.corpus.reprints import near
    from ingest.corpus.reprints.fingerprints import FIELDS

    draw = np.random.default_rng(1)
    every = np.zeros(count, dtype=FIELDS)  # a row's random parts come one by one, lest making them is the peak
    for name in ("high", "low", "doc_id", "content", "figures"):
        every[name] = draw.integers(1, 1 << 63, count)
    for at in range(every["signature"].shape[1]):
        every["signature"][:, at] = draw.integers(0, 1 << 32, count, dtype=np.uint32)
    again = draw.integers(0, count, count // 33)
    every["signature"][: len(again)] = every["signature"][again]
    before, begun = psutil.Process().memory_info().rss / 2**20, cpu()
    np.lexsort((every["doc_id"], every["day"], every["low"], every["high"]))
    found = near.candidates(every["signature"], every["figures"])
    return {
        "s": cpu() - begun,
        "held_bytes": every.nbytes / count,
        "peak_bytes": every.nbytes / count + (peak_mb() - before) * 2**20 / count,
        "pairs": len(found) / count,
    }


# -------------------------------------------------------------------- arithmetic


def month(page: dict[str, float]) -> dict[str, float]:
    """A month of Chinese pages, from archives in object storage."""
    pages = CRAWL["pages"] * CRAWL["chinese"]
    hours = pages * page["ms"] / 3.6e6
    raw_gb, gb = pages * CRAWL["kb_warc"] / 1e6, pages * page["bytes"] / 1e9
    # A commit of a bucket: stage and place each table, the ledger twice, a delete each. A page an object: a GET each.
    writes, reads = MOST * (2 * TABLES + 2), MOST * (2 * TABLES + 2) + raw_gb * 1e9 / (8 << 20)
    return {
        "million_pages": pages / MILLION,
        "core_hours": hours,
        "core_dollars": hours * PRICES["core_hour"],
        "raw_gb": raw_gb,
        "curated_gb": gb,
        "storage_dollars_a_month": (raw_gb + gb) * PRICES["gb_month"],
        "requests_dollars_archives": writes / 1000 * PRICES["put_1000"] + reads / 1000 * PRICES["get_1000"],
        "requests_dollars_an_object_a_page": pages / 1000 * (PRICES["put_1000"] + PRICES["get_1000"]),
    }


def grown(page: dict[str, float], planned: dict[str, float], listed: dict[str, float], found: list[dict[str, float]]):
    """What each part comes to at 10, 100 and 1,000 million pages; the search by its slope between the two largest sizes."""
    (small, large) = found[-2:]
    slope = np.log(large["s"] / small["s"]) / np.log(large["count"] / small["count"])
    for millions in SIZES:
        pages = millions * MILLION
        yield {
            "million_pages": millions,
            "pages_a_bucket": pages / MOST,
            "largest_table_gb": pages / MOST * page["largest_table"] * planned["uneven"] / 1e9,
            "ledger_mb": pages / MOST * page["ledger"] / 1e6,
            "objects": MOST * (TABLES + 2),
            "plan_min": pages * planned["us"] / 6e7,
            "plan_gb": pages * planned["bytes"] / 1e9,
            "listing_gb_an_object_a_page": pages * listed["bytes"] / 1e9,
            "list_requests": pages / 1000,
            "duplicates_held_gb": pages * large["held_bytes"] / 1e9,
            "duplicates_peak_gb": pages * large["peak_bytes"] / 1e9,
            "duplicates_min": large["s"] * (pages / large["count"]) ** slope / 60,
            "core_hours": pages * page["ms"] / 3.6e6,
        }


def shown(rows: list[dict[str, float]]) -> None:
    """Figures under one another."""
    for name in rows[0]:
        print(
            f"  {name:<36}"
            + "".join(f"{row[name]:>16,.4g}" if row[name] < 1000 else f"{row[name]:>16,.0f}" for row in rows)
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pages", type=int, default=240)
    parser.add_argument("--raw", type=Path, help="pages of one's own instead of generated ones")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--only", nargs=2)
    given = parser.parse_args()
    if given.only:
        what, count = given.only
        measure = {"run": run, "plan": plan, "listing": listing, "search": search}[what]
        print(json.dumps(measure(int(count) if count.isdigit() else Path(count))))
        return
    begun = time.monotonic()
    page, planned, listed = alone("run", given.raw or given.pages), alone("plan", MILLION), alone("listing", MILLION)
    found = [{"count": count, **alone("search", count)} for count in (100_000, 400_000, 1_600_000)]
    print("a page"), shown([page])
    print("a name"), shown([{**planned, "listing_bytes": listed["bytes"]}])
    print("the search for duplicates"), shown(found)
    print("a month of Chinese pages"), shown([month(page)])
    print("grown"), shown(rows := list(grown(page, planned, listed, found)))
    print(f"({time.monotonic() - begun:.0f} s)")
    if given.json:
        about = {"page": page, "name": planned, "listing": listed, "search": found, "month": month(page), "grown": rows}
        given.json.write_text(json.dumps(about, indent=1) + "\n")


if __name__ == "__main__":
    main()
