"""Feeds of crawlers: JSON Lines, a page a line, its name `feed.jsonl#17` by the line's number.

Two steps: `lines` finds where each line is, without looking into it, in the process that collects; `page` takes one line
apart in a worker, so that what a line holds can hurt nothing but itself.
"""

import base64
import binascii
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import BinaryIO, NamedTuple

from ingest.config import FeedFields
from ingest.corpus.readers.base import Content, Refused, Sidecar, as_text, naive_utc, once

_SKIP = 1 << 20
_MILLISECONDS = 1e11


class FeedLine(NamedTuple):
    """Where a line is."""

    number: int
    offset: int
    length: int
    ended: bool
    """Whether a line break is behind it."""


def longest(max_bytes: int) -> int:
    """Bytes of the longest line that is read: a page of `max_bytes` with every character escaped."""
    return 3 * max_bytes + 100_000


def lines(file: BinaryIO, limit: int) -> Iterator[FeedLine]:
    """The lines of a feed that hold anything; one of any length costs no more memory than `limit`."""
    file.seek(0)
    offset = number = 0
    while head := file.readline(limit + 1):
        number += 1
        length, tail = len(head), head
        while not tail.endswith(b"\n"):
            tail = file.readline(_SKIP)
            if not tail:
                break
            length += len(tail)
        if length > len(head) or head.strip(b" \t\r\n\xef\xbb\xbf"):
            yield FeedLine(number, offset, length, tail.endswith(b"\n"))
        offset += length


def page(line: bytes, fields: FeedFields) -> Content:
    """The page on a line, the encoding it is said to have, and how it was fetched."""
    twice: list[str] = []
    data = _object(line, twice)
    if pages := {*twice} & {name.rpartition(".")[2] for name in (*fields.body, *fields.base64)}:
        raise Refused(
            "malformed", f"the line says twice, and not the same, what its page is: {', '.join(sorted(pages))}"
        )
    raw, encoding = _content(data, fields)
    faults: list[str] = []
    url = _first(data, fields.url)
    if not isinstance(url, str | None):
        faults.append("its url is not text")
        url = None
    headers = _headers(_first(data, fields.headers), faults)
    when = _moment(_first(data, fields.fetched_at), faults)
    notes = [f"not used: {', '.join(faults)}"] if faults else []
    if twice:
        notes.append(f"said twice, and the last counts: {', '.join(twice)}")
    if isinstance(raw, str) and (clean := as_text(raw)) != raw:
        notes.append("lone halves of characters (surrogates) are replaced by U+FFFD")
        raw = clean
    url = url and as_text(url)
    return Content(raw, None, Sidecar(None, url, headers, when, "; ".join(notes) or None), encoding)


def address(line: bytes, fields: FeedFields) -> tuple[bool, str | None]:
    """Whether the page on a line may be HTML, and its address. Raises `Refused` for a line that holds none."""
    data = _object(line, [])
    body, url = _first(data, fields.body), _first(data, fields.url)
    packed = _first(data, fields.base64) is not None
    return packed or (isinstance(body, str) and "<" in body), as_text(url) if isinstance(url, str) else None


def _object(line: bytes, twice: list[str]) -> Mapping[str, object]:
    """The object on a line; `twice` takes the names that say different things in it. Raises `Refused`."""
    try:
        data = json.loads(line.removeprefix(b"\xef\xbb\xbf"), object_pairs_hook=once(twice))
    except RecursionError:
        raise Refused("malformed", "the line is nested too deeply to be read") from None
    except UnicodeDecodeError as error:
        raise Refused("malformed", f"the line is not UTF-8, at its byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise Refused("malformed", f"the line is no JSON: {error.msg}, at its character {error.pos}") from None
    except ValueError as error:
        raise Refused("malformed", f"the line is no JSON: {error}") from None
    if not isinstance(data, dict):
        raise Refused("malformed", "the line is JSON, but not an object")
    return data


def _first(data: Mapping[str, object], names: tuple[str, ...]) -> object:
    """The first field of these names that there is; `response.body` is a field within a field."""
    for name in names:
        value: object = data
        for step in (name,) if name in data else name.split("."):
            value = value.get(step) if isinstance(value, Mapping) else None
        if value is not None:
            return value
    return None


def _content(data: Mapping[str, object], fields: FeedFields) -> tuple[bytes | str, str | None]:
    packed = _first(data, fields.base64)
    if packed is not None:
        try:
            if not isinstance(packed, str):
                raise ValueError("it is not text")
            encoding = _first(data, fields.encoding)
            return base64.b64decode("".join(packed.split()), validate=True), encoding if isinstance(
                encoding, str
            ) else None
        except (binascii.Error, ValueError) as error:
            raise Refused("malformed", f"the page's base64 cannot be read: {error}") from None
    raw = _first(data, fields.body)
    if raw is None:
        names = ", ".join((*fields.body, *fields.base64))
        raise Refused("malformed", f"the line has no page: none of the fields {names} (feed.body names others)")
    if not isinstance(raw, str):
        raise Refused("malformed", f"the page on the line is not text but {type(raw).__name__}")
    return raw, None


def _headers(value: object, faults: list[str]) -> dict[str, str] | None:
    """Headers as an object or as pairs, their values as text or, as Scrapy gives them, lists."""
    if value is None:
        return None
    try:
        pairs = value.items() if isinstance(value, Mapping) else [(k, v) for k, v in value]  # type: ignore[attr-defined]
        return {str(k): ", ".join(map(str, v)) if isinstance(v, list) else str(v) for k, v in pairs} or None
    except (TypeError, ValueError):
        faults.append("its headers are neither an object nor pairs")
        return None


def _moment(value: object, faults: list[str]) -> datetime | None:
    """A time in ISO form, or in seconds or milliseconds since 1970."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, int | float) and not isinstance(value, bool):
            seconds = value / 1000 if value > _MILLISECONDS else value
            return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)
        return naive_utc(value)
    except (ValueError, OverflowError, OSError):
        faults.append("its time is not one")
        return None
