"""Pages, names and folders that mean harm. `SECURITY.md` names the test for each threat; here is also proof that it does."""

import gzip
import importlib
import json
import os
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hostile
import invariants
import made
import pyarrow.dataset as ds
import pytest
from typer.testing import CliRunner

import ingest
from ingest import cli, corpus
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.storage import journal
from ingest.corpus.storage.store import Store
from ingest.han.width import fold
from ingest.notices import table
from ingest.page import codecs_whatwg

HOME = Path(__file__).parents[1]
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "cases" / "hostile.json").read_text("utf-8"))
SECONDS, MEGABYTES = 6.0, 500
"""Most that a case may take unless it says so: processor time, and memory at its peak."""


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    with Pool(Resources(workers=1, timeout=10)) as made_pool:
        yield made_pool


def judged(case: dict[str, Any], pool: Pool) -> None:
    try:
        found = pool.submit(hostile.outcome, case["maker"], case["n"]).result()
    except Exception as error:  # what the pool makes of it is a rejection in a run
        found = {"outcome": "timeout", "seconds": 10.0, "mb": 0, "flags": [], "died": repr(error)}
    assert found["outcome"] in case["expected"], found
    assert found["seconds"] <= case.get("seconds", SECONDS), found
    assert found["mb"] <= case.get("mb", MEGABYTES), found
    assert set(case.get("flags", ())) <= set(found.get("flags", ())), found


@pytest.mark.parametrize("case", [c for c in CASES if not c.get("slow")], ids=lambda c: c["label"])
def test_a_hostile_page_has_its_outcome_within_bounds(case: dict[str, Any], pool: Pool) -> None:
    judged(case, pool)


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for c in CASES if c.get("slow")], ids=lambda c: c["label"])
def test_damage_everywhere_ends_in_time(case: dict[str, Any], pool: Pool) -> None:
    judged(case, pool)


# -------------------------------------------------------------------- markup that the parser is slow at


@pytest.mark.parametrize(
    "html",
    [
        hostile.page(
            "<p>河道<font size=2>治理" * 600
        ),  # one and the same font, never closed: opened three times at most
        hostile.page("<p>河道<font size=2>治理</font>" * 3000),
        hostile.page("<div><span>河道</span></div>" * 2000),
        hostile.page("<table>" + "<tr><td><font color=red>河道<td><b>治理" * 900 + "</table>"),  # ends with its cell
        hostile.page("<p><a href=1>河道<a href=2>治理" * 1500),  # a link ends the link before
        hostile.page(f"<img src='data:image/png;base64,{'iVBOR/w0/KGgo ' * 5000}'>"),
        hostile.page(f"<p>{'河道 治理 ' * 3000}</p>"),
        hostile.page("", head=f"<script>var a = [{'1, ' * 5000}];</script>"),
    ],
    ids=["font", "closed", "boxes", "cells", "links", "picture", "prose", "script"],
)
def test_markup_of_careless_pages_is_taken(html: str) -> None:
    assert ingest.curate(html, source="a.html").records


def test_limits_are_a_users_to_set() -> None:
    html = hostile.page("<p a=1 b=2 c=3>河道治理。</p>")
    for limit, reason in (
        ({"max_records": 5}, "too_large"),
        ({"max_line": 10}, "too_large"),
        ({"max_tags": 10}, "too_large"),
        ({"max_depth": 1}, "too_deep"),
        ({"max_bytes": 100}, "too_large"),
    ):
        with pytest.raises(ingest.Rejected) as caught:
            ingest.curate(html, source="a.html", config=ingest.Config(limits=ingest.Limits(**limit)))
        assert caught.value.reason == reason, limit


# -------------------------------------------------------------------- patterns

UNITS = (  # noqa: SIM905
    "大中小 A+ T| QQ空间 上一页 无 编辑 审核 编辑张三 丨监制 责任编辑 收藏 返回顶部 打印本页 [返回] — 一审 "
    "( （ 《 【 第 第一 一 一、 1. 1 . - 、 ： : 年 2021年 2021-1- 〔 号 ○ 《》 （） 河 河, a a: …"
).split()


