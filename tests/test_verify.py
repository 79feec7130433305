"""The verifier that imports nothing of ours: it passes what is sound, and sees what is not."""

import ast
import importlib.util
import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from inline import Inline

from ingest import corpus

HOME = Path(__file__).parents[1]
SCRIPT = HOME / "tools" / "verify.py"


@pytest.fixture(scope="module")
def verify() -> Any:
    spec = importlib.util.spec_from_file_location("verify", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.verify


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every sample page curated."""
    base = tmp_path_factory.mktemp("samples")
    corpus.run(HOME / "raw", base / "curated", resources=corpus.Resources(workers=1), buckets=1, pool=Inline())  # type: ignore[arg-type]
    return base / "curated"


def test_it_is_short_and_imports_nothing_of_ours() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= 250
    names = {a.name for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Import) for a in n.names}
    names |= {str(n.module) for n in ast.walk(ast.parse(text)) if isinstance(n, ast.ImportFrom)}
    assert {n for n in names if n.split(".")[0] not in ("sys", "collections", "pathlib", "hashlib", "json")} == {
        "pyarrow.parquet"
    }


def test_every_sample_is_proven(verify: Any, samples: Path) -> None:
    proof = verify(samples)
    assert proof.wrong == []
    assert proof.counts["documents"] > 10


@pytest.mark.parametrize(
    ("dataset", "column", "value"),
    [
        ("documents", "text", "别的"), ("documents", "page_text", "别的"), ("documents", "revision", "0"),
        ("documents", "record_count", 99), ("records", "text", "别的"), ("records", "heading", "别的"),
        ("records", "source_start", 0), ("records", "source_end", 1), ("records", "revision", "0"), ("records", "eid", "x"),
        ("records", "doc_id", "f" * 16), ("edits", "before", "别的"), ("edits", "after", "别的"), ("edits", "applied", False),
        ("edits", "start", 0), ("edits", "revision", "0"),
    ],
)  # fmt: skip
def test_what_is_false_is_seen(
    verify: Any, samples: Path, tmp_path: Path, dataset: str, column: str, value: Any
) -> None:
    shutil.copytree(samples, tmp_path / "curated")
    path = next((tmp_path / "curated" / dataset).rglob("*.parquet"))
    table = pq.read_table(path, partitioning=None)
    at = table.schema.get_field_index(column)
    values = table.column(at).to_pylist()
    inside = [True] * len(values)
    if dataset == "edits":  # a strip has nothing behind it that a record could show
        inside = [
            a and "strip" not in s
            for a, s in zip(*(table.column(c).to_pylist() for c in ("applied", "stages")), strict=True)
        ]
    here = max(n for n, v in enumerate(values) if v != value and inside[n])
    values[here] = value
    pq.write_table(table.set_column(at, table.schema.field(at), pa.array(values, table.schema.field(at).type)), path)
    assert verify(tmp_path / "curated").wrong
