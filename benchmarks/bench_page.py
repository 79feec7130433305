"""Speed of the page stage, part by part, beside a bare parse and beside other extractors.

    python benchmarks/bench_page.py [FOLDER …] [--repeat N]

Without folders it measures on the HTML pages under `raw/`. "Bare" is what nobody can do without: lexbor's parse of the
decoded page and one walk over the tree that collects the text nodes outside scripts and styles. Other extractors
(requirements.txt) are measured where they are installed; each gets the decoded text, which spares it the hardest part.
"""

import argparse
import contextlib
import importlib
import time
from collections.abc import Callable
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser

from ingest import Config, Rejected, page
from ingest.page import decode, html, walk

ROOT = Path(__file__).resolve().parent.parent
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


def whole(raw: bytes) -> None:
    with contextlib.suppress(Rejected):  # a page without a document costs as much
        page.read(raw, media_type="text/html", encoding=None, headers=None, url=None, config=Config())


def from_text(text: str) -> None:
    with contextlib.suppress(Rejected):
        html.read(text, None, Config())


def walked(text: str) -> None:
    walk.walk(LexborHTMLParser(text), Config().limits)


def seconds(function: Callable[..., object], given: list, repeat: int) -> float:
    best = float("inf")
    for _ in range(repeat):
        begun = time.process_time()
        for one in given:
            function(one)
        best = min(best, time.process_time() - begun)
    return best


def others() -> dict[str, Callable[[str], object]]:
    """The extractors that are installed here."""
    found: dict[str, Callable[[str], object]] = {}

    def have(name: str) -> object | None:
        try:
            return importlib.import_module(name)
        except ImportError:
            return None

    if trafilatura := have("trafilatura"):
        found["trafilatura"] = lambda text: trafilatura.extract(text, favor_precision=True)
    if readability := have("readability"):
        found["readability-lxml"] = lambda text: readability.Document(text).summary()
    if have("resiliparse"):
        plain = importlib.import_module("resiliparse.extract.html2text").extract_plain_text
        found["resiliparse"] = lambda text: plain(text, main_content=True)
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("folders", nargs="*", type=Path)
    arguments.add_argument("--repeat", type=int, default=5)
    options = arguments.parse_args()
    files = sorted(f for folder in options.folders or [ROOT / "raw"] for f in folder.rglob("*.html"))
    raws = [f.read_bytes() for f in files]
    readable = []
    for raw in raws:
        try:
            decoded(raw)
            readable.append(raw)
        except Rejected:
            continue
    texts = [decoded(raw) for raw in readable]
    pages, size = len(texts), sum(map(len, readable)) / 1e6
    print(f"{pages} pages, {size:.1f} MB")
    whole(readable[0])
    floor = seconds(bare, texts, options.repeat)
    rows = [
        ("bare parse and walk", floor),
        ("decode", seconds(decoded, readable, options.repeat)),
        ("parse and our walk", seconds(walked, texts, options.repeat)),
        ("page stage from text", seconds(from_text, texts, options.repeat)),
        ("page stage", seconds(whole, readable, options.repeat)),
    ]
    for name, run in others().items():
        run(texts[0])
        rows.append((name, seconds(run, texts, 1)))
    for name, spent in rows:
        print(
            f"  {name:22s} {pages / spent:8.0f} pages/s {1000 * spent / pages:8.2f} ms/page {spent / floor:6.2f} x bare"
        )


if __name__ == "__main__":
    main()
