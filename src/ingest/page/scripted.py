"""Text that stands only in the scripts of a page: a program shows it when it runs, and nobody runs it here.

It is looked for so that what is said of such a page is true. It is not taken for the document's text: in a script nothing
says which of several texts is shown, and where; what a reader would see is not known.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from ingest.patterns import pattern

# What a backslash hides is passed over outside strings too, so that no quote is begun at twice.
_QUOTED = pattern(
    r"""\\.|"((?:[^"\\\n]|\\.)*+)"|'((?:[^'\\\n]|\\.)*+)'|`((?:[^`\\]|\\.)*+)`""",
    re.S,
)
_ESCAPED = pattern(r"\\u([0-9a-fA-F]{4})")
_MARKUP = pattern(r"<[^<>]*>")
_HAN = pattern(r"[\u3400-\u9fff]")
_STOP = pattern(r"[。！？]")
_LEAST = 100  # Chinese characters of what may be an article
_PART = 30  # of a paragraph; messages of a program are shorter
_HEAD = 40  # by which a paragraph is known that the page shows
_LONGEST = 4_000_000  # characters of scripts that are read


class Scripted(NamedTuple):
    """Running text in a page's scripts that the page does not show: Chinese characters of it, and in which kind of script most stand."""

    size: int
    where: str

    def __str__(self) -> str:
        return f"{self.where} holds {self.size} Chinese characters of running text that the page does not show"


def find(tree: LexborHTMLParser, shown: str = "") -> Scripted | None:
    """The running text that the scripts of a page hold as strings and that is not in `shown`, what the page shows.

    None where that is less than a few sentences of Chinese: words of buttons and messages are no text.
    """
    shown = "".join(_HAN.findall(shown))
    held: dict[str, int] = {}
    known: set[str] = set()
    left = _LONGEST
    for node in tree.css("script"):
        source = node.text() or ""
        left -= len(source)
        if left < 0:
            break
        for text in _strings(source):
            head = text[:_HEAD]
            if head not in shown and head not in known:
                known.add(head)
                where = _kind(node.attributes)
                held[where] = held.get(where, 0) + len(text)
    size = sum(held.values())
    return Scripted(size, max(held, key=held.__getitem__)) if size >= _LEAST else None


def _strings(source: str) -> Iterator[str]:
    """The Chinese characters of each string in a script that reads as a paragraph or more."""
    for quoted in _QUOTED.finditer(source):
        text = quoted[1] or quoted[2] or quoted[3] or ""
        if len(text) < _PART:
            continue
        text = _MARKUP.sub("", _ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text))
        han = "".join(_HAN.findall(text))
        if len(han) >= _PART and _STOP.search(text):
            yield han


def _kind(attributes: dict[str, str | None]) -> str:
    """What a script is, by its type."""
    kind = (attributes.get("type") or "").lower()
    return f"a script's data ({kind[:40]})" if "json" in kind else "a script"
