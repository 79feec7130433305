"""From values to HTML: templates, labels, and the policy by which nothing that a page says is run or read as markup.

Three walls stand between a hostile page and the reader's browser: jinja2 escapes every value; hidden characters are
written out as code points before that (`finalize`, so that no template can forget it); and the Content-Security-Policy
lets nothing run or load but the one script and the one style sheet whose hashes it names.
"""

import json
import re
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import NamedTuple, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ingest.correction import CorrectedField
from ingest.models import CuratedDocument, Document, Edit, Fact
from ingest.review.layout import Row, rows
from ingest.review.visible import HIDDEN, code, name, shown
from ingest.rules import Table
from ingest.sorts import CERTAINTIES, SORTS, Sort, family, sort_of
from ingest.version import __version__

HUES = 10
_COLUMNS = (
    ("title", "text"),
    ("published_on", "text"),
    ("chars", "number"),
    ("records", "number"),
    ("changes", "number"),
    ("guesses", "number"),
)
_SCRIPTS = {"page": ("page", "correct"), "index": ("index",)}
_SETTABLE = get_args(CorrectedField)
_BULKY = {"page_text", "text", "title", "flags", "page_chars", "text_chars", "record_count", "edit_count"}


class RuleCount(NamedTuple):
    """A rule in a document: how often, and in which colour."""

    rule: str
    uses: int
    hue: int


class Mark(NamedTuple):
    """How an edit stands in the page: the element and its classes."""

    tag: str
    css: str


class Listed(NamedTuple):
    """One line of the index: a document, or a rejected page (`reason`). `page` is its review page's address."""

    source: str
    doc_id: str = ""
    title: str | None = None
    published: str = ""
    names: tuple[str, ...] = ()
    chars: int = 0
    records: int = 0
    certainties: tuple[int, ...] = (0, 0, 0)
    flags: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    repeats: str | None = None
    stage: str = ""
    reason: str = ""
    detail: str = ""
    page: str | None = None


_UNSAFE = re.compile(f"[<>&]|{HIDDEN.pattern}")
LABELS = Table("ingest.review", "labels.tsv", ("key", "english", "chinese"), unique=("key",))


@cache
def labels() -> dict[str, tuple[str, str]]:
    """The labels of the interface: key to English and Chinese."""
    return {row["key"]: (row["english"], row["chinese"]) for row in LABELS.rows()}


def label(key: str) -> Markup:
    """A label that the language switch can change."""
    if key not in labels():  # a column that is new: its name will do
        return Markup("<span>{}</span>").format(key)
    return Markup('<span data-t="{}">{}</span>').format(key, labels()[key][0])


