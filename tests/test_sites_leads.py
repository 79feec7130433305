"""What a site's lists say of its pages, where its medium stands, and names that figures tell apart."""

import pytest
import sites_made
from invariants import check

import ingest
from ingest import page, scopes, sites
from ingest.config import Config

CONFIG = Config()
FIGURES = {"ka": "b1", "kb": "b2", "kc": "b3", "kd": "b4", "ke": "b5", "kf": "b6"}


def parsed(html):
    return page.parsed(html, media_type="text/html", encoding=None, headers=None, config=CONFIG)


def model_of(pages, form=2):
    made = [sites.sketch(parsed(one.html)[0], form) for one in pages]
    return sites.learn("host:x", made, len(pages)).model_copy(update={"form": form})


def curate(one, model, monkeypatch):
    view = sites.View([model], one.path, one.url) if model else None
    monkeypatch.setattr("ingest.sites.neighbours", lambda config, source, url: view)
    return ingest.curate(one.html, source=one.path, url=one.url)


def facts_of(doc, rule):
    return {f.field: f.value for f in doc.facts if f.rule == rule}


def test_the_medium_stands_in_its_slot(monkeypatch):
    pages = sites_made.site("bulletin", articles=40, lists=6)
    model = model_of(pages[0::2])
    articles = [p for p in pages[1::2] if p.kind == "article"]
    for one in articles:
        doc = curate(one, model, monkeypatch)
        check(doc)
        assert doc.document.publisher == one.source
    assert curate(articles[0], None, monkeypatch).document.publisher != articles[0].source


def test_a_column_s_name_is_no_medium():
    pages = [p for p in sites_made.site("news", articles=30, lists=0) if p.kind == "article"]
    assert all(t.source is None for t in model_of(pages).templates)


def figured(one):
    html = one.html
    for old, new in FIGURES.items():
        html = html.replace(f'class="{old}"', f'class="{new}"')
    return one._replace(html=html)


@pytest.mark.parametrize(("form", "right"), [(1, False), (2, True)])
def test_names_that_differ_in_a_figure_are_two_paths(form, right, monkeypatch):
    pages = [figured(p) for p in sites_made.site("bulletin", articles=40, lists=0)]
    model = model_of(pages[0::2], form)
    titles = [curate(p, model, monkeypatch).document.title == p.title for p in pages[1::2]]
    assert all(titles) if right else not any(titles)


def test_numbers_that_change_from_page_to_page_still_tell_nothing():
    pages = [p for p in sites_made.site("campus", articles=12, lists=0) if p.kind == "article"]
    assert len(model_of(pages).templates) == 1


def test_a_list_tells_of_the_pages_that_it_leads_to(monkeypatch):
    pages = sites_made.site("portal", articles=30, lists=10)
    victim = next(p for p in pages if p.kind == "article")
    link = f'<li><span class="date">[{victim.date}]</span><a href="/{victim.path.partition("/")[2]}">{victim.title}</a></li>'
    pages = [
        p._replace(html=p.html.replace('<ul class="news-list">', f'<ul class="news-list">{link}', 1))
        if p.kind == "list"
        else p
        for p in pages
    ]
    model = model_of(pages)
    seen = [(*parsed(p.html), p.path, p.url) for p in pages]
    taught = model.model_copy(update={"leads": sites.leads(model, seen)})
    assert sites.parse(sites.dump(taught), "x", "host:x") == taught
    doc = curate(victim, taught, monkeypatch)
    check(doc)
    assert facts_of(doc, "site-list") == {"title": victim.title, "published_on": victim.date}
    other = next(p for p in pages if p.kind == "article" and p is not victim)
    assert not facts_of(curate(other, taught, monkeypatch), "site-list")
    assert not facts_of(curate(victim, model, monkeypatch), "site-list")


def test_a_list_s_day_is_taken_where_the_page_prints_none(monkeypatch):
    pages = sites_made.site("portal", articles=30, lists=0)
    victim = pages[0]
    bare = victim._replace(html=victim.html.replace(victim.date, ""))
    model = model_of(pages)
    lead = sites.Lead(page=sites.hashed(victim.path), title=victim.title[:6] + "…", date=victim.date)
    doc = curate(bare, model.model_copy(update={"leads": (lead,)}), monkeypatch)
    assert str(doc.document.published_on) == victim.date
    assert "title" not in facts_of(doc, "site-list")  # cut short


def test_a_text_over_a_list_of_others_is_flagged(monkeypatch):
    pages = sites_made.site("portal", articles=20, lists=12)
    model = model_of([p for p in pages if p.kind == "list"])
    one = next(p for p in pages if p.kind == "list")
    text = "<p>各县渔业站：定于3月5日召开渔港改造座谈会，请准时参加，不得缺席。</p><p>联系人：林小满，电话见通讯录，报名截止前请电话告知。</p>"
    doc = curate(
        one._replace(html=one.html.replace('<ul class="news-list">', text + '<ul class="news-list">')),
        model,
        monkeypatch,
    )
    assert "listing" in doc.document.flags


@pytest.mark.parametrize(
    ("href", "source", "url", "page"),
    [
        ("/a/1.html", "x", "http://www.a.example/list/", "www.a.example/a/1.html"),
        ("2.html#top", "x", "https://www.a.example/list/index.html", "www.a.example/list/2.html"),
        ("?id=3", "x", "http://www.a.example/show.asp", "www.a.example/show.asp?id=3"),
        ("/a/1.html", "www.a.example/list/1.html", None, "www.a.example/a/1.html"),
        ("../a/1.html", "gov/list/1.html", None, "gov/a/1.html"),
        ("http://WWW.A.example/a", "gov/1.html", None, "www.a.example/a"),
        ("../../../etc/passwd", "gov/1.html", None, None),
        ("javascript:void(0)", "gov/1.html", None, None),
        ("#top", "gov/1.html", None, None),
        ("http://[", "gov/1.html", None, None),
    ],
)
def test_where_a_link_leads(href, source, url, page):
    assert scopes.led_to(href, source, url) == page
