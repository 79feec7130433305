"""The Arrow schema follows the models, and says what every column means."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from ingest import models
from ingest.corpus.storage.schema import DATASETS, arrow_schema, dictionary, table_schema


@pytest.mark.parametrize("dataset", DATASETS)
def test_columns_are_those_of_the_model_in_its_order(dataset: str) -> None:
    assert arrow_schema(dataset).names == list(DATASETS[dataset].model.model_fields)


@pytest.mark.parametrize("dataset", DATASETS)
def test_every_column_is_described_in_the_file(dataset: str) -> None:
    for field in arrow_schema(dataset):
        assert field.metadata[b"description"].decode() == DATASETS[dataset].model.model_fields[field.name].description
    assert arrow_schema(dataset).metadata[b"ingest.schema_version"] == b"1"
    assert arrow_schema(dataset).metadata[b"ingest.dataset"] == dataset.encode()


@pytest.mark.parametrize(
    ("dataset", "column", "kind", "nullable"),
    [
        ("documents", "doc_id", pa.string(), False),
        ("documents", "raw_bytes", pa.int64(), False),
        ("documents", "published_on", pa.date32(), True),
        ("documents", "ingested_at", pa.timestamp("us"), True),
        ("documents", "authors", pa.list_(pa.field("element", pa.string(), nullable=False)), False),
        ("documents", "script", pa.string(), True),
        ("records", "number", pa.int64(), True),
        ("records", "kind", pa.string(), False),
        ("edits", "applied", pa.bool_(), False),
        ("duplicates", "similarity", pa.float64(), False),
    ],
)
def test_types(dataset: str, column: str, kind: pa.DataType, nullable: bool) -> None:
    field = arrow_schema(dataset).field(column)
    assert (field.type, field.nullable) == (kind, nullable)


def test_cells_are_rows_of_cells() -> None:
    cells = arrow_schema("records").field("cells")
    assert cells.nullable
    assert pa.types.is_list(cells.type)
    assert pa.types.is_list(cells.type.value_type)
    assert pa.types.is_string(cells.type.value_type.value_type)


@pytest.mark.parametrize("dataset", DATASETS)
def test_no_type_that_readers_disagree_about(dataset: str) -> None:
    for field in arrow_schema(dataset):
        assert not pa.types.is_map(field.type)
        assert not pa.types.is_timestamp(field.type) or (field.type.unit, field.type.tz) == ("us", None)


def test_the_dictionary_has_every_column_and_the_values_of_a_choice() -> None:
    columns = {(c.dataset, c.name): c for c in dictionary()}
    assert len(columns) == sum(len(d.model.model_fields) for d in DATASETS.values())
    assert columns["records", "unit"].values == ("front", "chapter", "section", "clause", "back")
    assert columns["edits", "stages"].values == ("strip", "repair", "script", "correction")
    assert columns["documents", "authors"].type == "list<string>"
    assert columns["records", "cells"].type == "list<list<string>>"


@pytest.mark.parametrize("dataset", DATASETS)
def test_the_data_package_describes_the_same_columns(dataset: str) -> None:
    described = json.loads(json.dumps(table_schema(dataset)))
    assert [f["name"] for f in described["fields"]] == arrow_schema(dataset).names
    assert described["primaryKey"] == list(DATASETS[dataset].key)
    assert set(DATASETS[dataset].key) | set(DATASETS[dataset].sorted_by) <= set(arrow_schema(dataset).names)


def test_a_field_without_description_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Bare(models.Row):
        name: str

    monkeypatch.setitem(DATASETS, "bare", DATASETS["documents"]._replace(model=Bare))
    with pytest.raises(TypeError, match="no description"):
        arrow_schema("bare")


PINNED = json.loads((Path(__file__).parent / "cases" / "columns.json").read_text("utf-8"))


@pytest.mark.parametrize("dataset", DATASETS)
def test_columns_are_only_ever_added_last_and_nullable(dataset: str) -> None:
    """Whoever adds a column adds it at the end of its list in `cases/columns.json`; nothing there ever changes."""
    have = [[field.name, str(field.type), field.nullable] for field in arrow_schema(dataset)]
    pinned = PINNED[dataset]
    assert have[: len(pinned)] == pinned, "a column was moved, renamed, retyped or put before others"
    assert [name for name, _, nullable in have[len(pinned) :] if not nullable] == [], "a new column has to be nullable"
    assert len(have) == len(pinned), f"add to cases/columns.json: {json.dumps(have[len(pinned) :])}"
