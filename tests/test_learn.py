"""A language model from a curated folder: what it learns, what it leaves out, and what a repair makes of it."""

from pathlib import Path

import pytest

from ingest import Config, InputError, cli, corpus
from ingest.corpus import learn
from ingest.corpus.processes.workers import Resources
from ingest.repair import domain, forward, mirror, model
from ingest.settings import load
from ingest.traced import Traced

PAGES = {
    "one.txt": "青禾县苔藻变肉工程实施方案\n一、总体要求\n青禾县实施苔藻变肉工程，苔藻变肉示范点建在白沙镇。\n",
    "two.txt": "白沙镇苔藻变肉示范点建设方案\n一、建设任务\n加快苔藻变肉示范点建设，推广苔藻变肉技术。\n",
}
TABLE = [("內", "nèi"), ("變", "biàn"), ("實", "shí"), ("發", "fā"), ("經", "jīng"), ("濟", "jì")]
CLEAN = "青禾縣實施苔藻變肉 ”工程，發展經濟。"


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    raw = tmp_path / "raw"
    raw.mkdir()
    for name, text in PAGES.items():
        (raw / name).write_text(text, encoding="utf-8")
    corpus.run(raw, tmp_path / "curated", resources=Resources(workers=1), buckets=2)
    return tmp_path / "curated"


def test_words_of_the_folder_are_learnt_and_used(curated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = curated.parent / "model.bin"
    with pytest.raises(SystemExit) as done:
        cli.main(["model", "build", str(curated), "--out", str(file)])
    assert done.value.code == 0
    assert "domain_model_file" in capsys.readouterr().out
    config = load(curated.parent / "raw", environ={}, domain_model_file=file).config
    damaged = forward.damage(CLEAN, TABLE)

    def repaired(config: Config) -> str:
        return Traced(damaged).apply(mirror(damaged, config), "repair").text

    assert repaired(Config()) != CLEAN, "the general model knows no such works"
    assert repaired(config) == CLEAN


def test_the_same_folder_gives_the_same_model(curated: Path) -> None:
    one, two = (learn.build_model(curated, curated.parent / name) for name in ("a.bin", "b.bin"))
    assert one[:2] == two[:2] and one.characters > 80
    assert one.path.read_bytes() == two.path.read_bytes()
    assert not [*curated.parent.glob(".model-*")]


def test_guesses_are_not_learnt(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    sure = "云栖市海洋經(jīng)濟(jì)發(fā)展意見\n"
    (raw / "x.txt").write_text(sure + forward.damage(CLEAN, TABLE) + "\n", encoding="utf-8")
    corpus.run(raw, tmp_path / "curated", resources=Resources(workers=1), buckets=1)
    made = learn.build_model(tmp_path / "curated", tmp_path / "model.bin")
    assert made.characters == len("云栖市海洋经济发展意见")
    own = model.load(made.path)
    assert own.total("海洋经济") > own.total("苔藻变人") + 10


def test_a_folder_without_records_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "none.txt").write_bytes(b"")
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=Resources(workers=1), buckets=1)
    with pytest.raises(InputError, match="no records to learn from"):
        learn.build_model(tmp_path / "curated", tmp_path / "model.bin")


def test_a_place_that_cannot_be_written_is_an_error(curated: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        learn.build_model(curated, curated.parent / "nowhere" / "model.bin")


def test_another_file_in_its_place_is_refused(curated: Path) -> None:
    file = curated.parent / "model.bin"
    learn.build_model(curated, file)
    config = load(curated.parent / "raw", environ={}, domain_model_file=file).config
    file.write_bytes(file.read_bytes() + b"x")
    with pytest.raises(InputError, match="not the file"):
        domain.chosen(config)
