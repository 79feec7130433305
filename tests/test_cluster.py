"""Dask as people start it: `dask scheduler`, `dask worker`, the nanny that comes with it; killed, encrypted, refused.

One test runs on a cluster of this process's own; the others, which are slow, start the real commands.
"""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import made
import pyarrow.parquet as pq
import pytest
from serving import ROOT, free_port, running, until

from ingest import corpus
from ingest.corpus.runs import cluster
from ingest.corpus.runs.cluster import cautions

distributed = pytest.importorskip("distributed")
BIN = Path(sys.executable).parent


def rows(curated: Path, dataset: str, leave: tuple[str, ...] = ("ingested_at",)) -> list[dict]:
    found = [
        row
        for path in sorted(curated.glob(f"{dataset}/*/*.parquet"))
        for row in pq.ParquetFile(path).read().to_pylist()
    ]
    return [{key: value for key, value in row.items() if key not in leave} for row in found]


@pytest.fixture
def raw(tmp_path):
    (tmp_path / "raw").mkdir()
    return tmp_path / "raw"


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_makes_the_same_rows_as_one_machine(raw):
    """With its default nanny, whose workers are daemonic, and a page that is rejected among the others."""
    made.folder(raw, 12)
    (raw / "english.txt").write_text("Nothing in this file is Chinese, and so nothing is curated from it.\n")
    seen = []
    with distributed.LocalCluster(n_workers=1, threads_per_worker=2, dashboard_address=None) as one:
        found = corpus.run(
            raw, raw.parent / "far", engine=one.scheduler_address, buckets=8, on_progress=lambda p: seen.append(p.done)
        )
    near = corpus.run(raw, raw.parent / "near", buckets=8)
    assert found.failures == [] and (found.new, dict(found.rejected)) == (near.new, dict(near.rejected))
    assert seen[-1] == found.pages == near.pages
    for dataset in ("documents", "records", "edits"):
        assert rows(raw.parent / "far", dataset) == rows(raw.parent / "near", dataset) != []


def test_a_worker_of_another_version_is_refused():
    """Its documents would carry a stamp that is not true."""
    from ingest import StoreError
    from ingest.config import Config
    from ingest.corpus.processes.workers import Resources
    from ingest.corpus.runs.jobs import Job
    from ingest.corpus.runs.state import Context

    context = Context(Path("raw"), Config(), "0.0+other", "")
    with pytest.raises(StoreError, match="another ingest"):
        cluster._on_cluster(Path("curated"), Job(0, ()), context, Resources())


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:8786", False),
        ("tcp://127.1.2.3:8786", False),
        ("tcp://localhost:8786", False),
        ("tcp://[::1]:8786", False),
        ("tls://scheduler.example:8786", False),
        ("tcp://scheduler.example:8786", True),
        ("tcp://10.0.0.4:8786", True),
        ("tcp://localhost.example:8786", True),
    ],
)
def test_what_is_sent_in_clear_is_said_once(address, said):
    assert len(cautions(address)) == said
    assert cautions(address) == []


# -------------------------------------------------------------------- the real commands

TLS = "DASK_DISTRIBUTED__COMM__TLS__"


class Cluster:
    """`dask scheduler` and workers, each in a group of its own."""

    def __init__(self, place: Path, env: dict[str, str], scheme: str = "tcp") -> None:
        self.place, self.env, self.port = place, env, free_port()
        self.address = f"{scheme}://127.0.0.1:{self.port}"

    def log(self, name: str) -> str:
        path = self.place / name
        return path.read_text() if path.exists() else ""

    @contextmanager
    def scheduler(self):
        protocol = self.address.partition(":")[0]
        command = [
            BIN / "dask",
            "scheduler",
            "--host",
            f"{protocol}://127.0.0.1",
            "--port",
            str(self.port),
            "--no-dashboard",
        ]
        with running(command, self.place / "scheduler", self.env) as process:
            until(lambda: "Scheduler at" in self.log("scheduler"), 60, self.log("scheduler"))
            yield process

    @contextmanager
    def worker(self, name: str, *, threads: int = 1):
        command = [BIN / "dask", "worker", self.address, "--nthreads", str(threads), "--no-dashboard"]
        with running(command, self.place / name, self.env) as process:
            until(lambda: "Registered to" in self.log(name), 60, f"{name} does not register")
            yield process

    def begin(self, raw: Path, *options: str) -> subprocess.Popen:
        command = [BIN / "ingest", "run", raw, "--curated", raw.parent / "curated", "--engine", self.address, *options]
        return subprocess.Popen(command, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, raw: Path, *options: str) -> tuple[int, str, str]:
        process = self.begin(raw, *options)
        out, err = process.communicate(timeout=300)
        return process.returncode, out, err


