"""Articles and other pages in one frame: which pages are of one template, which are lists, and what stays whose."""

import importlib
import itertools

import pytest

import ingest
from ingest import page, sites
from ingest.config import Config
from ingest.sites import apply

CONFIG = Config()
PLACES = ("云栖", "白沙", "青屿", "北礁", "南浦", "东湾", "石门", "沙洲", "竹溪", "梅岭", "双溪", "柳林")
THINGS = ("渔港改造", "海堤加固", "航道疏浚", "校舍维修", "水库除险", "道路拓宽", "农田整治")
COLUMNS = ("工作动态", "通知公告", "政策法规", "基层传真", "规划计划", "人事任免", "统计数据")
TITLES = [f"{place}{thing}完成验收" for place, thing in itertools.product(PLACES, THINGS)]


def frame(title, inside, column, menu=()):
    """The frame that all pages of the site have, with a menu of the column's own."""
    links = "".join(f'<li class="m"><a href="/{n}">{text}</a></li>' for n, text in enumerate(menu))
    return (
        f'<html><head><title>{title}-{column}-石门建设网</title></head><body><div id="top"><p class="logo">石门建设网</p>'
        '<ul class="nav"><li class="n"><a href="/">首页</a></li><li class="n"><a href="/a/">政务公开</a></li></ul></div>'
        f'<div id="wrap"><div class="left"><h3 class="col">{column}</h3><ul class="menu">{links}</ul></div>'
        f'<div class="right"><div class="here">当前位置：首页 &gt; {column}</div>{inside}</div></div>'
        '<div id="foot"><p class="c">石门建设网 版权所有 地址：石门镇一号</p></div></body></html>'
    )


def text_of(n):
    return [
        f"{TITLES[n][:6]}的第{n * 7 + 3}次会议讨论了这项工程，参加的有{n * 3 + 2}人，各片区分别作了说明。",
        f"会后公布了编号为{n * 31 + 5}的清单，与{TITLES[n][:6]}有关的单位须在{n % 27 + 1}日以前核对完毕。",
    ]


def article(n, attached=False, related=(), body=None, tail=""):
    paragraphs = "".join(f"<p>{x}</p>" for x in text_of(n)) if body is None else body
    files = '<ul class="files"><li class="file"><a href="/f.doc">附件：清单.doc</a></li></ul>' if attached else ""
    others = "".join(f'<li class="o"><a href="/{x}">{TITLES[x]}</a></li>' for x in related)
    inside = (
        f'<div class="article"><h1 class="tit">{TITLES[n]}</h1><div class="info">发布时间：2021-{n % 12 + 1:02d}-{n % 28 + 1:02d}'
        f'</div><div class="content">{paragraphs}{tail}</div>{files}</div><ul class="other">{others}</ul>'
    )
    return frame(TITLES[n], inside, COLUMNS[n % 7], COLUMNS[n % 5 :])


def column(n, rows=10):
    items = "".join(
        f'<li class="row"><a href="/{k}.html">{TITLES[(n * 5 + k) % 80]}</a><span class="d">2021-{k % 12 + 1:02d}-11</span></li>'
        for k in range(rows)
    )
    inside = f'<div class="listbox"><ul class="rows">{items}</ul><div class="pages">共{n + 2}页 下一页</div></div>'
    return frame(COLUMNS[n % 7], inside, COLUMNS[n % 7], COLUMNS[n % 5 :])


def learnt(sources):
    layouts = [page.layout(x, media_type="text/html", encoding=None, headers=None, config=CONFIG) for x in sources]
    return sites.learn("host:x", [sites.sketch(x) for x in layouts], len(sources))


def curate(source, model, monkeypatch):
    view = sites.View([model], "page.html", None) if model else None
    monkeypatch.setattr("ingest.sites.neighbours", lambda config, source, url: view)
    return ingest.curate(source, source="page.html")


