"""Imported once by the server that workers are forked from: what every page needs is then loaded once and shared.

Rare and large tables (the language model of the repair) are left to the workers that meet a page in need of them.
"""

import sys
from contextlib import suppress

import pyarrow as pa

import ingest.corpus.processes.workers
import ingest.corpus.reprints.fingerprints  # each worker would load it anew with its first page
import ingest.corpus.storage.parquet  # noqa: F401
from ingest.corpus.storage import arrays
from ingest.pipeline import curate


class _Nowhere:
    """Finds no pandas."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        """Says that there is none; all else is for others to find."""
        if name == "pandas":
            raise ImportError(name)


# With its first array pyarrow looks for pandas, once, and would load it into every worker: .4 s and 30 MB for nothing.
sys.meta_path.insert(0, _Nowhere)
pa.array([0])
sys.meta_path.remove(_Nowhere)
arrays.looked = True

_PAGE = (
    "<!DOCTYPE html><title>關於示例的通知</title><h1>關於示例的通知</h1><div class='TRS_Editor'>"
    "<p>各有關單位：</p><p>一、總體要求</p><p>（一）健全制度。為做好示例工作，制定本通知。</p>"
    "<table><tr><td>項目</td><td>數量</td></tr><tr><td>水庫</td><td>3</td></tr></table>"
    "<p>示例縣人民政府</p><p>2020年1月1日</p></div>"
)

with suppress(Exception):  # a fault here will show on a page, with its name
    curate(_PAGE.encode(), source="warm.html")
