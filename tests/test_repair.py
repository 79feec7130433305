"""Glosses, slips, double encodings: what is undone, and what must stay."""

import json
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

from ingest.config import Config
from ingest.errors import InputError
from ingest.repair import encodings, estimate, forward, mirror, model, remains
from ingest.repair.characters import gbk, plain, readings, reads, traditional_forms
from ingest.traced import Change, Traced

CASES = Path(__file__).parent / "cases"
CONFIG = Config()
TABLE = {c: readings(c)[0] for c in "經濟發產業學術農體現鎮區進務創環構質網態節應當擔聯執縱數"}


def cases(name: str) -> list[object]:
    rows = json.loads((CASES / f"{name}.json").read_text(encoding="utf-8"))
    return [pytest.param(row, id=row["label"]) for row in rows]


def applied(text: str, changes: list[Change]) -> str:
    return Traced(text).apply(changes, "repair").text


@pytest.mark.parametrize("row", cases("glosses"))
def test_glosses(row: dict[str, str]) -> None:
    changes = mirror(row["input"], CONFIG)
    if row["expected"] is None:
        assert not [c for c in changes if c.applied]
    else:
        assert applied(row["input"], changes) == row["expected"]
        assert {c.rule for c in changes} == {"pinyin-gloss"}


@pytest.mark.parametrize("row", cases("slips"))
def test_slips(row: dict[str, str | dict[str, str]]) -> None:
    assert isinstance(row["table"], dict)
    damaged = forward.damage(str(row["clean"]), list(row["table"].items()))
    assert row["observed"] in damaged
    assert applied(damaged, mirror(damaged, CONFIG)) == row["clean"]


def test_a_slip_in_a_page_folded_to_ascii_width() -> None:
    clean = "推動龍潭區經濟發展,龍潭區經濟進步.等高校科研院所在創新領域發展"
    damaged = forward.damage(clean.replace(",", "，"), [*TABLE.items()]).replace("，", ",").replace("？", "?")
    assert "?zh" in damaged and "??" in damaged
    assert applied(damaged, mirror(damaged, CONFIG)) == clean


@pytest.mark.parametrize(
    ("clean", "astride", "observed"),
    [
        ("會議指出國家經濟發展的現狀，攜手推進農業產業創新", "瑪", ",?mǎ)y手"),
        ("經濟發展的總體要求：產業體系不斷健全，推動農業產業創新", "寒", ":?hán)a"),
        ("國家經濟發展；環境質量進一步提升，推動農業產業創新", "画", ";?huà)h"),
        ("誰來推動經濟發展？產業創新體系如何構建，國家進一步研究", "慨", "??kǎi)a"),
    ],
)
def test_a_slip_astride_a_mark_that_was_folded_to_ascii(clean: str, astride: str, observed: str) -> None:
    folded = str.maketrans("，：；？", ",:;?")
    table = [*TABLE.items(), *((c, readings(c)[0]) for c in astride)]
    damaged = forward.damage(clean, table, marks=lambda at: False).translate(folded)
    assert observed in damaged
    assert applied(damaged, mirror(damaged, CONFIG)) == clean.translate(folded)


@pytest.mark.parametrize(
    ("clean", "expected"),
    [
        ("去年當地的經濟，當地10月發展產業", "當地10月"),
        ("出口數字增長，當地70個經濟項目發展情況", "?0個"),
        ("經濟項目由當地5個部門負責，發展產業", "?個部門"),
        ("全年完成總兩35個經濟項目的發展", "?5個"),
        ("出口數字增長，當地的經濟項目發展情況", "當地的經濟"),
    ],
)
def test_a_digit_that_was_swallowed_is_not_invented_and_leaves_its_place(clean: str, expected: str) -> None:
    table = [("們", "men"), ("數", "shù"), *TABLE.items()]
    damaged = forward.damage(clean, table, marks=lambda at: False)
    changes = mirror(damaged, CONFIG)
    assert expected in applied(damaged, changes)
    assert all(c.certainty == "guess" for c in changes if "a digit is lost" in (c.note or ""))


