"""What a mirror's damage has left on its page: flagged, so that nothing wrong stands there in silence.

Asked only of pages on which a mirror's damage was found. Three signs: question marks among punctuation where nobody asks,
readings in brackets behind a letter or a character that has no such reading, and stretches of characters that no text
holds side by side.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from ingest.patterns import pattern
from ingest.repair.domain import AnyModel
from ingest.repair.fluency import each
from ingest.repair.glosses import Gloss
from ingest.repair.quotes import asks
from ingest.traced import Change

_MARKS = pattern(
    "[?？][，。、；：！,;!”’」』》）)〕】/|]|[，。、；,;：:（(“「《][?？]|[?？](?=[\u3400-\u9fff]{0,2}[（(][a-z])"
)
WINDOWS = ((5, -11.0), (2, -14.5))
"""So many characters side by side, and the mean log-probability below which they are no text: of 3,000 clean paragraphs
eight and five have such a stretch, names mostly."""


def flags(text: str, done: Sequence[Change], found: Sequence[Gloss], model: AnyModel) -> Iterator[Change]:
    """A declined change over each place that is still damaged once `done` is made."""
    taken = sorted((c.start, c.end, c.after if c.applied else None) for c in done)
    covered = np.zeros(len(text) + 1, bool)
    for start, end, _ in taken:
        covered[start:end] = True
    for match in _MARKS.finditer(text):
        if not covered[match.start() : match.end()].any() and not asks(text, match.start()):
            yield _flag(text, *match.span(), "a question mark where nothing is asked")
    for gloss in found:
        strayed = not gloss.char or "@" <= text[gloss.start - 1] <= "~"
        if strayed and gloss.toned and not covered[gloss.start : gloss.end].any():
            yield _flag(text, gloss.start - 1, gloss.end, "a reading that belongs to no character here")
    yield from _strange(text, taken, model)


def _strange(text: str, taken: Sequence[tuple[int, int, str | None]], model: AnyModel) -> Iterator[Change]:
    parts: list[str] = []
    places: list[int] = []
    at = 0
    for start, end, after in taken:
        if start < at or after is None:
            continue
        parts += (text[at:start], after)
        places += [*range(at, start), *(-1 for _ in after)]
        at = end
    parts.append(text[at:])
    places += range(at, len(text))
    whole = "".join(parts)
    score = each(whole, model)
    where = np.array(places)
    wide = np.array([c >= "\u2e80" for c in whole], bool)
    usable = np.where(wide & (where >= 0), score, 0.0)
    high = 0
    for size, least in WINDOWS:
        if len(whole) < size:
            continue
        mean = np.convolve(usable, np.ones(size) / size, "valid")
        for n in np.flatnonzero(mean < least).tolist():
            span = where[n : n + size]
            if (span >= 0).all() and int(span[0]) >= high:
                high = int(span[-1]) + 1
                yield _flag(text, int(span[0]), high, "characters that do not stand side by side")
        high = 0


def _flag(text: str, start: int, end: int, why: str) -> Change:
    return Change(start, end, text[start:end], "mirror-remains", "guess", why, False)
