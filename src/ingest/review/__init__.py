"""Review pages: what was done to a page, to be looked at.

Static, self-contained HTML: one file a document, and an index over a curated folder. Nothing is loaded from anywhere, so
a page can be opened from a disk, mailed or kept. Statistics of the folder and two versions of a document likewise. Reads the datasets, never the pipeline.
"""

from ingest.review.charts import report
from ingest.review.corpus import save, write
from ingest.review.fulltext import Indexed
from ingest.review.render import page
from ingest.review.statistics import Statistics, collect
from ingest.review.versions import versions

__all__ = ["Indexed", "Statistics", "collect", "page", "report", "save", "versions", "write"]
