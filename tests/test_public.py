"""The public names: all exported, all documented, every field described, one direction of imports."""

import ast
import inspect
from pathlib import Path

import pytest
from pydantic import BaseModel

import ingest

SRC = Path(ingest.__file__).parent
STAGES = {"page", "repair", "script", "notices", "outline"}
ROOMS = {"objects", "readers", "storage", "processes", "reprints", "runs", "audit"}
LOWER = {"config", "errors", "gate", "models"}
COMMANDS = {
    "amend", "compare", "corpus", "corpus.audit", "corpus.browse", "corpus.citing", "corpus.deep", "corpus.learn", "corpus.processes", "corpus.published", "corpus.readers",
    "corpus.corrections", "corpus.correcting", "corpus.persons", "correction",
    "corpus.objects", "corpus.repairs", "corpus.runs", "corpus.shelf", "corpus.sites", "corpus.storage", "corpus.why",
    "exits", "export", "progress", "review", "rulebook", "rules", "settings", "starter", "terminal", "version",
}  # fmt: skip
# What each part may import of the package: every part is named, and every floor is below the one that imports it.
BELOW = {
    "version": set(), "errors": set(), "gate": set(), "changes": set(), "traced": {"changes"}, "patterns": set(),
    "correction": set(), "corrected": {"correction", "traced"},
    "config": {"correction", "han", "traced"}, "models": {"traced"}, "blocks": {"models", "traced"}, "han": {"models", "rules"}, "rules": {"errors"}, "prefilter": set(), "sorts": {"traced"}, "labels": {"blocks", "han", "rules"},
    **{stage: {stage, "blocks", "config", "errors", "han", "labels", "models", "prefilter", "rules", "traced"} for stage in STAGES},
    "repair": {"config", "errors", "han", "prefilter", "rules", "scopes", "traced"},
    "records": {"blocks", "models", "traced"}, "flags": {"models", "prefilter"},
    "scopes": {"config", "errors"}, "sites": {"blocks", "config", "errors", "han", "models", "page", "scopes"},
    "draft": {"blocks", "corrected", "repair", "traced"}, "trust": {"blocks", "traced"}, "threads": {"blocks"}, "moved": {"blocks"}, "facts": {"blocks", "correction", "han", "models", "traced", "trust"}, "references": {"han", "models", "rules", "traced"},
    "pipeline": {*STAGES, "blocks", "corrected", "draft", "facts", "config", "errors", "flags", "models", "records", "settled", "sites", "references", "traced", "version"},
    "settled": {*STAGES, "blocks", "config", "draft", "moved", "records", "threads"},
    "corpus.objects": {"errors"},
    "corpus.readers": {"config", "corpus.objects", "errors", "gate"}, "corpus.storage": {"config", "corpus.objects", "errors", "gate", "models", "version"}, "corpus.reprints": {"corpus.storage", "gate", "han", "models"},
    "corpus.processes": {*LOWER, "corrected", "rules", "scopes", "corpus.readers", "corpus.reprints", "corpus.storage", "pipeline"},
    "corpus.sites": {*LOWER, "corpus.objects", "corpus.processes", "corpus.readers", "corpus.shelf", "corpus.storage", "page", "scopes", "sites"},
    "corpus.shelf": {"config", "corpus.objects", "corpus.storage", "errors", "scopes"},
    "corpus.repairs": {*LOWER, "corpus.shelf", "corpus.storage", "repair", "scopes", "traced"},
    "corpus.runs": {*LOWER, "version", "corpus.corrections", "corpus.history", "corpus.linking", "corpus.published", "corpus.repairs", "corpus.shelf", "corpus.sites", "scopes", *(f"corpus.{room}" for room in ROOMS - {"audit"})},
    "corpus.audit": {*LOWER, "corpus.history", "corpus.linking", "corpus.published", "references", "pipeline", "script", *(f"corpus.{room}" for room in ROOMS - {"runs"})},
    "corpus.corrections": {"correction", "corpus.objects", "corpus.readers", "errors", "gate"},
    "corpus.correcting": {"correction", "corpus.readers", "corpus.storage", "errors", "models"},
    "corpus.persons": {"config", "corpus.correcting", "corpus.readers", "corpus.storage", "correction", "errors", "models", "pipeline", "script"},
    "corpus.published": {"corpus.readers", "corpus.storage", "errors", "gate", "script"},
    "corpus.counting": {"corpus.storage", "han", "sorts"}, "corpus.history": {"corpus.counting", "corpus.storage", "gate", "version"},
    "corpus.deep": {*LOWER, "corpus.audit", "corpus.linking", "corpus.processes", "corpus.readers", "corpus.runs", "corpus.shelf", "corpus.storage"},
    "corpus.browse": {"corpus.readers", "corpus.storage", "errors", "models"}, "corpus.citing": {"corpus.storage", "errors", "models", "references"},
    "compare": {"corpus.browse", "corpus.storage", "models"}, "amend": {"errors", "han", "models", "references"}, "export": {"corpus.browse", "corpus.storage", "errors", "models", "script"},
    "corpus.linking": {"corpus.storage", "models", "references"},
    "corpus.learn": {"corpus.storage", "errors", "repair"}, "corpus": {"corpus.processes", "corpus.runs"},
    "review": {"compare", "correction", "corpus.corrections", "corpus.counting", "corpus.history", "corpus.objects", "corpus.storage", "sorts", "errors", "models", "outline", "rulebook", "rules", "script", "traced", "version"},
    "settings": {"rules", "config", "gate", "corpus.objects", "corpus.processes", "errors", "han", "repair"}, "starter": {"errors", "settings"},
    "terminal": {"correction", "corpus.objects", "corpus.runs", "corpus.storage", "models", "sorts"}, "exits": {"errors", "terminal"}, "progress": {"corpus.runs", "terminal"},
    "rulebook": {*STAGES, "references", "han", "rules", "errors", "labels", "corpus.storage", "models"},
    "opened": {"corpus.objects", "corpus.storage", "errors"},
    "corpus.why": {"corpus.readers", "corpus.storage", "errors", "models"},
    "command": {*LOWER, *COMMANDS}, "cli": {*LOWER, *COMMANDS, "command"}, "__main__": {"cli"},
    "__init__": {*LOWER, "correction", "opened", "pipeline", "version"},
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


def part(module):
    """The part of the package that a module belongs to: `page`, `corpus.readers`."""
    names = module.split(".")
    return ".".join(names[1:3]) if names[1] == "corpus" and len(names) > 2 else names[1]


def exists(module):
    place = SRC.joinpath(*module.split(".")[1:])
    return place.is_dir() or place.with_suffix(".py").exists()


def imported(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "ingest":
            for alias in node.names:
                whole = f"{node.module}.{alias.name}"
                if exists(whole):
                    yield part(whole)
                elif node.module != "ingest":
                    yield part(node.module)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.startswith("ingest."):
                    yield part(alias.name)


def room_of(path):
    names = path.relative_to(SRC).with_suffix("").parts
    return ".".join(names[:2]) if names[0] == "corpus" and names[1] != "__init__" else names[0]


@pytest.mark.parametrize("path", sorted(SRC.rglob("*.py")), ids=lambda p: str(p.relative_to(SRC)))
def test_imports_point_downward(path):
    text = path.read_text("utf-8")
    assert "prefect" not in {n.split(".")[0] for n in _top_imports(text)}, "only flows/ knows Prefect"
    room = room_of(path)
    assert room in BELOW, f"{room} is new: say in BELOW what it may import"
    assert set(imported(path)) <= BELOW[room] | {room, "patterns"}
    # Anybody may use `patterns`: it knows nothing of the package.


def test_the_table_has_no_circle():
    """Whatever a part may import can be put below it."""
    left = {room: set(below) - {room} for room, below in BELOW.items()}
    while left:
        lowest = {room for room, below in left.items() if not below & left.keys()}
        assert lowest, sorted(left)
        left = {room: below for room, below in left.items() if room not in lowest}


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
