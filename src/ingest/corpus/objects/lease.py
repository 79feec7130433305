"""One run at a time in a folder of object storage: an object that is made where none is, and is good for some minutes.

It only keeps two runs from doing the same work: what they must not do to each other is for the buckets' ledgers to prevent.
"""

import json
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ingest.corpus.objects.seam import Objects, Tag
from ingest.errors import StoreError

NAME = ".ingest/run.json"
TERM = 120.0
"""Seconds that a lease is good for; it is renewed after a third of them."""


@contextmanager
def lease(place: Objects, wait: float = 0.0, term: float = TERM) -> Iterator[None]:
    """The folder for one run. Another waits `wait` seconds and is then refused with a line that says who."""
    own = _Lease(place, term)
    until = time.monotonic() + wait
    while not own.take():
        if time.monotonic() >= until:
            raise StoreError(
                f"another run is curating into {place.address}{own.holder}: let it end, or wait for it with --wait SECONDS"
            )
        time.sleep(min(1.0, max(0.05, until - time.monotonic())))
    renewing = threading.Thread(target=own.renew, name="lease", daemon=True)
    renewing.start()
    try:
        yield
    finally:
        own.ended.set()
        renewing.join()
        own.drop()


class _Lease:
    def __init__(self, place: Objects, term: float) -> None:
        self.place, self.term = place, term
        self.token = secrets.token_hex(8)
        self.tag: Tag | None = None
        self.holder = ""
        self.ended = threading.Event()

    def take(self) -> bool:
        """Makes the lease, or takes one over that has run out."""
        self.tag = self.place.create(NAME, self._content())
        if self.tag is not None:
            return True
        held = self.place.get(NAME)
        if held is None:
            return False
        about = _read(held.content)
        if about.get("token") == self.token:  # the first try had arrived
            self.tag = held.tag
            return True
        if about.get("until", 0) < time.time():
            self.tag = self.place.swap(NAME, self._content(), held.tag)
            return self.tag is not None
        self.holder = f" (process {about.get('pid')} on {about.get('host')})"
        return False

    def renew(self) -> None:
        """Keeps the lease; where it was lost there is nothing to be done that the ledgers do not do."""
        while not self.ended.wait(self.term / 3):
            with suppress(StoreError):
                tag = self.place.swap(NAME, self._content(), self.tag)
                if tag is None and (held := self.place.get(NAME)) and _read(held.content).get("token") == self.token:
                    tag = held.tag
                self.tag = tag or self.tag

    def drop(self) -> None:
        """Ends it, unless it is another's by now."""
        with suppress(StoreError):
            held = self.place.get(NAME)
            if held is not None and _read(held.content).get("token") == self.token:
                self.place.delete(NAME)

    def _content(self) -> bytes:
        about = {
            "token": self.token,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "until": time.time() + self.term,
        }
        return json.dumps(about).encode()


def _read(content: bytes) -> dict[str, Any]:
    try:
        about = json.loads(content)
        return about if isinstance(about, dict) and isinstance(about.get("until"), int | float) else {}
    except ValueError:
        return {}
