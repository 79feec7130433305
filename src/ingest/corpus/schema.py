"""The Arrow schema of every dataset, derived from `ingest.models` and from nowhere else.

A reader of the Parquet files, the data dictionary of `ingest schema` and `datapackage.json` all see the descriptions that
stand on the model's fields. Decided against: hand-written Arrow schemas (they drift), maps and nanosecond or zoned
timestamps (readers disagree about them).
"""

import types
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Literal, NamedTuple, Union, get_args, get_origin

import pyarrow as pa

from ingest.models import Document, Duplicate, Edit, Record, Rejection, Row

SCHEMA_VERSION = "1"
"""Version of the column layout. Columns are only ever added, at the end, nullable; anything else is a new version."""

DATASETS: dict[str, type[Row]] = {
    "documents": Document,
    "records": Record,
    "edits": Edit,
    "rejections": Rejection,
    "duplicates": Duplicate,
}
SUMMARIES = {
    "documents": "One row a document.",
    "records": "One row a structural unit of a document, in reading order.",
    "edits": "One row a removal or change, or one considered and declined.",
    "rejections": "One row an input that gave no document.",
    "duplicates": "One row a document that repeats another.",
}
KEYS = {
    "documents": ("doc_id",),
    "records": ("record_id",),
    "edits": ("doc_id", "ordinal"),
    "rejections": ("source",),
    "duplicates": ("doc_id", "duplicate_of"),
}
SORTED_BY = {
    "documents": ("doc_id",),
    "records": ("doc_id", "ordinal"),
    "edits": ("doc_id", "ordinal"),
    "rejections": ("source",),
    "duplicates": ("doc_id", "duplicate_of"),
}

_PLAIN: dict[object, pa.DataType] = {
    str: pa.string(),
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    date: pa.date32(),
    datetime: pa.timestamp("us"),
}


class Column(NamedTuple):
    """One line of the data dictionary."""

    dataset: str
    name: str
    type: str
    nullable: bool
    description: str
    values: tuple[str, ...]


def _arrow(annotation: object) -> tuple[pa.DataType, bool]:
    """The Arrow type of a field's annotation, and whether it may be null."""
    if annotation in _PLAIN:
        return _PLAIN[annotation], False
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Literal:
        return pa.string(), False
    if origin in (Union, types.UnionType) and len(args) == 2 and type(None) in args:
        return _arrow(next(a for a in args if a is not type(None)))[0], True
    if origin is tuple and len(args) == 2 and args[1] is Ellipsis:
        inner, nullable = _arrow(args[0])
        return pa.list_(pa.field("element", inner, nullable=nullable)), False
    raise TypeError(f"no Arrow type for {annotation}")


def _values(annotation: object) -> tuple[str, ...]:
    if get_origin(annotation) is Literal:
        return tuple(str(v) for v in get_args(annotation))
    return next((found for a in get_args(annotation) if (found := _values(a))), ())


@cache
def arrow_schema(dataset: str) -> pa.Schema:
    """The pinned Arrow schema of a dataset, a description on every column."""
    fields = []
    for name, info in DATASETS[dataset].model_fields.items():
        kind, nullable = _arrow(info.annotation)
        if not info.description:
            raise TypeError(f"{dataset}.{name} has no description")
        fields.append(pa.field(name, kind, nullable=nullable, metadata={"description": info.description}))
    about = {"ingest.schema_version": SCHEMA_VERSION, "ingest.dataset": dataset, "description": SUMMARIES[dataset]}
    return pa.schema(fields, metadata=about)


def dictionary() -> Iterator[Column]:
    """The data dictionary, a line for each column of each dataset."""
    for dataset, model in DATASETS.items():
        for field, info in zip(arrow_schema(dataset), model.model_fields.values(), strict=True):
            kind = (
                str(field.type).replace("element: ", "").replace(" not null", "").replace("timestamp[us]", "timestamp")
            )
            yield Column(dataset, field.name, kind, field.nullable, info.description or "", _values(info.annotation))


_FRICTIONLESS = {"string": "string", "int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}


def table_schema(dataset: str) -> dict[str, object]:
    """The dataset's columns as a Frictionless table schema, for `datapackage.json`."""
    fields = []
    for column in dictionary():
        if column.dataset != dataset:
            continue
        kind = "array" if column.type.startswith("list") else _FRICTIONLESS.get(column.type, "datetime")
        rules: dict[str, object] = {} if column.nullable else {"required": True}
        if column.values and kind == "string":
            rules["enum"] = list(column.values)
        fields.append(
            {"name": column.name, "type": kind, "description": column.description}
            | ({"constraints": rules} if rules else {})
        )
    return {"fields": fields, "primaryKey": list(KEYS[dataset])}
