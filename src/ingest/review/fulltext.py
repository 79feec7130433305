"""An index of the curated texts, as files beside the review index that its script opens one by one: search without a server.

Texts are folded to Simplified lower case and looked at in windows of `WINDOW` characters, each beginning `STRIDE` behind the
one before. For each pair of neighbouring characters the windows that have it are written down, and for each character by
itself (behind a 0, which no pair begins with) the texts that have it, each by its first window. What is sought is in
a window that has all its pairs: a phrase that fits into a window is never missed (windows overlap by `OVERLAP`), and only a
window that has every pair of it, in other places, is found wrongly. White space parts words.

The pairs are spread over files (`shards`) by a hash, so that a search opens a few small ones. A file is a page that hands its data
to the page it is opened in, since nothing else can be read from a disk. Building takes a part of the corpus in memory at a
time; parts are put down sorted and merged file by file.
"""

import json
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ingest.corpus.storage.store import Store
from ingest.review.columns import rows_of
from ingest.review.render import block, room, search_shard

WINDOW, STRIDE = 256, 224
OVERLAP = WINDOW - STRIDE
_SHARD = 1 << 16
"""Characters of text that a file stands for, about."""
_MOST_BITS = 12
_PART = 2_000_000
"""Characters that are worked on at a time."""
_FACTOR, _BACK = np.uint32(2654435761), np.uint32(pow(2654435761, -1, 1 << 32))
"""Multiplying by an odd number mixes the bits of a pair, and its inverse gives the pair back."""
_DIGITS = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", np.uint8)
FOLDER = "search"
_STAMP = "stamp"

Words = npt.NDArray[np.uint64]


class Indexed(NamedTuple):
    """What came of it: documents, their characters, files and their bytes, and how long it took (0: it was there)."""

    documents: int
    characters: int
    shards: int
    bytes: int
    seconds: float


