"""Pages are curated in processes of their own, with limits: `workers` is the pool, `server` and `warm` what they start from.

It knows how a page is read and curated, and nothing of buckets or datasets but their columns.
"""