def test_what_cannot_be_restored_is_flagged() -> None:
    text = "經(jīng)濟(jì)發(fā)展，產(chǎn)業(yè)甲?lián)\n乙"
    flags = [c for c in mirror(text, CONFIG) if c.rule == "phase-slip"]
    assert [(c.applied, c.certainty) for c in flags] == [(False, "guess")]
    assert flags[0].note


def test_order_of_replacement_is_free() -> None:
    for table in (list(TABLE.items()), list(TABLE.items())[::-1]):
        damaged = forward.damage("體現新擔當，推動龍潭區經濟發展", table)
        assert applied(damaged, mirror(damaged, CONFIG)) == "體現新擔當，推動龍潭區經濟發展"


def test_slips_never_cross_lines() -> None:
    damaged = "\n".join(forward.damage(t, [*TABLE.items()]) for t in ("體現新擔當", "龍潭區經濟發展", "配套鏈式開發"))
    for change in mirror(damaged, CONFIG):
        assert "\n" not in damaged[change.start : change.end]


@given(st.text(alphabet="經濟發展產業農村建設龍潭區新擔當，。、高校科研（）“”ABab 12", min_size=1, max_size=40))
@tries(40)
def test_damage_without_straddling_pairs_is_undone_exactly_by_taking_glosses_out(text: str) -> None:
    damaged = forward.damage(text, [("☆", "xīng")], marks=lambda at: False)
    assert damaged == text  # the forward model changes nothing but what its table names


@given(st.text(alphabet="經(jīng)濟jì?？lián)dāng擔!，。(\n ", max_size=60))
@tries(40)
def test_changes_lie_inside_and_apart(text: str) -> None:
    traced = Traced(text).apply(mirror(text, CONFIG), "repair")
    assert traced.page == text
    again = Traced(text).apply(encodings(text, CONFIG), "repair")
    assert again.text == text


EXCERPT = "報上級批准後實施，漁業協會與鄉鎮學校合作，開設養殖技術課程。"


@pytest.mark.parametrize("lost", ["?", "\0", "\ufffd"], ids=["sign", "nul", "replacement"])
def test_an_excerpt_with_two_toneless_readings_and_a_slip(lost: str) -> None:
    damaged = forward.damage(EXCERPT, [("漁", "yu"), ("業", "ye"), ("壟", "long")], lost=lost)
    assert f"{lost}long)" in damaged and "漁(yu)業(ye)" in damaged
    assert applied(damaged, mirror(damaged, CONFIG)) == EXCERPT


@pytest.mark.parametrize(
    "text",
    [
        "他問(wen)道：你真的去過龍潭(long tan)嗎?我說(shuo)去過。",
        "這是什麼(what is that?dan)，他說(he)不知道。",
        "(漁業協會可以嗎?hao)也不知道。",
        "路径的各部分不能包含?、*、或 [] 构造，否则不检查文件是否存在。",
    ],
)
def test_a_question_mark_that_is_one_is_no_slip(text: str) -> None:
    assert not list(mirror(text, CONFIG))


def test_the_end_of_the_text_ends_a_line() -> None:
    clean = "海洋經濟發展規劃由縣政府組織編製，報上級批准後實施。"
    table = [("經", "jīng"), ("濟", "jì"), ("壟", "lǒng")]
    damaged = forward.damage(clean, table, marks=lambda at: False)
    assert damaged.endswith("?")
    assert applied(damaged, mirror(damaged, CONFIG)) == clean


@pytest.mark.parametrize("row", cases("encodings"))
def test_encodings(row: dict[str, str]) -> None:
    changes = encodings(row["input"], CONFIG)
    expected = row["input"] if row["expected"] is None else row["expected"]
    assert applied(row["input"], changes) == expected


SENTENCE = "青禾县人民政府关于推动经济高质量发展的实施意见，自发布之日起施行。"


@pytest.mark.parametrize(
    ("written", "read"),
    [("utf-8", "latin-1"), ("gb18030", "latin-1"), ("big5", "gb18030"), ("big5", "latin-1"), ("utf-8", "mac_roman")],
)
def test_chains_are_undone(written: str, read: str) -> None:
    clean = "青禾縣人民政府關於推動經濟發展的實施意見，自發布之日起施行。" if written == "big5" else SENTENCE
    damaged = clean.encode(written).decode(read)
    changes = encodings(damaged, CONFIG)
    assert applied(damaged, changes) == clean
    assert {c.certainty for c in changes} == {"exact"}


