"""Wrapped lines: texts of known paragraphs, broken by width in every way that programs break them."""

import random
import textwrap

import pytest
import wcwidth

import ingest
from ingest import outline

_SIGNS = "，。、；：？！）》”"
_TOWNS = ("云溪县", "白鹭渡", "南浦镇", "青石镇", "柳溪镇")
_DEEDS = ("修好码头", "检查渡船", "登记船工", "清点救生设备", "公布客票价格", "疏通航道", "更换浮标", "补种护岸林")
_ENDS = (
    "由镇政府每年核定一次",
    "应当在30日内报县交通局备案",
    "所需费用列入2021年度预算",
    "并在码头的公告栏里张贴",
    "不得收取“押金”",
)


def paragraphs(seed, count=40):
    """Paragraphs of one to four sentences, with figures and quotation marks in them; every tenth is a short heading."""
    rng = random.Random(seed)

    def sentence():
        parts = [rng.choice(_TOWNS) + rng.choice(_DEEDS)]
        parts += [rng.choice(_DEEDS) + f"{rng.randint(2, 99)}处" for _ in range(rng.randint(0, 3))]
        return "，".join([*parts, rng.choice(_ENDS)]) + "。"

    out = []
    for n in range(count):
        if n % 10 == 0:
            out.append(f"{'一二三四五六'[n // 10]}、{rng.choice(_DEEDS)}")
        else:
            out.append("".join(sentence() for _ in range(rng.randint(1, 4))))
    return out


def columns(text, wide=2):
    """Columns of a text: by wcwidth, or with the signs that it counts half counted whole."""
    return sum(2 if wide and char in "“”‘’…—·" else max(0, wcwidth.wcwidth(char)) for char in text)


def by_columns(paragraph, width, first="", further="", wide=2, keep=False):
    """A paragraph broken greedily at a width in columns; `keep`: no line begins with a closing sign."""
    out, line = [], first
    for char in paragraph:
        if columns(line + char, wide) > width:
            if keep and char in _SIGNS and line[-1] not in _SIGNS:
                out.append(line[:-1])
                line = further + line[-1]
            else:
                out.append(line)
                line = further
        line += char
    return [*out, line]


WRAPS = {
    "characters": lambda p: [p[i : i + 31] for i in range(0, len(p), 31)],
    "columns": lambda p: by_columns(p, 60),
    "odd columns": lambda p: by_columns(p, 63),
    "terminal": lambda p: by_columns(p, 56, wide=0),
    "no sign begins a line": lambda p: by_columns(p, 60, keep=True),
    "indented": lambda p: by_columns(p, 64, "\u3000\u3000", keep=True),
    "hanging": lambda p: by_columns(p, 60, "", "    "),
    "indent lost": lambda p: [line.strip() for line in by_columns(p, 60, "\u3000\u3000")],
    "hanging indent lost": lambda p: [line.strip() for line in by_columns(p, 60, "", "    ")],
    "textwrap": lambda p: textwrap.wrap(p, 34),
}


@pytest.mark.parametrize("between", ["\n", "\n\n"], ids=["lines", "blank lines"])
@pytest.mark.parametrize("form", WRAPS)
def test_paragraphs_come_back(form, between):
    """Nearly all paragraphs are whole again; without blank lines or indents a full line that ends a sentence tells nothing."""
    right = want = 0
    for seed in range(6):
        given = paragraphs(seed)
        text = between.join("\n".join(WRAPS[form](p)) for p in given)
        doc = ingest.curate(text, source="wrapped.txt", media_type="text/plain")
        heads = {(r.label or "") + (r.heading or "") for r in doc.records}
        found = heads | {part for r in doc.records for part in (r.text, (r.heading or "") + r.text)}
        right += sum(p in found for p in given)
        want += len(given)
    told = between == "\n\n" or form in ("indented", "hanging", "indent lost")
    assert right >= (0.98 if told else 0.9) * want, (right, want)


HANGS = {"four columns": "    ", "two wide blanks": "\u3000\u3000", "a tab's eight": " " * 8}


@pytest.mark.parametrize("between", ["", "\n"], ids=["lines", "blank lines"])
@pytest.mark.parametrize("hang", HANGS.values(), ids=HANGS)
def test_items_hang_and_articles_go_on_at_the_margin(hang, between):
    """As files of statutes are set: the number on a line of its own, its text at the margin, only the items hang."""
    lines, want = [], []
    for n, p in enumerate((p for p in paragraphs(8, 60) if "。" in p), 1):
        items = [f"{'一二三'[k]}、{q[:-1]}者。" for k, q in enumerate(paragraphs(n, 4)[1:4])] if n % 4 == 0 else []
        lines += [f"第 {n} 条", *by_columns(p, 64)]
        lines += [line for item in items for line in by_columns(item, 64, "", hang)]
        lines += [""] * len(between)
        want += [p, *(item[2:] for item in items)]
    doc = ingest.curate("\n".join(lines), source="statute.txt", media_type="text/plain")
    found = {part for r in doc.records for part in (r.text, (r.heading or "") + r.text)}
    assert sum(p in found for p in want) >= 0.98 * len(want), [p for p in want if p not in found]


