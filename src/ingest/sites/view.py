"""A page's neighbours for `curate`: the models that its settings name, those of its scope alone."""

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser

from ingest.config import Config, SiteModel
from ingest.errors import InputError
from ingest.models import Listing
from ingest.page.layout import Layout
from ingest.page.neighbours import Told
from ingest.sites import apply
from ingest.sites.template import FORM, Model

POOL = "folder:."
"""The scope of pages without a known host that lie in no folder, or in one with too few pages to learn from."""


def scope_of(source: str, url: str | None) -> str:
    """The scope of a page: its host where its address is known, else the first folder that it lies in."""
    host = (urlsplit(url).hostname or "") if url else ""
    if host:
        return f"host:{host.lower()}"
    first, slash, _ = source.partition("/")
    return f"folder:{first}" if slash else POOL


def scopes_of(source: str, url: str | None) -> tuple[str, ...]:
    """The scopes whose templates a page may have, the likeliest first."""
    scope = scope_of(source, url)
    return (scope,) if scope.startswith("host:") or scope == POOL else (scope, POOL)


def digest_of(config: Config, scopes: Sequence[str]) -> str:
    """What pages of some scopes depend on, as far as models of sites go: empty where there is none of theirs."""
    named = sorted(f"{m.scope} {m.sha256}" for m in config.site_models if m.scope in scopes)
    return hashlib.sha256("\n".join(named).encode()).hexdigest()[:16] if named else ""


class View:
    """What some models tell of the page `source`, fetched from `url`."""

    def __init__(self, models: Sequence[Model], source: str, url: str | None) -> None:
        self.templates = [template for model in models for template in model.templates]
        self.source, self.url = source, url

    def __call__(self, layout: Layout, tree: LexborHTMLParser) -> Told | None:
        """What they tell; None where the page has none of their templates."""
        found = apply.told(layout, self.templates)
        if found is None:
            return None
        told, template, page = found
        if not template.listing:
            return told
        rows = tuple(
            Listing(
                source=self.source,
                ordinal=n,
                title=name,
                date=date.fromisoformat(day) if day else None,
                url=urljoin(self.url, href) if href and self.url else href,
                start=layout.lines[at].start,
                end=layout.lines[at].place[1],
            )
            for n, (at, name, day, href) in enumerate(apply.links(page, template, tree))
        )
        what = f"a list of {len(rows)} links, as the pages of template {template.id[:4]} of its site are"
        return told._replace(
            listing=what if apply.is_list(page, template, len(rows)) else None, rows={"listings": rows}
        )


def neighbours(config: Config, source: str, url: str | None) -> View | None:
    """The neighbours of a page; None where the settings name no model of its scope."""
    if not config.site_models:
        return None
    scopes = scopes_of(source, url)
    models = [load(named) for scope in scopes for named in config.site_models if named.scope == scope]
    return View(models, source, url) if any(m.templates for m in models) else None


@lru_cache(maxsize=256)
def load(named: SiteModel) -> Model:
    """The model in a file. Raises `InputError` where it is not there, or not the one that was named."""
    path = Path(named.path)
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read (site_models): {error.strerror}") from error
    if hashlib.sha256(raw).hexdigest() != named.sha256:
        raise InputError(f"{path} (site_models) is not the file that the settings were made with: start anew")
    try:
        model = Model.model_validate_json(raw)
    except ValidationError as error:
        raise InputError(f"{path} is no model of a site: `ingest sites forget {named.scope}`") from error
    if model.form != FORM:
        raise InputError(f"{path} was made by another version: `ingest sites learn {named.scope}` makes it anew")
    return model


def dump(model: Model) -> bytes:
    """A model as a file's content: the same model, the same bytes."""
    return (model.model_dump_json(indent=1) + "\n").encode()
