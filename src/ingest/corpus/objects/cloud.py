"""The five calls through obstore (extra `cloud`): S3 and what speaks like it, Azure, Google.

Credentials are taken from the environment by obstore itself and never seen here; what a failure says is its kind and the
status, not the text of the answer, in which keys and signed addresses can stand.
"""

import secrets
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ingest.corpus.objects.seam import Found, Gone, Held, Tag
from ingest.errors import InputError, StoreError, UsageError
from ingest.patterns import pattern

_STATUS = pattern(r"\b[45]\d\d [A-Z][A-Za-z ]{2,40}")
_KINDS = {
    "UnauthenticatedError": "the credentials in the environment are not accepted",
    "PermissionDeniedError": "the credentials do not allow it",
    "InvalidPathError": "a name there has an empty part or one of dots (`a//b`, `a/../b`), which cannot be read: rename it",
    "NotSupportedError": "the place cannot do it",
}
_CREDENTIALS = "account, keys and endpoint are taken from the environment, docs/scale.md names the variables"
T = TypeVar("T")


def connect(address: str) -> "Cloud":
    """The place behind an address. Raises UsageError without the extra, InputError where it cannot be made sense of."""
    try:
        from obstore.store import from_url
    except ImportError:
        raise UsageError(f"{address} needs obstore: pip install 'ingest[cloud]'") from None
    try:
        return Cloud(address, from_url(address))
    except Exception as error:
        raise InputError(f"{address} cannot be used: {_said(error)}") from None


class Cloud:
    """A place that obstore reaches."""

    def __init__(self, address: str, store: Any) -> None:
        self.address, self._store = address, store

    def get(self, name: str, *, span: tuple[int, int] | None = None, tag: Tag | None = None) -> Held | None:
        """An object, or a part of it."""
        import obstore

        options: Any = {}
        if span is not None:
            options["range"] = span
        if tag is not None:
            options["if_match"] = tag.etag

        def ask() -> Held:
            found = obstore.get(self._store, name, options=options)
            return Held(bytes(found.bytes()), _tag(found.meta))

        try:
            return self._told(name, ask)
        except FileNotFoundError:
            if tag is not None:
                raise Gone(name) from None
            return None

    def create(self, name: str, content: bytes) -> Tag | None:
        """Writes an object that is not there yet."""
        return self._put(name, content, "create")

    def swap(self, name: str, content: bytes, tag: Tag | None) -> Tag | None:
        """Replaces an object that is in the state `tag`."""
        if tag is None:
            return self.create(name, content)
        state = {"e_tag": tag.etag} | ({"version": tag.version} if tag.version is not None else {})
        return self._put(name, content, state)

    def list(self, prefix: str = "") -> Iterator[Found]:
        """The objects whose names begin so. obstore lists by whole parts of a name, the rest is sifted here."""
        import obstore

        folder = prefix.rpartition("/")[0]
        listed = self._told(prefix, lambda: iter(obstore.list(self._store, folder or None)))
        while (some := self._told(prefix, lambda: next(listed, None))) is not None:
            for meta in some:
                if meta["path"].startswith(prefix):
                    yield Found(meta["path"], meta["size"], _tag(meta), meta["last_modified"])

    def delete(self, name: str) -> None:
        """Removes an object, if it is there."""
        import obstore

        try:
            self._told(name, lambda: obstore.delete(self._store, name))
        except FileNotFoundError:
            return

    def _put(self, name: str, content: bytes, mode: Any) -> Tag | None:
        import obstore

        try:
            # In one request: one in parts would not be refused as a whole.
            made = self._told(name, lambda: obstore.put(self._store, name, content, mode=mode, use_multipart=False))
        except (FileNotFoundError, Gone):
            return None
        return _tag(made)

    def _told(self, name: str, call: Callable[[], T]) -> T:
        """The answer; a refusal is `Gone`, and any other failure one line without what the place wrote."""
        from obstore.exceptions import AlreadyExistsError, BaseError, NotModifiedError, PreconditionError

        try:
            return call()
        except (AlreadyExistsError, PreconditionError, NotModifiedError):
            raise Gone(name) from None
        except FileNotFoundError:
            raise
        except (BaseError, OSError) as error:
            raise StoreError(f"{self.address}/{name}: {_said(error)}") from None


def _tag(meta: Any) -> Tag:
    etag = meta["e_tag"] or ""
    if etag and not etag.startswith(('"', "W/")):  # Azure's listings leave the quotes out
        etag = f'"{etag}"'
    return Tag(etag, meta.get("version"))


def _said(error: BaseException) -> str:
    """What kind of failure it is."""
    kind = type(error).__name__
    status = _STATUS.search(str(error))
    if kind in _KINDS:
        return _KINDS[kind] + (f" ({status[0].strip()})" if status else "")
    if status:
        denied = status[0][:3] in ("401", "403")
        return f"the place answers {status[0].strip()}" + (f": {_CREDENTIALS}" if denied else "")
    return f"it cannot be reached, or is set up otherwise ({kind}): {_CREDENTIALS}"


_probed: set[str] = set()


def prove(place: Any) -> None:
    """Sees to it that the place decides on conditions, by an object made for that. Raises `StoreError` where it does not.

    A place that passes over a condition would let two writers both believe that theirs is the state.
    """
    if place.address in _probed:
        return
    name = f".ingest/probe-{secrets.token_hex(8)}"
    try:
        first = place.create(name, b"1")
        sound = first is not None and place.create(name, b"2") is None
        if sound:
            second = place.swap(name, b"3", first)
            sound = second is not None and second != first and place.swap(name, b"4", first) is None
    finally:
        place.delete(name)
    if not sound:
        raise StoreError(
            f"{place.address} passes over conditions on writes (If-None-Match, If-Match): nothing can be committed there safely"
        )
    _probed.add(place.address)
