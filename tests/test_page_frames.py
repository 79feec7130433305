"""What stands around and between texts: numbers beside code, feeds saved as pages, pages that list others, days of items."""

import pytest

import ingest

BODY = "".join(
    f"<p>第{n}段写的是岚江东岸的供水管网怎样改造，工期多长，由谁负责，居民什么时候能用上水。</p>" for n in range(1, 5)
)
CODE = ["int main() {", "  int sum = 0;", "  for (int i = 0; i < 9; i++)", "    sum += i;", "  return sum;", "}"]


def read(html: str, source: str = "blog/a.html") -> ingest.CuratedDocument:
    return ingest.curate(html, source=source, media_type="text/html")


def article(inside: str) -> str:
    return (
        "<html><head><title>求和的三种写法 - 林远的小站</title></head><body><article><h1>求和的三种写法</h1>"
        f"<div class=content>{BODY}{inside}<p>以上就是三种写法，哪一种更快，读者可以自己试一试。</p></div></article></body></html>"
    )


def joined(lines: list[str], before: str, after: str) -> str:
    return "".join(f"{before}{line}{after}" for line in lines)


NUMBERS = [str(n) for n in range(1, len(CODE) + 1)]
ESCAPED = [line.replace("<", "&lt;") for line in CODE]


@pytest.mark.parametrize(
    "code",
    [
        # a cell of numbers beside one of code, by its name
        f'<figure class="highlight c"><table><tr><td class="gutter"><pre>{joined(NUMBERS, "<span class=line>", "</span><br>")}</pre></td>'
        f'<td class="code"><pre>{joined(ESCAPED, "<span class=line>", "</span><br>")}</pre></td></tr></table></figure>',
        # a box for each number
        f'<div class="crayon-main"><table><tr><td class="crayon-nums"><div>{joined(NUMBERS, "<div class=crayon-num>", "</div>")}</div></td>'
        f"<td><pre>{'<br>'.join(ESCAPED)}</pre></td></tr></table></div>",
        # without a name, as far as there is code beside them
        f"<table><tr><td><pre>{'<br>'.join(NUMBERS)}</pre></td><td><pre>{'<br>'.join(ESCAPED)}</pre></td></tr></table>",
        # before each line
        "<div class=highlight><pre class=chroma><code>"
        + "\n".join(f"<span class=ln>{n}</span><span>{line}</span>" for n, line in zip(NUMBERS, ESCAPED, strict=True))
        + "</code></pre></div>",
        # a single line of code
        '<figure class="highlight"><table><tr><td class="gutter"><pre><span class=line>1</span></pre></td>'
        f'<td class="code"><pre>{ESCAPED[2]}</pre></td></tr></table></figure>',
    ],
    ids=["cell", "boxes", "nameless", "before", "single"],
)
def test_the_numbers_of_lines_of_code_go(code):
    doc = read(article(code))
    lines = [line.strip() for line in doc.text.split("\n")]
    assert not any(line.isdigit() for line in lines)
    assert CODE[2].strip() in lines
    struck = [e for e in doc.edits if "line-numbers" in e.rules]
    assert struck and all(e.before.strip() for e in struck)
    again = ingest.curate(doc.text, source="x.txt", media_type="text/plain")
    assert again.text == doc.text


@pytest.mark.parametrize(
    ("inside", "kept"),
    [
        ("<table border=1><tr><th>序号</th><th>河段</th></tr>" + joined(["1</td><td>东岸", "2</td><td>西岸", "3</td><td>北岸"], "<tr><td>", "</td></tr>") + "</table>", "2\t西岸"),
        ("<pre>1. 打开阀门\n2. 等待十分钟\n3. 关上阀门</pre>", "2. 等待十分钟"),
        ("<pre><b>1</b> 打开阀门\n<b>2</b> 等待十分钟\n<b>3</b> 关上阀门</pre>", "2 等待十分钟"),
        ("<p>三年的读数依次是：</p><pre>1\n2\n3\n4</pre><p>可见每年都在上涨。</p>", "\n3\n"),
        ("<div class=gutter>左岸的读数是 12。</div>", "左岸的读数是 12。"),
    ],
    ids=["ordinals", "list", "bold list", "figures", "words"],
)  # fmt: skip
def test_numbers_of_the_text_stay(inside, kept):
    doc = read(article(inside))
    assert kept in doc.text and not any("line-numbers" in e.rules for e in doc.edits)


