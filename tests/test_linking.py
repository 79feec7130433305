"""References between documents: looked up at the end of a run, renewed when a target changes or goes."""

from datetime import date

import pytest

from ingest import corpus
from ingest.corpus.storage.parquet import read_table
from ingest.references import elsewhere
from ingest.references.elsewhere import Held

LAW = "云栖省渔业法\n第一条 为了发展渔业，制定本法。\n第二条 捕捞应当有度。\n下列时期禁止捕捞：\n（一）春季；\n（二）冬季。"
USER = "云栖市渔港管理办法\n第一条 根据《云栖省渔业法》，制定本办法。\n第二条 违反云栖省渔业法第二条第二款第（二）项的，罚款。\n第三条 适用《云栖省渔业法》第九条。"


def rows(folder, source):
    found = []
    for path in sorted((folder / "curated" / "references").rglob("*.parquet")):
        found += read_table(path, "references").to_pylist()
    ids = {}
    for path in (folder / "curated" / "documents").rglob("*.parquet"):
        ids.update({r["doc_id"]: r["source"] for r in read_table(path, "documents", ["doc_id", "source"]).to_pylist()})
    mine = [r for r in found if ids[r["doc_id"]] == source and r["target_title"]]
    return [(r["quote"], ids.get(r["target_doc_id"]), r["target_eids"], r["reason"]) for r in mine]


def run(folder, **pages):
    (folder / "raw").mkdir(exist_ok=True)
    for name, text in pages.items():
        path = folder / "raw" / f"{name}.txt"
        if text is None:
            path.unlink()
        else:
            path.write_text(text, "utf-8")
    return corpus.run(folder / "raw", folder / "curated", prune=True, buckets=4)


def files(folder):
    return {p: p.read_bytes() for p in sorted((folder / "curated").rglob("*.parquet"))}


def test_targets_come_change_and_go(tmp_path):
    run(tmp_path, user=USER)
    assert [r[3] for r in rows(tmp_path, "user.txt")] == ["not-in-corpus"] * 3
    before = files(tmp_path)
    run(tmp_path, law=LAW)
    assert rows(tmp_path, "user.txt") == [
        ("《云栖省渔业法》", "law.txt", [], "found"),
        ("云栖省渔业法第二条第二款第（二）项", "law.txt", ["art_2__l2_2"], "found"),
        ("《云栖省渔业法》第九条", "law.txt", [], "no-such-unit"),
    ]
    changed = [p for p, data in files(tmp_path).items() if before.get(p) != data]
    assert {p.parts[-3] for p in changed} <= {"references", "documents", "records", "edits", "facts"}
    again = files(tmp_path)
    run(tmp_path)
    assert files(tmp_path) == again, "a run without news writes nothing"
    run(tmp_path, law=LAW.replace("（一）春季；\n（二）冬季。", "（一）全年。"))
    assert rows(tmp_path, "user.txt")[1][1:] == ("law.txt", [], "no-such-unit")
    run(tmp_path, law=None)
    assert [r[1:] for r in rows(tmp_path, "user.txt")] == [(None, [], "not-in-corpus")] * 3
    assert files(tmp_path).keys() <= before.keys() | again.keys()


def test_no_revision_depends_on_what_else_is_there(tmp_path):
    run(tmp_path, user=USER)
    alone = read_table(next((tmp_path / "curated" / "documents").rglob("*.parquet")), "documents", ["revision"])
    run(tmp_path, law=LAW)
    tables = [
        read_table(p, "documents", ["source", "revision"])
        for p in (tmp_path / "curated" / "documents").rglob("*.parquet")
    ]
    both = {r["source"]: r["revision"] for t in tables for r in t.to_pylist()}
    assert both["user.txt"] == alone.to_pylist()[0]["revision"]


def test_a_law_is_cited_as_it_was_and_ends_where_another_says_so(tmp_path):
    old = LAW.replace("第一条", "2001年3月4日 云栖省人民代表大会常务委员会第三次会议通过\n第一条")
    new = LAW.replace(
        "第一条",
        "2001年3月4日 云栖省人民代表大会常务委员会第三次会议通过\n2019年5月6日 云栖省人民代表大会常务委员会第九次会议修订\n第一条",
    )
    user = "云栖市渔港管理办法\n2010年1月2日 云栖市人民政府第九次常务会议通过\n第一条 依照《云栖省渔业法》第二条办理。\n第二条 本办法自2010年3月1日起施行。《云栖市码头管理办法》同时废止。"
    pier = "云栖市码头管理办法\n第一条 为了管理码头，制定本办法。\n第二条 码头应当登记。"
    run(tmp_path, new=new, user=user, pier=pier)
    assert rows(tmp_path, "user.txt")[0][1:] == ("new.txt", ["art_2"], "later-version")
    run(tmp_path, old=old)
    assert rows(tmp_path, "user.txt")[0][1:] == ("old.txt", ["art_2"], "found")
    told = [
        e for p in (tmp_path / "curated" / "events").rglob("*.parquet") for e in read_table(p, "events").to_pylist()
    ]
    ends = [e for e in told if e["kind"] == "repeals"]
    assert [(e["date"], e["target_doc_id"] is not None) for e in ends] == [(date(2010, 3, 1), True)]
    assert [e["kind"] for e in told if e["date"] == date(2019, 5, 6)] == ["amended"]


