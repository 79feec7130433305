"""Every invariant is found when it is broken, with its document and place; sound rows pass."""

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import made
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from inline import Inline

import ingest
from ingest import Config, CuratedDocument, Edit, Record, corpus
from ingest.corpus.audit import checks, invariants
from ingest.corpus.audit.faults import Fault
from ingest.corpus.audit.invariants import violations
from ingest.corpus.processes.workers import Resources
from ingest.corpus.storage import proof
from ingest.corpus.storage.checksums import unchecked_columns
from ingest.corpus.storage.schema import arrow_schema
from ingest.corpus.storage.store import Store

ONE = Resources(workers=1)


def sound() -> CuratedDocument:
    """Rows made by hand, so that this does not hang on what the stages do today."""
    page = "首页 > 公告\n云岭县(xiàn)公告\n一、總則。\n本县各镇执行。\n"
    document = ingest.curate(made.page(1), source="a.txt").document
    text = "云岭县公告\n一、总则。\n本县各镇执行。"
    document = document.model_copy(
        update={
            "page_text": page, "page_chars": len(page), "text": text, "text_chars": len(text),
            "record_count": 2, "edit_count": 2, "script_chain": "made-up", "revision": "r", "title": "云岭县公告",
        }
    )  # fmt: skip
    title, unit = page.index("云岭"), page.index("一、")
    common: dict[str, Any] = {
        "doc_id": document.doc_id, "revision": "r", "parent_eid": None, "depth": 0, "number_suffix": None, "cells": None,
        "path": (), "section": None,
    }  # fmt: skip
    records = (
        Record(
            record_id=f"{document.doc_id}#title", ordinal=0, eid="title", kind="title", unit="front", label=None,
            number=None, heading=None, text="云岭县公告", source_start=title, source_end=unit - 1, chapter=None,
            certainty="exact", **common,
        ),
        Record(
            record_id=f"{document.doc_id}#l1_1", ordinal=1, eid="l1_1", kind="level1", unit="chapter", label="一、",
            number=1, heading="总则。", text="本县各镇执行。", source_start=unit, source_end=len(page) - 1,
            chapter="一、总则。", certainty=None, **common,
        ),
    )  # fmt: skip
    gloss = page.index("(")
    edits = tuple(
        Edit(
            doc_id=document.doc_id, revision="r", ordinal=n, stages=(stage,), rules=(rule,), start=start, end=end,
            before=page[start:end], after="", certainty="exact", applied=True, note=None,
        )
        for n, (stage, rule, start, end) in enumerate(
            (("strip", "breadcrumb", 0, 7), ("repair", "gloss", gloss, gloss + 6))
        )
    )  # fmt: skip
    return CuratedDocument(document=document, records=records, edits=edits)


@pytest.fixture(autouse=True)
def made_up_table(monkeypatch: pytest.MonkeyPatch) -> None:
    table = {"made-up": frozenset({("總", "总"), ("則", "则")})}
    monkeypatch.setattr(invariants, "pairs", lambda chain: table.get(chain or "", frozenset()))


def faults(doc: CuratedDocument, **config: Config) -> list[Fault]:
    return violations(doc.document, doc.records, doc.edits, **config)


def with_record(n: int, **update: object) -> Callable[[CuratedDocument], CuratedDocument]:
    def change(doc: CuratedDocument) -> CuratedDocument:
        records = list(doc.records)
        records[n] = records[n].model_copy(update=update)
        return doc.model_copy(update={"records": tuple(records)})

    return change


def with_edit(n: int, **update: object) -> Callable[[CuratedDocument], CuratedDocument]:
    def change(doc: CuratedDocument) -> CuratedDocument:
        edits = list(doc.edits)
        edits[n] = edits[n].model_copy(update=update)
        return doc.model_copy(update={"edits": tuple(edits)})

    return change


def with_document(**update: object) -> Callable[[CuratedDocument], CuratedDocument]:
    return lambda doc: doc.model_copy(update={"document": doc.document.model_copy(update=update)})


def test_sound_rows_pass() -> None:
    assert faults(sound()) == []