@cache
def environment() -> Environment:
    """The template environment: everything escaped, nothing hidden, nothing undefined."""
    env = Environment(
        loader=PackageLoader("ingest.review"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: shown(value) if type(value) is str else value,
    )
    env.globals.update(t=label, en=lambda key: labels()[key][0], code=code, name=name, version=__version__)
    env.filters["figure"] = lambda number: f"{number:,}"
    env.filters["measure"] = measured
    return env


def page(doc: CuratedDocument, *, home: str | None = None, corrections: str | None = None) -> str:
    """The review page of a document. `home` is the address of the index page, where there is one.

    `corrections`: the name of the raw folder's file of corrections; with it the page can be used to make some.
    """
    rules = rule_counts(doc.edits)
    hues = {r.rule: r.hue for r in rules}
    sorts = Counter(sort_of(e.stages, e.applied) for e in doc.edits)
    certainties = Counter(e.certainty for e in doc.edits if e.applied)
    meta = doc.document.model_dump(exclude=_BULKY)
    laid = rows(doc)
    return _page(
        "page",
        {
            "edits": [_row(e, list(hues)) for e in doc.edits],
            "rules": list(hues),
            "labels": labels(),
        },
        exact=_correctable(doc, corrections) if corrections else None,
        corrections=corrections,
        settable=_SETTABLE,
        stamp=stamp(doc.document, home, corrections),
        doc=doc.document,
        records=doc.records,
        home=home,
        rows=laid,
        edits=doc.edits,
        marks=[_mark(e, hues[e.rules[0]] if e.rules else 0) for e in doc.edits],
        rules=rules,
        hues=hues,
        sorts=[(s, sorts[s]) for s in SORTS if sorts[s]],
        certainties=[(c, certainties[c]) for c in CERTAINTIES],
        shares=shares([certainties[c] for c in CERTAINTIES]),
        meta={key: ", ".join(v) if isinstance(v, tuple) else str(v) for key, v in meta.items() if v},
        facts=[(fact, _place(fact, laid, doc.edits)) for fact in doc.facts],
    )


def _place(fact: Fact, laid: Sequence[Row], edits: Sequence[Edit]) -> str | None:
    """The anchor of the place where a fact stands: of the edit that took it out, else of its row; None: in no text."""
    if fact.start is None or fact.end is None:
        return None
    start, end = fact.start, fact.end
    edit = next((i for i, e in enumerate(edits) if e.applied and e.start <= start and end <= e.end), None)
    if edit is not None:
        return f"edit-{edit}"
    return next((f"row-{i}" for i, row in enumerate(laid) if row.start <= start < row.end), None)


def _correctable(doc: CuratedDocument, file: str) -> dict[str, object]:
    """What a page needs to make corrections that the reader of these takes: everything to the character, nothing for show."""
    own = doc.document
    return {
        "file": file,
        "source": own.source,
        "raw": own.raw_sha256,
        "page": doc.page_text,
        "after": {i: e.after for i, e in enumerate(doc.edits) if HIDDEN.search(e.after)},
        "rules": {i: e.rules for i, e in enumerate(doc.edits) if any(HIDDEN.search(rule) for rule in e.rules)},
        "fields": {name: value for name in _SETTABLE if (value := _value(getattr(own, name)))},
    }


def _value(value: object) -> str | None:
    """A field as a correction names it."""
    return "、".join(value) if isinstance(value, tuple) else None if value is None else str(value)


def stamp(document: Document, home: str | None = None, corrections: str | None = None) -> str:
    """What a document's page depends on, as one hash: its row (with the revision of all others) and this room's code."""
    row = document.model_dump(mode="json", exclude={"page_text", "text"})
    return sha256(json.dumps([room(), home, corrections, row]).encode()).hexdigest()[:32]


@cache
def room() -> str:
    """What the pages are made by, as one hash."""
    digest = sha256(__version__.encode())
    for path in sorted(Path(__file__).parent.rglob("*.*")):
        if path.suffix in {".py", ".html", ".css", ".js", ".tsv"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()


def rule_counts(edits: tuple[Edit, ...]) -> list[RuleCount]:
    """The rules at work in a document, the most frequent first; each family its own hue while there are hues."""
    counts = Counter(rule for e in edits for rule in e.rules)
    families = Counter(family(rule) for rule in counts.elements())
    hues = {name: i % HUES for i, (name, _) in enumerate(_by_count(families))}
    return [RuleCount(rule, n, hues[family(rule)]) for rule, n in _by_count(counts)]


def _by_count(counts: Counter[str]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))


def index(listed: Sequence[Listed], shards: int = 0) -> str:
    """The index page over documents and rejected pages; `shards`: files of the index of their texts (`fulltext`)."""
    documents = [entry for entry in listed if not entry.reason]
    counts = [sum(entry.certainties[i] for entry in documents) for i in range(len(CERTAINTIES))]
    return _page(
        "index",
        {"entries": [_entry(entry) for entry in listed], "labels": labels(), "pairs": pairs(), "shards": shards},
        frames="'self' file:" if shards else None,
        shards=shards,
        curated=len(documents),
        rejected=len(listed) - len(documents),
        records=sum(entry.records for entry in documents),
        certainties=list(zip(CERTAINTIES, counts, strict=True)),
        shares=shares(counts),
        columns=_COLUMNS,
    )


@cache
def pairs() -> str:
    """Traditional characters, each followed by its Simplified one: for a search that finds 創新 and 创新 by either."""
    from ingest.script import dictionaries

    known = dictionaries.current("TSCharacters.txt").items()
    return "".join(f"{a}{b}" for a, b in sorted(known) if len(a) == len(b) == 1 and a != b and max(a, b) <= "\uffff")


def _entry(entry: Listed) -> list[object]:
    """An entry as the index's script reads it."""
    return [
        entry.page,
        entry.title or "",
        entry.source,
        entry.published,
        entry.names,
        entry.chars,
        entry.records,
        sum(entry.certainties),
        entry.certainties[2],
        entry.flags,
        entry.rules,
        entry.repeats,
        entry.stage,
        entry.reason,
        entry.detail,
    ]


def measured(value: float | None, unit: str) -> str:
    """A measure's value as a reader takes it in: a count, a share in percent, a rate in 1,000 characters."""
    if value is None:
        return "–"
    return f"{value:,.0f}" if unit == "count" else f"{100 * value:.1f} %" if unit == "share" else f"{value:.2f} ‰"


def search_shard(data: Markup) -> str:
    """A file of the index of texts: a page that hands its data to the one it is opened in, and can do nothing else."""
    script = _asset("templates/search.js")
    return (
        environment()
        .get_template("search.html")
        .render(policy=f"default-src 'none'; script-src '{_hash(script)}'", data=data, script=Markup(script))
    )


def filled(template: str, **values: object) -> str:
    """A page of a template whose script needs nothing but the labels."""
    return _page(template, {"labels": labels()}, **values)


def _mark(edit: Edit, hue: int) -> Mark:
    tag = "span" if not edit.applied else "mark" if edit.after else "del"
    point = " point" if edit.start == edit.end else ""
    return Mark(tag, f"e s-{sort_of(edit.stages, edit.applied)} c-{edit.certainty} h{hue}{point}")


def _row(edit: Edit, rules: list[str]) -> list[object]:
    """An edit as the page's script reads it; the text before is in the document itself."""
    sort: Sort = sort_of(edit.stages, edit.applied)
    return [
        SORTS.index(sort),
        CERTAINTIES.index(edit.certainty),
        [rules.index(r) for r in edit.rules],
        edit.stages,
        edit.start,
        edit.end,
        edit.before if len(edit.before) < 400 else edit.before[:400] + " …",
        edit.after,
        edit.note or "",
    ]


def shares(counts: list[int]) -> list[tuple[float, float]]:
    """Begin and width, in percent, of each count's part of a bar."""
    whole, at, made = sum(counts) or 1, 0.0, []
    for count in counts:
        made.append((round(at, 3), round(100 * count / whole, 3)))
        at += 100 * count / whole
    return made


def _page(template: str, data: object, **values: object) -> str:
    """`exact` among the values is data of the same kind that is never shown as it is: it keeps hidden characters."""
    exact, frames = values.pop("exact", None), values.pop("frames", None)
    style = _asset("templates/style.css")
    script = "".join(_asset(f"templates/{name}.js") for name in ("common", *_SCRIPTS.get(template, ())))
    policy = "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
            *([f"frame-src {frames}"] if frames else []),
        )
    )
    return (
        environment()
        .get_template(f"{template}.html")
        .render(
            {"stamp": "", **values},
            policy=policy,
            style=Markup(style),
            script=Markup(script),
            data=block(_shown(data)),
            exact=block(exact) if exact is not None else None,
        )
    )


def block(value: object) -> Markup:
    """JSON that may stand inside a script element."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return Markup(_UNSAFE.sub(lambda m: json.dumps(m[0])[1:-1] if ord(m[0]) > 0x7F else f"\\u{ord(m[0]):04x}", text))


def _shown(value: object) -> object:
    """The same with every hidden character in every string written out."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, dict):
        return {key: _shown(own) for key, own in value.items()}
    return [_shown(own) for own in value] if isinstance(value, list | tuple) else value


def _hash(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


@cache
def _asset(path: str) -> str:
    return files("ingest.review").joinpath(path).read_text("utf-8")