def windows(characters: int) -> int:
    """How many windows a text of so many characters has."""
    return max(1, -(-(characters - OVERLAP) // STRIDE))


def write(store: Store, order: Mapping[str, int], out: Path, pairs: str) -> Indexed:
    """Index the texts of a folder. `order`: of each document, in the order of the review index, how many characters it has;
    `pairs`: Traditional characters, each followed by its Simplified one. What is there already and is right stays."""
    folder = out / FOLDER
    total = sum(order.values())
    bits = min(_MOST_BITS, max(0, (total // _SHARD).bit_length()))
    told = json.dumps([room(), store.facts.root, list(order.items()), bits])
    stamp = sha256(told.encode("utf-8", "surrogatepass")).hexdigest()
    if store.facts.root and (folder / _STAMP).is_file() and (folder / _STAMP).read_text() == stamp:
        return Indexed(len(order), total, 1 << bits, _size(folder), 0.0)
    began = time.monotonic()
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    first, at = {}, 0
    for doc_id, characters in order.items():
        first[doc_id] = at
        at += windows(characters)
    table = _folding(pairs)
    with tempfile.TemporaryDirectory(prefix=".search-", dir=out) as scratch:
        parts = [np.load(path, mmap_mode="r") for path in _parts(_texts(store, order), first, table, Path(scratch))]
        for shard in range(1 << bits):
            (folder / f"{shard:03x}.html").write_text(search_shard(block(_shard(parts, shard, bits))), "utf-8")
        del parts
    (folder / _STAMP).write_text(stamp)
    return Indexed(len(order), total, 1 << bits, _size(folder), time.monotonic() - began)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*.html"))


def _texts(store: Store, order: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    for bucket in store.numbers():
        for doc_id, text in rows_of(store.table("documents", bucket), ("doc_id", "text")):
            if doc_id in order:
                yield doc_id, text


@cache
def _folding(pairs: str) -> npt.NDArray[np.uint32]:
    """What each character counts as; 0 is white space. Beyond the first plane some share a place, as in the script."""
    table = np.arange(0x110000, dtype=np.uint32)
    for point in range(0x10000):
        char = chr(point)
        lower = char.lower()
        table[point] = 0 if char.isspace() else ord(lower) if len(lower) == 1 and ord(lower) < 0x10000 else point
    for char, simplified in zip(pairs[::2], pairs[1::2], strict=True):
        table[ord(char)] = ord(simplified)
    table[0x10000:] = 0xE000 + np.arange(0x10000, 0x110000) % 6400
    return table


def _parts(
    texts: Iterable[tuple[str, str]], first: Mapping[str, int], table: npt.NDArray[np.uint32], scratch: Path
) -> Iterator[Path]:
    """Files of sorted words, each a pair that was mixed and a window that has it."""
    held: list[Words] = []
    size = number = 0
    for doc_id, text in texts:
        held.append(_words(text, first[doc_id], table))
        size += len(text)
        if size >= _PART:
            yield _put_down(held, scratch / f"{number}.npy")
            held, size, number = [], 0, number + 1
    if held:
        yield _put_down(held, scratch / f"{number}.npy")


def _put_down(held: list[Words], path: Path) -> Path:
    np.save(path, _sorted(np.concatenate(held)))
    return path


def _words(text: str, first: int, table: npt.NDArray[np.uint32]) -> Words:
    points = table[np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    one, other = points[:-1], points[1:]
    places = np.flatnonzero((one != 0) & (other != 0))
    mixed = ((one[places] << np.uint32(16)) | other[places]) * _FACTOR
    last = windows(len(text)) - 1
    own = np.minimum(places // STRIDE, last)
    # A pair in the first characters of a window is in the end of the one before as well.
    shared = np.flatnonzero((places // STRIDE > 0) & (places // STRIDE <= last) & (places % STRIDE + 1 < OVERLAP))
    alone = np.flatnonzero(np.bincount(points[points != 0])).astype(np.uint32) * _FACTOR
    pairs = np.concatenate([mixed, mixed[shared], alone]).astype(np.uint64)
    where = np.concatenate([own, places[shared] // STRIDE - 1, np.zeros(len(alone), np.int64)]).astype(np.uint64)
    where += np.uint64(first)
    return _sorted((pairs << np.uint64(32)) | where)


def _sorted(words: Words) -> Words:
    """Sorted, each once. (`np.unique` hashes, and takes ten times as long over words as alike as these.)"""
    words.sort()
    return words[np.concatenate([[True], words[1:] != words[:-1]])] if len(words) else words


def _shard(parts: list[Words], shard: int, bits: int) -> dict[str, str]:
    """The pairs of a file, each with its windows: the first and then the steps, in digits of five bits, the lowest first."""
    low, high = shard << (64 - bits), (shard + 1) << (64 - bits)
    own = [
        part[
            np.searchsorted(part, np.uint64(low)) : np.searchsorted(part, np.uint64(high))
            if high < 1 << 64
            else len(part)
        ]
        for part in parts
    ]
    words = _sorted(np.concatenate(own)) if own else np.empty(0, np.uint64)
    if not len(words):
        return {}
    mixed = (words >> np.uint64(32)).astype(np.uint32)
    where = (words & np.uint64(0xFFFFFFFF)).astype(np.int64)
    begins = np.flatnonzero(np.concatenate([[True], mixed[1:] != mixed[:-1]]))
    steps = np.diff(where, prepend=0)
    steps[begins] = where[begins]
    written, ends = _digits(steps)
    names = mixed[begins] * _BACK
    borders = [0, *(int(ends[n - 1]) for n in begins[1:]), len(written)]
    return {
        chr(int(name) >> 16) + chr(int(name) & 0xFFFF): written[borders[n] : borders[n + 1]]
        for n, name in enumerate(names)
    }


def _digits(steps: npt.NDArray[np.int64]) -> tuple[str, npt.NDArray[np.int64]]:
    """Numbers in digits of five bits, one behind the other, and where each ends."""
    lengths = np.ones(len(steps), np.int64)
    for power in range(5, 40, 5):
        lengths += steps >= 1 << power
    ends = np.cumsum(lengths)
    out = np.empty(int(ends[-1]), np.uint8)
    at, left = ends - lengths, steps.copy()
    open_ = np.arange(len(steps))
    while len(open_):
        digit = left[open_] & 31
        left[open_] >>= 5
        more = left[open_] > 0
        out[at[open_]] = _DIGITS[digit + 32 * more]
        at[open_] += 1
        open_ = open_[more]
    return out.tobytes().decode("ascii"), ends
