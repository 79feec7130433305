"""Pages that go to workers some at a time: what one of them does to its worker, and that tasks show in no file."""

from pathlib import Path

import made
import pyarrow.parquet as pq
import pytest
from inline import Inline

from ingest import corpus
from ingest.config import Config
from ingest.corpus import readers
from ingest.corpus.processes import tasks, workers
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.reprints import fingerprints
from ingest.corpus.runs import bucket
from ingest.corpus.storage.store import Store

ONE = Resources(workers=1)


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    folder = made.folder(tmp_path / "raw", 14)
    (folder / "part0" / "empty.txt").write_text("", encoding="utf-8")
    return folder


def reasons(curated: Path) -> dict[str, str]:
    table = pq.read_table(curated / "rejections")
    return dict(zip(table.column("source").to_pylist(), table.column("reason").to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("name", "worker", "reason"), [("die", made.dying, "crashed"), ("hang", made.hanging, "timeout")]
)
@pytest.mark.parametrize("first", ["part0/page00000.txt", "part1/page00007.txt"])
def test_a_page_that_takes_its_worker_along_leaves_the_others_of_its_task(
    raw: Path, monkeypatch: pytest.MonkeyPatch, name: str, worker: object, reason: str, first: str
) -> None:
    monkeypatch.setattr(workers, "curate_item", worker)
    (raw / first).rename(raw / f"part0/{name}.txt")
    summary = corpus.run(raw, raw.parent / "curated", resources=Resources(workers=1, timeout=1), buckets=1)
    assert (summary.new, summary.curated) == (13, 15)
    assert reasons(raw.parent / "curated") == {f"part0/{name}.txt": reason, "part0/empty.txt": "empty"}


def test_a_task_knows_the_page_that_it_died_of(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that nothing is tried twice that takes time, and every page is asked for once more at most."""
    monkeypatch.setattr(workers, "curate_item", made.dying)
    (raw / "part0" / "die.txt").write_text(made.page(99), encoding="utf-8")
    names = [
        "part0/page00000.txt",
        "part0/page00003.txt",
        "part0/die.txt",
        "part0/page00006.txt",
        "part0/page00009.txt",
    ]
    sent: list[int] = []
    with Pool(ONE) as pool:
        curate = pool.curate
        monkeypatch.setattr(
            pool, "curate", lambda root, some, config: sent.append(len(some)) or curate(root, some, config)
        )
        items = [readers.Item(name) for name in names]
        done = pool.collect(pool.curate(raw, items, Config()), raw, Config())
    assert sent == [5, 2, 2]
    pages = [page for one in done for page in one.pages]
    assert [page.source for page in pages] == names
    assert [isinstance(page, workers.Curated) for page in pages] == [True, True, False, True, True]


def test_a_page_without_memory_left_is_the_first_of_another_task(raw: Path) -> None:
    asked: list[str] = []

    def crowded(root: Path, item: readers.Item, config: Config) -> workers.Result:
        asked.append(item.path)
        if len(asked) == 3:
            return workers.Refusal(item.source, None, "worker", "crashed", "memory", crowded=True)
        return workers.curate_item(root, item, config)

    items = [readers.Item(f"part0/page{n:05d}.txt") for n in (0, 3, 6, 9)]
    done = tasks.curate_items(crowded, raw, items, Config())
    assert [page.source for page in done.pages] == [items[0].source, items[1].source]
    asked[:] = ["", ""]
    alone = tasks.curate_items(crowded, raw, items, Config())
    assert isinstance(alone.pages[0], workers.Refusal)  # alone it is what it is


def test_a_task_takes_no_more_than_is_enough(raw: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_ENOUGH", 500)
    items = [readers.Item(f"part0/page{n:05d}.txt") for n in (0, 3, 6, 9)]
    assert len(tasks.curate_items(workers.curate_item, raw, items, Config()).pages) < 4


@pytest.mark.parametrize("size", [1, 3, 32])
def test_files_do_not_show_how_pages_were_put_into_tasks(raw: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    """Nor does a second run, which carries some documents over and curates others between them."""
    monkeypatch.setattr(bucket, "PAGES", size)
    pool = Inline(ONE)

    def run(name: str, **options: object) -> Path:
        corpus.run(raw, raw.parent / name, resources=ONE, buckets=2, pool=pool, use_sites=False, **options)  # type: ignore[arg-type]
        return raw.parent / name

    late = {path: path.read_text("utf-8") for path in sorted(raw.rglob("*.txt"))[::3]}
    for path in late:
        path.unlink()
    grown = run("grown")
    for path, text in late.items():
        path.write_text(text, encoding="utf-8")
    run("grown")
    monkeypatch.setattr(bucket, "PAGES", 5)
    whole = run("whole")
    for path in whole.rglob("*.parquet"):
        one, two = (pq.read_table(file) for file in (path, grown / path.relative_to(whole)))
        apart = [name for name in ("ingested_at", "rejected_at") if name in one.column_names]
        assert one.drop(apart).equals(two.drop(apart))
        assert apart or path.read_bytes() == (grown / path.relative_to(whole)).read_bytes()


def test_what_duplicates_are_found_by_is_the_same_from_the_worker_and_from_the_file(raw: Path) -> None:
    curated = raw.parent / "curated"
    corpus.run(raw, curated, resources=ONE, buckets=2, pool=Inline(ONE))  # type: ignore[arg-type]
    store = Store.open(curated)
    for number in store.numbers():
        kept = fingerprints.known(store, number)
        assert kept
        path = store.table("documents", number)
        assert kept == b"".join(fingerprints.fingerprint(*row) for row in fingerprints.read_documents(path))
