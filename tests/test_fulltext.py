"""The index of texts beside the review index: what is in it, against looking at every text; and its search in a real Chromium."""

import json
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from review_made import document, record
from selectolax.lexbor import LexborHTMLParser
from test_review import folder, named
from test_review_browser import CHROMIUM, Open, browser, count, names, opened

from ingest.corpus.storage.store import Store
from ingest.review import fulltext, write
from ingest.review.render import pairs

__all__ = ["browser", "opened"]  # fixtures
DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
HAN = "云栖市推进产业发展数字经济改革创新服务体系建设重点项目实施方案海洋渔港"


def texts(count: int, length: int = 900) -> dict[str, str]:
    draw = random.Random(7)
    made = {}
    for n in range(count):
        words = ["".join(draw.choices(HAN, k=draw.randint(2, 30))) for _ in range(length // 15)]
        made[f"{n:016x}"] = "\n".join(words)[: draw.randint(1, length)]
    made[f"{count:016x}"] = "雲棲市創新條例\nHello 𠮷野家 World\n" + "甲" * 300 + "渔港在此"
    made[f"{count + 1:016x}"] = "字"
    return made


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str], fulltext.Indexed]:
    base = tmp_path_factory.mktemp("texts")
    (base / "raw").mkdir()
    own = texts(40)
    docs = [
        named(document(text, [record("para_1", 0, len(text), text)], []), doc_id, source=f"{doc_id}.txt", text=text, text_chars=len(text))
        for doc_id, text in own.items()
    ]  # fmt: skip
    made = folder(base, docs, [])
    return base, own, fulltext.write(Store.open(made), {d: len(t) for d, t in own.items()}, base, pairs())


def shards(base: Path) -> Iterator[dict[str, str]]:
    for path in sorted((base / fulltext.FOLDER).glob("*.html")):
        yield json.loads(LexborHTMLParser(path.read_text("utf-8")).css_first("#data").text())


def decoded(digits: str) -> list[int]:
    found, value, power = [], 0, 0
    for digit in map(DIGITS.index, digits):
        value += (digit & 31) << power
        power += 5
        if digit < 32:
            found.append((found[-1] if found else 0) + value)
            value = power = 0
    return found


def test_every_pair_of_every_window_and_every_character_of_every_text_is_there_and_no_other(
    indexed: tuple[Path, dict[str, str], fulltext.Indexed],
) -> None:
    base, own, made = indexed
    folding = fulltext._folding(pairs())
    want: dict[str, set[int]] = {}
    at = 0
    for text in own.values():
        points = [int(folding[ord(char)]) for char in text]
        for char in {chr(one) for one in points if one}:
            want.setdefault("\0" + char, set()).add(at)
        for window in range(fulltext.windows(len(text))):
            last = window == fulltext.windows(len(text)) - 1
            begin = window * fulltext.STRIDE
            part = points[begin : None if last else begin + fulltext.WINDOW]
            for one, other in pairwise(part):
                if one and other:
                    want.setdefault(chr(one) + chr(other), set()).add(at + window)
        at += fulltext.windows(len(text))
    have = {pair: decoded(digits) for shard in shards(base) for pair, digits in shard.items()}
    assert {pair: sorted(found) for pair, found in want.items()} == have
    assert made.documents == len(own) and made.characters == sum(map(len, own.values()))


def test_it_is_made_in_parts_and_comes_out_the_same(indexed: tuple[Path, dict[str, str], fulltext.Indexed], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # fmt: skip
    base, own, _ = indexed
    monkeypatch.setattr(fulltext, "_PART", 1_000)
    fulltext.write(Store.open(base / "curated"), {d: len(t) for d, t in own.items()}, tmp_path, pairs())
    assert list(shards(tmp_path)) == list(shards(base))
    assert [p.name for p in tmp_path.iterdir()] == [fulltext.FOLDER], "nothing is left beside it"


@pytest.mark.parametrize(
    ("steps", "digits"), [([0], "A"), ([31, 32], "fgB"), ([5000, 1], "o8E" + "B"), ([1 << 29], "ggggg" + "Q")]
)
def test_numbers_are_digits_of_five_bits(steps: list[int], digits: str) -> None:
    import numpy as np

    assert fulltext._digits(np.array(steps))[0] == digits


def test_the_policy_lets_a_file_do_nothing_else(indexed: tuple[Path, dict[str, str], fulltext.Indexed]) -> None:
    page = LexborHTMLParser(next((indexed[0] / fulltext.FOLDER).glob("*.html")).read_text("utf-8"))
    policy = page.css_first("meta[http-equiv=Content-Security-Policy]").attributes["content"]
    assert policy and policy.startswith("default-src 'none'; script-src 'sha256-") and policy.count(";") == 1


@pytest.fixture
def home(indexed: tuple[Path, dict[str, str], fulltext.Indexed], tmp_path: Path) -> Path:
    """The index as `ingest review` writes it."""
    return write(indexed[0] / "curated", tmp_path / "out")[0]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: the search was not tried in a browser")
def test_words_of_the_texts_are_found_in_either_script(home: Path, opened: Open, indexed: tuple[Path, dict[str, str], fulltext.Indexed]) -> None:  # fmt: skip
    _, own, _ = indexed
    tab = opened(home)
    folding = fulltext._folding(pairs())

    def folded(text: str) -> str:
        return "".join(chr(folding[ord(char)]) if folding[ord(char)] else "\n" for char in text)

    whole = {doc_id: folded(text) for doc_id, text in own.items()}
    draw = random.Random(3)
    sought = [
        "創新",
        "创新",
        "創新條例",
        "hello",
        "WORLD",
        "𠮷野",
        "甲渔港",
        "甲" * 60,
        "甲" * 40 + "乙",
        "乙丙",
        "数字 经济",
        "雲",
        "字",
        "𠮷",
        "甲",
        "乙",
        "h",
        "云 甲",
    ]
    for text in draw.sample(list(whole.values()), 12):
        line = max(text.split("\n"), key=len)
        sought.append(line[: draw.randint(2, 40)] or "甲")
    for words in sought:
        want = sum(all(folded(term) in text for term in words.split()) for text in whole.values())
        tab.fill("#search", words)
        tab.wait_for_timeout(180)
        tab.locator("#text-note").filter(has_not_text="Searching").wait_for(state="attached")
        tab.wait_for_timeout(150)
        found = count(tab) if tab.locator("#count b").count() else 0
        assert found >= want and (len(words) < 4 or found == want or want > 0), words
        assert len(words) > 1 or found == want or words == "𠮷", (
            "a character by itself is found where it stands, no more"
        )
    tab.fill("#search", "创新条例")
    tab.locator(".badge.found").first.wait_for()
    assert len(names(tab)) == 1 and ":~:text=" in (tab.locator("#list a").get_attribute("href") or "")
    tab.uncheck("#in-text")
    tab.locator("text=Nothing matches.").wait_for()
    tab.check("#in-text")
    assert count(tab) == 1
    tab.reload()
    tab.locator(".badge.found").first.wait_for()
    tab.fill("#search", "甲")
    tab.locator(".badge.found").first.wait_for()
    assert len(names(tab)) == 1, "one character is sought in the texts as well"


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed: the search was not tried in a browser")
def test_without_its_files_the_index_says_so(home: Path, opened: Open) -> None:
    for path in (home.parent / fulltext.FOLDER).glob("*.html"):
        path.write_text("")
    tab = opened(home)
    tab.fill("#search", "创新")
    tab.locator("#text-note", has_text="not beside this page").wait_for(timeout=30_000)