@pytest.mark.parametrize("start", ["", "打印", "分享", "字体", "编辑:张三", "(编辑", "浏览次数", "关于", "第"])
def test_no_line_makes_the_patterns_of_notices_and_outline_stall(start: str) -> None:
    """A line of what patterns repeat, and at its end what matches nothing: nested loops would take years over it."""
    lines = [f"{start}{(unit + gap) * (200 // len(unit + gap))}\x00。" for unit in UNITS for gap in ("", " ")]
    for rule in table.builtin():
        for line in lines:
            rule.pattern.fullmatch(fold(line))  # those of head and tail too, wherever these lines stand
    page = hostile.TEXT + "\n".join(lines)
    found = ingest.curate(page, source="a.txt", media_type="text/plain")
    invariants.check(found)


@pytest.mark.parametrize(
    "maker",
    [
        "markers_same",
        "markers_inline",
        "lines_wrapped",
        "words_wrapped",
        "titles_repeated",
        "short_names",
        "short_names_and_titles",
        "ranges",
        "short_lines",
        "short_lines_numbered",
        "short_lines_dated",
        "strays",
        "filed",
        "blanks_to_fill_in",
    ],
)
def test_cost_grows_with_the_page(maker: str) -> None:
    """Twice the page, about twice the time; four times would be quadratic. The best of three, as other work goes on."""
    hostile.outcome(maker, 500)
    small, large = (min(float(str(hostile.outcome(maker, n)["seconds"])) for _ in range(3)) for n in (2000, 8000))
    assert large <= 9 * max(small, 0.03), (small, large)


# -------------------------------------------------------------------- folders


