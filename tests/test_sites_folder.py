"""Sites in a folder: learnt once, used by every command, forgotten without a trace; one site makes no other's pages stale."""

import io
import json
import shutil
from email.message import EmailMessage

import feeds_made
import pyarrow.parquet as pq
import pytest
import sites_made
from inline import Inline
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from ingest import corpus
from ingest.cli import main
from ingest.config import Config
from ingest.corpus import sites
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.runs import planning
from ingest.corpus.shelf import SITES, with_models
from ingest.corpus.storage import ledger
from ingest.errors import InputError, UsageError
from ingest.scopes import POOL, digest_of, file_of, scope_of, scopes_of

ONE = Resources(workers=2)
ARTICLES, LISTS = 20, 8


def lay(raw, name, **more):
    pages = sites_made.site(name, **{"articles": ARTICLES, "lists": LISTS} | more)
    for page in pages:
        path = raw / page.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page.html, "utf-8")
    return pages


@pytest.fixture(scope="module")
def pool():
    with Pool(ONE) as workers:
        yield workers


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pool):
    here = tmp_path_factory.mktemp("sites")
    raw = here / "raw"
    pages = {name: lay(raw, name) for name in ("tables", "campus")}
    summary = corpus.run(raw, here / "curated", resources=ONE, buckets=4, pool=pool)
    return here, pages, summary


@pytest.fixture
def copy(folder, tmp_path):
    shutil.copytree(folder[0] / "raw", tmp_path / "raw")
    shutil.copytree(folder[0] / "curated", tmp_path / "curated")
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, new_root=True)
    return tmp_path


def rows(curated, dataset):
    return [r for p in sorted((curated / dataset).rglob("*.parquet")) for r in pq.read_table(p).to_pylist()]


def test_a_run_learns_each_site_once_and_says_so(folder, pool):
    here, pages, summary = folder
    total = sum(len(p) for p in pages.values())
    assert [x.partition(": ")[0] for x in summary.learnt] == [
        "folder:www.campus1.example",
        "folder:www.tables1.example",
    ]
    assert summary.pages == total == summary.new + summary.changed + summary.unchanged + summary.rejected.total()
    assert summary.rejected["no_content"] == 2 * LISTS
    assert summary.curated == total  # learnt before, curated once
    again = corpus.run(here / "raw", here / "curated", resources=ONE, pool=pool)
    assert (again.curated, again.learnt, again.unchanged) == (0, [], 2 * ARTICLES)


def test_documents_say_by_which_template_and_lists_keep_their_rows(folder):
    here, pages, _ = folder
    truth = {p.path: p for some in pages.values() for p in some}
    documents = rows(here / "curated", "documents")
    assert len(documents) == 2 * ARTICLES
    for row in documents:
        page = truth[row["source"]]
        assert row["site_template"] and (row["title"], str(row["published_on"])) == (page.title, page.date)
    listings = rows(here / "curated", "listings")
    assert {r["source"] for r in listings} == {p.path for p in truth.values() if p.kind == "list"}
    facts = [r for r in rows(here / "curated", "facts") if r["rule"] == "site-slot"]
    assert all(r["origin"] == "site" and (not r["chosen"] or "pages of template" in r["note"]) for r in facts)
    assert sum(r["chosen"] for r in facts if r["field"] == "title") == 2 * ARTICLES
    assert checks.check(here / "curated", resources=ONE).violations == []


def test_a_page_more_makes_no_other_stale(copy):
    more = sites_made.site("campus", articles=3, lists=0, seed=2)
    for n, page in enumerate(more):
        (copy / "raw" / "www.campus1.example" / f"new{n}.html").write_text(page.html, "utf-8")
    made = corpus.run(copy / "raw", copy / "curated", resources=ONE)
    assert (made.curated, made.new, made.learnt) == (3, 3, [])


