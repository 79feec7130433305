"""How sure a chosen title, date, publisher or text is: by who says it and who says otherwise, and by how it begins and ends."""

import pytest

import ingest
from ingest import page, trust
from ingest.blocks import Fact, Page
from ingest.config import Config
from ingest.page import certainty

TITLE = "东山路供水管网改造工程完工公告"
HEADING = Fact("title", "渡口改造方案", "title-printed", 10)
LONE = Fact("title", "渡口改造方案", "title-lone", 40)
ELEMENT = Fact("title", "渡口改造方案", "title-element", 50)
LINE = Fact("published_on", "2023-05-06", "label:published", 10)
HEAD = Fact("published_on", "2023-05-06", "meta:pubdate", 14, origin="attribute")
LATER = Fact("published_on", "2023-05-07", "meta:modified", 20, origin="attribute")
FAR = Fact("published_on", "2020-01-01", "meta:date", 60, origin="attribute")
CHANGED = Fact("published_on", "2023-05-06", "label:changed", 32)
BARE = Fact("published_on", "2023-05-06", "somewhere", 60)
SOURCE = Fact("publisher", "江城日报", "label:source", 10)
SITE = Fact("publisher", "江城日报", "title-suffix", 40)
OWNER = Fact("publisher", "江城在线", "footer", 80)


@pytest.mark.parametrize(
    ("every", "sure"),
    [
        ((HEADING, ELEMENT), "exact"),
        ((HEADING,), "likely"),
        ((LONE,), "guess"),
        ((LONE, ELEMENT), "guess"),
        ((LINE, HEAD), "exact"),
        ((LINE,), "likely"),
        ((LINE, HEAD, LATER), "likely"),
        ((LINE, LATER), "guess"),
        ((LINE, FAR), "likely"),  # a head's date of the template, far behind the line in rank
        ((BARE,), "guess"),
        ((CHANGED,), "guess"),  # that the page was changed says nothing of the day it was published
        ((CHANGED, HEAD), "exact"),
        ((SOURCE, SITE), "exact"),
        ((SOURCE,), "likely"),
        ((SOURCE, SITE, OWNER), "exact"),  # the owner of the site's footer contradicts nobody
        ((OWNER,), "guess"),
    ],
)
def test_the_first_is_this_sure(every: tuple[Fact, ...], sure: str) -> None:
    assert trust.of(every[0].field, every[0], every) == sure


def test_fields_that_are_not_measured_say_nothing() -> None:
    number = Fact("document_number", "江政发〔2023〕5号", "label:number", 5)
    assert trust.of("document_number", number, [number]) is None


def read(html: str) -> Page:
    return page.read_page(html, media_type="text/html", encoding=None, headers=None, url=None, config=Config())


BODY = "".join(
    f"<p>昨天上午，东山路供水管网改造工程完工，第{n}户居民用上了稳定的自来水，洗澡做饭都不耽误。</p>" for n in range(9)
)


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        (BODY, "exact"),
        (f"<div>图集</div>{BODY}", "guess"),  # a scrap of the page above the text
        (f"{BODY}<div>在看</div>", "guess"),
        (f"{BODY}<p>\\u3000\\u3000江城市水务局印发了管网改造的办法，请照此办理。</p>", "guess"),
        (f"{BODY}<p>完。</p>", "exact"),
        (f"<p>一、</p>{BODY}", "exact"),
        (f"<p>目录</p>{BODY}", "exact"),
        (f"<p>Word count: 1,170|Reading time: 4min</p>{BODY}", "guess"),
        (f"<h2>文章目录</h2>{BODY}", "guess"),  # a template's, over contents that it has none of
        (f"<p>Jan 1, 1</p>{BODY}", "guess"),  # the day that a program prints for none
        (f"<p>0001-01-01</p>{BODY}", "guess"),
        (f"<p>January 1, 1998</p>{BODY}", "exact"),
        (f"{BODY}<p>2019 年 09 月 15 日 发布在《渡口技术》。文章共 1,573 字，大约需要阅读 6 分钟。</p>", "guess"),
        (f"{BODY}<p>本文约1200字，阅读3分钟，文中的渡口都在江城。</p>", "guess"),
        (f"{BODY}<p>来稿的文章共三百篇，评委每天阅读一小时，用了两个月才读完。</p>", "exact"),
        (f"<p>字数统计的办法由渡口水务所另行规定。</p>{BODY}", "exact"),
        (f"{BODY}<table border=1><tr><td>户数</td><td>九</td></tr><tr><td>公里</td><td>三</td></tr></table>", "exact"),
    ],
)
def test_a_text_that_begins_or_ends_in_a_scrap_is_not_exact(text: str, sure: str) -> None:
    html = (
        f"<title>{TITLE} - 江城网</title><h1>{TITLE}</h1><div>发布时间：2021-04-13</div><div class=content>{text}</div>"
    )
    assert read(html).certainty == sure


