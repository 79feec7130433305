"""Undo damage that mirrors and broken conversions did to the text itself.

Three functions, each from a text to `Change`s: `encodings` (text decoded as what it is not, entities, escapes),
`mirror` (pinyin glosses, and the phase slips that inserting them into bytes caused) and, after both, `remains` (characters
that no curated text holds, folded; lines that are still no text, flagged). A cheap pass tells whether a page
is damaged at all; a clean page pays for that pass and for nothing else.
"""

from collections.abc import Sequence

from ingest.config import Config
from ingest.repair import encodings as _encodings
from ingest.repair import folding as _folding
from ingest.repair import mirrors as _mirrors
from ingest.repair import unreadable as _unreadable
from ingest.repair.learnt import Told, known
from ingest.traced import Change

__all__ = ["Told", "encodings", "known", "likelihoods", "mirror", "parted", "remains"]


def encodings(text: str, config: Config) -> list[Change]:
    """Text that was decoded as something it is not, entities and escapes, as changes."""
    return _encodings.changes(text, config)


def mirror(text: str, config: Config, known: Told | None = None) -> list[Change]:
    """Pinyin glosses and phase slips, as changes in offsets of `text`; a slip without an answer is declined. `known` is what
    the pages of the page's site have in common."""
    return _mirrors.changes(text, config, known)


def remains(text: str, config: Config) -> list[Change]:
    """Control characters, compatibility ideographs and radicals, folded; what is no text after all repairs, declined."""
    return [*_folding.changes(text), *_unreadable.changes(text, config), *_unreadable.marked(text)]


def likelihoods(texts: Sequence[tuple[str, str]]) -> list[float]:
    """Natural log-probabilities, by the language model, of texts behind others (what stands before, text): for stages that
    choose between readings."""
    from ingest.repair import model  # brings numpy and the tables: only where there is a choice

    return model.general().totals(texts)


def parted(text: str, spans: Sequence[tuple[int, int, str]]) -> list[int]:
    """Places within stretches of a text (start, end, what a table makes of it) at which words part, for those that look like
    words of the table and are none there."""
    if not spans:
        return []
    from ingest.repair import division  # brings numpy and the tables: only where there is a choice

    return division.parted(text, spans)
