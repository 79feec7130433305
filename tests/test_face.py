"""The public face: what a call that makes no sense is told, what a document shows of itself, and one name for one page."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import ingest
from ingest import cli, corpus

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"pattern": "("}, "'\\(' is no regular expression"),
        ({"pattern": "甲", "example": "乙"}, "'甲' does not match its example '乙'"),
        ({"pattern": "甲", "where": "nowhere"}, "where"),
        ({"pattern": ""}, "pattern"),
        ({"pattern": "甲", "id": ""}, "id"),
    ],
)
def test_a_rule_tries_itself(given, message):
    with pytest.raises(ValidationError, match=message):
        ingest.NoticeRule(**{"id": "a", **given})


def test_every_place_that_the_docs_name_is_one():
    said = re.search(r"`where` says.*?\n\n|`where` says.*", (ROOT / "docs" / "python.md").read_text("utf-8"), re.S)[0]
    places = set(re.findall(r"`(any|head|tail|edge|weak)`", said))
    assert places == {"any", "head", "tail", "edge", "weak"}
    for place in places:
        assert ingest.NoticeRule(id="a", where=place, pattern="甲").where == place


def test_a_rule_of_full_width_signs():
    assert ingest.NoticeRule(id="a", pattern="甲:1", example=" 甲：１ ").example == " 甲：１ "


@pytest.mark.parametrize("media_type", ["text/markdown", "application/json", "html", ""])
def test_an_unknown_media_type(media_type):
    with pytest.raises(ingest.UsageError, match=f"not {media_type!r}"):
        ingest.curate("渔港", source="a", media_type=media_type)


@pytest.mark.parametrize("media_type", ["text/html", "TEXT/HTML; charset=gbk", "application/xhtml+xml"])
def test_known_media_types(media_type):
    made = ingest.curate("<p>渔港改造昨日完工,泊位增加一倍,码头加长。</p>", source="a", media_type=media_type)
    assert made.document.media_type == "text/html"


def test_dir_shows_what_there_is():
    code = "import ingest; print('curate' in dir(ingest), set(ingest.__all__) <= set(dir(ingest)))"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert shown.split() == ["True", "True"]


def test_a_document_shows_itself_in_a_line():
    made = ingest.curate("云栖市渔港条例\n" + "第一条 为保护渔港,制定本条例。\n" * 50, source="law/port.txt")
    for shown in (repr(made), str(made), repr(made.document)):
        assert "\n" not in shown and len(shown) < 200 and "云栖市渔港条例" in shown and "law/port.txt" in shown
    assert "制定" not in repr(made)


def test_what_flows_use_of_corpus_is_documented_as_public():
    text = (ROOT / "docs" / "python.md").read_text("utf-8")
    assert [name for name in corpus.__all__ if f"`{name}" not in text] == []
    assert 'if __name__ == "__main__":' in text


def test_explain_calls_a_page_what_the_datasets_call_it(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    page = tmp_path / "raw" / "gov" / "port.txt"
    page.parent.mkdir(parents=True)
    page.write_text("云栖市渔港条例\n第一条 为保护渔港,制定本条例。\n", "utf-8")
    corpus.run(tmp_path / "raw", tmp_path / "curated", resources=corpus.Resources(1))

    def explained(path):
        with pytest.raises(SystemExit) as end:
            cli.main(["explain", str(path), "--json"])
        assert end.value.code == 0
        return json.loads(capsys.readouterr().out)["document"]

    document = explained(page)
    assert document["source"] == "gov/port.txt"
    assert document["doc_id"] == ingest.curate("渔港是云栖市的门户。", source="gov/port.txt").document.doc_id
    beside = tmp_path / "port.txt"
    beside.write_text(page.read_text("utf-8"), "utf-8")
    assert explained(beside)["source"] == "port.txt"