@pytest.mark.parametrize(
    ("change", "invariant", "position", "what"),
    [
        pytest.param(with_edit(0, end=5, before="首页 > "), 2, 5, "no record and no strip", id="lost"),
        pytest.param(with_record(1, source_start=17), 2, None, "is in l1_1 and in", id="twice"),
        pytest.param(with_record(1, source_end=999), 2, 20, "outside the page", id="outside"),
        pytest.param(with_edit(0, stages=("repair",)), 2, 0, "no record and no strip", id="repaired is not struck"),
        pytest.param(with_edit(0, applied=False), 2, 0, "no record and no strip", id="declined is not struck"),
        pytest.param(with_edit(1, before="(xian)"), 3, 11, "does not quote the page", id="misquoted"),
        pytest.param(with_edit(1, start=3, before="> 公告\n云岭县(xiàn)"), 3, 3, "overlaps", id="overlap"),
        pytest.param(with_edit(1, end=99), 3, 11, "does not quote the page", id="edit outside"),
        pytest.param(with_record(0, text="云岭县通告"), 3, 8, "'公告', in the record '通告'", id="changed"),
        pytest.param(with_record(0, text="云岭县公告了"), 3, 8, "in the record '了'", id="longer"),
        pytest.param(with_edit(1, applied=False), 3, 8, "is not what the edits make", id="unlisted removal"),
        pytest.param(with_document(script_chain=None), 3, 20, "'總則。", id="pairs of no table"),
        pytest.param(with_record(1, revision="s"), 4, None, "another revision", id="revision"),
        pytest.param(with_edit(1, revision="s"), 4, None, "another revision", id="edit revision"),
        pytest.param(with_record(1, ordinal=2), 4, None, "not numbered", id="ordinals"),
        pytest.param(with_record(1, parent_eid="l1_0"), 4, 20, "no parent", id="orphan"),
        pytest.param(with_record(1, record_id="x#l1_1"), 4, 20, "not doc_id#eid", id="record id"),
        pytest.param(with_document(record_count=3), 4, None, "the document says 3", id="count"),
        pytest.param(with_document(page_chars=3), 4, None, "not the length", id="length"),
        pytest.param(
            with_document(text="云岭县公告\n一、总则。\n本县各村执行。"), 4, None, "reads '本县各村", id="text"
        ),
        pytest.param(
            with_document(text="云岭县公告一、总则。\n本县各镇执行。 "), 4, None, "reads '一、总则", id="line"
        ),
        pytest.param(with_document(title="云岭县通告"), 4, None, "title is '云岭县通告'", id="title"),
        pytest.param(with_record(1, depth=1), 4, 20, "depth is 1", id="depth"),
        pytest.param(with_record(1, path=("上",)), 4, 20, "path is", id="path"),
        pytest.param(with_record(1, chapter="二、附则。"), 4, 20, "chapter is", id="chapter"),
        pytest.param(with_record(1, chapter=None), 4, 20, "chapter is None", id="no chapter"),
        pytest.param(with_record(0, section="一"), 4, 8, "section is '一'", id="section"),
        pytest.param(with_record(1, unit="clause"), 4, 20, "is no unit of the kind clause", id="unit"),
        pytest.param(with_record(1, kind="level2"), 4, 20, "no eid that ends in l1_1", id="kind"),
        pytest.param(with_record(1, number=2), 4, 20, "number is 2", id="number"),
        pytest.param(with_record(1, cells=(("甲", "乙"),)), 4, 20, "the cell '甲' is not in its text", id="cells"),
        pytest.param(with_record(1, cells=(("本县",),)), 4, 20, "which is no cell", id="cell left out"),
        pytest.param(with_record(0, certainty="guess"), 4, 8, "certainty is guess", id="certainty"),
    ],
)
def test_each_fault_is_named_with_its_place(
    change: Callable[[CuratedDocument], CuratedDocument], invariant: int, position: int | None, what: str
) -> None:
    found = faults(change(sound()))
    assert any(
        f.invariant == invariant and what in f.what and (position is None or f.position == position) for f in found
    ), found


def test_a_record_id_that_occurs_twice() -> None:
    doc = sound()
    twin = doc.records[1].model_copy(update={"ordinal": 2})
    document = doc.document.model_copy(update={"record_count": 3})
    doc = CuratedDocument(document=document, records=(*doc.records, twin), edits=doc.edits)
    assert any(f.invariant == 4 and "occurs twice" in f.what for f in faults(doc))


def test_an_edit_over_a_records_border() -> None:
    doc = with_edit(1, end=25, before=sound().page_text[11:25], after="公告一、总则")(sound())
    assert any(f.invariant == 3 and "over the border" in f.what for f in faults(doc))


