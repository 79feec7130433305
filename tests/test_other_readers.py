"""Readers that are no dependencies, in an environment of their own: Spark, Hugging Face, frictionless (`make readers`)."""

import json
import os
import subprocess
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import readers
from inline import Inline

from ingest import corpus
from ingest.corpus.processes.workers import Resources
from ingest.corpus.storage.schema import DATASETS

ROOT = Path(__file__).parent.parent
PYTHON = Path(os.environ.get("INGEST_READERS_PYTHON") or ROOT / ".venv-readers" / "bin" / "python")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not PYTHON.exists(), reason="Spark and Hugging Face were not tried: `make readers` makes their environment"),
]  # fmt: skip
ONE = Resources(workers=1)


@pytest.mark.parametrize("pages", ["samples", "none"])
def test_every_dataset_is_readable_and_empty_ones_too(tmp_path: Path, pages: str) -> None:
    raw = ROOT / "raw" if pages == "samples" else tmp_path / "raw"
    raw.mkdir(exist_ok=True)
    corpus.run(raw, tmp_path / "curated", resources=ONE, pool=Inline(ONE))  # type: ignore[arg-type]
    want = {
        name: sum(pq.read_metadata(path).num_rows for path in (tmp_path / "curated" / name).glob("**/*.parquet"))
        for name in DATASETS
    }
    assert set(readers.DATASETS) == set(DATASETS) and 0 in want.values()
    env = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf"), "PYTHONPATH": ""}
    done = subprocess.run(
        [PYTHON, readers.__file__, tmp_path / "curated"],
        env=env,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert {name: rows for name, (rows, _) in told["spark"].items()} == want
    assert told["huggingface"] == {name: rows for name, rows in want.items() if rows}
    assert told["frictionless"] == {"resources": len(DATASETS), "valid": True}
