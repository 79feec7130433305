"""Corrections: what a person says is made, lasts, replays, and reaches one page; what no longer fits is told."""

import json
import os
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import invariants
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries

import ingest
from ingest import Config, InputError, cli, corpus
from ingest.corpus import correcting, corrections, persons
from ingest.corpus.audit import checks
from ingest.corpus.audit.invariants import violations
from ingest.corpus.processes.workers import Resources
from ingest.corpus.storage.store import Store
from ingest.correction import Correction, digest_of, effective, judged

PAGE = """云栖在线
白沙縣海洋經(jīng)濟(jì)發(fā)展意見
發(fā)布時(shí)間:2021-03-04 | 來源:云栖日報(bào)
為發(fā)展海洋經(jīng)濟(jì),現(xiàn)提出以下意見。
一、總體要求
(一)堅(jiān)持生態(tài)優(yōu)先。保護(hù)海岸線。
(二)堅(jiān)持陸海統(tǒng)籌。發(fā)展現(xiàn)代漁業(yè)。
責(zé)任編輯:陳知夏
版權(quán)所有 云栖日報(bào)社"""
PLAIN = ingest.curate(PAGE, source="p.txt")
SHA = PLAIN.document.raw_sha256
WHEN = datetime(2024, 5, 6, tzinfo=UTC)


def said(action, words=None, after=None, field=None, **more):
    place = {"field": field, "before": None}
    if words is not None:
        at = PAGE.index(words)
        place = {"start": at, "end": at + len(words), "before": words}
    about = {"source": "p.txt", "raw_sha256": SHA, "after": after, "who": "林", "when": WHEN, **place, **more}
    return Correction(action=action, **about)


def curated(*corrected, page=PAGE):
    doc = ingest.curate(page, source="p.txt", config=Config(corrections=corrected))
    sound(doc)
    return doc


def sound(doc):
    invariants.check(doc)
    others = {name: getattr(doc, name) for name in ("facts", "references", "events")}
    assert violations(doc.document, doc.records, doc.edits, others, config=Config()) == []


# label, corrections, words that are in the text, words that are not
TEXTS = [
    ("a rejected repair stands as printed", [said("reject", "(jīng)")], ["经(jīng)济"], []),
    ("only in its own place", [said("reject", "(jīng)")], ["海洋经济,"], []),
    ("a line that was taken out is kept, and still repaired", [said("keep", "版權(quán)所有 云栖日報(bào)社")], ["\n版权所有 云栖日报社"], []),
    ("a part of it is kept on a line of its own", [said("keep", "云栖日報(bào)社")], ["\n云栖日报社"], ["版权"]),
    ("a sentence is struck", [said("strike", "發(fā)展現(xiàn)代漁業(yè)。")], ["坚持陆海统筹。"], ["渔业"]),
    ("words are others", [said("correct", "漁業(yè)", "农业")], ["发展现代农业。"], ["渔"]),
    ("a corrected word in a line that is kept", [said("keep", "版權(quán)所有 云栖日報(bào)社"), said("correct", "權(quán)", "權")], ["版權所有"], []),
    ("a label is another one", [said("correct", "(一)", "(三)")], ["\n(三)坚持"], ["(一)"]),
    ("the last word counts", [said("correct", "漁業(yè)", "农业"), said("correct", "漁業(yè)", "林业")], ["现代林业"], ["农业"]),
    ("what is withdrawn was never said", [said("strike", "一、總體要求"), said("withdraw", "一、總體要求")], ["一、总体要求"], []),
]  # fmt: skip


@pytest.mark.parametrize(("label", "some", "there", "gone"), TEXTS, ids=[t[0] for t in TEXTS])
def test_what_a_person_says_of_the_text(label, some, there, gone):
    doc = curated(*some)
    assert [w for w in there if w not in doc.text] == [] == [w for w in gone if w in doc.text]


