"""A later version of ingest, in whichever process has this folder on its path: each dataset has one more column.

Rows that are curated say `new` there; the columns of yesterday's rows are null.
"""

from pydantic import Field, create_model

import ingest.models
import ingest.version

for name in ("Document", "Record", "Edit", "Rejection", "Duplicate"):
    old = getattr(ingest.models, name)
    added = (str | None, Field("new", description="Added later."))
    setattr(ingest.models, name, create_model(name, __base__=old, later=added))

ingest.version.__version__ = "0.2.0"