def test_white_space_and_the_tables_pairs_do_not_count() -> None:
    doc = with_record(1, heading="总 则。", text="本县 各镇\u3000执行。")(sound())
    text = "云岭县公告\n一、 总 则。\n本县 各镇\u3000执行。"
    doc = with_document(text=text, text_chars=len(text))(with_record(1, chapter="一、总 则。")(doc))
    assert faults(doc) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "is rejected: empty"),
        ("云岭县公告\n一、总则。\n本县各镇执行。\n二、附则。\n自公布之日起执行。", "numbered unit 1"),
    ],
)
def test_idempotence_is_tested(text: str, what: str) -> None:
    doc = with_document(text=text, text_chars=len(text))(sound())
    found = faults(doc, config=Config())
    assert any(f.invariant == 6 and what in f.what for f in found), found


def test_a_curated_text_that_changes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    other = ingest.curate(made.page(2), source="a.txt")
    monkeypatch.setattr("ingest.pipeline.curate", lambda *a, **k: other)
    assert any("curated again, text offset" in f.what for f in faults(sound(), config=Config()))
    edited = sound()
    monkeypatch.setattr("ingest.pipeline.curate", lambda *a, **k: edited)
    assert any("curated again, breadcrumb makes ''" in f.what for f in faults(sound(), config=Config()))


def test_a_fault_of_the_pipeline_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.pipeline.curate", lambda *a, **k: 1 // 0)
    assert [f.what for f in faults(sound(), config=Config())] == [
        "curating the curated text fails: ZeroDivisionError: integer division or modulo by zero"
    ]


def test_no_more_lines_than_a_reader_can_use() -> None:
    page = "字 " * 5000
    doc = with_document(page_text=page, page_chars=len(page))(sound())
    doc = doc.model_copy(update={"edits": (), "records": ()})
    doc = with_document(record_count=0, edit_count=0, text="", text_chars=0)(doc)
    assert len(faults(doc)) == 5


# -------------------------------------------------------------------- on a folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made.folder(tmp_path / "raw", 5)
    (tmp_path / "raw" / "nothing.txt").write_bytes(b"")
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, buckets=1)
    return tmp_path


def found(base: Path, **options: object) -> list[str]:
    report = checks.check(base / "curated", **({"fast": True, "resources": ONE} | options))  # type: ignore[arg-type]
    return [str(v) for v in report.violations]


def rewritten(base: Path, dataset: str, change: Callable[[pa.Table], pa.Table], **options: object) -> None:
    """A table changed by someone else's hand, its digest brought up to date: only its content is wrong."""
    store = Store.open(base / "curated")
    path = store.table(dataset, 0)
    table = change(pq.read_table(path, partitioning=None))
    pq.write_table(table, path, **({"write_page_checksum": True, "compression": "zstd"} | options))
    ledger = store.ledger(0)
    assert ledger is not None
    store.commit(0, {}, ledger._replace(files={}))
    proof.renew(store)
    store.describe()


def test_a_sound_folder_passes_with_idempotence(folder: Path) -> None:
    report = checks.check(folder / "curated", resources=ONE)
    assert report.violations == []
    assert report.rows["documents"] == 5
    assert report.rows["rejections"] == 1
    assert report.notes == []


def test_a_raw_page_unaccounted_for(folder: Path) -> None:
    (folder / "raw" / "late.txt").write_text(made.page(9), encoding="utf-8")
    assert found(folder) == [
        "invariant 1: late.txt: is a raw page, and neither in documents nor in rejections (`ingest run`?)"
    ]


def test_a_missing_raw_folder_is_a_note(folder: Path) -> None:
    (folder / "raw").rename(folder / "elsewhere")
    report = checks.check(folder / "curated", fast=True, resources=ONE)
    assert report.violations == []
    assert "was not checked" in report.notes[0]


def test_a_document_that_is_missing_its_rows(folder: Path) -> None:
    rewritten(folder, "records", lambda t: t.slice(3))
    lines = found(folder)
    assert lines
    assert all(line.startswith("invariant 4") for line in lines)


def test_a_document_twice(folder: Path) -> None:
    rewritten(folder, "documents", lambda t: pa.concat_tables([t, t]).sort_by("doc_id"))
    assert sum("occurs twice" in line for line in found(folder)) == 5


def test_a_page_in_documents_and_rejections(folder: Path) -> None:
    rewritten(
        folder,
        "rejections",
        lambda t: t.set_column(0, t.schema.field(0), pa.array(["part0/page00000.txt"])),
    )
    lines = found(folder)
    assert "invariant 1: part0/page00000.txt: is in documents and in rejections" in lines
    assert any("nothing.txt: is a raw page, and neither" in line for line in lines)


def test_rows_of_no_document(folder: Path) -> None:
    rewritten(folder, "documents", lambda t: t.slice(1))
    lines = found(folder)
    assert any("rows have no document" in line for line in lines)
    assert any(line.startswith("invariant 1") for line in lines)