ITEMS = joined([f"<title>第{n}期</title><description>东岸供水管网改造的进展，一共三千字。</description>" for n in range(3)], "<item>", "</item>")  # fmt: skip


@pytest.mark.parametrize(
    "raw",
    [
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>林远的小站</title>{ITEMS}</channel></rss>',
        f'<br /><b>Deprecated</b>: in <b>a.php</b><br /><rdf:RDF xmlns="http://purl.org/rss/1.0/"><channel><title>林远的小站</title></channel>{ITEMS}</rdf:RDF>',
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>林远的小站</title><entry><title>东岸供水</title><content type="html">'
        "&lt;html&gt;改造工程今天完工，居民用上了水。&lt;/html&gt;</content></entry></feed>",
        "<urlset><url><loc>https://www.yunling.example/东岸供水管网改造工程完工.html</loc></url></urlset>",
    ],
    ids=["rss", "rdf", "atom", "sitemap"],
)
def test_a_feed_saved_as_a_page_is_a_list(raw):
    with pytest.raises(ingest.Rejected) as why:
        read(raw)
    assert why.value.reason == "no_content" and "list" in why.value.message


def test_a_text_about_feeds_is_a_document():
    doc = read(article("<pre>&lt;rss&gt;&lt;item&gt;</pre><feed><entry></entry></feed>"))
    assert doc.document.title == "求和的三种写法"


def blog(title: str, inside: str) -> str:
    rows = joined([f'<a href="/p/{n}.html">岚江沿岸的第{n}篇旧文章</a>' for n in range(20)], "<li>", "</li>")
    return (
        f"<html><head><title>{title}</title></head><body><div class=main>{inside}</div>"
        f"<div class=side><h3>近期文章</h3><ul>{rows}</ul></div></body></html>"
    )


ONE = f'<article><div class=meta><time datetime="2019-12-30">2019-12-30</time></div><h2><a href="/2019/a.html">岚江笔记</a></h2><div class=content>{BODY}</div></article>'


@pytest.mark.parametrize(
    "title",
    ["标签: 水务 - 林远的小站", "分类 水务 下的文章 - 林远的小站", "归档 | 林远的小站", "Category Archives: 水务 | 林远的小站"],
)  # fmt: skip
def test_a_page_that_says_it_lists_others_is_flagged_and_has_no_day_of_theirs(title):
    doc = read(blog(title, ONE))
    assert "listing" in doc.document.flags and doc.document.published_on is None


@pytest.mark.parametrize(
    "title", ["标签的三种用法 - 林远的小站", "归档管理办法 | 江城市档案馆", "给文章加标签 - 林远的小站"]
)
def test_a_text_about_labels_is_none(title):
    name = title[: title.index(" ")]
    inside = f"<h1>{name}</h1><div class=meta>发布时间：2019-12-30</div><div class=content>{BODY}</div>"
    doc = read(blog(title, inside))
    assert "listing" not in doc.document.flags and str(doc.document.published_on) == "2019-12-30"


@pytest.mark.parametrize(
    ("source", "title"),
    [
        ("blog/tags/python/index.html", "python · 林远的小站"),
        ("blog/categories/%E6%B0%B4%E5%8A%A1/index.html", "水务 · 林远的小站"),
        ("blog/archives/2023/02/index.html", "二月 2023 | 林远的小站"),
        ("blog/page/4/index.html", "林远的小站"),
    ],
)
def test_a_page_where_blogs_list_others_is_flagged(source, title):
    doc = ingest.curate(blog(title, ONE), source=source, media_type="text/html")
    assert "listing" in doc.document.flags and doc.document.published_on is None


@pytest.mark.parametrize(
    "source", ["blog/category/dongan/index.html", "blog/archives/61/index.html", "blog/tags/a/b.html"]
)
def test_a_text_that_lies_there_is_a_document(source):
    inside = f"<h1>东岸供水札记</h1><div class=meta>发布时间：2019-12-30</div><div class=content>{BODY}</div>"
    doc = ingest.curate(blog("东岸供水札记 - 林远的小站", inside), source=source, media_type="text/html")
    assert "listing" not in doc.document.flags and str(doc.document.published_on) == "2019-12-30"