def test_a_site_that_grows_to_enough_is_learnt_before_its_pages_are_curated(tmp_path, pool):
    """Those curated before it had enough are curated by it as well; hosts are told by sidecars; images are no pages."""
    pages = sites_made.site("campus", articles=26, lists=0)
    raw = tmp_path / "raw"
    raw.mkdir()
    for n, page in enumerate(pages):
        (raw / f"{n}.png").write_bytes(b"\x89PNG\r\n\x1a\n")
        (raw / f"{n}.html.meta.json").write_text(json.dumps({"url": page.url}))
        if n < 12:
            (raw / f"{n}.html").write_text(page.html, "utf-8")
    first = corpus.run(raw, tmp_path / "curated", resources=ONE, buckets=2, pool=pool)
    assert (first.learnt, first.new) == ([], 12)
    for n, page in enumerate(pages[12:], 12):
        (raw / f"{n}.html").write_text(page.html, "utf-8")
    made = corpus.run(raw, tmp_path / "curated", resources=ONE, pool=pool)
    assert made.learnt == [f"host:www.campus1.example: 1 templates learnt from {len(pages)} of {len(pages)} pages"]
    assert made.curated == len(pages) and made.new == len(pages) - 12
    assert all(r["site_template"] for r in rows(tmp_path / "curated", "documents"))
    assert corpus.run(raw, tmp_path / "curated", resources=ONE, pool=pool).curated == 0


def test_learning_one_site_again_redoes_that_site_only(copy):
    found = {r["source"]: r["site_template"] for r in rows(copy / "curated", "documents")}
    before = (copy / "curated" / "sites" / file_of("folder:www.tables1.example")).read_bytes()
    for n, page in enumerate(sites_made.site("news", articles=30, lists=0)):
        (copy / "raw" / "www.campus1.example" / f"redesign{n}.html").write_text(page.html, "utf-8")
    corpus.run(copy / "raw", copy / "curated", resources=ONE)
    from ingest.corpus.runs import engine

    made = engine.learn_sites(copy / "raw", copy / "curated", resources=ONE, wanted=["folder:www.campus1.example"])
    assert made.curated == ARTICLES + LISTS + 30
    assert (copy / "curated" / "sites" / file_of("folder:www.tables1.example")).read_bytes() == before
    now = {r["source"]: r["site_template"] for r in rows(copy / "curated", "documents")}
    assert all(now[s] == t for s, t in found.items() if "tables1" in s)
    assert all(t for s, t in now.items() if "redesign" in s)


def test_a_site_that_looks_otherwise_is_told(copy):
    for n, page in enumerate(sites_made.site("news", articles=24, lists=0)):
        (copy / "raw" / "www.campus1.example" / f"redesign{n}.html").write_text(page.html, "utf-8")
    made = corpus.run(copy / "raw", copy / "curated", resources=ONE)
    assert any("folder:www.campus1.example: 0 of 24 pages" in text for text in made.warnings)


def test_what_is_forgotten_leaves_no_trace(copy, tmp_path):
    plain = tmp_path / "plain"
    corpus.run(copy / "raw", plain, resources=ONE, buckets=4, use_sites=False)
    for site in ("folder:www.campus1.example", "folder:www.tables1.example"):
        SITES.forget(copy / "curated", [site])
    made = corpus.run(copy / "raw", copy / "curated", resources=ONE)
    assert made.learnt == [] and sites.every(copy / "curated") == []
    for dataset in ("documents", "records", "edits", "facts", "rejections", "listings"):
        strip = lambda some: [{k: v for k, v in r.items() if not k.endswith("ed_at")} for r in some]  # noqa: E731
        assert strip(rows(copy / "curated", dataset)) == strip(rows(plain, dataset)), dataset


def test_without_sites_nothing_is_learnt_or_used(folder, tmp_path):
    here, _, _ = folder
    made = corpus.run(here / "raw", tmp_path / "plain", resources=ONE, buckets=4, use_sites=False)
    assert made.learnt == [] and not (tmp_path / "plain" / "sites").exists()
    assert all(r["site_template"] is None for r in rows(tmp_path / "plain", "documents"))
    assert Config().sha256 == with_models(None, here / "curated").sha256


def test_one_file_again_uses_what_the_folder_knows(copy):
    path = next(r["source"] for r in rows(copy / "curated", "documents") if "campus1" in r["source"])
    before = next(r for r in rows(copy / "curated", "documents") if r["source"] == path)
    corpus.reprocess(copy / "raw" / path, copy / "curated", resources=ONE)
    after = next(r for r in rows(copy / "curated", "documents") if r["source"] == path)
    assert after == before and after["site_template"]