@pytest.mark.parametrize(
    ("clean", "certainty"),
    [("经济社会发展规划纲要明确，加快建设现代化产业体系。", "likely"), ("孩子们听了便觉悟了。", "guess")],
)
def test_lost_bytes_are_searched_and_the_margin_says_how_sure(clean: str, certainty: str) -> None:
    damaged = clean.encode().decode("gbk", "replace")
    assert "\ufffd" in damaged
    changes = encodings(damaged, CONFIG)
    assert [c.certainty for c in changes] == [certainty] and "margin" in str(changes[0].note)
    assert certainty == "guess" or applied(damaged, changes) == clean


@pytest.mark.parametrize("text", ["青禾县锟斤拷锟斤拷规划", "青禾县\ufffd\ufffd规划"])
def test_what_is_lost_is_flagged_and_not_invented(text: str) -> None:
    changes = encodings(text, CONFIG)
    assert [c.applied for c in changes] == [False]
    assert applied(text, changes) == text


def test_a_domain_model_is_built_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "domain.bin"
    estimate.build_from([SENTENCE * 3, "秸秆变肉工程" * 5], path)
    made = model.load(path)
    assert made.total("秸秆变肉") > made.total("变秸肉秆") + 5
    assert np.isfinite(made.total("天地玄黄"))


def test_a_file_that_is_no_model_is_said_to_be_none(tmp_path: Path) -> None:
    (tmp_path / "x.bin").write_bytes(b"something else")
    with pytest.raises(InputError):
        model.load(tmp_path / "x.bin")


def test_readings_are_the_mainlands() -> None:
    assert reads("績", "jì") and reads("們", "men") and reads("動", "dong") and not reads("經", "jì")


def test_the_general_model_prefers_chinese() -> None:
    assert model.general().total("经济发展") > model.general().total("发济经展") + 8


@pytest.mark.parametrize(
    ("text", "clean", "rules"),
    [
        ("高\uf94c與\u2f24廈", "高樓與大廈", ["compatibility-ideograph", "radical"]),
        ("青\u2f00\u2f08", "青一人", ["radical", "radical"]),
        ("\U0002f804字", "你字", ["compatibility-ideograph"]),
        ("青\x00禾\x7f县\x9d", "青禾县", ["control-character"] * 3),
        ("第一页\x0c第二页", "第一页\n第二页", ["control-character"]),
        ("称\x93青禾\x94为县", "称“青禾”为县", ["control-mark"] * 2),
        ("\uf9b4導\uf914園", "領導樂園", ["compatibility-ideograph"] * 2),
        ("⺠生，⻄部⻓⻋⻔⻢", "民生，西部长车门马", ["radical"] * 6),
        ("⼀、总体要求。⼆、重点任务：⽔、⽕、⼟", "一、总体要求。二、重点任务：水、火、土", ["radical"] * 5),
        ("部首有⼀、⼁、⼂、⼃、⼄等", None, []),  # a list of radicals
        ("部首⺅⺘⺾", None, []),  # parts of characters
        ("\ufa0e\ufa0f\ufa11 \ufa29", None, []),  # of the block, and characters of their own
        ("青禾\t县\r\n二〇二一年", None, []),
    ],
)
def test_what_curated_text_does_not_hold_is_folded(text: str, clean: str | None, rules: list[str]) -> None:
    changes = remains(text, CONFIG)
    assert [c.rule for c in changes] == rules
    assert applied(text, changes) == (clean or text)


CLEAN = "青禾县人民政府关于推动经济高质量发展的实施意见，自发布之日起施行，有效期五年。"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        *(
            ("utf-8", r)
            for r in ("big5", "cp932", "latin-1", "cp1251", "cp874", "cp1256", "cp437", "mac_latin2", "johab")
        ),
        *(
            ("gb18030", r)
            for r in ("euc_jp", "cp949", "koi8-r", "iso8859-7", "cp866", "iso8859-2", "tis-620", "utf-16-be")
        ),
        ("utf-16-le", "gbk"),
    ],
)
def test_garbage_of_any_kind_is_flagged(written: str, read: str) -> None:
    garbage = CLEAN.encode(written).decode(read, "replace")
    assert any(not c.applied and c.rule == "unreadable" for c in remains(garbage, CONFIG))