def bomb(size: int) -> bytes:
    return gzip.compress(b"\xe6\xb2\xb3" * (size // 3))


def test_a_hostile_folder(tmp_path: Path, pool: Pool) -> None:
    """Everything at once: the good page is curated, nothing outside is read or written, and each other has its reason."""
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    raw.mkdir()
    (tmp_path / "secret.txt").write_text(made.page(9), encoding="utf-8")
    text = made.page(1)
    whole = gzip.compress(made.html(2).encode())
    files: dict[str, bytes] = {
        "good.txt": text.encode(),
        "bomb.html.gz": bomb(40_000_000),
        "bomb.jsonl.gz": bomb(40_000_000),
        "cut.html.gz": whole[: len(whole) // 2],
        "members.html.gz": gzip.compress(made.html(2).encode()[:900]) + gzip.compress(made.html(2).encode()[900:]),
        "noise.html.gz": b"\x1f\x8b" + bytes(range(256)) * 4,
        "names.jsonl": b"".join(
            json.dumps({"url": url, "text": made.page(20 + n)}).encode() + b"\n"
            for n, url in enumerate(("../../../etc/passwd", "file:///etc/passwd", "a\0b", "x" * 5000))
        ),
        "deep.jsonl": b"[" * 200_000 + b"\n",
        "a b\x1b[2J.txt": made.page(3).encode(),
        "=cmd|'calc'!A0.txt": made.page(4).encode(),
        "sidecar.txt": made.page(5).encode(),
        "sidecar.txt.meta.json": json.dumps({"url": ["../x"], "headers": 7, "fetched_at": {"a": []}}).encode(),
        "deepside.txt": made.page(6).encode(),
        "deepside.txt.meta.json": b"[" * 100_000,
        "encoding.txt": made.page(7).encode(),
        "encoding.txt.meta.json": json.dumps(
            {"url": "../../x", "headers": {"Content-Type": "text/plain; charset=../../etc\u0000"}}
        ).encode(),
    }
    for name, content in files.items():
        (raw / name).write_bytes(content)
    (raw / "link.txt").symlink_to(tmp_path / "secret.txt")
    (raw / "loop.txt").symlink_to(raw / "loop.txt")
    (raw / "gone.txt").symlink_to(raw / "never.txt")
    (raw / "up").symlink_to("..")
    os.mkfifo(raw / "pipe.txt")
    before = sorted(p.name for p in tmp_path.iterdir())
    summary = corpus.run(raw, curated, resources=Resources(workers=1), buckets=2, pool=pool)
    reasons = {r["source"]: r["reason"] for r in rows(curated, "rejections")}
    documents = {r["source"]: r for r in rows(curated, "documents")}
    assert reasons == {
        "link.txt": "outside",
        "loop.txt": "outside",
        "up": "outside",
        "gone.txt": "unreadable",
        "bomb.html.gz": "too_large",
        "bomb.jsonl.gz#1": "too_large",
        "cut.html.gz": "truncated",
        "noise.html.gz": "malformed",
        "deep.jsonl#1": "malformed",
    }
    assert {"good.txt", "members.html.gz", "sidecar.txt", "deepside.txt", "encoding.txt"} <= documents.keys()
    assert documents["sidecar.txt"]["url"] is None
    assert documents["members.html.gz"]["page_text"] == ingest.curate(made.html(2).encode(), source="x").page_text
    assert sum(s.startswith("names.jsonl#") for s in documents) == 4
    assert all(made.PLACES[0] not in (r["url"] or "") for r in documents.values())
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*before, "curated"])
    names = [p.name for p in curated.rglob("*")]
    assert all(re.fullmatch(r"[\w.=-]+", name) for name in names), "nothing of a raw name becomes a path"
    assert len(summary.warnings) >= 2
    assert checks.check(curated, fast=True, resources=Resources(workers=1)).violations == []


def rows(curated: Path, dataset: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ds.dataset(curated / dataset, format="parquet").to_table().to_pylist()
    return found


def test_explain_shows_no_control_sequence(tmp_path: Path) -> None:
    page = tmp_path / "a.html"
    page.write_text(str(hostile.MAKERS["control_in_title"](1)), encoding="utf-8")
    shown = CliRunner().invoke(cli.app, ["explain", str(page)])
    assert shown.exit_code == 0 and "河道治理" in shown.output
    assert not re.search(
        "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", re.sub("\x1b\\[[0-9;]*m", "", shown.output)
    )
    assert "\x1b]0;" not in shown.output and "\x1b[2J" not in shown.output


# -------------------------------------------------------------------- the curated folder


@pytest.fixture
def base(tmp_path: Path, pool: Pool) -> Path:
    made.folder(tmp_path / "raw", 4)
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=Resources(workers=1), buckets=2, pool=pool)
    return tmp_path


def test_a_folder_of_another_schema_version_is_one_line(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = base / "curated" / ".ingest" / "store.json"
    about = {k: v for k, v in json.loads(path.read_text()).items() if k != "sha256"}
    path.write_text(json.dumps(about | {"schema_version": "99"}))
    capsys.readouterr()
    with pytest.raises(SystemExit) as end:
        cli.main(["check", str(base / "curated")])
    out, error = capsys.readouterr()
    assert end.value.code == 1 and out == ""
    assert "columns of version 99" in error and error.count("\n") == 1


def test_what_a_killed_run_left_is_swept(base: Path, pool: Pool) -> None:
    store = Store.open(base / "curated")
    bucket = store.numbers()[0]
    scratch = store.scratch(bucket)
    scratch.mkdir(parents=True)
    (scratch / "0.arrow").write_bytes(b"half")
    strays = [journal.temporary(store.table("documents", bucket)), journal.temporary(store.inner / "store.json")]
    strays += [journal.temporary(base / "curated" / "datapackage.json")]
    for path in strays:
        path.write_bytes(b"half")
        os.utime(path, (0, 0))
    before = made.digests(base / "curated" / "documents")
    store.recover()
    assert not scratch.exists()
    assert [p.name for p in strays if p.exists()] == []
    assert {k: v for k, v in before.items() if not k.endswith(".tmp")} == made.digests(base / "curated" / "documents")


def mounted(place: Path, size: str) -> bool:
    """Whether a small file system of its own could be put at a place."""
    if sys.platform != "linux" or os.geteuid():
        return False
    place.mkdir()
    call = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    return subprocess.run(call, capture_output=True, check=False).returncode == 0


def test_a_disk_that_is_really_full_and_one_that_is_read_only(tmp_path: Path, pool: Pool) -> None:
    place, raw = tmp_path / "disk", made.folder(tmp_path / "raw", 6)
    if not mounted(place, "400k"):
        pytest.skip("no file system can be mounted here")
    try:
        one = Resources(workers=1)
        curated = place / "curated"
        corpus.run(raw, curated, resources=one, buckets=2, pool=pool)
        old = made.digests(curated / "documents")
        for page in raw.rglob("*.txt"):
            page.write_text(made.page(77, 400), encoding="utf-8")
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True, capture_output=True)
        with pytest.raises(ingest.IngestError) as caught:
            corpus.run(raw, curated, resources=one, pool=pool)
        assert "\n" not in str(caught.value) and "Read-only" in str(caught.value)
        with pytest.raises(ingest.IngestError, match="cannot be made: Read-only"):
            corpus.run(raw, place / "other", resources=one, pool=pool)
        report = checks.check(curated, fast=True, resources=one, pool=pool)  # what is archived can still be checked
        assert [v.invariant for v in report.violations] == []
        subprocess.run(["mount", "-o", "remount,rw", str(place)], check=True, capture_output=True)
        room = os.statvfs(place)
        (place / "filler").write_bytes(b"x" * max(0, room.f_bavail * room.f_frsize - 8192))
        try:
            failed = bool(corpus.run(raw, curated, resources=one, pool=pool).failures)
        except ingest.StoreError as error:
            failed = "\n" not in str(error)
        assert failed
        assert made.digests(curated / "documents") == old
        (place / "filler").unlink()
        assert corpus.run(raw, curated, resources=one, pool=pool).failures == []
        assert checks.check(curated, fast=True, resources=one).violations == []
        assert not list(place.rglob("*.tmp"))
    finally:
        subprocess.run(["umount", "-l", str(place)], check=False, capture_output=True)


# -------------------------------------------------------------------- mutations


def test_mutated_pages_are_documents_that_hold_or_rejections(monkeypatch: pytest.MonkeyPatch) -> None:
    # Workers find the benchmark's module only when it can be found as they start: so a pool of its own.
    monkeypatch.syspath_prepend(str(HOME / "benchmarks" / "endurance"))
    mutate = importlib.import_module("mutate")
    with Pool(Resources(workers=1, timeout=20)) as fresh:
        found = list(mutate.outcomes(fresh, 150, seed=7))
    assert [f"{n} {name}: {one.fault}" for n, name, _, one in found if one.fault] == []


def test_any_damage_to_gb18030_gives_text() -> None:
    draw = random.Random(1)
    clean = "云岭县人民政府关于河道治理工作的通知㐀".encode("gb18030")
    for _ in range(1500):
        raw = bytearray(clean)
        for _ in range(draw.randrange(1, 6)):
            raw[draw.randrange(len(raw))] = draw.choice((draw.randrange(256), draw.randrange(0x30, 0x3A)))
        assert codecs_whatwg.gb18030(bytes(raw))


# -------------------------------------------------------------------- SECURITY.md


def test_every_test_that_security_names_exists() -> None:
    text = (HOME / "SECURITY.md").read_text(encoding="utf-8")
    named = re.findall(r"`(test_\w+)(?:\.py)?::(test_\w+)`", text)
    assert len(named) >= 30
    for file, test in named:
        source = (HOME / "tests" / f"{file}.py").read_text(encoding="utf-8")
        assert re.search(rf"^(?:    )?def {test}\(", source, re.M), f"{file}.py has no {test}"
    rows_of_threats = [
        line
        for line in text.partition("## Measured")[0].splitlines()
        if line.startswith("| ") and not line.startswith(("| Threat", "|--"))
    ]
    assert rows_of_threats and all("::test_" in line for line in rows_of_threats), "a threat without a test"