def test_a_document_in_a_bucket_that_is_not_its_own(tmp_path: Path) -> None:
    made.folder(tmp_path / "raw", 6)
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, buckets=2)
    for dataset in ("documents", "records", "edits"):
        one, two = (tmp_path / "curated" / dataset / f"bucket=00{n}" for n in (0, 1))
        if one.exists() and two.exists():
            one.rename(one.with_name("x"))
            two.rename(one)
            one.with_name("x").rename(two)
    assert any("is not the file that was written" in line for line in found(tmp_path))
    store = Store.open(tmp_path / "curated")
    for bucket in store.numbers():
        ledger = store.ledger(bucket)
        assert ledger is not None
        store.commit(bucket, {}, ledger._replace(files={}))
    assert any("does not belong in this bucket" in line for line in found(tmp_path))


def test_a_file_without_page_checksums(folder: Path) -> None:
    rewritten(folder, "documents", lambda t: t, write_page_checksum=False)
    assert any("column doc_id (row group 0) has pages without a checksum" in line for line in found(folder))
    path = Store.open(folder / "curated").table("records", 0)
    assert unchecked_columns(path, pq.read_metadata(path)) == []


def test_other_columns_and_a_lost_description(folder: Path) -> None:
    rewritten(folder, "documents", lambda t: t.rename_columns(["id", *t.column_names[1:]]))
    assert any("other columns: lacks ['doc_id'], has besides ['id']" in line for line in found(folder))
    bare = pa.schema([f.remove_metadata() for f in arrow_schema("records")], arrow_schema("records").metadata)
    rewritten(folder, "records", lambda t: t.cast(bare))
    assert any("without a description" in line for line in found(folder))


def test_files_that_do_not_belong(folder: Path) -> None:
    stray = folder / "curated" / "documents" / "part-1.parquet"
    stray.write_bytes(Store.open(folder / "curated").table("documents", 0).read_bytes())
    assert found(folder) == ["invariant 5: documents/part-1.parquet: is none of the 1 buckets' files"]


def test_documents_of_other_settings_are_not_tested_with_these(folder: Path) -> None:
    report = checks.check(folder / "curated", config=Config(min_certainty="exact"), resources=ONE)
    assert report.violations == []
    assert "5 documents were curated with other settings" in report.notes[0]


def test_damage_beside_the_tables(folder: Path) -> None:
    ledger = folder / "curated" / ".ingest" / "ledger" / "000.json"
    whole = ledger.read_bytes()
    ledger.write_bytes(whole.replace(b"part0", b"part9", 1))
    assert found(folder) == [
        "invariant 5: .ingest/ledger/000.json: is not as it was written: the next run writes it anew"
    ]
    corpus.run(folder / "raw", folder / "curated", resources=ONE)
    package = folder / "curated" / "datapackage.json"
    package.write_bytes(package.read_bytes()[:-9])
    assert any(line.startswith("invariant 5: datapackage.json: cannot be read") for line in found(folder))
    corpus.run(folder / "raw", folder / "curated", resources=ONE)
    assert found(folder) == []
    package.write_bytes(package.read_bytes().replace(b"One row", b"Two row"))
    report = checks.check(folder / "curated", fast=True, resources=ONE)
    assert ["datapackage.json" in str(v) for v in report.violations] == [True]


@pytest.mark.parametrize("dataset", ["documents", "rejections", "duplicates"])
def test_a_footer_whose_names_are_no_text(folder: Path, dataset: str) -> None:
    (folder / "raw" / "again.txt").write_text(next((folder / "raw").rglob("page*.txt")).read_text("utf-8"), "utf-8")
    corpus.run(folder / "raw", folder / "curated", resources=ONE)
    path = next((folder / "curated" / dataset).rglob("*.parquet"))
    name = {"documents": b"title", "rejections": b"reason", "duplicates": b"method"}[dataset]
    whole = path.read_bytes()
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    at = whole.index(name, footer)
    path.write_bytes(whole[:at] + b"\xe4" + whole[at + 1 :])
    report = checks.check(folder / "curated", fast=True, resources=ONE)
    assert any("is damaged" in v.what or "is not the file that was written" in v.what for v in report.violations)
    if dataset != "duplicates":
        assert corpus.repair(folder / "curated", report.damaged, resources=ONE).failures == []
    corpus.run(folder / "raw", folder / "curated", resources=ONE)
    assert checks.check(folder / "curated", fast=True, resources=ONE).violations == []


