"""Bytes to text, by the WHATWG rules where they decide and by the text itself where declarations fail.

In order: an encoding the caller gives; a byte order mark; UTF-16 without one; valid UTF-8; then the declaration (HTTP, then
<meta>) if the text it gives is likely, else the likeliest encoding. A declaration that the text contradicts is overruled
and flagged. Where two readings stay about equally likely and nothing is declared, the page is rejected, not guessed.
"""

import re
from collections.abc import Mapping
from functools import lru_cache, partial
from typing import NamedTuple

from ingest.errors import Rejected
from ingest.page import charset, replaced
from ingest.patterns import pattern
from ingest.rules import Table

_META = re.compile(rb"<meta[^<>]{0,400}?charset\s*=\s*[\"']?\s*([\w.:\-]{2,40})", re.I)
_XML = re.compile(rb"^\s*<\?xml[^<>]{0,200}?encoding\s*=\s*[\"']([\w.:\-]{2,40})", re.I)
_HTTP = pattern(r"charset\s*=\s*[\"']?\s*([\w.:\-]{2,40})", re.I)
_UTF8_RUN = re.compile(rb"(?:[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})+")
_UTF8_HAN = re.compile(rb"(?:[\xe2-\xe9\xef][\x80-\xbf]{2}){3,}")
_ASCII = bytes(range(128))
_CONTROLS = bytes((*range(9), 11, *range(16, 27), *range(28, 32), 127))  # not those that switch character sets
# For the search of UTF-8 inside other text: bytes that lead three (L), that follow (T), all others.
_CLASSES = bytes(76 if 0xE2 <= b <= 0xE9 or b == 0xEF else 84 if 0x80 <= b <= 0xBF else 46 for b in range(256))
_STRETCH = re.compile(rb"[^\x00-\x7f](?:[^\x00-\x1f<>]*[^\x00-\x7f])?[\x40-\x7e]?")
_ESCAPES = (b"\x1b$B", b"\x1b$@", b"\x1b(J")
_LIKELY = -6.1  # a byte of Chinese text under its own encoding has about -4; of another one read as it, below -6


class Decoded(NamedTuple):
    """Text, the WHATWG name of its encoding, how that was decided, and how many characters stand for bad bytes."""

    text: str
    encoding: str | None
    by: str
    replaced: int = 0
    flags: tuple[str, ...] = ()


TABLE = Table("ingest.page", "encodings.tsv", ("encoding", "labels"), unique=("encoding",))


@lru_cache(maxsize=1)
def _labels() -> dict[str, str]:
    return {label: row["encoding"] for row in TABLE.rows() for label in row["labels"].split()}


def encoding_of(label: str) -> str | None:
    """The encoding that a label names by the WHATWG list (gb2312, gbk and cp936 are gb18030; hz is kept)."""
    return _labels().get(label.strip().lower())


def decode(
    raw: bytes | str, *, encoding: str | None, headers: Mapping[str, str] | None, media_type: str | None
) -> Decoded:
    """The text of `raw`. Raises `Rejected` (undecodable) where no reading is right."""
    if isinstance(raw, str):
        return Decoded(raw.removeprefix("\ufeff"), None, "str")
    if encoding:
        name = encoding_of(encoding)
        if not name:
            raise Rejected(
                "decode", "undecodable", f"the encoding {encoding!r} is unknown; leave it out to have it found"
            )
        return _finished(_without_mark(raw, name), name, "given")
    for mark, name in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16le"), (b"\xfe\xff", "utf-16be")):
        # A mark of two bytes may be there by chance: sound begins so.
        if raw.startswith(mark) and not (len(mark) == 2 and _noise(raw, name)):
            return _finished(raw[len(mark) :], name, "bom")
    wide = _wide(raw)
    if wide:
        return _finished(raw, wide, "detected")
    if raw and _unprintable(raw):
        raise Rejected(
            "decode",
            "binary",
            "one byte in forty or more is a control character: this is no text; say its encoding if it is",
        )
    declared, by = _declared(raw, headers, media_type)
    return _utf8(raw, declared, by) or _legacy(raw, declared, by)


def _without_mark(raw: bytes, name: str) -> bytes:
    marks = {"utf-8": b"\xef\xbb\xbf", "utf-16le": b"\xff\xfe", "utf-16be": b"\xfe\xff"}
    return raw.removeprefix(marks.get(name, b"\x00")) if name in marks else raw


