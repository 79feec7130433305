"""Tables of words in both scripts, as sets and as parts of expressions."""

import re
from collections.abc import Iterable

from ingest.rules import Row


def spellings(rows: Iterable[Row], word: str) -> tuple[str, ...]:
    """The words of some rows and their forms in Traditional script, the longest first."""
    every = {form for row in rows for form in (row[word], *row["traditional"].split())}
    return tuple(sorted(every, key=lambda form: (-len(form), form)))


def alternatives(words: Iterable[str]) -> str:
    """Words as an expression without a group."""
    return "|".join(re.escape(word) for word in words)