def test_articles_and_columns_in_one_frame_are_two_templates():
    model = learnt([*(article(n) for n in range(20)), *(column(n) for n in range(12))])
    articles, columns = sorted(model.templates, key=lambda t: t.listing)
    assert (articles.seen, columns.seen) == (20, 12) and columns.listing and not articles.listing
    assert articles.title.text.endswith("h1.tit") and columns.title is None


def test_what_only_some_articles_have_parts_nothing():
    """Attachments, a box of others: the articles without them have nothing instead."""
    model = learnt([article(n, attached=n % 2 == 0, related=range(60, 66) if n % 3 else ()) for n in range(24)])
    assert [t.seen for t in model.templates] == [24]


@pytest.mark.parametrize("share", [8, 14])
def test_pages_without_a_title_s_place_are_another_template(share):
    """Section pages that print nothing of their own: the column's name, which all pages print, is no title."""
    sections = [
        frame(COLUMNS[n % 7], f"<p>{TITLES[n]}的说明，{PLACES[n % 12]}一带的情况见各栏目。</p>", COLUMNS[n % 7])
        for n in range(share)
    ]
    model = learnt([*(article(n) for n in range(16)), *sections])
    assert sorted(t.seen for t in model.templates) == sorted((16, share))
    assert [t.seen for t in model.templates if t.title and t.title.text.endswith("h1.tit")] == [16]


def test_a_column_s_name_is_no_title(monkeypatch):
    """Too few articles for a template of their own: what stands in every page's column is not taken for their title."""
    model = learnt([*(article(n) for n in range(4)), *(column(n) for n in range(12))])
    assert curate(article(30), model, monkeypatch).document.title == TITLES[30]


TABLE = (
    "<table>"
    + "".join(f"<tr><td>{p}</td><td>{n * 37}</td><td>{n}.5</td></tr>" for n, p in enumerate(PLACES))
    + "</table>"
)


@pytest.mark.parametrize(
    "body", [None, f"<p>{text_of(31)[0]}</p>", TABLE, "<p>一、总则</p><p>二、期限</p><p>" + text_of(31)[1] + "</p>"]
)
def test_a_menu_beside_a_text_is_no_list(body, monkeypatch):
    """A page with a text or a table, and a menu of its column, read by a template of lists."""
    model = learnt([column(n) for n in range(14)])
    assert all(t.listing for t in model.templates)
    source = article(31, body=body).replace('class="article"', 'class="listbox"')
    assert curate(source, model, monkeypatch).document.title == TITLES[31]


@pytest.mark.parametrize("body", [f"<p>{text_of(31)[0]}</p>", "".join(f"<p>{x}</p>" for x in text_of(31))])
def test_a_short_text_over_many_rows_of_others_is_no_list(body, monkeypatch):
    """The rows are longer than the text: its title and its day stand over it, or it has paragraphs."""
    model = learnt([column(n, 25) for n in range(14)])
    rows = "".join(
        f'<li class="row"><a href="/{k}">{TITLES[k]}</a><span class="d">2021-05-11</span></li>' for k in range(40, 60)
    )
    source = article(31, body=body).replace('class="article"', 'class="listbox"')
    source = source.replace('<ul class="other">', f'<ul class="rows">{rows}</ul><ul class="other">')
    assert curate(source, model, monkeypatch).document.title == TITLES[31]


@pytest.mark.parametrize("rows", [4, 10, 25])
def test_a_list_beside_a_menu_is_one(rows, monkeypatch):
    model = learnt([column(n, rows) for n in range(14)])
    with pytest.raises(ingest.Rejected, match="list of"):
        curate(column(20, rows), model, monkeypatch)


def test_many_links_beside_each_text_make_no_template_of_lists(monkeypatch):
    """A box of others, longer than the text and another on each page."""
    model = learnt([article(n, related=range((n * 9) % 60, (n * 9) % 60 + 14)) for n in range(20)])
    (template,) = model.templates
    assert not template.listing and template.title
    found = curate(article(40, related=range(50, 64)), model, monkeypatch)
    assert found.document.title == TITLES[40] and all(x in found.text for x in text_of(40))
    assert TITLES[55] not in found.text


