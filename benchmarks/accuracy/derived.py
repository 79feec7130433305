"""Truth of titles, days and texts from the sources that pages were built from, judged by program: input of `certainty.py table`.

usage: python benchmarks/accuracy/derived.py FOLDER [--half even|odd] [--each 5] > judged.jsonl      (FOLDER/SITE/…: sources and built pages)

A static site's folder that holds both its sources (Markdown with front matter) and the HTML that a generator made of them says what each page's title,
day and text are, and nothing that this program reads says it. Of each site so many sources are drawn by a hash, a page is the built one that holds
three pieces of the source's body and of no other source drawn, and what `curate` makes of it is judged:

title   the front matter's (where there is none the first heading), letters and figures alone
day     the front matter's `date`, give or take a day, as a zone may have moved it
text    *whole*: at least 97 % of the source's running 4-grams of Han characters that the page prints, and the first and last piece of eight, are in the curated text;
        *alone*: no line of it, title aside, that is mostly (half of its 2-grams of Han characters, or of its words) in no source of the site

What is wrong and the page does not say as the source does is judged null: the page was built of another state of it, or shows less; a person looks at these.
Code, links' addresses and markup count nowhere. What a theme's shortcodes print, sources that were changed after the build and pages under a password
look like faults: each judgment of false is to be read beside the page. `--half` keeps the sites whose hash ends so: one half to work on, one to read once.
"""

import argparse
import hashlib
import html
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

import ingest
from ingest.review import doubt

_HAN = re.compile(r"[^一-鿿]")
_TAGS = re.compile(r"<(script|style|head)\b.*?</\1\s*>|<[^>]*>", re.S | re.I)
_FENCED = re.compile(
    r"^(```|~~~).*?^\1|\{%\s*\w*code.*?%\}.*?\{%\s*end\w*code\w*\s*%\}|^(?: {4,}|\t+)(?![ \t]*(?:[-*+>]|\d+[.)])).*?$",
    re.S | re.M,
)
# What stands between the pieces of a text that its page prints in one: pictures, addresses, shortcodes, formulas.
_BREAKS = re.compile(
    r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])|<!--.*?-->|\{[{%].*?[%}]\}|https?://\S+|\$[^$\n]*\$|\[\^[^\]]*\]", re.S
)
_MARKUP = re.compile(r"\]\([^)]*\)|<[^>]*>|`")
_FRONT = re.compile(r"\A\ufeff?\s*(?:(---|\+\+\+|;;;)\s*\n)?(.*?)^(?:---|\+\+\+|;;;)\s*$", re.S | re.M)
_FIELD = r"^[\"']?{}[\"']?\s*[:=]\s*(.+?)\s*$"
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})")
_WORDS = re.compile(r"[A-Za-z]{3,}")
_LEAST = 150  # Han characters of a source
_PIECE = 16
_END = 8
_RUN = 4


class Source(NamedTuple):
    """What a page was built from."""

    path: str
    title: str
    day: date | None
    body: str


def read(path: Path) -> Source | None:
    """A source with a title and a body in Chinese."""
    text = path.read_text("utf-8", errors="replace")
    front = _FRONT.match(text)
    head, body = (front[2], text[front.end() :]) if front and len(front[2]) < 3000 else ("", text)
    said = re.search(_FIELD.format("title"), head, re.M | re.I) or re.search(r"^#\s+(.+?)#*\s*$", body, re.M)
    if said is None:
        return None
    stated = re.search(_FIELD.format("date"), head, re.M | re.I)
    found = _DAY.search(stated[1]) if stated else None
    try:
        day = date(*map(int, found.groups())) if found else None
    except ValueError:
        day = None
    body = _MARKUP.sub("", _BREAKS.sub("\0", _FENCED.sub("\0", body)))
    title = said[1].strip().strip("\"'").strip()
    return Source(str(path), title, day, body) if len(_HAN.sub("", body)) >= _LEAST and title else None


def grams(text: str, size: int) -> set[str]:
    """The runs of `size` characters."""
    return {text[n : n + size] for n in range(len(text) - size + 1)}


def runs(body: str) -> list[str]:
    """The Han characters of a body, in the runs that nothing divides."""
    return [han for part in body.split("\0") if len(han := _HAN.sub("", part)) >= _RUN]


