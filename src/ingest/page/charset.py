"""Which encoding bytes are in, by how likely the text is that they give.

Each candidate decodes a sample; each character has a probability under a coarse model of the language that uses the
encoding (a few classes: the commonest characters, common ones, the rest). The encoding under which the bytes are likeliest
wins, when it wins clearly. Candidates of other languages are there to be found out: a Japanese page must come out as
Japanese, so that nobody takes it for Chinese. Decided against the detectors one can install: the best of them names .87
of Chinese files right, and all name non-Chinese pages Chinese.
"""

from collections import Counter
from functools import lru_cache
from typing import NamedTuple

from ingest.page import codecs_whatwg, euc_tw
from ingest.patterns import pattern

_SAMPLE = 24_000  # bytes looked at to find an encoding
_GLANCE = 8_000  # bytes looked at to see whether a declaration may be right

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
    if encoding == "euc-tw":
        return euc_tw.decode(raw)
    return raw.decode(_PYTHON.get(encoding, encoding), "replace")


_PYTHON = {"shift_jis": "cp932", "euc-jp": "euc_jp", "euc-kr": "cp949", "iso-2022-jp": "iso2022_jp", "utf-16le": "utf-16-le",
           "utf-16be": "utf-16-be", "macintosh": "mac_roman", "windows-874": "cp874"}  # fmt: skip
_LANGUAGE = {"gb18030": "zh", "big5": "zh", "utf-8": "zh", "utf-16le": "zh", "utf-16be": "zh", "hz": "zh", "euc-tw": "zh",
             "shift_jis": "ja", "euc-jp": "ja", "iso-2022-jp": "ja", "euc-kr": "ko", "windows-1251": "ru", "koi8-r": "ru", "iso-8859-5": "ru", "ibm866": "ru", "windows-1252": "la"}  # fmt: skip
CANDIDATES = (
    "gb18030",
    "big5",
    "euc-tw",
    "shift_jis",
    "euc-jp",
    "euc-kr",
    "windows-1251",
    "koi8-r",
    "iso-8859-5",
    "ibm866",
    "windows-1252",
    "utf-16le",
    "utf-16be",
)


class _Model(dict[str, float]):
    """Characters and how likely they are; those it does not have get their class when asked for."""

    def __missing__(self, c: str) -> float:
        if c == "\ufffd":
            return _BAD
        if "\u3400" <= c <= "\u9fff":
            self[c] = _REST  # some 25,000 at most
            return _REST
        return _BAD if "\ue000" <= c <= "\uf8ff" or "\x80" <= c <= "\x9f" else _ODD


@lru_cache(maxsize=1)
def _models() -> dict[str, _Model]:
    often = codecs_whatwg.frequent()
    zh = dict.fromkeys(codecs_whatwg.level1(), _NEXT)
    zh |= dict.fromkeys(often["hans"] + often["hant"], _TOP)
    zh |= dict.fromkeys(often["marks"] + "\u3000", _MARK)
    ja = dict.fromkeys(codecs_whatwg.level1(), -9.5) | dict.fromkeys(map(chr, range(0x3041, 0x30FF)), -5.2)
    ja |= dict.fromkeys("、。「」ー・　（）", -4.0) | dict.fromkeys(map(chr, range(0xFF61, 0xFFA0)), -9.0)
    ko = dict.fromkeys(map(chr, range(0xAC00, 0xD7A4)), -11.0)
    ks = "".join(bytes([a, b]).decode("euc_kr", "ignore") for a in range(0xB0, 0xC9) for b in range(0xA1, 0xFF))
    ko |= dict.fromkeys(ks, -8.3) | dict.fromkeys(often["hangul"], -5.2)
    ru = dict.fromkeys(map(chr, range(0x410, 0x450)), -6.0)
    ru |= {c: -2.3 - 0.09 * n for n, c in enumerate(often["cyrillic"])} | dict.fromkeys("«»—–№…“”", -5.0)
    la = dict.fromkeys(often["latin"], -4.5)
    return {"zh": _Model(zh), "ja": _Model(ja), "ko": _Model(ko), "ru": _Model(ru), "la": _Model(la)}


_ASCII_BYTES = bytes(range(128))
_LOW = pattern(r"[\x00-\x7f]+")
_CONTROLS = "".join(map(chr, (*range(9), 11, *range(14, 32), 127)))


