"""What is gained by knowing a page's site: titles, dates, text, chrome, lists, on made-up sites and on folders of real ones.

    python benchmarks/sites.py                     sites that tests/sites_made.py makes, with their truth
    python benchmarks/sites.py FOLDER [--half N]   a folder of one site's pages: learning and applying, what changes, what it costs

Learnt from one half of the pages (by a hash of their names), counted on the other, without (`alone`) and with the model
(`site`). Columns: pages; titles, dates and media right; pages rejected that hold a document; lines of the text lost, and lost because of the
template; lines of chrome kept; lists told; the share of a page's processor time that applying takes. The truth of a
folder of real pages is what the site's own lists and its links to the next page say of an article, which no page says of
itself: its title, and the day beside it. `--body CSS` (and `--drop CSS` for what in it is none) names the element that
holds the text, by hand: then lines of chrome kept and of the text taken are counted; else what differs is printed for eyes.
"""

import argparse
import hashlib
import posixpath
import re
import sys
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import sites_made
from selectolax.lexbor import LexborHTMLParser, LexborNode

import ingest
from ingest import page, pipeline, sites
from ingest.config import Config
from ingest.errors import Rejected
from ingest.page import decode
from ingest.sites import apply

CONFIG = Config()


class Raw(NamedTuple):
    """A page to be read: its name, address and source, and the truth where it is known."""

    name: str
    url: str | None
    html: str | bytes
    truth: sites_made.Page | None


def _layout(one: Raw) -> page.Layout | None:
    try:
        return page.layout(one.html, media_type="text/html", encoding=None, headers=None, config=CONFIG)
    except Rejected:
        return None


def _squash(text: str) -> str:
    return "".join(text.split())


def curated(one: Raw, model: sites.Model | None) -> ingest.CuratedDocument | Rejected:
    """A page read alone, or by its site."""
    view = sites.View([model], one.name, one.url) if model else None
    pipeline.sites.neighbours = lambda config, source, url: view  # type: ignore[attr-defined]
    try:
        return ingest.curate(one.html, source=one.name, url=one.url)
    except Rejected as why:
        return why


def judged(found: ingest.CuratedDocument | Rejected, truth: sites_made.Page) -> Counter[str]:
    """What of a page came out right."""
    count: Counter[str] = Counter()
    if truth.kind == "list":
        count["lists"] = 1
        count["lists told"] = isinstance(found, Rejected) and "list" in found.message
        count["lists as documents"] = not isinstance(found, Rejected)
        return count
    count["pages"] = 1
    if isinstance(found, Rejected):
        count["rejected"] = 1
        return count
    row, text = found.document, _squash(found.text)
    count["titles"] = row.title == truth.title
    count["dates"] = str(row.published_on) == truth.date
    count["sourced"] = bool(truth.source)
    count["media"] = bool(truth.source) and row.publisher == truth.source
    count["lines"] = len(truth.body)
    lost = [x for x in truth.body if _squash(x) not in text]
    count["lost"] = len(lost)
    taken = "".join(_squash(e.before) for e in found.edits if e.applied and "site-template" in e.rules)
    count["lost to template"] = sum(_squash(x) in taken for x in lost)
    own = {_squash(truth.title), *map(_squash, truth.body)}
    count["chrome"] = sum(_squash(line) not in own for line in found.text.split("\n") if line.strip())
    return count


def made_up(seeds: int) -> None:
    """The made-up sites, each template and both of a redesign."""
    print(
        f"{'site':10s} {'':6s} {'pages':>6s} {'titles':>7s} {'dates':>7s} {'media':>7s} {'rej':>4s} {'lines':>6s} {'lost':>5s} {'by t.':>5s} {'chrome':>6s} {'lists told':>11s} {'as doc':>6s} {'cost':>6s}"
    )
    sums: dict[str, Counter[str]] = {"alone": Counter(), "site": Counter()}
    mixes = [*((name,) for name in sites_made.TEMPLATES), ("tables", "portal"), ("campus", "news")]
    for mix in mixes:
        counts: dict[str, Counter[str]] = {"alone": Counter(), "site": Counter()}
        cost = []
        for seed in range(1, seeds + 1):
            pages = [
                p
                for name in mix
                for p in sites_made.site(name, articles=50, lists=16, forms=8, reprints=6, tables=8, seed=seed)
            ]
            raws = [Raw(p.path, p.url, p.html, p) for p in pages]
            model, _seconds = learnt(raws[0::2])
            for kind, known in (("alone", None), ("site", model)):
                for one in raws[1::2]:
                    if one.truth:
                        counts[kind] += judged(curated(one, known), one.truth)
            cost.append(applying(raws[1::2], model))
        for kind, c in counts.items():
            sums[kind] += c
            print(_line("+".join(mix), kind, c, sum(cost) / len(cost) if kind == "site" else None))
    for kind, c in sums.items():
        print(_line("all", kind, c, None))


