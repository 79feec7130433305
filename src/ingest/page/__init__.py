"""Bytes and HTML to page text, blocks and what the page says about itself.

raw -> decode -> sniff -> plain: a block a line
                       -> html:  one walk -> tables, container, title, facts -> page text with strips
"""

from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser

from ingest.blocks import Block, Page
from ingest.config import Config
from ingest.errors import Rejected
from ingest.page import decode, html, sniff
from ingest.page.layout import Layout
from ingest.page.neighbours import Neighbours
from ingest.patterns import pattern

_SURROGATE = pattern("[\ud800-\udfff]")


def read_page(
    raw: bytes | str,
    *,
    media_type: str | None,
    encoding: str | None,
    headers: Mapping[str, str] | None,
    url: str | None,
    config: Config,
    neighbours: Neighbours | None = None,
    source: str | None = None,
) -> Page:
    """The page in `raw`; `neighbours` know what other pages of its site have in common with it, `source` says where it lies.

    Raises `Rejected` when it holds no document that can be read.
    """
    limit = config.limits.max_bytes
    if len(raw) > limit:
        raise Rejected("decode", "too_large", f"the page has {len(raw):,} bytes; the limit is {limit:,}")
    if isinstance(raw, bytes):
        sniff.refuse_binary(raw)
    decoded = decode.decode(raw, encoding=encoding, headers=headers, media_type=media_type)
    text = decoded.text
    if not text.strip():
        raise Rejected("decode", "empty", "the page holds no text at all")
    kind = sniff.media_type(text, media_type, headers)
    marks = decoded.flags
    if isinstance(raw, str) and _SURROGATE.search(text):
        # Halves of surrogate pairs, as a broken scraper leaves them: no file can hold them, and the parser would drop
        # them without a word.
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", text)
        marks = (*marks, "lone-surrogates")
    page = html.read_html(text, url, config, neighbours, source) if kind == "text/html" else plain(text)
    longest = config.limits.max_line
    if len(page.text) > longest and any(len(line) > longest for line in page.text.split("\n")):
        raise Rejected("page", "too_large", f"a line of more than {longest:,} characters (limits.max_line)")
    return page._replace(
        media_type=kind,
        encoding=decoded.encoding,
        flags=tuple(dict.fromkeys((*page.flags, *marks))),
    )


def parsed(
    raw: bytes | str,
    *,
    media_type: str | None,
    encoding: str | None,
    headers: Mapping[str, str] | None,
    config: Config,
) -> tuple[Layout, LexborHTMLParser] | None:
    """The lines and boxes of a page in HTML and its tree, for a caller that looks at many pages of one site; None for plain text, and where it shows none."""
    if len(raw) > config.limits.max_bytes:
        return None
    if isinstance(raw, bytes):
        sniff.refuse_binary(raw)
    text = decode.decode(raw, encoding=encoding, headers=headers, media_type=media_type).text
    if not text.strip() or sniff.media_type(text, media_type, headers) != "text/html":
        return None
    return html.parsed(text, config)


def layout(
    raw: bytes | str,
    *,
    media_type: str | None,
    encoding: str | None,
    headers: Mapping[str, str] | None,
    config: Config,
) -> Layout | None:
    """The same without the tree."""
    found = parsed(raw, media_type=media_type, encoding=encoding, headers=headers, config=config)
    return found[0] if found else None


def known(media_type: str | None) -> bool:
    """Whether pages can be read as a media type; None, to find out, is one of them."""
    return sniff.known(media_type)


def plain(text: str) -> Page:
    """Plain text as it is: a block for each line that is not blank."""
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(at, at + len(line), "line"))
        at += len(line) + 1
    return Page(text, tuple(blocks))
