"""`ingest check` resolves all references again: a target that was changed, lost or not renewed is found."""

import shutil

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from inline import Inline

from ingest import corpus
from ingest.corpus import linking
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Resources
from ingest.corpus.storage.schema import arrow_schema
from ingest.corpus.storage.store import Store

LAW = "云栖省渔业法\n第一条 为了发展渔业，制定本法。\n第二条 捕捞应当有度。\n第三条 渔港应当登记。"
USER = (
    "云栖市渔港管理办法\n第一条 根据《云栖省渔业法》第二条，制定本办法。\n第二条 渔港适用本办法第一条至第三条。\n"
    "第三条 本办法自2021年5月1日起施行，《云栖省渔业法》同时废止。"
)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    base = tmp_path_factory.mktemp("again")
    (base / "raw").mkdir()
    (base / "raw" / "law.txt").write_text(LAW, "utf-8")
    (base / "raw" / "user.txt").write_text(USER, "utf-8")
    corpus.run(base / "raw", base / "curated", resources=Resources(workers=1), buckets=1, pool=Inline())
    return base


def report(base):
    return checks.check(base / "curated", fast=True, resources=Resources(workers=1), pool=Inline())


def falsified(base, dataset, change, marked=True):
    """Rows changed by someone else's hand, with every digest, and the mark that targets are up to date, renewed."""
    store = Store.open(base / "curated")
    path = store.table(dataset, 0)
    rows = change(pq.read_table(path, partitioning=None).to_pylist())
    pq.write_table(pa.Table.from_pylist(rows, arrow_schema(dataset)), path, write_page_checksum=True)
    store.commit(0, {}, store.ledger(0)._replace(files={}))
    if marked:
        (store.inner / linking._DONE).write_text(linking._mark(store))


def test_a_sound_folder_is_sound(made):
    assert report(made).violations == []
    assert report(made).notes == []


FALSE = {
    "target_doc_id": "0" * 16, "target_revision": "0" * 16, "target_eids": ["art_1"], "target_first": "art_1", "certainty": "guess",
    "reason": "several", "within": "heading",
}  # fmt: skip


@pytest.mark.parametrize("column", FALSE)
@pytest.mark.parametrize("quote", ["《云栖省渔业法》第二条", "本办法第一条至第三条"])
def test_a_falsified_target_is_found(made, tmp_path, quote, column):
    base = shutil.copytree(made, tmp_path / "base")

    def change(rows):
        (row,) = (r for r in rows if r["quote"] == quote)
        if row[column] == FALSE[column]:
            pytest.skip("null already")
        row[column] = FALSE[column]
        return rows

    falsified(base, "references", change)
    assert any(v.invariant in (4, 8) and "reference" in v.what for v in report(base).violations)


@pytest.mark.parametrize(("dataset", "column"), [("references", "quote"), ("events", "kind")])
def test_a_row_that_is_gone_is_found(made, tmp_path, dataset, column):
    base = shutil.copytree(made, tmp_path / "base")
    falsified(base, dataset, lambda rows: [r for n, r in enumerate(rows) if n != len(rows) - 1])
    assert any("its records give" in v.what for v in report(base).violations)


def test_targets_that_a_cut_run_left_are_noted(made, tmp_path):
    base = shutil.copytree(made, tmp_path / "base")

    def unlinked(rows):
        return [r | {"target_doc_id": None, "target_revision": None, "target_eids": [], "reason": "elsewhere"} if r["target_title"] else r for r in rows]  # fmt: skip

    falsified(base, "references", unlinked, marked=False)
    found = report(base)
    assert [v.what for v in found.violations if v.invariant == 8] == []  # that the root is old is said as well
    assert "2 references lead elsewhere than they would now: the next run renews them" in found.notes
    corpus.run(base / "raw", base / "curated", resources=Resources(workers=1), pool=Inline())
    assert (report(base).violations, report(base).notes) == ([], [])
