"""Pages that mean harm, each made by a few lines, so that no large file lies in the repository.

A maker gives the page (bytes or str). `cases/hostile.json` says what has to become of each, and within what.
"""

import random
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import made

import ingest

TEXT = "云岭县人民政府关于河道治理工作的通知\n各乡镇人民政府：\n为做好河道治理工作，现将有关事项通知如下。\n"
BODY = "".join(f"<p>第{n}项工作由云岭县水务局负责，各乡镇配合，按月报告进度，年底前全部完成。</p>" for n in range(20))
MAKERS: dict[str, Callable[[int], bytes | str]] = {}


def maker(function: Callable[[int], bytes | str]) -> Callable[[int], bytes | str]:
    MAKERS[function.__name__] = function
    return function


def page(body: str, head: str = "", attributes: str = "") -> str:
    """An ordinary page with something in it."""
    return (
        f"<!DOCTYPE html><html><head><meta charset=utf-8><title>河道治理工作通知</title>{head}</head>"
        f"<body {attributes}><h1>河道治理工作通知</h1>{BODY}{body}</body></html>"
    )


def plain(text: str) -> str:
    return TEXT + text


# -------------------------------------------------------------------- characters


@maker
def nul_in_text(n: int) -> str:
    return plain("河道\0治理\x01工作\x1b[31m完成\x07。\n" * n)


@maker
def nul_in_html(n: int) -> bytes:
    return page("<p>河道\0治理\x01工作\x1b[31m完成\x07。</p>" * n).encode()


@maker
def lone_surrogates(n: int) -> str:
    return plain("河道\ud800治理\udfff工作完成。\n" * n)


@maker
def lone_surrogates_in_html(n: int) -> str:
    return page("<p>河道\ud800治理\udfff工作完成。</p>" * n)


@maker
def surrogates_as_utf8(n: int) -> bytes:
    return plain("河道\ud800治理\udfff工作完成。\n" * n).encode("utf-8", "surrogatepass")


@maker
def surrogate_references(n: int) -> str:
    return page("<p>河道&#xD800;治理&#57343;工作&#x110000;完成&#0;。</p>" * n)


@maker
def half_utf16(n: int) -> bytes:
    return b"\xff\xfe" + plain("河道治理工作完成。\n" * n).encode("utf-16-le") + b"\x3d\xd8\x0a"


@maker
def bidi_controls(n: int) -> str:
    return plain("河道\u202e治理\u2066工作\u200f完成。\n" * n)


@maker
def zero_width(n: int) -> str:
    return plain("河\u200b道\u200d治\ufeff理\u2060工\u00ad作完成。\n" * n)


@maker
def private_use(n: int) -> str:
    return plain("河道\ue5d2治理\U000f0001工作完成。\n" * n)


@maker
def combining(n: int) -> str:
    return plain("河" + "\u0301" * n + "道治理工作完成。\n")


@maker
def control_in_title(n: int) -> str:
    return page("").replace("<h1>河道", "<h1>\x1b]0;owned\x07\x1b[2J\u202e河道" * n, 1)


@maker
def bad_utf8(n: int) -> bytes:
    return TEXT.encode() + b"\xe6\xb2\xb3\xe9\x81" * n


# -------------------------------------------------------------------- markup


@maker
def nested(n: int) -> str:
    return page("<div>" * n + "河道治理工作完成。")


@maker
def nested_inline(n: int) -> str:
    return page("<b>" * n + "河道治理工作完成。")


@maker
def nested_tables(n: int) -> str:
    return page("<table><tr><td>" * n + "河道治理工作完成。")


@maker
def misnested(n: int) -> str:
    return page("<a><b><i><p>河道" * n)


@maker
def formatting(n: int) -> str:
    """Each paragraph opens again what was opened in all before: n tags make n * n elements."""
    return page("".join(f"<p><font a={k}>河" for k in range(n)))


@maker
def lists(n: int) -> str:
    return page("<ul><li>" * n + "河道治理工作完成。")


@maker
def attributes(n: int) -> str:
    return page("", attributes=" ".join(f"a{k}=1" for k in range(n)))


@maker
def attributes_unspaced(n: int) -> str:
    return page("", attributes="".join(f"a{k}='1'" for k in range(n)))