def pieces(han: str) -> tuple[str, ...]:
    """Three pieces of a body, from its beginning, its middle and its end."""
    return tuple(
        han[n : n + _PIECE] for n in (len(han) // 10, len(han) // 2, min(len(han) * 9 // 10, len(han) - _PIECE))
    )


def alike(text: str) -> str:
    """Letters and figures."""
    return "".join(c for c in html.unescape(text) if c.isalnum()).casefold()


def unstripped(made: ingest.CuratedDocument) -> str:
    """What of the page's text no strip took, before any repair."""
    left, at = [], 0
    for edit in made.edits:
        if edit.applied and "strip" in edit.stages and not edit.after:
            left.append(made.page_text[at : edit.start])
            at = edit.end
    return "".join([*left, made.page_text[at:]])


def states(shown: str, day: date) -> bool:
    """Whether a page says a day somewhere, or a neighbour of it."""
    for each in (day, day - timedelta(days=1), day + timedelta(days=1)):
        year, month, of_month = each.year, each.month, each.day
        name = each.strftime("%b") + "[a-z]*"
        forms = rf"{year}\D{{1,4}}0?{month}\D{{1,4}}0?{of_month}(?!\d)|{name}\W+0?{of_month}\w*\W+{year}|(?<!\d)0?{of_month}\w*\W+{name}\W+{year}"
        if re.search(forms, shown):
            return True
    return False


def pairs(site: Path, each: int) -> Iterator[tuple[Source, Path, set[str], set[str]]]:
    """Sources drawn with the page built of each, the 2-grams of all of the site's sources, and their words."""
    files = sorted(p for p in site.rglob("*") if p.is_file())
    sources = [s for p in files if p.suffix.lower() in (".md", ".markdown", ".mkd", ".org", ".rst") and (s := read(p))]
    pages = [p for p in files if p.suffix.lower() in (".html", ".htm")]
    plain = {p: _HAN.sub("", _TAGS.sub("", p.read_text("utf-8", errors="replace"))) for p in pages}
    bodies = {s.path: _HAN.sub("", s.body) for s in sources}
    drawn = sorted(sources, key=lambda s: hashlib.sha1(s.path[len(str(site)) :].encode()).hexdigest())
    taken: set[str] = set()
    for source in drawn:
        if len(taken) >= each:
            break
        wanted = pieces(bodies[source.path])
        holding = [p for p in pages if all(w in plain[p] for w in wanted)]
        # A page of several sources is a list of them.
        others = [pieces(b) for path, b in bodies.items() if path != source.path and pieces(b) != wanted]
        holding = [p for p in holding if not any(all(w in plain[p] for w in other) for other in others)]
        if holding:
            page = min(holding, key=lambda p: (len(plain[p]), len(str(p)), str(p)))
            if plain[page] not in taken:
                taken.add(plain[page])
                whole = Path(source.path).read_text("utf-8", errors="replace")
                yield source, page, grams(_HAN.sub("", whole), 2), {w.lower() for w in _WORDS.findall(whole)}


def foreign(text: str, own: set[str], words: set[str]) -> list[str]:
    """The lines that the source does not have."""
    found = []
    for line in text.split("\n"):
        han = _HAN.sub("", line)
        of_line = grams(han, 2) if len(han) > 1 else {w.lower() for w in _WORDS.findall(line)}
        known = own if len(han) > 1 else words
        if of_line and len(of_line & known) * 2 < len(of_line):
            found.append(line)
    return found


def judged(site: Path, source: Source, page: Path, own: set[str], words: set[str]) -> Iterator[Mapping[str, object]]:
    """The lines of a page, a field each."""
    name = str(page.relative_to(site.parent))
    try:
        made = ingest.curate(page.read_bytes(), source="page.html", media_type="text/html")
    except ingest.Rejected as why:
        print(f"{name}: {why}", file=sys.stderr)
        return
    chosen = {fact.field: fact for fact in made.facts if fact.chosen}
    sure = {field: chosen[field].certainty for field in doubt.MEASURED if field in chosen}
    looks = doubt.form(made.text, made.document.page_chars)
    doubtful = doubt.doubt({"extraction": made.document.extraction_certainty, **sure}, made.document.flags, looks)
    said = {"site": site.name, "page": name, "doubt": doubtful}
    kept = unstripped(made)
    # The title is judged by itself.
    title = made.page_text[at.start : at.end] if (at := chosen.get("title")) and at.start is not None else ""
    own, words = own | grams(_HAN.sub("", title), 2), words | {w.lower() for w in _WORDS.findall(title)}
    body, wanted = _HAN.sub("", kept), runs(source.body)
    shown = _TAGS.sub("", page.read_text("utf-8", errors="replace"))
    printed = _HAN.sub("", html.unescape(shown))
    want = set[str]().union(*(grams(run, 4) for run in wanted)) & grams(printed, 4)
    # What the page does not print it cannot keep.
    first = next((piece for run in wanted if (piece := run[:_END]) in printed), "")
    last = next((piece for run in reversed(wanted) if (piece := run[-_END:]) in printed), "")
    ends = first in body, last in body
    missing = want - grams(body, 4)
    more = foreign(kept, own, words)
    whole = len(missing) * 100 <= 3 * len(want) and all(ends)
    yield {
        **said,
        "field": "text",
        "class": made.document.extraction_certainty,
        "rule": "",
        "right": whole and not more,
        "missing": round(len(missing) / max(1, len(want)), 3),
        "ends": ends,
        "more": more[:6],
    }
    if "title" in chosen:
        fact = chosen["title"]
        title = made.page_text[fact.start : fact.end] if fact.start is not None else fact.value
        right = alike(title) == alike(source.title) or (None if alike(source.title) not in alike(shown) else False)
        yield {
            **said,
            "field": "title",
            "class": fact.certainty,
            "rule": fact.rule,
            "value": title,
            "truth": source.title,
            "right": right,
        }
    if "published_on" in chosen and source.day and (given := made.document.published_on):
        fact = chosen["published_on"]
        right = abs(given - source.day) <= timedelta(days=1) or (None if not states(shown, source.day) else False)
        value, truth = str(given), str(source.day)
        yield {
            **said,
            "field": "published_on",
            "class": fact.certainty,
            "rule": fact.rule,
            "value": value,
            "truth": truth,
            "right": right,
        }


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--half", choices=("even", "odd"))
    parser.add_argument("--each", type=int, default=5)
    options = parser.parse_args()
    counts: dict[str, int] = defaultdict(int)
    for site in sorted(p for p in options.folder.iterdir() if p.is_dir()):
        last = int(hashlib.sha1(site.name.replace("+", "/").encode()).hexdigest()[-1], 16)
        if options.half and (last % 2 == 0) != (options.half == "even"):
            continue
        for source, page, own, words in pairs(site, options.each):
            counts[site.name] += 1
            for row in judged(site, source, page, own, words):
                print(json.dumps(row, ensure_ascii=False), flush=True)
    print(f"{sum(counts.values())} pages of {len(counts)} sites", file=sys.stderr)


if __name__ == "__main__":
    main()