# -------------------------------------------------------------------- falsified, and the digests renewed


def with_value(column: str, change: Callable[[Any], Any], row: int = 2) -> Callable[[pa.Table], pa.Table]:
    """One value of a table changed."""

    def changed(table: pa.Table) -> pa.Table:
        at = table.schema.get_field_index(column)
        values = table.column(at).to_pylist()
        here = next((n for n in range(min(row, len(values) - 1), len(values)) if change(values[n]) != values[n]), None)
        assert here is not None, "nothing was changed"
        values[here] = change(values[here])
        field = table.schema.field(at)
        return table.set_column(at, field, pa.array(values, field.type))

    return changed


def other(value: Any) -> Any:
    """A value that is another one, and of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, str):
        return value[:-1] + ("一" if value[-1:] != "一" else "二")
    if isinstance(value, list | tuple):
        return [*value, ["别", "的"] if value and isinstance(value[0], list) else "别的"]
    return value


FALSE: dict[str, dict[str, Callable[[Any], Any]]] = {
    "documents": {
        **dict.fromkeys(("title", "page_text", "text", "revision", "page_chars", "text_chars", "record_count", "edit_count"), other),
        **dict.fromkeys(("doc_id", "source", "raw_sha256", "flags", "authors"), other),
        **{column: (lambda _: "青禾市人民政府") for column in ("issuer", "publisher", "document_number")},
        **{column: (lambda _: date(2020, 1, 2)) for column in ("published_on", "issued_on")},
    },
    "records": {
        **dict.fromkeys(("record_id", "doc_id", "revision", "ordinal", "eid", "parent_eid", "depth", "label", "number"), other),
        **dict.fromkeys(("heading", "text", "path", "chapter", "source_start", "source_end"), other),
        "kind": lambda _: "article", "unit": lambda _: "back", "certainty": lambda _: "guess", "number_suffix": lambda _: 1, "section": lambda _: "一、别的",
        "cells": lambda _: [["甲"]],
    },
    "edits": {
        **dict.fromkeys(("doc_id", "revision", "ordinal", "rules", "start", "end", "before", "after", "applied"), other),
        "stages": lambda _: ["repair"], "certainty": lambda _: "guess", "note": lambda _: "why not",
    },
    "rejections": dict.fromkeys(("source",), other),
}  # fmt: skip


@pytest.fixture(scope="module")
def falsifiable(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("falsifiable")
    (base / "raw").mkdir()
    for n in range(4):
        (base / "raw" / f"{n}.html").write_text(made.html(n), encoding="utf-8")
    for n in range(3):
        (base / "raw" / f"nothing{n}.txt").write_bytes(b"")
    corpus.run(base / "raw", base / "curated", resources=ONE, buckets=1, pool=Inline())  # type: ignore[arg-type]
    return base


@pytest.mark.parametrize(
    ("dataset", "column"), [(d, c) for d, columns in FALSE.items() for c in columns], ids=lambda v: str(v)
)
def test_a_falsified_column_is_found_though_its_digest_is_renewed(
    falsifiable: Path, tmp_path: Path, dataset: str, column: str
) -> None:
    base = tmp_path / "base"
    shutil.copytree(falsifiable, base)
    rewritten(base, dataset, with_value(column, FALSE[dataset][column]))
    assert found(base, pool=Inline())


def test_a_document_turned_into_a_rejection_is_found(falsifiable: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(falsifiable, base)
    store = Store.open(base / "curated")
    documents = pq.read_table(store.table("documents", 0), partitioning=None)
    gone = documents.column("doc_id")[0].as_py()
    for dataset in ("documents", "records", "edits", "facts"):
        rewritten(base, dataset, lambda t: t.filter(pc.not_equal(t.column("doc_id"), gone)))
    refused = pq.read_table(store.table("rejections", 0), partitioning=None).to_pylist()
    row = refused[0] | {"source": documents.column("source")[0].as_py()}
    new = pa.Table.from_pylist(sorted([*refused, row], key=lambda r: str(r["source"])), arrow_schema("rejections"))
    rewritten(base, "rejections", lambda _: new)
    assert any("is rejected, or not, other than its ledger says" in line for line in found(base, pool=Inline()))


def test_a_ledger_that_is_gone_is_said(folder: Path) -> None:
    (folder / "curated" / ".ingest" / "ledger" / "000.json").unlink()
    assert any("000.json: is missing" in line for line in found(folder))
    corpus.run(folder / "raw", folder / "curated", resources=ONE)
    assert found(folder) == []
