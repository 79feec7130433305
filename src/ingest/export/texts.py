"""A file a document: Markdown with its metadata before it, or the curated text alone."""

import json
from pathlib import Path

from ingest.corpus.browse import Bundle
from ingest.export.base import Exporter
from ingest.models import Document, Record
from ingest.patterns import pattern

_SIGNS = pattern(r"([\\`*_\[\]<>#|~])")
_LEADING = pattern(r"^(\s*\d*)([-+.)])(?=\s)")
_FRONT = (
    "title", "document_number", "issuer", "publisher", "issued_on", "published_on", "url", "source", "doc_id", "revision",
)  # fmt: skip
_DEEPEST = 6


class Texts(Exporter):
    """`<doc_id>.txt`: the curated text."""

    def write(self, bundle: Bundle) -> None:
        """Adds one document."""
        _write(self.out / f"{bundle.document.doc_id}.txt", bundle.document.text + "\n")


class Markdown(Exporter):
    """`<doc_id>.md`: front matter in YAML, headings by depth, tables as tables."""

    def write(self, bundle: Bundle) -> None:
        """Adds one document."""
        blocks = [_block(record) for record in bundle.records]
        _write(self.out / f"{bundle.document.doc_id}.md", front(bundle.document) + "\n\n".join(blocks) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", errors="surrogatepass")


def front(document: Document) -> str:
    """The document's metadata as YAML between two rules; a string of JSON is one of YAML as well."""
    lines = [f"{name}: {json.dumps(str(v), ensure_ascii=False)}" for name in _FRONT if (v := getattr(document, name))]
    return "\n".join(["---", *lines, "---", "", ""])


def _block(record: Record) -> str:
    """One unit: a heading where it has one or is a chapter, else its label before its text."""
    if record.kind == "table" and record.cells:
        return _table(record)
    label, heading = _plain(record.label or ""), _plain(record.heading or "")
    text = "\n".join(_LEADING.sub(r"\1\\\2", _plain(line)) for line in record.text.split("\n"))
    if record.kind == "title":
        return f"# {heading or text}"
    if heading:
        depth = min(_DEEPEST, record.depth + 2)
        gap = "" if not label or label[-1] in "、.．）)" else " "
        return f"{'#' * depth} {label}{gap}{heading}" + (f"\n\n{text}" if text else "")
    return (f"**{label}** {text}" if label else text).rstrip()


def _plain(text: str) -> str:
    """Text in which nothing is Markdown."""
    return _SIGNS.sub(r"\\\1", text)


def _table(record: Record) -> str:
    rows = [[_plain(cell).replace("\n", " ") for cell in row] for row in record.cells or ()]
    width = max(len(row) for row in rows)
    lines = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])