@pytest.mark.parametrize(
    ("read", "certainty"), [("iso8859-15", "exact"), ("cp949", "likely"), ("euc_jp", "guess"), ("latin-1", "exact")]
)
def test_what_a_table_of_its_neighbours_has_in_other_places(read: str, certainty: str) -> None:
    text = "这所学校大门前的积水昨天下午已经排干"
    garbage = text.encode("gb18030").decode(read)
    changes = encodings(garbage, CONFIG)
    assert applied(garbage, changes) == text
    assert [c.certainty for c in changes] == [certainty]


def test_what_may_be_another_character_is_no_exact_repair() -> None:
    garbage = "青禾县学校大门前的积水来不及排干".encode("gb18030").decode("iso8859-2")
    assert not any(c.applied and c.certainty == "exact" for c in encodings(garbage, CONFIG))


@pytest.mark.parametrize(
    "text",
    [
        CLEAN,
        "蒹葭苍苍，白露为霜。所谓伊人，在水一方。溯洄从之，道阻且长。",
        "青空の下で、カタカナとひらがなを書く。αは信頼率です。",
        "├────────┼────────┼─────┼──────┤",
        "Où étaient les élèves « naïfs » à Noël ? Ça dépend, répète-t-elle très émue.",
        "嘽 啴 chan3 used in 嘽嘽|啴啴[chan3chan3] and 嘽緩|啴缓[chan3huan3]",
        "║имя║город║улица║дом║\n╟────╫──────╫─────╢",
        "Он сказал: «Приеду завтра», — и уехал в г. Орёл (ОАО «РЖД», 2019 г.).",
        "ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอน",
        "우리는 어제 학교에서 친구들과 함께 점심을 먹었다.",
        "大韓民國의 主權은 國民에게 있고, 모든 權力은 國民으로부터 나온다.",
        "/ˈfɒnɪm/ [ˈtʰeɪbɫ̩] (ˌɪntəˈnæʃənəl) ŋ θ ð ʃ ʒ",
        "Nguyễn Thị Hường đã đến trường rồi, còn Trần Văn Được thì chưa.",
        "bezpečnostního zuří voda nesnášíš nejčastější příští žíznivější",
        "çaldığım düşündüğünüzü çalışıyorsunuz görüşürüz bağışlayıcılığı",
        "ﾊﾟｿｺﾝとｶﾒﾗをｲﾝﾀｰﾈｯﾄで買った。",
        "设A点、B点和C点共线，D点在AB上，E点在CD上，则A点到E点",
        "ㄅㄢˋㄌㄨˋㄔㄨ ㄇㄟˊㄓˇ˙ㄨㄤ ㄈㄟˋㄈㄨˋㄙㄨ",
        "青禾、佟岫、鲍萧、薛樊、邬郗、麴綦、呼延灼、慕容垂、尉迟恭、澹台灭明",
        "讲的是“同饮一碗水的相交（κοινωνία）”，饼是“共食一桌饭的相交（κοινωνία）”。",
        "译者把打碎写作 שׁבר，又把 בְּרִיחֵי 写作“门闩”。",
        "\xa0" * 13 + "要是渡口还没有人守着，就先在岸上坐下。",
        "E.\xa0\xa0\xa0\xa0\xa0出谷记与过溪 (12:1–13:22)",
        "老师领着小朋友先學ㄅㄆㄇㄈㄉㄊㄋㄌ再學拼音",
        "鄉音裡ㄓ和ㄗ、ㄔ和ㄘ、ㄕ和ㄙ、ㄋ和ㄌ、ㄣ和ㄥ不分。",
        "平昌（평창）、江陵（강릉）、旌善（정선）和束草（속초）都在山里。",
        "佢嘅眼淚仲滴濕咗喺佢寫感受嗰張紙度，大家喺一陣愕然之後先至出聲",
        "评分：★★★★★★★★★★",
        "①②③④⑤⑥⑦⑧⑨⑩",
        "∀x∈ℝ：∃y∈ℕ∧∑∏∫≤≥≠≈",
    ],
)
def test_what_is_only_rare_is_no_garbage(text: str) -> None:
    assert remains(text, CONFIG) == []


