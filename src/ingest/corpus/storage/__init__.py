"""A curated folder on disk: where what is, how a bucket goes from one state to the next, and what is known of it.

store      the folder: places, locks, recovery, commit        folder    what it says of itself: buckets, raw root, columns
schema     the datasets, their Arrow schemas                  parquet   Parquet files written and read document by document
journal    all or nothing for several files                   ledger    what a bucket was made from, with digests
checksums  whether a file's pages carry one                 place     where the folder lies: a disk, or object storage
mirror     a folder in object storage, followed by one on a disk

It knows nothing of raw files, pages or how rows are made.
"""
