"""Laws after the decisions that amend them: what is applied, and what is named because it cannot be."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

import ingest
from ingest import amend, cli
from ingest.amend import decision, operations, quotations
from ingest.errors import InputError

CASES = json.loads((Path(__file__).parent / "cases" / "amend.json").read_text("utf-8"))


def doc(text, source):
    return ingest.curate(text, source=source, media_type="text/plain")


def articles(made):
    return {article.label: "\n".join(article.lines) for article in made.statute.articles}


@pytest.mark.parametrize("case", CASES, ids=[case["label"] for case in CASES])
def test_a_decision(case):
    made = amend.consolidate(doc(case["base"], "base.txt"), [doc(case["decision"], "decision.txt")])
    assert articles(made) == case["articles"]
    assert [reason for one in made.left for reason in one.reasons] == case["left"]
    assert len(made.doubts) == case["doubts"]
    again = doc(made.text, "again.txt")  # what was made reads as what it is
    assert {r.label for r in again.records if r.kind == "article"} == set(case["articles"])
    assert amend.compare(made, again) == []


def test_each_order_has_its_place_in_the_decision():
    case = CASES[11]
    there = doc(case["decision"], "decision.txt")
    made = amend.consolidate(doc(case["base"], "base.txt"), [there])
    for one in made.amendments:
        assert one.text.splitlines()[0] in there.page_text[one.start : one.end]
        assert one.effective.isoformat() == "2021-09-01"
        assert one.source == "decision.txt"
    assert [one.articles for one in made.amendments] == [("第三条",), ("第四条",)]


def test_two_decisions_one_after_the_other():
    """The second one names articles by the numbers that the first one gave them."""
    first, base = CASES[11]["decision"], doc(CASES[9]["base"], "base.txt")
    second = first.replace("增加一条，作为第三条：“渔港分为两级。”", "将第三条修改为：“渔港分为三级。”").split(
        "\n二、"
    )[0]
    made = amend.consolidate(base, [doc(first, "1.txt"), doc(second, "2.txt")])
    assert articles(made)["第三条"] == "渔港分为三级。"
    assert [one.source for one in made.amendments] == ["1.txt", "1.txt", "2.txt"]


def test_a_decision_on_several_laws():
    text = "\n".join(
        [
            "云栖市人民代表大会常务委员会关于修改《云栖市渔港管理条例》等两件地方性法规的决定",
            "云栖市人民代表大会常务委员会决定对下列地方性法规作如下修改：",
            "一、修改《云栖市码头管理条例》",
            "1.将第一条修改为：",
            "“码头应当清洁。”",
            "二、修改《云栖市渔港管理条例》",
            "1.将第二条修改为：",
            "“本条例适用于渔港。”",
            "2.删去第五条。",
            "本决定自公布之日起施行。",
        ]
    )
    there = doc(text, "d.txt")
    found = [
        (order.law, [op.kind for op in order.operations]) for order in decision.orders(there.document, there.records)
    ]
    assert found == [
        ("云栖市码头管理条例", ["replace"]),
        ("云栖市渔港管理条例", ["replace"]),
        ("云栖市渔港管理条例", ["delete"]),
    ]
    made = amend.consolidate(doc(CASES[0]["base"], "base.txt"), [there])
    assert len(made.amendments) == 2
    assert articles(made)["第一条"] == "为了加强渔港管理，制定本条例。"


def test_another_law_and_no_law():
    base, other = doc(CASES[0]["base"], "base.txt"), doc(CASES[0]["decision"].replace("渔港", "码头"), "d.txt")
    with pytest.raises(InputError, match="orders nothing of 《云栖市渔港管理条例》"):
        amend.consolidate(base, [other])
    with pytest.raises(InputError, match="not divided into articles"):
        amend.consolidate(doc("云栖市召开会议\n会议在市政府召开，研究渔港建设工作。", "news.txt"), [other])
    with pytest.raises(InputError, match="orders nothing"):
        amend.consolidate(base, [doc(CASES[0]["base"], "same.txt")])


def test_two_articles_of_one_number():
    base = CASES[0]["base"] + "\n第二条 又一个第二条，前后都有。"
    made = amend.consolidate(doc(base, "base.txt"), [doc(CASES[0]["decision"], "d.txt")])
    assert "several articles have one number" in made.left[0].reasons[0] or "本市行政区域内" in made.text


@pytest.mark.parametrize(
    ("text", "quotes"),
    [
        ("修改为：“甲。”", [("甲。",)]),
        ("修改为：“甲“乙”丙。”", [("甲“乙”丙。",)]),
        ("修改为：“甲。\n“乙。\n“丙。”", [("甲。", "乙。", "丙。")]),
        ("修改为：“甲。\n乙。”", [("甲。", "乙。")]),
        ("将“甲”修改为“乙”", [("甲",), ("乙",)]),
        ("修改为：「甲『乙』。」", [("甲『乙』。",)]),
        ("修改为：“甲。", []),
    ],
)
def test_quotations(text, quotes):
    assert list(quotations.apart(text).quotes) == quotes


@pytest.mark.parametrize(
    "text",
    [
        "将第二条修改得更好。",
        "第二条应当执行。",
        "适用修正前第三条的规定。",
        "将第二条修改为",
        "",
        "。",
        "删去。",
        "修改为：“甲。”",
        "将第二条修改为：“。",
        "增加一条，作为第三条：“",
    ],
)
def test_what_is_no_order_is_unread(text):
    assert [op.kind for op in operations.read(text)] == ["unread"]


def test_the_command(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    case = CASES[0]
    for name in ("base", "decision"):
        (tmp_path / f"{name}.txt").write_text(case[name], "utf-8")
    text = case["base"].replace("本条例适用于本市渔港。", "本条例适用于本市行政区域内的渔港。\n军用渔港除外。")
    (tmp_path / "again.txt").write_text(text.replace("五百元", "六百元"), "utf-8")
    words = ["consolidate", "base.txt", "decision.txt", "--out", "out", "--republished", "again.txt"]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 0, result.output
    assert "1 of 1 orders applied to 6 articles" in result.output
    assert "1 articles differ" in result.output and "第五条" in result.output
    assert "军用渔港除外。" in (tmp_path / "out" / "consolidated.txt").read_text("utf-8")
    history = json.loads((tmp_path / "out" / "history.json").read_text("utf-8"))
    assert history["orders"][0]["articles"] == ["第二条"] and history["articles"][1]["orders"] == [0]
    assert "> 云栖市人民代表大会常务委员会关于修改" in (tmp_path / "out" / "history.md").read_text("utf-8")
    result = CliRunner().invoke(cli.app, words)
    assert isinstance(result.exception, ingest.UsageError) and "not an empty folder" in str(result.exception)


CHAPTERS = "云栖市渔港管理条例\n目录\n第一章　总则\n第二章　建设\n第三章　责任\n第一章　总则\n第一条　为了加强渔港管理，制定本条例。\n第二条　本条例适用于本市渔港。\n第二章　建设\n第三条　渔港应当按照规划建设。\n第四条　渔港应当制定港章。\n第三章　责任\n第五条　违反本条例的，处以罚款。\n第六条　本条例自2015年1月1日起施行。"
RULED = "云栖市人民代表大会常务委员会关于修改《云栖市渔港管理条例》的决定\n云栖市人民代表大会常务委员会决定对《云栖市渔港管理条例》作如下修改：\n{}\n本决定自2021年9月1日起施行。"


@pytest.mark.parametrize(
    ("ordered", "headings", "count", "left"),
    [
        ("一、将第二章章名修改为“规划与建设”。\n二、将第三章的名称修改为“第三章　法律责任”。", ["总则", "规划与建设", "法律责任"], 6, []),
        ("一、将第三章章名中的“责任”修改为“法律责任”。", ["总则", "建设", "法律责任"], 6, []),
        ("一、增加一章，作为第三章：“第三章　船舶\n“第五条　船舶进港应当报告。\n“第六条　船舶应当停泊。”\n二、条文顺序作相应调整。", ["总则", "建设", "船舶", "责任"], 8, []),
        ("一、在第一章后增加一章，作为第二章：“第二章　船舶\n“第三条　船舶进港应当报告。”\n二、第二章改为第三章，章名修改为“港口建设”。\n三、条文顺序作相应调整。", ["总则", "船舶", "港口建设", "责任"], 7, []),
        ("一、删去第二章。\n二、条文顺序作相应调整。", ["总则", "责任"], 4, []),
        ("一、将第七章章名修改为“附则”。", ["总则", "建设", "责任"], 6, ["there is no 第7章"]),
        ("一、将第三章章名中的“处罚”修改为“责任”。", ["总则", "建设", "责任"], 6, ["第3章 is not headed “处罚”"]),
        ("一、增加一章，作为第九章：“第九章　附则\n“第七条　本条例由市人民政府解释。”", ["总则", "建设", "责任"], 6, ["it is not said where the 章 is to stand"]),
        ("一、增加一章，作为第三章：“船舶\n“船舶进港应当报告。”", ["总则", "建设", "责任"], 6, ["behind the heading of the 章 stands no article"]),
    ],
)  # fmt: skip
def test_chapters(ordered, headings, count, left):
    made = amend.consolidate(doc(CHAPTERS, "base.txt"), [doc(RULED.format(ordered), "d.txt")])
    printed = [f"第{n}章　{name}" for n, name in zip("一二三四", headings, strict=False)]
    lines = made.text.splitlines()
    assert [line for line in lines[2:] if line.startswith("第") and "章　" in line] == printed * 2, "text and contents"
    assert len(articles(made)) == count
    assert [reason for one in made.left for reason in one.reasons] == left
    assert made.doubts == ()
    assert amend.compare(made, doc(made.text, "again.txt")) == []
    if headings != ["总则", "建设", "责任"]:
        assert amend.compare(made, doc(CHAPTERS, "base.txt"))
