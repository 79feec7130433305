"""What a page's head says: <meta>, canonical link, JSON-LD.

`author` in <meta> is left alone: on news sites it holds the web editor, on others the firm that built the site. WeChat's
holds who wrote the article.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple, cast, get_args
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from ingest import labels, rules
from ingest.blocks import Fact, FactField
from ingest.han import dates, outlets
from ingest.patterns import pattern

_ARTICLE = frozenset(("Article", "NewsArticle", "BlogPosting", "Report", "ScholarlyArticle", "SocialMediaPosting"))
_MAX_JSON = 500_000
# WeChat's articles name the platform as their site; account and day stand in an element and in a script that fills the page.
_PLATFORM = "微信公众平台"
_CREATED = pattern(r"""\bvar\s+(?:ct|oriCreateTime)\s*=\s*["'](1\d{9})["']""")
# `<span itemprop=datePublished content=…>`: microdata beside the text.
_SAYING = 'meta[content], link[rel="canonical"], script[type="application/ld+json"], [itemprop="datePublished"][content]:not(meta)'
_YEAR = pattern(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_CHINA = timezone(timedelta(hours=8))


TABLE = rules.Table("ingest.page", "meta.tsv", ("name", "field", "rank", "example"), unique=("name",))
ARCHIVES = rules.Table("ingest.page", "archives.tsv", ("site", "example"), unique=("site",))


class _Meaning(NamedTuple):
    field: FactField
    rank: int


@lru_cache(maxsize=1)
def _table() -> dict[str, _Meaning]:
    return {
        row["name"]: _Meaning(cast(FactField, row.one_of("field", get_args(FactField))), row.whole_number("rank"))
        for row in TABLE.rows()
    }


@lru_cache(maxsize=1)
def _archives() -> frozenset[str]:
    return frozenset(row["site"] for row in ARCHIVES.rows())


def read_head(tree: LexborHTMLParser, url: str | None) -> tuple[list[Fact], str | None]:
    """The facts in the head of `tree`, which was fetched from `url`; and whom it names as author, for what that is worth.

    A day that is another one where the stamp's zone is than in China has that one as its `note` (`facts.as_printed`).
    """
    facts: list[Fact] = []
    author: str | None = None
    platform = False
    table = _table()
    printed: set[str] = set()
    for node in tree.css(_SAYING):
        if node.tag == "meta":
            attributes = node.attributes
            name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
            name = name.strip().lower()
            meaning = table.get(name)
            value = (attributes.get("content") or "").strip()
            if value == _PLATFORM and meaning:
                platform = True
            elif meaning and value:
                facts += _fact(meaning, value, f"meta:{name}", url)
            elif name == "author":
                author = author or value
        elif node.tag == "link":
            facts += _fact(_Meaning("url", 10), node.attributes.get("href") or "", "link:canonical", url)
        elif node.tag == "script":
            facts += _linked_data(node.text())
        else:
            value = node.attributes.get("content") or ""
            years = _YEAR.findall(node.text())
            if not years or value[:4] in years:  # else the template's own example: what it prints is another day
                printed.add(value)
    if len(printed) == 1:  # several: of a list
        facts += _fact(table["datepublished"], printed.pop(), "meta:datepublished", url)
    if any(f.rule == "meta:og:site_name" and f.value in _archives() for f in facts):
        # What an archive says of its copy: when it was made, and by whom.
        facts = [f for f in facts if f.field not in ("published_on", "publisher")]
    if platform:
        facts += _account(tree, author)
    return [f._replace(origin="attribute") for f in facts], author


def _account(tree: LexborHTMLParser, author: str | None) -> list[Fact]:
    """Who publishes a WeChat article, and when: not in its `<meta>`."""
    facts: list[Fact] = []
    name = tree.css_first("#js_name")
    if name is not None:
        facts += labels.value_fact(labels.Label("wechat-account", "publisher", 30), name.text().strip())
    facts += labels.value_fact(labels.Label("wechat-author", "author", 35), author or "")
    for script in tree.css("script"):
        if found := _CREATED.search(script.text()):
            day = datetime.fromtimestamp(int(found[1]), _CHINA).date().isoformat()
            facts.append(Fact("published_on", day, "wechat-created", 30))
            break
    return facts


def _fact(meaning: _Meaning, value: str, rule: str, url: str | None) -> list[Fact]:
    field, rank = meaning
    if field == "url":
        address = _address(value, url)
        return [Fact("url", address, rule, rank)] if address else []
    if field == "title":
        plain = re.sub(r"<[^<>]*>", " ", value).strip()
        return [Fact("title", plain, rule, rank)] if plain else []
    label = labels.Label(rule, field, rank)
    note = dates.written(value) if field == "published_on" else None
    return [f._replace(rule=rule, note=note) for f in labels.value_fact(label, value)]


def _address(value: str, url: str | None) -> str | None:
    """An absolute address of this very page; a home page is a template's mistake."""
    value = urljoin(url, value.strip()) if url else value.strip()
    if value.startswith("//"):
        value = f"https:{value}"
    try:
        parts = urlsplit(value)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or "." not in parts.netloc or len(value) > 2000:
        return None
    return value if parts.path.strip("/") or parts.query else None


def _linked_data(text: str) -> list[Fact]:
    if not text or len(text) > _MAX_JSON or '"@type"' not in text:
        return []
    try:
        data = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return []
    facts: list[Fact] = []
    for item in _articles(data):
        date = item.get("datePublished")
        if isinstance(date, str) and (iso := dates.parse(date)):
            facts.append(Fact("published_on", iso, "json-ld", 15, note=dates.written(date)))
        for field, key, rank in (("author", "author", 28), ("publisher", "publisher", 45)):
            names = [n for n in _names(item.get(key)) if 1 < len(n) <= 40]
            if names and not (len(names) == 1 and outlets.AUTHOR.fullmatch(names[0])):
                facts.append(Fact(cast(FactField, field), "、".join(names), "json-ld", rank))
            elif names:
                facts.append(Fact("publisher", names[0], "json-ld", 40))  # an agency that stands as the author
        headline = item.get("headline")
        if isinstance(headline, str) and headline.strip():
            facts.append(Fact("title", headline.strip(), "json-ld", 20))
    return facts


def _articles(data: object) -> Iterator[dict[str, object]]:
    if isinstance(data, list):
        for item in data[:20]:
            yield from _articles(item)
    elif isinstance(data, dict):
        kinds = data.get("@type")
        if _ARTICLE & set(kinds if isinstance(kinds, list) else [kinds] if isinstance(kinds, str) else []):
            yield data
        if "@graph" in data:
            yield from _articles(data["@graph"])


def _names(value: object) -> list[str]:
    if isinstance(value, str):
        return [value.strip()]
    if isinstance(value, dict):
        return _names(value.get("name"))
    return [name for item in value[:12] for name in _names(item)] if isinstance(value, list) else []
