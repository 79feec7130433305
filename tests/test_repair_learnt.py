"""What pages teach of the damage to others: a mirror's table by many pages, a place by the same article on a clean page."""

import hashlib
import json

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

import ingest
from ingest import corpus
from ingest.cli import main
from ingest.config import Config, RepairModels
from ingest.corpus import repairs
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Pool, Resources
from ingest.corpus.runs import engine
from ingest.corpus.shelf import REPAIRS
from ingest.errors import InputError, UsageError
from ingest.repair import forward, glosses, learnt, mirror, proof, teaching, words
from ingest.repair.characters import plain, readings, simplified, traditional_forms
from ingest.repair.observed import SPOT
from ingest.scopes import file_of
from ingest.traced import Traced, TracedEdit

CONFIG = Config()
TABLE = [(c, readings(c)[0]) for c in "聯經濟發產業學術農體現鎮區進務創環構質網態節應當擔執縱數項會議"]
CLEAN = "青禾縣人民政府召開會議指出，要體現新擔當，推動龍潭區2019年經濟發展，在高校科研院所和創新領域取得進展，配套項目12個。"


def first(damaged):
    return next(m for m in SPOT.finditer(damaged) if m[1] or m.group()[0] in "?？")


def compared(clean, observed_of, table=TABLE, said=None):
    """What a clean page (`said`, by itself the same text) proves of the first damaged place."""
    damaged = forward.damage(clean, table)
    at = first(damaged).start()
    before = Traced(damaged[:at]).text
    for _, reading in table:
        before = before.replace(f"({reading})", "")
    rest = simplified(said or clean)[len(before.rstrip("，。、")) :]
    return proof.explained(rest, before, observed_of(damaged[at:]), True), before, damaged[at:]


FORMS = {
    "as it is": lambda text: text,
    "folded to ASCII width": lambda text: text.replace("，", ",").replace("？", "?"),
    "converted by hand": simplified,
    "doubled": lambda text: text.replace("(tǐ)", "(tǐ)(tǐ)").replace("(jīng)", "(jīng)(jīng)"),
    "spaced": lambda text: text.replace("g)", "g )"),
    "with NUL for what is lost": lambda text: text.replace("?", "\0\0"),
}


@pytest.mark.parametrize("form", FORMS)
def test_the_same_text_run_forward_proves_what_stood_there(form):
    made, before, observed = compared(CLEAN, FORMS[form])
    assert made is not None and len(made.pieces) > 1
    observed = FORMS[form](observed)
    text, at = "", 0
    for piece in made.pieces:
        text += observed[at : piece.start] + piece.after
        at = piece.end
    shown = plain_of(before + text + observed[at:])
    assert shown.startswith(plain_of(CLEAN)[: len(before) + made.compared - proof.AGREE])


def plain_of(text):
    for _, reading in TABLE:
        for form in (f"({reading})", f"({reading} )"):
            text = text.replace(form, "")
    return simplified(text).translate(str.maketrans(",?", "，？"))


@pytest.mark.parametrize(
    ("was", "instead"),
    [
        ("新擔當", "新担子"),
        ("2019", "2018"),
        ("在高校", "在高中"),
        ("龍潭區2019年經濟", "龍潭區經濟"),
        ("經濟發展，在高校科研", "文化"),
    ],
)
def test_another_text_proves_nothing(was, instead):
    made, *_ = compared(CLEAN, FORMS["as it is"], said=CLEAN.replace(was, instead))
    assert made is None or instead not in "".join(piece.after for piece in made.pieces)
    if made is not None:  # it differs behind what was compared
        assert made.pieces[-1].after in simplified(CLEAN) or made.pieces[-1].after in CLEAN


def test_text_that_is_not_damaged_is_not_changed():
    assert proof.explained(simplified(CLEAN)[13:], CLEAN[:13], CLEAN[13:], True) is None


