"""The outline room: cases as data, what holds for any text, and what must not be taken for structure."""

import itertools
import json
import random
import re
from pathlib import Path

import made_laws
import pytest
import unstructured
from hypothesis import given
from hypothesis import strategies as st
from invariants import NUMBERED, skeleton
from properties import tries

import ingest
from ingest import outline
from ingest.blocks import Block
from ingest.han import numerals

CASES = [
    case
    for name in (
        "outline.json",
        "outline_endings.json",
        "outline_habits.json",
        "outline_numbers.json",
        "outline_documents.json",
    )
    for case in json.loads((Path(__file__).parent / "cases" / name).read_text("utf-8"))
]
MARKUP = json.loads((Path(__file__).parent / "cases" / "outline_markup.json").read_text("utf-8"))


def lines_of(text, kind="line"):
    blocks, at = [], 0
    for line in text.split("\n"):
        if line.strip():
            blocks.append(Block(at, at + len(line), kind))
        at += len(line) + 1
    return blocks


def shown(text, nodes):
    return [
        [n.eid, n.kind, n.unit, text[slice(*n.label)], text[slice(*n.heading)], text[slice(*n.body)]] for n in nodes
    ]


@pytest.mark.parametrize("case", CASES, ids=[c["label"] for c in CASES])
def test_cases(case):
    text = case["input"]
    assert shown(text, outline.build(text, lines_of(text), None)) == case["expected"]


@pytest.mark.parametrize("case", CASES, ids=[c["label"] for c in CASES])
def test_curated_text_reads_the_same_again(case):
    once = ingest.curate(case["input"], source="case", media_type="text/plain")
    twice = ingest.curate(once.text, source="case", media_type="text/plain")
    assert twice.text == once.text
    assert not [e for e in twice.edits if e.applied]
    assert skeleton(twice) == skeleton(once)
    assert [r.eid for r in twice.records] == [r.eid for r in once.records]


@pytest.mark.parametrize("case", MARKUP, ids=[c["label"] for c in MARKUP])
def test_markup(case):
    """What the page's markup says of a block counts for more than its form."""
    text, blocks, at = "", [], 0
    for kind, words, *cells in case["blocks"]:
        level = int(kind[1]) if re.fullmatch("h[1-6]", kind) else 0
        kind = "heading" if level else kind
        blocks.append(Block(at, at + len(words), kind, level, tuple(map(tuple, cells[0])) if cells else ()))
        text += words + "\n"
        at = len(text)
    found = outline.build(text, blocks, tuple(case["title"]) if case["title"] else None)
    assert shown(text, found) == case["expected"]


def tiles(text, nodes):
    """Assert that nodes cover the text in order, each character that is not white once."""
    at, eids = 0, set()
    for index, node in enumerate(nodes):
        start, end = node.hull
        assert at <= start < end
        assert not text[at:start].strip(), "a character in no node"
        spans = [s for s in (node.label, node.heading, node.body) if s[0] < s[1]]
        assert all(one[1] <= two[0] for one, two in itertools.pairwise(spans))
        inside = "".join(text[a:b] for a, b in spans)
        assert "".join(inside.split()) == "".join(text[start:end].split())
        assert node.parent is None or node.parent < index
        assert node.eid not in eids
        eids.add(node.eid)
        at = end
    assert not text[at:].strip(), "a character in no node"


PIECES = st.sampled_from(
    ["第一章", "第二章 ", "第 三 条 ", "第一条", "第三条之一", "第一节", "第一编", "一、", "二、", "（一）", "（二）", "(1)", "1.", "2、", "⑴", "①", "㈠", "⒈", "甲、", "Ⅰ、", "\n", "\n", "\n", "\n\n", " ", "\u3000", "\t", "。", "，", "；", "：", "总则", "目录", "附件1", "2020年1月1日", "各位代表：", "结束语", "附则", "——", "•", "表1", "经济运行总体平稳。", "国务院", "国发〔2019〕5号", "— 1 —", "— 2 —", "（2020年1月1日通过）", "依照第十条规定", "本办法所称渡口，是指供渡船停靠的设施。", "关于工作的通知", "3.5", "1.1 ", "1.2 ", "4.1.2 ", "A.1 ", "a) ", "(b)", "(i) ", "壹、", "Q1：", "A：", "问：", "答：", "（ 1 ）", "( 2 )", "（ 一 ）", "2 ）", "（", "）", "第 ", " 条", "1", "2", "10", "\u200b", "“", "”", "abc"]
)  # fmt: skip
KINDS = st.sampled_from(["line", "para", "heading", "item", "caption", "table"])


