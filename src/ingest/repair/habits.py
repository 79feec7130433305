"""What a damaged page says of itself: the characters, marks and widths it uses, what it annotates, its own turns of phrase.

The search for phase slips weighs with it what the language model alone could not tell apart.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.repair import bytes as gbk_bytes
from ingest.repair.characters import simplified, simplified_forms, traditional_forms
from ingest.repair.domain import AnyModel
from ingest.repair.glosses import Gloss, Table
from ingest.repair.hypotheses import Evidence
from ingest.repair.model import encode, symbols

ENOUGH = 4
"""Marks of one width that show a page's habit."""
RARE = -15.5
"""Characters less likely than this, by themselves and on this page, are not tried where nothing is known."""


def evidence(
    text: str,
    found: Sequence[tuple[int, int]],
    glosses: Sequence[Gloss],
    table: Table,
    prior: float,
    model: AnyModel,
    toneless: bool = False,
    converted: bool = False,
) -> Evidence:
    """What the page says of itself, its damaged spots left out. `prior`: what a restoration costs there (`ON_MIRROR`, `ON_SITE`, `ALONE`)."""
    parts, at = [], 0
    for start, end in sorted([(g.start, g.end) for g in glosses] + [(start, end + 8) for start, end in found]):
        parts.append(text[at:start])
        at = max(at, end)
    clean = "".join((*parts, text[at:]))
    if converted:
        clean, table = simplified(clean), table.simplified()
    traditional = not converted and _is_traditional(clean[:20_000])
    strange = gbk_bytes.strangeness(traditional).copy()
    points = np.frombuffer(clean.encode("utf-32-le", "surrogatepass"), np.uint32)
    seen = np.bincount(points[points < 0x10000], minlength=0x10000)
    strange[seen >= 2] = 0
    strange[0x3000] += 20.0  # the model passes over spaces, so a wildcard would become one for nothing
    _mind_variants(strange, seen)
    sensible = (model.unigrams[symbols()] - strange > RARE) | (seen >= 2)
    sensible[0] = False
    always = np.zeros(0x10000, bool)
    always[[ord(c) for c in table.readings if table.annotated[c] > 1 and table.always(c) and ord(c) < 0x10000]] = True
    keys, shares = _own_trigrams(clean)
    return Evidence(
        traditional,
        strange,
        sensible,
        always,
        table.readings,
        keys,
        shares,
        prior,
        toneless,
        converted,
        _widths(clean),
    )


def _is_traditional(text: str) -> bool:
    """Whether characters that only Traditional has outnumber those that only Simplified has."""
    forms, back = simplified_forms(), traditional_forms()
    balance = sum((ord(c) in forms) - (c in back and ord(c) not in forms and c not in back[c]) for c in text)
    return balance > 0


def _widths(text: str) -> dict[int, int]:
    """For each mark (brackets: both) that the page has beside Chinese in one width only, the other width to that."""
    table: dict[int, int] = {}
    for narrow, wide in ((",", "，"), (";", "；"), (":", "："), ("()", "（）"), ("!", "！"), ("?", "？")):
        mark, wides = f"[{re.escape(narrow)}]", len(re.findall(f"[{wide}]", text))
        has = len(re.findall(f"[\u3400-\u9fff]{mark}|{mark}[\u3400-\u9fff]", text))
        if has >= ENOUGH and not wides:
            table |= dict(zip(map(ord, wide), map(ord, narrow), strict=True))
        elif wides >= ENOUGH and not has:
            table |= dict(zip(map(ord, narrow), map(ord, wide), strict=True))
    return table


def _mind_variants(strange: NDArray[np.float32], seen: NDArray[np.int64]) -> None:
    """Forms that the page never uses, where it uses another form of the same character or mark; small letters that it has nowhere."""
    back = traditional_forms()
    for point in np.flatnonzero(seen[0x3400:0xA000] >= 2).tolist():
        char = simplified(chr(point + 0x3400))
        for other in (char, *back.get(char, "")):
            if ord(other) < 0x10000 and not seen[ord(other)]:
                strange[ord(other)] = max(float(strange[ord(other)]), 6.0)
    for block in (slice(0xFF10, 0xFF1A), slice(0xFF21, 0xFF3B), slice(0xFF41, 0xFF5B)):
        strange[block][seen[block] == 0] += 6.0
    strange[0x61:0x7B][seen[0x61:0x7B] == 0] += 3.0
    for mark in "「」『』〔〕【】〈〉":
        if not seen[ord(mark)]:
            strange[ord(mark)] += 3.0


def _own_trigrams(text: str) -> tuple[NDArray[np.uint64], NDArray[np.float32]]:
    ids = encode(text)
    ids = ids[ids != 0x20].astype(np.uint64)
    if len(ids) < 50:
        return np.zeros(0, np.uint64), np.zeros(0, np.float32)
    pairs = ids[:-2] << np.uint64(16) | ids[1:-1]
    keys, counts = np.unique(pairs << np.uint64(16) | ids[2:], return_counts=True)
    contexts, context_counts = np.unique(pairs, return_counts=True)
    whole = context_counts[np.searchsorted(contexts, keys >> np.uint64(16))]
    return keys, (0.2 * counts / (whole + 1)).astype(np.float32)
