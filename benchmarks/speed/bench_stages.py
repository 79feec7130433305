"""What each stage costs on five kinds of page, beside a bare parse and beside other tools, and which has passed its budget.

    python benchmarks/speed/bench_stages.py [--pages 40] [--rounds 5] [--others PYTHON] [--svg FILE] [--json FILE] [--renew]

Processor time, kinds and stages in turn, the median of some rounds. The pages are made here (`pages_made`). `budget.json` holds
for each kind and stage how many times a bare parse of the modern page it may take: a stage that takes a tenth more is named,
and the exit code is 1. Who makes a stage dearer renews the budget (`--renew`) and says why in the commit.

`--others` is the Python of an environment with requirements.txt in it: each tool gets the text of the same pages, decoded
(OpenCC the curated text), in a process of its own, in turn with ours.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import pages_made
from bars import Bar, drawn
from selectolax.lexbor import LexborHTMLParser

import ingest
from ingest import page, pipeline
from ingest.config import Config
from ingest.page import decode

BUDGET = Path(__file__).resolve().parents[1] / "budget.json"
OTHERS = BUDGET.parents[1] / ".venv-bench" / "bin" / "python"  # by `make bench-tools`
PASSED = 1.1
SMALL = 1.0
"""Bare parses that a stage may always take: what takes less is lost in the noise."""
CONFIG = Config()
Costs = dict[str, float]


def bare(text: str) -> None:
    """What nobody can do without: the parse, and one walk over the tree that collects the text nodes."""
    out = []
    todo = [LexborHTMLParser(text).root]
    while todo:
        node = todo.pop()
        while node is not None:
            if node.tag == "-text":
                out.append(node.text_content or "")
            elif node.tag not in ("script", "style"):
                if node.next is not None:
                    todo.append(node.next)
                node = node.first_child
                continue
            node = node.next


@contextmanager
def taken_apart(spent: Costs) -> Iterator[None]:
    """Adds to `spent` what each stage of `curate` takes while this lasts."""

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*given: Any, **named: Any) -> Any:
            begun = time.process_time()
            try:
                return function(*given, **named)
            finally:
                spent[name] = spent.get(name, 0.0) + time.process_time() - begun

        return run

    before = page.read_page, pipeline.STAGES, pipeline._rows
    page.read_page = timed("page", page.read_page)
    pipeline.STAGES = tuple(s._replace(step=timed(s.name, s.step)) for s in pipeline.STAGES)
    pipeline._rows = timed("rows", pipeline._rows)
    try:
        yield
    finally:
        page.read_page, pipeline.STAGES, pipeline._rows = before


def one_round(pages: list[bytes]) -> Costs:
    """Milliseconds a page of each stage, of all, and of a bare parse."""
    spent: Costs = {}
    begun = time.process_time()
    with taken_apart(spent):
        for n, raw in enumerate(pages):
            ingest.curate(raw, source=f"page{n}", config=CONFIG)
    spent["all"] = time.process_time() - begun
    return {name: 1000 * taken / len(pages) for name, taken in spent.items()}


def text_of(raw: bytes) -> str:
    return decode.decode(raw, encoding=None, headers=None, media_type=None).text


_OTHER = """
import sys, json, time
pages = json.load(open(sys.argv[1], encoding="utf-8"))
tools = {}
try:
    import trafilatura
    tools["trafilatura"] = trafilatura.extract
except ImportError: pass
try:
    from readability import Document
    tools["readability-lxml"] = lambda text: Document(text).summary()
except ImportError: pass
try:
    from resiliparse.extract.html2text import extract_plain_text
    tools["resiliparse"] = lambda text: extract_plain_text(text, main_content=True)
except ImportError: pass
curated = {}
try:
    import opencc
    curated["OpenCC (C++) t2s"] = opencc.OpenCC("t2s").convert
except ImportError: pass
for line in sys.stdin:
    out = {}
    for kind, (texts, plain) in pages.items():
        for name, run in {**(tools if texts else {}), **curated}.items():
            given = plain if name in curated else texts
            begun = time.process_time()
            for text in given: run(text)
            out.setdefault(kind, {})[name] = 1000 * (time.process_time() - begun) / len(given)
    print(json.dumps(out), flush=True)
