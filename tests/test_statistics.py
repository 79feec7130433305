"""What a folder holds in numbers: counted the same by every way, kept from run to run, compared, and judged by people."""

import json
from pathlib import Path

import made
import pytest
from inline import Inline
from selectolax.lexbor import LexborHTMLParser

from ingest import cli, corpus
from ingest.corpus import counting, history
from ingest.corpus.processes.workers import Resources
from ingest.corpus.storage.store import Store
from ingest.han import kinds
from ingest.review import collect, report
from ingest.review.drift import drift, trends

ONE = Resources(workers=1)
SLIP = "白沙縣海洋經(jīng)濟(jì)發(fā)展意見\n發(fā)布時(shí)間:2021-03-04 | 來源:云栖日報(bào)\n一、總體要求\n保護(hù)海岸線。\n"


def run(base: Path) -> corpus.Summary:
    return corpus.run(base / "raw", base / "curated", resources=ONE, buckets=2, pool=Inline(ONE))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: two pages, two more of another kind, and one page less that can be read."""
    base = tmp_path_factory.mktemp("statistics")
    made.folder(base / "raw", 4)
    run(base)
    (base / "raw" / "slip.txt").write_text(SLIP, "utf-8")
    (base / "raw" / "latin.txt").write_text("nothing here is Chinese\n", "utf-8")
    run(base)
    (base / "raw" / "other.txt").write_text(SLIP.replace("意見", "通知"), "utf-8")
    run(base)
    return base


def test_a_run_adds_a_state_and_one_without_changes_none(base: Path) -> None:
    store = Store.open(base / "curated")
    states = history.states(store)
    assert [state.counts["total"]["curated"] for state in states] == [4, 5, 6]
    before = (store.inner / history.NAME).read_bytes()
    run(base)
    assert (store.inner / history.NAME).read_bytes() == before


def test_what_is_kept_is_what_is_counted(base: Path) -> None:
    store = Store.open(base / "curated")
    whole = counting.summed(counting.of_bucket(store, bucket) for bucket in store.numbers())
    last = history.states(store)[-1].counts
    assert {name: +whole[name] for name in counting.KEPT} == {name: +last[name] for name in counting.KEPT}
    assert whole["document_kind"] == {"方案": 4, "意见": 1, "通知": 1} and whole["damage"]["pinyin-gloss"] == 2
    assert whole["total"]["damaged"] == 2 and whole["density"]["≥ 20"] == 2 and whole["reason"] == {"not_chinese": 1}


def test_a_history_that_is_damaged_begins_anew(base: Path) -> None:
    store = Store.open(base / "curated")
    place = store.inner / history.NAME
    whole = place.read_bytes()
    for damaged in (b"", b"{}", whole[:-9], whole.replace(b'"title": 6', b'"title": 5'), whole + b"\n"):
        place.write_bytes(damaged)
        assert history.damaged(store) and history.states(store) == []
    run(base)
    assert not history.damaged(store) and len(history.states(store)) == 1
    place.unlink()
    assert not history.damaged(store)
    place.write_bytes(whole)


def test_drift_is_told_against_the_run_before(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = collect(base / "curated")
    moved = {one.measure: one for one in found.moved}
    assert found.since == history.states(Store.open(base / "curated"))[-2].when
    assert (moved["curated"].before, moved["curated"].now) == (5, 6)
    assert moved["damaged"].before == 0.2 and moved["damaged"].now == 0.33333
    assert not moved["damaged"].notable, "of so few documents chance makes as much"
    assert [len(trend.values) for trend in found.trends] == [3] * len(found.trends)
    with pytest.raises(SystemExit):
        cli.main(["stats", str(base / "curated")])
    said = capsys.readouterr().out
    assert "since the run before" in said and "5 ->            6  curated" in said and "意见" in said


@pytest.mark.parametrize(
    ("label", "counts", "notable"),
    [
        ("many documents, half of them without a date now", (1000, 900, 450), True),
        ("the same in few", (10, 9, 6), False),
        ("many, and hardly less", (100_000, 90_000, 89_800), False),
        ("nothing changed", (1000, 900, 900), False),
        ("none had it, some do", (1000, 0, 60), True),
    ],
)
def test_what_moved_by_more_than_chance(label: str, counts: tuple[int, int, int], notable: bool) -> None:
    documents, before, now = counts
    one, other = counting.summed([]), counting.summed([])
    for state, have in ((one, before), (other, now)):
        state["total"].update(curated=documents, page_chars=documents * 1000)
        state["has"]["published_on"] = have
    assert next(m for m in drift(one, other) if m.measure == "has published_on").notable is notable
    assert trends([one, other]) == ()


def test_rules_that_moved_are_named_the_most_first() -> None:
    one, other = counting.summed([]), counting.summed([])
    for state, slips, glosses in ((one, 10, 4_000), (other, 400, 4_100)):
        state["total"].update(curated=1000, page_chars=1_000_000)
        state["rules"].update({"phase-slip guess": slips, "pinyin-gloss exact": glosses})
    assert [m.measure for m in drift(one, other) if m.measure.startswith("rule")] == ["rule phase-slip"]


def test_what_people_said_is_counted_by_rule(base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: str) -> str:
        with pytest.raises(SystemExit) as done:
            cli.main([*arguments])
        assert done.value.code == 0
        return capsys.readouterr().out

    curated = ["--curated", str(base / "curated")]
    said("correct", "slip.txt", "--edit", "0", "--accept", *curated)
    said("correct", "slip.txt", "--edit", "1", "--reject", *curated)
    said("correct", "slip.txt", "--set", "publisher=白沙日报", *curated)
    said("correct", "slip.txt", "--replace", "海岸线=海岸", *curated)
    found = json.loads(said("stats", str(base / "curated"), "--json"))
    assert found["judged"]["pinyin-gloss"] == {"looked_at": 2, "wrong": 1}
    assert found["judged"][""] == {"looked_at": 1, "wrong": 1} and found["fields_set"] == {"publisher": 1}
    assert found["rules"]["pinyin-gloss"]["exact"] > 4 and found["fields"]["title"]["found"] == 6
    text = said("stats", str(base / "curated"))
    assert "set by hand: publisher" in text and "2         1  pinyin-gloss" in text
    page = LexborHTMLParser(report(collect(base / "curated")))
    rows = [[cell.text(strip=True) for cell in row.css("th, td")] for row in page.css(".judged tbody tr")]
    assert ["pinyin-gloss", "2", "1", "50"] in [row[:4] for row in rows]
    (base / "raw.corrections.jsonl").unlink()


def test_the_page_draws_what_is_counted(base: Path) -> None:
    page = LexborHTMLParser(report(collect(base / "curated")))
    assert not page.css("[style], [href^=http], img, link")
    fields = {
        row.css_first("th").text(): [n.text() for n in row.css(".num")] for row in page.css(".facts-found tbody tr")
    }
    assert fields["Title"] == ["6", "0", "100.0 %"] and fields["Published"] == ["2", "4", "33.3 %"]
    assert all(0 <= float(rect.attributes["width"] or 0) <= 100 for rect in page.css("rect"))
    headings = [h2.text() for h2 in page.css("h2")]
    assert (
        headings[:2] == ["Since the run before", "Over the last runs"] and "Changes by rule and certainty" in headings
    )


def test_an_empty_folder_has_a_page_too(tmp_path: Path) -> None:
    (tmp_path / "raw").mkdir()
    run(tmp_path)
    assert "Statistics" in report(collect(tmp_path / "curated"))


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("云栖市人民政府关于渔港建设的通知", "通知"),
        ("雲棲市人民政府關於漁港建設的決定", "决定"),
        ("云栖市渔港管理办法（试行）", "办法"),
        ("《云栖市渔港条例》", "条例"),
        ("渔港开放了", None),
        ("通知书上写着什么", None),
    ],
)
def test_the_kind_that_a_title_names(title: str, kind: str | None) -> None:
    assert kinds.of(title) == kind
