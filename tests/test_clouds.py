"""Folders in object storage: the same rows as on a disk, whatever dies, whoever else writes, and for every command and reader."""

import json
import os
import re
import shutil
import sys
import threading
import urllib.request
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace

import made
import places
import pyarrow as pa
import pyarrow.dataset as ds
import pyarrow.parquet as pq
import pytest
import sites_made
from inline import Inline
from places import Crash, Fused, standing_in

import ingest
from ingest import StoreError, corpus
from ingest.cli import main
from ingest.command import explain
from ingest.config import Config
from ingest.corpus.audit import checks
from ingest.corpus.objects import cloud
from ingest.corpus.processes import workers
from ingest.corpus.runs import engine
from ingest.corpus.storage import mirror
from ingest.corpus.storage.mirror import Mirror
from ingest.corpus.storage.store import Store

ONE = corpus.Resources(workers=1)
RAW, CURATED = Path("s3://bucket/raw"), Path("s3://bucket/curated")
_kept: dict[object, workers.Result] = {}


def run(raw, curated=CURATED, **options):
    found = corpus.run(raw, curated, resources=ONE, pool=Inline(ONE, _kept), **options)
    assert found.failures == []
    return found


def holds(curated=CURATED) -> None:
    report = checks.check(curated, fast=True, resources=ONE, pool=Inline(ONE))
    assert report.violations == [] and report.notes == []


def upload(folder: Path, place) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and ".lock" not in path.name:
            name = path.relative_to(folder).as_posix()
            held = place.get(name)
            place.swap(name, path.read_bytes(), held and held.tag)


def download(place, folder: Path) -> Path:
    for found in list(place.list()):
        path = folder / found.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(place.get(found.name).content)
    return folder


def tables(folder: Path) -> dict[str, object]:
    """Every table but its times; those without rows left out, which a place keeps and a disk does not."""
    found = {}
    for path in sorted(folder.glob("*/**/*.parquet")):
        table = pq.ParquetFile(path).read()
        times = [name for name in ("ingested_at", "rejected_at") if name in table.column_names]
        if table.num_rows:
            found[path.relative_to(folder).as_posix()] = table.drop(times) if times else path.read_bytes()
    return found