@pytest.mark.parametrize(
    ("line", "lost"),
    [
        ("?款?子只能?旧系统，才能?示??卡，如果?新系统，就不被??出?", True),
        ("?时，全队的?防也?效地?断了对方的内?联系", True),
        ("??????ڴ??·?ľ???????????????ɵİ??˶ӣ?????", True),
        ("青禾县是哪里?云山镇呢?谁知道?", False),
        ("真的很好???????????", False),
        ("其人是何色目?自刑时或早或晚?用何刃物?若有人来认识?", False),
        ("为什么?因为便宜?怎么会呢?", False),
        ("见 a.example/?p=1 和 b.example/?q=2 及 c.example/?r=3", False),
    ],
)
def test_question_marks_where_characters_stood(line: str, lost: bool) -> None:
    assert any(c.rule == "lost-bytes" and not c.applied for c in remains(line, CONFIG)) == lost


def test_readings_as_taiwan_writes_them_cost_nothing() -> None:
    line = "享受.ㄒㄧㄤˇㄕㄡˋ 三合院.ㄙㄢ　ㄏㄜˊㄩㄢˋ 罷免.ㄅㄚˋㄇㄧㄢˇ"
    assert [*encodings(line, CONFIG), *remains(line, CONFIG)] == []


PAGE = "青禾縣經濟發展，產業結構調整，學術環境改善。雲山鎮體現新擔當，推動龍潭區經濟發展，在農業發展中走在前列。"


@pytest.mark.parametrize(
    ("form", "lost"),
    [
        (lambda r: r, "?"),
        (plain, "?"),
        (plain, "\0\0"),
        (lambda r: r, "\ufffd"),
        (lambda r: f"{plain(r)})({plain(r)}", "?"),
        (lambda r: r + " ", "?"),
    ],
    ids=["toned", "toneless", "nul", "replacement", "doubled", "spaced"],
)
def test_slips_in_every_way_of_writing_readings(form: Callable[[str], str], lost: str) -> None:
    table = [(c, form(reading)) for c, reading in TABLE.items()]
    damaged = forward.damage(PAGE, table, lost=lost)
    assert lost in damaged
    assert applied(damaged, mirror(damaged, CONFIG)) == PAGE


@pytest.mark.parametrize("afterwards", [True, False], ids=["converted afterwards", "Traditional"])
def test_a_page_whose_damage_is_mostly_of_another_kind_is_restored_as_a_guess_only(afterwards: bool) -> None:
    forms = {c: other[0] for c, other in sorted(traditional_forms().items()) if other[0] != c and gbk(c + other[0])}
    to = str.maketrans(forms)
    table = [(c if afterwards else forms[c], readings(c)[0]) for c in forms if readings(c)]
    damaged = [forward.damage(line if afterwards else line.translate(to), table) for line in MEETING.splitlines()]
    changes = mirror("\n".join(damaged).translate(to) if afterwards else "\n".join(damaged), CONFIG)
    found = {c.certainty for c in changes if c.applied and c.rule == "phase-slip"}
    assert found == ({"guess"} if afterwards else {"exact"})


MEETING = """市政府召开渔港建设推进会议，听取各部门关于渔港改造进展情况的汇报，研究部署下一阶段工作。
会议指出，要坚持陆海统筹，发展现代渔业，加强对渔船的管理，为渔民提供便利的服务。
各单位应当加强协调，认真执行会议决定，对发现的问题及时处理，对责任不落实的单位进行通报。
要创新体制机制，优化营商环境，推动经济高质量发展，让渔民群众共享发展成果。"""
MIRRORED = "經(jīng)濟(jì)發(fā)展，產(chǎn)業(yè)發(fā)展很好。"


@pytest.mark.parametrize("row", cases("mirror_remains"))
def test_what_cannot_be_restored_is_said(row: dict[str, str | bool | None]) -> None:
    text = MIRRORED + "\n" + str(row["input"])
    changes = mirror(text, CONFIG)
    there = [c for c in changes if c.end > len(MIRRORED)]
    got = applied(text, changes).rpartition("\n")[2]
    if row["said"] is None:  # restored or not
        assert any(c.certainty == "guess" for c in there)
        return
    assert got == (row["expected"] or row["input"])
    assert any(not c.applied or c.certainty == "guess" for c in there) is row["said"]


