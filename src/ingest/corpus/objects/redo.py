"""A bucket's ledger object: its lock, its commit record and its redo log in one.

    .ingest/ledger/017.json                  the ledger; before it, in a commit, a line `pending {…}`
    .ingest/staging/017-<token>-documents    a table of a writer's own, on its way
    documents/bucket=017/part-0.parquet      replaced as a whole, on the state that the writer knew

The commit is the one conditional write that puts the pending line in. Whoever finds it completes it: each staged table is
put into place on the state that is noted, where a refusal means that somebody has helped; then the line is taken out, on
condition again. A writer that was overtaken cannot commit, and one that comes back from the dead finds other states.
"""

import hashlib
import json
import os
import secrets
import time
from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import NamedTuple

from ingest.corpus.objects.seam import Objects, Tag

LEDGERS, STAGING = ".ingest/ledger/", ".ingest/staging/"
_HEAD = b"pending "
_OLD = 6 * 3600.0
"""Seconds after which a staged table that no ledger names was left behind."""


class Lost(Exception):  # noqa: N818 (an answer)
    """Another writer was first: the ledger is not the one that the work was based on."""


class Part(NamedTuple):
    """One table of a commit: where it belongs, where it waits, what it has to be, and the state that it follows."""

    name: str
    staged: str
    sha256: str
    before: Tag | None


class State(NamedTuple):
    """A bucket's ledger object as it stands."""

    body: bytes | None
    """The ledger; None where there is no object."""
    tag: Tag | None
    pending: tuple[Part, ...] = ()
    token: str = ""


def ledger_name(bucket: int) -> str:
    """Where a bucket's ledger is."""
    return f"{LEDGERS}{bucket:03d}.json"


def look(place: Objects, bucket: int, own: Collection[str]) -> State:
    """The ledger object as it stands; a pending line that is not as it was written counts as damage of the whole."""
    held = place.get(ledger_name(bucket))
    if held is None:
        return State(None, None)
    if not held.content.startswith(_HEAD):
        return State(held.content, held.tag)
    head, _, body = held.content.partition(b"\n")
    try:
        said, _, seal = head[len(_HEAD) :].rpartition(b" ")
        if hashlib.sha256(said + body).hexdigest().encode() != seal:
            raise ValueError("it is not as it was written")
        about = json.loads(said)
        parts = tuple(
            Part(str(n), str(s), str(d), None if before is None else Tag(str(before[0]), before[1]))
            for n, s, d, before in about["parts"]
        )
        if any(part.name not in own or not part.staged.startswith(STAGING) for part in parts):
            raise ValueError("it names objects that are none of the bucket")
        return State(body, held.tag, parts, str(about["token"]))
    except (ValueError, TypeError, KeyError, IndexError):
        return State(b"", held.tag)  # no ledger can be read in it: the bucket is made again


def opened(place: Objects, bucket: int, own: Collection[str]) -> State:
    """The ledger as it stands, once what was left half done is completed, by whoever comes."""
    while (state := look(place, bucket, own)).pending:
        complete(place, bucket, state)
    return state


def complete(place: Objects, bucket: int, state: State, tags: dict[str, Tag] | None = None) -> Tag | None:
    """Puts the tables of a commit into place and takes the pending line out; the ledger's state then, if it was ours to tell.

    `tags` takes the states of the tables that were put there by this call.
    """
    pause = float(os.environ.get("INGEST_COMMIT_PAUSE_MS") or 0) / 1000
    for part in state.pending:
        if pause:
            time.sleep(pause)
        if not _put(place, bucket, part, state, {} if tags is None else tags):
            return None
    done = place.swap(ledger_name(bucket), state.body or b"", state.tag) if state.tag else None
    if done is not None:
        for part in state.pending:
            place.delete(part.staged)
    return done


def _put(place: Objects, bucket: int, part: Part, state: State, tags: dict[str, Tag]) -> bool:
    """One table; False where the commit is complete already, which somebody else has seen to."""
    staged = place.get(part.staged)
    if staged is None:
        # Somebody has completed it and swept up; or it was taken away by hand, which the ledger's digests will tell.
        return _stands(place, bucket, state)
    before = part.before
    while (tag := place.swap(part.name, staged.content, before)) is None:
        present = place.get(part.name)
        if present is not None and _sha256(present.content) == part.sha256:
            tag = present.tag  # somebody has helped, or a first try did arrive
            break
        if not _stands(place, bucket, state):
            return False
        before = present.tag if present else None  # written by nobody who keeps to this protocol
    tags[part.name] = tag
    return True


def _stands(place: Objects, bucket: int, state: State) -> bool:
    """Whether the commit is still the one that is to be completed."""
    held = place.get(ledger_name(bucket))
    return held is not None and held.tag == state.tag


def commit(
    place: Objects, bucket: int, base: State, body: bytes, tables: Mapping[str, tuple[bytes, Tag | None]]
) -> tuple[State, dict[str, Tag]]:
    """Replaces tables and ledger, all or none: `tables` by name, each with the state that is known of it.

    `base` is the state that the work was based on. Gives the state then, and those of the tables as far as they are known.
    Raises `Lost` where `base` is the state no more.
    """
    token = secrets.token_hex(8)
    parts = [
        Part(name, f"{STAGING}{bucket:03d}-{token}-{n}", _sha256(content), before)
        for n, (name, (content, before)) in enumerate(sorted(tables.items()))
    ]
    with ThreadPoolExecutor(max(1, len(parts))) as together:
        list(together.map(lambda part: place.create(part.staged, tables[part.name][0]), parts))
    said = json.dumps({"token": token, "parts": parts}, separators=(",", ":")).encode()
    record = _HEAD + said + b" " + hashlib.sha256(said + body).hexdigest().encode() + b"\n" + body
    tag = place.swap(ledger_name(bucket), record, base.tag)
    if tag is None:
        # A first try may have arrived whose answer did not: then what stands there is ours, or was and is completed.
        present = look(place, bucket, [part.name for part in parts])
        if present.token != token:
            for part in parts:
                place.delete(part.staged)
            raise Lost(ledger_name(bucket))
        tag = present.tag
    state = State(body, tag, tuple(parts), token)
    tags: dict[str, Tag] = {}
    done = complete(place, bucket, state, tags)
    if done is not None:
        return State(body, done), tags
    return opened(place, bucket, [part.name for part in parts]), {}


def sweep(place: Objects, named: Collection[str]) -> int:
    """Removes staged tables that are old and that no ledger names (`named`); gives how many."""
    now, removed = datetime.now(UTC), 0
    for found in list(place.list(STAGING)):
        if found.name not in named and (now - found.modified).total_seconds() > _OLD:
            place.delete(found.name)
            removed += 1
    return removed


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
