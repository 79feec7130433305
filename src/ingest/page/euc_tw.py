"""EUC-TW, which Python has no codec for: CNS 11643 in terms of Big5.

Its planes 1 and 2 hold Big5's characters in nearly Big5's order, so a table of 87 runs (euc_tw.tsv) is all that is needed.
Other planes (names, for the most part) and bad bytes become U+FFFD. Browsers refuse the encoding; archives hold it.
"""

import re
from functools import lru_cache

from ingest.rules import Table

RUNS = Table("ingest.page", "euc_tw.tsv", ("plane", "code", "big5", "size"), unique=("plane", "code"))
_CODE = re.compile(rb"\x8e[\xa1-\xb0][\xa1-\xfe]{2}|[\xa1-\xfe]{2}|[\x80-\xff]")


@lru_cache(maxsize=1)
def _table() -> dict[bytes, str]:
    """Each code of planes 1 and 2, and its character."""
    found: dict[bytes, str] = {}
    for row in RUNS.rows():
        start, there = int(row["code"], 16), int(row["big5"], 16)
        at = ((start >> 8) - 0xA1) * 94 + (start & 0xFF) - 0xA1
        place = ((there >> 8) - 0xA1) * 157 + (there & 0xFF) - (0x40 if (there & 0xFF) < 0x7F else 0xA1 - 63)
        for n in range(row.whole_number("size")):
            cell = (place + n) % 157
            big5 = bytes(((place + n) // 157 + 0xA1, cell + (0x40 if cell < 63 else 0xA1 - 63)))
            code = bytes(((at + n) // 94 + 0xA1, (at + n) % 94 + 0xA1))
            char = big5.decode("cp950")
            found[b"\x8e" + bytes((0xA0 + row.whole_number("plane"),)) + code] = char
            if row["plane"] == "1":
                found[code] = char
    return found


def decode(raw: bytes) -> str:
    """Bytes in EUC-TW as text.

    >>> decode(b"\\xc4\\xe3\\xc5\\xc6, \\x8e\\xa2\\xa1\\xa1")
    '中文, 乂'
    """
    table = _table()
    parts: list[str] = []
    at = 0
    for match in _CODE.finditer(raw):
        parts += (raw[at : match.start()].decode("ascii"), table.get(match[0], "\N{REPLACEMENT CHARACTER}"))
        at = match.end()
    return "".join((*parts, raw[at:].decode("ascii")))
