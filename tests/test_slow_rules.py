"""A user's rule that takes all the time of a page is named where the page is rejected, and in the summary."""

from pathlib import Path

import made
import pyarrow.parquet as pq
import pytest

import ingest
from ingest import Config, corpus, terminal
from ingest.config import NoticeRule
from ingest.corpus.processes.workers import Pool
from ingest.notices import table

SLOW = Config(
    notice_rules=(
        NoticeRule(id="quick", where="any", pattern="甲乙"),
        NoticeRule(id="slow", where="any", pattern="(a+)+b"),
    )
)
HARD = made.page(1) + "a" * 60 + "!\n"


def test_a_slow_rule_is_named_in_the_rejection_and_in_the_summary(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    for n in range(3):
        (tmp_path / "raw" / f"{n}.txt").write_text(made.page(n), encoding="utf-8")
    (tmp_path / "raw" / "hard.txt").write_text(HARD, encoding="utf-8")
    few = corpus.Resources(workers=1, timeout=1.0)
    found = corpus.run(tmp_path / "raw", tmp_path / "curated", config=SLOW, resources=few, buckets=1)
    assert (found.new, dict(found.rejected), dict(found.slow_rules)) == (3, {"timeout": 1}, {"slow": 1})
    (row,) = pq.read_table(tmp_path / "curated" / "rejections").to_pylist()
    assert row["source"] == "hard.txt" and "your own notice rule slow" in row["detail"]
    assert any(
        "your notice rule slow was being tried when the time of 1 page was over" in x
        for x in terminal.summary(found, "x")
    )


def test_explain_names_it_too(tmp_path: Path) -> None:
    (tmp_path / "hard.txt").write_text(HARD, encoding="utf-8")
    with (
        Pool(corpus.Resources(workers=1, timeout=1.0), ()) as pool,
        pytest.raises(ingest.Rejected, match="notice rule slow"),
    ):
        pool.explain(tmp_path / "hard.txt", SLOW)


def test_in_the_callers_own_process_nobody_listens() -> None:
    assert table.watch is None
    quick = SLOW.model_copy(update={"notice_rules": SLOW.notice_rules[:1]})
    assert ingest.curate(made.page(1), source="a", media_type="text/plain", config=quick).text
