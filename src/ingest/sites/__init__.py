"""What one page cannot know and its neighbours do: the templates of a site, learnt from its pages.

    sketch    a page's elements and lines by their paths: what its template looks like
    clusters  which pages have one template
    learn     from such pages to a `Template`: where title and date stand, which element holds the text, what is chrome
    apply     a page read by the templates of its site
    lists     pages that are lists, and their rows
    slots     the places of title, date and medium in a template
    view      the models that the settings name, for `curate`

Pure: pages in, values out. Who finds the pages of a site and keeps its models is `corpus`. Single pages cannot know the
site's slogan from a title; forty pages of one template can: what repeats is chrome, what varies once a page is a slot.
"""

from ingest.sites.learn import learn
from ingest.sites.sketch import Sketch, hashed, sketch
from ingest.sites.template import Lead, Model, Template
from ingest.sites.view import View, dump, leads, load, neighbours, parse

__all__ = [
    "Lead",
    "Model",
    "Sketch",
    "Template",
    "View",
    "dump",
    "hashed",
    "leads",
    "learn",
    "load",
    "neighbours",
    "parse",
    "sketch",
]
