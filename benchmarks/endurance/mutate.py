"""Random byte mutations of the sample pages, curated in worker processes as a run would.

Whatever the bytes, a page is a document that keeps the invariants, or a rejection with its reason; no run ends by it.
Run it:  python benchmarks/endurance/mutate.py --count 10000 --json benchmarks/endurance/mutate.json
"""

import argparse
import json
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HOME = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(HOME / "tests"))

import invariants  # noqa: E402

import ingest  # noqa: E402
from ingest.corpus.processes.workers import Pool, Resources  # noqa: E402

_TEXTS = "< > </ <!-- <table><tr><td> & &# ( （ 第 条 一、 ? ？ \0 \ufffd"
TOKENS = (
    *(t.encode() for t in _TEXTS.split(" ")),
    *(b"\xff", b"\xfe\xff", b"\xe6\xb2", b"\x81", b"\x1b$B", b"~{", b"\x1f\x8b", b"\n", b"\t", b'"'),
)
AT_ONCE = 200


class Outcome(NamedTuple):
    """What became of one page: `document`, or the reason of its rejection; and what is wrong with that."""

    what: str
    fault: str | None
    seconds: float


def samples() -> list[tuple[str, bytes]]:
    """The sample pages."""
    files = sorted(p for p in (HOME / "raw").rglob("*") if p.is_file() and not p.name.endswith(".meta.json"))
    return [(p.name, p.read_bytes()) for p in files if p.suffix in (".html", ".txt", ".htm", ".shtml")]


def mutated(raw: bytes, draw: random.Random) -> bytes:
    """The page with one to twelve things done to it."""
    data = bytearray(raw)
    for _ in range(draw.choice((1, 1, 2, 3, 5, 12))):
        at = draw.randrange(len(data) + 1)
        size = min(draw.choice((1, 1, 2, 8, 64, 500)), len(data) - at)
        match draw.randrange(7):
            case 0 if at < len(data):
                data[at] ^= 1 << draw.randrange(8)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = draw.randbytes(size)
            case 3:
                data[at:at] = draw.choice(TOKENS) * draw.choice((1, 1, 3, 40, 300))
            case 4:
                data[at:at] = data[at : at + size] * draw.choice((1, 5, 50))
            case 5:
                other = draw.randrange(len(data) + 1)
                data[at : at + size], data[other:other] = b"", bytes(data[at : at + size])
            case _:
                data[at : at + size] = draw.randbytes(size)
        if not data:
            break
    return bytes(data)


def tried(name: str, raw: bytes) -> Outcome:
    """In a worker: one page curated and proved."""
    begun = time.process_time()
    try:
        doc = ingest.curate(raw, source=name, media_type="text/plain" if name.endswith(".txt") else "text/html")
        spent = time.process_time() - begun
        invariants.check(doc)
    except ingest.Rejected as error:
        return Outcome(error.reason, None, time.process_time() - begun)
    except Exception as error:
        return Outcome(type(error).__name__, f"{type(error).__name__}: {error}"[:300], time.process_time() - begun)
    return Outcome("document", None, spent)


def outcomes(pool: Pool, count: int, seed: int) -> Iterator[tuple[int, str, bytes, Outcome]]:
    """The outcome of each mutation: its number, the sample's name, the bytes, what became of them."""
    pages = samples()
    for first in range(0, count, AT_ONCE):
        waiting = []
        for n in range(first, min(count, first + AT_ONCE)):
            draw = random.Random(seed * 1_000_003 + n)
            name, raw = draw.choice(pages)
            raw = mutated(raw, draw)
            waiting.append((n, name, raw, pool.submit(tried, name, raw)))
        for n, name, raw, future in waiting:
            try:
                yield n, name, raw, future.result()
            except Exception as error:  # the worker died, which in a run is a rejection of the same name
                died = getattr(error, "exitcode", None) not in (None, -signal.SIGPROF)
                yield n, name, raw, Outcome("crashed" if died else "timeout", None, pool.resources.timeout)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--workers", type=int, default=1)
    options.add_argument("--timeout", type=float, default=20.0)
    options.add_argument("--keep", type=Path, help="folder for the pages with a fault")
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    tally: Counter[str] = Counter()
    faults, slowest, total = [], (0.0, -1), 0.0
    with Pool(Resources(workers=given.workers, timeout=given.timeout)) as pool:
        for n, name, raw, found in outcomes(pool, given.count, given.seed):
            tally[found.what] += 1
            total += found.seconds
            slowest = max(slowest, (found.seconds, n))
            if found.fault:
                faults.append(f"{n} {name}: {found.fault}")
                print(faults[-1], file=sys.stderr, flush=True)
                if given.keep:
                    given.keep.mkdir(parents=True, exist_ok=True)
                    (given.keep / f"{n:05d}-{name}").write_bytes(raw)
    result = {
        "mutations": given.count,
        "outcomes": dict(tally.most_common()),
        "faults": faults,
        "seconds a page": round(total / max(1, given.count), 4),
        "slowest": {"seconds": round(slowest[0], 2), "mutation": slowest[1]},
    }
    print(json.dumps(result, ensure_ascii=False, indent=1))
    if given.json:
        given.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
