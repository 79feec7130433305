"""Show what a change of code changed: a hash of text, records and edits for each document of the development sets.

usage: python tools/fingerprint.py OUT.tsv [--against BEFORE.tsv] [--sets seeds extract segment raw] [--only NAME …] [--workers N]

Writes one line a document: set, document, and a digest each of curated text, records and edits (`-` where it was rejected, with
the reason). Columns that hold nothing are left out, and so is what says by whom and when a row was made, so that a new nullable
column changes no digest. With `--against` it prints the documents that differ and in what, and ends with 1 if there are any.

The sets lie beside the checkout (../shared); `raw` are the project's own samples and always there.
"""

import argparse
import gzip
import hashlib
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import NamedTuple

import ingest

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
_MADE = {"doc_id", "revision", "record_id", "ordinal"}


class Job(NamedTuple):
    """One document to curate: `body` is its text, or None where `path` is to be read."""

    group: str
    name: str
    path: str | None
    body: str | None


def jobs(sets: list[str], only: list[str]) -> Iterator[Job]:
    """The documents of the named sets, in a fixed order."""
    if "raw" in sets:
        for path in sorted((ROOT / "raw").rglob("*.*")):
            if path.suffix in (".html", ".txt"):
                yield Job("raw", path.relative_to(ROOT).as_posix(), str(path), None)
    if "seeds" in sets:
        for path in sorted((SHARED / "seeds").glob("*.txt")):
            yield Job("seeds", path.name, str(path), None)
    if "extract" in sets:
        for path in sorted((SHARED / "gold" / "extract" / "pages").glob("*.html")):
            yield Job("extract", path.name, str(path), None)
    if "segment" in sets:
        for path in sorted((SHARED / "gold" / "segment").glob("*.jsonl.gz")):
            group = path.name.removesuffix(".jsonl.gz")
            if only and group not in only:
                continue
            with gzip.open(path, "rt", encoding="utf8") as lines:
                for line in lines:
                    gold = json.loads(line)
                    yield Job(group, gold["doc_id"], None, gold["text"])


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf8", "replace")).hexdigest()[
        :12
    ]


def line(job: Job) -> str:
    """The line of one document."""
    body: bytes | str = Path(job.path).read_bytes() if job.path else job.body or ""
    media_type = None if job.group in ("raw", "extract") else "text/plain"
    try:
        made = ingest.curate(body, source=job.name, media_type=media_type)
    except ingest.Rejected as why:
        return f"{job.group}\t{job.name}\t-\t-\t{why.reason}"
    rows = [
        [{k: v for k, v in row.model_dump(mode="json", exclude=_MADE).items() if v is not None} for row in part]
        for part in (made.records, made.edits)
    ]
    return f"{job.group}\t{job.name}\t{_digest(made.text)}\t{_digest(rows[0])}\t{_digest(rows[1])}"


def compare(before: list[str], after: list[str]) -> int:
    """Print what differs; the number of documents that do."""
    old = {tuple(x.split("\t")[:2]): x.split("\t")[2:] for x in before}
    new = {tuple(x.split("\t")[:2]): x.split("\t")[2:] for x in after}
    differ = 0
    for key in sorted({*old, *new} if len(new) >= len(old) else new):
        a, b = old.get(key), new.get(key)
        if a != b:
            differ += 1
            what = [n for n, x, y in zip(("text", "records", "edits"), a or "???", b or "???", strict=False) if x != y]
            print(*key, "/".join(what), sep="\t")
    print(f"{differ} of {len(new)} documents differ", file=sys.stderr)
    return differ


def main() -> int:
    """Run it; the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--against", type=Path)
    parser.add_argument("--sets", nargs="+", default=["raw", "seeds", "extract", "segment"])
    parser.add_argument("--only", nargs="+", default=[])
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    with ProcessPoolExecutor(given.workers) as pool:
        lines = list(pool.map(line, jobs(given.sets, given.only), chunksize=4))
    given.out.write_text("\n".join(lines) + "\n", "utf8")
    return 1 if given.against and compare(given.against.read_text("utf8").splitlines(), lines) else 0


if __name__ == "__main__":
    sys.exit(main())
