"""Folders of pages as Parquet datasets, in seven rooms and a module. Imports point downward.

audit      `ingest check`: the invariants, proven on a curated folder
runs       from a raw folder to a curated one: planning, buckets, the engine; run and reprocess in one call
processes  pages curated in processes of their own, with limits
reprints   documents that repeat another
storage    the curated folder: places, locks, recovery, commit, tables, schemas, ledgers
objects    folders in object storage: the calls that are asked of a place, the commit there
readers    raw files: what there is, and how a page is read (feeds, archives, messages)
learn      a language model from a curated folder
sites      what is known of the sites that pages come from, in files beside the datasets

What is named here is public: flows and scripts use it. Worker processes are started by import of the main module, so a
script that calls `run` stands under `if __name__ == "__main__":`.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.corpus.processes.workers import Resources
    from ingest.corpus.runs.driving import Progress
    from ingest.corpus.runs.engine import (
        exclusive,
        finish,
        plan_with_sites,
        repair,
        reprocess,
        run,
        with_sites,
        work,
    )
    from ingest.corpus.runs.planning import Plan, plan
    from ingest.corpus.runs.summary import Summary

__all__ = [
    "Plan",
    "Progress",
    "Resources",
    "Summary",
    "exclusive",
    "finish",
    "plan",
    "plan_with_sites",
    "repair",
    "reprocess",
    "run",
    "with_sites",
    "work",
]


def __getattr__(name: str) -> object:
    # Loaded with the first use: workers and the server they are forked from need no engine, and wait for none.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ingest.corpus.runs import driving, engine, planning

    room = planning if name in ("Plan", "plan") else driving if name == "Progress" else engine
    found: object = getattr(room, name)
    globals()[name] = found
    return found
