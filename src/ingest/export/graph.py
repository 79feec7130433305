"""References as a graph: an edge list that any table tool reads, and GraphML for programs that draw and measure graphs."""

import csv
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from ingest.corpus.browse import Bundle
from ingest.export.base import Exporter

_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<graphml xmlns="http://graphml.graphdrawing.org/xmlns">
<key id="title" for="node" attr.name="title" attr.type="string"/>
<key id="source" for="node" attr.name="source" attr.type="string"/>
<key id="quote" for="edge" attr.name="quote" attr.type="string"/>
<key id="form" for="edge" attr.name="form" attr.type="string"/>
<key id="units" for="edge" attr.name="units" attr.type="string"/>
<graph edgedefault="directed">
"""
_COLUMNS = ("doc_id", "record_id", "target_doc_id", "target_eids", "form", "reason", "certainty", "quote")


class Graph(Exporter):
    """`edges.csv`, a row a reference that was found, and `references.graphml`, whose nodes are documents."""

    def __init__(self, out: Path) -> None:
        super().__init__(out)
        self._list = (out / "edges.csv").open("w", encoding="utf-8", errors="replace", newline="")
        self._rows = csv.writer(self._list)
        self._rows.writerow(_COLUMNS)
        self._graph = (out / "references.graphml").open("w", encoding="utf-8", errors="replace")
        self._graph.write(_HEAD)
        self._named: set[str] = set()
        self._met: set[str] = set()

    def write(self, bundle: Bundle) -> None:
        """Adds one document as a node and its references as edges."""
        document = bundle.document
        self._named.add(document.doc_id)
        self._graph.write(_node(document.doc_id, title=document.title or "", source=document.source))
        for row in bundle.references:
            if row.target_doc_id is None:
                continue
            units = " ".join(row.target_eids)
            self._rows.writerow(
                [
                    row.doc_id,
                    row.record_id,
                    row.target_doc_id,
                    units,
                    row.form,
                    row.reason,
                    row.certainty or "",
                    row.quote,
                ]
            )
            if row.target_doc_id != document.doc_id:
                self._met.add(row.target_doc_id)
                self._graph.write(
                    _edge(document.doc_id, row.target_doc_id, quote=row.quote, form=row.form, units=units)
                )

    def close(self) -> None:
        """Ends the files; a document that was filtered out is a node without a name."""
        for doc_id in sorted(self._met - self._named):
            self._graph.write(_node(doc_id))
        self._graph.write("</graph>\n</graphml>\n")
        self._graph.close()
        self._list.close()


def _data(values: dict[str, str]) -> Iterator[str]:
    for key, value in values.items():
        clean = "".join(c for c in value if c >= " " or c in "\t\n")
        yield f"<data key={quoteattr(key)}>{escape(clean)}</data>"


def _node(name: str, **values: str) -> str:
    return f"<node id={quoteattr(name)}>{''.join(_data(values))}</node>\n"


def _edge(source: str, target: str, **values: str) -> str:
    return f"<edge source={quoteattr(source)} target={quoteattr(target)}>{''.join(_data(values))}</edge>\n"
