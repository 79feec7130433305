"""Folders of pages as Parquet datasets: sources, store, workers, engine, checks.

sources   what there is under a raw folder, and how a page is read (feeds, warc and responses, mhtml, inflate below it)
planning  what is to be done, and why
workers   pages curated in processes of their own, with limits (server: what they are forked from)
bucket    one bucket from its old state to its new one
engine    the work and its end; run and reprocess in one call
store     the curated folder: places, locks, recovery, commit (journal, ledger, tables, schema below it)
checks    the invariants, proven on a curated folder
learn     a language model from a curated folder
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ingest.corpus.engine import Progress, exclusive, finish, repair, reprocess, run, work
    from ingest.corpus.planning import Plan, plan
    from ingest.corpus.summary import Summary
    from ingest.corpus.workers import Resources

__all__ = [
    "Plan",
    "Progress",
    "Resources",
    "Summary",
    "exclusive",
    "finish",
    "plan",
    "repair",
    "reprocess",
    "run",
    "work",
]


def __getattr__(name: str) -> object:
    # Loaded with the first use: workers and the server they are forked from need no engine, and wait for none.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from ingest.corpus import engine, planning

    found: object = getattr(planning if name in ("Plan", "plan") else engine, name)
    globals()[name] = found
    return found
