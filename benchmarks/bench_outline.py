"""Cost of the outline a character, beside script conversion of the same text, and that it grows with the length only.

    python benchmarks/bench_outline.py [--long]

The text is made-up statutes (tests/made_laws.py), as lines and as one line. `--long` adds a text of 5,000,000 characters.
"""

import argparse
import sys
import time
from pathlib import Path

from ingest import Config, outline, script

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import made_laws


def text(form: str, size: int) -> str:
    """At least `size` characters of statutes in one form."""
    parts, length, seed = [], 0, 0
    while length < size:
        parts.append(made_laws.FORMS[form](made_laws.make(seed)[1]))
        length += len(parts[-1]) + 1
        seed += 1
    return "\n".join(parts)[:size]


def seconds(page: str) -> tuple[float, int]:
    """Processor seconds for the outline of a text, and how many units it has."""
    begun = time.process_time()
    outline.furniture(page, [])
    nodes = outline.build(page, [], None)
    return time.process_time() - begun, len(nodes)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--long", action="store_true")
    sizes = [100_000, 1_000_000] + [5_000_000] * asked.parse_args().long
    seconds(text("clean", 10_000))
    print(f"{'form':12s} {'characters':>10s} {'units':>8s} {'outline µs/char':>16s} {'conversion µs/char':>19s}")
    for form in ("clean", "one line"):
        for size in sizes:
            page = text(form, size)
            spent, units = seconds(page)
            hant = script.convert(page, Config(target="hant-tw")).recoded
            begun = time.process_time()
            script.convert(hant, Config())
            other = time.process_time() - begun
            print(f"{form:12s} {size:10,d} {units:8,d} {spent / size * 1e6:16.2f} {other / size * 1e6:19.2f}")


if __name__ == "__main__":
    main()