def test_too_little_behind_the_damage_proves_nothing():
    made, *_ = compared(CLEAN[:24], FORMS["as it is"])
    assert made is None


@given(
    st.lists(
        st.sampled_from(
            [
                "經濟",
                "發展",
                "產業",
                "數據",
                "農業",
                "龍潭區",
                "新擔當",
                "高校科研院所",
                "創新",
                "領域",
                "提升",
                "2019年",
                "12個",
                "，",
                "。",
                "“",
                "”",
            ]
        ),
        min_size=9,
        max_size=30,
    )
)
@tries(60)
def test_whatever_a_mirror_does_is_undone_by_the_clean_text(words):
    clean = "會議指出要體現的情況是這樣" + "".join(words) + "以上各項由各地各部門認真貫徹落實到位"
    damaged = forward.damage(clean, TABLE)
    spot = SPOT.search(damaged)
    if spot is None or spot.start() < 20:
        return
    length = next(
        (n for n in range(len(clean)) if forward.damage(clean[: n + 1], TABLE)[: spot.start() + 1][-1:] == "?"), None
    )
    if length is None:
        return
    before = clean[:length]
    tail = len(before) - len(before.rstrip("，。“”"))
    made = proof.explained(simplified(clean[length - tail :]), before, damaged[spot.start() :], True)
    if made is not None:
        piece = made.pieces[0]
        after = simplified(piece.after)
        assert simplified(clean[length:]).startswith(after) or after == ""


# -------------------------------------------------------------------- what pages teach


def shown(source, page, *edits):
    return teaching.Shown(source, page, [TracedEdit(*e) for e in edits])


def curated(source, text):
    made = ingest.curate(text, source=source, media_type="text/plain")
    edits = [TracedEdit(e.start, e.end, e.after, e.stages, e.rules, e.certainty, e.note, e.applied) for e in made.edits]
    return teaching.Shown(source, made.document.page_text, edits)


LINES = [
    "青禾縣農業農村工作情況通報",
    "今年以來全縣各鎮認真抓好春耕備耕，完成播種面積3.2萬畝，比去年同期增加1200畝。",
    CLEAN,
    "各有關單位要加強組織領導，明確責任分工，按時報送工作進展，確保各項任務落到實處。",
    "下一步，縣裡將繼續抓好水利設施修繕，開展農機檢修，組織技術人員下田指導。",
]


@pytest.fixture(scope="module")
def damaged():
    return curated("m/1.txt", "\n".join(forward.damage(line, TABLE) for line in LINES))


@pytest.fixture(scope="module")
def clean():
    return curated("g/1.txt", simplified("\n".join(LINES)))


def taught(pupil, *pages):
    lesson = teaching.Class([teaching.pupil(pupil)])
    for page in pages:
        lesson.hear(page)
    return list(lesson.passages())


def test_a_clean_page_proves_the_places_of_a_damaged_one(damaged, clean):
    passages = taught(damaged, damaged, clean)
    assert {(p.page, p.source) for p in passages} == {("m/1.txt", "g/1.txt")}
    told = learnt.Told(learnt.Learnt(scope="x", pages=1).table, False, proof.arranged(passages))
    text = damaged.page
    found = mirror(text, CONFIG, told)
    slips = [c for c in found if c.rule == "phase-slip"]
    assert slips and {(c.certainty, c.applied) for c in slips} == {("exact", True)}
    assert all("g/1.txt" in c.note for c in slips)
    assert Traced(text).apply(found, "repair").text == "\n".join(LINES)


def test_the_same_lesson_whatever_the_order(damaged, clean):
    other = clean._replace(source="a/1.txt")
    assert taught(damaged, clean, other) == taught(damaged, other, clean)
    assert {p.source for p in taught(damaged, clean, other)} == {"a/1.txt"}


