"""What is no text after all repairs: garbage of any kind is flagged, so that nobody takes it for a document.

Chinese text has a mean log-probability of -3 (statutes) to -5.5 a character under the model; poems of the Tang -8, lists of rare words
-10; text read in a wrong encoding -11.5 (as EUC-JP) to -15. So a line far below that, of which many characters are rare, is garbage. A
cheap count of rare characters decides which lines the model is asked about.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from ingest.config import Config
from ingest.han.usual import level1
from ingest.patterns import pattern
from ingest.repair import strange
from ingest.repair.characters import traditional_forms
from ingest.repair.lexicon import improbable
from ingest.repair.quotes import asks
from ingest.traced import Change

if TYPE_CHECKING:
    from ingest.repair.domain import AnyModel

LEAST = ((22, -11.2), (16, -11.6), (12, -12.4), (8, -13.0), (6, -14.0))
"""So many characters beyond ASCII, and the mean natural log-probability below which they are garbage. Of such
windows of 265,000 clean lines the worst in Chinese have -11.1 (Cantonese), -10.9, -12.0 and -12.2."""
MARKED = -13.3
"""The same where there are Chinese marks between few characters, as old verse has (荏菽斾斾，禾役穟穟。), and garbage only by chance."""
RARE = 0.2
DISTINCT = 6
"""Different rare characters: a list repeats a few."""
OFTEN = 4
"""Times that letters stand alone among Chinese, or Korean syllables among anything."""
AT_ONCE, BEFORE = 32, 4
"""Characters judged together, and how many of them before the first rare one."""
_WIDE = pattern("[^\x00-\x7f\xa0\u3000]")
OTHER, LETTERS, IDEOGRAPHS = "other", "letters", "ideographs"
"""Kinds: Japanese, or readings; letters; Chinese characters."""
_MARKS = pattern("[\u3400-\u9fff][，。、；][\u3400-\u9fff\n]|[\u3400-\u9fff]。$")
KANA = pattern("[\u3041-\u3096\u30a1-\u30fa]")
"""Letters of Japanese, without the marks that Chinese text has too."""
_JAPANESE = pattern("[のにはをがとでもしたるなれ]")
ZHUYIN = pattern("[\u3105-\u312fˊˇˋ˙]")
"""Readings as Taiwan writes them, and their tones: damage has one for each comma, a dictionary whole lines."""
_READ = pattern("[\u3105-\u312f]")
ASKED, AGAIN = 3, 16
"""Question marks on a line where nothing is asked, and characters to each of them at most, which make them signs for something else."""
_INSIDE = pattern("\\?(?=[\u3400-\u9fff])")
_ROW = pattern(r"(?<!\?)\?{2,}(?=[^?\s])")
_GAPS = pattern("(?<=[\u3400-\u9fff])[ 、,，/|·;；\t\u3000]+(?=[\u3400-\u9fff])")
ENTRY = 3.5
"""So many characters, on average, between signs that set apart the entries of a list, of which there are `OFTEN`: characters and names
that nobody knows are no garbage, and garbage is set apart by nothing."""
WORDED = 5
"""One pair of characters in so many is a word, at least, where a stretch of usual characters is text, whatever the model thinks of it."""
_MIXED = pattern("[\u0370-\u03ff\u0400-\u04ff\u2500-\u257f\u3105-\u312f\ue000-\uf8ff]")
_STRANGE = pattern(
    "[\x7f-\x9f\xa1-\xb6\xb8-\u1fff\u20a0-\u20bf\u2310-\u2321\u2500-\u25ff\u2c00-\u2dff\ua000-\uf8ff\ufb00-\ufdff\ufe70-\ufeff\uff61-\uff9f]"
)
"""Letters and signs that are not Chinese."""
_LONE = pattern("(?<=[\u3040-\u312f\u3400-\u9fff\u0370-\u04ff])[@-~]{1,3}(?=[\u3040-\u312f\u3400-\u9fff\u0370-\u04ff])")
"""A letter or two between Chinese ones: second bytes that lost their first."""


_DIALECTS = (
    "嘅嗰啲喺唔咗嚟佢冇嘢睇嗌攞噉咁囖嚹乜嘥諗搵啱喎嚿嘞囉咩吖噃冚唪唥瞓掟揸攰孖俾畀嚤孭冧嘈哋啩嗮晒曱甴咪嗱咋嘛啫揼摷餸靚撳"
    "侬覅伲囡脱朆垃嘸勿辰忒搭汏揩掰嗲囥毋佮袂遐囝呣佇阮咧嘿煞尪囥佗俺咱恁啥咋嘚嘎甭孬俩仨愣唠"
)
"""Characters of Cantonese, Wu, Min and northern speech, which their speakers write in every line."""


_COMMON = (
    "的是一不了我有人在这個个大上中来來就为為到国國和要以他也时時说說会會好们們你年可地还還很子出生多下家看没沒都能过過后後自得天对對么麼"
    "作发發本小那学學用去道里裡于於心行成着著经經之方点點现現而间間日面主然想事开開如实實工分理前业業所者当當但样樣只同高动動长長书書定公民起其最全部"
    "无無进進法比情些等回新文意感种種知外己机機力电電问問市明月老她真次体體什关關水从從重因与與给給三房务務手两兩话話果觉覺内內性又正常太加已"
    "门門相做合度位美把政第产產女此期东東员員代店西头頭入区區酒名平服化通应應表住十见見建打让讓别別系再才安"
)
"""The two hundred commonest characters: half of all text."""
_PLAIN = pattern(f"[^\x00-\x7f\xa0{_COMMON}\u3000，。、；：？！“”‘’（）《》…—·○□]{{8,}}")
"""Hardly any text goes on so long without one of them, but for names and lists, and rows of signs; garbage of usual characters does."""


@cache
def _usual() -> str:
    """Inside a pattern's brackets: the 3,755 ideographs of GB 2312's first level, their Traditional forms, those of dialects,
    signs of Chinese print, kana, enclosed and mathematical signs."""
    common = {*level1(), *_DIALECTS, *(t for c in level1() for t in traditional_forms().get(c, ""))}
    return "".join(sorted(c for c in common if "\u4e00" <= c <= "\u9fff"))


@cache
def _rare() -> re.Pattern[str]:
    """Ideographs that are not usual; private use."""
    return re.compile(f"[^\x00-\u33ff{_usual()}\uac00-\ud7ff\uf900-\U0010ffff]")


@cache
def _gate() -> re.Pattern[str]:
    """Everything that counts against a line, in one class: rare ideographs, letters of other scripts, private use, signs."""
    return re.compile(
        f"[^\x00-~\xa0·\u2000-\u209f\u20c0-\u230f\u2322-\u24ff\u2600-\u2bff\u2e00-\u3104\u3130-\u33ff{_usual()}"
        "\uf900-\ufaff\ufe00-\ufe6f\uff00-\uff60\uffa0-\uffff\U00010000-\U0010ffff]"
    )


@lru_cache(maxsize=1)
def lines(text: str) -> tuple[tuple[int, int, str], ...]:
    """The windows of a page, which both the search for encodings and the last look ask for."""
    return tuple(windows(text))


def windows(text: str) -> Iterator[tuple[int, int, str]]:
    """Windows that may be garbage: start, end, and which kind. One pass over the text finds the rare characters, one more where
    common ones are missing."""
    places = [match.start() for match in _gate().finditer(text)]
    found = [
        (first, last) for first, last in zip(places, places[DISTINCT - 1 :], strict=False) if last - first < AT_ONCE
    ]
    found += [match.span() for match in _PLAIN.finditer(text)]
    done = 0
    for first, _ in sorted(found):
        if first < done:
            continue
        low = max(done, text.rfind("\n", 0, first) + 1, first - BEFORE)
        piece = text[low : low + AT_ONCE].partition("\n")[0]
        kind = _kind(piece)
        if kind:
            done = low + len(piece)
        if kind and kind != OTHER:
            yield low, done, kind


def _kind(piece: str) -> str:
    wide = len(_WIDE.findall(piece))
    if wide < LEAST[-1][0]:
        return ""
    if len(_STRANGE.findall(piece)) * 2 > wide or len(strange.HANGUL.findall(piece)) >= OFTEN:
        return LETTERS
    kana, lone = len(KANA.findall(piece)), len(_LONE.findall(piece))
    if lone <= OFTEN and (
        len(ZHUYIN.findall(piece)) * 2 > wide or kana * 4 > wide or len(_JAPANESE.findall(piece)) > 1
    ):
        return OTHER
    gaps = len(_GAPS.findall(piece))
    if lone < OFTEN <= gaps and wide <= ENTRY * (gaps + 1):
        return ""
    rare = [*_rare().findall(piece), *_MIXED.findall(piece)]
    # Letters of readings named in a sentence (先學ㄅㄆㄇㄈ): damage that has them has more rare ideographs.
    if lone < OFTEN <= len(read := _READ.findall(piece)) and 2 * len(read) > len(rare):
        return OTHER
    plain = (one for one in _PLAIN.findall(piece) if len(set(filter(str.isalpha, one))) >= DISTINCT)
    if lone >= OFTEN or not all(map(_worded, plain)):
        return IDEOGRAPHS
    return IDEOGRAPHS if len(set(rare)) >= DISTINCT and len(rare) + kana > RARE * wide else ""


def _worded(stretch: str) -> bool:
    """Whether so many characters are words by twos that they are text: of what wrong readings leave, at most one pair in a hundred is."""
    pairs = len(stretch) - 1
    return WORDED * sum(improbable(stretch[at : at + 2]) is not None for at in range(pairs)) >= pairs


def marked(text: str) -> Iterator[Change]:
    """A declined change over each line on which question marks stand for characters that an encoding lacked: where nobody asks, right
    before a character, or in several rows that take up a good part of the line."""
    if text.count("?") < ASKED:
        return
    at = 0
    for line in text.split("\n"):
        signs = line.count("?")
        if signs >= ASKED and AGAIN * signs > len(line) - line.count(" "):
            inside = sum(not asks(line, m.start()) for m in _INSIDE.finditer(line))
            rows = len(_ROW.findall(line)) if signs >= DISTINCT and 3 * signs > len(line) - line.count(" ") else 0
            if (inside >= ASKED and 2 * inside > signs) or rows > 1:
                why = "question marks where characters stood"
                yield Change(at, at + len(line), line, "lost-bytes", "guess", why, False)
        at += len(line) + 1


def changes(text: str, config: Config) -> Iterator[Change]:
    """A declined change over each line that is garbage."""
    doubtful = lines(text)
    if not doubtful:
        return
    from ingest.repair.domain import chosen

    found: list[tuple[int, int]] = []
    for start, end, kind in doubtful:
        piece = text[start:end]
        if strange.strange(piece) if kind == LETTERS else _garbage(piece, chosen(config)):
            found.append((start, end))
    for start, end in _joined(found):
        why = "no text in any language that is known here"
        yield Change(start, end, text[start:end], "unreadable", "guess", why, False)


def _garbage(piece: str, model: "AnyModel") -> bool:
    """Whether a piece is no text by the language model, which knows Chinese: words of other scripts are taken out first."""
    from ingest.repair.fluency import fluency

    piece = strange.WORD.sub(" ", piece)
    wide = len(_WIDE.findall(piece))
    if wide < LEAST[-1][0]:
        return False
    least = next(score for size, score in LEAST if wide >= size)
    return fluency(piece, model) < (least if len(_MARKS.findall(piece)) < 2 else min(least, MARKED))


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
