"""Documents for the review pages' tests, made without the stages: a traced text and nodes are all they need."""

import random
from collections.abc import Sequence

from ingest.blocks import Node
from ingest.models import CuratedDocument, Document, Edit, Record
from ingest.records import edit_rows, lay_out
from ingest.traced import Change, Stage, Traced

HAN = "云栖市推进产业发展数字经济改革创新服务体系建设重点项目实施方案"


def document(page_text: str, records: Sequence[Record], edits: Sequence[Edit], **more: object) -> CuratedDocument:
    """A document of these rows; what is not given is empty."""
    values: dict[str, object] = dict.fromkeys(Document.model_fields)
    values |= {
        "doc_id": "0123456789abcdef",
        "source": "made/page.html",
        "revision": "f" * 16,
        "pipeline_version": "0",
        "config_sha256": "",
        "raw_sha256": "",
        "raw_bytes": 0,
        "media_type": "text/plain",
        "authors": (),
        "page_text": page_text,
        "text": "\n".join(r.text for r in records),
        "page_chars": len(page_text),
        "text_chars": sum(len(r.text) for r in records),
        "record_count": len(records),
        "edit_count": len(edits),
        "flags": (),
    }
    return CuratedDocument(document=Document(**(values | more)), records=tuple(records), edits=tuple(edits))


def edit(page_text: str, start: int, end: int, after: str = "", **more: object) -> Edit:
    """An edit of the page; by default an exact removal."""
    values: dict[str, object] = {
        "doc_id": "0123456789abcdef",
        "revision": "f" * 16,
        "ordinal": 0,
        "stages": ("repair",) if after else ("strip",),
        "rules": ("made",),
        "start": start,
        "end": end,
        "before": page_text[start:end],
        "after": after,
        "certainty": "exact",
        "applied": True,
        "note": None,
    }
    return Edit(**(values | more))


def record(eid: str, start: int, end: int, text: str, **more: object) -> Record:
    """A paragraph over a span of the page."""
    values: dict[str, object] = dict.fromkeys(Record.model_fields)
    values |= {
        "record_id": f"0123456789abcdef#{eid}",
        "doc_id": "0123456789abcdef",
        "revision": "f" * 16,
        "ordinal": start,
        "eid": eid,
        "kind": "paragraph",
        "unit": "clause",
        "depth": 0,
        "text": text,
        "path": (),
        "source_start": start,
        "source_end": end,
    }
    return Record(**(values | more))


def laid_out(
    page_text: str, changes: Sequence[tuple[Stage, Sequence[Change]]], nodes: Sequence[Node], **more: object
) -> CuratedDocument:
    """A document by way of the real core: changes applied stage by stage, nodes in offsets of the page."""
    traced = Traced(page_text)
    for stage, own in changes:
        traced = traced.apply(own, stage)

    def moved(span: tuple[int, int]) -> tuple[int, int]:
        return traced.to_text(span[0]), traced.to_text(span[1])

    nodes = [n._replace(label=moved(n.label), heading=moved(n.heading), body=moved(n.body)) for n in nodes]
    laid = lay_out(traced, nodes, "0123456789abcdef")
    return document(page_text, laid.records, edit_rows(laid.traced, "0123456789abcdef"), **more)


def sample() -> CuratedDocument:
    """A small page with everything on it: chrome, glosses, a slip, a conversion, a declined rule, a record without edits."""
    lines = [
        "首頁 > 新聞",
        "云栖市產(chǎn)業(yè)規劃",
        "一、总体要求",
        "推進數(shù)字經?jì)濟，套用新技術（暂行）。",
        "第二段没有改动。",
        "责任编辑：王小明",
    ]
    page_text = "\n".join(lines)
    at = {line: page_text.index(line) for line in lines}
    find = page_text.index
    gloss, slip, word = find("(shù)"), find("經?jì)濟"), find("套用")
    body = at[lines[3]]
    strips = [
        Change(0, len(lines[0]), "", "outside-container"),
        Change(at[lines[5]], len(page_text), "", "editor-line"),
    ]
    repairs = [
        Change(find("(chǎn)"), find("(chǎn)") + 6, "", "pinyin-gloss"),
        Change(find("(yè)"), find("(yè)") + 4, "", "pinyin-gloss"),
        Change(gloss, gloss + 5, "", "pinyin-gloss"),
        Change(slip, slip + 6, "经济", "phase-slip", "guess", "next: 经纪 (2.1)"),
        Change(find("（暂行）"), find("（暂行）") + 4, "", "pinyin-gloss", "guess", "not a reading", False),
    ]
    strips_first: list[tuple[Stage, Sequence[Change]]] = [("strip", strips)]
    shift = -len(lines[0])
    moved = [c._replace(start=c.start + shift, end=c.end + shift) for c in repairs]
    traced = Traced(page_text).apply(strips, "strip").apply(moved, "repair")
    where = traced.to_text(word)
    nodes = [
        _node("title", "title", at[lines[1]], 0, len(lines[1]), 0, None, "front"),
        _node("level1", "l1_1", at[lines[2]], 2, len(lines[2]), 0, None, "chapter", 1),
        _node("paragraph", "l1_1__para_2", body, 0, 0, len(lines[3]), 1, "clause"),
        _node("paragraph", "l1_1__para_3", at[lines[4]], 0, 0, len(lines[4]), 1, "clause"),
    ]
    return laid_out(
        page_text,
        [*strips_first, ("repair", moved), ("script", [Change(where, where + 2, "应用", "term:套用", "likely")])],
        nodes,
        title="云栖市产业规划",
        flags=("short",),
        source="made/sample.html",
    )


def _node(
    kind: str,
    eid: str,
    start: int,
    label: int,
    heading: int,
    body: int,
    parent: int | None,
    unit: str,
    n: int | None = None,
) -> Node:
    """A node from where it begins and how far its label, heading and body reach."""
    head = (start + label, start + max(label, heading))
    return Node(kind, (start, start + label), head, (head[1], max(head[1], start + body)), parent, eid, unit, n)  # type: ignore[arg-type]


def large(chars: int, edits: int, paragraphs: int) -> CuratedDocument:
    """A page of about `chars` characters with `edits` edits in it, spread over its paragraphs."""
    rng = random.Random(7)
    lines, changes, nodes, at = [], [], [], 0
    each = edits // paragraphs
    for number in range(1, paragraphs + 1):
        line = label = f"第{number}条"
        for i in range(each):
            line += "".join(rng.choice(HAN) for _ in range(max(1, chars // edits - 6)))
            slip = i % 7 == 0
            mark = "?xiáng)" if slip else "(jīng)"
            start = at + len(line)
            changes.append(
                Change(start, start + len(mark), "产业", "phase-slip", rng.choice(("likely", "guess")), "next: 产物")
                if slip
                else Change(start, start + len(mark), "", "pinyin-gloss")
            )
            line += mark
        line += "。"
        nodes.append(_node("article", f"art_{number}", at, len(label), 0, len(line), None, "clause", number))
        lines.append(line)
        at += len(line) + 1
    return laid_out("\n".join(lines), [("repair", changes)], nodes, title="云栖市大文件", source="made/large.txt")
