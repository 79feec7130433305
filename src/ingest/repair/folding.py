"""Characters that curated text does not hold, folded after every search has read them.

Control characters (what damage leaves, and what lost bytes are shown as), compatibility ideographs with a canonical
decomposition, and radicals that PDF fonts put for characters. The twelve ideographs of the compatibility block that are
characters of their own have no decomposition and stay; so do radicals that are listed as such.
"""

import unicodedata
from collections.abc import Iterator
from functools import cache

from ingest.patterns import pattern
from ingest.rules import Table
from ingest.traced import Change

TABLE = Table("ingest.repair", "radicals.tsv", ("radical", "character"), unique=("radical",))

_CONTROLS = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"
_ANY = pattern(f"[{_CONTROLS}\u2e80-\u2fdf\uf900-\ufad9\U0002f800-\U0002fa1f]")
_FOLDED = pattern(f"[{_CONTROLS}]+|[\u2e80-\u2fdf\uf900-\ufad9\U0002f800-\U0002fa1f]+")
_RADICAL = pattern("[\u2e80-\u2fdf]")
LISTED, NEAR = 4, 24
"""So many radicals in the order of their code points, each so near the last, are a list of radicals: no text has them so."""
_BREAKS = frozenset("\x0b\x0c\x1c\x1d\x1e\x85")
_MARKS = {chr(b): bytes((b,)).decode("cp1252") for b in (0x85, 0x91, 0x92, 0x93, 0x94, 0x95, 0x96, 0x97)}
"""What cp1252 has for control characters that text read as Latin-1 keeps: quotation marks, dashes, an ellipsis."""


def changes(text: str) -> Iterator[Change]:
    """An edit for each run of such characters."""
    first = _ANY.search(text)  # one class is five times as fast as two
    listed = _listed(text) if first else frozenset()
    for match in _FOLDED.finditer(text, first.start()) if first else ():
        run = match[0]
        if run[0] >= "\u2e80":
            yield from _forms(run, match.start(), listed)
            continue
        after, rule = _control(text, match.start(), match.end())
        yield Change(match.start(), match.end(), after, rule, "exact" if not after.strip() else "likely")


def _listed(text: str) -> frozenset[int]:
    """Offsets of radicals that stand in a list of them, as a dictionary's."""
    found: set[int] = set()
    row: list[int] = []
    for match in _RADICAL.finditer(text):
        at = match.start()
        if row and not (ord(text[at]) == ord(text[row[-1]]) + 1 and at - row[-1] <= NEAR):
            row.clear()
        row.append(at)
        if len(row) >= LISTED:
            found.update(row[-LISTED:])
    return frozenset(found)


@cache
def _radicals() -> dict[str, str]:
    return {row["radical"]: row["character"] for row in TABLE.rows()}


def _forms(run: str, at: int, listed: frozenset[int]) -> Iterator[Change]:
    for place, char in enumerate(run, at):
        if char >= "\u3000":
            folded, rule = unicodedata.normalize("NFC", char), "compatibility-ideograph"
        else:
            folded, rule = _radicals().get(char) or unicodedata.normalize("NFKC", char), "radical"
        if folded != char and place not in listed:
            yield Change(place, place + 1, folded, rule)


def _control(text: str, start: int, end: int) -> tuple[str, str]:
    """What stands for a run of control characters: nothing, a line break for those that break lines, cp1252's mark for one
    that stands alone."""
    run = text[start:end]
    if len(run) == 1 and run in _MARKS:
        return _MARKS[run], "control-mark"
    if _BREAKS.isdisjoint(run):
        return "", "control-character"
    beside = start == 0 or end == len(text) or text[start - 1] in "\n\r" or text[end] in "\n\r"
    return "" if beside else "\n", "control-character"