def holding(raw, form, pages):
    """Pages in one file that holds many, or a message each."""
    raw.mkdir(exist_ok=True)
    if form == "message":
        for n, page in enumerate(pages):
            message = EmailMessage()
            message["Snapshot-Content-Location"] = page.url
            message.set_content(page.html, subtype="html", cte="quoted-printable")
            message.add_related(b"\x89PNG" * 20, "image", "png")
            (raw / f"{n}.mht").write_bytes(message.as_bytes())
    elif form == "archive":
        with (raw / "a.warc.gz").open("wb") as out:
            writer = WARCWriter(out, gzip=True)
            for page in pages:
                http = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
                body = io.BytesIO(page.html.encode())
                writer.write_record(writer.create_warc_record(page.url, "response", payload=body, http_headers=http))
    else:
        lines = [json.dumps({"url": p.url, "body": p.html}, ensure_ascii=False) for p in pages]
        lines.insert(3, "no page at all")
        feeds_made.feed(raw / f"feed.{form}", lines)


@pytest.mark.parametrize("form", ["jsonl", "jsonl.gz", "archive", "message"])
def test_files_that_tell_whose_pages_they_hold_are_learnt_before_these_are_curated(form, tmp_path, pool):
    pages = [p for name in ("portal", "news") for p in sites_made.site(name, articles=22, lists=0)]
    holding(tmp_path / "raw", form, pages)
    made = corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, buckets=2, pool=pool)
    assert [x.partition(": ")[0] for x in made.learnt] == ["host:www.news1.example", "host:www.portal1.example"]
    assert made.curated == len(pages) + ("json" in form) and made.new == len(pages)
    truth = {p.url: p for p in pages}
    for row in rows(tmp_path / "curated", "documents"):
        assert (row["title"], str(row["published_on"])) == (truth[row["url"]].title, truth[row["url"]].date)
        assert row["site_template"]


def test_a_feed_that_has_grown_to_enough_is_learnt_before_its_pages_are_curated(tmp_path, pool, monkeypatch):
    monkeypatch.setattr(ledger, "_SETTLED_NS", 0)
    pages = sites_made.site("news", articles=26, lists=0)
    raw = tmp_path / "raw"
    holding(raw, "jsonl", pages[:12])
    assert corpus.run(raw, tmp_path / "curated", resources=ONE, buckets=2, pool=pool).learnt == []
    holding(raw, "jsonl", pages)
    made = corpus.run(raw, tmp_path / "curated", resources=ONE, pool=pool)
    assert (len(made.learnt), made.curated) == (1, len(pages) + 1)
    assert all(r["site_template"] for r in rows(tmp_path / "curated", "documents"))


def test_what_cannot_be_looked_into_ahead_is_learnt_behind(tmp_path, monkeypatch):
    def dies(*_):
        raise MemoryError

    monkeypatch.setattr(sites, "_addressed", dies)
    pages = sites_made.site("news", articles=22, lists=0)
    holding(tmp_path / "raw", "jsonl", pages)
    made = corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, buckets=2, pool=Inline(ONE))
    assert (len(made.learnt), made.new, made.curated) == (1, len(pages), 2 * (len(pages) + 1))


def test_few_pages_and_pages_without_a_template_are_no_site(tmp_path, pool):
    (tmp_path / "raw" / "one").mkdir(parents=True)
    for n, page in enumerate(sites_made.site("news", articles=5, lists=0)):
        (tmp_path / "raw" / "one" / f"{n}.html").write_text(page.html, "utf-8")
    made = corpus.run(tmp_path / "raw", tmp_path / "curated", resources=ONE, buckets=2, pool=pool)
    assert made.learnt == [] and sites.every(tmp_path / "curated") == []


def test_where_nothing_is_found_no_page_is_curated_again_for_it(tmp_path, pool):
    raw, curated = tmp_path / "raw", tmp_path / "curated"
    raw.mkdir()
    for n in range(sites.ENOUGH):
        text = f"青屿县第{n}号渔港公告\n第{n}号渔港自{n % 12 + 1}月起改造,请渔船停靠他处。"
        (raw / f"{n}.txt").write_text(text, "utf-8")
    for curates in (sites.ENOUGH, 0):
        made = corpus.run(raw, curated, resources=ONE, buckets=2, pool=pool)
        assert (made.pages, made.curated, made.learnt) == (sites.ENOUGH, curates, [])
        assert [(site.scope, site.templates) for site in sites.every(curated)] == [(POOL, 0)]
    assert SITES.forget(curated, [POOL]) == [POOL] and sites.every(curated) == []
    assert corpus.run(raw, curated, resources=ONE, pool=pool).curated == 0


