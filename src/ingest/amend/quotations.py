"""The wordings that a decision quotes, set apart from what it says to do with them.

A quotation may be several paragraphs long: each may open with a mark of its own, or only the first, and only the last one
closes. Marks inside of a paragraph nest.
"""

import re
from typing import NamedTuple

_OPEN, _CLOSE = "“「", "”」"
_FIRST = 0xE100


class Skeleton(NamedTuple):
    """What a decision says: `text` has one private character for each quotation, `quotes` their lines, `places` the offset
    in the original of every character of `text`."""

    text: str
    quotes: tuple[tuple[str, ...], ...]
    places: tuple[int, ...]


def apart(text: str) -> Skeleton:
    """A text without its quotations. One that is not closed is left as it stands."""
    out: list[str] = []
    places: list[int] = []
    quotes: list[tuple[str, ...]] = []
    at = 0
    while at < len(text):
        end = _end(text, at) if text[at] in _OPEN and len(quotes) < 5000 else None
        if end is None:
            out.append(text[at])
            places.append(at)
            at += 1
            continue
        lines = (line.strip() for line in text[at + 1 : end].split("\n"))
        quotes.append(tuple(line.lstrip(_OPEN) if n and _lone(line) else line for n, line in enumerate(lines)))
        out.append(chr(_FIRST + len(quotes) - 1))
        places.append(at)
        at = end + 1
    return Skeleton("".join(out), tuple(quotes), (*places, len(text)))


def index(char: str) -> int | None:
    """Which quotation a character of a skeleton stands for; None for any other character."""
    n = ord(char) - _FIRST
    return n if 0 <= n < 5000 else None


def _lone(line: str) -> bool:
    """Whether the mark that opens a line is the quotation's own, said again."""
    return line[:1] in _OPEN and len(re.findall(f"[{_OPEN}]", line)) > len(re.findall(f"[{_CLOSE}]", line))


def _end(text: str, at: int) -> int | None:
    """Where the quotation that opens at `at` closes."""
    depth = 0
    for found in re.compile(f"[{_OPEN}{_CLOSE}]").finditer(text, at):
        if found[0] in _OPEN:
            again = depth and not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
            # A mark at a paragraph's beginning goes on with the quotation, unless it is closed within that paragraph.
            if again:
                stop = text.find("\n", found.start())
                line = text[found.start() : stop if stop >= 0 else len(text)]
                again = len(re.findall(f"[{_OPEN}]", line)) > len(re.findall(f"[{_CLOSE}]", line)) or _closes(line)
            depth += not again
        else:
            depth -= 1
            if depth == 0:
                return found.start()
    return None


def _closes(line: str) -> bool:
    """Whether a paragraph that opens with a mark ends the quotation: its closing mark is the line's last sign."""
    return re.search(f"[{_CLOSE}][。；，]?$", line.rstrip()) is not None and line.count("“") == line.count("”") == 1