def _line(name: str, kind: str, c: Counter[str], cost: float | None) -> str:
    n = c["pages"]
    share = f"{100 * cost:5.1f}%" if cost is not None else ""
    return (
        f"{name:14s} {kind:6s} {n:5d} {100 * c['titles'] / n:6.1f}% {100 * c['dates'] / n:6.1f}% {c['media']:3d}/{c['sourced']:<3d} {c['rejected']:4d} {c['lines']:6d} {c['lost']:5d} "
        f"{c['lost to template']:5d} {c['chrome']:6d} {c['lists told']:5d}/{c['lists']:<5d} {c['lists as documents']:6d} {share:>6s}"
    )


def learnt(raws: Sequence[Raw]) -> tuple[sites.Model, float]:
    """A model of some pages, and the processor seconds it took to learn it from their layouts."""
    layouts = [x for one in raws[:64] if (x := _layout(one)) is not None]
    begun = time.process_time()
    model = sites.learn("host:x", [sites.sketch(x) for x in layouts], len(raws))
    return model, time.process_time() - begun


def applying(raws: Sequence[Raw], model: sites.Model) -> float:
    """Processor time of applying the model, as a share of what curating the pages alone takes; the least of several of each page."""
    sums = [0.0, 0.0]
    for one in raws[:40]:
        if (layout := _layout(one)) is not None:
            sums[0] += _least(lambda layout=layout: apply.told(layout, model.templates), 10)
            sums[1] += _least(lambda one=one: curated(one, None), 4)
    return sums[0] / sums[1]


def _least(done: Callable[[], object], times: int) -> float:
    best = 9e9
    for _ in range(times):
        begun = time.process_time()
        done()
        best = min(best, time.process_time() - begun)
    return best


# ---------------------------------------------------------------- folders of real pages

_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?!\d)")
_DATED = re.compile(rf"^\W*{_DATE.pattern}\W*|[\[(（]?\s*{_DATE.pattern}\s*[\])）]?\s*$")
_CUT = re.compile(r"(?:…|\.{2,}|。{2,})+$")
_NEXT = re.compile(r"^\s*(?:上|下)一(?:篇|条|页|个)\s*[:：]?\s*")
_BUTTON = re.compile(r"查看|详情|返回|更多|阅读|浏览|首页|上一级|^没有|^无$")


class Listed(NamedTuple):
    """What other pages of a site say of an article: its title, None where they differ, and its day."""

    title: str | None
    date: str | None


