"""What a curated folder says of itself to whoever meets it: `datapackage.json` for programs, `README.md` for people.

The card's head is what Hugging Face's `datasets` reads: a configuration for each dataset with rows. Both files follow from
the files and ledgers of the folder alone, so that the same folder always has the same ones.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow.parquet as pq

from ingest import gate
from ingest.config import About
from ingest.corpus.storage.schema import DATASETS, dictionary, table_schema

MARK = "# Made by ingest and kept up to date; take this line away, and the file is yours."
"""The second line of a card that may be rewritten."""
KEPT = ".ingest/about.json"


class File(NamedTuple):
    """A file of a dataset: its path in the folder, and what there is to say of it."""

    path: str
    rows: int
    bytes: int
    sha256: str | None


def file_of(root: Path, path: str, sha256: str | None) -> File:
    """What there is to say of a file; none that can be read has no rows."""
    try:
        with gate.opened(root / path) as file:
            size = file.seek(0, 2)
            return File(path, pq.read_metadata(file).num_rows, size, sha256)
    except (OSError, ValueError):
        return File(path, 0, 0, sha256)


def kept(root: Path) -> About:
    """What the settings last said of the corpus."""
    try:
        return About.model_validate_json(gate.read(root / KEPT))
    except (OSError, ValueError):
        return About()


def package(files: Mapping[str, Sequence[File]], about: About, facts: Mapping[str, object]) -> bytes:
    """The content of `datapackage.json`; of each file its rows, bytes and SHA-256, so far as the ledgers know it."""
    resources = [
        {
            "name": name,
            "description": DATASETS[name].summary,
            "path": [one.path for one in own],
            "format": "parquet",
            "mediatype": "application/vnd.apache.parquet",
            "rowCount": sum(one.rows for one in own),
            "files": [
                {"path": one.path, "rows": one.rows, "bytes": one.bytes}
                | ({"hash": f"sha256:{one.sha256}"} if one.sha256 else {})
                for one in own
            ],
            "schema": table_schema(name),
        }
        for name, own in files.items()
        if own
    ]
    made: dict[str, object] = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "ingest-curated",
        "title": about.title or "Curated Chinese documents",
    }
    if about.version:
        made["version"] = about.version
    if about.licence:
        made["licenses"] = [{"name": about.licence}]
    made |= {"resources": resources, "ingest": facts}
    return (json.dumps(made, ensure_ascii=False, indent=1) + "\n").encode()


def uncounted(content: bytes) -> object:
    """What a `datapackage.json` says besides the counts and digests of files, which an interrupted run leaves behind."""
    told = json.loads(content)
    for resource in told.get("resources", ()) if isinstance(told, dict) else ():
        resource.pop("files", None)
        resource.pop("rowCount", None)
    return told


def is_ours(path: Path) -> bool:
    """Whether a card may be written: there is none, or one of ours."""
    try:
        with gate.opened(path) as file:
            return file.readline() == b"---\n" and file.readline().rstrip(b"\n") == MARK.encode()
    except FileNotFoundError:
        return True
    except OSError:
        return False


def readme(files: Mapping[str, Sequence[File]], about: About) -> bytes:
    """The content of `README.md`."""
    rows = {name: sum(one.rows for one in own) for name, own in files.items()}
    head = ["---", MARK, "language:", "- zh"]
    head += [f"license: {json.dumps(about.licence, ensure_ascii=False)}"] if about.licence else []
    head += [f"pretty_name: {json.dumps(about.title, ensure_ascii=False)}"] if about.title else []
    some = [name for name in DATASETS if rows.get(name)]
    head += ["configs:"] if some else []
    for name in some:
        one = files[name][0].path
        pattern = f"{name}/*/*.parquet" if one.count("/") > 1 else one
        head += [f"- config_name: {name}", "  data_files:", "  - split: train", f"    path: {pattern}"]
        head += ["  default: true"] if name == "documents" else []
    lines = [*head, "---", "", f"# {about.title or 'Curated Chinese documents'}", ""]
    if about.version or about.licence:
        told = [
            f"Version {about.version}." if about.version else "",
            f"Licence: {about.licence}." if about.licence else "",
        ]
        lines += [" ".join(filter(None, told)), ""]
    lines += [_WHAT, "", "| dataset | rows | one row is |", "|---|---|---|"]
    lines += [f"| `{name}` | {rows.get(name, 0):,} | {DATASETS[name].summary} |" for name in DATASETS]
    lines += ["", *_READING, "", "## Columns"]
    for name in DATASETS:
        lines += ["", f"### {name}", "", "| column | type | |", "|---|---|---|"]
        lines += [
            f"| `{c.name}` | {c.type}{'' if c.nullable else ', required'} | {_cell(c.description)} |"
            for c in dictionary()
            if c.dataset == name
        ]
    return ("\n".join(lines) + "\n").encode()


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


_WHAT = """Chinese documents that were saved as web pages or text, curated by `ingest`: each page's text as it came (`documents.page_text`),
what is left of it once damage is repaired and site chrome is taken out (`documents.text`), its structure (`records`), and every removal and repair (`edits`).
A second witness of each row is the page itself: `documents.source` names it, `raw_sha256` is its digest.

Known limits: repairs and removals are made by rules, and each says how sure it is (`exact`, `likely`, `guess`): filter by `certainty`, and look at
`documents.flags` before you rely on a text. Metadata are what the page states (`facts` says where), not what is true. Whose texts these are, and what
may be done with them, their publishers say: this card can name no licence but the one that whoever made the folder gave."""
_READING = (
    "## Reading it",
    "",
    "Plain Parquet; join on `doc_id` and `revision`.",
    "",
    "```python",
    "import pandas as pd",
    'records = pd.read_parquet("records")',
    "",
    "from datasets import load_dataset",
    'records = load_dataset(".", "records")',
    "",
    "import duckdb",
    "duckdb.sql(\"select title, text from 'documents/*/*.parquet'\")",
    "```",
    "",
    "Paths are from this folder; a dataset without rows has a file with its columns and no entry above. `datapackage.json` says the same to programs "
    "(`frictionless validate datapackage.json`), with rows, bytes and SHA-256 of every file.",
)