def _finished(raw: bytes, name: str, by: str, flags: tuple[str, ...] = ()) -> Decoded:
    text = (
        replaced.decode(raw, partial(charset.decode, encoding=name)) if name == "gb18030" else charset.decode(raw, name)
    )
    lost = text.count("\N{REPLACEMENT CHARACTER}") if name != "utf-8" or not _is_utf8(raw) else 0
    if lost > 8 and lost * 10 > len(text):
        raise Rejected("decode", "undecodable", f"{lost:,} of {len(text):,} characters are not valid {name}")
    return Decoded(text, name, by, lost, (*flags, *(("bad-bytes",) if lost else ())))


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(raw: bytes) -> str | None:
    """utf-16le or utf-16be where bytes without a mark are that: they hold bytes no other text has, and give likely text."""
    head = raw[:4000]
    if len(head) < 8 or not (0 in head or _unprintable(head)):
        return None
    head = head[: len(head) // 2 * 2]
    share, guess = max((charset.coherence(charset.decode(head, name)), name) for name in ("utf-16le", "utf-16be"))
    return guess if share >= charset.COHERENT else None


def _noise(raw: bytes, name: str) -> bool:
    return len(raw) > 100 and charset.coherence(charset.decode(raw[2:4000], name)) < -0.3


def _unprintable(raw: bytes) -> bool:
    """Whether bytes hold more control characters than damaged text does. (Zeros at the end fill a cut file.)"""
    body = raw.rstrip(b"\x00")
    controls = len(body) - len(body.translate(None, _CONTROLS))
    return not body or (controls > 4 and controls * 40 > len(body))


def _declared(raw: bytes, headers: Mapping[str, str] | None, media_type: str | None) -> tuple[str | None, str]:
    """The encoding that HTTP or the page itself declares, and which of them."""
    for value in ((headers or {}).get(k) for k in (headers or {}) if k.lower() == "content-type"):
        found = _HTTP.search(value or "")
        name = encoding_of(found[1]) if found else None
        if name:
            return name, "http"
    found_type = _HTTP.search(media_type or "")
    name = encoding_of(found_type[1]) if found_type else None
    if name:
        return name, "http"
    if (media_type or "").startswith("text/plain"):
        return None, ""
    for form in (_XML, _META):
        for mark in form.finditer(raw[:20_000]):
            name = encoding_of(mark[1].decode("ascii"))
            if name:
                # As the standard has it: a page that could be read this far is not UTF-16.
                return ("utf-8" if name.startswith("utf-16") else name), "meta" if form is _META else "declared"
    return None, ""


def _utf8(raw: bytes, declared: str | None, by: str) -> Decoded | None:
    """The text if the bytes are UTF-8, a few bad ones and a cut end allowed, or plain ASCII; None if they are not."""
    own = by if declared == "utf-8" else "utf-8"
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data" and error.start >= len(raw) - 3 and error.start > 0:
            text = raw[: error.start].decode("utf-8") + "\N{REPLACEMENT CHARACTER}"
            if not text.isascii() and len(text) > 8 and len(raw.translate(None, _ASCII)) > 8:
                return Decoded(text, "utf-8", own, 1, ("bad-bytes",))
        return _mostly_utf8(raw, own)
    if text.isascii():
        if any(e in raw for e in _ESCAPES):
            return _finished(raw, "iso-2022-jp", by if declared == "iso-2022-jp" else "detected")
        if b"~{" in raw and (declared == "hz" or b"~}" in raw):
            read = charset.decode(raw, "hz")
            if not read.isascii() and charset.plausible(raw, "hz") > _LIKELY:
                return _finished(raw, "hz", by if declared == "hz" else "detected")
        return Decoded(text, "utf-8", own)
    flags = ("charset-declared-wrong",) if declared not in (None, "utf-8") else ()
    if declared and declared != "utf-8" and len(raw.translate(None, _ASCII)) < 24:
        return None  # a word or two may be valid by chance: let the declaration speak
    return Decoded(text, "utf-8", own, 0, flags)


def _mostly_utf8(raw: bytes, by: str) -> Decoded | None:
    """UTF-8 with a few bad bytes, or with stretches (a footer, an advertisement) in another encoding."""
    every = len(raw.translate(None, _ASCII))
    high = len(raw.decode("utf-8", "ignore").encode()) - (len(raw) - every)
    if high * 10 < every * 8:
        return None
    parts: list[str] = []
    replaced, mixed, at = 0, False, 0
    for stretch in _STRETCH.finditer(raw):
        piece = stretch.group()
        try:
            piece.decode("utf-8")
            continue
        except UnicodeDecodeError:
            parts.append(raw[at : stretch.start()].decode("utf-8", "replace"))
        other = _foreign(piece)
        if other is None:
            other = piece.decode("utf-8", "replace")
            replaced += other.count("\N{REPLACEMENT CHARACTER}")
        else:
            mixed = True
        parts.append(other)
        at = stretch.end()
    parts.append(raw[at:].decode("utf-8", "replace"))
    flags = (*(("mixed-encodings",) if mixed else ()), *(("bad-bytes",) if replaced else ()))
    return Decoded("".join(parts), "utf-8", by, replaced, flags)


def _foreign(piece: bytes) -> str | None:
    """A stretch that is no UTF-8 read as gb18030 or Big5, where that gives likely Chinese."""
    broken = _UTF8_RUN.sub(b"", piece)
    if sum(1 for b in piece if b > 127) < 8 or len(broken) * 2 < len(piece):
        return None
    verdict = charset.detect(piece, ("gb18030", "big5"))
    if verdict and verdict.likelihood > _LIKELY and verdict.lead > 8:
        return charset.decode(piece, verdict.encoding)
    return None


def _legacy(raw: bytes, declared: str | None, by: str) -> Decoded:
    """The text of bytes that are not UTF-8."""
    for name in dict.fromkeys((declared, "gb18030", "big5")):
        # Text of another language read as Chinese stays below this, so nothing else need be tried.
        if name in ("gb18030", "big5") and charset.plausible(raw, name) > _SURE:
            flags = ("charset-declared-wrong",) if declared not in (None, name) else ()
            return _mixed(raw, name, by if name == declared else "detected", flags)
    verdict = charset.detect(raw)
    if verdict is None:
        raise Rejected("decode", "undecodable", "the bytes are no text in any known encoding")
    if declared and declared in charset.CANDIDATES and declared != verdict.encoding and verdict.lead < 12:
        return _mixed(raw, declared, by, ())
    if verdict.lead < 4 and not (declared == verdict.encoding):
        raise Rejected(
            "decode",
            "undecodable",
            f"{verdict.encoding} and {verdict.second} are about equally likely; say which (encoding=...)",
        )
    chinese = verdict.encoding in ("gb18030", "big5", "euc-tw") and declared != verdict.encoding
    if verdict.likelihood < (_CHINESE if chinese else -9) or (chinese and charset.foreign(raw, verdict.encoding)):
        raise Rejected("decode", "undecodable", "the bytes give no likely text in any known encoding")
    if declared and declared not in charset.CANDIDATES and declared != "utf-8" and declared != "hz":
        return _finished(raw, declared, by)
    wrong = declared is not None and declared != verdict.encoding
    return _mixed(
        raw,
        verdict.encoding,
        by if declared == verdict.encoding else "detected",
        ("charset-declared-wrong",) if wrong else (),
    )


_SURE = -3.9
_CHINESE = -5.8
"""The least of Chinese that nothing declares: of 4,800 stretches of 20 bytes on, poems, idioms and manuals, none had less than
-5.7; other languages read as Chinese have -6 and less."""


def _mixed(raw: bytes, name: str, by: str, flags: tuple[str, ...]) -> Decoded:
    """A page in `name`; stretches of it that are UTF-8 are read so."""
    if name in ("gb18030", "big5"):
        spans = []
        at = 0
        classes = raw.translate(_CLASSES)
        while (at := classes.find(b"LTTLTTLTT", at)) >= 0:
            run = _UTF8_HAN.match(raw, at)
            if run is None:
                break
            at = run.end()
            piece = run.group()
            as_utf8 = charset.likelihood(piece.decode("utf-8", "replace"), "zh")
            if as_utf8 > charset.likelihood(charset.decode(piece, name), "zh") + 8:
                spans.append(run.span())
        if spans and sum(b - a for a, b in spans) < len(raw) // 2:
            parts: list[str] = []
            at = lost = 0
            for start, end in spans:
                before = charset.decode(raw[at:start], name)
                lost += before.count("\N{REPLACEMENT CHARACTER}")
                parts += (before, raw[start:end].decode("utf-8", "replace"))
                at = end
            rest = charset.decode(raw[at:], name)
            lost += rest.count("\N{REPLACEMENT CHARACTER}")
            return Decoded(
                "".join((*parts, rest)), name, by, lost, (*flags, "mixed-encodings", *(("bad-bytes",) if lost else ()))
            )
    return _finished(raw, name, by, flags)