def test_a_paragraph_behind_an_article_of_another_law_is_below_it(tmp_path):
    law = LAW + "\n第八条 船舶应当登记。\n渔具应当登记。\n第九条 渔具应当检验。\n船舶应当检验。"
    user = "云栖市渔港管理办法\n第一条 依照云栖省渔业法第八条第一款规定的船舶和第二款规定的渔具登记。\n第二条 第二款除外；符合云栖省渔业法第九条第一款规定的情形，该条第二款不适用。"
    run(tmp_path, law=law, user=user)
    assert rows(tmp_path, "user.txt") == [
        ("云栖省渔业法第八条第一款", "law.txt", ["art_8"], "found"),
        ("第二款", "law.txt", ["art_8__para_2"], "found"),
        ("云栖省渔业法第九条第一款", "law.txt", ["art_9"], "found"),
        ("该条第二款", "law.txt", ["art_9__para_2"], "found"),
    ]


def test_what_a_decision_orders_is_said_of_the_text_before_it(tmp_path):
    note = "{}云栖省人民代表大会常务委员会第九次会议{}\n第一条"
    old = LAW.replace("第一条", note.format("2001年3月4日", "通过"), 1)
    new = old.replace("第一条", note.format("2019年5月6日", "修正"), 1)
    decision = "云栖省人民代表大会常务委员会关于修改《云栖省渔业法》的决定\n2019年5月6日云栖省人民代表大会常务委员会第九次会议通过\n决定作如下修改：\n一、删去第二条。\n《云栖省渔业法》根据本决定作相应修改，重新公布。"
    run(tmp_path, old=old, new=new, decision=decision)
    found = rows(tmp_path, "decision.txt")
    assert ("第二条", "old.txt", ["art_2"], "found") in found
    assert ("《云栖省渔业法》", "new.txt", [], "found") in found


OLD, NEW, LAST = (Held(name, "r", date(year, 1, 1)) for name, year in (("a", 1999), ("b", 2010), ("c", 2020)))


@pytest.mark.parametrize(
    ("said_on", "held", "expected"),
    [
        (date(2015, 1, 1), [OLD, NEW, LAST], ("b", "likely", "found")),
        (date(2021, 1, 1), [OLD, NEW, LAST], ("c", "likely", "found")),
        (date(1990, 1, 1), [NEW, LAST], ("b", "guess", "later-version")),
        (date(2005, 1, 1), [NEW], ("b", "guess", "later-version")),
        (None, [NEW], ("b", "likely", "found")),
        (None, [OLD, NEW], (None, None, "several")),
        (date(2021, 1, 1), [LAST, LAST._replace(doc_id="d")], (None, None, "several")),
        (date(2021, 1, 1), [LAST._replace(day=None)], ("c", "likely", "found")),
        (date(2021, 1, 1), [], (None, None, "not-in-corpus")),
    ],
)
def test_the_version_in_force(said_on, held, expected):
    meant = elsewhere.meant("云栖省渔业法", None, held, [], said_on, True)
    assert (meant.held and meant.held.doc_id, meant.certainty, meant.reason) == expected


def test_a_number_beside_the_title_is_surer_than_either():
    found = elsewhere.meant("通知", "云政发〔2019〕3号", [OLD, NEW], [NEW], None, True)
    assert (found.held, found.certainty) == (NEW, "exact")
    assert elsewhere.number_key("云政发[2019]第3 号") == elsewhere.number_key("云政发〔2019〕3号")


def test_a_name_that_may_begin_elsewhere_is_a_guess():
    assert elsewhere.meant("渔业和渔港管理法", None, [NEW], [], None, False).certainty == "guess"


def test_an_older_text_of_its_own_title(tmp_path):
    """同时废止 means the text before it, and never the one that says so, nor a later one."""
    body = "云栖省渔业条例\n（{}年3月4日云栖省人民代表大会常务委员会通过）\n第一条 为了发展渔业，制定本条例。\n第二条 本条例自公布之日起施行。{}"
    end = "《云栖省渔业条例》同时废止。"
    run(tmp_path, y2001=body.format(2001, ""), y2010=body.format(2010, end), y2021=body.format(2021, end + "特此。"))
    assert rows(tmp_path, "y2021.txt") == [("《云栖省渔业条例》", "y2010.txt", [], "found")]
    assert rows(tmp_path, "y2010.txt") == [("《云栖省渔业条例》", "y2001.txt", [], "found")]
    run(tmp_path, y2001=None)
    assert rows(tmp_path, "y2010.txt") == [("《云栖省渔业条例》", None, [], "not-in-corpus")]


def test_two_laws_of_one_title_and_no_day(tmp_path):
    run(tmp_path, law=LAW, other=LAW.replace("春季", "全年").replace("捕捞应当有度", "捕捞应当节制"), user=USER)
    assert [r[1:] for r in rows(tmp_path, "user.txt")] == [(None, [], "several")] * 3


def test_short_names_that_stand_for_each_other(tmp_path):
    text = "第一条 适用《云栖省渔业法》（以下简称《渔港法》）和《云栖省渔港法》（以下简称《渔业法》）。\n第二条 《渔业法》第二条和《渔港法》第二条除外。"
    run(tmp_path, law=LAW, user="云栖市渔港管理办法\n" + text)
    assert [r[:2] for r in rows(tmp_path, "user.txt")] == [
        ("《云栖省渔业法》", "law.txt"), ("《渔港法》", "law.txt"), ("《云栖省渔港法》", None), ("《渔业法》", None),
        ("《渔业法》第二条", None), ("《渔港法》第二条", "law.txt"),
    ]  # fmt: skip
