"""What a curated folder says of itself: its buckets, its raw root, and which columns its files have.

Columns are only ever added, nullable. A folder that lacks some reads as if they were null; one that has some which this
version does not know was written by a newer one. Files of one dataset all have the same columns, or a plain glob would
not be read right: `reprocess` and `check --repair` write what the folder has, and only a run widens it, all of it.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ingest.corpus.storage.schema import DATASETS, SCHEMA_VERSION, arrow_schema
from ingest.errors import StoreError

Columns = dict[str, list[str]]
"""Names of columns by dataset."""


class Facts(NamedTuple):
    """What is fixed when a curated folder is created, and which columns its files have."""

    buckets: int
    raw: str | None
    """The raw root, relative to the curated folder (so that both may be moved together)."""
    columns: Columns | None = None
    """Those that are written; None: of a version that did not say."""
    widening: bool = False
    """There may be files yet that have fewer."""

    def written(self) -> dict[str, object]:
        """As they stand in `store.json`, and once more in `datapackage.json`."""
        about = {"schema_version": SCHEMA_VERSION, "buckets": self.buckets, "raw": self.raw}
        if self.columns is not None:
            about["columns"] = self.columns
        return about | ({"widening": True} if self.widening else {})


def present() -> Columns:
    """Those of this version."""
    return {name: list(arrow_schema(name).names) for name in DATASETS}


def unknown(columns: Mapping[str, list[str]]) -> str | None:
    """What of a folder's columns this version does not know, in words."""
    for name, have in columns.items():
        if name not in DATASETS:
            return f"it has a dataset {name}"
        if strange := [column for column in have if column not in arrow_schema(name).names]:
            return f"{name} has a column {strange[0]}"
    return None


def of_file(path: Path) -> list[str] | None:
    """Those of a file; None where there is none, or none that can be read."""
    try:
        found: list[str] = pq.read_schema(path).names
    except (pa.ArrowException, OSError, ValueError):
        return None
    return found


def of_folder(root: Path) -> Columns:
    """Those that the files of a folder have, a dataset without files left out."""
    found: Columns = {}
    for name in DATASETS:
        for path in sorted((root / name).glob("**/part-0.parquet")):
            have = of_file(path)
            if have is not None and not unknown({name: have}):
                found[name] = have
                break
    return found


def read_facts(root: Path) -> Facts | None:
    """The folder's settings, from their own file or from the copy in `datapackage.json`."""
    for path, key in ((root / ".ingest" / "store.json", None), (root / "datapackage.json", "ingest")):
        try:
            data = json.loads(path.read_bytes())
            about = data[key] if key else data
            version, buckets, raw = about["schema_version"], int(about["buckets"]), about["raw"]
            columns, widening = about.get("columns"), about.get("widening") is True
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            if key is None and (root / "datapackage.json").exists():
                continue
            raise StoreError(f"{path} cannot be read ({error}): put it back, or name another folder") from error
        if version != SCHEMA_VERSION:
            raise StoreError(
                f"{root} has columns of version {version}, this is ingest for version {SCHEMA_VERSION}: "
                "curate into a new folder with --curated"
            )
        if strange := unknown(columns or {}):
            raise StoreError(
                f"{root} was written by a newer version of ingest ({strange}, which this one does not know): use that, "
                "or curate into a new folder with --curated"
            )
        return Facts(buckets, raw, columns, widening)
    return None