@tries(300)
@given(st.lists(PIECES, max_size=60).map("".join), st.lists(KINDS, min_size=1, max_size=6), st.booleans())
def test_any_text_is_tiled(text, kinds, plain):
    blocks = lines_of(text)
    if not plain:
        blocks = [b._replace(kind=kinds[i % len(kinds)]) for i, b in enumerate(blocks)]
    tiles(text, outline.build(text, blocks, None))


@tries(200)
@given(st.text(max_size=200), st.integers(0, 200), st.integers(0, 200))
def test_any_characters_and_any_title_are_tiled(text, one, two):
    title = (min(one, two), max(one, two))
    title = title if title[0] < title[1] <= len(text) else None
    tiles(text, outline.build(text, lines_of(text), title))


@pytest.mark.parametrize("seed", range(20))
def test_no_structure_where_there_is_none(seed):
    """2,000 paragraphs of prose, dialogue, tables, recipes and forms, in texts of 1 to 50: nothing but paragraphs, tables, a title."""
    rng = random.Random(seed)
    for size in (*[1] * 10, *[2] * 5, *[10] * 3, 50):
        text = "\n".join(unstructured.paragraph(rng) for _ in range(size))
        for kind in ("line", "para"):
            nodes = outline.build(text, lines_of(text, kind), None)
            tiles(text, nodes)
            assert {n.kind for n in nodes} <= {"paragraph", "table", "title"}, shown(text, nodes)


def test_a_printed_list_in_prose_is_found():
    text = unstructured.paragraph(random.Random(1)) + "\n要带的东西有：\n1. 灯笼\n2. 雨伞\n3. 干粮"
    found = [n.number for n in outline.build(text, lines_of(text), None) if n.kind == "level3"]
    assert found == [1, 2, 3]


@given(st.integers(0, 9999))
def test_numerals_read_what_is_written(number):
    digits, units = "零一二三四五六七八九", ["", "十", "百", "千"]
    out = ""
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit:
            out += digits[digit] + units[place]
        elif out and not out.endswith("零") and number % 10**place:
            out += "零"
    assert numerals.value(out or "零") == number
    assert numerals.value(str(number)) == number


@pytest.mark.parametrize(
    ("printed", "value"),
    [("廿一", 21), ("卅", 30), ("一百零三", 103), ("一百十五", 115), ("二〇二四", 2024), ("１２", 12), ("两百", 200), ("百", None), ("十十", None), ("一 十", 10), ("", None), ("甲", None)],
)  # fmt: skip
def test_numerals(printed, value):
    assert numerals.value(printed) == value


def test_numbered_kinds_are_the_ones_with_numbers():
    for case in CASES:
        for node in outline.build(case["input"], lines_of(case["input"]), None):
            assert node.number is None or node.kind in NUMBERED | {"attachment", "question", "answer"}


def numbered(nodes):
    """The numbered units of an outline, each with its parent among them."""
    places, out = {}, []
    for index, node in enumerate(nodes):
        if node.number is not None:
            places[index] = len(out)
            out.append(made_laws.Unit(node.kind, node.number, node.number_suffix, places.get(node.parent)))
    return out


@pytest.mark.parametrize("form", made_laws.FORMS)
def test_made_laws_read_back_in_every_form(form):
    """Forty statutes of known structure, whatever happened to their lines: every unit, number and parent."""
    for seed in range(40):
        units, lines = made_laws.make(seed)
        text = made_laws.FORMS[form](lines)
        nodes = outline.build(text, lines_of(text), None)
        tiles(text, nodes)
        assert numbered(nodes) == units, (form, seed)
