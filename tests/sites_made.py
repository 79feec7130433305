"""Sites of invented places, as content systems of several eras make them, each page with its truth.

A template here is written as the system's own template would be: markup around holes, with navigation, columns that change,
counters, and what is printed below every text. It knows nothing of how a template is learnt.
"""

import random
from collections.abc import Callable
from typing import Literal, NamedTuple

import unstructured

Kind = Literal["article", "list", "form", "table", "reprint"]
_PLACES = [
    "云栖",
    "白沙",
    "青屿",
    "北礁",
    "南浦",
    "东湾",
    "石门",
    "沙洲",
    "竹溪",
    "梅岭",
    "鹭江",
    "双溪",
    "柳林",
    "凤台",
    "龙泉",
    "莲塘",
]
_THINGS = [
    "渔港改造",
    "海堤加固",
    "航道疏浚",
    "校舍维修",
    "水库除险",
    "道路拓宽",
    "农田整治",
    "老街保护",
    "供水管网",
    "风机安装",
    "码头扩建",
    "林地普查",
]
_DOES = [
    "工程开工",
    "项目通过验收",
    "进展顺利",
    "征求意见",
    "完成招标",
    "启动二期",
    "座谈会召开",
    "方案公布",
    "获得资金支持",
    "投入使用",
]
_UNITS = ["建设局", "水务局", "教育局", "办公室", "渔业站", "规划处"]
_COLUMNS = ["工作动态", "通知公告", "政策法规", "基层传真"]


class Page(NamedTuple):
    """A page with its truth: what the document is, line by line; a list page has none."""

    path: str
    url: str
    html: str
    kind: Kind
    title: str
    date: str
    body: tuple[str, ...]
    source: str = ""


class _Article(NamedTuple):
    title: str
    year: int
    month: int
    day: int
    source: str
    body: tuple[str, ...]
    column: str

    @property
    def iso(self) -> str:
        return f"{self.year}-{self.month:02d}-{self.day:02d}"


def _prose(rng: random.Random) -> str:
    """A paragraph of running text."""
    while True:
        text = unstructured.paragraph(rng)
        if "\n" not in text and len(text) >= 30 and text[-1] == "。" and "。" in text[:-1]:
            return text


def _articles(rng: random.Random, count: int) -> list[_Article]:
    out = []
    seen = set()
    while len(out) < count:
        place, thing = rng.choice(_PLACES), rng.choice(_THINGS)
        title = f"{place}{rng.choice(['县', '镇', '区'])}{thing}{rng.choice(_DOES)}" + rng.choice(
            ["", "", "（图）", f"（第{rng.randint(1, 9)}批）"]
        )
        if title in seen:
            continue
        seen.add(title)
        prose = [_prose(rng) for _ in range(rng.randint(2, 9))]
        first = f"{rng.randint(1, 12)}月{rng.randint(1, 28)}日，{place}{thing}现场，{rng.choice(_UNITS)}负责人介绍了{rng.randint(2, 90)}项安排。"
        out.append(
            _Article(
                title,
                rng.randint(2005, 2022),
                rng.randint(1, 12),
                rng.randint(1, 28),
                place + rng.choice(_UNITS),
                (first, *prose),
                rng.choice(_COLUMNS),
            )
        )
    return out


def _forms(rng: random.Random, count: int) -> list[_Article]:
    """Contracts of one form: the same words with other parties and sums; what repeats in them is theirs."""
    out = []
    for n in range(count):
        place = rng.choice(_PLACES)
        body = (
            f"甲方：{place}县{rng.choice(_UNITS)}",
            f"乙方：{rng.choice(_PLACES)}第{n + 1}工程队",
            "根据有关规定，甲乙双方经协商一致，订立本合同，共同遵守。",
            f"一、工程名称：{rng.choice(_THINGS)}（第{n + 1}标段）",
            f"二、合同价款：人民币{rng.randint(10, 900)}万元整。",
            "三、乙方应当按照图纸施工，不得转包。",
            "四、本合同自双方签字盖章之日起生效。",
            "甲方（盖章）：",
            "乙方（盖章）：",
        )
        out.append(
            _Article(
                f"{place}县工程施工合同（{rng.randint(2010, 2020)}-{n + 1:03d}）",
                2000 + rng.randint(8, 22),
                rng.randint(1, 12),
                rng.randint(1, 28),
                f"{place}县公共资源交易中心",
                body,
                "合同公示",
            )
        )
    return out


