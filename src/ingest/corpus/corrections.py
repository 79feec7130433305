"""Corrections beside a raw folder: `raw.corrections.jsonl` beside `raw`, a line a correction, only ever added to.

They stand beside the raw folder and not in the curated one, because they are as much a source as the pages are: whoever
curates the folder anew, elsewhere or with another version, has them again.
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from ingest import gate
from ingest.corpus.objects.seam import Objects
from ingest.corpus.objects.spool import beside, origin
from ingest.corpus.readers import file_of
from ingest.correction import Correction, digest_of, effective
from ingest.errors import InputError, first_fault

_ENDING = ".corrections.jsonl"
_TRIES = 20
_MOST = 500_000_000
"""Bytes that a file of corrections may have."""


class Said(NamedTuple):
    """The corrections of a run, by the raw file that holds their pages."""

    by_file: Mapping[str, tuple[Correction, ...]] = {}

    @classmethod
    def of(cls, said: Iterable[Correction]) -> "Said":
        """Some corrections, those of a file in the order they were given."""
        found: dict[str, list[Correction]] = defaultdict(list)
        for one in said:
            found[file_of(one.source)].append(one)
        return cls({name: tuple(some) for name, some in found.items()})

    def about(self, sources: Iterable[str]) -> tuple[Correction, ...]:
        """Those of some pages."""
        if not self.by_file:
            return ()
        return tuple(one for source in sources for one in self.by_file.get(file_of(source), ()) if one.source == source)

    def digest(self, source: str) -> str:
        """What a page depends on as far as corrections go; empty without any."""
        return digest_of(self.about((source,))) if self.by_file else ""


def place(raw: Path) -> Path:
    """The file of a raw folder's corrections."""
    raw = origin(raw)
    return raw.with_name(f"{raw.name}{_ENDING}")


def load(raw: Path) -> tuple[Correction, ...]:
    """The corrections of a raw folder, in the order they were given. Raises `InputError` naming the line that is none."""
    path = place(raw)
    if there := beside(raw, _ENDING):
        held = there[0].get(there[1])
        return parsed(held.content, path) if held else ()
    try:
        content = gate.read(path, most=_MOST)
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error
    return parsed(content, path)


def parsed(content: bytes, path: Path) -> tuple[Correction, ...]:
    """The corrections in a file's content; blank lines are passed over."""
    out = []
    for n, line in enumerate(content.split(b"\n"), 1):
        if not line.strip():
            continue
        try:
            out.append(Correction.model_validate_json(line))
        except ValidationError as error:
            where, what = first_fault(error)
            raise InputError(f"{path}, line {n} is no correction: {where and where + ': '}{what}") from None
    return tuple(out)


def lines(said: Iterable[Correction]) -> str:
    """Corrections as the lines of a file."""
    return "".join(
        json.dumps(one.model_dump(mode="json", exclude_none=True), ensure_ascii=False) + "\n" for one in said
    )


def add(raw: Path, said: Sequence[Correction]) -> Path:
    """Adds corrections to the file of a raw folder, in one write; a last line that was cut short is closed first."""
    path = place(raw)
    data = lines(said).encode()
    if there := beside(raw, _ENDING):
        _added(*there, data)
        return path
    try:
        with path.open("ab+") as file:
            if file.seek(0, os.SEEK_END):
                file.seek(-1, os.SEEK_END)
                data = data if file.read(1) == b"\n" else b"\n" + data
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror or error}") from error  # a pipe has no strerror
    return path


def _added(where: Objects, name: str, data: bytes) -> None:
    """Adds to an object: replaced on condition that nobody else has added to it meanwhile."""
    for _ in range(_TRIES):
        held = where.get(name)
        before = held.content if held else b""
        if where.swap(
            name, before + (b"\n" if before and not before.endswith(b"\n") else b"") + data, held and held.tag
        ):
            return
    raise InputError(f"{where.address}/{name} is written by others all the time: nothing was added, try again")


def standing(raw: Path) -> tuple[Correction, ...]:
    """The corrections of a raw folder that count."""
    return effective(load(raw))