@maker
def attributes_slashed(n: int) -> str:
    return page("", attributes="/".join(f"a{k}" for k in range(n)))


@maker
def attributes_lined(n: int) -> str:
    return page("", attributes="\n".join(f"a{k}" for k in range(n)))


@maker
def attributes_behind_gt(n: int) -> str:
    return page("", attributes='x=">" ' + " ".join(f"a{k}" for k in range(n)))


@maker
def attributes_many_tags(n: int) -> str:
    tag = "<p " + " ".join(f"a{k}" for k in range(3900)) + ">河道治理工作完成。</p>"
    return page(tag * n)


@maker
def attribute_long(n: int) -> str:
    return page("", attributes=f"title='{'河' * n}'")


@maker
def tags(n: int) -> str:
    return page("<i>河</i>" * n)


@maker
def voids(n: int) -> str:
    return page("<br>" * n)


@maker
def paragraphs(n: int) -> str:
    return page("<p>河道治理工作完成。</p>" * n)


@maker
def ids(n: int) -> str:
    return page("".join(f"<span id=a{k}>河道</span>" for k in range(n)))


@maker
def unclosed_comment(n: int) -> str:
    return page("<!-- " + "河道治理" * n)


@maker
def unclosed_script(n: int) -> str:
    return page("<script>" + "<!--<script>" * n)


@maker
def comments(n: int) -> str:
    return page("<!" * n + "<!--" * n)


@maker
def entities(n: int) -> str:
    return page("<p>" + "&amp;lt;&nbsp;&#x6cb3;&bogus;&" * n + "</p>")


@maker
def entity_bomb(n: int) -> str:
    inner = "".join(f'<!ENTITY a{k} "{f"&a{k - 1};" * 10}">' for k in range(1, n))
    return f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY a0 "河道">{inner}]>' + page(f"<p>&a{n - 1};</p>")


@maker
def external_entity(n: int) -> str:
    return '<?xml version="1.0"?><!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + page("<p>&x;</p>" * n)