@pytest.mark.parametrize(
    ("rules", "linked"),
    [
        ([None, None, "outside-container"], (False, False)),
        (["outside-container", None, "link-list", None], (True, True)),
        ([None, "related-links", None], (True, True)),
        ([None, None, "link-list"], (True, True)),
        ([None, None, "edge-links"], (True, False)),
        ([None, None, "edge-links", "edge-links"], (True, True)),
        ([None, *["outside-container"] * 6, "link-list"], (False, False)),  # far behind the text
        ([None, "line-numbers", None, "furniture"], (False, False)),
        ([None, "furniture", None], (True, True)),  # between its lines
        ([None, "form", "button", None], (True, True)),
        (["beside-text", None, "button", None, "form"], (False, False)),
    ],
)
def test_links_that_went_beside_a_text_make_it_less_sure(rules: list[str | None], linked: tuple[bool, bool]) -> None:
    assert certainty.linked(rules) == linked


@pytest.mark.parametrize(
    ("element", "rule"),
    [("江城水务网", "title-heading"), (f"{TITLE}_江城网", "title-printed"), (TITLE, "title-printed")],
)
def test_to_agree_with_the_name_of_the_site_says_nothing(element: str, rule: str) -> None:
    name = element if rule == "title-heading" else TITLE
    html = f"<title>{element}</title><h1>{name}</h1><div class=content>{BODY}</div>"
    assert rule in {fact.rule for fact in read(html).facts if fact.field == "title"}


FRAME = f"<title>{TITLE} - 江城网</title><h1>{TITLE}</h1><div>发布时间：2021-04-13</div>"


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        (f"{BODY}<h3>精选线路</h3>", "guess"),  # a heading over what went
        (f"{BODY}<p>已经是我们的会员？立即登录></p>", "guess"),
        (f"{BODY}<p>已经是我们的会员？<a href=/in>立即登录 »</a></p>", "guess"),
        (BODY.replace("</p>", "</p><div>引用 回复 举报</div>"), "guess"),  # a button below each
        (f"{BODY}<p>加载中...</p>", "guess"),
        (f"{BODY}<p>供水压力的换算：p > 0</p>", "exact"),
        (BODY.replace("</p>", "</p><p>* * *</p>"), "exact"),  # what divides the parts of a text
        (f"{BODY}<h3>附则</h3><p>本办法由江城市水务局解释，从印发的那一天起施行。</p>", "exact"),
    ],
)
def test_a_text_with_what_is_the_page_s_in_it_is_a_guess(text: str, sure: str) -> None:
    assert read(f"{FRAME}<div class=content>{text}</div>").certainty == sure


@pytest.mark.parametrize(
    ("rules", "border"),
    [
        ([None, None, "edge-links", "outside-container"], "edge-links"),
        ([None, "outside-container", "edge-links"], "edge-links"),
        ([None, None, "beside-text"], "beside-text"),
        ([None, "beside-text", "edge-links"], "edge-links"),
        ([None, "outside-container", "outside-container", "edge-links"], None),  # not next to the text
        (["edge-links", None], None),
    ],
)
def test_what_went_next_to_the_end_of_a_text_is_seen(rules: list[str | None], border: str | None) -> None:
    assert certainty.bordered(rules) == border


def text_of(html: str) -> str | None:
    return ingest.curate(html, source="t", media_type="text/html").document.extraction_certainty