def test_what_is_learnt_again_from_repaired_pages_is_the_same(damaged, clean):
    passages = taught(damaged, clean)
    told = learnt.Told(learnt.Learnt(scope="x", pages=1).table, False, proof.arranged(passages))
    now = Traced(damaged.page).apply(mirror(damaged.page, CONFIG, told), "repair")
    again = damaged._replace(edits=[*now.edits, *now.declined])
    assert taught(again, clean) == passages


def test_two_clean_pages_that_differ_prove_nothing():
    """Both are what the mirror may have made this of; they differ in a digit that the page has lost."""
    line = "會議要求各地認真落實各項措施，全年完成總兩{}個項目的建設任務，並且及時報送有關情況"
    texts = {n: [*LINES[:2], line.format(n), *LINES[3:]] for n in "78"}
    pupil = curated("m/2.txt", "\n".join(forward.damage(x, [*TABLE, ("們", "men")]) for x in texts["7"]))
    assert "?men)?個" in pupil.page
    seven, eight = (curated(f"g/{n}.txt", simplified("\n".join(x))) for n, x in texts.items())
    (one,) = (p for p in taught(pupil, seven) if "两7个" in p.text)
    assert (one.source, taught(pupil, eight)[0].source) == ("g/7.txt", "g/8.txt")
    assert taught(pupil, seven, eight) == []


def test_a_digit_is_proved_by_a_page_that_has_all_other_digits(damaged):
    line = "會議要求各地認真落實各項措施，全年完成總兩7個項目的建設任務，並且及時報送有關情況"
    lines = [*LINES[:2], line, *LINES[3:]]
    pupil = curated("m/2.txt", "\n".join(forward.damage(x, [*TABLE, ("們", "men")]) for x in lines))
    last_year = simplified("\n".join(lines)).replace("1200亩", "1300亩").replace("7个", "6个")
    assert taught(pupil, curated("g/1.txt", last_year)) == []


def test_a_page_that_is_itself_in_doubt_teaches_nothing(damaged, clean):
    at = clean.page.index("新担当")
    doubtful = clean._replace(edits=[TracedEdit(at, at + 3, "新担当", ("repair",), ("phase-slip",), "likely", None)])
    assert all("新担当" not in p.text for p in taught(damaged, doubtful))
    declined = clean._replace(edits=[TracedEdit(at, at + 3, "x", ("repair",), ("unreadable",), "guess", None, False)])
    assert all("新担当" not in p.text for p in taught(damaged, declined))


def test_a_page_that_quotes_one_paragraph_is_not_the_same_article(damaged):
    hostile = curated(
        "evil.txt",
        simplified(f"别的消息\n{CLEAN}\n" + "本页与前文无关，只为骗取信任而抄录一段，其余内容完全不同。" * 3),
    )
    assert taught(damaged, hostile) == []


def test_a_hostile_page_cannot_teach_other_words(damaged):
    for was, instead in (("新擔當", "新騙局"), ("高校科研院所", "本站免費領取"), ("2019", "2091")):
        hostile = curated("evil.txt", simplified("\n".join(LINES).replace(was, instead)))
        assert all(simplified(instead) not in p.text for p in taught(damaged, hostile)), was


def test_short_pages_are_known_as_the_same_by_nothing():
    page = curated("m/3.txt", forward.damage("推動龍潭區經濟發展", TABLE))
    assert teaching.pupil(page) is None or teaching.pupil(page).places == ()


def page_of(n, text, table=TABLE):
    return curated(f"m/{n}.txt", forward.damage(text, table))


BODY = "經濟發展情況良好，農業產業進步，會議認為項目應當創新，環境質量提升，{}。"


def test_a_table_takes_three_pages_of_different_texts():
    pages = [teaching.glossed(page_of(n, BODY.format(x))) for n, x in enumerate(("甲鎮", "乙鎮", "丙鎮"))]
    known, always = teaching.table(pages)
    assert known["經"] == "jīng" and known["農"] == "nóng" and set(always) <= set(known) and "經" in always
    assert teaching.table(pages[:2]) == ({}, "")
    other = teaching.glossed(page_of(4, BODY.format("丁鎮"), [(c, "ba" if c == "農" else r) for c, r in TABLE]))
    assert "農" not in teaching.table([*pages[:2], other])[0]