@maker
def table_cells(n: int) -> str:
    row = "<tr>" + "<td>1</td>" * 1000 + "</tr>"
    return page("<table border=1>" + row * (n // 1000) + "</table>")


@maker
def table_spans(n: int) -> str:
    row = f"<tr><td colspan={n}>甲</td><td rowspan={n}>乙</td><td>丙</td></tr>"
    return page("<table border=1>" + row * 20 + "</table>")


@maker
def tables_with_spans(n: int) -> str:
    row = "<tr><td colspan=999 rowspan=999>甲</td><td>乙</td><td>丙</td></tr>"
    return page(("<table border=1>" + row * 3 + "</table>") * n)


@maker
def span_nonsense(n: int) -> str:
    row = "<tr><td colspan=-1>甲</td><td rowspan='²'>乙</td><td colspan=1e9 rowspan=٣>丙</td></tr>"
    return page("<table border=1>" + row * n + "</table>")


@maker
def style_long(n: int) -> str:
    return page(f"<p style='display {' ' * n}x: none'>河道治理工作完成。</p>" + "<p style='border-a-b'>河</p>")


@maker
def border_style(n: int) -> str:
    cells = "<tr><td>甲</td><td>乙</td></tr>" * 3
    return page(f"<table style='border{'-a' * n}'>{cells}</table>")


@maker
def meta_many(n: int) -> str:
    return page("", head="".join(f"<meta name=k{k} content='{'河' * 20}'>" for k in range(n)))


@maker
def linked_data(n: int) -> str:
    return page("", head="<script type='application/ld+json'>" + "[" * n + "</script>")


@maker
def title_long(n: int) -> str:
    return page("").replace("<title>", "<title>" + "河道_" * n)


@maker
def titles_repeated(n: int) -> str:
    return page("<h1>河道治理工作通知</h1>" * n)


@maker
def headings_html(n: int) -> str:
    return page("".join(f"<h2>{made.PLACES[k % 6]}工作之{k}</h2><p>抓好落实。</p>" for k in range(n)))


@maker
def pre_lines(n: int) -> str:
    return page("<pre>" + "河道治理\n" * n + "</pre>")


# -------------------------------------------------------------------- text


@maker
def one_line(n: int) -> str:
    return TEXT + "河道治理工作由县水务局负责各乡镇配合" * (n // 18)


@maker
def one_line_damaged(n: int) -> str:
    return TEXT + "河道治理？工作?由县？?务局" * (n // 13)


@maker
def question_marks(n: int) -> str:
    draw = random.Random(1)
    return plain("".join("河道治理工作负责配合进度"[draw.randrange(12)] + "?" * draw.randrange(3) for _ in range(n)))


@maker
def glosses(n: int) -> str:
    return plain("经(jīng)济(jì)发(fā)展(zhǎn)" * n)


@maker
def gloss_open(n: int) -> str:
    return plain("經(jing" * n)


@maker
def letters(n: int) -> str:
    return plain("(" + "zhuang" * n)


@maker
def mojibake(n: int) -> str:
    return plain("河道治理".encode().decode("latin-1") * n)


@maker
def mojibake_gbk(n: int) -> str:
    return plain("河道治理工作".encode().decode("gb18030", "replace") * n)


@maker
def mojibake_pairs(n: int) -> str:
    text = "渡口位于云溪县东部，北靠青山，南临大河，是附近船家停船避风的地方，也是游客看日出的去处。各有关部门要抓好本方案的落实。"
    shown = text.encode("gbk").decode("big5", "replace")
    return page(
        "<p>渡口改造工程方案已经公布，请各镇对照落实。</p>"
        + "".join(f"<p>{shown[k % 40 :]}{shown[: k % 37]}</p>" for k in range(n))
    )


@maker
def percent(n: int) -> str:
    return plain("%E6%B2%B3" * n)


@maker
def backslashes(n: int) -> str:
    return plain("\\u6cb3\\\\" * n)


@maker
def references(n: int) -> str:
    return plain("&#27827;&amp;amp;" * n)


@maker
def placeholders(n: int) -> str:
    """What a program fills in, and at the end what it does not."""
    return page("<p>" + "{{ a }} {% b %} " * (n // 2) + "渡口</p>")


@maker
def short_names(n: int) -> str:
    """Each is looked for behind the titles that stand before it."""
    return plain("（以下简称本法）" * (n // 4))


@maker
def short_names_and_titles(n: int) -> str:
    return plain("《渡口管理办法》（以下简称办法）" * (n // 8))


@maker
def ranges(n: int) -> str:
    return plain("第一条至" * (n // 2))


def _broken(lines: list[str]) -> str:
    """A page of nothing but short lines behind a sentence, as <br> breaks them."""
    text = "渡口位于云溪县东部，北靠青山，南临大河，是附近船家停船避风的地方。"
    return f"<html><body><h1>渡口改造</h1><p>{text}</p><p>{'<br>'.join(lines)}</p></body></html>"


@maker
def short_lines(n: int) -> str:
    return _broken(["云溪渡口夜航"] * n)


@maker
def short_lines_numbered(n: int) -> str:
    return _broken([f"附件{k}：渡口名录" for k in range(n)])


@maker
def short_lines_dated(n: int) -> str:
    return _broken(["云溪县人民政府", "2021年3月5日"] * (n // 2))


@maker
def strays(n: int) -> str:
    """Single characters of the other script in one line without a sign, behind an address."""
    return plain("见 example.org/a " + "各镇按照方案落实渡口改造工程结束後请及时报告" * (n // 20))


@maker
def parentheses(n: int) -> str:
    return plain("(" * n)


@maker
def brackets(n: int) -> str:
    return plain("【《（“" * n)


@maker
def repeated(n: int) -> str:
    """Runs of what the patterns repeat; which, is told by the cases."""
    raise NotImplementedError


@maker
def markers(n: int) -> str:
    return plain("".join(f"{k}、河道治理。\n" for k in range(1, n + 1)))


@maker
def markers_same(n: int) -> str:
    return plain("一、河道治理。\n" * n)


@maker
def markers_inline(n: int) -> str:
    return plain("第十条河道治理，" * n)


@maker
def articles(n: int) -> str:
    return plain("".join(f"第{k % 9999}条 河道治理。\n" for k in range(1, n + 1)))


@maker
def markers_deep(n: int) -> str:
    return plain("".join("一、（一）1.（1）①河道治理。\n" for _ in range(n)))


@maker
def headings(n: int) -> str:
    return plain("".join(f"工作之{k}\n各乡镇要抓好落实，按月报告。\n" for k in range(n)))


@maker
def lines_short(n: int) -> str:
    return plain("河道\n" * n)


@maker
def lines_blank(n: int) -> str:
    return plain("\n" * n + "河道治理。")


@maker
def lines_wrapped(n: int) -> str:
    return plain(("河道治理工作由县水务局负责各乡镇配合做好进" + "\n") * n)


@maker
def words_wrapped(n: int) -> str:
    return plain(("Aaaaaaaa bbbbbbbbb ccccccccc ddddd" + "\n") * n + "河道治理" * n)


@maker
def page_numbers(n: int) -> str:
    return plain("".join(f"河道治理\n{k % 9999}\n" for k in range(n)))


@maker
def notices_many(n: int) -> str:
    return plain("责任编辑：张三\n来源：云岭县\n" * n)


@maker
def table_of_tabs(n: int) -> str:
    return plain("甲\t乙\t丙\n" * n)


@maker
def tabs(n: int) -> str:
    return plain("河道" + "\t" * n + "治理")


@maker
def spaces(n: int) -> str:
    return plain("河道" + " " * n + "治理\n" + " " * n)


@maker
def filed(n: int) -> str:
    return "河道治理\n" + "".join(f"分类：河道{k}\n" for k in range(n)) + TEXT


@maker
def blanks_to_fill_in(n: int) -> str:
    return plain("第一条 合同如下。\n" + "".join(f"地址{k}：________\n" for k in range(n)))


@maker
def second_chapters(n: int) -> str:
    return plain("".join(f"第{k + 1}编 河道\n第二章 治理\n第{k + 1}条 河道治理。\n" for k in range(n // 3)))


@maker
def days_before_blanks(n: int) -> str:
    days = (f"20{k % 90 + 10}-{k % 12 + 1:02d}-{k % 28 + 1:02d} {k % 9}{' ' * 42}字丙" for k in range(n))
    posts = "".join(f"<div class=post><h3>河道{k}</h3><pre>{day}</pre></div>" for k, day in enumerate(days))
    return f"<title>河道治理</title><div class=content><h1>河道治理</h1><p>{TEXT}</p><div>{posts}</div></div>"


@maker
def headings_over_links(n: int) -> str:
    parts = (f"<h2>河道{k}</h2><div><a href=/{k}>治理</a></div><blockquote>{TEXT}</blockquote>" for k in range(n))
    return f"<div><h1>河道治理</h1>{''.join(parts)}</div>"


@maker
def short_paragraphs(n: int) -> str:
    return f"<title>云岭县水务论坛</title><h1>河道治理</h1>{'<p>河道治理</p>' * n}"


@maker
def headings_like_the_title(n: int) -> str:
    return f"<title>河道的治理_云岭县水务论坛</title>{'<h3>河道的治理</h3>' * n}"


@maker
def blanks_in_a_marked_heading(n: int) -> str:
    return plain(f"## 河道{' ' * n}治理\n河道治理。\n## 堤防\n堤防治理。\n")


@maker
def contents_again_and_again(n: int) -> str:
    led = "".join(f"第{k}段河道治理....................{k}\n" for k in range(3))
    said = "河道的治理由各乡镇负责，按月报告进度，年底前全部完成，逾期没有完成的，说明理由，并且报告县水务局和县人民政府。\n"
    return plain((led + said * 5) * n)


@maker
def traditional(n: int) -> str:
    return plain("經濟發展與國際關係，乾隆年間的資料庫。\n" * n)


# -------------------------------------------------------------------- what became of it


def outcome(name: str, n: int, media_type: str | None = None) -> dict[str, object]:
    """Curates what a maker makes, and tells what came of it, the seconds and the megabytes it took."""
    raw = MAKERS[name](n)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    begun = time.process_time()  # a busy machine must not change what is found
    told: dict[str, object] = {}
    try:
        doc = ingest.curate(raw, source="hostile.html", media_type=media_type)
        told |= {"outcome": "document", "flags": list(doc.document.flags), "title": doc.document.title}
        told |= {"records": len(doc.records), "edits": len(doc.edits), "text": doc.text[:2000]}
    except ingest.Rejected as error:
        told |= {"outcome": error.reason, "message": error.message}
    told["seconds"] = round(time.process_time() - begun, 2)
    told["mb"] = _peak()
    return told


def _peak() -> int:
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
