"""What was curated, from which bytes, by which code and settings: the reason a second run has nothing to do.

One small JSON file a bucket, renamed into place in the same commit as the bucket's tables. It can always be made again
from the datasets; what they do not hold (a file's times, the exact code) is then unknown, and the version column decides.
The file ends with a line that holds the SHA-256 of all before it: a ledger that was damaged is not believed.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self

from ingest import gate
from ingest.corpus.storage.schema import BUCKETED

_SETTLED_NS = 2_000_000_000


class Stat(NamedTuple):
    """A file's size and times, as far as they are fit to tell that it has not changed."""

    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, path: Path) -> "Stat":
        """The present ones."""
        found = os.stat(path)  # noqa: PTH116 (this runs once a page on every run; Path.stat costs twice as much)
        return cls(found.st_size, found.st_mtime_ns, found.st_ctime_ns)

    def settled(self, now_ns: int) -> "Stat | None":
        """This, or None for a file so young that it may yet change within the same tick of its clock."""
        return self if now_ns - max(self.mtime_ns, self.ctime_ns) > _SETTLED_NS else None


class Outcome(NamedTuple):
    """What one page (of those in a raw file) came to: the document's revision, or why it was rejected.

    `host`: the scope of its site where that is a host, which its source does not tell. `said`: the corrections it was
    curated with (`correction.digest_of`), None or empty: none.
    """

    source: str
    revision: str | None
    reason: str | None
    host: str | None = None
    said: str | None = None


class Entry(NamedTuple):
    """One raw file as it was when it was curated."""

    stat: Stat | None
    sha256: str | None
    sidecar: str | None
    code: str
    config: str
    limits: str
    outcomes: tuple[Outcome, ...]
    sites: str | None = ""
    """What was known of the sites of its pages (`scopes.digest_of`); None: there is no telling any more."""


class Ledger(NamedTuple):
    """The entries of one bucket by raw path, and the SHA-256 of each of its tables."""

    entries: dict[str, Entry]
    files: dict[str, str]

    @classmethod
    def empty(cls) -> Self:
        """No entries."""
        return cls({}, {})

    @classmethod
    def load(cls, path: Path) -> "Ledger | None":
        """The ledger in a file; None when there is none or it was damaged."""
        return cls._believed(path, *_opened(path))

    @classmethod
    def told(cls, path: Path) -> "Told | None":
        """What the ledger in a file comes to; None likewise. It is not parsed again while it is the one that this process has read."""
        body, seal = _opened(path)
        known = _TOLD.get(path)
        if known is None or known.seal != seal:
            known = _TOLD[path] if cls._believed(path, body, seal) else None
        return known

    @classmethod
    def _believed(cls, path: Path, body: bytes, seal: bytes) -> "Ledger | None":
        """The ledger that a file holds, where that is one; what it comes to is kept in mind."""
        if not seal:
            return None
        try:
            found = cls._parsed(json.loads(body))
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        raw = raw_of((name, entry.sha256) for name, entry in found.entries.items())
        _TOLD[path] = Told(seal, dict(found.files), raw)
        return found

    @classmethod
    def _parsed(cls, data: dict[str, Any]) -> Self:
        """The ledger in the words of its file. Raises what comes when they are others."""
        entries = {
            name: Entry(
                Stat(*map(int, stat)) if stat else None,
                _text(sha, nullable=True),
                _text(side, nullable=True),
                _text(code),
                _text(config),
                _text(limits),
                tuple(Outcome(_text(s), *(_text(v, nullable=True) for v in rest)) for s, *rest in outcomes),
                *(_text(value, nullable=True) for value in more),
            )
            for name, (stat, sha, side, code, config, limits, outcomes, *more) in data["entries"].items()
        }
        files = {name: _text(digest) for name, digest in data["files"].items()}
        if not files.keys() <= set(BUCKETED):
            raise ValueError("it names files that are none of a bucket")
        return cls(entries, files)

    def to_bytes(self) -> bytes:
        """The file's content: the same entries always give the same bytes."""
        lines = ",\n".join(
            f"{json.dumps(name)}: {json.dumps(self.entries[name], separators=(',', ':'))}"
            for name in sorted(self.entries)
        )
        body = f'{{"files": {json.dumps(self.files, sort_keys=True)},\n"entries": {{\n{lines}\n}}}}'.encode()
        return body + b"\n" + _seal(body) + b"\n"


class Told(NamedTuple):
    """What a ledger comes to: its seal, the SHA-256 of each table, and the one over its raw files' names and digests."""

    seal: bytes
    files: Mapping[str, str]
    raw: str


_TOLD: dict[Path, Told] = {}
"""Of each ledger that this process has read, believed while the file has that seal: half of what ends a run asks for it, and to
parse a ledger takes ten times as long as to see that it is the same."""


def raw_of(files: Iterable[tuple[str, str | None]]) -> str:
    """The SHA-256 over the names and digests of raw files."""
    return hashlib.sha256(json.dumps(sorted(map(list, files))).encode()).hexdigest()


def _opened(path: Path) -> tuple[bytes, bytes]:
    """The body of a ledger's file and its seal; empty where there is none, or where they do not fit."""
    try:
        body, _, seal = gate.read(path).rstrip(b"\n").rpartition(b"\n")
    except OSError:
        return b"", b""
    return (body, seal) if seal == _seal(body) else (b"", b"")


def _text(value: object, *, nullable: bool = False) -> Any:
    if not isinstance(value, str) and not (nullable and value is None):
        raise TypeError("it holds something else where text should be")
    return value


def _seal(body: bytes) -> bytes:
    return b"sha256 " + hashlib.sha256(body).hexdigest().encode()
