"""Folders falsified by somebody who knows how: a value changed, and revision, ledgers and digests made to agree with it.

What `ingest check` finds of that, and what `ingest check --deep` finds. Run by `tests/test_deep.py` in a short form and by
`benchmarks/endurance/torture.py` over every column.
"""

import os
import random
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import made
import pyarrow as pa
import pyarrow.parquet as pq

from ingest import corpus
from ingest.corpus.storage import proof
from ingest.corpus.storage.folder import present
from ingest.corpus.storage.schema import DATASETS, OF_DOCUMENTS, arrow_schema
from ingest.corpus.storage.store import Store
from ingest.models import CuratedDocument, Document
from ingest.pipeline import revision_of

TIMES = {"ingested_at", "rejected_at"}
"""When rows were written: nothing on earth can say otherwise."""
LAW = "云栖省渔业法\n（2021年3月5日云栖省第一届人民代表大会第二次会议通过）\n第一条 为了发展渔业，制定本法。\n第二条 捕捞应当有度。\n第三条 违反前条规定的，罚款。\n第四条 本法自2021年5月1日起施行。"
USER = "云栖市渔港管理办法\n第一条 根据《云栖省渔业法》，制定本办法。\n第二条 违反云栖省渔业法第二条的，罚款。\n第三条 本办法自2022年5月1日起施行。"
POST = (
    "<html><head><title>渔港见闻</title></head><body><h1>渔港见闻</h1><p>发布时间：2021-03-04 来源：云栖日报 作者：林小满</p>"
    "<p>渔港位于云栖市东部，北靠青山，南临大海，是附近渔民停船避风的地方，也是游客看日出的去处。</p>"
    "<table><tr><td>泊位</td><td>数量</td></tr><tr><td>东泊位</td><td>12</td></tr></table></body></html>"
)


def folder(base: Path, pool: Any) -> Path:
    """Pages with rows in every dataset that pages by themselves have rows in; one bucket."""
    raw = base / "raw"
    raw.mkdir()
    for n in range(2):
        (raw / f"{n}.html").write_text(made.html(n), encoding="utf-8")
    for name, text in (("again.txt", made.page(0)), ("again2.txt", made.page(0)), ("law.txt", LAW), ("user.txt", USER)):
        (raw / name).write_text(text, encoding="utf-8")
    (raw / "post.html").write_text(POST, encoding="utf-8")
    (raw / "old.txt").write_text(made.page(3).replace("方案", "方(fāng)案").replace("做", "經濟"), encoding="utf-8")
    (raw / "nothing.txt").write_bytes(b"")
    (raw / "nothing2.txt").write_bytes(b"\0\1\2\3" * 90)
    for path in raw.iterdir():
        os.utime(path, (1, 1))  # a young file costs each run its second look
    corpus.run(raw, base / "curated", resources=corpus.Resources(workers=1), buckets=1, pool=pool)
    return base


def columns(base: Path) -> Iterator[tuple[str, str]]:
    """Every column of every dataset that has rows, but the times of writing."""
    for dataset in DATASETS:
        path = _table(base, dataset)
        if path.exists() and pq.read_metadata(path).num_rows:
            yield from ((dataset, column) for column in present()[dataset] if column not in TIMES)


def other(value: Any, kind: pa.DataType, draw: random.Random) -> Any:
    """Another value of the same type."""
    if value is None:
        value = [] if pa.types.is_list(kind) else {"string": "别", "int32": 6, "int64": 6}.get(str(kind))
        return value if value is not None else date(2020, 1, 2) if pa.types.is_date(kind) else datetime(2020, 1, 2)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + draw.choice((1, 2, 7))
    if isinstance(value, str):
        return _other_word(value)
    if isinstance(value, datetime | date):
        return value + timedelta(days=1)
    inner = kind.value_type
    if pa.types.is_list(inner):
        return [*value, ["别", "的"]]
    return [*value, "别的"] if pa.types.is_string(inner) else [*value, None]


_WORDS = {
    "exact": "guess", "likely": "exact", "guess": "exact", "hans": "hant", "hant": "hans", "clause": "section", "chapter": "section",
    "native": "naive", "text": "attribute", "found": "elsewhere", "empty": "binary", "binary": "empty", "strip": "repair", "near": "text",
    "adopted": "amended", "effective": "published", "paragraph": "lead", "level1": "level2", "level2": "level3", "article": "level2",
}  # fmt: skip


def _other_word(value: str) -> str:
    return _WORDS.get(value) or value[:-1] + ("一" if value[-1:] != "一" else "二")


def falsify(base: Path, dataset: str, column: str, seed: int = 1) -> bool:
    """Changes one value, then all that was made from it. False where no row has it otherwise."""
    draw = random.Random(f"{seed} {dataset} {column}")
    path = _table(base, dataset)
    table = pq.read_table(path, partitioning=None)
    at = table.schema.get_field_index(column)
    values, field = table.column(at).to_pylist(), table.schema.field(at)
    row = draw.randrange(len(values))
    new = other(values[row], field.type, draw)
    if new == values[row]:
        return False
    values[row] = new
    _write(path, dataset, table.set_column(at, field, pa.array(values, field.type)))
    renew(base)
    return True


def renew(base: Path) -> None:
    """Revision, ledger, digests, `duplicates` and links agree with what the tables say."""
    store = Store.open(base / "curated")
    ledger = store.ledger(0)
    assert ledger is not None
    rows = {name: _rows(store.table(name, 0)) for name in OF_DOCUMENTS}
    told = {}
    for one in rows["documents"]:
        old = one["doc_id"], one["revision"]
        own = {n: [r for r in rows[n] if (r["doc_id"], r["revision"]) == old] for n in OF_DOCUMENTS[1:]}
        try:
            parts = {n: tuple(DATASETS[n].model.model_validate(r) for r in own[n]) for n in own}
            document = Document.model_validate(one)
            revision = revision_of(CuratedDocument.model_validate({"document": document} | parts))
        except ValueError:  # a word that the model does not have: then there is no revision to be renewed
            revision = one["revision"]
        for row in (one, *(r for n in own for r in own[n])):
            row["revision"] = revision
        told[one["source"]] = revision, one["raw_sha256"]
    for name, some in rows.items():
        if some:
            _write(store.table(name, 0), name, pa.Table.from_pylist(some, arrow_schema(name)))
    refused = {r["source"]: r["reason"] for r in _rows(store.table("rejections", 0))}
    for name, entry in ledger.entries.items():
        outcomes = tuple(
            o._replace(revision=told[o.source][0])
            if o.source in told
            else o._replace(reason=refused.get(o.source, o.reason))
            for o in entry.outcomes
        )
        sha = told[name][1] if name in told else entry.sha256
        ledger.entries[name] = entry._replace(outcomes=outcomes, sha256=sha)
    store.commit(0, {}, ledger._replace(files={}))
    (store.inner / "links").unlink(missing_ok=True)
    for kept in (store.inner / "texts").glob("*"):
        kept.unlink()
    proof.renew(store)
    store.describe()


def _table(base: Path, dataset: str) -> Path:
    curated = base / "curated" / dataset
    return curated / "part-0.parquet" if dataset == "duplicates" else curated / "bucket=000" / "part-0.parquet"


def _rows(path: Path) -> list[dict[str, Any]]:
    return pq.read_table(path, partitioning=None).to_pylist() if path.exists() else []


def _write(path: Path, dataset: str, table: pa.Table) -> None:
    pq.write_table(table.cast(arrow_schema(dataset)), path, write_page_checksum=True, compression="zstd")
