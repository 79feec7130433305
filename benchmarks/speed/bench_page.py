"""Speed of the page stage, part by part, beside a bare parse and beside other extractors.

    python benchmarks/speed/bench_page.py [FOLDER …] [--repeat N] [--gold FILE]

Without folders it measures on the HTML pages under `raw/`. "Bare" is what nobody can do without: lexbor's parse of the
decoded page and one walk over the tree that collects the text nodes outside scripts and styles. Other extractors
(requirements.txt) are measured where they are installed; each gets the decoded text, which spares it the hardest part.
Ours take turns page by page, and the best time of each on each page counts, so that a busy machine blurs little.
With `--gold`, JSON lines of `page` (a file's name) and `text`, also how well each finds the text: macro F1 of 4-grams.
"""

import argparse
import contextlib
import importlib
import json
import re
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from ingest import Config, Rejected, page
from ingest.page import decode, html, walk

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Config()
SKIPPED = frozenset(("script", "style", "noscript", "template"))


def bare(text: str) -> str:
    """Parse and walk, nothing else."""
    out: list[str] = []
    todo = [LexborHTMLParser(text).root]
    while todo:
        node = todo.pop()
        while node is not None:
            tag = node.tag
            if tag == "-text":
                out.append(node.text_content or "")
            elif tag not in SKIPPED:
                following = node.next
                if following is not None:
                    todo.append(following)
                node = node.first_child
                continue
            node = node.next
    return "".join(out)


def decoded(raw: bytes) -> str:
    return decode.decode(raw, encoding=None, headers=None, media_type=None).text


def whole(raw: bytes) -> str:
    """The page stage: the document's text without its title, "" where it finds none, which costs as much."""
    try:
        got = page.read_page(raw, media_type="text/html", encoding=None, headers=None, url=None, config=CONFIG)
    except Rejected:
        return ""
    title = got.title or (0, 0)
    return "\n".join(got.text[b.start : b.end] for b in got.blocks if not title[0] <= b.start < title[1])


def from_text(text: str) -> None:
    with contextlib.suppress(Rejected):
        html.read_html(text, None, CONFIG)


def walked(text: str) -> None:
    walk.walk(LexborHTMLParser(text), CONFIG.limits)


def seconds(runs: dict[str, tuple[Callable[..., object], list]], repeat: int) -> dict[str, float]:
    """What each takes over all its pages, by the best of its times on each."""
    count = len(next(iter(runs.values()))[1])
    best = {name: [float("inf")] * count for name in runs}
    for _ in range(repeat):
        for n in range(count):
            for name, (function, given) in runs.items():
                begun = time.perf_counter()
                function(given[n])
                best[name][n] = min(best[name][n], time.perf_counter() - begun)
    return {name: sum(every) for name, every in best.items()}


def grams(text: str) -> Counter[str]:
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return Counter(text[n : n + 4] for n in range(max(1, len(text) - 3))) if text else Counter()


def f1(wanted: list[str], got: list[str]) -> float:
    """Macro: of mean precision and mean recall."""
    precision = recall = 0.0
    for one, other in zip(wanted, got, strict=True):
        a, b = grams(one), grams(other)
        hit = (a & b).total()
        precision += hit / max(1, b.total())
        recall += hit / max(1, a.total())
    return 2 * precision * recall / max(1e-9, precision + recall) / len(wanted)


def others() -> dict[str, Callable[[str], object]]:
    """The extractors that are installed here."""
    found: dict[str, Callable[[str], object]] = {}

    def have(name: str) -> object | None:
        try:
            return importlib.import_module(name)
        except ImportError:
            return None

    if trafilatura := have("trafilatura"):
        found["trafilatura"] = trafilatura.extract
        found["trafilatura, precise"] = lambda text: trafilatura.extract(text, favor_precision=True)
    if readability := have("readability"):
        found["readability-lxml"] = lambda text: LexborHTMLParser(readability.Document(text).summary()).text(
            separator="\n"
        )
    if have("resiliparse"):
        plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
        found["resiliparse"] = lambda text: plain(text, main_content=True)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folders", nargs="*", type=Path)
    arguments.add_argument("--repeat", type=int, default=5)
    arguments.add_argument("--gold", type=Path)
    options = arguments.parse_args()
    files = sorted(f for folder in options.folders or [ROOT / "raw"] for f in folder.rglob("*.html"))
    texts: dict[Path, str] = {}
    for file in files:
        with contextlib.suppress(Rejected):
            texts[file] = decoded(file.read_bytes())
    readable, given = [file.read_bytes() for file in texts], list(texts.values())
    pages, size = len(given), sum(map(len, readable)) / 1e6
    print(f"{pages} pages, {size:.1f} MB")
    runs: dict[str, tuple[Callable[..., object], list]] = {
        "bare parse and walk": (bare, given),
        "decode": (decoded, readable),
        "parse and our walk": (walked, given),
        "page stage from text": (from_text, given),
        "page stage": (whole, readable),
    }
    spent = seconds(runs, options.repeat)
    # In a round of their own: they would empty the processor's caches before each of the quick ones.
    beside: dict[str, tuple[Callable[..., object], list]] = {name: (run, given) for name, run in others().items()}
    if beside:
        spent |= seconds(beside, min(2, options.repeat))
    scores: dict[str, float] = {}
    if options.gold:
        lines = map(json.loads, options.gold.read_text("utf-8").splitlines())
        gold = {line["page"]: line["text"] for line in lines}
        known = [n for n, file in enumerate(texts) if file.name in gold]
        wanted = [gold[file.name] for file in texts if file.name in gold]
        for name, (run, input_) in {"page stage": runs["page stage"], **beside}.items():
            scores[name] = f1(wanted, [str(run(input_[n]) or "") for n in known])
    floor = spent["bare parse and walk"]
    for name, took in spent.items():
        print(
            f"  {name:22s} {pages / took:8.0f} pages/s {1000 * took / pages:8.2f} ms/page {took / floor:6.2f} x bare"
            + (f"  F1 {scores[name]:.3f}" if name in scores else "")
        )


if __name__ == "__main__":
    main()