"""


@contextmanager
def beside(python: str | None, pages: dict[str, list[bytes]]) -> Iterator[Callable[[], dict[str, Costs]]]:
    """A function that lets the other tools take one turn, in a process of their own."""
    if not python:
        yield dict
        return
    given = {}
    for kind, raws in pages.items():
        html = pages_made.KINDS[kind][1] == ".html"
        given[kind] = (
            [text_of(raw) for raw in raws] if html else [],
            [ingest.curate(r, source="x").page_text for r in raws],
        )
    held = Path(__file__).with_name("others.tmp.json")
    held.write_text(json.dumps(given), encoding="utf-8")
    try:
        with subprocess.Popen(
            [python, "-c", _OTHER, str(held)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            assert process.stdin is not None and process.stdout is not None
            put, got = process.stdin, process.stdout

            def turn() -> dict[str, Costs]:
                put.write("\n")
                put.flush()
                return json.loads(got.readline())  # type: ignore[no-any-return]

            yield turn
            put.close()
    finally:
        held.unlink()


def parsed(texts: list[str]) -> float:
    """Milliseconds a page of a bare parse."""
    begun = time.process_time()
    for text in texts:
        bare(text)
    return 1000 * (time.process_time() - begun) / len(texts)


FLOOR = "bare parse of the modern page"


def measured(pages: dict[str, list[bytes]], rounds: int, python: str | None) -> dict[str, list[Costs]]:
    """What was measured in each round, by kind: stages, the bare parse of each kind that is HTML, and other tools.

    A bare parse of the modern page is taken right before and behind each kind: what is busy beside this slows both.
    """
    seen: dict[str, list[Costs]] = {kind: [] for kind in pages}
    texts = {kind: [text_of(raw) for raw in raws] for kind, raws in pages.items()}
    with beside(python, pages) as turn:
        for number in range(rounds + 1):
            others = turn()
            for kind, raws in pages.items():
                before = parsed(texts["modern"])
                costs = one_round(raws)
                costs[FLOOR] = (before + parsed(texts["modern"])) / 2
                if pages_made.KINDS[kind][1] == ".html":
                    costs["bare parse"] = parsed(texts[kind])
                if number:  # the first one is for the caches
                    seen[kind].append(costs | others.get(kind, {}))
    return seen


def medians(rounds: list[Costs], *, in_parses: bool = False) -> Costs:
    """The median of each figure, in milliseconds or in bare parses of its round."""
    return {
        name: statistics.median(one.get(name, 0.0) / (one[FLOOR] if in_parses else 1.0) for one in rounds)
        for name in rounds[0]
    }


def passed(parses: dict[str, Costs], budget: dict[str, Costs]) -> list[str]:
    """The stages that took a tenth more than their budget."""
    return [
        f"{kind}: {name} takes {parses[kind].get(name, 0.0):.2f} bare parses, its budget is {most:.2f}"
        for kind, own in budget.items()
        for name, most in own.items()
        if kind in parses and parses[kind].get(name, 0.0) > PASSED * max(most, SMALL)
    ]


STAGES = ("page", *(stage.name for stage in pipeline.STAGES), "rows")
OURS = (*STAGES, "all")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--pages", type=int, default=40)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--others", default=str(OTHERS) if OTHERS.exists() else None)
    options.add_argument("--svg", type=Path)
    options.add_argument("--json", type=Path)
    options.add_argument("--renew", action="store_true", help="write the budget anew from what was measured now")
    given = options.parse_args()
    pages = {kind: [make(n) for n in range(given.pages)] for kind, (make, _) in pages_made.KINDS.items()}
    rounds = measured(pages, given.rounds, given.others)
    found = {kind: medians(some) for kind, some in rounds.items()}
    parses = {kind: medians(some, in_parses=True) for kind, some in rounds.items()}
    floor = found["modern"][FLOOR]
    names = [*OURS, *dict.fromkeys(name for own in found.values() for name in own if name not in (*OURS, FLOOR))]
    print(f"milliseconds of the processor a page, and the share of it; a bare parse of the modern page: {floor:.3f} ms")
    print(f"{'':27}" + "".join(f"{kind:>18}" for kind in found))
    for name in names:
        cells = (
            f"{own[name]:9.2f} {100 * own[name] / own['all']:6.0f} %" + " " if name in own else " " * 18
            for own in found.values()
        )
        print(f"{name:27}" + "".join(cells))
    if given.json:
        given.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if given.svg:
        bars = [Bar(kind, [(name, own.get(name, 0.0)) for name in STAGES]) for kind, own in found.items()]
        bars += [
            Bar(f"{kind}: {name}", [("another tool", own[name])])
            for kind, own in found.items()
            for name in names
            if name not in OURS and name in own and kind in ("modern", "old")
        ]
        given.svg.write_text(drawn("Milliseconds of the processor a page", bars), encoding="utf-8")
    if given.renew:
        budget = {kind: {name: round(own[name], 2) for name in OURS if name in own} for kind, own in parses.items()}
        BUDGET.write_text(json.dumps(budget, indent=1) + "\n", encoding="utf-8")
        return 0
    over = passed(parses, json.loads(BUDGET.read_text("utf-8")))
    print("\n".join(over) or "every stage is within its budget")
    return 1 if over else 0


if __name__ == "__main__":
    sys.exit(main())
