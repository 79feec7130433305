"""Which encoding bytes are in, by how likely the text is that they give.

Each candidate decodes a sample; each character has a probability under a coarse model of the language that uses the
encoding (a few classes: the commonest characters, common ones, the rest). The encoding under which the bytes are likeliest
wins, when it wins clearly. Candidates of other languages are there to be found out: a Japanese page must come out as
Japanese, so that nobody takes it for Chinese. Decided against the detectors one can install: the best of them names .87
of Chinese files right, and all name non-Chinese pages Chinese.
"""

import re
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from ingest.page import codecs_whatwg

_SAMPLE = 60_000  # bytes looked at
_COMMON_HANS = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进"
    "好小部其些主样理心本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己"
    "制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再"
    "感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万"
    "取拉格望觉术领共确传师观清今切院让识候带导争运网站县省局办级城单项委"
)
_COMMON_HANT = (
    "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進"
    "好小部其些主樣理心本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己"
    "制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再"
    "感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬"
    "取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運網站縣省局辦級城單項委嘅係咗唔喺啲佢"
)
_COMMON_HANGUL = "이다는을의에가고하지기은를사도로한인리자어대시해아그나있서들일정수것적부제보라전상스으만여원과와구면장주요마오동안조비소무세성국년내미우유신공"
_PUNCTUATION = "，。、；：？！“”‘’（）《》「」『』　·—…【】〔〕～％－／０１２３４５６７８９"
_CYRILLIC = "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфё"
_LATIN = "éèàçêâôîûùëïüöäßñáíóúãõæøåÉÈÀÜÖÄ’“”–—…®©°«»"

# Natural logarithms of a character's probability, by class.
_TOP, _NEXT, _REST, _MARK, _ODD, _BAD, _ASCII = -6.2, -8.8, -13.6, -5.5, -15.0, -25.0, -3.5


class Verdict(NamedTuple):
    """The likeliest encoding; its lead over the runner-up in all, and how likely a byte is under it."""

    encoding: str
    lead: float
    likelihood: float
    second: str


def decode(raw: bytes, encoding: str) -> str:
    """`raw` in `encoding` (a WHATWG name, or hz), bad bytes replaced."""
    if encoding == "gb18030":
        return codecs_whatwg.gb18030(raw)
    if encoding == "big5":
        return codecs_whatwg.big5(raw)
    if encoding == "hz":
        return codecs_whatwg.hz(raw)
    return raw.decode(_PYTHON.get(encoding, encoding), "replace")


_PYTHON = {"shift_jis": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949", "iso-2022-jp": "iso2022_jp", "utf-16le": "utf-16-le",
           "utf-16be": "utf-16-be", "macintosh": "mac_roman", "windows-874": "cp874"}  # fmt: skip
_LANGUAGE = {"gb18030": "zh", "big5": "zh", "utf-8": "zh", "utf-16le": "zh", "utf-16be": "zh", "hz": "zh",
             "shift_jis": "ja", "euc-jp": "ja", "iso-2022-jp": "ja", "euc-kr": "ko", "windows-1251": "ru", "koi8-r": "ru", "iso-8859-5": "ru", "ibm866": "ru", "windows-1252": "la"}  # fmt: skip
CANDIDATES = (
    "gb18030",
    "big5",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "windows-1251",
    "koi8-r",
    "windows-1252",
    "utf-16le",
    "utf-16be",
)


@lru_cache(maxsize=1)
def _models() -> dict[str, dict[str, float]]:
    level1 = "".join(bytes([a, b]).decode("gb2312", "ignore") for a in range(0xB0, 0xD8) for b in range(0xA1, 0xFF))
    level1t = "".join(
        bytes([a, b]).decode("big5", "ignore")
        for a in range(0xA4, 0xC7)
        for b in (*range(0x40, 0x7F), *range(0xA1, 0xFF))
    )
    zh = dict.fromkeys(level1 + level1t, _NEXT) | dict.fromkeys(_COMMON_HANS + _COMMON_HANT, _TOP)
    zh |= dict.fromkeys(_PUNCTUATION, _MARK)
    ja = dict.fromkeys(level1 + level1t, -9.5) | dict.fromkeys(map(chr, range(0x3041, 0x30FF)), -5.2)
    ja |= dict.fromkeys("、。「」ー・　（）", -4.0) | dict.fromkeys(map(chr, range(0xFF61, 0xFFA0)), -9.0)
    ko = dict.fromkeys(map(chr, range(0xAC00, 0xD7A4)), -11.0)
    ks = "".join(bytes([a, b]).decode("euc_kr", "ignore") for a in range(0xB0, 0xC9) for b in range(0xA1, 0xFF))
    ko |= dict.fromkeys(ks, -8.3) | dict.fromkeys(_COMMON_HANGUL, -5.2)
    ru = dict.fromkeys(map(chr, range(0x410, 0x450)), -6.0)
    ru |= {c: -2.3 - 0.09 * n for n, c in enumerate(_CYRILLIC)} | dict.fromkeys("«»—–№…“”", -5.0)
    return {"zh": zh, "ja": ja, "ko": ko, "ru": ru, "la": dict.fromkeys(_LATIN, -4.5)}


_LOW = re.compile(r"[\x20-\x7e]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_HIGH = re.compile(r"[^\x00-\x7f]+")


def likelihood(text: str, language: str) -> float:
    """The logarithm of how likely `text` is in `language`; every ASCII character counts the same."""
    model = _models()[language]
    total = _ASCII * sum(map(len, _LOW.findall(text))) + _ODD * len(_CONTROL.findall(text))
    for c, n in Counter("".join(_HIGH.findall(text))).items():
        value = model.get(c)
        if value is None:
            if c == "\ufffd":
                value = _BAD
            elif "\u3400" <= c <= "\u9fff":
                value = _REST
            else:
                value = _BAD if "\ue000" <= c <= "\uf8ff" or "\x80" <= c <= "\x9f" else _ODD
        total += value * n
    return total


def sample(raw: bytes) -> bytes:
    """The part of a page that is looked at: all of a small one, else its text-richest stretch of whole lines."""
    if len(raw) <= _SAMPLE:
        return raw
    step = _SAMPLE // 2
    rich = max(range(0, len(raw) - step, step), key=lambda a: sum(b > 127 for b in raw[a : a + _SAMPLE : 7]))
    low = max(raw.find(b"\n", rich, rich + step), raw.find(b">", rich, rich + 2000), rich)
    return raw[low : low + _SAMPLE]


def detect(raw: bytes, candidates: tuple[str, ...] = CANDIDATES) -> Verdict | None:
    """The encoding under which `raw` is likeliest; None where there is nothing beyond ASCII."""
    part = sample(raw)
    if part.isascii():
        return None
    scored = []
    for encoding in candidates:
        text = decode(part, encoding)
        scored.append((likelihood(text, _LANGUAGE[encoding]), encoding, text))
    scored.sort(reverse=True)
    (top, best, text), (next_best, second, _) = scored[0], scored[1]
    return Verdict(best, top - next_best, _per_byte(text, best), second)


def plausible(raw: bytes, encoding: str) -> float:
    """How likely a byte beyond ASCII is, on average, when `raw` is read as Chinese in `encoding`."""
    return _per_byte(decode(sample(raw), encoding), encoding)


def _per_byte(text: str, encoding: str) -> float:
    high = "".join(_HIGH.findall(text))
    language = _LANGUAGE.get(encoding, "zh")
    return likelihood(high, language) / max(1, len(high) * (1 if language in ("ru", "la") else 2))
