"""The public names: all exported, all documented, every field described, one direction of imports."""

import ast
import inspect
from pathlib import Path

import pytest
from pydantic import BaseModel

import ingest

SRC = Path(ingest.__file__).parent
STAGES = {"page", "repair", "script", "notices", "outline"}
# What each part may import of the package; a part not named here may import everything.
BELOW = {
    "version": set(), "errors": set(), "traced": set(),
    "config": {"traced"}, "models": {"traced"}, "blocks": {"models", "traced"}, "han": {"models", "rules"}, "rules": {"errors"}, "labels": {"blocks", "han", "rules"},
    **{stage: {stage, "blocks", "config", "errors", "han", "labels", "models", "rules", "traced"} for stage in STAGES},
    "records": {"blocks", "models", "traced"}, "flags": {"models"},
    "draft": {"blocks", "traced"}, "facts": {"blocks", "han", "models"},
    "pipeline": {*STAGES, "blocks", "draft", "facts", "config", "errors", "flags", "models", "records", "traced", "version"},
}  # fmt: skip


def test_everything_exported_is_there_and_documented():
    for name in ingest.__all__:
        thing = getattr(ingest, name)
        if name != "__version__":
            assert inspect.getdoc(thing), name


@pytest.mark.parametrize("name", [n for n in ingest.__all__ if n[0].isupper()])
def test_every_field_is_described(name):
    thing = getattr(ingest, name)
    if isinstance(thing, type) and issubclass(thing, BaseModel) and name != "CuratedDocument":
        for field, info in thing.model_fields.items():
            assert info.description, f"{name}.{field}"
        assert thing.model_config["frozen"]


def test_errors_share_a_root():
    for name in ("Rejected", "InputError", "StoreError", "UsageError"):
        assert issubclass(getattr(ingest, name), ingest.IngestError)


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "ingest":
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("ingest."):
                    yield alias.name.split(".")[1]


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_imports_point_downward(path):
    room = path.relative_to(SRC).parts[0].removesuffix(".py")
    text = path.read_text("utf-8")
    assert "prefect" not in {n.split(".")[0] for n in _top_imports(text)}, "only flows/ knows Prefect"
    if room in BELOW and room != "__init__":
        assert set(imported(path)) <= BELOW[room] | {room}


def _top_imports(text):
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (a.name for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def test_no_file_is_crowded():
    crowded = {
        str(p.relative_to(SRC)): n for p in SRC.rglob("*.py") if (n := len(p.read_text("utf-8").splitlines())) > 400
    }
    assert crowded == {}
