"""Sites: what their pages have in common is learnt and applied, and nothing is taken that is a page's own."""

import random

import pytest
import sites_made
from invariants import check

import ingest
from ingest import page, sites
from ingest.config import Config
from ingest.sites import apply

CONFIG = Config()


def sketches(pages):
    made = []
    for one in pages:
        layout = page.layout(one.html, media_type="text/html", encoding=None, headers=None, config=CONFIG)
        made.append(sites.sketch(layout))
    return made


@pytest.fixture(scope="module")
def learnt():
    """For each template a model learnt from one half of its pages, and the other half."""
    out = {}
    for name in sites_made.TEMPLATES:
        pages = sites_made.site(name, articles=44, lists=18, forms=4, reprints=4)
        out[name] = sites.learn(f"host:{name}", sketches(pages[0::2]), len(pages)), pages[1::2]
    return out


def curate(one, model, monkeypatch):
    view = sites.View([model], one.path, one.url) if model else None
    monkeypatch.setattr("ingest.sites.neighbours", lambda config, source, url: view)
    return ingest.curate(one.html, source=one.path, url=one.url)


def squash(text):
    return "".join(text.split())


@pytest.mark.parametrize("name", sites_made.TEMPLATES)
def test_titles_and_dates_of_pages_that_were_not_learnt_from(learnt, name, monkeypatch):
    model, pages = learnt[name]
    articles = [p for p in pages if p.kind in ("article", "reprint")]
    wrong = []
    for one in articles:
        doc = curate(one, model, monkeypatch)
        check(doc)
        assert doc.document.site_template
        wrong += [one.title] if doc.document.title != one.title else []
        wrong += [one.date] if str(doc.document.published_on) != one.date else []
        text = squash(doc.text)
        wrong += [line for line in one.body if squash(line) not in text]
    assert wrong == [], f"{len(wrong)} of {len(articles)} pages"


@pytest.mark.parametrize("name", sites_made.TEMPLATES)
def test_what_all_pages_print_goes(learnt, name, monkeypatch):
    model, pages = learnt[name]
    chrome = [
        "海阔天高",
        "转载请注明出处",
        "推荐阅读",
        "热烈庆祝",
        "关闭窗口",
        "明德 笃学",
        "大家都在看",
        "晚报社 版权所有",
    ]
    for one in pages:
        if one.kind == "article":
            text = curate(one, model, monkeypatch).text
            assert [x for x in chrome if x in text] == []


@pytest.mark.parametrize("name", sites_made.TEMPLATES)
def test_lists_are_told_and_their_rows_kept(learnt, name, monkeypatch):
    model, pages = learnt[name]
    lists = [p for p in pages if p.kind == "list"]
    assert len(lists) >= 3
    for one in lists:
        with pytest.raises(ingest.Rejected, match="a list of 12 links") as found:
            curate(one, model, monkeypatch)
        rows = found.value.rows["listings"]
        assert [r.ordinal for r in rows] == list(range(12)) and all(r.source == one.path for r in rows)
        assert all(r.date and r.url.startswith("http://www.") and "2" not in r.title[:1] for r in rows)


def test_the_words_of_a_form_are_every_contract_s_own(monkeypatch):
    pages = sites_made.site("portal", articles=0, lists=0, forms=80)
    model = sites.learn("host:x", sketches(pages[:60]), 80)
    for one in pages[60:]:
        doc = curate(one, model, monkeypatch)
        check(doc)
        text = squash(doc.text)
        assert [line for line in one.body if squash(line) not in text] == []


def test_reprints_teach_once(monkeypatch):
    pages = sites_made.site("portal", articles=8, lists=0)
    copies = [p._replace(path=f"{p.path}.{n}") for n in range(10) for p in pages[:3]]
    model = sites.learn("host:x", sketches([*pages, *copies]), 38)
    (template,) = model.templates
    assert (template.pages, template.seen) == (8, 38)


@pytest.mark.parametrize("count", [0, 1, 4])
def test_few_pages_teach_nothing(count):
    pages = sites_made.site("news", articles=max(4, count), lists=0)[:count]
    assert sites.learn("host:x", sketches(pages), count).templates == ()


def test_one_page_again_and_again_teaches_nothing():
    one = sites_made.site("news", articles=4, lists=0)[0]
    assert sites.learn("host:x", sketches([one] * 64), 64).templates == ()


