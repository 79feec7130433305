"""`ingest check`: what a curated folder promises, proven from what is on disk.

checks      the folder: files, digests, rows without a document, pages without a row
invariants  one document, from its rows alone

It reads and never writes; who repairs is `runs`.
"""
