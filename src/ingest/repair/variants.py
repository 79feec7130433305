"""Rare forms that a mirror's font table put for usual characters: 咊 for 和, 悳 for 德.

Asked only of pages on which a mirror's readings were found, or the pages of whose site are known to have them, and put back only where the usual character is far likelier in
its place. A guess: names have such characters too.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from ingest.repair.domain import AnyModel
from ingest.repair.glosses import BY_SITE
from ingest.rules import Table
from ingest.traced import Change

TABLE = Table("ingest.repair", "variants.tsv", ("character", "usual"), unique=("character",))
RULE = "font-variant"
RATHER = 8.0
"""Natural logarithms by which the text around must be likelier with the usual character: it holds words with it, then."""
AROUND = 3
"""Characters before and behind that are asked about."""


@cache
def _usual() -> dict[str, str]:
    return {row["character"]: row["usual"] for row in TABLE.rows()}


@cache
def _any() -> re.Pattern[str]:
    return re.compile(f"[{''.join(_usual())}]")


def known(text: str) -> frozenset[str]:
    """Those that a text holds."""
    return frozenset(_any().findall(text))


def changes(text: str, done: Sequence[Change], model: AnyModel, only: str = "") -> Iterator[Change]:
    """A change for each such character outside of what is `done`. `only`: those that the pages of the site are known to have."""
    spans = [(c.start, c.end) for c in done]
    for match in _any().finditer(text):
        at = match.start()
        if only and match[0] not in only:
            continue
        if any(start <= at < end for start, end in spans):
            continue
        before, behind = text[max(0, at - AROUND) : at], text[at + 1 : at + 1 + AROUND]
        usual = _usual()[match[0]]
        gain = model.total(usual + behind, before or "\n") - model.total(match[0] + behind, before or "\n")
        if gain > RATHER:
            note = f"a rare form of {usual}, which is likelier here by {gain:.1f}" + (f"; {BY_SITE}" if only else "")
            yield Change(at, at + 1, usual, RULE, "guess", note)
