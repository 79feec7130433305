"""Bytes to text."""

from collections.abc import Mapping
from typing import NamedTuple


class Decoded(NamedTuple):
    """Text, the WHATWG name of its encoding, how that was decided, and how many characters stand for bad bytes."""

    text: str
    encoding: str | None
    by: str
    replaced: int = 0
    flags: tuple[str, ...] = ()


def decode(
    raw: bytes | str, *, encoding: str | None, headers: Mapping[str, str] | None, media_type: str | None
) -> Decoded:
    """Thin form: UTF-8, else gb18030."""
    if isinstance(raw, str):
        return Decoded(raw.removeprefix("\ufeff"), None, "str")
    try:
        return Decoded(raw.decode("utf-8-sig"), "utf-8", "utf-8")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", "replace")
        return Decoded(text, "gb18030", "detected", text.count("\ufffd"))
