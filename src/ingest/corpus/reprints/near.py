"""Whether two documents are one, reprinted: candidates by MinHash, the verdict by the texts themselves.

A reprint has other chrome left on it, other punctuation, a few other characters where one of the two was damaged. But two
districts that fill in one template, or one plan in two years, differ by no more than that: no threshold on similarity
tells them apart. So similarity only finds candidates, and each pair is then aligned. What may differ is written down
here; anything else (a number, a word, the title, the issuer) makes two documents of them. A reprint that is missed costs
a reader little, a law that is called the copy of another costs him the law.
"""

import re
import unicodedata
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from ingest.han import numerals
from ingest.han.usual import is_usual
from ingest.patterns import pattern

if TYPE_CHECKING:
    import numpy as np

SHINGLE = 5
"""Characters a shingle."""
HASHES, BAND = 48, 4
"""Hashes of a signature, and those of them that have to agree for a pair to be looked at."""
SHORTEST = 150
"""Letters and ideographs below which too little is left to tell a reprint from its like."""
LIKELY = 0.55
"""Share of equal hashes below which a pair is not aligned."""
ENOUGH = 0.7
"""Share of shingles in common below which it is not one document, whatever the difference is."""

_SENTENCE = pattern(r"[\n。！？!?；;]+")
_NUMERAL = pattern(f"[0-9{numerals.HAN}万亿]")
_VERSION = pattern(r"修正|修订|修改|废止|草案|征求意见|送审|试行|暂行|解读")
_OTHER = pattern(r"[^\w\ufffd□■\ue000-\uf8ff]+|_+")
_LOST = pattern(r"[\ufffd□■\ue000-\uf8ff]+")
_BODY = pattern(r"(?:政府|办公厅|办公室|委员会|委|部|厅|局|院|会|网|报|社)$")
_LONG_BLOCK = 600
"""Characters of a stretch without a sentence in common that are compared one by one."""
_FRAME, _FRAME_SHARE = 200, 0.1
"""Characters before or behind what is common, and their share of it: a source line, a reprint note."""
_SLIPS_SHARE = 0.01
"""Share of characters that may differ one for one."""


class Text(NamedTuple):
    """What of a document decides whether it is another."""

    title: str | None
    issuer: str | None
    document_number: str | None
    issued_on: str | None
    damaged: bool
    """Known to hold characters that are lost, or repaired by a guess."""
    text: str


class Verdict(NamedTuple):
    """Two documents are one: how alike they are, and in what they differ."""

    similarity: float
    chars: int
    slips: int
    frame: int


@lru_cache(maxsize=1)  # letters and figures of one text are asked for together
def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def letters(text: str) -> str:
    """The text without all that reprinting changes: width, case, white space, punctuation. Signs of loss stay."""
    return _OTHER.sub("", _normal(text).lower())


# -------------------------------------------------------------------- candidates


