"""What the command line shows: on a terminal in colour, elsewhere in plain lines.

Pages are not trusted: nothing that came out of one reaches the terminal before `safe` took out what a terminal would obey.
"""

import os
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from ingest.corpus.objects.local import plain
from ingest.models import CuratedDocument, Edit, Fact, Record
from ingest.patterns import pattern
from ingest.sorts import family

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.progress import Progress
    from rich.text import Text
    from rich.tree import Tree

    from ingest.corpus.runs.driving import OnProgress
    from ingest.corpus.runs.driving import Progress as PageDone
    from ingest.corpus.runs.summary import Summary
    from ingest.corpus.storage.schema import Column
    from ingest.correction import Correction

_SEQUENCE = pattern(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?")
_CONTROL = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EVERY = 10
"""Seconds between two lines of progress where there is no terminal."""
_T = TypeVar("_T")
_SHOWN = 8
"""Edits of one rule that are shown one by one."""


def safe(text: str) -> str:
    """Text without terminal control sequences, other controls and bidirectional overrides; line breaks and tabs stay."""
    return _CONTROL.sub("", _SEQUENCE.sub("", plain(text)))


def safe_json(text: str) -> str:
    """JSON in which what a terminal would obey is escaped; it still means the same."""
    return _CONTROL.sub(lambda m: f"\\u{ord(m[0]):04x}", text)


def line(text: str, width: int = 0) -> str:
    """Safe text on one line, its white space folded, cut to `width` characters if given."""
    folded = " ".join(safe(text).split())
    return folded if not width or len(folded) <= width else folded[: width - 1] + "…"


def count(n: int, thing: str) -> str:
    """So many of a thing, with the plural where there is one."""
    return f"{n} {thing}{'' if n == 1 else 's'}"


def console(stderr: bool = False) -> "Console":
    """A console: the terminal's width, and a wide page elsewhere, unless COLUMNS says how wide."""
    from rich.console import Console

    stream = sys.stderr if stderr else sys.stdout
    told = os.environ.get("COLUMNS", "")
    wide = None if stream.isatty() else int(told) if told.isdecimal() and int(told) > 0 else 140
    return Console(stderr=stderr, width=wide, highlight=False, emoji=False)


# -------------------------------------------------------------------- explain


def explain(made: CuratedDocument, out: "Console", every: bool = False) -> None:
    """The document's facts, what was removed, repaired and declined with its rules, and the outline as a tree."""
    from rich.text import Text

    document = made.document
    out.print(Text(line(document.title or document.source), "bold"))
    shown = (
        ("source", document.source),
        ("url", document.url),
        ("published", document.published_on),
        ("issued", document.issued_on),
        ("publisher", document.publisher),
        ("issuer", document.issuer),
        ("number", document.document_number),
        ("authors", "、".join(document.authors)),
        ("script", " ".join(x for x in (document.script, document.script_origin, document.script_chain) if x)),
        ("decoded", f"{document.media_type} {document.encoding or ''}".strip()),
        ("flags", " ".join(document.flags)),
        ("site", _of_site(made)),
        ("size", f"{document.page_chars} characters on the page, {document.text_chars} curated"),
        ("revision", document.revision),
    )
    for name, value in shown:
        if value:
            out.print(Text.assemble((f"  {name:<10}", "dim"), line(str(value))))
    strips = [e for e in made.edits if e.applied and "strip" in e.stages]
    repairs = [e for e in made.edits if e.applied and "strip" not in e.stages]
    declined = [e for e in made.edits if not e.applied]
    _edits(out, "removed", "red", strips, made.page_text, every)
    _edits(out, "repaired", "green", repairs, made.page_text, every)
    _edits(out, "considered and declined", "yellow", declined, made.page_text, every)
    out.print()
    out.print(outline(made.records, made.text))


def _of_site(made: CuratedDocument) -> str:
    """What a page has from its neighbours: the template, and the values and removals that come from it."""
    if not made.document.site_template:
        return ""
    values = [fact.field for fact in made.facts if fact.chosen and fact.origin == "site"]
    lines = sum(1 for edit in made.edits if edit.applied and "site-template" in edit.rules)
    said = [f"template {made.document.site_template[:4]}", *values, *([f"{lines} strips"] if lines else [])]
    return ", ".join(said)


def _edits(out: "Console", title: str, colour: str, edits: Sequence[Edit], page: str, every: bool) -> None:
    from rich.text import Text

    if not edits:
        return
    out.print()
    out.print(Text(f"{title} ({len(edits)})", f"bold {colour}"))
    by_rule: dict[str, list[Edit]] = {}
    for edit in edits:
        by_rule.setdefault(" + ".join(edit.rules), []).append(edit)
    for rule, group in sorted(by_rule.items(), key=lambda item: (-len(item[1]), item[0])):
        out.print(Text.assemble("  ", (safe(rule), colour), (f"  {len(group)}", "dim")))
        for edit in group if every else group[:_SHOWN]:
            out.print(_edit(edit, page, colour))
        if len(group) > _SHOWN and not every:
            out.print(Text(f"    … {len(group) - _SHOWN} more (--all)", "dim"))


def _edit(edit: Edit, page: str, colour: str) -> "Text":
    from rich.text import Text

    shown = Text.assemble((f"    {edit.start:>7}  ", "dim"))
    if "strip" in edit.stages:
        shown.append(line(edit.before, 90) or repr(edit.before), colour)
    else:
        shown.append(line(page[max(0, edit.start - 8) : edit.start]), "dim")
        shown.append("[" + (line(edit.before, 40) or "·"), colour)
        shown.append(" → " + (line(edit.after, 40) or "·") + "]", f"bold {colour}")
        shown.append(line(page[edit.end : edit.end + 8]), "dim")
    if edit.certainty != "exact":
        shown.append(f"  {edit.certainty}", "italic")
    if edit.note:
        shown.append("  " + line(edit.note, 100), "dim")
    return shown


def facts(found: Sequence[Fact]) -> list[str]:
    """Facts as lines, one a value; those that were chosen are marked."""
    out = []
    for fact in found:
        place = f"{fact.start}-{fact.end}" if fact.start is not None else fact.origin
        why = f": {line(fact.note)}" if fact.note else ""
        out.append(
            f"{'*' if fact.chosen else ' '} {fact.field:<15} {line(fact.value)}  ({safe(fact.rule)}, {place}){why}"
        )
    return out


def correction(one: "Correction") -> str:
    """A correction on a line: where, what stood there, what is to, and whose word it is."""
    place = one.field or f"{one.start}:{one.end}"
    after = "" if one.action in ("reject", "keep", "strike", "withdraw") else f" -> {one.after or 'nothing'!r}"
    return f"{one.source}  {place}  {one.before or 'nothing'!r}{after}  ({one.saying})"


def _gaps(records: Iterable[Record], text: str) -> dict[str, str]:
    """The white space that the page has between a record's label and its heading, by eid."""
    found, at = {}, 0
    for record in records:
        if not (record.label and record.heading):
            continue
        begin = text.find(record.label, at)
        if begin < 0:
            continue
        end = begin + len(record.label)
        rest = text[end : end + 40].lstrip()
        if rest.startswith(record.heading[:8]):
            found[record.eid] = text[end : text.index(rest[:1], end)] and " "
            at = end
    return found


def outline(records: Sequence[Record], text: str = "") -> "Tree":
    """The records as a tree. `text`: the curated text, which tells whether a space stands between label and heading."""
    from rich.text import Text
    from rich.tree import Tree

    root = Tree(Text("outline", "bold"), guide_style="dim")
    nodes: dict[str | None, Tree] = {None: root}
    gaps = _gaps(records, text)
    for record in records:
        # One line a record: what does not fit the terminal is cut, the whole is in --json.
        label = Text.assemble((record.kind, "cyan"), (f" {record.eid}  ", "dim"), no_wrap=True, overflow="ellipsis")
        if record.certainty and record.certainty != "exact":
            label.append(f"{record.certainty}  ", "yellow italic")
        name = line((record.label or "") + gaps.get(record.eid, "") + (record.heading or ""), 120)
        label.append(name, "bold")
        if record.text:
            label.append(("  " if name else "") + line(record.text, 120))
        nodes[record.eid] = nodes.get(record.parent_eid, root).add(label)
    return root


def dictionary(datasets: Mapping[str, str], columns: Sequence["Column"], out: "Console") -> None:
    """The data dictionary, a table for each dataset."""
    from rich.table import Table
    from rich.text import Text

    for name, about in datasets.items():
        table = Table(title=f"{name}: {about}", title_justify="left", title_style="bold", box=None, pad_edge=False)
        table.add_column("column", style="cyan", no_wrap=True)
        table.add_column("type", no_wrap=True)
        table.add_column("null", no_wrap=True)
        table.add_column("meaning")
        for column in (c for c in columns if c.dataset == name):
            meaning = column.description + (f" [{', '.join(column.values)}]" if column.values else "")
            table.add_row(column.name, column.type, "yes" if column.nullable else "", Text(meaning))
        out.print(table)
        out.print()


# -------------------------------------------------------------------- runs


class Working:
    """How far something long is: called with how much more is done; `total` is how much there is, 0 where that is not known."""

    def __init__(self, what: str) -> None:
        self.what, self.done, self.total = what, 0, 0
        self._begun = time.monotonic()

    def __call__(self, more: int = 1) -> None:
        """So much more is done."""
        self.done += more

    def over(self, things: Iterable[_T]) -> Iterator[_T]:
        """The things, each counted once it was dealt with."""
        for thing in things:
            yield thing
            self(1)

    def __str__(self) -> str:
        far = (
            f"{self.done:,} of {max(self.done, self.total):,}, " if self.total else f"{self.done:,}, " * bool(self.done)
        )
        return f"{self.what}: {far}{time.monotonic() - self._begun:.0f} s"


@contextmanager
def working(what: str, *, quiet: bool) -> Iterator[Working]:
    """Says on stderr that something long is under way, and how far it is: moving on a terminal, elsewhere a line now and then."""
    work = Working(what)
    if quiet:
        yield work
        return
    if sys.stderr.isatty():
        from rich.spinner import Spinner
        from rich.text import Text

        class Moving(Spinner):
            def render(self, now: float) -> "RenderableType":
                self.text = Text(str(work))
                return super().render(now)

        from rich.live import Live

        with Live(Moving("dots"), console=console(stderr=True), transient=True):
            yield work
        return
    done = threading.Event()

    def tell() -> None:
        while not done.wait(_EVERY):
            print(work, file=sys.stderr, flush=True)

    threading.Thread(target=tell, daemon=True).start()
    try:
        yield work
    finally:
        done.set()


class Watch:
    """Progress of a run on stderr: a bar on a terminal, elsewhere a plain line now and then."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Progress | None = None
        self._shown = time.monotonic()
        self._stage = ""
        self._long = False

    def __enter__(self) -> "OnProgress | None":
        if self._quiet:
            return None
        if sys.stderr.isatty():
            self._bar = _bar()
            self._bar.add_task("curating", page="", total=None)
            self._bar.start()
        return self._page

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def stage(self, what: str, done: int, total: int) -> None:
        """What is done beside curating, how much of it is done, and of how much there is (0: that is not known)."""
        if self._quiet:
            return
        if self._bar is not None:
            self._bar.update(self._bar.task_ids[0], description=what, completed=done, total=total or None, page="")
            return
        far = f": {done:,} of {total:,}" if total else f": {done:,}" * bool(done)
        # A run that has taken long enough to be told of has each of its stages named.
        self._line(what + far, now=self._long and what != self._stage)
        self._stage = what

    def _page(self, at: "PageDone") -> None:
        if self._bar is not None:
            from rich.markup import escape

            page = escape(line(at.source, 50))
            task = self._bar.task_ids[0]
            self._bar.update(task, description="curating", completed=at.done, total=at.total, page=page)
            return
        self._line(f"curated {at.done} of {at.total}", now=at.done == at.total and at.total >= 100)

    def _line(self, text: str, now: bool) -> None:
        if now or time.monotonic() - self._shown >= _EVERY:
            self._shown = time.monotonic()
            self._long = True
            print(text, file=sys.stderr, flush=True)


def _bar() -> "Progress":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("[dim]{task.fields[page]}", markup=True),
        console=console(stderr=True),
        transient=True,
    )


def summary(made: "Summary", curated: str) -> list[str]:
    """A run's summary as plain lines."""
    rejected = sum(made.rejected.values())
    why = ", ".join(f"{reason} {n}" for reason, n in made.why.most_common())
    growing = [f"{count(made.growing, 'raw file')} still being written: left for the next run"] if made.growing else []
    if made.dry_run:
        lines = [
            f"{count(made.pages, 'page')}, {made.stale} of them new or changed: they would be curated into {curated}"
        ]
        return lines + ([f"why: {why}"] if why else []) + growing
    speed = f" ({made.curated} curated in {made.seconds:.1f} s, {made.rate:.1f} pages a second)" if made.curated else ""
    lines = [
        f"{count(made.pages, 'page')}: {made.new} new, {made.changed} changed, {made.unchanged} unchanged, "
        f"{rejected} rejected{speed}"
    ]
    if rejected:
        lines.append("rejected: " + ", ".join(f"{reason} {n}" for reason, n in made.rejected.most_common()))
    for rule, n in made.slow_rules.most_common():
        lines.append(
            f"your notice rule {line(rule, 60)} was being tried when the time of {count(n, 'page')} was over: "
            "a repeat within a repeat, as in (a+)+, has too many readings"
        )
    if made.edits:
        edits: Counter[str] = Counter()
        for rule, n in made.edits.items():
            edits[family(rule)] += n
        top = ", ".join(f"{rule} {n}" for rule, n in edits.most_common(12))
        more = f", and {len(edits) - 12} rules more" if len(edits) > 12 else ""
        lines.append(f"edits by rule: {top}{more}")
    if why and set(made.why) != {"new"}:
        lines.append(f"why: {why}")
    if made.why["version changed"]:
        lines.append(
            "this version of ingest is another one: which pages it would change is not known, so all were redone"
        )
    lines += (f"learnt {text}" for text in made.learnt)
    lines += growing
    if made.gone:
        lines.append(f"{made.gone} kept although their raw file is gone (--prune drops them)")
    if made.pruned:
        lines.append(f"{made.pruned} dropped, their raw page is gone")
    return lines
