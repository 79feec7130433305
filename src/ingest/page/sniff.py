"""What a page is before it is read: HTML, plain text, or no text at all (PDF, DOCX, an image)."""

import re
from collections.abc import Mapping

from ingest.errors import Rejected
from ingest.patterns import pattern

# First bytes, what it is, what to do.
_BINARY: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF-", "a PDF", "extract its text first (pdftotext) and give that"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file (DOC, XLS, WPS)", "save it as text or HTML first"),
    (b"{\\rtf", "an RTF file", "save it as text or HTML first"),
    (b"\x89PNG\r\n", "a PNG image", "an image needs OCR first"),
    (b"\xff\xd8\xff", "a JPEG image", "an image needs OCR first"),
    (b"GIF8", "a GIF image", "an image needs OCR first"),
    (b"II*\x00", "a TIFF image", "an image needs OCR first"),
    (b"MM\x00*", "a TIFF image", "an image needs OCR first"),
    (b"BM", "a bitmap image", "an image needs OCR first"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"Rar!\x1a\x07", "a RAR archive", "unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "unpack it first"),
    (b"AT&TF", "a DjVu file", "extract its text first"),
    (b"PAR1", "a Parquet file", "it is no page"),
    (b"SQLite format 3\x00", "a SQLite file", "it is no page"),
    (b"\x7fELF", "a program", "it is no page"),
    (b"\x93NUMPY", "a NumPy array", "it is no page"),
    (b"OggS", "an Ogg recording", "it is no page"),
    (b"fLaC", "a FLAC recording", "it is no page"),
    (b"ID3\x03", "an MP3 recording", "it is no page"),
    (b"ID3\x04", "an MP3 recording", "it is no page"),
    *((bytes((0x80, n)), "a Python pickle", "it is no page") for n in (2, 3, 4, 5)),
)


def refuse_binary(raw: bytes) -> None:
    """Raise `Rejected` (binary) when the bytes are a known format that is not text."""
    head = raw[:2048].lstrip(b"\x00\r\n\t ") if raw[:1] in b"\r\n\t " else raw[:2048]
    if head.startswith(b"PK\x03\x04"):
        known = (
            ("a DOCX file", "save it as text or HTML first")
            if b"word/" in raw[:200_000]
            else ("an XLSX file", "save it as text or HTML first")
            if b"xl/" in raw[:200_000]
            else ("an OFD file", "extract its text first")
            if b"OFD.xml" in raw[:200_000]
            else ("an EPUB", "unpack it first")
            if b"epub+zip" in raw[:200]
            else ("a ZIP archive", "unpack it first")
        )
        raise Rejected("decode", "binary", f"this is {known[0]}, not a page: {known[1]}")
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        raise Rejected("decode", "binary", "this is a WebP image, not a page: an image needs OCR first")
    if head.startswith(b"RIFF") and head[8:12] in (b"WAVE", b"AVI "):
        raise Rejected("decode", "binary", "this is a recording (WAVE, AVI), not a page")
    if raw[257:262] == b"ustar":
        raise Rejected("decode", "binary", "this is a tar archive, not a page: unpack it first")
    for magic, name, advice in _BINARY:
        if head.startswith(magic) and (magic != b"BM" or head[6:10] == b"\x00\x00\x00\x00"):
            raise Rejected("decode", "binary", f"this is {name}, not a page: {advice}")


_TAG = pattern(
    r"<(?:!doctype\s+html|html|head|body|title|meta|div|p|br|table|td|span|font|a\s|center|script|h[1-6]|section|article)\b",
    re.I,
)
_END = pattern(r"</(?:p|div|td|table|body|html|span|a|font|h[1-6]|li|title)\s*>|<br\s*/?>|<p\b[^<>]*>", re.I)


HTML = frozenset(("text/html", "application/xhtml+xml"))
PLAIN = "text/plain"


def known(media_type: str | None) -> bool:
    """Whether a media type is one that pages are read as, or none at all; parameters (charset) aside."""
    return media_type is None or media_type.split(";")[0].strip().lower() in (*HTML, PLAIN)


def media_type(text: str, given: str | None, headers: Mapping[str, str] | None) -> str:
    """text/html or text/plain: as given, else as the headers say, else as the text looks."""
    if given is None and headers:
        given = next((v for k, v in headers.items() if k.lower() == "content-type"), None)
    if given:
        name = given.split(";")[0].strip().lower()
        if name in HTML:
            return "text/html"
        if name == PLAIN:
            return PLAIN
    head = text[:4000].lstrip("\ufeff \t\r\n")
    if (head[:1] == "<" and _TAG.match(head)) or (head.startswith(("<!--", "<?xml")) and _TAG.search(head)):
        return "text/html"
    # Markup that begins late (text or a script in front): a few closing tags, not one <p> quoted in prose.
    return "text/html" if len(_END.findall(text, 0, 200_000)) >= 3 and _TAG.search(text) else "text/plain"
