"""Raw pages of Chinese documents in; curated text, records and a ledger of every change out.

The tour. `curate` takes one page along one straight way:

    raw bytes -> page     decode, container, blocks: page text and what the markup says of it
              -> repair   double encodings, pinyin glosses, phase slips of mirror sites
              -> script   detect who converted the text, undo it, one script
              -> notices  editor lines, reprint notices, publish lines: struck, and read for metadata
              -> outline  the numbering read as a sequence, headings, leads, paragraphs
              -> records  rows with true source spans

What travels is a `traced` text: every change is an edit of the page that can be replayed. Around it, `corpus` keeps
folders of pages as Parquet datasets, `cli` is the command line; flows for Prefect live outside the package.
"""

from typing import TYPE_CHECKING

from ingest.config import Config, Limits, NoticeRule
from ingest.correction import Correction
from ingest.errors import IngestError, InputError, Rejected, StoreError, UsageError
from ingest.models import CuratedDocument, Document, Duplicate, Edit, Fact, Record, Rejection
from ingest.version import __version__

if TYPE_CHECKING:
    from ingest.opened import OpenDataset, open_dataset
    from ingest.pipeline import curate

__all__ = [
    "Config",
    "Correction",
    "CuratedDocument",
    "Document",
    "Duplicate",
    "Edit",
    "Fact",
    "IngestError",
    "InputError",
    "Limits",
    "NoticeRule",
    "OpenDataset",
    "Record",
    "Rejected",
    "Rejection",
    "StoreError",
    "UsageError",
    "__version__",
    "curate",
    "open_dataset",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> object:
    # The stages and their tables load with the first use of `curate`, so that a program that only wants the models does not wait for them.
    if name == "curate":
        from ingest.pipeline import curate

        globals()["curate"] = curate
        return curate
    if name in ("OpenDataset", "open_dataset"):
        from ingest import opened

        globals()[name] = getattr(opened, name)
        return globals()[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