@pytest.mark.parametrize("left", ["他說：?”後來的事", "項目)！皣鍡l，後來的事", "後來x(fā)的事"])
def test_nothing_wrong_stands_on_a_mirrored_page_in_silence(left: str) -> None:
    assert any(not c.applied or c.certainty == "guess" for c in mirror(MIRRORED + left, CONFIG))


@pytest.mark.parametrize("right", ["你在哪里?”他問。", "鄱(pó)陽湖很大。", "青禾縣的後來的事。"])
def test_what_is_right_on_a_mirrored_page_is_not_flagged(right: str) -> None:
    assert {c.rule for c in mirror(MIRRORED + right, CONFIG)} == {"pinyin-gloss"}


def test_an_answer_that_is_no_text_is_declined() -> None:
    text = MIRRORED + "不?lián)鐕鍡皣釁鐳，鑭釔銠"
    assert [c.applied for c in mirror(text, CONFIG) if c.rule == "phase-slip"] == [False]


def test_a_restoration_has_the_width_of_its_page() -> None:
    clean = (
        "青禾縣經濟發展(江北省)青禾市規劃,產業結構調整,學術環境改善,雲山鎮體現擔當,農業發展(試行),(江北省)青禾市經濟"
    )
    damaged = forward.damage(clean.replace("(", "（").replace(")", "）").replace(",", "，"), [*TABLE.items()])
    folded = damaged.translate({ord("（"): "(", ord("）"): ")", ord("，"): ","})
    assert "?。┣" in folded  # a bracket is inside what is restored
    assert applied(folded, mirror(folded, CONFIG)).startswith("青禾縣經濟發展(江北省)青禾市規劃,")


@pytest.mark.parametrize(
    "text",
    [
        "真的吗" + "?" * 50 + "好",
        "真的吗????好的，是！！！！！吧？？？？？？嗯\n" * 400,
        "æ²³\n" * 3000,
        "经济发展规划æ²³" * 500,
        ("青禾县农业农村局近日印发通知，要求做好准备。\n" * 80).encode().decode("gbk", "ignore"),
        ("青禾县农业农村局近日印发通知。\n" * 300).encode("gb18030").decode("latin-1"),
        "".join(chr(0xA1 + i * 7919 % 90) for i in range(40_000)),
        MIRRORED * 20 + "新?lián)?dāng)，高校科??蒲的；" * 80,
    ],
    ids=["marks", "runs", "letters", "mixed", "lost", "latin", "noise", "slips"],
)
def test_every_search_has_a_budget(text: str) -> None:
    start = time.process_time()
    for step in (encodings, mirror, remains):
        step(text, CONFIG)
    assert time.process_time() - start < 6  # the slowest takes a second; the rest is room for a busy machine


def test_question_marks_of_two_widths_side_by_side_are_a_list_of_marks() -> None:
    assert mirror("中文的问号[YyNn?？])(\\s.+)*)/,WT=0 都算", CONFIG) == []


def test_runs_of_marks_are_punctuation() -> None:
    text = MIRRORED + "\n真的嗎????好的，是！！！！！吧？？？？？？嗯"
    assert {c.rule for c in mirror(text, CONFIG)} == {"pinyin-gloss"}


def test_noise_is_not_repaired() -> None:
    noise = "\n".join("".join(chr(0xA1 + i * j * 7919 % 90) for i in range(60)) for j in range(1, 60))
    assert not [c for c in encodings(noise, CONFIG) if c.applied]
    assert applied("het definiÃ«ren", encodings("het definiÃ«ren", CONFIG)) == "het definiëren"


@pytest.mark.parametrize("piece", ["?", "?中", "？?", "ｧ", "ｶﾞ", "ÀÉÎ", "┼│", "u4e00", "\\xe4", "~{"])
def test_long_rows_of_signs_cost_little(piece: str) -> None:
    start = time.process_time()
    text = "中" + piece * (100_000 // len(piece))
    encodings(text, CONFIG)
    remains(text, CONFIG)
    assert time.process_time() - start < 5
