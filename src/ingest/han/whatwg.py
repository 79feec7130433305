"""Where browsers read gb18030 and Big5 otherwise than Python's codecs do (the WHATWG Encoding Standard): whatwg.tsv."""

from functools import cache

from ingest.rules import Table

DIFFERENCES = Table(
    "ingest.han", "whatwg.tsv", ("encoding", "code", "points"), optional=("points",), unique=("encoding", "code")
)


@cache
def differences() -> dict[str, dict[bytes, str]]:
    """What browsers show for a code, by encoding (`gb18030`, `big5`); not to be changed."""
    tables: dict[str, dict[bytes, str]] = {"gb18030": {}, "big5": {}}
    for row in DIFFERENCES.rows():
        characters = "".join(chr(int(point, 16)) for point in row["points"].split())
        tables[row.one_of("encoding", tables)][bytes.fromhex(row["code"])] = characters
    return tables
