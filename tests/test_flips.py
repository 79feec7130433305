"""Every single bit of every file of a small folder, flipped: found, and what can be made again is made again."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import made
import pyarrow.parquet as pq
import pytest
from inline import Inline

from ingest import corpus
from ingest.corpus import history
from ingest.corpus.audit import checks
from ingest.corpus.processes import workers
from ingest.corpus.reprints import duplicates
from ingest.corpus.runs import engine, state
from ingest.corpus.runs.state import Torn
from ingest.corpus.storage import folder, parquet, proof
from ingest.corpus.storage.ledger import Ledger
from ingest.corpus.storage.store import Store, file_sha256
from ingest.errors import StoreError

ONE = corpus.Resources(workers=1)
_kept: dict[object, workers.Result] = {}
_known: dict[bytes, list[int]] = {}
"""What `_different` found of contents before: it reads every flip of them."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("whole")
    (base / "raw").mkdir()
    for n in range(2):
        (base / "raw" / f"{n}.txt").write_text(made.page(n, 2), encoding="utf-8")
    (base / "raw" / "again.txt").write_text(made.page(0, 2), encoding="utf-8")
    (base / "raw" / "nothing.txt").write_bytes(b"")
    run(base, buckets=1)
    run(base)
    return base


def run(base: Path, **options: object) -> corpus.Summary:
    pool = Inline(ONE, _kept)
    return corpus.run(base / "raw", base / "curated", resources=ONE, pool=pool, **options)  # type: ignore[arg-type]


def files(base: Path) -> list[Path]:
    """All of a folder but its locks, which are empty, its card, which anybody may write, and `links`: a hash that only
    counts where it is the right one."""
    every = sorted((base / "curated").rglob("*"))
    return [p for p in every if p.is_file() and p.stat().st_size and p.name not in ("links", "README.md")]


def put(path: Path, content: bytes) -> None:
    """Writes a file as a disk changes it: its times stay, so that nothing is told by them."""
    about = path.stat()
    path.write_bytes(content)
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns))


def is_seen(store: Store, path: Path) -> bool:
    """Whether the digests and seals that `check` looks at see that a file is not as it was written."""
    ledger = Ledger.load(store.inner / "ledger" / "000.json")
    if path.parent.name == "ledger":
        return ledger is None
    if path.name == "store.json":
        return not folder.is_as_written(store.root)
    if path.name == history.NAME:
        return history.damaged(store)
    if path.name == proof.PAIRS:
        return store.facts.root != proof.present(store)
    if path.name == "datapackage.json":
        return path.read_bytes() != store.package()
    if path.parent.name == "texts":
        return path.relative_to(store.root).as_posix() in duplicates.damaged_notes(store)
    if path.parent.name == "duplicates":
        return not duplicates.is_as_written(store)
    assert ledger is not None
    return file_sha256(path) != ledger.files[path.parts[-3]]


