"""The root that stands for a folder: the same for the same folder, another for any other; and a document proved by it."""

import importlib.util
import json
import shutil
from pathlib import Path
from typing import Any

import made
import pytest
from inline import Inline

from ingest import InputError, corpus, script
from ingest.corpus import published
from ingest.corpus.audit import checks
from ingest.corpus.processes import workers
from ingest.corpus.storage import proof
from ingest.corpus.storage.store import Store

ONE = corpus.Resources(workers=1)
SCRIPT = Path(__file__).parents[1] / "tools" / "verify.py"
_kept: dict[object, workers.Result] = {}


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("whole")
    made.folder(base / "raw", 9)
    (base / "raw" / "trad.txt").write_text(
        "雲棲縣漁業發展規劃\n為了發展漁業，制定本規劃。\n一、總體要求\n漁港應當擴建。", encoding="utf-8"
    )
    run(base)
    return base


def run(base: Path) -> None:
    pool = Inline(ONE, _kept)
    assert not corpus.run(base / "raw", base / "curated", resources=ONE, buckets=5, pool=pool).failures  # type: ignore[arg-type]


@pytest.fixture
def verify() -> Any:
    spec = importlib.util.spec_from_file_location("verify", SCRIPT)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def root(base: Path) -> str:
    found = Store.open(base / "curated").facts.root
    assert found is not None
    return found


def test_it_is_written_and_said_in_both_files_and_stays(whole: Path) -> None:
    said = json.loads((whole / "curated" / "datapackage.json").read_text("utf-8"))["ingest"]["root"]
    assert said == root(whole) == proof.present(Store.open(whole / "curated"), exact=True)
    before = made.digests(whole / "curated")
    run(whole)
    assert made.digests(whole / "curated") == before
    assert published.unlike(whole / "curated", said.upper()) is None


def test_any_file_that_changes_is_another_folder(whole: Path, tmp_path: Path) -> None:
    was = root(whole)
    shutil.copytree(whole, tmp_path / "base")
    curated = tmp_path / "base" / "curated"
    for path in sorted([*curated.rglob("*.parquet"), curated / proof.PAIRS]):
        content = path.read_bytes()
        path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        assert "have the root" in str(published.unlike(curated, was)), path
        path.write_bytes(content)
    assert published.unlike(curated, was) is None
    (tmp_path / "base" / "raw" / "trad.txt").write_text(made.page(77), encoding="utf-8")
    run(tmp_path / "base")
    assert root(tmp_path / "base") != was and published.unlike(curated, was)


def test_two_folders_of_the_same_pages_have_roots_of_their_own_only_by_their_times(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "base")
    shutil.rmtree(tmp_path / "base" / "curated" / ".ingest")  # settings and ledgers are made again from what there is
    run(tmp_path / "base")
    assert root(tmp_path / "base") == root(whole)


def test_a_root_that_is_not_the_folders_is_a_violation(whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / "base")
    store = Store.open(tmp_path / "base" / "curated")
    store.rooted("0" * 64)
    store.describe()
    report = checks.check(store.root, fast=True, resources=ONE, pool=Inline(ONE))  # type: ignore[arg-type]
    assert [v.what for v in report.violations] == [
        "its root is not that of the folder's files: `ingest run` ends with writing it"
    ]
    run(tmp_path / "base")
    assert checks.check(store.root, fast=True, resources=ONE, pool=Inline(ONE)).violations == []  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_each_leaf_leads_to_the_root(count: int) -> None:
    import hashlib

    hashes = [hashlib.sha256(bytes([n])).digest() for n in range(count)]
    for n, have in enumerate(hashes):
        for side, other in proof.beside(hashes, n):
            both = (bytes.fromhex(other), have) if side == "left" else (have, bytes.fromhex(other))
            have = hashlib.sha256(b"\1" + b"".join(both)).digest()
        assert have.hex() == proof.root_of(hashes)


def test_a_document_is_proved_with_the_files_of_its_bucket_alone(whole: Path, tmp_path: Path, verify: Any) -> None:
    about = published.proof_of(whole / "curated", "trad.txt")
    for name in about["files"]:
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(whole / "curated" / name, tmp_path / name)
    assert verify.belongs(tmp_path, about, root(whole)) == []
    assert verify.belongs(tmp_path, about, "0" * 64)
    assert verify.belongs(tmp_path, about | {"source": "other.txt"}, root(whole))
    falsified = json.loads(json.dumps(about))
    falsified["leaf"]["raw"] = "0" * 64
    assert verify.belongs(tmp_path, falsified, root(whole))
    path = tmp_path / about["files"][0]
    path.write_bytes(path.read_bytes()[:-1] + b"x")
    assert verify.belongs(tmp_path, about, root(whole))
    with pytest.raises(InputError, match="has no document"):
        published.proof_of(whole / "curated", "nowhere.txt")


def test_pairs_are_carried_and_no_other_is_taken(whole: Path, tmp_path: Path, verify: Any) -> None:
    path = whole / "curated" / proof.PAIRS
    (chain,) = json.loads(path.read_text("utf-8"))
    assert verify.tables_of(whole / "curated") == {chain: set(script.pairs(chain))}
    found = verify.verify(whole / "curated")
    assert found.wrong == [] and found.pairs == set()
    shutil.copytree(whole / "curated", tmp_path / "curated")
    told = json.loads(path.read_text("utf-8"))
    (tmp_path / "curated" / proof.PAIRS).write_text(
        json.dumps({chain: told[chain].replace("漁渔", "")}), encoding="utf-8"
    )
    assert any("漁 stands as 渔, which is no pair" in line for line in verify.verify(tmp_path / "curated").wrong)
    report = checks.check(tmp_path / "curated", fast=True, resources=ONE, pool=Inline(ONE))  # type: ignore[arg-type]
    assert any(v.where == proof.PAIRS for v in report.violations)
