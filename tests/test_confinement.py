"""What a worker has given up before its first page, tried in a real one; and that runs lose nothing by it."""

import gzip
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import confined
import made
import pytest

from ingest import corpus
from ingest.config import Config, DomainModel
from ingest.corpus.processes import confinement
from ingest.corpus.processes.workers import Pool, sources

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


@needs
def test_a_worker_reaches_no_other_process_and_no_attribute_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("text", encoding="utf-8")
    before = (tmp_path / "page.txt").stat()
    with Pool(ONE, (), [tmp_path]) as pool:
        found = pool.submit(confined.breaks_out, str(tmp_path / "page.txt")).result()
    refused = {what for what, came in found.items() if came == "PermissionError"}
    assert set(found) - refused == {"a thread", "its own signals", "its own limits"}, found
    assert {found[name] for name in set(found) - refused} == {"done"}
    after = (tmp_path / "page.txt").stat()
    assert (after.st_mode, after.st_mtime_ns, after.st_uid) == (before.st_mode, before.st_mtime_ns, before.st_uid)


@needs
def test_a_worker_reads_its_pages_and_nothing_of_the_users(tmp_path: Path) -> None:
    for name in ("raw", "beside"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "page.txt").write_text("text", encoding="utf-8")
    (tmp_path / "raw" / "link.txt").symlink_to(tmp_path / "beside" / "page.txt")
    (tmp_path / "model.bin").write_bytes(b"model")
    places = {
        "a page": str(tmp_path / "raw" / "page.txt"),
        "the folder": str(tmp_path / "raw"),
        "a model": str(tmp_path / "model.bin"),
        "a page beside": str(tmp_path / "beside" / "page.txt"),
        "a link out": str(tmp_path / "raw" / "link.txt"),
        "the folder above": str(tmp_path),
        "home": str(Path.home()),
        "passwords": "/etc/shadow",
        "other processes": "/proc/1/cmdline",
        "the temporary folder of all": "/tmp",
        "a library": json.__file__,
    }
    with Pool(ONE, (), [tmp_path / "raw", tmp_path / "model.bin"]) as pool:
        found = pool.submit(confined.reads, places).result()
    assert {what for what, came in found.items() if came == "done"} == {
        "a page",
        "the folder",
        "a model",
        "a library",
    }, found


def test_settings_name_what_a_worker_reads(tmp_path: Path) -> None:
    model = DomainModel(path=str(tmp_path / "models" / "own.bin"), sha256="0" * 64)
    config = Config(domain_model=model)
    assert sources(config, tmp_path / "raw") == [tmp_path / "raw", tmp_path / "models" / "own.bin"]
    assert sources(None, tmp_path / "raw") == [tmp_path / "raw"]


@needs
@pytest.mark.parametrize("column", [0, 1])
def test_the_filter_is_a_program_the_kernel_takes(column: int) -> None:
    """For both machines: every jump leads to a step, every path to an answer, and every call of the table is asked for."""
    machine = (0xC000003E, 0xC00000B7)[column]
    steps = confinement._program(7, machine, column)
    for n, (code, yes, no, _) in enumerate(steps):
        assert code == 0x06 or n + 1 + max(yes, no) < len(steps)
    assert steps[-1] == (0x06, 0, 0, 0x7FFF0000)
    asked = {value for code, _, _, value in steps if code == 0x15}
    named = {row[("x86_64", "aarch64")[column]] for row in confinement.TABLE.rows()} - {"-"}
    assert {int(n) for n in named} <= asked and len(named) > 50


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


@needs
def test_a_user_whom_the_system_does_not_know(monkeypatch: pytest.MonkeyPatch) -> None:
    """A number without a name and without HOME, as containers start programs: he has no home to be kept from."""

    def home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", home)
    assert {Path(sys.prefix), Path("/usr")} <= confinement._needed()


_WITHOUT_ONE = """
import ctypes, struct
from ingest.corpus.processes import confinement
library, header = confinement._library(), ctypes.c_char_p(struct.pack("=Ii", 0x20080522, 0))
held = 0b11101011
assert library.capset(header, ctypes.c_char_p(struct.pack("=6I", held, held, 0, 0, 0, 0))) == 0
confinement._give_up_root(library)
print(*(line.split()[1] for line in open("/proc/self/status") if line.startswith(("CapPrm", "CapEff"))))
"""


@needs
@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="of root alone")
def test_root_in_a_container_gives_up_what_it_has() -> None:
    """There it lacks one of the two that are kept, and the kernel gives nobody one that he has not."""
    found = subprocess.run([sys.executable, "-c", _WITHOUT_ONE], capture_output=True, text=True, check=True).stdout
    assert [int(one, 16) for one in found.split()] == [2, 2]


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
    spent = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert float(spent) < 0.05
