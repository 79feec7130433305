"""`ingest check --deep`: what was falsified with every digest renewed is found, since the raw pages say otherwise."""

import os
import shutil
from pathlib import Path

import falsified
import made
import pytest
from inline import Inline

from ingest import InputError, corpus
from ingest.corpus.audit import checks
from ingest.corpus.deep import Compared, compare
from ingest.corpus.processes import workers

ONE = corpus.Resources(workers=1)
_kept: dict[object, workers.Result] = {}


def pool() -> Inline:
    return Inline(ONE, _kept)


def deep(base: Path) -> Compared:
    return compare(base / "curated", resources=ONE, pool=pool())  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return falsified.folder(tmp_path_factory.mktemp("whole"), pool())


def test_a_sound_folder_is_what_raw_gives_and_nothing_is_written(whole: Path) -> None:
    before = made.digests(whole)
    found = deep(whole)
    assert found.violations == [] and found.notes == [] and found.documents == 8
    assert made.digests(whole) == before


def every(base: Path) -> list[tuple[str, str]]:
    """All columns, or one of seventeen in a test of seconds (`INGEST_FALSE` says how many are left out between two)."""
    return list(falsified.columns(base))[:: int(os.environ.get("INGEST_FALSE", "17"))]


def test_what_was_falsified_with_all_digests_renewed_is_found(whole: Path, tmp_path: Path) -> None:
    tried, missed = 0, []
    for dataset, column in every(whole):
        base = tmp_path / f"{dataset}-{column}"
        shutil.copytree(whole, base)
        if falsified.falsify(base, dataset, column):
            tried += 1
            if not deep(base).violations:
                missed.append((dataset, column))
        shutil.rmtree(base)
    assert tried >= 6 and missed == []


def test_it_says_what_differs(whole: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    assert falsified.falsify(base, "documents", "publisher")
    lines = [str(v) for v in deep(base).violations]
    assert len(lines) >= 1
    assert any(
        "documents: " in line and "publisher of row 0" in line and "its raw page gives" in line for line in lines
    )


def test_a_rejection_that_is_a_document_and_one_that_is_none(whole: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    (base / "raw" / "nothing.txt").write_text(made.page(5), encoding="utf-8")
    (base / "raw" / "law.txt").write_bytes(b"")
    lines = [str(v) for v in deep(base).violations]
    assert any("nothing.txt" in line and "is no document here" in line for line in lines)
    assert any("law.txt" in line and "its raw page gives none (empty)" in line for line in lines)


def test_what_is_gone_from_raw_is_counted_and_no_violation(whole: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    for name in ("law.txt", "again.txt", "nothing2.txt"):
        (base / "raw" / name).unlink()
    found = deep(base)
    assert found.violations == []
    assert found.notes == ["3 kept although their raw file is gone: nothing to compare them with"]


def test_without_the_raw_folder_there_is_nothing_to_compare_with(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "base")
    shutil.rmtree(tmp_path / "base" / "raw")
    with pytest.raises(InputError, match="--deep curates from it"):
        deep(tmp_path / "base")


def test_a_ledger_that_is_gone_is_said_beside_it(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "base")
    (tmp_path / "base" / "curated" / ".ingest" / "ledger" / "000.json").unlink()
    assert deep(tmp_path / "base").violations == []
    report = checks.check(tmp_path / "base" / "curated", fast=True, resources=ONE, pool=pool())  # type: ignore[arg-type]
    assert any("000.json" in v.where and "is missing" in v.what for v in report.violations)


def test_a_word_that_no_column_has_is_a_violation_and_no_traceback(whole: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    assert falsified.falsify(base, "documents", "extraction_certainty")
    report = checks.check(base / "curated", fast=True, resources=ONE, pool=pool())  # type: ignore[arg-type]
    assert any("its row cannot be read" in v.what for v in report.violations)