def test_a_page_without_a_mirror_s_readings_teaches_no_table():
    assert teaching.glossed(curated("x.txt", "鄱(pó)陽湖邊，盱眙(xūyí)縣裡，人們經常讀錯這些地名，請注意。")) is None


TOLD = learnt.told(
    learnt.Learnt(scope="x", pages=9, readings={"經": "jīng", "濟": "jì", "發": "fā", "陽": "yáng"}, always="經濟發"),
    "p.txt",
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("發(fā)展鄉村旅遊", "發展鄉村旅遊"),
        ("企業經(jīng)營平穩", "企業經營平穩"),
        ("鄱(pó)陽湖邊的漁業", None),
        ("頭發(fà)和發(fā)展讀音不同", None),
        ("頭發(fà)烏黑", None),
        ("重(chóng)慶市", None),
    ],
)
def test_few_readings_are_judged_by_the_table_of_the_site(text, expected):
    assert not [c for c in mirror(text, CONFIG) if c.applied]
    found = [c for c in mirror(text, CONFIG, TOLD) if c.applied]
    if expected is None:
        assert found == []
    else:
        assert Traced(text).apply(found, "repair").text == expected
        assert {c.certainty for c in found} == {"likely"} and all(glosses.BY_SITE in c.note for c in found)


LONE = "他們從白沙縣到?？谑袇⒓訒h。"


def test_a_lone_place_is_repaired_where_the_pages_of_the_site_are_damaged():
    assert mirror(LONE, CONFIG) == []
    found = mirror(LONE, CONFIG, TOLD)
    assert Traced(LONE).apply(found, "repair").text == "他們從白沙縣到海口市參加會議。"
    assert [(c.certainty, c.note.endswith("; as the pages of its site have them")) for c in found] == [("guess", True)]
    assert words.candidates(found[0].note)[0] == "海口市參加會議。"


def test_a_lone_place_in_doubt_is_flagged_and_keeps_its_text():
    text = "請各?？频娜藛T參加活動。"
    assert mirror(text, CONFIG) == []
    assert [c.applied for c in mirror(text, CONFIG, TOLD)] == [False]


@pytest.mark.parametrize(
    "text", ["你怎麼還沒有來？！大家都在等。", "白沙縣在哪裡?，他問。", "誰去?！他說。", "經濟發展，農業進步。"]
)
def test_who_asks_on_a_page_of_such_a_site_is_not_flagged(text):
    assert mirror(text, CONFIG, TOLD) == []


def test_a_site_of_whose_table_nothing_is_known_tells_of_no_slip():
    assert mirror(LONE, CONFIG, learnt.told(learnt.Learnt(scope="x", pages=9, words={"海口市": 0.5}), "p.txt")) == []


def test_what_only_the_table_of_a_site_told_teaches_nothing():
    text = "發(fā)展鄉村旅遊"
    made = Traced(text).apply(mirror(text, CONFIG, TOLD), "repair")
    assert teaching.glossed(teaching.Shown("p.txt", text, made.edits)) is None


def test_a_page_that_shows_a_character_without_its_reading_outweighs_the_table():
    both = glosses_table("經常發(fā)展")
    assert both.always("發") and not both.always("經")


def glosses_table(text):
    from ingest.repair.glosses import NO_TABLE

    return NO_TABLE.beside(TOLD.table, text)


def test_what_only_the_site_told_of_toneless_readings_teaches_nothing():
    bare = {c: plain(r) for c, r in TABLE}
    told = learnt.told(learnt.Learnt(scope="x", pages=5, table_pages=5, readings=bare, always="".join(bare)), "p")
    for lost in ("\0\0", "?", "\ufffd"):
        page = f"他們在農業發展中走在前列。雲山鎮體現新{lost}lian){lost}dang)。"
        assert mirror(page, CONFIG) == []
        text = Traced(page).apply(mirror(page, CONFIG, told), "repair")
        assert text.text != page and teaching.pupil(teaching.Shown("p", page, text.edits)) is None