def test_two_templates_and_a_redesign_are_told_apart(monkeypatch):
    old, new = (sites_made.site(name, articles=24, lists=0) for name in ("tables", "news"))
    model = sites.learn("host:x", sketches([*old[:20], *new[:20]]), 40)
    assert len(model.templates) == 2
    for one in [*old[20:], *new[20:]]:
        doc = curate(one, model, monkeypatch)
        assert (doc.document.title, str(doc.document.published_on)) == (one.title, one.date)


def test_a_page_of_another_site_is_read_by_itself(learnt, monkeypatch):
    other = next(p for p in sites_made.site("campus", articles=8, lists=0) if p.kind == "article")
    alone = curate(other, None, monkeypatch)
    doc = curate(other, learnt["portal"][0], monkeypatch)
    assert doc == alone and doc.document.site_template is None


def test_a_hostile_page_strips_only_itself(monkeypatch):
    pages = sites_made.site("portal", articles=30, lists=0)
    victim = pages[-1]
    # One page that prints the lines of another as if they were its template's.
    evil = victim._replace(
        path="evil.html", html=pages[0].html.replace("海阔天高", "".join(f"<p>{x}</p>" for x in victim.body))
    )
    model = sites.learn("host:x", sketches([*pages[:-1], *[evil] * 10]), 39)
    text = squash(curate(victim, model, monkeypatch).text)
    assert all(squash(x) in text for x in victim.body)


def key(model):
    return [(t.title and t.title.path, t.root and t.root.path, t.chrome, t.listing) for t in model.templates]


def test_the_same_pages_teach_the_same_whatever_their_order():
    made = sketches(sites_made.site("campus", articles=30, lists=6))
    one = sites.learn("host:x", made, 36)
    other = list(made)
    random.Random(5).shuffle(other)
    again = sites.learn("host:x", other, 36)
    assert key(one) == key(again)
    assert sites.parse(sites.dump(one), "x", "host:x") == one


def test_what_repeats_inside_a_text_is_declined_and_says_so(learnt, monkeypatch):
    model, pages = learnt["news"]
    doc = curate(next(p for p in pages if p.kind == "article"), model, monkeypatch)
    gone = [e for e in doc.edits if "site-template" in e.rules and e.applied]
    assert any("新闻热线" in e.before for e in gone)
    assert all("pages of template" in e.note for e in doc.edits if "site-template" in e.rules)


def test_a_list_may_stay_one_with_fewer_links():
    pages = [p for p in sites_made.site("portal", articles=20, lists=10) if p.kind == "list"]
    model = sites.learn("host:x", sketches(pages), 10)
    assert [t.listing for t in model.templates] == [True]
    weaker = model.model_copy(update={"templates": (model.templates[0].model_copy(update={"linked": 0.3}),)})
    assert sites.learn("host:x", sketches(pages), 10, weaker).templates[0].listing


def test_a_section_s_page_with_a_text_is_no_list(monkeypatch):
    pages = sites_made.site("portal", articles=20, lists=12)
    model = sites.learn("host:x", sketches([p for p in pages if p.kind == "list"]), 12)
    prose = "".join(f"<p>{x}</p>" for p in pages if p.kind == "article" for x in p.body)
    one = next(p for p in pages if p.kind == "list")
    start, end = one.html.index('<ul class="news-list">'), one.html.index('<div class="pages">')
    about = one._replace(html=one.html[:start] + f'<ul class="news-list"><li>{prose}</li></ul>' + one.html[end:])
    assert curate(about, model, monkeypatch).document.text_chars > 1000


def test_applying_looks_at_a_page_once():
    made = sketches(sites_made.site("portal", articles=30, lists=0))
    model = sites.learn("host:x", made, 30)
    template = apply.matched(made[0], model.templates)
    assert (
        template is model.templates[0]
        and apply.matched(sketches(sites_made.site("news", articles=5, lists=0))[0], model.templates) is None
    )


def test_a_short_text_over_a_list_of_others_is_no_list(monkeypatch):
    pages = sites_made.site("portal", articles=20, lists=12)
    model = sites.learn("host:x", sketches([p for p in pages if p.kind == "list"]), 12)
    one = next(p for p in pages if p.kind == "list")
    text = "<p>各县渔业站：定于3月5日召开渔港改造座谈会，请准时参加，不得缺席。</p><p>联系人：林小满，电话见通讯录，报名截止前请电话告知。</p>"
    notice = one._replace(html=one.html.replace('<ul class="news-list">', text + '<ul class="news-list">'))
    assert "渔港改造座谈会" in curate(notice, model, monkeypatch).text