def test_an_edit_names_the_person_and_keeps_what_it_overruled():
    doc = curated(said("correct", "漁業(yè)", "农业", why="读过原件"), said("reject", "(jīng)"))
    made = next(e for e in doc.edits if "person:correct" in e.rules)
    assert made.stages == ("repair", "correction") and made.certainty == "exact" and made.after == "农业"
    assert "林" in made.note and "2024-05-06" in made.note and "读过原件" in made.note
    refused = next(e for e in doc.edits if "person:reject" in e.rules)
    assert not refused.applied and refused.rules[0] == "pinyin-gloss" and "damage-left" not in doc.document.flags
    assert doc.document.revision != ingest.curate(PAGE, source="p.txt").document.revision
    assert doc.document.config_sha256 == Config().sha256


def test_a_removal_that_is_agreed_to_keeps_what_the_line_says():
    doc = curated(said("accept", "發(fā)布時(shí)間:2021-03-04 | 來源:云栖日報(bào)", ""))
    assert str(doc.document.published_on) == "2021-03-04" and doc.document.publisher == "云栖日报"
    assert all(e.certainty == "exact" for e in doc.edits if "person:accept" in e.rules)


def test_fields_are_facts_and_no_records():
    plain = ingest.curate(PAGE, source="p.txt")
    doc = curated(
        said("set", field="publisher", after="白沙日报"),
        said("set", field="published_on", after="2021-03-05"),
        said("set", field="title", after="別的題"),
        said("set", field="authors", after="陈知夏、王五"),
    )
    row = doc.document
    assert (row.publisher, str(row.published_on), row.title) == ("白沙日报", "2021-03-05", "別的題")
    assert row.authors == ("陈知夏", "王五") and doc.text == plain.text
    chosen = [f for f in doc.facts if f.origin == "person"]
    assert {f.certainty for f in chosen} == {"exact"} and all(f.start is None for f in chosen)
    assert all(f.note for f in doc.facts if not f.chosen)
    assert curated(said("set", field="published_on", after=None)).document.published_on is None


def test_a_title_that_the_page_prints_is_the_title_record():
    doc = curated(
        said("strike", "白沙縣海洋經(jīng)濟(jì)發(fā)展意見"),
        said("set", field="title", after="为发展海洋经济,现提出以下意见。"),
    )
    assert [r.kind for r in doc.records if r.kind == "title"] and doc.records[0].heading.startswith("为发展")
    assert next(f for f in doc.facts if f.chosen and f.field == "title").certainty == "exact"


def test_what_was_said_of_another_page_is_not_made():
    other = PAGE.replace("2021", "2022")
    doc = curated(said("correct", "漁業(yè)", "农业"), page=other)
    assert "渔业" in doc.text and "correction-stale" in doc.document.flags
    # The same page that is read a little otherwise: the place is where the words stand, if they stand once.
    moved = said("correct", "漁業(yè)", "农业").model_copy(update={"start": 3, "end": 9})
    assert "农业" in curated(moved).text
    assert (
        "correction-stale"
        in curated(said("correct", "(fā)", "").model_copy(update={"start": 0, "end": 4})).document.flags
    )


@pytest.mark.parametrize(
    "about",
    [
        {"action": "correct", "start": 0, "end": 4, "before": "云栖在线"},
        {"action": "strike", "start": 0, "end": 4, "before": "云栖"},
        {"action": "strike", "start": 4, "end": 4, "before": ""},
        {"action": "set", "field": "published_on", "after": "2021-13-01"},
        {"action": "set", "field": "title", "after": " "},
        {"action": "set", "start": 0, "end": 2, "before": "云栖", "after": "x"},
        {"action": "keep", "field": "title"},
    ],
)
def test_what_makes_no_sense_is_no_correction(about):
    with pytest.raises(ValueError):
        Correction(source="p.txt", raw_sha256=SHA, **about)