def flipped(content: bytes, every: int = 1) -> Iterator[tuple[int, bytes]]:
    for bit in range(0, 8 * len(content), every):
        changed = bytearray(content)
        changed[bit // 8] ^= 1 << bit % 8
        yield bit, bytes(changed)


def test_every_kind_of_file_is_sealed(whole: Path) -> None:
    """A bit in each byte or two of the small files, each place of a bit in turn; of others a bit in each stretch of them.
    The slow test flips every one."""
    store = Store.open(whole / "curated")
    seen = tried = 0
    for path in files(whole):
        content = path.read_bytes()
        try:
            for _, changed in flipped(content, 11 if len(content) < 900 else max(389, len(content) // 25)):
                put(path, changed)
                tried += 1
                seen += is_seen(store, path)
        finally:
            put(path, content)
    assert tried > 1000 and seen == tried


@pytest.mark.slow
def test_every_single_bit(whole: Path, tmp_path: Path) -> None:
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    store = Store.open(base / "curated")
    tried = 0
    for path in files(base):
        content = path.read_bytes()
        missed = []
        for bit, seen in _seen(store, path, content):
            tried += 1
            if not seen:
                missed.append(bit)
        put(path, content)
        assert missed == [], path
    print(f"{tried} bits flipped, all seen")


def _seen(store: Store, path: Path, content: bytes) -> Iterator[tuple[int, bool]]:
    """Every bit of a file, and whether its flip is seen.

    A table is seen by nothing but the digest of its bytes, and datapackage.json by what it should say: those are compared
    in memory, once it is proven that the flipped file itself has no say in it.
    """
    wanted: str | bytes | None = None
    if path.name == "datapackage.json":
        wanted = store.package()
        path.unlink()
        assert store.package() == wanted
        path.write_bytes(content)
    elif path.suffix == ".parquet" and "duplicates" not in path.parts:
        ledger = store.ledger(0)
        assert ledger is not None and file_sha256(path) == hashlib.sha256(content).hexdigest()
        wanted = ledger.files[path.parts[-3]]
    if wanted is None:
        for bit, changed in flipped(content):
            put(path, changed)
            yield bit, is_seen(store, path)
        return
    for at in range(len(content)):
        before = hashlib.sha256(content[:at])
        for bit in range(8):
            flip, rest = bytes([content[at] ^ 1 << bit]), content[at + 1 :]
            if isinstance(wanted, bytes):
                yield 8 * at + bit, wanted[at : at + 1] != flip or wanted[at + 1 :] != rest
                continue
            whole = before.copy()
            whole.update(flip)
            whole.update(rest)
            yield 8 * at + bit, whole.hexdigest() != wanted


@pytest.mark.slow
def test_no_bit_of_a_footer_or_of_a_small_file_is_more_than_damage(whole: Path, tmp_path: Path) -> None:
    """Every one of them: what is flipped is read by those that repair, and comes to an answer or to a line, never to more."""
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    store = Store.open(base / "curated")
    for path in files(base):
        content = path.read_bytes()
        if path.suffix == ".parquet" or len(content) < 4000:
            assert _different(store, path, content, footer(path).start if path.suffix == ".parquet" else 0)


def _read(store: Store, path: Path) -> object:
    """What repair and run make of a file. What a damaged one says is an error that they know, or nothing."""
    try:
        if path.suffix == ".parquet":
            name = "duplicates" if "duplicates" in path.parts else path.parts[-3]
            readable = state._readable(path, name, True)
            return readable, state.rebuilt(store, 0) if name in ("documents", "rejections") else None
        if path.name == "store.json":
            return folder.read_facts(store.root)
        return store.ledger(0), duplicates.damaged_notes(store), duplicates.is_as_written(store)
    except (*parquet.UNREADABLE, StoreError, Torn) as error:
        return type(error)


def footer(path: Path) -> range:
    """The bytes of a Parquet file's footer."""
    content = path.read_bytes()
    length = int.from_bytes(content[-8:-4], "little")
    return range(len(content) - 8 - length, len(content))


PARTS = ("documents", "records", "references", "other tables", "small files")
"""Parts of a folder that are flipped one by one, so that several processes may do it."""


def part(path: Path) -> str:
    """The part that a file belongs to."""
    if path.suffix != ".parquet":
        return "small files"
    return path.parts[-3] if path.parts[-3] in PARTS else "other tables"


def places(base: Path, wanted: str) -> Iterator[tuple[Path, int]]:
    """Of a part a bit in each JSON file and each footer now and then, and one in each sixth data page.

    With INGEST_FLIPS=all: of all bits of JSON files and footers one for each thing that those who repair make of them, on
    which alone it depends what they do; and each data page.
    """
    every = os.environ.get("INGEST_FLIPS") == "all"
    store = Store.open(base / "curated")
    for path in files(base):
        if part(path) != wanted:
            continue
        content = path.read_bytes()
        table = path.suffix == ".parquet"
        begun = footer(path).start if table else 0
        if every:
            yield from ((path, bit) for bit in _different(store, path, content, begun))
        elif table:
            yield from ((path, 8 * at + at % 8) for at in footer(path)[3 :: max(11, len(footer(path)) // 6)])
        else:
            yield from ((path, 8 * at + at % 8) for at in range(3, len(content), max(7, len(content) // 4)))
        if table:
            about = pq.read_metadata(path)
            for group in range(about.num_row_groups):
                for column in range(0, about.num_columns, 1 if every else 6):
                    at = about.row_group(group).column(column).data_page_offset + 9
                    yield path, 8 * at + at % 8


def _different(store: Store, path: Path, content: bytes, begun: int) -> list[int]:
    """Bits of a file from a byte on whose flips those who repair make different things of: one bit for each of those."""
    if path.name == "datapackage.json":
        return [0]  # nobody reads it: it is written anew
    if content in _known:
        return _known[content]
    found: dict[str, int] = {}
    for bit, changed in flipped(content):
        if bit >= 8 * begun:
            put(path, changed)
            found.setdefault(repr(_read(store, path)), bit)
    put(path, content)
    return _known.setdefault(content, list(found.values()))


@pytest.mark.parametrize("wanted", PARTS)
def test_what_is_flipped_is_found_and_repaired_from_raw(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wanted: str
) -> None:
    monkeypatch.setattr(engine, "Pool", lambda resources, *_: Inline(resources, _kept))
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    run(base)
    before = {n: d for n, d in made.digests(base / "curated").items() if not n.startswith(".ingest")}
    stay = 0
    for path, bit in list(places(base, wanted)):
        content, at = path.read_bytes(), bit // 8
        path.write_bytes(content[:at] + bytes([content[at] ^ 1 << bit % 8]) + content[at + 1 :])
        report = checks.check(base / "curated", fast=True, resources=ONE, pool=Inline(ONE))  # type: ignore[arg-type]
        where = path.relative_to(base / "curated").as_posix()
        assert any(v.where == where for v in report.violations), (where, at)
        if report.damaged:
            assert corpus.repair(base / "curated", report.damaged, resources=ONE).failures == [], (where, at)
        assert run(base).failures == [], (where, at)
        report = checks.check(base / "curated", fast=True, resources=ONE, pool=Inline(ONE))  # type: ignore[arg-type]
        assert report.violations == [], (where, at)
        stay += 1
    print(f"{stay} flips of {wanted} repaired from raw")
    after = {n: d for n, d in made.digests(base / "curated").items() if not n.startswith(".ingest")}
    assert stay > 5 and set(after) == set(before)
    timed = ("documents", "rejections", "datapackage.json")  # the root in the last stands for times of writing, too
    assert {n: d for n, d in after.items() if not any(t in n for t in timed)} == {
        n: d for n, d in before.items() if not any(t in n for t in timed)
    }, "other rows than before"


def test_bytes_where_text_was_and_no_ledger(whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A flip of a footer makes bytes of a column of text; with its ledger gone as well, the bucket is made again."""
    monkeypatch.setattr(engine, "Pool", lambda resources, *_: Inline(resources, _kept))
    base = tmp_path / "base"
    shutil.copytree(whole, base)
    path = Store.open(base / "curated").table("documents", 0)
    table = pq.read_table(path, partitioning=None)
    at = table.schema.get_field_index("source")
    pq.write_table(table.set_column(at, "source", table.column(at).cast("binary")), path)
    (base / "curated" / ".ingest" / "ledger" / "000.json").unlink()
    assert state.rebuilt(Store.open(base / "curated"), 0) == Ledger.empty()
