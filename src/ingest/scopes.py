"""Scopes of pages, and which models there are for each: what a run has to know of sites without looking into a page.

A scope is a host, where the address of a page is known, or else the first folder that it lies in. Models of sites lie in a
folder, a file a scope; its index names each file's SHA-256, and the settings name the index and its own. So the settings
of a run are as small for ten thousand sites as for one, and a page depends on its own site's model alone.
"""

import hashlib
import json
import posixpath
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urljoin, urlsplit

from ingest.config import ScopeModels
from ingest.errors import InputError
from ingest.patterns import pattern

POOL = "folder:."
"""The scope of pages without a known host that lie in no folder, or in one with too few pages to learn from."""
INDEX = "index.json"
_ODD = pattern(r"[^\w.-]+")


def scope_of(source: str, url: str | None) -> str:
    """The scope of a page: its host where its address is known, else the first folder that it lies in."""
    try:
        host = (urlsplit(url).hostname or "") if url else ""
    except ValueError:
        host = ""
    if host:
        return f"host:{host.lower()}"
    first, slash, _ = source.partition("/")
    return f"folder:{first}" if slash else POOL


def scopes_of(scope: str) -> tuple[str, ...]:
    """The scopes whose templates a page of that scope may have, the likeliest first."""
    return (scope,) if scope.startswith("host:") or scope == POOL else (scope, POOL)


def keys_of(source: str, url: str | None) -> tuple[str, ...]:
    """By what names a list may lead to a page: its address without the scheme, and where it lies."""
    return (*((_bare(url),) if url else ()), source)


def led_to(href: str, source: str, url: str | None) -> str | None:
    """To which page, by a name of `keys_of`, a link on the page `source` leads; None where it leads to none.

    Where the page's address is not known, folders are taken for what they were saved from: the first one is the site.
    """
    try:
        if url:
            return _bare(urljoin(url, href))
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme and parts.scheme not in ("http", "https"):
        return None
    if parts.netloc:
        return _bare(href)
    if not parts.path:
        return None
    name = f"{parts.path}?{parts.query}" if parts.query else parts.path
    first, slash, _ = source.partition("/")
    if name.startswith("/"):
        return f"{first}{name}" if slash else name[1:]
    found = posixpath.normpath(posixpath.join(posixpath.dirname(source), name))
    return None if found.startswith("..") else found


def _bare(url: str) -> str:
    parts = urlsplit(url.partition("#")[0])
    return f"{parts.netloc.lower()}{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def file_of(scope: str) -> str:
    """The name of a scope's file."""
    return f"{_ODD.sub('-', scope)[:60]}-{hashlib.sha256(scope.encode('utf-8', 'surrogatepass')).hexdigest()[:6]}.json"


@lru_cache(maxsize=8)
def index(named: ScopeModels) -> Mapping[str, str]:
    """The SHA-256 of each scope's model. Raises `InputError` where the index is not there, or not the one that was named."""
    path = Path(named.path)
    raw = _read(path, named)
    if hashlib.sha256(raw).hexdigest() != named.sha256:
        raise InputError(f"{path} ({named.setting}) is not the file that the settings were made with: start anew")
    try:
        found = json.loads(raw)["models"]
        return MappingProxyType({str(scope): str(sha) for scope, sha in found.items()})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{path} is no index of models of sites: `{named.command}` makes it anew") from error


def content(named: ScopeModels, scope: str, sha256: str) -> bytes:
    """The file of a scope's model. Raises `InputError` where it is not there, or not the one that the index names."""
    path = place_of(named, scope)
    raw = _read(path, named)
    if hashlib.sha256(raw).hexdigest() != sha256:
        raise InputError(f"{path} is not the file that the index names: `{named.command} {scope}` makes it anew")
    return raw


def place_of(named: ScopeModels, scope: str) -> Path:
    """Where a scope's model lies."""
    return Path(named.path).parent / file_of(scope)


def _read(path: Path, named: ScopeModels) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read ({named.setting}): {error.strerror}") from error


def digest_of(known: Mapping[str, str], scopes: Iterable[str]) -> str:
    """What pages of some scopes depend on, as far as models of sites go: empty where there is none of theirs."""
    named = sorted(f"{scope} {known[scope]}" for scope in {x for s in scopes for x in scopes_of(s)} if scope in known)
    return hashlib.sha256("\n".join(named).encode("utf-8", "surrogatepass")).hexdigest()[:16] if named else ""
