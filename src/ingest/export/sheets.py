"""CSV files for spreadsheets, with a Frictionless data package that says what their columns are."""

import csv
import json
from pathlib import Path

from ingest.corpus.browse import Bundle
from ingest.corpus.storage.schema import arrow_schema, table_schema
from ingest.export.base import Exporter
from ingest.models import Row

DATASETS = ("documents", "records", "references", "events")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Sheets(Exporter):
    """`documents.csv`, `records.csv`, `references.csv`, `events.csv` and `datapackage.json`, in UTF-8 with a BOM.

    Lists are JSON. A cell that a spreadsheet would run as a formula has an apostrophe before it.
    """

    def __init__(self, out: Path) -> None:
        super().__init__(out)
        self._files = {
            n: (out / f"{n}.csv").open("w", encoding="utf-8-sig", errors="replace", newline="") for n in DATASETS
        }
        self._writers = {name: csv.writer(file) for name, file in self._files.items()}
        self._columns = {name: arrow_schema(name).names for name in DATASETS}
        for name, writer in self._writers.items():
            writer.writerow(self._columns[name])

    def write(self, bundle: Bundle) -> None:
        """Adds one document's rows."""
        for name, rows in zip(
            DATASETS, ((bundle.document,), bundle.records, bundle.references, bundle.events), strict=True
        ):
            for row in rows:
                self._writers[name].writerow(_cells(row, self._columns[name]))

    def close(self) -> None:
        """Ends the files and describes them."""
        for file in self._files.values():
            file.close()
        resources = [
            {
                "name": name, "path": f"{name}.csv", "profile": "tabular-data-resource", "encoding": "utf-8",
                "schema": table_schema(name),
            }
            for name in DATASETS
        ]  # fmt: skip
        package = {"name": "curated", "profile": "tabular-data-package", "resources": resources}
        (self.out / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _cells(row: Row, columns: list[str]) -> list[str]:
    return [_cell(getattr(row, name, None)) for name in columns]


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return json.dumps(value, ensure_ascii=False)
    text = str(value)
    return "'" + text if text.startswith(_FORMULA) and not isinstance(value, (int, float)) else text