FONT = "社會咊諧，農村咊城市，經濟(jīng)發(fā)展，產(chǎn)業(yè)進(jìn)步，{}。"


def test_a_site_s_rare_forms_are_learnt_from_three_pages():
    shown = []
    for n, town in enumerate(("甲鎮", "乙鎮", "丙鎮")):
        page = Traced(FONT.format(town)).apply(mirror(FONT.format(town), CONFIG), "repair")
        shown.append(teaching.Shown(str(n), FONT.format(town), page.edits))
    found = [teaching.fonts(one) for one in shown]
    assert found == [frozenset("咊")] * 3
    made = teaching.learnt("x", 3, [], {}, [], {"咊": 3, "昰": 2})
    assert made is not None and made.fonts == "咊"
    known = learnt.told(made, "p")
    bare = "社會咊諧的農村，這昰目標。"
    changed = Traced(bare).apply(mirror(bare, CONFIG, known), "repair")
    assert changed.text == "社會和諧的農村，這昰目標。"
    assert teaching.fonts(teaching.Shown("p", bare, changed.edits)) == frozenset()
    assert mirror(bare, CONFIG) == []
    assert b"fonts" not in learnt.dump(made.model_copy(update={"fonts": ""}))


# -------------------------------------------------------------------- a folder

ONE = Resources(workers=1)
MORE = ("云山鎮", "白沙鎮", "岚江鎮")


def trad(text):
    forms = traditional_forms()
    return "".join((forms.get(c) or c)[0] for c in text)


def lay(raw, name, content):
    path = raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, "utf-8")


@pytest.fixture(scope="module")
def pool():
    with Pool(ONE) as workers:
        yield workers


@pytest.fixture(scope="module")
def folder(tmp_path_factory, pool):
    here = tmp_path_factory.mktemp("repairs")
    raw, out = here / "raw", here / "curated"
    lay(raw, "mirror.example/1.txt", "\n".join(forward.damage(line, TABLE) for line in LINES))
    for n, town in enumerate(MORE):
        lay(raw, f"mirror.example/more{n}.txt", forward.damage(trad(BODY.format(town)), TABLE))
    lay(raw, "mirror.example/short.txt", "白沙縣發(fā)展鄉村旅遊，接待遊客三萬人次，收入穩步增加。")
    lay(raw, "mirror.example/lone.txt", f"青禾縣的茶葉很好，每年春天都有人來看。\n{LONE}")
    lay(raw, "gov/1.txt", simplified("\n".join(LINES)))
    lay(raw, "other.example/1.txt", forward.damage(trad(BODY.format("丁鎮")), TABLE))
    corpus.run(raw, out, resources=ONE, buckets=2, pool=pool)
    before = rows(out, "documents")
    made = engine.learn_repairs(raw, out, resources=ONE)
    engine.finish(out)
    return raw, out, before, made


def rows(curated_folder, dataset):
    found = [r for p in sorted((curated_folder / dataset).rglob("*.parquet")) for r in pq.read_table(p).to_pylist()]
    return found if dataset != "documents" else {r["source"]: r for r in found}


def test_a_folder_teaches_its_pages_and_everything_holds(folder):
    _, out, before, made = folder
    assert made.learnt == [
        "folder:mirror.example: readings: 16, words: 0, places proved: 1; damaged pages: 4",
        "folder:other.example: nothing to be learnt; damaged pages: 1",
    ]
    assert made.curated == 6  # the pages of that site, and no other's
    now = rows(out, "documents")
    assert "(fā)" in before["mirror.example/short.txt"]["text"] and "(" not in now["mirror.example/short.txt"]["text"]
    assert (
        "海口" not in before["mirror.example/lone.txt"]["text"] and "海口市" in now["mirror.example/lone.txt"]["text"]
    )
    proofs = [e for e in rows(out, "edits") if "gov/1.txt" in (e["note"] or "")]
    assert proofs and {e["certainty"] for e in proofs} == {"exact"}
    assert simplified(CLEAN) in now["mirror.example/1.txt"]["text"]
    assert {s: r["revision"] for s, r in now.items() if "mirror" not in s} == {
        s: r["revision"] for s, r in before.items() if "mirror" not in s
    }
    assert checks.check(out, resources=ONE).violations == []