def test_a_line_below_every_text_goes_and_a_signature_stays(monkeypatch):
    tail = '<p class="more">加载全部内容</p>'
    model = learnt([article(n, tail=tail) for n in range(20)])
    assert "加载全部内容" not in curate(article(41, tail=tail), model, monkeypatch).text
    signed = "<p>石门镇人民政府</p>"
    model = learnt([article(n, tail=signed) for n in range(20)])
    assert "石门镇人民政府" in curate(article(41, tail=signed), model, monkeypatch).text


@pytest.mark.parametrize("label", ["附件：", "相关附件", "附件下载:"])
def test_the_label_of_attachments_stays_where_something_is_attached(label, monkeypatch):
    """All pages print it, also those that have none."""

    def made(n, files):
        links = "".join(f'<p class="f"><a href="/{x}.doc">{x}</a></p>' for x in files)
        return article(n).replace(
            '<ul class="other">', f'<div class="att"><p class="l">{label}</p>{links}</div><ul class="other">'
        )

    model = learnt([made(n, [f"{TITLES[n][:6]}清单.doc"] if n % 3 == 0 else []) for n in range(20)])
    assert label not in curate(made(41, []), model, monkeypatch).text
    found = curate(made(41, ["报名登记表.doc"]), model, monkeypatch)
    taken = [e for e in found.edits if e.applied and "site-template" in e.rules]
    assert not any(label in e.before for e in taken)


def test_paths_without_end_are_forgotten_and_found_again(monkeypatch):
    """Any number of ids: memory is bounded, and the paths are the same when they are made anew."""
    paths = importlib.import_module("ingest.sites.sketch")
    before = learnt([article(n) for n in range(8)])
    monkeypatch.setattr(paths, "_MOST", 20)
    assert learnt([article(n) for n in range(8)]) == before
    layout = page.layout(article(9), media_type="text/html", encoding=None, headers=None, config=CONFIG)
    assert apply.told(layout, before.templates)


def question(n, form):
    """A question with two short answers, who agrees linked by name, and other questions below."""
    agree = "".join(f'<a class="u" href="/p/{n + k}">{PLACES[(n + k) % 12]}渔夫{n * k}号</a>、' for k in range(9))
    answers = "".join(
        f'<div class="answer"><a class="who" href="/p/{n}">{PLACES[n % 12]}来客{n}</a><div class="agree">赞同来自：{agree}</div>'
        f'<div class="text">{x[:34]}。</div></div>'
        for x in text_of(n)
    )
    others = "".join(f'<li><a href="/{k}">{TITLES[(n + k) % 80]}为什么这么慢</a></li>' for k in range(1, 9))
    head = {"h1": "<h1>{}</h1>", "box": '<div class="q-title">{}</div>', "h2": "<h2><span>{}</span></h2>"}[form]
    inside = f'<div class="q">{head.format(TITLES[n] + "为什么这么慢")}</div>{answers}<ul class="near">{others}</ul>'
    return frame(f"{TITLES[n]}为什么这么慢", inside, "问答")


@pytest.mark.parametrize("form", ["h1", "box", "h2"])
def test_questions_with_short_answers_and_many_names_are_no_lists(form, monkeypatch):
    model = learnt([question(n, form) for n in range(24)])
    assert [t.listing for t in model.templates] == [False] and model.templates[0].linked >= 0.35
    found = curate(question(30, form), model, monkeypatch)
    assert found.document.title == f"{TITLES[30]}为什么这么慢" and text_of(30)[0][:34] in found.text


def test_columns_with_long_names_are_lists_all_the_same():
    """Most of what such a page has are links, whatever it is called."""
    pages = [column(n).replace(COLUMNS[n % 7], f"{TITLES[n]}专题报道") for n in range(20)]
    model = learnt(pages)
    assert model.templates and all(t.listing for t in model.templates)