@pytest.mark.parametrize("more", ["[阅读全文]", "Read More —", "查看详情 »"])
def test_summaries_that_go_on_elsewhere_are_a_list(more):
    rows = "".join(
        f"<div><p>东岸第{n}处管网今天接通，居民用上了稳定的自来水，洗澡做饭都不耽误。</p><p><a href='/{n}.html'>{more}</a></p></div>" for n in range(4)
    )  # fmt: skip
    html = f"<html><head><title>动态_云栖网</title></head><body><div class=main>{rows}</div></body></html>"
    assert "listing" in read(html).document.flags
    one = article(f"<p>他在信中说，<a href='/all.html'>{more}</a></p>")
    assert "listing" not in read(one).document.flags


@pytest.mark.parametrize(
    "html",
    [
        "<title>502</title><h1>502</h1><p>抱歉！源站出现问题，暂时无法访问！请稍后再试，或者联系网站的管理员处理这个问题。</p>"
        * 6,
        "<h1>{{ page.title }}</h1>{% for post in posts %}<p>{{ post.text }}</p>{% endfor %}<p>下载本站的工具箱，开始使用吧。</p>",
        "<title>会员</title><p>{dede:field.title /}</p><p>{dede:pagelist listitem='info'/}</p><p>共有若干名会员，请在下面选择。</p>",
    ],
)
def test_errors_and_templates_are_no_documents(html):
    with pytest.raises(ingest.Rejected) as why:
        read(f"<html><body>{html}</body></html>")
    assert why.value.reason == "no_content"


def test_a_text_about_templates_is_a_document():
    doc = read(article("<pre>{{ page.title }}\n{{ page.text }}</pre><p>写成 {{ title }} 就会被填上标题。</p>"))
    assert "{{ page.title }}" in doc.text


@pytest.mark.parametrize(
    "item",
    [
        "<div class=row><a href='javascript:;'>{t}</a><p>{d}</p></div><p>{x}</p><hr>",
        "<dl><dt>{t}</dt><dd class=day>{d}</dd><dd>{x}</dd></dl>",
        "<div class=item><span class=t>{t}</span><div class=day>[{d}]</div><div>{x}</div></div>",
    ],
)
def test_days_of_items_are_not_the_page_s(item):
    rows = "".join(
        item.format(t=f"沿岸第{n}处管网改造", d=f"2018-04-{20 + n}", x="改造工程今天完工，居民用上了稳定的自来水，洗澡做饭都不耽误了。" * 3 + "...")
        for n in range(3)
    )  # fmt: skip
    doc = read(f"<html><head><title></title></head><body><div class=content>{rows}</div></body></html>")
    assert doc.document.published_on is None and "listing" in doc.document.flags


def test_a_day_below_the_title_stays_whatever_days_follow():
    days = "".join(f"<p>2019年3月{n}日</p><p>这一天东岸的管网又接通了一段，一共八百米。</p>" for n in range(5, 9))
    html = f"<html><head><title>东岸供水大事记_云栖网</title></head><body><div class=content><h1>东岸供水大事记</h1><div class=info>2020年1月2日 10:20</div>{days}</div></body></html>"
    doc = read(html)
    assert str(doc.document.published_on) == "2020-01-02" and "listing" not in doc.document.flags


@pytest.mark.parametrize(
    ("said", "found"), [("网站名称", None), ("公司名称", None), ("云栖网", "云栖网"), ("站点", "站点")]
)
def test_a_template_s_words_are_no_publisher(said, found):
    html = f'<html><head><meta name="SiteName" content="{said}"><title>东岸供水管网改造工程完工</title></head><body><h1>东岸供水管网改造工程完工</h1><div>{BODY}</div></body></html>'
    assert read(html).document.publisher == found


@pytest.mark.parametrize("next_line", ["各位考生：", "各有关单位：", "尊敬的用户：", "添加评论", "有人参与"])
def test_what_follows_an_empty_label_is_no_publisher(next_line):
    html = (
        "<html><head><title>东岸供水管网改造工程完工</title></head><body><h1>东岸供水管网改造工程完工</h1>"
        f"<div class=info>发布时间：2020-01-02</div><div>来源：</div><p>{next_line}</p>{BODY}</body></html>"
    )
    assert read(html).document.publisher is None


def test_a_medium_on_the_next_line_is_one():
    html = (
        "<html><head><title>东岸供水管网改造工程完工</title></head><body><h1>东岸供水管网改造工程完工</h1>"
        f"<div class=info>发布时间：2020-01-02</div><div>来源：</div><div>各界日报</div>{BODY}</body></html>"
    )
    assert read(html).document.publisher == "各界日报"
