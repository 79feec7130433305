"""A page's neighbours for `curate`: the models that its settings name, those of its scope alone."""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from urllib.parse import urljoin

from pydantic import ValidationError
from selectolax.lexbor import LexborHTMLParser

from ingest.config import Config, SiteModels
from ingest.errors import InputError
from ingest.models import Listing
from ingest.page.layout import Layout
from ingest.page.neighbours import Told
from ingest.scopes import content, index, keys_of, led_to, place_of, scope_of, scopes_of
from ingest.sites import apply, lists
from ingest.sites.sketch import Sketch, hashed
from ingest.sites.template import FORMS, Lead, Model, Template

MOST_LEADS = 2000
"""Rows of lists that a model keeps at most (some 150 kB)."""
_ROWS = 3
"""Links from which on a page of a template of lists is flagged, where it is a document all the same."""


class View:
    """What some models tell of the page `source`, fetched from `url`."""

    def __init__(self, models: Sequence[Model], source: str, url: str | None) -> None:
        self.models = models
        self.source, self.url = source, url

    def __call__(self, layout: Layout, tree: LexborHTMLParser) -> Told | None:
        """What they tell; None where the page has none of their templates."""
        found = self._told(layout)
        if found is None:
            return None
        told, template, page = found
        if (lead := self._lead()) is not None:
            told = told._replace(facts=(*told.facts, *apply.said(lead)))
        if not template.listing:
            return told
        found_links = lists.links(page, template, tree)
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
            for n, (at, name, day, href) in enumerate(found_links)
        )
        what = f"a list of {len(rows)} links, as the pages of template {template.id[:4]} of its site are"
        return told._replace(
            listing=what if lists.is_list(page, template, [one[0] for one in found_links]) else None,
            of_lists=len(rows) >= _ROWS,
            rows={"listings": rows},
        )

    def _told(self, layout: Layout) -> tuple[Told, Template, Sketch] | None:
        """The templates of one form are asked together; models of two forms lie side by side until one is learnt again."""
        for form in sorted({model.form for model in self.models}, reverse=True):
            templates = [t for model in self.models if model.form == form for t in model.templates]
            if found := apply.told(layout, templates, form):
                return found
        return None

    def _lead(self) -> Lead | None:
        """What a list says of this page."""
        leads = [model.leads_to for model in self.models if model.leads]
        keys = [hashed(key) for key in keys_of(self.source, self.url)] if leads else ()
        return next((every[key] for every in leads for key in keys if key in every), None)


def leads(model: Model, pages: Iterable[tuple[Layout, LexborHTMLParser, str, str | None]]) -> tuple[Lead, ...]:
    """What the lists among some pages (layout, tree, source, address) say of the pages that they lead to.

    Of a page to which several lists lead the first says it; no more than `MOST_LEADS` are kept.
    """
    found: dict[int, Lead] = {}
    for layout, tree, source, url in pages:
        told = apply.told(layout, model.templates, model.form)
        if told is None or not told[1].listing:
            continue
        for _, name, day, href in lists.links(told[2], told[1], tree):
            if href and (key := led_to(href, source, url)) and len(found) < MOST_LEADS:
                found.setdefault(hashed(key), Lead(page=hashed(key), title=name, date=day))
    return tuple(found[key] for key in sorted(found))


def neighbours(config: Config, source: str, url: str | None) -> View | None:
    """The neighbours of a page; None where the settings name no model of its scope."""
    if config.site_models is None:
        return None
    known = index(config.site_models)
    models = [load(config.site_models, s, known[s]) for s in scopes_of(scope_of(source, url)) if s in known]
    return View(models, source, url) if any(m.templates for m in models) else None


@lru_cache(maxsize=64)
def load(named: SiteModels, scope: str, sha256: str) -> Model:
    """The model of a scope. Raises `InputError` where its file is not there, or not the one that the index names."""
    return parse(content(named, scope, sha256), str(place_of(named, scope)), scope)


def parse(raw: bytes, path: str, scope: str) -> Model:
    """The model in a file's content."""
    try:
        model = Model.model_validate_json(raw)
    except ValidationError as error:
        raise InputError(f"{path} is no model of a site: `ingest sites learn {scope}` makes it anew") from error
    if model.form not in FORMS:
        raise InputError(f"{path} was made by another version: `ingest sites learn {scope}` makes it anew")
    return model


def dump(model: Model) -> bytes:
    """A model as a file's content: the same model, the same bytes."""
    return (model.model_dump_json(indent=1) + "\n").encode()
