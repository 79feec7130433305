"""Review pages without a browser: layout, escaping, labels, the policy, and pages of a curated folder."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path
from typing import get_args

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from properties import tries
from review_made import document, edit, large, record, sample
from selectolax.lexbor import LexborHTMLParser

from ingest import InputError, Rejection, StoreError
from ingest.cli import main
from ingest.corpus.storage.parquet import to_table
from ingest.corpus.storage.store import Store
from ingest.models import CuratedDocument, Document, Duplicate, Kind, Row
from ingest.review import collect, page, report, write
from ingest.review.doubt import doubt, form
from ingest.review.layout import Row as LaidRow
from ingest.review.layout import Token, rows
from ingest.review.render import Listed, index, labels
from ingest.review.visible import HIDDEN, code, name, shown

CASES = json.loads((Path(__file__).parent / "cases" / "review.json").read_text("utf-8"))
TEMPLATES = Path(__file__).parents[1] / "src" / "ingest" / "review" / "templates"


def drawn(tokens: Iterable[Token]) -> str:
    """Tokens in one line, for eyes."""
    signs = {
        "text": lambda k: k.text,
        "hidden": lambda k: f"⟨{code(k.text)}⟩",
        "newline": lambda k: "↵",
        "open": lambda k: f"⟪{k.edit} ",
        "close": lambda k: "⟫",
    }
    return "".join(signs[k.what](k) for k in tokens)


def drawn_rows(laid: list[LaidRow]) -> list[str]:
    out = []
    for n, row in enumerate(laid):
        lines = [f"{line.number or '…'} {drawn(line.tokens)}" for line in row.lines if not line.blank]
        owner = f" ={[r.entry for r in laid if r.entry].index(row.entry)}" if row.entry else " -"
        out += [*lines[:-1], *(line + owner for line in lines[-1:])]
        assert n == 0 or row.start == laid[n - 1].end
    return out


@pytest.mark.parametrize("case", CASES, ids=[c["label"] for c in CASES])
def test_layout(case: dict) -> None:
    text = case["page"]
    edits = [
        edit(text, start, end, after, applied=not declined)
        for start, end, after, *declined in map(tuple, case["edits"])
    ]
    records = [record(f"para_{n}", *span, text[span[0] : span[1]]) for n, span in enumerate(case["records"])]
    assert drawn_rows(rows(document(text, records, edits))) == case["expected"]


@st.composite
def damaged(draw: st.DrawFn) -> CuratedDocument:
    """Any page with applied edits that do not overlap, declined ones anywhere, and records that do not overlap."""
    text = draw(st.text("甲乙丙a(\n \t\u202e\u200b\r", min_size=1, max_size=60))
    spots = st.integers(0, len(text))

    def apart() -> list[tuple[int, int]]:
        cuts = sorted(draw(st.sets(spots, max_size=10)))
        return [*zip(cuts[::2], cuts[1::2], strict=False)]

    applied = [edit(text, a, b, draw(st.sampled_from(["", "丁"]))) for a, b in apart()]
    pairs = draw(st.lists(st.tuples(spots, spots), max_size=5))
    declined = [edit(text, min(p), max(p), "戊", applied=False) for p in pairs]
    edits = sorted([*applied, *declined], key=lambda e: (e.start, e.end, not e.applied))
    return document(text, [record(f"para_{a}", a, b, text[a:b]) for a, b in apart()], edits)


@tries(400)
@given(damaged())
def test_layout_loses_nothing(doc: CuratedDocument) -> None:
    text, at = doc.page_text, 0
    covered: dict[int, str] = {}
    for row in rows(doc):
        assert row.start == at
        for line in row.lines:
            plain = "".join(k.text for k in line.tokens if k.what in ("text", "hidden"))
            own = text[at : at + line.chars].removesuffix("\n")
            assert plain in (own, own.removesuffix("\r")), "half of a line break is not text"
            stack: list[int] = []
            for token in line.tokens:
                if token.what == "open":
                    stack.append(token.edit)
                    covered.setdefault(token.edit, "")
                elif token.what == "close":
                    assert stack.pop() == token.edit
                else:
                    assert not HIDDEN.search(token.text) or token.what == "hidden"
                    for i in stack:
                        covered[i] += token.text
            assert not stack
            assert not line.blank or not plain.strip()
            at += line.chars
        assert row.end == at
    assert at == len(text)
    assert covered.keys() == set(range(len(doc.edits))), "every edit is marked"
    for i, e in enumerate(doc.edits):
        assert not e.applied or covered[i] == e.before, "an applied edit is marked whole"


def test_lines_are_cut_where_they_are_long() -> None:
    doc = large(30_000, 3_000, 1)
    (row,) = rows(doc)
    assert max(line.chars for line in row.lines) <= 1200
    assert [line.number for line in row.lines][:3] == [1, None, None]
    assert row.entry and max(sum(len(k.text) for k in part) for part in row.entry.text) <= 2400


def test_replacements_are_marked_in_the_record() -> None:
    doc = sample()
    entries = [row.entry for row in rows(doc) if row.entry]
    assert [drawn(part) for part in entries[2].text] == ["推進數字⟪4 经济⟫，⟪5 应用⟫新技術（暂行）。"]
    assert [drawn(part) for part in entries[3].text] == ["第二段没有改动。"]


def test_a_record_that_does_not_replay_has_no_marks() -> None:
    text = "甲?乙"
    doc = document(text, [record("para_1", 0, 3, "甲丁乙丙")], [edit(text, 1, 2, "丁")])
    (row,) = rows(doc)
    assert row.entry and drawn(row.entry.text[0]) == "甲丁乙丙"


def test_hidden_characters_are_named() -> None:
    assert shown("a\u202eb\u00adc") == "a⟨U+202E⟩b⟨U+00AD⟩c"
    assert shown("正常的文字，English, ﾊﾝｶｸ\tx") == "正常的文字，English, ﾊﾝｶｸ\tx"
    assert (name("\u202e"), name("\x01"), name("\ue000"), name("\ud800")) == (
        "RIGHT-TO-LEFT OVERRIDE",
        "CONTROL",
        "PRIVATE USE",
        "SURROGATE",
    )


# ---------------------------------------------------------------- a page's text is text

EVIL = "</script><script>hacked=1</script><img src=x onerror=hacked=1>\"'><b style=color:red>&amp;\u202e\ud800"


def hostile() -> CuratedDocument:
    text = f"{EVIL}\n{EVIL}"
    edits = [
        edit(text, 0, 9, EVIL, rules=(EVIL,), note=EVIL),
        edit(text, len(EVIL) + 1, len(text), EVIL, applied=False),
    ]
    told = document(
        text,
        [
            record("para_1", 0, len(EVIL), EVIL + EVIL[9:], label=EVIL, heading=EVIL),
            record(EVIL, len(EVIL) + 1, len(text), EVIL, cells=((EVIL,),), kind="table"),
        ],
        edits,
        title=EVIL,
        source=EVIL,
        url="javascript:hacked=1",
        publisher=EVIL,
        flags=(EVIL,),
    )
    return told


@pytest.mark.parametrize(
    "html",
    [
        page(hostile(), home="../index.html", corrections=f"{EVIL}.corrections.jsonl"),
        index(
            [Listed(source=EVIL, title=EVIL, flags=(EVIL,), rules=(EVIL,), names=(EVIL,)), Listed(EVIL, reason=EVIL)]
        ),
    ],
    ids=["page", "index"],
)
def test_a_hostile_page_stays_text(html: str) -> None:
    html.encode()  # no lone surrogate is left
    assert "\u202e" not in html
    tree = LexborHTMLParser(html)
    *blocks, script = [s.attributes.get("type") for s in tree.css("script")]
    assert set(blocks) == {"application/json"} and script is None
    assert not tree.css("img, [style], b[style], iframe, object, link, form")
    assert not [a for node in tree.css("*") for a in node.attributes if a.startswith("on")]
    assert all(a.attributes["href"].startswith(("#", "../index.html")) for a in tree.css("a[href]"))
    json.loads(tree.css_first("#data").text())
    if exact := tree.css_first("#exact"):
        assert json.loads(exact.text())["page"] == f"{EVIL}\n{EVIL}", "what corrections are made of, to the character"


@pytest.mark.parametrize("html", [page(sample()), index([])], ids=["page", "index"])
def test_the_policy_names_just_this_script_and_style(html: str) -> None:
    tree = LexborHTMLParser(html)
    policy = tree.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    wanted = {}
    for kind in ("style", "script"):
        inner = re.findall(rf"<{kind}>(.*?)</{kind}>", html, re.S)
        assert len(inner) == 1
        wanted[f"{kind}-src"] = f"'sha256-{b64encode(sha256(inner[0].encode()).digest()).decode()}'"
    rules = dict(part.split(" ", 1) for part in policy.split("; "))
    assert rules.pop("default-src") == "'none'"
    assert {k: rules.pop(k) for k in wanted} == wanted
    assert rules == {
        "base-uri": "'none'",
        "form-action": "'none'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }


def test_the_page_shows_all_of_the_text() -> None:
    doc = sample()
    tree = LexborHTMLParser(page(doc))
    shown_lines = [p.text().replace("↵", "") for p in tree.css(".src p")]
    assert shown_lines == doc.page_text.split("\n")
    assert len({m.attributes["data-i"] for m in tree.css(".src [data-i]")}) == len(doc.edits)


# ---------------------------------------------------------------- labels


def test_every_label_is_there_in_both_languages() -> None:
    assert all(english.strip() and chinese.strip() for english, chinese in labels().values())
    used = set(get_args(Kind)) | {"removed", "repaired", "converted", "declined", "strip", "repair", "script"}
    used |= set(Document.model_fields) - {"page_text", "text"}
    for file in TEMPLATES.iterdir():
        text = file.read_text("utf-8")
        used |= set(re.findall(r"""(?:\bt\(|\ben\(|say\(|label: |data-t(?:-label)?=|part\()["']([a-z_]+)["']""", text))
    assert used <= labels().keys()


# ---------------------------------------------------------------- a curated folder


def folder(root: Path, documents: Iterable[CuratedDocument], rejections: Iterable[Rejection]) -> Path:
    """A curated folder of these, all in one bucket."""
    store = Store.create(root / "curated", root / "raw")
    made = sorted(documents, key=lambda d: d.document.doc_id)
    tables: dict[str, list[Row]] = {
        "documents": [d.document for d in made],
        "records": [r for d in made for r in d.records],
        "edits": [e for d in made for e in d.edits],
        "rejections": list(rejections),
    }
    for dataset, own in tables.items():
        path = store.table(dataset, 5)
        path.parent.mkdir(parents=True)
        pq.write_table(to_table(dataset, own), path, write_page_checksum=True)
    return root / "curated"


def named(doc: CuratedDocument, doc_id: str, **more: object) -> CuratedDocument:
    same = {"doc_id": doc_id, "revision": doc.document.revision}
    return CuratedDocument(
        document=doc.document.model_copy(update=same | more),
        records=tuple(r.model_copy(update=same | {"record_id": f"{doc_id}#{r.eid}"}) for r in doc.records),
        edits=tuple(e.model_copy(update=same) for e in doc.edits),
    )


@pytest.fixture
def curated(tmp_path: Path) -> Path:
    (tmp_path / "raw").mkdir()
    plain = document("没有改动。", [record("para_1", 0, 5, "没有改动。")], [])
    docs = [named(sample(), "a" * 16), named(plain, "b" * 16, source="made/plain.txt")]
    refused = Rejection(
        source="bad.pdf", raw_sha256=None, stage="page", reason="binary", detail="a PDF", rejected_at=None
    )
    made = folder(tmp_path, docs, [refused])
    (made / "duplicates").mkdir()
    repeat = Duplicate(doc_id="b" * 16, duplicate_of="a" * 16, method="text", similarity=1.0, evidence="all")
    pq.write_table(to_table("duplicates", [repeat]), made / "duplicates" / "part-0.parquet")
    return made


def entries(path: Path) -> dict[str, list]:
    data = json.loads(LexborHTMLParser(path.read_text("utf-8")).css_first("#data").text())
    return {entry[2]: entry for entry in data["entries"]}


def test_pages_of_a_curated_folder(curated: Path, tmp_path: Path) -> None:
    home, *pages = write(curated, tmp_path / "out")
    assert home == tmp_path / "out" / "index.html"
    assert [p.name for p in pages] == ["a" * 16 + ".html", "b" * 16 + ".html"]
    own = page(named(sample(), "a" * 16), home="../index.html", corrections="raw.corrections.jsonl")
    assert pages[0].read_text("utf-8") == own
    listed = entries(home)
    assert list(listed) == ["bad.pdf", "made/plain.txt", "made/sample.html"]
    address, title, _, _, _, _, records, changes, guesses, flags, rules, *_ = listed["made/sample.html"]
    assert (home.parent / address).is_file()
    assert (title, records, changes, guesses, flags) == ("云栖市产业规划", 4, 7, 1, ["short"])
    assert rules == ["editor-line", "outside-container", "phase-slip", "pinyin-gloss", "term"]
    assert listed["made/plain.txt"][7:12] == [0, 0, [], [], "a" * 16]
    assert listed["bad.pdf"][12:] == ["page", "binary", "a PDF"]


def test_pages_of_some_documents(curated: Path, tmp_path: Path) -> None:
    assert [p.name for p in write(curated, tmp_path / "out", ["b" * 16])] == ["index.html", "b" * 16 + ".html"]
    listed = entries(tmp_path / "out" / "index.html")
    assert listed["made/plain.txt"][0] and listed["made/sample.html"][0] is None, "no link to a page that is not there"


def test_pages_are_made_again_only_where_something_changed(curated: Path, tmp_path: Path) -> None:
    _, first, second = write(curated, tmp_path / "out")
    first.write_text(first.read_text("utf-8") + "<!-- kept -->", "utf-8")
    second.write_text("another page", "utf-8")
    assert write(curated, tmp_path / "out")[1:] == [first, second]
    assert first.read_text("utf-8").endswith("<!-- kept -->") and "没有改动" in second.read_text("utf-8")
    for dataset, rows_ in (("documents", "document"), ("records", "records"), ("edits", "edits")):
        path = next((curated / dataset).glob("*/*.parquet"))
        docs = [named(sample(), "a" * 16, revision="0" * 16), named(sample(), "b" * 16)]
        made = [getattr(d, rows_) for d in docs]
        flat = made if dataset == "documents" else [row for own in made for row in own]
        flat = [r.model_copy(update={"revision": "0" * 16}) if r.doc_id[0] == "a" else r for r in flat]
        pq.write_table(to_table(dataset, flat), path, write_page_checksum=True)
    write(curated, tmp_path / "out")
    assert not first.read_text("utf-8").endswith("<!-- kept -->")


def test_a_document_that_is_not_there(curated: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no document cafe"):
        write(curated, tmp_path / "out", ["cafe"])
    assert not (tmp_path / "out").exists()


def test_rows_of_two_revisions_are_never_shown_as_one(curated: Path, tmp_path: Path) -> None:
    path = next((curated / "edits").glob("*/*.parquet"))
    edits = [e.model_copy(update={"revision": "0" * 16}) for e in named(sample(), "a" * 16).edits]
    pq.write_table(to_table("edits", edits), path, write_page_checksum=True)
    with pytest.raises(StoreError, match="while it is being written"):
        write(curated, tmp_path / "out")


def test_the_command_line(curated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"

    def said(code: int, *arguments: object) -> str:
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        assert stopped.value.code == code
        told = capsys.readouterr()
        return told.err if code else told.out

    said_all = said(0, "review", "--curated", curated, "--out", out)
    listed, searched = said_all.splitlines()
    assert listed == f"{out / 'index.html'} lists the corpus; 2 review pages beside it"
    assert searched.startswith("its search knows the texts: 30 characters")
    told = json.loads(said(0, "review", "a" * 16, "--curated", curated, "--out", out, "--json"))
    assert told == {"index": str(out / "index.html"), "pages": [str(out / "documents" / f"{'a' * 16}.html")]}
    assert "no document cafe" in said(1, "review", "cafe", "--curated", curated, "--out", out)
    (tmp_path / "file").write_text("")
    assert "cannot be written" in said(1, "review", "--curated", curated, "--out", tmp_path / "file")


def test_statistics(curated: Path, tmp_path: Path) -> None:
    made = collect(curated).as_dict()
    assert made["totals"] == {
        "curated": 2,
        "rejected": 1,
        "duplicates": 1,
        "records": 5,
        "changes": 7,
        "repairs": 4,
        "damaged": 1,
        "page_chars": len(sample().page_text) + 5,
        "text_chars": sample().document.text_chars + 5,
    }
    assert made["sort"] == {"removed": 2, "repaired": 4, "converted": 1, "declined": 1}
    assert made["certainty"] == {"exact": 5, "likely": 1, "guess": 1}
    assert made["rule"] == {"pinyin-gloss": 3, "editor-line": 1, "outside-container": 1, "phase-slip": 1, "term": 1}
    assert made["declined"] == {"pinyin-gloss": 1}
    assert made["kind"] == {"paragraph": 3, "level1": 1, "title": 1}
    assert (made["reason"], made["flag"]) == ({"binary": 1}, {"short": 1})
    assert made["size"]["< 500"] == 2 and sum(made["size"].values()) == 2
    tree = LexborHTMLParser(report(collect(curated)))
    rules = [[cell.text(strip=True) for cell in row.css("th, .num")] for row in tree.css(".by-rule tbody tr")]
    assert rules[0] == ["pinyin-gloss", "3", "–", "–", "1"] and ["phase-slip", "–", "–", "1", "–"] in rules
    charts = {table.css_first("caption").text(): table for table in tree.css("table:has(caption)")}
    assert [td.text() for td in charts["Kind of record"].css(".num")] == ["3", "1", "1"]
    assert not tree.css("[style]")


def test_statistics_on_the_command_line(curated: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    def said(*arguments: object) -> str:
        with pytest.raises(SystemExit) as stopped:
            main([str(a) for a in arguments])
        assert stopped.value.code == 0
        return capsys.readouterr().out

    assert "\n             3  pinyin-gloss\n" in said("stats", curated)
    assert json.loads(said("stats", curated, "--json"))["totals"]["curated"] == 2
    assert str(tmp_path / "s.html") in said("stats", curated, "--html", tmp_path / "s.html")
    assert "Statistics" in (tmp_path / "s.html").read_text("utf-8")


def test_explain_writes_a_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    raw, html = tmp_path / "page.txt", tmp_path / "page.html"
    raw.write_text("关于加强水利设施管理的通知\n一、总体要求\n各县区要落实责任，加强巡查。\n", "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["explain", str(raw), "--html", str(html)])
    assert stopped.value.code == 0 and str(html) in capsys.readouterr().out
    assert "各县区要落实责任" in html.read_text("utf-8")


def test_a_folder_that_is_not_curated(tmp_path: Path) -> None:
    with pytest.raises(InputError):
        write(tmp_path, tmp_path / "out")


def test_the_most_doubtful_first(tmp_path: Path) -> None:
    sure = named(sample(), "a" * 16, source="made/a.html", extraction_certainty="exact", flags=())
    unsure = named(sample(), "b" * 16, source="made/b.html", extraction_certainty="guess", flags=())
    portal = named(sample(), "c" * 16, source="made/c.html", extraction_certainty="guess", flags=("listing",))
    refused = Rejection(
        source="a.pdf", raw_sha256=None, stage="page", reason="binary", detail="a PDF", rejected_at=None
    )
    made = folder(tmp_path, [sure, unsure, portal], [refused])
    write(made, tmp_path / "out", doubtful=True)
    listed = entries(tmp_path / "out" / "index.html")
    assert list(listed) == ["made/c.html", "made/b.html", "made/a.html", "a.pdf"]
    assert listed["made/c.html"][9] == ["listing", "extraction:guess"] and not listed["made/a.html"][9]
    write(made, tmp_path / "out")
    assert list(entries(tmp_path / "out" / "index.html")) == ["a.pdf", "made/a.html", "made/b.html", "made/c.html"]


@pytest.mark.parametrize(
    ("less", "more"),
    [
        (({"extraction": "exact"}, ()), ({"extraction": "likely"}, ())),
        (({"extraction": "likely", "title": "exact"}, ()), ({"extraction": "likely", "title": "guess"}, ())),
        (({"extraction": None}, ()), ({"extraction": None}, ("thin",))),
        (({"published_on": "likely"}, ()), ({"published_on": "guess"}, ())),
        (({}, ()), ({"published_on": "guess"}, ())),  # a day that may be another text's
        (({"title": "guess"}, ()), ({"title": "guess"}, ("listing",))),
    ],
)
def test_doubt_grows_with_certainties_and_flags(
    less: tuple[dict[str, str | None], tuple[str, ...]], more: tuple[dict[str, str | None], tuple[str, ...]]
) -> None:
    assert 0 < doubt(*less) < doubt(*more) < 1


SENTENCES = "\n".join(["渡口改造", *["昨天上午，渡口的改造工程全部完工。大家都说方便，洗澡做饭都不耽误。"] * 6])


@pytest.mark.parametrize(
    ("less", "more"),
    [
        ((SENTENCES, 400), (SENTENCES, 3_000)),  # little of the page
        ((SENTENCES, 400), (SENTENCES.replace("。", "，"), 400)),  # no sentence ends
    ],
)
def test_doubt_grows_with_the_form_of_a_text(less: tuple[str, int], more: tuple[str, int]) -> None:
    assert doubt({"extraction": "guess"}, (), form(*less)) < doubt({"extraction": "guess"}, (), form(*more))