@pytest.mark.parametrize(
    ("head", "sure"),
    [
        (FRAME, "exact"),
        (f"<title>{TITLE} - 江城网</title><h1>{TITLE}</h1>", "guess"),  # without a day
        (
            f"<title>{TITLE} - 江城网</title><h1>{TITLE}</h1><div class=TRS_Editor>",
            "likely",
        ),  # in a box that is a text's and nothing else
        (
            f"<title>江城水务网</title><h1>{TITLE}</h1><div>发布时间：2021-04-13</div>",
            "guess",
        ),  # nothing says that it is the headline
        (
            f"<title>{TITLE} - 江城供水,管网,水表</title><h1>{TITLE}</h1><div>发布时间：2021-04-13</div>",
            "likely",
        ),  # named once
        (f"<title>江城水务网</title><h1>{TITLE}</h1>", "guess"),
        ("<title>江城水务网</title>", "guess"),
    ],
)
def test_a_text_is_no_surer_than_the_title_and_the_day_above_it(head: str, sure: str) -> None:
    assert text_of(f"{head}<div class=content>{BODY}</div>") == sure


@pytest.mark.parametrize(
    ("last", "sure"),
    [
        ("<p>需要了解更多供水问题，请点击查看帮助中心相关文章。</p>", "guess"),  # what a template adds to each
        ("<p>欢迎关注江城水务微信公众号。</p>", "guess"),
        ("<p>本文链接：https://jiangcheng.example/article/2021/4/13/</p>", "guess"),
        ("<p>手机：00000000000</p>", "guess"),
        ("<p>江城水务官方网站www.jiangcheng.example</p>", "guess"),
        ("<p>若要知道水压，请联系江城水务为您服务。</p>", "guess"),
        ("<p>有问题？欢迎加入我们的微信群交流。</p>", "guess"),
        ("<p>video_jiangcheng.mp4</p>", "guess"),
        ("<p>第1页 共3页</p>", "guess"),  # it goes on elsewhere
        ("<p>Site generated on 2023 / 10 / 26</p>", "guess"),
        ("<p>工程将在2023/10/26验收。</p>", "exact"),
        ("<p>居民若有疑问，请查看公告栏。</p>", "exact"),
        ("<p>他说，更多的人会用上自来水。</p>", "exact"),
        ("<p>江城市水务局电话通知了各户。</p>", "exact"),
    ],
)
def test_a_text_that_ends_in_what_a_template_says_is_a_guess(last: str, sure: str) -> None:
    assert text_of(f"{FRAME}<div class=content>{BODY}{last}</div>") == sure


def test_a_day_that_nothing_calls_the_page_s_needs_a_title() -> None:
    bare = Fact("published_on", "2023-05-06", "date-line", 45)
    assert [trust.of("published_on", bare, [bare], title) for title in ("exact", "likely", "guess", None)] == [
        "likely",
        "likely",
        "guess",
        "guess",
    ]
    assert trust.of("published_on", LINE, [LINE], "guess") == "likely"


@pytest.mark.parametrize(
    ("element", "html", "sure"),
    [
        (TITLE, f"<h1><a href=/>{TITLE}</a></h1>", "guess"),  # where a logo stands
        (TITLE, f"<ul><li>一<li>二<li>三</ul><h1><a href=/1>{TITLE}</a></h1>", "guess"),  # so does a logo
        (f"{TITLE} - 江城网", f"<h1>{TITLE}</h1>", "exact"),
        (f"[图]{TITLE} - 江城网", f"<h1>[图]{TITLE}</h1>", "exact"),
        (f"{TITLE} - 江城网", f"<h1>[图]{TITLE}</h1>", "likely"),
        (f"通知公告_{TITLE}_江城网", f"<h1>{TITLE}</h1>", "guess"),  # nothing begins with it
        (f"江城往事笔记_{TITLE}", f"<h1>{TITLE}</h1>", "guess"),  # it ends the element, as a house does
    ],
)
def test_a_title_that_leads_somewhere_or_ends_the_element_is_less_sure(element: str, html: str, sure: str) -> None:
    found = ingest.curate(
        f"<title>{element}</title>{html}<div class=content>{BODY}</div>", source="t", media_type="text/html"
    )
    assert [fact.certainty for fact in found.facts if fact.field == "title" and fact.chosen] == [sure]


