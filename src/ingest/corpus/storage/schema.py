"""The Arrow schema of every dataset, derived from `ingest.models` and from nowhere else.

A reader of the Parquet files, the data dictionary of `ingest schema` and `datapackage.json` all see the descriptions that
stand on the model's fields. Decided against: hand-written Arrow schemas (they drift), maps and nanosecond or zoned
timestamps (readers disagree about them).
"""

import types
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from typing import Literal, NamedTuple, Union, get_args, get_origin

import pyarrow as pa

from ingest.models import Document, Duplicate, Edit, Event, Fact, Listing, Record, Reference, Rejection, Row

SCHEMA_VERSION = "1"
"""Version of the column layout. Columns are only ever added, at the end, nullable; anything else is a new version.

So a folder made before a column was added can be read: the column is null there."""

Per = Literal["document", "page", "corpus"]


class Dataset(NamedTuple):
    """A dataset: what its rows are, and what they belong to."""

    model: type[Row]
    per: Per
    """`document`: rows of one document (`doc_id`, `revision`), which `CuratedDocument` holds under the dataset's name.
    `page`: rows of one raw page (`source`), of which there need be no document. Both are written bucket by bucket with
    the page they belong to. `corpus`: made from all buckets at the end of a run, one file."""
    summary: str
    key: tuple[str, ...]
    sorted_by: tuple[str, ...]
    """The order of the rows in a file; begins with what they belong to."""


DATASETS: dict[str, Dataset] = {
    "documents": Dataset(Document, "document", "One row a document.", ("doc_id",), ("doc_id",)),
    "records": Dataset(
        Record,
        "document",
        "One row a structural unit of a document, in reading order.",
        ("record_id",),
        ("doc_id", "ordinal"),
    ),
    "edits": Dataset(
        Edit,
        "document",
        "One row a removal or change, or one considered and declined.",
        ("doc_id", "ordinal"),
        ("doc_id", "ordinal"),
    ),
    "facts": Dataset(
        Fact,
        "document",
        "One row a value that a page states about its document, chosen or not.",
        ("doc_id", "ordinal"),
        ("doc_id", "ordinal"),
    ),
    "references": Dataset(
        Reference,
        "document",
        "One row an expression that refers, and the document that it leads to.",
        ("reference_id",),
        ("doc_id", "ordinal"),
    ),
    "events": Dataset(
        Event,
        "document",
        "One row what a text says of its own making, force and end.",
        ("doc_id", "ordinal"),
        ("doc_id", "ordinal"),
    ),
    "rejections": Dataset(Rejection, "page", "One row an input that gave no document.", ("source",), ("source",)),
    "listings": Dataset(
        Listing, "page", "One row a link of a list page.", ("source", "ordinal"), ("source", "ordinal")
    ),
    "duplicates": Dataset(
        Duplicate,
        "corpus",
        "One row a document that repeats another.",
        ("doc_id", "duplicate_of"),
        ("doc_id", "duplicate_of"),
    ),
}
"""Every dataset there is. Another one is a model in `ingest.models` and a line here: everything else follows from it."""

BUCKETED = tuple(name for name, about in DATASETS.items() if about.per != "corpus")
"""Datasets with a file a bucket."""
OF_DOCUMENTS = tuple(name for name, about in DATASETS.items() if about.per == "document")
"""Datasets whose rows belong to a document; `documents` is the first of them."""

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
    for name, info in DATASETS[dataset].model.model_fields.items():
        kind, nullable = _arrow(info.annotation)
        if not info.description:
            raise TypeError(f"{dataset}.{name} has no description")
        fields.append(pa.field(name, kind, nullable=nullable, metadata={"description": info.description}))
    about = {
        "ingest.schema_version": SCHEMA_VERSION,
        "ingest.dataset": dataset,
        "description": DATASETS[dataset].summary,
    }
    return pa.schema(fields, metadata=about)


def pinned(dataset: str, columns: Sequence[str]) -> pa.Schema:
    """The schema of a dataset in a folder whose files have only these columns."""
    whole = arrow_schema(dataset)
    return pa.schema([field for field in whole if field.name in columns], whole.metadata)


def difference(dataset: str, have: pa.Schema) -> str | None:
    """In what the columns of a file are not those of its dataset; None where they are, or are those of an older version.

    A file of an older version lacks columns that may be null; the text of a description is no difference.
    """
    want = arrow_schema(dataset)
    missing = [field.name for field in want if field.name not in have.names and not field.nullable]
    besides = [name for name in have.names if name not in want.names]
    if missing or besides:
        return f"has other columns: lacks {missing or 'none'}, has besides {besides or 'none'}"
    if have.names != [name for name in want.names if name in have.names]:
        return "has its columns in another order"
    for field in have:
        meant = want.field(field.name)
        if not field.equals(meant):
            return f"column {field.name} is {field.type}, not {meant.type}"
        if not (field.metadata or {}).get(b"description"):
            return f"column {field.name} is {field.type} without a description"
    about = have.metadata or {}
    if any(about.get(key) != want.metadata[key] for key in (b"ingest.schema_version", b"ingest.dataset")):
        return "lacks the metadata of this schema version"
    return None


@cache
def dictionary() -> tuple[Column, ...]:
    """The data dictionary, a line for each column of each dataset."""
    return tuple(
        Column(
            dataset, field.name, _printed(field.type), field.nullable, info.description or "", _values(info.annotation)
        )
        for dataset, about in DATASETS.items()
        for field, info in zip(arrow_schema(dataset), about.model.model_fields.values(), strict=True)
    )


def _printed(kind: pa.DataType) -> str:
    return str(kind).replace("element: ", "").replace(" not null", "").replace("timestamp[us]", "timestamp")


_FRICTIONLESS = {"string": "string", "int64": "integer", "double": "number", "bool": "boolean", "date32[day]": "date"}


def table_schema(dataset: str) -> dict[str, object]:
    """The dataset's columns as a Frictionless table schema, for `datapackage.json`.

    Readers by way of pandas see a missing number as NaN, so that counts as missing, and an empty text as a text. A list
    is `any`: the standard's arrays are JSON in text, and these are not.
    """
    about = DATASETS[dataset]
    fields: list[dict[str, object]] = []
    for column in dictionary():
        if column.dataset != dataset:
            continue
        is_list = column.type.startswith("list")
        kind = "any" if is_list else _FRICTIONLESS.get(column.type, "datetime")
        rules: dict[str, object] = {} if column.nullable else {"required": True}
        if column.values and kind == "string":
            rules["enum"] = list(column.values)
        field: dict[str, object] = {"name": column.name, "type": kind, "description": column.description}
        if is_list:
            field["description"] = f"{column.description} ({column.type})"
        if rules:
            field["constraints"] = rules
        if column.nullable and kind in ("integer", "number", "date", "datetime"):
            field["missingValues"] = ["nan", "NaT", "None"]
        fields.append(field)
    found: dict[str, object] = {"fields": fields, "primaryKey": list(about.key), "missingValues": []}
    if dataset != "documents" and about.per == "document":
        found["foreignKeys"] = [
            {"fields": ["doc_id"], "reference": {"resource": "documents", "fields": ["doc_id"]}},
        ]
    return found