def signature(text: str) -> "np.ndarray[tuple[int], np.dtype[np.uint32]] | None":
    """The least of each hash over all shingles; None for a text too short. The same on every machine."""
    import numpy as np

    plain = letters(text)
    if len(plain) < SHORTEST:
        return None
    codes = np.frombuffer(plain.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    size = len(codes) - SHINGLE + 1
    rolled = np.zeros(size, np.uint64)
    for at in range(SHINGLE):
        rolled = rolled * np.uint64(0x100000001B3) + codes[at : at + size]
    shingles = _mixed(rolled).astype(np.uint32)
    seeds = _mixed(np.arange(1, 2 * HASHES + 1, dtype=np.uint64)).astype(np.uint32)
    factors, summands = seeds[:HASHES, None] | np.uint32(1), seeds[HASHES:, None]
    least = np.full(HASHES, 0xFFFFFFFF, np.uint32)
    for start in range(0, size, 1024):  # linear in the text, and within the processor's cache
        some = shingles[None, start : start + 1024] * factors
        some += summands
        np.minimum(least, some.min(axis=1), out=least)
    return least


def _mixed(values: "np.ndarray[tuple[int], np.dtype[np.uint64]]") -> "np.ndarray[tuple[int], np.dtype[np.uint64]]":
    """Every bit made to depend on every other (the finaliser of splitmix64)."""
    import numpy as np

    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        values = (values ^ (values >> np.uint64(shift))) * np.uint64(factor)
    return values ^ (values >> np.uint64(31))


def figures(text: str) -> str:
    """The figures of a text in their order: what reprints share, and years of one plan do not."""
    return " ".join(re.findall(r"[0-9]+", _normal(text)))


def candidates(
    signatures: "np.ndarray[tuple[int, int], np.dtype[np.uint32]]",
    figured: "np.ndarray[tuple[int], np.dtype[np.uint64]]",
    rows: "np.ndarray[tuple[int], np.dtype[np.int64]] | None" = None,
) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
    """Pairs of rows worth aligning, the smaller first, in order. Rows must be in the order in which documents stand.

    `figured` is what figures each has; `rows`: where each one's signature is, if `signatures` are of more and in another
    order (signatures are most of what is held of a document, so they are not put in order for this).
    Rows that agree in a band are neighbours once they are sorted by it. In a large group (a template that thousands fill
    in) a row is paired with few: the first and the two before it that have its figures. So the cost stays linear.
    """
    import numpy as np

    count = len(figured)
    if count < 2:
        return np.empty((0, 2), np.int64)
    places = np.arange(count) if rows is None else rows
    pairs = []
    for start in range(0, HASHES, BAND):
        keys = np.zeros(count, np.uint64)
        for column in range(start, start + BAND):
            keys = _mixed(keys + signatures[places, column])
        _, band = np.unique(keys, return_inverse=True)
        order = np.lexsort((np.arange(count), figured, band))
        sorted_band, sorted_figures = band[order], figured[order]
        sizes = np.bincount(band)[sorted_band]
        run_start = np.r_[True, (sorted_band[1:] != sorted_band[:-1]) | (sorted_figures[1:] != sorted_figures[:-1])]
        first = np.maximum.accumulate(np.where(run_start, np.arange(count), 0))
        found = [(first, np.arange(count))]
        for step in range(1, 8):
            here, before = np.arange(step, count), np.arange(count - step)
            near = (sorted_band[here] == sorted_band[before]) & (
                (sizes[here] <= 8) | ((sorted_figures[here] == sorted_figures[before]) & (step <= 2))
            )
            found.append((before[near], here[near]))
        one = order[np.concatenate([a for a, _ in found])]
        two = order[np.concatenate([b for _, b in found])]
        low, high = np.minimum(one, two), np.maximum(one, two)
        packed = np.unique((low * count + high)[low != high])
        low, high = np.divmod(packed, count)
        alike = np.concatenate(
            [np.empty(0)]
            + [
                (signatures[places[low[at : at + 4096]]] == signatures[places[high[at : at + 4096]]]).mean(axis=1)
                for at in range(0, len(low), 4096)
            ]
        )
        pairs.append(packed[alike >= LIKELY])
    return np.stack(np.divmod(np.unique(np.concatenate(pairs)), count), axis=1)


# -------------------------------------------------------------------- the verdict


def verdict(one: Text, two: Text) -> Verdict | None:
    """How two texts that are much alike are one document; None where they are two."""
    for a, b in ((one.document_number, two.document_number), (one.issued_on, two.issued_on)):
        if a and b and letters(a) != letters(b):
            return None
    if not (_same_body(one.issuer, two.issuer) and _same_title(one.title, two.title)):
        return None
    differences = _differences(_sentences(one.text), _sentences(two.text), one.damaged or two.damaged)
    if differences is None:
        return None
    slips, frame = differences
    a, b = letters(one.text), letters(two.text)
    chars = min(len(a), len(b))
    if frame > max(_FRAME_SHARE * chars, 20) or slips > max(2.0, _SLIPS_SHARE * chars):
        return None
    shared = similarity(a, b)
    return Verdict(shared, chars, slips, frame) if shared >= ENOUGH else None


def similarity(one: str, two: str) -> float:
    """Shingles in common, of all."""
    a, b = ({text[n : n + SHINGLE] for n in range(len(text) - SHINGLE + 1)} for text in (one, two))
    return round(len(a & b) / max(1, len(a | b)), 4)


def _same_body(one: str | None, two: str | None) -> bool:
    if not one or not two:
        return True
    a, b = letters(one), letters(two)
    return a in b or b in a


def _same_title(one: str | None, two: str | None) -> bool:
    if not one or not two:
        return True
    a, b = sorted((letters(one), letters(two)), key=len)
    if len(a) == len(b):
        unlike = [(x, y) for x, y in zip(a, b, strict=True) if x != y]
        return all((_LOST.match(x) or _LOST.match(y)) and not _NUMERAL.search(x + y) for x, y in unlike)
    # The issuing body before a title, the site behind it.
    rest = b.removesuffix(a) if b.endswith(a) else b.removeprefix(a) if b.startswith(a) else None
    return rest is not None and len(a) >= 6 and bool(_BODY.search(rest)) and not _NUMERAL.search(rest)


def _sentences(text: str) -> list[str]:
    return [plain for part in _SENTENCE.split(text) if (plain := letters(part))]


def _differences(one: list[str], two: list[str], damaged: bool) -> tuple[int, int] | None:
    """Characters that differ one for one, and characters that only one has at its ends; None where more differs."""
    blocks = SequenceMatcher(None, one, two).get_opcodes()
    slips = frame = 0
    seen: set[tuple[str, str]] = set()
    for n, (what, a, b, c, d) in enumerate(blocks):
        if what == "equal":
            continue
        left, right = "".join(one[a:b]), "".join(two[c:d])
        if left == right:
            continue
        first, last = n == 0, n == len(blocks) - 1
        if max(len(left), len(right)) > _LONG_BLOCK:
            return None
        found = _slips(left, right, first, last, damaged, seen) if first or last or (left and right) else None
        if found is None:
            return None
        slips, frame = slips + found[0], frame + found[1]
    return (slips, frame) if frame <= 2 * _FRAME else None


def _slips(
    left: str, right: str, first: bool, last: bool, damaged: bool, seen: set[tuple[str, str]]
) -> tuple[int, int] | None:
    """The same for a stretch without a sentence in common, at the beginning or the end of the texts or within."""
    slips = frame = 0
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    for n, (what, a, b, c, d) in enumerate(blocks):
        if what == "equal":
            continue
        x, y = left[a:b], right[c:d]
        at_end = (first and n == 0) or (last and n == len(blocks) - 1)
        if at_end and not (x and y):
            # More than one has at its end; but not what makes another version of it.
            if len(x + y) > _FRAME or _VERSION.search(x + y):
                return None
            frame += len(x + y)
        elif _NUMERAL.search(x + y):  # a figure that is lost may have been any
            return None
        elif (_LOST.fullmatch(x) or _LOST.fullmatch(y)) and len(x) <= 2 * len(y) and len(y) <= 2 * len(x):
            slips += max(len(x), len(y))
        elif len(x) == len(y) == 1 and (
            damaged or is_usual(x) != is_usual(y)
        ):  # what damage makes of a character mostly is not usual
            # Names differ wherever they stand: what differs twice in one way is no slip.
            if (x, y) in seen:
                return None
            seen.add((x, y))
            slips += 1
        else:
            return None
    return slips, frame