# ---------------------------------------------------------------- templates


def _paragraphs(body: tuple[str, ...], tag: str = "p") -> str:
    return "\n".join(f"<{tag}>　　{text}</{tag}>" for text in body)


def portal(a: _Article, others: list[_Article], rng: random.Random) -> str:
    """A government's portal of about 2016: divs with names, a toolbar, neighbours below, a slogan above."""
    side = "".join(
        f'<li><a href="/{rng.randint(1, 999)}.html">{o.title}</a><span>{o.month:02d}-{o.day:02d}</span></li>'
        for o in others[:6]
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{a.title}_云栖市人民政府门户网站</title></head><body>
<div class="top"><div class="welcome">今天是{rng.randint(1, 12)}月{rng.randint(1, 28)}日 欢迎访问云栖市人民政府门户网站</div><a href="/wza">无障碍浏览</a></div>
<div class="header"><h1 class="logo">云栖市人民政府</h1><h2>海阔天高 云栖最好</h2></div>
<ul class="nav"><li><a href="/">首页</a></li><li><a href="/zwgk">政务公开</a></li><li class="current"><a href="/gzdt">工作动态</a></li><li><a href="/hdjl">互动交流</a></li></ul>
<div class="main clearfix"><div class="crumb">您所在的位置：<a href="/">首页</a> &gt; <a href="/c">{a.column}</a> &gt; 正文</div>
<div class="article"><div class="article-title">{a.title}</div>
<div class="article-info"><span>{a.iso} {rng.randint(8, 18):02d}:{rng.randint(0, 59):02d}</span><span>{a.source}</span><span>浏览：{rng.randint(3, 9999)}次</span></div>
<div class="article-content" id="zoom{rng.randint(100, 999)}"><div class="TRS_Editor">{_paragraphs(a.body)}</div></div>
<div class="article-foot"><p>本网所载文件以正式文本为准，转载请注明出处。</p><a href="javascript:print()">打印本页</a></div></div>
<div class="side"><h3>推荐阅读</h3><ul>{side}</ul></div></div>
<div class="footer"><p>主办：云栖市人民政府办公室 承办：云栖市信息中心</p><p>网站标识码：3300000001 备案序号：云ICP备05000001号</p></div></body></html>"""


def tables(a: _Article, others: list[_Article], rng: random.Random) -> str:
    """A county's pages of about 2004: nested tables, <font>, a <title> that every page has."""
    links = "<br>".join(f'·<a href="show.asp?id={rng.randint(1, 999)}">{o.title}</a>' for o in others[:5])
    text = "<br>".join("　　" + text for text in a.body)
    return f"""<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>白沙县教育信息网</title></head><body>
<table width=760><tr><td><img src=banner.gif></td></tr><tr><td align=center><a href=/>首页</a> | <a href=/news.asp>教育新闻</a> | <a href=/bbs>论坛</a></td></tr></table>
<table width=760 class=bg><tr><td width=180 valign=top><table><tr><td class=lefttit>站内公告</td></tr><tr><td>热烈庆祝我县教育信息网开通，欢迎投稿！</td></tr>
<tr><td class=lefttit>热门文章</td></tr><tr><td>{links}</td></tr></table></td>
<td valign=top><table class=show><tr><td class=showtitle align=center><font size=4 color=#cc0000><b>{a.title}</b></font></td></tr>
<tr><td class=showinfo align=center>{a.year}年{a.month}月{a.day}日　点击数：{rng.randint(1, 5000)}</td></tr>
<tr><td class=showtext><font size=3>{text}</font></td></tr>
<tr><td class=showend align=right>[<a href="javascript:window.close()">关闭窗口</a>]</td></tr></table></td></tr></table>
<table width=760><tr><td align=center>白沙县教育局信息中心 版权所有 电话：0000-1234567</td></tr></table></body></html>"""


def campus(a: _Article, others: list[_Article], rng: random.Random) -> str:
    """A college's pages: a form around the text, numbers in every name, the school behind the title."""
    n = rng.randint(10000, 99999)
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{a.title}-青屿职业学院-教务处</title></head><body>
<div id="wrapper"><div id="header"><div class="slogan">明德 笃学 求真 致远</div></div>
<div class="menu"><a href="index.htm">网站首页</a><a href="jgsz.htm">机构设置</a><a href="tzgg.htm">{a.column}</a></div>
<div class="content"><form name="_newscontent_fromname"><div class="titlestyle{n}">{a.title}</div>
<div class="timestyle{n}">发布时间：{a.iso}&nbsp;&nbsp;作者：{a.source}&nbsp;&nbsp;浏览次数：</div>
<div id="vsb_content_{n}"><div class="v_news_content">{_paragraphs(a.body)}</div></div>
<p class="pn">上一条：<a href="{rng.randint(1, 999)}.htm">{others[0].title}</a></p><p class="pn">下一条：<a href="{rng.randint(1, 999)}.htm">{others[1].title}</a></p></form></div>
<div class="foot"><p>地址：青屿市滨海路1号 邮编：000000</p><p>青屿职业学院教务处 版权所有</p></div></div></body></html>"""


def news(a: _Article, others: list[_Article], rng: random.Random) -> str:
    """A newspaper's site of today: the logo is the h1, the text ends in what every text ends in, teasers stand around."""
    teasers = "".join(
        f'<div class="card"><a href="/{rng.randint(1, 9999)}">{o.title}</a><p>{o.body[0]}</p><em>{o.iso}</em></div>'
        for o in others[:4]
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><meta property="og:site_name" content="鹭江晚报网"><title>鹭江晚报网 - {a.title}</title></head><body>
<header><h1><a href="/">鹭江晚报网</a></h1><nav><a href="/local">本地</a><a href="/world">国际</a><a href="/sport">体育</a></nav></header>
<main><section class="post"><p class="kicker">{a.column}</p><p class="headline">{a.title}</p><p class="meta"><time>{a.year}/{a.month:02d}/{a.day:02d}</time> <span class="from">{a.source}</span></p>
<div class="share"><button>分享</button><button>收藏</button></div>
<div class="post-body">{_paragraphs(a.body)}<p class="tip">鹭江晚报新媒体中心出品</p><p class="tip">新闻热线 0000-7654321，欢迎读者提供线索。</p></div></section>
<aside><h3>大家都在看</h3>{teasers}</aside></main>
<footer><p>鹭江晚报社 版权所有 未经授权不得转载</p></footer></body></html>"""


def notes(a: _Article, others: list[_Article], rng: random.Random) -> str:
    """A person's pages: the title stands in `<title>` alone, between words that only this site has around it."""
    text = "".join(f"<p>{x}</p>" for x in a.body)
    return f"""<html><head><meta charset="utf-8"><title>灯下 {a.title} 青禾的抽屉，写给远方</title></head><body>
<div id="top"><a href="/">抽屉</a> <a href="/old">旧物</a></div><div id="wrap"><div id="left"><p>养了两只猫，住在河边，偶尔写字。</p><p>来信请寄渡口邮筒。</p></div>
<div id="right"><div class="entry">{text}</div><div class="when">{a.year}.{a.month}.{a.day} 记于灯下</div><div class="more"><a href="{rng.randint(1, 99)}.html">{others[0].title}</a></div></div></div>
<div id="bottom">写字的人 二零零七年至今</div></body></html>"""


def bulletin(a: _Article, others: list[_Article], rng: random.Random) -> str:
    """A club's pages: one `<title>` for all, names that say nothing, other dates and lines around the headline."""
    text = "".join(f"<div>{x}</div>" for x in a.body)
    recent = "".join(f"<div><a href='{rng.randint(1, 99)}'>{o.title}</a> {o.iso}</div>" for o in others[:4])
    return f"""<html><head><meta charset="utf-8"><title>石门渔友俱乐部</title></head><body>
<div class="ta">石门渔友俱乐部</div><div class="tb">第{rng.randint(1, 40)}期夏季联赛报名火热进行中</div><div class="tc">最近更新 {rng.randint(2019, 2022)}-{rng.randint(1, 12):02d}-{rng.randint(1, 28):02d}</div>
<div class="b"><div class="ka">{a.column}栏目由渔业站赞助播出</div><div class="kb">{a.title}</div><div class="kc">{a.source}</div><div class="kd">{a.iso}</div>
<div class="ke">{text}</div><div class="kf">渔友之家，风雨同舟。</div></div><div class="c">{recent}</div></body></html>"""


def listing(template: str, some: list[_Article], rng: random.Random, number: int) -> str:
    """A page of a channel, in the dress of its site: dates and links, with a summary in one of the systems."""
    rows = "".join(
        f'<li><span class="date">[{a.iso}]</span><a href="/a/{rng.randint(1, 9999)}.html">{a.title}</a></li>'
        if template != "news"
        else f'<li><h4><a href="/a/{rng.randint(1, 9999)}.html">{a.title}</a></h4><p>{a.body[0]}</p><span>{a.iso}</span></li>'
        for a in some
    )
    names = {
        "portal": "云栖市人民政府门户网站",
        "tables": "白沙县教育信息网",
        "campus": "青屿职业学院-教务处",
        "news": "鹭江晚报网",
        "notes": "抽屉",
        "bulletin": "石门渔友俱乐部",
    }
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{some[0].column}_{names[template]}</title></head><body>
<div class="header"><h1 class="logo">{names[template]}</h1></div><ul class="nav"><li><a href="/">首页</a></li><li><a href="/c">栏目</a></li></ul>
<div class="list-box"><h2>{some[0].column}</h2><ul class="news-list">{rows}</ul><div class="pages">第{number}页 共{rng.randint(20, 40)}页 <a href="?p=2">下一页</a></div></div>
<div class="footer"><p>{names[template]} 版权所有</p></div></body></html>"""


TEMPLATES: dict[str, Callable[[_Article, list[_Article], random.Random], str]] = {
    "portal": portal,
    "tables": tables,
    "campus": campus,
    "news": news,
    "notes": notes,
    "bulletin": bulletin,
}


def _tables(rng: random.Random, count: int) -> list[_Article]:
    """Announcements that are a list of rows: the same head on each, other rows."""
    out = []
    for n in range(count):
        place = rng.choice(_PLACES)
        rows = (
            f"{k}　{rng.choice(_THINGS)}　{rng.randint(1, 90)}　{rng.randint(10, 9999)}元"
            for k in range(1, rng.randint(4, 12))
        )
        head = f"现将{place}县第{n + 1}批采购结果公布如下，公示期为五个工作日。"
        body = (head, "序号　名称　数量　单价", *rows, "公示期内如有异议，请以书面形式提出。")
        day = rng.randint(2008, 2022), rng.randint(1, 12), rng.randint(1, 28)
        out.append(_Article(f"{place}县第{n + 1}批采购结果公示", *day, f"{place}县财政局", body, "采购公示"))
    return out


def site(
    template: str,
    *,
    articles: int = 40,
    lists: int = 8,
    forms: int = 0,
    reprints: int = 0,
    tables: int = 0,
    seed: int = 1,
) -> list[Page]:
    """Pages of one site, in a fixed order that mixes the kinds."""
    rng = random.Random(f"{template} {seed}")
    made = TEMPLATES[template]
    host = f"www.{template}{seed}.example"
    every = _articles(rng, articles)
    around = [*every, *_articles(rng, 24)]
    pages: list[Page] = []

    def put(kind: Kind, html: str, a: _Article | None) -> None:
        n = len(pages)
        path = f"{host}/{kind}/{n}.html"
        pages.append(
            Page(path, f"http://{path}", html, kind, a.title, a.iso, a.body, a.source if a.source in html else "")
            if a
            else Page(path, f"http://{path}", html, kind, "", "", ())
        )

    for a in every:
        put("article", made(a, rng.sample(around, 8), rng), a)
    for a in _forms(rng, forms):
        put("form", made(a, rng.sample(around, 8), rng), a)
    for a in _tables(rng, tables):
        put("table", made(a, rng.sample(around, 8), rng), a)
    for a in every[:reprints]:
        put("reprint", made(a, rng.sample(around, 8), rng), a)
    for n in range(lists):
        put("list", listing(template, rng.sample(around, 12), rng, n + 1), None)
    rng.shuffle(pages)
    return pages
