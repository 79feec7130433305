"""Captions of the parts of a picture: a） 立面, b） 平面 right above 图3-1 that names the whole."""

from collections.abc import Sequence

from ingest.outline import bullets
from ingest.outline.candidates import Marker
from ingest.outline.lines import COLONS, LogicalLine
from ingest.patterns import pattern

_LETTER = pattern(r"(?<![A-Za-z\d（(])[（(]?([a-z])[)）][ \t\u3000\xa0]{0,4}(?=[^\s)）])")
_STOPPED = pattern(rf"[。；;，,{COLONS}]$")
_LONGEST = 120  # characters of a line of such captions, of which one line may hold several
_MOST = 12  # lines of them


def of_parts(
    text: str, lines: Sequence[LogicalLine], candidates: Sequence[Marker]
) -> tuple[list[LogicalLine], list[Marker]]:
    """The lines, of which those that name the parts of a picture are captions, and the candidates without their letters.

    They are two and more letters from a on, without a stop, right above the caption of the picture; letters that a sentence ending in
    a colon opens are a list.
    """
    lettered = {c.start for c in candidates if c.style.kind == "letter"}
    out, spans = list(lines), []
    for i, line in enumerate(lines if lettered else ()):
        if i and bullets.pictured(text, line) and lines[i - 1].start in lettered:
            first = _first(text, lines, i, lettered)
            for n in range(first, i):
                out[n] = lines[n]._replace(role="caption")
            if first < i:
                spans.append((lines[first].start, lines[i - 1].end))
    if not spans:
        return out, list(candidates)
    return out, [c for c in candidates if not any(start <= c.start < end for start, end in spans)]


def _first(text: str, lines: Sequence[LogicalLine], end: int, lettered: set[int]) -> int:
    """The number of the first line of the captions right above the line `end`; `end` if there are none."""
    letters: list[str] = []
    for n in range(end - 1, max(-1, end - 1 - _MOST), -1):
        line = lines[n]
        if (
            line.role is not None
            or line.start not in lettered
            or line.end - line.start > _LONGEST
            or _STOPPED.search(text, line.end - 1, line.end)
        ):
            return end
        own = [found[1] for found in _LETTER.finditer(text, line.start, line.end)]
        letters[:0] = own
        if own and own[0] == "a":
            counted = letters == [chr(ord("a") + k) for k in range(len(letters))]
            opened = n > 0 and text[lines[n - 1].end - 1] in COLONS
            return n if counted and len(letters) >= 2 and not opened else end
    return end