def test_the_last_word_of_each_place_and_field_counts():
    one, two = said("set", field="title", after="甲"), said("set", field="title", after="乙")
    other = said("set", field="publisher", after="甲")
    assert effective([one, other, two]) == (other, two)
    assert digest_of([one, two]) == digest_of([two]) != digest_of([one])
    assert digest_of([one, said("withdraw", field="title")]) == digest_of([]) == ""


ACTIONS = st.sampled_from(["correct", "strike", "keep", "reject", "accept"])
AFTER = st.text(st.sampled_from("农业经济一、(三)。第条\n 章總a1"), max_size=6)


@tries(60)
@given(st.lists(st.tuples(ACTIONS, st.integers(0, len(PAGE) - 1), st.integers(1, 30), AFTER), min_size=1, max_size=6))
def test_whatever_is_said_nothing_is_lost(some):
    corrected = []
    for action, start, size, after in some:
        if action == "accept":
            edit = PLAIN.edits[start % len(PLAIN.edits)]
            start, end, after = edit.start, edit.end, edit.after
        else:
            end = min(len(PAGE), start + size)
        own = after if action in ("correct", "accept") else None
        with suppress(ValueError):
            corrected.append(said(action, None, own, None, start=start, end=end, before=PAGE[start:end]))
    try:
        curated(*corrected)
    except ingest.Rejected as error:
        assert error.reason in ("no_content", "not_chinese")


# -------------------------------------------------------------------- folders


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    raw = tmp_path / "raw"
    raw.mkdir()
    (raw / "p.txt").write_text(PAGE, "utf-8")
    (raw / "q.txt").write_text(PAGE.replace("白沙", "青禾"), "utf-8")
    lines = [json.dumps({"url": f"https://a.example/{n}", "text": PAGE.replace("白沙", "东篱" * n)}) for n in (1, 2, 3)]
    (raw / "feed.jsonl").write_text("\n".join(lines), "utf-8")
    corpus.run(raw, tmp_path / "curated", resources=Resources(workers=1), buckets=1)
    return tmp_path


def run(folder: Path) -> corpus.Summary:
    return corpus.run(folder / "raw", folder / "curated", resources=Resources(workers=1))


def command(folder: Path, *arguments: str) -> int:
    with pytest.raises(SystemExit) as done:
        cli.main(["correct", *arguments, "--curated", str(folder / "curated")])
    return done.value.code


def row(folder: Path, source: str):
    return correcting.seen(folder / "curated", source)


def test_one_correction_makes_one_page_stale(folder, capsys):
    assert command(folder, "p.txt", "--replace", "现代渔业=现代农业", "--set", "publisher=白沙日报", "--who", "林") == 0
    assert "raw.corrections.jsonl" in capsys.readouterr().out
    made = run(folder)
    assert (made.curated, made.changed, made.pages) == (1, 1, 5) and made.why == {"corrected": 1}
    assert "现代农业" in row(folder, "p.txt").document.text and row(folder, "p.txt").document.publisher == "白沙日报"
    assert run(folder).curated == 0
    report = checks.check(folder / "curated", resources=Resources(workers=1))
    assert report.violations == []
    assert command(folder, "p.txt", "--withdraw") == 0 and command(folder, "p.txt", "--withdraw") == 0
    assert run(folder).curated == 1
    assert "现代渔业" in row(folder, "p.txt").document.text and row(folder, "p.txt").document.publisher == "云栖日报"


def test_of_a_file_of_many_pages_only_the_one_is_curated_again(folder):
    assert command(folder, "feed.jsonl#2", "--strike", "发展现代渔业。") == 0
    made = run(folder)
    assert (made.curated, made.changed, made.unchanged, made.pages, made.pruned) == (1, 1, 4, 5, 0)
    assert (
        "渔业" not in row(folder, "feed.jsonl#2").document.text and "渔业" in row(folder, "feed.jsonl#3").document.text
    )
    assert run(folder).curated == 0
    outcomes = Store.open(folder / "curated").ledger(0).entries["feed.jsonl"].outcomes
    assert sorted(o.source for o in outcomes) == ["feed.jsonl#1", "feed.jsonl#2", "feed.jsonl#3"]
    assert checks.check(folder / "curated", resources=Resources(workers=1)).violations == []


