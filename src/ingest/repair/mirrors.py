"""What a mirror did to a page, undone: glosses and phase slips together, since each is evidence for the other."""

import re

from ingest.repair import glosses
from ingest.repair.characters import LETTERS, TONED
from ingest.traced import Change

_DAMAGED = re.compile(rf"[({chr(0xFF08)}?？] ?[{LETTERS}]{{0,6}}[{LETTERS}{TONED}] ?[)）]")
_ORPHAN = re.compile(rf"[?？]([{LETTERS}]{{1,6}}) ?[)）]")


def changes(text: str) -> list[Change]:
    """All repairs of a page's mirror damage."""
    if not _DAMAGED.search(text):
        return []
    orphans = [m for m in _ORPHAN.finditer(text) if re.search(f"[{TONED}]", m[1])]
    found = glosses.scan(text)
    verdict = glosses.judge(text, found, len(orphans))
    return [Change(g.start, g.end, "", "pinyin-gloss", verdict.certainty) for g in verdict.remove]
