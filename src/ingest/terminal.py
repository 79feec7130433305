"""What the command line shows: on a terminal in colour, elsewhere in plain lines.

Pages are not trusted: nothing that came out of one reaches the terminal before `safe` took out what a terminal would obey.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from ingest.corpus.objects.local import plain
from ingest.models import CuratedDocument, Edit, Fact, Record
from ingest.patterns import pattern
from ingest.sorts import family

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text
    from rich.tree import Tree

    from ingest.corpus.runs.summary import Summary
    from ingest.corpus.storage.schema import Column
    from ingest.correction import Correction

_SEQUENCE = pattern(r"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?|\x1b[ -/]*[0-~]?")
_CONTROL = pattern("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
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