def test_a_page_that_changed_is_told(folder):
    assert command(folder, "p.txt", "--replace", "现代渔业=现代农业") == 0
    (folder / "raw" / "p.txt").write_text(PAGE + "\n完", "utf-8")
    made = run(folder)
    assert any("stale" in text and "p.txt" in text for text in made.warnings)
    assert "correction-stale" in row(folder, "p.txt").document.flags and "渔业" in row(folder, "p.txt").document.text


def test_the_ledger_may_be_lost(folder):
    assert command(folder, "p.txt", "--replace", "现代渔业=现代农业") == 0
    run(folder)
    for path in (folder / "curated" / ".ingest" / "ledger").glob("*.json"):
        path.unlink()
    run(folder)
    assert "现代农业" in row(folder, "p.txt").document.text


def test_changes_are_judged_by_number(folder, capsys):
    edits = row(folder, "p.txt").edits
    gloss = next(e.ordinal for e in edits if "pinyin-gloss" in e.rules and e.applied)
    foot = next(e.ordinal for e in edits if "copyright" in e.rules)
    assert command(folder, "p.txt", "--edit", str(gloss), "--reject") == 0
    assert command(folder, "p.txt", "--edit", str(foot), "--reject") == 0
    assert command(folder, "q.txt", "--edit", str(gloss), "--accept") == 0
    run(folder)
    text = row(folder, "p.txt").document.text
    assert "版权所有" in text and edits[gloss].before in text
    found = judged(corrections.standing(folder / "raw"))
    assert found["pinyin-gloss"] == (2, 1) and found["copyright"] == (1, 1)
    capsys.readouterr()
    with pytest.raises(SystemExit) as done:
        cli.main(["reprocess", str(folder / "raw" / "p.txt"), "--curated", str(folder / "curated")])
    assert done.value.code == 0 and capsys.readouterr().out.count("corrected  p.txt") == 2


def test_corrections_become_cases(folder, tmp_path):
    assert command(folder, "p.txt", "--replace", "现代渔业=现代农业", "--set", "publisher=白沙日报") == 0
    assert command(folder, "p.txt", "--keep", "云栖在线", "--strike", "一、总体要求") == 0
    run(folder)
    assert command(folder, "--as-cases", str(tmp_path / "cases.json")) == 0
    cases = json.loads((tmp_path / "cases.json").read_text("utf-8"))
    assert [sorted(set(c) & {"want", "with", "without", "field"}) for c in cases] == [
        ["want"],
        ["field"],
        ["without"],
        ["with"],
    ]
    assert not any(case["holds"] for case in cases) and not any(map(persons.holds, cases))
    assert "现代农业" in cases[0]["want"]