def test_learning_again_and_a_page_more_make_nothing_stale(folder, pool):
    raw, out, *_ = folder
    assert engine.learn_repairs(raw, out, resources=ONE).curated == 0
    lay(raw, "mirror.example/new.txt", forward.damage(trad(BODY.format("戊鎮")), TABLE))
    made = corpus.run(raw, out, resources=ONE, pool=pool)
    assert (made.curated, made.new) == (1, 1)


def said(capsys, *arguments):
    with pytest.raises(SystemExit) as end:
        main([*arguments])
    out = capsys.readouterr()
    return end.value.code, out.out + out.err


def test_the_commands_and_bad_input(folder, capsys, monkeypatch):
    raw, out, *_ = folder
    monkeypatch.chdir(out.parent)
    where = ["--curated", str(out)]
    assert (
        "readings:   16, words:    0, places proved:    1, damaged pages: 4"
        in said(capsys, "repair", "list", *where)[1]
    )
    assert json.loads(said(capsys, "repair", "list", "--json", *where)[1])[0]["scope"] == "folder:mirror.example"
    code, text = said(capsys, "repair", "show", "folder:mirror.example", *where)
    assert code == 0 and "經(jīng)" in text and "mirror.example/1.txt: " in text and "gov/1.txt" in text
    assert json.loads(said(capsys, "repair", "show", "folder:mirror.example", "--json", *where)[1])["always"]
    code, text = said(capsys, "repair", "show", "folder:gov", *where)
    assert code == 2 and "folder:gov is no site that is known" in text
    code, text = said(capsys, "repair", "learn", "folder:gov", *where)
    assert code == 2 and "folder:gov has no damaged pages in this folder" in text
    file = next((out / "repairs").glob("folder-*.json"))
    good = file.read_bytes()
    for content, why in (
        (b"{}", "is not the file that the index names: `ingest repair learn folder:mirror.example` makes it anew"),
        (None, "cannot be read (repair_models): No such file"),
    ):
        learnt.load.cache_clear()
        file.write_bytes(content) if content is not None else file.unlink()
        code, text = said(capsys, "repair", "show", "folder:mirror.example", *where)
        assert code == 1 and why in " ".join(text.split()) and "Traceback" not in text
    file.write_bytes(good)
    code, text = said(capsys, "repair", "forget", "folder:mirror.example", *where)
    assert code == 0 and not file.exists()
    made = corpus.run(raw, out, resources=ONE)
    assert "(fā)" in rows(out, "documents")["mirror.example/short.txt"]["text"] and made.curated == 7
    assert repairs.every(out) == [] and REPAIRS.contents(out).forgotten == {"folder:mirror.example"}
    with pytest.raises(UsageError, match="is no site that is known"):
        REPAIRS.forget(out, ["folder:gov"])
    assert "nothing is known of damage" in said(capsys, "repair", "list", *where)[1]


def index_of(folder_path, models):
    path = folder_path / "index.json"
    path.write_text(json.dumps({"models": models}), "utf-8")
    return RepairModels(path=str(path), sha256=hashlib.sha256(path.read_bytes()).hexdigest())


