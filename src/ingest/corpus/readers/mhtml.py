"""MHTML: a page saved with its images as one MIME message. The main HTML part is the page."""

from datetime import datetime
from email import message_from_bytes, policy
from email.errors import CloseBoundaryNotFoundDefect
from email.message import Message
from email.utils import parsedate_to_datetime

from ingest.corpus.readers.base import Content, Refused, Sidecar, without_zone

_TEXTUAL = ("text/html", "application/xhtml+xml", "text/plain")


def page(raw: bytes) -> Content:
    """The main part with its media type, and what the message says of where it was fetched."""
    message = message_from_bytes(raw, policy=policy.compat32)
    parts = [part for part in message.walk() if not part.is_multipart() and part.get_content_type() in _TEXTUAL]
    main = _main(message, parts)
    if main is None:
        raise Refused("malformed", "the MHTML file has no HTML part")
    cut = any(isinstance(d, CloseBoundaryNotFoundDefect) for m in message.walk() for d in m.defects)
    if cut and [part for part in message.walk() if not part.is_multipart()][-1] is main:
        raise Refused("truncated", f"the MHTML file ends at byte {len(raw)}, inside its main part: it was cut")
    content = main.get_payload(decode=True)
    if not isinstance(content, bytes) or not content:
        raise Refused("empty", "the main part of the MHTML file is empty")
    url = _header(message, "Snapshot-Content-Location") or _header(main, "Content-Location")
    kind = _header(main, "Content-Type")
    about = Sidecar(None, url, {"Content-Type": kind} if kind else None, _date(message))
    return Content(content, "text/plain" if main.get_content_type() == "text/plain" else "text/html", about)


def _main(message: Message, parts: list[Message]) -> Message | None:
    """The part that the message says is its root; else the first HTML part, else the first of plain text."""
    if start := message.get_param("start"):
        for part in parts:
            if _header(part, "Content-ID") == start:
                return part
    html = [part for part in parts if part.get_content_type() != "text/plain"]
    return next(iter(html or parts), None)


def _header(message: Message, name: str) -> str | None:
    value = message.get(name)
    return " ".join(str(value).split()) or None if value is not None else None


def _date(message: Message) -> datetime | None:
    try:
        return without_zone(parsedate_to_datetime(str(message["Date"])))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