@pytest.fixture
def commands(tmp_path):
    return Cluster(tmp_path, {**os.environ, "INGEST_COMMIT_PAUSE_MS": "100"})


def child_of(process: subprocess.Popen) -> int:
    """The worker process of a nanny."""
    found = subprocess.run(
        ["pgrep", "-P", str(process.pid), "-f", "spawn_main"], capture_output=True, text=True, check=True
    )
    return int(found.stdout.split()[0])


def under_way(raw: Path) -> bool:
    return len(list((raw.parent / "curated" / "documents").glob("*/*.parquet"))) >= 3


def whole(raw: Path) -> None:
    """Everything is there, once, and holds."""
    command = [BIN / "ingest", "check", raw.parent / "curated", "--fast"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("who", ["worker", "nanny"])
def test_what_dies_is_done_by_another(raw, commands, who):
    made.folder(raw, 700)
    with commands.scheduler(), commands.worker("one") as one, commands.worker("two"):
        process = commands.begin(raw)
        until(lambda: under_way(raw), 120, "nothing is committed")
        os.kill(child_of(one) if who == "worker" else one.pid, signal.SIGKILL)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, out + err
        # What was committed in the moment before is found unchanged by who does the bucket again.
        counted = re.match(r"700 pages: (\d+) new, 0 changed, (\d+) unchanged, 0 rejected", out)
        assert counted and int(counted[1]) + int(counted[2]) == 700, out
    whole(raw)


@pytest.mark.slow
def test_a_scheduler_that_dies_is_one_line_and_the_next_run_completes(raw, commands):
    made.folder(raw, 700)
    with commands.scheduler() as scheduler, commands.worker("one"):
        process = commands.begin(raw)
        until(lambda: under_way(raw), 120, "nothing is committed")
        os.kill(scheduler.pid, signal.SIGKILL)
        begun = time.monotonic()
        out, err = process.communicate(timeout=120)
        assert time.monotonic() - begun < 60
        assert process.returncode == 1
        told = [line for line in err.splitlines() if line.startswith(("error", "warning", "Traceback"))]
        assert len(told) == 1 and re.search(r"scheduler .* is gone: \d+ buckets left", told[0]), err
    with commands.scheduler(), commands.worker("two"):
        code, out, err = commands.run(raw)
        assert code == 0, out + err
    whole(raw)


@pytest.mark.slow
def test_workers_need_no_prefect(raw, tmp_path):
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "prefect.py").write_text("raise ImportError('there is no Prefect here')")
    one = Cluster(tmp_path, {**os.environ, "PYTHONPATH": str(tmp_path / "without")})
    made.folder(raw, 6)
    with one.scheduler(), one.worker("one", threads=2):
        code, out, err = one.run(raw)
        assert code == 0, out + err
    whole(raw)


@pytest.mark.slow
def test_tls_with_certificates_and_without(raw, tmp_path):
    """As docs/cli.md says: one authority of one's own, a certificate for all; whoever has none gets nowhere."""
    blocks = re.findall(r"^```bash\n(.*?)^```$", (ROOT / "docs" / "cli.md").read_text("utf-8"), re.M | re.S)
    (making,) = [block for block in blocks if "openssl" in block]
    subprocess.run(["bash", "-e", "-c", making], cwd=tmp_path, check=True, capture_output=True)
    variables = dict(re.findall(r"export (DASK\w+)=(\S+)", making))
    env = {**os.environ, **{name: value.replace("$PWD", str(tmp_path)) for name, value in variables.items()}}
    assert len(variables) >= 7
    one = Cluster(tmp_path, env, "tls")
    made.folder(raw, 6)
    with one.scheduler(), one.worker("one", threads=2):
        code, out, err = one.run(raw)
        assert code == 0 and "warning" not in err, out + err
        for other in ("tls", "tcp"):
            stranger = Cluster(tmp_path, dict(os.environ))
            stranger.address = one.address.replace("tls", other)
            code, out, err = stranger.run(raw, "--full")
            assert code == 1 and err.count("\n") == 1 and "Traceback" not in err, err
    whole(raw)
