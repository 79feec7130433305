"""Script: what is converted and to what, what stays, and what is on record of it."""

import gzip
import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from properties import tries

from ingest import Config, Rejected, curate, repair, script
from ingest.blocks import Conversion
from ingest.script import configurations, detect, dictionaries, localised
from ingest.traced import Traced

CASES = Path(__file__).parent / "cases"
SHARED = Path(__file__).parents[2] / "shared"


def cases(name):
    entries = json.loads((CASES / name).read_text(encoding="utf-8"))
    return [pytest.param(entry, id=entry["label"]) for entry in entries]


def result(text: str, done: Conversion) -> str:
    """The text that the pipeline makes of a conversion."""
    traced = Traced(text)
    if done.chain:
        traced = traced.recode(done.recoded, "script", done.chain)
    return traced.apply(done.changes, "script").text


def settings(case) -> Config:
    return Config(target=case.get("target", "hans"), taiwan_words=case.get("taiwan_words", False))


def sound(text: str, done: Conversion) -> None:
    """What the contract asks of every conversion."""
    assert len(done.recoded) == len(text)
    different = {(a, b) for a, b in zip(text, done.recoded, strict=True) if a != b}
    assert (done.chain is None) == (not different)
    if done.chain:
        assert different <= script.pairs(done.chain)
    spans = sorted((c.start, c.end) for c in done.changes if c.applied)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(c.note for c in done.changes if not c.applied)


@pytest.mark.parametrize("case", cases("script.json"))
def test_conversion(case):
    config = settings(case)
    done = script.convert(case["input"], config)
    sound(case["input"], done)
    assert result(case["input"], done) == case["expected"]
    if "origin" in case:
        assert done.origin == case["origin"]
    assert Counter(c.rule for c in done.changes if not c.applied) >= Counter(case.get("declined", []))
    again = script.convert(case["expected"], config)
    assert result(case["expected"], again) == case["expected"], "a second run changes nothing"
    assert not [c for c in again.changes if c.applied]


@pytest.mark.parametrize("case", cases("script_detect.json"))
def test_detection(case):
    done = script.convert(case["input"], Config())
    assert (done.script, done.origin) == (case["script"], case["origin"])


@pytest.mark.parametrize("case", cases("script_foreign.json"))
def test_foreign_pages(case):
    reason = script.is_chinese(case["input"])
    assert (reason is None) == case["chinese"], reason
    assert reason is None or "\n" not in reason


def test_the_pipeline_rejects_what_is_not_chinese():
    with pytest.raises(Rejected, match="kana") as raised:
        curate("雲渓県は、令和三年度の予算について、次のとおり決定した。", source="a.txt", media_type="text/plain")
    assert (raised.value.stage, raised.value.reason) == ("script", "not_chinese")


def test_short_values_are_converted_by_character_only():
    assert script.convert_words("雲溪縣網路報社", Config()) == "云溪县网路报社"
    assert script.convert_words("乾安县里程表", Config()) == "乾安县里程表"
    assert script.convert_words("松岭县", Config(target="hant-tw")) == "松嶺縣"
    assert script.convert_words("應於潛在場址設置觀測站", Config(), repair.parted) == "应于潜在场址设置观测站"
    assert script.convert_words("於潛鎮舉辦書法展", Config(), repair.parted) == "於潜镇举办书法展"


def test_a_kept_name_is_on_record():
    done = script.convert("推動乾安縣發展", Config())
    (kept,) = done.changes
    assert (kept.rule, kept.after, kept.applied) == ("name:乾安", "干安", False)
    assert "Jilin" in kept.note


def test_the_certainty_floor_holds():
    text = "國務院、人民政府要求：網路、軟體、晶片、雷射。聯絡群體，加強民眾工作，推廣套用。"
    free = script.convert(text, Config())
    strict = script.convert(text, Config(min_certainty="likely"))
    guesses = [c for c in free.changes if c.applied and c.certainty == "guess"]
    assert guesses
    assert not [c for c in strict.changes if c.applied and c.certainty == "guess"]
    assert len(strict.changes) == len(free.changes)