def likelihood(text: str, language: str) -> float:
    """The logarithm of how likely `text` is in `language`; every ASCII character counts the same."""
    high = _LOW.sub("", text)
    controls = sum(map(text.count, _CONTROLS)) if not text.isprintable() else 0
    return _ASCII * (len(text) - len(high)) + (_ODD - _ASCII) * controls + _likelihood(high, language)


def _likelihood(high: str, language: str) -> float:
    return sum(map(_models()[language].__getitem__, high))


COHERENT = 0.6
"""Share of its characters by which text read as UTF-16 is text: random pairs of bytes give .3, loud sound .4 at most."""
_ONE_OF = (("\u3040", "\u30ff"), ("\uac00", "\ud7a3"), ("\u0400", "\u04ff"))


def coherence(text: str) -> float:
    """The share of common Chinese and ASCII, and of one more script, among the characters, less five times what could not be text.

    Any pair of bytes is a character of UTF-16, so what tells text from noise is that its characters belong together.
    """
    model = _models()["zh"]
    common = bad = 0
    others = [0] * len(_ONE_OF)
    for c, n in Counter(text).items():
        if " " <= c <= "~" or c in "\r\n\t" or c in model:
            common += n
        elif c < "\u00a0" or "\ue000" <= c <= "\uf8ff" or c >= "\ufff0" or not (c.isprintable() or c.isspace()):
            bad += n
        else:
            for k, (low, high) in enumerate(_ONE_OF):
                others[k] += n if low <= c <= high else 0
    return (common + max(others) - 5 * bad) / max(1, len(text))


def sample(raw: bytes, size: int = _SAMPLE) -> bytes:
    """The part of a page that is looked at: all of a small one, else its text-richest stretch of whole lines."""
    if len(raw) <= size:
        return raw
    step = max(size // 2, len(raw) // 64)
    rich = max(
        range(0, len(raw) - size // 2, step), key=lambda a: len(raw[a : a + size : 7].translate(None, _ASCII_BYTES))
    )
    low = max(raw.find(b"\n", rich, rich + step), raw.find(b">", rich, rich + 2000), rich)
    return raw[low : low + size]


def detect(raw: bytes, candidates: tuple[str, ...] = CANDIDATES) -> Verdict | None:
    """The encoding under which `raw` is likeliest; None where there is nothing beyond ASCII."""
    part = sample(raw)
    if part.isascii():
        return None
    scored = []
    for encoding in candidates:
        text = _roughly(part, encoding)
        if encoding.startswith("utf-16") and coherence(text) < COHERENT:
            continue
        scored.append((likelihood(text, _LANGUAGE[encoding]), encoding, text))
    scored.sort(reverse=True)
    (top, best, text), (next_best, second, _) = scored[0], scored[1]
    return Verdict(best, top - next_best, _per_byte(text, best), second)


def plausible(raw: bytes, encoding: str) -> float:
    """How likely a byte beyond ASCII is, on average, when `raw` is read as Chinese in `encoding`."""
    return _per_byte(_roughly(sample(raw, _GLANCE), encoding), encoding)


_BETWEEN = pattern("[a-z]\\s?[\u4e00-\u9fff]{1,2}[a-z]")
_HAN = pattern("[\u4e00-\u9fff]")


def foreign(raw: bytes, encoding: str) -> bool:
    """Whether what reads as Chinese characters is something else: accented letters, which stand alone between small
    letters, or another language in bytes (Thai), which gives few of the 480 commonest characters."""
    text = _roughly(sample(raw, _GLANCE), encoding)
    han = _HAN.findall(text)
    if 3 * len(_BETWEEN.findall(text)) > len(han):
        return True
    often = codecs_whatwg.frequent()
    common = sum(map(text.count, {*often["hans"], *often["hant"]}))
    return len(han) >= 24 and common < 0.125 * len(han) and _per_byte(text, encoding) < -4.7


def _per_byte(text: str, encoding: str) -> float:
    high = _LOW.sub("", text)
    language = _LANGUAGE.get(encoding, "zh")
    return _likelihood(high, language) / max(1, len(high) * (1 if language in ("ru", "la") else 2))


def _roughly(raw: bytes, encoding: str) -> str:
    """`raw` in `encoding`, to be judged and not to be read: as Python has it, and quickly where it is wrong."""
    if encoding == "hz":
        return codecs_whatwg.hz(raw)
    if encoding == "euc-tw":
        return euc_tw.decode(raw)
    return raw.decode({"big5": "big5hkscs"}.get(encoding) or _PYTHON.get(encoding, encoding), "replace")