def test_a_title_that_a_link_of_the_menu_says_as_well_may_be_a_column_s() -> None:
    menu = "<div><a href=/1>公司新闻</a></div><div><a href=/2>公司简介</a></div><div><a href=/3>联系我们</a></div>"
    html = f"<title>公司简介_江城网</title>{{}}<h1>公司简介</h1><div>发布时间：2021-04-13</div><div class=content>{BODY}</div>"
    rules = [
        {f.rule for f in read(html.format(x)).facts if f.field == "title" and f.start is not None} for x in ("", menu)
    ]
    assert "title-printed" in rules[0] and "title-dated" in rules[1]


DATED = "<div>发布时间：2021-04-13</div>"


@pytest.mark.parametrize(
    ("element", "printed", "sure"),
    [
        ("江城英语怎么付款", "江城英语", "guess"),  # the logo, with which `<title>` only begins
        ("东山路地铁站 出口图-江城地铁", "江城地铁", "guess"),  # with which it ends
        ("江城测绘有限公司", "江城测绘有限公司", "guess"),  # who the site is
        ("江城测绘，江城制图，江城测绘有限公司", "江城测绘，江城制图，江城测绘有限公司", "guess"),
        ("关于注销江城测绘有限公司", "关于注销江城测绘有限公司" + DATED, "likely"),  # a document, with its day
        ("隐私政策 - 江城助手", "隐私政策", "likely"),  # set off
        ("江城度假山庄东山店欢迎您", "江城度假山庄东山店", "likely"),  # long enough
        ("学院简介", "[闲聊] 学院简介", "likely"),  # more than all of it
    ],
)
def test_a_title_that_is_only_a_part_of_what_the_head_says_is_a_guess(element: str, printed: str, sure: str) -> None:
    name, _, behind = printed.partition("<")
    html = f"<title>{element}</title><h1>{name}</h1>{'<' + behind if behind else ''}<div class=content>{BODY}</div>"
    found = ingest.curate(html, source="t", media_type="text/html")
    assert [fact.certainty for fact in found.facts if fact.field == "title" and fact.chosen] == [sure]


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ('<span itemprop="datePublished" content="2014-08-28">2014年8月28日</span>', "2014-08-28"),
        ('<span itemprop="datePublished" content="2014-08-28">昨天</span>', "2014-08-28"),
        (
            '<span itemprop="datePublished" content="2014-08-28">January 19, 2019</span>',
            "2019-01-19",
        ),  # a template's example
    ],
)
def test_a_stamp_that_its_own_print_contradicts_is_not_the_day(stamp: str, day: str) -> None:
    html = f"<title>{TITLE} - 江城网</title><h1>{TITLE}</h1><div>{stamp}</div><div class=content>{BODY}</div>"
    found = ingest.curate(html, source="t", media_type="text/html").document.published_on
    assert str(found) == day


@pytest.mark.parametrize(
    ("heading", "kept"), [("也可以看看", False), ("您还可以看看", False), ("也可以看看渡口的水表", True)]
)
def test_a_heading_over_other_articles_goes_with_their_links(heading: str, kept: bool) -> None:
    links = "".join(f"<li><a href=/{n}>{name}</a></li>" for n, name in enumerate(("渡口的夜", "老樟树下", "江上的船")))
    html = f"{FRAME}<div class=content>{BODY}<h4>{heading}</h4><ul>{links}</ul></div>"
    assert (heading in ingest.curate(html, source="t", media_type="text/html").text) is kept


@pytest.mark.parametrize(("field", "kept"), [("checkbox", True), ("text", False)])
def test_a_list_of_tasks_asks_for_no_address(field: str, kept: bool) -> None:
    tasks = "".join(f'<li><input type="{field}"> {task}</li>' for task in ("修好渡口的栏杆", "提供邮件订阅功能"))
    html = f"{FRAME}<div class=content>{BODY}<h2>未来计划</h2><ul>{tasks}</ul></div>"
    assert ("提供邮件订阅功能" in ingest.curate(html, source="t", media_type="text/html").text) is kept
