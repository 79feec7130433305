"""What a worker has given up before its first page, tried in a real one; and that runs lose nothing by it."""

import gzip
import json
import time
from pathlib import Path

import confined
import made
import pytest

from ingest import corpus
from ingest.corpus.processes import confinement
from ingest.corpus.processes.workers import Pool

ONE = corpus.Resources(workers=1)
needs = pytest.mark.skipif(bool(confinement.lacking()), reason=f"no way here: {', '.join(confinement.lacking())}")


@needs
def test_a_worker_has_no_network_no_program_and_no_file_outside_its_folders(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "own").mkdir()
    (tmp_path / "raw" / "page.txt").write_text("text", encoding="utf-8")
    with Pool(ONE, [tmp_path / "own"]) as pool:
        found = pool.submit(confined.tries, str(tmp_path / "raw"), str(tmp_path / "own")).result()
    done = {what for what, came in found.items() if came == "done"}
    assert done == {"a file in temporary", "a file in inside", "read a page"}, found
    assert [p.name for p in (tmp_path / "raw").iterdir()] == ["page.txt"]


@needs
def test_a_pool_that_knows_no_folder_gives_up_as_much(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("text", encoding="utf-8")
    with Pool(ONE) as pool:
        found = pool.submit(confined.tries, str(tmp_path), None).result()
    assert {what for what, came in found.items() if came == "done"} == {"a file in temporary", "read a page"}, found


def test_a_pool_for_several_folders_unpacks_in_its_own(tmp_path: Path) -> None:
    """Archives of one name in two folders, by a pool that was made before anybody knew of either."""
    with Pool(ONE) as pool:
        for n in range(2):
            raw = tmp_path / str(n) / "raw"
            raw.mkdir(parents=True)
            line = json.dumps({"text": made.page(n)}, ensure_ascii=False) + "\n"
            (raw / "feed.jsonl.gz").write_bytes(gzip.compress(line.encode()))
            found = corpus.run(raw, tmp_path / str(n) / "curated", resources=ONE, buckets=1, pool=pool)
            assert found.new == 1 and found.failures == [] and found.warnings == []
        assert [p.name for p in pool.scratch(tmp_path).parent.iterdir()] == []


def test_archives_are_unpacked_in_the_folder_that_is_there_for_it(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    lines = "".join(json.dumps({"text": made.page(n)}, ensure_ascii=False) + "\n" for n in range(3))
    (tmp_path / "raw" / "feed.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    found = corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, buckets=1)
    assert found.new == 3 and found.failures == [] and found.warnings == []
    assert list((tmp_path / "curated" / ".ingest" / "scratch").iterdir()) == []


def test_a_system_without_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(confinement, "_landlock", lambda: -1)
    monkeypatch.setattr(confinement, "_has_filters", lambda: False)
    assert confinement.lacking.__wrapped__() == (
        "making files outside of their folders (no Landlock)",
        "the network (no seccomp)",
    )


@needs
def test_it_costs_no_time_to_speak_of() -> None:
    with Pool(ONE, ()) as pool:
        assert pool.submit(time.perf_counter).result() > 0
    code = "import time; from ingest.corpus.processes import confinement as c; b = time.perf_counter(); c.confine(()); print(time.perf_counter() - b)"
    import subprocess
    import sys

    spent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(spent) < 0.05
