"""What is no text after all repairs: garbage of any kind is flagged, so that nobody takes it for a document.

Chinese text has a mean log-probability of -4.8 a character under the model; poems of the Tang -8, lists of rare words -10;
text read in a wrong encoding -13 and less. So a line far below that, of which many characters are rare, is garbage. A
cheap count of rare characters decides which lines the model is asked about.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

from ingest.config import Config
from ingest.patterns import pattern
from ingest.repair.characters import traditional_forms
from ingest.traced import Change

GARBAGE, MARKED = -11.8, -13.3
"""Mean natural log-probability of a character below which a window is garbage; where it has Chinese marks between few
characters, as old verse has (荏菽斾斾，禾役穟穟。), and garbage only by chance."""
LEAST = 10
"""Characters beyond ASCII that a line must have to be judged."""
RARE = 0.2
DISTINCT = 6
"""Different rare characters: a list repeats a few."""
AT_ONCE, BEFORE = 32, 4
"""Characters judged together, and how many of them before the first rare one."""
_WIDE = pattern("[^\x00-\x7f\u3000]")
OTHER = "other"
"""Japanese, or another language."""
_MARKS = pattern("[\u3400-\u9fff][，。、；][\u3400-\u9fff\n]|[\u3400-\u9fff]。$")
KANA = pattern("[\u3041-\u3096\u30a1-\u30fa]")
"""Letters of Japanese, without the marks that Chinese text has too."""
_MIXED = pattern("[\u0370-\u03ff\u0400-\u04ff\u2500-\u257f\u3105-\u312f\ue000-\uf8ff]")
_OTHER = pattern("[\u0370-\u058f\u0600-\u1cff\uac00-\ud7a3]")
_SIGNS = pattern("[\x80-\xbf×÷]")
_WESTERN = pattern("[\x80-\xff]")


_DIALECTS = (
    "嘅嗰啲喺唔咗嚟佢冇嘢睇嗌攞噉咁囖嚹乜嘥諗搵啱喎嚿嘞囉咩吖噃冚唪唥瞓掟揸攰孖俾畀嚤孭冧嘈哋啩嗮晒曱甴咪嗱咋嘛啫揼摷餸靚撳"
    "侬覅伲囡脱朆垃嘸勿辰忒搭汏揩掰嗲囥毋佮袂遐囝呣佇阮咧嘿煞尪囥佗俺咱恁啥咋嘚嘎甭孬俩仨愣唠"
)
"""Characters of Cantonese, Wu, Min and northern speech, which their speakers write in every line."""


@cache
def _usual() -> str:
    """Inside a pattern's brackets: the 3,755 ideographs of GB 2312's first level, their Traditional forms, those of dialects,
    all but ideographs."""
    level1 = {bytes((a, b)).decode("gb2312", "ignore")[:1] for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF)} - {""}
    common = level1 | set(_DIALECTS) | {t for c in level1 for t in traditional_forms().get(c, "")}
    return "".join(sorted(c for c in common if "\u4e00" <= c <= "\u9fff")) + "\uac00-\ud7ff\uf900-\U0010ffff"


@cache
def _rare() -> re.Pattern[str]:
    """Ideographs that are not usual; private use."""
    return re.compile(f"[^\x00-\u33ff{_usual()}]")


@cache
def _gate() -> re.Pattern[str]:
    """Everything that counts against a line, in one class: rare ideographs, strange scripts, private use, Western signs."""
    letters = "\x00-\x7f\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u036f\u0500-\u24ff\u2580-\u3104\u3130-\u33ff"
    return re.compile(f"[^{letters}{_usual()}]")


def lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Windows in which a character in five is rare: start, end, and which kind. One pass over the text finds the rare ones."""
    places = [match.start() for match in _gate().finditer(text)]
    done = 0
    for first, last in zip(places, places[DISTINCT - 1 :], strict=False):
        if last - first >= AT_ONCE or first < done:
            continue
        low = max(done, text.rfind("\n", 0, first) + 1, first - BEFORE)
        piece = text[low : low + AT_ONCE].partition("\n")[0]
        kind = _kind(piece) if len(piece) >= LEAST else ""
        if kind:
            done = low + len(piece)
        if kind and kind != OTHER:
            yield low, done, kind


def _kind(piece: str) -> str:
    wide = len(_WIDE.findall(piece))
    if wide < LEAST:
        return ""
    if len(_SIGNS.findall(piece)) * 6 > wide and len(_WESTERN.findall(piece)) * 2 > wide:
        return "letters"
    kana, mixed = len(KANA.findall(piece)), _MIXED.findall(piece)
    if (kana * 8 > wide and len(set(mixed)) < 3) or len(_OTHER.findall(piece)) * 3 > wide:
        return OTHER
    rare = [*_rare().findall(piece), *mixed]
    return "ideographs" if len(set(rare)) >= DISTINCT and len(rare) + kana > RARE * wide else ""


def changes(text: str, config: Config) -> Iterator[Change]:
    """A declined change over each line that is garbage."""
    doubtful = list(lines(text))
    if not doubtful:
        return
    from ingest.repair import latin
    from ingest.repair.domain import chosen
    from ingest.repair.fluency import fluency

    model = chosen(config)
    found: list[tuple[int, int]] = []
    for start, end, kind in doubtful:
        piece = text[start:end]
        if kind == "letters":
            bad = sum(count for _, _, count in latin.broken(piece)) >= DISTINCT
        else:
            marks = len(_MARKS.findall(piece))
            bad = fluency(piece, model) < (GARBAGE if marks < 2 else MARKED)
        if bad:
            found.append((start, end))
    for start, end in _joined(found):
        why = "no text in any language that is known here"
        yield Change(start, end, text[start:end], "unreadable", "guess", why, False)


def _joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans that overlap, as one."""
    low = high = -1
    for start, end in spans:
        if start > high:
            if high >= 0:
                yield low, high
            low = start
        high = end
    if high >= 0:
        yield low, high