LETTERS = st.sampled_from("國国發发後后里裡裏乾干著着於于麵面髮臺台隻只網路軟體資訊應用套用智慧型計畫「」“”，。\n a1𠀀")


@tries(100)
@given(st.text(LETTERS, max_size=60), st.sampled_from(["hans", "hant-tw", "hant-hk"]))
def test_every_text_is_converted_soundly(text, target):
    sound(text, script.convert(text, Config(target=target)))


@given(st.text(LETTERS, max_size=60))
def test_a_text_without_traditional_characters_stays(text):
    plain = "".join(c for c, kind in zip(text, detect.signature(text), strict=True) if kind != "T" and c not in "於後")
    done = script.convert(plain, Config())
    assert (done.recoded, done.chain, done.changes) == (plain, None, [])


def test_pairs_are_pairs_of_the_tables():
    pairs = script.pairs("t2s+4")
    assert {("國", "国"), ("著", "着"), ("衞", "卫"), ("髮", "发")} <= pairs
    assert not {("國", "發"), ("国", "國"), ("網", "路"), ("着", "著")} & pairs
    assert ("里", "裡") in script.pairs("s2tw+3")
    assert all(len(a) == len(b) == 1 and a != b for a, b in pairs)


class TestTables:
    """The tables are data that people add to: what they must hold is checked here."""

    def test_localised(self):
        rows = dictionaries.LOCALISED.rows()
        assert {row["class"] for row in rows} == {"never", "rare", "also", "context", "keep"}
        forms = [configurations.chain("t2s").convert(row["taiwan"]) for row in rows]
        assert not [form for form, n in Counter(forms).items() if n > 1]
        for row, form in zip(rows, forms, strict=True):
            assert (row["mainland"] == form) == (row["class"] == "keep"), row
            assert row["class"] == "never" or row["taiwan"] in row["example"] or row["class"] == "context", row
            assert not row["absent"] or row["class"] in ("rare", "also")
            assert row["certainty"] in ("", "guess")

    def test_mainland_forms_are_not_undone_again(self):
        # Were a mainland form itself an entry, a second run would go on where the first stopped.
        for row in dictionaries.LOCALISED.rows():
            if row["class"] == "never":
                hits = localised.scan(row["mainland"])
                assert not [rule for _, rule in hits if rule.kind == "never" and rule.taiwan != row["taiwan"]], row

    def test_overlay_and_names(self):
        for row in (*dictionaries.OVERLAY.rows(), *dictionaries.NAMES.rows()):
            assert len(row["from"]) == len(row["to"]), row
        assert all(row["reason"] for row in dictionaries.OVERLAY.rows())
        assert all(row["note"] and row["direction"] in ("t2s", "s2t") for row in dictionaries.NAMES.rows())

    def test_origin(self):
        rows = dictionaries.ORIGIN.rows()
        assert {row["side"] for row in rows} == {"mainland", "taiwan", "hongkong", "naive", "careful"}
        assert len({row["word"] for row in rows}) == len(rows)