def test_a_scope_of_any_size_is_a_sample():
    pages = sites._Pages()
    for n in range(5000):
        pages.add(f"a/{n}.html")
    assert pages.count == 5000 and len(pages.sample) == sites.SAMPLE
    other = sites._Pages()
    for n in reversed(range(5000)):
        other.add(f"a/{n}.html")
    assert other.sample == pages.sample


@pytest.mark.parametrize(
    ("source", "url", "scope"),
    [
        ("a/b.html", "https://WWW.A.example:8080/x", "host:www.a.example"),
        ("a/b/c.html", None, "folder:a"),
        ("b.html", None, POOL),
        ("b.html", "no address", POOL),
        ("a/b.html", "http://[::1", "folder:a"),
    ],
)
def test_scopes(source, url, scope):
    assert scope_of(source, url) == scope
    assert scopes_of(scope)[0] == scope and file_of(scope).endswith(".json") and "/" not in file_of(scope)


def test_a_digest_is_of_the_scopes_of_a_page_alone():
    known = {"host:a": "1", "host:b": "2"}
    assert digest_of(known, ["host:c", "folder:x"]) == ""
    assert (
        digest_of(known, ["host:a"])
        == digest_of({"host:a": "1"}, ["host:a", "folder:y"])
        != digest_of({"host:a": "3"}, ["host:a"])
    )


def test_damaged_models_are_told(copy):
    curated = copy / "curated"
    path = curated / "sites" / file_of("folder:www.campus1.example")
    path.write_bytes(path.read_bytes().replace(b"titlestyl", b"titlestyk"))
    with pytest.raises(InputError, match="ingest sites learn folder:www"):
        sites.model_of(curated, "folder:www.campus1.example")
    (curated / "sites" / "index.json").write_text("[]", "utf-8")
    with pytest.raises(InputError, match="makes it anew"):
        planning.plan(copy / "raw", curated)


def said(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main([*arguments])
    out = capsys.readouterr()
    return end.value.code, out.out + out.err


def test_the_commands(copy, capsys):
    curated = ["--curated", str(copy / "curated")]
    code, out = said(capsys, "sites", "list", *curated)
    assert code == 0 and "folder:www.campus1.example" in out and "2 templates" in out
    code, out = said(capsys, "sites", "show", "folder:www.campus1.example", *curated)
    assert code == 0 and "lists of links" in out and "titlestyl0" in out and "明德 笃学" in out
    code, out = said(capsys, "sites", "show", "folder:nowhere", *curated)
    assert code == 2 and "is no site that is known" in out
    code, out = said(capsys, "sites", "learn", "folder:nowhere", *curated)
    assert code == 2 and "is no site of this folder" in out
    code, out = said(capsys, "sites", "forget", "folder:www.campus1.example", *curated)
    assert code == 0 and "is forgotten" in out
    code, out = said(capsys, "sites", "learn", "folder:www.campus1.example", *curated)
    assert code == 0 and "templates learnt from" in out
    code, out = said(capsys, "sites", "learn", *curated)
    assert code == 0 and "no site has pages enough" in out
    with pytest.raises(UsageError):
        SITES.forget(copy / "curated", ["folder:nowhere"])


def test_explain_names_a_page_as_the_folder_does_and_knows_its_site(copy, capsys):
    row = next(r for r in rows(copy / "curated", "documents") if "campus1" in r["source"])
    curated = copy / "curated"
    (copy / "ingest.toml").write_text(f'curated = "{curated}"\n', "utf-8")
    code, out = said(capsys, "explain", str(copy / "raw" / row["source"]), "--json")
    made = json.loads(out)["document"]
    assert code == 0
    assert {k: made[k] for k in ("doc_id", "source", "revision", "site_template")} == {
        k: row[k] for k in ("doc_id", "source", "revision", "site_template")
    }
    code, out = said(capsys, "explain", str(copy / "raw" / row["source"]))
    assert f"site      template {row['site_template'][:4]}, title" in out
    elsewhere = copy / "other.html"
    elsewhere.write_text((copy / "raw" / row["source"]).read_text("utf-8"), "utf-8")
    code, out = said(capsys, "explain", str(elsewhere), "--json")
    assert json.loads(out)["document"]["source"] == "other.html"
