"""What a curated folder says of itself: its buckets, its raw root, and which columns its files have.

Columns are only ever added, nullable. A folder that lacks some reads as if they were null; one that has some which this
version does not know was written by a newer one. Files of one dataset all have the same columns, or a plain glob would
not be read right: `reprocess` and `check --repair` write what the folder has, and only a run widens it, all of it.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ingest import gate
from ingest.corpus.storage.schema import DATASETS, SCHEMA_VERSION, arrow_schema
from ingest.errors import StoreError

MOST_BUCKETS = 999
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
    root: str | None = None
    """The hash that stands for the whole folder (`proof`), as of the end of the last run."""

    def sealed(self) -> bytes:
        """The content of `store.json`."""
        about = self.written()
        return (json.dumps(about | {"sha256": _digest(about)}) + "\n").encode()

    def written(self) -> dict[str, object]:
        """As they stand in `store.json`, and once more in `datapackage.json`."""
        about = {"schema_version": SCHEMA_VERSION, "buckets": self.buckets, "raw": self.raw}
        if self.columns is not None:
            about["columns"] = self.columns
        about |= {"root": self.root} if self.root is not None else {}
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


STORE = ".ingest/store.json"
_KEYS = {"schema_version", "buckets", "raw", "columns", "widening", "root"}
_MOST = 10_000_000


def read_facts(root: Path) -> Facts | None:
    """The folder's settings, from their own file or from the copy in `datapackage.json`; None for a new folder."""
    wrong: tuple[Path, object] | None = None
    for path, key in ((root / STORE, None), (root / "datapackage.json", "ingest")):
        try:
            about = json.loads(gate.read(path, None, _MOST))
            facts = _parsed(about[key] if key else about, sealed=key is None)
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            wrong = wrong or (path, error)
            continue
        if isinstance(facts, str):
            raise StoreError(f"{root} {facts}")
        return facts
    if wrong is not None:
        raise StoreError(f"{wrong[0]} cannot be read ({_said(wrong[1])}): put it back, or name another folder")
    return None


def is_as_written(root: Path) -> bool:
    """Whether `store.json` is there as it was written (or by a version that did not seal it)."""
    try:
        _parsed(json.loads(gate.read(root / STORE, None, _MOST)), sealed=True)
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return False
    return True


def _parsed(about: object, *, sealed: bool) -> Facts | str:
    """Facts, or why a folder that is whole is not for this version. Raises ValueError and the like for one that is not."""
    if not isinstance(about, dict):
        raise TypeError("it is no object")
    seal = about.get("sha256")
    rest = {name: value for name, value in about.items() if name != "sha256"}
    if seal != (_digest(rest) if seal is not None else None) or (sealed and seal is None and rest.keys() - _KEYS):
        raise ValueError("it is not as it was written")
    version, buckets, raw, columns = (about.get(name) for name in ("schema_version", "buckets", "raw", "columns"))
    if not isinstance(version, str):
        raise ValueError("it has no schema_version")
    if version != SCHEMA_VERSION:
        return (
            f"has columns of version {version}, this is ingest for version {SCHEMA_VERSION}: "
            "curate into a new folder with --curated"
        )
    if type(buckets) is not int or not 1 <= buckets <= MOST_BUCKETS:
        raise ValueError(f"buckets is {buckets!r}, not a number from 1 to {MOST_BUCKETS}")
    if not isinstance(raw, str | None) or (isinstance(raw, str) and "\0" in raw):
        raise ValueError("raw is no path")
    if columns is not None and not _are_names(columns):
        raise ValueError("columns are not names by dataset")
    if strange := unknown(columns or {}):
        return (
            f"was written by a newer version of ingest ({strange}, which this one does not know): use that, "
            "or curate into a new folder with --curated"
        )
    root = about.get("root")
    if not isinstance(root, str | None):
        raise ValueError("root is no hash")
    return Facts(buckets, raw, columns, about.get("widening") is True, root)


def _are_names(columns: object) -> bool:
    return isinstance(columns, dict) and all(
        isinstance(names, list) and all(isinstance(name, str) for name in names) for names in columns.values()
    )


def _digest(about: Mapping[str, object]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _said(error: object) -> str:
    return str(error.strerror if isinstance(error, OSError) else error)
