"""Bodies that issue documents, by what their names end in (`bodies.tsv`)."""

from ingest import rules
from ingest.han.words import alternatives, spellings
from ingest.patterns import pattern

TABLE = rules.Table("ingest.han", "bodies.tsv", ("ending", "traditional", "site", "example"), unique=("ending",))
ENDINGS = spellings(TABLE.rows(), "ending")
SITES = spellings((row for row in TABLE.rows() if row.one_of("site", ("yes", "no")) == "yes"), "ending")
"""Those that a part of `<title>` may have for being the name of a site."""
ENDING = alternatives(ENDINGS)
"""Any of them, to be put into other expressions."""
LINE = pattern(rf"[一-鿿\s、()（）]{{1,40}}(?:{ENDING})")
"""A whole line that names a body, or several."""