def _norm(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def _parsed(raw: str | bytes) -> LexborHTMLParser:
    return LexborHTMLParser(decode.decode(raw, encoding=None, headers=None, media_type=None).text)


def listed(raws: Sequence[Raw]) -> dict[str, Listed]:
    """What the lists of a site and its links to next pages say of its articles, by their names; nothing of a page that none lists."""
    names = {one.name.lower(): one.name for one in raws}
    said: dict[str, set[str]] = defaultdict(set)
    days: dict[str, set[str]] = defaultdict(set)
    pages: dict[str, set[str]] = defaultdict(set)
    next_to: set[str] = set()
    for one in raws:
        for a in _parsed(one.html).css("a[href]"):
            target = _target(one.name, (a.attributes.get("href") or "").strip(), names)
            if target is None or target == one.name:
                continue
            pages[target].add(one.name)
            head = a.css_first("h1,h2,h3,h4,h5,[class*=tit]")
            text = " ".join((head if head is not None and head.text().strip() else a).text().split())
            if len(text) > 80 or _BUTTON.search(text[:8] + text[-6:]):
                continue
            if _NEXT.match(text) or (a.parent is not None and _NEXT.match(a.parent.text()[:40])):
                next_to.add(target)
            title = _DATED.sub("", _NEXT.sub("", text)).strip(" ·•>»-")
            whole = _DATED.sub("", " ".join((a.attributes.get("title") or "").split()))
            if _norm(whole).startswith(_norm(_CUT.sub("", title))[:4]):
                title = max(title, whole, key=lambda t: len(_norm(t)))
            if len(_norm(title)) >= 5:
                said[target].add(title)
                if day := _DATE.search(_row(a).replace(" ", "")):
                    days[target].add("{:04d}-{:02d}-{:02d}".format(*map(int, day.groups())))
    found = {}
    for target, titles in said.items():
        if (not days[target] and target not in next_to) or len(pages[target]) > 0.6 * len(raws):
            continue
        best = max((t for t in titles if not _CUT.search(t)), key=lambda t: (len(_norm(t)), t), default=None)
        agree = best and all(_norm(best).startswith(_norm(_CUT.sub("", t))) for t in titles)
        found[target] = Listed(best if agree else None, min(days[target]) if len(days[target]) == 1 else None)
    return found


def _target(name: str, href: str, names: Mapping[str, str]) -> str | None:
    """The page of the folder that a link leads to."""
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    path = unquote(parts.path)
    if not path or parts.scheme not in ("", "http", "https"):
        return None
    if parts.netloc or path.startswith("/"):
        path = path.lstrip("/")
    else:
        path = posixpath.normpath(posixpath.join(posixpath.dirname(name), path))
    return next((names[x] for p in (path, f"{path.rstrip('/')}/index.html") if (x := p.lower()) in names), None)


def _row(a: LexborNode) -> str:
    """The text of the row of a list that a link stands in."""
    row = a
    for _ in range(3):
        above = row.parent
        if above is None or row.tag in ("li", "tr", "dd", "dl") or len(above.css("a[href]")) > 2:
            break
        row = above
    return row.text() if len(row.text()) < 400 else a.text()


def _text_of(one: Raw, body: str, drop: str) -> str:
    """The text in the element that was named by hand, as it is compared; empty where the page has none."""
    tree = _parsed(one.html)
    node = next((n for n in tree.css(body) if _norm(n.text())), None)
    for part in (*tree.css("script,style"), *(node.css(drop) if node is not None and drop else ())):
        part.decompose()
    return _norm(node.text()) if node is not None else ""


def _counted(count: Counter[str], key: str, found: ingest.CuratedDocument | Rejected, truth: Listed, text: str) -> None:
    if isinstance(found, Rejected):
        count[f"{key} rejected"] += 1
        return
    row = found.document
    count[f"{key} titles"] += truth.title is not None and _norm(row.title or "") == _norm(truth.title)
    count[f"{key} dates"] += truth.date is not None and str(row.published_on) == truth.date
    if text:
        lines = [x for line in found.text.split("\n") if len(x := _norm(line)) > 1]
        title = _norm(row.title or "")
        count[f"{key} chrome"] += sum(x not in text and x not in title and x != _norm(truth.title or "") for x in lines)
        taken = [e.before for e in found.edits if e.applied and "site-template" in e.rules]
        count[f"{key} text taken"] += sum(
            len(x) > 1 and x in text for part in taken for x in map(_norm, part.split("\n"))
        )


def folder(path: Path, half: int, body: str, drop: str) -> None:
    """A folder of real pages: what is learnt from one half, and what it changes on the other."""
    names = sorted(
        (p for p in path.rglob("*") if p.suffix.lower() in (".html", ".htm", ".shtml")),
        key=lambda p: hashlib.sha256(str(p.relative_to(path)).encode()).hexdigest(),
    )
    raws = [Raw(str(p.relative_to(path)), None, p.read_bytes(), None) for p in names]
    model, seconds = learnt(raws[half::2])
    print(f"{len(raws)} pages, learnt in {seconds:.2f} s, {len(sites.dump(model)):,} bytes")
    for one in model.templates:
        print(
            f"  {one.seen} pages{' (lists)' if one.listing else ''}: title {one.title and one.title.text}; dates {[d.text for d in one.dates]}; text {one.root and one.root.text}"
        )
    told, count, taken = listed(raws), Counter[str](), Counter[str]()
    for one in raws[1 - half :: 2]:
        alone, site = curated(one, None), curated(one, model)
        if not isinstance(site, Rejected):
            taken.update(e.before.strip() for e in site.edits if e.applied and "site-template" in e.rules)
        truth, text = told.get(one.name), _text_of(one, body, drop) if body else ""
        if truth is None or (body and not text):
            count["other pages"] += 1
            count["other pages, documents alone"] += not isinstance(alone, Rejected)
            count["other pages, documents by site"] += not isinstance(site, Rejected)
            continue
        count["articles"] += 1
        count["titles"] += truth.title is not None
        count["dates"] += truth.date is not None
        _counted(count, "alone", alone, truth, text)
        _counted(count, "by site", site, truth, text)
        if isinstance(site, Rejected) and not isinstance(alone, Rejected):
            print("  rejected by its site:", one.name, alone.document.title, site)
    for what, times in sorted(count.items()):
        print(f"  {what}: {times}")
    for line, times in taken.most_common(20):
        print(f"  taken out {times} times: {line[:80]!r}")
    print(f"  applying takes {100 * applying(raws[1 - half :: 2], model):.1f} % of a page")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--half", type=int, choices=(0, 1), default=0)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--body", default="")
    parser.add_argument("--drop", default="")
    given = parser.parse_args()
    if given.folder:
        folder(given.folder, given.half, given.body, given.drop)
    else:
        made_up(given.seeds)


if __name__ == "__main__":
    main()