def test_cases_of_a_web_page_have_its_markup(tmp_path):
    """What a page states, and what belongs, its markup tells; a GBK page and one of a feed are decoded as they were read."""
    (tmp_path / "raw" / "gov").mkdir(parents=True)
    body = "".join(
        f"<p>{line}</p>"
        for line in ("为发展海洋经济，现提出以下意见。", "一、总体要求", "（一）坚持生态优先，保护海岸线。")
    )
    head = "<meta charset=gbk><meta name=author content=林青><title>海洋经济发展意见</title>"
    html = f"<html><head>{head}</head><body><h1>海洋经济发展意见</h1><div>{body}</div><p>扫码关注云栖发布</p></body></html>"
    (tmp_path / "raw" / "gov" / "p.html").write_bytes(html.encode("gbk"))
    line = {"url": "https://a.example/1", "html": html.replace("gbk", "utf-8").replace("海洋", "渔港")}
    (tmp_path / "raw" / "feed.jsonl").write_text(json.dumps(line), "utf-8")
    run(tmp_path)
    for source in ("gov/p.html", "feed.jsonl#1"):
        assert command(tmp_path, source, "--set", "publisher=云栖日报", "--strike", "保护海岸线。") == 0
    assert command(tmp_path, "gov/p.html", "--replace", "生态优先=绿色优先") == 0
    assert command(tmp_path, "--as-cases", str(tmp_path / "cases.json")) == 0
    cases = json.loads((tmp_path / "cases.json").read_text("utf-8"))
    assert [sorted(set(case) & {"html", "text"}) for case in cases] == [["html"]] * 4 + [["text"]]
    assert cases[0]["html"] == html and "渔港" in cases[2]["html"] and "林青" in cases[2]["html"]
    assert not any(map(persons.holds, cases))
    ours = [case | {"value": None} for case in cases if "field" in case]
    assert all(map(persons.holds, ours)) and persons.holds(cases[0] | {"without": "没有的话"})


@pytest.mark.parametrize(
    "arguments",
    [
        ("nowhere.txt", "--set", "title=甲"),
        ("p.txt", "--replace", "没有的话=甲"),
        ("p.txt", "--replace", "发展=甲"),
        ("p.txt", "--edit", "9999", "--accept"),
        ("p.txt", "--edit", "1"),
        ("p.txt", "--set", "colour=red"),
        ("p.txt", "--set", "published_on=yesterday"),
        ("p.txt", "--set", "published_on=2021-13-05"),
        ("p.txt", "--set", "issued_on=20210305"),
        ("p.txt", "--set", "title= "),
        ("p.txt", "--strike", "云栖在线", "--nth", "0"),
        ("p.txt", "--strike", "5:2"),
        ("--set", "title=甲"),
        ("--take", "nowhere.jsonl"),
    ],
)
def test_what_cannot_be_is_one_line(folder, arguments, capsys):
    assert command(folder, *arguments) in (1, 2)
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "validation" not in said and "Value error" not in said
    assert not corrections.place(folder / "raw").exists()


def test_a_file_that_is_a_pipe_is_named(folder):
    path = corrections.place(folder / "raw")
    os.mkfifo(path)
    with pytest.raises(InputError, match="it is a pipe, not a regular file"):
        run(folder)
    with pytest.raises(InputError, match=r"cannot be written: \w+"):
        corrections.add(folder / "raw", [said("strike", "云栖在线")])


def test_a_broken_file_is_named_and_a_cut_line_closed(folder):
    path = corrections.place(folder / "raw")
    path.write_text('{"source": "p.txt"', "utf-8")
    with pytest.raises(InputError, match="line 1"):
        run(folder)
    path.write_text("", "utf-8")
    corrections.add(folder / "raw", [said("strike", "云栖在线")])
    path.write_bytes(path.read_bytes()[:-1])
    corrections.add(folder / "raw", [said("set", field="title", after="甲")])
    assert len(corrections.load(folder / "raw")) == 2


def test_a_file_of_a_review_page_is_taken_once(folder, tmp_path, capsys):
    file = tmp_path / "from-page.jsonl"
    file.write_text(corrections.lines([said("correct", "漁業(yè)", "农业")]), "utf-8")
    assert command(folder, "--take", str(file)) == 0 and command(folder, "--take", str(file)) == 0
    assert len(corrections.load(folder / "raw")) == 1
    run(folder)
    assert "农业" in row(folder, "p.txt").document.text


CASES = [
    c for path in sorted(Path(__file__).parent.glob("cases/persons/*.json")) for c in json.loads(path.read_bytes())
]


@pytest.mark.parametrize("case", CASES, ids=[c["label"] for c in CASES])
def test_what_persons_said_of_pages_is_what_the_rules_give(case):
    """A case that does not hold yet is marked so; the rule that makes it hold changes the mark."""
    assert persons.holds(case) is case["holds"]
