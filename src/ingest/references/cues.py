"""The words by which references and amending decisions are read (`cues.tsv`), as parts of the expressions that look for them.

What a word means depends on where it stands: each row says so by its role, and is tried there on an example and on a text
that only looks like one.
"""

import re
from collections.abc import Callable
from functools import cache

from ingest import rules
from ingest.han import kinds
from ingest.patterns import pattern

TABLE = rules.Table("ingest.references", "cues.tsv", ("id", "role", "word", "example", "lookalike"))

_KIND = rf"(?:法典|{kinds.ANY})"
_UNNAMED = pattern(r"《[^》]*》")


def _expression(frame: str, made: Callable[[str], str] = str) -> Callable[[str, str], bool]:
    return lambda word, text: re.search(frame.replace("WORD", f"(?:{word})"), made(text)) is not None


def _right_before(word: str, text: str) -> bool:
    """In the two characters before 前章, 本节."""
    return any(
        re.search(word, text[max(0, found.start() - 2) : found.start()])
        for found in re.finditer(r"[前上本][章节编]", text)
    )


_ROLES: dict[str, Callable[[str, str], bool]] = {
    "modifier": _expression(rf"[本该]WORD{_KIND}"),
    "itself": _expression("本WORD第"),
    "sibling": _right_before,
    "before-number": _expression("WORD(?:云政发|中华)"),
    "said": _expression("WORD[^。；，：]{1,24}[、和]$"),
    "counted": _expression("第[一二三][条款项]WORD"),
    "part-before": _expression("WORD[（(]"),
    "part-behind": _expression("[）)]WORD"),
    "attachment-behind": _expression("[0-9]WORD"),
    "measured": _expression("[0-9]WORD"),
    "attachment-owner": _expression("WORD附件"),
    "range": _expression("第三条WORD第"),
    "list": _expression("第三条WORD第"),
    "list-whole": _expression("第三条WORD第"),
    "strong": _expression(rf"WORD(?=[一-鿿]+{_KIND}$|[一-鿿]法$)"),
    "weak": _expression("[一-鿿]WORD[一-鿿]"),
    "no-law": _expression("WORD$"),
    "law": _expression("WORD$"),
    "names": _expression(r"WORD(?:[（(].*)?$"),
    "paper": _expression("WORD$"),
    "edition": _expression(r"\(WORD\)$"),
    "short": _expression("[（(]WORD"),
    "amends": _expression("WORD[^《》]*《"),
    "several": _expression("WORD", lambda title: _UNNAMED.sub("", title)),
    "section": _expression("^WORD《"),
    "lead": _expression("WORD[：:]?$"),
    "closing": _expression("^WORD"),
    "deed": _expression("WORD"),
}
"""How a word of each role is found in a text that shows it."""


@cache
def _cues() -> list[tuple[str, str]]:
    """Role and word of each row: asked for by some thirty expressions while this room is loaded."""
    return [(row.one_of("role", _ROLES), row["word"]) for row in TABLE.rows()]


def words(*roles: str) -> list[str]:
    """The words of some roles, in the order of the table."""
    return [word for role, word in _cues() if role in roles]


def any_of(*roles: str) -> str:
    """The words of some roles as an expression without a group that can be counted."""
    return f"(?:{'|'.join(words(*roles))})"


def takes(row: rules.Row, text: str) -> bool:
    """Whether a row's word stands in a text in its place."""
    return _ROLES[row.one_of("role", _ROLES)](row["word"], text)