def simplified_pages():
    for name in ("laws300", "gov", "reports", "realtoc"):
        with gzip.open(SHARED / "gold" / "segment" / f"{name}.clean.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (json.loads(line)["text"] for line in lines)


@pytest.mark.skipif(not (SHARED / "gold" / "segment").is_dir(), reason="the shared pages are not here")
def test_simplified_pages_stay():
    """Every line that is not Traditional by its own characters comes out as it went in."""
    size = strays = 0
    for text in simplified_pages():
        done = script.convert(text, Config())
        for line in detect.lines(text, detect.signature(text)):
            if line.script in ("hans", None):
                size += line.end - line.start
                assert done.recoded[line.start : line.end] == text[line.start : line.end]
        # One report of 1957 mixes the two within its words.
        applied = [c.rule for c in done.changes if c.applied]
        assert all(rule.startswith("stray:") for rule in applied)
        strays += len(applied)
        assert script.is_chinese(text) is None
    assert size > 800_000 and strays < 30


@pytest.mark.parametrize("word", ["省委", "自治區", "社會主義"])
def test_software_of_taiwan_that_names_one_thing_of_the_mainland_is_no_conversion(word):
    """Every such text is full of words that the mainland does not have; who wrote it is not told by one word of the mainland."""
    text = (
        "雲棲樂園遊戲手冊\n進入遊戲後，伺服器會開啟一個視窗。按下滑鼠左鍵，選單會出現在螢幕右側，工具列上的游標可以移動。\n"
        f"關卡裡的{word}大樓是用積木蓋的，把硬碟裡的存檔放進去就能載入。\n"
        "設定畫面可以更換滑鼠的游標；螢幕太暗時，請調整視窗的亮度。伺服器忙碌時，稍後再登入一次。\n軟體更新之後，請重新開啟選單裡的工具列。"
    )
    done = script.convert(text, Config(), repair.likelihoods)
    assert done.origin != "localised"
    assert not [change for change in done.changes if change.applied]


@pytest.mark.parametrize(
    ("target", "text", "expected"),
    [
        # What looks like a word of the tables is one word's end and another's beginning.
        ("hans", "本計畫應於潛在場址設置觀測站，請各單位配合。", "本计划应于潜在场址设置观测站，请各单位配合。"),
        ("hans", "他接著重新整理了水庫的資料，請各單位配合。", "他接着重新整理了水库的资料，请各单位配合。"),
        ("hans", "雙方辯論著關於水庫的問題，沒有結論。", "双方辩论着关于水库的问题，没有结论。"),
        ("hant-tw", "核对之后，通知将被发送和存档。", "核對之後，通知將被發送和存檔。"),
        ("hant-tw", "请帮助推断发生了什么，并首先尝试修复。", "請幫助推斷發生了什麼，並首先嘗試修復。"),
        ("hant-tw", "示例展示了如何修建一个旧水库的大坝。", "示例展示了如何修建一個舊水庫的大壩。"),
        # Where it is a word, it stays one.
        ("hans", "他家住在於潛鎮，乘車一個小時到縣城。", "他家住在於潜镇，乘车一个小时到县城。"),
        ("hans", "這是臭名昭著的騙局，請各單位注意。", "这是臭名昭著的骗局，请各单位注意。"),
        ("hant-tw", "当地人有断发文身的风俗。", "當地人有斷髮文身的風俗。"),
        ("hant-tw", "他对水库的情况了如指掌，是个能干的人。", "他對水庫的情況瞭如指掌，是個能幹的人。"),
    ],
)
def test_words_of_the_tables_that_are_none_where_they_stand(target, text, expected):
    config = Config(target=target)
    done = script.convert(text, config, repair.likelihoods, repair.parted)
    made = Traced(text).recode(done.recoded, "script", done.chain or "").apply(done.changes, "script").text
    assert made == expected


def test_without_the_model_the_tables_alone_decide():
    assert script.convert("本計畫應於潛在場址設置觀測站。", Config()).recoded == "本计划应於潜在场址设置观测站。"


@tries(100)
@given(st.text(LETTERS, min_size=2, max_size=30), st.data())
def test_where_words_part_lies_within_what_was_asked(text, data):
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, min(len(text), start + 5)))
    assert repair.parted(text, []) == []
    assert all(start < at < end for at in repair.parted(text, [(start, end, text[start:end])]))


@tries(100)
@given(st.text(st.one_of(LETTERS, st.sampled_from("潛在場址9aＡ·")), max_size=12))
@example("𡻕末𠗣")  # of what lies beyond the basic plane the model knows nothing, though Simplified may have it
def test_words_asked_one_by_one_are_the_language_models(text):
    from ingest.repair import lexicon, model

    text = text.replace(" ", "")
    assert lexicon.total(text) == model.general().words_total(text)


def test_a_clean_traditional_page_with_a_word_that_could_part_loads_no_numpy():
    program = (
        "import sys; from ingest import Config, repair, script;"
        "done = script.convert('臺北市政府依著作權法辦理，本計畫應於潛在場址設置觀測站。' * 40, Config(), repair.likelihoods, repair.parted);"
        "print('应于潜在' in done.recoded, 'numpy' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.split() == ["True", "False"]
