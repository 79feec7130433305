"""What readers meet while an object is replaced under them: errors, and tables that are of no one state.

usage: python benchmarks/endurance/readers_beside.py [--seconds 10]

A file of two alternating states (other lengths, every row naming its state) is replaced some twenty times a second in moto, on
loopback, while each reader takes it by a glob, again and again. `mixed` counts reads whose rows are of both states, or
fewer than a state has. DuckDB needs its extension httpfs (--httpfs FILE); without it that line is left out.
"""

import argparse
import os
import re
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).parents[2] / "tests"))

import places

GLOB = "s3://bucket/data/*/*.parquet"


def state(number: int) -> bytes:
    """A file of a state: several row groups, so that it is read in several requests."""
    rows = 40_000 + 9_000 * number
    table = pa.table({"state": [number] * rows, "text": [f"{number} 第{n}行 {n * n}" for n in range(rows)]})
    out = pa.BufferOutputStream()
    pq.write_table(table, out, row_group_size=7_000, compression="zstd")
    return out.getvalue().to_pybytes()


def readers(port: str, httpfs: str | None) -> Iterator[tuple[str, Callable[[], list[int]]]]:
    """Each reader, as a function that gives the states of the rows that it saw."""
    import pandas as pd
    import polars as pl
    import pyarrow.dataset as ds
    from pyarrow import fs

    from ingest.corpus.objects.cloud import connect

    place = fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http")
    whole = connect("s3://bucket/data")
    yield "pandas", lambda: pd.read_parquet("s3://bucket/data")["state"].tolist()
    yield "pyarrow dataset", lambda: ds.dataset("bucket/data", filesystem=place).to_table()["state"].to_pylist()
    yield "Polars scan", lambda: pl.scan_parquet(GLOB).collect()["state"].to_list()
    yield "Polars read", lambda: pl.read_parquet(GLOB)["state"].to_list()
    if httpfs:
        import duckdb

        base = duckdb.connect(config={"allow_unsigned_extensions": "true"})
        base.execute(f"load '{httpfs}'")
        base.execute(
            f"create secret (type s3, key_id 'tests', secret '{places.SECRET}', endpoint '127.0.0.1:{port}', "
            "use_ssl false, url_style 'path', region 'us-east-1')"
        )
        yield "DuckDB", lambda: [s for s, _ in base.sql(f"select state, text from '{GLOB}'").fetchall()]
    yield "whole objects", lambda: _states(whole.get("a/part-0.parquet").content)  # type: ignore[union-attr]


def _states(content: bytes) -> list[int]:
    found: list[int] = pq.read_table(pa.BufferReader(content))["state"].to_pylist()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--httpfs")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, places.moto(Path(folder, "log")) as (variables, _):
        os.environ |= variables | {"AWS_ENDPOINT_URL": variables["AWS_ENDPOINT"]}
        from ingest.corpus.objects.cloud import connect

        place, contents = connect("s3://bucket/data"), [state(1), state(2)]
        place.create("a/part-0.parquet", contents[0])
        ended, writes = threading.Event(), [0]

        def write() -> None:
            while not ended.wait(0.03):
                writes[0] += 1
                held = place.get("a/part-0.parquet", span=(0, 1))
                place.swap("a/part-0.parquet", contents[writes[0] % 2], held and held.tag)

        writer = threading.Thread(target=write)
        writer.start()
        port = re.search(r"\d+$", variables["AWS_ENDPOINT"])[0]  # type: ignore[index]
        lengths = {1: 49_000, 2: 58_000}
        for name, read in readers(port, given.httpfs):
            seen: Counter[str] = Counter()
            said: Counter[str] = Counter()
            until = time.monotonic() + given.seconds
            while time.monotonic() < until:
                try:
                    states = read()
                except BaseException as error:  # Polars panics
                    seen["errors"] += 1
                    said[re.sub(r"\s+", " ", f"{type(error).__name__}: {error}")[:110]] += 1
                    continue
                right = len(set(states)) == 1 and len(states) == lengths[states[0]]
                seen["whole" if right else "mixed"] += 1
            print(
                f"{name:<16}" + "".join(f"{key} {seen[key]:>4}   " for key in ("whole", "errors", "mixed")), flush=True
            )
            for text, _ in said.most_common(2):
                print(f"    {text}")
        ended.set()
        writer.join()
        print(f"{writes[0]} times replaced")


if __name__ == "__main__":
    main()
