"""What is gained by knowing a page's site: titles, dates, text, chrome, lists, on made-up sites and on folders of real ones.

    python benchmarks/sites.py                     sites that tests/sites_made.py makes, with their truth
    python benchmarks/sites.py FOLDER [--half N]   a folder of one site's pages: learning and applying, what changes, what it costs

Learnt from one half of the pages (by a hash of their names), counted on the other, without (`alone`) and with the model
(`site`). Columns: pages; titles, dates and media right; pages rejected that hold a document; lines of the text lost, and lost because of the
template; lines of chrome kept; lists told; the share of a page's processor time that applying takes. A folder of real
pages has no truth here: what differs is printed for eyes.
"""

import argparse
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

import sites_made

import ingest
from ingest import page, pipeline, sites
from ingest.config import Config
from ingest.errors import Rejected
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
    """Processor time of applying the model, as a share of what curating the pages alone takes; the least of three."""
    layouts = [x for one in raws if (x := _layout(one)) is not None]
    best = [9e9, 9e9]
    for _ in range(3):
        begun = time.process_time()
        for layout in layouts:
            apply.told(layout, model.templates)
        best[0] = min(best[0], time.process_time() - begun)
        begun = time.process_time()
        for one in raws:
            curated(one, None)
        best[1] = min(best[1], time.process_time() - begun)
    return best[0] / best[1]


def folder(path: Path, half: int) -> None:
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
    differ: Counter[str] = Counter()
    for one in raws[1 - half :: 2]:
        alone, site = curated(one, None), curated(one, model)
        if isinstance(alone, Rejected) or isinstance(site, Rejected):
            what = (
                "rejected by both"
                if isinstance(alone, Rejected) and isinstance(site, Rejected)
                else "rejected alone"
                if isinstance(alone, Rejected)
                else "rejected by site"
            )
            differ[what] += 1
            if what == "rejected by site":
                print("  rejected by its site:", one.name, alone.document.title, site)  # type: ignore[union-attr]
            continue
        differ["documents"] += 1
        for field in ("title", "published_on", "text"):
            a, b = getattr(alone.document, field), getattr(site.document, field)
            if a != b:
                differ[field] += 1
                if field != "text" and differ[field] <= 8:
                    print(f"  {field}: {a} -> {b}  {one.name}")
    print(" ", dict(differ), f"applying {100 * applying(raws[1 - half :: 2], model):.1f} % of a page")


def main() -> None:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--half", type=int, choices=(0, 1), default=0)
    parser.add_argument("--seeds", type=int, default=2)
    given = parser.parse_args()
    if given.folder:
        folder(given.folder, given.half)
    else:
        made_up(given.seeds)


if __name__ == "__main__":
    main()