def test_settings_that_name_what_is_not_there(tmp_path):
    named = index_of(tmp_path, {"folder:a": "0" * 64})
    config = Config(repair_models=named)
    assert config.sha256 == Config().sha256  # it concerns the pages of its sites alone
    assert ingest.curate("白沙縣發(fā)展", source="b/1.txt", config=config)
    with pytest.raises(InputError, match=r"cannot be read \(repair_models\)"):
        ingest.curate("白沙縣發(fā)展", source="a/1.txt", config=config)
    wrong = Config(repair_models=RepairModels(path=named.path, sha256="1" * 64))
    with pytest.raises(InputError, match="is not the file that the settings were made with"):
        ingest.curate("白沙縣發(fā)展", source="a/1.txt", config=wrong)
    for content, why in (
        (b"[]", "says nothing of damage"),
        (b'{"form": 9, "scope": "folder:c", "pages": 1}', "by another version"),
    ):
        (tmp_path / file_of("folder:c")).write_bytes(content)
        other = index_of(tmp_path, {"folder:c": hashlib.sha256(content).hexdigest()})
        with pytest.raises(InputError, match=why):
            ingest.curate("白沙縣發(fā)展", source="c/1.txt", config=Config(repair_models=other))


# -------------------------------------------------------------------- words of a corpus

WRONG = "margin 1.5; candidates: 。“叔五”時 -58.7, 。“十五五”時 -60.2, 。“石板五”時 -63.2; a second reader agrees"


def test_candidates_are_read_from_a_note():
    assert words.candidates(WRONG) == ["。“叔五”時", "。“十五五”時", "。“石板五”時"]
    assert words.candidates("margin 2.0; candidates: 2.5, 用 -3.1, 甲,乙 -40.0") == ["2.5, 用", "甲,乙"]
    assert words.candidates("no reading of the bytes makes more sense") == []


def test_what_decides_is_what_not_all_have():
    found = words.decisive("的挑戰", words.candidates(WRONG), "期")
    assert {"“十五", "十五五", "“叔五"} <= found and "战。“" not in found and words.decisive("", ["一"], "") == set()


def counted(wanted, *texts):
    count = words.Count(wanted)
    for text in texts:
        count.hear(text)
    return count.shares()


def test_a_word_takes_three_pages_of_different_texts():
    pages = [f"{town}谋划“十五五”发展，十五五规划编制启动。" for town in MORE]
    assert counted({"十五五", "“叔五"}, *pages) == {"十五五": pytest.approx(6 / 7, abs=1e-3)}
    assert counted({"十五五"}, *pages[:2]) == counted({"十五五"}, *[pages[0]] * 5) == counted(set(), *pages) == {}


def test_words_of_the_corpus_stand_beside_those_of_the_page():
    keys, shares = (
        np.array([ord("十") << 32 | ord("五") << 16 | ord("五"), 1 << 40], np.uint64),
        np.array([0.1, 0.05], np.float32),
    )
    both, weights = words.beside({"十五五": 0.9, "一二三": 0.5}, keys, shares)
    assert both.tolist() == sorted(both.tolist()) and len(both) == 3
    assert dict(zip(both.tolist(), weights.tolist(), strict=True))[int(keys[0])] == pytest.approx(0.18)
    assert words.beside({}, keys, shares)[0] is keys


def test_the_corpus_decides_what_the_general_model_does_not_know():
    line = "會議指出，這是面臨的挑戰。“柳五五”時期要推動經濟發展"
    text = forward.damage(line, TABLE, marks=lambda at: True) + "\n" + forward.damage(LINES[3], TABLE)
    alone = mirror(text, CONFIG)
    page = curated("m/9.txt", text)
    pupil = teaching.pupil(page)
    known = counted(pupil.words, *(f"{town}谋划新的挑战。“柳五五”时期发展，编制启动。" for town in MORE))
    told = learnt.Told(learnt.Learnt(scope="x", pages=1).table, False, {}, known)
    better = Traced(text).apply(mirror(text, CONFIG, told), "repair").text
    assert known and "“柳五五”時期" in better
    assert "“柳五五”時期" not in Traced(text).apply(alone, "repair").text
