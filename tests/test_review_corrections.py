"""Corrections made on a review page in a real Chromium: said, downloaded, taken by `ingest correct`, and made by a run."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page
from test_corrections import PAGE
from test_review_browser import Open, browser, opened, pytestmark

from ingest import cli, corpus
from ingest.corpus import correcting, corrections
from ingest.corpus.audit import checks
from ingest.corpus.processes.workers import Resources
from ingest.correction import Correction, effective
from ingest.review import write

__all__ = ["browser", "opened", "pytestmark"]  # fixtures, and when these tests run
ONE = Resources(workers=1)
# Characters of two code units, and ones that cannot be seen: offsets are code points of the page.
TEXT = PAGE.replace("為發(fā)展", "𠮷\u200b為發(fā)展").replace("保護(hù)海岸線", "保護(hù)海岸\u200b線")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "p.txt").write_text(TEXT, "utf-8")
    html = "".join(f"<p>{line}</p>" for line in TEXT.splitlines())
    (tmp_path / "pages" / "h.html").write_text(f"<html><head><meta charset=utf-8></head><body>{html}</body></html>")
    corpus.run(tmp_path / "pages", tmp_path / "curated", resources=ONE, buckets=1)
    return tmp_path


def opened_page(folder: Path, opened: Open, source: str, **size: int) -> tuple[Page, correcting.Seen]:
    doc = correcting.seen(folder / "curated", source)
    write(folder / "curated", folder / "review")
    return opened(folder / "review" / "documents" / f"{doc.document.doc_id}.html", **size), doc


def mark(tab: Page, side: str, words: str, nth: int = 0) -> None:
    """Marks words as a pointer would: a selection over the text of one side, across elements."""
    tab.evaluate(
        """([side, words, nth]) => {
            for (const block of document.querySelectorAll(side)) {
                const walk = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), nodes = [];
                while (walk.nextNode()) nodes.push(walk.currentNode);
                const whole = nodes.map(n => n.data).join("");
                let at = whole.indexOf(words);
                if (at < 0 || nth-- > 0) continue;
                const find = (place) => {
                    for (const node of nodes) { if (place <= node.data.length) return [node, place]; place -= node.data.length; }
                };
                const range = document.createRange();
                range.setStart(...find(at));
                range.setEnd(...find(at + words.length));
                getSelection().removeAllRanges();
                getSelection().addRange(range);
                return;
            }
            throw new Error("there is no " + words);
        }""",
        [side, words, nth],
    )
    tab.wait_for_timeout(300)


def press(tab: Page, label: str) -> None:
    tab.locator("#judge button", has_text=label).click()


def downloaded(tab: Page, folder: Path) -> list[Correction]:
    """The file as the browser saves it, read by the reader of corrections."""
    if not tab.locator("#corrections").get_attribute("open"):
        tab.locator("#corrections summary").click()
    with tab.expect_download() as found:
        tab.locator("#download").click()
    assert found.value.suggested_filename == "pages.corrections.jsonl"
    file = folder / "saved.jsonl"
    found.value.save_as(file)
    return list(corrections.parsed(file.read_bytes(), file))


def taken(folder: Path) -> correcting.Seen:
    with pytest.raises(SystemExit) as done:
        cli.main(["correct", "--take", str(folder / "saved.jsonl"), "--curated", str(folder / "curated")])
    assert done.value.code == 0
    made = corpus.run(folder / "pages", folder / "curated", resources=ONE)
    assert made.why == {"corrected": 1} and made.curated == 1 and not made.warnings
    assert checks.check(folder / "curated", resources=ONE).violations == []
    return correcting.seen(
        folder / "curated", json.loads((folder / "saved.jsonl").read_text().splitlines()[0])["source"]
    )


@pytest.mark.parametrize("source", ["p.txt", "h.html"])
def test_what_is_said_on_a_page_is_made_by_the_next_run(folder: Path, opened: Open, source: str) -> None:
    tab, doc = opened_page(folder, opened, source)
    tab.locator("#corrections summary").click()
    tab.fill("#who", "林")
    tab.keyboard.press("Escape")
    glosses = [e.ordinal for e in doc.edits if e.applied and "pinyin-gloss" in e.rules]
    tab.click(f".src [data-i='{glosses[0]}']")
    press(tab, "Right")
    tab.click(f".src [data-i='{glosses[1]}']")
    tab.locator("#judge input").fill("the page explains it")
    press(tab, "Wrong")
    mark(tab, ".rec .own p", "现代渔业")
    press(tab, "Should be")
    tab.fill("#judge textarea", "现代农业")
    press(tab, "Save")
    mark(tab, ".rec .own p", "坚持生态优先。")
    press(tab, "Not part")
    mark(tab, ".src p", "版權(quán)所有")
    press(tab, "Part of the document")
    tab.locator(".meta > summary").click()
    for field, value in (("publisher", "白沙日报"), ("published_on", "2021-03-05"), ("title", "白沙县海洋意见")):
        tab.fill(f"[data-field={field}]", value)
        tab.locator(f"[data-field={field}]").press("Tab")
    assert tab.locator("#said-count").inner_text() == "8"
    said = downloaded(tab, folder)
    actions = [one.action for one in said]
    assert actions == ["accept", "reject", "correct", "strike", "keep", "set", "set", "set"]
    assert {one.who for one in said} == {"林"} and said[1].why == "the page explains it" and len(effective(said)) == 8
    page = doc.document.page_text
    assert all(page[one.start : one.end] == one.before for one in said if one.start is not None)
    same = correcting.replaced(doc, "现代渔业", "现代农业")
    assert (said[2].start, said[2].end, said[2].after, said[2].rules) == (same.start, same.end, same.after, same.rules)
    of_edit = [correcting.of_edit(doc, n, word) for n, word in zip(glosses, ("accept", "reject"), strict=False)]
    assert [(o.start, o.end, o.after, o.rules) for o in of_edit] == [
        (o.start, o.end, o.after, o.rules) for o in said[:2]
    ]
    now = taken(folder)
    assert "现代农业" in now.document.text and "生态优先" not in now.document.text and "版权所有" in now.document.text
    assert (now.document.publisher, str(now.document.published_on)) == ("白沙日报", "2021-03-05")
    assert now.document.title == "白沙县海洋意见" and doc.edits[glosses[1]].before in now.document.text


def test_offsets_are_code_points_and_what_is_hidden_counts(folder: Path, opened: Open) -> None:
    tab, doc = opened_page(folder, opened, "p.txt")
    mark(tab, ".src p", "發(fā)展海洋")
    press(tab, "Should be")
    assert tab.input_value("#judge textarea") == "发展海洋" or tab.input_value("#judge textarea") == "發展海洋"
    press(tab, "Save")
    mark(tab, ".rec .own p", "海岸")
    press(tab, "Not part")
    said = downloaded(tab, folder)
    page = doc.document.page_text
    assert page[said[0].start : said[0].end] == said[0].before and said[0].before.startswith("發(fā)展海洋")
    assert said[1].before == "海岸" and page[said[1].start : said[1].end] == "海岸"
    assert "海岸" not in taken(folder).document.text


def test_what_the_reader_would_refuse_cannot_be_saved(folder: Path, opened: Open) -> None:
    tab, _ = opened_page(folder, opened, "p.txt")
    mark(tab, ".rec .own p", "现代")
    press(tab, "Should be")
    for wrong in ("\n现代", "\n".join("甲乙丙丁" * 5)):
        tab.fill("#judge textarea", wrong)
        press(tab, "Save")
        assert tab.locator("#judge .fault").inner_text()
    press(tab, "Cancel")
    assert tab.locator("#said-count").text_content() == "0" and tab.locator("#download").is_disabled()


def test_what_was_said_is_kept_and_can_be_taken_back(folder: Path, opened: Open) -> None:
    tab, doc = opened_page(folder, opened, "p.txt", width=390, height=800)
    gloss = next(e.ordinal for e in doc.edits if e.applied and "pinyin-gloss" in e.rules)
    tab.click(f".src [data-i='{gloss}']")
    press(tab, "Wrong")
    tab.reload()
    assert tab.locator("#said-count").text_content() == "1" and tab.locator(f".src [data-i='{gloss}'].said").count()
    downloaded(tab, folder)
    taken(folder)
    tab.locator("#said li button").last.click()
    assert tab.locator("#said-count").text_content() == "0"
    again, now = opened_page(folder, opened, "p.txt")
    person = next(e for e in now.edits if any(rule.startswith("person:") for rule in e.rules))
    assert not person.applied
    again.keyboard.press("d")
    again.click(f".src [data-i='{person.ordinal}']")
    press(again, "Take back")
    (withdrawn,) = downloaded(again, folder)
    assert withdrawn.action == "withdraw" and (withdrawn.start, withdrawn.end) == (person.start, person.end)
    assert taken(folder).document.text == doc.document.text


def test_a_page_of_one_file_alone_makes_no_corrections(opened: Open) -> None:
    from review_made import sample

    tab = opened(sample())
    assert not tab.locator("#corrections, #fields, #exact").count()
    tab.click(".src [data-i='4']")
    assert not tab.locator("#judge").count()