def pages(folder: Path, count: int) -> Path:
    """Pages of all kinds: text, HTML with a sidecar, a feed, a reprint, one that is refused, one too large."""
    folder.mkdir()
    made.folder(folder, count)
    (folder / "again.txt").write_text(made.page(0), encoding="utf-8")
    (folder / "side.html").write_text(made.html(3), encoding="utf-8")
    (folder / "side.html.meta.json").write_text('{"url": "http://www.yunling.example/a/1.html"}')
    lines = [
        json.dumps({"url": f"http://q.example/{n}", "html": made.html(900 + n)}, ensure_ascii=False) for n in range(3)
    ]
    (folder / "feed.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "english.txt").write_text("Nothing in this file is Chinese, and so nothing is curated from it.\n")
    return folder


@pytest.fixture
def small(tmp_path):
    return pages(tmp_path / "raw", 6)


@pytest.fixture
def here(small):
    """Places in memory, with the raw pages in one of them."""
    found = {
        str(address).replace(":/", "://"): places.memory(str(address).replace(":/", "://"))
        for address in (RAW, CURATED)
    }
    upload(small, found["s3://bucket/raw"])
    with standing_in(found):
        yield found


def raw_of(here):
    return here["s3://bucket/raw"]


def curated_of(here):
    return here["s3://bucket/curated"]


# -------------------------------------------------------------------- the same rows


def test_who_explains_a_page_may_read_the_models_of_a_place(here, small, monkeypatch):
    """They lie in the folder that follows it, not at its address."""
    run(RAW)
    asked = []
    begin = workers.Pool.__init__
    monkeypatch.setattr(
        workers.Pool,
        "__init__",
        lambda pool, resources, files=(), reads=None: (asked.extend(reads), begin(pool, resources, files, reads))[1],
    )
    settings = SimpleNamespace(config=Config(), resources=ONE, curated=CURATED, raw=small)
    page = next(small.glob("*.txt"))
    assert explain.curated_file(page, settings).document.title
    assert mirror.followed(CURATED) in asked and mirror.followed(CURATED).is_dir()


def test_sites_of_a_place_are_learnt_before_their_pages_are_curated(here, tmp_path):
    """Pages with an address in a sidecar, without one in a folder, and in a feed: each is curated once."""
    folder, every = tmp_path / "more", []
    for name in ("tables", "campus", "news"):
        every += (found := sites_made.site(name, articles=21, lists=0))
        lines = []
        for n, page in enumerate(found):
            path = folder / (name if name == "campus" else "") / f"{name}{n}.html"
            path.parent.mkdir(parents=True, exist_ok=True)
            if name == "news":
                lines.append(json.dumps({"url": page.url, "body": page.html}, ensure_ascii=False) + "\n")
                continue
            path.write_text(page.html, "utf-8")
            if name == "tables":
                path.with_name(f"{path.name}.meta.json").write_text(json.dumps({"url": page.url}))
        (folder / f"{name}.jsonl").write_text("".join(lines), "utf-8") if lines else None
    upload(folder, here.setdefault("s3://bucket/more", places.memory("s3://bucket/more")))
    made = run(Path("s3://bucket/more"), buckets=4)
    assert [x.partition(": ")[0] for x in made.learnt] == [
        "folder:campus",
        "host:www.news1.example",
        "host:www.tables1.example",
    ]
    assert made.new == made.curated == len(every)
    assert run(Path("s3://bucket/more")).curated == 0


def test_a_place_and_a_disk_give_the_same_tables(small, here, tmp_path):
    near = run(small, tmp_path / "near", buckets=4)
    far = run(RAW, buckets=4)
    assert (far.new, far.rejected, far.pages) == (near.new, near.rejected, near.pages) and near.new == 11
    assert tables(download(curated_of(here), tmp_path / "back")) == tables(tmp_path / "near") != {}
    holds()
    again = run(RAW)
    assert (again.curated, again.unchanged) == (0, 11)


def test_a_folder_goes_to_a_place_and_back(small, here, tmp_path):
    run(small, tmp_path / "curated", buckets=4)
    upload(tmp_path / "curated", curated_of(here))
    holds()
    again = run(RAW)
    assert again.curated == 0, "what is there is known, by its content"
    download(curated_of(here), tmp_path / "back")
    shutil.copytree(small, tmp_path / "back.raw")
    store = json.loads((tmp_path / "back" / ".ingest" / "store.json").read_text())
    assert store["raw"] == "../raw"
    holds(tmp_path / "back")


def test_a_second_run_takes_up_what_has_changed(small, here, tmp_path):
    run(RAW, buckets=2)
    place = raw_of(here)
    name = next(one.name for one in place.list("part"))
    place.swap(name, made.page(70).encode(), place.get(name).tag)
    place.swap(
        "side.html.meta.json", b'{"url": "http://www.yunling.example/a/2.html"}', place.get("side.html.meta.json").tag
    )
    place.delete("english.txt")
    why = []
    run(RAW, dry_run=True, on_stale=lambda name, why_: why.append((name, why_)))
    assert sorted(why) == sorted([(name, "bytes changed"), ("side.html", "sidecar changed")])
    found = corpus.run(RAW, CURATED, resources=ONE, pool=Inline(ONE), prune=True)
    assert (found.curated, found.changed, found.pruned) == (2, 1, 1)
    opened = ingest.open_dataset(CURATED)
    assert opened.rejections.num_rows == 0 and opened.documents.num_rows == 11
    assert "http://www.yunling.example/a/2.html" in opened.documents.column("url").to_pylist()
    holds()


def test_a_table_that_loses_its_rows_stays_an_object(here):
    run(RAW, buckets=3)
    before = {one.name for one in curated_of(here).list("rejections/")}
    raw_of(here).delete("english.txt")
    run(RAW, prune=True)
    assert {one.name for one in curated_of(here).list("rejections/")} == before
    for name in before:
        content = curated_of(here).get(name).content
        found = pq.ParquetFile(pa.BufferReader(content))
        assert found.metadata.num_rows == 0 and found.num_row_groups == 0


def test_a_page_that_is_replaced_while_it_is_read_is_for_the_next_run(here, monkeypatch):
    place = raw_of(here)
    real = place.get

    def get(name, **options):
        if name == "again.txt" and "tag" in options and options["tag"] is not None:
            monkeypatch.setattr(place, "get", real)
            place.swap(name, made.page(71).encode(), real(name).tag)
        return real(name, **options)

    monkeypatch.setattr(place, "get", get)
    assert run(RAW, buckets=2).growing == 1
    assert run(RAW).new == 1
    holds()


def test_names_that_no_file_can_have_are_told(here):
    for name in ("a", "a/b.txt", "x/" + "页" * 100 + ".txt"):
        raw_of(here).create(name, made.page(9).encode())
    found = corpus.run(RAW, CURATED, resources=ONE, pool=Inline(ONE, _kept), buckets=2)
    assert len(found.failures) == 2 and all("cannot be read" in text for text in found.failures)
    assert found.new == 12


# -------------------------------------------------------------------- deaths and others


def test_a_death_at_every_write_of_a_run(here, tmp_path):
    """Each write of a run, from the first to the last: what stands then is whole, and the next run ends as all do."""
    run(RAW, buckets=2)
    base = {one.name: curated_of(here).get(one.name).content for one in curated_of(here).list()}
    place = raw_of(here)
    name = next(one.name for one in place.list("part"))
    place.swap(name, made.page(72).encode(), place.get(name).tag)
    place.swap("again.txt", made.page(73).encode(), place.get("again.txt").tag)

    def fresh():
        there = places.memory()
        for name, content in base.items():
            there.create(name, content)
        return there

    def attempt(place, fatal):
        with standing_in({"s3://bucket/raw": raw_of(here), "s3://bucket/curated": place}):
            if fatal:
                with pytest.raises(Crash):
                    run(RAW)
            else:
                run(RAW)

    counted = Fused(fresh())
    attempt(counted, False)
    wanted = tables(download(counted.place, tmp_path / "wanted"))
    assert counted.writes > 20
    for at in range(1, counted.writes + 1, max(1, counted.writes // 12)):
        there = fresh()
        attempt(Fused(there, at, after=bool(at % 2)), True)
        if (held := there.get(".ingest/run.json")) is not None:  # the lease of the dead: it would run out
            there.delete(".ingest/run.json")
            assert json.loads(held.content)["pid"]
        with standing_in({"s3://bucket/raw": raw_of(here), "s3://bucket/curated": there}):
            # A reader sees whole buckets, and writes nothing.
            before = {one.name: one.tag for one in there.list()}
            seen = ingest.open_dataset(CURATED).documents
            assert len(set(seen.column("doc_id").to_pylist())) == seen.num_rows == 11
            assert {one.name: one.tag for one in there.list()} == before
        attempt(there, False)
        assert tables(download(there, tmp_path / f"at{at}")) == wanted
        with standing_in({"s3://bucket/raw": raw_of(here), "s3://bucket/curated": there}):
            holds()


def test_two_runs_at_once_and_two_writers_of_a_bucket(here, monkeypatch):
    run(RAW, buckets=2)
    with (
        engine.exclusive(CURATED),
        pytest.raises(StoreError, match=r"another run is curating into s3://bucket/curated"),
    ):
        run(RAW, full=True)
    # A writer that knows nothing of leases, in the middle of another's bucket: the second is told, and nothing is torn.
    real = Store.commit

    def commit(self, bucket, *rest):
        monkeypatch.setattr(Store, "commit", real)
        name = f".ingest/ledger/{bucket:03d}.json"
        held = curated_of(here).get(name)
        curated_of(here).swap(name, held.content + b"\n", held.tag)
        return real(self, bucket, *rest)

    monkeypatch.setattr(Store, "commit", commit)
    raw_of(here).swap("again.txt", made.page(74).encode(), raw_of(here).get("again.txt").tag)
    found = corpus.run(RAW, CURATED, resources=ONE, pool=Inline(ONE, _kept))
    assert [text for text in found.failures if "another run has written bucket" in text]
    assert run(RAW).failures == []
    holds()


def test_damage_is_found_and_mended(here):
    run(RAW, buckets=2)
    place = curated_of(here)
    name = "documents/bucket=001/part-0.parquet"
    held = place.get(name)
    place.swap(name, held.content[:-30] + bytes([held.content[-30] ^ 1]) + held.content[-29:], held.tag)
    places.forget()
    report = checks.check(CURATED, fast=True, resources=ONE, pool=Inline(ONE))
    assert report.damaged == (1,)
    corpus.repair(CURATED, report.damaged, resources=ONE)
    places.forget()
    holds()


# -------------------------------------------------------------------- commands


def command(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    out, err = capsys.readouterr()
    return int(ended.value.code or 0), out, err


def test_commands_take_addresses(here, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    curated = "s3://bucket/curated"
    code, out, err = command(capsys, "run", "s3://bucket/raw", "--curated", curated, "--buckets", "3", "-q")
    assert code == 0 and "11 new" in out, err
    for arguments, said in (
        (["check", curated, "--fast"], f"{curated}: 11 documents"),
        (["stats", curated], "11  curated"),
        (["review", "--curated", curated, "--out", "review"], "11 review pages"),
        (["export", curated, "--to", "text", "--out", "texts"], "11 documents written"),
        (["why", "again.txt", "--curated", curated], "title"),
        (["cite", curated, "《云岭县没有的条例》"], f"nothing in {curated}"),
        (["sites", "list", "--curated", curated], "no site is known"),
        (["reprocess", "s3://bucket/raw/again.txt", "--curated", curated], "1 unchanged"),
        (["run", "s3://bucket/raw", "--curated", curated, "--dry-run"], "12 pages, 0 of them new or changed"),
    ):
        code, out, err = command(capsys, *arguments)
        assert said in out and code in (0, 1), (arguments, out, err)
        assert "/ingest-curated-" not in out + err and "s3:/b" not in out + err, (arguments, out, err)
    for arguments, said in (
        (["reprocess", "s3://bucket/raw/none.txt", "--curated", curated], "s3://bucket/raw/none.txt does not exist"),
        (["reprocess", "s3://bucket/else/a.txt", "--curated", curated], "is not under s3://bucket/raw, which"),
        (["why", "none.txt", "--curated", curated], f"{curated} has no document of none.txt"),
    ):
        code, out, err = command(capsys, *arguments)
        assert code in (1, 2) and said in err and err.count("\n") == 1, (arguments, out, err)
    with engine.exclusive(CURATED):
        code, out, err = command(capsys, "run", "s3://bucket/raw", "--curated", curated, "-q")
        assert code == 1 and "another run is curating into s3://bucket/curated (process" in err


def test_corrections_stand_beside_the_raw_folder(here, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    here["s3://bucket"] = places.memory("s3://bucket")
    run(RAW, buckets=2)
    curated = "s3://bucket/curated"
    for title in ("甲", "乙"):
        code, out, err = command(
            capsys, "correct", "again.txt", "--curated", curated, "--set", f"publisher={title}日报"
        )
        assert code == 0 and "s3://bucket/raw.corrections.jsonl" in out, err
    assert here["s3://bucket"].get("raw.corrections.jsonl").content.count(b"\n") == 2
    places.forget()
    assert corpus.run(RAW, CURATED, resources=ONE, pool=Inline(ONE)).changed == 1
    assert "乙日报" in ingest.open_dataset(CURATED).documents.column("publisher").to_pylist()
    holds()


def test_without_the_extra_a_line_says_what_to_install(capsys, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    places.forget()
    code, _, err = command(capsys, "run", str(tmp_path), "--curated", "s3://bucket/else")
    assert code == 2 and "pip install 'ingest[cloud]'" in err and err.count("\n") == 1


# -------------------------------------------------------------------- emulators


@pytest.fixture(params=["s3", "az"])
def far(request, tmp_path, monkeypatch):
    """An emulator, and the address of a bucket in it."""
    with places.emulated(request.param, tmp_path / "log", monkeypatch) as address:
        yield address


def there(far: str, raw: Path, near: Path, **options) -> None:
    """The same pages on a disk and in a place: the same tables, which hold; and nothing of the credentials anywhere."""
    upload(raw, cloud.connect(f"{far}/raw"))
    corpus.run(raw, near, **options)
    found = corpus.run(Path(f"{far}/raw"), Path(f"{far}/curated"), **options)
    assert found.failures == []
    place = cloud.connect(f"{far}/curated")
    back = download(place, near.with_name("back"))
    assert tables(back) == tables(near) != {}
    report = checks.check(Path(f"{far}/curated"), fast=True)
    assert report.violations == [] and report.notes == []
    report = checks.check(back, fast=True)
    assert report.violations == []
    for path in back.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert places.SECRET.encode() not in content and places.AZURE.encode() not in content, path


def test_an_emulator_and_a_disk_give_the_same_tables(far, small, tmp_path):
    there(far, small, tmp_path / "near", buckets=2, resources=ONE, pool=Inline(ONE, _kept))


@pytest.mark.slow
def test_a_thousand_pages_on_both(far, tmp_path):
    there(far, pages(tmp_path / "raw", 1000), tmp_path / "near", buckets=16)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_cluster_works_on_a_place(far, small, tmp_path):
    distributed = pytest.importorskip("distributed")
    upload(small, cloud.connect(f"{far}/raw"))
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as one:
        found = corpus.run(Path(f"{far}/raw"), Path(f"{far}/curated"), engine=one.scheduler_address, buckets=6)
    assert found.failures == [] and found.new == 11
    run(small, tmp_path / "near", buckets=6)
    assert tables(download(cloud.connect(f"{far}/curated"), tmp_path / "back")) == tables(tmp_path / "near")
    report = checks.check(Path(f"{far}/curated"), fast=True)
    assert report.violations == []


def _read_by(reader: str, port: str) -> int:
    """The documents of the curated folder on moto, as a person would ask for them."""
    if reader == "pandas":
        import pandas as pd

        return len(pd.read_parquet("s3://bucket/curated/documents"))
    if reader == "polars":
        import polars as pl

        return pl.scan_parquet("s3://bucket/curated/documents/*/*.parquet").select("source").collect().height
    from pyarrow import fs

    place = fs.S3FileSystem(endpoint_override=f"127.0.0.1:{port}", scheme="http")
    documents = ds.dataset("bucket/curated/documents", filesystem=place, format="parquet")
    if reader == "pyarrow":
        return documents.count_rows()
    import duckdb

    if reader == "duckdb over pyarrow":
        return duckdb.sql("select count(*) from documents").fetchall()[0][0]
    with duckdb.connect() as base:
        try:
            base.execute("load httpfs")
        except duckdb.Error:
            pytest.skip("DuckDB's extension httpfs is not installed here")
        base.execute(
            f"create secret (type s3, key_id 'tests', secret '{places.SECRET}', endpoint '127.0.0.1:{port}', "
            "use_ssl false, url_style 'path', region 'us-east-1')"
        )
        return base.sql("select count(*) from 's3://bucket/curated/documents/*/*.parquet'").fetchall()[0][0]


@pytest.mark.parametrize("far", ["s3"], indirect=True)
def test_readers_take_a_plain_glob(far, small, monkeypatch):
    upload(small, cloud.connect(f"{far}/raw"))
    corpus.run(Path(f"{far}/raw"), Path(f"{far}/curated"), resources=ONE, pool=Inline(ONE, _kept), buckets=2)
    endpoint = os.environ["AWS_ENDPOINT"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    port = re.search(r"\d+$", endpoint)[0]
    for reader in ("pandas", "polars", "pyarrow", "duckdb over pyarrow"):
        assert _read_by(reader, port) == 11, reader
    assert ingest.open_dataset(f"{far}/curated").documents.num_rows == 11


@pytest.mark.parametrize("far", ["s3"], indirect=True)
def test_what_no_name_can_say_is_told_in_one_line(far, capsys):
    place = urllib.request.Request(f"{os.environ['AWS_ENDPOINT']}/bucket/raw/a//b.txt", method="PUT", data=b"x")
    urllib.request.urlopen(place, timeout=10)
    code, _, err = command(capsys, "run", f"{far}/raw", "--curated", f"{far}/curated", "-q")
    assert code == 1 and "`a//b`" in err and err.count("\n") == 1
    with pytest.raises(ingest.InputError, match=f"{far}/none is no curated folder|{far}/none holds no curated data"):
        ingest.open_dataset(f"{far}/none")


@pytest.mark.parametrize("far", ["s3"], indirect=True)
def test_duckdb_takes_a_plain_glob(far, small):
    upload(small, cloud.connect(f"{far}/raw"))
    corpus.run(Path(f"{far}/raw"), Path(f"{far}/curated"), resources=ONE, pool=Inline(ONE, _kept), buckets=2)
    assert _read_by("duckdb", re.search(r"\d+$", os.environ["AWS_ENDPOINT"])[0]) == 11


def test_open_dataset_sees_whole_buckets_beside_a_writer(here):
    """Whatever state it meets, documents and records of one document are of one revision."""
    run(RAW, buckets=2)
    wrong, ended = [], threading.Event()
    place = curated_of(here)

    def read():
        while not ended.is_set():
            with TemporaryDirectory() as folder:
                one = Mirror(place, Path(folder))
                one.refresh()
                one.whole()
                for bucket in one.numbers():
                    base = Path(folder)
                    both = [
                        set(
                            map(tuple, zip(*(table.column(c).to_pylist() for c in ("doc_id", "revision")), strict=True))
                        )
                        for name in ("documents", "records")
                        for table in (pq.ParquetFile(base / name / f"bucket={bucket:03d}" / "part-0.parquet").read(),)
                    ]
                    if both[0] != both[1]:
                        wrong.append(bucket)

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(4):
        raw_of(here).swap("again.txt", made.page(80 + n).encode(), raw_of(here).get("again.txt").tag)
        run(RAW)
    ended.set()
    reader.join()
    assert wrong == []
