"""Review pages: what was done to a page, to be looked at.

Static, self-contained HTML: one file a document, and an index over a curated folder. Nothing is loaded from anywhere, so
a page can be opened from a disk, mailed or kept. Reads the datasets, never the pipeline.
"""

from ingest.review.corpus import save, write
from ingest.review.render import page

__all__ = ["page", "save", "write"]