def test_where_all_paragraphs_hang_the_margin_begins_one():
    """Also behind a full line that ends no sentence: a form's last line, a name."""
    given = [p if n % 9 else p[:28] + "附图一张" for n, p in enumerate(paragraphs(4))]
    text = "\n".join(line for p in given for line in by_columns(p, 64, "", "    "))
    doc = ingest.curate(text, source="hanging.txt", media_type="text/plain")
    found = {
        part for r in doc.records for part in (r.text, (r.heading or "") + r.text, (r.label or "") + (r.heading or ""))
    }
    assert sum(p in found for p in given) >= 0.95 * len(given), [p for p in given if p not in found]


UNWRAPPED = {
    "names": "\n".join(f"{a}{b}　{c}{d}　{a}{d}　{c}{b}　{b}{a}" for a, b, c, d in zip("陈林黄张李王吴刘", "大小文武春秋冬夏", "周徐孙马朱胡郭何", "山川江河湖海云雨", strict=True)),
    "verses": "白鹭渡头春水生，南浦桥边柳色青。\n船娘摇橹过前滩，夜半钟声到客船。\n青石镇里灯如豆，云溪城外月如弓。\n山中一夜雨初歇，树上百花香正浓。\n渡口人家烟火近，沙洲雁阵影儿重。\n莫问归期何日是，江流不尽水向东。",
    "items": "\n".join(f"{n}.{town}{deed}的资金安排与验收办法" for n, (town, deed) in enumerate(zip(_TOWNS * 2, ["修好码头", "检查渡船", "登记船工", "更换浮标", "疏通航道"] * 2, strict=True), 1)),
    "sentences": "\n".join(f"{town}在今年三月{deed}，由镇政府派人验收。" for town, deed in zip(_TOWNS * 2, ["修好码头", "检查渡船", "登记船工", "更换浮标", "疏通航道"] * 2, strict=True)),
    "stations": "\n".join(f"{town}渡口管理站北岸码头第{n}值班室" for n, town in enumerate(_TOWNS * 2, 1)),
    "labels": "项目编号：JC-2021-018\n项目名称：东山路管网改造工程\n采购人：江城市水务局\n代理机构：江城招标有限公司\n中标单位：江城市第一建筑公司\n中标金额：1,280,000.00元\n公示期：2021年3月1日至3月5日\n如对结果有异议，请在公示期内以书面形式向采购人提出。\n联系人：周先生 电话：0999-1234567",
}  # fmt: skip


@pytest.mark.parametrize("form", UNWRAPPED)
def test_lines_of_like_length_are_left_alone(form):
    """Names, verses, items and sentences of one length are lines of their own."""
    text = UNWRAPPED[form]
    doc = ingest.curate(text, source="lines.txt", media_type="text/plain")
    assert len(doc.records) >= len(text.split("\n"))


def test_breaks_of_html_are_wrapped_lines_as_those_of_a_text_are():
    """<br> and <pre> break lines as a text file does."""
    lines = [line for p in paragraphs(3) for line in by_columns(p, 60, "\u3000\u3000")]
    plain = ingest.curate("\n".join(lines), source="a.txt", media_type="text/plain")
    for body in ("<div>" + "<br>".join(lines) + "</div>", "<pre>" + "\n".join(lines) + "</pre>"):
        page = f"<html><body>{body}</body></html>"
        doc = ingest.curate(page, source="a.html", media_type="text/html")
        assert [r.text for r in doc.records] == [r.text for r in plain.records]


def test_a_line_of_one_paragraph_is_never_joined_twice():
    text = "\n".join("\n".join(WRAPS["columns"](p)) for p in paragraphs(9))
    nodes = outline.build(text, [], None)
    assert "".join(text[slice(*n.hull)] for n in nodes).replace("\n", "") == text.replace("\n", "")


def test_six_points_break_off_what_was_said_and_lead_to_no_page():
    """As minutes of Hong Kong print it: the last line of a paragraph that ends in ...... is joined to the one before it."""
    given = [p if n % 5 else p[:-1] + " ......" for n, p in enumerate(paragraphs(11)) if "。" in p]
    text = "\n\n".join("\n".join(by_columns(p, 60)) for p in given)
    doc = ingest.curate(text, source="minutes.txt", media_type="text/plain")
    found = {part for r in doc.records for part in (r.text, (r.heading or "") + r.text)}
    assert sum(p in found for p in given) >= 0.98 * len(given), [p for p in given if p not in found]


def test_entries_of_contents_stay_lines_where_leaders_lead_to_pages():
    entries = [
        f"{town}{deed}的经过和费用......{page}"
        for page, (town, deed) in enumerate(zip(_TOWNS, _DEEDS[:5], strict=True), 3)
    ]
    entries[2] = entries[2][:-1]  # one has lost its page
    body = [line for p in paragraphs(12) for line in by_columns(p, 60, "\u3000\u3000")]
    doc = ingest.curate("\n".join([*entries, *body]), source="contents.txt", media_type="text/plain")
    lines = {line for r in doc.records for line in doc.page_text[r.source_start : r.source_end].split("\n")}
    assert set(entries) <= lines
