"""The running text that src/ingest/repair/model.bin is made of. See docs/model.md for where it comes from.

SOURCES holds a clone of each repository under its own name: `china-law-db`, `TranslateProject`, `xin-wen-lian-bo`,
`chinese-novel`. Nothing that the repairs are measured on is read: neither the regulations of two places, nor the
transcripts of one day in eight, nor what shares a long stretch with the texts of a folder that the caller names.
"""

import hashlib
import html
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ingest.repair.model import encode

MEASURED = "df"
"""First hex digits of the SHA-1 of `news/NAME.md` whose transcripts are left for measuring."""
MEASURED_PLACES = ("DLC/重庆", "DLC/广东")
SOME_NOVELS = "07"
LONG = 24
"""Ideographs side by side that a text must share with a measured one to be left out."""
_HAN = re.compile("[\u3400-\u9fff]")
_CODE = re.compile(r"[<>{}\\|=_^~`$@#&]|/[a-z]|[a-z]/|\b(?:via|www)\b")
_MARKDOWN = [
    (re.compile(pattern), to)
    for pattern, to in (
        (r"!\[[^\]]*\]\([^)]*\)", ""),
        (r"\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])", r"\1"),
        (r"https?://\S+", ""),
        (r"`[^`]*`", "a"),
        (r"^[#>*\-\s|]+", ""),
        (r"\*\*|__|<[^>]{0,200}>", ""),
        (r"&[a-z]+;", " "),
    )
]
_HEAD = ("《新闻联播》", "新闻摘要", "查看原文")


class Measured:
    """Long stretches of the texts under some folders."""

    def __init__(self, folders: Iterable[Path]) -> None:
        parts = [np.zeros(0, np.uint64)]
        for path in sorted(file for folder in folders for file in folder.rglob("*") if file.is_file()):
            text = re.sub(r"<[^>]*>", "", path.read_bytes().decode("utf-8", "replace"))
            text = re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)
            parts.append(_stretches(text))
        self._keys = np.unique(np.concatenate(parts))

    def shares(self, text: str) -> bool:
        """Whether a text has one of them."""
        keys = _stretches(text)
        if not len(keys) or not len(self._keys):
            return False
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        return bool((self._keys[at] == keys).any())


def _stretches(text: str) -> NDArray[np.uint64]:
    ids = encode(text).astype(np.uint64)
    ids = ids[(ids >= 0x3400) & (ids < 0xA000)]
    size = len(ids) - LONG + 1
    keys = np.zeros(max(0, size), np.uint64)
    with np.errstate(over="ignore"):
        for n in range(LONG if size > 0 else 0):
            keys = keys * np.uint64(0x9E3779B97F4A7C15) + ids[n : size + n]
    return keys


def law(sources: Path) -> Iterator[list[str]]:
    """Statutes, regulations, rules and interpretations in force, which nobody has a copyright in."""
    for name, text in _files(sources / "china-law-db", ".md"):
        if "/" in name and not name.startswith(("案例", "README", "scripts", *MEASURED_PLACES)):
            yield _paragraphs(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL))


def tech(sources: Path) -> Iterator[list[str]]:
    """Translated articles about free software: the lines that are Chinese."""
    for name, text in _files(sources / "TranslateProject", ".md"):
        if name.startswith(("published/", "translated/")):
            yield _paragraphs(text)


def news(sources: Path) -> Iterator[list[str]]:
    """Transcripts of television news."""
    for name, text in _files(sources / "xin-wen-lian-bo", ".md"):
        if name.startswith("news/") and _digit(name) not in MEASURED:
            yield [line for line in _paragraphs(text) if not line.startswith(_HEAD)]


def novels(sources: Path) -> Iterator[list[str]]:
    """Some chapters of novels of the Ming and Qing."""
    for name, text in _files(sources / "chinese-novel", ".html"):
        if _digit(name) in SOME_NOVELS:
            lines = re.sub(r"<br ?/?>|</p>", "\n", html.unescape(text))
            yield [line.strip() for line in re.sub("<[^>]*>", "", lines).split("\n")]


def documents(read: Callable[[Path], Iterable[list[str]]], sources: Path, measured: Measured) -> Iterator[str]:
    """The paragraphs of one source that are mostly Chinese, each long one once, those that are measured left out."""
    seen: set[str] = set()
    for lines in read(sources):
        kept = []
        for line in lines:
            han = len(_HAN.findall(line))
            if han < 6 or han * 2 < len(line) or _CODE.search(line) or (line in seen and len(line) >= 20):
                continue
            seen.add(line)
            kept.append(line)
        if measured.shares("".join(kept)):
            kept = [] if read is law else [line for line in kept if not measured.shares(line)]
        if kept:
            yield "\n".join(kept)


def _files(folder: Path, ending: str) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob(f"*{ending}")):
        yield path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8", errors="replace")


def _digit(name: str) -> str:
    return hashlib.sha1(name.encode(), usedforsecurity=False).hexdigest()[0]


def _paragraphs(text: str) -> list[str]:
    """The lines of Markdown without its marks, code left out."""
    out, code = [], False
    for line in text.split("\n"):
        if line.startswith("```"):
            code = not code
        elif not code:
            for pattern, to in _MARKDOWN:
                line = pattern.sub(to, line)
            out.append(line.strip())
    return out
